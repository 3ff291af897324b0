//! Arrays that are written where they are to stay, field by field, and elements that take the place of
//! others.

use crate::{Array, Buffer, Dims, Strides, layout};
use core::{mem::MaybeUninit, ptr};
use raptors_kernels::DType;

/// The size of the largest element in bytes.
const LARGEST: usize = 16;

impl Array {
    /// Begins an array in `to`, without axes yet: where the lengths and the strides of the first four
    /// go. What [`Array::complete`] does not end needs no dropping.
    #[inline(always)]
    pub(crate) fn begin(to: &mut MaybeUninit<Self>) -> (*mut usize, *mut isize) {
        let to = to.as_mut_ptr();
        // SAFETY: the fields are written through the only reference to them, before they are read.
        unsafe {
            (&raw mut (*to).shape).write(Dims::new());
            (&raw mut (*to).strides).write(Strides::new());
            ((*to).shape.as_mut_ptr(), (*to).strides.as_mut_ptr())
        }
    }

    /// Ends the array that was begun in `to` as a view of this one, `offset` bytes from its first
    /// element; without a share in the memory if that is `lent`.
    ///
    /// # Safety
    ///
    /// As [`Array::view`], for the `ndim` axes that were written, at most four. An array that is lent
    /// its memory is never dropped, and used only while this one, or another with a share, lives.
    #[inline(always)]
    pub(crate) unsafe fn complete(
        &self,
        to: &mut MaybeUninit<Self>,
        (offset, dtype, ndim): (isize, DType, usize),
        lent: bool,
    ) {
        let to = to.as_mut_ptr();
        // SAFETY: `begin` wrote the axes' fields, and the caller `ndim` of their elements; a share is
        // read without being counted only if it is not given back either.
        unsafe {
            (*to).shape.set_len(ndim);
            (*to).strides.set_len(ndim);
            let buffer = if lent {
                ptr::read(&raw const self.buffer)
            } else {
                self.buffer.clone()
            };
            (&raw mut (*to).buffer).write(buffer);
            (&raw mut (*to).ptr).write(self.ptr.wrapping_offset(offset));
            (&raw mut (*to).dtype).write(dtype);
            (&raw mut (*to).writeable).write(self.writeable);
        }
    }

    /// Writes to `to` an array over `buffer`, with its elements in C order.
    ///
    /// # Safety
    ///
    /// The buffer has room for the elements of `shape`, which has passed [`layout::bytes`].
    #[inline(always)]
    pub(crate) unsafe fn write_dense<'r>(
        to: &'r mut MaybeUninit<Self>,
        buffer: Buffer,
        dtype: DType,
        shape: &[usize],
    ) -> &'r mut Self {
        let (lengths, steps) = Self::begin(to);
        let (this, ndim) = (to.as_mut_ptr(), shape.len());
        // SAFETY: `begin` wrote the axes' fields, which have room for four axes and are written anew for
        // more; all other fields are written here.
        unsafe {
            if ndim <= (*this).shape.inline_size() {
                let mut step = dtype.size() as isize;
                for axis in (0..ndim).rev() {
                    lengths.add(axis).write(shape[axis]);
                    steps.add(axis).write(step);
                    step *= shape[axis].max(1) as isize;
                }
                (*this).shape.set_len(ndim);
                (*this).strides.set_len(ndim);
            } else {
                (*this).shape = layout::axes(shape);
                (*this).strides = layout::c_strides(shape, dtype.size());
            }
            (&raw mut (*this).ptr).write(buffer.as_ptr());
            (&raw mut (*this).buffer).write(buffer);
            (&raw mut (*this).dtype).write(dtype);
            (&raw mut (*this).writeable).write(true);
            to.assume_init_mut()
        }
    }

    /// Makes each axis the one of that number: there are as many, at most as lie in the array itself.
    pub(crate) fn move_axes(&mut self, places: &[usize]) {
        let (shape, strides) = (self.shape.clone(), self.strides.clone());
        for ((&place, n), stride) in places.iter().zip(shape).zip(strides) {
            (self.shape[place], self.strides[place]) = (n, stride);
        }
    }

    /// Where to write the element that this array, without axes and alone with its memory, is to have
    /// from now on, which is not to be written later; nothing if it is another kind of array.
    #[inline(always)]
    pub(crate) fn renewed(&mut self, dtype: DType) -> Option<*mut u8> {
        if self.ndim() != 0 || self.buffer.len() < LARGEST || !self.buffer.is_unique() {
            return None;
        }
        self.ptr = self.buffer.as_ptr();
        (self.dtype, self.writeable) = (dtype, false);
        Some(self.ptr)
    }
}
