//! The number of an axis as NumPy takes it: any integer of C, but no truth value.

use crate::{error, guard, scalar};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList, PyTuple};
use raptors_array::{AxisList, Error, layout};
use smallvec::SmallVec;

/// What functions say that take one axis.
const OF_ONE: &str = "an integer is required for the axis";
/// What reductions say, which take several.
const OF_SEVERAL: &str = "an integer is required";
/// What functions say of the axes in a tuple.
const OF_TUPLE: &str = "integers are required for the axis tuple elements";

fn read(object: &Bound<'_, PyAny>, words: &'static str) -> PyResult<isize> {
    if scalar::is_truth(object) {
        return Err(PyTypeError::new_err(words));
    }
    let axis: isize = object.extract()?;
    if i32::try_from(axis).is_err() {
        let words = "integer won't fit into a C int";
        return Err(PyValueError::new_err(words));
    }
    Ok(axis)
}

/// The only axis that a function works along.
pub(crate) fn one(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    read(object, OF_ONE)
}

/// As [`one`]; nothing for `None`.
pub(crate) fn one_or_none(object: &Bound<'_, PyAny>) -> PyResult<Option<isize>> {
    (!object.is_none()).then(|| one(object)).transpose()
}

/// An axis as NumPy's `normalize_axis_index` reads it: here truth values of Python are numbers.
pub(crate) fn index(object: &Bound<'_, PyAny>) -> PyResult<i64> {
    if object.is_instance_of::<PyFloat>() {
        let words = "integer argument expected, got float";
        return Err(PyTypeError::new_err(words));
    }
    let axis: isize = object.extract()?;
    match i32::try_from(axis) {
        Ok(axis) => Ok(axis.into()),
        Err(_) => Err(PyOverflowError::new_err(
            "Python int too large to convert to C int",
        )),
    }
}

/// As [`index`]; nothing for `None`.
pub(crate) fn index_or_none(object: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    (!object.is_none()).then(|| index(object)).transpose()
}

/// What [`index`] gives, for what is wrong with other arguments to be told first.
#[allow(
    clippy::unnecessary_wraps,
    reason = "what arguments are read by may fail"
)]
pub(crate) fn index_for_later(object: &Bound<'_, PyAny>) -> PyResult<PyResult<i64>> {
    Ok(index(object))
}

/// Axes in a tuple or list, or one alone.
pub(crate) fn indices(object: &Bound<'_, PyAny>) -> PyResult<SmallVec<[i64; 4]>> {
    if let Ok(tuple) = object.cast_exact::<PyTuple>() {
        return tuple.iter_borrowed().map(|item| index(&item)).collect();
    }
    if let Ok(list) = object.cast_exact::<PyList>() {
        return list.iter().map(|item| index(&item)).collect();
    }
    index(object).map(|axis| SmallVec::from_elem(axis, 1))
}

/// As [`indices`], where every sequence does.
pub(crate) fn indices_of_any(object: &Bound<'_, PyAny>) -> PyResult<SmallVec<[i64; 4]>> {
    match indices(object) {
        Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => {
            object.try_iter()?.map(|item| index(&item?)).collect()
        }
        read => read,
    }
}

/// One of the axes along which elements are counted first.
pub(crate) fn counted(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    index(object)?;
    of_several(object)
}

/// One of the axes that are reduced.
pub(crate) fn of_several(object: &Bound<'_, PyAny>) -> PyResult<isize> {
    read(object, OF_SEVERAL)
}

/// Axes of an array that has `ndim`, in a tuple or one alone, judged one by one.
pub(crate) fn tuple_or_one(object: &Bound<'_, PyAny>, ndim: usize) -> PyResult<SmallVec<[i64; 4]>> {
    let Ok(tuple) = object.cast::<PyTuple>() else {
        let axis = one(object)? as i64;
        // An array without axes may be told of its first or last, but not in a tuple.
        if ndim == 0 && matches!(axis, 0 | -1) {
            return Ok(SmallVec::new());
        }
        return Ok(SmallVec::from_elem(axis, 1));
    };
    let mut axes = SmallVec::new();
    for item in tuple.iter_borrowed() {
        let axis = read(&item, OF_TUPLE)? as i64;
        let place = guard::quick(|| layout::axis(axis, ndim, None))? as i64;
        if axes.contains(&place) {
            return Err(error::raise(&Error::RepeatedAxis(AxisList::Axis)));
        }
        axes.push(place);
    }
    Ok(axes)
}
