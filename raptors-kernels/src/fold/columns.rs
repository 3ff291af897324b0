//! Where the first extremes of columns are, row after row: the best elements and the numbers of their
//! rows stay in registers for several rows.

use super::{
    extrema::Order,
    ranked::{Lane as _, Ranked},
    rows::Rows,
};
use crate::isa::Isa;
use core::ops::Range;

/// Rows whose numbers fit the narrowest lanes, beside [`Lane::NONE`].
const DEPTH: usize = 128;
/// Rows whose better elements are found before their columns are left.
const PASS: usize = 16;
/// Columns whose row numbers wait in the L1 cache until [`DEPTH`] rows are done.
const WIDTH: usize = 512;
/// Columns that are compared in registers at the widest level: a vector of bytes, eight of 64 bits. Others
/// have half the registers, in which half and a quarter of them stay.
const STRIP: usize = 32;

/// Whether `x` is more extreme than `best`, the earlier one.
#[inline(always)]
pub(super) fn better<T: Ranked, D: Order>(x: T, best: T) -> bool {
    !best.is_nan() & (x.is_nan() | x.before::<D>(best))
}

/// Down the columns: where an element of `rows` comes before the one in `best`, it goes there, and the number
/// of its row, counted from `first`, to `index`.
pub(super) fn index_rows<I: Isa, T: Ranked, D: Order>(
    isa: I,
    rows: Rows<'_>,
    first: i64,
    best: &mut [T],
    index: &mut [i64],
) {
    assert_eq!(
        (best.len(), index.len()),
        (rows.ncols(), rows.ncols()),
        "a place for each column"
    );
    isa.vectorize(
        #[inline(always)]
        || {
            let (bests, indices) = (best.chunks_mut(WIDTH), index.chunks_mut(WIDTH));
            for (tile, (best, index)) in bests.zip(indices).enumerate() {
                for depth in (0..rows.nrows()).step_by(DEPTH) {
                    let deep = DEPTH.min(rows.nrows() - depth);
                    let mut lanes = [T::Lane::NONE; WIDTH];
                    let lanes = &mut lanes[..best.len()];
                    for pass in (0..deep).step_by(PASS) {
                        let pass = pass..deep.min(pass + PASS);
                        index_pass::<I, T, D>(rows, tile * WIDTH, depth, &pass, best, lanes);
                    }
                    for (index, lane) in index.iter_mut().zip(lanes) {
                        if *lane != T::Lane::NONE {
                            *index = first + depth as i64 + lane.row();
                        }
                    }
                }
            }
        },
    );
}

/// Rows `pass` below row `depth`, in the columns from `left` on.
#[inline(always)]
fn index_pass<I: Isa, T: Ranked, D: Order>(
    rows: Rows<'_>,
    left: usize,
    depth: usize,
    pass: &Range<usize>,
    best: &mut [T],
    lanes: &mut [T::Lane],
) {
    let rows = rows.columns(left, best.len()).skip(depth);
    let mut done = 0;
    if I::WIDE {
        done += index_strips::<I, T, D, STRIP>(rows, done, pass, best, lanes);
    } else {
        done += index_strips::<I, T, D, { STRIP / 2 }>(rows, done, pass, best, lanes);
        let (best, lanes) = (&mut best[done..], &mut lanes[done..]);
        done += index_strips::<I, T, D, { STRIP / 4 }>(rows, done, pass, best, lanes);
    }
    let (best, lanes) = (&mut best[done..], &mut lanes[done..]);
    for i in pass.clone() {
        let x: &[T] = rows.row(i).of();
        for ((best, lane), &x) in best.iter_mut().zip(&mut *lanes).zip(&x[done..]) {
            let x = I::element(x);
            let better = better::<T, D>(x, *best);
            *best = if better { x } else { *best };
            *lane = if better { T::Lane::of(i) } else { *lane };
        }
    }
}

/// As [`index_pass`], `N` columns at a time, as far as there are as many: gives how many columns that
/// were, from column `left` on.
#[inline(always)]
fn index_strips<I: Isa, T: Ranked, D: Order, const N: usize>(
    rows: Rows<'_>,
    left: usize,
    pass: &Range<usize>,
    best: &mut [T],
    lanes: &mut [T::Lane],
) -> usize {
    let (bests, strips) = (
        best.as_chunks_mut::<N>().0,
        lanes.as_chunks_mut::<N>().0.iter_mut(),
    );
    let done = bests.len() * N;
    for (j, (to_best, to_lane)) in bests.iter_mut().zip(strips).enumerate() {
        let (mut best, mut lane) = (*to_best, *to_lane);
        for i in pass.clone() {
            let x: &[T] = rows.row(i).of();
            let x = &x[left + j * N..][..N];
            let here = T::Lane::of(i);
            for k in 0..N {
                let x = I::element(x[k]);
                let better = better::<T, D>(x, best[k]);
                best[k] = if better { x } else { best[k] };
                lane[k] = if better { here } else { lane[k] };
            }
        }
        (*to_best, *to_lane) = (best, lane);
    }
    done
}
