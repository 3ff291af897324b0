//! Results that are written to an array that is there, in as few steps as there are: nothing is done where the
//! long way is to go.

use super::few::{self, is_quiet};
use crate::{array, interop, slots, status};
use core::slice;
use pyo3::prelude::*;
use raptors_array::map::Operand;
use raptors_array::{Array, Overlap, Ufunc, overlap, quick};
use raptors_kernels::{Raises, Status};

/// Whether `x` is what `out` is: its elements, where they are.
#[inline]
fn lies_there(x: &Array, out: &Array) -> bool {
    x.as_ptr() == out.as_ptr() && x.dtype() == out.dtype() && overlap(x, out) == Overlap::Same
}

/// `ufunc(*objects)` of arrays and numbers, written to `out`, which may be written: whether that was done.
pub(crate) fn written(
    py: Python<'_>,
    ufunc: Ufunc,
    objects: &[Borrowed<'_, '_, PyAny>],
    out: &Array,
) -> PyResult<bool> {
    match objects {
        [x] => match array::of(x) {
            Some(x) => into(py, ufunc, [x.into()], out),
            None => Ok(false),
        },
        [x, y] => match (slots::plain(x), slots::plain(y)) {
            (Some(x), Some(y)) => written_two(py, ufunc, [x, y], out),
            _ => Ok(false),
        },
        [x, y, z] => match (slots::plain(x), slots::plain(y), slots::plain(z)) {
            (Some(x), Some(y), Some(z)) => into(py, ufunc, [x, y, z], out),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

fn written_two(
    py: Python<'_>,
    ufunc: Ufunc,
    [x, y]: [Operand<'_>; 2],
    out: &Array,
) -> PyResult<bool> {
    let both_arrays = matches!((x, y), (Operand::Array(_), Operand::Array(_)));
    if ufunc == Ufunc::power && !both_arrays {
        // Some powers by a number are other functions.
        return Ok(false);
    }
    if let Operand::Array(x) = x
        && lies_there(x, out)
        && few::in_place(py, (ufunc, ufunc.name()), out, &y, true)?
    {
        return Ok(true);
    }
    into(py, ufunc, [x, y], out)
}

/// `op` of `operands`, written to `out`, which may be written: whether that was done.
#[inline]
pub(super) fn into<const N: usize>(
    py: Python<'_>,
    op: Ufunc,
    operands: [Operand<'_>; N],
    out: &Array,
) -> PyResult<bool> {
    let arrays = |operand: &Operand<'_>| match *operand {
        Operand::Array(array) => Some(array.as_ptr()),
        Operand::Number(_) => None,
    };
    if !operands.iter().any(|operand| arrays(operand).is_some()) {
        return Ok(false);
    }
    let raises = op.raises() != Raises::nothing;
    // Where elements are written over, nobody can compute again what was raised.
    let over = operands.iter().any(|x| arrays(x) == Some(out.as_ptr()));
    if over && raises {
        Status::clear();
    }
    if interop::compute(op, &operands, out).is_none() {
        return Ok(apart(op, operands, out));
    }
    if !over {
        return Ok(is_quiet(op));
    }
    let raised = if raises { Status::take() } else { Status::NONE };
    if raised != Status::NONE && !status::is_spurious(op, raised, slice::from_ref(out)) {
        status::report(py, op.name(), raised)?;
    }
    Ok(true)
}

/// As [`into`], by way of a new array.
#[inline(never)]
fn apart<const N: usize>(op: Ufunc, operands: [Operand<'_>; N], out: &Array) -> bool {
    let Some(result) = quick::apart(op, operands, out) else {
        return false;
    };
    is_quiet(op) && interop::copy(out, &result)
}
