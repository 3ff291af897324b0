//! The command line that asks for the same task once more, for messages that name it.

use std::path::Path;

use super::{
    options::{Base, Choice, Options, Task},
    plan,
};

/// The command line of a task with all that it was asked for: natively, or in a container; from the
/// beginning, or where a run was interrupted.
pub(super) fn line(options: &Options, natively: bool, resume: Option<&Path>) -> String {
    let mut words = ["cargo", "xtask", "bench-linux", options.task.name()]
        .map(str::to_owned)
        .to_vec();
    match &options.task {
        Task::OnOp(_, operands) => words.extend(operands.iter().cloned()),
        Task::Run(text) => words.push(text.clone()),
        _ => {}
    }
    let mut option = |name: &str, value: Option<String>| {
        words.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
    };
    let path = |path: &Path| path.display().to_string();
    if natively {
        option("--engine", Some("native".to_owned()));
    } else {
        let insists = options.engine == Choice::Docker;
        option("--engine", insists.then(|| "docker".to_owned()));
        option("--base-image", options.base_image.clone());
        let base = match options.base {
            Base::Auto => None,
            Base::Registry => Some("registry"),
            Base::Local => Some("local"),
        };
        option("--base", base.map(str::to_owned));
        option("--memory", options.memory.clone());
    }
    option("--cpus", options.cpus.clone());
    option("--wheel", options.wheel.as_deref().map(path));
    // A run that goes on does so where it lies.
    let results = options.results.as_deref().filter(|_| resume.is_none());
    option("--results", results.map(path));
    option("--resume", resume.map(path));
    if !natively {
        let flags = [
            (options.perf, "--perf"),
            (options.privileged, "--privileged"),
        ];
        let set = flags.into_iter().filter(|(set, _)| *set);
        words.extend(set.map(|(_, name)| name.to_owned()));
    }
    if !options.rest.is_empty() {
        words.push("--".to_owned());
        words.extend(options.rest.iter().cloned());
    }
    plan::quoted(&words)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::{super::options, *};

    fn asked(line: &str) -> Options {
        let words: Vec<_> = line.split_whitespace().map(Into::into).collect();
        options::parse(&words).unwrap()
    }

    #[test]
    fn what_was_asked_for_is_asked_for_again() {
        let run = Path::new("/results/then.partial");
        for (given, natively, resume, expected) in [
            ("", false, None, "bench"),
            (
                "",
                true,
                Some(run),
                "bench --engine native --resume /results/then.partial",
            ),
            (
                "full-suite --engine docker --results r --memory 4g --cpus 0-1 -- --quick",
                false,
                Some(run),
                "full-suite --engine docker --memory 4g --cpus 0-1 --resume \
                 /results/then.partial -- --quick",
            ),
            (
                "bench --memory 4g --base local --results r --wheel a.whl -- --suite vector",
                true,
                None,
                "bench --engine native --wheel a.whl --results r -- --suite vector",
            ),
            (
                "asm sum 1K float32 --privileged --base-image a",
                false,
                None,
                "asm sum 1K float32 --base-image a --privileged",
            ),
            (
                "asm sum 1K float32 --privileged",
                true,
                None,
                "asm sum 1K float32 --engine native",
            ),
        ] {
            let found = line(&asked(given), natively, resume);
            assert_eq!(found, format!("cargo xtask bench-linux {expected}"));
        }
        let typed = [OsString::from("run"), "ls -l".into()];
        let found = line(&options::parse(&typed).unwrap(), true, None);
        assert_eq!(found, "cargo xtask bench-linux run 'ls -l' --engine native");
    }
}
