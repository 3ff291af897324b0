//! The pairwise tree: NumPy's order of summation, several leaves in flight.
//!
//! A run of at most 16 vectors of `L` elements is a leaf: `L` partial results, combined pairwise,
//! then the elements that fill no vector. A longer run is split near its middle at a multiple of
//! `L`. `L` is 8 for real numbers and 4 for complex ones, as in NumPy
//! (`numpy/_core/src/umath/loops_utils.h.src`), where the rounding error of a sum of n elements is
//! shown to grow with log n.

use super::op::{Op, sequential};
use crate::{dtype::Element, isa::Isa};
use core::{array, hint::black_box};

/// Vectors in the longest leaf.
pub(crate) const LEAF: usize = 16;

/// Where the tree over vectors of `lanes` elements splits a run of `n`; `None` for a leaf.
#[inline(always)]
pub(crate) const fn split(lanes: usize, n: usize) -> Option<usize> {
    let half = n / 2;
    if n <= LEAF * lanes {
        None
    } else {
        Some(half - half % lanes)
    }
}

/// The fold of `x`, which is not empty, in the order of the tree.
pub(super) fn fold<I: Isa, T: Element, O: Op<T>, const L: usize>(isa: I, op: O, x: &[T]) -> O::Acc {
    let Some(middle) = split(L, x.len()) else {
        return isa.vectorize(
            #[inline(always)]
            || leaf::<I, T, O, L>(op, x),
        );
    };
    if let Some(acc) = op.tree(isa, x) {
        return acc;
    }
    let (a, b) = x.split_at(middle);
    if let (Some(p), Some(q)) = (split(L, a.len()), split(L, b.len())) {
        let ((a, b), (c, d)) = (a.split_at(p), b.split_at(q));
        let quarters = [a, b, c, d];
        if quarters.iter().all(|x| x.len() <= LEAF * L) {
            return isa.vectorize(
                #[inline(always)]
                || {
                    let [a, b, c, d] = leaves::<I, T, O, L, 4>(op, quarters);
                    op.join(op.join(a, b), op.join(c, d))
                },
            );
        }
    }
    op.join(
        fold::<I, T, O, L>(isa, op, a),
        fold::<I, T, O, L>(isa, op, b),
    )
}

/// The fold of one leaf.
#[inline(always)]
fn leaf<I: Isa, T: Element, O: Op<T>, const L: usize>(op: O, x: &[T]) -> O::Acc {
    let (vectors, rest) = x.as_chunks::<L>();
    let Some((first, vectors)) = vectors.split_first() else {
        return sequential::<I, T, O>(op, x);
    };
    let mut acc: [O::Acc; L] = array::from_fn(|k| op.lift(I::element(first[k])));
    for v in vectors {
        for k in 0..L {
            acc[k] = op.join(acc[k], op.lift(I::element(v[k])));
        }
    }
    rest.iter()
        .fold(halve(op, black_box(Lines(acc)).0), |sum, &x| {
            op.join(sum, op.lift(I::element(x)))
        })
}

/// Partial results in whole cache lines: a vector stored over two of them is slow to load back in
/// parts.
#[repr(align(64))]
struct Lines<A>(A);

/// The folds of `N` leaves of at least one vector each, side by side as far as the shortest goes.
#[inline(always)]
fn leaves<I: Isa, T: Element, O: Op<T>, const L: usize, const N: usize>(
    op: O,
    x: [&[T]; N],
) -> [O::Acc; N] {
    let vectors: [&[[T; L]]; N] = x.map(|x| x.as_chunks().0);
    let common = vectors.iter().map(|v| v.len()).min().unwrap_or(0);
    let side = vectors.map(|v| &v[..common]);
    let mut acc: [[O::Acc; L]; N] =
        array::from_fn(|n| array::from_fn(|k| op.lift(I::element(side[n][0][k]))));
    for i in 1..common {
        for n in 0..N {
            for k in 0..L {
                acc[n][k] = op.join(acc[n][k], op.lift(I::element(side[n][i][k])));
            }
        }
    }
    // Out of the compiler's sight, or it would vectorise the halving, across the partial results,
    // and take the loop above apart.
    let Lines(mut acc) = black_box(Lines(acc));
    array::from_fn(|n| {
        for v in &vectors[n][common..] {
            for k in 0..L {
                acc[n][k] = op.join(acc[n][k], op.lift(I::element(v[k])));
            }
        }
        let mut sum = halve(op, acc[n]);
        for &x in x[n].as_chunks::<L>().1 {
            sum = op.join(sum, op.lift(I::element(x)));
        }
        sum
    })
}

/// Combines neighbours, then neighbours of those, to one.
#[inline(always)]
fn halve<T: Element, O: Op<T>, const L: usize>(op: O, mut acc: [O::Acc; L]) -> O::Acc {
    let mut len = L;
    while len > 1 {
        len /= 2;
        for k in 0..len {
            acc[k] = op.join(acc[2 * k], acc[2 * k + 1]);
        }
    }
    acc[0]
}
