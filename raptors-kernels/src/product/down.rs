//! The dot products of the columns of two matrices whose rows are neighbours in memory: rows of products are added
//! up as they lie.

use super::{
    ring::{Ring, with_ring},
    view::{Matrix, View},
};
use crate::{
    dtype::Element,
    fold::with_fold_isa,
    isa::{Isa, Level},
    slice::Out,
};
use core::ops::Range;

/// Rows of products that are added up in registers before their sum is added to the results: as many streams as the
/// CPU asks for ahead.
const ROWS: usize = 4;
/// Columns below which rows without gaps are taken as runs of several rows: one would not fill the vectors.
const NARROW: usize = 64;
/// Elements of such runs, at most.
const RUN: usize = 128;
/// Bytes of a row that are added up at a time, twice: in every other row each.
const BLOCK_BYTES: usize = 128;
/// Elements of a row's end that are added up at a time, as long as there are so many.
const LANES: usize = 8;

/// `sums[j] = x[0, j] * y[0, j] + x[1, j] * y[1, j] + …`; of [`divides`] columns each sum is the same to the bit
/// whatever others are beside its own. Integers wrap, truth values are joined by `or` of `and`; floating-point products
/// are not rounded on their own where the level has a multiply-add.
///
/// # Panics
///
/// If types or sizes differ, elements of a row are no neighbours, or the type is float16, which must be converted
/// before.
pub fn dot_columns(level: Level, x: View<'_>, y: View<'_>, mut sums: Out<'_>) {
    let dtype = x.dtype();
    assert_eq!((y.dtype(), sums.dtype()), (dtype, dtype), "types differ");
    let shape = (x.rows(), sums.len());
    assert_eq!((x.rows(), x.cols()), shape, "sizes do not fit");
    assert_eq!((y.rows(), y.cols()), shape, "sizes do not fit");
    assert!(x.steps().1 == 1 && y.steps().1 == 1, "elements are apart");
    with_ring!(dtype, T => with_fold_isa!(level, isa => {
        run::<_, T>(isa, [x.of(), y.of()], sums.reborrow().view(T::DTYPE).of());
    }));
}

/// Whether so many columns may be divided: fewer are added up in another way than each alone would be.
pub const fn divides(columns: usize) -> bool {
    columns >= NARROW
}

fn run<I: Isa, T: Ring>(isa: I, factors: [Matrix<T>; 2], sums: &mut [T]) {
    if let (1..NARROW, [Some(x), Some(y)]) = (sums.len(), factors.map(Matrix::flat)) {
        return isa.vectorize(
            #[inline(always)]
            || runs::<I, T>(x, y, sums),
        );
    }
    sums.fill(T::ZERO);
    isa.vectorize(
        #[inline(always)]
        || match BLOCK_BYTES / size_of::<T>() {
            8 => groups::<I, T, 8>(factors, sums),
            16 => groups::<I, T, 16>(factors, sums),
            32 => groups::<I, T, 32>(factors, sums),
            _ => groups::<I, T, 64>(factors, sums),
        },
    );
}

/// Adds up runs of several rows, and at last the rows of their sum.
#[inline(always)]
fn runs<I: Isa, T: Ring>(x: &[T], y: &[T], sums: &mut [T]) {
    let columns = sums.len();
    let mut all = [T::ZERO; RUN];
    let all = &mut all[..RUN - RUN % columns];
    for (x, y) in x.chunks(all.len()).zip(y.chunks(all.len())) {
        for ((sum, &x), &y) in all.iter_mut().zip(x).zip(y) {
            *sum = T::mul_add::<I>(I::element(x), y, *sum);
        }
    }
    let (first, rest) = all.split_at(columns);
    sums.copy_from_slice(first);
    for row in rest.chunks(columns) {
        for (sum, &x) in sums.iter_mut().zip(row) {
            *sum = T::add(*sum, x);
        }
    }
}

#[inline(always)]
fn groups<I: Isa, T: Ring, const BLOCK: usize>(factors: [Matrix<T>; 2], sums: &mut [T]) {
    let rows = factors[0].rows;
    for start in (0..rows).step_by(ROWS) {
        let group = start..rows.min(start + ROWS);
        let (blocks, rest) = sums.as_chunks_mut::<BLOCK>();
        let mut at = 0;
        for block in blocks {
            add::<I, T, BLOCK>(factors, group.clone(), at, block);
            at += BLOCK;
        }
        let (lanes, rest) = rest.as_chunks_mut::<LANES>();
        for block in lanes {
            add::<I, T, LANES>(factors, group.clone(), at, block);
            at += LANES;
        }
        let (fours, rest) = rest.as_chunks_mut::<4>();
        for block in fours {
            add::<I, T, 4>(factors, group.clone(), at, block);
            at += 4;
        }
        for block in rest.as_chunks_mut::<1>().0 {
            add::<I, T, 1>(factors, group.clone(), at, block);
            at += 1;
        }
    }
}

/// Adds the products of `N` columns from `at` on, in the rows of one group, to their sums.
#[inline(always)]
fn add<I: Isa, T: Ring, const N: usize>(
    [x, y]: [Matrix<T>; 2],
    rows: Range<usize>,
    at: usize,
    sums: &mut [T; N],
) {
    // Two chains, of which none waits for the other.
    let mut chains = [[T::ZERO; N]; 2];
    let mut row = rows.start;
    while row < rows.end {
        for (c, chain) in chains.iter_mut().enumerate() {
            if row + c == rows.end {
                break;
            }
            let (x, y) = (x.run::<N>(row + c, at), y.run::<N>(row + c, at));
            for k in 0..N {
                chain[k] = T::mul_add::<I>(I::element(x[k]), y[k], chain[k]);
            }
        }
        row += 2;
    }
    for k in 0..N {
        sums[k] = T::add(sums[k], T::add(chains[0][k], chains[1][k]));
    }
}
