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
    /// Positive infinity.
    const INFINITY: Self;
    /// Not a number.
    const NAN: Self;
    /// The absolute value.
    fn abs(self) -> Self;
    /// The square root, rounded correctly.
    fn sqrt(self) -> Self;
    /// The magnitude of `self` with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// `self * a + b`: rounded once where `I` has the instruction, twice where it has not.
    fn mul_add<I: Isa>(self, a: Self, b: Self) -> Self;
    /// Whether `self` is NaN.
    fn is_nan(self) -> bool;
    /// `x`, rounded to this type.
    fn from_f64(x: f64) -> Self;
}

macro_rules! float {
    ($($t:ty)*) => {$(
        impl Float for $t {
            const ZERO: Self = 0.0;
            const HALF: Self = 0.5;
            const ONE: Self = 1.0;
            const INFINITY: Self = Self::INFINITY;
            const NAN: Self = Self::NAN;
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
            fn is_nan(self) -> bool { self.is_nan() }
            #[inline(always)]
            fn from_f64(x: f64) -> Self { x as Self }
        }
    )*};
}
float!(f32 f64);
