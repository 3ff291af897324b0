//! Reductions that are functions of the namespace and no methods.

use super::{Any, Arguments, reduce};
use crate::{call, creation};
use pyo3::prelude::*;
use raptors_array::reduce::Reduction;
use raptors_kernels::fold::Fold;

/// How many elements of ``a`` over ``axis`` are not zero.
///
/// Examples
/// --------
/// >>> rp.count_nonzero(rp.asarray([[0, 1], [2, 3]]), axis=0)
/// array([1, 2])
#[pyfunction]
#[pyo3(signature = (a, axis = None, *, keepdims = false))]
fn count_nonzero<'py>(
    a: &Any<'py>,
    axis: Option<&Any<'py>>,
    #[pyo3(from_py_with = call::switch)] keepdims: bool,
) -> PyResult<Any<'py>> {
    folded(Fold::count_nonzero, a, axis, keepdims)
}

/// The fold `name`, which is no ufunc's, of ``a`` over ``axis``.
#[pyfunction]
fn _nan_fold<'py>(
    name: &str,
    a: &Any<'py>,
    axis: Option<&Any<'py>>,
    keepdims: bool,
) -> PyResult<Any<'py>> {
    let fold = match name {
        "sum" => Fold::nansum,
        "prod" => Fold::nanprod,
        _ => Fold::count_nan,
    };
    folded(fold, a, axis, keepdims)
}

fn folded<'py>(
    fold: Fold,
    a: &Any<'py>,
    axis: Option<&Any<'py>>,
    keepdims: bool,
) -> PyResult<Any<'py>> {
    let arguments = Arguments {
        axis,
        keepdims,
        ..Arguments::default()
    };
    let a = creation::as_object(a)?;
    reduce(Reduction::Fold(fold), a.as_any(), &arguments)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(count_nonzero, module)?)?;
    module.add_function(wrap_pyfunction!(_nan_fold, module)?)
}
