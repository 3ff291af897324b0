//! Running a planned product: strips of the result over the team.

use super::{
    MatMut, MatRef, MatmulError, half, inner, kernel,
    mirror::{mirrored, mirrors},
    packed,
};
use crate::{
    matmul::flags,
    plan::{MatmulPlan, Path, Split},
};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use raptors_kernels::{
    DType,
    moves::{self, Target},
};

/// The three matrices of a product, for the team's threads.
#[derive(Clone, Copy)]
pub(super) struct Operands {
    pub(super) dtype: DType,
    pub(super) a: MatRef,
    pub(super) b: MatRef,
    pub(super) c: MatMut,
}

// SAFETY: `a` and `b` are only read, and each thread writes its own strip or matrix of `c`; who
// makes one vouches for the memory while the job runs.
unsafe impl Sync for Operands {}

impl Operands {
    /// What the strip of `chunk` rows or columns from `start` needs.
    pub(super) fn strip(self, split: Split, start: usize, chunk: usize) -> Self {
        let Self { dtype, a, b, c } = self;
        let size = dtype.size();
        match split {
            Split::Rows => {
                let rows = chunk.min(c.rows - start);
                let a = MatRef { rows, ..a }.at(start as isize * a.row_stride, size);
                let c = MatMut { rows, ..c }.at(start as isize * c.row_stride, size);
                Self { dtype, a, b, c }
            }
            Split::Columns => {
                let cols = chunk.min(c.cols - start);
                let b = MatRef { cols, ..b }.at(start as isize * b.col_stride, size);
                let c = MatMut { cols, ..c }.at(start as isize * c.col_stride, size);
                Self { dtype, a, b, c }
            }
        }
    }
}

/// Computes `c = a · b` for matrices of `dtype`, as `plan` says. Integers wrap; truth values
/// multiply by `and` and add by `or`; float16 is computed in float32 and rounded once.
///
/// # Safety
///
/// The elements that the matrices span are in live allocations, initialized, and aligned for
/// `dtype`; those of `c` overlap neither each other nor those of `a` and `b`, and nobody else
/// writes any of them, or reads those of `c`, during the call. What lies between the elements of rows
/// that are every second one is initialized, too, and written by nobody.
///
/// # Errors
///
/// If there is no memory for the work space that integers need, or for float16's float32 copies.
///
/// # Panics
///
/// If the shapes do not fit together.
pub unsafe fn matmul(
    dtype: DType,
    a: MatRef,
    b: MatRef,
    c: MatMut,
    plan: &MatmulPlan,
) -> Result<(), MatmulError> {
    assert_eq!(
        (a.rows, a.cols, b.cols),
        (c.rows, b.rows, c.cols),
        "shapes that do not fit together"
    );
    let operands = Operands { dtype, a, b, c };
    if dtype == DType::F16 && a.cols > 0 {
        // SAFETY: the caller's.
        return unsafe { half::multiply(operands, plan) };
    }
    if mirrors(&operands, plan) {
        // SAFETY: the caller's.
        return unsafe { mirrored(operands, plan) };
    }
    if plan.path == Path::Dot && a.cols > 0 {
        let threads = (plan.threads, plan.predicted_ns);
        // SAFETY: the caller's; a dot product has one row, one column and one element.
        unsafe { inner::dot(plan.level, &operands, false, threads) };
        return Ok(());
    }
    let length = match plan.split {
        Split::Rows => c.rows,
        Split::Columns => c.cols,
    };
    let chunk = plan.chunk.max(1);
    each(plan, length.div_ceil(chunk), |index| {
        let operands = &operands;
        // SAFETY: the caller's; strips of different numbers do not overlap.
        unsafe { one(operands.strip(plan.split, index * chunk, chunk), plan) }
    })
}

/// Runs tasks that may run out of memory on the plan's threads.
pub(super) fn each(
    plan: &MatmulPlan,
    tasks: usize,
    task: impl Fn(usize) -> Result<(), MatmulError> + Sync,
) -> Result<(), MatmulError> {
    let missing = AtomicUsize::new(0);
    flags::run(plan.predicted_ns, plan.threads, tasks, &|index| {
        if let Err(MatmulError::Memory { bytes }) = task(index) {
            missing.store(bytes, Relaxed);
        }
    });
    match missing.into_inner() {
        0 => Ok(()),
        bytes => Err(MatmulError::Memory { bytes }),
    }
}

/// Computes one product on the calling thread.
///
/// # Safety
///
/// As [`matmul`], with shapes that fit together; not for float16 unless the sum has no terms.
pub(super) unsafe fn one(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    let Operands { dtype, a, b, c } = operands;
    if c.rows == 0 || c.cols == 0 {
        return Ok(());
    }
    if a.cols == 0 {
        let zero = [0u8; 16];
        // SAFETY: `c` is writable where it says, and `zero` holds the largest element.
        unsafe { moves::fill(target(dtype, c), zero.as_ptr()) };
        return Ok(());
    }
    if plan.path == Path::Thin {
        // SAFETY: the caller's.
        if unsafe { kernel::thin(plan.level, dtype, a, b, c) }? {
            return Ok(());
        }
    }
    if plan.path == Path::Direct {
        // SAFETY: the caller's.
        return unsafe { packed::direct(operands, plan) };
    }
    if matches!(plan.path, Path::Packed | Path::Thin) {
        // SAFETY: the caller's.
        unsafe { packed::multiply(operands, plan) }
    } else {
        // SAFETY: the caller's.
        unsafe { kernel::multiply((plan.path, plan.level), dtype, a, b, c) }
    }
}

/// The matrix as what the moves write.
pub(super) fn target(dtype: DType, c: MatMut) -> Target {
    let size = dtype.size();
    Target {
        ptr: c.ptr,
        size,
        shape: [c.rows, c.cols],
        strides: [c.row_stride * size as isize, c.col_stride * size as isize],
    }
}
