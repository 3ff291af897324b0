//! Vectors for sorting, lanes compared, moved and parted: of unsigned integers with AVX-512.

use super::{x86_lanes256::ORDERS_32, x86_network::capacity};
use core::arch::x86_64::{
    __m512i, __mmask8, __mmask16, __mmask32, _CMP_LT_OQ, _mm_loadl_epi64, _mm512_castpd_si512,
    _mm512_castsi512_pd, _mm512_cmp_pd_mask, _mm512_cmplt_epu16_mask, _mm512_cmplt_epu32_mask,
    _mm512_cmplt_epu64_mask, _mm512_cvtepu8_epi64, _mm512_loadu_epi16, _mm512_loadu_epi32,
    _mm512_loadu_epi64, _mm512_mask_loadu_epi16, _mm512_mask_loadu_epi32, _mm512_mask_loadu_epi64,
    _mm512_mask_max_epu16, _mm512_mask_max_epu32, _mm512_mask_max_epu64, _mm512_mask_max_pd,
    _mm512_mask_storeu_epi16, _mm512_mask_storeu_epi32, _mm512_mask_storeu_epi64,
    _mm512_maskz_compress_epi16, _mm512_maskz_compress_epi32, _mm512_maskz_compress_epi64,
    _mm512_max_epu16, _mm512_max_epu32, _mm512_max_epu64, _mm512_max_pd, _mm512_min_epu16,
    _mm512_min_epu32, _mm512_min_epu64, _mm512_min_pd, _mm512_permutex2var_epi16,
    _mm512_permutex2var_epi32, _mm512_permutex2var_epi64, _mm512_permutexvar_epi16,
    _mm512_permutexvar_epi32, _mm512_permutexvar_epi64, _mm512_set1_epi16, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_set1_pd, _mm512_storeu_epi16, _mm512_storeu_epi32,
    _mm512_storeu_epi64,
};

pub(super) use super::x86_lane::{Lanes, compiled, zip_rows};

/// The lanes that get the greater element where partners differ in the bits of `partner`.
const fn greater(partner: usize) -> u32 {
    let high = 1 << partner.ilog2();
    let (mut mask, mut lane) = (0, 0);
    while lane < 32 {
        if lane & high != 0 {
            mask |= 1 << lane;
        }
        lane += 1;
    }
    mask
}

/// Writes the lanes of `x` in `less` from `start` on, and the others, so many, before `end`: by one order of all.
macro_rules! by_order {
    ($compress:ident $permute:ident, $less:ident, $x:ident, $start:expr, $end:expr, $others:expr) => {
        let order = ORDERS_32.as_ptr().add(usize::from($less));
        let order = _mm512_cvtepu8_epi64(_mm_loadl_epi64(order.cast()));
        let ordered = $permute(order, $x);
        Self::store($start, ordered);
        Self::store($end.sub(Self::LANES), ordered);
    };
}

/// As [`by_order`], of too many lanes for a table of orders.
macro_rules! by_two {
    ($compress:ident $permute:ident, $less:ident, $x:ident, $start:expr, $end:expr, $others:expr) => {
        let others = $others;
        Self::store($start, $compress($less, $x));
        Self::store_part($end.sub(others), others, $compress(!$less, $x));
    };
}

macro_rules! lanes {
    (
        $t:ty, $index:ty, $lanes:literal, $mask:ty, max $most:expr, |$x:ident| next $next:expr,
        splat $splat:expr, sort $sort:expr,
        $loadu:ident $mask_loadu:ident $storeu:ident $mask_storeu:ident
        $min:ident $max:ident $mask_max:ident $cmplt:ident $compress:ident
        $permute:ident $permute2:ident, $part:ident
    ) => {
        const _: () = {
            /// The numbers of the lanes that differ from each lane's in `bits`.
            const fn partners(bits: usize) -> [$index; $lanes] {
                let (mut lanes, mut lane) = ([0; $lanes], 0);
                while lane < $lanes {
                    lanes[lane] = (lane ^ bits) as $index;
                    lane += 1;
                }
                lanes
            }

            impl Lanes for $t {
                type Vector = __m512i;
                const LANES: usize = $lanes;
                const FEW: usize = capacity::<Self>();
                const MAX: Self = $most;
                #[inline(always)]
                fn next(self) -> Option<Self> {
                    let $x = self;
                    $next
                }
                #[inline(always)]
                unsafe fn load(from: *const Self) -> __m512i {
                    // SAFETY: the caller's promise, for the elements at `from`.
                    unsafe { $loadu(from.cast()) }
                }
                #[inline(always)]
                unsafe fn load_part(from: *const Self, count: usize) -> __m512i {
                    // SAFETY: the caller's promise, for the elements at `from`.
                    unsafe { $mask_loadu(Self::splat($most), first(count) as $mask, from.cast()) }
                }
                #[inline(always)]
                unsafe fn store(to: *mut Self, x: __m512i) {
                    // SAFETY: the caller's promise, for the elements at `to`.
                    unsafe { $storeu(to.cast(), x) }
                }
                #[inline(always)]
                unsafe fn store_part(to: *mut Self, count: usize, x: __m512i) {
                    // SAFETY: the caller's promise, for the elements at `to`.
                    unsafe { $mask_storeu(to.cast(), first(count) as $mask, x) }
                }
                #[inline(always)]
                unsafe fn splat($x: Self) -> __m512i {
                    // SAFETY: the caller's promise that the CPU has the instruction.
                    unsafe { $splat }
                }
                #[inline(always)]
                unsafe fn lesser(a: __m512i, b: __m512i) -> __m512i {
                    // SAFETY: the caller's promise that the CPU has the instruction.
                    unsafe { $min(a, b) }
                }
                #[inline(always)]
                unsafe fn greater(a: __m512i, b: __m512i) -> __m512i {
                    // SAFETY: the caller's promise that the CPU has the instruction.
                    unsafe { $max(a, b) }
                }
                #[inline(always)]
                unsafe fn part(
                    x: __m512i,
                    pivots: __m512i,
                    start: &mut *mut Self,
                    end: &mut *mut Self,
                ) {
                    // SAFETY: the caller's promise, that a vector may be written at either side.
                    unsafe {
                        let less = $cmplt(x, pivots);
                        let lesser = less.count_ones() as usize;
                        $part!($compress $permute, less, x, *start, *end, Self::LANES - lesser);
                        *start = start.add(lesser);
                        *end = end.sub(Self::LANES - lesser);
                    }
                }
                #[inline(always)]
                unsafe fn part_some(
                    x: __m512i,
                    count: usize,
                    pivots: __m512i,
                    start: &mut *mut Self,
                    end: &mut *mut Self,
                ) {
                    // SAFETY: the caller's promise; exactly as much as there is is written.
                    unsafe {
                        let less = $cmplt(x, pivots) & first(count) as $mask;
                        let lesser = less.count_ones() as usize;
                        Self::store_part(*start, lesser, $compress(less, x));
                        *start = start.add(lesser);
                        *end = end.sub(count - lesser);
                        Self::store_part(*end, count - lesser, $compress(!less, x));
                    }
                }
                #[inline]
                fn sort_plainly(x: &mut [Self]) {
                    x.sort_unstable_by($sort);
                }
                compiled!(
                    "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt",
                    4
                );
                #[inline(always)]
                unsafe fn reverse(x: __m512i) -> __m512i {
                    // SAFETY: the caller's promise; the constant has as many lanes as a vector.
                    unsafe {
                        let turned = const { partners($lanes - 1) };
                        $permute($loadu(turned.as_ptr().cast()), x)
                    }
                }
                #[inline(always)]
                unsafe fn exchange<const PARTNER: usize>(x: __m512i, y: __m512i) -> __m512i {
                    // SAFETY: the caller's promise; the constant has as many lanes as a vector.
                    unsafe {
                        let partners = const { partners(PARTNER) };
                        let other = $permute($loadu(partners.as_ptr().cast()), y);
                        $mask_max(
                            $min(x, other),
                            const { greater(PARTNER) } as $mask,
                            x,
                            other,
                        )
                    }
                }
                #[inline(always)]
                unsafe fn zip(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
                    const fn turns(start: usize) -> [$index; $lanes] {
                        let (mut lanes, mut lane) = ([0; $lanes], 0);
                        while lane < $lanes {
                            lanes[lane] = (start + lane / 2 + lane % 2 * $lanes) as $index;
                            lane += 1;
                        }
                        lanes
                    }
                    // SAFETY: the caller's promise; the constant has as many lanes as a vector.
                    unsafe {
                        let (low, high) = const { (turns(0), turns($lanes / 2)) };
                        (
                            $permute2(a, $loadu(low.as_ptr().cast()), b),
                            $permute2(a, $loadu(high.as_ptr().cast()), b),
                        )
                    }
                }
            }
        };
    };
}

/// A mask of the first `count` lanes, at most 32.
#[inline(always)]
fn first(count: usize) -> u32 {
    ((1_u64 << count) - 1) as u32
}

lanes!(
    u64, u64, 8, __mmask8, max u64::MAX, |x| next x.checked_add(1),
    splat _mm512_set1_epi64(x as i64), sort Ord::cmp,
    _mm512_loadu_epi64 _mm512_mask_loadu_epi64 _mm512_storeu_epi64 _mm512_mask_storeu_epi64
    _mm512_min_epu64 _mm512_max_epu64 _mm512_mask_max_epu64
    _mm512_cmplt_epu64_mask _mm512_maskz_compress_epi64
    _mm512_permutexvar_epi64 _mm512_permutex2var_epi64, by_order
);
lanes!(
    u32, u32, 16, __mmask16, max u32::MAX, |x| next x.checked_add(1),
    splat _mm512_set1_epi32(x as i32), sort Ord::cmp,
    _mm512_loadu_epi32 _mm512_mask_loadu_epi32 _mm512_storeu_epi32 _mm512_mask_storeu_epi32
    _mm512_min_epu32 _mm512_max_epu32 _mm512_mask_max_epu32
    _mm512_cmplt_epu32_mask _mm512_maskz_compress_epi32
    _mm512_permutexvar_epi32 _mm512_permutex2var_epi32, by_two
);
lanes!(
    u16, u16, 32, __mmask32, max u16::MAX, |x| next x.checked_add(1),
    splat _mm512_set1_epi16(x as i16), sort Ord::cmp,
    _mm512_loadu_epi16 _mm512_mask_loadu_epi16 _mm512_storeu_epi16 _mm512_mask_storeu_epi16
    _mm512_min_epu16 _mm512_max_epu16 _mm512_mask_max_epu16
    _mm512_cmplt_epu16_mask _mm512_maskz_compress_epi16
    _mm512_permutexvar_epi16 _mm512_permutex2var_epi16, by_two
);

/// A float that is a number and no negative zero, of eight in a vector: compared in half of the time of integers of
/// its size by CPUs that have no instruction for the lesser of two such.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Wide(f64);

/// Instructions of floats for vectors of their bits.
macro_rules! of_floats {
    ($($name:ident($($x:ident),*) $instruction:ident;)*) => {$(
        #[inline]
        #[target_feature(enable = "avx512f")]
        fn $name($($x: __m512i),*) -> __m512i {
            _mm512_castpd_si512($instruction($(_mm512_castsi512_pd($x)),*))
        }
    )*};
}
of_floats! { lesser(a, b) _mm512_min_pd; greater_of(a, b) _mm512_max_pd; }

#[inline]
#[target_feature(enable = "avx512f")]
fn greater_in(others: __m512i, lanes: __mmask8, a: __m512i, b: __m512i) -> __m512i {
    let [others, a, b] = [others, a, b].map(|x| _mm512_castsi512_pd(x));
    _mm512_castpd_si512(_mm512_mask_max_pd(others, lanes, a, b))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn below(a: __m512i, b: __m512i) -> __mmask8 {
    _mm512_cmp_pd_mask::<_CMP_LT_OQ>(_mm512_castsi512_pd(a), _mm512_castsi512_pd(b))
}

lanes!(
    Wide, u64, 8, __mmask8, max Wide(f64::INFINITY),
    |x| next (x.0 < f64::INFINITY).then(|| Wide(x.0.next_up())),
    splat _mm512_castpd_si512(_mm512_set1_pd(x.0)), sort |a, b| a.0.total_cmp(&b.0),
    _mm512_loadu_epi64 _mm512_mask_loadu_epi64 _mm512_storeu_epi64 _mm512_mask_storeu_epi64
    lesser greater_of greater_in below _mm512_maskz_compress_epi64
    _mm512_permutexvar_epi64 _mm512_permutex2var_epi64, by_order
);
