//! The file that keeps a machine's measured figures: `name = value` lines, `#` for comments.

use super::{Figure, Figures, Machine, identity};
use core::fmt;
use std::{
    env, fs,
    io::{self, Read},
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
    /// The file is not of a size that a profile has, or no file at all.
    NoProfile,
    /// The profile was measured on another machine.
    Foreign {
        /// The machine, as its profile names it.
        measured: String,
        /// This machine.
        here: String,
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
            Problem::NoProfile => write!(
                f,
                "is no profile: a text file of at most {MOST_BYTES} bytes"
            ),
            Problem::Foreign { measured, here } => {
                write!(f, "was measured on {measured}; this is {here}")
            }
            Problem::Value { line, name, value } => {
                write!(
                    f,
                    "line {line}: {name} cannot be {value}: it must be a number within a factor of \
                     {PLAUSIBLE} of its default"
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

/// Largest profile in bytes; those that [`render`] writes have a tenth.
const MOST_BYTES: u64 = 64 << 10;

/// Factor by which a figure may differ from its default: a plan with more would not be one.
const PLAUSIBLE: f64 = 1000.0;

/// The line of a profile that says where it was measured.
const MACHINE: &str = "machine";

/// The text of a profile: of regular files only, as others may have no end or wait for ever.
fn read(path: &Path) -> io::Result<Result<String, Problem>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Ok(Err(Problem::NoProfile));
    }
    let mut text = String::new();
    fs::File::open(path)?
        .take(MOST_BYTES)
        .read_to_string(&mut text)?;
    Ok(Ok(text))
}

/// The figures in the profile at `path`, if they are of the machine `here`; `None` where nobody has
/// made a profile. A profile that `RAPTORS_PROFILE` names must be there.
pub(super) fn load(path: Option<&Path>, here: &str) -> Result<Option<Figures>, ProfileError> {
    let Some(path) = path else { return Ok(None) };
    match read(path) {
        Ok(Ok(text)) => parse(&text, here).map(Some),
        Ok(Err(problem)) => Err(problem),
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

/// The figures that `text` holds; what it does not name has its default. A profile that does not
/// say where it was measured counts for every machine.
///
/// # Errors
///
/// If a line is not `name = value`, names no figure, or gives it an impossible value, or if the
/// profile is of another machine than `here`.
pub fn parse(text: &str, here: &str) -> Result<Figures, Problem> {
    let mut figures = Figures::of(here);
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        let (name, value) = content.split_once('=').ok_or(Problem::Syntax { line })?;
        let (name, value) = (name.trim(), value.trim());
        if name == MACHINE {
            if value != here {
                let (measured, here) = (shown(value), here.to_owned());
                return Err(Problem::Foreign { measured, here });
            }
            continue;
        }
        let Some(row) = Figures::TABLE.iter().find(|row| row.name == name) else {
            let name = shown(name);
            return Err(Problem::Unknown { line, name });
        };
        match value.parse::<f64>() {
            Ok(number) if plausible(row, number) => figures.set(row.name, number),
            _ => {
                let (name, value) = (name.to_owned(), shown(value));
                return Err(Problem::Value { line, name, value });
            }
        };
    }
    Ok(figures)
}

/// Whether a figure can have this value. Zero stands for "never" where it is the default on some
/// machine.
fn plausible(row: &Figure, value: f64) -> bool {
    let default = row.default;
    let near = (default / PLAUSIBLE..=default * PLAUSIBLE).contains(&value);
    near || (row.name == "stream_gbs" && (0.0..=1e6).contains(&value))
}

/// The value nearest to `value` that a profile may have for the figure.
pub fn nearest(row: &Figure, value: f64) -> f64 {
    if plausible(row, value) {
        return value;
    }
    let default = row.default;
    if value.is_nan() {
        default
    } else {
        value.clamp(default / PLAUSIBLE, default * PLAUSIBLE)
    }
}

/// The beginning of a text from a file, fit to be printed.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// The text of a profile with `figures`, measured on `machine` (see [`Machine::name`]).
pub fn render(figures: &Figures, machine: &str) -> String {
    let rows = Figures::TABLE.iter().map(|row| {
        let value = figures.get(row.name).unwrap_or(row.default);
        format!("{} = {value:?} # {}\n", row.name, row.unit)
    });
    let head =
        "# Written by Raptors' tune: what this machine's speeds and costs were measured to be.\n";
    std::iter::once(format!("{head}{MACHINE} = {machine}\n"))
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
    let written = fs::write(&unfinished, render(figures, &machine.name()))
        .and_then(|()| fs::rename(&unfinished, &path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written?;
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
        assert_eq!(
            parse(&render(&figures, "a CPU"), "a CPU"),
            Ok(figures.clone())
        );
        let foreign = parse(&render(&figures, "a CPU"), "another").unwrap_err();
        assert!(matches!(foreign, Problem::Foreign { .. }));
    }

    #[test]
    fn a_malformed_profile_says_where() {
        assert_eq!(
            parse("\n# fine\nl1_gbs", ""),
            Err(Problem::Syntax { line: 3 })
        );
        let name = String::from("l9_gbs");
        assert_eq!(
            parse("l9_gbs = 1", ""),
            Err(Problem::Unknown { line: 1, name })
        );
        for value in ["NaN", "-1", "0", "inf", "fast", "", "1e300", "1e-300"] {
            assert!(matches!(
                parse(&format!("l1_gbs = {value}"), ""),
                Err(Problem::Value { line: 1, .. })
            ));
        }
        assert_eq!(parse("", "any"), Ok(Figures::default()));
    }

    #[test]
    fn a_missing_file_is_an_error_only_if_it_was_asked_for() {
        let missing = Path::new("/nonexistent/raptors.toml");
        assert_eq!(load(None, ""), Ok(None));
        if env::var_os(VARIABLE).is_none() {
            assert_eq!(load(Some(missing), ""), Ok(None));
        }
        for hostile in [env::temp_dir(), PathBuf::from("/dev/zero")] {
            let error = load(Some(&hostile), "").unwrap_err();
            assert!(error.to_string().starts_with("profile "), "{error}");
        }
    }
}
