//! Few elements written to an array that is there: one for all places, or as many in the same order.

use super::{is_dense, same_shape};
use crate::{Array, assign, overlap};
use raptors_kernels::{Scalar, moves};

/// Elements up to which what is written is not worth a plan (bench: kernels/copy).
pub(super) const SHORT: usize = 1024;

/// Writes `value` to all elements of `to`: whether they are few, of its type, and lie on few axes.
///
/// # Safety
///
/// The array may be written, and no Rust reference into its memory exists.
#[inline]
pub unsafe fn fill(to: &Array, value: &Scalar) -> bool {
    if value.dtype() != to.dtype() || to.size() > SHORT {
        return false;
    }
    let size = to.itemsize();
    let target = if is_dense(to) {
        moves::Target::contiguous(to.as_mut_ptr(), size, [1, to.size()])
    } else if let Some((shape, strides)) = assign::plane(to, to.strides()) {
        moves::Target {
            ptr: to.as_mut_ptr(),
            size,
            shape,
            strides,
        }
    } else {
        return false;
    };
    // SAFETY: the elements of the array, which are like the value and may be written.
    unsafe { moves::fill(target, value.as_in().bytes().as_ptr()) };
    true
}

/// Writes the elements of `from` to `to`: whether they are few, and of one type and shape; such as overlap
/// are copied only where they lie in order.
///
/// # Safety
///
/// As [`fill`].
#[inline]
pub unsafe fn copy(to: &Array, from: &Array) -> bool {
    if from.dtype() != to.dtype() || to.size() > SHORT || !same_shape(from, to) {
        return false;
    }
    if is_dense(to) && is_dense(from) {
        // SAFETY: both have as many bytes in one piece; the pieces may overlap.
        unsafe { core::ptr::copy(from.as_ptr(), to.as_mut_ptr(), to.nbytes()) };
        return true;
    }
    let apart = overlap(from, to) == crate::Overlap::Disjoint;
    if apart {
        assign::copy_few(from, from.strides(), to);
    }
    apart
}
