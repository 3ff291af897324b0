//! Elements at places along an axis, as `take` gives them.

use crate::array::{self, Object};
use crate::{chosen, guard, interop, list};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyString, PyTuple};
use raptors_array::index::Beyond;
use raptors_array::{Array, DType, Order, Scalar, index as picking, layout, quick};

type Any<'py> = Bound<'py, PyAny>;

/// What `mode` says, if it is one of the names.
pub(crate) fn beyond(mode: Option<&Any<'_>>) -> Option<Beyond> {
    let Some(mode) = mode else {
        return Some(Beyond::Raise);
    };
    match mode.cast_exact::<PyString>().ok()?.to_str().ok()? {
        "raise" => Some(Beyond::Raise),
        "wrap" => Some(Beyond::Wrap),
        "clip" => Some(Beyond::Clip),
        _ => None,
    }
}

/// The elements of `a` at `indices`, which are an integer, a list or tuple of integers, or an array of
/// them, along `axis`, or the only one there is; nothing for others.
pub(crate) fn taken<'py>(
    a: &Object<'py>,
    indices: &Any<'py>,
    axis: Option<i64>,
    beyond: Beyond,
) -> PyResult<Option<Any<'py>>> {
    let py = a.py();
    let mut array: &Array = &a.get().array;
    let flat;
    if axis.is_none() && array.ndim() > 1 && array.is_c_contiguous() {
        flat = guard::quick(|| array.ravel(Order::C))?;
        array = &flat;
    }
    if array.ndim() == 0 || axis.is_none() && array.ndim() != 1 {
        return Ok(None);
    }
    let line = array.ndim() == 1 && matches!(axis, None | Some(0 | -1));
    let read;
    let places = if let Some(places) = array::of(indices) {
        places
    } else if indices.is_exact_instance_of::<PyInt>() {
        return match interop::small(indices) {
            // What counts from the end is clipped to the start.
            Some(place) if line && beyond != Beyond::Clip && is_within(place, array.size()) => {
                chosen::element_at(py, array, &[place]).map(Some)
            }
            Some(place) if !line && beyond == Beyond::Raise => {
                let place = guard::quick(|| Array::from_scalar(&Scalar::new(place)))?;
                let axis = axis.unwrap_or(0);
                let taken = guard::run(py, array.size(), || picking::take(array, &place, axis))?;
                Ok(Some(array::result(py, taken)?.into_any()))
            }
            _ => Ok(None),
        };
    } else if indices.is_exact_instance_of::<PyList>() || indices.is_exact_instance_of::<PyTuple>()
    {
        read = list::read(indices, None)?;
        match &read {
            Some(places) => places,
            None => return Ok(None),
        }
    } else {
        return Ok(None);
    };
    if places.dtype() != DType::I64 {
        return Ok(None);
    }
    let brought;
    let mut places = places;
    if beyond != Beyond::Raise {
        let along = layout::axis(axis.unwrap_or(0), array.ndim(), None);
        let Some(n) = along.ok().map(|at| array.shape()[at]).filter(|&n| n > 0) else {
            return Ok(None);
        };
        brought = guard::run(py, places.size(), || picking::within(places, n, beyond))?;
        places = &brought;
    }
    if line && let Some(few) = chosen::result(py, |room| quick::pick(array, places, room)) {
        return Ok(Some(few.into_any()));
    }
    let few = match axis.filter(|_| array.ndim() > 1) {
        Some(0) => chosen::result(py, |room| quick::pick_rows(array, places, room)),
        Some(axis) if axis == -1 || axis + 1 == array.ndim() as i64 => {
            chosen::result(py, |room| quick::pick_columns(array, places, room))
        }
        _ => None,
    };
    if let Some(few) = few {
        return Ok(Some(few.into_any()));
    }
    let work = places.size().max(array.size());
    let taken = guard::run(py, work, || picking::take(array, places, axis.unwrap_or(0)))?;
    Ok(Some(array::result(py, taken)?.into_any()))
}

/// Whether an axis of `n` elements has this place.
fn is_within(place: i64, n: usize) -> bool {
    let n = n as i64;
    (-n..n).contains(&place)
}
