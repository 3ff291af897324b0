//! Plans: how a piece of work would run on a machine. Pure data, made without touching memory.

mod cost;
mod line;
mod matmul;
mod model;
mod rows;
#[cfg(test)]
mod tests;

pub use cost::{Cost, Halves};
pub use line::line;
pub use matmul::{MatmulPlan, Path, Product, Split, matmul};
pub use model::{fold, map, width};
pub use rows::{Rows, rows};

pub(crate) use model::small_weight;

use crate::machine::Source;
use core::fmt;
use raptors_kernels::Level;

/// What is to be done: a run of elements, in and out of memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// The instruction set of the loop.
    pub level: Level,
    /// Cost of one element in units of one addition (see `Ufunc::cost`).
    pub cost: u32,
    /// The number of elements computed.
    pub elements: usize,
    /// Bytes of one element of the type that is computed in.
    pub size: usize,
    /// Bytes read from memory.
    pub bytes_read: usize,
    /// Bytes written to memory.
    pub bytes_written: usize,
    /// Whether the loop has a form whose stores go around the caches.
    pub streamable: bool,
    /// What vectors of half the width are to the loop.
    pub halves: Halves,
    /// Bytes of other results that were written since the memory of this one last was: what the
    /// caches hold of it is gone if they are many.
    pub cold: usize,
}

impl Work {
    /// Work on `elements` of `size` bytes each, of which `nin` arrays are read and `nout` written.
    #[inline]
    pub const fn new(
        level: Level,
        cost: u32,
        elements: usize,
        size: usize,
        nin: usize,
        nout: usize,
    ) -> Self {
        let bytes = elements.saturating_mul(size);
        Self {
            level,
            cost,
            elements,
            size,
            bytes_read: bytes.saturating_mul(nin),
            bytes_written: bytes.saturating_mul(nout),
            streamable: false,
            halves: Halves::Usable,
            cold: 0,
        }
    }

    /// Bytes that a cache must hold for the work to find its data there: what was written since
    /// the result's memory was in use would have to be there as well.
    #[inline]
    pub const fn footprint(&self) -> usize {
        let moved = self.bytes_read.saturating_add(self.bytes_written);
        let rotation = self.bytes_read.saturating_add(self.cold);
        if moved > rotation { moved } else { rotation }
    }

    /// Whether so much more is read than written, as where numbers are compared, that stores around the
    /// caches, which spare reading what is written over, would gain less than reading inputs piece by
    /// piece for them costs.
    #[inline]
    pub const fn mostly_reads(&self) -> bool {
        self.bytes_read >= self.bytes_written.saturating_mul(4)
    }

    /// Whether results are packed into a quarter of what they are computed in, or less, as truth values
    /// are: narrower vectors take longer over that than over what they read.
    #[inline]
    pub const fn packs(&self) -> bool {
        let computed = self.elements.saturating_mul(self.size);
        self.bytes_written > 0 && self.bytes_written.saturating_mul(4) <= computed
    }

    /// Whether results are smaller than what they are computed in: vectors are packed for them.
    #[inline]
    pub const fn narrows(&self) -> bool {
        self.bytes_written < self.elements.saturating_mul(self.size)
    }

    /// Bytes moved plus bytes computed on, each as often as the cost says: a measure of the work
    /// that takes no division.
    #[inline]
    pub const fn weight(&self) -> u64 {
        let computed = (self.elements as u64)
            .saturating_mul(self.size as u64)
            .saturating_mul(self.cost as u64);
        (self.bytes_read as u64)
            .saturating_add(self.bytes_written as u64)
            .saturating_add(computed)
    }
}

/// How stores reach memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stores {
    /// Through the caches.
    Cached,
    /// Around the caches.
    Streaming,
}

/// What limits the speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// Arithmetic.
    Arithmetic,
    /// Traffic with the first-level cache.
    L1,
    /// Traffic with the second-level cache.
    L2,
    /// Traffic with the last-level cache.
    L3,
    /// Traffic with main memory.
    Memory,
}

/// Why a plan has its number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The weight of the work is below what starting a second thread costs.
    Small,
    /// The caller allows one thread only.
    OneAllowed,
    /// The work does not fill two chunks.
    OneChunk,
    /// The model promises too little from a second thread.
    NoGain,
    /// The model promises enough from these threads, and too little from more.
    Gain,
}

/// How a piece of work would run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// The instruction set.
    pub level: Level,
    /// Threads, the caller's included.
    pub threads: usize,
    /// Elements that a thread takes at a time; all of them where there is one thread.
    pub chunk: usize,
    /// How stores reach memory.
    pub stores: Stores,
    /// Predicted time in nanoseconds, with the threads awake; an upper bound under
    /// [`Rule::Small`].
    pub predicted_ns: f64,
    /// What limits the speed.
    pub bound: Bound,
    /// Why this number of threads.
    pub rule: Rule,
    /// Where the figures come from.
    pub source: Source,
}

impl Plan {
    /// The number of chunks that `elements` fall into.
    #[inline]
    pub const fn chunks(&self, elements: usize) -> usize {
        elements.div_ceil(if self.chunk == 0 { 1 } else { self.chunk })
    }
}

impl fmt::Display for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cached => "cached",
            Self::Streaming => "streaming",
        })
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arithmetic => "arithmetic",
            Self::L1 => "L1 bandwidth",
            Self::L2 => "L2 bandwidth",
            Self::L3 => "L3 bandwidth",
            Self::Memory => "memory bandwidth",
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "smaller than the cost of starting a second thread",
            Self::OneAllowed => "one thread is allowed",
            Self::OneChunk => "the work fills one chunk",
            Self::NoGain => "a second thread promises too little",
            Self::Gain => "these threads pay, more would not",
        })
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rows => "rows",
            Self::Columns => "columns",
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            threads,
            chunk,
            stores,
            ..
        } = self;
        write!(
            f,
            "level      {}\nthreads    {threads}\n",
            self.level.name()
        )?;
        write!(f, "chunk      {chunk} elements\nstores     {stores}\n")?;
        writeln!(f, "predicted  {}", Time(self.predicted_ns))?;
        writeln!(f, "bound      {}", self.bound)?;
        write!(f, "rule       {} ({})", self.rule, self.source)
    }
}

/// Nanoseconds, printed in a unit that suits them.
#[derive(Clone, Copy, Debug)]
pub struct Time(pub f64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ns if ns < 1e3 => write!(f, "{ns:.0} ns"),
            ns if ns < 1e6 => write!(f, "{:.1} µs", ns / 1e3),
            ns if ns < 1e9 => write!(f, "{:.1} ms", ns / 1e6),
            ns => write!(f, "{:.1} s", ns / 1e9),
        }
    }
}
