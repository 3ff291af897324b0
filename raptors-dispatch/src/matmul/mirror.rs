//! A matrix times its own transpose: half of the result, and its mirror image.

use super::{
    MatMut, MatmulError, packed,
    strip::{Operands, each, one, target},
};
use crate::plan::{MatmulPlan, Path, Split};
use raptors_kernels::{
    DType, Kind, Level,
    moves::{self, Source},
};

/// Rows of the squares on the diagonal of a product that is symmetric: enough for a back end's blocks, and
/// few enough to leave out almost half (bench: matmul/mirrored).
const MIRRORED: usize = 128;
/// Rows of them where the elements are complex, which take four times as long and are packed twice as fast
/// beside that.
const MIRRORED_COMPLEX: usize = 32;
/// Strips that a product is cut into at least where its blocks are large, for threads to share.
const STRIPS: usize = 8;
/// Strips for each thread of a product by our own tiles, so that a late one does not hold up the other.
const EACH: usize = 2;
/// Rows that strips are a multiple of: a tile's.
const ROWS: usize = 12;
/// Rows of a symmetric product from which our own tiles leave out those above the diagonal.
const TILED: usize = 64;

/// The level of our own tiles, which leave out what is above the diagonal tile by tile, if they compute it.
fn tiles(plan: &MatmulPlan) -> Option<Level> {
    plan.tiles
        .filter(|_| matches!(plan.path, Path::Direct | Path::Packed))
}

/// Rows of a strip or square of elements of `dtype`, at least.
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
    matches!(plan.path, Path::Direct | Path::Packed | Path::Integer)
        && core::ptr::eq(a.ptr, b.ptr)
        && a.rows == b.cols
        && a.rows
            >= if tiles(plan).is_some() {
                TILED
            } else {
                2 * strip(dtype)
            }
        && a.row_stride == b.col_stride
        && a.col_stride == b.row_stride
}

/// The plan of a product of which half is computed.
fn half(plan: &MatmulPlan) -> MatmulPlan {
    MatmulPlan {
        predicted_ns: plan.predicted_ns / 2.0,
        ..*plan
    }
}

/// Computes a symmetric product: up to the diagonal, copied to the elements that mirror it.
///
/// # Safety
///
/// As [`matmul`].
pub(super) unsafe fn mirrored(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    match tiles(plan) {
        // SAFETY: the caller's.
        Some(level) => unsafe { strips(operands, plan, level) },
        // SAFETY: the caller's.
        None => unsafe { blocks(operands, plan) },
    }
}

/// Computes a symmetric product by tiles: strips of rows up to the diagonal, each copied to the columns
/// that mirror it.
///
/// # Safety
///
/// As [`mirrored`].
unsafe fn strips(operands: Operands, plan: &MatmulPlan, level: Level) -> Result<(), MatmulError> {
    let n = operands.c.rows;
    let bounds = bounds(n, plan.threads);
    each(&half(plan), bounds.len() - 1, |index| {
        let operands = &operands;
        let (start, end) = (bounds[index], bounds[index + 1]);
        let rows = end - start;
        let strip = operands.strip(Split::Rows, start, rows);
        let half = strip.strip(Split::Columns, 0, end);
        let Operands { dtype, c, .. } = strip;
        let above = operands.strip(Split::Columns, start, rows).c;
        // SAFETY: the caller's; strips of different numbers do not overlap, nor do the mirrored columns
        // above the diagonal, which are no part of another strip. The strip is written first, by this
        // thread, and its mirror image is nobody else's.
        unsafe {
            packed::panels(half, (level, plan.blocks), Some(start))?;
            reflect(
                dtype,
                MatMut { cols: start, ..c },
                MatMut {
                    rows: start,
                    ..above
                },
            );
            fold(dtype, strip.strip(Split::Columns, start, rows).c);
        }
        Ok(())
    })
}

/// The rows where strips of a symmetric product of `n` rows begin, which are as large below the diagonal as can
/// be, and where the last one ends.
fn bounds(n: usize, threads: usize) -> Vec<usize> {
    if threads <= 1 {
        return vec![0, n];
    }
    let strips = EACH * threads;
    let mut bounds: Vec<usize> = (0..strips)
        .map(|strip| ((strip as f64 / strips as f64).sqrt() * n as f64) as usize / ROWS * ROWS)
        .chain([n])
        .collect();
    bounds.dedup();
    bounds
}

/// A part of a symmetric product: the first row and the rows, the first column and the columns. It is a
/// square on the diagonal or below it.
type Block = [usize; 4];

/// The blocks that half of a symmetric product is made of, from the row `start` on for `n` rows: the part
/// below two halves, and what these are made of. Squares on the diagonal have fewer than `least` rows, other
/// blocks at most `most`.
fn halve(start: usize, n: usize, [least, most]: [usize; 2], blocks: &mut Vec<Block>) {
    if n < least {
        blocks.push([start, n, start, n]);
        return;
    }
    let half = n / 2;
    let middle = start + half;
    let strips = (n - half).div_ceil(most);
    let rows = (n - half).div_ceil(strips);
    for from in (middle..start + n).step_by(rows) {
        blocks.push([from, rows.min(start + n - from), start, half]);
    }
    halve(start, half, [least, most], blocks);
    halve(middle, n - half, [least, most], blocks);
}

/// Computes a symmetric product by a back end that computes whole blocks. They depend on the size alone, so
/// that the result is the same on any number of threads.
///
/// # Safety
///
/// As [`mirrored`].
unsafe fn blocks(operands: Operands, plan: &MatmulPlan) -> Result<(), MatmulError> {
    let n = operands.c.rows;
    let least = strip(operands.dtype) * 2;
    let mut blocks = Vec::new();
    halve(0, n, [least, least.max(n / STRIPS)], &mut blocks);
    // The largest first, so that none is left for the end.
    blocks.sort_by_key(|&[_, rows, _, columns]| core::cmp::Reverse(rows * columns));
    each(&half(plan), blocks.len(), |index| {
        let (operands, [row, rows, column, columns]) = (&operands, blocks[index]);
        let cut = |[row, rows, column, columns]: Block| {
            let strip = operands.strip(Split::Rows, row, rows);
            strip.strip(Split::Columns, column, columns)
        };
        let block = cut([row, rows, column, columns]);
        // SAFETY: the caller's; no two blocks overlap, nor do their mirror images, which are no blocks. The
        // block is written first, by this thread, and its mirror image is nobody else's.
        unsafe {
            one(block, plan)?;
            if row != column {
                reflect(operands.dtype, block.c, cut([column, columns, row, rows]).c);
            }
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
    use raptors_kernels::dtype::Complex32;

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
    fn strips_cover_the_rows() {
        for n in [64, 100, 256, 1200, 5000] {
            for threads in [1, 2, 3, 16] {
                let bounds = bounds(n, threads);
                assert_eq!((bounds.first(), bounds.last()), (Some(&0), Some(&n)));
                assert!(bounds.is_sorted_by(|a, b| a < b), "{bounds:?}");
                let largest = bounds
                    .windows(2)
                    .map(|pair| pair[1].pow(2) - pair[0].pow(2));
                let fair = n * n / (EACH * threads) + 2 * ROWS * n;
                let even = largest.into_iter().all(|strip| strip <= fair);
                assert!(threads == 1 || even, "{bounds:?}");
            }
        }
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
