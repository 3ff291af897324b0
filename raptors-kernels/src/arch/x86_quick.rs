//! Sorting and selecting: partitions by parting vectors, networks at the end.

#![allow(
    clippy::needless_range_loop,
    reason = "several vectors at a time, which stay in registers"
)]

use super::{
    order::depth,
    x86_lanes::Lanes,
    x86_network::{self as network, capacity},
};
use core::hint::select_unpredictable;

/// `COUNT` vectors from `x` on.
#[inline(always)]
unsafe fn vectors_at<T: Lanes, const COUNT: usize>(x: *const T) -> [T::Vector; COUNT] {
    // SAFETY: the caller's promise that there are so many.
    core::array::from_fn(|i| unsafe { T::load(x.add(i * T::LANES)) })
}

/// Moves the elements less than `pivot` before the others, and gives their number. Blocks of `UNROLL` vectors are
/// read from the side that had less room when the block before was read.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements, at least `2 * UNROLL` vectors.
#[inline(always)]
pub(super) unsafe fn partition<T: Lanes, const UNROLL: usize>(
    x: *mut T,
    len: usize,
    pivot: T,
) -> usize {
    let step = UNROLL * T::LANES;
    let rest = len % T::LANES;
    // SAFETY: elements are read between `read` and `read_end` and written outside. The ends and the block that are
    // held leave `3 * step` elements of room; a block is read from the side with less of it, so that either side has
    // `step` before that many are written.
    unsafe {
        let pivots = T::splat(pivot);
        let end = x.add(len - rest);
        let (mut left, mut right) = ([pivots; UNROLL], [pivots; UNROLL]);
        for i in 0..UNROLL {
            left[i] = T::load(x.add(i * T::LANES));
            right[i] = T::load(end.sub((i + 1) * T::LANES));
        }
        let last = T::load_part(end, rest);

        let (mut read, mut read_end) = (x.add(step), end.sub(step));
        let (mut write, mut write_end) = (x, x.add(len));
        let (mut held, mut block) = (0, [pivots; UNROLL]);
        if read_end.offset_from_unsigned(read) >= step {
            (held, block) = (UNROLL, vectors_at::<T, UNROLL>(read));
            read = read.add(step);
        }
        while read_end.offset_from_unsigned(read) >= step {
            // The next block's side waits neither for what is written of the one that is held, nor for a guess.
            let room = read.offset_from_unsigned(write);
            let low = room <= write_end.offset_from_unsigned(read_end);
            let next = vectors_at::<T, UNROLL>(select_unpredictable(low, read, read_end.sub(step)));
            let steps = step * usize::from(low);
            (read, read_end) = (read.add(steps), read_end.sub(step - steps));
            for v in block {
                T::part(v, pivots, &mut write, &mut write_end);
            }
            block = next;
        }
        // All is read before more is written: behind each of these there is room for two vectors at least.
        let count = read_end.offset_from_unsigned(read) / T::LANES;
        let mut between = [pivots; UNROLL];
        for i in 0..count {
            between[i] = T::load(read.add(i * T::LANES));
        }
        for i in 0..held {
            T::part(block[i], pivots, &mut write, &mut write_end);
        }
        for i in 0..count {
            T::part(between[i], pivots, &mut write, &mut write_end);
        }
        // No room is left behind these: exactly what they have is written, and what is no whole
        // vector at first, so that the last vector finds as much room as it has lanes.
        T::part_some(last, rest, pivots, &mut write, &mut write_end);
        for v in left {
            T::part_some(v, T::LANES, pivots, &mut write, &mut write_end);
        }
        for v in right {
            T::part_some(v, T::LANES, pivots, &mut write, &mut write_end);
        }
        write.offset_from_unsigned(x)
    }
}

/// Vectors whose lanes' medians a pivot is found among.
const SPREAD: usize = 5;

/// An element near the middle: of the medians of the lanes of some vectors.
#[inline(always)]
unsafe fn middle<T: Lanes>(x: *const T, len: usize) -> T {
    // SAFETY: the caller's promise; the last of the vectors ends with the run, which is longer.
    unsafe {
        let step = (len - T::LANES) / (SPREAD - 1);
        let (a, b) = (T::load(x), T::load(x.add(step)));
        let (c, d) = (T::load(x.add(2 * step)), T::load(x.add(3 * step)));
        let e = T::load(x.add(4 * step));
        let (a, b) = (T::lesser(a, b), T::greater(a, b));
        let (c, d) = (T::lesser(c, d), T::greater(c, d));
        // The least of the least, and the greatest of the greatest, are not in the middle.
        let (b, c) = (T::lesser(b, d), T::greater(a, c));
        let (b, c) = (T::lesser(b, c), T::greater(b, c));
        let mut medians = [T::MAX; 32];
        T::store(
            medians.as_mut_ptr(),
            network::sorted::<T>(T::greater(b, T::lesser(c, e))),
        );
        medians[T::LANES / 2]
    }
}

/// Elements whose order tells where one of a certain rank is.
const SAMPLE: usize = 128;

/// Elements from which it pays to find out about the rank.
const RANKED: usize = 16 * SAMPLE;

/// Places in an ordered sample by which a pivot is put beside the element that is looked for:
/// about twice what the place of a median is expected to be off.
const BESIDE: usize = 9;

/// As [`SAMPLE`], of long runs: the place is off by a third as much.
const WIDE_SAMPLE: usize = 1024;

/// As [`BESIDE`], in such a sample.
const WIDE_BESIDE: usize = 26;

/// Elements from which to select from such a sample takes less than the elements that it saves are
/// looked at for, which are one in fifteen.
const WIDE: usize = 64 * WIDE_SAMPLE;

/// Sorts `len` elements.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements.
#[inline(always)]
pub(super) unsafe fn sort<T: Lanes>(mut x: *mut T, mut len: usize, mut depth: u32) {
    // SAFETY: the caller's promise, for parts of the run; a part is greater than a network.
    unsafe {
        while len > capacity::<T>() {
            if depth == 0 {
                T::sort_plainly(core::slice::from_raw_parts_mut(x, len));
                return;
            }
            depth -= 1;
            let pivot = middle(x, len);
            let less = T::partition(x, len, pivot);
            if less > 0 {
                T::quicksort(x, less, depth);
                (x, len) = (x.add(less), len - less);
            } else {
                // The pivot is the least element: those that equal it are sorted.
                let Some(next) = pivot.next() else { return };
                let equal = T::partition(x, len, next);
                (x, len) = (x.add(equal), len - equal);
            }
        }
        T::network(x, len);
    }
}

/// Sorts `count` lines of `len` elements, which follow one another.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has the elements of all lines.
#[inline(always)]
pub(super) unsafe fn sort_lines<T: Lanes>(x: *mut T, count: usize, len: usize, depth: u32) {
    for line in 0..count {
        // SAFETY: the caller's promise, for one of the lines.
        unsafe { T::quicksort(x.add(line * len), len, depth) };
    }
}

/// Selects from `count` lines of `len` elements, which follow one another, as [`select`].
///
/// # Safety
///
/// That of [`Lanes`]; `x` has the elements of all lines, and a line all `places`, in order.
#[inline(always)]
pub(super) unsafe fn select_lines<T: Lanes>(
    x: *mut T,
    count: usize,
    len: usize,
    places: &[usize],
    depth: u32,
) {
    for line in 0..count {
        // SAFETY: the caller's promise, for one of the lines.
        unsafe { T::quickselect(x.add(line * len), len, 0, places, depth) };
    }
}

/// Moves what belongs at `places`, counted as if `start` elements came before `x`, there.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements, which all `places`, in order, are among.
#[inline(always)]
pub(super) unsafe fn select<T: Lanes>(
    mut x: *mut T,
    mut len: usize,
    mut start: usize,
    mut places: &[usize],
    mut depth: u32,
) {
    // SAFETY: the caller's promise, for parts of the run; a part is greater than a network.
    unsafe {
        while !places.is_empty() {
            if len <= T::FEW {
                return T::network(x, len);
            }
            if depth == 0 {
                let words = core::slice::from_raw_parts_mut(x, len);
                return T::sort_plainly(words);
            }
            depth -= 1;
            let pivot = if len >= WIDE {
                near_far(x, len, places[places.len() / 2] - start)
            } else if len >= RANKED {
                near(x, len, places[places.len() / 2] - start)
            } else {
                middle(x, len)
            };
            let mut less = T::partition(x, len, pivot);
            if less == 0 {
                let Some(next) = pivot.next() else { return };
                less = T::partition(x, len, next);
                // All before are equal, so that every place there is right.
                let before = places.partition_point(|&place| place - start < less);
                places = &places[before..];
            } else {
                let before = places.partition_point(|&place| place - start < less);
                if before == places.len() {
                    len = less;
                    continue;
                }
                T::quickselect(x, less, start, &places[..before], depth);
                places = &places[before..];
            }
            (x, len, start) = (x.add(less), len - less, start + less);
        }
    }
}

/// A pivot beside the element that belongs at `place`, such that it is probably in the smaller part.
#[inline(always)]
unsafe fn near<T: Lanes>(x: *const T, len: usize, place: usize) -> T {
    // SAFETY: all places are in the run, and the sample is no greater than a network.
    unsafe {
        let mut sample = sampled::<T, SAMPLE>(x, len);
        T::network(sample.as_mut_ptr(), SAMPLE);
        sample[rank_beside::<SAMPLE, BESIDE>(len, place)]
    }
}

/// As [`near`], of a greater sample.
#[inline(always)]
unsafe fn near_far<T: Lanes>(x: *const T, len: usize, place: usize) -> T {
    // SAFETY: all places are in the run, and the rank is in the sample.
    unsafe {
        let mut sample = sampled::<T, WIDE_SAMPLE>(x, len);
        let rank = rank_beside::<WIDE_SAMPLE, WIDE_BESIDE>(len, place);
        T::quickselect(
            sample.as_mut_ptr(),
            WIDE_SAMPLE,
            0,
            &[rank],
            depth(WIDE_SAMPLE),
        );
        sample[rank]
    }
}

/// `SIZE` elements, as far apart from each other.
#[inline(always)]
unsafe fn sampled<T: Lanes, const SIZE: usize>(x: *const T, len: usize) -> [T; SIZE] {
    let mut sample = [T::MAX; SIZE];
    let step = len / SIZE;
    for (i, sampled) in sample.iter_mut().enumerate() {
        // SAFETY: the caller's promise that there are so many elements.
        *sampled = unsafe { *x.add(i * step + step / 2) };
    }
    sample
}

/// The place in an ordered sample of `SIZE` elements that is `BESIDE` places beside that of the element
/// at `place`: on the side of the greater part.
fn rank_beside<const SIZE: usize, const BESIDE: usize>(len: usize, place: usize) -> usize {
    let rank = (place as u128 * SIZE as u128 / len as u128) as usize;
    let beside = if rank < SIZE / 2 {
        rank + BESIDE
    } else {
        rank.saturating_sub(BESIDE)
    };
    beside.min(SIZE - 1)
}
