//! Runs of elements whose type is known only at run time.

use crate::dtype::{DType, Element};
use core::marker::PhantomData;

/// A shared, contiguous run of elements of one [`DType`].
#[derive(Clone, Copy, Debug)]
pub struct In<'a> {
    ptr: *const u8,
    len: usize,
    dtype: DType,
    life: PhantomData<&'a u8>,
}

/// An exclusive, contiguous run of elements of one [`DType`].
#[derive(Debug)]
pub struct Out<'a> {
    ptr: *mut u8,
    len: usize,
    dtype: DType,
    life: PhantomData<&'a mut u8>,
}

impl<'a, T: Element> From<&'a [T]> for In<'a> {
    fn from(s: &'a [T]) -> Self {
        Self {
            ptr: s.as_ptr().cast(),
            len: s.len(),
            dtype: T::DTYPE,
            life: PhantomData,
        }
    }
}

impl<'a, T: Element> From<&'a mut [T]> for Out<'a> {
    fn from(s: &'a mut [T]) -> Self {
        Self {
            ptr: s.as_mut_ptr().cast(),
            len: s.len(),
            dtype: T::DTYPE,
            life: PhantomData,
        }
    }
}

impl<'a> In<'a> {
    /// A run of `len` elements of `dtype` from `ptr`.
    ///
    /// # Safety
    ///
    /// `ptr` is aligned for `dtype` and not null, and the `len` elements behind it are
    /// initialized, in one allocation, and written by nobody during `'a`.
    #[inline(always)]
    pub const unsafe fn from_raw(ptr: *const u8, len: usize, dtype: DType) -> Self {
        Self {
            ptr,
            len,
            dtype,
            life: PhantomData,
        }
    }

    /// The number of elements.
    #[inline(always)]
    pub const fn len(self) -> usize {
        self.len
    }

    /// Whether there are no elements.
    #[inline(always)]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The element type.
    #[inline(always)]
    pub const fn dtype(self) -> DType {
        self.dtype
    }

    /// The elements as `T`.
    ///
    /// # Panics
    ///
    /// If `T` is not the element type.
    #[inline(always)]
    pub fn of<T: Element>(self) -> &'a [T] {
        assert_eq!(self.dtype, T::DTYPE);
        // SAFETY: every constructor takes `len` elements of `dtype`, which is `T`, borrowed for `'a`.
        unsafe { core::slice::from_raw_parts(self.ptr.cast(), self.len) }
    }

    /// The elements as bytes.
    #[inline(always)]
    pub const fn bytes(self) -> &'a [u8] {
        // SAFETY: `len` elements of `dtype` are `len * size` initialized bytes borrowed for `'a`.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len * self.dtype.size()) }
    }

    /// The same bytes as elements of another dtype, as many as are whole.
    ///
    /// # Panics
    ///
    /// If the dtype needs more alignment than this one.
    #[inline]
    #[must_use]
    pub fn view(self, dtype: DType) -> Self {
        assert!(dtype.align() <= self.dtype.align(), "less aligned");
        let len = self.len * self.dtype.size() / dtype.size();
        Self { len, dtype, ..self }
    }

    /// The `len` elements from `start`.
    ///
    /// # Panics
    ///
    /// If they are not all in the run.
    #[inline]
    #[must_use]
    pub fn range(self, start: usize, len: usize) -> Self {
        assert!(
            start <= self.len && len <= self.len - start,
            "outside the run"
        );
        Self {
            ptr: self.ptr.wrapping_add(start * self.dtype.size()),
            len,
            ..self
        }
    }
}

/// `x` as `T`, which is its type by another name.
///
/// # Panics
///
/// If it is not.
#[inline(always)]
pub(crate) fn same<T: Element, U: Element>(x: U) -> T {
    assert!(T::DTYPE as u8 == U::DTYPE as u8, "another type");
    // SAFETY: each dtype is that of one type, so that `T` is `U`.
    unsafe { core::mem::transmute_copy(&x) }
}

impl Out<'_> {
    /// A run of `len` elements of `dtype` from `ptr`.
    ///
    /// # Safety
    ///
    /// `ptr` is aligned for `dtype` and not null, and the `len` elements behind it are
    /// initialized, in one allocation, and read or written by nobody else during the lifetime.
    #[inline(always)]
    pub const unsafe fn from_raw(ptr: *mut u8, len: usize, dtype: DType) -> Self {
        Self {
            ptr,
            len,
            dtype,
            life: PhantomData,
        }
    }

    /// The number of elements.
    #[inline(always)]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no elements.
    #[inline(always)]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element type.
    #[inline(always)]
    pub const fn dtype(&self) -> DType {
        self.dtype
    }

    /// The elements as `T`.
    ///
    /// # Panics
    ///
    /// If `T` is not the element type.
    #[inline(always)]
    pub fn of<T: Element>(&mut self) -> &mut [T] {
        assert_eq!(self.dtype, T::DTYPE);
        // SAFETY: every constructor takes `len` elements of `dtype`, which is `T`, borrowed
        // exclusively; the result borrows `self` exclusively.
        unsafe { core::slice::from_raw_parts_mut(self.ptr.cast(), self.len) }
    }

    /// The elements as bytes. Every bit pattern is a valid element of every dtype.
    #[inline(always)]
    pub const fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: `len` elements of `dtype` are `len * size` initialized bytes borrowed
        // exclusively, and no element type has an invalid bit pattern.
        unsafe { core::slice::from_raw_parts_mut(self.ptr, self.len * self.dtype.size()) }
    }

    /// The same bytes as elements of another dtype, as many as are whole.
    ///
    /// # Panics
    ///
    /// If the dtype needs more alignment than this one.
    #[inline]
    #[must_use]
    pub fn view(self, dtype: DType) -> Self {
        assert!(dtype.align() <= self.dtype.align(), "less aligned");
        let len = self.len * self.dtype.size() / dtype.size();
        Self { len, dtype, ..self }
    }

    /// The `len` elements from `start`.
    ///
    /// # Panics
    ///
    /// If they are not all in the run.
    #[inline]
    pub fn range(&mut self, start: usize, len: usize) -> Out<'_> {
        assert!(
            start <= self.len && len <= self.len - start,
            "outside the run"
        );
        Out {
            ptr: self.ptr.wrapping_add(start * self.dtype.size()),
            len,
            dtype: self.dtype,
            life: PhantomData,
        }
    }

    /// The run, to read.
    #[inline(always)]
    pub const fn as_in(&self) -> In<'_> {
        In {
            ptr: self.ptr,
            len: self.len,
            dtype: self.dtype,
            life: PhantomData,
        }
    }

    /// The same run, for a shorter time.
    #[inline(always)]
    pub const fn reborrow(&mut self) -> Out<'_> {
        Out {
            ptr: self.ptr,
            len: self.len,
            dtype: self.dtype,
            life: PhantomData,
        }
    }
}
