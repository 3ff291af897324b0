//! x86-64 intrinsics: truncation to integers, which the language leaves undefined, or defines
//! otherwise, for what does not fit, and 64-bit products (AVX-512).

use crate::isa::{Avx2, Avx512};
use core::arch::x86_64::{
    _mm_cvttsd_si32, _mm_cvttsd_si64, _mm_cvttss_si32, _mm_set_sd, _mm_set_ss, _mm_storeu_si128,
    _mm256_cvttpd_epi32, _mm256_cvttps_epi32, _mm256_loadu_pd, _mm256_loadu_ps,
    _mm256_storeu_si256, _mm512_add_epi64, _mm512_loadu_epi64, _mm512_mullo_epi64,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_storeu_epi64,
};

/// Truncates the common length of `from` and `to`; what does not fit gives the smallest integer.
#[inline(always)]
pub(crate) fn truncate_f32(_: Avx2, from: &[f32], to: &mut [i32]) {
    #[target_feature(enable = "avx")]
    fn inner(from: &[f32], to: &mut [i32]) {
        let (from, from_rest) = from.as_chunks::<8>();
        let (to, to_rest) = to.as_chunks_mut::<8>();
        for (x, out) in from.iter().zip(to) {
            // SAFETY: both arrays hold eight elements, and the load and store need no alignment.
            unsafe {
                let whole = _mm256_cvttps_epi32(_mm256_loadu_ps(x.as_ptr()));
                _mm256_storeu_si256(out.as_mut_ptr().cast(), whole);
            }
        }
        for (&x, out) in from_rest.iter().zip(to_rest) {
            *out = _mm_cvttss_si32(_mm_set_ss(x));
        }
    }
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { inner(from, to) }
}

/// Truncates the common length of `from` and `to`; what does not fit gives the smallest integer.
#[inline(always)]
pub(crate) fn truncate_f64(_: Avx2, from: &[f64], to: &mut [i32]) {
    #[target_feature(enable = "avx")]
    fn inner(from: &[f64], to: &mut [i32]) {
        let (from, from_rest) = from.as_chunks::<4>();
        let (to, to_rest) = to.as_chunks_mut::<4>();
        for (x, out) in from.iter().zip(to) {
            // SAFETY: both arrays hold four elements, and the load and store need no alignment.
            unsafe {
                let whole = _mm256_cvttpd_epi32(_mm256_loadu_pd(x.as_ptr()));
                _mm_storeu_si128(out.as_mut_ptr().cast(), whole);
            }
        }
        for (&x, out) in from_rest.iter().zip(to_rest) {
            *out = _mm_cvttsd_si32(_mm_set_sd(x));
        }
    }
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { inner(from, to) }
}

/// Truncates `x`; what does not fit gives the smallest integer.
#[inline(always)]
pub(crate) fn truncate_to_i64(x: f64) -> i64 {
    // SAFETY: every x86-64 CPU has SSE2.
    unsafe { _mm_cvttsd_si64(_mm_set_sd(x)) }
}

/// `out[r][c]` the sum over `p` of `a[p][r] * b[p][c]`, wrapping: the tile of a product of 64-bit
/// integers, whose multiplication AVX-512 brought and the compiler finds in short loops only.
pub(crate) fn multiply_words(_: Avx512, a: &[[u64; 6]], b: &[[u64; 16]], out: &mut [[u64; 16]; 6]) {
    #[target_feature(enable = "avx512f,avx512dq")]
    fn tile(a: &[[u64; 6]], b: &[[u64; 16]], out: &mut [[u64; 16]; 6]) {
        let mut acc = [[_mm512_setzero_si512(); 2]; 6];
        for (a, b) in a.iter().zip(b) {
            // SAFETY: each half of the 16 integers in `b` is one vector.
            let b = unsafe {
                [
                    _mm512_loadu_epi64(b.as_ptr().cast()),
                    _mm512_loadu_epi64(b[8..].as_ptr().cast()),
                ]
            };
            for (acc, &x) in acc.iter_mut().zip(a) {
                let x = _mm512_set1_epi64(x as i64);
                acc[0] = _mm512_add_epi64(acc[0], _mm512_mullo_epi64(x, b[0]));
                acc[1] = _mm512_add_epi64(acc[1], _mm512_mullo_epi64(x, b[1]));
            }
        }
        for (out, acc) in out.iter_mut().zip(acc) {
            // SAFETY: each half of the 16 integers in `out` is one vector.
            unsafe {
                _mm512_storeu_epi64(out.as_mut_ptr().cast(), acc[0]);
                _mm512_storeu_epi64(out[8..].as_mut_ptr().cast(), acc[1]);
            }
        }
    }
    // SAFETY: the token proves that the CPU has both features.
    unsafe { tile(a, b, out) }
}
