//! A matrix times its own transpose: half of the result, and its mirror image.

use super::{
    Backend, MatMut, MatmulError, packed,
    strip::{Operands, each, one, target},
};
use crate::plan::{MatmulPlan, Path, Split};
use raptors_kernels::{
    DType, Kind,
    moves::{self, Source},
};

/// Rows of the strips of a product that is symmetric: enough for a back end's blocks, and few enough
/// to leave out almost half (bench: matmul/mirrored).
const MIRRORED: usize = 128;
/// Rows of them where the elements are complex, which take four times as long and are packed twice as fast
/// beside that.
const MIRRORED_COMPLEX: usize = 32;
/// Rows of a symmetric product from which our own tiles leave out those above the diagonal.
const TILED: usize = 64;

/// Whether our own tiles compute it, which leave out what is above the diagonal tile by tile.
fn tiled(plan: &MatmulPlan) -> bool {
    plan.path == Path::Packed && plan.backend == Backend::Panels
}

/// Rows of a strip of elements of `dtype`, at least.
fn strip(dtype: DType) -> usize {
    if dtype.kind() == Kind::Complex {
        MIRRORED_COMPLEX
    } else {
        MIRRORED
    }
}

/// Whether this is a large matrix times its own transpose, which is symmetric. Complex products could
/// differ in the last bit from their mirror images, where a multiply-add rounds one of their two
/// terms only: the half below the diagonal is given for both.
pub(super) fn mirrors(operands: &Operands, plan: &MatmulPlan) -> bool {
    let &Operands { dtype, a, b, .. } = operands;
    matches!(plan.path, Path::Packed | Path::Integer)
        && core::ptr::eq(a.ptr, b.ptr)
        && a.rows == b.cols
        && a.rows >= if tiled(plan) { TILED } else { 2 * strip(dtype) }
        && a.row_stride == b.col_stride
        && a.col_stride == b.row_stride
}

/// Computes a symmetric product: strips of rows up to the diagonal, each copied to the columns that
/// mirror it.
///
/// # Safety
///
/// As [`matmul`].
pub(super) unsafe fn mirrored(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    let n = operands.c.rows;
    let rows = if tiled(plan) && plan.threads <= 1 {
        n
    } else {
        n.div_ceil((n / strip(operands.dtype)).max(1))
    };
    let blocks = n.div_ceil(rows);
    each(plan.threads, blocks, |index| {
        let operands = &operands;
        // The longest strip first, so that none is left for the end.
        let start = (blocks - 1 - index) * rows;
        let strip = operands.strip(Split::Rows, start, rows);
        let end = start + strip.c.rows;
        let half = strip.strip(Split::Columns, 0, end);
        // SAFETY: the caller's; strips of different numbers do not overlap, nor do the mirrored
        // columns above the diagonal, which are no part of another strip.
        unsafe {
            if tiled(plan) {
                packed::panels(half, plan, Some(start))?;
            } else {
                one(half, plan)?;
            }
        }
        let Operands { dtype, c, .. } = strip;
        let above = operands.strip(Split::Columns, start, rows).c;
        // SAFETY: the strip was written just now, by this thread; its mirror image is nobody else's.
        unsafe {
            reflect(
                dtype,
                MatMut { cols: start, ..c },
                MatMut {
                    rows: start,
                    ..above
                },
            );
        };
        if tiled(plan) {
            let diagonal = strip.strip(Split::Columns, start, rows).c;
            // SAFETY: this part of the strip was written just now up to the diagonal, by this thread.
            unsafe { fold(dtype, diagonal) };
        }
        Ok(())
    })
}

/// Copies the rows of `from` to the columns of `to`.
///
/// # Safety
///
/// The elements of `from` are initialized and nobody writes them, those of `to` are nobody else's; the
/// two have no element in common.
unsafe fn reflect(dtype: DType, from: MatMut, to: MatMut) {
    let size = dtype.size() as isize;
    let source = Source {
        ptr: from.ptr,
        size: dtype.size(),
        shape: [from.cols, from.rows],
        strides: [from.col_stride * size, from.row_stride * size],
    };
    // SAFETY: the caller's.
    unsafe { moves::copy(source, target(dtype, to)) };
}

/// Copies what is below the diagonal of `c`, which is square, to where it is mirrored.
///
/// # Safety
///
/// The elements up to the diagonal are initialized, and all are nobody else's.
unsafe fn fold(dtype: DType, c: MatMut) {
    let n = c.rows;
    if n <= 1 {
        return;
    }
    // Halves of whole squares, which are turned in registers.
    let half = if n > 2 * SQUARE {
        n / 2 / SQUARE * SQUARE
    } else {
        n / 2
    };
    let part = |row: usize, rows: usize, column: usize, cols: usize| {
        let at = row as isize * c.row_stride + column as isize * c.col_stride;
        MatMut { rows, cols, ..c }.at(at, dtype.size())
    };
    let left = n - half;
    // SAFETY: the part below the diagonal blocks is initialized, and none of the part beside them, where
    // it is mirrored; the blocks themselves are as the whole is.
    unsafe {
        reflect(dtype, part(half, left, 0, half), part(0, half, half, left));
        fold(dtype, part(0, half, 0, half));
        fold(dtype, part(half, left, half, left));
    }
}

/// Rows and columns that are turned together in registers, or a multiple of them.
const SQUARE: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        machine::Machine,
        matmul::{Backend, MatRef, matmul},
        plan::{self, Product},
    };
    use raptors_kernels::{DType, Level, dtype::Complex32};

    /// Products of a matrix of `n` rows with its transpose and with a copy of that are the same.
    fn check<T: Copy + Default + PartialEq + core::fmt::Debug>(
        dtype: DType,
        [n, k]: [usize; 2],
        turned: bool,
        threads: usize,
        number: impl Fn(usize) -> T,
    ) {
        for backend in [Backend::Gemm, Backend::Panels] {
            check_by(backend, dtype, [n, k], turned, threads, &number);
        }
    }

    fn check_by<T: Copy + Default + PartialEq + core::fmt::Debug>(
        backend: Backend,
        dtype: DType,
        [n, k]: [usize; 2],
        turned: bool,
        threads: usize,
        number: impl Fn(usize) -> T,
    ) {
        let elements: Vec<T> = (0..n * k).map(|i| number(i * 7919 % 1013)).collect();
        let copy = elements.clone();
        let matrix = |elements: &[T]| {
            let ptr = elements.as_ptr().cast();
            if turned {
                MatRef::contiguous(ptr, k, n).transposed()
            } else {
                MatRef::contiguous(ptr, n, k)
            }
        };
        let product = Product {
            m: n,
            k,
            n,
            dtype,
            level: Level::get(),
            backend,
            forced: false,
        };
        let plan = plan::matmul(
            &product,
            &Machine::new(threads, 32 << 10, 1 << 20, 32 << 20),
            threads,
        );
        let a = matrix(&elements);
        let [got, want] = [&elements, &copy].map(|other| {
            let mut result = vec![T::default(); n * n];
            let c = MatMut::contiguous(result.as_mut_ptr().cast(), n, n);
            // SAFETY: the three matrices are vectors of this test.
            unsafe { matmul(dtype, a, matrix(other).transposed(), c, &plan) }.unwrap();
            result
        });
        assert!(got == want, "{dtype:?} {n} {k} {turned} {threads}");
    }

    #[test]
    fn half_of_it_and_its_image_are_the_whole() {
        for shape in [
            [256, 64],
            [300, 33],
            [520, 70],
            [257, 5],
            [64, 64],
            [67, 90],
            [100, 300],
        ] {
            for (turned, threads) in [(false, 1), (true, 1), (false, 2), (true, 3)] {
                check(DType::F64, shape, turned, threads, |i| i as f64 - 500.0);
                check(DType::F32, shape, turned, threads, |i| (i % 64) as f32);
                check(DType::C64, shape, turned, threads, |i| {
                    Complex32::new((i % 61) as f32, (i % 7) as f32)
                });
                check(DType::I32, shape, turned, threads, |i| i as i32);
                check(DType::I64, shape, turned, threads, |i| {
                    i as i64 * 0x1_0000_0001
                });
            }
        }
    }
}
