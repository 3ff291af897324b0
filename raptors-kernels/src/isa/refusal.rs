//! The error for an instruction set that is asked for by name and is not to be had.

use core::fmt;

/// The names `RAPTORS_SIMD` takes.
pub const LEVEL_NAMES: &[&str] = &["auto", "scalar", "sse2", "avx2", "avx512", "neon"];

/// `RAPTORS_SIMD` names no level, or one that this CPU does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelError {
    /// What the variable held.
    pub value: String,
    /// The levels this CPU has.
    pub available: Vec<&'static str>,
}

impl fmt::Display for LevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = if LEVEL_NAMES.contains(&self.value.as_str()) {
            "is not supported by this CPU"
        } else {
            "is unknown"
        };
        write!(
            f,
            "RAPTORS_SIMD={}: level {problem}; choose auto, {}",
            self.value,
            self.available.join(", ")
        )
    }
}

impl std::error::Error for LevelError {}
