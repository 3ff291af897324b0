//! Truth values: how many are true, and elements written where they are.

use super::error::PickError;
use crate::{Array, Error, Order, Result, assign, small::gather, target::Target};
use core::mem::MaybeUninit;
use raptors_kernels::{Bool, DType, In, Level, Out, cast::cast, moves};

/// Few elements, of any type, in the order in which they are looked at.
pub(crate) type Room = MaybeUninit<[u128; 512]>;
/// Truth values of few elements.
pub(super) const FEW: usize = 1024;

/// The elements of an array in C order: where they are, or packed into `room` where they are few.
pub(crate) fn in_order<'a>(array: &'a Array, room: &'a mut Room) -> Option<In<'a>> {
    let size = array.size();
    if let Some(run) = array.run(0, size) {
        return Some(run);
    }
    if size > FEW || size * array.itemsize() > size_of::<Room>() {
        return None;
    }
    let (shape, strides) = (array.shape(), array.strides());
    // SAFETY: the elements of the array, for which there is room, aligned for any type; all of the run is
    // written before it is read.
    unsafe {
        let to = room.as_mut_ptr().cast();
        gather(array.as_ptr(), array.itemsize(), shape, strides, to);
        Some(In::from_raw(room.as_ptr().cast(), size, array.dtype()))
    }
}

/// The truth values of few elements, without memory of their own.
pub(super) fn few<'a>(
    array: &'a Array,
    room: &'a mut Room,
    truths: &'a mut [Bool; FEW],
) -> Option<&'a [Bool]> {
    let truths = truths.get_mut(..array.size())?;
    let run = in_order(array, room)?;
    if run.dtype() == DType::Bool {
        return Some(run.of());
    }
    cast(Level::get(), run, Out::from(&mut *truths));
    Some(truths)
}

/// The truth values of an array in C order: its own memory where that is how they lie.
pub(super) fn truth(array: &Array) -> Result<Array> {
    if array.dtype() == DType::Bool && array.is_c_contiguous() {
        return Ok(array.clone());
    }
    assign::astype(array, DType::Bool, Some(Order::C))
}

pub(super) fn run(mask: &Array) -> Result<&[Bool]> {
    mask.as_slice::<Bool>().ok_or(Error::Internal {
        what: "a mask that does not lie in order",
    })
}

/// How many elements are not zero.
///
/// # Errors
///
/// [`Error::Memory`] for the truth values.
pub fn count_nonzero(array: &Array) -> Result<usize> {
    if array.dtype() == DType::Bool
        && let Some(run) = array.in_any_order()
    {
        return Ok(moves::count_nonzero(run.of()));
    }
    Ok(moves::count_nonzero(run(&truth(array)?)?))
}

/// Another thread may change a mask between its true values being counted and their being used:
/// what has no room is not written, and no place that was not written may be seen.
pub(super) fn unchanged(found: usize, count: usize) -> Result<()> {
    if found == count {
        Ok(())
    } else {
        Err(PickError::MaskChanged.into())
    }
}

/// Writes the elements of `value` to where `mask` is true, in C order; does nothing, and gives
/// false, where `target` or `value` does not lie in one piece.
///
/// # Errors
///
/// [`Error::Memory`], or [`PickError::MaskChanged`].
pub(super) fn expand(target: &Target<'_>, mask: &Array, value: &Array) -> Result<bool> {
    let to = target.array();
    if mask.size() != to.size() {
        return Ok(false);
    }
    let mask = truth(mask)?;
    let mask = run(&mask)?;
    let mut whole = Target::fresh(to);
    let (Some(from), Some(mut out)) = (value.run(0, value.size()), whole.run(0, to.size())) else {
        return Ok(false);
    };
    let taken = moves::expand(mask, from.bytes(), out.bytes(), to.itemsize());
    unchanged(taken, value.size())?;
    Ok(true)
}
