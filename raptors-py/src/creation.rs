//! New arrays, as functions of the module.

use crate::array::{Object, fresh};
use crate::{convert, dtype, guard};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyTuple};
use raptors_array::{Array, DType, Dims, Number, Order};

/// A shape: an integer or a sequence of integers.
pub(crate) fn shape(object: &Bound<'_, PyAny>) -> PyResult<Dims> {
    let length = |item: &Bound<'_, PyAny>| -> PyResult<usize> {
        let length: isize = item.extract().map_err(|error: PyErr| {
            if error.is_instance_of::<PyOverflowError>(item.py()) {
                PyValueError::new_err("Maximum allowed dimension exceeded")
            } else {
                error
            }
        })?;
        usize::try_from(length)
            .map_err(|_| PyValueError::new_err("negative dimensions are not allowed"))
    };
    if object.is_exact_instance_of::<PyInt>() {
        return Ok(Dims::from_elem(length(object)?, 1));
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return tuple.iter_borrowed().map(|item| length(&item)).collect();
    }
    if object.hasattr("__index__")? && !object.hasattr("__len__")? {
        return Ok(Dims::from_elem(length(object)?, 1));
    }
    match object.try_iter() {
        Ok(items) => items.map(|item| length(&item?)).collect(),
        Err(_) if object.hasattr("__index__")? => Ok(Dims::from_elem(length(object)?, 1)),
        Err(_) => Err(PyTypeError::new_err(format!(
            "expected a sequence of integers or a single integer, got {}",
            object.repr()?
        ))),
    }
}

/// The order of the elements of a new array: `"C"` or `"F"`.
fn order(name: &str) -> PyResult<Order> {
    match name {
        "C" | "c" => Ok(Order::C),
        "F" | "f" => Ok(Order::F),
        _ => Err(PyValueError::new_err("only 'C' or 'F' order is permitted")),
    }
}

/// An array of `shape` with any contents.
#[pyfunction]
#[pyo3(signature = (shape, dtype = None, order = "C"))]
fn empty<'py>(
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    order: &str,
) -> PyResult<Object<'py>> {
    make(shape, dtype, order, Array::empty)
}

/// An array of `shape` filled with zeros.
#[pyfunction]
#[pyo3(signature = (shape, dtype = None, order = "C"))]
fn zeros<'py>(
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    order: &str,
) -> PyResult<Object<'py>> {
    make(shape, dtype, order, Array::zeros)
}

fn make<'py>(
    shape: &Bound<'py, PyAny>,
    dtype: Option<&Bound<'py, PyAny>>,
    order: &str,
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

/// The numbers from `start` to before `stop`, `step` apart.
#[pyfunction]
#[pyo3(signature = (start_or_stop, /, stop = None, step = None, dtype = None, **kwargs))]
fn arange<'py>(
    start_or_stop: &Bound<'py, PyAny>,
    stop: Option<&Bound<'py, PyAny>>,
    step: Option<&Bound<'py, PyAny>>,
    dtype: Option<&Bound<'py, PyAny>>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = start_or_stop.py();
    let number = |object: &Bound<'py, PyAny>| {
        if object.is_exact_instance_of::<PyInt>() {
            object.extract().ok().map(Number::Int)
        } else {
            object
                .cast_exact::<PyFloat>()
                .ok()
                .map(|float| Number::Float(float.value()))
        }
    };
    let (start, end) = match stop {
        Some(stop) => (number(start_or_stop), number(stop)),
        None => (Some(Number::Int(0)), number(start_or_stop)),
    };
    let step_number = step.map_or(Some(Number::Int(1)), number);
    let dtype_known = match dtype.filter(|dtype| !dtype.is_none()) {
        None => Some(None),
        Some(dtype) => dtype::parse_any(dtype)?.map(Some),
    };
    if let (Some(start), Some(end), Some(step), Some(dtype), None) =
        (start, end, step_number, dtype_known, kwargs)
    {
        let range = guard::quick(|| Array::arange(start, end, step, dtype))?;
        return Ok(fresh(py, range)?.into_any());
    }
    // Numbers of other types, and keywords that say where the array is to be: NumPy's.
    let options = kwargs.map_or_else(|| Ok(PyDict::new(py)), PyDictMethods::copy)?;
    options.set_item("dtype", dtype)?;
    let mut args = vec![start_or_stop];
    args.extend(stop);
    match (step, stop) {
        (Some(step), Some(_)) => args.push(step),
        (Some(step), None) => options.set_item("step", step)?,
        (None, _) => {}
    }
    let methods = py.import("raptors._methods")?;
    methods
        .getattr("_delegate_function")?
        .call1(("arange", PyTuple::new(py, args)?, options))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(empty, module)?)?;
    module.add_function(wrap_pyfunction!(zeros, module)?)?;
    module.add_function(wrap_pyfunction!(arange, module)?)
}
