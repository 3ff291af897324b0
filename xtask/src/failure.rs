//! How a task ends when it does not end well, and the exit code of each way.

use std::process::ExitCode;

/// Why a task stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A check found something, or a program that ran reported failure: exit code 1.
    Check(String),
    /// The command line makes no sense: exit code 2.
    Usage(String),
    /// A part of the environment is missing: exit code 3.
    Missing {
        /// What is not there.
        what: String,
        /// The command, or the step, that mends it.
        mend: String,
    },
    /// A program that follows the same exit codes has already said what is wrong.
    Said(u8),
}

impl Failure {
    /// A missing part of the environment and what mends it.
    pub(crate) fn missing(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::Missing {
            what: what.into(),
            mend: mend.into(),
        }
    }

    /// What to print, unless it has been said.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Check(message) | Self::Usage(message) => Some(message.clone()),
            Self::Missing { what, mend } => Some(format!("{what}: {mend}")),
            Self::Said(_) => None,
        }
    }

    /// The exit code of the process, as a number.
    pub(crate) fn number(&self) -> u8 {
        match self {
            Self::Check(_) => 1,
            Self::Usage(_) => 2,
            Self::Missing { .. } => 3,
            Self::Said(code) => *code,
        }
    }

    /// The exit code of the process.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.number())
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
