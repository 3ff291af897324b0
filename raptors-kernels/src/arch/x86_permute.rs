//! Elements brought together where a mask is true, by permutations of registers from a table (AVX2).
//! Registers are stored whole where there is room, so that what is too much is overwritten by the next.

use crate::{Bool, moves::mask::POSITIONS};
use core::arch::x86_64::{
    __m128i, _mm_add_epi8, _mm_loadl_epi64, _mm_loadu_si128, _mm_or_si128, _mm_set1_epi16,
    _mm_shuffle_epi8, _mm_storel_epi64, _mm_storeu_si128, _mm_unpacklo_epi8, _mm256_add_epi64,
    _mm256_cmpeq_epi8, _mm256_cvtepu8_epi32, _mm256_loadu_si256, _mm256_movemask_epi8,
    _mm256_permutevar8x32_epi32, _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_storeu_si256,
};

/// Elements whose truth values one register holds.
const BLOCK: usize = 32;
/// Elements that are brought together in one step: those whose truth values one byte holds.
const STEP: usize = 8;

/// For each four bits, the pairs of lanes of 32 bits of the set ones, in ascending order.
static PAIRS: [[u8; 8]; 16] = pairs();

const fn pairs() -> [[u8; 8]; 16] {
    let mut table = [[0; 8]; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut k = 0;
        while k < 4 {
            let position = POSITIONS[bits][k];
            table[bits][2 * k] = 2 * position;
            table[bits][2 * k + 1] = 2 * position + 1;
            k += 1;
        }
        bits += 1;
    }
    table
}

/// Bit `i` is set where truth value `i` is.
#[inline]
#[target_feature(enable = "avx2")]
fn truth(mask: &[Bool; BLOCK]) -> u32 {
    // SAFETY: the block has 32 bytes.
    let bytes = unsafe { _mm256_loadu_si256(mask.as_ptr().cast()) };
    !(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())) as u32)
}

/// The eight bytes of a row of a table.
#[inline(always)]
fn row(row: &[u8; 8]) -> __m128i {
    // SAFETY: eight bytes are read, which the row has; the instruction is in every x86-64.
    unsafe { _mm_loadl_epi64(row.as_ptr().cast()) }
}

/// Steps that bring those of eight elements at `from` together at `to` whose `bits` are set.
///
/// # Safety
///
/// Eight elements are readable at `from`, and there is room for eight at `to`.
mod step {
    use super::{
        __m128i, _mm_add_epi8, _mm_loadl_epi64, _mm_loadu_si128, _mm_or_si128, _mm_set1_epi16,
        _mm_shuffle_epi8, _mm_storel_epi64, _mm_storeu_si128, _mm_unpacklo_epi8,
        _mm256_cvtepu8_epi32, _mm256_loadu_si256, _mm256_permutevar8x32_epi32, _mm256_storeu_si256,
        PAIRS, POSITIONS, STEP, row,
    };

    /// Of one byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn of_1(bits: u8, from: *const u8, to: *mut u8) {
        // SAFETY: eight bytes on each side, which the caller vouches for.
        unsafe {
            let x = _mm_loadl_epi64(from.cast());
            let x = _mm_shuffle_epi8(x, row(&POSITIONS[bits as usize]));
            _mm_storel_epi64(to.cast(), x);
        }
    }

    /// Of two bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn of_2(bits: u8, from: *const u8, to: *mut u8) {
        let positions = row(&POSITIONS[bits as usize]);
        let twice = _mm_add_epi8(positions, positions);
        // The place of each lower byte, and of each upper byte, which is one further on.
        let bytes = _mm_or_si128(_mm_unpacklo_epi8(twice, twice), _mm_set1_epi16(0x100));
        // SAFETY: sixteen bytes on each side, which the caller vouches for.
        unsafe {
            let x = _mm_shuffle_epi8(_mm_loadu_si128(from.cast()), bytes);
            _mm_storeu_si128(to.cast(), x);
        }
    }

    /// Of four bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn of_4(bits: u8, from: *const u8, to: *mut u8) {
        let lanes = _mm256_cvtepu8_epi32(row(&POSITIONS[bits as usize]));
        // SAFETY: 32 bytes on each side, which the caller vouches for.
        unsafe {
            let x = _mm256_permutevar8x32_epi32(_mm256_loadu_si256(from.cast()), lanes);
            _mm256_storeu_si256(to.cast(), x);
        }
    }

    /// Of eight bytes.
    #[inline]
    #[target_feature(enable = "avx2,popcnt")]
    pub(super) unsafe fn of_8(bits: u8, from: *const u8, to: *mut u8) {
        let [low, high] = [bits & 15, bits >> 4];
        let [below, above] = [low, high].map(|bits| {
            // The closure has the features of the function that it is in.
            _mm256_cvtepu8_epi32(row(&PAIRS[bits as usize]))
        });
        // SAFETY: two times 32 bytes on each side, which the caller vouches for: the second start
        // where something is written is at most the fourth element from the first.
        unsafe {
            let x = _mm256_permutevar8x32_epi32(_mm256_loadu_si256(from.cast()), below);
            let y = _mm256_permutevar8x32_epi32(_mm256_loadu_si256(from.add(32).cast()), above);
            _mm256_storeu_si256(to.cast(), x);
            _mm256_storeu_si256(to.add(8 * low.count_ones() as usize).cast(), y);
        }
    }

    /// Of sixteen bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn of_16(bits: u8, from: *const u8, to: *mut u8) {
        let (from, to): (*const __m128i, *mut __m128i) = (from.cast(), to.cast());
        let mut k = 0;
        for i in 0..STEP {
            // SAFETY: element `i` of eight, to a place that is no further on.
            unsafe { _mm_storeu_si128(to.add(k), _mm_loadu_si128(from.add(i))) };
            k += (bits >> i & 1) as usize;
        }
    }
}

/// Copies the elements of `size` bytes of a block whose `bits` are set to element `k` of `out` and
/// those behind it: the next place, or nothing where the room ends, up to which they are written.
fn one_by_one(
    mut bits: u32,
    x: &[u8],
    out: &mut [u8],
    mut k: usize,
    size: usize,
) -> Result<usize, usize> {
    while bits != 0 {
        let from = bits.trailing_zeros() as usize * size;
        let Some(room) = out.get_mut(k * size..(k + 1) * size) else {
            return Err(k);
        };
        room.copy_from_slice(&x[from..from + size]);
        bits &= bits - 1;
        k += 1;
    }
    Ok(k)
}

/// The truth values of less than a block as bits.
fn last(mask: &[Bool]) -> u32 {
    let bits = mask.iter().enumerate();
    bits.fold(0, |bits, (i, m)| bits | (m.get() as u32) << i)
}

/// One function for each element size.
macro_rules! compress {
    ($($name:ident $size:literal $step:ident),*) => {$(
        /// The elements of a run where a mask is true.
        pub(super) fn $name(mask: &[Bool], x: &[u8], out: &mut [u8]) -> usize {
            #[target_feature(enable = "avx2,popcnt")]
            fn inner(mask: &[Bool], x: &[u8], out: &mut [u8]) -> usize {
                let (masks, mask_rest) = mask.as_chunks::<BLOCK>();
                let (blocks, rest) = x.as_chunks::<{ BLOCK * $size }>();
                let mut k = 0;
                for (mask, x) in masks.iter().zip(blocks) {
                    let mut bits = truth(mask);
                    if bits == 0 {
                        continue;
                    }
                    let Some(room) = out[k * $size..].first_chunk_mut::<{ BLOCK * $size }>() else {
                        match one_by_one(bits, x, out, k, $size) {
                            Ok(next) => k = next,
                            Err(end) => return end,
                        }
                        continue;
                    };
                    if bits == u32::MAX {
                        room.copy_from_slice(x);
                        k += BLOCK;
                        continue;
                    }
                    let mut to = room.as_mut_ptr();
                    for part in 0..BLOCK / STEP {
                        // SAFETY: a quarter of the block; as nothing moves back, there is as much
                        // room from where it is written to the end of the block's as it has.
                        unsafe {
                            step::$step(bits as u8, x.as_ptr().add(part * STEP * $size), to);
                            let count = (bits as u8).count_ones() as usize;
                            to = to.add(count * $size);
                            k += count;
                        }
                        bits >>= STEP;
                    }
                }
                let (Ok(end) | Err(end)) = one_by_one(last(mask_rest), rest, out, k, $size);
                end
            }
            // SAFETY: the function is handed out only where the instructions were detected.
            unsafe { inner(mask, x, out) }
        }
    )*};
}

compress!(
    compress_1 1 of_1,
    compress_2 2 of_2,
    compress_4 4 of_4,
    compress_8 8 of_8,
    compress_16 16 of_16
);

/// For each four bits, the positions of the set ones, in ascending order.
static NUMBERS: [[i64; 4]; 16] = numbers();

const fn numbers() -> [[i64; 4]; 16] {
    let mut table = [[0; 4]; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut k = 0;
        while k < 4 {
            table[bits][k] = POSITIONS[bits][k] as i64;
            k += 1;
        }
        bits += 1;
    }
    table
}

/// The positions of the true values of a run.
pub(super) fn find(mask: &[Bool], out: &mut [i64]) -> usize {
    #[target_feature(enable = "avx2,popcnt")]
    fn inner(mask: &[Bool], out: &mut [i64]) -> usize {
        const LANES: usize = 4;
        let (masks, rest) = mask.as_chunks::<BLOCK>();
        let mut k = 0;
        for (i, mask) in masks.iter().enumerate() {
            let (mut bits, base) = (truth(mask), (i * BLOCK) as i64);
            if bits == 0 {
                continue;
            }
            let Some(room) = out[k..].first_chunk_mut::<BLOCK>() else {
                match each(bits, base, out, k) {
                    Ok(next) => k = next,
                    Err(end) => return end,
                }
                continue;
            };
            let mut to = room.as_mut_ptr();
            let mut start = _mm256_set1_epi64x(base);
            k += bits.count_ones() as usize;
            for _ in 0..BLOCK / LANES {
                let lanes = bits as usize & 15;
                // SAFETY: a row of the table; and four numbers: those before are not more than there were
                // truth values, so that there is room for the rest of the block.
                unsafe {
                    let places = _mm256_loadu_si256(NUMBERS[lanes].as_ptr().cast());
                    _mm256_storeu_si256(to.cast(), _mm256_add_epi64(places, start));
                    to = to.add(lanes.count_ones() as usize);
                }
                start = _mm256_add_epi64(start, _mm256_set1_epi64x(LANES as i64));
                bits >>= LANES;
            }
        }
        let base = (masks.len() * BLOCK) as i64;
        let (Ok(end) | Err(end)) = each(last(rest), base, out, k);
        end
    }
    // SAFETY: the function is handed out only where the instructions were detected.
    unsafe { inner(mask, out) }
}

/// Writes the positions of set `bits` from number `k` of `out` on: the next place, or, where there is
/// no room, up to where they are written.
fn each(mut bits: u32, base: i64, out: &mut [i64], mut k: usize) -> Result<usize, usize> {
    while bits != 0 {
        *out.get_mut(k).ok_or(k)? = base + bits.trailing_zeros() as i64;
        bits &= bits - 1;
        k += 1;
    }
    Ok(k)
}
