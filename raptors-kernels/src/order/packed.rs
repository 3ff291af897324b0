//! Indices put in order by narrow elements: the ranks of one key, or of several, and the index are one
//! word of 32 bits, in the memory of the result.

use super::{
    arrange::{Task, by_words},
    image::Word,
    indirect::{at_kind, forward, index_bits, turn},
};
use crate::{
    arch::order::{lanes, vectors},
    dtype::{DType, Kind},
    isa::{Isa, Level},
    slice::{In, Out},
    with_isa,
};

/// Elements for each key up to which one sort of all is faster than counting those of each key.
const FEW: usize = 1024;

/// Writes the indices of the elements that `keys` have at each place to `out`, in the order of the
/// last key, then of the one before it, and so on; tells that it did. `false` where that is not faster
/// than one key after the other, as where ranks and index have more bits than a word.
///
/// # Panics
///
/// If the lengths differ.
pub fn lexical(keys: &[In<'_>], out: &mut [i64]) -> bool {
    (lanes() || vectors())
        && out.len() <= FEW * keys.len()
        && packed(keys, out, Task::Sort { descending: false })
}

/// Writes such indices in either order, or those that are selected, where one word has the bits.
pub(super) fn packed(keys: &[In<'_>], out: &mut [i64], task: Task<'_>) -> bool {
    let (len, size) = (out.len(), |key: &In<'_>| key.dtype().size());
    let used: usize = keys.iter().map(size).sum();
    if keys.is_empty() || used >= size_of::<u32>() {
        return false;
    }
    let bits = u32::BITS - 8 * used as u32;
    if index_bits(len) > bits {
        return false;
    }
    let turn = turn(task) as u32 >> bits << bits;
    let mut run = Out::from(out).view(DType::U32);
    let words = run.of::<u32>();
    for (index, word) in (0..).zip(&mut words[..len]) {
        *word = index ^ turn;
    }
    let mut shift = bits;
    for key in keys {
        assert_eq!(key.len(), len, "a key for each place");
        let (words, kind) = (&mut words[..len], key.dtype().kind());
        match key.dtype() {
            DType::Bool => mix(
                Kind::Unsigned,
                key.view(DType::U8).of::<u8>(),
                words,
                shift,
                1,
            ),
            dtype if dtype.size() == 1 => {
                at_kind!(
                    kind,
                    mix(key.view(DType::U8).of::<u8>(), words, shift, u8::MAX)
                );
            }
            _ => at_kind!(
                kind,
                mix(key.view(DType::U16).of::<u16>(), words, shift, u16::MAX)
            ),
        }
        shift += 8 * size(key) as u32;
    }
    by_words(&mut words[..len], forward(task));
    // From the last on, so that no word is written that is still to be read.
    for i in (0..len).rev() {
        let index = u64::from(words[i] & ((1 << bits) - 1)).to_ne_bytes();
        let ([low, high], []) = index.as_chunks::<4>() else {
            break;
        };
        (words[2 * i], words[2 * i + 1]) = (u32::from_ne_bytes(*low), u32::from_ne_bytes(*high));
    }
    true
}

/// Puts the ranks of elements, none of which is greater than `most`, to `words` from a bit on.
#[inline(always)]
fn mix<W: Word + Into<u32>>(kind: Kind, x: &[W], words: &mut [u32], shift: u32, most: W) {
    for (word, &element) in words.iter_mut().zip(x) {
        let rank: u32 = element.rank(kind).min(most).into();
        *word ^= rank << shift;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Bool;

    fn sorted(keys: &[In<'_>], out: &mut [i64]) -> bool {
        packed(keys, out, Task::Sort { descending: false })
    }

    #[test]
    fn keys_are_compared_from_the_last_on() {
        for len in [0, 1, 2, 9, 300, 1000, 40_000] {
            let bytes: Vec<i8> = (0..len).map(|i| (i * i % 7 - 3) as i8).collect();
            let others: Vec<u8> = (0..len).map(|i| (i * 7919 % 256) as u8).collect();
            let truths: Vec<Bool> = (0..len).map(|i| Bool::from(i * i % 5 == 1)).collect();
            let mut got = vec![-1; bytes.len()];
            assert!(sorted(
                &[In::from(&bytes[..]), In::from(&others[..])],
                &mut got
            ));
            let mut want: Vec<i64> = (0..len).collect();
            want.sort_by_key(|&i| (others[i as usize], bytes[i as usize]));
            assert_eq!(got, want);
            assert!(sorted(
                &[In::from(&others[..]), In::from(&truths[..])],
                &mut got
            ));
            want.sort_unstable();
            want.sort_by_key(|&i| (truths[i as usize].get(), others[i as usize]));
            assert_eq!(got, want);
        }
    }

    #[test]
    fn what_finds_no_room_is_left() {
        let (halves, bytes) = (vec![1_u16; 70_000], vec![1_u8; 70_000]);
        let mut out = vec![-1; 70_000];
        let (half, byte) = (In::from(&halves[..]), In::from(&bytes[..]));
        assert!(!sorted(&[half], &mut out));
        assert!(!sorted(&[half, byte, byte], &mut out));
        assert!(!sorted(&[byte, byte, byte], &mut out));
        assert!(!sorted(&[In::from(&[1_i32, 2][..])], &mut out[..2]));
        assert!(!sorted(&[], &mut []));
        assert!(out.iter().all(|&index| index == -1));
    }
}
