//! How one element converts to another type, branch-free.

use super::truncate;
use crate::{
    dtype::{Bool, Complex32, Complex64, f16},
    isa::Isa,
};

/// A conversion of one element.
pub(super) trait To<T> {
    /// The element as a `T`.
    fn to<I: Isa>(self) -> T;
}

macro_rules! convert {
    ($($from:ty => $($to:ty)+;)*) => {$($(
        impl To<$to> for $from {
            #[inline(always)]
            fn to<I: Isa>(self) -> $to { self as $to }
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
    u64 => u8 u16 u32 f64;
    i64 => f32 f64;
    f32 => f64;
    f64 => f32;
);

impl To<f32> for u64 {
    #[inline(always)]
    fn to<I: Isa>(self) -> f32 {
        if I::WIDE {
            // One instruction.
            return self as f32;
        }
        // Vectors have conversions by way of float64, in which numbers of 53 bits are exact: of longer
        // ones the last bits become one that is set if any was, so that only float32 is rounded to.
        let odd = (self | ((self & 0x7ff) + 0x7ff)) & !0x7ff;
        let exact = if self >> 53 == 0 { self } else { odd };
        exact as f64 as f32
    }
}

macro_rules! truth {
    ($($from:ty: |$x:ident| $e:expr;)*) => {$(
        impl To<Bool> for $from {
            #[inline(always)]
            fn to<I: Isa>(self) -> Bool { let $x = self; Bool::from($e) }
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

macro_rules! numbers {
    ($($to:ty)*) => {$(
        impl To<$to> for Bool {
            #[inline(always)]
            fn to<I: Isa>(self) -> $to { u8::from(self.get()).into() }
        }
    )*};
}
numbers!(u8 u16 u32 u64 f32 f64);

macro_rules! complex {
    ($($complex:ty = $real:ty;)*) => {$(
        impl To<$real> for $complex {
            #[inline(always)]
            fn to<I: Isa>(self) -> $real { self.re }
        }
        impl To<$complex> for $real {
            #[inline(always)]
            fn to<I: Isa>(self) -> $complex { <$complex>::new(self, 0.0) }
        }
    )*};
}
complex!(
    Complex32 = f32;
    Complex64 = f64;
);

macro_rules! integer_to_complex {
    ($($from:ty)*) => {$(
        impl To<Complex32> for $from {
            #[inline(always)]
            fn to<I: Isa>(self) -> Complex32 { Complex32::new(self as f32, 0.0) }
        }
        impl To<Complex64> for $from {
            #[inline(always)]
            fn to<I: Isa>(self) -> Complex64 { Complex64::new(self as f64, 0.0) }
        }
    )*};
}
integer_to_complex!(u8 i8 u16 i16 u32 i32 u64 i64);

macro_rules! truncate {
    ($($float:ty = $i32:ident;)*) => {$(
        // The low bits of what does not fit in 32 are zero.
        impl To<u8> for $float {
            #[inline(always)]
            fn to<I: Isa>(self) -> u8 { truncate::$i32(self) as u8 }
        }
        impl To<u16> for $float {
            #[inline(always)]
            fn to<I: Isa>(self) -> u16 { truncate::$i32(self) as u16 }
        }
        impl To<u32> for $float {
            #[inline(always)]
            fn to<I: Isa>(self) -> u32 {
                const HALF: $float = -(i32::MIN as $float);
                let upper = self >= HALF;
                let x = truncate::$i32(if upper { self - HALF } else { self });
                (x ^ if upper { i32::MIN } else { 0 }) as u32
            }
        }
        impl To<i64> for $float {
            #[inline(always)]
            fn to<I: Isa>(self) -> i64 { I::truncate_to_i64(self as f64) }
        }
        impl To<u64> for $float {
            #[inline(always)]
            fn to<I: Isa>(self) -> u64 {
                const HALF: $float = -(i64::MIN as $float);
                let upper = self >= HALF;
                let x = I::truncate_to_i64((if upper { self - HALF } else { self }) as f64);
                (x ^ if upper { i64::MIN } else { 0 }) as u64
            }
        }
    )*};
}
truncate!(
    f32 = i32_from_f32;
    f64 = i32_from_f64;
);

/// `x` as a float32 from which it rounds to float16 as if directly: towards zero, with the last
/// bit set if anything was lost (Boldo and Melquiond, "Emulation of FMA and correctly rounded
/// sums: proved algorithms using rounding to odd", 2008).
#[inline(always)]
pub(super) fn round_to_odd(x: f64) -> f32 {
    let nearest = x as f32;
    let back = nearest as f64;
    let inexact = back != x;
    // As integers: a comparison of vectors with NaN would raise an exception.
    let away = back.abs().to_bits() > x.abs().to_bits();
    f32::from_bits((nearest.to_bits() - away as u32) | inexact as u32)
}
