//! `cargo xtask flame-graph`: draws collapsed stacks, or how two of them differ, with inferno.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufReader, BufWriter, Cursor, Write},
    path::{Path, PathBuf},
};

use inferno::{differential, flamegraph};
use lexopt::{Arg, ValueExt};

use crate::failure::Failure;

const USAGE: &str = "usage: cargo xtask flame-graph FILE --output FILE [options]

Draws collapsed stacks (lines `outer;inner count`) as an SVG. cargo xtask profile calls it.
--before FILE     draw the difference from these stacks: red grew, blue shrank
--negate          the difference the other way round: red shrank, blue grew
--title TEXT      stands above the graph
--subtitle TEXT   stands under the title";

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    help: bool,
    negate: bool,
    input: PathBuf,
    before: Option<PathBuf>,
    output: PathBuf,
    title: String,
    subtitle: Option<String>,
}

/// Writes the stacks or the graph that the command line asks for.
pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    let options = parse(args)?;
    if options.help {
        println!("{USAGE}");
        return Ok(());
    }
    write(&options).map_err(|error| {
        let input = options.input.display();
        Failure::Check(format!(
            "no flame graph of {input}: {error} (output {})",
            options.output.display()
        ))
    })
}

fn parse(args: &[OsString]) -> Result<Options, Failure> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("before") => options.before = Some(parser.value()?.into()),
            Arg::Long("negate") => options.negate = true,
            Arg::Long("output") => options.output = parser.value()?.into(),
            Arg::Long("title") => options.title = parser.value()?.string()?,
            Arg::Long("subtitle") => options.subtitle = Some(parser.value()?.string()?),
            Arg::Short('h') | Arg::Long("help") => options.help = true,
            Arg::Value(input) if options.input.as_os_str().is_empty() => {
                options.input = input.into();
            }
            other => return Err(Failure::Usage(format!("{}\n{USAGE}", other.unexpected()))),
        }
    }
    let named = !options.input.as_os_str().is_empty() && !options.output.as_os_str().is_empty();
    if named || options.help {
        return Ok(options);
    }
    let message = format!("flame-graph needs a file and --output\n{USAGE}");
    Err(Failure::Usage(message))
}

fn write(options: &Options) -> io::Result<()> {
    let mut bytes = vec![];
    draw(options, &mut bytes)?;
    if bytes.is_empty() {
        return Err(io::Error::other("there are no stacks in it"));
    }
    keep(&options.output, &bytes)
}

/// Writes a file whole or not at all.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let mut file = BufWriter::new(File::create(&partial)?);
    let written = file.write_all(bytes).and_then(|()| file.flush());
    written
        .and_then(|()| fs::rename(&partial, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&partial);
        })
}

fn draw(options: &Options, svg: &mut Vec<u8>) -> io::Result<()> {
    let mut style = flamegraph::Options::default();
    style.title.clone_from(&options.title);
    style.subtitle.clone_from(&options.subtitle);
    "samples".clone_into(&mut style.count_name);
    style.deterministic = true;
    "sans-serif".clone_into(&mut style.font_type);
    style.image_width = Some(1400);
    match &options.before {
        None => {
            let stacks = BufReader::new(File::open(&options.input)?);
            flamegraph::from_reader(&mut style, stacks, svg)
        }
        Some(before) => {
            style.negate_differentials = options.negate;
            // Sides take different numbers of calls in the same time: shares are compared.
            let how = differential::Options {
                normalize: true,
                ..differential::Options::default()
            };
            let mut both = vec![];
            differential::from_files(how, before, &options.input, &mut both)?;
            flamegraph::from_reader(&mut style, Cursor::new(both), svg)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACKS: &str = "python;_start;FLOAT_add 3\npython;_start;array_mean;FLOAT_add 1\n";

    fn folder(name: &str) -> PathBuf {
        let name = format!("xtask-flame-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn task(words: &[&str], folder: &Path) -> Result<(), Failure> {
        let paths = words.iter().map(|word| match word.strip_prefix('@') {
            Some(name) => folder.join(name).into_os_string(),
            None => word.into(),
        });
        run(&paths.collect::<Vec<_>>())
    }

    #[test]
    fn stacks_become_a_graph_and_a_difference() {
        let folder = folder("all");
        fs::write(folder.join("a.folded"), STACKS).unwrap();
        fs::write(folder.join("b.folded"), "python;_start;mean_f32 4\n").unwrap();
        task(
            &["@a.folded", "--output", "@a.svg", "--title", "One side"],
            &folder,
        )
        .unwrap();
        let svg = fs::read_to_string(folder.join("a.svg")).unwrap();
        assert!(svg.contains("FLOAT_add") && svg.contains("One side"));
        task(
            &["@b.folded", "--before", "@a.folded", "--output", "@d.svg"],
            &folder,
        )
        .unwrap();
        let svg = fs::read_to_string(folder.join("d.svg")).unwrap();
        assert!(svg.contains("mean_f32") && svg.contains('%'));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_empty_or_missing_leaves_no_file() {
        let folder = folder("none");
        fs::write(folder.join("empty"), "").unwrap();
        for words in [
            ["@empty", "--output", "@out"],
            ["@nowhere", "--output", "@out"],
        ] {
            let failure = task(&words, &folder).unwrap_err();
            assert!(matches!(failure, Failure::Check(_)), "{failure:?}");
            assert!(!folder.join("out").exists());
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_command_line_without_files_is_refused() {
        for words in [[].as_slice(), &["a"], &["a", "b"], &["--frobnicate"]] {
            let failure = task(words, Path::new("")).unwrap_err();
            assert!(matches!(failure, Failure::Usage(_)), "{failure:?}");
        }
    }
}
