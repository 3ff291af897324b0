//! Products that are not packed: vectors, small matrices, integers and truth values.

use super::{Backend, MatMut, MatRef, MatmulError, packed, scratch, strip::target};
use raptors_kernels::{
    DType, In, Kind, Level, Out,
    moves::{self, Source},
    product::{self, View, ViewMut},
};

/// Computes `c = a · b` on the calling thread by what the shape asks for.
///
/// # Safety
///
/// As [`super::matmul`], for any dtype but float16.
pub(super) unsafe fn multiply(
    level: Level,
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
    // SAFETY: `a` and `b` are readable and `c` is writable and apart, the caller says.
    let (a, b, c) = unsafe { (view(dtype, a), view(dtype, b), view_mut(dtype, c)) };
    if matches!(dtype, DType::F32 | DType::F64 | DType::C64 | DType::C128) {
        product::gemm_small(level, a, b, c);
        Ok(())
    } else {
        let bytes = product::scratch_len(dtype, a.rows(), a.cols(), b.cols());
        scratch::with(bytes, |space| product::gemm_int(level, a, b, c, space))
    }
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
    let by_columns = a.rows > 1 && a.row_stride == 1 && a.col_stride != 1 && y.row_stride == 1;
    if by_columns && matches!(dtype.kind(), Kind::Float | Kind::Complex) {
        // Where the columns are contiguous, `gemm` reads the matrix faster than the kernel (bench:
        // matmul/vector).
        // SAFETY: the caller's.
        unsafe { packed::multiply(Backend::Gemm, dtype, a, x, y) };
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
    // Rounded up, so that `y`'s copy is aligned as well.
    let y_start = x_bytes.next_multiple_of(16);
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
        if a.rows == 1 && follow(a.cols, a.col_stride) {
            // SAFETY: the only row of `a` is contiguous and readable.
            let row = unsafe { In::from_raw(a.ptr, a.cols, dtype) };
            let dot = product::dot(level, row, input);
            output.bytes().copy_from_slice(dot.as_in().bytes());
        } else {
            product::gemv(level, matrix, input, output);
        }
        if y_bytes > 0 {
            // SAFETY: `y` is writable and the space holds as many elements.
            unsafe { moves::unpack(y_ptr, target(dtype, y)) };
        }
    };
    match y_start + y_bytes {
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
unsafe fn view<'a>(dtype: DType, m: MatRef) -> View<'a> {
    // SAFETY: the caller's.
    unsafe { View::from_raw(m.ptr, dtype, m.rows, m.cols, m.row_stride, m.col_stride) }
}

/// # Safety
///
/// As [`ViewMut::from_raw`].
unsafe fn view_mut<'a>(dtype: DType, m: MatMut) -> ViewMut<'a> {
    // SAFETY: the caller's.
    unsafe { ViewMut::from_raw(m.ptr, dtype, m.rows, m.cols, m.row_stride, m.col_stride) }
}
