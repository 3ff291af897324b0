//! Sorting, selecting, searching and grouping for the Python functions of those chapters, which
//! have read the arguments.

mod select;

pub(crate) use select::{argpartitioned, partition, partitioned};

use crate::array::{self, NdArray, Object};
use crate::{axis, guard, interop};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use raptors_array::order::{self, Side};
use raptors_array::{Array, DType, Kind, Order, Result, layout};

type Arrays<'py> = (Object<'py>, Object<'py>, Object<'py>, Object<'py>);

/// Comparisons in sorting `size` elements, as far as the interpreter lock is concerned.
fn work(size: usize) -> usize {
    size.saturating_mul(size.max(2).ilog2() as usize)
}

/// What `make` gives for `array`, as an object.
fn made<'py>(
    array: &Object<'py>,
    make: impl FnOnce(&Array) -> Result<Array> + Send,
) -> PyResult<Object<'py>> {
    let (py, array) = (array.py(), &array.get().array);
    array::fresh(py, guard::run(py, work(array.size()), || make(array))?)
}

/// The error for an axis that there is not, which is told before any other.
fn check_axis(object: &Object<'_>, axis: i64) -> PyResult<()> {
    let ndim = object.get().array.ndim();
    guard::quick(|| layout::axis(axis, ndim, None)).map(drop)
}

/// The error for an array that may not be written.
fn check_writeable(object: &Object<'_>, what: &str) -> PyResult<()> {
    if object.get().writeable() {
        return Ok(());
    }
    Err(PyValueError::new_err(format!("{what} array is read-only")))
}

/// Sorts `array` along `axis` in place; equal elements keep their order if `stable`.
#[pyfunction]
fn _sort(array: &Object<'_>, axis: i64, stable: bool, descending: bool) -> PyResult<()> {
    sort(array, axis, stable, descending)
}

/// As `_sort`.
pub(crate) fn sort(array: &Object<'_>, axis: i64, stable: bool, descending: bool) -> PyResult<()> {
    check_axis(array, axis)?;
    check_writeable(array, "sort")?;
    let target = interop::destination(&array.get().array)?;
    let work = work(target.array().size());
    let sort = || order::sort(&target, axis, stable, descending);
    Ok(guard::run(array.py(), work, sort)?)
}

/// A copy of `array`, sorted along `axis`, or flattened and sorted where there is none.
#[pyfunction(name = "_sorted")]
pub(crate) fn sorted<'py>(
    array: &Object<'py>,
    #[pyo3(from_py_with = crate::axis::index_or_none)] axis: Option<i64>,
    stable: bool,
    descending: bool,
) -> PyResult<Object<'py>> {
    made(array, |array| {
        order::sorted(array, axis, stable, descending)
    })
}

/// The axis of `argsort`, which reads it as functions of one axis do.
fn argsort_axis(object: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    axis::one_or_none(object).map(|axis| axis.map(|axis| axis as i64))
}

/// The indices that sort `array` along `axis`, of equal elements the first first.
#[pyfunction(name = "_argsort")]
pub(crate) fn argsorted<'py>(
    array: &Object<'py>,
    #[pyo3(from_py_with = argsort_axis)] axis: Option<i64>,
    descending: bool,
) -> PyResult<Object<'py>> {
    made(array, |array| match axis {
        Some(axis) => order::argsort(array, axis, descending),
        None => order::argsort(&array.ravel(Order::C)?, -1, descending),
    })
}

/// The indices that sort by the last of `keys`, then by the one before it, and so on.
#[pyfunction]
fn _lexsort<'py>(
    py: Python<'py>,
    keys: Vec<Bound<'py, NdArray>>,
    axis: i64,
) -> PyResult<Object<'py>> {
    let keys: Vec<_> = keys.iter().map(|key| key.get().array.clone()).collect();
    let size: usize = keys.iter().map(raptors_array::Array::size).sum();
    let sort = || order::lexsort(&keys, axis);
    array::fresh(py, guard::run(py, work(size), sort)?)
}

/// As [`_lexsort`], of a sequence of arrays of one shape, or of an array along whose first axis
/// they lie. `None` where `keys` is anything else.
#[pyfunction(name = "_lexsorted")]
pub(crate) fn lexsorted<'py>(keys: &Bound<'py, PyAny>, axis: i64) -> PyResult<Option<Object<'py>>> {
    let of = |key: &Bound<'py, PyAny>| {
        let key = key.cast_exact::<NdArray>().ok()?;
        Some((*key.get().array).clone())
    };
    let all: Option<Vec<_>> = if let Ok(keys) = keys.cast_exact::<PyTuple>() {
        keys.iter().map(|key| of(&key)).collect()
    } else if let Ok(keys) = keys.cast_exact::<PyList>() {
        keys.iter().map(|key| of(&key)).collect()
    } else if let Some(array) = of(keys).filter(|array| array.ndim() > 1) {
        let rows = array.shape()[0] as i64;
        (0..rows).map(|place| array.row(place).ok()).collect()
    } else {
        None
    };
    let alike = |keys: &Vec<Array>| {
        keys.first().is_some_and(|first| {
            first.ndim() > 0 && keys.iter().all(|key| key.shape() == first.shape())
        })
    };
    let Some(all) = all.filter(alike) else {
        return Ok(None);
    };
    let size: usize = all.iter().map(Array::size).sum();
    let sort = || order::lexsort(&all, axis);
    array::fresh(keys.py(), guard::run(keys.py(), work(size), sort)?).map(Some)
}

/// For each element of `v` how many elements of the sorted `a` come before its place.
#[pyfunction]
#[pyo3(signature = (a, v, right, sorter = None))]
fn _searchsorted<'py>(
    a: &Object<'py>,
    v: &Object<'py>,
    right: bool,
    sorter: Option<&Object<'py>>,
) -> PyResult<Object<'py>> {
    search(a, &v.get().array, right, sorter)
}

/// As `_searchsorted`, without a sorter.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn searched<'py>(a: &Object<'py>, v: &Array, right: bool) -> PyResult<Object<'py>> {
    search(a, v, right, None)
}

fn search<'py>(
    a: &Object<'py>,
    v: &Array,
    right: bool,
    sorter: Option<&Object<'py>>,
) -> PyResult<Object<'py>> {
    let (py, a) = (a.py(), &a.get().array);
    let sorter = sorter.map(|sorter| &*sorter.get().array);
    let side = if right { Side::Right } else { Side::Left };
    let steps = a.size().max(2).ilog2() as usize;
    let work = a.size().saturating_add(v.size().saturating_mul(steps));
    let search = || order::search(a, v, side, sorter);
    array::result(py, guard::run(py, work, search)?)
}

/// For each element of `v` whether it equals one of the sorted `a`.
#[pyfunction]
fn _contains<'py>(a: &Object<'py>, v: &Object<'py>) -> PyResult<Object<'py>> {
    let (py, a, v) = (a.py(), &a.get().array, &v.get().array);
    let steps = a.size().max(2).ilog2() as usize;
    let work = a.size().saturating_add(v.size().saturating_mul(steps));
    array::result(py, guard::run(py, work, || order::contains(a, v))?)
}

/// For each element of `v` whether it equals one of `a`.
#[pyfunction]
fn _isin<'py>(a: &Object<'py>, v: &Object<'py>) -> PyResult<Object<'py>> {
    let (py, a, v) = (a.py(), &a.get().array, &v.get().array);
    let work = work(a.size().saturating_add(v.size()));
    array::result(py, guard::run(py, work, || order::isin(a, v))?)
}

/// The distinct values of all elements, in order.
#[pyfunction]
fn _unique<'py>(array: &Object<'py>, equal_nan: bool) -> PyResult<Object<'py>> {
    made(array, |array| order::unique(array, equal_nan))
}

/// The elements that no other element equals, in order.
#[pyfunction]
fn _single<'py>(array: &Object<'py>) -> PyResult<Object<'py>> {
    made(array, order::single)
}

/// The distinct values, and counts.
#[pyfunction]
fn _unique_counts<'py>(
    array: &Object<'py>,
    equal_nan: bool,
) -> PyResult<(Object<'py>, Object<'py>)> {
    let (py, array) = (array.py(), &array.get().array);
    let unique = || order::unique_counts(array, equal_nan);
    let (values, counts) = guard::run(py, work(array.size()), unique)?;
    Ok((array::fresh(py, values)?, array::fresh(py, counts)?))
}

/// The distinct values, their first indices, the value of each element, and counts.
#[pyfunction]
fn _unique_all<'py>(array: &Object<'py>, equal_nan: bool) -> PyResult<Arrays<'py>> {
    let (py, array) = (array.py(), &array.get().array);
    let unique = || order::unique_all(array, equal_nan);
    let found = guard::run(py, work(array.size()), unique)?;
    Ok((
        array::fresh(py, found.values)?,
        array::fresh(py, found.indices)?,
        array::fresh(py, found.inverse)?,
        array::fresh(py, found.counts)?,
    ))
}

/// The indices that sort the rows along the first axis, of equal rows the first first.
#[pyfunction]
fn _order_rows<'py>(array: &Object<'py>) -> PyResult<Object<'py>> {
    made(array, order::order_rows)
}

/// How often each of `0..bins` occurs in `x`, or what their `weights` add up to.
#[pyfunction]
#[pyo3(signature = (x, weights, bins))]
fn _bincount<'py>(
    x: &Object<'py>,
    weights: Option<&Object<'py>>,
    bins: usize,
) -> PyResult<Object<'py>> {
    let (py, x) = (x.py(), &x.get().array);
    let weights = weights.map(|weights| &*weights.get().array);
    let count = || order::bincount(x, weights, bins);
    array::fresh(py, guard::run(py, x.size().saturating_add(bins), count)?)
}

/// As [`_bincount`], from zero to the greatest number, and `least` bins at the least. `None` where
/// that takes an argument to be checked, converted or refused.
#[pyfunction(name = "_bincounted")]
pub(crate) fn bincounted<'py>(
    x: &Object<'py>,
    weights: Option<&Object<'py>>,
    least: usize,
) -> PyResult<Option<Object<'py>>> {
    let (py, x) = (x.py(), &x.get().array);
    let weights = weights.map(|weights| &*weights.get().array);
    let integers = matches!(x.dtype().kind(), Kind::Signed | Kind::Unsigned);
    let fits = |weights: &Array| {
        weights.ndim() == 1 && weights.size() == x.size() && weights.dtype().kind() != Kind::Complex
    };
    if !integers || x.dtype() == DType::U64 || x.ndim() != 1 || !weights.is_none_or(fits) {
        return Ok(None);
    }
    let count = || order::counted(x, weights, least);
    let work = x.size().saturating_add(least);
    let counts = guard::run(py, work, count)?;
    counts.map(|counts| array::fresh(py, counts)).transpose()
}

/// The bin of each element of `x` between `edges`. `None` where those fall somewhere, or an
/// argument is to be checked or refused.
#[pyfunction]
fn _digitized<'py>(
    x: &Object<'py>,
    edges: &Object<'py>,
    right: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let (py, x, edges) = (x.py(), &x.get().array, &edges.get().array);
    let complex = |array: &Array| array.dtype().kind() == Kind::Complex;
    if edges.ndim() != 1 || complex(x) || complex(edges) {
        return Ok(None);
    }
    let steps = edges.size().max(2).ilog2() as usize;
    let work = edges.size().saturating_add(x.size().saturating_mul(steps));
    let places = guard::run(py, work, || order::digitize(edges, x, right))?;
    places
        .map(|places| Ok(array::result(py, places)?.into_any()))
        .transpose()
}

#[pymethods]
impl NdArray {
    /// Sorts the elements along `axis`, in place.
    #[pyo3(name = "sort", signature = (axis = None, kind = None, order = None, *, stable = None))]
    #[pyo3(text_signature = "($self, axis=-1, kind=None, order=None, *, stable=None)")]
    fn sort_in_place<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Bound<'py, PyAny>>,
        kind: Option<&Bound<'py, PyAny>>,
        order: Option<&Bound<'py, PyAny>>,
        stable: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let last = (-1i32).into_pyobject(slf.py())?.into_any();
        let module = slf.py().import("raptors._sorting")?;
        let function = module.getattr("_sort_in_place")?;
        function.call1((slf, axis.unwrap_or(&last), kind, order, stable))
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    select::register(module)?;
    module.add_function(wrap_pyfunction!(_sort, module)?)?;
    module.add_function(wrap_pyfunction!(sorted, module)?)?;
    module.add_function(wrap_pyfunction!(argsorted, module)?)?;
    module.add_function(wrap_pyfunction!(_lexsort, module)?)?;
    module.add_function(wrap_pyfunction!(_searchsorted, module)?)?;
    module.add_function(wrap_pyfunction!(_contains, module)?)?;
    module.add_function(wrap_pyfunction!(_isin, module)?)?;
    module.add_function(wrap_pyfunction!(_unique, module)?)?;
    module.add_function(wrap_pyfunction!(_unique_all, module)?)?;
    module.add_function(wrap_pyfunction!(_order_rows, module)?)?;
    module.add_function(wrap_pyfunction!(_bincount, module)?)?;
    module.add_function(wrap_pyfunction!(bincounted, module)?)?;
    module.add_function(wrap_pyfunction!(_digitized, module)?)?;
    module.add_function(wrap_pyfunction!(lexsorted, module)?)?;
    module.add_function(wrap_pyfunction!(_single, module)?)?;
    module.add_function(wrap_pyfunction!(_unique_counts, module)?)
}
