//! Matrices with any strides, whose element type is known only at run time.

use crate::dtype::{DType, Element};
use core::marker::PhantomData;

/// A shared matrix of one [`DType`]. Strides count elements, and may be zero or negative.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    ptr: *const u8,
    dtype: DType,
    rows: usize,
    cols: usize,
    row_stride: isize,
    col_stride: isize,
    life: PhantomData<&'a u8>,
}

/// An exclusive matrix of one [`DType`]. Strides count elements, and may be negative.
#[derive(Debug)]
pub struct ViewMut<'a> {
    view: View<'a>,
    life: PhantomData<&'a mut u8>,
}

impl View<'_> {
    /// A matrix whose element (i, j) is `i * row_stride + j * col_stride` elements after `ptr`.
    ///
    /// # Safety
    ///
    /// `ptr` is aligned for `dtype` and not null; every element of the matrix is initialized, in
    /// one allocation with `ptr`, and written by nobody during the lifetime. So is what lies between
    /// the elements of a row that are every second one.
    #[inline(always)]
    pub const unsafe fn from_raw(
        ptr: *const u8,
        dtype: DType,
        rows: usize,
        cols: usize,
        row_stride: isize,
        col_stride: isize,
    ) -> Self {
        Self {
            ptr,
            dtype,
            rows,
            cols,
            row_stride,
            col_stride,
            life: PhantomData,
        }
    }

    /// The element type.
    #[inline(always)]
    pub const fn dtype(self) -> DType {
        self.dtype
    }

    /// The number of rows.
    #[inline(always)]
    pub const fn rows(self) -> usize {
        self.rows
    }

    /// The number of columns.
    #[inline(always)]
    pub const fn cols(self) -> usize {
        self.cols
    }

    /// The steps from one row, and from one column, to the next.
    #[inline(always)]
    pub(super) const fn steps(self) -> (isize, isize) {
        (self.row_stride, self.col_stride)
    }

    /// The transpose: the same memory with rows and columns exchanged.
    #[inline(always)]
    #[must_use]
    pub const fn t(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }

    /// The real and imaginary parts of complex elements, of which rows are neighbours in memory.
    #[inline(always)]
    pub(super) fn parts<F: Element>(self) -> Matrix<F> {
        assert!(self.dtype.size() == 2 * size_of::<F>() && self.dtype.align() >= align_of::<F>());
        assert!(self.col_stride == 1 || self.cols <= 1);
        Matrix {
            ptr: self.ptr.cast::<F>().cast_mut(),
            rows: self.rows,
            cols: 2 * self.cols,
            row_stride: 2 * self.row_stride,
            col_stride: 1,
        }
    }

    /// Complex elements as pairs of real and imaginary parts.
    #[inline(always)]
    pub(super) fn pairs<F: Element>(self) -> Matrix<[F; 2]> {
        assert!(self.dtype.size() == 2 * size_of::<F>() && self.dtype.align() >= align_of::<F>());
        Matrix {
            ptr: self.ptr.cast::<[F; 2]>().cast_mut(),
            rows: self.rows,
            cols: self.cols,
            row_stride: self.row_stride,
            col_stride: self.col_stride,
        }
    }

    /// The elements as `T`, which has the size of the element type: the integer of that size may
    /// stand for it.
    #[inline(always)]
    pub(super) fn of<T: Element>(self) -> Matrix<T> {
        assert!(self.dtype.size() == size_of::<T>() && self.dtype.align() >= align_of::<T>());
        Matrix {
            ptr: self.ptr.cast::<T>().cast_mut(),
            rows: self.rows,
            cols: self.cols,
            row_stride: self.row_stride,
            col_stride: self.col_stride,
        }
    }
}

impl ViewMut<'_> {
    /// A matrix whose element (i, j) is `i * row_stride + j * col_stride` elements after `ptr`.
    ///
    /// # Safety
    ///
    /// As [`View::from_raw`], but nobody else reads or writes the elements during the lifetime, and no
    /// two of them share memory.
    #[inline(always)]
    pub const unsafe fn from_raw(
        ptr: *mut u8,
        dtype: DType,
        rows: usize,
        cols: usize,
        row_stride: isize,
        col_stride: isize,
    ) -> Self {
        Self {
            // SAFETY: the caller promises more than `View::from_raw` asks for.
            view: unsafe { View::from_raw(ptr, dtype, rows, cols, row_stride, col_stride) },
            life: PhantomData,
        }
    }

    /// The matrix, to read.
    #[inline(always)]
    pub const fn as_view(&self) -> View<'_> {
        self.view
    }

    /// The elements as `T`, as [`View::of`].
    #[inline(always)]
    pub(super) fn of<T: Element>(&mut self) -> MatrixMut<T> {
        MatrixMut(self.view.of())
    }

    /// Complex elements, as [`View::pairs`].
    #[inline(always)]
    pub(super) fn pairs<F: Element>(&mut self) -> MatrixMut<[F; 2]> {
        MatrixMut(self.view.pairs())
    }
}

/// A typed [`View`], inside one product.
#[derive(Clone, Copy)]
pub(super) struct Matrix<T> {
    ptr: *mut T,
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) row_stride: isize,
    pub(super) col_stride: isize,
}

impl<T: Copy> Matrix<T> {
    /// The element (i, j).
    #[inline(always)]
    pub(super) fn at(self, i: usize, j: usize) -> T {
        debug_assert!(i < self.rows && j < self.cols);
        // SAFETY: products ask for elements of the matrix only, which the view may read.
        unsafe { *self.element(i, j) }
    }

    /// The elements (i, j), (i, j + 1), … where these are neighbours in memory.
    #[inline(always)]
    pub(super) fn run<const N: usize>(self, i: usize, j: usize) -> [T; N] {
        debug_assert!(i < self.rows && j + N <= self.cols);
        debug_assert!(N == 1 || self.col_stride == 1);
        // SAFETY: products ask for elements of the matrix only, and neighbours form an array.
        unsafe { self.element(i, j).cast::<[T; N]>().read() }
    }

    /// The row `i`, whose elements are neighbours in memory.
    #[inline(always)]
    pub(super) fn row<'a>(self, i: usize) -> &'a [T] {
        assert!(i < self.rows && (self.col_stride == 1 || self.cols <= 1));
        // SAFETY: the view may read the row for longer than the product that asks for it lasts.
        unsafe { core::slice::from_raw_parts(self.element(i, 0), self.cols) }
    }

    /// Copies as many elements of row `i` as `to` has, from column `j` on.
    #[inline(always)]
    pub(super) fn copy_row(self, i: usize, j: usize, to: &mut [T]) {
        assert!(i < self.rows && j + to.len() <= self.cols);
        let from = self.element(i, j);
        // Constant steps, of which the compiler makes moves of whole vectors.
        match self.col_stride {
            1 => copy_steps(from, to, 1),
            -1 => copy_steps(from, to, -1),
            2 => copy_steps(from, to, 2),
            step => copy_steps(from, to, step),
        }
    }

    /// All elements, row after row, where they are neighbours in memory.
    #[inline(always)]
    pub(super) fn flat<'a>(self) -> Option<&'a [T]> {
        let dense = self.col_stride == 1 && (self.row_stride == self.cols as isize);
        // SAFETY: the view may read the elements, which follow one another without gaps, for longer
        // than the product that asks for them lasts.
        dense.then(|| unsafe { core::slice::from_raw_parts(self.ptr, self.rows * self.cols) })
    }

    /// The matrix `by` elements further, of a batch whose matrices can all be read.
    #[inline(always)]
    pub(super) fn moved(self, by: isize) -> Self {
        Self {
            ptr: self.ptr.wrapping_offset(by),
            ..self
        }
    }

    /// The transpose.
    #[inline(always)]
    pub(super) fn t(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }

    /// Where the element (i, j) is.
    #[inline(always)]
    pub(super) fn element(self, i: usize, j: usize) -> *mut T {
        self.ptr
            .wrapping_offset(i as isize * self.row_stride + j as isize * self.col_stride)
    }
}

/// Copies the elements that are `step` apart from `from` on, all of them elements of a matrix.
#[inline(always)]
fn copy_steps<T: Copy>(from: *const T, to: &mut [T], step: isize) {
    for (k, to) in to.iter_mut().enumerate() {
        // SAFETY: `copy_row`, the only caller, checked that the row has as many elements.
        *to = unsafe { *from.offset(k as isize * step) };
    }
}

/// A typed [`ViewMut`], inside one product.
pub(super) struct MatrixMut<T>(Matrix<T>);

impl<T: Copy> MatrixMut<T> {
    /// The matrix `by` elements further, of a batch whose matrices can all be written.
    #[inline(always)]
    pub(super) fn moved(&mut self, by: isize) -> Self {
        Self(self.0.moved(by))
    }

    /// Where the element (i, j) is.
    #[inline(always)]
    pub(super) fn element(&mut self, i: usize, j: usize) -> *mut T {
        self.0.element(i, j)
    }

    /// Whether the elements of a row are neighbours in memory.
    #[inline(always)]
    pub(super) fn has_runs(&self) -> bool {
        self.0.col_stride == 1
    }

    /// All elements, row after row, where they are neighbours in memory.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn flat(&mut self) -> Option<&mut [T]> {
        let Matrix { rows, cols, .. } = self.0;
        let dense = self.0.col_stride == 1 && self.0.row_stride == cols as isize;
        // SAFETY: the view may write the elements, which follow one another without gaps, and nobody else
        // may while it is borrowed.
        dense.then(|| unsafe { core::slice::from_raw_parts_mut(self.0.ptr, rows * cols) })
    }

    /// The rows and columns.
    #[inline(always)]
    pub(super) fn shape(&self) -> (usize, usize) {
        (self.0.rows, self.0.cols)
    }

    /// The element (i, j).
    #[inline(always)]
    pub(super) fn at(&self, i: usize, j: usize) -> T {
        self.0.at(i, j)
    }

    /// Makes `x` the element (i, j).
    #[inline(always)]
    pub(super) fn set(&mut self, i: usize, j: usize, x: T) {
        debug_assert!(i < self.0.rows && j < self.0.cols);
        // SAFETY: products write elements of the matrix only, which the view may write.
        unsafe { *self.0.element(i, j) = x }
    }

    /// Makes `x` the elements (i, j), (i, j + 1), …
    #[inline(always)]
    pub(super) fn set_run(&mut self, i: usize, j: usize, x: &[T]) {
        debug_assert!(i < self.0.rows && j + x.len() <= self.0.cols);
        if self.0.col_stride == 1 {
            // SAFETY: as `set`, and neighbours form an array.
            unsafe { core::slice::from_raw_parts_mut(self.0.element(i, j), x.len()) }
                .copy_from_slice(x);
        } else {
            for (k, &x) in x.iter().enumerate() {
                self.set(i, j + k, x);
            }
        }
    }
}
