//! The elements along one axis, in new memory.

use super::integers::{self, is_one};
use super::{Any, copy};
use crate::array::{self, Object};
use crate::{chosen, guard, interop};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::{Order, layout, quick};

/// The elements of `array` in C order along one axis; nothing where they are many along several, and for an array
/// without axes.
#[inline]
pub(super) fn copied<'py>(array: &Object<'py>) -> PyResult<Option<Any<'py>>> {
    let (py, this) = (array.py(), &array.get().array);
    if this.ndim() == 0 {
        return Ok(None);
    }
    if let Some(copy) = chosen::made(py, |room| quick::flattened(this, room)) {
        return Ok(Some(copy.into_any()));
    }
    (this.ndim() == 1).then(|| copy(array)).transpose()
}

/// The elements of `array` in Fortran's order along one axis; nothing as for [`copied`], and for one axis.
#[inline]
pub(super) fn turned<'py>(array: &Object<'py>) -> Option<Any<'py>> {
    let (py, this) = (array.py(), &array.get().array);
    if this.ndim() < 2 {
        return None;
    }
    let turned = this.t();
    let copy = chosen::made(py, |room| quick::flattened(&turned, room))?;
    Some(copy.into_any())
}

/// The elements of `array` in the shape that an integer or several in a tuple mean, where they are or in new
/// memory; nothing for other objects.
#[inline]
pub(super) fn reshaped<'py>(array: &Object<'py>, shape: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let view = integers::given(array, shape, integers::reshaped)?;
    if view.is_some() || !(is_one(shape) || shape.is_exact_instance_of::<PyTuple>()) {
        return Ok(view);
    }
    if let Some(line) = line(array, shape) {
        return Ok(Some(line));
    }
    let shape = crate::shape::sizes(shape)?;
    let this = &array.get().array;
    let made = guard::run(array.py(), this.size(), || this.reshape(&shape, Order::C))?;
    Ok(Some(array::seen(array, made)?.into_any()))
}

/// As [`copied`], of few elements that do not lie equally far apart, if `shape` asks for one axis.
#[inline]
fn line<'py>(array: &Object<'py>, shape: &Any<'py>) -> Option<Any<'py>> {
    let this = &array.get().array;
    if this.ndim() < 2 || layout::even_step(this.shape(), this.strides()).is_some() {
        return None;
    }
    let tuple = shape.cast_exact::<PyTuple>().ok();
    let only = tuple.filter(|lengths| lengths.len() == 1);
    let length = only.map(|lengths| lengths.get_borrowed_item(0)).transpose();
    let length = length.ok()?.unwrap_or(shape.as_borrowed());
    let asked = is_one(&length).then(|| interop::small(&length))??;
    if asked != -1 && usize::try_from(asked) != Ok(this.size()) {
        return None;
    }
    let copy = chosen::made(array.py(), |room| quick::flattened(this, room))?;
    Some(copy.into_any())
}
