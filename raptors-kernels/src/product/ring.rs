//! Element types as products see them: a zero and a multiply-add.

use crate::{
    dtype::{Bool, Complex32, Complex64, Element},
    isa::Isa,
    number::Float,
};

/// A type with a product and a sum.
pub(super) trait Ring: Element {
    /// The sum of nothing.
    const ZERO: Self;
    /// `a * b + c`, rounded once where `I` has the instruction.
    fn mul_add<I: Isa>(a: Self, b: Self, c: Self) -> Self;
    /// `a + b`.
    fn add(a: Self, b: Self) -> Self;
    /// Whether sums wrap, so that their order makes no difference and the compiler may choose it.
    const WRAPS: bool = false;
    /// Whether there are a zero and a full number only, and a sum with the latter is full.
    const FILLS: bool = false;
    /// Whether this is the full number.
    #[inline(always)]
    fn is_full(self) -> bool {
        false
    }
}

macro_rules! rings {
    ($($t:ty)*, zero $zero:expr, wraps $wraps:literal, |$a:ident, $b:ident, $c:ident| $fma:expr, |$x:ident, $y:ident| $add:expr) => {$(
        impl Ring for $t {
            const ZERO: Self = $zero;
            const WRAPS: bool = $wraps;
            #[inline(always)]
            fn mul_add<I: Isa>($a: Self, $b: Self, $c: Self) -> Self { $fma }
            #[inline(always)]
            fn add($x: Self, $y: Self) -> Self { $add }
        }
    )*};
}
// Products wrap, so the sign of an integer makes no difference.
rings!(u8 u16 u32 u64, zero 0, wraps true, |a, b, c| a.wrapping_mul(b).wrapping_add(c), |x, y| x.wrapping_add(y));
rings!(f32 f64, zero 0.0, wraps false, |a, b, c| Float::mul_add::<I>(a, b, c), |x, y| x + y);
rings!(Complex32 Complex64, zero Self { re: 0.0, im: 0.0 }, wraps false,
    |a, b, c| Self {
        re: Float::mul_add::<I>(-a.im, b.im, Float::mul_add::<I>(a.re, b.re, c.re)),
        im: Float::mul_add::<I>(a.im, b.re, Float::mul_add::<I>(a.re, b.im, c.im)),
    },
    |x, y| x + y);

impl Ring for Bool {
    const ZERO: Self = Self::FALSE;
    const FILLS: bool = true;
    #[inline(always)]
    fn mul_add<I: Isa>(a: Self, b: Self, c: Self) -> Self {
        Self::from((a.get() & b.get()) | c.get())
    }
    #[inline(always)]
    fn add(a: Self, b: Self) -> Self {
        Self::from(a.get() | b.get())
    }
    #[inline(always)]
    fn is_full(self) -> bool {
        self.get()
    }
}

/// Calls `$body` with `$T` standing for the ring of `$dtype`; float16 has none.
macro_rules! with_ring {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::DType::Bool => {
                type $T = $crate::Bool;
                $body
            }
            $crate::DType::I8 | $crate::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::DType::I16 | $crate::DType::U16 => {
                type $T = u16;
                $body
            }
            $crate::DType::I32 | $crate::DType::U32 => {
                type $T = u32;
                $body
            }
            $crate::DType::I64 | $crate::DType::U64 => {
                type $T = u64;
                $body
            }
            $crate::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::DType::C64 => {
                type $T = $crate::dtype::Complex32;
                $body
            }
            $crate::DType::C128 => {
                type $T = $crate::dtype::Complex64;
                $body
            }
            $crate::DType::F16 => panic!("float16 must be converted to float32"),
        }
    };
}
pub(super) use with_ring;
