//! Flat indices as places on every axis, and back.

use crate::array::{self, NdArray, Object};
use crate::guard;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::index::{Beyond, Fault, ravel, unravel};
use raptors_array::{Array, broadcast_arrays};
use smallvec::SmallVec;

/// What is wrong, in NumPy's words.
fn error(fault: Fault, dims: &[usize]) -> PyErr {
    PyValueError::new_err(match fault {
        Fault::Index(index) => {
            let size: usize = dims.iter().product();
            format!("index {index} is out of bounds for array with size {size}")
        }
        Fault::Place => "invalid entry in coordinates array".to_owned(),
    })
}

/// The places on every axis that `flat` indices mean. The product of `dims` is no overflow.
#[pyfunction]
fn _unravel<'py>(
    py: Python<'py>,
    flat: &Object<'py>,
    dims: Vec<usize>,
    fortran: bool,
) -> PyResult<Bound<'py, PyTuple>> {
    unraveled(py, &flat.get().array, &dims, fortran)
}

/// The arrays of places that `flat` indices mean.
pub(crate) fn unraveled<'py>(
    py: Python<'py>,
    flat: &Array,
    dims: &[usize],
    fortran: bool,
) -> PyResult<Bound<'py, PyTuple>> {
    let work = flat.size().saturating_mul(dims.len());
    let places = guard::run(py, work, || unravel(flat, dims, fortran))?;
    let places: SmallVec<[Object<'py>; 4]> = places
        .map_err(|fault| error(fault, dims))?
        .into_iter()
        .map(|places| array::fresh(py, places))
        .collect::<PyResult<_>>()?;
    PyTuple::new(py, places)
}

/// The flat indices that `places` mean: one array for each of `dims`, which are broadcast.
#[pyfunction]
fn _ravel<'py>(
    py: Python<'py>,
    places: Vec<Bound<'py, NdArray>>,
    dims: Vec<i64>,
    modes: Vec<String>,
    fortran: bool,
) -> PyResult<Object<'py>> {
    let lengths: Result<Vec<usize>, _> = dims.iter().map(|&n| usize::try_from(n)).collect();
    let dims = lengths.map_err(|_| error(Fault::Place, &[]))?;
    if places.len() != dims.len() || modes.len() != dims.len() {
        return Err(PyTypeError::new_err("as many places and modes as lengths"));
    }
    let beyond: Vec<Beyond> = modes
        .iter()
        .map(|mode| match mode.as_str() {
            "wrap" => Beyond::Wrap,
            "clip" => Beyond::Clip,
            _ => Beyond::Raise,
        })
        .collect();
    let places: Vec<Array> = places
        .iter()
        .map(|object| object.get().clone_array())
        .collect();
    let places = guard::quick(|| broadcast_arrays(&places.iter().collect::<Vec<_>>()))?;
    raveled(py, &places, &dims, &beyond, fortran)
}

/// The array of flat indices that `places`, all of one shape, mean.
pub(crate) fn raveled<'py>(
    py: Python<'py>,
    places: &[Array],
    dims: &[usize],
    beyond: &[Beyond],
    fortran: bool,
) -> PyResult<Object<'py>> {
    let size = places.first().map_or(1, Array::size);
    let work = size.saturating_mul(dims.len());
    let flat = guard::run(py, work, || ravel(places, dims, beyond, fortran))?;
    array::fresh(py, flat.map_err(|fault| error(fault, dims))?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_unravel, module)?)?;
    module.add_function(wrap_pyfunction!(_ravel, module)?)
}
