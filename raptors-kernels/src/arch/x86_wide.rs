//! Sixteen float64 in two AVX-512 vectors that go through each operation side by side, so that one
//! does not wait for the other; with the operations that plain loops have no words for.

use super::x86_pair::pair;
use crate::isa::Avx512;
use core::arch::x86_64::{
    __m512d, __mmask8, _CMP_GT_OQ, _mm256_loadu_si256, _mm256_storeu_si256, _mm512_add_epi64,
    _mm512_add_pd, _mm512_and_si512, _mm512_castpd_si512, _mm512_castsi512_pd, _mm512_cmp_pd_mask,
    _mm512_cvtepi32_pd, _mm512_cvtpd_epi32, _mm512_div_pd, _mm512_fixupimm_pd, _mm512_fmadd_pd,
    _mm512_fmsub_pd, _mm512_fnmadd_pd, _mm512_fpclass_pd_mask, _mm512_getexp_pd, _mm512_getmant_pd,
    _mm512_loadu_pd, _mm512_loadu_si512, _mm512_mask_blend_pd, _mm512_max_pd, _mm512_min_pd,
    _mm512_mul_pd, _mm512_permutex2var_epi64, _mm512_permutex2var_pd, _mm512_rcp14_pd,
    _mm512_roundscale_pd, _mm512_scalef_pd, _mm512_set1_epi64, _mm512_set1_pd, _mm512_slli_epi64,
    _mm512_sqrt_pd, _mm512_srli_epi64, _mm512_storeu_pd, _mm512_sub_epi64, _mm512_sub_pd,
    _mm512_subs_epu16, _mm512_ternarylogic_epi64, _mm512_test_epi64_mask,
};

pair! {
    /// Sixteen float64. One is proof that the CPU has AVX-512 F, BW and DQ, as only a
    /// token makes the first.
    Wide of f64 = __m512d;
    /// Which of the sixteen a comparison holds for.
    Mask of u8 = __mmask8;
    all = _mm512_set1_pd;
    operators {
        Add add = _mm512_add_pd;
        Sub sub = _mm512_sub_pd;
        Mul mul = _mm512_mul_pd;
    }
    operations {
        /// `self * a + b`, rounded once.
        mul_add(a, b) = _mm512_fmadd_pd;
        /// `self * a - b`, rounded once.
        mul_less(a, b) = _mm512_fmsub_pd;
        /// `b - self * a`, rounded once.
        mul_from(a, b) = _mm512_fnmadd_pd;
        /// The quotient.
        over(divisor) = _mm512_div_pd;
        /// The square root.
        sqrt() = _mm512_sqrt_pd;
        /// The greater of two numbers; the second where one is NaN.
        greater(b) = _mm512_max_pd;
        /// The lesser of two numbers; the second where one is NaN.
        lesser(b) = _mm512_min_pd;
        /// `floor(log2 |x|)`, of subnormal numbers too.
        exponent() = _mm512_getexp_pd;
        /// The mantissa, in `[1, 2)`; NaN for negative numbers.
        mantissa() = _mm512_getmant_pd::<0, 2>;
        /// The mantissa with its sign, of a magnitude in `[1/2, 1)`.
        fraction() = _mm512_getmant_pd::<2, 0>;
        /// `1 / x` to fourteen bits.
        reciprocal() = _mm512_rcp14_pd;
        /// The nearest multiple of `1 / 32`.
        rounded() = _mm512_roundscale_pd::<0x58>;
        /// `x * 2^floor(e)`, rounded once.
        times_power(e) = _mm512_scalef_pd;
    }
    questions {
        /// Whether one is zero, subnormal, infinite or NaN.
        is_odd = _mm512_fpclass_pd_mask::<0xBF>;
        /// Whether one is infinite or NaN.
        is_infinite_or_nan = _mm512_fpclass_pd_mask::<0x99>;
    }
    usual = _mm512_fpclass_pd_mask::<0xFF>;
    above = _mm512_cmp_pd_mask::<_CMP_GT_OQ>;
    blend = _mm512_mask_blend_pd;
    large = 1e120;
}

impl Wide {
    /// The numbers at `x`.
    #[inline(always)]
    pub(super) fn load(_: Avx512, x: &[f64; 16]) -> Self {
        // SAFETY: the token proves AVX-512 F, and both halves of the array are one vector.
        unsafe {
            Self([
                _mm512_loadu_pd(x.as_ptr()),
                _mm512_loadu_pd(x[8..].as_ptr()),
            ])
        }
    }

    /// The integers at `x`.
    #[inline(always)]
    pub(super) fn from_integers(_: Avx512, x: &[i32; 16]) -> Self {
        // SAFETY: the token proves AVX-512 F, and both halves of the array are half a vector.
        let of = |x: &[i32]| unsafe { _mm512_cvtepi32_pd(_mm256_loadu_si256(x.as_ptr().cast())) };
        let (low, high) = x.split_at(8);
        Self([of(low), of(high)])
    }

    /// Writes the numbers.
    #[inline(always)]
    pub(super) fn store(self, out: &mut [f64; 16]) {
        // SAFETY: a `Wide` is proof of AVX-512 F, and both halves of the array are one vector.
        unsafe {
            _mm512_storeu_pd(out.as_mut_ptr(), self.0[0]);
            _mm512_storeu_pd(out[8..].as_mut_ptr(), self.0[1]);
        }
    }

    /// Writes the numbers, which are integers of 32 bits, as such.
    #[inline(always)]
    pub(super) fn store_integers(self, out: &mut [i32; 16]) {
        let (low, high) = out.split_at_mut(8);
        // SAFETY: a `Wide` is proof of AVX-512 F, and both halves of the array are half a vector.
        unsafe {
            _mm256_storeu_si256(low.as_mut_ptr().cast(), _mm512_cvtpd_epi32(self.0[0]));
            _mm256_storeu_si256(high.as_mut_ptr().cast(), _mm512_cvtpd_epi32(self.0[1]));
        }
    }

    /// The entries of `table` that the four bits from bit `FIRST` on name.
    #[inline(always)]
    pub(super) fn entries<const FIRST: u32>(self, table: &[f64; 16]) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, and both halves of the table are one vector.
        let find = |x| unsafe {
            let index = _mm512_srli_epi64::<FIRST>(_mm512_castpd_si512(x));
            let (low, high) = (
                _mm512_loadu_pd(table.as_ptr()),
                _mm512_loadu_pd(table[8..].as_ptr()),
            );
            _mm512_permutex2var_pd(low, index, high)
        };
        Self([find(self.0[0]), find(self.0[1])])
    }

    /// `self`, or what `answers` has for the class of `x`: from the lowest four bits on for NaN,
    /// signalling NaN, zero, one, the infinities, negative and positive numbers. An answer of 0
    /// keeps `self`.
    #[inline(always)]
    pub(super) fn by_class(self, x: Self, answers: i64) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, which has the instruction.
        let of = |y, x| unsafe { _mm512_fixupimm_pd::<0>(y, x, _mm512_set1_epi64(answers)) };
        Self([of(self.0[0], x.0[0]), of(self.0[1], x.0[1])])
    }

    /// `2^-e` for a positive, normal number with the exponent `e`; zero for the greatest.
    #[inline(always)]
    pub(super) fn inverse_power(self) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, which has the instructions.
        let of = |x| unsafe {
            let exponent = _mm512_and_si512(_mm512_castpd_si512(x), _mm512_set1_epi64(0x7ff << 52));
            _mm512_castsi512_pd(_mm512_sub_epi64(_mm512_set1_epi64(0x7fe << 52), exponent))
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// The entry of `table` that the lowest four bits name, with the bits before them added to its
    /// exponent. They are taken off the table's entries where they reach it themselves.
    #[inline(always)]
    pub(super) fn scaled_entries(self, table: &[i64; 16]) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, and both halves of the table are one vector.
        let of = |x| unsafe {
            let bits = _mm512_castpd_si512(x);
            let (low, high) = (
                _mm512_loadu_si512(table.as_ptr().cast()),
                _mm512_loadu_si512(table[8..].as_ptr().cast()),
            );
            let entry = _mm512_permutex2var_epi64(low, bits, high);
            _mm512_castsi512_pd(_mm512_add_epi64(entry, _mm512_slli_epi64::<48>(bits)))
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// As [`Self::scaled_entries`], with the bits taken from the exponent, to which the table's entries add
    /// the lowest four; where it is less than they are, a number next to zero.
    #[inline(always)]
    pub(super) fn lowered_entries(self, table: &[i64; 16]) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F and BW, and both halves of the table are one vector.
        let of = |x| unsafe {
            let bits = _mm512_castpd_si512(x);
            let (low, high) = (
                _mm512_loadu_si512(table.as_ptr().cast()),
                _mm512_loadu_si512(table[8..].as_ptr().cast()),
            );
            let entry = _mm512_permutex2var_epi64(low, bits, high);
            _mm512_castsi512_pd(_mm512_subs_epu16(entry, _mm512_slli_epi64::<48>(bits)))
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// The nearest number of five bits.
    #[inline(always)]
    pub(super) fn in_five_bits(self) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, which has the instructions.
        let of = |x| unsafe {
            let bits = _mm512_add_epi64(_mm512_castpd_si512(x), _mm512_set1_epi64(1 << 47));
            _mm512_castsi512_pd(_mm512_and_si512(bits, _mm512_set1_epi64(-1 << 48)))
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// Which have one of the bits set that `BITS` has.
    #[inline(always)]
    pub(super) fn has<const BITS: i64>(self) -> Mask {
        // SAFETY: a `Wide` is proof of AVX-512 F, which has the instruction.
        let of =
            |x| unsafe { _mm512_test_epi64_mask(_mm512_castpd_si512(x), _mm512_set1_epi64(BITS)) };
        Mask([of(self.0[0]), of(self.0[1])])
    }

    /// `self` with its sign changed where the bit that `SHIFT` more make the highest is set in `bits`.
    #[inline(always)]
    pub(super) fn flipped_by<const SHIFT: u32>(self, bits: Self) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, which has the instructions.
        let of = |x, bits| unsafe {
            let highest = _mm512_slli_epi64::<SHIFT>(_mm512_castpd_si512(bits));
            let sign = _mm512_set1_epi64(i64::MIN);
            let x = _mm512_castpd_si512(x);
            _mm512_castsi512_pd(_mm512_ternarylogic_epi64::<0x78>(x, highest, sign))
        };
        Self([of(self.0[0], bits.0[0]), of(self.0[1], bits.0[1])])
    }

    /// The magnitude of `self` with the sign of `sign`.
    #[inline(always)]
    pub(super) fn with_sign_of(self, sign: Self) -> Self {
        // SAFETY: a `Wide` is proof of AVX-512 F, which has the instruction.
        let of = |x, sign| unsafe {
            let bits = _mm512_set1_epi64(i64::MIN);
            let (x, sign) = (_mm512_castpd_si512(x), _mm512_castpd_si512(sign));
            _mm512_castsi512_pd(_mm512_ternarylogic_epi64::<0xD8>(x, sign, bits))
        };
        Self([of(self.0[0], sign.0[0]), of(self.0[1], sign.0[1])])
    }
}

/// `x * 2^y` of packs, and whether one of the results is odd.
#[inline(always)]
pub(super) fn ldexp_pack(isa: Avx512, x: &[f64; 16], y: &[i32; 16], out: &mut [f64; 16]) -> bool {
    let scaled = Wide::load(isa, x).times_power(Wide::from_integers(isa, y));
    scaled.store(out);
    scaled.is_odd()
}

/// What keeps zeros, infinities and NaN, as [`Wide::by_class`] takes it, and what makes zeros of them.
const STAYS: i64 = 0x0011_0111;
const NOTHING: i64 = 0x0088_0888;

/// Mantissas and exponents of a pack, as the body of this name.
#[inline(always)]
pub(super) fn frexp_pack(
    isa: Avx512,
    x: &[f64; 16],
    first: &mut [f64; 16],
    second: &mut [i32; 16],
) {
    let x = Wide::load(isa, x);
    x.fraction().by_class(x, STAYS).store(first);
    let exponent = x.exponent() + 1.0;
    exponent.by_class(x, NOTHING).store_integers(second);
}

/// Functions of arrays from functions of a [`Wide`], as the bodies of these names.
macro_rules! packs {
    ($($name:ident = $of:path;)*) => {$(
        #[inline(always)]
        pub(super) fn $name(isa: $crate::isa::Avx512, x: &[f64; 16], out: &mut [f64; 16]) {
            $of($crate::arch::x86_wide::Wide::load(isa, x)).store(out);
        }
    )*};
}
pub(super) use packs;

/// `c0 + c1 x + c2 x^2 + ...` in Estrin's order: pairs, then pairs of pairs.
macro_rules! estrin {
    (@all $x:ident; $c:expr) => { $c };
    (@all $x:ident; $($c:expr),+) => {{
        let square = $x * $x;
        $crate::arch::x86_wide::estrin!(@pairs square; [] $($c),+)
    }};
    (@pairs $x:ident; [$($done:expr),*] $a:expr, $b:expr, $($rest:expr),+) => {
        $crate::arch::x86_wide::estrin!(@pairs $x; [$($done,)* $b.mul_add($x, $a)] $($rest),+)
    };
    (@pairs $x:ident; [$($done:expr),*] $a:expr, $b:expr) => {
        $crate::arch::x86_wide::estrin!(@all $x; $($done,)* $b.mul_add($x, $a))
    };
    (@pairs $x:ident; [$($done:expr),*] $a:expr) => {
        $crate::arch::x86_wide::estrin!(@all $x; $($done,)* $a)
    };
    ($x:expr; $($c:expr),+ $(,)?) => {{
        let x = $x;
        $crate::arch::x86_wide::estrin!(@pairs x; [] $(x.all($c)),+)
    }};
}
pub(super) use estrin;
