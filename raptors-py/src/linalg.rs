//! `raptors._raptors._linalg`: decompositions of stacks of matrices, for `raptors.linalg`.
//!
//! Each gives its results and, where a matrix may have no answer, whether one had none.

use crate::array::{self, Object};
use crate::{guard, status};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::{Array, Result, linalg};
use raptors_kernels::Status;

type Any<'py> = Bound<'py, PyAny>;

/// `f` of arrays as a tuple, `failed` last where it is told.
fn tuple<'py, const N: usize>(
    a: &Object<'py>,
    f: impl FnOnce(&Array) -> Result<([Array; N], Option<bool>)> + Send,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = a.py();
    let x = &a.get().array;
    let longest = x.shape().iter().rev().take(2).copied().max().unwrap_or(1);
    let (arrays, failed) = guard::run(py, x.size().saturating_mul(longest), || f(x))?;
    let mut results: Vec<Any<'py>> = Vec::with_capacity(N + 1);
    for array in arrays {
        results.push(array::result(py, array)?.into_any());
    }
    if let Some(failed) = failed {
        results.push(failed.into_pyobject(py)?.to_owned().into_any());
    }
    PyTuple::new(py, results)
}

/// As [`tuple`], for what tells whether it failed.
fn solution<'py, const N: usize>(
    a: &Object<'py>,
    f: impl FnOnce(&Array) -> Result<linalg::Solution<N>> + Send,
) -> PyResult<Bound<'py, PyTuple>> {
    tuple(a, |a| {
        let solution = f(a)?;
        Ok((solution.arrays, Some(solution.failed)))
    })
}

/// Determinants, with a report of what happened to the numbers, as of the function `name`.
fn determinants<'py, const N: usize>(
    a: &Object<'py>,
    name: &str,
    f: impl FnOnce(&Array) -> Result<linalg::Determinants<N>> + Send,
) -> PyResult<Bound<'py, PyTuple>> {
    let mut status = Status::NONE;
    let results = tuple(a, |a| {
        let found = f(a)?;
        status = found.status;
        Ok((found.arrays, None))
    })?;
    if status != Status::NONE {
        status::report(a.py(), name, status)?;
    }
    Ok(results)
}

#[pyfunction]
fn det<'py>(a: &Object<'py>) -> PyResult<Any<'py>> {
    determinants(a, "det", linalg::det)?.get_item(0)
}

#[pyfunction]
fn slogdet<'py>(a: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    determinants(a, "slogdet", linalg::slogdet)
}

#[pyfunction]
fn inv<'py>(a: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, linalg::inv)
}

#[pyfunction]
fn solve<'py>(a: &Object<'py>, b: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    let b = &b.get().array;
    solution(a, |a| linalg::solve(a, b))
}

#[pyfunction]
fn cholesky<'py>(a: &Object<'py>, upper: bool) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, |a| linalg::cholesky(a, upper))
}

#[pyfunction]
fn qr<'py>(a: &Object<'py>, complete: bool) -> PyResult<Bound<'py, PyTuple>> {
    tuple(a, |a| Ok((linalg::qr(a, complete)?, None)))
}

#[pyfunction]
fn qr_triangle<'py>(a: &Object<'py>) -> PyResult<Any<'py>> {
    tuple(a, |a| Ok((linalg::qr_triangle(a)?, None)))?.get_item(0)
}

#[pyfunction]
fn qr_raw<'py>(a: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    tuple(a, |a| Ok((linalg::qr_raw(a)?, None)))
}

#[pyfunction]
fn svd<'py>(a: &Object<'py>, full: bool) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, |a| linalg::svd(a, full))
}

#[pyfunction]
fn svdvals<'py>(a: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, linalg::svdvals)
}

#[pyfunction]
fn lstsq<'py>(a: &Object<'py>, b: &Object<'py>, rcond: f64) -> PyResult<Option<[Any<'py>; 2]>> {
    let py = a.py();
    let (a, b) = (&a.get().array, &b.get().array);
    let columns = a.shape().last().copied().unwrap_or(1);
    let found = guard::run(py, a.size().saturating_mul(columns), || {
        linalg::lstsq(a, b, rcond)
    })?;
    let Some([x, s]) = found else {
        return Ok(None);
    };
    let [x, s] = [array::result(py, x)?, array::result(py, s)?];
    Ok(Some([x.into_any(), s.into_any()]))
}

#[pyfunction]
fn eigh<'py>(a: &Object<'py>, upper: bool) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, |a| linalg::eigh(a, upper))
}

#[pyfunction]
fn eigvalsh<'py>(a: &Object<'py>, upper: bool) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, |a| linalg::eigvalsh(a, upper))
}

#[pyfunction]
fn eig<'py>(a: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, linalg::eig)
}

#[pyfunction]
fn eigvals<'py>(a: &Object<'py>) -> PyResult<Bound<'py, PyTuple>> {
    solution(a, linalg::eigvals)
}

/// A view with one axis for each group of axes of `a`: its diagonals, for `einsum`.
#[pyfunction]
fn diagonals<'py>(a: &Object<'py>, groups: Vec<Vec<usize>>) -> PyResult<Object<'py>> {
    let groups: Vec<&[usize]> = groups.iter().map(Vec::as_slice).collect();
    let view = guard::quick(|| a.get().array.diagonals(&groups))?;
    array::view(a, view)
}

pub(crate) fn register(parent: &Bound<'_, PyModule>) -> PyResult<()> {
    let module = PyModule::new(parent.py(), "_linalg")?;
    module.add_function(wrap_pyfunction!(det, &module)?)?;
    module.add_function(wrap_pyfunction!(slogdet, &module)?)?;
    module.add_function(wrap_pyfunction!(inv, &module)?)?;
    module.add_function(wrap_pyfunction!(solve, &module)?)?;
    module.add_function(wrap_pyfunction!(cholesky, &module)?)?;
    module.add_function(wrap_pyfunction!(qr, &module)?)?;
    module.add_function(wrap_pyfunction!(qr_triangle, &module)?)?;
    module.add_function(wrap_pyfunction!(qr_raw, &module)?)?;
    module.add_function(wrap_pyfunction!(svd, &module)?)?;
    module.add_function(wrap_pyfunction!(svdvals, &module)?)?;
    module.add_function(wrap_pyfunction!(lstsq, &module)?)?;
    module.add_function(wrap_pyfunction!(eigh, &module)?)?;
    module.add_function(wrap_pyfunction!(eigvalsh, &module)?)?;
    module.add_function(wrap_pyfunction!(eig, &module)?)?;
    module.add_function(wrap_pyfunction!(eigvals, &module)?)?;
    module.add_function(wrap_pyfunction!(diagonals, &module)?)?;
    parent.add("_linalg", module)
}
