//! Sums by AVX: the compiler takes the lanes of partial results apart in most loops that it finds
//! them in.
//!
//! Leaves are summed one after the other, as memory is read best. The additions of one wait for one
//! another, but the CPU runs ahead into the next leaves, whose additions do not.

use crate::isa::{Avx2, Lift};
use core::arch::x86_64::{
    __m256, __m256d, _mm_add_ps, _mm_storeu_ps, _mm256_add_pd, _mm256_add_ps, _mm256_andnot_pd,
    _mm256_andnot_ps, _mm256_castps256_ps128, _mm256_extractf128_ps, _mm256_hadd_pd,
    _mm256_hadd_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_mul_pd, _mm256_mul_ps,
    _mm256_permute2f128_pd, _mm256_set1_pd, _mm256_set1_ps, _mm256_setzero_pd, _mm256_setzero_ps,
    _mm256_storeu_pd, _mm256_sub_pd, _mm256_sub_ps,
};

/// Vectors in the longest leaf.
const LEAF: usize = 16;

/// The sum of `x`, whose leaves are a power of two, four or more: the whole tree at one go.
#[inline(always)]
pub(crate) fn tree_f32(_: Avx2, lift: Lift<f32>, x: &[[[f32; 8]; LEAF]]) -> f32 {
    #[target_feature(enable = "avx")]
    fn inner(lift: Lift<f32>, x: &[[[f32; 8]; LEAF]]) -> f32 {
        match lift {
            Lift::Value => tree(x, &|x| x),
            Lift::Abs => {
                let sign = _mm256_set1_ps(-0.0);
                tree(x, &|x| _mm256_andnot_ps(sign, x))
            }
            Lift::Square => tree(x, &|x| _mm256_mul_ps(x, x)),
            Lift::SquaredDeviation(mean) => {
                let mean = _mm256_set1_ps(mean);
                tree(x, &|x| {
                    let d = _mm256_sub_ps(x, mean);
                    _mm256_mul_ps(d, d)
                })
            }
        }
    }
    #[target_feature(enable = "avx")]
    fn tree(x: &[[[f32; 8]; LEAF]], lift: &impl Fn(__m256) -> __m256) -> f32 {
        if let Ok(x) = x.try_into() {
            let [a, b, c, d] = leaves(x, lift);
            return (a + b) + (c + d);
        }
        let (x, y) = x.split_at(x.len() / 2);
        if let (Ok(x), Ok(y)) = (x.try_into(), y.try_into()) {
            let ([a, b, c, d], [e, f, g, h]) = (leaves(x, lift), leaves(y, lift));
            return ((a + b) + (c + d)) + ((e + f) + (g + h));
        }
        tree(x, lift) + tree(y, lift)
    }
    #[target_feature(enable = "avx")]
    #[inline]
    fn leaves(x: &[[[f32; 8]; LEAF]; 4], lift: impl Fn(__m256) -> __m256) -> [f32; 4] {
        // SAFETY: the array is one vector, and the load needs no alignment.
        let load = |x: &[f32; 8]| lift(unsafe { _mm256_loadu_ps(x.as_ptr()) });
        let mut sums = [_mm256_setzero_ps(); 4];
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum = load(&x[0]);
            for x in &x[1..] {
                *sum = _mm256_add_ps(*sum, load(x));
            }
        }
        let [a, b, c, d] = sums;
        let halves = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
        let (low, high) = (
            _mm256_castps256_ps128(halves),
            _mm256_extractf128_ps::<1>(halves),
        );
        let mut sums = [0.0; 4];
        // SAFETY: the four sums are one vector, and the store needs no alignment.
        unsafe { _mm_storeu_ps(sums.as_mut_ptr(), _mm_add_ps(low, high)) };
        sums
    }
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { inner(lift, x) }
}

/// The sum of `x`, whose leaves are a power of two, four or more: the whole tree at one go.
#[inline(always)]
pub(crate) fn tree_f64(_: Avx2, lift: Lift<f64>, x: &[[[f64; 8]; LEAF]]) -> f64 {
    #[target_feature(enable = "avx")]
    fn inner(lift: Lift<f64>, x: &[[[f64; 8]; LEAF]]) -> f64 {
        match lift {
            Lift::Value => tree(x, &|x| x),
            Lift::Abs => {
                let sign = _mm256_set1_pd(-0.0);
                tree(x, &|x| _mm256_andnot_pd(sign, x))
            }
            Lift::Square => tree(x, &|x| _mm256_mul_pd(x, x)),
            Lift::SquaredDeviation(mean) => {
                let mean = _mm256_set1_pd(mean);
                tree(x, &|x| {
                    let d = _mm256_sub_pd(x, mean);
                    _mm256_mul_pd(d, d)
                })
            }
        }
    }
    #[target_feature(enable = "avx")]
    fn tree(x: &[[[f64; 8]; LEAF]], lift: &impl Fn(__m256d) -> __m256d) -> f64 {
        if let Ok(x) = x.try_into() {
            let [a, b, c, d] = leaves(x, lift);
            return (a + b) + (c + d);
        }
        let (x, y) = x.split_at(x.len() / 2);
        if let (Ok(x), Ok(y)) = (x.try_into(), y.try_into()) {
            let ([a, b, c, d], [e, f, g, h]) = (leaves(x, lift), leaves(y, lift));
            return ((a + b) + (c + d)) + ((e + f) + (g + h));
        }
        tree(x, lift) + tree(y, lift)
    }
    #[target_feature(enable = "avx")]
    #[inline]
    fn leaves(x: &[[[f64; 8]; LEAF]; 4], lift: impl Fn(__m256d) -> __m256d) -> [f64; 4] {
        // SAFETY: the half of an array is one vector, and the load needs no alignment.
        let load =
            |x: &[f64; 8], k: usize| lift(unsafe { _mm256_loadu_pd(x[4 * k..][..4].as_ptr()) });
        let mut sums = [[_mm256_setzero_pd(); 2]; 4];
        for (sum, x) in sums.iter_mut().zip(x) {
            for k in [0, 1] {
                sum[k] = load(&x[0], k);
            }
            for x in &x[1..] {
                for k in [0, 1] {
                    sum[k] = _mm256_add_pd(sum[k], load(x, k));
                }
            }
        }
        let [a, b, c, d] = sums;
        // The sums of four lanes: the lower ones, or the upper ones.
        let quarter = |k: usize| {
            let (ab, cd) = (_mm256_hadd_pd(a[k], b[k]), _mm256_hadd_pd(c[k], d[k]));
            _mm256_add_pd(
                _mm256_permute2f128_pd::<0x20>(ab, cd),
                _mm256_permute2f128_pd::<0x31>(ab, cd),
            )
        };
        let mut sums = [0.0; 4];
        // SAFETY: the four sums are one vector, and the store needs no alignment.
        unsafe { _mm256_storeu_pd(sums.as_mut_ptr(), _mm256_add_pd(quarter(0), quarter(1))) };
        sums
    }
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { inner(lift, x) }
}
