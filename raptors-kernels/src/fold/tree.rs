//! The pairwise tree: NumPy's order of summation.
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
const LEAF: usize = 16;

/// Where the tree over vectors of `lanes` elements splits a run of `n`; `None` for a leaf.
#[inline(always)]
pub(super) const fn split(lanes: usize, n: usize) -> Option<usize> {
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
    let leaves = x.len() / (LEAF * L);
    if leaves >= 4
        && leaves.is_power_of_two()
        && x.len().is_multiple_of(LEAF * L)
        && let Some(acc) = op.complete(isa, x)
    {
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
                    let mut sums = [O::Acc::default(); 4];
                    for (sum, x) in sums.iter_mut().zip(quarters) {
                        *sum = leaf::<I, T, O, L>(op, x);
                    }
                    let [a, b, c, d] = sums;
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
///
/// Its operations wait for one another, but the CPU runs ahead into the next leaves, whose
/// operations do not; so leaves follow each other, as memory is read best.
#[inline(always)]
fn leaf<I: Isa, T: Element, O: Op<T>, const L: usize>(op: O, x: &[T]) -> O::Acc {
    let (vectors, rest) = x.as_chunks::<L>();
    if vectors.is_empty() {
        return sequential::<I, T, O>(op, x);
    }
    tail::<I, T, O>(op, vertical::<I, T, O, L>(op, vectors), rest)
}

/// Partial results in whole cache lines: a vector stored over two of them is slow to load back in
/// parts.
#[repr(align(64))]
struct Lines<A>(A);

/// The fold of vectors, of which there is at least one: lane by lane, then of the lanes.
#[inline(always)]
fn vertical<I: Isa, T: Element, O: Op<T>, const L: usize>(op: O, x: &[[T; L]]) -> O::Acc {
    let mut acc: [O::Acc; L] = array::from_fn(|k| op.lift(I::element(x[0][k])));
    for v in &x[1..] {
        for k in 0..L {
            acc[k] = op.join(acc[k], op.lift(I::element(v[k])));
        }
    }
    // Out of the compiler's sight, or it would vectorise the halving, across the partial results,
    // and take the loop above apart.
    halve(op, black_box(Lines(acc)).0)
}

/// Joins the elements that fill no vector.
#[inline(always)]
fn tail<I: Isa, T: Element, O: Op<T>>(op: O, sum: O::Acc, rest: &[T]) -> O::Acc {
    rest.iter()
        .fold(sum, |sum, &x| op.join(sum, op.lift(I::element(x))))
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
