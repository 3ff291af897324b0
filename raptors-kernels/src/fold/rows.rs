//! Folds over many rows in one call: down the rows (one result per column) and across them (one
//! result per row).

use super::op::{self, Op};
use crate::{
    dtype::{DType, Element},
    isa::Isa,
    slice::In,
};
use core::{hint::black_box, marker::PhantomData};

/// Rows that one pass takes down the columns, so that the results are loaded and stored once for
/// all of them, and rows that one pass takes side by side where rows are short.
const PASS: usize = 8;
/// Columns whose results stay in registers during a pass: a vector of bytes, four of 32 bits.
const STRIP: usize = 32;
/// Bytes of results that stay in registers for all rows, where there are as many of the widest: half of
/// these. Rows as short are read from first to last, which memory is fastest at.
const NARROW: usize = 1024;
/// Rows that one pass takes where a few columns are left over.
const FEW: usize = 4;

/// A shared matrix of one [`DType`]: rows are contiguous, and any distance apart.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    ptr: *const u8,
    nrows: usize,
    stride: isize,
    ncols: usize,
    dtype: DType,
    life: PhantomData<&'a u8>,
}

impl<'a> Rows<'a> {
    /// `nrows` rows of `ncols` elements of `dtype`, `stride` bytes from one row to the next.
    ///
    /// # Safety
    ///
    /// `ptr` is not null; the start of each row is aligned for `dtype`; the `ncols` elements of
    /// each row are initialized, in one allocation, and written by nobody during `'a`.
    #[inline(always)]
    pub const unsafe fn from_raw(
        ptr: *const u8,
        nrows: usize,
        stride: isize,
        ncols: usize,
        dtype: DType,
    ) -> Self {
        Self {
            ptr,
            nrows,
            stride,
            ncols,
            dtype,
            life: PhantomData,
        }
    }

    /// The contiguous run `x` as rows of `ncols` elements; what does not fill a row is left out.
    pub const fn new(x: In<'a>, ncols: usize) -> Self {
        let nrows = match x.len().checked_div(ncols) {
            Some(nrows) => nrows,
            None => 0,
        };
        let stride = (ncols * x.dtype().size()) as isize;
        // SAFETY: `nrows * ncols` is at most the length of `x`, and rows follow one another.
        unsafe { Self::from_raw(x.bytes().as_ptr(), nrows, stride, ncols, x.dtype()) }
    }

    /// The number of rows.
    #[inline(always)]
    pub const fn nrows(self) -> usize {
        self.nrows
    }

    /// The number of columns.
    #[inline(always)]
    pub const fn ncols(self) -> usize {
        self.ncols
    }

    /// The element type.
    #[inline(always)]
    pub const fn dtype(self) -> DType {
        self.dtype
    }

    /// The row `i`.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[inline(always)]
    pub const fn row(self, i: usize) -> In<'a> {
        assert!(i < self.nrows, "no such row");
        // SAFETY: the constructor takes `nrows` readable rows `stride` bytes apart, and `i` is one.
        unsafe {
            let ptr = self.ptr.offset(i as isize * self.stride);
            In::from_raw(ptr, self.ncols, self.dtype)
        }
    }

    /// The rows after the first.
    #[inline(always)]
    #[must_use]
    pub const fn rest(self) -> Self {
        match self.nrows.checked_sub(1) {
            Some(nrows) => Self {
                ptr: self.ptr.wrapping_offset(self.stride),
                nrows,
                ..self
            },
            None => self,
        }
    }

    /// The rows from row `start` on.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[inline(always)]
    #[must_use]
    pub const fn skip(self, start: usize) -> Self {
        assert!(start <= self.nrows, "no such row");
        Self {
            ptr: self.ptr.wrapping_offset(start as isize * self.stride),
            nrows: self.nrows - start,
            ..self
        }
    }

    /// The columns from `start` on, `len` of them.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[inline(always)]
    #[must_use]
    pub const fn columns(self, start: usize, len: usize) -> Self {
        let fits = start <= self.ncols && len <= self.ncols - start;
        assert!(fits, "no such columns");
        Self {
            ptr: self.ptr.wrapping_add(start * self.dtype.size()),
            ncols: len,
            ..self
        }
    }

    /// The same memory as elements of another type of the same size and alignment.
    #[inline(always)]
    pub(super) fn retag(self, dtype: DType) -> Self {
        assert_eq!(self.dtype.size(), dtype.size(), "sizes differ");
        Self { dtype, ..self }
    }
}

/// Parameters of an operation that has none, one for each of any number of columns.
pub(super) const NONE: &[()] = &[(); usize::MAX];

/// `acc[j]` joined with `rows[i][j]` by `op(of[j])`, for all `i` in order.
pub(super) fn down<I: Isa, T: Element, O: Op<T>, P: Copy>(
    isa: I,
    op: impl Fn(P) -> O,
    of: &[P],
    rows: Rows<'_>,
    acc: &mut [O::Acc],
) {
    assert_eq!(rows.ncols(), acc.len(), "a result for each column");
    let of = &of[..acc.len()];
    isa.vectorize(
        #[inline(always)]
        || {
            if I::WIDE && size_of_val(acc) <= NARROW && rows.nrows() > 1 {
                let mut done = 0;
                done += strips::<I, T, O, P, 128>(&op, of, rows, acc, done);
                done += strips::<I, T, O, P, 64>(&op, of, rows, acc, done);
                done += strips::<I, T, O, P, 16>(&op, of, rows, acc, done);
                done += strips::<I, T, O, P, 8>(&op, of, rows, acc, done);
                if done < acc.len() {
                    passes::<I, T, O, P, FEW>(&op, &of[done..], rows, done, &mut acc[done..]);
                }
            } else {
                passes::<I, T, O, P, PASS>(&op, of, rows, 0, acc);
            }
        },
    );
}

/// Joins all rows, in order, to the results from column `start` on, `COLS` at a time: gives how many
/// columns that were.
#[inline(always)]
fn strips<I: Isa, T: Element, O: Op<T>, P: Copy, const COLS: usize>(
    op: &impl Fn(P) -> O,
    of: &[P],
    rows: Rows<'_>,
    acc: &mut [O::Acc],
    start: usize,
) -> usize {
    if COLS * size_of::<O::Acc>() > NARROW {
        return 0;
    }
    let strips = acc[start..].as_chunks_mut::<COLS>().0;
    let count = strips.len();
    let of = of[start..].as_chunks::<COLS>().0;
    for (k, (strip, of)) in strips.iter_mut().zip(of).enumerate() {
        let mut a = *strip;
        for i in 0..rows.nrows() {
            let x = &rows.row(i).of::<T>()[start + k * COLS..][..COLS];
            for j in 0..COLS {
                let op = op(of[j]);
                a[j] = op.join(a[j], op.lift(I::element(x[j])));
            }
        }
        *strip = a;
    }
    count * COLS
}

/// Joins all rows, from column `start` on, in order to `acc`, `N` at a time.
#[inline(always)]
fn passes<I: Isa, T: Element, O: Op<T>, P: Copy, const N: usize>(
    op: &impl Fn(P) -> O,
    of: &[P],
    rows: Rows<'_>,
    start: usize,
    acc: &mut [O::Acc],
) {
    let full = rows.nrows() / N * N;
    for i in (0..full).step_by(N) {
        // Not by `array::from_fn` and `map`: the compiler does not see through them here.
        let mut row: [&[T]; N] = [&[]; N];
        for (k, row) in row.iter_mut().enumerate() {
            *row = &rows.row(i + k).of()[start..];
        }
        pass::<I, T, O, P, N>(op, of, row, acc);
    }
    for i in full..rows.nrows() {
        pass::<I, T, O, P, 1>(op, of, [&rows.row(i).of()[start..]], acc);
    }
}

/// Joins `N` rows, in order, to `acc`.
#[inline(always)]
fn pass<I: Isa, T: Element, O: Op<T>, P: Copy, const N: usize>(
    op: impl Fn(P) -> O,
    of: &[P],
    mut row: [&[T]; N],
    acc: &mut [O::Acc],
) {
    for row in &mut row {
        *row = &row[..acc.len()];
    }
    // A single row needs no registers to keep its results in; results of 64 bits, or wider than what
    // they are made of, take more than there are.
    let size = size_of::<O::Acc>();
    // The compiler would make a store behind a mask of a choice between a result and an element, which
    // takes AVX2 as long as ten others: it must not see that the result comes from where it goes.
    let hides = N == 1 && O::CHOOSES && !I::WIDE;
    let strips = if hides || N > 1 && size == size_of::<T>() && size <= 4 {
        acc.len() / STRIP
    } else {
        0
    };
    let full = strips * STRIP;
    let (strips, rest) = acc.split_at_mut(full);
    let (of_strips, of_rest) = of.split_at(full);
    let strips = strips.as_chunks_mut::<STRIP>().0.iter_mut();
    for (k, (strip, of)) in strips.zip(of_strips.as_chunks::<STRIP>().0).enumerate() {
        let mut a = if hides { *black_box(&*strip) } else { *strip };
        for row in row {
            let x = &row[k * STRIP..][..STRIP];
            for j in 0..STRIP {
                let op = op(of[j]);
                a[j] = op.join(a[j], op.lift(I::element(x[j])));
            }
        }
        *strip = a;
    }
    for row in &mut row {
        *row = &row[full..][..rest.len()];
    }
    for (j, (acc, &of)) in rest.iter_mut().zip(of_rest).enumerate() {
        let op = op(of);
        let mut x = [op.lift(I::element(row[0][j])); N];
        for k in 1..N {
            x[k] = op.lift(I::element(row[k][j]));
        }
        *acc = op.join_all(*acc, x);
    }
}

/// `out[i]` the whole fold of row `i` by `op(i)`.
pub(super) fn across<I: Isa, T: Element, O: Op<T>>(
    isa: I,
    op: impl Fn(usize) -> O,
    rows: Rows<'_>,
    out: &mut [O::Acc],
) {
    assert_eq!(rows.nrows(), out.len(), "a result for each row");
    if rows.ncols() == 0 {
        out.fill(O::EMPTY.expect("an identity for empty rows"));
        return;
    }
    if rows.ncols() >= O::SHORT {
        for (i, out) in out.iter_mut().enumerate() {
            *out = op::whole(isa, op(i), rows.row(i).of());
        }
        return;
    }
    // Short rows are chains of dependent operations: eight of them run side by side.
    isa.vectorize(
        #[inline(always)]
        || {
            let (blocks, rest) = out.as_chunks_mut::<PASS>();
            let full = blocks.len() * PASS;
            for (block, i) in blocks.iter_mut().zip((0..).step_by(PASS)) {
                let (mut ops, mut row): ([O; PASS], [&[T]; PASS]) = ([op(i); PASS], [&[]; PASS]);
                for k in 0..PASS {
                    ops[k] = op(i + k);
                    row[k] = &rows.row(i + k).of()[..rows.ncols()];
                }
                let mut acc = [ops[0].lift(I::element(row[0][0])); PASS];
                for k in 1..PASS {
                    acc[k] = ops[k].lift(I::element(row[k][0]));
                }
                for j in 1..rows.ncols() {
                    for k in 0..PASS {
                        acc[k] = ops[k].join(acc[k], ops[k].lift(I::element(row[k][j])));
                    }
                }
                for k in 0..PASS {
                    block[k] = ops[k].finish(acc[k]);
                }
            }
            for (out, i) in rest.iter_mut().zip(full..) {
                let op = op(i);
                *out = op.finish(op::sequential::<I, T, O>(op, rows.row(i).of()));
            }
        },
    );
}
