//! [`Error`](raptors_array::Error) as the exception that NumPy raises.

use crate::dtype;
use pyo3::exceptions::{
    PyIndexError, PyMemoryError, PyOverflowError, PyRuntimeError, PyTypeError, PyValueError,
    PyZeroDivisionError,
};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::Operand;
use raptors_array::{Array, Casting, DType, Error, ErrorClass, Ufunc};

/// The exception for `error`: NumPy's class, NumPy's words.
pub(crate) fn raise(error: &Error) -> PyErr {
    Python::attach(|py| {
        let special = match error {
            Error::Axis {
                axis,
                ndim,
                argument,
            } => axis_error(py, *axis, *ndim, *argument),
            Error::Memory { shape, dtype } => memory_error(py, shape, *dtype),
            Error::CastOperand {
                ufunc,
                operand,
                from,
                to,
                casting,
                ..
            } => casting_error(py, ufunc, *operand, *from, *to, casting.name()),
            _ => return plain(error),
        };
        special.map_or_else(|_| plain(error), PyErr::from_value)
    })
}

/// The error for a conversion of `array` that `rule` forbids.
pub(crate) fn no_cast(array: &Array, to: DType, casting: Casting) -> PyErr {
    if array.ndim() > 0 {
        let from = array.dtype();
        return raise(&Error::Cast { from, to, casting });
    }
    PyTypeError::new_err(format!(
        "Cannot cast scalar from dtype('{}') to dtype('{}') according to the rule '{}'",
        array.dtype().name(),
        to.name(),
        casting.name()
    ))
}

fn plain(error: &Error) -> PyErr {
    let words = error.to_string();
    match error.class() {
        ErrorClass::Value | ErrorClass::Axis => PyValueError::new_err(words),
        ErrorClass::Type => PyTypeError::new_err(words),
        ErrorClass::Index => PyIndexError::new_err(words),
        ErrorClass::Memory => PyMemoryError::new_err(words),
        ErrorClass::Overflow => PyOverflowError::new_err(words),
        ErrorClass::ZeroDivision => PyZeroDivisionError::new_err(words),
        ErrorClass::Runtime => PyRuntimeError::new_err(words),
    }
}

/// `numpy.exceptions.AxisError`.
fn axis_error<'py>(
    py: Python<'py>,
    axis: i64,
    ndim: usize,
    argument: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import("numpy.exceptions")?
        .getattr("AxisError")?
        .call1((axis, ndim, argument))
}

/// The subclass of `MemoryError` that tells shape and dtype.
fn memory_error<'py>(
    py: Python<'py>,
    shape: &[usize],
    dtype: DType,
) -> PyResult<Bound<'py, PyAny>> {
    let class = py
        .import("numpy._core._exceptions")?
        .getattr("_ArrayMemoryError")?;
    class.call1((PyTuple::new(py, shape)?, dtype::object(py, dtype)?))
}

/// The subclasses of `UFuncTypeError` for operands that may not be cast.
fn casting_error<'py>(
    py: Python<'py>,
    ufunc: &str,
    operand: Operand,
    from: DType,
    to: DType,
    casting: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(ufunc) = Ufunc::from_name(ufunc) else {
        return Err(PyTypeError::new_err("not a ufunc"));
    };
    let (class, number) = match operand {
        Operand::Input(number) => ("_UFuncInputCastingError", number),
        // NumPy counts all operands.
        Operand::Output(number) => ("_UFuncOutputCastingError", ufunc.nin() + number),
    };
    let ufunc = crate::ufunc::object(py, ufunc)?;
    let class = py.import("numpy._core._exceptions")?.getattr(class)?;
    let (from, to) = (dtype::object(py, from)?, dtype::object(py, to)?);
    class.call1((ufunc, casting, from, to, number))
}
