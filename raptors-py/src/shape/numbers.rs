//! Shapes, axes and strides: integers given one by one or in a sequence.

use super::Any;
use crate::scalar;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};
use smallvec::SmallVec;

pub(crate) type Numbers = SmallVec<[i64; 4]>;

/// Integers given one by one or as one sequence.
pub(super) fn numbers(args: &Bound<'_, PyTuple>) -> PyResult<Numbers> {
    if args.len() != 1 {
        return sizes(args.as_any());
    }
    let only = args.get_item(0)?;
    let is_number = only.hasattr("__index__")? && !scalar::is_truth(&only);
    if !is_number && !only.hasattr("__len__")? {
        return Err(PyTypeError::new_err(format!(
            "expected a sequence of integers or a single integer, got '{}'",
            only.repr()?
        )));
    }
    sizes(&only)
}

/// As [`sequence`], of lengths or axes, of which none is beyond what memory can hold.
pub(crate) fn sizes(object: &Any<'_>) -> PyResult<Numbers> {
    sequence(object).map_err(|error| {
        if error.is_instance_of::<PyOverflowError>(object.py()) {
            return PyValueError::new_err("Maximum allowed dimension exceeded");
        }
        error
    })
}

/// One integer; a truth value is none.
fn number(object: &Any<'_>) -> PyResult<i64> {
    if scalar::is_truth(object) {
        return Err(PyTypeError::new_err("an integer is required"));
    }
    object.extract()
}

/// An integer or a sequence of integers.
pub(crate) fn sequence(object: &Any<'_>) -> PyResult<Numbers> {
    each(object, number)
}

/// As [`sequence`], where NumPy's Python code counts truth values as numbers.
pub(crate) fn counts(object: &Any<'_>) -> PyResult<Numbers> {
    each(object, |object| {
        if scalar::is_truth(object) {
            object.is_truthy().map(i64::from)
        } else {
            object.extract()
        }
    })
}

/// What `number` gives for an integer, or for each item of a sequence.
fn each(object: &Any<'_>, number: impl Fn(&Any<'_>) -> PyResult<i64>) -> PyResult<Numbers> {
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return tuple.iter_borrowed().map(|size| number(&size)).collect();
    }
    if object.is_instance_of::<PyInt>() || !object.hasattr("__len__")? {
        return Ok(SmallVec::from_elem(number(object)?, 1));
    }
    match object.try_iter() {
        Ok(sizes) => sizes.map(|size| number(&size?)).collect(),
        // An array without axes is a number.
        Err(_) if object.hasattr("__index__")? => Ok(SmallVec::from_elem(number(object)?, 1)),
        Err(error) => Err(error),
    }
}
