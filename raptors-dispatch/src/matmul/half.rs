//! float16 products: converted to float32 as a whole, multiplied, and rounded once.

use super::flags;
use super::{
    MatMut, MatRef, MatmulError,
    scratch::Buffer,
    strip::{Operands, matmul, target},
};
use crate::plan::MatmulPlan;
use raptors_kernels::{
    DType, In, Out, cast,
    moves::{self, Source, Target},
};

/// Elements that a thread converts at a time.
const CHUNK: usize = 16 << 10;

/// Computes a float16 product.
///
/// # Safety
///
/// As [`matmul`].
pub(super) unsafe fn multiply(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    let Operands { a, b, c, .. } = operands;
    // SAFETY: `a` is readable, the caller says.
    let (wide_a, _kept_a) = unsafe { widen(a, plan) }?;
    // SAFETY: `b` is readable, the caller says.
    let (wide_b, _kept_b) = unsafe { widen(b, plan) }?;
    let elements = c.rows.saturating_mul(c.cols);
    let mut wide = space(DType::F32, elements)?;
    let wide_c = MatMut::contiguous(wide.ptr(), c.rows, c.cols);
    // SAFETY: the copies are as large as the matrices, and nobody else knows of them.
    unsafe { matmul(DType::F32, wide_a, wide_b, wide_c, plan) }?;

    let by_rows = c.cols <= 1 || c.col_stride == 1;
    if by_rows && (c.rows <= 1 || c.row_stride == c.cols as isize) {
        // SAFETY: `wide_c` and the contiguous `c` have `elements` elements.
        unsafe { convert(DType::F32, wide_c.ptr, DType::F16, c.ptr, elements, plan) };
    } else {
        let mut narrow = space(DType::F16, elements)?;
        let ptr = narrow.ptr();
        // SAFETY: both buffers have `elements` elements.
        unsafe { convert(DType::F32, wide_c.ptr, DType::F16, ptr, elements, plan) };
        let source = Source::contiguous(ptr, DType::F16.size(), [c.rows, c.cols]);
        // SAFETY: the buffer has the shape of `c`, which is writable and apart.
        unsafe { moves::copy(source, target(DType::F16, c)) };
    }
    Ok(())
}

/// Space for `elements` of `dtype`.
fn space(dtype: DType, elements: usize) -> Result<Buffer, MatmulError> {
    Buffer::new(elements.saturating_mul(dtype.size()))
}

/// A float32 copy of the matrix, and the buffer that holds it.
///
/// # Safety
///
/// `matrix` is readable as float16.
unsafe fn widen(matrix: MatRef, plan: &MatmulPlan) -> Result<(MatRef, Buffer), MatmulError> {
    let MatRef { rows, cols, .. } = matrix;
    let elements = rows.saturating_mul(cols);
    let mut wide = space(DType::F32, elements)?;
    let out = wide.ptr();
    let follow = |outer: usize, inner: usize, outer_stride: isize, inner_stride: isize| {
        (inner <= 1 || inner_stride == 1) && (outer <= 1 || outer_stride == inner as isize)
    };
    let by_columns = follow(cols, rows, matrix.col_stride, matrix.row_stride);
    if by_columns || follow(rows, cols, matrix.row_stride, matrix.col_stride) {
        // SAFETY: the elements of `matrix` follow one another, and `wide` has room for them.
        unsafe { convert(DType::F16, matrix.ptr, DType::F32, out, elements, plan) };
    } else {
        let size = DType::F16.size();
        let mut packed = space(DType::F16, elements)?;
        let strides = [matrix.row_stride, matrix.col_stride];
        let source = Source {
            ptr: matrix.ptr,
            size,
            shape: [rows, cols],
            strides: strides.map(|stride| stride * size as isize),
        };
        let target = Target::contiguous(packed.ptr(), size, [rows, cols]);
        // SAFETY: `matrix` is readable, and `packed` has its shape.
        unsafe { moves::copy(source, target) };
        // SAFETY: both buffers have `elements` elements.
        unsafe { convert(DType::F16, packed.ptr(), DType::F32, out, elements, plan) };
    }
    let copy = if by_columns {
        MatRef::contiguous(out, cols, rows).transposed()
    } else {
        MatRef::contiguous(out, rows, cols)
    };
    Ok((copy, wide))
}

/// Converts `elements` elements from one run to another, on the plan's threads.
///
/// # Safety
///
/// The runs are valid for `elements` of their dtypes and do not overlap.
unsafe fn convert(
    from: DType,
    ptr: *const u8,
    to: DType,
    out: *mut u8,
    elements: usize,
    plan: &MatmulPlan,
) {
    /// Pointers for the team's threads.
    struct Runs(*const u8, *mut u8);
    // SAFETY: the first is only read, and each thread writes its own chunk of the second.
    unsafe impl Sync for Runs {}
    let runs = Runs(ptr, out);
    // The workers that are woken stay for the product.
    let expected_ns = plan.predicted_ns;
    let chunks = elements.div_ceil(CHUNK);
    flags::run(expected_ns, plan.threads, chunks, &|chunk| {
        let Runs(ptr, out) = &runs;
        let start = chunk * CHUNK;
        let len = CHUNK.min(elements - start);
        // SAFETY: the chunk lies within the run that the caller vouches for.
        let input = unsafe { In::from_raw(ptr.add(start * from.size()), len, from) };
        // SAFETY: the chunk lies within the run, and no other thread has this chunk.
        let output = unsafe { Out::from_raw(out.add(start * to.size()), len, to) };
        cast(plan.level, input, output);
    });
}
