//! Sixteen vectors turned, so that lanes become vectors, and, with AVX-512, elements mapped to words.

use super::{
    x86_beside::{self as beside, Group},
    x86_lanes::Lanes,
    x86_lanes256 as lanes256,
    x86_transpose::quarters,
};
use crate::dtype::Kind;
use core::arch::x86_64::{
    __m256i, __m512i, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_epi64, _mm512_srai_epi32,
    _mm512_srai_epi64, _mm512_sub_epi32, _mm512_sub_epi64, _mm512_ternarylogic_epi64,
    _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
    _mm512_xor_si512,
};

/// Vectors that are turned together.
pub(super) const ROWS: usize = 16;

/// Which words stand for elements.
#[derive(Clone, Copy)]
pub(super) struct Image {
    /// The kind of the elements.
    pub(super) kind: Kind,
    /// Whether the greatest comes first.
    pub(super) descending: bool,
}

/// Lanes that lines of elements are brought to.
///
/// # Safety
///
/// As [`Lanes`].
pub(super) trait Turn: Lanes {
    /// Turns each square of as many vectors as one has lanes.
    unsafe fn turn(x: &mut [Self::Vector; ROWS]);
    /// The words that stand for elements: as those of `order::image`.
    unsafe fn image(x: Self::Vector, image: Image) -> Self::Vector;
    /// The elements that words stand for.
    unsafe fn bits(x: Self::Vector, image: Image) -> Self::Vector;
    /// [`beside::group`], compiled.
    unsafe fn group(lines: &Group<Self>);
}

/// A function compiled with features, of which one is made for each kind of vector.
macro_rules! compiled {
    ($features:literal) => {
        #[target_feature(enable = $features)]
        unsafe fn group(lines: &Group<Self>) {
            // SAFETY: the caller's promise.
            unsafe { beside::group::<Self>(lines) }
        }
    };
}

/// With AVX2 elements are compared as they lie.
macro_rules! as_they_lie {
    ($($t:ty, $turn:ident;)*) => {$(
        impl Turn for $t {
            #[inline(always)]
            unsafe fn turn(x: &mut [__m256i; ROWS]) {
                // SAFETY: the caller's promise.
                unsafe { lanes256::$turn(x) }
            }
            #[inline(always)]
            unsafe fn image(x: __m256i, _image: Image) -> __m256i {
                x
            }
            #[inline(always)]
            unsafe fn bits(x: __m256i, _image: Image) -> __m256i {
                x
            }
            compiled!("avx2,bmi1,bmi2,popcnt,lzcnt");
        }
    )*};
}
as_they_lie!(i32, turn_32; f32, turn_32; i64, turn_64; f64, turn_64;);

#[inline(always)]
unsafe fn turn_32(x: &mut [__m512i; ROWS]) {
    let mut pairs = *x;
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        // Plain ranges, which are unrolled: the vectors stay in registers.
        for group in 0..ROWS / 4 {
            let i = 4 * group;
            let (a, b) = (
                _mm512_unpacklo_epi32(x[i], x[i + 1]),
                _mm512_unpackhi_epi32(x[i], x[i + 1]),
            );
            let (c, d) = (
                _mm512_unpacklo_epi32(x[i + 2], x[i + 3]),
                _mm512_unpackhi_epi32(x[i + 2], x[i + 3]),
            );
            pairs[i] = _mm512_unpacklo_epi64(a, c);
            pairs[i + 1] = _mm512_unpackhi_epi64(a, c);
            pairs[i + 2] = _mm512_unpacklo_epi64(b, d);
            pairs[i + 3] = _mm512_unpackhi_epi64(b, d);
        }
        for i in 0..4 {
            [x[i], x[4 + i], x[8 + i], x[12 + i]] =
                quarters([pairs[i], pairs[4 + i], pairs[8 + i], pairs[12 + i]]);
        }
    }
}

#[inline(always)]
unsafe fn turn_64(x: &mut [__m512i; ROWS]) {
    let mut pairs = *x;
    // SAFETY: the caller's promise that the CPU has the instructions.
    unsafe {
        for pair in 0..ROWS / 2 {
            let i = 2 * pair;
            pairs[i] = _mm512_unpacklo_epi64(x[i], x[i + 1]);
            pairs[i + 1] = _mm512_unpackhi_epi64(x[i], x[i + 1]);
        }
        for column in 0..4 {
            let i = column / 2 * (ROWS / 2) + column % 2;
            [x[i], x[2 + i], x[4 + i], x[6 + i]] =
                quarters([pairs[i], pairs[2 + i], pairs[4 + i], pairs[6 + i]]);
        }
    }
}

macro_rules! turns {
    ($t:ty, $signed:ty, $turn:ident $set1:ident $srai:ident $sub:ident infinity $infinity:literal) => {
        impl Turn for $t {
            #[inline(always)]
            unsafe fn turn(x: &mut [__m512i; ROWS]) {
                // SAFETY: the caller's promise.
                unsafe { $turn(x) }
            }

            #[inline(always)]
            unsafe fn image(x: __m512i, image: Image) -> __m512i {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe {
                    let sign = $set1(<$signed>::MIN);
                    let word = match image.kind {
                        Kind::Signed => _mm512_xor_si512(x, sign),
                        Kind::Float => {
                            // x ^ (negative | sign), less what -inf becomes by that.
                            let negative = $srai::<{ <$t>::BITS - 1 }>(x);
                            let flipped = _mm512_ternarylogic_epi64::<{ 0xf0 ^ (0xcc | 0xaa) }>(
                                x, negative, sign,
                            );
                            $sub(flipped, $set1(<$signed>::MAX - $infinity))
                        }
                        _ => x,
                    };
                    turned(word, image.descending)
                }
            }

            #[inline(always)]
            unsafe fn bits(x: __m512i, image: Image) -> __m512i {
                // SAFETY: the caller's promise that the CPU has the instructions.
                unsafe {
                    let sign = $set1(<$signed>::MIN);
                    let word = turned(x, image.descending);
                    match image.kind {
                        Kind::Signed => _mm512_xor_si512(word, sign),
                        Kind::Float => {
                            // flipped ^ (!positive | sign)
                            let flipped = $sub(word, $set1($infinity - <$signed>::MAX));
                            let positive = $srai::<{ <$t>::BITS - 1 }>(flipped);
                            _mm512_ternarylogic_epi64::<{ 0xf0 ^ (0x33 | 0xaa) }>(
                                flipped, positive, sign,
                            )
                        }
                        _ => word,
                    }
                }
            }

            compiled!("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt");
        }
    };
}
turns!(u32, i32, turn_32 _mm512_set1_epi32 _mm512_srai_epi32 _mm512_sub_epi32
    infinity 0x7f80_0000);
turns!(u64, i64, turn_64 _mm512_set1_epi64 _mm512_srai_epi64 _mm512_sub_epi64
    infinity 0x7ff0_0000_0000_0000);

/// Words counted from the other end if they are `descending`.
#[inline(always)]
unsafe fn turned(x: __m512i, descending: bool) -> __m512i {
    if descending {
        // SAFETY: the caller's promise that the CPU has the instructions.
        unsafe { _mm512_xor_si512(x, _mm512_set1_epi8(-1)) }
    } else {
        x
    }
}
