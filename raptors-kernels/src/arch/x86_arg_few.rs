//! Where the extremes of runs are that at most eight registers of AVX-512 hold: each run is read once, and nothing of
//! it is looked at one by one.

#![allow(
    clippy::cast_ptr_alignment,
    reason = "the rows of a run are aligned for their elements"
)]

use super::x86_arg::Place;
use crate::{DType, Level, fold::Rows};
use core::arch::x86_64::{
    __m512i, _CMP_UNORD_Q, _mm_cvtsi128_si32, _mm_min_epu8, _mm_min_epu16, _mm_minpos_epu16,
    _mm_slli_epi16, _mm_srli_epi16, _mm256_castsi256_si128, _mm256_extracti128_si256,
    _mm256_min_epu8, _mm256_min_epu16, _mm512_castsi512_si256, _mm512_cmp_pd_mask,
    _mm512_cmp_ps_mask, _mm512_cmpeq_epi8_mask, _mm512_cmpeq_epi16_mask, _mm512_cmpeq_epi32_mask,
    _mm512_cmpeq_epi64_mask, _mm512_cmpeq_pd_mask, _mm512_cmpeq_ps_mask, _mm512_extracti64x4_epi64,
    _mm512_mask_loadu_epi8, _mm512_mask_loadu_epi16, _mm512_mask_loadu_epi32,
    _mm512_mask_loadu_epi64, _mm512_mask_loadu_pd, _mm512_mask_loadu_ps, _mm512_max_epi32,
    _mm512_max_epi64, _mm512_max_epu32, _mm512_max_epu64, _mm512_max_pd, _mm512_max_ps,
    _mm512_min_epi32, _mm512_min_epi64, _mm512_min_epu8, _mm512_min_epu16, _mm512_min_epu32,
    _mm512_min_epu64, _mm512_min_pd, _mm512_min_ps, _mm512_reduce_max_epi32,
    _mm512_reduce_max_epi64, _mm512_reduce_max_epu32, _mm512_reduce_max_epu64,
    _mm512_reduce_max_pd, _mm512_reduce_max_ps, _mm512_reduce_min_epi32, _mm512_reduce_min_epi64,
    _mm512_reduce_min_epu32, _mm512_reduce_min_epu64, _mm512_reduce_min_pd, _mm512_reduce_min_ps,
    _mm512_set1_epi8, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_epi64, _mm512_set1_pd,
    _mm512_set1_ps, _mm512_xor_si512,
};

/// Bytes of the longest runs: eight registers.
const MOST: usize = 8 * size_of::<__m512i>();

/// The function for runs of `n` elements of `dtype`, at least one, where so many registers hold them.
pub(crate) fn place_few(level: Level, dtype: DType, greatest: bool, n: usize) -> Option<Place> {
    let Level::Avx512(_) = level else {
        return None;
    };
    if n.wrapping_sub(1) >= MOST / dtype.size() {
        return None;
    }
    let registers = (n * dtype.size()).div_ceil(size_of::<__m512i>());
    Some(match (dtype, greatest) {
        (DType::F32, false) => least_f32(registers),
        (DType::F32, true) => greatest_f32(registers),
        (DType::F64, false) => least_f64(registers),
        (DType::F64, true) => greatest_f64(registers),
        (DType::I32, false) => least_i32(registers),
        (DType::I32, true) => greatest_i32(registers),
        (DType::U32, false) => least_u32(registers),
        (DType::U32, true) => greatest_u32(registers),
        (DType::I64, false) => least_i64(registers),
        (DType::I64, true) => greatest_i64(registers),
        (DType::U64, false) => least_u64(registers),
        (DType::U64, true) => greatest_u64(registers),
        (DType::I8, false) => least_i8(registers),
        (DType::I8, true) => greatest_i8(registers),
        (DType::U8, false) => least_u8(registers),
        (DType::U8, true) => greatest_u8(registers),
        (DType::I16, false) => least_i16(registers),
        (DType::I16, true) => greatest_i16(registers),
        (DType::U16, false) => least_u16(registers),
        (DType::U16, true) => greatest_u16(registers),
        // Truth values may be any bytes.
        (DType::Bool | DType::F16 | DType::C64 | DType::C128, _) => return None,
    })
}

/// The functions of one kind, by the number of registers: the element type and its lanes; how some lanes are loaded
/// into a register that has others, and one element put in all; which of two registers' elements are chosen, which
/// of one register's, and which are the same; whether two registers have a NaN.
macro_rules! few {
    ($name:ident $t:ident $lanes:literal $mask:ident $load:path, $splat:ident $choose:ident $reduce:ident
        $same:ident, |$x:ident, $y:ident| $nan:expr) => {
        fn $name(registers: usize) -> Place {
            #[inline]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq")]
            fn place<const V: usize>(x: *const u8, lanes: [$mask; V]) -> Option<usize> {
                let x = x.cast::<$t>();
                // SAFETY: `each` hands out runs that have an element.
                let first = $splat(unsafe { x.read() });
                // SAFETY: the run has the lanes that are loaded; in the others is the first element, which comes
                // before all that equal it.
                let parts: [_; V] = core::array::from_fn(|i| unsafe {
                    $load(first, lanes[i], x.wrapping_add(i * $lanes).cast())
                });
                let (mut best, mut nan) = (parts[0], 0);
                for i in 0..V {
                    let ($x, $y) = (parts[i], parts[V - 1 - i]);
                    nan |= $nan;
                    best = $choose(best, $x);
                }
                if nan != 0 {
                    return None;
                }
                let best = $splat($reduce(best));
                // From the last to the first, so that this is what is left.
                let mut at = 0;
                for i in (0..V).rev() {
                    let found = $same(parts[i], best);
                    at = if found == 0 { at } else { i * $lanes + found.trailing_zeros() as usize };
                }
                Some(at)
            }
            each!(place $t $lanes $mask, registers)
        }
    };
}

/// The function that calls `$place` for each run, which are in as many registers as `$registers` says.
macro_rules! each {
    ($place:ident $t:ident $lanes:literal $mask:ident, $registers:expr) => {{
        #[target_feature(enable = "avx512f,avx512bw,avx512dq")]
        fn each<const V: usize>(runs: Rows<'_>, out: &mut [i64]) -> usize {
            let lanes: [$mask; V] = core::array::from_fn(|i| {
                let count = runs.ncols().saturating_sub(i * $lanes).min($lanes);
                // Shifted by all bits where there are none.
                (u64::MAX.checked_shr(64 - count as u32).unwrap_or(0)) as $mask
            });
            for (i, out) in out.iter_mut().enumerate() {
                match $place::<V>(runs.row(i).bytes().as_ptr(), lanes) {
                    Some(place) => *out = place as i64,
                    None => return i,
                }
            }
            out.len()
        }
        fn safe<const V: usize>(runs: Rows<'_>, out: &mut [i64]) -> usize {
            let fits = runs.ncols().wrapping_sub(1) < V * $lanes;
            assert!(
                fits && runs.dtype().size() == size_of::<$t>(),
                "runs of another length"
            );
            // SAFETY: the function is handed out only where the instructions were detected.
            unsafe { each::<V>(runs, out) }
        }
        match $registers {
            1 => safe::<1>,
            2 => safe::<2>,
            3 => safe::<3>,
            4 => safe::<4>,
            5 | 6 => safe::<6>,
            _ => safe::<8>,
        }
    }};
}

few!(least_f32 f32 16 u16 _mm512_mask_loadu_ps, _mm512_set1_ps _mm512_min_ps _mm512_reduce_min_ps
    _mm512_cmpeq_ps_mask, |x, y| _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, y));
few!(greatest_f32 f32 16 u16 _mm512_mask_loadu_ps, _mm512_set1_ps _mm512_max_ps
    _mm512_reduce_max_ps _mm512_cmpeq_ps_mask, |x, y| _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, y));
few!(least_f64 f64 8 u8 _mm512_mask_loadu_pd, _mm512_set1_pd _mm512_min_pd _mm512_reduce_min_pd
    _mm512_cmpeq_pd_mask, |x, y| _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(x, y));
few!(greatest_f64 f64 8 u8 _mm512_mask_loadu_pd, _mm512_set1_pd _mm512_max_pd _mm512_reduce_max_pd
    _mm512_cmpeq_pd_mask, |x, y| _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(x, y));
few!(least_i32 i32 16 u16 _mm512_mask_loadu_epi32, _mm512_set1_epi32 _mm512_min_epi32
    _mm512_reduce_min_epi32 _mm512_cmpeq_epi32_mask, |_x, _y| 0u16);
few!(greatest_i32 i32 16 u16 _mm512_mask_loadu_epi32, _mm512_set1_epi32 _mm512_max_epi32
    _mm512_reduce_max_epi32 _mm512_cmpeq_epi32_mask, |_x, _y| 0u16);
few!(least_u32 i32 16 u16 _mm512_mask_loadu_epi32, _mm512_set1_epi32 _mm512_min_epu32
    reduce_min_u32 _mm512_cmpeq_epi32_mask, |_x, _y| 0u16);
few!(greatest_u32 i32 16 u16 _mm512_mask_loadu_epi32, _mm512_set1_epi32 _mm512_max_epu32
    reduce_max_u32 _mm512_cmpeq_epi32_mask, |_x, _y| 0u16);
few!(least_i64 i64 8 u8 _mm512_mask_loadu_epi64, _mm512_set1_epi64 _mm512_min_epi64
    _mm512_reduce_min_epi64 _mm512_cmpeq_epi64_mask, |_x, _y| 0u8);
few!(greatest_i64 i64 8 u8 _mm512_mask_loadu_epi64, _mm512_set1_epi64 _mm512_max_epi64
    _mm512_reduce_max_epi64 _mm512_cmpeq_epi64_mask, |_x, _y| 0u8);
few!(least_u64 i64 8 u8 _mm512_mask_loadu_epi64, _mm512_set1_epi64 _mm512_min_epu64
    reduce_min_u64 _mm512_cmpeq_epi64_mask, |_x, _y| 0u8);
few!(greatest_u64 i64 8 u8 _mm512_mask_loadu_epi64, _mm512_set1_epi64 _mm512_max_epu64
    reduce_max_u64 _mm512_cmpeq_epi64_mask, |_x, _y| 0u8);

/// As [`few`], of elements of one or two bytes: with the bits that are turned so that the least of all, as numbers
/// without a sign, is the one that is looked for.
macro_rules! narrow {
    ($($name:ident $flip:literal)*, $t:ident $lanes:literal $mask:ident $load:ident $splat:ident
        $choose:ident $reduce:ident $same:ident) => {
        $(few!($name $t $lanes $mask $load::<$flip>, $splat $choose $reduce $same, |_x, _y| 0);)*
    };
}
narrow!(least_u8 0 greatest_u8 -1 least_i8 -128 greatest_i8 127, i8 64 u64 load_u8
    _mm512_set1_epi8 _mm512_min_epu8 reduce_u8 _mm512_cmpeq_epi8_mask);
narrow!(least_u16 0 greatest_u16 -1 least_i16 -32768 greatest_i16 32767, i16 32 u32 load_u16
    _mm512_set1_epi16 _mm512_min_epu16 reduce_u16 _mm512_cmpeq_epi16_mask);

/// The elements from `from` on in `lanes` and those of `others` elsewhere, each with the bits of `FLIP` turned.
///
/// # Safety
///
/// The elements in `lanes` can be read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn load_u8<const FLIP: i8>(others: __m512i, lanes: u64, from: *const i8) -> __m512i {
    // SAFETY: the caller's.
    let x = unsafe { _mm512_mask_loadu_epi8(others, lanes, from) };
    _mm512_xor_si512(x, _mm512_set1_epi8(FLIP))
}

/// As [`load_u8`].
///
/// # Safety
///
/// As there.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn load_u16<const FLIP: i16>(others: __m512i, lanes: u32, from: *const i16) -> __m512i {
    // SAFETY: the caller's.
    let x = unsafe { _mm512_mask_loadu_epi16(others, lanes, from) };
    _mm512_xor_si512(x, _mm512_set1_epi16(FLIP))
}

/// The least of all.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn reduce_u8(x: __m512i) -> i8 {
    let x = _mm256_min_epu8(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64::<1>(x));
    let x = _mm_min_epu8(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x));
    // The less of each pair, as a number of two bytes.
    let pairs = _mm_min_epu8(x, _mm_srli_epi16::<8>(x));
    let pairs = _mm_srli_epi16::<8>(_mm_slli_epi16::<8>(pairs));
    _mm_cvtsi128_si32(_mm_minpos_epu16(pairs)) as i8
}

/// The least of all.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn reduce_u16(x: __m512i) -> i16 {
    let x = _mm256_min_epu16(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64::<1>(x));
    let x = _mm_min_epu16(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x));
    _mm_cvtsi128_si32(_mm_minpos_epu16(x)) as i16
}

/// As the instruction of signed numbers.
macro_rules! reduce {
    ($($name:ident $t:ident $instruction:ident)*) => {$(
        #[inline]
        #[target_feature(enable = "avx512f")]
        fn $name(x: __m512i) -> $t {
            $instruction(x) as $t
        }
    )*};
}
reduce!(reduce_min_u32 i32 _mm512_reduce_min_epu32 reduce_max_u32 i32 _mm512_reduce_max_epu32
    reduce_min_u64 i64 _mm512_reduce_min_epu64 reduce_max_u64 i64 _mm512_reduce_max_epu64);
