//! The sum of the products of two rows: a long one in pieces, which threads share out.

use super::flags;
use super::{MatRef, kernel::view, strip::Operands};
use raptors_kernels::{Level, Out, Scalar, product};
use std::sync::OnceLock;

/// Elements of a piece, at least: to add up their products takes some 3 µs, many times what beginning a
/// sum takes, and more than handing a piece over.
const PIECE: usize = 1 << 15;
/// Most pieces; their sums are kept on the stack.
const PIECES: usize = 64;

/// Elements of each piece of `n` but the last. They depend on nothing else, so that the sum is the same
/// on any number of threads.
pub(crate) fn piece(n: usize) -> usize {
    n.div_ceil(PIECES).next_multiple_of(64).max(PIECE)
}

/// Writes the sum of the products of the row `a` and the column `b` to `c`, of the conjugates of `a` if
/// `conjugate`, on so many threads, which is expected to take so many nanoseconds.
///
/// # Safety
///
/// The elements of `a` and `b` are readable, and that of `c` is writable, all aligned for the dtype,
/// which is not float16.
pub(super) unsafe fn dot(
    level: Level,
    operands: &Operands,
    conjugate: bool,
    (threads, expected_ns): (usize, f64),
) {
    let n = operands.a.cols;
    let piece = piece(n);
    let sum_from = |start: usize| {
        let (a, b) = terms(operands, start, piece.min(n - start));
        // SAFETY: these are elements of the operands, which are readable, the caller says.
        let (a, b) = unsafe { (view(operands.dtype, a), view(operands.dtype, b)) };
        product::dot_rows(level, a, b, conjugate)
    };
    let join = |sum: Scalar, next: Scalar| product::join_dots(&sum, &next);
    let starts = (0..n.max(1)).step_by(piece);
    let sum = if threads <= 1 || n <= piece {
        starts.map(sum_from).reduce(join)
    } else {
        let sums: [OnceLock<Scalar>; PIECES] = [const { OnceLock::new() }; PIECES];
        flags::run(expected_ns, threads, starts.len(), &|index| {
            let _ = sums[index].set(sum_from(index * piece));
        });
        sums.iter().filter_map(OnceLock::get).copied().reduce(join)
    };
    let sum = sum.unwrap_or(Scalar::zero(operands.dtype));
    // SAFETY: the caller says that an element can be written there.
    let mut to = unsafe { Out::from_raw(operands.c.ptr, 1, operands.dtype) };
    to.bytes().copy_from_slice(sum.as_in().bytes());
}

/// `len` elements from the one numbered `start` of the row `a` and of the column `b`, as rows.
const fn terms(operands: &Operands, start: usize, len: usize) -> (MatRef, MatRef) {
    let &Operands { dtype, a, b, .. } = operands;
    let (size, start) = (dtype.size(), start as isize);
    let a = MatRef { cols: len, ..a }.at(start * a.col_stride, size);
    let b = MatRef { rows: len, ..b }.at(start * b.row_stride, size);
    (a, b.transposed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matmul::MatMut;
    use raptors_kernels::Element;

    fn sum<T: Element>(x: &[T], y: &[T], threads: usize) -> T {
        let mut sum = [T::default()];
        let operands = Operands {
            dtype: T::DTYPE,
            a: MatRef::contiguous(x.as_ptr().cast(), 1, x.len()),
            b: MatRef::contiguous(y.as_ptr().cast(), y.len(), 1),
            c: MatMut::contiguous(sum.as_mut_ptr().cast(), 1, 1),
        };
        // SAFETY: the slices are the row and the column, and the sum has room for one element.
        unsafe { dot(Level::get(), &operands, false, (threads, 0.0)) };
        sum[0]
    }

    #[test]
    fn the_sum_does_not_depend_on_threads() {
        for n in [1, PIECE, PIECE + 1, 3 * PIECE - 5, PIECES * PIECE + 77] {
            let x: Vec<f64> = (0..n).map(|i| (i as f64 * 0.37).sin()).collect();
            let y: Vec<f64> = (0..n).map(|i| (i as f64 * 0.11).cos()).collect();
            let whole = sum(&x, &y, 1);
            for threads in [2, 3, 7] {
                assert_eq!(whole.to_bits(), sum(&x, &y, threads).to_bits(), "{n}");
            }
            let products = x.iter().zip(&y).map(|(x, y)| x * y);
            let size: f64 = products.clone().map(f64::abs).sum();
            assert!((whole - products.sum::<f64>()).abs() <= 1e-13 * size, "{n}");
        }
    }

    #[test]
    fn integers_and_truth_values_are_joined() {
        let n = 2 * PIECE + 3;
        let x: Vec<i8> = (0..n).map(|i| (i % 251) as u8 as i8).collect();
        let want = x
            .iter()
            .fold(0i8, |sum, &x| sum.wrapping_add(x.wrapping_mul(x)));
        assert_eq!(sum(&x, &x, 2), want);
        let mut truth = vec![raptors_kernels::Bool::from(false); n];
        assert!(!sum(&truth, &truth, 2).get());
        truth[PIECE + 1] = true.into();
        assert!(sum(&truth, &truth, 2).get());
    }
}
