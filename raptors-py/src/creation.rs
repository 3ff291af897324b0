//! New arrays, as functions of the module.

use crate::array::{Object, fresh};
use crate::shape::sizes;
use crate::{call, convert, dtype, error, guard};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use raptors_array::{Array, DType, Dims, Error, Order};

/// The lengths of axes, of which none is negative.
pub(crate) fn lengths(sizes: &[i64]) -> PyResult<Dims> {
    let lengths = sizes.iter().map(|&size| usize::try_from(size));
    let lengths: Result<Dims, _> = lengths.collect();
    lengths.map_err(|_| error::raise(&Error::NegativeDimension))
}

/// A shape: an integer or a sequence of integers.
pub(crate) fn shape(object: &Bound<'_, PyAny>) -> PyResult<Dims> {
    lengths(&sizes(object)?)
}

/// Shape, dtype and order of a new array at its place; lengths below zero are told of last.
pub(crate) fn form(
    shape: &Bound<'_, PyAny>,
    dtype: Option<&Bound<'_, PyAny>>,
    order: Option<&Bound<'_, PyAny>>,
    device: Option<&Bound<'_, PyAny>>,
    like: Option<&Bound<'_, PyAny>>,
) -> PyResult<(Dims, DType, Order)> {
    let sizes = sizes(shape)?;
    let dtype = dtype::parse_optional(dtype)?.unwrap_or(DType::F64);
    let order = self::order(order)?;
    check_place(device, like)?;
    Ok((lengths(&sizes)?, dtype, order))
}

/// The order of the elements of a new array: `"C"` or `"F"`, C where none is given.
fn order(name: Option<&Bound<'_, PyAny>>) -> PyResult<Order> {
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
    let (dims, dtype, order) = form(shape, dtype, order, device, like)?;
    let new = guard::quick(|| Array::empty(&dims, dtype, order))?;
    fresh(shape.py(), new)
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
    let (dims, dtype, order) = form(shape, dtype, order, device, like)?;
    let new = guard::quick(|| Array::zeros(&dims, dtype, order))?;
    fresh(shape.py(), new)
}

/// `object` as an array, of its own memory where it can be shared.
pub(crate) fn as_object<'py>(object: &Bound<'py, PyAny>) -> PyResult<Object<'py>> {
    convert::as_object(object)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(empty, module)?)?;
    module.add_function(wrap_pyfunction!(zeros, module)?)
}
