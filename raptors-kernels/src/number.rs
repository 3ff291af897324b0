//! What the element types share, so that a body is written once for all of them.

use crate::{dtype::Element, isa::Isa};
use core::ops::{Add, Div, Mul, Neg, Sub};

/// A real floating-point type that loops compute in.
pub trait Float:
    Element
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Zero.
    const ZERO: Self;
    /// One half.
    const HALF: Self;
    /// One.
    const ONE: Self;
    /// The largest finite number.
    const MAX: Self;
    /// The smallest positive normal number.
    const MIN_POSITIVE: Self;
    /// Positive infinity.
    const INFINITY: Self;
    /// Not a number.
    const NAN: Self;
    /// From here on every number is an integer.
    const INTEGERS: Self;
    /// The absolute value.
    fn abs(self) -> Self;
    /// The square root, rounded correctly.
    fn sqrt(self) -> Self;
    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// `self * a + b`: rounded once where `I` has the instruction, twice where it has not.
    fn mul_add<I: Isa>(self, a: Self, b: Self) -> Self;
    /// `self * a + b`, rounded once at every level; slow where `I` lacks the instruction.
    fn fused(self, a: Self, b: Self) -> Self;
    /// What `self / y` rounded towards zero leaves: exact, with the sign of `self`, slow.
    fn fmod(self, y: Self) -> Self;
    /// Whether `self` is NaN.
    fn is_nan(self) -> bool;
    /// Whether `self` is neither NaN nor infinite.
    fn is_finite(self) -> bool;
    /// Whether the sign bit is set, which `-0.0` and some NaN have too.
    fn is_sign_negative(self) -> bool;
    /// `x`, rounded to this type.
    fn from_f64(x: f64) -> Self;
    /// `2^e` and `2^-e`, where `2^e <= |self| < 2^(e+1)`, with `e` kept in the range that makes
    /// both normal numbers.
    fn binade(self) -> (Self, Self);
    /// The nearest integer, to even on a tie.
    fn rint<I: Isa>(self) -> Self;
    /// The largest integer that is not greater.
    fn floor<I: Isa>(self) -> Self;
    /// The smallest integer that is not less.
    fn ceil<I: Isa>(self) -> Self;
    /// The integer next to `self` towards zero.
    fn trunc<I: Isa>(self) -> Self;
}

macro_rules! float {
    ($($t:ident $bits:ident $mantissa:literal;)*) => {$(
        impl Float for $t {
            const ZERO: Self = 0.0;
            const HALF: Self = 0.5;
            const ONE: Self = 1.0;
            const MAX: Self = Self::MAX;
            const MIN_POSITIVE: Self = Self::MIN_POSITIVE;
            const INFINITY: Self = Self::INFINITY;
            const NAN: Self = Self::NAN;
            const INTEGERS: Self = (1u64 << $mantissa) as Self;
            #[inline(always)]
            fn abs(self) -> Self { self.abs() }
            #[inline(always)]
            fn sqrt(self) -> Self { self.sqrt() }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self { self.copysign(sign) }
            #[inline(always)]
            fn mul_add<I: Isa>(self, a: Self, b: Self) -> Self {
                if I::FMA { self.mul_add(a, b) } else { self * a + b }
            }
            #[inline(always)]
            fn fused(self, a: Self, b: Self) -> Self { self.mul_add(a, b) }
            #[inline(always)]
            fn fmod(self, y: Self) -> Self { self % y }
            #[inline(always)]
            fn is_nan(self) -> bool { self.is_nan() }
            #[inline(always)]
            fn is_finite(self) -> bool { self.is_finite() }
            #[inline(always)]
            fn is_sign_negative(self) -> bool { self.is_sign_negative() }
            #[inline(always)]
            fn from_f64(x: f64) -> Self { x as Self }
            #[inline(always)]
            fn binade(self) -> (Self, Self) {
                const UNIT: $bits = 1 << $mantissa;
                const BIAS: $bits = (<$t>::MAX_EXP as $bits - 1) << $mantissa;
                let exponent = (self.to_bits() & (BIAS << 1 | UNIT)).clamp(UNIT, 2 * BIAS - UNIT);
                (Self::from_bits(exponent), Self::from_bits(2 * BIAS - exponent))
            }
            // Levels with fused multiply-add have rounding instructions too; without them the
            // sum with a number whose last place is 1 rounds.
            #[inline(always)]
            fn rint<I: Isa>(self) -> Self {
                if I::FMA { return self.round_ties_even(); }
                let shift = Self::INTEGERS.copysign(self);
                let near = ((self + shift) - shift).copysign(self);
                if self.abs() < Self::INTEGERS { near } else { self }
            }
            #[inline(always)]
            fn floor<I: Isa>(self) -> Self {
                if I::FMA { return self.floor(); }
                let near = Float::rint::<I>(self);
                (if near > self { near - 1.0 } else { near }).copysign(self)
            }
            #[inline(always)]
            fn ceil<I: Isa>(self) -> Self {
                if I::FMA { return self.ceil(); }
                let near = Float::rint::<I>(self);
                (if near < self { near + 1.0 } else { near }).copysign(self)
            }
            #[inline(always)]
            fn trunc<I: Isa>(self) -> Self {
                if I::FMA { return self.trunc(); }
                Float::floor::<I>(self.abs()).copysign(self)
            }
        }
    )*};
}
float!(
    f32 u32 23;
    f64 u64 52;
);
