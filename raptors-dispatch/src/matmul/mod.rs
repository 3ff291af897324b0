//! Matrix products of every dtype, by the path and back end that a plan names.

mod backend;
mod batch;
#[cfg(feature = "blas")]
mod blas;
mod brief;
mod flags;
mod half;
mod inner;
mod kernel;
mod mirror;
mod packed;
mod rows;
mod scratch;
mod strip;
#[cfg(test)]
mod tests;

pub use backend::{
    Backend, BlasError, BlasUse, VARIABLE, blas_from_env, override_backend, show_backends,
    with_backend,
};
pub use batch::{Batch, matmul_batch};
pub use brief::{is_brief, matmul_brief};
pub(crate) use inner::piece;
pub use strip::matmul;

use crate::{machine, plan, team};
use core::fmt;
use raptors_kernels::{DType, Element, Level, Out, Scalar, product};

/// A matrix to read. Strides count elements, not bytes.
#[derive(Clone, Copy, Debug)]
pub struct MatRef {
    /// The element `[0, 0]`, aligned for the dtype.
    pub ptr: *const u8,
    /// The number of rows.
    pub rows: usize,
    /// The number of columns.
    pub cols: usize,
    /// From one row to the next; zero and negative too.
    pub row_stride: isize,
    /// From one column to the next; zero and negative too.
    pub col_stride: isize,
}

/// A matrix to write. Strides count elements, not bytes; no two elements overlap.
#[derive(Clone, Copy, Debug)]
pub struct MatMut {
    /// The element `[0, 0]`, aligned for the dtype.
    pub ptr: *mut u8,
    /// The number of rows.
    pub rows: usize,
    /// The number of columns.
    pub cols: usize,
    /// From one row to the next.
    pub row_stride: isize,
    /// From one column to the next.
    pub col_stride: isize,
}

impl MatRef {
    /// The matrix whose rows follow one another in memory.
    pub const fn contiguous(ptr: *const u8, rows: usize, cols: usize) -> Self {
        Self {
            ptr,
            rows,
            cols,
            row_stride: cols as isize,
            col_stride: 1,
        }
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            ptr: self.ptr,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    /// The same matrix starting `offset` elements of `size` bytes further.
    const fn at(self, offset: isize, size: usize) -> Self {
        Self {
            ptr: self.ptr.wrapping_offset(offset * size as isize),
            ..self
        }
    }
}

impl MatMut {
    /// The matrix whose rows follow one another in memory.
    pub const fn contiguous(ptr: *mut u8, rows: usize, cols: usize) -> Self {
        Self {
            ptr,
            rows,
            cols,
            row_stride: cols as isize,
            col_stride: 1,
        }
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            ptr: self.ptr,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    /// The same matrix starting `offset` elements of `size` bytes further.
    const fn at(self, offset: isize, size: usize) -> Self {
        Self {
            ptr: self.ptr.wrapping_offset(offset * size as isize),
            ..self
        }
    }
}

/// A product that cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatmulError {
    /// The slices do not have the lengths that the shape needs.
    Lengths {
        /// Elements of the first matrix, the second and the result.
        expected: [usize; 3],
        /// Elements of the slices.
        found: [usize; 3],
    },
    /// There is no memory for a converted copy of the operands.
    Memory {
        /// The bytes asked for.
        bytes: usize,
    },
}

impl fmt::Display for MatmulError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lengths { expected, found } => write!(
                f,
                "matmul needs slices of {expected:?} elements, not {found:?}"
            ),
            Self::Memory { bytes } => write!(f, "no memory for {bytes} bytes of work space"),
        }
    }
}

impl std::error::Error for MatmulError {}

/// The plan that [`matmul`] would be given for an `m` by `k` and a `k` by `n` matrix on the calling
/// thread now.
pub fn plan(dtype: DType, m: usize, k: usize, n: usize) -> plan::MatmulPlan {
    plan::matmul(&product(dtype, m, k, n), machine(), team::threads())
}

fn product(dtype: DType, m: usize, k: usize, n: usize) -> plan::Product {
    let (backend, forced) = backend::chosen();
    plan::Product {
        m,
        k,
        n,
        dtype,
        level: Level::get(),
        backend,
        forced,
    }
}

/// The sum of the products of the conjugates of a row's elements with those of another row, each
/// with any steps.
///
/// # Safety
///
/// The elements of both are in live allocations, initialized and aligned for `dtype`, as is what lies
/// between them where they are every second one, and nobody writes any of it during the call.
///
/// # Panics
///
/// If these are not two rows of one length, or the dtype is float16.
pub unsafe fn vdot(dtype: DType, a: MatRef, b: MatRef) -> Scalar {
    let mut sum = Scalar::zero(dtype);
    let operands = strip::Operands {
        dtype,
        a,
        b: b.transposed(),
        c: MatMut::contiguous(sum.as_out().bytes().as_mut_ptr(), 1, 1),
    };
    let plan = plan(dtype, 1, a.cols, 1);
    let threads = (plan.threads, plan.predicted_ns);
    // SAFETY: the caller's; the sum has room for one element.
    unsafe { inner::dot(plan.level, &operands, true, threads) };
    sum
}

/// As [`vdot`], of `batch.count` pairs of rows, of which `a` and `b` are the first; the sums go to `c` and on, all on
/// the calling thread.
///
/// # Safety
///
/// As [`vdot`], of each pair; the results are apart from all that is read, and nobody else's.
///
/// # Panics
///
/// As [`vdot`].
pub unsafe fn vdot_batch(dtype: DType, batch: Batch, a: MatRef, b: MatRef, c: *mut u8) {
    let level = plan(dtype, 1, a.cols, 1).level;
    let first = strip::Operands {
        dtype,
        a,
        b: b.transposed(),
        c: MatMut::contiguous(c, 1, 1),
    };
    let whole = a.cols <= piece(a.cols);
    for index in 0..batch.count {
        let operands = first.nth(batch, index);
        if !whole {
            // SAFETY: the caller's, for this pair.
            unsafe { inner::dot(level, &operands, true, (1, 0.0)) };
            continue;
        }
        // SAFETY: the caller's, for this pair, and the place for its sum.
        let (a, b, mut sum) = unsafe {
            (
                kernel::view(dtype, operands.a),
                kernel::view(dtype, operands.b.transposed()),
                Out::from_raw(operands.c.ptr, 1, dtype),
            )
        };
        let product = product::dot_rows(level, a, b, true);
        sum.bytes().copy_from_slice(product.as_in().bytes());
    }
}

/// Multiplies an `m` by `k` and a `k` by `n` matrix, rows following one another, into `c`.
///
/// ```
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0]);
/// let mut c = [0.0; 2];
/// raptors_dispatch::matmul::slices([2, 2, 1], &a, &b, &mut c)?;
/// assert_eq!(c, [17.0, 39.0]);
/// # Ok::<(), raptors_dispatch::matmul::MatmulError>(())
/// ```
///
/// # Errors
///
/// If a slice does not have the length that the shape says, or memory runs out.
pub fn slices<T: Element>(
    [m, k, n]: [usize; 3],
    a: &[T],
    b: &[T],
    c: &mut [T],
) -> Result<(), MatmulError> {
    let expected = [m.checked_mul(k), k.checked_mul(n), m.checked_mul(n)];
    let found = [a.len(), b.len(), c.len()];
    if expected != found.map(Some) {
        return Err(MatmulError::Lengths {
            expected: expected.map(|n| n.unwrap_or(usize::MAX)),
            found,
        });
    }
    let plan = plan(T::DTYPE, m, k, n);
    let a = MatRef::contiguous(a.as_ptr().cast(), m, k);
    let b = MatRef::contiguous(b.as_ptr().cast(), k, n);
    let c = MatMut::contiguous(c.as_mut_ptr().cast(), m, n);
    // SAFETY: the slices hold what the contiguous matrices span, as their lengths were checked, and
    // `c` is borrowed exclusively.
    unsafe { matmul(T::DTYPE, a, b, c, &plan) }
}
