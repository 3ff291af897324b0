//! Sorting and selecting with AVX-512: partitions by compressing vectors, networks at the end.

use super::{
    x86_lanes::Lanes,
    x86_network::{self as network, capacity},
};
use core::array::from_fn;

/// Vectors read from one side before it is decided which side comes next.
const UNROLL: usize = 4;

/// Moves the elements less than `pivot` before the others, and gives their number.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements, at least `2 * UNROLL` vectors.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt")]
unsafe fn partition<T: Lanes>(x: *mut T, len: usize, pivot: T) -> usize {
    let step = UNROLL * T::LANES;
    let rest = len % T::LANES;
    // SAFETY: elements are read between `read` and `read_end` and written outside: what is held
    // leaves `2 * step` elements of room, and the side with less of it is read from, so that
    // either side has `step` before that many are written.
    unsafe {
        let pivots = T::splat(pivot);
        let end = x.add(len - rest);
        let left: [T::Vector; UNROLL] = from_fn(|i| T::load(x.add(i * T::LANES)));
        let right: [T::Vector; UNROLL] = from_fn(|i| T::load(end.sub((i + 1) * T::LANES)));
        let last = T::load_part(end, rest);

        let (mut read, mut read_end) = (x.add(step), end.sub(step));
        let (mut write, mut write_end) = (x, x.add(len));
        let put = |v: T::Vector, write: &mut *mut T, write_end: &mut *mut T| {
            let less = T::less(v, pivots);
            let others = T::LANES - less.count_ones() as usize;
            T::store(*write, T::compress(less, v));
            *write = write.add(T::LANES - others);
            *write_end = write_end.sub(others);
            T::store_part(*write_end, others, T::compress(!less, v));
        };
        while read < read_end {
            let many = read_end.offset_from_unsigned(read) >= step;
            let size = if many { step } else { T::LANES };
            let room = read.offset_from_unsigned(write);
            let from = if room <= write_end.offset_from_unsigned(read_end) {
                read = read.add(size);
                read.sub(size)
            } else {
                read_end = read_end.sub(size);
                read_end
            };
            if many {
                let block: [T::Vector; UNROLL] = from_fn(|i| T::load(from.add(i * T::LANES)));
                for v in block {
                    put(v, &mut write, &mut write_end);
                }
            } else {
                put(T::load(from), &mut write, &mut write_end);
            }
        }
        // No room is left behind these: exactly what they have is written.
        let mut put_part = |v: T::Vector, lanes: usize| {
            let less = T::less(v, pivots) & ((1_u64 << lanes) - 1) as u32;
            let count = less.count_ones() as usize;
            T::store_part(write, count, T::compress(less, v));
            write = write.add(count);
            write_end = write_end.sub(lanes - count);
            T::store_part(write_end, lanes - count, T::compress(!less, v));
        };
        for v in left {
            put_part(v, T::LANES);
        }
        for v in right {
            put_part(v, T::LANES);
        }
        put_part(last, rest);
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
        let [a, b, c, d, e]: [T::Vector; SPREAD] = from_fn(|i| T::load(x.add(i * step)));
        let order = |a, b| (T::lesser(a, b), T::greater(a, b));
        let ((a, b), (c, d)) = (order(a, b), order(c, d));
        // The least of the least, and the greatest of the greatest, are not in the middle.
        let (b, c) = (T::lesser(b, d), T::greater(a, c));
        let (b, c) = order(b, c);
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

/// Sorts `len` elements.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn sort<T: Lanes>(mut x: *mut T, mut len: usize, mut depth: u32) {
    // SAFETY: the caller's promise, for parts of the run; a part is greater than a network.
    unsafe {
        while len > capacity::<T>() {
            if depth == 0 {
                core::slice::from_raw_parts_mut(x, len).sort_unstable();
                return;
            }
            depth -= 1;
            let pivot = middle(x, len);
            let less = partition(x, len, pivot);
            if less > 0 {
                sort(x, less, depth);
                (x, len) = (x.add(less), len - less);
            } else {
                // The pivot is the least element: those that equal it are sorted.
                let Some(next) = pivot.next() else { return };
                let equal = partition(x, len, next);
                (x, len) = (x.add(equal), len - equal);
            }
        }
        network::sort(x, len);
    }
}

/// Sorts `count` lines of `len` elements, which follow one another.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has the elements of all lines.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn sort_lines<T: Lanes>(x: *mut T, count: usize, len: usize, depth: u32) {
    for line in 0..count {
        // SAFETY: the caller's promise, for one of the lines.
        unsafe { sort(x.add(line * len), len, depth) };
    }
}

/// Moves what belongs at `places`, counted as if `start` elements came before `x`, there.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements, which all `places`, in order, are among.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt")]
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
            if len <= capacity::<T>() {
                return network::sort(x, len);
            }
            if depth == 0 {
                let words = core::slice::from_raw_parts_mut(x, len);
                return words.sort_unstable();
            }
            depth -= 1;
            let pivot = if len >= RANKED {
                near(x, len, places[places.len() / 2] - start)
            } else {
                middle(x, len)
            };
            let mut less = partition(x, len, pivot);
            if less == 0 {
                let Some(next) = pivot.next() else { return };
                less = partition(x, len, next);
                // All before are equal, so that every place there is right.
                let before = places.partition_point(|&place| place - start < less);
                places = &places[before..];
            } else {
                let before = places.partition_point(|&place| place - start < less);
                if before == places.len() {
                    len = less;
                    continue;
                }
                select(x, less, start, &places[..before], depth);
                places = &places[before..];
            }
            (x, len, start) = (x.add(less), len - less, start + less);
        }
    }
}

/// A pivot beside the element that belongs at `place`, such that it is probably in the smaller part.
#[inline(always)]
unsafe fn near<T: Lanes>(x: *mut T, len: usize, place: usize) -> T {
    let mut sample = [T::MAX; SAMPLE];
    let step = len / SAMPLE;
    // SAFETY: all places are in the run, and the sample is no greater than a network.
    unsafe {
        for (i, sampled) in sample.iter_mut().enumerate() {
            *sampled = *x.add(i * step + step / 2);
        }
        network::sort(sample.as_mut_ptr(), SAMPLE);
    }
    let rank = (place as u128 * SAMPLE as u128 / len as u128) as usize;
    let beside = if rank < SAMPLE / 2 {
        rank + BESIDE
    } else {
        rank.saturating_sub(BESIDE)
    };
    sample[beside.min(SAMPLE - 1)]
}
