//! New arrays of few elements, and where few truth values are true.

use super::is_dense;
use crate::{Array, Buffer, layout};
use core::mem::MaybeUninit;
use raptors_kernels::{Bool, DType, In, Level, Out, cast::cast, moves};

/// Bytes up to which a new array is made here.
const FEW_BYTES: usize = 8 << 10;
/// Elements up to which their truth is found out on the stack.
const FEW: usize = 1024;

/// An array of any contents, or of zeros, in C order; nothing where it is large or wrong.
#[inline(always)]
pub fn blank(shape: &[usize], dtype: DType, zero: bool) -> Option<Array> {
    let bytes = layout::bytes(shape, dtype).ok()?;
    if bytes > FEW_BYTES {
        return None;
    }
    let buffer = Buffer::new(bytes)?;
    let ptr = buffer.as_ptr();
    if zero {
        // SAFETY: the new buffer has room for as many bytes.
        unsafe { ptr.write_bytes(0, bytes) };
    }
    let (axes, strides) = (layout::axes(shape), layout::c_strides(shape, dtype.size()));
    // SAFETY: the buffer has room for the elements that the shape and its dense strides reach.
    Some(unsafe { Array::from_raw_parts(buffer, ptr, dtype, axes, strides, true) })
}

/// The places of the elements of `array` that are not zero, where it has one axis, and few elements in
/// one piece; nothing for all others.
#[inline]
pub fn nonzero(array: &Array) -> Option<Array> {
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
    let mut places = blank(&[count], DType::I64, false)?;
    moves::nonzero(truths, places.as_slice_mut().ok()??);
    Some(places)
}
