//! The array: a view of shared memory with an element type, a shape and strides.

mod place;

use crate::{Buffer, Dims, Error, Result, Strides, assign, create::Order, layout};
use core::fmt;
use raptors_kernels::{DType, Element, Scalar, with_dtype};

/// An N-dimensional array. The element type is a value, not a type parameter.
///
/// A clone is another view of the same memory. Safe code never sees two views written through:
/// [`Array::as_slice_mut`] copies memory that is shared before it is written.
pub struct Array {
    buffer: Buffer,
    ptr: *mut u8,
    dtype: DType,
    writeable: bool,
    shape: Dims,
    strides: Strides,
}

impl Clone for Array {
    #[inline]
    fn clone(&self) -> Self {
        Self {
            buffer: self.buffer.clone(),
            ptr: self.ptr,
            dtype: self.dtype,
            writeable: self.writeable,
            // Copies bytes, where the derived clone would push the axes one by one.
            shape: layout::axes(&self.shape),
            strides: layout::axes(&self.strides),
        }
    }
}

// SAFETY: `ptr` points into `buffer`, which is `Send`; writing through it needs unsafe code or a
// unique buffer.
unsafe impl Send for Array {}
// SAFETY: as `Send`.
unsafe impl Sync for Array {}

impl Array {
    /// An array over memory that `buffer` keeps alive.
    ///
    /// # Safety
    ///
    /// Every element that `shape` and `strides` (in bytes) reach from `ptr` lies in initialized
    /// memory that lives as long as `buffer`, and that is not written while a slice of it is
    /// borrowed. The shape has passed [`layout::bytes`]; `shape` and `strides` have one length.
    #[inline]
    pub unsafe fn from_raw_parts(
        buffer: Buffer,
        ptr: *mut u8,
        dtype: DType,
        shape: Dims,
        strides: Strides,
        writeable: bool,
    ) -> Self {
        debug_assert_eq!(shape.len(), strides.len());
        Self {
            buffer,
            ptr,
            dtype,
            writeable,
            shape,
            strides,
        }
    }

    /// Another view of the same memory, `offset` bytes from the first element of this one.
    ///
    /// # Safety
    ///
    /// As [`Array::from_raw_parts`], for `offset`, `shape` and `strides` in this array's buffer.
    #[inline]
    #[must_use]
    pub unsafe fn view(&self, offset: isize, shape: Dims, strides: Strides) -> Self {
        debug_assert_eq!(shape.len(), strides.len());
        Self {
            buffer: self.buffer.clone(),
            ptr: self.ptr.wrapping_offset(offset),
            dtype: self.dtype,
            writeable: self.writeable,
            shape,
            strides,
        }
    }

    /// The element type.
    #[inline(always)]
    pub const fn dtype(&self) -> DType {
        self.dtype
    }

    /// The length of every axis.
    #[inline(always)]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The distance between neighbours along every axis in bytes.
    #[inline(always)]
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// The number of dimensions.
    #[inline(always)]
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements.
    #[inline(always)]
    pub fn size(&self) -> usize {
        layout::size(&self.shape)
    }

    /// The size of one element in bytes.
    #[inline(always)]
    pub const fn itemsize(&self) -> usize {
        self.dtype.size()
    }

    /// The bytes of all elements.
    #[inline]
    pub fn nbytes(&self) -> usize {
        self.size() * self.itemsize()
    }

    /// The first element.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *const u8 {
        self.ptr
    }

    /// The first element, to write. Whoever writes answers for [`Array::writeable`] and for other
    /// views of the same memory.
    #[inline(always)]
    pub const fn as_mut_ptr(&self) -> *mut u8 {
        self.ptr
    }

    /// The memory that this array is a view of.
    #[inline(always)]
    pub const fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Whether the elements may be written.
    #[inline(always)]
    pub const fn writeable(&self) -> bool {
        self.writeable
    }

    /// Takes away, or gives back, the permission to write.
    #[inline]
    pub const fn set_writeable(&mut self, writeable: bool) {
        self.writeable = writeable;
    }

    /// Whether the elements lie in order without gaps, the last axis the closest.
    #[inline]
    pub fn is_c_contiguous(&self) -> bool {
        layout::is_c_contiguous(&self.shape, &self.strides, self.itemsize())
    }

    /// Whether the elements lie in order without gaps, the first axis the closest.
    #[inline]
    pub fn is_f_contiguous(&self) -> bool {
        layout::is_f_contiguous(&self.shape, &self.strides, self.itemsize())
    }

    /// Whether every element is aligned for its type.
    #[inline]
    pub fn is_aligned(&self) -> bool {
        let axes = self.shape.iter().zip(&self.strides);
        let bits = axes
            .filter(|&(&n, _)| n > 1)
            .fold(0, |bits, (_, &s)| bits | s as usize);
        (bits | self.ptr.addr()) & (self.dtype.align() - 1) == 0 || self.shape.contains(&0)
    }

    /// The elements in C order, if they lie so and are aligned, and if `T` is their type.
    #[inline]
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        if self.dtype != T::DTYPE || !self.is_c_contiguous() || !self.is_aligned() {
            return None;
        }
        let size = self.size();
        if size == 0 {
            return Some(&[]);
        }
        // SAFETY: the elements are contiguous, aligned, initialized and of type `T`, and live as
        // long as the buffer, which `self` shares.
        Some(unsafe { core::slice::from_raw_parts(self.ptr.cast(), size) })
    }

    /// The elements in C order, to write; this array gets memory of its own first where it shares
    /// its memory or where the elements do not lie in order. `None` if `T` is not their type.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`], or [`Error::Memory`] for the copy.
    pub fn as_slice_mut<T: Element>(&mut self) -> Result<Option<&mut [T]>> {
        if self.dtype != T::DTYPE {
            return Ok(None);
        }
        if !self.writeable {
            return Err(Error::ReadOnly);
        }
        if !self.buffer.is_unique() || !self.is_c_contiguous() || !self.is_aligned() {
            *self = self.to_contiguous()?;
        }
        let size = self.size();
        if size == 0 {
            return Ok(Some(&mut []));
        }
        // SAFETY: as `as_slice`; the buffer is unique and `self` is borrowed exclusively, so
        // nobody else reads or writes it.
        Ok(Some(unsafe {
            core::slice::from_raw_parts_mut(self.ptr.cast(), size)
        }))
    }

    /// A copy in memory of its own, in C order, that may be written.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`].
    pub fn to_contiguous(&self) -> Result<Self> {
        assign::copy(self, Some(Order::C))
    }

    /// The elements in C order; `None` if `T` is not their type.
    pub fn to_vec<T: Element>(&self) -> Option<Vec<T>> {
        if self.dtype != T::DTYPE {
            return None;
        }
        if let Some(slice) = self.as_slice() {
            return Some(slice.to_vec());
        }
        let mut elements = Vec::with_capacity(self.size());
        layout::for_each_offset(&self.shape, &self.strides, |offset| {
            // SAFETY: `offset` is that of an element, which is an initialized `T`.
            elements.push(unsafe { self.ptr.offset(offset).cast::<T>().read_unaligned() });
        });
        Some(elements)
    }

    /// The element at `index`, counted from the end where negative.
    ///
    /// # Errors
    ///
    /// [`Error::ItemIndices`] or [`Error::Index`].
    pub fn get(&self, index: &[i64]) -> Result<Scalar> {
        if index.len() != self.ndim() {
            return Err(Error::ItemIndices);
        }
        let mut offset = 0;
        for (axis, (&i, &n)) in index.iter().zip(&self.shape).enumerate() {
            offset += layout::position(i, n, Some(axis))? as isize * self.strides[axis];
        }
        Ok(self.read(offset))
    }

    /// The only element.
    ///
    /// # Errors
    ///
    /// [`Error::ItemSize`] if there is not exactly one.
    pub fn item(&self) -> Result<Scalar> {
        if self.size() == 1 {
            Ok(self.read(0))
        } else {
            Err(Error::ItemSize)
        }
    }

    /// The element of an array without axes, if `T` is its type.
    #[inline(always)]
    pub fn single<T: Element>(&self) -> Option<T> {
        // SAFETY: the only element, which is an initialized `T`.
        (self.dtype == T::DTYPE && self.ndim() == 0)
            .then(|| unsafe { self.ptr.cast::<T>().read_unaligned() })
    }

    fn read(&self, offset: isize) -> Scalar {
        with_dtype!(self.dtype, T => {
            // SAFETY: callers give the offset of an element, which is an initialized `T`.
            Scalar::new(unsafe { self.ptr.offset(offset).cast::<T>().read_unaligned() })
        })
    }
}

impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Array")
            .field("dtype", &self.dtype)
            .field("shape", &self.shape)
            .field("strides", &self.strides)
            .field("writeable", &self.writeable)
            .finish_non_exhaustive()
    }
}
