//! What comparisons of elements give: one object for each truth value, as NumPy has.

use crate::array::{self, NdArray, Object};
use crate::error;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use raptors_array::{Array, Bool, Scalar};

/// False and true.
static OBJECTS: PyOnceLock<[Py<NdArray>; 2]> = PyOnceLock::new();

/// The object for `truth`.
#[inline(always)]
pub(crate) fn object(py: Python<'_>, truth: bool) -> PyResult<Object<'_>> {
    let objects = match OBJECTS.get(py) {
        Some(objects) => objects,
        None => make(py)?,
    };
    Ok(objects[usize::from(truth)].bind(py).clone())
}

#[cold]
fn make(py: Python<'_>) -> PyResult<&[Py<NdArray>; 2]> {
    let one = |truth: bool| {
        let array = Array::from_scalar(&Scalar::new(Bool::from(truth)));
        let array = array.map_err(|error| error::raise(&error))?;
        PyResult::Ok(array::result(py, array)?.unbind())
    };
    OBJECTS.get_or_try_init(py, || Ok([one(false)?, one(true)?]))
}

/// Whether `array` is one of the two, which everybody sees, so that it stays as it is.
pub(crate) fn is_shared(py: Python<'_>, array: &NdArray) -> bool {
    let objects = OBJECTS.get(py);
    objects.is_some_and(|two| two.iter().any(|one| core::ptr::eq(one.get(), array)))
}
