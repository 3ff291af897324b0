//! `ufunc.at`: results written to places, once for every time that one is named.

use super::{Any, UfuncObject};
use crate::{array, guard, interop, put};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use raptors_array::{Array, DType, scatter};
use raptors_kernels::at::within;

/// `ufunc.at` for a run, a run of its places, and what has the type of the former: whether that was done.
pub(super) fn at_once(
    ufunc: &Bound<'_, UfuncObject>,
    a: &Any<'_>,
    indices: &Any<'_>,
    b: &Any<'_>,
) -> PyResult<bool> {
    let known = ufunc.get().ufunc;
    let (Ok(a), Ok(indices)) = (a.cast_exact(), indices.cast_exact()) else {
        return Ok(false);
    };
    let (a, indices): (&array::Object<'_>, &array::Object<'_>) = (a, indices);
    let (this, places) = (&a.get().array, &indices.get().array);
    let runs = this.ndim() == 1 && places.ndim() == 1 && a.get().writeable();
    let Some(numbers) = places.as_slice::<i64>().filter(|_| runs) else {
        return Ok(false);
    };
    if known.nin() != 2 || known.nout() != 1 || !within(numbers, this.size()) {
        return Ok(false);
    }
    let values = match array::of(b) {
        Some(values) if values.dtype() == this.dtype() => values.clone(),
        Some(_) => return Ok(false),
        // A number is no weak operand here: it has the type that an array of it has.
        None => match put::number_of(b, this.dtype()) {
            Some(number) if is_own(b, this.dtype()) => {
                guard::quick(|| Array::from_scalar(&number))?
            }
            _ => return Ok(false),
        },
    };
    let Ok(values) = guard::quick(|| values.broadcast_to(&[numbers.len()])) else {
        return Ok(false);
    };
    let output = a.get().clone_array();
    let target = interop::output(&output)?;
    let work = numbers.len() * 10;
    let done = guard::call(a.py(), known, work, || {
        scatter::at(known, &target, places, Some(&values))
    });
    match done.map_err(PyErr::from) {
        Ok(()) => Ok(true),
        // NumPy may have the loop, or its own error.
        Err(error) if error.is_instance_of::<PyTypeError>(a.py()) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether an array of the number `b` has the type `dtype`.
fn is_own(b: &Any<'_>, dtype: DType) -> bool {
    match dtype {
        DType::F64 => b.is_exact_instance_of::<PyFloat>(),
        DType::I64 => b.is_exact_instance_of::<PyInt>(),
        _ => false,
    }
}

/// `ufunc.at` for the elements of `a` that `places` names by their numbers in C order.
#[pyfunction]
#[pyo3(signature = (ufunc, a, places, values = None))]
fn _at<'py>(
    ufunc: &Bound<'py, UfuncObject>,
    a: &array::Object<'py>,
    places: &array::Object<'py>,
    values: Option<&array::Object<'py>>,
) -> PyResult<()> {
    let ufunc = ufunc.get().ufunc;
    let output = a.get().clone_array();
    let target = interop::output(&output)?;
    let places = &places.get().array;
    let values = values.map(|values| &*values.get().array);
    let work = places.size() * 10;
    Ok(guard::call(a.py(), ufunc, work, || {
        scatter::at(ufunc, &target, places, values)
    })?)
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_at, module)?)
}
