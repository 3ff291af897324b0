//! Reductions that are functions of the namespace and no methods; folds of few elements.

use super::{Any, Arguments, is_moment, reduce, report_moment};
use crate::array::Object;
use crate::{array, call, creation, guard};
use pyo3::exceptions::PyRuntimeWarning;
use pyo3::prelude::*;
use raptors_array::reduce::{self as reducing, Reduction};
use raptors_array::{Array, alike};
use raptors_kernels::Status;
use raptors_kernels::fold::{Fold, Tolerance};

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
fn _fold<'py>(
    name: &str,
    a: &Any<'py>,
    axis: Option<&Any<'py>>,
    keepdims: bool,
) -> PyResult<Any<'py>> {
    let fold = match name {
        "nansum" => Fold::nansum,
        "nanprod" => Fold::nanprod,
        "sum_abs" => Fold::sum_abs,
        "sum_squares" => Fold::sum_squares,
        "max_abs" => Fold::max_abs,
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

/// Whether two arrays are equal, NaN to NaN if ``equal_nan``; ``None`` where this cannot be said at once.
#[pyfunction]
fn _alike(a: &Object<'_>, b: &Object<'_>, equal_nan: bool) -> PyResult<Option<bool>> {
    let (a, b, py) = (&a.get().array, &b.get().array, a.py());
    Ok(guard::run(py, a.size(), || alike::alike(a, b, equal_nan))?)
}

/// Whether all elements of ``a`` are close to those of ``b``; ``None`` where this cannot be said at once.
#[pyfunction]
fn _close(
    a: &Object<'_>,
    b: &Object<'_>,
    rtol: f64,
    atol: f64,
    equal_nan: bool,
) -> PyResult<Option<bool>> {
    let (a, b, py) = (&a.get().array, &b.get().array, a.py());
    let tolerance = Tolerance {
        relative: rtol,
        absolute: atol,
        equal_nan,
    };
    Ok(guard::run(py, a.size(), || alike::close(a, b, tolerance))?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_alike, module)?)?;
    module.add_function(wrap_pyfunction!(_close, module)?)?;
    module.add_function(wrap_pyfunction!(count_nonzero, module)?)?;
    module.add_function(wrap_pyfunction!(_fold, module)?)
}

/// The reduction of all elements, where they are few, or one thread's work that need not let others have the
/// interpreter; nothing for more, and where there is a floating-point exception of a fold to tell of: the long way
/// computes again then.
#[inline]
pub(super) fn few<'py>(
    py: Python<'py>,
    what: Reduction,
    array: &Array,
) -> PyResult<Option<Any<'py>>> {
    Status::clear();
    let value = match what {
        Reduction::Fold(fold) => reducing::few(fold, array),
        _ => reducing::whole(what, array),
    };
    let value = value.or_else(|| {
        let brief = guard::is_brief(array.size());
        brief.then(|| reducing::alone(what, array)).flatten()
    });
    let Some(value) = value else {
        return Ok(None);
    };
    if !guard::is_quiet(what) && Status::take() != Status::NONE {
        return Ok(None);
    }
    // What is to be computed again goes the long way.
    if is_moment(what) && report_moment(py, what, None)? {
        return Ok(None);
    }
    Ok(Some(array::number(py, &value)?.into_any()))
}

/// Warns of means of nothing, as NumPy does before it divides by zero.
#[cold]
pub(super) fn warn_of_lack(py: Python<'_>) -> PyResult<()> {
    let words = c"Mean of empty slice";
    PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), words, 1)
}
