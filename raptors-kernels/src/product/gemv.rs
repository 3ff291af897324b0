//! Matrix times vector, by rows or by columns, whichever are neighbours in memory.

use super::{
    columns,
    dot::{in_any_order, pairwise},
    lanes::Lanes,
    ring::{Ring, with_ring},
    sums::Summed,
    view::{Matrix, View},
};
use crate::{
    dtype::{DType, Element},
    fold::with_fold_isa,
    isa::{Isa, Level},
    number::Float,
    slice::{In, Out},
};
use core::{array, hint::black_box};

/// Partial sums of one row.
const LANES: usize = 8;
/// Rows that share what is loaded of the vector.
pub(super) const ROWS: usize = 4;
/// Bytes of the results that are kept in registers while columns are added to them.
const BLOCK_BYTES: usize = 256;
/// Bytes of the columns that are added to one block of results after the other: half an L1 cache.
const GROUP_BYTES: usize = 16 << 10;
/// Columns that are added to a block at least, so that it is seldom loaded and stored.
const GROUP: usize = 8;

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
    macro_rules! floats {
        ($float:ty) => {
            with_fold_isa!(level, isa => floats::<_, $float>(isa, a.of(), x.of(), y.of()))
        };
    }
    macro_rules! parts {
        ($float:ty) => {{
            let (x, mut y) = (x.view(<$float>::DTYPE), y.view(<$float>::DTYPE));
            with_fold_isa!(level, isa => parts::<_, $float>(isa, a, x.of(), y.of()))
        }};
    }
    match dtype {
        DType::F32 if wide(a) => return floats!(f32),
        DType::F64 if wide(a) => return floats!(f64),
        DType::C64 if long(a) => return parts!(f32),
        DType::C128 if long(a) => return parts!(f64),
        _ => {}
    }
    with_ring!(dtype, T => with_fold_isa!(level, isa => {
        let (a, x, mut y) = (a.of::<T>(), x.view(T::DTYPE), y.reborrow().view(T::DTYPE));
        run(isa, a, x.of(), y.of());
    }));
}

/// Whether runs of `a` are long enough to be taken as real and imaginary parts.
fn long(a: View<'_>) -> bool {
    let (rows, columns) = a.steps();
    (columns == 1 && a.cols() >= LANES) || (rows == 1 && columns != 1 && a.rows() > LANES / 2)
}

/// Whether runs of `a` are long enough for explicit vectors of real numbers.
fn wide(a: View<'_>) -> bool {
    let (rows, columns) = a.steps();
    (columns == 1 && a.cols() >= LANES) || (rows == 1 && columns != 1 && a.rows() > LANES)
}

/// [`gemv`] of real numbers, by vectors.
fn floats<I: Lanes<F>, F: Float>(isa: I, a: Matrix<F>, x: &[F], y: &mut [F]) {
    if a.col_stride != 1 {
        return columns::product(isa, a.t(), x, y);
    }
    by_vectors(isa, a, x, y);
}

/// [`gemv`] of rows of neighbours, of real numbers or of complex ones by their parts.
fn by_vectors<I: Lanes<F>, F: Float, T: Summed<I, F>>(isa: I, a: Matrix<F>, x: &[F], y: &mut [T]) {
    isa.vectorize(
        #[inline(always)]
        || {
            each_rows(
                a,
                #[inline(always)]
                |i, rows: [&[F]; ROWS]| y[i..i + ROWS].copy_from_slice(&T::rows(isa, rows, x)),
            );
            for i in a.rows / ROWS * ROWS..a.rows {
                [y[i]] = T::rows(isa, [a.row(i)], x);
            }
        },
    );
}

/// Calls `product` with the number of the first of each [`ROWS`] rows, and the rows.
#[inline(always)]
pub(super) fn each_rows<F: Float>(a: Matrix<F>, mut product: impl FnMut(usize, [&[F]; ROWS])) {
    for i in (0..a.rows / ROWS * ROWS).step_by(ROWS) {
        product(
            i,
            array::from_fn(
                #[inline(always)]
                |r| a.row(i + r),
            ),
        );
    }
}

/// [`gemv`] of complex numbers, by their parts.
fn parts<I: Lanes<F>, F: Float>(isa: I, a: View<'_>, x: &[F], y: &mut [F]) {
    if a.steps().1 != 1 {
        return columns::product(isa, a.t().parts(), x.as_chunks::<2>().0, y);
    }
    by_vectors(isa, a.parts::<F>(), x, y.as_chunks_mut::<2>().0);
}

fn run<I: Isa, T: Ring>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    if a.cols == 0 {
        y.fill(T::ZERO);
    } else if a.col_stride == 1 || a.cols == 1 {
        match a.cols {
            1 => short_rows::<I, T, 1>(isa, a, x, y),
            2 => short_rows::<I, T, 2>(isa, a, x, y),
            3 => short_rows::<I, T, 3>(isa, a, x, y),
            4 => short_rows::<I, T, 4>(isa, a, x, y),
            5 => short_rows::<I, T, 5>(isa, a, x, y),
            6 => short_rows::<I, T, 6>(isa, a, x, y),
            7 => short_rows::<I, T, 7>(isa, a, x, y),
            _ => by_rows(isa, a, x, y),
        }
    } else if a.row_stride == 1 || a.rows == 1 {
        match a.t().flat() {
            Some(flat) => match a.rows {
                2 => short_columns::<I, T, 2>(isa, flat, x, y),
                3 => short_columns::<I, T, 3>(isa, flat, x, y),
                4 => short_columns::<I, T, 4>(isa, flat, x, y),
                5 => short_columns::<I, T, 5>(isa, flat, x, y),
                6 => short_columns::<I, T, 6>(isa, flat, x, y),
                7 => short_columns::<I, T, 7>(isa, flat, x, y),
                8 => short_columns::<I, T, 8>(isa, flat, x, y),
                _ => by_columns(isa, a, x, y),
            },
            None => by_columns(isa, a, x, y),
        }
    } else {
        for (i, y) in y.iter_mut().enumerate() {
            *y = x
                .iter()
                .enumerate()
                .fold(T::ZERO, |sum, (p, &x)| T::mul_add::<I>(a.at(i, p), x, sum));
        }
    }
}

/// Rows of `K` elements each: the compiler takes several rows at a time.
fn short_rows<I: Isa, T: Ring, const K: usize>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    let x: [T; K] = array::from_fn(|p| x[p]);
    isa.vectorize(
        #[inline(always)]
        || {
            let product = |row: &[T; K]| {
                let mut sum = T::ZERO;
                for p in 0..K {
                    sum = T::mul_add::<I>(I::element(row[p]), x[p], sum);
                }
                sum
            };
            if let Some(flat) = a.flat() {
                for (y, row) in y.iter_mut().zip(flat.as_chunks::<K>().0) {
                    *y = product(row);
                }
            } else {
                for (i, y) in y.iter_mut().enumerate() {
                    let mut row = [T::ZERO; K];
                    for p in 0..K {
                        row[p] = a.at(i, p);
                    }
                    *y = product(&row);
                }
            }
        },
    );
}

fn by_rows<I: Isa, T: Ring>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    isa.vectorize(
        #[inline(always)]
        || {
            let full = y.len() / ROWS * ROWS;
            for i in (0..full).step_by(ROWS) {
                let sums = dots::<I, T, ROWS>(isa, array::from_fn(|r| a.row(i + r)), x);
                y[i..i + ROWS].copy_from_slice(&sums);
            }
            for i in full..y.len() {
                [y[i]] = dots::<I, T, 1>(isa, [a.row(i)], x);
            }
        },
    );
}

/// The products of `R` rows with `x`: two vectors of partial sums for elements of four bytes, of
/// which one would leave the multipliers waiting.
#[inline(always)]
pub(super) fn dots<I: Isa, T: Ring, const R: usize>(_: I, rows: [&[T]; R], x: &[T]) -> [T; R] {
    if T::FILLS {
        rows.map(|row| dot_until_full::<I, T>(row, x))
    } else if T::WRAPS {
        rows.map(
            #[inline(always)]
            |row| in_any_order::<I, T>(row, x),
        )
    } else if size_of::<T>() == 4 {
        wide_dots::<I, T, R>(rows, x)
    } else {
        dots_of::<I, T, R, 1>(rows, x)
    }
}

/// The products of two rows at a time with `x`: the partial sums of more, two vectors for each, are
/// too many for the compiler to see vectors in them.
#[inline(always)]
fn wide_dots<I: Isa, T: Ring, const R: usize>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    let mut sums = [T::ZERO; R];
    let (pairs, last) = rows.as_chunks::<2>();
    let (sum_pairs, last_sum) = sums.as_chunks_mut::<2>();
    for (sums, &rows) in sum_pairs.iter_mut().zip(pairs) {
        *sums = dots_of::<I, T, 2, 2>(rows, x);
    }
    for (sum, &row) in last_sum.iter_mut().zip(last) {
        [*sum] = dots_of::<I, T, 1, 2>([row], x);
    }
    sums
}

/// The product of a row with `x`, of numbers of which one is the sum of itself and any other.
#[inline(always)]
pub(super) fn dot_until_full<I: Isa, T: Ring>(row: &[T], x: &[T]) -> T {
    /// Elements after which it pays to look whether the sum can still change: few at first.
    const FEW: usize = 16;
    /// As [`FEW`], after those.
    const PIECE: usize = 256;
    let mut sum = T::ZERO;
    let (mut row, mut x) = (row, x);
    // A number of elements that the compiler knows, and makes a vector of.
    if let (Some((first, rest)), Some((first_x, rest_x))) =
        (row.split_first_chunk::<FEW>(), x.split_first_chunk::<FEW>())
    {
        for k in 0..FEW {
            sum = T::mul_add::<I>(first[k], first_x[k], sum);
        }
        if sum.is_full() {
            return sum;
        }
        (row, x) = (rest, rest_x);
    }
    for (row, x) in row.chunks(PIECE).zip(x.chunks(PIECE)) {
        let [more] = dots_of::<I, T, 1, 1>([row], x);
        sum = T::add(sum, more);
        if sum.is_full() {
            break;
        }
    }
    sum
}

#[inline(always)]
fn dots_of<I: Isa, T: Ring, const R: usize, const V: usize>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    let (vectors, rest) = x.as_chunks::<LANES>();
    let mut blocks: [&[[T; LANES]]; R] = [&[]; R];
    for (blocks, row) in blocks.iter_mut().zip(rows) {
        *blocks = &row.as_chunks().0[..vectors.len()];
    }
    let mut acc = [[[T::ZERO; LANES]; V]; R];
    let (groups, single) = vectors.as_chunks::<V>();
    for (i, x) in groups.iter().enumerate() {
        for r in 0..R {
            for v in 0..V {
                for k in 0..LANES {
                    let a = I::element(blocks[r][V * i + v][k]);
                    acc[r][v][k] = T::mul_add::<I>(a, x[v][k], acc[r][v][k]);
                }
            }
        }
    }
    for (i, x) in (V * groups.len()..).zip(single) {
        for r in 0..R {
            for k in 0..LANES {
                acc[r][0][k] = T::mul_add::<I>(I::element(blocks[r][i][k]), x[k], acc[r][0][k]);
            }
        }
    }
    // Out of the compiler's sight, or it would vectorise the pairwise sum instead.
    let acc = black_box(acc);
    array::from_fn(|r| {
        let row = &rows[r][vectors.len() * LANES..];
        let sum = pairwise(acc[r]);
        row.iter()
            .zip(rest)
            .fold(sum, |sum, (&a, &x)| T::mul_add::<I>(I::element(a), x, sum))
    })
}

/// Columns of `M` elements each, which follow one another: four at a time, so that no sum waits for
/// the one before.
fn short_columns<I: Isa, T: Ring, const M: usize>(isa: I, flat: &[T], x: &[T], y: &mut [T]) {
    const SUMS: usize = 4;
    isa.vectorize(
        #[inline(always)]
        || {
            let mut acc = [[T::ZERO; M]; SUMS];
            let (columns, _) = flat.as_chunks::<M>();
            let ((groups, columns), (x, x_rest)) =
                (columns.as_chunks::<SUMS>(), x.as_chunks::<SUMS>());
            for (group, x) in groups.iter().zip(x) {
                for s in 0..SUMS {
                    for k in 0..M {
                        acc[s][k] = T::mul_add::<I>(I::element(group[s][k]), x[s], acc[s][k]);
                    }
                }
            }
            for (column, &x) in columns.iter().zip(x_rest) {
                for k in 0..M {
                    acc[0][k] = T::mul_add::<I>(I::element(column[k]), x, acc[0][k]);
                }
            }
            for (k, y) in y.iter_mut().enumerate().take(M) {
                *y = T::add(T::add(acc[0][k], acc[1][k]), T::add(acc[2][k], acc[3][k]));
            }
        },
    );
}

/// Adds groups of columns to blocks of results, in the order of the columns.
fn by_columns<I: Isa, T: Ring>(isa: I, a: Matrix<T>, x: &[T], y: &mut [T]) {
    let group = (GROUP_BYTES / size_of_val(y).max(1)).max(GROUP);
    y.fill(T::ZERO);
    isa.vectorize(
        #[inline(always)]
        || match BLOCK_BYTES / size_of::<T>() {
            16 => groups::<I, T, 16>(a, x, y, group),
            32 => groups::<I, T, 32>(a, x, y, group),
            _ => groups::<I, T, 64>(a, x, y, group),
        },
    );
}

#[inline(always)]
fn groups<I: Isa, T: Ring, const BLOCK: usize>(a: Matrix<T>, x: &[T], y: &mut [T], group: usize) {
    let columns = a.t();
    for (p, x) in (0..).step_by(group).zip(x.chunks(group)) {
        let mut i = 0;
        while y.len() - i >= BLOCK {
            add_columns::<I, T, BLOCK>(columns, (p, i), x, y);
            i += BLOCK;
        }
        while y.len() - i >= LANES {
            add_columns::<I, T, LANES>(columns, (p, i), x, y);
            i += LANES;
        }
        if y.len() - i >= 4 {
            add_columns::<I, T, 4>(columns, (p, i), x, y);
            i += 4;
        }
        if y.len() - i >= 2 {
            add_columns::<I, T, 2>(columns, (p, i), x, y);
            i += 2;
        }
        if y.len() > i {
            add_columns::<I, T, 1>(columns, (p, i), x, y);
        }
    }
}

/// The `N` results from `i`, plus each column from `p` times its factor.
#[inline(always)]
fn add_columns<I: Isa, T: Ring, const N: usize>(
    columns: Matrix<T>,
    (p, i): (usize, usize),
    x: &[T],
    y: &mut [T],
) {
    let mut acc: [T; N] = array::from_fn(|k| y[i + k]);
    for (c, &x) in x.iter().enumerate() {
        if T::FILLS && !x.is_full() {
            continue;
        }
        let column = columns.run::<N>(p + c, i);
        for k in 0..N {
            acc[k] = T::mul_add::<I>(I::element(column[k]), x, acc[k]);
        }
    }
    y[i..i + N].copy_from_slice(&acc);
}
