//! The elements of arrays as nested lists of Python's numbers.

use super::Any;
use crate::array::NdArray;
use crate::{guard, interop};
use pyo3::prelude::*;
use raptors_array::{Array, Order, Scalar, assign};
use raptors_kernels::with_dtype;

/// An array over the elements of `array`, nested as lists of Python's numbers.
pub(crate) fn nested<'py>(array: &Bound<'py, NdArray>) -> PyResult<Any<'py>> {
    let py = array.py();
    let this = &array.get().array;
    let copy;
    let ordered: &Array = if this.is_c_contiguous() && this.is_aligned() {
        this
    } else {
        copy = guard::run(py, this.size(), || assign::copy(this, Some(Order::C)))?;
        &copy
    };
    #[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
    if let Some(lists) = crate::items::lists(py, ordered) {
        return lists;
    }
    with_dtype!(this.dtype(), T => {
        let elements = ordered.as_slice::<T>().unwrap_or_default();
        let mut numbers = elements.iter().map(|&x| crate::scalar::number(py, &Scalar::new(x)));
        nest(py, this.shape(), &mut numbers)
    })
}

/// The next numbers as lists of `shape`.
fn nest<'py>(
    py: Python<'py>,
    shape: &[usize],
    numbers: &mut impl Iterator<Item = PyResult<Any<'py>>>,
) -> PyResult<Any<'py>> {
    match shape {
        [] => {
            let none = || Ok(py.None().into_bound(py));
            numbers.next().unwrap_or_else(none)
        }
        [n] => interop::list(py, *n, numbers),
        [n, rest @ ..] => interop::list(py, *n, (0..*n).map(|_| nest(py, rest, numbers))),
    }
}
