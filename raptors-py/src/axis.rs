//! The number of an axis as NumPy takes it: any integer, but no truth value.

use crate::scalar;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// What functions say that take one axis.
const OF_ONE: &str = "an integer is required for the axis";
/// What reductions say, which take several.
const OF_SEVERAL: &str = "an integer is required";

fn read(object: &Bound<'_, PyAny>, words: &'static str) -> PyResult<isize> {
    if scalar::is_truth(object) {
        return Err(PyTypeError::new_err(words));
    }
    object.extract()
}

/// The error for a truth value where one axis is asked for.
pub(crate) fn refusal() -> PyErr {
    PyTypeError::new_err(OF_ONE)
}

/// The only axis that a function works along.
pub(crate) fn one(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    read(object, OF_ONE)
}

/// As [`one`]; nothing for `None`.
pub(crate) fn one_or_none(object: &Bound<'_, PyAny>) -> PyResult<Option<isize>> {
    (!object.is_none()).then(|| one(object)).transpose()
}

/// As [`of_several`]; nothing for `None`.
pub(crate) fn several_or_none(object: &Bound<'_, PyAny>) -> PyResult<Option<isize>> {
    (!object.is_none()).then(|| of_several(object)).transpose()
}

/// One of the axes that are reduced.
pub(crate) fn of_several(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    read(object, OF_SEVERAL)
}
