//! The file that keeps a machine's measured figures: `name = value` lines, `#` for comments.

use super::{Figures, Machine, identity};
use core::fmt;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The variable that names another profile; empty for none.
pub const VARIABLE: &str = "RAPTORS_PROFILE";

/// A profile that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file cannot be read.
    Unreadable(io::ErrorKind),
    /// The line is not `name = value`.
    Syntax {
        /// The number of the line, from 1.
        line: usize,
    },
    /// No figure has this name.
    Unknown {
        /// The number of the line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// The value is no number that the figure can have.
    Value {
        /// The number of the line, from 1.
        line: usize,
        /// The figure.
        name: String,
        /// The value.
        value: String,
    },
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "profile {}: ", self.path.display())?;
        match &self.problem {
            Problem::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
            Problem::Syntax { line } => write!(f, "line {line} is not `name = value`"),
            Problem::Unknown { line, name } => write!(f, "line {line}: no figure is called {name}"),
            Problem::Value { line, name, value } => {
                write!(
                    f,
                    "line {line}: {name} must be a finite number, not negative, not {value}"
                )
            }
        }
    }
}

impl std::error::Error for ProfileError {}

/// Where the machine's profile is looked for: `RAPTORS_PROFILE`, or the user's cache folder.
pub fn path(machine: &Machine) -> Option<PathBuf> {
    if let Some(path) = env::var_os(VARIABLE) {
        return (!path.is_empty()).then(|| PathBuf::from(path));
    }
    let name = format!("profile-{:016x}.toml", identity::key(machine));
    Some(cache_folder()?.join("raptors").join(name))
}

fn cache_folder() -> Option<PathBuf> {
    let folder = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))
    }
}

/// The figures in the profile at `path`; `None` where nobody has made one. A profile that
/// `RAPTORS_PROFILE` names must be there.
pub(super) fn load(path: Option<&Path>) -> Result<Option<Figures>, ProfileError> {
    let Some(path) = path else { return Ok(None) };
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).map(Some),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && env::var_os(VARIABLE).is_none() =>
        {
            Ok(None)
        }
        Err(error) => Err(Problem::Unreadable(error.kind())),
    }
    .map_err(|problem| ProfileError {
        path: path.to_owned(),
        problem,
    })
}

/// The figures that `text` holds; what it does not name has its default.
///
/// # Errors
///
/// If a line is not `name = value`, names no figure, or gives it an impossible value.
pub fn parse(text: &str) -> Result<Figures, Problem> {
    let mut figures = Figures::default();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        let (name, value) = content.split_once('=').ok_or(Problem::Syntax { line })?;
        let (name, value) = (name.trim(), value.trim());
        match value.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => {
                if !figures.set(name, number) {
                    let name = name.to_owned();
                    return Err(Problem::Unknown { line, name });
                }
            }
            _ => {
                let (name, value) = (name.to_owned(), value.to_owned());
                return Err(Problem::Value { line, name, value });
            }
        }
    }
    Ok(figures)
}

/// The text of a profile with `figures`, measured on the processor called `cpu`.
pub fn render(figures: &Figures, cpu: &str) -> String {
    let cpu = cpu.replace(['\n', '\r'], " ");
    let rows = Figures::TABLE.iter().map(|row| {
        let value = figures.get(row.name).unwrap_or(row.default);
        format!("{} = {value:?} # {}\n", row.name, row.unit)
    });
    std::iter::once(format!("# Raptors profile of {cpu}\n"))
        .chain(rows)
        .collect()
}

/// Keeps `figures` as the machine's profile, for the processes that start from now on. Gives the
/// path that was written.
///
/// # Errors
///
/// If there is no folder to write to, or writing fails.
pub fn save(machine: &Machine, figures: &Figures) -> io::Result<PathBuf> {
    let path = path(machine).ok_or(io::ErrorKind::NotFound)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A process that starts meanwhile must not read half of it.
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    fs::write(&unfinished, render(figures, &machine.cpu))?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let figures = Figures {
            dram_gbs: 31.25,
            ..Figures::default()
        };
        assert_eq!(parse(&render(&figures, "a\nb")), Ok(figures));
    }

    #[test]
    fn a_malformed_profile_says_where() {
        assert_eq!(parse("\n# fine\nl1_gbs"), Err(Problem::Syntax { line: 3 }));
        let name = String::from("l9_gbs");
        assert_eq!(parse("l9_gbs = 1"), Err(Problem::Unknown { line: 1, name }));
        for value in ["NaN", "-1", "inf", "fast", ""] {
            assert!(matches!(
                parse(&format!("l1_gbs = {value}")),
                Err(Problem::Value { line: 1, .. })
            ));
        }
        assert_eq!(parse(""), Ok(Figures::default()));
    }

    #[test]
    fn a_missing_file_is_an_error_only_if_it_was_asked_for() {
        let missing = Path::new("/nonexistent/raptors.toml");
        assert_eq!(load(None), Ok(None));
        if env::var_os(VARIABLE).is_none() {
            assert_eq!(load(Some(missing)), Ok(None));
        }
        let error = load(Some(&env::temp_dir())).unwrap_err();
        assert!(error.to_string().starts_with("profile "));
    }
}
