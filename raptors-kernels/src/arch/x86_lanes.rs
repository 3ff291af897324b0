//! Vectors of unsigned integers for sorting, with AVX-512: lanes compared, moved and compressed.

use core::arch::x86_64::{
    __m512i, __mmask8, __mmask16, __mmask32, _mm512_cmplt_epu16_mask, _mm512_cmplt_epu32_mask,
    _mm512_cmplt_epu64_mask, _mm512_loadu_epi16, _mm512_loadu_epi32, _mm512_loadu_epi64,
    _mm512_mask_loadu_epi16, _mm512_mask_loadu_epi32, _mm512_mask_loadu_epi64,
    _mm512_mask_max_epu16, _mm512_mask_max_epu32, _mm512_mask_max_epu64, _mm512_mask_storeu_epi16,
    _mm512_mask_storeu_epi32, _mm512_mask_storeu_epi64, _mm512_maskz_compress_epi16,
    _mm512_maskz_compress_epi32, _mm512_maskz_compress_epi64, _mm512_max_epu16, _mm512_max_epu32,
    _mm512_max_epu64, _mm512_min_epu16, _mm512_min_epu32, _mm512_min_epu64,
    _mm512_permutex2var_epi16, _mm512_permutex2var_epi32, _mm512_permutex2var_epi64,
    _mm512_permutexvar_epi16, _mm512_permutexvar_epi32, _mm512_permutexvar_epi64, _mm512_set1_epi8,
    _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_epi64, _mm512_storeu_epi16,
    _mm512_storeu_epi32, _mm512_storeu_epi64,
};

/// The lanes of a vector of 512 bits.
///
/// # Safety
///
/// Every function needs AVX-512 F, BW, DQ, VL and VBMI2; those with a pointer read or write as many
/// elements there as they say.
pub(super) trait Lanes: Copy + Ord {
    /// The vector.
    type Vector: Copy;
    /// How many lanes it has.
    const LANES: usize;
    /// What stands behind every element in order.
    const MAX: Self;
    /// The next greater number; `MAX` has none.
    fn next(self) -> Option<Self>;
    unsafe fn load(from: *const Self) -> Self::Vector;
    /// The first `count` lanes from memory, `MAX` in the others.
    unsafe fn load_part(from: *const Self, count: usize) -> Self::Vector;
    unsafe fn store(to: *mut Self, x: Self::Vector);
    /// Writes the first `count` lanes.
    unsafe fn store_part(to: *mut Self, count: usize, x: Self::Vector);
    unsafe fn splat(x: Self) -> Self::Vector;
    unsafe fn lesser(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn greater(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Bit for bit, whether a lane of `a` is less than that of `b`.
    unsafe fn less(a: Self::Vector, b: Self::Vector) -> u32;
    /// The lanes whose bit is set, from the first lane on.
    unsafe fn compress(mask: u32, x: Self::Vector) -> Self::Vector;
    /// Compares each lane with the one whose number differs in the bits of `PARTNER`; the greater
    /// one goes where the highest of these bits is set.
    unsafe fn exchange<const PARTNER: usize>(x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// The lanes in reverse.
    unsafe fn reverse(x: Self::Vector) -> Self::Vector;
    /// The lanes of `a` and `b` in turn: those of the first halves, and those of the second.
    unsafe fn zip(a: Self::Vector, b: Self::Vector) -> (Self::Vector, Self::Vector);
}

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

macro_rules! lanes {
    (
        $t:ty, $lanes:literal, $mask:ty, $signed:ty,
        $loadu:ident $mask_loadu:ident $storeu:ident $mask_storeu:ident $set1:ident
        $min:ident $max:ident $mask_max:ident $cmplt:ident $compress:ident
        $permute:ident $permute2:ident
    ) => {
        const _: () = {
            /// The numbers of the lanes that differ from each lane's in `bits`.
            const fn partners(bits: usize) -> [$t; $lanes] {
                let (mut lanes, mut lane) = ([0; $lanes], 0);
                while lane < $lanes {
                    lanes[lane] = (lane ^ bits) as $t;
                    lane += 1;
                }
                lanes
            }

            impl Lanes for $t {
                type Vector = __m512i;
                const LANES: usize = $lanes;
                const MAX: Self = <$t>::MAX;
                #[inline(always)]
                fn next(self) -> Option<Self> {
                    self.checked_add(1)
                }
                #[inline(always)]
                unsafe fn load(from: *const Self) -> __m512i {
                    // SAFETY: the caller's promise, for the elements at `from`.
                    unsafe { $loadu(from.cast()) }
                }
                #[inline(always)]
                unsafe fn load_part(from: *const Self, count: usize) -> __m512i {
                    // SAFETY: the caller's promise, for the elements at `from`.
                    unsafe { $mask_loadu(_mm512_set1_epi8(-1), first(count) as $mask, from.cast()) }
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
                unsafe fn splat(x: Self) -> __m512i {
                    // SAFETY: the caller's promise that the CPU has the instruction.
                    unsafe { $set1(x as $signed) }
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
                unsafe fn less(a: __m512i, b: __m512i) -> u32 {
                    // SAFETY: the caller's promise that the CPU has the instruction.
                    unsafe { $cmplt(a, b) as u32 }
                }
                #[inline(always)]
                unsafe fn compress(mask: u32, x: __m512i) -> __m512i {
                    // SAFETY: the caller's promise that the CPU has the instruction.
                    unsafe { $compress(mask as $mask, x) }
                }
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
                    const fn turns(start: usize) -> [$t; $lanes] {
                        let (mut lanes, mut lane) = ([0; $lanes], 0);
                        while lane < $lanes {
                            lanes[lane] = (start + lane / 2 + lane % 2 * $lanes) as $t;
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
    u64, 8, __mmask8, i64,
    _mm512_loadu_epi64 _mm512_mask_loadu_epi64 _mm512_storeu_epi64 _mm512_mask_storeu_epi64
    _mm512_set1_epi64 _mm512_min_epu64 _mm512_max_epu64 _mm512_mask_max_epu64
    _mm512_cmplt_epu64_mask _mm512_maskz_compress_epi64
    _mm512_permutexvar_epi64 _mm512_permutex2var_epi64
);
lanes!(
    u32, 16, __mmask16, i32,
    _mm512_loadu_epi32 _mm512_mask_loadu_epi32 _mm512_storeu_epi32 _mm512_mask_storeu_epi32
    _mm512_set1_epi32 _mm512_min_epu32 _mm512_max_epu32 _mm512_mask_max_epu32
    _mm512_cmplt_epu32_mask _mm512_maskz_compress_epi32
    _mm512_permutexvar_epi32 _mm512_permutex2var_epi32
);
lanes!(
    u16, 32, __mmask32, i16,
    _mm512_loadu_epi16 _mm512_mask_loadu_epi16 _mm512_storeu_epi16 _mm512_mask_storeu_epi16
    _mm512_set1_epi16 _mm512_min_epu16 _mm512_max_epu16 _mm512_mask_max_epu16
    _mm512_cmplt_epu16_mask _mm512_maskz_compress_epi16
    _mm512_permutexvar_epi16 _mm512_permutex2var_epi16
);
