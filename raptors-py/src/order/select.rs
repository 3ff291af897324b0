//! Partitions, and the indices that make them.

use super::{check_axis, check_writeable, made, work};
use crate::array::Object;
use crate::{guard, interop};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyTuple};
use raptors_array::{Array, Result, order};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// Places along an axis, ascending and distinct.
type Places = SmallVec<[usize; 4]>;

/// A copy of `array`, partitioned along `axis` at `kth`: a plain integer or a list or tuple of such, which count
/// from the end where negative. `None` for others, and where there is no such place or axis.
#[pyfunction(name = "_partitioned")]
pub(crate) fn partitioned<'py>(
    array: &Object<'py>,
    kth: &Any<'py>,
    axis: i64,
) -> PyResult<Option<Object<'py>>> {
    at_places(array, kth, axis, |array, places| {
        order::partitioned(array, places, Some(axis))
    })
}

/// As [`partitioned`], the indices.
#[pyfunction(name = "_argpartitioned")]
pub(crate) fn argpartitioned<'py>(
    array: &Object<'py>,
    kth: &Any<'py>,
    axis: i64,
) -> PyResult<Option<Object<'py>>> {
    at_places(array, kth, axis, |array, places| {
        order::argpartition(array, places, axis)
    })
}

/// What `select` makes of `array` and the places that `kth` means along `axis`, if it is what [`partitioned`] takes.
fn at_places<'py>(
    array: &Object<'py>,
    kth: &Any<'py>,
    axis: i64,
    select: impl FnOnce(&Array, &[usize]) -> Result<Array> + Send,
) -> PyResult<Option<Object<'py>>> {
    match places(&array.get().array, kth, axis) {
        Some(places) => made(array, |array| select(array, &places)).map(Some),
        None => Ok(None),
    }
}

/// Partitions `array` in place, at what [`partitioned`] takes: whether that was done. It was not either where the
/// array may not be written.
pub(crate) fn partition<'py>(array: &Object<'py>, kth: &Any<'py>, axis: i64) -> PyResult<bool> {
    let this = &array.get().array;
    let Some(places) = places(this, kth, axis).filter(|_| array.get().writeable()) else {
        return Ok(false);
    };
    let target = interop::destination(this)?;
    let partition = || order::partition(&target, &places, axis);
    guard::run(array.py(), work(this.size()), partition)?;
    Ok(true)
}

/// The places that `kth` means along `axis`, if it is what [`partitioned`] takes.
fn places(array: &Array, kth: &Any<'_>, axis: i64) -> Option<Places> {
    let len = array.shape()[from_end(axis, array.ndim())?];
    let place = |kth: &Any<'_>| {
        let plain = kth.is_exact_instance_of::<PyInt>();
        from_end(plain.then(|| interop::small(kth))??, len)
    };
    if let Some(place) = place(kth) {
        return Some(Places::from_slice(&[place]));
    }
    let several = kth.is_exact_instance_of::<PyList>() || kth.is_exact_instance_of::<PyTuple>();
    let mut places = Places::new();
    for kth in several.then(|| kth.try_iter().ok())?? {
        places.push(place(&kth.ok()?)?);
    }
    places.sort_unstable();
    places.dedup();
    // An empty sequence is one of floats to NumPy.
    (!places.is_empty()).then_some(places)
}

/// One of `len` places, which counts from the end where negative.
fn from_end(number: i64, len: usize) -> Option<usize> {
    let number = if number < 0 {
        number.checked_add(len as i64)?
    } else {
        number
    };
    usize::try_from(number).ok().filter(|&number| number < len)
}

/// Moves the elements that belong at the places `kth` along `axis` there, in place. `kth` ascends.
#[pyfunction]
fn _partition(array: &Object<'_>, kth: Vec<usize>, axis: i64) -> PyResult<()> {
    check_axis(array, axis)?;
    check_writeable(array, "partition")?;
    let target = interop::destination(&array.get().array)?;
    let work = work(target.array().size());
    let partition = || order::partition(&target, &kth, axis);
    Ok(guard::run(array.py(), work, partition)?)
}

/// The indices that partition `array` at the places `kth` along `axis`. `kth` ascends.
#[pyfunction]
fn _argpartition<'py>(array: &Object<'py>, kth: Vec<usize>, axis: i64) -> PyResult<Object<'py>> {
    made(array, |array| order::argpartition(array, &kth, axis))
}

/// The elements that belong at the places `kth` of the line `array` in order, and one more: NaN if there is
/// one among the elements, all of which may be NaN then. `kth` ascends.
#[pyfunction]
fn _ranked<'py>(array: &Object<'py>, kth: Vec<usize>) -> PyResult<Object<'py>> {
    made(array, |array| order::ranked(array, &kth))
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(partitioned, module)?)?;
    module.add_function(wrap_pyfunction!(argpartitioned, module)?)?;
    module.add_function(wrap_pyfunction!(_partition, module)?)?;
    module.add_function(wrap_pyfunction!(_ranked, module)?)?;
    module.add_function(wrap_pyfunction!(_argpartition, module)?)
}
