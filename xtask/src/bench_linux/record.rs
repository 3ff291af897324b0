//! A run's folder: under a name that says it is not done until everything in it is there.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{failure::Failure, words::counted};

/// What the name of a folder ends in until the run is complete.
const PARTIAL: &str = ".partial";

/// Bytes that a results folder must take before anything is started: a report and its samples.
const NEEDED: usize = 4 << 20;

/// The folder of one run.
#[derive(Debug)]
pub(super) struct Record {
    /// Where the run writes.
    pub(super) partial: PathBuf,
    /// What that becomes.
    pub(super) done: PathBuf,
    /// Whether the run goes on with an earlier one.
    pub(super) resumed: bool,
}

impl Record {
    /// A new folder in `results`, named by the time; or that of the run to go on with.
    pub(super) fn new(
        results: &Path,
        resume: Option<&Path>,
        now: SystemTime,
    ) -> Result<Self, Failure> {
        let Some(earlier) = resume else {
            fs::create_dir_all(results).map_err(|error| failed(results, &error))?;
            return claimed(results, &stamp(now)).map_err(|error| failed(results, &error));
        };
        let usage = |why: String| Err(Failure::Usage(why));
        let (name, given) = (earlier.file_name().unwrap_or_default(), earlier.display());
        let earlier = results.join(name);
        if !earlier.join("cells.jsonl").is_file() {
            let folder = results.display();
            return usage(format!(
                "--resume {given}: there is no such run in {folder}"
            ));
        }
        let name = name.to_string_lossy();
        match name.strip_suffix(PARTIAL) {
            Some(done) => {
                let record = Self {
                    done: results.join(done),
                    partial: earlier,
                    resumed: true,
                };
                // Whoever wrote the last run's results was killed after that: these are not this run's.
                let _ = fs::remove_file(record.results());
                Ok(record)
            }
            None => usage(format!("--resume {given}: that run is complete")),
        }
    }

    /// What a run writes last.
    pub(super) fn results(&self) -> PathBuf {
        self.partial.join("results.json")
    }

    /// What remains of a run that did not end well: kept, if a later one can go on with it, and `again`
    /// tells with which command.
    pub(super) fn abandoned(&self, again: impl Fn(&Path) -> String) {
        let measured = match fs::read(self.partial.join("cells.jsonl")) {
            Ok(lines) => measured(&lines),
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            // What cannot be read may be all that was measured.
            Err(_) => return,
        };
        if measured == 0 {
            let _ = fs::remove_dir_all(&self.partial);
            return;
        }
        let command = again(&self.partial);
        let measured = counted(measured, "cell was", "cells were");
        eprintln!("xtask: {measured} measured; go on with {command}");
    }

    /// Makes the run's folder the result, if its results are whole, with what is known about the run.
    pub(super) fn complete(&self, metadata: &Value) -> Result<(), Failure> {
        let results = self.results();
        let bytes = fs::read(&results).unwrap_or_default();
        if serde_json::from_slice::<Value>(&bytes).is_err() {
            let what = format!("{} is not whole", results.display());
            return Err(unwritable(&self.partial).unwrap_or(Failure::Check(what)));
        }
        write(&self.partial.join("metadata.json"), metadata)?;
        fs::rename(&self.partial, &self.done).map_err(|error| failed(&self.done, &error))
    }
}

impl Drop for Record {
    /// A run that left nothing leaves no folder: one that holds anything is not removed.
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.partial);
    }
}

/// How many lines of a journal are of cells: others tell which run it is, once for each time that it went
/// on, and the last may be cut short.
fn measured(lines: &[u8]) -> usize {
    let lines = lines.split(|&byte| byte == b'\n');
    let rows = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    rows.filter(|row| row.get("key").is_some()).count()
}

/// The folder of a new run, made here: runs that start in the same second get one each.
fn claimed(results: &Path, stamp: &str) -> io::Result<Record> {
    for number in 1_u32.. {
        let name = match number {
            1 => stamp.to_owned(),
            _ => format!("{stamp}-{number}"),
        };
        let done = results.join(name);
        let partial = with_ending(&done);
        match fs::create_dir(&partial) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            made => made?,
        }
        let record = Record {
            partial,
            done,
            resumed: false,
        };
        // Who had the name may be done by now.
        if !record.done.exists() {
            return Ok(record);
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Writes JSON under another name first, so that it is there whole or not at all.
pub(super) fn write(path: &Path, value: &Value) -> Result<(), Failure> {
    let text = format!("{value:#}\n");
    let temporary = path.with_extension("json.new");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        failed(path, &error)
    })
}

/// Why nothing can be written to a folder, if so; makes the folder.
pub(super) fn unwritable(folder: &Path) -> Option<Failure> {
    let probe = folder.join(format!("probe-{}.new", std::process::id()));
    let tried = fs::create_dir_all(folder).and_then(|()| {
        let mut file = File::create(&probe)?;
        file.write_all(&vec![1; NEEDED])?;
        file.sync_all()
    });
    let _ = fs::remove_file(&probe);
    tried.err().map(|error| failed(folder, &error))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::WriteZero => {
            let mend = "free some space, or name another folder with --results";
            Failure::missing(format!("the disk of {path} is full"), mend)
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied | ErrorKind::NotADirectory => {
            let mend = "make it writable, or name another folder with --results";
            Failure::missing(format!("{path} cannot be written ({error})"), mend)
        }
        _ => Failure::Check(format!("cannot write {path}: {error}")),
    }
}

fn with_ending(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(PARTIAL);
    path.with_file_name(name)
}

/// The time in the Gregorian calendar and UTC, as the names of results have it.
pub(super) fn stamp(now: SystemTime) -> String {
    let seconds = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    // Years that begin in March end with the day that leap years add, and 400 of them have always
    // as many days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month, day) = (month, day - (153 * month + 2) / 5 + 1);
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = era * 400 + year + next;
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!("{year}-{month:02}-{day:02}_{hour:02}-{minute:02}-{second:02}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn times_are_dates() {
        let at = |seconds| stamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01_00-00-00");
        assert_eq!(at(951_782_400), "2000-02-29_00-00-00");
        assert_eq!(at(1_795_206_660), "2026-11-20_20-31-00");
        assert_eq!(at(4_107_542_399), "2100-02-28_23-59-59");
        assert_eq!(at(4_107_542_400), "2100-03-01_00-00-00");
    }

    #[test]
    fn only_a_whole_result_gets_its_name() {
        let results = folder("record");
        let record = Record::new(&results, None, UNIX_EPOCH).unwrap();
        assert!(record.complete(&json!({})).is_err());
        fs::write(record.partial.join("results.json"), "{\"cells\": [").unwrap();
        assert!(record.complete(&json!({})).is_err());
        assert!(!record.done.exists());
        fs::write(record.partial.join("results.json"), "{\"cells\": []}").unwrap();
        record.complete(&json!({"engine": "docker"})).unwrap();
        assert!(!record.partial.exists());
        let metadata = fs::read_to_string(record.done.join("metadata.json")).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&metadata).unwrap()["engine"],
            "docker"
        );
        fs::remove_dir_all(&results).unwrap();
    }

    #[test]
    fn runs_of_the_same_second_have_a_folder_each() {
        let results = folder("same-second");
        let new = || Record::new(&results, None, UNIX_EPOCH).unwrap();
        let first = new();
        let others: Vec<_> = (0..4)
            .map(|_| {
                let results = results.clone();
                std::thread::spawn(move || Record::new(&results, None, UNIX_EPOCH).unwrap())
            })
            .collect();
        let others: Vec<_> = others.into_iter().map(|run| run.join().unwrap()).collect();
        let mut folders: Vec<_> = others.iter().chain([&first]).map(|run| &run.done).collect();
        folders.sort();
        folders.dedup();
        assert_eq!(folders.len(), 5);
        fs::write(first.partial.join("results.json"), "{}").unwrap();
        first.complete(&json!({})).unwrap();
        let name = first.done.clone();
        assert_ne!(new().done, name);
        drop(others);
        // Only the one that left something is there.
        assert_eq!(fs::read_dir(&results).unwrap().count(), 1);
        fs::remove_dir_all(&results).unwrap();
    }

    #[test]
    fn an_interrupted_run_is_gone_on_with() {
        let results = folder("resume");
        let run = results.join("2026-11-20_20-31-00.partial");
        fs::create_dir_all(&run).unwrap();
        let resumed = |path: &Path| Record::new(&results, Some(path), UNIX_EPOCH);
        assert!(matches!(resumed(&run), Err(Failure::Usage(_))));
        let again = |folder: &Path| folder.display().to_string();
        let lines = "{\"keys\": []}\n{\"key\": \"a\"}\n{\"keys\": []}\n";
        fs::write(run.join("cells.jsonl"), lines).unwrap();
        let record = resumed(&run).unwrap();
        assert_eq!(record.done, results.join("2026-11-20_20-31-00"));
        record.abandoned(again);
        assert!(run.exists());
        assert_eq!(measured(lines.as_bytes()), 1);
        assert_eq!(measured(b"{\"keys\": []}\n{\"key\": \"a\", \"rat"), 0);
        fs::write(run.join("cells.jsonl"), "{\"keys\": []}\n").unwrap();
        record.abandoned(again);
        assert!(!run.exists());
        fs::remove_dir_all(&results).unwrap();
    }

    #[test]
    fn what_cannot_be_written_is_one_line() {
        let kinds = [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem];
        for (kind, word) in kinds.into_iter().zip(["is full", "cannot be written"]) {
            let failure = failed(Path::new("/r"), &kind.into());
            assert!(matches!(failure, Failure::Missing { .. }));
            let line = failure.message().unwrap();
            assert!(line.contains(word) && !line.contains('\n'), "{line}");
        }
        let results = folder("unwritable");
        assert_eq!(unwritable(&results), None);
        fs::write(results.join("file"), "").unwrap();
        assert!(unwritable(&results.join("file/results")).is_some());
        fs::remove_dir_all(&results).unwrap();
    }
}
