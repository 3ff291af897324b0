//! Elements brought together where a mask is true, by the instruction that does it in a register
//! (AVX-512), or by permutations (AVX2). The one that does it in memory is slow on some processors: registers are stored whole
//! where there is room, so that what is too much is overwritten by the next.

use super::x86_permute;
use crate::{Bool, Level};
use core::arch::x86_64::{
    __m512i, __mmask8, __mmask16, __mmask32, __mmask64, _mm512_add_epi64, _mm512_loadu_epi8,
    _mm512_mask_storeu_epi8, _mm512_maskz_compress_epi8, _mm512_maskz_compress_epi16,
    _mm512_maskz_compress_epi32, _mm512_maskz_compress_epi64, _mm512_maskz_loadu_epi8,
    _mm512_maskz_permutexvar_epi8, _mm512_set_epi64, _mm512_set1_epi64, _mm512_storeu_epi8,
    _mm512_test_epi8_mask,
};

/// Elements whose truth values one register holds.
const BLOCK: usize = 64;

/// Copies the elements of a run where a mask is true to the start of another, as long as there is
/// room: gives how many.
pub(crate) type Compress = fn(&[Bool], &[u8], &mut [u8]) -> usize;

/// The function for elements of `size` bytes, if the level has the instructions.
pub(crate) fn compress(level: Level, size: usize) -> Option<Compress> {
    let wide = match level {
        Level::Avx512(_) => true,
        Level::Avx2(_) => false,
        _ => return None,
    };
    Some(match size {
        1 if wide && is_x86_feature_detected!("avx512vbmi2") => compress_1,
        2 if wide && is_x86_feature_detected!("avx512vbmi2") => compress_2,
        4 if wide => compress_4,
        8 if wide => compress_8,
        1 => x86_permute::compress_1,
        2 => x86_permute::compress_2,
        4 => x86_permute::compress_4,
        8 => x86_permute::compress_8,
        16 => x86_permute::compress_16,
        _ => return None,
    })
}

/// Writes the positions of the true values, as long as there is room: gives how many.
pub(crate) type Find = fn(&[Bool], &mut [i64]) -> usize;

/// The function that finds true values, if the level has the instructions.
pub(crate) fn find(level: Level) -> Option<Find> {
    match level {
        Level::Avx512(_)
            if is_x86_feature_detected!("avx512vbmi")
                && is_x86_feature_detected!("avx512vbmi2") =>
        {
            Some(find_all)
        }
        Level::Avx2(_) | Level::Avx512(_) => Some(x86_permute::find),
        _ => None,
    }
}

/// Bit `i` is set where truth value `i` of at most 64 is.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn truth(mask: &[Bool]) -> u64 {
    let lanes = first(mask.len());
    // SAFETY: only as many bytes are read as there are truth values.
    let bytes = unsafe {
        if mask.len() == BLOCK {
            _mm512_loadu_epi8(mask.as_ptr().cast())
        } else {
            _mm512_maskz_loadu_epi8(lanes, mask.as_ptr().cast())
        }
    };
    _mm512_test_epi8_mask(bytes, bytes)
}

/// The lowest `n` of 64 bits.
#[inline(always)]
fn first(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// Stores the first `count` lanes of `size` bytes at lane `k` of `out`, and more where there is room;
/// false, and nothing is stored, where there is none for `count`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn store(x: __m512i, count: usize, k: usize, size: usize, out: &mut [u8]) -> bool {
    let room = &mut out[k * size..];
    if room.len() >= 64 {
        // SAFETY: there are 64 bytes to write.
        unsafe { _mm512_storeu_epi8(room.as_mut_ptr().cast(), x) };
    } else {
        let Some(room) = room.get_mut(..count * size) else {
            return false;
        };
        // SAFETY: as many bytes are written as there are.
        unsafe { _mm512_mask_storeu_epi8(room.as_mut_ptr().cast(), first(room.len()), x) };
    }
    true
}

/// One function for each element size.
macro_rules! compress {
    ($($name:ident $size:literal $Mask:ident $instruction:ident $feature:literal),*) => {$(
        fn $name(mask: &[Bool], x: &[u8], out: &mut [u8]) -> usize {
            #[target_feature(enable = "avx512f,avx512bw,popcnt")]
            #[target_feature(enable = $feature)]
            fn inner(mask: &[Bool], x: &[u8], out: &mut [u8]) -> usize {
                const LANES: usize = 64 / $size;
                let mut k = 0;
                for (mask, x) in mask.chunks(BLOCK).zip(x.chunks(BLOCK * $size)) {
                    let mut bits = truth(mask);
                    if bits == u64::MAX {
                        let Some(room) = out[k * $size..].get_mut(..x.len()) else {
                            return k;
                        };
                        room.copy_from_slice(x);
                        k += BLOCK;
                        continue;
                    }
                    let room = &mut out[k * $size..];
                    if let Some(room) = room.get_mut(..BLOCK * $size)
                        && x.len() == room.len()
                        && bits.count_ones() as usize >= BLOCK / LANES
                    {
                        // Many are true, and there is room for all: nothing is asked in between.
                        let mut at = 0;
                        for part in x.as_chunks::<64>().0 {
                            // SAFETY: the part has 64 bytes.
                            let part = unsafe { _mm512_loadu_epi8(part.as_ptr().cast()) };
                            let lanes = bits & first(LANES);
                            let part = $instruction(lanes as $Mask, part);
                            // SAFETY: in front of part `i` at most `i` others were stored whole, so that there
                            // is room for 64 bytes.
                            unsafe { _mm512_storeu_epi8(room.as_mut_ptr().add(at * $size).cast(), part) };
                            at += lanes.count_ones() as usize;
                            bits = bits.checked_shr(LANES as u32).unwrap_or(0);
                        }
                        k += at;
                        continue;
                    }
                    for part in x.chunks(64) {
                        if bits == 0 {
                            break;
                        }
                        let lanes = bits & first(LANES);
                        if lanes != 0 {
                            // SAFETY: only bytes of this part are read.
                            let part = unsafe {
                                if part.len() == 64 {
                                    _mm512_loadu_epi8(part.as_ptr().cast())
                                } else {
                                    _mm512_maskz_loadu_epi8(first(part.len()), part.as_ptr().cast())
                                }
                            };
                            let count = lanes.count_ones() as usize;
                            if !store($instruction(lanes as $Mask, part), count, k, $size, out) {
                                return k;
                            }
                            k += count;
                        }
                        bits = bits.checked_shr(LANES as u32).unwrap_or(0);
                    }
                }
                k
            }
            // SAFETY: the function is handed out only where the instructions were detected.
            unsafe { inner(mask, x, out) }
        }
    )*};
}

compress!(
    compress_1 1 __mmask64 _mm512_maskz_compress_epi8 "avx512vbmi2",
    compress_2 2 __mmask32 _mm512_maskz_compress_epi16 "avx512vbmi2",
    compress_4 4 __mmask16 _mm512_maskz_compress_epi32 "avx512f",
    compress_8 8 __mmask8 _mm512_maskz_compress_epi64 "avx512f"
);

/// The numbers of the bytes of a register.
const NUMBERS: [u8; BLOCK] = {
    let mut numbers = [0; BLOCK];
    let mut i = 0;
    while i < BLOCK {
        numbers[i] = i as u8;
        i += 1;
    }
    numbers
};

/// Positions in a block are brought together as bytes, by one instruction for all 64 values, and are widened
/// from there, so that what is stored are few full registers.
fn find_all(mask: &[Bool], out: &mut [i64]) -> usize {
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt")]
    fn inner(mask: &[Bool], out: &mut [i64]) -> usize {
        const LANES: usize = 8;
        // The lowest byte of each number.
        const LOWEST: u64 = u64::MAX / 255;
        // SAFETY: there are 64 bytes.
        let numbers = unsafe { _mm512_loadu_epi8(NUMBERS.as_ptr().cast()) };
        let places = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
        let (mut k, mut base) = (0, 0i64);
        for mask in mask.chunks(BLOCK) {
            let bits = truth(mask);
            let start = _mm512_set1_epi64(base);
            base += BLOCK as i64;
            if bits == 0 {
                continue;
            }
            let count = bits.count_ones() as usize;
            let found = _mm512_maskz_compress_epi8(bits, numbers);
            // Numbers from `8 * i` on of those that were found.
            let wide = |i: usize| {
                let from = _mm512_add_epi64(places, _mm512_set1_epi64((LANES * i) as i64));
                let bytes = _mm512_maskz_permutexvar_epi8(LOWEST, from, found);
                _mm512_add_epi64(bytes, start)
            };
            if let Some(room) = out[k..].first_chunk_mut::<BLOCK>() {
                // In few steps: as many as there are would be hard to foresee where about half are true.
                let registers = match count {
                    0..=24 => 3,
                    25..=40 => 5,
                    _ => BLOCK / LANES,
                };
                for (i, room) in room
                    .as_chunks_mut::<LANES>()
                    .0
                    .iter_mut()
                    .take(registers)
                    .enumerate()
                {
                    // SAFETY: there is room for eight numbers.
                    unsafe { _mm512_storeu_epi8(room.as_mut_ptr().cast(), wide(i)) };
                }
            } else {
                let Some(room) = out[k..].get_mut(..count) else {
                    return k;
                };
                for (i, room) in room.chunks_mut(LANES).enumerate() {
                    let bytes = first(8 * room.len());
                    // SAFETY: as many numbers are written as there is room for.
                    unsafe { _mm512_mask_storeu_epi8(room.as_mut_ptr().cast(), bytes, wide(i)) };
                }
            }
            k += count;
        }
        k
    }
    // SAFETY: the function is handed out only where the instructions were detected.
    unsafe { inner(mask, out) }
}
