//! Fewer, longer axes: how several operands of one shape are walked with the least overhead.

use crate::{Dims, Strides};
use smallvec::SmallVec;

/// One shape for several operands, with as few axes as possible, the last the fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collapsed {
    /// The lengths; at least one axis. An axis of length 1 is there only when it is alone.
    pub shape: Dims,
    /// The strides of every operand in bytes.
    pub strides: SmallVec<[Strides; 4]>,
    /// What to add to every operand's first address, where axes were walked backwards.
    pub offsets: SmallVec<[isize; 4]>,
}

/// Drops axes of length one, orders the others so that the inner ones have the smallest strides
/// (those of operand `first` count most, then the others' in turn), walks axes forwards that every
/// operand walks backwards, and merges neighbours. The pairing of elements is unchanged, their
/// order is not. Allocates nothing for up to four axes and four operands.
///
/// `strides` holds one stride per axis of `shape` for every operand. The result is one axis of
/// length 0 for an empty shape, and of length 1 for a single element.
#[inline]
pub fn collapse(shape: &[usize], strides: &[&[isize]], first: usize) -> Collapsed {
    let mut axes: Dims = (0..shape.len()).filter(|&axis| shape[axis] != 1).collect();
    let empty = shape.contains(&0);
    if axes.is_empty() || empty {
        return Collapsed {
            shape: SmallVec::from_elem(usize::from(!empty), 1),
            strides: strides.iter().map(|_| Strides::from_elem(0, 1)).collect(),
            offsets: SmallVec::from_elem(0, strides.len()),
        };
    }
    let order = |axis: usize| {
        let rest = strides.iter().enumerate().filter(move |&(i, _)| i != first);
        strides
            .get(first)
            .into_iter()
            .chain(rest.map(|(_, s)| s))
            .map(move |s| s[axis])
    };
    // Insertion sort: few axes, nearly always in order already.
    for i in 1..axes.len() {
        let mut j = i;
        while j > 0 && is_inside(order(axes[j - 1]), order(axes[j])) {
            axes.swap(j - 1, j);
            j -= 1;
        }
    }

    let mut result = Collapsed {
        shape: Dims::new(),
        strides: strides.iter().map(|_| Strides::new()).collect(),
        offsets: SmallVec::from_elem(0, strides.len()),
    };
    for &axis in &axes {
        let n = shape[axis];
        let backwards = strides.iter().all(|s| s[axis] <= 0) && strides.iter().any(|s| s[axis] < 0);
        let sign = if backwards { -1 } else { 1 };
        if backwards {
            for (offset, s) in result.offsets.iter_mut().zip(strides) {
                *offset += s[axis] * (n as isize - 1);
            }
        }
        let mut pairs = result.strides.iter().zip(strides);
        let merges = pairs.all(|(outer, s)| {
            outer
                .last()
                .is_some_and(|&outer| outer == sign * s[axis] * n as isize)
        });
        match result.shape.last_mut() {
            Some(last) if merges => *last *= n,
            _ => result.shape.push(n),
        }
        for (collapsed, s) in result.strides.iter_mut().zip(strides) {
            if merges {
                collapsed.pop();
            }
            collapsed.push(sign * s[axis]);
        }
    }
    result
}

/// Whether the axis with the strides `a` belongs inside the one with the strides `b`: the first
/// operand that moves along both, and by different distances, decides.
#[inline]
pub(crate) fn is_inside(a: impl Iterator<Item = isize>, b: impl Iterator<Item = isize>) -> bool {
    a.zip(b)
        .map(|(a, b)| (a.unsigned_abs(), b.unsigned_abs()))
        .find(|&(a, b)| a != b && a != 0 && b != 0)
        .is_some_and(|(a, b)| a < b)
}

/// The strides of a new array whose elements lie in the order in which those of `operands` do
/// (NumPy's order `K` for several): of two axes the first is the inner one only where every operand
/// that moves along both takes longer steps along the second. C order where they disagree.
pub fn keep_order(shape: &[usize], itemsize: usize, operands: &[&[isize]]) -> Strides {
    dense(shape, itemsize, nested(shape, operands).iter())
}

/// The axes from the innermost in the order in which [`keep_order`] lays them out.
pub(crate) fn nested(shape: &[usize], operands: &[&[isize]]) -> Dims {
    let mut axes: Dims = (0..shape.len()).rev().collect();
    nest(&mut axes, |axis, other| {
        is_within(shape, operands, axis, other)
    });
    axes
}

/// Brings `axes`, which are given from the innermost, in the order in which results lie, if `is_within` tells of
/// two of them whether the first belongs inside the second, or nothing where that is open.
#[inline]
pub(crate) fn nest(axes: &mut [usize], is_within: impl Fn(usize, usize) -> Option<bool>) {
    // Which axes are compared, where some pairs leave it open, is NumPy's choice.
    for i in 1..axes.len() {
        let (axis, mut into) = (axes[i], i);
        for j in (0..i).rev() {
            match is_within(axis, axes[j]) {
                Some(true) => into = j,
                Some(false) => break,
                None => {}
            }
        }
        axes[into..=i].rotate_right(1);
    }
}

/// The strides of a copy of an array with `strides` whose elements lie in the same order (NumPy's
/// order `K` for one array): the longer the step along an axis the further out it is.
pub fn own_order(shape: &[usize], itemsize: usize, strides: &[isize]) -> Strides {
    let mut axes: Dims = (0..shape.len()).collect();
    axes.sort_by_key(|&axis| std::cmp::Reverse(strides[axis].unsigned_abs()));
    dense(shape, itemsize, axes.iter().rev())
}

/// Whether `axis`, which is ahead of `other` in C order, belongs inside it; `None` where no operand
/// moves along both.
fn is_within(shape: &[usize], operands: &[&[isize]], axis: usize, other: usize) -> Option<bool> {
    if shape[axis] == 1 || shape[other] == 1 {
        return None;
    }
    all_within(operands.iter().map(|steps| (steps[axis], steps[other])))
}

/// Whether every operand takes shorter steps along an axis than along another, of those that move along both;
/// `None` where none does.
#[inline]
pub(crate) fn all_within(steps: impl Iterator<Item = (isize, isize)>) -> Option<bool> {
    steps
        .map(|(step, others)| (step.unsigned_abs(), others.unsigned_abs()))
        .filter(|&(step, others)| step != 0 && others != 0)
        .map(|(step, others)| step < others)
        .reduce(|all, within| all && within)
}

/// The strides of an array without gaps whose axes are, from the innermost, `axes`.
fn dense<'a>(shape: &[usize], itemsize: usize, axes: impl Iterator<Item = &'a usize>) -> Strides {
    let mut strides = Strides::from_elem(0, shape.len());
    let mut stride = itemsize as isize;
    for &axis in axes {
        strides[axis] = stride;
        stride *= shape[axis].max(1) as isize;
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{c_strides, f_strides, for_each_offset};
    use proptest::prelude::*;

    fn one_axis(shape: &[usize], strides: &[&[isize]]) -> (usize, Vec<isize>) {
        let collapsed = collapse(shape, strides, 0);
        assert_eq!(collapsed.shape.len(), 1, "{collapsed:?}");
        (
            collapsed.shape[0],
            collapsed.strides.iter().map(|s| s[0]).collect(),
        )
    }

    #[test]
    fn contiguous_operands_are_one_run() {
        let c = c_strides(&[4, 5, 6], 8);
        assert_eq!(one_axis(&[4, 5, 6], &[&c, &c]), (120, vec![8, 8]));
        let f = f_strides(&[4, 5, 6], 8);
        assert_eq!(one_axis(&[4, 5, 6], &[&f, &f, &f]), (120, vec![8, 8, 8]));
        assert_eq!(
            one_axis(&[4, 1, 6], &[&[48, 99, 8], &[0, 7, 0]]),
            (24, vec![8, 0])
        );
        assert_eq!(one_axis(&[], &[&[], &[]]), (1, vec![0, 0]));
        assert_eq!(one_axis(&[3, 0], &[&[8, 8]]), (0, vec![0]));
    }

    #[test]
    fn reversed_operands_run_forwards() {
        let collapsed = collapse(&[3, 4], &[&[-32, -8], &[-32, -8]], 0);
        assert_eq!((collapsed.shape[0], collapsed.strides[0][0]), (12, 8));
        assert_eq!(collapsed.offsets.as_slice(), [-88, -88]);
        let mixed = collapse(&[4], &[&[8], &[-8]], 0);
        assert_eq!(mixed.offsets.as_slice(), [0, 0]);
    }

    #[test]
    fn the_first_operand_decides_the_order() {
        let (c, f) = (c_strides(&[3, 4], 8), f_strides(&[3, 4], 8));
        let collapsed = collapse(&[3, 4], &[&c, &f], 1);
        assert_eq!(collapsed.shape.as_slice(), [4, 3]);
        assert_eq!(collapsed.strides[1].as_slice(), [24, 8]);
        assert_eq!(collapsed.strides[0].as_slice(), [8, 32]);
    }

    #[test]
    fn a_new_array_keeps_the_order_of_its_operands() {
        let f = f_strides(&[2, 3, 4], 8);
        assert_eq!(keep_order(&[2, 3, 4], 4, &[&f]), f_strides(&[2, 3, 4], 4));
        assert_eq!(keep_order(&[2, 3], 8, &[&[0, 0]]), c_strides(&[2, 3], 8));
        assert_eq!(keep_order(&[2, 3], 8, &[&[-8, -16]]), f_strides(&[2, 3], 8));
        assert_eq!(own_order(&[2, 3, 4], 4, &f), f_strides(&[2, 3, 4], 4));
    }

    #[test]
    fn in_a_conflict_c_order_wins() {
        let (c, f) = (c_strides(&[3, 4], 8), f_strides(&[3, 4], 8));
        for operands in [[&c[..], &f], [&f, &c]] {
            assert_eq!(keep_order(&[3, 4], 8, &operands), c);
        }
        assert_eq!(keep_order(&[3, 4], 8, &[&f, &[0, 8]]), f);
    }

    proptest! {
        #[test]
        fn the_same_elements_meet(
            axes in prop::collection::vec((0usize..4, -3isize..4, -3isize..4), 0..6),
            scale in 1isize..20, first in 0usize..2,
        ) {
            let shape: Vec<usize> = axes.iter().map(|a| a.0).collect();
            let x: Vec<isize> = axes.iter().map(|a| a.1 * 8).collect();
            let y: Vec<isize> = axes.iter().map(|a| a.2 * scale).collect();
            let pairs = |shape: &[usize], x: &[isize], y: &[isize], from: (isize, isize)| {
                let (mut xs, mut ys) = (vec![], vec![]);
                for_each_offset(shape, x, |offset| xs.push(offset + from.0));
                for_each_offset(shape, y, |offset| ys.push(offset + from.1));
                let mut pairs: Vec<_> = xs.into_iter().zip(ys).collect();
                pairs.sort_unstable();
                pairs
            };
            let c = collapse(&shape, &[&x, &y], first);
            prop_assert_eq!(
                pairs(&shape, &x, &y, (0, 0)),
                pairs(&c.shape, &c.strides[0], &c.strides[1], (c.offsets[0], c.offsets[1]))
            );
            prop_assert!(c.shape.len() <= shape.len().max(1));
        }
    }
}
