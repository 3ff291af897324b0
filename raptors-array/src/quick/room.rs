//! Where a new array of few elements is written: to the caller's variable, or to where it is to stay.

use crate::{Array, Buffer};
use core::{mem::MaybeUninit, ptr};
use raptors_kernels::DType;

/// Room for one array, which is asked for when all but memory is settled.
pub trait Room<'r> {
    /// The memory for the array; nothing where there is none.
    fn memory(self) -> Option<&'r mut MaybeUninit<Array>>;
}

impl<'r> Room<'r> for &'r mut MaybeUninit<Array> {
    #[inline(always)]
    fn memory(self) -> Option<Self> {
        Some(self)
    }
}

impl<'r, R: Room<'r>> Room<'r> for &mut Option<R> {
    #[inline(always)]
    fn memory(self) -> Option<&'r mut MaybeUninit<Array>> {
        self.take()?.memory()
    }
}

/// The array that `write` writes to a room, as a value.
#[inline(always)]
pub fn value(
    write: impl for<'r> FnOnce(&'r mut MaybeUninit<Array>) -> Option<&'r mut Array>,
) -> Option<Array> {
    let mut room = MaybeUninit::uninit();
    let array: *const Array = write(&mut room)?;
    // SAFETY: a reference to an array in the room was given, so that one is there.
    (array == room.as_ptr()).then(|| unsafe { room.assume_init() })
}

/// A new array in `room`, in C order, of any contents: `n` elements in this shape.
#[inline(always)]
pub(super) fn dense<'r>(
    room: impl Room<'r>,
    shape: &[usize],
    n: usize,
    dtype: DType,
) -> Option<&'r mut Array> {
    let buffer = Buffer::new(n * dtype.size())?;
    let to = room.memory()?;
    // SAFETY: the buffer has room for the `n` elements that the shape and its dense strides reach.
    Some(unsafe { Array::write_dense(to, buffer, dtype, shape) })
}

/// `array`, which [`dense`] gave, if it is `good`; else its memory is given back.
#[inline(always)]
pub(super) fn only_if(good: bool, array: &mut Array) -> Option<&mut Array> {
    if good {
        return Some(array);
    }
    // SAFETY: the array is in a room, whose owner takes it for empty from here on.
    unsafe { ptr::drop_in_place(array) };
    None
}
