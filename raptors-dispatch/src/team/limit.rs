//! How many threads may be used: by the process, and by the calling thread.

use super::crew;
use crate::machine::machine;
use core::{
    cell::Cell,
    fmt,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
};

/// The largest number of threads that can be asked for.
pub const MAX_THREADS: usize = 1024;

/// The variable that sets the process's number of threads.
pub const VARIABLE: &str = "RAPTORS_THREADS";

/// The variables that limit it where [`VARIABLE`] is unset: those of OpenMP, which joblib, Dask and
/// batch systems set for every library in the processes that they start.
const SHARED_VARIABLES: [&str; 2] = ["OMP_NUM_THREADS", "OMP_THREAD_LIMIT"];

/// What sets the process's number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitSource {
    /// [`with_threads`] or [`override_threads`], for the calling thread.
    Thread,
    /// [`set_threads`].
    Call,
    /// The environment variable of this name.
    Variable(&'static str),
    /// The cores that the process may use.
    Cores,
}

impl fmt::Display for LimitSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Thread => "set for this thread",
            Self::Call => "set by the program",
            Self::Variable(name) => name,
            Self::Cores => "the usable cores",
        })
    }
}

/// Whether [`set_threads`] was called.
static CALLED: AtomicBool = AtomicBool::new(false);

/// What [`threads`] comes from.
pub fn limit_source() -> LimitSource {
    if OVERRIDE.get() != 0 {
        LimitSource::Thread
    } else if CALLED.load(Relaxed) {
        LimitSource::Call
    } else {
        environment().map_or(LimitSource::Cores, |(_, source)| source)
    }
}

/// A number of threads that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadsError {
    /// The environment variable that asked for it, if one did.
    pub variable: Option<&'static str>,
    /// What was asked for.
    pub value: String,
}

impl fmt::Display for ThreadsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = self.variable {
            write!(f, "{variable}={}: ", self.value)?;
        }
        write!(f, "the number of threads must be from 1 to {MAX_THREADS}")?;
        match self.variable {
            Some(_) => Ok(()),
            None => write!(f, ", not {}", self.value),
        }
    }
}

impl std::error::Error for ThreadsError {}

/// The process's number of threads; zero until it is first asked for.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The calling thread's own number of threads; zero where it has none.
    static OVERRIDE: Cell<usize> = const { Cell::new(0) };
}

/// The number of threads that the calling thread may use now: one inside a job, else what
/// [`with_threads`] or [`set_threads`] set, else what the environment says, else the usable cores.
#[inline]
pub fn threads() -> usize {
    if crew::inside() {
        return 1;
    }
    match (OVERRIDE.get(), THREADS.load(Relaxed)) {
        (0, 0) => initial(),
        (0, threads) | (threads, _) => threads,
    }
}

/// An invalid variable is reported where errors can be shown; here it counts as unset.
#[cold]
fn initial() -> usize {
    let threads = from_env().unwrap_or_else(|_| machine().cores.min(MAX_THREADS));
    // A value that was set meanwhile stays.
    match THREADS.compare_exchange(0, threads, Relaxed, Relaxed) {
        Ok(_) => threads,
        Err(set) => set,
    }
}

/// The number of threads that `RAPTORS_THREADS` asks for; where it is unset the usable cores, or as
/// many of them as `OMP_NUM_THREADS` and `OMP_THREAD_LIMIT` allow.
///
/// # Errors
///
/// If the variable is not a number from 1 to [`MAX_THREADS`].
pub fn from_env() -> Result<usize, ThreadsError> {
    environment().map(|(threads, _)| threads)
}

fn environment() -> Result<(usize, LimitSource), ThreadsError> {
    if let Some(value) = std::env::var_os(VARIABLE) {
        let threads = parse(&value.to_string_lossy())?;
        return Ok((threads, LimitSource::Variable(VARIABLE)));
    }
    let cores = (machine().cores.min(MAX_THREADS), LimitSource::Cores);
    let limits = SHARED_VARIABLES.iter().filter_map(|name| {
        let limit = shared_limit(&std::env::var(name).ok()?)?;
        Some((limit, LimitSource::Variable(name)))
    });
    Ok(limits.fold(
        cores,
        |least, limit| if limit.0 < least.0 { limit } else { least },
    ))
}

/// The number in a variable of OpenMP, or the first of a list for nested regions. The variable is
/// not ours, so what cannot be read is left to others to refuse.
fn shared_limit(value: &str) -> Option<usize> {
    let first = value.split(',').next()?.trim();
    first.parse().ok().filter(|&threads| threads > 0)
}

fn parse(value: &str) -> Result<usize, ThreadsError> {
    let number = value.trim().parse().ok();
    number
        .filter(|threads| (1..=MAX_THREADS).contains(threads))
        .ok_or_else(|| ThreadsError {
            variable: Some(VARIABLE),
            value: value.to_owned(),
        })
}

fn check(threads: usize) -> Result<usize, ThreadsError> {
    if (1..=MAX_THREADS).contains(&threads) {
        Ok(threads)
    } else {
        Err(ThreadsError {
            variable: None,
            value: threads.to_string(),
        })
    }
}

/// Sets the process's number of threads. Jobs that run keep theirs.
///
/// # Errors
///
/// If `threads` is not from 1 to [`MAX_THREADS`].
pub fn set_threads(threads: usize) -> Result<(), ThreadsError> {
    THREADS.store(check(threads)?, Relaxed);
    CALLED.store(true, Relaxed);
    Ok(())
}

/// Sets the calling thread's own number of threads, or takes it away. Gives what was set before.
///
/// # Errors
///
/// If `threads` is not from 1 to [`MAX_THREADS`].
pub fn override_threads(threads: Option<usize>) -> Result<Option<usize>, ThreadsError> {
    let new = threads.map_or(Ok(0), check)?;
    let old = OVERRIDE.replace(new);
    Ok((old != 0).then_some(old))
}

/// Runs `f` with the calling thread's own number of threads set to `threads`.
///
/// # Errors
///
/// If `threads` is not from 1 to [`MAX_THREADS`]; `f` is not run then.
pub fn with_threads<R>(threads: usize, f: impl FnOnce() -> R) -> Result<R, ThreadsError> {
    /// Puts the former number back, also when `f` panics.
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            OVERRIDE.set(self.0);
        }
    }
    let _restore = Restore(OVERRIDE.replace(check(threads)?));
    Ok(f())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_takes_numbers_from_one() {
        assert_eq!(parse("1"), Ok(1));
        assert_eq!(parse(" 12 "), Ok(12));
        for junk in ["", "0", "-1", "two", "1.5", "99999999999999999999"] {
            let error = parse(junk).unwrap_err().to_string();
            let expected =
                format!("RAPTORS_THREADS={junk}: the number of threads must be from 1 to");
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn the_variables_of_openmp_take_lists_and_never_fail() {
        assert_eq!(shared_limit("3"), Some(3));
        assert_eq!(shared_limit(" 4 , 2"), Some(4));
        for junk in ["", "0", "all", "-1", ","] {
            assert_eq!(shared_limit(junk), None);
        }
    }

    #[test]
    fn an_impossible_number_is_an_error_and_changes_nothing() {
        let before = threads();
        let error = set_threads(0).unwrap_err();
        assert!(error.to_string().ends_with("not 0"));
        assert!(set_threads(MAX_THREADS + 1).is_err());
        assert!(override_threads(Some(0)).is_err());
        assert!(with_threads(0, || unreachable!()).is_err());
        assert_eq!(threads(), before);
    }

    #[test]
    fn a_threads_own_number_is_its_own_and_ends_with_the_call() {
        let before = threads();
        let inner = with_threads(3, || {
            std::thread::spawn(|| assert_ne!(OVERRIDE.get(), 3))
                .join()
                .unwrap();
            with_threads(2, threads).unwrap() + threads()
        });
        assert_eq!(inner, Ok(5));
        let panicked = std::panic::catch_unwind(|| with_threads(3, || panic!("expected")));
        assert!(panicked.is_err());
        assert_eq!(threads(), before);
        assert_eq!(override_threads(Some(4)), Ok(None));
        assert_eq!((threads(), override_threads(None)), (4, Ok(Some(4))));
    }
}
