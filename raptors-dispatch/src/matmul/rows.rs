//! Batches of the products of two rows each: their elements are brought together where they are apart.

use super::{
    Batch, MatMut, MatRef, MatmulError,
    inner::piece,
    kernel::{view, view_mut},
    scratch,
};
use raptors_kernels::{
    DType, Kind, Level, Out,
    moves::{self, Source},
    product::{self, Apart},
};

/// Terms of a sum from which each of a batch is added up in vectors: fewer are done before those begin.
pub(super) const LONG: usize = 8;
/// Rows that are copied at a time where their elements are apart: as many neighbours in other rows as a
/// line of a cache has.
const COPIED: usize = 16;
/// Bytes of such copies at most: half of a small L2 cache. Longer rows are copied piece by piece, each of
/// its own.
const COPIED_BYTES: usize = 256 << 10;

/// Columns side by side from which rows of their elements are multiplied where there are gaps between these.
const BESIDE: usize = 8;
/// Columns of the parts that threads take, or a multiple of so many: a line of a cache, or more.
pub(super) const PART: usize = 64;

/// Whether the vectors of a batch, and so its results, are columns side by side, whose rows fill vectors, and may be
/// added up row by row.
pub(super) fn beside(dtype: DType, batch: Batch, a: MatRef, b: MatRef) -> bool {
    let single = a.rows == 1
        && b.cols == 1
        && match dtype.kind() {
            Kind::Bool | Kind::Signed | Kind::Unsigned => true,
            Kind::Float => batch.any_order,
            Kind::Complex => false,
        };
    let dense = [a.col_stride, b.row_stride] == [batch.count as isize; 2];
    let neighbours = (batch.a, batch.b, batch.c) == (1, 1, 1);
    single && neighbours && batch.count >= if dense { 2 } else { BESIDE }
}

/// Computes the sums of products of `count` columns that lie [`beside`] each other.
///
/// # Safety
///
/// As [`super::kernel::batch`], of a batch of so many whose steps are one element each.
pub(super) unsafe fn columns(
    level: Level,
    dtype: DType,
    count: usize,
    (a, b, c): (MatRef, MatRef, MatMut),
) {
    let matrix = |ptr, rows, row_stride| MatRef {
        ptr,
        rows,
        cols: count,
        row_stride,
        col_stride: 1,
    };
    let a = matrix(a.ptr, a.cols, a.col_stride);
    let b = matrix(b.ptr, b.rows, b.row_stride);
    // SAFETY: the vectors are readable, and the results, neighbours, are writable and apart, the caller says.
    unsafe {
        let sums = Out::from_raw(c.ptr, count, dtype);
        product::dot_columns(level, view(dtype, a), view(dtype, b), sums);
    }
}

/// Computes the sums of products of a batch of rows and columns, of which there are at least [`LONG`]
/// elements each; gives whether it did, which it does not of rows that are long or far apart.
///
/// # Safety
///
/// As [`super::kernel::batch`].
///
/// # Errors
///
/// If there is no memory for copies.
pub(super) unsafe fn batch(
    level: Level,
    dtype: DType,
    batch: Batch,
    (a, b, c): (MatRef, MatRef, MatMut),
) -> Result<bool, MatmulError> {
    let (len, size) = (a.cols, dtype.size());
    if len > piece(len) {
        return Ok(false);
    }
    let products = |count, a: MatRef, b: MatRef, c: MatMut, [step_a, step_b]: [isize; 2]| {
        let apart = Apart {
            count,
            a: step_a,
            b: step_b,
            c: batch.c,
        };
        // SAFETY: rows and columns of the batch, or copies of them, are readable, and the results are
        // writable and apart, the caller says.
        unsafe {
            let (a, b, c) = (view(dtype, a), view(dtype, b), view_mut(dtype, c));
            product::dot_rows_batch(level, apart, a, b, c);
        }
    };
    // Every second element is read where it lies, but not again and again of a row that is everyone's.
    let packs = |stride, step: isize| {
        stride != 1 && !(stride == 2 && step != 0 && product::takes_seconds(dtype))
    };
    let packs = [packs(a.col_stride, batch.a), packs(b.row_stride, batch.b)];
    if packs == [false; 2] {
        products(batch.count, a, b, c, [batch.a, batch.b]);
        return Ok(true);
    }
    let group = COPIED.min(batch.count);
    let bytes = (group * len * size).next_multiple_of(16);
    if bytes > COPIED_BYTES {
        return Ok(false);
    }
    scratch::with(2 * bytes, |space| {
        let (space_a, space_b) = space.split_at_mut(bytes);
        for start in (0..batch.count).step_by(group) {
            let count = group.min(batch.count - start);
            let at = start as isize;
            let (mut a, mut b) = (a.at(at * batch.a, size), b.at(at * batch.b, size));
            let mut steps = [batch.a, batch.b];
            // How many rows there are, and how far apart their copies: one, if it is everyone's.
            let copies = |step| {
                if step == 0 {
                    (1, 0)
                } else {
                    (count, len as isize)
                }
            };
            // SAFETY: the elements of these rows and columns are readable, the caller says, and there is
            // room for as many.
            unsafe {
                if packs[0] {
                    let rows;
                    (rows, steps[0]) = copies(batch.a);
                    pack(a.ptr, [rows, len], [batch.a, a.col_stride], size, space_a);
                    a = MatRef::contiguous(space_a.as_ptr(), 1, len);
                }
                if packs[1] {
                    let rows;
                    (rows, steps[1]) = copies(batch.b);
                    pack(b.ptr, [rows, len], [batch.b, b.row_stride], size, space_b);
                    b = MatRef::contiguous(space_b.as_ptr(), 1, len).transposed();
                }
            }
            products(count, a, b, c.at(at * batch.c, size), steps);
        }
    })?;
    Ok(true)
}

/// Copies rows of elements of `size` bytes, which are `strides` elements apart, to `space`.
///
/// # Safety
///
/// The elements are readable, and apart from the space.
unsafe fn pack(
    ptr: *const u8,
    shape: [usize; 2],
    strides: [isize; 2],
    size: usize,
    space: &mut [u8],
) {
    assert!(space.len() >= shape[0] * shape[1] * size, "no room");
    let source = Source {
        ptr,
        size,
        shape,
        strides: strides.map(|stride| stride * size as isize),
    };
    // SAFETY: the caller's, and there is room.
    unsafe { moves::pack(source, space.as_mut_ptr()) };
}
