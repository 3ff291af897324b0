//! Where the extreme of a short run is, in one pass by AVX-512: each lane keeps its extreme and the
//! block that it came from, and only the first of the best blocks is looked at again.

use crate::{DType, Level, fold::Rows};
use core::arch::x86_64::{
    _CMP_GT_OQ, _CMP_LT_OQ, _CMP_UNORD_Q, _mm512_cmp_pd_mask, _mm512_cmp_ps_mask,
    _mm512_cmpeq_epi32_mask, _mm512_cmpeq_epi64_mask, _mm512_cmpeq_pd_mask, _mm512_cmpeq_ps_mask,
    _mm512_cmpgt_epi32_mask, _mm512_cmpgt_epi64_mask, _mm512_cmplt_epi32_mask,
    _mm512_cmplt_epi64_mask, _mm512_loadu_epi32, _mm512_loadu_epi64, _mm512_loadu_pd,
    _mm512_loadu_ps, _mm512_mask_mov_epi32, _mm512_mask_mov_epi64, _mm512_mask_reduce_min_epu32,
    _mm512_mask_reduce_min_epu64, _mm512_max_epi32, _mm512_max_epi64, _mm512_max_pd, _mm512_max_ps,
    _mm512_min_epi32, _mm512_min_epi64, _mm512_min_pd, _mm512_min_ps, _mm512_reduce_max_epi32,
    _mm512_reduce_max_epi64, _mm512_reduce_max_pd, _mm512_reduce_max_ps, _mm512_reduce_min_epi32,
    _mm512_reduce_min_epi64, _mm512_reduce_min_pd, _mm512_reduce_min_ps, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_set1_pd, _mm512_set1_ps,
};

/// Writes the index of the first extreme of each run, up to the first run that has a NaN: gives how
/// many.
pub(crate) type Place = fn(Rows<'_>, &mut [i64]) -> usize;

/// The function for runs of `dtype`, of at least one block of four registers (shorter ones have no
/// place) and at most 2³¹ elements.
pub(crate) fn place(level: Level, dtype: DType, greatest: bool) -> Option<Place> {
    match level {
        Level::Avx512(_) => {}
        Level::Avx2(_) => return super::x86_place::place(dtype, greatest),
        _ => return None,
    }
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

/// One function: the element type, the lanes of a register, and the instructions that load, choose,
/// compare, and find NaN, for elements and for numbers of blocks, which are integers of their size.
macro_rules! place {
    ($name:ident $t:ident $lanes:literal $load:ident $choose:ident $reduce:ident $set:ident
        $same:ident $put:ident $splat:ident $fewest:ident,
        |$a:ident, $b:ident| $better:expr, |$x:ident, $y:ident| $nan:expr) => {
        fn $name(runs: Rows<'_>, out: &mut [i64]) -> usize {
            #[inline]
            #[target_feature(enable = "avx512f,avx512dq")]
            fn place(x: &[$t]) -> Option<usize> {
                const BLOCK: usize = 4 * $lanes;
                let last = x.len().checked_sub(BLOCK)?;
                // SAFETY: every `start` below is at most `last`, so that a block follows it.
                let load = |start: usize, i: usize| unsafe {
                    $load(x.as_ptr().add(start + i * $lanes).cast())
                };
                let block = |start: usize| {
                    let parts: [_; 4] = core::array::from_fn(|i| load(start, i));
                    let nan = {
                        let ($x, $y) = (parts[0], parts[1]);
                        $nan
                    } | {
                        let ($x, $y) = (parts[2], parts[3]);
                        $nan
                    };
                    let (a, b) = ($choose(parts[0], parts[1]), $choose(parts[2], parts[3]));
                    ($choose(a, b), nan)
                };
                let (mut best, mut nan) = block(0);
                let mut places = $splat(0);
                let mut start = 0;
                while start < last {
                    // The last block may share elements with the one before: none is better there.
                    start = (start + BLOCK).min(last);
                    let (here, missing) = block(start);
                    nan |= missing;
                    let better = {
                        let ($a, $b) = (here, best);
                        $better
                    };
                    places = $put(places, better, $splat(start as _));
                    best = $choose(here, best);
                }
                if nan != 0 {
                    return None;
                }
                let best_of_all = $set($reduce(best));
                let start = $fewest($same(best, best_of_all), places) as usize;
                let mut found = 0u64;
                for i in 0..4 {
                    found |= u64::from($same(load(start, i), best_of_all)) << (i * $lanes);
                }
                // Another thread may have written over it meanwhile.
                Some(start + (found.trailing_zeros() as usize).min(BLOCK - 1))
            }
            #[target_feature(enable = "avx512f,avx512dq")]
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

place!(least_f32 f32 16 _mm512_loadu_ps _mm512_min_ps _mm512_reduce_min_ps _mm512_set1_ps
    _mm512_cmpeq_ps_mask _mm512_mask_mov_epi32 _mm512_set1_epi32 _mm512_mask_reduce_min_epu32,
    |a, b| _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b), |x, y| _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, y));
place!(greatest_f32 f32 16 _mm512_loadu_ps _mm512_max_ps _mm512_reduce_max_ps _mm512_set1_ps
    _mm512_cmpeq_ps_mask _mm512_mask_mov_epi32 _mm512_set1_epi32 _mm512_mask_reduce_min_epu32,
    |a, b| _mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b), |x, y| _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, y));
place!(least_f64 f64 8 _mm512_loadu_pd _mm512_min_pd _mm512_reduce_min_pd _mm512_set1_pd
    _mm512_cmpeq_pd_mask _mm512_mask_mov_epi64 _mm512_set1_epi64 _mm512_mask_reduce_min_epu64,
    |a, b| _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b), |x, y| _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(x, y));
place!(greatest_f64 f64 8 _mm512_loadu_pd _mm512_max_pd _mm512_reduce_max_pd _mm512_set1_pd
    _mm512_cmpeq_pd_mask _mm512_mask_mov_epi64 _mm512_set1_epi64 _mm512_mask_reduce_min_epu64,
    |a, b| _mm512_cmp_pd_mask::<_CMP_GT_OQ>(a, b), |x, y| _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(x, y));
place!(least_i32 i32 16 _mm512_loadu_epi32 _mm512_min_epi32 _mm512_reduce_min_epi32
    _mm512_set1_epi32 _mm512_cmpeq_epi32_mask _mm512_mask_mov_epi32 _mm512_set1_epi32
    _mm512_mask_reduce_min_epu32, |a, b| _mm512_cmplt_epi32_mask(a, b), |_x, _y| 0u16);
place!(greatest_i32 i32 16 _mm512_loadu_epi32 _mm512_max_epi32 _mm512_reduce_max_epi32
    _mm512_set1_epi32 _mm512_cmpeq_epi32_mask _mm512_mask_mov_epi32 _mm512_set1_epi32
    _mm512_mask_reduce_min_epu32, |a, b| _mm512_cmpgt_epi32_mask(a, b), |_x, _y| 0u16);
place!(least_i64 i64 8 _mm512_loadu_epi64 _mm512_min_epi64 _mm512_reduce_min_epi64
    _mm512_set1_epi64 _mm512_cmpeq_epi64_mask _mm512_mask_mov_epi64 _mm512_set1_epi64
    _mm512_mask_reduce_min_epu64, |a, b| _mm512_cmplt_epi64_mask(a, b), |_x, _y| 0u8);
place!(greatest_i64 i64 8 _mm512_loadu_epi64 _mm512_max_epi64 _mm512_reduce_max_epi64
    _mm512_set1_epi64 _mm512_cmpeq_epi64_mask _mm512_mask_mov_epi64 _mm512_set1_epi64
    _mm512_mask_reduce_min_epu64, |a, b| _mm512_cmpgt_epi64_mask(a, b), |_x, _y| 0u8);
