//! Functions of bytes by a table of their results, which four vectors of AVX-512 hold (VBMI).

use crate::isa::Avx512;
use core::arch::x86_64::{
    _mm512_loadu_epi8, _mm512_mask_blend_epi8, _mm512_movepi8_mask, _mm512_permutex2var_epi8,
    _mm512_storeu_epi8,
};

/// Results that bytes can have.
pub(crate) const RESULTS: usize = 256;

/// Bytes of a vector.
const LANES: usize = 64;

/// Whether the CPU looks up bytes of two vectors at once.
pub(crate) fn has_tables() -> bool {
    is_x86_feature_detected!("avx512vbmi")
}

/// Fills `out` with the result in `table` of each of `x`.
///
/// # Panics
///
/// If the lengths differ, or [`has_tables`] is false.
pub(crate) fn mapped(_: Avx512, x: &[u8], out: &mut [u8], table: &[u8; RESULTS]) {
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn inner(x: &[u8], out: &mut [u8], table: &[u8; RESULTS]) {
        // SAFETY: the table has as many bytes as four vectors.
        let [a, b, c, d] = [0, 1, 2, 3]
            .map(|i| unsafe { _mm512_loadu_epi8(table.as_ptr().add(i * LANES).cast()) });
        let (blocks, rest) = out.as_chunks_mut::<LANES>();
        let (xs, x_rest) = x.as_chunks::<LANES>();
        for (out, x) in blocks.iter_mut().zip(xs) {
            // SAFETY: both arrays have as many bytes as a vector.
            unsafe {
                let x = _mm512_loadu_epi8(x.as_ptr().cast());
                let low = _mm512_permutex2var_epi8(a, x, b);
                let high = _mm512_permutex2var_epi8(c, x, d);
                let results = _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
                _mm512_storeu_epi8(out.as_mut_ptr().cast(), results);
            }
        }
        for (out, &x) in rest.iter_mut().zip(x_rest) {
            *out = table[usize::from(x)];
        }
    }

    assert!(x.len() == out.len() && has_tables(), "no such tables");
    // SAFETY: the token and the assertion prove the features.
    unsafe { inner(x, out, table) }
}
