//! Plans for matrix products: which path and back end, and how the result is cut into strips.

use super::{Rule, Time, Work, map};
use crate::{
    machine::{Machine, Source},
    matmul::{Backend, piece},
};
use core::fmt;
use raptors_kernels::{
    DType, Kind, Level,
    product::{Blocks, has_direct, has_panels},
};

/// A product of an `m` by `k` and a `k` by `n` matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// Rows of the first matrix and of the result.
    pub m: usize,
    /// Columns of the first matrix and rows of the second.
    pub k: usize,
    /// Columns of the second matrix and of the result.
    pub n: usize,
    /// The element type of all three.
    pub dtype: DType,
    /// The instruction set for the paths that are not a back end's own.
    pub level: Level,
    /// The back end for large products.
    pub backend: Backend,
    /// Whether small products and vectors go to the back end as well, as tests of it want.
    pub forced: bool,
}

/// The way a product is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// There is nothing to multiply: the result is empty or zero.
    Empty,
    /// Two vectors to one number.
    Dot,
    /// A matrix and a vector, at the speed of memory.
    Vector,
    /// Register tiles on the matrices as they are.
    Small,
    /// The kernels for truth values and integers.
    Integer,
    /// Rows and a few columns, each pair a sum; packed where they are not neighbours in memory.
    Thin,
    /// The widest register tiles, on matrices as they lie in the second cache.
    Direct,
    /// Blocks packed for the caches, by a back end.
    Packed,
}

/// The dimension of the result that is cut into strips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// Strips of whole rows.
    Rows,
    /// Strips of whole columns.
    Columns,
}

/// How a matrix product would run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatmulPlan {
    /// The way it is computed.
    pub path: Path,
    /// The back end of [`Path::Packed`].
    pub backend: Backend,
    /// The level of our own tiles for symmetric products, where they compute those.
    pub tiles: Option<Level>,
    /// The blocks of [`Backend::Panels`].
    pub blocks: Blocks,
    /// The instruction set of the other paths, and of [`Backend::Panels`].
    pub level: Level,
    /// Threads, the caller's included.
    pub threads: usize,
    /// The dimension of the result that is cut.
    pub split: Split,
    /// Rows or columns of a strip.
    pub chunk: usize,
    /// Predicted time in nanoseconds, with the threads awake.
    pub predicted_ns: f64,
    /// Why this number of threads.
    pub rule: Rule,
    /// Where the figures come from.
    pub source: Source,
}

/// Rows or columns that a strip of a product with longer other sides should at least have. With
/// twice as many, and no fewer even at the end, a strip and the whole product are on one side of
/// the sizes at which the `gemm` crate changes how it rounds, so threads do not show in the result.
const STRIP: usize = 64;

/// Columns or rows of a narrow result: one register tile is as wide.
const NARROW: usize = 8;

/// Multiply-adds of each element of a narrow result that is not packed (bench: matmul/narrow).
const SHALLOW: usize = 32;

/// Multiply-adds of each element up to which a medium-sized result is faster without packing: to
/// write it takes as long as to compute it.
const FLAT: usize = 4;

/// Multiply-adds of such a product at most: beyond them its rows leave the L1 cache.
const FLAT_VOLUME: f64 = 32_768.0;

/// Columns or rows that are few enough for a sum of its own for each element (bench:
/// matmul/narrow).
const THIN: usize = 4;

/// Bytes of the widest vectors.
const WIDE: f64 = 64.0;

/// Strips are a multiple of this: most register tiles are as wide or high.
const TILE: usize = 16;

/// Rows of the tiles of [`Path::Direct`], and columns of the widest ones.
const TILES: [usize; 2] = [12, 32];

/// Rows or columns from which strips are cut in two, for a thread that comes late: each packs what it shares
/// with the others.
const LONG: usize = 512;

impl MatmulPlan {
    /// The same product in one piece on the calling thread.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self {
            threads: 1,
            chunk: usize::MAX,
            predicted_ns: self.predicted_ns * self.threads as f64,
            ..*self
        }
    }
}

/// A plan for `product` on at most `max_threads` threads.
#[inline]
pub fn matmul(product: &Product, machine: &Machine, max_threads: usize) -> MatmulPlan {
    let Product {
        m,
        k,
        n,
        dtype,
        level,
        backend,
        forced,
    } = *product;
    let volume = (m as f64) * (k as f64) * (n as f64);
    let integer = matches!(dtype.kind(), Kind::Bool | Kind::Signed | Kind::Unsigned);
    // Panels of our own are faster than unpacked tiles from more columns on than a back end.
    let panels = backend == Backend::Panels && has_panels(level, dtype);
    let narrow = (m <= NARROW || n <= NARROW * (1 + usize::from(panels))) && k <= SHALLOW;
    let flat = k <= FLAT && !integer && volume <= FLAT_VOLUME;
    let path = if volume == 0.0 {
        Path::Empty
    } else if forced && !integer {
        Path::Packed
    } else if m == 1 && n == 1 {
        Path::Dot
    } else if m == 1 || n == 1 {
        Path::Vector
    } else if volume <= machine.figures.matmul_small || narrow || flat {
        Path::Small
    } else if integer {
        Path::Integer
    } else if m.min(n) <= THIN {
        Path::Thin
    } else if backend == Backend::Gemm && has_direct(level, dtype) && is_near(product, machine) {
        Path::Direct
    } else {
        Path::Packed
    };
    let ours = panels || (backend == Backend::Gemm && !forced && has_panels(level, dtype));
    // Vectors that are two halves gain nothing, and waste more of a last tile.
    let narrower = machine.figures.far_vector < WIDE && dtype.kind() == Kind::Float;
    let serial = MatmulPlan {
        path,
        tiles: ours.then_some(if narrower { level.halved() } else { level }),
        backend: if backend == Backend::Panels && !panels {
            Backend::Gemm
        } else {
            backend
        },
        blocks: Blocks::new(machine.l1.bytes, machine.l2.bytes, machine.l3.bytes),
        level,
        threads: 1,
        split: if m >= n { Split::Rows } else { Split::Columns },
        chunk: m.max(n),
        predicted_ns: volume / rate(product, machine),
        rule: Rule::Small,
        source: machine.source,
    };
    match path {
        Path::Empty => serial,
        Path::Dot | Path::Vector => vector(product, serial, machine, max_threads),
        Path::Small | Path::Integer | Path::Thin | Path::Direct | Path::Packed => {
            strips(product, serial, machine, max_threads)
        }
    }
}

/// Rows of the first matrix that a tile reads as they lie, at most.
const LYING: usize = 12;

/// Whether a tile's rows of the first matrix fit the first cache, and the second matrix half of the second
/// cache: packing them takes longer than it gains (bench: matmul/square).
fn is_near(product: &Product, machine: &Machine) -> bool {
    let Product { k, n, dtype, .. } = *product;
    let row = k.saturating_mul(dtype.size().max(size_of::<f32>()));
    row.saturating_mul(LYING) <= machine.l1.bytes && row.saturating_mul(n) <= machine.l2.bytes / 2
}

/// Multiply-adds per nanosecond of one core.
fn rate(product: &Product, machine: &Machine) -> f64 {
    let figures = &machine.figures;
    let size = product.dtype.real().size().max(4) as f64;
    match product.dtype.kind() {
        Kind::Bool | Kind::Signed | Kind::Unsigned => figures.matmul_int_gops / 2.0 * 4.0 / size,
        Kind::Float => figures.matmul_gflops / 2.0 * 4.0 / size,
        // Four real products in each complex one.
        Kind::Complex => figures.matmul_gflops / 8.0 * 4.0 / size,
    }
}

/// Rows beside a vector up to which kernels take them for few.
const ALONE: usize = 8;

/// Products with a vector read the matrix once: they are planned as the traffic that they are.
fn vector(
    product: &Product,
    serial: MatmulPlan,
    machine: &Machine,
    max_threads: usize,
) -> MatmulPlan {
    let rows = product.m.max(product.n);
    let elements = rows * product.k;
    // Two vectors are read, or a matrix beside which the vector is little.
    let nin = if rows == 1 { 2 } else { 1 };
    let work = Work::new(serial.level, 1, elements, product.dtype.size(), nin, 0);
    let plan = map(&work, machine, max_threads);
    let serial = MatmulPlan {
        level: plan.level,
        predicted_ns: plan.predicted_ns,
        rule: plan.rule,
        ..serial
    };
    if rows == 1 {
        // Whatever the threads, the sum is cut in the same places.
        let chunk = piece(product.k);
        return MatmulPlan {
            threads: plan.threads.min(product.k.div_ceil(chunk)),
            chunk,
            ..serial
        };
    }
    // So few rows alone would be added up in another way than among others.
    let mut chunk = (plan.chunk / product.k).next_multiple_of(8).max(2 * ALONE);
    while chunk < rows && (1..=ALONE).contains(&(rows % chunk)) {
        chunk += 8;
    }
    let chunk = chunk.min(rows);
    MatmulPlan {
        threads: plan.threads.min(rows.div_ceil(chunk.max(1))),
        chunk: if plan.threads == 1 { rows } else { chunk },
        ..serial
    }
}

/// Strips of the longer side of the result.
fn strips(
    product: &Product,
    serial: MatmulPlan,
    machine: &Machine,
    max_threads: usize,
) -> MatmulPlan {
    let figures = &machine.figures;
    let (long, short) = match serial.split {
        Split::Rows => (product.m, product.n),
        Split::Columns => (product.n, product.m),
    };
    let total = serial.predicted_ns;
    let (strip, least) = if short > STRIP {
        (STRIP, TILE)
    } else {
        (2 * STRIP, 2 * STRIP + 1)
    };
    let unit = match (serial.path, serial.split) {
        (Path::Direct, Split::Rows) => TILES[0],
        (Path::Direct, Split::Columns) => TILES[1],
        _ => TILE,
    };
    let worth = (total / figures.matmul_chunk_ns.max(1.0)) as usize;
    let most = max_threads.min(long / strip).min(worth).max(1);
    let (mut threads, mut best, mut tried) = (1, total, 1);
    while tried < most {
        tried = (tried * 2).min(most);
        let p = tried as f64;
        let time = figures.fork_ns + (p - 2.0) * figures.fork_thread_ns + total / p;
        if time < (1.0 - figures.gain) * best {
            (threads, best) = (tried, time);
        }
    }
    let rule = match threads {
        1 if max_threads <= 1 => Rule::OneAllowed,
        1 if most <= 1 => Rule::OneChunk,
        1 => Rule::NoGain,
        _ => Rule::Gain,
    };
    if threads == 1 {
        let chunk = long;
        return MatmulPlan {
            chunk,
            rule,
            ..serial
        };
    }
    // Twice as many strips as threads where they stay large: one thread may come late.
    let mut strips = if long / threads >= LONG {
        2 * threads
    } else {
        threads
    };
    let mut chunk = long.div_ceil(strips).next_multiple_of(unit);
    // The last strip gets what the others leave, which must not be too little.
    while strips > 1 && long < (strips - 1) * chunk + least {
        strips -= 1;
        chunk = long.div_ceil(strips).next_multiple_of(unit);
    }
    MatmulPlan {
        threads: threads.min(strips),
        chunk,
        predicted_ns: best,
        rule,
        ..serial
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::Dot => "dot product",
            Self::Vector => "matrix and vector",
            Self::Small => "register tiles",
            Self::Integer => "integer kernels",
            Self::Thin => "rows and few columns",
            Self::Direct => "wide tiles",
            Self::Packed => "packed blocks",
        })
    }
}

impl fmt::Display for MatmulPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threads, chunk, .. } = self;
        match self.path {
            Path::Packed | Path::Thin => writeln!(f, "path       {}, {}", self.path, self.backend)?,
            path => write!(f, "path       {path}\nlevel      {}\n", self.level.name())?,
        }
        write!(
            f,
            "threads    {threads}\nchunk      {chunk} {}\n",
            self.split
        )?;
        writeln!(f, "predicted  {}", Time(self.predicted_ns))?;
        write!(f, "rule       {} ({})", self.rule, self.source)
    }
}

#[cfg(test)]
mod tests;
