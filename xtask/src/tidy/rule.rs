//! The rules that a file can be held to alone, each with its reason.

use std::collections::BTreeSet;

use super::{
    Finding, allow,
    source::{Part, Source, words},
};

/// Lines that a source file may have.
const LONGEST: usize = 400;

/// Lines of code between an unsafe block and the comment that justifies it.
const NEAR: usize = 3;

/// Ufuncs that a file may name without being a second list of them.
const HANDFUL: usize = 15;

/// What to break off to find mentions of platforms.
const PLATFORM: &[&str] = &[
    "target_arch",
    "target_os",
    "target_family",
    "target_env",
    "target_vendor",
    "target_feature",
    "target_endian",
    "target_pointer_width",
];

/// Holds one file to every rule; `ufuncs` are the names in the table.
pub(super) fn check(source: &Source, ufuncs: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = vec![];
    purpose(source, &mut findings);
    length(source, &mut findings);
    unfinished(source, &mut findings);
    second_list(source, ufuncs, &mut findings);
    if source.is_rust() {
        unsafety(source, &mut findings);
        if is_product(&source.path) {
            platform(source, &mut findings);
            environment(source, &mut findings);
        }
    }
    findings
}

/// Whether a user's program links it: tools may ask for platforms and variables.
fn is_product(path: &str) -> bool {
    let tool = ["xtask/", "raptors-bench/"]
        .iter()
        .any(|folder| path.starts_with(folder));
    !tool && !path.contains("/tests/") && !path.contains("/tests.rs")
}

fn purpose(source: &Source, findings: &mut Vec<Finding>) {
    let first = source.text.lines().next().unwrap_or_default();
    let says = if source.is_rust() {
        first.starts_with("//! ")
    } else {
        first.starts_with("\"\"\"") || source.text.is_empty()
    };
    if !says {
        let message = "the first line does not say what the file is for";
        let why = "a reader decides by it whether to read on";
        findings.push(Finding::new(source, 1, message, why));
    }
}

fn length(source: &Source, findings: &mut Vec<Finding>) {
    let lines = source.text.lines().count();
    if lines > LONGEST && !allow::holds(allow::LONG, &source.path) {
        let message = format!("{lines} lines, and {LONGEST} are the most");
        let why = "a file holds one idea and fits in the head";
        findings.push(Finding::new(source, LONGEST + 1, message, why));
    }
}

fn unfinished(source: &Source, findings: &mut Vec<Finding>) {
    let why = "the repository holds what is done; plans live in issues";
    let notes = if source.is_rust() {
        Part::Comment
    } else {
        Part::Code
    };
    for (index, line) in source.lines(notes).iter().enumerate() {
        if let Some(word) = words(line).find(|word| ["TODO", "FIXME", "XXX"].contains(word)) {
            findings.push(Finding::new(
                source,
                index + 1,
                format!("{word} in a comment"),
                why,
            ));
        }
    }
    if !source.is_rust() {
        return;
    }
    for (index, line) in source.lines(Part::Code).iter().enumerate() {
        let called = ["todo!", "unimplemented!", "dbg!"]
            .into_iter()
            .find(|name| line.contains(name));
        if let Some(name) = called {
            findings.push(Finding::new(
                source,
                index + 1,
                format!("{name} in the code"),
                why,
            ));
        }
    }
}

fn unsafety(source: &Source, findings: &mut Vec<Finding>) {
    let code = source.lines(Part::Code);
    let comments = source.lines(Part::Comment);
    let listed = allow::holds(allow::UNSAFE, &source.path);
    for (index, line) in code.iter().enumerate() {
        let words: Vec<_> = words(line).collect();
        let Some(place) = words.iter().position(|&word| word == "unsafe") else {
            continue;
        };
        if !listed {
            let message = "unsafe in a file that is not on the list (xtask/src/tidy/allow.rs)";
            let why = "what must be reviewed by hand stays small and known";
            findings.push(Finding::new(source, index + 1, message, why));
        }
        let next = words.get(place + 1).copied().unwrap_or("block");
        let declares = ["fn", "extern", "trait"].contains(&next);
        let blocks = line.split("unsafe").skip(1);
        let block = blocks
            .map(str::trim_start)
            .any(|after| after.is_empty() || after.starts_with('{'));
        if (block || !declares) && !justified(&code, &comments, index) {
            let message = "unsafe without a SAFETY: comment above it";
            let why = "the reader must find why it holds";
            findings.push(Finding::new(source, index + 1, message, why));
        }
    }
}

/// Whether a comment on the line or few lines of code above it says SAFETY.
fn justified(code: &[String], comments: &[String], line: usize) -> bool {
    let mut distance = 0;
    for index in (0..=line).rev() {
        if comments[index].contains("SAFETY:") {
            return true;
        }
        if comments[index].trim().is_empty() || !code[index].trim().is_empty() {
            distance += 1;
        }
        if distance > NEAR + 1 {
            return false;
        }
    }
    false
}

fn platform(source: &Source, findings: &mut Vec<Finding>) {
    if allow::holds(allow::PLATFORM, &source.path) {
        return;
    }
    for (index, line) in source.lines(Part::Code).iter().enumerate() {
        if let Some(word) = words(line).find(|word| PLATFORM.contains(word)) {
            let message = format!("{word} outside the places that know platforms");
            let why = "platforms are data: one constant for each, not the same lines twice";
            findings.push(Finding::new(source, index + 1, message, why));
        }
    }
}

fn environment(source: &Source, findings: &mut Vec<Finding>) {
    if allow::holds(allow::ENVIRONMENT, &source.path) {
        return;
    }
    for (index, line) in source.lines(Part::Code).iter().enumerate() {
        if ["env::var(", "env::var_os(", "env::vars("]
            .iter()
            .any(|call| line.contains(call))
        {
            let message = "reads the environment";
            let why = "what a call does depends on its arguments; settings are read in one place";
            findings.push(Finding::new(source, index + 1, message, why));
        }
    }
}

/// A file that names many ufuncs, as variants or as strings, has become a second list of them.
fn second_list(source: &Source, ufuncs: &BTreeSet<String>, findings: &mut Vec<Finding>) {
    if allow::holds(allow::UFUNCS, &source.path) {
        return;
    }
    let named: BTreeSet<_> = names(&source.text)
        .filter(|name| ufuncs.contains(*name))
        .collect();
    if named.len() > HANDFUL {
        let message = format!("names {} ufuncs, and {HANDFUL} are the most", named.len());
        let why = "there is one list, the table; what needs them all asks it";
        findings.push(Finding::new(source, 1, message, why));
    }
}

/// What stands behind `Ufunc::` or between quotes.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let variants = text
        .split("Ufunc::")
        .skip(1)
        .filter_map(|rest| words(rest).next().filter(|word| rest.starts_with(word)));
    let quoted = text.lines().flat_map(|line| line.split(['"', '\'']));
    variants.chain(quoted)
}

/// The names in the table: rows begin with a name, an arity and the arguments.
pub(super) fn ufuncs(table: &str) -> BTreeSet<String> {
    let rows = table.lines().filter_map(|line| {
        let (name, rest) = line.trim_start().split_once(' ')?;
        let arity = rest.split('(').next()?.trim_end_matches('2');
        ["unary", "binary", "ternary"]
            .contains(&arity)
            .then_some(name)
    });
    rows.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, text: &str) -> Vec<String> {
        let names = (0..20).map(|number| format!("f{number}")).collect();
        let findings = check(&Source::new(path, text), &names);
        findings.iter().map(Finding::place).collect()
    }

    #[test]
    fn a_good_file_breaks_no_rule() {
        let text = "//! A file.\n\n// SAFETY: nothing is done.\nunsafe impl Send for A {}\n";
        assert_eq!(broken("raptors-array/src/mem/block.rs", text), [""; 0]);
        assert_eq!(
            broken("raptors-py/tests/a.py", "\"\"\"Tests.\"\"\"\n"),
            [""; 0]
        );
    }

    #[test]
    fn every_rule_finds_its_fixture() {
        let file = "raptors-array/src/mem/block.rs";
        let long = format!("//! A file.\n{}", "\n".repeat(LONGEST));
        let list: Vec<_> = (0..16).map(|n| format!("Ufunc::f{n};\n")).collect();
        let list = list.concat();
        for (path, text, place) in [
            (file, "fn a() {}\n", ":1: the first line"),
            (file, &long, ":401: 401 lines"),
            (file, "//! A file.\n// TODO: more\n", ":2: TODO"),
            (file, "//! A file.\nfn a() { todo!() }\n", ":2: todo!"),
            (file, "//! A file.\nfn a() { dbg!(1) }\n", ":2: dbg!"),
            (
                file,
                "//! A file.\nfn a() { unsafe { b() } }\n",
                ":2: unsafe without",
            ),
            (
                file,
                "//! A file.\n#[cfg(target_os = \"linux\")]\nfn a() {}\n",
                ":2: target_os",
            ),
            (
                file,
                "//! A file.\nfn a() { std::env::var(\"A\"); }\n",
                ":2: reads the env",
            ),
            (file, &format!("//! A file.\n{list}"), ":1: names 16 ufuncs"),
            ("raptors-py/tests/a.py", "import b\n", ":1: the first line"),
        ] {
            let found = broken(path, text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].contains(place), "{found:?}");
        }
        let unlisted = "//! A file.\n// SAFETY: so.\nunsafe impl Send for A {}\n";
        assert!(broken("raptors-array/src/nn.rs", unlisted)[0].contains("not on the list"));
    }

    #[test]
    fn strings_and_comments_are_not_code() {
        let text = "//! A file, in unsafe words.\nconst A: &str = \"unsafe TODO dbg!()\";\n";
        assert_eq!(broken("raptors-array/src/nn.rs", text), [""; 0]);
    }

    #[test]
    fn a_safety_comment_must_be_near() {
        let far = "//! A file.\n// SAFETY: so.\na();\nb();\nc();\nd();\nunsafe { e() }\n";
        assert_eq!(broken("raptors-array/src/mem/block.rs", far).len(), 1);
        let long = "//! A file.\n// SAFETY: so,\n// on\n// many\n// lines.\nunsafe { e() }\n";
        assert_eq!(broken("raptors-array/src/mem/block.rs", long).len(), 0);
    }

    #[test]
    fn names_are_read_from_the_rows() {
        let table = "ufuncs! {\n    /// Adds.\n    add binary(x1, x2) = a::Add, all;\n    \
                     divmod binary2(x1, x2) = d::D, reals;\n}\nfn other() {}\n";
        assert_eq!(
            ufuncs(table),
            ["add".to_owned(), "divmod".to_owned()].into()
        );
    }
}
