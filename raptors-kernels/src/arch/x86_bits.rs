//! Truth values packed to bits and bits made truth values, 64 at a time, by mask registers (AVX-512).

use crate::{Bool, Level};
use core::arch::x86_64::{
    __m512i, _mm512_loadu_epi8, _mm512_maskz_set1_epi8, _mm512_set_epi64, _mm512_shuffle_epi8,
    _mm512_storeu_epi8, _mm512_test_epi8_mask,
};

/// Packs each 64 truth values to eight bytes.
pub(crate) type Pack = fn(&[[Bool; 64]], &mut [[u8; 8]], bool);
/// Makes each bit of eight bytes a byte of zero or one.
pub(crate) type Unpack = fn(&[[u8; 8]], &mut [[u8; 64]], bool);

/// Both functions, if the level has the instructions; `true` asks for the
/// highest bit of a byte first.
pub(crate) fn bits(level: Level) -> Option<(Pack, Unpack)> {
    matches!(level, Level::Avx512(_)).then_some((pack, unpack))
}

/// The bytes of each eight in the opposite order.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn turned(bytes: __m512i) -> __m512i {
    const HIGH: i64 = 0x0808_0808_0808_0808;
    const ORDER: i64 = 0x0001_0203_0405_0607;
    // Places count in lanes of 16 bytes.
    let order = _mm512_set_epi64(
        ORDER + HIGH,
        ORDER,
        ORDER + HIGH,
        ORDER,
        ORDER + HIGH,
        ORDER,
        ORDER + HIGH,
        ORDER,
    );
    _mm512_shuffle_epi8(bytes, order)
}

fn pack(from: &[[Bool; 64]], to: &mut [[u8; 8]], big: bool) {
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

fn unpack(from: &[[u8; 8]], to: &mut [[u8; 64]], big: bool) {
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
