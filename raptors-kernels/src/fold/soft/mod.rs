//! Lines of numbers as shares of one, or the logarithm of the sum of their exponentials: the greatest
//! number, then exponentials of what is left of each and their sum, then the results, a line at a time
//! while it is in the caches.
//!
//! Sums are made in the order of the pairwise tree, so that a line gives the same bits wherever it lies.

mod columns;
mod power;

pub use columns::{NARROWEST, SHORT, columns, short};

use self::power::{Real, log_shares, powers, shares};
use super::tree::split;
use crate::{
    dtype::DType,
    isa::{Isa, Level},
    scalar::Scalar,
    slice::{In, Out},
};

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soft {
    /// `e^x / sum(e^x)`.
    Shares,
    /// The logarithm of that.
    LogShares,
    /// `log(sum(e^x))`, one number.
    LogSum,
}

/// Elements of a line whose exponentials are added up while they are in the first-level cache.
const BLOCK: usize = 1024;

/// Lanes of partial sums in the tree.
const LANES: usize = 8;

/// Calls `$body` with `$T` standing for the type of `$dtype`, float32 or float64, and `$isa` for the
/// instruction set.
macro_rules! with_real {
    ($level:expr, $dtype:expr, $isa:ident, $T:ident => $body:expr) => {
        $crate::fold::with_fold_isa!($level, $isa => match $dtype {
            $crate::dtype::DType::F32 => { type $T = f32; $body }
            $crate::dtype::DType::F64 => { type $T = f64; $body }
            other => panic!("{other:?} has no exponentials here"),
        })
    };
}
use with_real;

/// Whether there are loops for `dtype`.
pub const fn takes(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F64)
}

/// The results of lines of `len` elements, one after the other.
///
/// # Panics
///
/// If the types differ or have no loop, a line has no elements, or `out` has not room for the results.
pub fn lines(what: Soft, level: Level, x: In<'_>, len: usize, mut out: Out<'_>) {
    with_real!(level, x.dtype(), isa, T => {
        let given = if what == Soft::LogSum { 1 } else { len };
        let (x, out) = (x.of::<T>(), out.of::<T>());
        assert_eq!(x.len() / len * given, out.len(), "results for each line");
        for (x, out) in x.chunks_exact(len).zip(out.chunks_exact_mut(given)) {
            line(what, isa, x, out);
        }
    });
}

fn line<I: Isa, T: Real>(what: Soft, isa: I, x: &[T], out: &mut [T]) {
    let most = T::greatest(isa, x);
    match what {
        Soft::Shares => {
            let sum = stored(isa, x, most, out);
            shares(isa, out, sum);
        }
        Soft::LogShares => {
            let sum = added(isa, x, most);
            log_shares(isa, x, most, logarithm(isa, sum), out);
        }
        Soft::LogSum => {
            let base = finite(most);
            out[0] = logarithm(isa, added(isa, x, base)) + base;
        }
    }
}

/// What is subtracted before exponentials are added up to a logarithm: nothing where the greatest number
/// is infinite, as its difference from itself is no number.
#[inline(always)]
fn finite<T: Real>(most: T) -> T {
    if most.is_finite() { most } else { T::ZERO }
}

/// The sum, in the order of the tree, of what `leaf` gives for blocks by their start and length.
fn in_tree<T: Real>(start: usize, len: usize, leaf: &mut impl FnMut(usize, usize) -> T) -> T {
    match split(LANES, len) {
        Some(left) if len > BLOCK => {
            let sum = in_tree(start, left, leaf);
            sum + in_tree(start + left, len - left, leaf)
        }
        _ => leaf(start, len),
    }
}

/// `e^(x - most)` in `out`, and their sum.
fn stored<I: Isa, T: Real>(isa: I, x: &[T], most: T, out: &mut [T]) -> T {
    in_tree(0, x.len(), &mut |start, len| {
        let out = &mut out[start..start + len];
        powers(isa, &x[start..start + len], most, out);
        T::sum(isa, out)
    })
}

/// The sum of `e^(x - most)`.
fn added<I: Isa, T: Real>(isa: I, x: &[T], most: T) -> T {
    let mut block = [T::ZERO; BLOCK];
    in_tree(0, x.len(), &mut |start, len| {
        let block = &mut block[..len];
        powers(isa, &x[start..start + len], most, block);
        T::sum(isa, block)
    })
}

/// One line in parts that several threads take: what they agree on.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    what: Soft,
    level: Level,
    most: Scalar,
}

impl Line {
    /// Of a line whose greatest number is `most`, or NaN if it has one.
    pub fn new(what: Soft, level: Level, most: Scalar) -> Self {
        let base = |most: &Scalar| match most.dtype() {
            DType::F32 => Scalar::new(finite(most.get::<f32>())),
            _ => Scalar::new(finite(most.get::<f64>())),
        };
        let most = if what == Soft::LogSum {
            base(&most)
        } else {
            most
        };
        Self { what, level, most }
    }

    /// The sum of the exponentials of a part, which are stored where they become the results: a part is
    /// a subtree of the line ([`super::split`]), or smaller than a block.
    ///
    /// # Panics
    ///
    /// If types or lengths differ, or the type has no loop.
    pub fn powers(&self, x: In<'_>, mut out: Option<Out<'_>>) -> Scalar {
        with_real!(self.level, x.dtype(), isa, T => {
            let (x, most) = (x.of::<T>(), self.most.get::<T>());
            Scalar::new(match &mut out {
                Some(out) if self.what == Soft::Shares => stored(isa, x, most, out.of::<T>()),
                _ => added(isa, x, most),
            })
        })
    }

    /// The results of a part, of which [`Line::powers`] were stored, for the sum of all exponentials.
    ///
    /// # Panics
    ///
    /// As [`Line::powers`], or if there is one result for the whole line.
    pub fn finish(&self, x: In<'_>, sum: &Scalar, mut out: Out<'_>) {
        with_real!(self.level, x.dtype(), isa, T => {
            let (x, out, sum) = (x.of::<T>(), out.of::<T>(), sum.get::<T>());
            match self.what {
                Soft::Shares => shares(isa, out, sum),
                Soft::LogShares => log_shares(isa, x, self.most.get::<T>(), logarithm(isa, sum), out),
                Soft::LogSum => panic!("one result for the line"),
            }
        });
    }

    /// The one result of a line for the sum of all exponentials.
    pub fn log_sum(&self, sum: &Scalar) -> Scalar {
        with_real!(self.level, sum.dtype(), isa, T => {
            Scalar::new(logarithm(isa, sum.get::<T>()) + self.most.get::<T>())
        })
    }
}

/// `log(x)`, compiled for the level.
fn logarithm<I: Isa, T: Real>(isa: I, x: T) -> T {
    isa.vectorize(
        #[inline(always)]
        || x.log::<I>(),
    )
}
