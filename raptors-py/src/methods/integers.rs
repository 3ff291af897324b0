//! Views that are asked for by integers, in a tuple or list or one by one: a shape, or axes.

use super::{Any, whole};
use crate::array::Object;
use crate::interop;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyTuple};
use raptors_array::index::Choice;
use smallvec::SmallVec;

/// Chooses a view by integers; nothing where there is none.
pub(super) type Chosen = for<'a> fn(&mut Choice<'a>, &[i64]) -> Option<()>;

/// All axes in this order: [`Choice::permuted`] for a choice of any lifetime.
pub(super) fn permuted(choice: &mut Choice<'_>, axes: &[i64]) -> Option<()> {
    choice.permuted(axes)
}

/// All axes, of which two change places, as [`permuted`].
pub(super) fn exchanged(choice: &mut Choice<'_>, axes: &[i64]) -> Option<()> {
    match *axes {
        [first, second] => choice.exchanged(first, second),
        _ => None,
    }
}

/// The elements in this shape, as [`permuted`].
pub(super) fn reshaped(choice: &mut Choice<'_>, shape: &[i64]) -> Option<()> {
    choice.reshaped(shape)
}

/// Whether `object` is one plain integer.
#[inline]
pub(super) fn is_one(object: &Any<'_>) -> bool {
    object.is_exact_instance_of::<PyInt>()
}

/// The view of all elements of `array` that `choose` chooses by `integers`; nothing where these are
/// something else.
#[inline]
pub(super) fn view<'a, 'py: 'a>(
    array: &Object<'py>,
    integers: impl Iterator<Item = Borrowed<'a, 'py, PyAny>>,
    choose: Chosen,
) -> PyResult<Option<Any<'py>>> {
    let mut given: SmallVec<[i64; 4]> = SmallVec::new();
    for integer in integers {
        if !is_one(&integer) {
            return Ok(None);
        }
        match interop::small(&integer) {
            Some(integer) => given.push(integer),
            None => return Ok(None),
        }
    }
    whole(array, |choice| choose(choice, &given))
}

/// As [`view`], by one integer or a tuple or list of them.
#[inline]
pub(super) fn given<'py>(
    array: &Object<'py>,
    integers: &Any<'py>,
    choose: Chosen,
) -> PyResult<Option<Any<'py>>> {
    if is_one(integers) {
        view(array, [integers.as_borrowed()].into_iter(), choose)
    } else if let Ok(integers) = integers.cast_exact::<PyTuple>() {
        view(array, integers.iter_borrowed(), choose)
    } else if let Ok(integers) = integers.cast_exact::<PyList>() {
        view(array, integers.to_tuple().iter_borrowed(), choose)
    } else {
        Ok(None)
    }
}
