//! Functions of NumPy behind C functions: what Raptors has no version of, called with plain values as it stands, and
//! its arrays shared. Calls with arrays go on to Python's function. Not for the stable ABI.

use crate::forward::{self, Function};
use crate::interop;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyBool, PyComplex, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

type Any<'py> = Bound<'py, PyAny>;

/// Whether calls may go to NumPy without a word.
static FREELY: AtomicBool = AtomicBool::new(false);

/// Sets whether calls may go to NumPy without a word.
#[pyfunction(name = "_delegates_freely")]
fn delegates_freely(freely: bool) {
    FREELY.store(freely, Relaxed);
}

/// `function`, which gives NumPy's `theirs` what it is called with, behind a C function; if `of_object`, it is a method
/// that calls that of the attribute `_numpy`.
#[pyfunction(name = "_behind")]
fn behind<'py>(
    function: &Any<'py>,
    theirs: &Any<'py>,
    of_object: bool,
) -> PyResult<Bound<'py, Function>> {
    forward::in_front(function, theirs, of_object)
}

/// Whether NumPy takes `object` as it is: a number, a text, nothing, or a tuple or list of such.
fn is_plain(object: &Any<'_>) -> bool {
    is_one(object)
        || match (
            object.cast_exact::<PyTuple>(),
            object.cast_exact::<PyList>(),
        ) {
            (Ok(tuple), _) => tuple.iter_borrowed().all(|item| is_one(&item)),
            (_, Ok(list)) => list.iter().all(|item| is_one(&item)),
            _ => false,
        }
}

/// Whether `object` is a number or a text of Python's own, or nothing.
#[inline]
fn is_one(object: &Any<'_>) -> bool {
    let (py, class) = (object.py(), object.get_type_ptr());
    object.is_none()
        || class == PyInt::type_object_raw(py)
        || class == PyFloat::type_object_raw(py)
        || class == PyString::type_object_raw(py)
        || class == PyBool::type_object_raw(py)
        || class == PyComplex::type_object_raw(py)
}

/// Whether calls of these values may go to NumPy as they stand.
pub(crate) fn may_go<'a, 'py: 'a>(
    mut values: impl Iterator<Item = Borrowed<'a, 'py, PyAny>>,
) -> bool {
    FREELY.load(Relaxed) && values.all(|value| is_plain(&value))
}

/// What NumPy gave, as Raptors gives it.
pub(crate) fn shared(result: Any<'_>) -> PyResult<Any<'_>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if is_one(&result) {
        return Ok(result);
    }
    if interop::is_numpy(&result) {
        return interop::share(&result);
    }
    let py = result.py();
    let general = FUNCTION.import(py, "raptors._delegate", "from_numpy")?;
    general.call1((result, PyDict::new(py)))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(delegates_freely, module)?)?;
    module.add_function(wrap_pyfunction!(behind, module)?)
}
