//! Where the extreme of a short run is, in one pass by AVX2: as [`super::x86_arg`], by vectors of half
//! the width.

use super::x86_arg::Place;
use crate::{DType, fold::Rows};
use core::arch::x86_64::{
    __m256i, _CMP_EQ_OQ, _CMP_GT_OQ, _CMP_LT_OQ, _CMP_UNORD_Q, _mm256_blendv_epi8,
    _mm256_castpd_si256, _mm256_castps_si256, _mm256_castsi256_pd, _mm256_castsi256_ps,
    _mm256_cmp_pd, _mm256_cmp_ps, _mm256_cmpeq_epi32, _mm256_cmpeq_epi64, _mm256_cmpgt_epi32,
    _mm256_cmpgt_epi64, _mm256_cvtsi256_si32, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_max_epi32, _mm256_max_pd, _mm256_max_ps, _mm256_min_epi32, _mm256_min_pd, _mm256_min_ps,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_permute4x64_epi64, _mm256_set1_epi32,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi32, _mm256_testz_si256,
};
use core::convert::identity;

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

/// The lanes of a register in an order in which each meets another one: after two turns each of four has
/// met all, and after three each of eight.
#[inline]
#[target_feature(enable = "avx2")]
fn turned(x: __m256i, turn: u32) -> __m256i {
    match turn {
        0 => _mm256_permute4x64_epi64::<0b01_00_11_10>(x),
        1 => _mm256_shuffle_epi32::<0b01_00_11_10>(x),
        _ => _mm256_shuffle_epi32::<0b10_11_00_01>(x),
    }
}

/// One function: the element type, the lanes of a register; how registers are loaded and integers put
/// in all lanes, a register as one of integers and the other way round; which of two elements is
/// chosen, and which are better, the same or missing, as masks.
macro_rules! place {
    ($name:ident $t:ident $lanes:literal $load:ident $splat:ident, words $words:expr,
        vector $vector:expr, choose $choose:expr, better $better:expr, same $same:expr,
        nan $nan:expr) => {
        fn $name(runs: Rows<'_>, out: &mut [i64]) -> usize {
            #[inline]
            #[target_feature(enable = "avx2,bmi1")]
            fn place(x: &[$t]) -> Option<usize> {
                const BLOCK: usize = 4 * $lanes;
                const TURNS: u32 = usize::ilog2($lanes);
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
                // Every lane gets the extreme of all lanes, and the first place of what equals it.
                let mut all = best;
                for i in 0..TURNS {
                    all = choose(all, $vector(turned($words(all), i)));
                }
                let none = _mm256_set1_epi32(i32::MAX);
                let mut first = _mm256_blendv_epi8(none, places, same(best, all));
                for i in 0..TURNS {
                    first = _mm256_min_epi32(first, turned(first, i));
                }
                let start = (_mm256_cvtsi256_si32(first) as usize).min(last);
                let mut found = [0u32; 4];
                for (i, found) in found.iter_mut().enumerate() {
                    *found = _mm256_movemask_epi8(same(load(start, i), all)) as u32;
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
    ($least:ident $greatest:ident $t:ident $lanes:literal $load:ident $splat:ident $min:ident
        $max:ident $compare:ident $cast:ident $back:ident) => {
        place!($least $t $lanes $load $splat, words $cast, vector $back,
            choose |a, b| $min(a, b), better |a, b| $cast($compare::<_CMP_LT_OQ>(a, b)),
            same |a, b| $cast($compare::<_CMP_EQ_OQ>(a, b)),
            nan |a, b| $cast($compare::<_CMP_UNORD_Q>(a, b)));
        place!($greatest $t $lanes $load $splat, words $cast, vector $back,
            choose |a, b| $max(a, b), better |a, b| $cast($compare::<_CMP_GT_OQ>(a, b)),
            same |a, b| $cast($compare::<_CMP_EQ_OQ>(a, b)),
            nan |a, b| $cast($compare::<_CMP_UNORD_Q>(a, b)));
    };
}

floats!(least_f32 greatest_f32 f32 8 _mm256_loadu_ps _mm256_set1_epi32 _mm256_min_ps
    _mm256_max_ps _mm256_cmp_ps _mm256_castps_si256 _mm256_castsi256_ps);
floats!(least_f64 greatest_f64 f64 4 _mm256_loadu_pd _mm256_set1_epi64x _mm256_min_pd
    _mm256_max_pd _mm256_cmp_pd _mm256_castpd_si256 _mm256_castsi256_pd);

/// As [`place`], of integers: the least and the greatest.
macro_rules! integers {
    ($least:ident $greatest:ident $t:ident $lanes:literal $splat:ident $more:ident $same:ident,
        $choose_least:expr, $choose_greatest:expr) => {
        place!($least $t $lanes _mm256_loadu_si256 $splat, words identity, vector identity,
            choose $choose_least, better |a, b| $more(b, a), same |a, b| $same(a, b),
            nan |_: __m256i, _: __m256i| _mm256_setzero_si256());
        place!($greatest $t $lanes _mm256_loadu_si256 $splat, words identity, vector identity,
            choose $choose_greatest, better |a, b| $more(a, b), same |a, b| $same(a, b),
            nan |_: __m256i, _: __m256i| _mm256_setzero_si256());
    };
}

integers!(least_i32 greatest_i32 i32 8 _mm256_set1_epi32 _mm256_cmpgt_epi32 _mm256_cmpeq_epi32,
    |a, b| _mm256_min_epi32(a, b), |a, b| _mm256_max_epi32(a, b));
integers!(least_i64 greatest_i64 i64 4 _mm256_set1_epi64x _mm256_cmpgt_epi64 _mm256_cmpeq_epi64,
    |a, b| _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b)),
    |a, b| _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b)));
