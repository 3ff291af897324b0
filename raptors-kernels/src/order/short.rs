//! Many short runs of one length, sorted side by side: one network for a block of them, whose lanes
//! are the runs.

#![allow(clippy::needless_bitwise_bool, reason = "lanes have no branches")]

use super::image::Word;
use crate::{
    arch::order::{lanes, vectors},
    dtype::{DType, Kind},
    isa::{Isa, Level},
    moves::turn,
    slice::{In, Out},
    with_isa,
};

/// Elements of the longest runs that there is a network for.
pub const SHORT: usize = 64;
/// Runs from which a small block of them pays (bench: order/short).
const SIDE_BY_SIDE: usize = 6;
/// Runs of a large and of a small block.
const LARGE: usize = 64;
const SMALL: usize = 16;

/// Runs from which all but a few fill large blocks.
const MANY: usize = 8 * LARGE;

/// Whether `count` runs of `len` elements are sorted faster by [`sort_short`] than one by one.
pub fn short(dtype: DType, count: usize, len: usize) -> bool {
    // Where a single run is sorted by vectors, small blocks pay for few elements only: these are
    // the lengths at which both took as long on Zen 5 and, by vectors of 256 bits, on Zen 3 (bench:
    // order/short).
    let longest = match dtype.size() {
        8 if vectors() => [4, 16],
        4 if vectors() => [8, 32],
        2 if vectors() => [32, 48],
        1 if vectors() => [SHORT; 2],
        8 if lanes() => [6, 14],
        4 if lanes() => [8, 24],
        1 | 2 if lanes() => [32, SHORT],
        _ => [32; 2],
    };
    count >= SIDE_BY_SIDE && takes(dtype, len) && len <= longest[usize::from(count >= MANY)]
}

/// Whether there is a network for runs of `len` elements.
fn takes(dtype: DType, len: usize) -> bool {
    (2..=SHORT).contains(&len) && dtype.kind() != Kind::Complex
}

/// Sorts runs of `len` elements, which follow one another. Equal elements come in any order.
///
/// # Panics
///
/// If these are no whole runs, or of a complex type, of one element, or of more than [`SHORT`].
pub fn sort_short(runs: Out<'_>, len: usize, descending: bool) {
    let dtype = runs.dtype();
    check(dtype, runs.len(), len);
    macro_rules! each {
        ($t:ty, $unsigned:ident) => {
            kinds!(
                dtype.kind(),
                $t,
                sort::<$t>(runs.view(DType::$unsigned).of(), len, descending)
            )
        };
    }
    match dtype.size() {
        1 => each!(u8, U8),
        2 => each!(u16, U16),
        4 => each!(u32, U32),
        _ => each!(u64, U64),
    }
}

/// Writes the indices that sort runs of `len` elements, which follow one another, each from zero
/// on. Of equal elements the first comes first.
///
/// # Panics
///
/// As [`sort_short`], or if `out` has another length.
pub fn argsort_short(runs: In<'_>, out: &mut [i64], len: usize, descending: bool) {
    let dtype = runs.dtype();
    check(dtype, runs.len(), len);
    assert_eq!(runs.len(), out.len(), "a place for each element");
    macro_rules! each {
        ($t:ty, $unsigned:ident) => {
            kinds!(
                dtype.kind(),
                $t,
                argsort::<$t>(runs.view(DType::$unsigned).of(), out, len, descending)
            )
        };
    }
    match dtype.size() {
        1 => each!(u8, U8),
        2 => each!(u16, U16),
        4 => each!(u32, U32),
        _ => each!(u64, U64),
    }
}

fn check(dtype: DType, elements: usize, len: usize) {
    let whole = len > 0 && elements.is_multiple_of(len);
    assert!(whole && takes(dtype, len), "no short runs");
}

/// Calls a function with the kind as its first argument, a constant, at the best level.
macro_rules! kinds {
    ($kind:expr, $t:ty, $f:ident::<$u:ty>($($arg:expr),*)) => {
        with_isa!(Level::get(), isa => match $kind {
            Kind::Float => isa.vectorize(#[inline(always)] || $f::<$t>(Kind::Float, $($arg),*)),
            Kind::Signed => isa.vectorize(#[inline(always)] || $f::<$t>(Kind::Signed, $($arg),*)),
            _ => isa.vectorize(#[inline(always)] || $f::<$t>(Kind::Unsigned, $($arg),*)),
        })
    };
}
use kinds;

#[inline(always)]
fn sort<W: Word>(kind: Kind, runs: &mut [W], len: usize, descending: bool) {
    let (large, rest) = runs.split_at_mut(runs.len() / (LARGE * len) * (LARGE * len));
    if !large.is_empty() {
        let mut lanes = [[W::MIN; LARGE]; SHORT];
        for block in large.chunks_exact_mut(LARGE * len) {
            sort_block(kind, &mut lanes[..len], block, descending);
        }
    }
    if !rest.is_empty() {
        let mut lanes = [[W::MIN; SMALL]; SHORT];
        for block in rest.chunks_mut(SMALL * len) {
            sort_block(kind, &mut lanes[..len], block, descending);
        }
    }
}

/// Sorts the runs of a block as the lanes of as many vectors as each has elements.
#[inline(always)]
fn sort_block<W: Word, const N: usize>(
    kind: Kind,
    lanes: &mut [[W; N]],
    block: &mut [W],
    descending: bool,
) {
    let len = lanes.len();
    let runs = block.len() / len;
    turn(block, len, [runs, len], lanes.as_flattened_mut(), N);
    for lane in &mut *lanes {
        *lane = lane.map(
            #[inline(always)]
            |x| x.image(kind),
        );
    }
    network(
        len,
        #[inline(always)]
        |i, k| {
            let (before, after) = lanes.split_at_mut(k);
            for (a, b) in before[i].iter_mut().zip(&mut after[0]) {
                (*a, *b) = ((*a).min(*b), (*a).max(*b));
            }
        },
    );
    for lane in &mut *lanes {
        *lane = lane.map(
            #[inline(always)]
            |x| x.bits(kind),
        );
    }
    if descending {
        lanes.reverse();
    }
    turn(lanes.as_flattened(), N, [len, runs], block, len);
}

#[inline(always)]
fn argsort<W: Word>(kind: Kind, runs: &[W], out: &mut [i64], len: usize, descending: bool) {
    let whole = runs.len() / (LARGE * len) * (LARGE * len);
    let ((large, rest), (out, others)) = (runs.split_at(whole), out.split_at_mut(whole));
    if !large.is_empty() {
        let mut lanes = [[[W::MIN; LARGE]; SHORT]; 2];
        let lanes = lanes.each_mut().map(|lanes| &mut lanes[..len]);
        let outs = out.chunks_exact_mut(LARGE * len);
        argsort_blocks(
            kind,
            lanes,
            large.chunks_exact(LARGE * len).zip(outs),
            descending,
        );
    }
    if !rest.is_empty() {
        let mut lanes = [[[W::MIN; SMALL]; SHORT]; 2];
        let lanes = lanes.each_mut().map(|lanes| &mut lanes[..len]);
        let outs = others.chunks_mut(SMALL * len);
        argsort_blocks(kind, lanes, rest.chunks(SMALL * len).zip(outs), descending);
    }
}

#[inline(always)]
fn argsort_blocks<'a, W: Word + 'a, const N: usize>(
    kind: Kind,
    [keys, places]: [&mut [[W; N]]; 2],
    blocks: impl Iterator<Item = (&'a [W], &'a mut [i64])>,
    descending: bool,
) {
    for (block, out) in blocks {
        argsort_block(kind, [&mut *keys, &mut *places], block, out, descending);
    }
}

#[inline(always)]
fn argsort_block<W: Word, const N: usize>(
    kind: Kind,
    [keys, places]: [&mut [[W; N]]; 2],
    block: &[W],
    out: &mut [i64],
    descending: bool,
) {
    let len = keys.len();
    let count = block.len() / len;
    turn(block, len, [count, len], keys.as_flattened_mut(), N);
    let mut place = W::MIN;
    for (lane, places) in keys.iter_mut().zip(&mut *places) {
        *lane = lane.map(
            #[inline(always)]
            |x| {
                let rank = x.rank(kind);
                if descending { rank.turned() } else { rank }
            },
        );
        *places = [place; N];
        place = place.after();
    }
    network(
        len,
        #[inline(always)]
        |i, k| {
            let (keys, keys_after) = keys.split_at_mut(k);
            let (places, places_after) = places.split_at_mut(k);
            let (a, b) = (&mut keys[i], &mut keys_after[0]);
            let (p, q) = (&mut places[i], &mut places_after[0]);
            for lane in 0..N {
                // Every place is another, so that nothing is equal.
                let tie = (a[lane] == b[lane]) & (p[lane] > q[lane]);
                let turn = (a[lane] > b[lane]) | tie;
                (a[lane], b[lane]) = swapped(turn, a[lane], b[lane]);
                (p[lane], q[lane]) = swapped(turn, p[lane], q[lane]);
            }
        },
    );
    for (i, run) in out.chunks_exact_mut(len).enumerate() {
        for (lane, x) in places.iter().zip(run) {
            *x = lane[i].number();
        }
    }
}

#[inline(always)]
fn swapped<W>(turn: bool, a: W, b: W) -> (W, W) {
    if turn { (b, a) } else { (a, b) }
}

/// Calls `order` with the pairs of Batcher's odd-even merge sort of `len` elements: what is at the
/// second place must not come before what is at the first.
#[inline(always)]
fn network(len: usize, mut order: impl FnMut(usize, usize)) {
    // Parts of `1 << log` elements are in order, and two by two are merged.
    let mut log = 0;
    while 1 << log < len {
        let part = 1_usize << log;
        let mut step = part;
        while step > 0 {
            let mut start = step % part;
            while start + step < len {
                for i in start..(start + step).min(len - step) {
                    if i >> (log + 1) == (i + step) >> (log + 1) {
                        order(i, i + step);
                    }
                }
                start += 2 * step;
            }
            step /= 2;
        }
        log += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Element, with_dtype};

    /// A generator of Knuth's.
    fn random(state: &mut u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *state >> 32 ^ *state
    }

    fn words<T: Element + Default>(count: usize, few: bool) -> Vec<T> {
        let mut state = 5;
        let bytes: Vec<u8> = (0..count * size_of::<T>())
            .map(|_| {
                if few {
                    (random(&mut state) % 2) as u8 * 0x80
                } else {
                    random(&mut state) as u8
                }
            })
            .collect();
        let mut words = vec![T::default(); count];
        Out::from(&mut words[..]).bytes().copy_from_slice(&bytes);
        words
    }

    #[test]
    fn the_network_sorts_whatever_it_gets() {
        for len in 2..=12 {
            for bits in 0..1u32 << len {
                let mut x: Vec<u32> = (0..len).map(|i| bits >> i & 1).collect();
                network(len, |i, k| {
                    if x[i] > x[k] {
                        x.swap(i, k);
                    }
                });
                assert!(x.is_sorted(), "{len} {bits:b}");
            }
        }
    }

    #[test]
    fn runs_are_sorted_as_by_the_sort_of_one() {
        for dtype in [
            DType::I8,
            DType::U16,
            DType::I32,
            DType::U64,
            DType::F16,
            DType::F32,
            DType::F64,
        ] {
            for (len, count) in [
                (2, 7),
                (3, 64),
                (5, 100),
                (8, 16),
                (13, 81),
                (31, 65),
                (32, 6),
                (48, 100),
                (64, 20),
            ] {
                for (few, descending) in
                    [(false, false), (true, false), (false, true), (true, true)]
                {
                    with_dtype!(dtype, T => {
                        let x = words::<T>(len * count, few);
                        let (mut got, mut want) = (x.clone(), x.clone());
                        let task = super::super::Task::Sort { descending };
                        sort_short(Out::from(&mut got[..]), len, descending);
                        for run in want.chunks_mut(len) {
                            super::super::arrange(Out::from(run), task, &mut []);
                        }
                        assert_eq!(In::from(&got[..]).bytes(), In::from(&want[..]).bytes(), "{dtype:?} {len}");
                        let (mut got, mut want) = (vec![0; x.len()], vec![0; x.len()]);
                        argsort_short(In::from(&x[..]), &mut got, len, descending);
                        for (run, want) in x.chunks(len).zip(want.chunks_mut(len)) {
                            super::super::arrange_indices(In::from(run), want, task);
                        }
                        assert_eq!(got, want, "{dtype:?} {len} {few} {descending}");
                    });
                }
            }
        }
    }
}
