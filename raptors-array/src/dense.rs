//! Parts of arrays that lie in one piece, as runs that the kernels take.

use crate::{Array, DType, Error, Order, Result, assign, layout, target::Target};
use raptors_kernels::{In, Out, Scalar};
use std::borrow::Cow;

/// What a new array that does not lie in one piece is.
pub(crate) const NOT_DENSE: Error = Error::Internal {
    what: "a new array that is not dense",
};

/// `array` as `dtype`, in C order and aligned: itself where it is so.
pub(crate) fn dense(array: &Array, dtype: DType) -> Result<Array> {
    if array.dtype() == dtype {
        return array.in_one_piece().map(Cow::into_owned);
    }
    assign::astype(array, dtype, Some(Order::C))
}

impl Array {
    /// The array in C order and aligned: itself where it is so, or a copy.
    pub(crate) fn in_one_piece(&self) -> Result<Cow<'_, Self>> {
        if self.is_c_contiguous() && self.is_aligned() {
            return Ok(Cow::Borrowed(self));
        }
        assign::copy(self, Some(Order::C)).map(Cow::Owned)
    }

    /// Writes the one value of an array of one element that nobody else sees.
    #[inline]
    pub(crate) fn set(&self, value: &Scalar) {
        debug_assert!(self.size() == 1 && self.dtype() == value.dtype());
        let bytes = value.as_in().bytes();
        // SAFETY: the array has one element of the value's type, and its maker holds it alone.
        unsafe {
            self.as_mut_ptr()
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        };
    }

    /// All elements, in the order in which they lie in memory, if they are one aligned piece of it.
    pub(crate) fn in_any_order(&self) -> Option<In<'_>> {
        if self.is_c_contiguous() {
            return self.run(0, self.size());
        }
        let (low, high) = layout::extent(self.shape(), self.strides(), self.itemsize());
        if high - low != self.nbytes() as isize || !self.is_aligned() || self.repeats() {
            return None;
        }
        // SAFETY: the array reaches from `low` to `high`, which is as far as its elements, no two of
        // which are one, and is aligned.
        Some(unsafe { In::from_raw(self.as_ptr().offset(low), self.size(), self.dtype()) })
    }

    /// `len` elements in C order from number `start` on; nothing if they are not one aligned
    /// piece or not all there.
    pub(crate) fn run(&self, start: usize, len: usize) -> Option<In<'_>> {
        let fits = start.checked_add(len).is_some_and(|end| end <= self.size());
        if !(fits && self.is_c_contiguous() && self.is_aligned()) {
            return None;
        }
        let ptr = self.as_ptr().wrapping_add(start * self.itemsize());
        // SAFETY: the array is dense and aligned, and the elements are within its size.
        Some(unsafe { In::from_raw(ptr, len, self.dtype()) })
    }
}

impl Target<'_> {
    /// `len` elements in C order from number `start` on, to be written; nothing if they are not
    /// one aligned piece or not all there.
    pub(crate) fn run(&mut self, start: usize, len: usize) -> Option<Out<'_>> {
        let array = self.array();
        let fits = start
            .checked_add(len)
            .is_some_and(|end| end <= array.size());
        if !(fits && array.is_c_contiguous() && array.is_aligned()) {
            return None;
        }
        let ptr = array.as_mut_ptr().wrapping_add(start * array.itemsize());
        // SAFETY: the array is dense and aligned, the elements are within its size, and a target
        // has them to itself.
        Some(unsafe { Out::from_raw(ptr, len, array.dtype()) })
    }
}
