//! Whether two arrays are alike, without an array of truth values between.

use crate::{
    Array, Result,
    drive::{drive, fold_plan},
};
use core::{
    ops::Range,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};
use raptors_kernels::{
    DType, In, Level,
    fold::{self, Tolerance},
};

/// Whether the elements of two arrays are equal; NaN is equal to NaN if `equal_nan`. Nothing where they
/// differ in type or shape, or do not lie in one piece alike.
///
/// # Errors
///
/// Those of the threads.
pub fn alike(a: &Array, b: &Array, equal_nan: bool) -> Result<Option<bool>> {
    if equal_nan && matches!(a.dtype(), DType::F16 | DType::C64 | DType::C128) {
        return Ok(None);
    }
    all(a, b, &|level, x, y| {
        Some(fold::alike(level, x, y, equal_nan))
    })
}

/// Whether all elements of `a` are close to those of `b`, as NumPy's `isclose` says. Nothing as for
/// [`alike`], and where that would tell of floating-point exceptions.
///
/// # Errors
///
/// As [`alike`].
pub fn close(a: &Array, b: &Array, tolerance: Tolerance) -> Result<Option<bool>> {
    all(a, b, &|level, x, y| fold::close(level, x, y, tolerance))
}

/// Compares two runs; nothing where that cannot be said.
type Compare<'a> = dyn Fn(Level, In<'_>, In<'_>) -> Option<bool> + Sync + 'a;

/// Whether `compare` holds for all elements of both arrays.
fn all(a: &Array, b: &Array, compare: &Compare<'_>) -> Result<Option<bool>> {
    if a.dtype() != b.dtype() || a.shape() != b.shape() {
        return Ok(None);
    }
    let n = a.size();
    let turned;
    let (a, b) = if a.is_c_contiguous() {
        (a, b)
    } else {
        turned = (a.t(), b.t());
        (&turned.0, &turned.1)
    };
    let run = |range: Range<usize>| {
        let (start, len) = (range.start, range.len());
        let (x, y) = (a.run(start, len)?, b.run(start, len)?);
        compare(Level::get(), x, y)
    };
    let plan = fold_plan(1, n, 2 * a.itemsize());
    if plan.threads <= 1 {
        return Ok(run(0..n));
    }
    let (differ, unknown) = (AtomicBool::new(false), AtomicBool::new(false));
    drive(&plan, n, plan.chunk.max(1), &|range| {
        match run(range) {
            Some(true) => {}
            Some(false) => differ.store(true, Relaxed),
            None => unknown.store(true, Relaxed),
        }
        Ok(())
    })?;
    Ok((!unknown.into_inner()).then(|| !differ.into_inner()))
}
