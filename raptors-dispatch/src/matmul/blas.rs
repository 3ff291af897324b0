//! The BLAS that a cargo feature links. It runs on one thread: the team cuts the work.

// Links the library.
extern crate blas_src as _;

use super::{MatMut, MatRef};
use cblas_sys::{
    CBLAS_LAYOUT::CblasColMajor,
    CBLAS_TRANSPOSE::{self, CblasNoTrans, CblasTrans},
    cblas_cgemm, cblas_dgemm, cblas_sgemm, cblas_zgemm,
};
use raptors_kernels::DType;
use std::sync::Once;

/// The name of the library.
pub(super) const NAME: &str = if cfg!(feature = "openblas") {
    "openblas"
} else if cfg!(feature = "accelerate") {
    "accelerate"
} else if cfg!(feature = "blis") {
    "blis"
} else {
    "intel-mkl"
};

/// Makes the library use the calling thread only, where it has a function for that.
fn one_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[cfg(feature = "openblas")]
        {
            unsafe extern "C" {
                fn openblas_set_num_threads(threads: core::ffi::c_int);
            }
            // SAFETY: OpenBLAS, which this feature links, has the function; any number is allowed.
            unsafe { openblas_set_num_threads(1) };
        }
    });
}

/// How BLAS takes a matrix: whether transposed, and from one column to the next.
fn operand(rows: usize, cols: usize, row: isize, col: isize) -> Option<(CBLAS_TRANSPOSE, i32)> {
    let leading = |stride: isize, least: usize, count: usize| {
        // With one column, the stride between columns may be anything.
        let stride = if count <= 1 { least as isize } else { stride };
        i32::try_from(stride)
            .ok()
            .filter(|&stride| stride as isize >= least.max(1) as isize)
    };
    if row == 1 || rows <= 1 {
        leading(col, rows.max(1), cols).map(|stride| (CblasNoTrans, stride))
    } else {
        None
    }
    .or_else(|| {
        (col == 1 || cols <= 1)
            .then(|| leading(row, cols.max(1), rows))?
            .map(|stride| (CblasTrans, stride))
    })
}

/// Computes `c = a · b`; false if BLAS cannot take the matrices as they are.
///
/// # Safety
///
/// As [`super::matmul`].
pub(super) unsafe fn multiply(dtype: DType, mut a: MatRef, mut b: MatRef, mut c: MatMut) -> bool {
    if c.row_stride != 1 && c.rows > 1 {
        // The result by rows is the transposed result by columns.
        (a, b, c) = (b.transposed(), a.transposed(), c.transposed());
    }
    let (
        Some((transposed_a, lda)),
        Some((transposed_b, ldb)),
        Some((CblasNoTrans, ldc)),
        Ok(m),
        Ok(n),
        Ok(k),
    ) = (
        operand(a.rows, a.cols, a.row_stride, a.col_stride),
        operand(b.rows, b.cols, b.row_stride, b.col_stride),
        operand(c.rows, c.cols, c.row_stride, c.col_stride),
        i32::try_from(c.rows),
        i32::try_from(c.cols),
        i32::try_from(a.cols),
    )
    else {
        return false;
    };
    one_thread();
    let (layout, ta, tb) = (CblasColMajor, transposed_a, transposed_b);
    let (pa, pb, pc) = (a.ptr, b.ptr, c.ptr);
    let (one, zero) = ([1.0, 0.0], [0.0, 0.0]);
    let (one32, zero32) = ([1.0f32, 0.0], [0.0f32, 0.0]);
    // SAFETY: `operand` gave the layout of each matrix as BLAS describes it, the pointers are cast
    // to the type behind `dtype`, and the matrices are what the caller vouches for.
    unsafe {
        match dtype {
            DType::F32 => {
                let (a, b, c) = (pa.cast(), pb.cast(), pc.cast());
                cblas_sgemm(layout, ta, tb, m, n, k, 1.0, a, lda, b, ldb, 0.0, c, ldc);
            }
            DType::F64 => {
                let (a, b, c) = (pa.cast(), pb.cast(), pc.cast());
                cblas_dgemm(layout, ta, tb, m, n, k, 1.0, a, lda, b, ldb, 0.0, c, ldc);
            }
            DType::C64 => {
                let (a, b, c) = (pa.cast(), pb.cast(), pc.cast());
                let (one, zero) = (&raw const one32, &raw const zero32);
                cblas_cgemm(layout, ta, tb, m, n, k, one, a, lda, b, ldb, zero, c, ldc);
            }
            DType::C128 => {
                let (a, b, c) = (pa.cast(), pb.cast(), pc.cast());
                let (one, zero) = (&raw const one, &raw const zero);
                cblas_zgemm(layout, ta, tb, m, n, k, one, a, lda, b, ldb, zero, c, ldc);
            }
            _ => return false,
        }
    }
    true
}
