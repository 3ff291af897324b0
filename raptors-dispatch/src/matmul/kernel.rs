//! Products that are not packed: vectors, small matrices, integers and truth values.

use super::{
    Batch, MatMut, MatRef, MatmulError, inner, rows, scratch,
    strip::{Operands, target},
};
use crate::plan::Path;
use raptors_kernels::{
    DType, In, Kind, Level, Out,
    moves::{self, Source},
    product::{self, Apart, View, ViewMut},
};

/// Bytes of the rows that are copied at a time where neither rows nor columns of a matrix are
/// neighbours in memory: half an L1 cache.
const COPIED_BYTES: usize = 16 << 10;
/// Columns that are copied at a time at least, however long they are: a register tile's.
const COPIED_COLUMNS: usize = 32;

/// Computes `c = a · b` on the calling thread by what the shape asks for.
///
/// # Safety
///
/// As [`super::matmul`], for any dtype but float16.
pub(super) unsafe fn multiply(
    (path, level): (Path, Level),
    dtype: DType,
    a: MatRef,
    b: MatRef,
    c: MatMut,
) -> Result<(), MatmulError> {
    if c.cols == 1 {
        // SAFETY: the caller's.
        return unsafe { vector(level, dtype, a, b, c) };
    }
    if c.rows == 1 {
        // SAFETY: the caller's; the transposed product is the same memory.
        return unsafe { vector(level, dtype, b.transposed(), a.transposed(), c.transposed()) };
    }
    if path == Path::Small {
        // SAFETY: the caller's.
        return unsafe { small(level, dtype, a, b, c) };
    }
    // SAFETY: `a` and `b` are readable and `c` is writable and apart, the caller says.
    let (a, b, c) = unsafe { (view(dtype, a), view(dtype, b), view_mut(dtype, c)) };
    let bytes = product::scratch_len(dtype, a.rows(), a.cols(), b.cols());
    scratch::with(bytes, |space| product::gemm_int(level, a, b, c, space))
}

/// Rows of the first matrix from which the second one is copied where its rows are no neighbours in
/// memory: fewer, a register tile's, meet its elements once only.
const COPIED_ROWS: usize = 5;

/// Whether the rows of `b` should be neighbours in memory, which they are not: those of complex
/// numbers always, whose vectors round otherwise than single ones do, but none of a matrix that is read into
/// registers as it is.
fn copies(level: Level, dtype: DType, a: MatRef, b: MatRef) -> bool {
    let pays = a.rows >= COPIED_ROWS || dtype.kind() == Kind::Complex;
    b.col_stride != 1 && b.cols > 1 && pays && !product::is_tiny(level, dtype, b.rows, b.cols)
}

/// Copies `b` to `space`, row after row.
///
/// # Safety
///
/// `b` is readable, and apart from the space.
unsafe fn pack(dtype: DType, b: MatRef, space: &mut [u8]) -> MatRef {
    let size = dtype.size();
    assert!(space.len() >= b.rows * b.cols * size, "no room for a copy");
    let source = Source {
        ptr: b.ptr,
        size,
        shape: [b.rows, b.cols],
        strides: [b.row_stride * size as isize, b.col_stride * size as isize],
    };
    // SAFETY: `b` is readable, the caller says, and the space has room for it.
    unsafe { moves::pack(source, space.as_mut_ptr()) };
    MatRef::contiguous(space.as_ptr(), b.rows, b.cols)
}

/// Computes `c = a · b` by register tiles; `b` is copied in strips of columns where that pays.
///
/// # Safety
///
/// As [`multiply`].
unsafe fn small(
    level: Level,
    dtype: DType,
    a: MatRef,
    b: MatRef,
    c: MatMut,
) -> Result<(), MatmulError> {
    let turned = b.row_stride == 1 && b.col_stride != 1 && b.cols >= COPIED_COLUMNS;
    let (a, b, c) = if turned && a.rows < COPIED_ROWS && !copies(level, dtype, a, b) {
        // The transposed product is the same memory: rows that are neighbours, and a few numbers to copy.
        (b.transposed(), a.transposed(), c.transposed())
    } else {
        (a, b, c)
    };
    if !copies(level, dtype, a, b) {
        // SAFETY: `a` and `b` are readable and `c` is writable and apart, the caller says.
        let (a, b, c) = unsafe { (view(dtype, a), view(dtype, b), view_mut(dtype, c)) };
        product::gemm_small(level, a, b, c);
        return Ok(());
    }
    let size = dtype.size();
    let strip =
        (COPIED_BYTES / (b.rows * size).max(1)).clamp(COPIED_COLUMNS, b.cols.max(COPIED_COLUMNS));
    scratch::with(b.rows * strip * size, |space| {
        for j in (0..b.cols).step_by(strip) {
            let cols = strip.min(b.cols - j);
            let b = MatRef { cols, ..b }.at(j as isize * b.col_stride, size);
            let c = MatMut { cols, ..c }.at(j as isize * c.col_stride, size);
            // SAFETY: columns of `b`, which is readable, the caller says, and the space's copy.
            let (a, b) = unsafe { (view(dtype, a), view(dtype, pack(dtype, b, space))) };
            // SAFETY: columns of `c`, which is writable and apart, the caller says.
            let c = unsafe { view_mut(dtype, c) };
            product::gemm_small(level, a, b, c);
        }
    })
}

/// Rows and columns of matrices from which each of a batch is multiplied by its vector in vectors.
const WIDE: usize = 8;

/// Computes the products of a batch whose matrices are small.
///
/// # Safety
///
/// As [`multiply`], for every product of the batch; no two results overlap.
///
/// # Errors
///
/// If there is no memory for a copy.
pub(super) unsafe fn batch(
    level: Level,
    dtype: DType,
    batch: Batch,
    a: MatRef,
    b: MatRef,
    c: MatMut,
) -> Result<(), MatmulError> {
    let size = dtype.size();
    let Batch {
        count,
        a: a_step,
        b: b_step,
        c: c_step,
        any_order: _,
    } = batch;
    let apart = |count, b_step| Apart {
        count,
        a: a_step,
        b: b_step,
        c: c_step,
    };
    let first = |start: usize| {
        let start = start as isize;
        let (a, c) = (a.at(start * a_step, size), c.at(start * c_step, size));
        (a, b.at(start * b_step, size), c)
    };
    if a.rows == 1 && b.cols == 1 && a.cols >= rows::LONG {
        // SAFETY: the caller's.
        if unsafe { rows::batch(level, dtype, batch, (a, b, c)) }? {
            return Ok(());
        }
        for i in 0..count {
            let (a, b, c) = first(i);
            // SAFETY: the caller's, for this product.
            unsafe { dot(level, dtype, (a, b.transposed()), c.ptr) };
        }
        return Ok(());
    }
    let float = matches!(dtype.kind(), Kind::Float | Kind::Complex);
    if b.cols == 1 && float && a.rows.min(a.cols) >= WIDE {
        return (0..count).try_for_each(|i| {
            let (a, b, c) = first(i);
            // SAFETY: the caller's, for this product.
            unsafe { vector(level, dtype, a, b, c) }
        });
    }
    if !copies(level, dtype, a, b) {
        // SAFETY: `a` and `b` are readable and `c` is writable and apart, the caller says of the
        // first product and of all others.
        unsafe {
            let (a, b, c) = (view(dtype, a), view(dtype, b), view_mut(dtype, c));
            product::gemm_small_batch(level, apart(count, b_step), a, b, c);
        }
        return Ok(());
    }
    // As many second matrices as fit are copied at a time; one is, if it is everyone's.
    let len = b.rows * b.cols;
    let (copied, group, step) = if b_step == 0 {
        (1, count.max(1), 0)
    } else {
        let fit = (COPIED_BYTES / (len * size).max(1)).clamp(1, count.max(1));
        (fit, fit, len as isize)
    };
    scratch::with(copied * len * size, |space| {
        for start in (0..count).step_by(group) {
            let count = group.min(count - start);
            let (a, b, c) = first(start);
            let spaces = space.chunks_exact_mut((len * size).max(1));
            for (i, space) in spaces.take(copied.min(count)).enumerate() {
                // SAFETY: a second matrix of the batch, which is readable, the caller says.
                unsafe { pack(dtype, b.at(i as isize * b_step, size), space) };
            }
            let b = MatRef::contiguous(space.as_ptr(), b.rows, b.cols);
            // SAFETY: the matrices of the batch are readable, as are the copies, and the results are
            // writable and apart, the caller says.
            unsafe {
                let (a, b, c) = (view(dtype, a), view(dtype, b), view_mut(dtype, c));
                product::gemm_small_batch(level, apart(count, step), a, b, c);
            }
        }
    })
}

/// Writes the sum of the products of two rows to `to`.
///
/// # Safety
///
/// The rows are readable, with what lies between elements that are every second one, and `to` is writable,
/// all aligned for `dtype`.
pub(super) unsafe fn dot(level: Level, dtype: DType, (a, b): (MatRef, MatRef), to: *mut u8) {
    let c = MatMut::contiguous(to, 1, 1);
    let b = b.transposed();
    // SAFETY: the caller's.
    unsafe { inner::dot(level, &Operands { dtype, a, b, c }, false, (1, 0.0)) };
}

/// Computes `c = a · b` where either `b` has few columns and the rows of `a` are neighbours in
/// memory, or `a` few rows and the columns of `b` are; gives whether one of them is so.
///
/// # Safety
///
/// As [`multiply`].
pub(super) unsafe fn thin(
    level: Level,
    dtype: DType,
    a: MatRef,
    b: MatRef,
    c: MatMut,
) -> Result<bool, MatmulError> {
    let (a, b, c) = if c.cols <= c.rows {
        (a, b, c)
    } else {
        (b.transposed(), a.transposed(), c.transposed())
    };
    if a.col_stride != 1 {
        return Ok(false);
    }
    let size = dtype.size();
    scratch::with(b.rows * b.cols * size, |space| {
        let source = Source {
            ptr: b.ptr,
            size,
            shape: [b.cols, b.rows],
            strides: [b.col_stride * size as isize, b.row_stride * size as isize],
        };
        // SAFETY: `b` is readable, and the space has room for it.
        unsafe { moves::pack(source, space.as_mut_ptr()) };
        let columns = MatRef::contiguous(space.as_ptr(), b.cols, b.rows).transposed();
        // SAFETY: `a` and the columns are readable and `c` is writable and apart, the caller says.
        let (a, b, c) = unsafe { (view(dtype, a), view(dtype, columns), view_mut(dtype, c)) };
        product::gemm_thin(level, a, b, c);
    })?;
    Ok(true)
}

/// Computes `y = a · x`, where `x` and `y` have one column; a copy makes them contiguous.
///
/// # Safety
///
/// As [`multiply`].
unsafe fn vector(
    level: Level,
    dtype: DType,
    a: MatRef,
    x: MatRef,
    y: MatMut,
) -> Result<(), MatmulError> {
    if a.rows == 1 {
        // SAFETY: the caller's; the only column of `x` is a row of its transpose.
        unsafe { dot(level, dtype, (a, x.transposed()), y.ptr) };
        return Ok(());
    }
    let size = dtype.size();
    let follow = |count: usize, stride: isize| count <= 1 || stride == 1;
    let copied = |count: usize, stride| {
        if follow(count, stride) {
            0
        } else {
            count * size
        }
    };
    let (x_bytes, y_bytes) = (copied(x.rows, x.row_stride), copied(y.rows, y.row_stride));
    // Rounded up, so that the copies of `y` and of rows are aligned as well.
    let y_start = x_bytes.next_multiple_of(16);
    let rows_start = y_start + y_bytes.next_multiple_of(16);
    let scattered = a.cols > 1 && a.row_stride != 1 && a.col_stride != 1;
    let row_bytes = a.cols.saturating_mul(size);
    let (block, row_bytes) = if scattered {
        let block = (COPIED_BYTES / row_bytes.max(1)).clamp(1, a.rows);
        (block, block * row_bytes)
    } else {
        (a.rows.max(1), 0)
    };
    let product = |space: &mut [u8]| {
        let (mut x_ptr, mut y_ptr) = (x.ptr, y.ptr);
        if x_bytes > 0 {
            let source = Source {
                ptr: x.ptr,
                size,
                shape: [1, x.rows],
                strides: [0, x.row_stride * size as isize],
            };
            // SAFETY: `x` is readable, and the space has room for it.
            unsafe { moves::pack(source, space.as_mut_ptr()) };
            x_ptr = space.as_ptr();
        }
        if y_bytes > 0 {
            y_ptr = space[y_start..].as_mut_ptr();
        }
        // SAFETY: the elements of `x`, or its copy, follow one another and are only read.
        let input = unsafe { In::from_raw(x_ptr, x.rows, dtype) };
        // SAFETY: the elements of `y`, or the space for them, follow one another, nobody else's.
        let mut output = unsafe { Out::from_raw(y_ptr, y.rows, dtype) };
        // SAFETY: `a` is readable.
        let matrix = unsafe { view(dtype, a) };
        if scattered {
            for start in (0..a.rows).step_by(block) {
                let rows = block.min(a.rows - start);
                let copy = space[rows_start..].as_mut_ptr();
                let source = Source {
                    ptr: a
                        .ptr
                        .wrapping_offset(start as isize * a.row_stride * size as isize),
                    size,
                    shape: [rows, a.cols],
                    strides: [a.row_stride * size as isize, a.col_stride * size as isize],
                };
                // SAFETY: these rows of `a` are readable, and the space has room for them.
                unsafe { moves::pack(source, copy) };
                // SAFETY: the rows were written just now, one after the other.
                let matrix = unsafe { view(dtype, MatRef::contiguous(copy, rows, a.cols)) };
                product::gemv(level, matrix, input, output.range(start, rows));
            }
        } else {
            product::gemv(level, matrix, input, output);
        }
        if y_bytes > 0 {
            // SAFETY: `y` is writable and the space holds as many elements.
            unsafe { moves::unpack(y_ptr, target(dtype, y)) };
        }
    };
    match rows_start + row_bytes {
        0 => {
            product(&mut []);
            Ok(())
        }
        bytes => scratch::with(bytes, product),
    }
}

/// # Safety
///
/// As [`View::from_raw`].
pub(super) unsafe fn view<'a>(dtype: DType, m: MatRef) -> View<'a> {
    // SAFETY: the caller's.
    unsafe { View::from_raw(m.ptr, dtype, m.rows, m.cols, m.row_stride, m.col_stride) }
}

/// # Safety
///
/// As [`ViewMut::from_raw`].
pub(super) unsafe fn view_mut<'a>(dtype: DType, m: MatMut) -> ViewMut<'a> {
    // SAFETY: the caller's.
    unsafe { ViewMut::from_raw(m.ptr, dtype, m.rows, m.cols, m.row_stride, m.col_stride) }
}
