//! A matrix times its own transpose: half of the result, and its mirror image.

use super::{
    MatMut, MatmulError,
    strip::{Operands, each, one, target},
};
use crate::plan::{MatmulPlan, Path, Split};
use raptors_kernels::moves::{self, Source};

/// Rows of the strips of a product that is symmetric: enough for a back end's blocks, and few enough
/// to leave out almost half (bench: matmul/mirrored).
const MIRRORED: usize = 128;

/// Whether this is a large matrix times its own transpose, which is symmetric. Complex products could
/// differ in the last bit from their mirror images, where a multiply-add rounds one of their two
/// terms only: the half below the diagonal is given for both.
pub(super) fn mirrors(operands: &Operands, plan: &MatmulPlan) -> bool {
    let Operands { a, b, .. } = operands;
    matches!(plan.path, Path::Packed | Path::Integer)
        && core::ptr::eq(a.ptr, b.ptr)
        && a.rows == b.cols
        && a.rows >= 2 * MIRRORED
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
    let rows = n.div_ceil(n / MIRRORED);
    let blocks = n.div_ceil(rows);
    each(plan.threads, blocks, |index| {
        let operands = &operands;
        // The longest strip first, so that none is left for the end.
        let start = (blocks - 1 - index) * rows;
        let strip = operands.strip(Split::Rows, start, rows);
        let end = start + strip.c.rows;
        // SAFETY: the caller's; strips of different numbers do not overlap, nor do the mirrored
        // columns above the diagonal, which are no part of a strip.
        unsafe { one(strip.strip(Split::Columns, 0, end), plan) }?;
        let Operands { dtype, c, .. } = strip;
        let size = dtype.size() as isize;
        let (from_rows, from_columns) = (c.row_stride * size, c.col_stride * size);
        let source = Source {
            ptr: c.ptr,
            size: dtype.size(),
            shape: [start, c.rows],
            strides: [from_columns, from_rows],
        };
        let above = operands.strip(Split::Columns, start, rows).c;
        let above = target(
            dtype,
            MatMut {
                rows: start,
                ..above
            },
        );
        // SAFETY: the strip was written just now, by this thread; its mirror image is nobody else's.
        unsafe { moves::copy(source, above) };
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        machine::Machine,
        matmul::{Backend, MatRef, matmul},
        plan::{self, Product},
    };
    use raptors_kernels::{DType, Level};

    /// Products of a matrix of `n` rows with its transpose and with a copy of that are the same.
    fn check<T: Copy + Default + PartialEq + core::fmt::Debug>(
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
            backend: Backend::Gemm,
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
        for shape in [[256, 64], [300, 33], [520, 70], [257, 5]] {
            for (turned, threads) in [(false, 1), (true, 1), (false, 2), (true, 3)] {
                check(DType::F64, shape, turned, threads, |i| i as f64 - 500.0);
                check(DType::F32, shape, turned, threads, |i| (i % 64) as f32);
                check(DType::I32, shape, turned, threads, |i| i as i32);
                check(DType::I64, shape, turned, threads, |i| {
                    i as i64 * 0x1_0000_0001
                });
            }
        }
    }
}
