//! Elements, or their indices, parted by comparisons of elements, by vectors with AVX2.

use super::{
    order::Gathered,
    x86_lanes256::{ORDERS_32, ORDERS_64},
    x86_narrow::Bits,
};
use crate::dtype::Kind;
use core::arch::x86_64::{
    __m256i, _CMP_LT_OQ, _CMP_UNORD_Q, _mm_loadl_epi64, _mm256_add_epi64, _mm256_castpd_si256,
    _mm256_castps_si256, _mm256_castsi256_pd, _mm256_castsi256_ps, _mm256_cmp_pd, _mm256_cmp_ps,
    _mm256_cmpgt_epi32, _mm256_cmpgt_epi64, _mm256_cvtepu8_epi32, _mm256_loadu_si256,
    _mm256_movemask_pd, _mm256_movemask_ps, _mm256_permutevar8x32_epi32, _mm256_set_epi64x,
    _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_storeu_si256, _mm256_xor_si256,
};

/// Indices that a vector holds.
const INDICES: usize = 4;

/// Words whose lanes are compared as the elements that they are the bits of.
///
/// # Safety
///
/// Every function needs AVX2; that with a pointer reads a vector there.
pub(super) trait Compared: Bits {
    /// Lanes of a vector.
    const LANES: usize;
    unsafe fn splat(self) -> __m256i;
    /// Which lanes at `x` are less than those of `pivots`, whose bits differ from those of the
    /// elements in `turn`.
    unsafe fn below(x: *const Self, pivots: __m256i, turn: __m256i, float: bool) -> u32;
    /// Which lanes at `x` are no numbers, as floats.
    unsafe fn nans(x: *const Self) -> u32;
    /// The lanes at `x`, of which those in `set` come first.
    unsafe fn ordered(x: *const Self, set: u32) -> __m256i;
    /// Whether one element is.
    fn is_below(self, pivot: Self, kind: Kind) -> bool;
}

macro_rules! compared {
    ($t:ty, $signed:ty, $float:ty, $lanes:literal, $orders:ident, $splat:ident, $gt:ident, $cmp:ident, $cast:ident, $back:ident, $mask:ident) => {
        impl Compared for $t {
            const LANES: usize = $lanes;
            #[inline(always)]
            unsafe fn splat(self) -> __m256i {
                // SAFETY: the caller's promise that the CPU has the instruction.
                unsafe { $splat(self as $signed) }
            }
            #[inline(always)]
            unsafe fn below(x: *const Self, pivots: __m256i, turn: __m256i, float: bool) -> u32 {
                // SAFETY: the caller's promise, for a vector at `x`.
                unsafe {
                    let x = _mm256_loadu_si256(x.cast());
                    let below = if float {
                        $back($cmp::<_CMP_LT_OQ>($cast(x), $cast(pivots)))
                    } else {
                        $gt(pivots, _mm256_xor_si256(x, turn))
                    };
                    $mask($cast(below)) as u32
                }
            }
            #[inline(always)]
            unsafe fn nans(x: *const Self) -> u32 {
                // SAFETY: the caller's promise, for a vector at `x`.
                unsafe {
                    let x = $cast(_mm256_loadu_si256(x.cast()));
                    $mask($cmp::<_CMP_UNORD_Q>(x, x)) as u32
                }
            }
            #[inline(always)]
            unsafe fn ordered(x: *const Self, set: u32) -> __m256i {
                // SAFETY: the caller's promise, for a vector at `x`; the table has a row for each
                // set of its lanes, and the others are masked.
                unsafe {
                    let order = $orders.as_ptr().add(set as usize & ((1 << $lanes) - 1));
                    let order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(order.cast()));
                    _mm256_permutevar8x32_epi32(_mm256_loadu_si256(x.cast()), order)
                }
            }
            #[inline(always)]
            fn is_below(self, pivot: Self, kind: Kind) -> bool {
                match kind {
                    Kind::Float => <$float>::from_bits(self) < <$float>::from_bits(pivot),
                    Kind::Signed => (self as $signed) < pivot as $signed,
                    _ => self < pivot,
                }
            }
        }
    };
}
compared!(
    u32,
    i32,
    f32,
    8,
    ORDERS_32,
    _mm256_set1_epi32,
    _mm256_cmpgt_epi32,
    _mm256_cmp_ps,
    _mm256_castsi256_ps,
    _mm256_castps_si256,
    _mm256_movemask_ps
);
compared!(
    u64,
    i64,
    f64,
    4,
    ORDERS_64,
    _mm256_set1_epi64x,
    _mm256_cmpgt_epi64,
    _mm256_cmp_pd,
    _mm256_castsi256_pd,
    _mm256_castpd_si256,
    _mm256_movemask_pd
);

/// Indices of which those in `set` come first.
#[inline(always)]
unsafe fn ordered(indices: __m256i, set: u32) -> __m256i {
    // SAFETY: the caller's promise that there is AVX2; the table has a row for each set of four.
    unsafe {
        let order = ORDERS_64.as_ptr().add((set & 0xf) as usize);
        let order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(order.cast()));
        _mm256_permutevar8x32_epi32(indices, order)
    }
}

/// Writes the indices of the elements less than `pivot` from the start of `out` on, and those of the
/// others before its end; gives the number of the former. NaN is less than nothing.
///
/// # Safety
///
/// The CPU has AVX2; `out` is as long as `x`.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn part<W: Compared>(x: &[W], kind: Kind, pivot: W, out: &mut [i64]) -> usize {
    // SAFETY: the caller's promise. What is left between `start` and `end` is as much as there are
    // elements left: of whole vectors, after the last elements, so that it is one vector or two at
    // the least, and what is stored at one side is not written over from the other.
    unsafe {
        let turn = if kind == Kind::Unsigned {
            W::SIGN
        } else {
            W::ZERO
        };
        let (pivots, turns) = ((pivot ^ turn).splat(), turn.splat());
        let base = out.as_mut_ptr();
        let (mut start, mut end) = (base, base.add(x.len()));
        let whole = x.len() - x.len() % W::LANES;
        for (index, &word) in x.iter().enumerate().skip(whole) {
            let below = usize::from(word.is_below(pivot, kind));
            *start = index as i64;
            *end.sub(1) = index as i64;
            start = start.add(below);
            end = end.sub(1 - below);
        }
        let mut indices = _mm256_set_epi64x(3, 2, 1, 0);
        let next = _mm256_set1_epi64x(INDICES as i64);
        for at in (0..whole).step_by(W::LANES) {
            let mut below = W::below(x.as_ptr().add(at), pivots, turns, kind == Kind::Float);
            for _ in 0..W::LANES / INDICES {
                let parted = ordered(indices, below);
                let count = (below & 0xf).count_ones() as usize;
                _mm256_storeu_si256(start.cast(), parted);
                _mm256_storeu_si256(end.sub(INDICES).cast(), parted);
                start = start.add(count);
                end = end.sub(INDICES - count);
                indices = _mm256_add_epi64(indices, next);
                below >>= INDICES;
            }
        }
        start.offset_from_unsigned(base)
    }
}

/// As [`part`], writes the elements themselves.
///
/// # Safety
///
/// As [`part`].
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn part_words<W: Compared>(
    x: &[W],
    kind: Kind,
    pivot: W,
    out: &mut [W],
) -> usize {
    // SAFETY: the caller's promise. What is left between `start` and `end` is as much as there are
    // elements left: of whole vectors, after the last elements, so that what is stored at one side is
    // not written over from the other.
    unsafe {
        let turn = if kind == Kind::Unsigned {
            W::SIGN
        } else {
            W::ZERO
        };
        let (pivots, turns) = ((pivot ^ turn).splat(), turn.splat());
        let base = out.as_mut_ptr();
        let (mut start, mut end) = (base, base.add(x.len()));
        let whole = x.len() - x.len() % W::LANES;
        for &word in &x[whole..] {
            let below = usize::from(word.is_below(pivot, kind));
            *start = word;
            *end.sub(1) = word;
            start = start.add(below);
            end = end.sub(1 - below);
        }
        for at in (0..whole).step_by(W::LANES) {
            let from = x.as_ptr().add(at);
            let below = W::below(from, pivots, turns, kind == Kind::Float);
            let parted = W::ordered(from, below);
            let count = below.count_ones() as usize;
            _mm256_storeu_si256(start.cast(), parted);
            _mm256_storeu_si256(end.sub(W::LANES).cast(), parted);
            start = start.add(count);
            end = end.sub(W::LANES - count);
        }
        start.offset_from_unsigned(base)
    }
}

/// Writes the elements that are not less than `low` but less than `high` to the start of `out`.
///
/// # Safety
///
/// The CPU has AVX2; `out` is as long as `x`.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn gather<W: Compared>(
    x: &[W],
    kind: Kind,
    [low, high]: [W; 2],
    out: &mut [W],
) -> Gathered {
    let turn = if kind == Kind::Unsigned {
        W::SIGN
    } else {
        W::ZERO
    };
    let float = kind == Kind::Float;
    let whole = x.len() - x.len() % W::LANES;
    let mut found = Gathered::default();
    // SAFETY: the caller's promise. No more is written than was read, and a vector is stored where
    // there is room for as many elements as were read with it.
    unsafe {
        let (lows, turns) = ((low ^ turn).splat(), turn.splat());
        let highs = (high ^ turn).splat();
        let base = out.as_mut_ptr();
        let (mut end, mut below, mut nans) = (base, 0, 0);
        for at in (0..whole).step_by(W::LANES) {
            let from = x.as_ptr().add(at);
            let lower = W::below(from, lows, turns, float);
            let inside = W::below(from, highs, turns, float) & !lower;
            if float {
                nans |= W::nans(from);
            }
            _mm256_storeu_si256(end.cast(), W::ordered(from, inside));
            end = end.add(inside.count_ones() as usize);
            below += lower.count_ones() as usize;
        }
        for &word in &x[whole..] {
            let lower = word.is_below(low, kind);
            *end = word;
            end = end.add(usize::from(word.is_below(high, kind) && !lower));
            below += usize::from(lower);
            nans |= u32::from(float && word.is_nan());
        }
        found.inside = end.offset_from_unsigned(base);
        (found.below, found.nan) = (below, nans != 0);
    }
    found
}

/// Writes the indices of the elements that are not less than `low` but less than `high` from the
/// start of `out` on, and those of elements not less than `high` before its end, as long as there is
/// room; gives the number of the former.
///
/// # Safety
///
/// The CPU has AVX2.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn part_between<W: Compared>(
    x: &[W],
    kind: Kind,
    [low, high]: [W; 2],
    out: &mut [i64],
) -> usize {
    // SAFETY: the caller's promise. Vectors are stored as long as there is room for two, so that what
    // is stored at one side is not written over from the other; then elements, where there is room.
    unsafe {
        let turn = if kind == Kind::Unsigned {
            W::SIGN
        } else {
            W::ZERO
        };
        let (lows, turns) = ((low ^ turn).splat(), turn.splat());
        let highs = (high ^ turn).splat();
        let float = kind == Kind::Float;
        let base = out.as_mut_ptr();
        let (mut start, mut end) = (base, base.add(out.len()));
        let whole = x.len() - x.len() % W::LANES;
        let mut indices = _mm256_set_epi64x(3, 2, 1, 0);
        let next = _mm256_set1_epi64x(INDICES as i64);
        let mut at = 0;
        while at < whole && end.offset_from_unsigned(start) >= 2 * W::LANES {
            let mut lower = W::below(x.as_ptr().add(at), lows, turns, float);
            let mut higher = !W::below(x.as_ptr().add(at), highs, turns, float);
            for _ in 0..W::LANES / INDICES {
                let middle = !(lower | higher) & 0xf;
                let above = higher & !lower & 0xf;
                _mm256_storeu_si256(start.cast(), ordered(indices, middle));
                start = start.add(middle.count_ones() as usize);
                // Of these the others come first.
                _mm256_storeu_si256(end.sub(INDICES).cast(), ordered(indices, !above));
                end = end.sub(above.count_ones() as usize);
                indices = _mm256_add_epi64(indices, next);
                lower >>= INDICES;
                higher >>= INDICES;
            }
            at += W::LANES;
        }
        for (index, &word) in x.iter().enumerate().skip(at) {
            if start == end {
                break;
            }
            if word.is_below(low, kind) {
                continue;
            }
            if word.is_below(high, kind) {
                *start = index as i64;
                start = start.add(1);
            } else {
                end = end.sub(1);
                *end = index as i64;
            }
        }
        start.offset_from_unsigned(base)
    }
}
