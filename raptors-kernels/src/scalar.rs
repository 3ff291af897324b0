//! One number whose type is known only at run time.

use crate::{
    dtype::{DType, Element},
    slice::{In, Out},
};

/// One element of one [`DType`].
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub struct Scalar {
    bytes: [u8; 16],
    dtype: DType,
}

impl Scalar {
    /// The element `value`.
    #[inline]
    pub fn new<T: Element>(value: T) -> Self {
        let mut scalar = Self::zero(T::DTYPE);
        scalar.as_out().of::<T>()[0] = value;
        scalar
    }

    /// The zero of `dtype`.
    #[inline]
    pub const fn zero(dtype: DType) -> Self {
        Self {
            bytes: [0; 16],
            dtype,
        }
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// If `T` is not the element type.
    #[inline]
    pub fn get<T: Element>(&self) -> T {
        self.as_in().of::<T>()[0]
    }

    /// The same bits as an element of another type of the same size.
    ///
    /// # Panics
    ///
    /// If sizes differ.
    #[inline]
    #[must_use]
    pub fn retag(self, dtype: DType) -> Self {
        assert_eq!(self.dtype.size(), dtype.size(), "sizes differ");
        Self { dtype, ..self }
    }

    /// The element type.
    #[inline]
    pub const fn dtype(&self) -> DType {
        self.dtype
    }

    /// The value as a run of one element.
    #[inline]
    pub const fn as_in(&self) -> In<'_> {
        // SAFETY: `bytes` is aligned to 16 and holds one element of `dtype` (at most 16 bytes).
        unsafe { In::from_raw(self.bytes.as_ptr(), 1, self.dtype) }
    }

    /// The value as a run of one element to write.
    #[inline]
    pub const fn as_out(&mut self) -> Out<'_> {
        // SAFETY: as `as_in`; the borrow is exclusive.
        unsafe { Out::from_raw(self.bytes.as_mut_ptr(), 1, self.dtype) }
    }
}

impl core::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::with_dtype!(self.dtype, T => write!(f, "{:?}", self.get::<T>()))
    }
}
