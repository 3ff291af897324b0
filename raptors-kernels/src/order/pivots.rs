//! Indices parted by elements near those that are looked for, so that few are left to put in order.

use super::{
    arrange::{Task, by_words},
    image::Word,
    indirect::{index_bits, select_indices},
};
use crate::{
    dtype::{Bool, Kind},
    isa::{Isa, Level},
    moves, with_isa,
};

/// Elements whose order tells where others are, about.
const SAMPLE: usize = 256;
/// Elements from which it pays to find that out.
const PARTED: usize = 8 * SAMPLE;
/// The most places that are looked for together.
const FEW: usize = 16;
/// Elements at a time whose comparisons stay in the first cache.
const BLOCK: usize = 2048;

/// Ranks between which all that is looked for probably lies.
pub(super) struct Pivots<W> {
    /// The rank that parts all elements, such that few remain on the side that matters.
    first: W,
    /// The rank that parts those, if it is worth it.
    second: Option<W>,
}

impl<W: Word + Into<u64>> Pivots<W> {
    /// Ranks around `places`, which ascend. `None` where there are few elements, or the places are
    /// many or lie far apart.
    pub(super) fn of(x: &[W], kind: Kind, places: &[usize]) -> Option<Self> {
        let (&least, &most) = (places.first()?, places.last()?);
        if x.len() < PARTED || places.len() > FEW || most >= x.len() {
            return None;
        }
        let step = x.len() / SAMPLE;
        let mut sample = [W::MIN; SAMPLE];
        for (sampled, part) in sample.iter_mut().zip(x.chunks_exact(step)) {
            *sampled = part[step / 2].rank(kind);
        }
        by_words(&mut sample, Task::Sort { descending: false });
        // Twice what the place of such an element is expected to be off, and one more.
        let around = |place: usize| {
            let at = (place as u128 * SAMPLE as u128 / x.len() as u128) as usize;
            (at, 2 * (at * (SAMPLE - at) / SAMPLE).isqrt() + 2)
        };
        let ((low, below), (high, above)) = (around(least), around(most));
        let (below, above) = (low.checked_sub(below), high + above);
        let kept = above.min(SAMPLE) - below.unwrap_or(0);
        if 2 * kept > SAMPLE {
            return None;
        }
        let (below, above) = (below.map(|at| sample[at]), sample.get(above).copied());
        // The one that leaves less goes first.
        let (first, second) = if low + high < SAMPLE {
            (above, below)
        } else {
            (below, above)
        };
        match (first, second) {
            (Some(first), second) => Some(Self { first, second }),
            (None, Some(first)) => Some(Self {
                first,
                second: None,
            }),
            (None, None) => None,
        }
    }

    /// Writes the indices of the elements of `x` to `out`, those in their places that belong there.
    pub(super) fn select(&self, x: &[W], kind: Kind, out: &mut [i64], places: &[usize]) {
        let before = match kind {
            Kind::Float => part(x, Kind::Float, self.first, out),
            Kind::Signed => part(x, Kind::Signed, self.first, out),
            _ => part(x, Kind::Unsigned, self.first, out),
        };
        let rank = |index: i64| x[index as usize].rank(kind);
        let low_bits = index_bits(x.len());
        each_part(out, before, places, |part, places| {
            let before = self
                .second
                .map_or(0, |pivot| part_again(part, |index| rank(index) < pivot));
            each_part(part, before, places, |part, places| {
                select_indices(part, low_bits, places, |index| rank(index as i64).into());
            });
        });
    }
}

/// Calls `work` with either part of `indices` in which there are places, at most [`FEW`], and these.
fn each_part(
    indices: &mut [i64],
    before: usize,
    places: &[usize],
    mut work: impl FnMut(&mut [i64], &[usize]),
) {
    let (left, right) = indices.split_at_mut(before);
    let (left_places, right_places) = places.split_at(places.partition_point(|&k| k < before));
    if !left_places.is_empty() {
        work(left, left_places);
    }
    if !right_places.is_empty() {
        let mut moved = [0; FEW];
        let moved = &mut moved[..right_places.len()];
        for (moved, place) in moved.iter_mut().zip(right_places) {
            *moved = place - before;
        }
        work(right, moved);
    }
}

/// Writes the indices of elements that rank below `pivot` from the start of `out` on, and those of
/// the others up to its end; gives the number of the former.
#[inline(always)]
fn part<W: Word>(x: &[W], kind: Kind, pivot: W, out: &mut [i64]) -> usize {
    let (mut start, mut end) = (0, x.len());
    let mut masks = [[Bool::FALSE; BLOCK]; 2];
    for (block, base) in x.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
        let [below, others] = masks.each_mut().map(|mask| &mut mask[..block.len()]);
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || {
                for ((below, others), word) in below.iter_mut().zip(&mut *others).zip(block) {
                    let less = word.rank(kind) < pivot;
                    (*below, *others) = (less.into(), (!less).into());
                }
            },
        ));
        let found = moves::nonzero(below, &mut out[start..end]);
        let rest = block.len() - found;
        for index in &mut out[start..start + found] {
            *index += base;
        }
        start += found;
        let room = &mut out[end - rest..end];
        moves::nonzero(others, room);
        for index in room {
            *index += base;
        }
        end -= rest;
    }
    start
}

/// Moves the indices that are `below` to the start, and gives their number.
fn part_again(indices: &mut [i64], below: impl Fn(i64) -> bool) -> usize {
    let mut count = 0;
    for i in 0..indices.len() {
        // Exchanged in any case, so that there is no branch to guess.
        let index = indices[i];
        (indices[i], indices[count]) = (indices[count], index);
        count += usize::from(below(index));
    }
    count
}
