//! Integers of 32 bits divided by one number (AVX2), as `body::divisor` does: the compiler turns lanes
//! around for the upper halves of products.

use super::x86_pack::run;
use crate::{
    body::divisor::{Reciprocal, Unsigned},
    dtype::Element,
    isa::Avx2,
};
use core::arch::x86_64::{
    _mm_cvtsi32_si128, _mm256_add_epi32, _mm256_and_si256, _mm256_andnot_si256, _mm256_blend_epi32,
    _mm256_cmpgt_epi32, _mm256_loadu_si256, _mm256_mul_epu32, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_srl_epi32, _mm256_srli_epi64, _mm256_sub_epi32, _mm256_xor_si256,
};

/// Fills `out` with `x` divided by the number of this magnitude, which is not zero, and rounded down.
pub(crate) fn words<T: Element, const SIGNED: bool>(
    isa: Avx2,
    x: &[T],
    (magnitude, negative): (u32, bool),
    out: &mut [T],
) {
    let Reciprocal {
        factor,
        first,
        last,
    } = u32::reciprocal(magnitude);
    run(
        isa,
        x,
        out,
        #[inline(always)]
        move |x: &[T; 8]| {
            // SAFETY: the token proves the feature, and the array has the size of the vector.
            unsafe {
                let x = _mm256_loadu_si256(x.as_ptr().cast());
                let factor = _mm256_set1_epi32(factor as i32);
                let negative = _mm256_set1_epi32(-i32::from(negative));
                let first = _mm_cvtsi32_si128(first as i32);
                let last = _mm_cvtsi32_si128(last as i32);
                let (x, below) = if SIGNED {
                    // What has another sign than the divisor is rounded away from zero.
                    let (turned, kept) = (
                        _mm256_and_si256(x, negative),
                        _mm256_andnot_si256(negative, x),
                    );
                    let below = _mm256_cmpgt_epi32(turned, kept);
                    let x = _mm256_sub_epi32(_mm256_xor_si256(x, negative), negative);
                    (_mm256_xor_si256(x, below), below)
                } else {
                    (x, _mm256_setzero_si256())
                };
                let even = _mm256_srli_epi64::<32>(_mm256_mul_epu32(x, factor));
                let odd = _mm256_mul_epu32(_mm256_srli_epi64::<32>(x), factor);
                let high = _mm256_blend_epi32::<0b1010_1010>(even, odd);
                let rest = _mm256_srl_epi32(_mm256_sub_epi32(x, high), first);
                let quotient = _mm256_srl_epi32(_mm256_add_epi32(rest, high), last);
                _mm256_xor_si256(quotient, below)
            }
        },
    );
}
