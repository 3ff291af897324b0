//! Copies of few elements, and of those of them where a mask is true.

use super::{
    is_dense,
    room::{Room, dense, only_if},
    same_shape,
};
use crate::{Array, assign, scratch::Scratch, small::gather};
use raptors_kernels::{
    Bool, DType, In, Level, Out,
    cast::cast,
    moves::{self, Source},
};

/// Bytes up to which a copy asks for no plan.
const FEW_BYTES: usize = 8 << 10;

/// The elements of `array` in C order, as a new array in `room`; nothing where there are none or many.
#[inline(always)]
pub fn copied<'r>(array: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    copied_as(array, array.shape(), room)
}

/// As [`copied`], along one axis.
#[inline]
pub fn flattened<'r>(array: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    copied_as(array, &[array.size()], room)
}

/// As [`copied`], in another shape of as many elements.
#[inline(always)]
fn copied_as<'r>(array: &Array, as_shape: &[usize], room: impl Room<'r>) -> Option<&'r mut Array> {
    let (n, size) = (array.size(), array.itemsize());
    let bytes = n.checked_mul(size)?;
    if bytes.wrapping_sub(1) >= FEW_BYTES {
        return None;
    }
    let source = if is_dense(array) {
        None
    } else {
        let (shape, strides) = match (array.shape(), array.strides()) {
            (&[_], &[stride]) => ([1, n], [0, stride]),
            (&[rows, cols], &[down, right]) => ([rows, cols], [down, right]),
            _ => {
                let result = dense(room, as_shape, n, array.dtype())?;
                if as_shape.len() == array.ndim() {
                    assign::copy_few(array, array.strides(), result);
                } else {
                    let (shape, strides) = (array.shape(), array.strides());
                    // SAFETY: the elements of the array, for which the new one has room.
                    unsafe { gather(array.as_ptr(), size, shape, strides, result.as_mut_ptr()) };
                }
                return Some(result);
            }
        };
        let ptr = array.as_ptr();
        Some(Source {
            ptr,
            size,
            shape,
            strides,
        })
    };
    let result = dense(room, as_shape, n, array.dtype())?;
    let to = result.as_mut_ptr();
    // SAFETY: the source are the elements of the array, in one piece unless it says how; the new array
    // has room for as many.
    unsafe {
        match source {
            Some(source) => moves::pack(source, to),
            None => to.copy_from_nonoverlapping(array.as_ptr(), bytes),
        }
    }
    Some(result)
}

/// The elements of `array`, which are few and lie in one piece or along one axis, as another dtype; nothing where
/// that is not so.
#[inline]
pub fn converted<'r>(array: &Array, dtype: DType, room: impl Room<'r>) -> Option<&'r mut Array> {
    let n = array.size();
    let bytes = n.checked_mul(array.itemsize().max(dtype.size()))?;
    if bytes.wrapping_sub(1) >= FEW_BYTES {
        return None;
    }
    if !is_dense(array) {
        return converted_apart(array, dtype, room);
    }
    // SAFETY: `n` aligned elements in one piece.
    let from = unsafe { In::from_raw(array.as_ptr(), n, array.dtype()) };
    converted_run(array, from, dtype, room)
}

/// As [`converted`], of elements that are packed on the stack first: of one axis.
#[inline(never)]
fn converted_apart<'r>(array: &Array, dtype: DType, room: impl Room<'r>) -> Option<&'r mut Array> {
    let (&[n], &[stride]) = (array.shape(), array.strides()) else {
        return None;
    };
    let mut packed = Scratch::<FEW_BYTES>::new();
    let source = Source {
        ptr: array.as_ptr(),
        size: array.itemsize(),
        shape: [1, n],
        strides: [0, stride],
    };
    // SAFETY: the elements of the array, for which there is room, aligned for any type; all of the run is
    // written before it is read.
    let from = unsafe {
        moves::pack(source, packed.ptr());
        In::from_raw(packed.ptr(), n, array.dtype())
    };
    converted_run(array, from, dtype, room)
}

/// The run `from`, which has the elements of `array`, as another dtype.
#[inline(always)]
fn converted_run<'r>(
    array: &Array,
    from: In<'_>,
    dtype: DType,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let n = from.len();
    let result = dense(room, array.shape(), n, dtype)?;
    // SAFETY: a new array with room for `n` elements.
    let to = unsafe { Out::from_raw(result.as_mut_ptr(), n, dtype) };
    cast(Level::get(), from, to);
    Some(result)
}

/// The elements of `array` where `mask` is true, where both have one axis and lie in one piece; nothing
/// for all others, and where they are many.
#[inline(always)]
pub fn compress<'r>(array: &Array, mask: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    let (n, size) = (array.size(), array.itemsize());
    if array.ndim() != 1 || mask.dtype() != DType::Bool || !same_shape(array, mask) {
        return None;
    }
    if n * size > FEW_BYTES || !is_dense(array) || !is_dense(mask) {
        return None;
    }
    // SAFETY: `n` truth values and `n` elements, each in one piece.
    let (truths, elements) = unsafe {
        (
            core::slice::from_raw_parts(mask.as_ptr().cast::<Bool>(), n),
            core::slice::from_raw_parts(array.as_ptr(), n * size),
        )
    };
    let count = moves::count_nonzero(truths);
    let result = dense(room, &[count], count, array.dtype())?;
    // SAFETY: the new array has room for so many elements, which nobody else knows.
    let out = unsafe { core::slice::from_raw_parts_mut(result.as_mut_ptr(), count * size) };
    // Another thread may have changed the mask meanwhile.
    only_if(
        moves::compress(truths, elements, out, size) == count,
        result,
    )
}
