//! Elements, or their indices, parted by elements near those that are looked for, so that few are left
//! to put in order.

use super::{
    arrange::{Task, by_words, words},
    image::Word,
    indirect::{index_bits, select_indices},
};
use crate::{
    dtype::{DType, Kind},
    slice::{In, Out},
};

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
    pub(super) low: Option<W>,
    /// What does not is left out.
    pub(super) high: Option<W>,
}

impl<W: Word + Into<u64>> Pivots<W> {
    /// Ranks around `places`, which ascend. `None` where there are few elements, or the places are
    /// many or lie far apart.
    pub(super) fn of(x: &[W], kind: Kind, places: &[usize]) -> Option<Self> {
        Self::around(x, kind, places, 2)
    }

    /// As [`Pivots::of`], as many times as far from the places as theirs in the sample are expected to be
    /// off.
    pub(super) fn around(x: &[W], kind: Kind, places: &[usize], times: usize) -> Option<Self> {
        let (&least, &most) = (places.first()?, places.last()?);
        let size = (x.len() / EACH).min(SAMPLE);
        if size < LEAST || places.len() > FEW || most >= x.len() {
            return None;
        }
        // The square root is what the place of such an element is expected to be off.
        let around = |place: usize| {
            let at = (place as u128 * size as u128 / x.len() as u128) as usize;
            (at, times * (at * (size - at) / size).isqrt() + 2)
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

/// Writes the elements of `x` to `out`, those in their places that belong at `places`, which ascend, as
/// [`super::arrange`] moves them; tells that it did. `false`, with nothing written, where a copy that is
/// arranged takes no longer.
///
/// # Panics
///
/// If the dtypes or the lengths differ.
pub fn select_from(x: In<'_>, out: Out<'_>, places: &[usize]) -> bool {
    assert_eq!(x.dtype(), out.dtype(), "elements of two types");
    assert_eq!(x.len(), out.len(), "a place for each element");
    let kind = x.dtype().kind();
    if !matches!(kind, Kind::Signed | Kind::Unsigned | Kind::Float) {
        return false;
    }
    match x.dtype().size() {
        4 => {
            let mut out = out.view(DType::U32);
            copy_parted::<u32>(x.view(DType::U32).of(), kind, out.of(), places)
        }
        8 => {
            let mut out = out.view(DType::U64);
            copy_parted::<u64>(x.view(DType::U64).of(), kind, out.of(), places)
        }
        _ => false,
    }
}

/// Parts the elements by the pivot that leaves fewer beside `places` while they are copied, then
/// arranges those.
fn copy_parted<W: Word + Into<u64>>(x: &[W], kind: Kind, out: &mut [W], places: &[usize]) -> bool {
    let Some(Pivots { low, high }) = Pivots::of(x, kind, places) else {
        return false;
    };
    let (Some(&least), Some(&most)) = (places.first(), places.last()) else {
        return false;
    };
    let pivot = if x.len() - least < most {
        low.or(high)
    } else {
        high.or(low)
    };
    // Zeros of both signs are on one side, and NaN is behind all numbers.
    let Some(first) = pivot.and_then(|pivot| W::part_words(x, kind, pivot.bits(kind), out)) else {
        return false;
    };
    let (before, behind) = places.split_at(places.partition_point(|&place| place < first));
    let mut moved = [0; FEW];
    let moved = &mut moved[..behind.len()];
    for (moved, place) in moved.iter_mut().zip(behind) {
        *moved = place - first;
    }
    let (left, right) = out.split_at_mut(first);
    for (part, places) in [(left, before), (right, moved)] {
        if !places.is_empty() {
            words(part, kind, Task::Select(places));
        }
    }
    true
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
    use super::super::{Task, arrange, arrange_indices};
    use super::select_from;
    use crate::{Bool, Element, In, Out};

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

    /// What is selected from `x` is in order at the places, between them it is in any, and nothing is
    /// lost: as where a copy is arranged.
    fn copy_law<T: Element + Default + Copy>(x: &[T], places: &[usize]) {
        let mut sorted = x.to_vec();
        arrange(
            Out::from(&mut sorted[..]),
            Task::Sort { descending: false },
            &mut [],
        );
        let mut got = vec![T::default(); x.len()];
        if !select_from(In::from(x), Out::from(&mut got[..]), places) {
            return;
        }
        let mut start = 0;
        for end in places
            .iter()
            .flat_map(|&place| [place, place + 1])
            .chain([x.len()])
        {
            let part = &mut got[start..end];
            arrange(Out::from(part), Task::Sort { descending: false }, &mut []);
            start = end;
        }
        assert_eq!(
            In::from(&got[..]).bytes(),
            In::from(&sorted[..]).bytes(),
            "{:?} {places:?} of {}",
            T::DTYPE,
            x.len()
        );
    }

    #[test]
    fn what_is_selected_while_it_is_copied_is_that_of_a_sort() {
        for len in [4096, 4099, 40_001] {
            let random = |i: usize| (i * 7919 % 100_003) as f64 - 5e4;
            let special = [
                f64::NAN,
                -0.0,
                0.0,
                f64::INFINITY,
                -f64::NAN,
                f64::NEG_INFINITY,
            ];
            let runs: [Vec<f64>; 5] = [
                (0..len).map(random).collect(),
                (0..len).map(|i| random(i) % 3.0).collect(),
                (0..len).map(|i| (i as f64).sqrt()).collect(),
                (0..len).map(|i| special[i * i % 11 % 6]).collect(),
                vec![1.0; len],
            ];
            for x in &runs {
                let ints: Vec<i64> = x
                    .iter()
                    .map(|&x| (x as i64).wrapping_mul(0x1234_5678_9abc))
                    .collect();
                let words: Vec<u64> = ints.iter().map(|&x| x as u64).collect();
                let halves: Vec<u32> = words.iter().map(|&x| (x >> 8) as u32).collect();
                let floats: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                for places in [
                    &[0][..],
                    &[1],
                    &[len / 9, len / 8],
                    &[len / 2],
                    &[len / 2, len / 2 + 9],
                    &[len - 1],
                ] {
                    copy_law(x, places);
                    copy_law(&ints, places);
                    copy_law(&words, places);
                    copy_law(&halves, places);
                    copy_law(&floats, places);
                }
            }
        }
    }

    #[test]
    fn few_elements_or_places_far_apart_are_left_to_a_copy() {
        let x: Vec<i32> = (0..5000).collect();
        let mut out = vec![-1; x.len()];
        for (len, places) in [
            (100, &[50][..]),
            (5000, &[]),
            (5000, &[0, 4999]),
            (5000, &[5000]),
        ] {
            assert!(!select_from(
                In::from(&x[..len]),
                Out::from(&mut out[..len]),
                places
            ));
        }
        let truths = [Bool::TRUE; 5000];
        let mut copy = truths;
        assert!(!select_from(
            In::from(&truths[..]),
            Out::from(&mut copy[..]),
            &[9]
        ));
        assert!(out.iter().all(|&x| x == -1));
    }
}
