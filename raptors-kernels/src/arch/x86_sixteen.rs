//! Two packs of sixteen float32, each an AVX-512 vector, that go through each operation side by side, so that
//! one does not wait for the other; with the operations that plain loops have no words for.

use super::x86_pair::pair;
use crate::{dtype::f16, isa::Avx512};
use core::arch::x86_64::{
    __m512, __mmask16, _CMP_GT_OQ, _MM_FROUND_TO_NEAREST_INT, _mm256_loadu_si256,
    _mm256_storeu_si256, _mm512_add_epi32, _mm512_add_ps, _mm512_castps_si512, _mm512_castsi512_ps,
    _mm512_cmp_ps_mask, _mm512_cvtepi32_ps, _mm512_cvtph_ps, _mm512_cvtps_epi32, _mm512_cvtps_ph,
    _mm512_div_ps, _mm512_fixupimm_ps, _mm512_fmadd_ps, _mm512_fmsub_ps, _mm512_fnmadd_ps,
    _mm512_fpclass_ps_mask, _mm512_getexp_ps, _mm512_getmant_ps, _mm512_loadu_ps,
    _mm512_loadu_si512, _mm512_mask_blend_ps, _mm512_max_ps, _mm512_min_ps, _mm512_mul_ps,
    _mm512_permutex2var_epi32, _mm512_permutex2var_ps, _mm512_permutexvar_epi32,
    _mm512_permutexvar_ps, _mm512_rcp14_ps, _mm512_roundscale_ps, _mm512_rsqrt14_ps,
    _mm512_scalef_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_slli_epi32, _mm512_sqrt_ps,
    _mm512_srli_epi32, _mm512_storeu_ps, _mm512_storeu_si512, _mm512_sub_ps,
    _mm512_ternarylogic_epi32, _mm512_test_epi32_mask,
};

pair! {
    /// Two packs of float32. One is proof that the CPU has AVX-512 F and DQ, as only a
    /// token makes the first. Where both are the same, the compiler computes one.
    Sixteen of f32 = __m512;
    /// Which of them a comparison holds for.
    Mask of u16 = __mmask16;
    all = _mm512_set1_ps;
    operators {
        Add add = _mm512_add_ps;
        Sub sub = _mm512_sub_ps;
        Mul mul = _mm512_mul_ps;
    }
    operations {
        /// `self * a + b`, rounded once.
        mul_add(a, b) = _mm512_fmadd_ps;
        /// `self * a - b`, rounded once.
        mul_less(a, b) = _mm512_fmsub_ps;
        /// `b - self * a`, rounded once.
        mul_from(a, b) = _mm512_fnmadd_ps;
        /// The quotient.
        over(divisor) = _mm512_div_ps;
        /// The square root.
        sqrt() = _mm512_sqrt_ps;
        /// The greater of two numbers; the second where one is NaN.
        greater(b) = _mm512_max_ps;
        /// The lesser of two numbers; the second where one is NaN.
        lesser(b) = _mm512_min_ps;
        /// `floor(log2 |x|)`, of subnormal numbers too.
        exponent() = _mm512_getexp_ps;
        /// The mantissa, in `[3/4, 3/2)`; NaN for negative numbers.
        mantissa() = _mm512_getmant_ps::<3, 2>;
        /// The mantissa of the magnitude, in `[1, 2)`.
        mantissa_abs() = _mm512_getmant_ps::<0, 1>;
        /// The mantissa with its sign, of a magnitude in `[1/2, 1)`.
        fraction() = _mm512_getmant_ps::<2, 0>;
        /// `1 / x` to fourteen bits.
        reciprocal() = _mm512_rcp14_ps;
        /// The nearest multiple of `1 / 32`.
        rounded() = _mm512_roundscale_ps::<0x58>;
        /// `1 / sqrt(x)` to fourteen bits.
        inverse_root() = _mm512_rsqrt14_ps;
        /// `x * 2^floor(e)`, rounded once.
        times_power(e) = _mm512_scalef_ps;
    }
    questions {
        /// Whether one is zero, subnormal, infinite or NaN.
        is_odd = _mm512_fpclass_ps_mask::<0xBF>;
        /// Whether one is infinite or NaN.
        is_infinite_or_nan = _mm512_fpclass_ps_mask::<0x99>;
    }
    usual = _mm512_fpclass_ps_mask::<0xFF>;
    above = _mm512_cmp_ps_mask::<_CMP_GT_OQ>;
    blend = _mm512_mask_blend_ps;
    large = 1e18;
}

impl Sixteen {
    /// The numbers at `x`.
    #[inline(always)]
    pub(super) fn load(_: Avx512, x: [&[f32; 16]; 2]) -> Self {
        // SAFETY: the token proves AVX-512 F, and each array is one vector.
        let of = |x: &[f32; 16]| unsafe { _mm512_loadu_ps(x.as_ptr()) };
        Self([of(x[0]), of(x[1])])
    }

    /// The numbers nearest to the integers at `x`.
    #[inline(always)]
    pub(super) fn from_integers(_: Avx512, x: [&[i32; 16]; 2]) -> Self {
        // SAFETY: the token proves AVX-512 F, and each array is one vector.
        let of =
            |x: &[i32; 16]| unsafe { _mm512_cvtepi32_ps(_mm512_loadu_si512(x.as_ptr().cast())) };
        Self([of(x[0]), of(x[1])])
    }

    /// Writes the first of both packs.
    #[inline(always)]
    pub(super) fn store_first(self, out: &mut [f32; 16]) {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and the array is one vector.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr(), self.0[0]) }
    }

    /// Writes the first of both packs, of integers, as such.
    #[inline(always)]
    pub(super) fn store_first_integers(self, out: &mut [i32; 16]) {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and the array is one vector.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), _mm512_cvtps_epi32(self.0[0])) }
    }

    /// Writes the numbers.
    #[inline(always)]
    pub(super) fn store(self, first: &mut [f32; 16], second: &mut [f32; 16]) {
        self.store_first(first);
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and the array is one vector.
        unsafe { _mm512_storeu_ps(second.as_mut_ptr(), self.0[1]) }
    }

    /// The numbers at `x`.
    #[inline(always)]
    pub(super) fn load_halves(_: Avx512, x: [&[f16; 16]; 2]) -> Self {
        // SAFETY: the token proves AVX-512 F, and each array is half a vector.
        let of = |x: &[f16; 16]| unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(x.as_ptr().cast())) };
        Self([of(x[0]), of(x[1])])
    }

    /// Rounds the numbers of the first of both packs and writes them.
    #[inline(always)]
    pub(super) fn store_first_halves(self, out: &mut [f16; 16]) {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and the array is half a vector.
        unsafe {
            let halves = _mm512_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(self.0[0]);
            _mm256_storeu_si256(out.as_mut_ptr().cast(), halves);
        }
    }

    /// The entries of `table` that the four bits from bit `FIRST` on name.
    #[inline(always)]
    pub(super) fn entries<const FIRST: u32>(self, table: &[f32; 16]) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and the table is one vector.
        let of = |x| unsafe {
            let index = _mm512_srli_epi32::<FIRST>(_mm512_castps_si512(x));
            _mm512_permutexvar_ps(index, _mm512_loadu_ps(table.as_ptr()))
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// The entries of a table of 32 that the five bits from bit `FIRST` on name.
    #[inline(always)]
    pub(super) fn entries_of_32<const FIRST: u32>(self, table: &[[f32; 16]; 2]) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and both halves of the table are one vector.
        let of = |x| unsafe {
            let index = _mm512_srli_epi32::<FIRST>(_mm512_castps_si512(x));
            let (low, high) = (
                _mm512_loadu_ps(table[0].as_ptr()),
                _mm512_loadu_ps(table[1].as_ptr()),
            );
            _mm512_permutex2var_ps(low, index, high)
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// Which are zero.
    #[inline(always)]
    pub(super) fn is_zero(self) -> Mask {
        // SAFETY: a `Sixteen` is proof of AVX-512 DQ, which has the instruction.
        let of = |x| unsafe { _mm512_fpclass_ps_mask::<0x06>(x) };
        Mask([of(self.0[0]), of(self.0[1])])
    }

    /// `self` with the lowest bits of `shifted` added to its exponent.
    #[inline(always)]
    pub(super) fn with_exponent_of(self, shifted: Self) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, which has the instructions.
        let of = |x, shifted| unsafe {
            let exponent = _mm512_slli_epi32::<23>(_mm512_castps_si512(shifted));
            _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(x), exponent))
        };
        Self([of(self.0[0], shifted.0[0]), of(self.0[1], shifted.0[1])])
    }

    /// Which have one of the bits set that `BITS` has.
    #[inline(always)]
    pub(super) fn has<const BITS: i32>(self) -> Mask {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, which has the instruction.
        let of =
            |x| unsafe { _mm512_test_epi32_mask(_mm512_castps_si512(x), _mm512_set1_epi32(BITS)) };
        Mask([of(self.0[0]), of(self.0[1])])
    }

    /// Whether the magnitude of one is greater than the bound: each is compared, as the greater of two may be a NaN.
    #[inline(always)]
    pub(super) fn is_beyond(self, bound: f32) -> bool {
        let Mask([one, two]) = self.abs().above(self.all(bound));
        one | two != 0
    }

    /// `self`, or what `answers` has for the class of `x`: from the lowest four bits on for NaN,
    /// signalling NaN, zero, one, the infinities, negative and positive numbers. An answer of 0
    /// keeps `self`.
    #[inline(always)]
    pub(super) fn by_class(self, x: Self, answers: i32) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, which has the instruction.
        let of = |y, x| unsafe { _mm512_fixupimm_ps::<0>(y, x, _mm512_set1_epi32(answers)) };
        Self([of(self.0[0], x.0[0]), of(self.0[1], x.0[1])])
    }

    /// `self` with its sign changed where the bit that `SHIFT` more make the highest is set in `bits`.
    #[inline(always)]
    pub(super) fn flipped_by<const SHIFT: u32>(self, bits: Self) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, which has the instructions.
        let of = |x, bits| unsafe {
            let highest = _mm512_slli_epi32::<SHIFT>(_mm512_castps_si512(bits));
            let sign = _mm512_set1_epi32(i32::MIN);
            let x = _mm512_castps_si512(x);
            _mm512_castsi512_ps(_mm512_ternarylogic_epi32::<0x78>(x, highest, sign))
        };
        Self([of(self.0[0], bits.0[0]), of(self.0[1], bits.0[1])])
    }

    /// The magnitude of `self` with the sign of `sign`.
    #[inline(always)]
    pub(super) fn with_sign_of(self, sign: Self) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, which has the instruction.
        let of = |x, sign| unsafe {
            let bits = _mm512_set1_epi32(i32::MIN);
            let (x, sign) = (_mm512_castps_si512(x), _mm512_castps_si512(sign));
            _mm512_castsi512_ps(_mm512_ternarylogic_epi32::<0xD8>(x, sign, bits))
        };
        Self([of(self.0[0], sign.0[0]), of(self.0[1], sign.0[1])])
    }

    /// `x * 2^floor(e)`, rounded once, and whether one of the results is odd.
    #[inline(always)]
    pub(super) fn scaled(self, e: Self) -> (Self, bool) {
        let scaled = self.times_power(e);
        (scaled, scaled.is_odd())
    }

    /// As [`Self::scaled_entries`], of a table of 32 that the lowest five bits name.
    #[inline(always)]
    pub(super) fn scaled_entries_of_32(self, table: &[[i32; 16]; 2]) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and both halves of the table are one vector.
        let of = |x| unsafe {
            let bits = _mm512_castps_si512(x);
            let (low, high) = (
                _mm512_loadu_si512(table[0].as_ptr().cast()),
                _mm512_loadu_si512(table[1].as_ptr().cast()),
            );
            let entry = _mm512_permutex2var_epi32(low, bits, high);
            let scaled = _mm512_add_epi32(entry, _mm512_slli_epi32::<18>(bits));
            _mm512_castsi512_ps(scaled)
        };
        Self([of(self.0[0]), of(self.0[1])])
    }

    /// The entry of `table` that the lowest four bits name, with the bits before them added to its
    /// exponent. They are taken off the table's entries where they reach it themselves.
    #[inline(always)]
    pub(super) fn scaled_entries(self, table: &[i32; 16]) -> Self {
        // SAFETY: a `Sixteen` is proof of AVX-512 F, and the table is one vector.
        let of = |x| unsafe {
            let bits = _mm512_castps_si512(x);
            let entry = _mm512_permutexvar_epi32(bits, _mm512_loadu_si512(table.as_ptr().cast()));
            let scaled = _mm512_add_epi32(entry, _mm512_slli_epi32::<19>(bits));
            _mm512_castsi512_ps(scaled)
        };
        Self([of(self.0[0]), of(self.0[1])])
    }
}

/// What keeps zeros, infinities and NaN, as [`Sixteen::by_class`] takes it, and what makes zeros of them.
const STAYS: i32 = 0x0011_0111;
const NOTHING: i32 = 0x0088_0888;

/// Mantissas and exponents of a pack, as the body of this name.
#[inline(always)]
pub(super) fn frexp_pack(
    isa: Avx512,
    x: &[f32; 16],
    first: &mut [f32; 16],
    second: &mut [i32; 16],
) {
    let x = Sixteen::load(isa, [x; 2]);
    x.fraction().by_class(x, STAYS).store_first(first);
    let exponent = x.exponent() + 1.0;
    exponent.by_class(x, NOTHING).store_first_integers(second);
}

/// `c0 + c1 x + c2 x^2 + ...` in Horner's order: the other pack fills the time that it waits.
macro_rules! horner {
    ($x:expr; $c:expr) => { $x.all($c) };
    ($x:expr; $c:expr, $($rest:expr),+ $(,)?) => {
        $crate::arch::x86_sixteen::horner!($x; $($rest),+).mul_add($x, $x.all($c))
    };
}
pub(super) use horner;

/// `1 / x`, rounded nearly right, for an `x` that is neither zero nor infinite nor near either.
#[inline(always)]
pub(super) fn inverse(x: Sixteen) -> Sixteen {
    let near = x.reciprocal();
    near.mul_add(near.mul_from(x, x.all(1.0)), near)
}
