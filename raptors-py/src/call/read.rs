//! What arguments that many functions have mean, as NumPy reads them.

use crate::{array, guard, interop};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyString};
use raptors_array::{Array, Casting, DType};
use std::borrow::Cow;

type Any<'py> = Bound<'py, PyAny>;

/// What is given as `where=`. `None` is no truth value, so that nothing is chosen.
#[allow(clippy::unnecessary_wraps, reason = "what pyo3 asks of a conversion")]
pub(crate) fn mask_or_none<'py>(object: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    Ok(Some(if object.is_none() {
        PyBool::new(object.py(), false).to_owned().into_any()
    } else {
        object.clone()
    }))
}

/// As [`mask_or_none`], for reductions that count what is chosen: `None` is no number.
pub(crate) fn numbers_mask<'py>(object: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    if object.is_none() {
        let words = "int() argument must be a string, a bytes-like object or a real number, not \
                     'NoneType'";
        return Err(PyTypeError::new_err(words));
    }
    Ok(Some(object.clone()))
}

/// The truth values of `where=`; nothing for `True`.
pub(crate) fn mask(object: Option<&Any<'_>>) -> PyResult<Option<Array>> {
    let Some(object) = object.filter(|object| !object.is(PyBool::new(object.py(), true))) else {
        return Ok(None);
    };
    let array = if array::of(object).is_some() || interop::is_numpy(object) {
        crate::creation::as_object(object)?.get().array.clone()
    } else {
        // Of anything but an array, NumPy takes the truth.
        let options = PyDict::new(object.py());
        options.set_item("dtype", "bool")?;
        interop::through_numpy(object, Some(&options))?
            .get()
            .array
            .clone()
    };
    if array.dtype() != DType::Bool {
        return Err(crate::error::no_cast(&array, DType::Bool, Casting::Safe));
    }
    Ok(Some(array))
}

/// The string that the argument `what` is, which may also be bytes.
fn text<'a>(object: &'a Any<'_>, what: &str) -> PyResult<Cow<'a, str>> {
    if let Ok(name) = object.cast::<PyString>() {
        return name.to_cow();
    }
    if let Ok(name) = object.cast::<PyBytes>() {
        return Ok(String::from_utf8_lossy(name.as_bytes()));
    }
    let class = object.get_type().fully_qualified_name()?;
    let words = format!("{what} must be str, not {class}");
    Err(PyTypeError::new_err(words))
}

/// The rule that `casting=` names.
pub(crate) fn casting(object: &Any<'_>) -> PyResult<Casting> {
    rule(object, "")
}

/// As [`casting`], where NumPy knows a rule more, which is asked for elsewhere.
pub(crate) fn casting_of_copies(object: &Any<'_>) -> PyResult<Casting> {
    rule(object, ", 'same_value'")
}

fn rule(object: &Any<'_>, more: &str) -> PyResult<Casting> {
    let Some(casting) = Casting::from_name(&text(object, "casting")?) else {
        return Err(PyValueError::new_err(format!(
            "casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe'{more} (got {})",
            object.repr()?
        )));
    };
    Ok(casting)
}

/// The letter of `order=`: C, F or A; nothing for K.
pub(crate) fn order_letter(object: &Any<'_>) -> PyResult<Option<char>> {
    if object.is_none() {
        return Ok(None);
    }
    match text(object, "order")?.as_bytes() {
        b"K" | b"k" => Ok(None),
        b"C" | b"c" => Ok(Some('C')),
        b"F" | b"f" => Ok(Some('F')),
        b"A" | b"a" => Ok(Some('A')),
        _ => Err(PyValueError::new_err(format!(
            "order must be one of 'C', 'F', 'A', or 'K' (got {})",
            object.repr()?
        ))),
    }
}

/// What `copy=` asks of functions that copy where they must: nothing where just that is wanted.
pub(crate) fn copying(object: &Any<'_>) -> PyResult<Option<bool>> {
    if object.is_none() {
        return Ok(None);
    }
    if object.is_instance_of::<PyString>() {
        let words = "strings are not allowed for 'copy' keyword. Use True/False/None instead.";
        return Err(PyValueError::new_err(words));
    }
    if object.get_type().name()? == "_CopyMode" {
        let mode: i64 = object.getattr("value")?.extract()?;
        return Ok((mode < 2).then_some(mode != 0));
    }
    object.is_truthy().map(Some)
}

/// A switch that NumPy takes the truth of, whatever it is.
pub(crate) fn truth(object: &Any<'_>) -> PyResult<bool> {
    object.is_truthy()
}

/// As [`truth`]; `None` leaves things as they are.
pub(crate) fn truth_or_none(object: &Any<'_>) -> PyResult<Option<bool>> {
    (!object.is_none()).then(|| truth(object)).transpose()
}

/// A switch that NumPy takes integers for; truth values of NumPy and of arrays are taken as well.
pub(crate) fn switch(object: &Any<'_>) -> PyResult<bool> {
    if let Some(switch) = guard::tried(object.extract()) {
        return Ok(switch);
    }
    if array::of(object).is_some_and(|array| array.ndim() == 0 && array.dtype() == DType::Bool) {
        return truth(object);
    }
    if object.is_instance_of::<PyFloat>() {
        let words = "integer argument expected, got float";
        return Err(PyTypeError::new_err(words));
    }
    object.extract::<i64>().map(|number| number != 0)
}
