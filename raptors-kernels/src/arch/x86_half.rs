//! float16 conversion by instruction: eight elements at a time with F16C, sixteen with AVX-512.

use crate::{
    dtype::f16,
    isa::{Avx2, Avx512},
};
use core::arch::x86_64::{
    _MM_FROUND_TO_NEAREST_INT, _mm_loadu_si128, _mm_storeu_si128, _mm256_cvtph_ps, _mm256_cvtps_ph,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_mask_storeu_epi16, _mm256_maskz_loadu_epi16,
    _mm256_storeu_ps, _mm256_storeu_si256, _mm512_cvtph_ps, _mm512_cvtps_ph, _mm512_loadu_ps,
    _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps, _mm512_storeu_ps,
};

const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT;

/// A token whose level converts by instruction.
pub(crate) trait Halves {
    /// Converts `from` to `to`, which is as long.
    fn widen(self, from: &[f16], to: &mut [f32]);
    /// Rounds `from` to `to`, which is as long; ties to even.
    fn round(self, from: &[f32], to: &mut [f16]);
}

impl Halves for Avx2 {
    #[inline(always)]
    fn widen(self, from: &[f16], to: &mut [f32]) {
        #[inline]
        #[target_feature(enable = "avx,f16c")]
        fn inner(from: &[f16], to: &mut [f32]) {
            let (from, from_rest) = from.as_chunks::<8>();
            let (to, to_rest) = to.as_chunks_mut::<8>();
            for (x, out) in from.iter().zip(to) {
                // SAFETY: both arrays hold eight elements, and neither move needs alignment.
                unsafe {
                    let halves = _mm_loadu_si128(x.as_ptr().cast());
                    _mm256_storeu_ps(out.as_mut_ptr(), _mm256_cvtph_ps(halves));
                }
            }
            // A vector of its own, with zeros behind: the compiler leaves in the lanes of a single
            // element what was there, and what is no number there would raise an exception.
            let rest = from_rest.len().min(to_rest.len());
            if rest == 0 {
                return;
            }
            let (mut halves, mut wide) = ([f16::ZERO; 8], [0.0; 8]);
            halves[..rest].copy_from_slice(&from_rest[..rest]);
            // SAFETY: both arrays hold eight elements, and neither move needs alignment.
            unsafe {
                let halves = _mm_loadu_si128(halves.as_ptr().cast());
                _mm256_storeu_ps(wide.as_mut_ptr(), _mm256_cvtph_ps(halves));
            }
            to_rest[..rest].copy_from_slice(&wide[..rest]);
        }
        // SAFETY: an `Avx2` token exists only where AVX and F16C were detected.
        unsafe { inner(from, to) }
    }

    #[inline(always)]
    fn round(self, from: &[f32], to: &mut [f16]) {
        #[inline]
        #[target_feature(enable = "avx,f16c")]
        fn inner(from: &[f32], to: &mut [f16]) {
            let (from, from_rest) = from.as_chunks::<8>();
            let (to, to_rest) = to.as_chunks_mut::<8>();
            for (x, out) in from.iter().zip(to) {
                // SAFETY: both arrays hold eight elements, and neither move needs alignment.
                unsafe {
                    let halves = _mm256_cvtps_ph::<NEAREST>(_mm256_loadu_ps(x.as_ptr()));
                    _mm_storeu_si128(out.as_mut_ptr().cast(), halves);
                }
            }
            // As in `widen`.
            let rest = from_rest.len().min(to_rest.len());
            if rest == 0 {
                return;
            }
            let (mut wide, mut halves) = ([0.0; 8], [f16::ZERO; 8]);
            wide[..rest].copy_from_slice(&from_rest[..rest]);
            // SAFETY: both arrays hold eight elements, and neither move needs alignment.
            unsafe {
                let rounded = _mm256_cvtps_ph::<NEAREST>(_mm256_loadu_ps(wide.as_ptr()));
                _mm_storeu_si128(halves.as_mut_ptr().cast(), rounded);
            }
            to_rest[..rest].copy_from_slice(&halves[..rest]);
        }
        // SAFETY: an `Avx2` token exists only where AVX and F16C were detected.
        unsafe { inner(from, to) }
    }
}

/// The lowest `len` of sixteen lanes.
#[inline(always)]
const fn lowest(len: usize) -> u16 {
    ((1u32 << len) - 1) as u16
}

impl Halves for Avx512 {
    #[inline(always)]
    fn widen(self, from: &[f16], to: &mut [f32]) {
        #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
        fn inner(from: &[f16], to: &mut [f32]) {
            let (from, from_rest) = from.as_chunks::<16>();
            let (to, to_rest) = to.as_chunks_mut::<16>();
            for (x, out) in from.iter().zip(to) {
                // SAFETY: both arrays hold sixteen elements, and neither move needs alignment.
                unsafe {
                    let halves = _mm256_loadu_si256(x.as_ptr().cast());
                    _mm512_storeu_ps(out.as_mut_ptr(), _mm512_cvtph_ps(halves));
                }
            }
            let rest = lowest(from_rest.len().min(to_rest.len()));
            if rest != 0 {
                // SAFETY: the mask lets only elements through that both rests have.
                unsafe {
                    let halves = _mm256_maskz_loadu_epi16(rest, from_rest.as_ptr().cast());
                    _mm512_mask_storeu_ps(to_rest.as_mut_ptr(), rest, _mm512_cvtph_ps(halves));
                }
            }
        }
        // SAFETY: an `Avx512` token exists only where these features were detected.
        unsafe { inner(from, to) }
    }

    #[inline(always)]
    fn round(self, from: &[f32], to: &mut [f16]) {
        #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
        fn inner(from: &[f32], to: &mut [f16]) {
            let (from, from_rest) = from.as_chunks::<16>();
            let (to, to_rest) = to.as_chunks_mut::<16>();
            for (x, out) in from.iter().zip(to) {
                // SAFETY: both arrays hold sixteen elements, and neither move needs alignment.
                unsafe {
                    let halves = _mm512_cvtps_ph::<NEAREST>(_mm512_loadu_ps(x.as_ptr()));
                    _mm256_storeu_si256(out.as_mut_ptr().cast(), halves);
                }
            }
            let rest = lowest(from_rest.len().min(to_rest.len()));
            if rest != 0 {
                // SAFETY: the mask lets only elements through that both rests have.
                unsafe {
                    let wide = _mm512_maskz_loadu_ps(rest, from_rest.as_ptr());
                    let halves = _mm512_cvtps_ph::<NEAREST>(wide);
                    _mm256_mask_storeu_epi16(to_rest.as_mut_ptr().cast(), rest, halves);
                }
            }
        }
        // SAFETY: an `Avx512` token exists only where these features were detected.
        unsafe { inner(from, to) }
    }
}
