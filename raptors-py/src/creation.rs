//! New arrays, as functions of the module.

use crate::array::{Object, fresh};
use crate::{call, convert, dtype, guard, scalar};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyTuple};
use raptors_array::{Array, DType, Dims, Order};

/// The length of an axis: any integer, of which truth values are none.
pub(crate) fn length(item: &Bound<'_, PyAny>) -> PyResult<usize> {
    if scalar::is_truth(item) {
        return Err(PyTypeError::new_err("an integer is required"));
    }
    let length: isize = item.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(item.py()) {
            PyValueError::new_err("Maximum allowed dimension exceeded")
        } else {
            error
        }
    })?;
    usize::try_from(length)
        .map_err(|_| PyValueError::new_err("negative dimensions are not allowed"))
}

/// A shape: an integer or a sequence of integers.
pub(crate) fn shape(object: &Bound<'_, PyAny>) -> PyResult<Dims> {
    if object.is_exact_instance_of::<PyInt>() {
        return Ok(Dims::from_elem(length(object)?, 1));
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return tuple.iter_borrowed().map(|item| length(&item)).collect();
    }
    if let Ok(list) = object.cast_exact::<PyList>() {
        let items = list.to_tuple();
        return items.iter_borrowed().map(|item| length(&item)).collect();
    }
    let no_shape = || -> PyResult<Dims> {
        let repr = object.repr()?;
        let words = format!("expected a sequence of integers or a single integer, got '{repr}'");
        Err(PyTypeError::new_err(words))
    };
    let single = || match length(object) {
        Err(error) if error.is_instance_of::<PyTypeError>(object.py()) => no_shape(),
        length => Ok(Dims::from_elem(length?, 1)),
    };
    if object.hasattr("__index__")? && !object.hasattr("__len__")? {
        return single();
    }
    match object.try_iter() {
        Ok(items) => items.map(|item| length(&item?)).collect(),
        Err(_) if object.hasattr("__index__")? => single(),
        Err(_) if object.is_none() => {
            let words = "Use () not None as shape arguments";
            Err(PyTypeError::new_err(words))
        }
        Err(_) => no_shape(),
    }
}

/// The order of the elements of a new array: `"C"` or `"F"`, C where none is given.
pub(crate) fn order(name: Option<&Bound<'_, PyAny>>) -> PyResult<Order> {
    match name
        .filter(|name| !name.is_none())
        .map(call::order_letter)
        .transpose()?
    {
        None | Some(Some('C')) => Ok(Order::C),
        Some(Some('F')) => Ok(Order::F),
        Some(_) => Err(PyValueError::new_err("only 'C' or 'F' order is permitted")),
    }
}

/// Whether a new array can be where `device=` says, and of the kind that `like=` asks for.
pub(crate) fn check_place(
    device: Option<&Bound<'_, PyAny>>,
    like: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    if let Some(device) = device.filter(|device| !device.is_none())
        && !device.eq("cpu")?
    {
        return Err(PyValueError::new_err(format!(
            "Device not understood. Only \"cpu\" is allowed, but received: {}",
            device.str()?
        )));
    }
    match like.filter(|like| !like.is_none()) {
        Some(like) if !like.hasattr("__array_function__")? => Err(PyTypeError::new_err(
            "The `like` argument must be an array-like that implements the `__array_function__` \
             protocol.",
        )),
        _ => Ok(()),
    }
}

/// An array of `shape` with any contents.
///
/// `order` is `"C"` or `"F"`. `ValueError` for negative lengths.
///
/// Examples
/// --------
/// >>> rp.empty((2, 3)).shape
/// (2, 3)
#[pyfunction]
#[pyo3(signature = (shape, dtype = None, order = None, *, device = None, like = None),
       text_signature = "(shape, dtype=None, order='C', *, device=None, like=None)")]
fn empty<'py>(
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    order: Option<&Bound<'py, PyAny>>,
    device: Option<&Bound<'py, PyAny>>,
    like: Option<&Bound<'py, PyAny>>,
) -> PyResult<Object<'py>> {
    check_place(device, like)?;
    make(shape, dtype, order, Array::empty)
}

/// An array of `shape` filled with zeros.
///
/// `order` is `"C"` or `"F"`. `ValueError` for negative lengths.
///
/// Examples
/// --------
/// >>> rp.zeros((2, 2), dtype="i4").tolist()
/// [[0, 0], [0, 0]]
#[pyfunction]
#[pyo3(signature = (shape, dtype = None, order = None, *, device = None, like = None),
       text_signature = "(shape, dtype=None, order='C', *, device=None, like=None)")]
fn zeros<'py>(
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    order: Option<&Bound<'py, PyAny>>,
    device: Option<&Bound<'py, PyAny>>,
    like: Option<&Bound<'py, PyAny>>,
) -> PyResult<Object<'py>> {
    check_place(device, like)?;
    make(shape, dtype, order, Array::zeros)
}

fn make<'py>(
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    order: Option<&Bound<'py, PyAny>>,
    make: impl FnOnce(&[usize], DType, Order) -> raptors_array::Result<Array>,
) -> PyResult<Object<'py>> {
    let dims = self::shape(shape)?;
    let dtype = dtype::parse_optional(dtype)?.unwrap_or(DType::F64);
    let order = self::order(order)?;
    fresh(shape.py(), guard::quick(|| make(&dims, dtype, order))?)
}

/// `object` as an array, of its own memory where it can be shared.
pub(crate) fn as_object<'py>(object: &Bound<'py, PyAny>) -> PyResult<Object<'py>> {
    convert::as_object(object)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(empty, module)?)?;
    module.add_function(wrap_pyfunction!(zeros, module)?)
}
