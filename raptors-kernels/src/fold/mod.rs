//! Folds: a run of elements made one value, at one go, by rows, or as a scan.
//!
//! Floating-point sums and products are folded in a fixed order, the tree of [`split`], at every
//! level; all other folds do not depend on their order. So the bits of a result depend on neither
//! the level nor the threads that took whole subtrees, and sums equal NumPy's.
#![allow(
    clippy::needless_range_loop,
    clippy::needless_bitwise_bool,
    reason = "loops over lanes and branch-free tests are what vectorises"
)]

mod alike;
mod apart;
mod arg;
mod columns;
mod extrema;
mod integer;
mod moment;
mod op;
mod ranked;
mod rows;
mod scan;
mod seconds;
mod segments;
pub mod soft;
mod sum;
mod table;
pub(crate) mod tree;
mod truth;
mod ufunc;

pub use alike::{Tolerance, alike, close};
pub use apart::sum_apart;
pub use arg::{ArgFold, HALVES, arg, arg_inner, arg_keys, arg_rows, places_few};
pub use moment::{
    sum_squared_deviations, sum_squared_deviations_inner, sum_squared_deviations_rows,
};
pub use rows::Rows;
pub use scan::{scan_columns, scan_lines};
pub use sum::sum_kahan;

use crate::{
    dtype::{DType, Kind},
    isa::{Isa, Level},
    scalar::Scalar,
    slice::{In, Out},
    with_dtype,
};

/// What a run of elements is folded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(non_camel_case_types, reason = "variants carry the Python names")]
pub enum Fold {
    /// The sum; of integers, wrapping in 64 bits.
    sum,
    /// The product; of integers, wrapping in 64 bits.
    prod,
    /// The least element; NaN if there is one. Complex numbers are ordered by their real parts,
    /// then by their imaginary parts.
    min,
    /// The greatest element; NaN if there is one.
    max,
    /// The least element that is not NaN.
    fmin,
    /// The greatest element that is not NaN.
    fmax,
    /// Whether one element is not zero.
    any,
    /// Whether no element is zero.
    all,
    /// How many elements are not zero.
    count_nonzero,
    /// The bits that all elements have.
    bitwise_and,
    /// The bits that one element has.
    bitwise_or,
    /// The bits that an odd number of elements has.
    bitwise_xor,
    /// Whether an odd number of elements is not zero.
    logical_xor,
    /// The sum of absolute values: the 1-norm.
    sum_abs,
    /// The sum of squared absolute values: the square of the 2-norm.
    sum_squares,
    /// The greatest absolute value: the infinity-norm.
    max_abs,
    /// The sum of what is not NaN.
    nansum,
    /// The product of what is not NaN.
    nanprod,
    /// How many elements are NaN.
    count_nan,
}

impl Fold {
    /// Every fold.
    pub const ALL: &[Self] = &[
        Self::sum,
        Self::prod,
        Self::min,
        Self::max,
        Self::fmin,
        Self::fmax,
        Self::any,
        Self::all,
        Self::count_nonzero,
        Self::bitwise_and,
        Self::bitwise_or,
        Self::bitwise_xor,
        Self::logical_xor,
        Self::sum_abs,
        Self::sum_squares,
        Self::max_abs,
        Self::nansum,
        Self::nanprod,
        Self::count_nan,
    ];

    /// The dtype that runs of `dtype` must be converted to before they are folded: mostly `dtype`
    /// itself, float32 for float16. `None` where there is no such fold.
    pub fn input(self, dtype: DType) -> Option<DType> {
        let input = self.fed(dtype);
        table::kernel::<Baseline>(self, input).map(|_| input)
    }

    /// As [`Fold::input`], whether or not there is such a fold.
    #[inline]
    const fn fed(self, dtype: DType) -> DType {
        match (self, dtype) {
            (Self::logical_xor, _) => DType::Bool,
            (Self::prod, DType::I8 | DType::I16 | DType::I32) => DType::I64,
            (Self::prod, DType::U8 | DType::U16 | DType::U32) => DType::U64,
            (_, DType::F16) => DType::F32,
            _ => dtype,
        }
    }

    /// The dtype that elements of `dtype` are folded to. `None` where there is no such fold.
    ///
    /// Results of folding several runs are put together by [`combine`], not by folding them.
    pub fn accumulator(self, dtype: DType) -> Option<DType> {
        self.input(dtype).map(|input| self.given(input))
    }

    /// The dtype that runs of `input` are folded to.
    #[inline]
    const fn given(self, input: DType) -> DType {
        match self {
            Self::sum | Self::prod => match input.kind() {
                Kind::Bool | Kind::Signed => DType::I64,
                Kind::Unsigned => DType::U64,
                Kind::Float | Kind::Complex => input,
            },
            Self::count_nonzero | Self::count_nan => DType::I64,
            Self::any | Self::all | Self::logical_xor => DType::Bool,
            Self::sum_abs | Self::sum_squares | Self::max_abs => input.real(),
            Self::min
            | Self::max
            | Self::fmin
            | Self::fmax
            | Self::bitwise_and
            | Self::bitwise_or
            | Self::bitwise_xor
            | Self::nansum
            | Self::nanprod => input,
        }
    }
}

/// The instruction set of the build target, for the levels that need no detection.
///
/// Folds give the same bits at every level.
#[derive(Clone, Copy)]
pub(crate) struct Baseline;

impl Isa for Baseline {
    const FMA: bool = cfg!(target_arch = "aarch64");
    type Narrow = Self;
    #[inline(always)]
    fn vectorize<R>(self, f: impl FnOnce() -> R) -> R {
        f()
    }
    #[inline(always)]
    fn narrow(self) -> Self {
        self
    }
}

/// Calls `$body` with the token of the instruction set that serves `$level`.
macro_rules! with_fold_isa {
    ($level:expr, $isa:ident => $body:expr) => {
        match $level {
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx2($isa) => $body,
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx512($isa) => $body,
            _ => {
                let $isa = $crate::fold::Baseline;
                $body
            }
        }
    };
}
pub(crate) use with_fold_isa;

/// What a run of nothing gives; `None` where NumPy raises an error, or has no such fold.
pub fn identity(fold: Fold, dtype: DType) -> Option<Scalar> {
    let input = fold.input(dtype)?;
    with_dtype!(input, T => self::fold(fold, Level::get(), In::from(&[] as &[T])))
}

/// The fold of a run; `None` where there is no such fold, or none of nothing.
///
/// The result is of type [`Fold::accumulator`]. Runs of types other than their [`Fold::input`]
/// have no fold.
pub fn fold(fold: Fold, level: Level, x: In<'_>) -> Option<Scalar> {
    let input = x.dtype();
    if fold.fed(input) != input {
        return None;
    }
    let result = with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, input)?;
        (kernel.fold)(isa, x.view(kernel.input))
    });
    result.map(|result| result.retag(fold.given(input)))
}

/// Where the tree splits a run of `n` elements whose [`Fold::accumulator`] is `accumulator`:
/// folding both parts and combining gives the bits that folding the whole gives. `None` for runs
/// that are folded at one go.
pub const fn split(accumulator: DType, n: usize) -> Option<usize> {
    let lanes = match accumulator.kind() {
        Kind::Complex => 4,
        _ => 8,
    };
    tree::split(lanes, n)
}

/// Two results of folding one and, after it, another run, made the result of folding both.
///
/// # Panics
///
/// If the types of `a` and `b` differ, or are no accumulator of `fold`.
pub fn combine(fold: Fold, a: &Scalar, b: &Scalar) -> Scalar {
    let fold = match fold {
        Fold::count_nonzero | Fold::count_nan => Fold::sum,
        fold => fold,
    };
    let dtype = a.dtype();
    let kernel = table::kernel::<Baseline>(fold, dtype).expect("an accumulator of the fold");
    assert_eq!((b.dtype(), fold.accumulator(dtype)), (dtype, Some(dtype)));
    let (a, b) = (a.retag(kernel.output), b.retag(kernel.output));
    (kernel.join)(&a, &b).retag(dtype)
}

/// Folds down the columns: `acc[j]` combined with `rows[i][j]` for all `i` in order.
///
/// `acc` holds the results of folding earlier rows, or the [`identity`], or for folds that have
/// none (minimum, maximum, bits) a copy of the first row.
///
/// # Panics
///
/// If there is no such fold, `acc` is not of its accumulator, or has not a place for each column.
pub fn fold_rows(fold: Fold, level: Level, rows: Rows<'_>, acc: Out<'_>) {
    check_output(fold, rows.dtype(), acc.dtype());
    with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, rows.dtype()).expect("a fold of this dtype");
        (kernel.rows)(isa, rows.retag(kernel.input), acc.view(kernel.output));
    });
}

/// Folds each row, as [`fold`] does, to one element of `out`.
///
/// # Panics
///
/// If there is no such fold, `out` is not of its accumulator, or has not a place for each row, or
/// the rows have no elements and the fold has no identity.
pub fn fold_inner(fold: Fold, level: Level, rows: Rows<'_>, out: Out<'_>) {
    check_output(fold, rows.dtype(), out.dtype());
    with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, rows.dtype()).expect("a fold of this dtype");
        (kernel.inner)(isa, rows.retag(kernel.input), out.view(kernel.output));
    });
}

/// Whether results of the fold of elements of `dtype` depend on no order, and no element raises anything, so that
/// others may be joined beside them: [`fold_seconds`] has a loop for these.
pub fn is_free(fold: Fold, dtype: DType) -> bool {
    fold.fed(dtype) == dtype
        && table::kernel::<Baseline>(fold, dtype).is_some_and(|kernel| kernel.seconds.is_some())
}

/// Folds every second element of each row, the first and the last among them, to one element of `out`: to what
/// [`fold_inner`] gives of these alone.
///
/// # Panics
///
/// If there is no such loop, `out` is not of the fold's accumulator, or has not a place for each row, or the rows have
/// no elements.
pub fn fold_seconds(fold: Fold, level: Level, rows: Rows<'_>, out: Out<'_>) {
    check_output(fold, rows.dtype(), out.dtype());
    with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, rows.dtype()).expect("a fold of this dtype");
        let seconds = kernel.seconds.expect("a loop over every second element");
        seconds(isa, rows.retag(kernel.input), out.view(kernel.output));
    });
}

/// Folds the segments of rows of `width` elements, which follow one another in `x`, each to a row of
/// `out`: from each of `starts` to the next or, for the last one, to the end; where that is not behind
/// it, one row. Columns of more than one are folded in the order of the rows.
///
/// # Panics
///
/// If there is no such fold, `out` is not of its accumulator, has not a row for each start, or there is
/// no row at a start.
pub fn fold_segments(
    fold: Fold,
    level: Level,
    x: In<'_>,
    width: usize,
    starts: &[i64],
    out: Out<'_>,
) {
    check_output(fold, x.dtype(), out.dtype());
    with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, x.dtype()).expect("a fold of this dtype");
        (kernel.segments)(isa, x.view(kernel.input), width, starts, out.view(kernel.output));
    });
}

/// Every prefix of `x` folded, in order, as NumPy's `accumulate`: `out[i]` is `carry` (the last
/// result of an earlier run), then `x[0]` to `x[i]`.
///
/// # Panics
///
/// If there is no such fold, `carry` and `out` are not of its accumulator, or `x` and `out` have
/// different lengths.
pub fn scan(fold: Fold, _level: Level, x: In<'_>, carry: Option<&Scalar>, out: Out<'_>) {
    check_output(fold, x.dtype(), out.dtype());
    let kernel = table::kernel::<Baseline>(fold, x.dtype()).expect("a fold of this dtype");
    let carry = carry.map(|carry| carry.retag(kernel.output));
    (kernel.scan)(x.view(kernel.input), carry, out.view(kernel.output));
}

fn check_output(fold: Fold, input: DType, output: DType) {
    assert_eq!(
        fold.accumulator(input),
        Some(output),
        "{fold:?} of {input:?}"
    );
}
