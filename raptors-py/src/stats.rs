//! Statistics whose loops are no ufunc and no reduction.

use crate::array::Object;
use crate::{array, creation, guard, interop};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyTuple};
use raptors_array::convolve::{self, Mode};
use raptors_array::interp::{self, Points};
use raptors_array::{Array, DType, Order, assign, edges, histogram};

type Any<'py> = Bound<'py, PyAny>;

/// Additions that finding a place among others is worth.
const SEARCH: usize = 16;

/// The array in `object`.
fn read(object: &Any<'_>) -> PyResult<Array> {
    Ok((*creation::as_object(object)?.get().array).clone())
}

/// The elements of `object` in float64, one after the other.
fn numbers(object: &Any<'_>) -> PyResult<Array> {
    let array = read(object)?;
    if array.as_slice::<f64>().is_some() {
        return Ok(array);
    }
    guard::quick(|| assign::astype(&array, DType::F64, Some(Order::C)))
}

/// The sums of products of `y` that slides along `x`: `mode` is 0, 1 or 2 for valid, same, full.
///
/// Both have one dimension and one dtype, and `y` is not the longer one.
#[pyfunction]
fn _correlate<'py>(x: &Any<'py>, y: &Any<'py>, mode: u8) -> PyResult<Any<'py>> {
    let py = x.py();
    let (x, y) = (read(x)?, read(y)?);
    if x.ndim() != 1 || y.ndim() != 1 || x.dtype() != y.dtype() {
        return Err(PyTypeError::new_err("two runs of one dtype are needed"));
    }
    if y.size() == 0 || x.size() < y.size() {
        return Err(PyValueError::new_err("the second run is longer, or empty"));
    }
    let mode = match mode {
        0 => Mode::Valid,
        1 => Mode::Same,
        _ => Mode::Full,
    };
    let work = x.size().saturating_mul(y.size());
    let result = guard::run(py, work, || convolve::correlate(&x, &y, mode))?;
    Ok(array::result(py, result)?.into_any())
}

/// All sums of products of `x` and `y`, runs of one dtype of which the second is not longer.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn correlated<'py>(
    py: Python<'py>,
    x: &Array,
    y: &Array,
    mode: Mode,
) -> PyResult<Any<'py>> {
    let work = x.size().saturating_mul(y.size());
    let result = guard::run(py, work, || convolve::correlate(x, y, mode))?;
    Ok(array::result(py, result)?.into_any())
}

/// The piecewise linear function through the points `xp`, `fp`, at every `x`.
#[pyfunction(name = "_interp")]
pub(crate) fn interpolated<'py>(
    x: &Any<'py>,
    xp: &Any<'py>,
    fp: &Any<'py>,
    left: Option<f64>,
    right: Option<f64>,
) -> PyResult<Any<'py>> {
    let py = x.py();
    let (x, xp, fp) = (read(x)?, numbers(xp)?, numbers(fp)?);
    if xp.ndim() != 1 || fp.ndim() != 1 {
        return Err(PyValueError::new_err("object too deep for desired array"));
    }
    let (Some(xp), Some(fp)) = (xp.as_slice::<f64>(), fp.as_slice::<f64>()) else {
        return Err(PyTypeError::new_err("points are numbers"));
    };
    if xp.is_empty() {
        return Err(PyValueError::new_err("array of sample points is empty"));
    }
    if xp.len() != fp.len() {
        return Err(PyValueError::new_err(
            "fp and xp are not of the same length.",
        ));
    }
    let points = Points {
        x: xp,
        y: fp,
        left: left.unwrap_or(fp[0]),
        right: right.unwrap_or(fp[fp.len() - 1]),
    };
    let work = x.size().saturating_mul(SEARCH);
    let result = guard::run(py, work, || interp::interp(&points, &x))?;
    Ok(array::result(py, result)?.into_any())
}

/// A float or an integer of Python, if the latter is not too long.
fn float(number: &Any<'_>) -> Option<f64> {
    if let Ok(number) = number.cast_exact::<PyFloat>() {
        return Some(number.value());
    }
    let integer = number.is_exact_instance_of::<PyInt>();
    integer.then(|| interop::small(number))?.map(|n| n as f64)
}

/// The edges of `bins` equal bins over `range`, or over all elements of `a`; `None` where that is for others to make
/// or to refuse.
#[pyfunction]
fn _even_edges<'py>(
    a: &Object<'py>,
    bins: &Any<'py>,
    range: Option<&Any<'py>>,
) -> PyResult<Option<Object<'py>>> {
    let bins = bins.is_exact_instance_of::<PyInt>().then_some(bins);
    let bins = bins.and_then(interop::small).map(usize::try_from);
    let range = range.map(|range| -> Option<[f64; 2]> {
        let ends: &Bound<'py, PyTuple> = range.cast_exact().ok()?;
        let ends = (ends.len() == 2).then_some(ends)?;
        let end = |i| float(&*ends.get_borrowed_item(i).ok()?);
        Some([end(0)?, end(1)?])
    });
    let (Some(Ok(bins)), None | Some(Some(_))) = (bins, range) else {
        return Ok(None);
    };
    let (py, array) = (a.py(), &a.get().array);
    let work = array.size().saturating_add(bins);
    let edges = guard::run(py, work, || edges::even(array, bins, range.flatten()))?;
    edges.map(|edges| array::fresh(py, edges)).transpose()
}

/// How many values, or the sum of which weights, lie between neighbouring edges, which rise evenly.
#[pyfunction]
fn _histogram<'py>(
    values: &Any<'py>,
    edges: &Any<'py>,
    weights: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let py = values.py();
    let (values, edges, weights) = (read(values)?, read(edges)?, weights.map(read).transpose()?);
    if edges.ndim() != 1 || edges.size() < 2 {
        return Err(PyValueError::new_err("two edges are needed"));
    }
    if weights.as_ref().is_some_and(|w| w.size() != values.size()) {
        return Err(PyValueError::new_err(
            "weights should have the same shape as a.",
        ));
    }
    let work = values.size().saturating_mul(SEARCH);
    let result = guard::run(py, work, || {
        histogram::histogram(&values, &edges, weights.as_ref())
    })?;
    Ok(array::result(py, result)?.into_any())
}

/// How many values lie between neighbouring edges at any distance; `None` where that is for others
/// to count.
#[pyfunction]
fn _histogram_uneven<'py>(values: &Any<'py>, edges: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let py = values.py();
    let (values, edges) = (read(values)?, read(edges)?);
    if edges.ndim() != 1 {
        return Err(PyValueError::new_err("edges along one axis are needed"));
    }
    let work = values.size().saturating_mul(SEARCH);
    let result = guard::run(py, work, || histogram::uneven(&values, &edges))?;
    result
        .map(|result| Ok(array::result(py, result)?.into_any()))
        .transpose()
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_correlate, module)?)?;
    module.add_function(wrap_pyfunction!(interpolated, module)?)?;
    module.add_function(wrap_pyfunction!(_even_edges, module)?)?;
    module.add_function(wrap_pyfunction!(_histogram, module)?)?;
    module.add_function(wrap_pyfunction!(_histogram_uneven, module)?)
}
