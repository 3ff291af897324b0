//! The command lines of `cargo xtask` that workflows and guides give are ones that it takes.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
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

/// The command lines in a text; `begins` tells whether they may only begin a line.
fn lines(file: &str, text: &str, begins: bool) -> Vec<Line> {
    let text = text.replace("\\\n", " ");
    let found = text.lines().filter_map(|line| {
        let (before, rest) = line.split_once("cargo xtask ")?;
        let words = rest.split_whitespace();
        let words = words.take_while(|word| !ENDS.contains(word));
        let words = words.map(|word| word.trim_matches('"').replace("$LEVEL", "avx2"));
        // What a shell puts in the place of these is arguments of another line.
        let words: Vec<_> = words.filter(|word| word != "$@").collect();
        let whole = !words.iter().any(|word| word.contains(['…', '`', '$']));
        (whole && (!begins || before.is_empty())).then(|| Line {
            words,
            file: file.to_owned(),
        })
    });
    found.collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All that is written down, once each.
fn written() -> BTreeSet<Line> {
    let guides = ["README.md", "CONTRIBUTING.md", "raptors-bench/README.md"].map(PathBuf::from);
    let folders = [".github/workflows", "docs"].map(|folder| fs::read_dir(root().join(folder)));
    let files = folders.into_iter().flat_map(|entries| entries.unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    let files = files.chain(guides.iter().map(|guide| root().join(guide)));
    let mut found = BTreeSet::new();
    for path in files.filter(|path| path.is_file()) {
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

#[test]
fn what_is_written_down_is_taken() {
    let written = written();
    assert!(written.len() > 30, "{written:#?}");
    let folder = env::temp_dir().join(format!("xtask-written-{}", std::process::id()));
    for line in &written {
        let words: Vec<_> = line.words.iter().map(String::as_str).collect();
        if words[0] == "bench-linux" {
            // A run to go on with, and a file, are not there.
            if words
                .iter()
                .any(|word| word.contains("DATE_TIME") || word.contains(".whl"))
            {
                continue;
            }
            let all = [&["bench-linux", "--dry-run"], &words[1..]].concat();
            let (code, text) = told(&all, &folder);
            assert_eq!(code, Some(0), "{line:?}: {text}");
            continue;
        }
        let (code, help) = told(&[words[0], "--help"], &folder);
        assert_eq!(code, Some(0), "{line:?}: {help}");
        let options = words.iter().take_while(|word| **word != "--");
        for option in options.filter(|word| word.starts_with("--") && **word != "--help") {
            let name = option.split('=').next().unwrap();
            assert!(help.contains(name), "{line:?}: no {name} in\n{help}");
        }
    }
    let _ = fs::remove_dir_all(&folder);
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
    assert_eq!(lines("a.md", "see `cargo xtask test`\n", true), []);
    assert_eq!(
        lines("a.md", "cargo xtask test  # all\n", true)[0].words,
        ["test"]
    );
}
