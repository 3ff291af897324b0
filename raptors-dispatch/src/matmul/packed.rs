//! One call per floating-point dtype and back end, or by wide tiles: C = A · B.

use super::{
    Backend, MatMut, MatRef, MatmulError,
    kernel::{view, view_mut},
    scratch,
    strip::Operands,
};
use crate::plan::MatmulPlan;
use raptors_kernels::{
    DType, Level,
    dtype::{Complex32, Complex64},
    product::{Blocks, direct_len, gemm_direct, gemm_panels, has_panels, panels_len},
};

/// Computes `c = a · b` on the calling thread, for dtypes other than float16, truth values and
/// integers.
///
/// # Safety
///
/// As [`super::matmul`].
///
/// # Errors
///
/// If there is no memory for panels.
pub(super) unsafe fn multiply(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    let Operands { dtype, a, b, c } = operands;
    match plan.backend {
        Backend::Panels if has_panels(plan.level, dtype) => {
            // SAFETY: the caller's.
            return unsafe { panels(operands, (plan.level, plan.blocks), None) };
        }
        // SAFETY: the caller's.
        Backend::Panels => unsafe { by_gemm(dtype, a, b, c) },
        // SAFETY: the caller's.
        Backend::Gemm => unsafe { by_gemm(dtype, a, b, c) },
        // SAFETY: the caller's.
        Backend::MatrixMultiply => unsafe { by_matrixmultiply(dtype, a, b, c) },
        #[cfg(feature = "blas")]
        Backend::Blas => {
            // SAFETY: the caller's.
            let done = unsafe { super::blas::multiply(dtype, a, b, c) };
            if !done {
                // SAFETY: the caller's.
                unsafe { by_gemm(dtype, a, b, c) }
            }
        }
    }
    Ok(())
}

/// Computes `c = a · b` by panels; of a symmetric product, of which the result is the rows from the one
/// numbered `symmetric` on, at least up to the diagonal.
///
/// # Safety
///
/// As [`super::matmul`].
///
/// # Errors
///
/// If there is no memory for panels.
pub(super) unsafe fn panels(
    operands: Operands,
    (level, blocks): (Level, Blocks),
    symmetric: Option<usize>,
) -> Result<(), MatmulError> {
    let Operands { dtype, a, b, c } = operands;
    let bytes = panels_len(dtype, blocks, [c.rows, a.cols, c.cols]);
    // SAFETY: `a` and `b` are readable and `c` is writable and apart, the caller says.
    let (a, b, c) = unsafe { (view(dtype, a), view(dtype, b), view_mut(dtype, c)) };
    scratch::with(bytes, |space| {
        gemm_panels(level, (a, b), c, symmetric, blocks, space);
    })
}

/// Computes `c = a · b` by wide tiles, for real numbers.
///
/// # Safety
///
/// As [`super::matmul`].
///
/// # Errors
///
/// If there is no memory for a copy of the second matrix.
pub(super) unsafe fn direct(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    let Operands { dtype, a, b, c } = operands;
    // SAFETY: `a` and `b` are readable and `c` is writable and apart, the caller says.
    let (a, b, c) = unsafe { (view(dtype, a), view(dtype, b), view_mut(dtype, c)) };
    let bytes = direct_len(a, b, &c, plan.blocks);
    scratch::with(bytes, |space| {
        gemm_direct(plan.level, (a, b), c, plan.blocks, space);
    })
}

unsafe fn by_gemm(dtype: DType, a: MatRef, b: MatRef, c: MatMut) {
    /// # Safety
    ///
    /// As [`multiply`], for matrices of `T`.
    unsafe fn call<T: 'static>(zero: T, one: T, a: MatRef, b: MatRef, c: MatMut) {
        // SAFETY: the three matrices are what the caller vouches for, in one order of arguments:
        // pointer, column stride, row stride. `zero` times the old `c` is not read.
        unsafe {
            gemm::gemm(
                c.rows,
                c.cols,
                a.cols,
                c.ptr.cast::<T>(),
                c.col_stride,
                c.row_stride,
                false,
                a.ptr.cast::<T>(),
                a.col_stride,
                a.row_stride,
                b.ptr.cast::<T>(),
                b.col_stride,
                b.row_stride,
                zero,
                one,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }
    // SAFETY: `T` is the type behind `dtype`; the rest is the caller's.
    unsafe {
        match dtype {
            DType::F32 => call(0f32, 1f32, a, b, c),
            DType::F64 => call(0f64, 1f64, a, b, c),
            DType::C64 => call(Complex32::ZERO, Complex32::ONE, a, b, c),
            DType::C128 => call(Complex64::ZERO, Complex64::ONE, a, b, c),
            other => unreachable!("no back end multiplies {}", other.name()),
        }
    }
}

unsafe fn by_matrixmultiply(dtype: DType, a: MatRef, b: MatRef, c: MatMut) {
    use matrixmultiply::{CGemmOption::Standard, cgemm, dgemm, sgemm, zgemm};
    let (m, k, n) = (c.rows, a.cols, c.cols);
    let (ar, ac, br, bc) = (a.row_stride, a.col_stride, b.row_stride, b.col_stride);
    let (cr, cc) = (c.row_stride, c.col_stride);
    let (a, b, c) = (a.ptr, b.ptr, c.ptr);
    // SAFETY: the pointers are cast to the type behind `dtype` (a complex number is two reals); the
    // matrices are what the caller vouches for.
    unsafe {
        match dtype {
            DType::F32 => {
                let (a, b, c) = (a.cast(), b.cast(), c.cast());
                sgemm(m, k, n, 1.0, a, ar, ac, b, br, bc, 0.0, c, cr, cc);
            }
            DType::F64 => {
                let (a, b, c) = (a.cast(), b.cast(), c.cast());
                dgemm(m, k, n, 1.0, a, ar, ac, b, br, bc, 0.0, c, cr, cc);
            }
            DType::C64 => {
                let (a, b, c) = (a.cast(), b.cast(), c.cast());
                let (one, zero, s) = ([1.0, 0.0], [0.0; 2], Standard);
                cgemm(
                    s, Standard, m, k, n, one, a, ar, ac, b, br, bc, zero, c, cr, cc,
                );
            }
            DType::C128 => {
                let (a, b, c) = (a.cast(), b.cast(), c.cast());
                let (one, zero, s) = ([1.0, 0.0], [0.0; 2], Standard);
                zgemm(
                    s, Standard, m, k, n, one, a, ar, ac, b, br, bc, zero, c, cr, cc,
                );
            }
            other => unreachable!("no back end multiplies {}", other.name()),
        }
    }
}
