//! Lists and tuples of Python's own numbers, read and written where their items lie. Not for the stable
//! ABI, and not where other threads run meanwhile.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use raptors_array::{Array, DType, Order, quick};

type Any<'py> = Bound<'py, PyAny>;
type Pointer = *mut ffi::PyObject;

/// The elements of a list or tuple that has nothing but floats, or nothing but integers of 64 bits; nothing
/// for others, and where another dtype is asked for.
pub(crate) fn numbers(sequence: &Any<'_>, dtype: Option<DType>) -> Option<Array> {
    if let Ok(list) = sequence.cast_exact::<PyList>() {
        // SAFETY: a list of so many items, which stays as it is while nothing but this runs.
        read(list.len(), dtype, |i| unsafe {
            ffi::PyList_GET_ITEM(list.as_ptr(), i as ffi::Py_ssize_t)
        })
    } else {
        let tuple = sequence.cast_exact::<PyTuple>().ok()?;
        // SAFETY: a tuple of so many items.
        read(tuple.len(), dtype, |i| unsafe {
            ffi::PyTuple_GET_ITEM(tuple.as_ptr(), i as ffi::Py_ssize_t)
        })
    }
}

/// The numbers that `item` gives for `0..n`, all alive.
#[inline(always)]
fn read(n: usize, dtype: Option<DType>, item: impl Fn(usize) -> Pointer) -> Option<Array> {
    if n == 0 {
        return None;
    }
    // SAFETY: the items are alive; exact floats and integers are read without running anything else.
    unsafe {
        let (floats, to) = match item(0) {
            first if ffi::PyFloat_CheckExact(first) != 0 => (true, DType::F64),
            first if ffi::PyLong_CheckExact(first) != 0 => (false, DType::I64),
            _ => return None,
        };
        if dtype.is_some_and(|dtype| dtype != to) {
            return None;
        }
        let few = quick::value(|room| quick::blank(&[n], to, false, room));
        let mut array = few.or_else(|| Array::empty(&[n], to, Order::C).ok())?;
        if floats {
            for (i, to) in array.as_slice_mut::<f64>().ok()??.iter_mut().enumerate() {
                let item = item(i);
                if ffi::PyFloat_CheckExact(item) == 0 {
                    return None;
                }
                *to = ffi::PyFloat_AS_DOUBLE(item);
            }
        } else {
            for (i, to) in array.as_slice_mut::<i64>().ok()??.iter_mut().enumerate() {
                let item = item(i);
                if ffi::PyLong_CheckExact(item) == 0 {
                    return None;
                }
                let mut overflow = 0;
                *to = ffi::PyLong_AsLongLongAndOverflow(item, &raw mut overflow);
                if overflow != 0 {
                    return None;
                }
            }
        }
        Some(array)
    }
}

/// A list of floats.
pub(crate) fn floats<'py>(py: Python<'py>, numbers: &[f64]) -> PyResult<Any<'py>> {
    // SAFETY: the interpreter is attached.
    list(py, numbers, |&x| unsafe { ffi::PyFloat_FromDouble(x) })
}

/// A list of integers.
pub(crate) fn integers<'py>(py: Python<'py>, numbers: &[i64]) -> PyResult<Any<'py>> {
    // SAFETY: the interpreter is attached.
    list(py, numbers, |&x| unsafe { ffi::PyLong_FromLongLong(x) })
}

/// A list of the objects that `make`, which runs no other code, makes of the numbers.
#[inline(always)]
fn list<'py, T>(
    py: Python<'py>,
    numbers: &[T],
    make: impl Fn(&T) -> Pointer,
) -> PyResult<Any<'py>> {
    // SAFETY: the list is new, and has a place for each number, which takes over the reference; nobody
    // sees it before all are written, or else it is freed with those that are.
    unsafe {
        let list = ffi::PyList_New(numbers.len() as ffi::Py_ssize_t);
        let list = Bound::from_owned_ptr_or_err(py, list)?;
        for (i, number) in numbers.iter().enumerate() {
            let item = make(number);
            if item.is_null() {
                return Err(PyErr::fetch(py));
            }
            ffi::PyList_SET_ITEM(list.as_ptr(), i as ffi::Py_ssize_t, item);
        }
        Ok(list)
    }
}
