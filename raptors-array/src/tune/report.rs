//! What a tuning and a check print.

use super::{Check, Report};
use core::fmt;

/// Share of noise from which the machine was too busy for its figures to be trusted.
const BUSY: f64 = 0.15;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { noise, seconds, .. } = self;
        writeln!(f, "{}", self.machine)?;
        let percent = 100.0 * noise;
        write!(
            f,
            "measured in {seconds:.1} s; the median batch was {percent:.0} % slower than the fast ones"
        )?;
        if *noise > BUSY {
            write!(f, ": the machine is busy, so tune again when it is not")?;
        }
        if self.crowded {
            write!(
                f,
                "\nother programs hold the cores: what needs all of them keeps its default"
            )?;
        }
        writeln!(
            f,
            "\n\n{:<16} {:>9} {:>9} {:<8} how",
            "figure", "before", "now", "unit"
        )?;
        for row in &self.measured {
            let (before, now) = (Number(row.before), Number(row.now));
            let (name, unit, how) = (row.name, row.unit, &row.detail);
            writeln!(f, "{name:<16} {before:>9} {now:>9} {unit:<8} {how}")?;
        }
        writeln!(f, "\nnanoseconds for one element in cache, on one thread")?;
        for kernel in &self.kernels {
            writeln!(f, "{:<16} {:>9.3}", kernel.name, kernel.ns)?;
        }
        Ok(())
    }
}

/// A number with three digits or so.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0.abs() {
            large if large >= 100.0 => format!("{:.0}", self.0),
            middle if middle >= 1.0 => format!("{:.2}", self.0),
            _ => format!("{:.3}", self.0),
        };
        f.pad(&text)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<32} {:>12} {:>12} {:>8}",
            "one thread", "predicted", "measured", "error"
        )?;
        for cell in &self.cells {
            let (predicted, measured) = (cell.predicted_ns / 1e3, cell.measured_ns / 1e3);
            let (name, error) = (&cell.name, cell.error());
            writeln!(
                f,
                "{name:<32} {predicted:>9.1} µs {measured:>9.1} µs {error:>7.2}x"
            )?;
        }
        let count = self.cells.len();
        let typical = self.typical();
        match self.worst() {
            Some(worst) => write!(
                f,
                "{count} cells: half of them within {typical:.2}x, the worst {:.2}x ({})",
                worst.error(),
                worst.name
            ),
            None => f.write_str("no cells"),
        }
    }
}
