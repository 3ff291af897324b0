//! The dot products of many rows of a few elements, some rows at a time: a loop over each row alone would
//! take longer to begin and to end than to add up.

use super::{
    ring::Ring,
    small::Apart,
    view::{Matrix, MatrixMut},
};
use crate::isa::Isa;

/// Rows that are taken together: a vector of float32, two of words twice as wide.
const ROWS: usize = 8;

/// For every product of a batch, `c`, one element, becomes the sum of the products of the rows `x` and
/// `y`, added up from the first to the last; gives whether it did, which it does not of bytes and halves of
/// words with gaps: putting vectors of them together takes longer than multiplying one by one.
pub(super) fn dots<I: Isa, T: Ring>(
    isa: I,
    apart: Apart,
    [x, y]: [Matrix<T>; 2],
    c: &mut MatrixMut<T>,
) -> bool {
    let len = x.cols;
    let beside = [x, y].iter().all(|row| row.col_stride == 1);
    let dense = beside && [apart.a, apart.b, apart.c] == [len as isize, len as isize, 1];
    if size_of::<T>() <= 2 && !(dense && (2..=7).contains(&len)) {
        return false;
    }
    // A copy: stores could change what is behind a reference, as far as the compiler knows.
    let mut c = c.moved(0);
    isa.vectorize(
        #[inline(always)]
        move || match len {
            2 if dense => unrolled::<I, T, 2>(apart.count, [x, y], &mut c),
            3 if dense => unrolled::<I, T, 3>(apart.count, [x, y], &mut c),
            4 if dense => unrolled::<I, T, 4>(apart.count, [x, y], &mut c),
            5 if dense => unrolled::<I, T, 5>(apart.count, [x, y], &mut c),
            6 if dense => unrolled::<I, T, 6>(apart.count, [x, y], &mut c),
            7 if dense => unrolled::<I, T, 7>(apart.count, [x, y], &mut c),
            _ => each::<I, T>(apart, [x, y], &mut c, len),
        },
    );
    true
}

/// As [`dots`], of rows of `LEN` elements that follow one another, as do the results: the steps are known
/// to the compiler.
#[inline(always)]
fn unrolled<I: Isa, T: Ring, const LEN: usize>(
    count: usize,
    [mut x, mut y]: [Matrix<T>; 2],
    c: &mut MatrixMut<T>,
) {
    (x.col_stride, y.col_stride) = (1, 1);
    let apart = Apart {
        count,
        a: LEN as isize,
        b: LEN as isize,
        c: 1,
    };
    each::<I, T>(apart, [x, y], c, LEN);
}

/// As [`dots`], of rows of `len` elements, [`ROWS`] rows at a time.
#[inline(always)]
fn each<I: Isa, T: Ring>(apart: Apart, rows: [Matrix<T>; 2], c: &mut MatrixMut<T>, len: usize) {
    let mut i = 0;
    while apart.count - i >= ROWS {
        block::<I, T, ROWS>(apart, i, rows, c, len);
        i += ROWS;
    }
    for i in i..apart.count {
        block::<I, T, 1>(apart, i, rows, c, len);
    }
}

/// The `N` dot products from the one numbered `start`.
#[inline(always)]
fn block<I: Isa, T: Ring, const N: usize>(
    apart: Apart,
    start: usize,
    [x, y]: [Matrix<T>; 2],
    c: &mut MatrixMut<T>,
    len: usize,
) {
    let mut sums = [T::ZERO; N];
    for k in 0..len {
        for r in 0..N {
            let i = (start + r) as isize;
            let (x, y) = (x.moved(i * apart.a), y.moved(i * apart.b));
            sums[r] = T::mul_add::<I>(I::element(x.at(0, k)), y.at(0, k), sums[r]);
        }
    }
    for r in 0..N {
        c.moved((start + r) as isize * apart.c).set(0, 0, sums[r]);
    }
}
