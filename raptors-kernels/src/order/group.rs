//! Equal elements told apart from others: distinct values, where they are, how many there are.

use super::compare::Ordered;
use crate::{
    dtype::Bool,
    isa::{Isa, Level},
    moves::{compress, nonzero},
    slice::{In, Out},
    with_dtype, with_isa,
};

/// Elements whose neighbours are compared before those that differ are moved.
const BLOCK: usize = 512;
/// Elements up to which one is compared and moved after the other.
const FEW: usize = 64;

/// Moves the first of each group of equal elements of a sorted run to its start, and gives the
/// number of groups. NaN is one value if `equal_nan`.
pub fn distinct(mut sorted: Out<'_>, equal_nan: bool) -> usize {
    with_isa!(Level::get(), isa => with_dtype!(sorted.dtype(), T => {
        compact::<T>(isa, sorted.of(), equal_nan, None)
    }))
}

/// As [`distinct`], and writes to `starts` where each group began.
///
/// # Panics
///
/// If there are not as many starts as elements.
pub fn distinct_starts(mut sorted: Out<'_>, equal_nan: bool, starts: &mut [i64]) -> usize {
    assert_eq!(sorted.len(), starts.len(), "runs of different lengths");
    with_isa!(Level::get(), isa => with_dtype!(sorted.dtype(), T => {
        compact::<T>(isa, sorted.of(), equal_nan, Some(starts))
    }))
}

fn compact<T: Ordered>(
    isa: impl Isa,
    x: &mut [T],
    equal_nan: bool,
    mut starts: Option<&mut [i64]>,
) -> usize {
    let Some(&first) = x.first() else { return 0 };
    let (mut last, mut count) = (first, 1);
    if let Some(starts) = &mut starts {
        starts[0] = 0;
    }
    if x.len() <= FEW {
        for i in 1..x.len() {
            let next = x[i];
            // Written in any case, so that there is no branch to guess.
            x[count] = next;
            if let Some(starts) = &mut starts {
                starts[count] = i as i64;
            }
            count += usize::from(last.differs(next, equal_nan));
            last = next;
        }
        return count;
    }
    let mut block = [first; BLOCK + 1];
    let mut is_new = [Bool::FALSE; BLOCK];
    for start in (1..x.len()).step_by(BLOCK) {
        // A copy, with the element before it: what is kept is moved forward.
        let len = BLOCK.min(x.len() - start);
        block[0] = last;
        block[1..=len].copy_from_slice(&x[start..start + len]);
        last = block[len];
        let is_new = &mut is_new[..len];
        tell_apart(isa, &block[..=len], equal_nan, is_new);
        if let Some(starts) = &mut starts {
            let room = &mut starts[count..start + len];
            let found = nonzero(is_new, room);
            for place in &mut room[..found] {
                *place += start as i64;
            }
        }
        let mut kept = Out::from(&mut x[count..start + len]);
        let from = In::from(&block[1..=len]);
        count += compress(is_new, from.bytes(), kept.bytes(), size_of::<T>());
    }
    count
}

/// Writes whether each element of a sorted run but the first differs from the one before it.
fn tell_apart<T: Ordered>(isa: impl Isa, x: &[T], equal_nan: bool, is_new: &mut [Bool]) {
    isa.vectorize(
        #[inline(always)]
        move || {
            // What is moved is no truth value that could be among those that are written.
            let pairs = x.iter().zip(&x[1..]);
            for (is_new, (last, next)) in is_new.iter_mut().zip(pairs) {
                *is_new = last.differs(*next, equal_nan).into();
            }
        },
    );
}

/// Moves the elements of a sorted run that no other equals to its start, and gives their number.
/// NaN equals none.
pub fn single(mut sorted: Out<'_>) -> usize {
    fn compact<T: Ordered>(x: &mut [T]) -> usize {
        let Some(&last) = x.last() else { return 0 };
        let (mut count, mut new) = (0, true);
        for i in 1..x.len() {
            let (this, next) = (x[i - 1], x[i]);
            let changes = this.differs(next, false);
            x[count] = this;
            count += usize::from(new & changes);
            new = changes;
        }
        x[count] = last;
        count + usize::from(new)
    }
    with_dtype!(sorted.dtype(), T => compact::<T>(sorted.of()))
}

/// What [`groups`] finds out, each as long as the run.
#[derive(Debug)]
pub struct Groups<'a> {
    /// For each group the index of its first element.
    pub firsts: &'a mut [i64],
    /// For each element its group.
    pub inverse: &'a mut [i64],
    /// For each group the number of its elements.
    pub counts: &'a mut [i64],
}

/// Finds the groups of equal elements of `x`, whose indices in order are `order`, and gives their
/// number. NaN is one value if `equal_nan`.
///
/// # Panics
///
/// If lengths differ, or `order` has an index that is not in the run.
pub fn groups(x: In<'_>, order: &[i64], equal_nan: bool, mut groups: Groups<'_>) -> usize {
    fn find<T: Ordered>(x: &[T], order: &[i64], equal_nan: bool, groups: &mut Groups<'_>) -> usize {
        let Some(&first) = order.first() else {
            return 0;
        };
        let (mut last, mut group) = (x[first as usize], 0);
        (groups.firsts[0], groups.counts[0]) = (first, 0);
        for &index in order {
            let next = x[index as usize];
            if groups.counts[group] > 0 && last.differs(next, equal_nan) {
                group += 1;
                (groups.firsts[group], groups.counts[group]) = (index, 0);
            }
            groups.counts[group] += 1;
            groups.inverse[index as usize] = group as i64;
            last = next;
        }
        group + 1
    }
    with_dtype!(x.dtype(), T => find::<T>(x.of(), order, equal_nan, &mut groups))
}

/// Copies the elements of `x` at `indices` to `out`.
///
/// # Panics
///
/// If dtypes or lengths differ, or an index is not in the run.
pub fn gather(x: In<'_>, indices: &[i64], mut out: Out<'_>) {
    assert_eq!(indices.len(), out.len(), "runs of different lengths");
    with_dtype!(x.dtype(), T => {
        let x = x.of::<T>();
        for (out, &index) in out.of::<T>().iter_mut().zip(indices) {
            *out = x[index as usize];
        }
    });
}
