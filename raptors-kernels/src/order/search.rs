//! Where elements belong in a sorted run.

use super::compare::Ordered;
use crate::{dtype::Bool, slice::In, with_dtype};

/// Which place an element gets among those that equal it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one before them.
    Left,
    /// The one behind them.
    Right,
}

/// Writes to `out`, for each element of `wanted`, how many elements of `sorted` come before its
/// place.
///
/// # Panics
///
/// If the dtypes differ, or `wanted` and `out` have different lengths.
pub fn search(sorted: In<'_>, wanted: In<'_>, side: Side, out: &mut [i64]) {
    assert_eq!(wanted.len(), out.len(), "runs of different lengths");
    with_dtype!(sorted.dtype(), T => bisect::<T>(sorted.of(), wanted.of(), side, out));
}

fn bisect<T: Ordered>(sorted: &[T], wanted: &[T], side: Side, out: &mut [i64]) {
    for (out, &wanted) in out.iter_mut().zip(wanted) {
        *out = match side {
            Side::Left => sorted.partition_point(|x| x.before(wanted)),
            Side::Right => sorted.partition_point(|&x| !wanted.before(x)),
        } as i64;
    }
}

/// Writes to `out`, for each element of `wanted`, whether one of `sorted` equals it. NaN equals
/// none.
///
/// # Panics
///
/// If the dtypes differ, or `wanted` and `out` have different lengths.
pub fn contains(sorted: In<'_>, wanted: In<'_>, out: &mut [Bool]) {
    fn find<T: Ordered>(sorted: &[T], wanted: &[T], out: &mut [Bool]) {
        for (out, &wanted) in out.iter_mut().zip(wanted) {
            let place = sorted.partition_point(|x| x.before(wanted));
            *out = sorted.get(place).is_some_and(|&x| x == wanted).into();
        }
    }
    assert_eq!(wanted.len(), out.len(), "runs of different lengths");
    with_dtype!(sorted.dtype(), T => find::<T>(sorted.of(), wanted.of(), out));
}
