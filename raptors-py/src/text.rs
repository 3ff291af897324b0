//! Arrays as text: elements as NumPy writes and formats them, the rest by NumPy itself.

use crate::array::NdArray;
use crate::{guard, interop, scalar};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyFloat, PyString, PyTuple};
use raptors_array::{Array, DType, Kind};

type Any<'py> = Bound<'py, PyAny>;

/// NumPy's print options where nobody has set any: the variable and what it gives then.
static OPTIONS: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();

/// Whether arrays are printed as NumPy does by default.
fn is_default(py: Python<'_>) -> PyResult<bool> {
    let (variable, default) = OPTIONS.get_or_try_init(py, || {
        let module = py.import("numpy._core.printoptions")?;
        let variable = module.getattr("format_options")?.unbind();
        PyResult::Ok((
            variable,
            module.getattr("default_format_options_dict")?.unbind(),
        ))
    })?;
    let options = variable.bind(py).call_method0(pyo3::intern!(py, "get"))?;
    Ok(options.is(default))
}

/// The element of an array without axes as the array's text has it by default; nothing where more is to be
/// known than digits.
fn element(py: Python<'_>, array: &Array) -> PyResult<Option<String>> {
    let dtype = array.dtype();
    let integer = matches!(dtype.kind(), Kind::Bool | Kind::Signed | Kind::Unsigned);
    if array.ndim() > 0 || !(integer || dtype == DType::F64) {
        return Ok(None);
    }
    let number = guard::quick(|| array.item())?;
    if dtype == DType::F64 {
        return Ok(digits(number.get()));
    }
    let text = scalar::number(py, &number)?.str()?;
    let suffix = match dtype {
        DType::Bool | DType::I64 => String::new(),
        dtype => format!(", dtype={}", dtype.name()),
    };
    Ok(Some(format!("{text}{suffix}")))
}

/// A number of moderate size in the fewest digits that tell it from all others, of which up to eight come behind
/// the point; nothing for numbers that are written with exponents.
fn digits(number: f64) -> Option<String> {
    const PLACES: usize = 8;
    let moderate = (1e-4..1e8).contains(&number.abs()) || number == 0.0;
    if !moderate {
        return None;
    }
    let shortest = format!("{number:?}");
    let (_, fraction) = shortest.split_once('.')?;
    let text = if fraction.len() <= PLACES {
        shortest
    } else {
        format!("{number:.PLACES$}")
    };
    Some(text.trim_end_matches('0').to_owned())
}

#[pymethods]
impl NdArray {
    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        let (py, array) = (slf.py(), &slf.get().array);
        if array.ndim() == 0
            && let Some(text) = element(py, array)?
            && is_default(py)?
        {
            return Ok(PyString::new(py, &format!("array({text})")));
        }
        interop::to_numpy(slf)?.repr()
    }

    fn __str__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        let py = slf.py();
        let number = &slf.get().array;
        if let Some(number) = number.single::<f64>() {
            // Python writes floats of 64 bits as NumPy writes its own.
            return PyFloat::new(py, number).repr();
        }
        if let Some(number) = number.single::<i64>() {
            return number.into_bound_py_any(py)?.repr();
        }
        let view = interop::to_numpy(slf)?;
        match slf.get().array.ndim() {
            // As NumPy does after a detour through its options, which are not for one element.
            0 => view.get_item(PyTuple::empty(slf.py()))?.str(),
            _ => view.str(),
        }
    }

    fn __format__<'py>(slf: &Bound<'py, Self>, spec: &Bound<'py, PyString>) -> PyResult<Any<'py>> {
        let array = &slf.get().array;
        if array.ndim() > 0 {
            return interop::to_numpy(slf)?.call_method1("__format__", (spec,));
        }
        // NumPy formats its scalars, not its arrays without axes, by their numbers.
        let number = scalar::number(slf.py(), &guard::quick(|| array.item())?)?;
        number.call_method1(pyo3::intern!(slf.py(), "__format__"), (spec,))
    }
}
