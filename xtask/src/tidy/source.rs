//! A Rust source file as tidy reads it: code, comments and strings apart.

use std::ops::Range;

/// A file of the repository.
pub(super) struct Source {
    /// Relative to the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// Which part of `text` each byte is.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Code,
    Comment,
    /// What stands between quotes.
    Literal,
}

impl Source {
    /// Divides a Rust file into its parts; of other files all is code.
    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let parts = if has_extension(&path, "rs") {
            divide(text.as_bytes())
        } else {
            vec![Part::Code; text.len()]
        };
        Self { path, text, parts }
    }

    pub(super) fn is_rust(&self) -> bool {
        has_extension(&self.path, "rs")
    }

    /// The lines with everything but one part blank.
    pub(super) fn lines(&self, part: Part) -> Vec<String> {
        let bytes = self.text.bytes().zip(&self.parts);
        let kept = bytes.map(|(byte, &found)| {
            if found == part || byte == b'\n' {
                byte
            } else {
                b' '
            }
        });
        let kept: Vec<u8> = kept.collect();
        let text = String::from_utf8_lossy(&kept);
        text.lines().map(str::to_owned).collect()
    }
}

pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, found)| found == extension)
}

/// The words of a line of code: runs of letters, digits and underscores.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

fn divide(text: &[u8]) -> Vec<Part> {
    let mut parts = vec![Part::Code; text.len()];
    let mut at = 0;
    while at < text.len() {
        let (part, range) = next(text, at);
        at = range.end;
        parts[range].fill(part);
    }
    parts
}

/// The part that begins at `at`, and how far it goes.
fn next(text: &[u8], at: usize) -> (Part, Range<usize>) {
    let rest = &text[at..];
    let to = |end: usize| (at + end).min(text.len());
    let until = |what: &[u8], from: usize| {
        let found = rest
            .windows(what.len())
            .skip(from)
            .position(|run| run == what);
        found.map_or(text.len(), |found| at + from + found + what.len())
    };
    if rest.starts_with(b"//") {
        return (
            Part::Comment,
            at..to(rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())),
        );
    }
    if rest.starts_with(b"/*") {
        return (Part::Comment, at..until(b"*/", 2));
    }
    let word_before = at > 0 && (text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'_');
    if rest[0] == b'r' && !word_before {
        let hashes = rest[1..].iter().take_while(|&&b| b == b'#').count();
        if rest.get(1 + hashes) == Some(&b'"') {
            let close = [b"\"".as_slice(), &rest[1..=hashes]].concat();
            return (Part::Literal, at..until(&close, 2 + hashes));
        }
    }
    match rest {
        [b'"', ..] => (Part::Literal, at..to(quoted(rest, b'"'))),
        [b'\'', b'\\', ..] => (Part::Literal, at..to(quoted(rest, b'\''))),
        [b'\'', _, b'\'', ..] => (Part::Literal, at..to(3)),
        _ => (Part::Code, at..to(1)),
    }
}

/// The length of a quoted run that begins `text`.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let text = "let a = \"// no\"; // yes \"x\"\nlet b = 'c'; /* un\nsafe */ fn f<'a>() {}\n";
        let source = Source::new("a.rs", format!("{text}r#\"raw \" \"# '\\'' end\n"));
        let code = source.lines(Part::Code);
        assert_eq!(code[0].trim_end(), "let a =        ;");
        assert_eq!(code[1].trim_end(), "let b =    ;");
        assert_eq!(code[2].trim(), "fn f<'a>() {}");
        assert_eq!(code[3].trim(), "end");
        assert_eq!(source.lines(Part::Comment)[0].trim(), "// yes \"x\"");
        assert_eq!(source.lines(Part::Comment)[1].trim(), "/* un");
        assert_eq!(source.lines(Part::Literal)[0].trim(), "\"// no\"");
    }

    #[test]
    fn words_are_whole() {
        let found: Vec<_> = words("unsafe_op(unsafe {x.y})").collect();
        assert_eq!(found, ["unsafe_op", "unsafe", "x", "y"]);
    }
}
