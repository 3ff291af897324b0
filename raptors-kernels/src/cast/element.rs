//! How one element converts to another type, branch-free.

use crate::dtype::{Bool, Complex32, Complex64, f16};

/// A conversion of one element.
pub(super) trait To<T> {
    /// The element as a `T`.
    fn to(self) -> T;
}

macro_rules! convert {
    ($($from:ty => $($to:ty)+;)*) => {$($(
        impl To<$to> for $from {
            #[inline(always)]
            fn to(self) -> $to { self as $to }
        }
    )+)*};
}
convert!(
    u8 => u16 u32 u64 f32 f64;
    i8 => u16 u32 u64 f32 f64;
    u16 => u8 u32 u64 f32 f64;
    i16 => u32 u64 f32 f64;
    u32 => u8 u16 u64 f32 f64;
    i32 => u64 f32 f64;
    u64 => u8 u16 u32 f32 f64;
    i64 => f32 f64;
    f32 => f64;
    f64 => f32;
);

macro_rules! truth {
    ($($from:ty: |$x:ident| $e:expr;)*) => {$(
        impl To<Bool> for $from {
            #[inline(always)]
            fn to(self) -> Bool { let $x = self; Bool::from($e) }
        }
    )*};
}
truth!(
    u8: |x| x != 0;
    u16: |x| x != 0;
    u32: |x| x != 0;
    u64: |x| x != 0;
    f16: |x| x.to_bits() & 0x7fff != 0;
    f32: |x| x != 0.0;
    f64: |x| x != 0.0;
    Complex32: |x| x.re != 0.0 || x.im != 0.0;
    Complex64: |x| x.re != 0.0 || x.im != 0.0;
);

impl To<u8> for Bool {
    #[inline(always)]
    fn to(self) -> u8 {
        self.get() as u8
    }
}

macro_rules! complex {
    ($($complex:ty = $real:ty, $other:ty = $part:ty;)*) => {$(
        impl To<$real> for $complex {
            #[inline(always)]
            fn to(self) -> $real { self.re }
        }
        impl To<$complex> for $real {
            #[inline(always)]
            fn to(self) -> $complex { <$complex>::new(self, 0.0) }
        }
        impl To<$other> for $complex {
            #[inline(always)]
            fn to(self) -> $other { <$other>::new(self.re as $part, self.im as $part) }
        }
    )*};
}
complex!(
    Complex32 = f32, Complex64 = f64;
    Complex64 = f64, Complex32 = f32;
);

/// Truncation as x86-64 and NumPy's loops do it: what does not fit in the signed type gives its
/// minimum, and the upper half of an unsigned type is reached by subtracting and adding it back.
macro_rules! truncate {
    ($($float:ty => $signed:ty, $unsigned:ty;)*) => {$(
        impl To<$signed> for $float {
            #[inline(always)]
            fn to(self) -> $signed {
                const LEAST: $float = <$signed>::MIN as $float;
                let x = if (LEAST..-LEAST).contains(&self) { self } else { LEAST };
                // SAFETY: NaN and what is outside the range of the signed type became its minimum.
                unsafe { x.to_int_unchecked() }
            }
        }
        impl To<$unsigned> for $float {
            #[inline(always)]
            fn to(self) -> $unsigned {
                const HALF: $float = -(<$signed>::MIN as $float);
                let upper = self >= HALF;
                let x = if upper { self - HALF } else { self };
                let x: $signed = x.to();
                let top = if upper { <$signed>::MIN } else { 0 };
                (x ^ top) as $unsigned
            }
        }
    )*};
}
truncate!(
    f32 => i32, u32;
    f32 => i64, u64;
    f64 => i32, u32;
    f64 => i64, u64;
);

/// Small integers take the low bits of a 32-bit truncation.
macro_rules! truncate_through_i32 {
    ($($float:ty => $($small:ty)*;)*) => {$($(
        impl To<$small> for $float {
            #[inline(always)]
            fn to(self) -> $small {
                let x: i32 = self.to();
                x as $small
            }
        }
    )*)*};
}
truncate_through_i32!(f32 => u8 u16; f64 => u8 u16;);

/// `x` as a float32 from which it rounds to float16 as if directly: towards zero, with the last
/// bit set if anything was lost (Boldo and Melquiond, "Emulation of FMA and correctly rounded
/// sums: proved algorithms using rounding to odd", 2008).
#[inline(always)]
pub(super) fn round_to_odd(x: f64) -> f32 {
    let nearest = x as f32;
    let back = nearest as f64;
    let inexact = back != x;
    let away = back.abs() > x.abs();
    f32::from_bits((nearest.to_bits() - away as u32) | inexact as u32)
}
