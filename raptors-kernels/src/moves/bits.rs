//! Truth values packed eight to a byte, and bytes taken apart again.

use super::mask;
use crate::{Bool, Isa, Level, arch, with_isa};

/// The eight bits of every byte, the lowest first, as bytes of a word.
static LITTLE: [[u8; 8]; 256] = apart();

const fn apart() -> [[u8; 8]; 256] {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            table[byte][bit] = (byte >> bit & 1) as u8;
            bit += 1;
        }
        byte += 1;
    }
    table
}

/// Packs truth values to bytes, `big` ones with the first value in the highest bit. Zeros fill up
/// the last.
///
/// # Panics
///
/// If `out` has not a byte for each eight values.
pub fn pack_bits(values: &[Bool], big: bool, out: &mut [u8]) {
    pack_bits_at(Level::get(), values, big, out);
}

fn pack_bits_at(level: Level, mut values: &[Bool], big: bool, mut out: &mut [u8]) {
    assert_eq!(
        values.len().div_ceil(8),
        out.len(),
        "a byte for each eight values"
    );
    if let Some((pack, _)) = arch::bits(level) {
        let (blocks, rest) = values.as_chunks::<64>();
        let (bytes, out_rest) = out.split_at_mut(8 * blocks.len());
        pack(blocks, bytes.as_chunks_mut().0, big);
        (values, out) = (rest, out_rest);
    }
    let ordered = |byte: u8| if big { byte.reverse_bits() } else { byte };
    let (groups, rest) = values.as_chunks::<8>();
    let (bytes, last) = out.split_at_mut(groups.len());
    for (group, byte) in groups.iter().zip(bytes) {
        *byte = ordered(mask::bits(group));
    }
    if let [last] = last {
        let mut group = [Bool::FALSE; 8];
        group[..rest.len()].copy_from_slice(rest);
        *last = ordered(mask::bits(&group));
    }
}

/// Sets bit `bit` of each byte where the value at its place is true.
///
/// # Panics
///
/// If the lengths differ.
pub fn pack_row(values: &[Bool], bit: u32, out: &mut [u8]) {
    assert_eq!(values.len(), out.len(), "a byte for each value");
    with_isa!(Level::get(), isa => isa.vectorize(
        #[inline(always)]
        || {
            for (value, out) in values.iter().zip(out) {
                *out |= (value.get() as u8) << (bit & 7);
            }
        },
    ));
}

/// Makes bits bytes of zero or one, from `big` bytes the highest first; zeros where there are more
/// places than bits, and no more than there are places.
pub fn unpack_bits(bytes: &[u8], big: bool, out: &mut [u8]) {
    unpack_bits_at(Level::get(), bytes, big, out);
}

fn unpack_bits_at(level: Level, mut bytes: &[u8], big: bool, mut out: &mut [u8]) {
    if let Some((_, unpack)) = arch::bits(level) {
        let blocks = (bytes.len() / 8).min(out.len() / 64);
        let (from, bytes_rest) = bytes.split_at(8 * blocks);
        let (to, out_rest) = out.split_at_mut(64 * blocks);
        unpack(from.as_chunks().0, to.as_chunks_mut().0, big);
        (bytes, out) = (bytes_rest, out_rest);
    }
    let bits = |byte: u8| LITTLE[if big { byte.reverse_bits() } else { byte } as usize];
    let (groups, rest) = out.as_chunks_mut::<8>();
    let full = groups.len();
    let mut whole = bytes.iter();
    for group in groups {
        *group = whole.next().map_or([0; 8], |&byte| bits(byte));
    }
    let last = bytes.get(full).map_or([0; 8], |&byte| bits(byte));
    rest.copy_from_slice(&last[..rest.len()]);
}

/// Makes bit `bit` of each byte a byte of zero or one.
///
/// # Panics
///
/// If the lengths differ.
pub fn unpack_row(bytes: &[u8], bit: u32, out: &mut [u8]) {
    assert_eq!(bytes.len(), out.len(), "a place for each byte");
    with_isa!(Level::get(), isa => isa.vectorize(
        #[inline(always)]
        || {
            for (byte, out) in bytes.iter().zip(out) {
                *out = byte >> (bit & 7) & 1;
            }
        },
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_back_in_either_order_at_every_level() {
        for n in [0, 1, 7, 8, 9, 63, 64, 65, 200, 521] {
            let values: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 7 < 3)).collect();
            for level in Level::available() {
                for big in [false, true] {
                    let mut packed = vec![9; usize::div_ceil(n, 8)];
                    pack_bits_at(level, &values, big, &mut packed);
                    for (i, value) in values.iter().enumerate() {
                        let bit = if big { 7 - i % 8 } else { i % 8 };
                        assert_eq!(packed[i / 8] >> bit & 1 == 1, value.get(), "{level:?} {n}");
                    }
                    for room in [n / 3, n, n + 90] {
                        let mut out = vec![9; room];
                        unpack_bits_at(level, &packed, big, &mut out);
                        for (i, &bit) in out.iter().enumerate() {
                            let wanted = values.get(i).is_some_and(|value| value.get());
                            assert_eq!(bit, wanted as u8, "{level:?} {n} {room} {i}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn rows_share_bytes() {
        let rows = [[true, false, true], [false, false, true]];
        let mut bytes = [0; 3];
        for (bit, row) in [7, 0].into_iter().zip(rows) {
            pack_row(&row.map(Bool::from), bit, &mut bytes);
        }
        assert_eq!(bytes, [128, 0, 129]);
        let mut out = [9; 3];
        unpack_row(&bytes, 7, &mut out);
        assert_eq!(out, [1, 0, 1]);
    }
}
