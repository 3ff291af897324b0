//! New arrays of few elements, and where few truth values are true.

use super::{
    is_dense,
    room::{Room, dense},
};
use crate::{Array, layout};
use core::mem::MaybeUninit;
use raptors_kernels::{Bool, DType, In, Level, Out, cast::cast, moves};

/// Bytes up to which a new array is made here.
const FEW_BYTES: usize = 8 << 10;
/// Elements up to which their truth is found out on the stack.
const FEW: usize = 1024;

/// An array of any contents, or of zeros, in C order, in `room`; nothing where it is large or wrong.
#[inline(always)]
pub fn blank<'r>(
    shape: &[usize],
    dtype: DType,
    zero: bool,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let bytes = layout::bytes(shape, dtype).ok()?;
    if bytes > FEW_BYTES {
        return None;
    }
    let array = dense(room, shape, bytes / dtype.size(), dtype)?;
    if zero {
        // SAFETY: the new array has as many bytes.
        unsafe { array.as_mut_ptr().write_bytes(0, bytes) };
    }
    Some(array)
}

/// The places of the elements of `array` that are not zero, where it has one axis, and few elements in
/// one piece, in `room`; nothing for all others.
#[inline]
pub fn nonzero<'r>(array: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    let (n, dtype) = (array.size(), array.dtype());
    if array.ndim() != 1 || n > FEW || !is_dense(array) {
        return None;
    }
    let mut truths = MaybeUninit::<[Bool; FEW]>::uninit();
    let place = truths.as_mut_ptr().cast::<u8>();
    // SAFETY: the array has `n` aligned elements in one piece; there is room for the truth of each.
    let truths = unsafe {
        let elements = In::from_raw(array.as_ptr(), n, dtype);
        cast(Level::get(), elements, Out::from_raw(place, n, DType::Bool));
        core::slice::from_raw_parts(place.cast_const().cast::<Bool>(), n)
    };
    let count = moves::count_nonzero(truths);
    let places = dense(room, &[count], count, DType::I64)?;
    // SAFETY: the new array has room for so many aligned integers, and nobody else knows it.
    let out = unsafe { core::slice::from_raw_parts_mut(places.as_mut_ptr().cast(), count) };
    moves::nonzero(truths, out);
    Some(places)
}
