//! Running a program: one clear line when it is missing, its exit code when it fails.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, ErrorKind},
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use crate::{failure::Failure, workspace};

/// A program to run in the workspace's folder, and what to do where it is missing.
pub(crate) struct Program {
    command: Command,
    mend: String,
}

impl Program {
    /// The program `name`; `mend` says how to get it.
    pub(crate) fn new(name: impl AsRef<OsStr>, mend: impl Into<String>) -> Self {
        let mut command = Command::new(name);
        command.current_dir(workspace::root());
        Self {
            command,
            mend: mend.into(),
        }
    }

    /// Adds arguments.
    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable in the program's environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in another folder than the workspace's.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it with the terminal's input and output; a failure is a failed check.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        let status = self
            .command
            .status()
            .map_err(|error| self.failure(error.kind()))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::Check(format!("{} {}", self.line(), ended(status))))
    }

    /// Runs it as [`run`](Self::run); its exit code becomes the task's own.
    pub(crate) fn run_as_task(mut self) -> Result<(), Failure> {
        let status = self
            .command
            .status()
            .map_err(|error| self.failure(error.kind()))?;
        self.task_ended(status)
    }

    /// What it wrote to standard output; its exit code becomes the task's own.
    pub(crate) fn answer(mut self) -> Result<String, Failure> {
        self.command.stderr(Stdio::inherit());
        let output = self
            .command
            .output()
            .map_err(|error| self.failure(error.kind()))?;
        self.task_ended(output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What it wrote to standard error, where it found that its command line makes no sense.
    pub(crate) fn refusal(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).output().ok()?;
        let usage = output.status.code() == Some(2);
        usage.then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Runs it with its standard output shown and given; a failure is a failed check.
    pub(crate) fn tee(self) -> Result<String, Failure> {
        self.read(true)
    }

    /// As [`tee`](Self::tee), but standard output is only given.
    pub(crate) fn lines(self) -> Result<String, Failure> {
        self.read(false)
    }

    fn read(mut self, show: bool) -> Result<String, Failure> {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| self.failure(error.kind()))?;
        let mut text = String::new();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                if show {
                    println!("{line}");
                }
                text.push_str(&line);
                text.push('\n');
            }
        }
        let status = child.wait().map_err(|error| self.failure(error.kind()))?;
        if status.success() {
            return Ok(text);
        }
        Err(Failure::Check(format!("{} {}", self.line(), ended(status))))
    }

    fn task_ended(&self, status: ExitStatus) -> Result<(), Failure> {
        match status.code() {
            Some(0) => Ok(()),
            Some(code @ 1..=4) => Err(Failure::Said(code as u8)),
            _ => Err(Failure::Check(format!("{} {}", self.line(), ended(status)))),
        }
    }

    /// Runs it in silence and gives what it wrote to standard output, or where it failed, both
    /// outputs in a failed check.
    pub(crate) fn output(mut self) -> Result<String, Failure> {
        self.command.stdin(Stdio::null());
        let output = self
            .command
            .output()
            .map_err(|error| self.failure(error.kind()))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let (line, ended) = (self.line(), ended(output.status));
        Err(Failure::Check(format!("{line} {ended}\n{stdout}{stderr}")))
    }

    fn failure(&self, kind: ErrorKind) -> Failure {
        let name = self.command.get_program().display();
        match kind {
            ErrorKind::NotFound => Failure::missing(format!("{name} is not installed"), &self.mend),
            kind => Failure::missing(format!("{name} cannot be run ({kind})"), &self.mend),
        }
    }

    /// The command line, for messages.
    fn line(&self) -> String {
        let words = [self.command.get_program()]
            .into_iter()
            .chain(self.command.get_args());
        words
            .map(|word| word.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => format!("was ended by the system ({status})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_what_mends_it() {
        let failure = Program::new("no-such-program", "install it")
            .run()
            .unwrap_err();
        assert_eq!(
            failure,
            Failure::missing("no-such-program is not installed", "install it")
        );
    }
}
