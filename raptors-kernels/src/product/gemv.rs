//! Matrix times vector, by rows or by columns, whichever are neighbours in memory.

use super::{
    dot::pairwise,
    ring::{Ring, with_ring},
    view::{Matrix, View},
};
use crate::{
    dtype::Element,
    fold::with_fold_isa,
    isa::{Isa, Level},
    slice::{In, Out},
};
use core::{array, hint::black_box};

/// Partial sums of one row.
const LANES: usize = 8;
/// Rows that share what is loaded of the vector.
const ROWS: usize = 4;
/// Columns added to the result at one go, so that it is loaded and stored once for all of them.
const COLS: usize = 8;

/// `y = a @ x`; either the rows or the columns of `a` should be neighbours in memory, else it is
/// slow.
///
/// # Panics
///
/// If types or sizes do not fit, or the type is float16, which must be converted before.
pub fn gemv(level: Level, a: View<'_>, x: In<'_>, mut y: Out<'_>) {
    let dtype = a.dtype();
    assert_eq!((x.dtype(), y.dtype()), (dtype, dtype), "types differ");
    assert_eq!((x.len(), y.len()), (a.cols(), a.rows()), "sizes do not fit");
    with_ring!(dtype, T => with_fold_isa!(level, isa => {
        let (a, x, mut y) = (a.of::<T>(), x.view(T::DTYPE), y.reborrow().view(T::DTYPE));
        run(isa, a, x.of(), y.of());
    }));
}

fn run<I: Isa, T: Ring>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    if a.cols == 0 {
        y.fill(T::ZERO);
    } else if a.col_stride == 1 || a.cols == 1 {
        by_rows(isa, a, x, y);
    } else if a.row_stride == 1 || a.rows == 1 {
        by_columns(isa, a, x, y);
    } else {
        for (i, y) in y.iter_mut().enumerate() {
            *y = x
                .iter()
                .enumerate()
                .fold(T::ZERO, |sum, (p, &x)| T::mul_add::<I>(a.at(i, p), x, sum));
        }
    }
}

fn by_rows<I: Isa, T: Ring>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    isa.vectorize(
        #[inline(always)]
        || {
            let full = y.len() / ROWS * ROWS;
            for i in (0..full).step_by(ROWS) {
                let sums = dots::<I, T, ROWS>(array::from_fn(|r| a.row(i + r)), x);
                y[i..i + ROWS].copy_from_slice(&sums);
            }
            for i in full..y.len() {
                [y[i]] = dots::<I, T, 1>([a.row(i)], x);
            }
        },
    );
}

/// The products of `R` rows with `x`.
#[inline(always)]
fn dots<I: Isa, T: Ring, const R: usize>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let blocks: [&[[T; LANES]]; R] = rows.map(|row| &row.as_chunks().0[..vectors.len()]);
    let mut acc = [[T::ZERO; LANES]; R];
    for (i, x) in vectors.iter().enumerate() {
        for r in 0..R {
            for k in 0..LANES {
                acc[r][k] = T::mul_add::<I>(I::element(blocks[r][i][k]), x[k], acc[r][k]);
            }
        }
    }
    // Out of the compiler's sight, or it would vectorise the pairwise sum instead.
    let acc = black_box(acc);
    array::from_fn(|r| {
        let row = &rows[r][vectors.len() * LANES..];
        let sum = pairwise([acc[r]]);
        row.iter()
            .zip(rest)
            .fold(sum, |sum, (&a, &x)| T::mul_add::<I>(I::element(a), x, sum))
    })
}

fn by_columns<I: Isa, T: Ring>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    let a = a.t();
    y.fill(T::ZERO);
    isa.vectorize(
        #[inline(always)]
        || {
            let full = x.len() / COLS * COLS;
            for p in (0..full).step_by(COLS) {
                add_columns::<I, T, COLS>(array::from_fn(|c| (a.row(p + c), x[p + c])), y);
            }
            for p in full..x.len() {
                add_columns::<I, T, 1>([(a.row(p), x[p])], y);
            }
        },
    );
}

/// `y` plus each column times its factor.
#[inline(always)]
fn add_columns<I: Isa, T: Ring, const C: usize>(columns: [(&[T], T); C], y: &mut [T]) {
    let columns = columns.map(|(column, x)| (&column[..y.len()], x));
    for (i, y) in y.iter_mut().enumerate() {
        let mut sum = *y;
        for (column, x) in columns {
            sum = T::mul_add::<I>(I::element(column[i]), x, sum);
        }
        *y = sum;
    }
}
