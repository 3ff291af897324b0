//! x86-64 intrinsics: truncation to integers, which the language leaves undefined, or defines
//! otherwise, for what does not fit.

use crate::isa::Avx2;
use core::arch::x86_64::{
    _mm_cvttsd_si32, _mm_cvttsd_si64, _mm_cvttss_si32, _mm_set_sd, _mm_set_ss, _mm_storeu_si128,
    _mm256_cvttpd_epi32, _mm256_cvttps_epi32, _mm256_loadu_pd, _mm256_loadu_ps,
    _mm256_storeu_si256,
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
