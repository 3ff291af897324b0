//! Views and elements that are written where they stay, into their object: what the keys that programs
//! use most choose, and what methods that move axes do.

use crate::array::{self, Object};
use crate::{guard, key, truth};
use pyo3::prelude::*;
use raptors_array::index::Choice;
use raptors_array::{Array, Bool, DType, Error, Result};

type Any<'py> = Bound<'py, PyAny>;

/// The view of `parent` that `choose` chooses; nothing where that, or the end of it, gives nothing.
#[inline(always)]
pub(crate) fn view<'py>(
    parent: &Object<'py>,
    choose: impl FnOnce(&mut Choice<'_>) -> PyResult<Option<()>>,
) -> PyResult<Option<Object<'py>>> {
    #[cfg(not(Py_LIMITED_API))]
    return crate::object::view(parent, choose);
    #[cfg(Py_LIMITED_API)]
    match Choice::of(&parent.get().array, choose)? {
        Some(view) => array::view(parent, view).map(Some),
        None => Ok(None),
    }
}

/// Where the array of a new object is written.
#[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
pub(crate) use crate::object::Memory;
/// Where the array of a new object is written.
#[cfg(any(Py_LIMITED_API, Py_GIL_DISABLED))]
pub(crate) struct Memory<'r, 'py> {
    array: &'r mut core::mem::MaybeUninit<Array>,
    py: core::marker::PhantomData<Python<'py>>,
}

#[cfg(any(Py_LIMITED_API, Py_GIL_DISABLED))]
impl<'r> raptors_array::quick::Room<'r> for Memory<'r, '_> {
    fn memory(self) -> Option<&'r mut core::mem::MaybeUninit<Array>> {
        Some(self.array)
    }
}

/// A new object for the array that `write` writes into it; nothing where that gives nothing.
#[inline(always)]
pub(crate) fn made<'py>(
    py: Python<'py>,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<Object<'py>> {
    #[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
    return crate::object::made(py, write);
    #[cfg(any(Py_LIMITED_API, Py_GIL_DISABLED))]
    {
        let value = raptors_array::quick::value(|array| {
            let py = core::marker::PhantomData;
            write(Memory { array, py })
        });
        array::fresh(py, value?).ok()
    }
}

/// As [`made`], for what an operation gives: one element never changes, as [`array::result`] says.
#[inline(always)]
pub(crate) fn result<'py>(
    py: Python<'py>,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<Object<'py>> {
    made(py, |room| {
        let array = write(room)?;
        array.set_writeable(array.ndim() > 0);
        Some(array)
    })
}

/// As [`view`], or what `general` gives.
#[inline(always)]
pub(crate) fn view_or<'py>(
    parent: &Object<'py>,
    choose: impl FnOnce(&mut Choice<'_>) -> Option<()>,
    general: impl FnOnce(&Array) -> Result<Array>,
) -> PyResult<Object<'py>> {
    match view(parent, |choice| Ok(choose(choice)))? {
        Some(view) => Ok(view),
        None => array::view(parent, guard::quick(|| general(&parent.get().array))?),
    }
}

/// All axes, the last first.
#[inline(always)]
pub(crate) fn reversed(choice: &mut Choice<'_>) -> Option<()> {
    choice.reversed()
}

/// All elements along one axis.
#[cfg(not(Py_LIMITED_API))]
#[inline(always)]
pub(crate) fn flat(choice: &mut Choice<'_>) -> Option<()> {
    choice.flat()
}

/// All elements along one axis, as they lie.
#[cfg(not(Py_LIMITED_API))]
#[inline(always)]
pub(crate) fn line(choice: &mut Choice<'_>) -> Option<()> {
    choice.line()
}

/// The diagonal of a matrix.
#[cfg(not(Py_LIMITED_API))]
#[inline(always)]
pub(crate) fn diagonal(choice: &mut Choice<'_>) -> Option<()> {
    choice.diagonal()
}

/// An object of one element, which `write` writes into an array that is free to be used again; nothing
/// where there is none, and where that writes nothing. `write` runs no Python.
#[cfg_attr(
    Py_LIMITED_API,
    expect(
        clippy::unnecessary_wraps,
        reason = "other builds look at what is written"
    )
)]
#[inline(always)]
pub(crate) fn element(
    py: Python<'_>,
    write: impl FnOnce(&mut Array) -> Result<bool>,
) -> Result<Option<Object<'_>>> {
    #[cfg(not(Py_LIMITED_API))]
    return crate::object::element(py, write);
    #[cfg(Py_LIMITED_API)]
    {
        let _ = (py, write);
        Ok(None)
    }
}

/// The element of `array` at `places`, which are as many as it has axes: a copy, as NumPy's scalars are.
#[inline(always)]
pub(crate) fn element_at<'py>(
    py: Python<'py>,
    array: &Array,
    places: &[i64],
) -> PyResult<Any<'py>> {
    if array.dtype() == DType::Bool {
        let truth = array.get(places).map_err(raised)?.get::<Bool>();
        return Ok(truth::object(py, truth.get())?.into_any());
    }
    if let Some(object) = element(py, |kept| kept.renew(array, places)).map_err(raised)? {
        return Ok(object.into_any());
    }
    let element = array.element(places).map_err(raised)?;
    Ok(array::fresh(py, element)?.into_any())
}

#[cold]
#[expect(clippy::needless_pass_by_value, reason = "as map_err gives it")]
fn raised(error: Error) -> PyErr {
    crate::error::raise(&error)
}

/// `object[key]` for keys of integers, slices, new axes and an ellipsis, and an array with axes. Nothing
/// for all others, and where something is wrong but one place for every axis.
#[inline(always)]
pub(crate) fn get<'py>(object: &Object<'py>, key: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let array = &object.get().array;
    if let Some(places) = key::places(key, array.ndim()) {
        return element_at(object.py(), array, places.get()).map(Some);
    }
    if array::of(key).is_some() {
        return Ok(None);
    }
    let chosen = view(object, |choice| key::choose(key, choice))?;
    Ok(chosen.map(Bound::into_any))
}
