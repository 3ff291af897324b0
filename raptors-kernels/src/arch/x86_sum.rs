//! Sums by AVX, in the order of the pairwise tree: the compiler finds the lanes of partial results
//! in some of the loops over them, and takes them apart in others.

use crate::{
    fold::tree::{LEAF, split},
    isa::{Avx2, Lift},
};

/// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
#[inline(always)]
pub(crate) fn tree_f32(_: Avx2, lift: Lift<f32>, x: &[f32]) -> f32 {
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { single::sum(lift, x) }
}

/// The sum of `x`, which is longer than a leaf, in the order of the pairwise tree.
#[inline(always)]
pub(crate) fn tree_f64(_: Avx2, lift: Lift<f64>, x: &[f64]) -> f64 {
    // SAFETY: an `Avx2` token exists only where AVX was detected.
    unsafe { double::sum(lift, x) }
}

/// Bytes of a run from which it is not in the second-level cache, where asking for lines ahead would take a
/// tenth of the time.
const FAR: usize = 1 << 20;
/// Bytes between what is added and what is asked for ahead: the CPU does not see by itself where leaves
/// after leaves are read, and would wait for main memory most of the time.
const AHEAD: usize = 16 << 10;

/// Sums of float32.
mod single {
    use super::{AHEAD, FAR, LEAF, Lift, split};
    use crate::arch::prefetch;
    use core::arch::x86_64::{
        __m256, _CMP_ORD_Q, _mm_add_ps, _mm_storeu_ps, _mm256_add_ps, _mm256_and_ps,
        _mm256_andnot_ps, _mm256_castps256_ps128, _mm256_castsi256_ps, _mm256_cmp_ps,
        _mm256_cvtss_f32, _mm256_extractf128_ps, _mm256_hadd_ps, _mm256_loadu_ps, _mm256_mul_ps,
        _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps, _mm256_sub_ps,
    };

    #[target_feature(enable = "avx")]
    pub(super) fn sum(lift: Lift<f32>, x: &[f32]) -> f32 {
        match lift {
            Lift::Value => whole(x, &|x| x),
            Lift::Number => whole(x, &|x| _mm256_and_ps(x, _mm256_cmp_ps::<_CMP_ORD_Q>(x, x))),
            Lift::Abs => {
                let sign = _mm256_set1_ps(-0.0);
                whole(x, &|x| _mm256_andnot_ps(sign, x))
            }
            Lift::Square => whole(x, &|x| _mm256_mul_ps(x, x)),
            Lift::SquaredDeviation(mean) => {
                let mean = _mm256_set1_ps(mean);
                whole(x, &|x| {
                    let d = _mm256_sub_ps(x, mean);
                    _mm256_mul_ps(d, d)
                })
            }
        }
    }

    /// The sum of `x`, near or far.
    #[target_feature(enable = "avx")]
    fn whole(x: &[f32], lift: &impl Fn(__m256) -> __m256) -> f32 {
        if size_of_val(x) < FAR {
            tree::<false>(x, lift)
        } else {
            tree::<true>(x, lift)
        }
    }

    #[target_feature(enable = "avx")]
    fn tree<const PREFETCH: bool>(x: &[f32], lift: &impl Fn(__m256) -> __m256) -> f32 {
        if x.len() == 4 * LEAF * 8
            && let Ok(x) = x.as_chunks().0.as_chunks().0.try_into()
        {
            return complete::<PREFETCH>(x, lift);
        }
        let Some(middle) = split(8, x.len()) else {
            return leaves::<1, PREFETCH>([x], lift)[0];
        };
        let (x, y) = x.split_at(middle);
        if y.len() <= 8 * LEAF {
            let [a, b, ..] = leaves::<2, PREFETCH>([x, y], lift);
            return a + b;
        }
        if let (Some(p), Some(q)) = (split(8, x.len()), split(8, y.len())) {
            let ((a, b), (c, d)) = (x.split_at(p), y.split_at(q));
            let quarters = [a, b, c, d];
            if quarters.iter().all(|x| x.len() <= 8 * LEAF) {
                let [a, b, c, d] = leaves::<4, PREFETCH>(quarters, lift);
                return (a + b) + (c + d);
            }
        }
        tree::<PREFETCH>(x, lift) + tree::<PREFETCH>(y, lift)
    }

    /// The sum of four of the longest leaves, one after the other, as memory is read best: the
    /// additions of one wait for one another, but the CPU runs ahead into the next leaves, whose
    /// additions do not.
    #[target_feature(enable = "avx")]
    #[inline]
    fn complete<const PREFETCH: bool>(
        x: &[[[f32; 8]; LEAF]; 4],
        lift: &impl Fn(__m256) -> __m256,
    ) -> f32 {
        let mut acc = [_mm256_setzero_ps(); 4];
        for (acc, x) in acc.iter_mut().zip(x) {
            *acc = load::<PREFETCH>(&x[0], lift);
            for x in &x[1..] {
                *acc = add(*acc, load::<PREFETCH>(x, lift));
            }
        }
        let [a, b, c, d] = halve(acc);
        (a + b) + (c + d)
    }

    /// The sums of `N` leaves of at least one vector each, at most four.
    #[target_feature(enable = "avx")]
    #[inline]
    fn leaves<const N: usize, const PREFETCH: bool>(
        x: [&[f32]; N],
        lift: &impl Fn(__m256) -> __m256,
    ) -> [f32; 4] {
        let vectors = x.map(|x| x.as_chunks::<8>().0);
        let common = vectors.iter().fold(LEAF, |n, x| n.min(x.len()));
        let side = vectors.map(|x| &x[..common]);
        let mut acc = [_mm256_setzero_ps(); 4];
        for (acc, x) in acc.iter_mut().zip(side) {
            *acc = load::<PREFETCH>(&x[0], lift);
            for x in &x[1..] {
                *acc = add(*acc, load::<PREFETCH>(x, lift));
            }
        }
        for n in 0..N {
            // The longest have mostly one vector more, which is added, or a zero, without a branch:
            // the CPU could not tell which leaves are long. The zero can only make a negative zero
            // positive, which a whole sum is made anyway.
            let last = vectors[n].len() - 1;
            for x in &vectors[n][common.min(last)..last] {
                acc[n] = add(acc[n], load::<PREFETCH>(x, lift));
            }
            acc[n] = add(
                acc[n],
                keep(last >= common, load::<PREFETCH>(&vectors[n][last], lift)),
            );
        }
        let mut sums = halve(acc);
        for (sum, x) in sums.iter_mut().zip(x) {
            for &x in x.as_chunks::<8>().1 {
                *sum += _mm256_cvtss_f32(lift(_mm256_set1_ps(x)));
            }
        }
        sums
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn load<const PREFETCH: bool>(x: &[f32; 8], lift: &impl Fn(__m256) -> __m256) -> __m256 {
        if PREFETCH {
            prefetch(x.as_ptr().cast::<u8>().wrapping_add(AHEAD));
        }
        // SAFETY: the array is one vector, and the load needs no alignment.
        lift(unsafe { _mm256_loadu_ps(x.as_ptr()) })
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn add(a: __m256, b: __m256) -> __m256 {
        _mm256_add_ps(a, b)
    }

    /// `x`, or zeros.
    #[target_feature(enable = "avx")]
    #[inline]
    fn keep(keep: bool, x: __m256) -> __m256 {
        let mask = _mm256_set1_epi32(-i32::from(keep));
        _mm256_and_ps(x, _mm256_castsi256_ps(mask))
    }

    /// The sums of neighbouring lanes, of neighbours of those, and of both.
    #[target_feature(enable = "avx")]
    #[inline]
    fn halve([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
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
}

/// Sums of float64.
mod double {
    use super::{AHEAD, FAR, LEAF, Lift, split};
    use crate::arch::prefetch;
    use core::arch::x86_64::{
        __m256d, _CMP_ORD_Q, _mm256_add_pd, _mm256_and_pd, _mm256_andnot_pd, _mm256_castsi256_pd,
        _mm256_cmp_pd, _mm256_cvtsd_f64, _mm256_hadd_pd, _mm256_loadu_pd, _mm256_mul_pd,
        _mm256_permute2f128_pd, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_setzero_pd,
        _mm256_storeu_pd, _mm256_sub_pd,
    };

    #[target_feature(enable = "avx")]
    pub(super) fn sum(lift: Lift<f64>, x: &[f64]) -> f64 {
        match lift {
            Lift::Value => whole(x, &|x| x),
            Lift::Number => whole(x, &|x| _mm256_and_pd(x, _mm256_cmp_pd::<_CMP_ORD_Q>(x, x))),
            Lift::Abs => {
                let sign = _mm256_set1_pd(-0.0);
                whole(x, &|x| _mm256_andnot_pd(sign, x))
            }
            Lift::Square => whole(x, &|x| _mm256_mul_pd(x, x)),
            Lift::SquaredDeviation(mean) => {
                let mean = _mm256_set1_pd(mean);
                whole(x, &|x| {
                    let d = _mm256_sub_pd(x, mean);
                    _mm256_mul_pd(d, d)
                })
            }
        }
    }

    /// The sum of `x`, near or far.
    #[target_feature(enable = "avx")]
    fn whole(x: &[f64], lift: &impl Fn(__m256d) -> __m256d) -> f64 {
        if size_of_val(x) < FAR {
            tree::<false>(x, lift)
        } else {
            tree::<true>(x, lift)
        }
    }

    #[target_feature(enable = "avx")]
    fn tree<const PREFETCH: bool>(x: &[f64], lift: &impl Fn(__m256d) -> __m256d) -> f64 {
        if x.len() == 4 * LEAF * 8
            && let Ok(x) = x.as_chunks().0.as_chunks().0.try_into()
        {
            return complete::<PREFETCH>(x, lift);
        }
        let Some(middle) = split(8, x.len()) else {
            return leaves::<1, PREFETCH>([x], lift)[0];
        };
        let (x, y) = x.split_at(middle);
        if y.len() <= 8 * LEAF {
            let [a, b, ..] = leaves::<2, PREFETCH>([x, y], lift);
            return a + b;
        }
        if let (Some(p), Some(q)) = (split(8, x.len()), split(8, y.len())) {
            let ((a, b), (c, d)) = (x.split_at(p), y.split_at(q));
            let quarters = [a, b, c, d];
            if quarters.iter().all(|x| x.len() <= 8 * LEAF) {
                let [a, b, c, d] = leaves::<4, PREFETCH>(quarters, lift);
                return (a + b) + (c + d);
            }
        }
        tree::<PREFETCH>(x, lift) + tree::<PREFETCH>(y, lift)
    }

    /// The sum of four of the longest leaves, one after the other, as memory is read best: the
    /// additions of one wait for one another, but the CPU runs ahead into the next leaves, whose
    /// additions do not.
    #[target_feature(enable = "avx")]
    #[inline]
    fn complete<const PREFETCH: bool>(
        x: &[[[f64; 8]; LEAF]; 4],
        lift: &impl Fn(__m256d) -> __m256d,
    ) -> f64 {
        let mut acc = [[_mm256_setzero_pd(); 2]; 4];
        for (acc, x) in acc.iter_mut().zip(x) {
            *acc = load::<PREFETCH>(&x[0], lift);
            for x in &x[1..] {
                *acc = add(*acc, load::<PREFETCH>(x, lift));
            }
        }
        let [a, b, c, d] = halve(acc);
        (a + b) + (c + d)
    }

    /// The sums of `N` leaves of at least one vector each, at most four.
    #[target_feature(enable = "avx")]
    #[inline]
    fn leaves<const N: usize, const PREFETCH: bool>(
        x: [&[f64]; N],
        lift: &impl Fn(__m256d) -> __m256d,
    ) -> [f64; 4] {
        let vectors = x.map(|x| x.as_chunks::<8>().0);
        let common = vectors.iter().fold(LEAF, |n, x| n.min(x.len()));
        let side = vectors.map(|x| &x[..common]);
        let mut acc = [[_mm256_setzero_pd(); 2]; 4];
        for (acc, x) in acc.iter_mut().zip(side) {
            *acc = load::<PREFETCH>(&x[0], lift);
            for x in &x[1..] {
                *acc = add(*acc, load::<PREFETCH>(x, lift));
            }
        }
        for n in 0..N {
            // The longest have mostly one vector more, which is added, or a zero, without a branch:
            // the CPU could not tell which leaves are long. The zero can only make a negative zero
            // positive, which a whole sum is made anyway.
            let last = vectors[n].len() - 1;
            for x in &vectors[n][common.min(last)..last] {
                acc[n] = add(acc[n], load::<PREFETCH>(x, lift));
            }
            acc[n] = add(
                acc[n],
                keep(last >= common, load::<PREFETCH>(&vectors[n][last], lift)),
            );
        }
        let mut sums = halve(acc);
        for (sum, x) in sums.iter_mut().zip(x) {
            for &x in x.as_chunks::<8>().1 {
                *sum += _mm256_cvtsd_f64(lift(_mm256_set1_pd(x)));
            }
        }
        sums
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn load<const PREFETCH: bool>(
        x: &[f64; 8],
        lift: &impl Fn(__m256d) -> __m256d,
    ) -> [__m256d; 2] {
        if PREFETCH {
            prefetch(x.as_ptr().cast::<u8>().wrapping_add(AHEAD));
        }
        // SAFETY: each half of the array is one vector, and the loads need no alignment.
        let halves = unsafe {
            [
                _mm256_loadu_pd(x.as_ptr()),
                _mm256_loadu_pd(x[4..].as_ptr()),
            ]
        };
        [lift(halves[0]), lift(halves[1])]
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn add([a, b]: [__m256d; 2], [c, d]: [__m256d; 2]) -> [__m256d; 2] {
        [_mm256_add_pd(a, c), _mm256_add_pd(b, d)]
    }

    /// `x`, or zeros.
    #[target_feature(enable = "avx")]
    #[inline]
    fn keep(keep: bool, x: [__m256d; 2]) -> [__m256d; 2] {
        let mask = _mm256_castsi256_pd(_mm256_set1_epi64x(-i64::from(keep)));
        [_mm256_and_pd(x[0], mask), _mm256_and_pd(x[1], mask)]
    }

    /// The sums of neighbouring lanes, of neighbours of those, and of both.
    #[target_feature(enable = "avx")]
    #[inline]
    fn halve([a, b, c, d]: [[__m256d; 2]; 4]) -> [f64; 4] {
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
}
