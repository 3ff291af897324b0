//! The command lines of `cargo xtask` that workflows, guides and messages give are ones that it takes.
#![cfg(unix)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A command line, and where it stands.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    words: Vec<String>,
    file: String,
}

/// What a shell would take for another command, or for none.
const ENDS: &[&str] = &["|", ";", "&&", "||", "#", ")"];

/// What guides write for anything of a kind, with one of that kind.
const KINDS: &[(&str, &str)] = &[
    ("$LEVEL", "avx2"),
    ("OP", "sum"),
    ("SHAPE", "8x8"),
    ("DTYPE", "float32"),
    ("[SIDE]", "both"),
    ("[numpy|raptors|both]", "both"),
];

/// Begins a command line.
const TASK: &str = "cargo xtask ";

/// The words of a command line behind `cargo xtask`, unless it is one of many that it stands for.
fn words(rest: &str) -> Option<Vec<String>> {
    let words = rest.split_whitespace();
    let words = words.take_while(|word| !ENDS.contains(word));
    let kind = |word: &str| {
        let found = KINDS.iter().find(|(kind, _)| *kind == word);
        // The first of several to choose from.
        let chosen = word.split('|').next().unwrap_or(word);
        found.map_or(chosen, |(_, one)| one).to_owned()
    };
    let words = words.map(|word| kind(word.trim_matches('"')));
    // What a shell puts in the place of this is arguments of another line.
    let words: Vec<_> = words.filter(|word| word != "$@").collect();
    let whole = !words
        .iter()
        .any(|word| word.contains(['…', '`', '$', '<', '{']));
    (whole && !words.is_empty()).then_some(words)
}

/// The command lines in a text. Those of a guide begin a line, or stand between backquotes.
fn lines(file: &str, text: &str, guide: bool) -> Vec<Line> {
    let text = text.replace("\\\n", " ");
    let mut found = vec![];
    for line in text.lines() {
        if let Some((before, rest)) = line.split_once(TASK)
            && (!guide || before.is_empty())
        {
            found.extend(words(rest));
        }
        let quoted = line.split('`').skip(1).step_by(2);
        let quoted = quoted.filter_map(|span| span.strip_prefix(TASK));
        found.extend(quoted.filter(|_| guide).filter_map(words));
    }
    let line = |words| Line {
        words,
        file: file.to_owned(),
    };
    found.into_iter().map(line).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file in these folders, and in theirs.
fn files(folders: &[&str]) -> Vec<PathBuf> {
    let mut left: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut found = vec![];
    while let Some(path) = left.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => left.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => found.push(path),
        }
    }
    found
}

/// All that is written down, once each.
fn written() -> BTreeSet<Line> {
    let places = [
        ".ci",
        ".github/workflows",
        "docs",
        "README.md",
        "CONTRIBUTING.md",
        "raptors-bench/README.md",
    ];
    let mut found = BTreeSet::new();
    for path in files(&places) {
        let text = fs::read_to_string(&path).unwrap();
        let guide = path.extension().is_some_and(|ending| ending == "md");
        found.extend(lines(&path.display().to_string(), &text, guide));
    }
    found
}

/// The exit code of `cargo xtask` with such words, and what it printed.
fn told(words: &[&str], folder: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    // No engine is asked: what would be run does not depend on it.
    let done = command
        .args(words)
        .env("CARGO_TARGET_DIR", folder)
        .env("DOCKER_HOST", "unix:///nowhere")
        .output()
        .unwrap();
    let text = [done.stdout, done.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (done.status.code(), text)
}

/// The exit code of a command of the comparison in Python that is asked what it needs, and its words:
/// it reads its arguments first.
fn asked(module: &str, words: &[&str]) -> (Option<i32>, String) {
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let done = Command::new(python)
        .args(["-m", module])
        .args(words)
        .arg("--needs")
        .env("PYTHONPATH", root().join("raptors-bench/compare"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stderr).into_owned();
    (done.status.code(), text)
}

/// Whether words name a run or a wheel that is not there.
fn names_a_file(words: &[&str]) -> bool {
    let names = ["DATE_TIME", ".whl", "DIR", "FILE", "IMAGE"];
    words
        .iter()
        .any(|word| names.iter().any(|name| word.contains(name)))
}

#[test]
fn what_is_written_down_is_taken() {
    let written = written();
    assert!(written.len() > 60, "{written:#?}");
    let folder = env::temp_dir().join(format!("xtask-written-{}", std::process::id()));
    let (mut read, mut helps) = (BTreeSet::new(), BTreeMap::new());
    let mut asked_before = BTreeSet::new();
    for line in &written {
        let words: Vec<_> = line.words.iter().map(String::as_str).collect();
        if names_a_file(&words) || !asked_before.insert(&line.words) {
            continue;
        }
        read.insert(words[0]);
        let operands = words.len() > 1;
        let (code, text) = match words[0] {
            "bench-linux" => told(
                &[&["bench-linux", "--dry-run"], &words[1..]].concat(),
                &folder,
            ),
            "bench" => asked("raptors_compare", &words[1..]),
            "profile" | "compare-profiles" | "asm" | "perfstat" | "overhead" | "validate"
            | "deep-profile"
                if operands =>
            {
                asked("raptors_compare.profile", &words)
            }
            _ => told(&[words[0], "--help"], &folder),
        };
        // Code 3 is of a program or results that this system does not have.
        assert!(matches!(code, Some(0 | 3)), "{line:?}: {text}");
        let options = words.iter().take_while(|word| **word != "--");
        for option in options.filter(|word| word.starts_with("--") && **word != "--help") {
            let help = helps.entry(words[0]);
            let help = help.or_insert_with_key(|name| told(&[name, "--help"], &folder).1);
            let name = option.split('=').next();
            let mut known = help.split([' ', '\n', ',', '=', '[', ']', '|']);
            assert!(
                known.any(|word| Some(word) == name),
                "{line:?}: no {option} in\n{help}"
            );
        }
    }
    for command in [
        "bench",
        "bench-linux",
        "profile",
        "validate",
        "test",
        "tidy",
    ] {
        assert!(read.contains(command), "no line of {command}: {read:?}");
    }
    let _ = fs::remove_dir_all(&folder);
}

#[test]
fn every_command_takes_help_and_does_nothing_else() {
    let folder = env::temp_dir().join(format!("xtask-help-{}", std::process::id()));
    let (_, usage) = told(&["--help"], &folder);
    let commands = usage.lines().filter_map(|line| line.strip_prefix("  "));
    let commands: Vec<_> = commands
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 15, "{usage}");
    for name in commands {
        let (code, text) = told(&[name, "--help"], &folder);
        assert_eq!(code, Some(0), "{name}: {text}");
        assert!(text.starts_with("usage: cargo xtask"), "{name}: {text}");
    }
    assert!(!folder.exists(), "something was built");
}

#[test]
fn commands_that_messages_name_are_there() {
    let folder = env::temp_dir().join(format!("xtask-named-{}", std::process::id()));
    let mut named = BTreeSet::new();
    for path in files(&["xtask/src", "raptors-bench/compare", "raptors-py/python"]) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for rest in text.split(TASK).skip(1) {
            let word =
                rest.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-');
            named.extend(
                word.take(1)
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned),
            );
        }
    }
    assert!(named.len() > 8, "{named:?}");
    for name in named {
        let (code, text) = told(&[&name, "--help"], &folder);
        assert_eq!(code, Some(0), "{name}: {text}");
    }
    let _ = fs::remove_dir_all(&folder);
}

/// The value of an option in a command line, by either of its names.
fn value<'a>(words: &[&'a str], names: &[&str]) -> Option<&'a str> {
    let at = words.iter().position(|word| names.contains(word))?;
    words.get(at + 1).copied()
}

#[test]
fn what_workflows_ask_of_cargo_is_there() {
    let mut found = 0;
    for path in files(&[".github/workflows", ".ci"]) {
        let text = fs::read_to_string(&path).unwrap().replace("\\\n", " ");
        for line in text.lines().filter(|line| line.contains("cargo ")) {
            let words: Vec<_> = line.split([' ', ')', '(', '$']).collect();
            let Some(package) = value(&words, &["--package", "-p"]) else {
                continue;
            };
            found += 1;
            let folder = root().join(package);
            let manifest = fs::read_to_string(folder.join("Cargo.toml"));
            let manifest = manifest.unwrap_or_else(|error| panic!("{line}: {error}"));
            if let Some(example) = value(&words, &["--example"]) {
                let file = folder.join(format!("examples/{example}.rs"));
                assert!(file.is_file(), "{line}");
            }
            if let Some(feature) = value(&words, &["--features"]) {
                assert!(manifest.contains(&format!("\n{feature} = [")), "{line}");
            }
        }
        let crates = ["raptors-", "xtask/", ".ci/"];
        let words = text.split([' ', '\n', '"', ',', '[', ']']);
        let named = words.filter(|word| word.contains('/') && !word.contains(['*', '$', '@']));
        for word in named.filter(|word| crates.iter().any(|name| word.starts_with(name))) {
            found += 1;
            assert!(root().join(word).exists(), "{}: {word}", path.display());
        }
    }
    assert!(found > 4, "{found}");
}

#[test]
fn a_line_is_read_as_a_shell_reads_it() {
    let text =
        "run: |\n  cargo xtask bench-linux bench --cpus 0-1 -- \\\n    --check \"$@\" | tee log\n";
    let [line] = &lines("a.yml", text, false)[..] else {
        panic!("{text}")
    };
    let words = ["bench-linux", "bench", "--cpus", "0-1", "--", "--check"];
    assert_eq!(line.words, words);
    let read = |text: &str| {
        let found = lines("a.md", text, true).into_iter();
        found.map(|line| line.words.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(read("see `cargo xtask test` and `asm`\n"), ["test"]);
    assert_eq!(read("see cargo xtask test\n"), Vec::<String>::new());
    assert_eq!(read("cargo xtask test  # all\n"), ["test"]);
    assert_eq!(
        read("`cargo xtask asm OP SHAPE DTYPE`"),
        ["asm sum 8x8 float32"]
    );
    assert_eq!(read("`cargo xtask profile …`"), Vec::<String>::new());
}
