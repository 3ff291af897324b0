//! Operators by the names of their ufuncs: what methods such as `__add__` call.

use super::{Any, binary, in_place, pair, unary};
use crate::array::Object;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use raptors_array::Ufunc;

/// The ufunc called `name`.
fn named(name: &str) -> PyResult<Ufunc> {
    Ufunc::from_name(name).ok_or_else(|| PyValueError::new_err(format!("no operator {name}")))
}

/// `a op b` for the ufunc called `name`.
#[pyfunction]
fn _binary<'py>(name: &str, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    match named(name)? {
        Ufunc::divmod => pair(a, b),
        op => binary(op, a, b),
    }
}

/// `a op= b` for the ufunc called `name`.
#[pyfunction]
fn _in_place<'py>(name: &str, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    in_place(named(name)?, a, b)
}

/// `op a` for the ufunc called `name`.
#[pyfunction]
fn _unary<'py>(name: &str, a: &Object<'py>) -> PyResult<Any<'py>> {
    unary(named(name)?, a)
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_binary, module)?)?;
    module.add_function(wrap_pyfunction!(_in_place, module)?)?;
    module.add_function(wrap_pyfunction!(_unary, module)?)
}
