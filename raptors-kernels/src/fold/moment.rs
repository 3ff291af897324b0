//! Squared deviations from a mean: what the variance is made of.

use super::{
    op,
    rows::{self, Rows},
    sum::SumSquaredDeviations,
    with_fold_isa,
};
use crate::{
    dtype::{Complex32, Complex64, DType},
    isa::Level,
    scalar::Scalar,
    slice::{In, Out},
};

/// Calls `$body` with `$T` standing for the floating-point type of `$dtype`.
macro_rules! with_inexact {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F64 => {
                type $T = f64;
                $body
            }
            DType::C64 => {
                type $T = Complex32;
                $body
            }
            DType::C128 => {
                type $T = Complex64;
                $body
            }
            other => panic!("no deviations of {other:?}"),
        }
    };
}

/// The sum of `|x[i] - mean|²`, in the order of the pairwise tree: a real number.
///
/// # Panics
///
/// If `x` is neither float32, float64 nor complex, or the mean has another type.
pub fn sum_squared_deviations(level: Level, x: In<'_>, mean: &Scalar) -> Scalar {
    with_inexact!(x.dtype(), T => with_fold_isa!(level, isa => match x.of::<T>() {
        [] => Scalar::zero(x.dtype().real()),
        x => Scalar::new(op::whole(isa, SumSquaredDeviations(mean.get::<T>()), x)),
    }))
}

/// `out[i]` the [`sum_squared_deviations`] of row `i` from `means[i]`.
///
/// # Panics
///
/// As [`sum_squared_deviations`], or if `means` and `out` have not a place for each row.
pub fn sum_squared_deviations_inner(level: Level, rows: Rows<'_>, means: In<'_>, mut out: Out<'_>) {
    with_inexact!(rows.dtype(), T => with_fold_isa!(level, isa => {
        let means = means.of::<T>();
        rows::across(isa, |i| SumSquaredDeviations(means[i]), rows, out.of());
    }));
}

/// `acc[j] += |rows[i][j] - means[j]|²`, for all `i` in order.
///
/// # Panics
///
/// As [`sum_squared_deviations`], or if `means` and `acc` have not a place for each column.
pub fn sum_squared_deviations_rows(level: Level, rows: Rows<'_>, means: In<'_>, mut acc: Out<'_>) {
    with_inexact!(rows.dtype(), T => with_fold_isa!(level, isa => {
        rows::down::<_, T, _, T>(isa, SumSquaredDeviations, means.of(), rows, acc.of());
    }));
}
