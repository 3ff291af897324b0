//! Operators of elements, which are arrays without axes, and of numbers beside them.

use super::{Any, few::quietly};
use crate::{array, chosen, told, truth, value};
use pyo3::prelude::*;
use raptors_array::quick::{self, Plain};
use raptors_array::{Array, Number, Ufunc};

/// What two elements or an element and a number give, as an object.
#[inline(always)]
pub(super) fn object(py: Python<'_>, plain: Plain) -> PyResult<Any<'_>> {
    Ok(match plain {
        Plain::Truth(truth) => truth::object(py, truth)?,
        Plain::Number(number) => array::number(py, &number)?,
    }
    .into_any())
}

/// `op` of arrays without axes; nothing as for [`super::few::at_once`].
#[inline(always)]
pub(super) fn of_elements<'py>(
    py: Python<'py>,
    op: Ufunc,
    x: &Array,
    y: &Array,
) -> Option<PyResult<Any<'py>>> {
    if let Some(plain) = quick::plain(op, x, y) {
        return Some(object(py, plain));
    }
    element(py, op, |to| quick::element(op, [x, y], to)).map(Ok)
}

/// `op` of an array without axes; nothing as for [`super::few::at_once`].
#[inline(always)]
pub(super) fn of_one<'py>(py: Python<'py>, op: Ufunc, x: &Array) -> Option<PyResult<Any<'py>>> {
    if let Some(plain) = quick::plain_of_one(op, x) {
        return Some(object(py, plain));
    }
    element(py, op, |to| quick::element(op, [x], to)).map(Ok)
}

/// `op` of an array without axes and a number, which is the first input if `first`; nothing as for
/// [`super::few::at_once`].
#[inline(always)]
pub(super) fn of_element<'py>(
    py: Python<'py>,
    op: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
) -> Option<PyResult<Any<'py>>> {
    if let Some(plain) = quick::plain_with_number(op, array, number, first) {
        return Some(object(py, plain));
    }
    element(py, op, |to| {
        quick::element_with_number(op, array, number, first, to)
    })
    .map(Ok)
}

/// As [`super::few::at_once`], for one element that `write` writes.
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

/// What `x op= y` gives where `x` never changes: where `y` is an element or a number too, what `x op y` is;
/// `NotImplemented` for others, so that Python computes that.
pub(super) fn instead_of_scalar<'py>(op: Ufunc, x: &Array, y: &Any<'py>) -> PyResult<Any<'py>> {
    let py = y.py();
    let result = match (array::of(y), value::plain_number(y)) {
        // What a power is depends on its exponent.
        _ if op == Ufunc::power => None,
        (Some(y), _) if y.ndim() == 0 => of_elements(py, op, x, y),
        (_, Some(number)) if !told::may_be_beyond(number, x.dtype()) => {
            of_element(py, op, x, number, false)
        }
        _ => None,
    };
    result.unwrap_or_else(|| Ok(py.NotImplemented().into_bound(py)))
}
