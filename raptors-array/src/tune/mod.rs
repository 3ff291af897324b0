//! Measures this machine's speeds and costs, from which plans are made.
//!
//! It stands in this crate because it times whole operations on memory from the pool, as programs
//! use them: dispatch has the figures and their file, but neither arrays nor memory.

mod check;
mod clock;
mod costs;
mod report;
mod traffic;

pub use check::{Cell, Check, check};

use crate::Result;
use raptors_dispatch::{
    Machine, machine,
    machine::{Figures, profile},
    team,
};
use std::{io, path::PathBuf, time::Instant};

/// A figure that was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Its name in the profile.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What plans were made with.
    pub before: f64,
    /// What was measured.
    pub now: f64,
    /// How.
    pub detail: String,
}

/// The time that a loop takes for one element in the first-level cache.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// The operation and its dtype.
    pub name: String,
    /// Nanoseconds for one element.
    pub ns: f64,
}

/// What was measured, before it is kept.
#[derive(Clone, Debug)]
pub struct Report {
    /// The machine.
    pub machine: String,
    /// All figures: the measured ones, and the others as they were.
    pub figures: Figures,
    /// The measured ones.
    pub measured: Vec<Measured>,
    /// Times of typical loops.
    pub kernels: Vec<Kernel>,
    /// By which share the median batch was slower than the fast ones, over all measurements.
    pub noise: f64,
    /// Whether other programs held the cores, so that nothing was measured that needs all of them.
    pub crowded: bool,
    /// How long it took.
    pub seconds: f64,
}

/// A tuning under way.
struct Tuning<'a> {
    machine: &'a Machine,
    figures: Figures,
    measured: Vec<Measured>,
    kernels: Vec<Kernel>,
    noise: Vec<f64>,
    /// Whether other programs hold the cores: what needs all of them is not measured then.
    crowded: bool,
}

impl Tuning<'_> {
    /// Keeps the measured value of the figure called `name`.
    fn set(&mut self, name: &str, now: f64, detail: String) {
        let Some(row) = Figures::TABLE.iter().find(|row| row.name == name) else {
            return;
        };
        let before = self.machine.figures.get(row.name).unwrap_or(row.default);
        // What a profile would not be believed is not written.
        let now = profile::nearest(row, now);
        self.figures.set(row.name, now);
        self.measured.push(Measured {
            name: row.name,
            unit: row.unit,
            before,
            now,
            detail,
        });
    }
}

/// Measures the machine, in less than five seconds on most. Nothing is changed by it.
///
/// # Errors
///
/// [`crate::Error::Memory`].
pub fn measure() -> Result<Report> {
    let (start, machine) = (Instant::now(), machine());
    let mut tuning = Tuning {
        machine,
        figures: Figures::default(),
        measured: Vec::new(),
        kernels: Vec::new(),
        noise: Vec::new(),
        crowded: false,
    };
    let before = team::override_threads(Some(1)).unwrap_or_default();
    let measured = traffic::measure(&mut tuning)
        .and_then(|()| costs::kernels(&mut tuning))
        .and_then(|()| costs::products(&mut tuning))
        .and_then(|()| costs::pages(&mut tuning));
    let _ = team::override_threads(before);
    measured?;
    if !tuning.crowded {
        costs::team(&mut tuning)?;
    }
    tuning.noise.sort_by(f64::total_cmp);
    let noise = tuning.noise.get(tuning.noise.len() / 2).copied();
    Ok(Report {
        machine: machine.name(),
        figures: tuning.figures,
        measured: tuning.measured,
        kernels: tuning.kernels,
        noise: noise.unwrap_or_default(),
        crowded: tuning.crowded,
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// Keeps the figures for the processes to come, and lets this one plan with them. Gives the file.
///
/// # Errors
///
/// If the file cannot be written; this process plans with the figures nevertheless.
pub fn keep(report: &Report) -> io::Result<PathBuf> {
    machine::adopt(&report.figures);
    profile::save(machine(), &report.figures)
}
