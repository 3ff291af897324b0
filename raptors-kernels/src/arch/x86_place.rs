//! Where the extreme of a short run is, in one pass by AVX2: as [`super::x86_arg`], by vectors of half
//! the width.

use super::x86_arg::Place;
use crate::{DType, fold::Rows};
use core::arch::x86_64::{
    __m256i, _CMP_EQ_OQ, _CMP_GT_OQ, _CMP_LT_OQ, _CMP_UNORD_Q, _mm256_blendv_epi8,
    _mm256_castpd_si256, _mm256_castps_si256, _mm256_cmp_pd, _mm256_cmp_ps, _mm256_cmpeq_epi32,
    _mm256_cmpeq_epi64, _mm256_cmpgt_epi32, _mm256_cmpgt_epi64, _mm256_loadu_pd, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_max_epi32, _mm256_max_pd, _mm256_max_ps, _mm256_min_epi32,
    _mm256_min_pd, _mm256_min_ps, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi32,
    _mm256_set1_epi64x, _mm256_set1_pd, _mm256_set1_ps, _mm256_setzero_si256, _mm256_storeu_pd,
    _mm256_storeu_ps, _mm256_storeu_si256, _mm256_testz_si256,
};

/// The function for runs of `dtype`, of at least one block of four registers (shorter ones have no
/// place) and at most 2³¹ elements, where AVX2 was detected.
pub(super) fn place(dtype: DType, greatest: bool) -> Option<Place> {
    Some(match (dtype, greatest) {
        (DType::F32, false) => least_f32,
        (DType::F32, true) => greatest_f32,
        (DType::F64, false) => least_f64,
        (DType::F64, true) => greatest_f64,
        (DType::I32, false) => least_i32,
        (DType::I32, true) => greatest_i32,
        (DType::I64, false) => least_i64,
        (DType::I64, true) => greatest_i64,
        _ => return None,
    })
}

/// One function: the element type and integers of its size, the lanes of a register; how registers
/// are loaded, stored and filled; which of two elements is chosen, and which are better, missing or
/// the same, as masks.
macro_rules! place {
    ($name:ident $t:ident $bits:ident $lanes:literal $load:ident $store:ident $set:ident
        $splat:ident, choose $choose:expr, better $better:expr, same $same:expr, nan $nan:expr,
        first $first:tt) => {
        fn $name(runs: Rows<'_>, out: &mut [i64]) -> usize {
            #[inline]
            #[target_feature(enable = "avx2,bmi1")]
            fn place(x: &[$t]) -> Option<usize> {
                const BLOCK: usize = 4 * $lanes;
                let last = x.len().checked_sub(BLOCK)?;
                // SAFETY: every `start` below is at most `last`, so that a block follows it.
                let load = |start: usize, i: usize| unsafe {
                    $load(x.as_ptr().add(start + i * $lanes).cast())
                };
                let (choose, better, same, missing) = ($choose, $better, $same, $nan);
                let block = |start: usize| {
                    let [a, b, c, d] = [0, 1, 2, 3].map(|i| load(start, i));
                    let nan = _mm256_or_si256(missing(a, b), missing(c, d));
                    (choose(choose(a, b), choose(c, d)), nan)
                };
                let (mut best, mut nan) = block(0);
                let mut places = _mm256_setzero_si256();
                let mut start = 0;
                while start < last {
                    // The last block may share elements with the one before: none is better there.
                    start = (start + BLOCK).min(last);
                    let (here, missing) = block(start);
                    nan = _mm256_or_si256(nan, missing);
                    places = _mm256_blendv_epi8(places, $splat(start as _), better(here, best));
                    best = choose(here, best);
                }
                if _mm256_testz_si256(nan, nan) == 0 {
                    return None;
                }
                let (mut lanes, mut starts) = ([0 as $t; $lanes], [0 as $bits; $lanes]);
                // SAFETY: both arrays have the size of a register.
                unsafe {
                    $store(lanes.as_mut_ptr().cast(), best);
                    _mm256_storeu_si256(starts.as_mut_ptr().cast(), places);
                }
                let (mut extreme, mut start) = (lanes[0], starts[0]);
                for (&lane, &from) in lanes.iter().zip(&starts).skip(1) {
                    let sooner = lane $first extreme || (lane == extreme && from < start);
                    (extreme, start) = if sooner { (lane, from) } else { (extreme, start) };
                }
                let start = start as usize;
                let (wanted, mut found) = ($set(extreme), [0u32; 4]);
                for (i, found) in found.iter_mut().enumerate() {
                    *found = _mm256_movemask_epi8(same(load(start, i), wanted)) as u32;
                }
                let (low, high) = (
                    u64::from(found[1]) << 32 | u64::from(found[0]),
                    u64::from(found[3]) << 32 | u64::from(found[2]),
                );
                let bytes = if low == 0 {
                    64 + high.trailing_zeros()
                } else {
                    low.trailing_zeros()
                };
                // Another thread may have written over it meanwhile.
                Some(start + (bytes as usize / size_of::<$t>()).min(BLOCK - 1))
            }
            #[target_feature(enable = "avx2,bmi1")]
            fn each(runs: Rows<'_>, out: &mut [i64]) -> usize {
                for (i, out) in out.iter_mut().enumerate() {
                    match place(runs.row(i).of()) {
                        Some(place) => *out = place as i64,
                        None => return i,
                    }
                }
                out.len()
            }
            // SAFETY: the function is handed out only where the instructions were detected.
            unsafe { each(runs, out) }
        }
    };
}

/// As [`place`], of floats: the least and the greatest.
macro_rules! floats {
    ($least:ident $greatest:ident $t:ident $bits:ident $lanes:literal $load:ident $store:ident
        $set:ident $splat:ident $min:ident $max:ident $compare:ident $cast:ident) => {
        place!($least $t $bits $lanes $load $store $set $splat,
            choose |a, b| $min(a, b), better |a, b| $cast($compare::<_CMP_LT_OQ>(a, b)),
            same |a, b| $cast($compare::<_CMP_EQ_OQ>(a, b)),
            nan |a, b| $cast($compare::<_CMP_UNORD_Q>(a, b)), first <);
        place!($greatest $t $bits $lanes $load $store $set $splat,
            choose |a, b| $max(a, b), better |a, b| $cast($compare::<_CMP_GT_OQ>(a, b)),
            same |a, b| $cast($compare::<_CMP_EQ_OQ>(a, b)),
            nan |a, b| $cast($compare::<_CMP_UNORD_Q>(a, b)), first >);
    };
}

floats!(least_f32 greatest_f32 f32 u32 8 _mm256_loadu_ps _mm256_storeu_ps _mm256_set1_ps
    _mm256_set1_epi32 _mm256_min_ps _mm256_max_ps _mm256_cmp_ps _mm256_castps_si256);
floats!(least_f64 greatest_f64 f64 u64 4 _mm256_loadu_pd _mm256_storeu_pd _mm256_set1_pd
    _mm256_set1_epi64x _mm256_min_pd _mm256_max_pd _mm256_cmp_pd _mm256_castpd_si256);

/// As [`place`], of integers: the least and the greatest.
macro_rules! integers {
    ($least:ident $greatest:ident $t:ident $bits:ident $lanes:literal $splat:ident $more:ident
        $same:ident, $choose_least:expr, $choose_greatest:expr) => {
        place!($least $t $bits $lanes _mm256_loadu_si256 _mm256_storeu_si256 $splat $splat,
            choose $choose_least, better |a, b| $more(b, a), same |a, b| $same(a, b),
            nan |_: __m256i, _: __m256i| _mm256_setzero_si256(), first <);
        place!($greatest $t $bits $lanes _mm256_loadu_si256 _mm256_storeu_si256 $splat $splat,
            choose $choose_greatest, better |a, b| $more(a, b), same |a, b| $same(a, b),
            nan |_: __m256i, _: __m256i| _mm256_setzero_si256(), first >);
    };
}

integers!(least_i32 greatest_i32 i32 u32 8 _mm256_set1_epi32 _mm256_cmpgt_epi32
    _mm256_cmpeq_epi32, |a, b| _mm256_min_epi32(a, b), |a, b| _mm256_max_epi32(a, b));
integers!(least_i64 greatest_i64 i64 u64 4 _mm256_set1_epi64x _mm256_cmpgt_epi64
    _mm256_cmpeq_epi64, |a, b| _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b)),
    |a, b| _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b)));
