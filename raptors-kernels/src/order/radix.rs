//! Indices of narrow elements, placed by counting digits of one byte: equal ones keep their order.

use super::{arrange::Task, image::Word, indirect::turn};
use crate::{
    dtype::{Bool, DType, Kind},
    moves,
    slice::In,
};

/// Values of a digit.
const DIGITS: usize = 1 << 8;

/// Whether [`refine`] takes elements of `dtype`.
pub const fn refines(dtype: DType) -> bool {
    dtype.size() <= 2
}

/// Puts `indices` in the order of the elements of `x` that they stand for; equal ones keep their
/// order. `room` is written over.
///
/// # Panics
///
/// If [`refines`] does not hold for the elements, the lengths differ, or an index is out of bounds.
pub fn refine(x: In<'_>, indices: &mut [i64], room: &mut [i64]) {
    assert!(refines(x.dtype()), "elements of more than two digits");
    let kind = x.dtype().kind();
    match x.dtype().size() {
        1 => by_bytes(x.view(DType::U8).of(), kind, indices, room),
        _ => by_halves(x.view(DType::U16).of(), kind, indices, room),
    }
}

fn by_bytes(x: &[u8], kind: Kind, indices: &mut [i64], room: &mut [i64]) {
    let digit = |byte: u8| -> u8 {
        if kind == Kind::Bool {
            u8::from(byte != 0)
        } else {
            byte.rank(kind)
        }
    };
    let mut counts = [0; DIGITS];
    for &byte in x {
        counts[usize::from(digit(byte))] += 1;
    }
    scatter(counts, indices, room, |index| digit(x[index as usize]));
    indices.copy_from_slice(room);
}

fn by_halves(x: &[u16], kind: Kind, indices: &mut [i64], room: &mut [i64]) {
    let (mut low, mut high) = ([0; DIGITS], [0; DIGITS]);
    for half in x {
        let [a, b] = half.rank(kind).to_le_bytes();
        low[usize::from(a)] += 1;
        high[usize::from(b)] += 1;
    }
    let digits = |index: i64| x[index as usize].rank(kind).to_le_bytes();
    scatter(low, indices, room, |index| digits(index)[0]);
    scatter(high, room, indices, |index| digits(index)[1]);
}

/// Writes `from` to `to` in the order of its digits, of each of which there are so many.
#[inline(always)]
fn scatter(counts: [usize; DIGITS], from: &[i64], to: &mut [i64], digit: impl Fn(i64) -> u8) {
    let mut places = counts;
    let mut before = 0;
    for place in &mut places {
        (*place, before) = (before, before + *place);
    }
    for &index in from {
        let place = &mut places[usize::from(digit(index))];
        to[*place] = index;
        *place += 1;
    }
}

/// Bytes from which counting them is faster than sorting pairs: some for each of the 256 counters.
pub(super) const COUNTED: usize = 1024;

/// Places bytes by counting, all of them, whichever were asked for.
pub(super) fn counted(x: &[u8], kind: Kind, out: &mut [i64], task: Task<'_>) {
    let turn = turn(task) as u8;
    let mut places = [0_usize; 1 << 8];
    for &byte in x {
        places[usize::from(byte.rank(kind) ^ turn)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        (*place, before) = (before, before + *place);
    }
    for (index, &byte) in x.iter().enumerate() {
        let place = &mut places[usize::from(byte.rank(kind) ^ turn)];
        out[*place] = index as i64;
        *place += 1;
    }
}

/// Truth values at a time whose opposites are made in the L1 cache.
const BLOCK: usize = 2048;

/// Writes the indices of truth values to `out`: first those of `first`, then the others.
pub(super) fn truths(x: &[Bool], first: bool, out: &mut [i64]) {
    let ones = moves::count_nonzero(x);
    let (ones_at, others_at) = if first {
        (0, ones)
    } else {
        (x.len() - ones, 0)
    };
    let mut ends = [ones_at, others_at];
    let limits = [ones_at + ones, others_at + (x.len() - ones)];
    let mut opposite = [Bool::FALSE; BLOCK];
    for (block, start) in x.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
        let opposite = &mut opposite[..block.len()];
        for (opposite, x) in opposite.iter_mut().zip(block) {
            *opposite = Bool::from(!x.get());
        }
        for (side, mask) in [block, &*opposite].into_iter().enumerate() {
            let room = &mut out[ends[side]..limits[side]];
            let found = moves::nonzero(mask, room);
            for place in &mut room[..found] {
                *place += start;
            }
            ends[side] += found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_elements_keep_their_order() {
        let bytes: Vec<i8> = (0..1000).map(|i| (i * i % 7 - 3) as i8).collect();
        let halves: Vec<i16> = (0..1000).map(|i| (i * 7919 % 600 - 300) as i16).collect();
        let truths: Vec<Bool> = (0..1000).map(|i| Bool::from(i % 3 == 0)).collect();
        let start: Vec<i64> = (0..1000).map(|i| i * 37 % 1000).collect();
        let check = |x: In<'_>, key: &dyn Fn(i64) -> i64| {
            let (mut got, mut want) = (start.clone(), start.clone());
            refine(x, &mut got, &mut vec![0; 1000]);
            want.sort_by_key(|&i| key(i));
            assert_eq!(got, want);
        };
        check(In::from(&bytes[..]), &|i| bytes[i as usize].into());
        check(In::from(&halves[..]), &|i| halves[i as usize].into());
        check(In::from(&truths[..]), &|i| truths[i as usize].get().into());
    }

    #[test]
    fn truths_are_parted_in_either_order() {
        for n in [0, 1, 9, 2047, 2048, 2049, 5000] {
            let x: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 5 == 1)).collect();
            for first in [false, true] {
                let mut got = vec![0; n];
                truths(&x, first, &mut got);
                let mut want: Vec<i64> = (0..n as i64).collect();
                want.sort_by_key(|&i| x[i as usize].get() != first);
                assert_eq!(got, want, "{n} {first}");
            }
        }
    }
}
