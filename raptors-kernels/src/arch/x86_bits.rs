//! Truth values packed to bits and bits made truth values, 64 at a time: by mask registers (AVX-512), or by
//! the highest bits of bytes (AVX2).

use crate::{Bool, Level};

/// Packs each 64 truth values to eight bytes.
pub(crate) type Pack = fn(&[[Bool; 64]], &mut [[u8; 8]], bool);
/// Makes each bit of eight bytes a byte of zero or one.
pub(crate) type Unpack = fn(&[[u8; 8]], &mut [[u8; 64]], bool);

/// Both functions, if the level has the instructions; `true` asks for the
/// highest bit of a byte first.
pub(crate) fn bits(level: Level) -> Option<(Pack, Unpack)> {
    match level {
        Level::Avx512(_) => Some((masks::pack, masks::unpack)),
        Level::Avx2(_) => Some((signs::pack, signs::unpack)),
        _ => None,
    }
}

/// Places in a register of 16 bytes, of each eight in the opposite order.
const TURNED: [i64; 2] = [0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f];

mod masks {
    use super::TURNED;
    use crate::Bool;
    use core::arch::x86_64::{
        __m512i, _mm512_loadu_epi8, _mm512_maskz_set1_epi8, _mm512_set_epi64, _mm512_shuffle_epi8,
        _mm512_storeu_epi8, _mm512_test_epi8_mask,
    };

    /// The bytes of each eight in the opposite order.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn turned(bytes: __m512i) -> __m512i {
        let [low, high] = TURNED;
        let order = _mm512_set_epi64(high, low, high, low, high, low, high, low);
        _mm512_shuffle_epi8(bytes, order)
    }

    pub(super) fn pack(from: &[[Bool; 64]], to: &mut [[u8; 8]], big: bool) {
        #[target_feature(enable = "avx512f,avx512bw")]
        fn inner(from: &[[Bool; 64]], to: &mut [[u8; 8]], big: bool) {
            for (from, to) in from.iter().zip(to) {
                // SAFETY: the block has 64 bytes.
                let bytes = unsafe { _mm512_loadu_epi8(from.as_ptr().cast()) };
                let bytes = if big { turned(bytes) } else { bytes };
                *to = _mm512_test_epi8_mask(bytes, bytes).to_le_bytes();
            }
        }
        // SAFETY: the function is handed out only where the instructions were detected.
        unsafe { inner(from, to, big) }
    }

    pub(super) fn unpack(from: &[[u8; 8]], to: &mut [[u8; 64]], big: bool) {
        #[target_feature(enable = "avx512f,avx512bw")]
        fn inner(from: &[[u8; 8]], to: &mut [[u8; 64]], big: bool) {
            for (from, to) in from.iter().zip(to) {
                let word = u64::from_le_bytes(*from);
                let bytes = _mm512_maskz_set1_epi8(word, 1);
                let bytes = if big { turned(bytes) } else { bytes };
                // SAFETY: the block has 64 bytes.
                unsafe { _mm512_storeu_epi8(to.as_mut_ptr().cast(), bytes) };
            }
        }
        // SAFETY: the function is handed out only where the instructions were detected.
        unsafe { inner(from, to, big) }
    }
}

mod signs {
    use super::TURNED;
    use crate::Bool;
    use core::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8,
        _mm256_set_epi64x, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_set1_epi64x,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_storeu_si256,
    };

    pub(super) fn pack(from: &[[Bool; 64]], to: &mut [[u8; 8]], big: bool) {
        #[target_feature(enable = "avx2")]
        fn inner(from: &[[Bool; 64]], to: &mut [[u8; 8]], big: bool) {
            let [low, high] = TURNED;
            let order = _mm256_set_epi64x(high, low, high, low);
            let halves = from.as_flattened().as_chunks::<32>().0;
            for (from, to) in halves
                .iter()
                .zip(to.as_flattened_mut().as_chunks_mut::<4>().0)
            {
                // SAFETY: the half block has 32 bytes.
                let bytes = unsafe { _mm256_loadu_si256(from.as_ptr().cast()) };
                let bytes = if big {
                    _mm256_shuffle_epi8(bytes, order)
                } else {
                    bytes
                };
                let falses = _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256());
                *to = (!_mm256_movemask_epi8(falses)).to_le_bytes();
            }
        }
        // SAFETY: the function is handed out only where the instructions were detected.
        unsafe { inner(from, to, big) }
    }

    pub(super) fn unpack(from: &[[u8; 8]], to: &mut [[u8; 64]], big: bool) {
        /// Each of four bytes eight times.
        #[inline]
        #[target_feature(enable = "avx2")]
        fn repeated(bytes: [u8; 4]) -> __m256i {
            const EACH: i64 = 0x0101_0101_0101_0101;
            let places = _mm256_set_epi64x(3 * EACH, 2 * EACH, EACH, 0);
            _mm256_shuffle_epi8(_mm256_set1_epi32(i32::from_le_bytes(bytes)), places)
        }

        #[target_feature(enable = "avx2")]
        fn inner(from: &[[u8; 8]], to: &mut [[u8; 64]], big: bool) {
            let bits = u64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128]);
            let bits = if big { bits.swap_bytes() } else { bits };
            let (bits, one) = (_mm256_set1_epi64x(bits as i64), _mm256_set1_epi8(1));
            let halves = to.as_flattened_mut().as_chunks_mut::<32>().0;
            for (from, to) in from.as_flattened().as_chunks::<4>().0.iter().zip(halves) {
                let set = _mm256_cmpeq_epi8(_mm256_and_si256(repeated(*from), bits), bits);
                let bytes = _mm256_and_si256(set, one);
                // SAFETY: the half block has 32 bytes.
                unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), bytes) };
            }
        }
        // SAFETY: the function is handed out only where the instructions were detected.
        unsafe { inner(from, to, big) }
    }
}
