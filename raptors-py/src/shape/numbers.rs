//! Shapes, axes and strides: integers given one by one or in a sequence.

use super::Any;
use crate::{error, guard, scalar};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyTuple};
use raptors_array::{Error, MAX_NDIM};
use smallvec::SmallVec;

pub(crate) type Numbers = SmallVec<[i64; 4]>;

/// Integers given one by one or as one sequence.
pub(crate) fn numbers(args: &Bound<'_, PyTuple>) -> PyResult<Numbers> {
    match args.len() {
        1 => sizes(&args.get_item(0)?),
        _ => sizes(args.as_any()),
    }
}

/// An integer, or a sequence of as many as an array can have axes: lengths, axes or strides.
pub(crate) fn sizes(object: &Any<'_>) -> PyResult<Numbers> {
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return several(tuple.len(), tuple.iter_borrowed().map(|item| size(&item)));
    }
    if object.is_exact_instance_of::<PyInt>() {
        return Ok(SmallVec::from_elem(size(object)?, 1));
    }
    if object.is_none() {
        let words = "Use () not None as shape arguments";
        return Err(PyTypeError::new_err(words));
    }
    if let Some(items) = items(object) {
        return several(items.len(), items.iter().map(size));
    }
    let only = size(object).map_err(|error| {
        if !error.is_instance_of::<PyTypeError>(object.py()) {
            return error;
        }
        let repr = match object.repr() {
            Ok(repr) => repr.to_string_lossy().chars().take(100).collect(),
            Err(_) => String::new(),
        };
        PyTypeError::new_err(format!(
            "expected a sequence of integers or a single integer, got '{repr}'"
        ))
    })?;
    Ok(SmallVec::from_elem(only, 1))
}

/// The items of what is a sequence to Python's C functions: of sets, mappings and iterators there are none.
fn items<'py>(object: &Any<'py>) -> Option<Vec<Any<'py>>> {
    let is_sequence = guard::tried(object.get_type().hasattr("__getitem__"))?;
    if !is_sequence || object.is_instance_of::<PyDict>() {
        return None;
    }
    // An array without axes has no items, and is a number.
    guard::tried(object.try_iter().and_then(Iterator::collect))
}

/// So many `sizes`, unless they are more than an array can have.
fn several(ndim: usize, sizes: impl Iterator<Item = PyResult<i64>>) -> PyResult<Numbers> {
    if ndim > MAX_NDIM {
        return Err(error::raise(&Error::TooManyDimensions { ndim }));
    }
    sizes.collect()
}

/// One integer that memory may hold; a truth value is none.
fn size(object: &Any<'_>) -> PyResult<i64> {
    if scalar::is_truth(object) {
        return Err(PyTypeError::new_err("an integer is required"));
    }
    object.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(object.py()) {
            return PyValueError::new_err("Maximum allowed dimension exceeded");
        }
        error
    })
}

/// An integer or several, where NumPy's Python code counts truth values as numbers.
pub(crate) fn counts(object: &Any<'_>) -> PyResult<Numbers> {
    let count = |object: &Any<'_>| {
        if scalar::is_truth(object) {
            object.is_truthy().map(i64::from)
        } else {
            object.extract()
        }
    };
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return tuple.iter_borrowed().map(|item| count(&item)).collect();
    }
    if object.is_instance_of::<PyInt>() || !object.hasattr("__len__")? {
        return Ok(SmallVec::from_elem(count(object)?, 1));
    }
    match object.try_iter() {
        Ok(items) => items.map(|item| count(&item?)).collect(),
        // An array without axes is a number.
        Err(_) if object.hasattr("__index__")? => Ok(SmallVec::from_elem(count(object)?, 1)),
        Err(error) => Err(error),
    }
}
