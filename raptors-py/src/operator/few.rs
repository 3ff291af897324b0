//! Operators of few elements, in as few steps as there are: nothing is given where the long way is to go.

use super::Any;
use crate::{array, chosen, interop, status};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
#[cfg(not(Py_LIMITED_API))]
use raptors_array::DType;
use raptors_array::map::Operand;
use raptors_array::{Array, Ufunc, quick};
use raptors_kernels::{Raises, Status};

/// What `make` gives for `op`, as an object; nothing where it gives nothing, or where floating-point
/// exceptions were raised: then the long way computes again, and tells of them.
#[inline(always)]
pub(crate) fn at_once(
    py: Python<'_>,
    op: Ufunc,
    make: impl FnOnce() -> Option<Array>,
) -> Option<PyResult<Any<'_>>> {
    let raises = op.raises() != Raises::nothing;
    if raises {
        Status::clear();
    }
    let result = make()?;
    if raises && Status::take() != Status::NONE {
        return None;
    }
    Some(array::result_here(py, result).map(Bound::into_any))
}

/// Whether `write` did its work for `op` without raising floating-point exceptions.
#[inline(always)]
fn quietly(op: Ufunc, write: impl FnOnce() -> bool) -> bool {
    let raises = op.raises() != Raises::nothing;
    if raises {
        Status::clear();
    }
    write() && !(raises && Status::take() != Status::NONE)
}

/// As [`at_once`], for operands that are packed or converted first. Not part of its callers, whose
/// results would be moved once more for it.
#[inline(never)]
pub(crate) fn staged<'py, const N: usize>(
    py: Python<'py>,
    op: Ufunc,
    operands: [Operand<'_>; N],
) -> Option<PyResult<Any<'py>>> {
    at_once(py, op, || quick::staged(op, operands))
}

/// As [`staged`], where the result is asked for as `dtype`.
#[cfg(not(Py_LIMITED_API))]
#[inline(never)]
pub(crate) fn staged_as<'py, const N: usize>(
    py: Python<'py>,
    op: Ufunc,
    operands: [Operand<'_>; N],
    dtype: DType,
) -> Option<PyResult<Any<'py>>> {
    at_once(py, op, || quick::staged_as(op, operands, dtype))
}

/// As [`staged`], for a ufunc of two results.
#[inline(never)]
pub(crate) fn staged_pair<'py, const N: usize>(
    py: Python<'py>,
    op: Ufunc,
    operands: [Operand<'_>; N],
) -> Option<PyResult<Any<'py>>> {
    let mut results = None;
    quietly(op, || {
        results = quick::staged_pair(op, operands);
        true
    })
    .then_some(())?;
    let [x, y] = results?;
    let tuple = || {
        let results = [array::result(py, x)?, array::result(py, y)?];
        Ok(PyTuple::new(py, results)?.into_any())
    };
    Some(tuple())
}

/// As [`at_once`], for one element that `write` writes.
#[inline(always)]
pub(super) fn element(
    py: Python<'_>,
    op: Ufunc,
    write: impl FnOnce(&mut Array) -> bool,
) -> Option<Any<'_>> {
    let write = |to: &mut Array| Ok(quietly(op, || write(to)));
    let object = chosen::element(py, write).ok().flatten()?;
    Some(object.into_any())
}

/// `op` of `arrays`, written to `out`: whether that was done. Its memory is no input's then.
#[inline]
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn into<const N: usize>(op: Ufunc, arrays: [&Array; N], out: &Array) -> bool {
    quietly(op, || interop::compute(op, arrays, out).is_some())
}

/// `op` of `array`, which may be written, and `other`, in the place of the former: whether that was done.
#[inline]
pub(super) fn in_place(
    py: Python<'_>,
    op: Ufunc,
    array: &Array,
    other: &Operand<'_>,
) -> PyResult<bool> {
    let raises = op.raises() != Raises::nothing;
    if raises {
        Status::clear();
    }
    if interop::compute_in_place(op, array, other).is_none() {
        return Ok(false);
    }
    let raised = if raises { Status::take() } else { Status::NONE };
    if raised != Status::NONE && !status::is_spurious(op, raised, array) {
        status::report(py, op.name(), raised)?;
    }
    Ok(true)
}
