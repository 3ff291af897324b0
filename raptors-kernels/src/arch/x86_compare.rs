//! Comparisons of 64-bit numbers, and of complex ones, by AVX2: sixteen results at a time, as the compiler
//! narrows the masks of each vector by itself.

use super::compare::op::{
    EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NEGATIVE, NOT_EQUAL, SIZE_EQUAL, SIZE_LESS,
};
use crate::{
    dtype::{Bool, Complex32, Complex64},
    isa::Avx2,
};
use core::arch::x86_64::{
    __m128i, __m256i, _CMP_EQ_OQ, _CMP_GE_OQ, _CMP_GT_OQ, _CMP_LE_OQ, _CMP_LT_OQ, _CMP_NEQ_UQ,
    _mm_add_epi8, _mm_and_si128, _mm_packs_epi16, _mm_set1_epi8, _mm_setr_epi8, _mm_shuffle_epi8,
    _mm_storeu_si128, _mm256_and_si256, _mm256_castpd_si256, _mm256_castps_si256,
    _mm256_castsi256_pd, _mm256_castsi256_ps, _mm256_castsi256_si128, _mm256_cmp_pd, _mm256_cmp_ps,
    _mm256_cmpeq_epi64, _mm256_cmpgt_epi64, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_packs_epi32, _mm256_permute4x64_epi64, _mm256_set1_epi64x, _mm256_setzero_si256,
    _mm256_shuffle_ps, _mm256_unpackhi_epi64, _mm256_unpacklo_epi64, _mm256_xor_si256,
};

/// Elements that are compared at a time.
const BLOCK: usize = 16;

/// Elements of a run from which on this takes less time than the compiler's loop.
pub(crate) const LEAST: usize = 4 * BLOCK;

/// Elements whose masks are one vector.
const LANES: usize = 4;

/// A number of 64 bits, or two such parts.
pub(crate) trait Word: Copy + Default {
    /// Whether there is a comparison `OP`.
    fn knows(_op: u8) -> bool {
        true
    }
    /// Whether [`Word::mask`] tells of `OP` where it does not hold.
    fn denies(op: u8) -> bool;
    /// All bits where `OP` holds, or where it does not.
    ///
    /// # Safety
    ///
    /// The CPU must have AVX2.
    unsafe fn mask<const OP: u8>(x: __m256i, y: __m256i) -> __m256i;
    /// The masks of as many numbers from `x` and `y` on as a vector has 64-bit parts.
    ///
    /// # Safety
    ///
    /// The CPU must have AVX2, and there must be as many numbers.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn masks<const OP: u8>(x: *const Self, y: *const Self) -> __m256i {
        // SAFETY: the caller vouches for the feature and for a vector of numbers at both places.
        unsafe { Self::mask::<OP>(_mm256_loadu_si256(x.cast()), _mm256_loadu_si256(y.cast())) }
    }
}

impl Word for Complex32 {
    fn knows(op: u8) -> bool {
        matches!(op, EQUAL | NOT_EQUAL)
    }
    #[inline(always)]
    fn denies(op: u8) -> bool {
        op == NOT_EQUAL
    }
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn mask<const OP: u8>(x: __m256i, y: __m256i) -> __m256i {
        let (x, y) = (_mm256_castsi256_ps(x), _mm256_castsi256_ps(y));
        let parts = _mm256_castps_si256(_mm256_cmp_ps::<_CMP_EQ_OQ>(x, y));
        _mm256_cmpeq_epi64(parts, _mm256_set1_epi64x(-1))
    }
}

impl Word for Complex64 {
    fn knows(op: u8) -> bool {
        Complex32::knows(op)
    }
    #[inline(always)]
    fn denies(op: u8) -> bool {
        Complex32::denies(op)
    }
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn mask<const OP: u8>(x: __m256i, y: __m256i) -> __m256i {
        // SAFETY: the caller vouches for the feature.
        unsafe { f64::mask::<EQUAL>(x, y) }
    }
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn masks<const OP: u8>(x: *const Self, y: *const Self) -> __m256i {
        // SAFETY: the caller vouches for the feature and for two vectors of numbers at both places.
        let [first, second] = [0, 2].map(|i| unsafe {
            let x = _mm256_loadu_si256(x.add(i).cast());
            Self::mask::<OP>(x, _mm256_loadu_si256(y.add(i).cast()))
        });
        let real = _mm256_unpacklo_epi64(first, second);
        let both = _mm256_and_si256(real, _mm256_unpackhi_epi64(first, second));
        _mm256_permute4x64_epi64::<0b11_01_10_00>(both)
    }
}

impl Word for f64 {
    #[inline(always)]
    fn denies(_: u8) -> bool {
        false
    }
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn mask<const OP: u8>(x: __m256i, y: __m256i) -> __m256i {
        if OP == NEGATIVE {
            return _mm256_cmpgt_epi64(_mm256_setzero_si256(), x);
        }
        let sized = matches!(OP, SIZE_EQUAL | SIZE_LESS);
        let bits = _mm256_set1_epi64x(if sized { i64::MAX } else { -1 });
        let x = _mm256_castsi256_pd(_mm256_and_si256(x, bits));
        let y = _mm256_castsi256_pd(y);
        _mm256_castpd_si256(match OP {
            EQUAL | SIZE_EQUAL => _mm256_cmp_pd::<_CMP_EQ_OQ>(x, y),
            NOT_EQUAL => _mm256_cmp_pd::<_CMP_NEQ_UQ>(x, y),
            LESS | SIZE_LESS => _mm256_cmp_pd::<_CMP_LT_OQ>(x, y),
            LESS_EQUAL => _mm256_cmp_pd::<_CMP_LE_OQ>(x, y),
            GREATER => _mm256_cmp_pd::<_CMP_GT_OQ>(x, y),
            _ => _mm256_cmp_pd::<_CMP_GE_OQ>(x, y),
        })
    }
}

macro_rules! integers {
    ($($t:ty, $low:expr;)*) => {$(
        impl Word for $t {
            #[inline(always)]
            fn denies(op: u8) -> bool {
                matches!(op, NOT_EQUAL | LESS_EQUAL | GREATER_EQUAL)
            }
            #[inline]
            #[target_feature(enable = "avx2")]
            unsafe fn mask<const OP: u8>(x: __m256i, y: __m256i) -> __m256i {
                let low = _mm256_set1_epi64x($low);
                match OP {
                    EQUAL | NOT_EQUAL => _mm256_cmpeq_epi64(x, y),
                    LESS | GREATER_EQUAL => {
                        _mm256_cmpgt_epi64(_mm256_xor_si256(y, low), _mm256_xor_si256(x, low))
                    }
                    _ => _mm256_cmpgt_epi64(_mm256_xor_si256(x, low), _mm256_xor_si256(y, low)),
                }
            }
        }
    )*};
}
integers! {
    i64, 0;
    // The least first, as signed integers are.
    u64, i64::MIN;
}

/// Sixteen results of four masks.
#[inline]
#[target_feature(enable = "avx2")]
fn narrowed(masks: [__m256i; 4], denied: bool) -> __m128i {
    let [a, b, c, d] = masks.map(|mask| _mm256_castsi256_ps(mask));
    // Of each mask one half, which is as much as all of it: 0 1 4 5 and, in the upper half, 2 3 6 7.
    let first = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(a, b));
    let second = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(c, d));
    let words = _mm256_packs_epi32(first, second);
    let bytes = _mm_packs_epi16(
        _mm256_castsi256_si128(words),
        _mm256_extracti128_si256::<1>(words),
    );
    let order = _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);
    let (bytes, one) = (_mm_shuffle_epi8(bytes, order), _mm_set1_epi8(1));
    if denied {
        _mm_add_epi8(bytes, one)
    } else {
        _mm_and_si128(bytes, one)
    }
}

/// Fills `out`, of [`LEAST`] elements or more, with the results for `x` and `y`, of which one of one element is repeated.
///
/// # Panics
///
/// If a run has another length.
#[inline(always)]
pub(crate) fn words<T: Word, const OP: u8>(_: Avx2, x: &[T], y: &[T], out: &mut [Bool]) {
    /// # Safety
    ///
    /// From `x` on, `y` on and `out` on there are `len` elements, a block at least, or of `x` or `y` as
    /// many as a vector of masks tells of if its step is zero; the step is one or zero.
    #[target_feature(enable = "avx2")]
    unsafe fn inner<T: Word, const OP: u8, const X: usize, const Y: usize>(
        x: *const T,
        y: *const T,
        out: *mut Bool,
        len: usize,
    ) {
        let mut next = 0;
        while next < len {
            // The last block begins where it ends with the run, on results that are there already.
            let i = next.min(len - BLOCK);
            let mut masks = [_mm256_set1_epi64x(0); BLOCK / LANES];
            for (k, mask) in masks.iter_mut().enumerate() {
                let at = i + k * LANES;
                // SAFETY: so many numbers from `at` on are within `len`, or the only ones there are.
                *mask = unsafe { T::masks::<OP>(x.add(at * X), y.add(at * Y)) };
            }
            let results = narrowed(masks, T::denies(OP));
            // SAFETY: a block from `i` on is within `len`; results are zeros and ones, as truth values are.
            unsafe { _mm_storeu_si128(out.add(i).cast(), results) };
            next += BLOCK;
        }
    }

    let len = out.len();
    assert!(len >= LEAST, "a short run");
    let spread = |run: &[T]| {
        if let [only] = *run {
            return [only; LANES];
        }
        assert_eq!(run.len(), len, "runs of different lengths");
        [T::default(); LANES]
    };
    let (one_x, one_y) = (spread(x), spread(y));
    let (all_x, all_y, to) = (one_x.as_ptr(), one_y.as_ptr(), out.as_mut_ptr());
    // SAFETY: an `Avx2` token exists only where AVX2 was detected; a run that is not repeated has as many
    // elements as `out`.
    unsafe {
        match (x.len() == 1, y.len() == 1) {
            (false, false) => inner::<T, OP, 1, 1>(x.as_ptr(), y.as_ptr(), to, len),
            (false, true) => inner::<T, OP, 1, 0>(x.as_ptr(), all_y, to, len),
            (true, false) => inner::<T, OP, 0, 1>(all_x, y.as_ptr(), to, len),
            (true, true) => inner::<T, OP, 0, 0>(all_x, all_y, to, len),
        }
    }
}
