//! Outputs that calls of ufuncs ask for by name, with little else.

use super::Any;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::Ufunc;

/// An output asked for by name, and what else is, if that is no more than a mask and to cast whatever is lost.
pub(crate) struct Asked<'a, 'py> {
    out: Borrowed<'a, 'py, PyAny>,
    mask: Option<Borrowed<'a, 'py, PyAny>>,
    unsafely: bool,
}

/// What `names` ask for, of which number `i` has such a `value`; nothing where that is more.
pub(crate) fn asked<'a, 'py>(
    names: &Bound<'py, PyTuple>,
    value: impl Fn(usize) -> Borrowed<'a, 'py, PyAny>,
) -> Option<Asked<'a, 'py>> {
    let (py, mut out, mut mask, mut unsafely) = (names.py(), None, None, false);
    for (i, name) in names.iter_borrowed().enumerate() {
        let value = value(i);
        if name.is(pyo3::intern!(py, "out")) {
            out = Some(value);
        } else if name.is(pyo3::intern!(py, "where")) {
            mask = Some(value);
        } else if name.is(pyo3::intern!(py, "casting")) && value.is(pyo3::intern!(py, "unsafe")) {
            unsafely = true;
        } else {
            return None;
        }
    }
    let out = out?;
    Some(Asked {
        out,
        mask,
        unsafely,
    })
}

/// As [`super::into`], with what is asked for.
pub(crate) fn into_asked<'py>(
    ufunc: Ufunc,
    objects: &[Borrowed<'_, 'py, PyAny>],
    asked: &Asked<'_, 'py>,
) -> PyResult<Option<Any<'py>>> {
    match super::into(ufunc, objects, &asked.out, asked.mask.as_deref()) {
        // What the common rule refuses, the other one may let through.
        Err(error) if asked.unsafely && error.is_instance_of::<PyTypeError>(asked.out.py()) => {
            Ok(None)
        }
        result => result,
    }
}
