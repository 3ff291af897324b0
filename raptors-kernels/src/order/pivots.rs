//! Indices parted by elements near those that are looked for, so that few are left to put in order.

use super::{
    arrange::{Task, by_words},
    image::Word,
    indirect::{index_bits, select_indices},
};
use crate::dtype::Kind;

/// Elements whose order tells where others are, about.
const SAMPLE: usize = 1024;
/// Elements for each of the sample.
const EACH: usize = 32;
/// The smallest sample.
const LEAST: usize = 128;
/// The most places that are looked for together.
const FEW: usize = 16;

/// Ranks between which all that is looked for probably lies.
#[derive(Clone, Copy)]
pub(super) struct Pivots<W> {
    /// What comes before it is left out.
    low: Option<W>,
    /// What does not is left out.
    high: Option<W>,
}

impl<W: Word + Into<u64>> Pivots<W> {
    /// Ranks around `places`, which ascend. `None` where there are few elements, or the places are
    /// many or lie far apart.
    pub(super) fn of(x: &[W], kind: Kind, places: &[usize]) -> Option<Self> {
        let (&least, &most) = (places.first()?, places.last()?);
        let size = (x.len() / EACH).min(SAMPLE);
        if size < LEAST || places.len() > FEW || most >= x.len() {
            return None;
        }
        // Twice what the place of such an element is expected to be off, and one more.
        let around = |place: usize| {
            let at = (place as u128 * size as u128 / x.len() as u128) as usize;
            (at, 2 * (at * (size - at) / size).isqrt() + 2)
        };
        let ((low, below), (high, above)) = (around(least), around(most));
        let (low, high) = (low.checked_sub(below), high + above);
        if 2 * (high.min(size) - low.unwrap_or(0)) > size {
            return None;
        }
        let mut sample = [W::MIN; SAMPLE];
        let sample = &mut sample[..size];
        let step = x.len() / size;
        for (sampled, part) in sample.iter_mut().zip(x.chunks_exact(step)) {
            *sampled = part[step / 2].rank(kind);
        }
        by_words(sample, Task::Sort { descending: false });
        let (low, high) = (low.map(|at| sample[at]), sample.get(high).copied());
        (low.is_some() || high.is_some()).then_some(Self { low, high })
    }

    /// Writes the indices of the elements of `x` to `out`, those in their places that belong there.
    ///
    /// # Panics
    ///
    /// If lengths differ, or there are more than [`FEW`] places.
    pub(super) fn select(self, x: &[W], kind: Kind, out: &mut [i64], places: &[usize]) {
        let rank = |index: i64| x[index as usize].rank(kind);
        let (first, second) = match (self.low, self.high) {
            (Some(low), Some(high)) => {
                let first = part(x, kind, low, out);
                let rest = &mut out[first..];
                let pivots = [low.bits(kind), high.bits(kind)];
                let second = W::part_between(x, kind, pivots, rest)
                    .unwrap_or_else(|| part_again(rest, |index| rank(index) < high));
                (first, first + second)
            }
            (Some(pivot), None) | (None, Some(pivot)) => {
                let first = part(x, kind, pivot, out);
                (first, first)
            }
            (None, None) => (0, 0),
        };
        let low_bits = index_bits(x.len());
        for (start, end) in [(0, first), (first, second), (second, x.len())] {
            let place = |at: usize| places.partition_point(|&place| place < at);
            let here = &places[place(start)..place(end)];
            let mut moved = [0; FEW];
            let moved = &mut moved[..here.len()];
            for (moved, place) in moved.iter_mut().zip(here) {
                *moved = place - start;
            }
            if !moved.is_empty() {
                let part = &mut out[start..end];
                select_indices(part, low_bits, moved, |index| rank(index as i64).into());
            }
        }
    }
}

/// Writes the indices of elements that rank below `pivot` from the start of `out` on, and those of
/// the others up to its end; gives the number of the former.
fn part<W: Word>(x: &[W], kind: Kind, pivot: W, out: &mut [i64]) -> usize {
    W::part(x, kind, pivot.bits(kind), out).unwrap_or_else(|| {
        let (mut start, mut end) = (0, out.len());
        for (index, word) in x.iter().enumerate() {
            let below = usize::from(word.rank(kind) < pivot);
            // Written at either side, so that there is no branch to guess.
            out[start] = index as i64;
            out[end - 1] = index as i64;
            start += below;
            end -= 1 - below;
        }
        start
    })
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

#[cfg(test)]
mod tests {
    use super::super::{Task, arrange_indices};
    use crate::In;

    /// The indices that are selected are those that a stable sort puts there.
    fn law(x: &[f64], places: &[usize]) {
        let mut want: Vec<i64> = (0..x.len() as i64).collect();
        let key = |&i: &i64| (x[i as usize].is_nan(), x[i as usize]);
        want.sort_by(|a, b| {
            key(a)
                .partial_cmp(&key(b))
                .unwrap_or(core::cmp::Ordering::Equal)
        });
        let mut got = vec![-1; x.len()];
        arrange_indices(In::from(x), &mut got, Task::Select(places));
        let mut start = 0;
        for &end in places.iter().chain(&[x.len()]) {
            let (mut got, mut want) = (got[start..end].to_vec(), want[start..end].to_vec());
            got.sort_unstable();
            want.sort_unstable();
            assert_eq!(got, want, "{places:?} of {}", x.len());
            start = end;
        }
    }

    #[test]
    fn selected_indices_are_those_of_a_sort() {
        for len in [4096, 4099, 40_001] {
            let random = |i: usize| (i * 7919 % 100_003) as f64 - 5e4;
            let runs: [Vec<f64>; 4] = [
                (0..len).map(random).collect(),
                (0..len).map(|i| random(i) % 3.0).collect(),
                (0..len).map(|i| (i as f64).sqrt()).collect(),
                (0..len)
                    .map(|i| if i % 3 > 0 { f64::NAN } else { random(i) })
                    .collect(),
            ];
            for x in &runs {
                for places in [
                    &[0][..],
                    &[1],
                    &[len / 9, len / 8],
                    &[len / 2],
                    &[len - 1],
                    &[0, len - 1],
                ] {
                    law(x, places);
                }
            }
        }
    }
}
