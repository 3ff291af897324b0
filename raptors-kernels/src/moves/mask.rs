//! Runs of truth values: how many are true, and where. Eight at a time, branch-free.

use crate::{Bool, Isa, Level, arch, with_isa};

/// For each byte, the positions of its set bits in ascending order, then zeros.
pub(crate) static POSITIONS: [[u8; 8]; 256] = positions();

const fn positions() -> [[u8; 8]; 256] {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut k) = (0, 0);
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte][k] = bit;
                k += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
}

/// Bit `i` is set where truth value `i` is.
#[inline(always)]
pub(crate) fn bits(mask: &[Bool; 8]) -> u8 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The multiplication gathers the lowest bits of the bytes, byte 0 first, into the top byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let word = u64::from_le_bytes(mask.map(Bool::byte));
    let truth = ((((word & LOW) + LOW) | word) & !LOW) >> 7;
    (truth.wrapping_mul(GATHER) >> 56) as u8
}

/// The number of truth values that are true.
pub fn count_nonzero(mask: &[Bool]) -> usize {
    with_isa!(Level::get(), isa => count(isa.narrow(), mask))
}

fn count<I: Isa>(isa: I, mask: &[Bool]) -> usize {
    const LANES: usize = 64;
    isa.vectorize(
        #[inline(always)]
        || {
            let mut total = 0;
            // A lane of one byte holds up to 255.
            for block in mask.chunks(LANES * 255) {
                let mut lanes = [0_u8; LANES];
                let (rows, rest) = block.as_chunks::<LANES>();
                for row in rows {
                    for (lane, x) in lanes.iter_mut().zip(row) {
                        *lane += x.get() as u8;
                    }
                }
                total += lanes.iter().map(|&lane| lane as usize).sum::<usize>();
                total += rest.iter().map(|x| x.get() as usize).sum::<usize>();
            }
            total
        },
    )
}

/// Writes the positions of the true values to the start of `out`, as long as it has room for them:
/// gives how many were written.
pub fn nonzero(mask: &[Bool], out: &mut [i64]) -> usize {
    nonzero_at(Level::get(), mask, out)
}

fn nonzero_at(level: Level, mask: &[Bool], out: &mut [i64]) -> usize {
    if let Some(find) = arch::find(level) {
        return find(mask, out);
    }
    with_isa!(level, isa => find(isa.narrow(), mask, out))
}

fn find<I: Isa>(isa: I, mask: &[Bool], out: &mut [i64]) -> usize {
    isa.vectorize(
        #[inline(always)]
        || {
            let (groups, rest) = mask.as_chunks::<8>();
            let mut k = 0;
            for (i, group) in groups.iter().enumerate() {
                let bits = bits(group);
                let positions = &POSITIONS[bits as usize];
                let base = 8 * i as i64;
                // All eight are written where there is room; those that are no positions are
                // overwritten by the next.
                if let Some(room) = out[k..].first_chunk_mut::<8>() {
                    for (out, &position) in room.iter_mut().zip(positions) {
                        *out = base + position as i64;
                    }
                } else {
                    let Some(room) = out[k..].get_mut(..bits.count_ones() as usize) else {
                        return k;
                    };
                    for (out, &position) in room.iter_mut().zip(positions) {
                        *out = base + position as i64;
                    }
                }
                k += bits.count_ones() as usize;
            }
            for (i, x) in rest.iter().enumerate() {
                if x.get() {
                    let Some(out) = out.get_mut(k) else {
                        return k;
                    };
                    *out = (8 * groups.len() + i) as i64;
                    k += 1;
                }
            }
            k
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_finds_what_is_true() {
        for n in [
            0,
            1,
            7,
            8,
            9,
            63,
            64,
            65,
            200,
            if cfg!(miri) { 66 } else { 1037 },
        ] {
            for density in [0, 1, 3, 7] {
                let mask: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 7 < density)).collect();
                let want: Vec<i64> = (0..n as i64).filter(|&i| mask[i as usize].get()).collect();
                for level in Level::available() {
                    for room in [0, 3, 100] {
                        let mut out = vec![0; want.len() + room];
                        assert_eq!(
                            nonzero_at(level, &mask, &mut out),
                            want.len(),
                            "{level:?} {n}"
                        );
                        assert!(out[..want.len()] == want, "{level:?} {n} {density}");
                    }
                    for missing in [1, 9] {
                        let mut out = vec![0; want.len().saturating_sub(missing)];
                        let k = nonzero_at(level, &mask, &mut out);
                        assert!(k <= out.len() && out[..k] == want[..k], "{level:?} {n}");
                    }
                }
            }
        }
    }
}
