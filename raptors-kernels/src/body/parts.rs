//! Mantissas, exponents and neighbours: floating-point numbers taken apart, branch-free.

use crate::{
    arch::packs,
    dtype::f16,
    isa::Isa,
    kernel::{Binary, PACK, Unary2},
    number::Float,
};

/// The number next to `x` in the direction of `y`.
pub struct Nextafter;
/// The distance from `x` to the next number away from zero, with the sign of `x`; for float16 to
/// the next larger number, as in NumPy.
pub struct Spacing;

// Floats are ordered as their bits are, read as sign and magnitude: a neighbour is one step away.
macro_rules! neighbours {
    ($($t:ident $bits:ident $signed:ident;)*) => {$(
        binary!(Nextafter, $t => |x, y| {
            let (a, b) = (x.to_bits(), y.to_bits());
            let magnitude = $signed::MAX as $bits;
            let nan = |bits: $bits| bits & magnitude > <$t>::INFINITY.to_bits();
            let place = |bits: $bits| {
                let place = (bits & magnitude) as $signed;
                if bits > magnitude { -place } else { place }
            };
            let (from, to) = (place(a), place(b));
            let next = from + (to > from) as $signed - (to < from) as $signed;
            let negative = if next == 0 { a > magnitude } else { next < 0 };
            let sign = if negative { !magnitude } else { 0 };
            let bits = if from == to { b } else { next.unsigned_abs() | sign };
            let bits = if nan(b) { b } else { bits };
            <$t>::from_bits(if nan(a) { a } else { bits })
        });
    )*};
}
neighbours!(f16 u16 i16; f32 u32 i32; f64 u64 i64;);
unary!(Spacing, f32 => |x| {
    let spacing = f32::from_bits(x.to_bits().wrapping_add(1)) - x;
    if x == 0.0 { spacing.abs() } else { spacing }
});
unary!(Spacing, f64 => |x| {
    let spacing = f64::from_bits(x.to_bits().wrapping_add(1)) - x;
    if x == 0.0 { spacing.abs() } else { spacing }
});
// NumPy's float16 looks up, not outwards: below zero the distance is that of the next magnitude in.
unary!(Spacing, f16 => |x| {
    const INFINITY: u16 = 0x7C00;
    let (magnitude, negative) = (x.to_bits() & 0x7FFF, x.to_bits() > 0x7FFF);
    let lower = magnitude - (negative & (magnitude != 0)) as u16;
    // A unit in the last of ten places, which is a subnormal number itself up to exponent 10.
    let exponent: u16 = lower >> 10;
    let exponent = if exponent == 0 { 1 } else { exponent };
    let tiny = 1u16 << ((exponent - 1) & 15);
    let bits = if exponent > 10 { exponent.wrapping_sub(10) << 10 } else { tiny };
    let bits = if !negative & (magnitude == INFINITY - 1) { INFINITY } else { bits };
    f16::from_bits(if magnitude >= INFINITY { f16::NAN.to_bits() } else { bits })
});

/// `x * 2^y`.
pub struct Ldexp;
/// Mantissa of magnitude in `[0.5, 1)` and exponent of two; zero, NaN and infinity have exponent 0.
pub struct Frexp;
/// Fraction and integer, each with the sign of `x`.
pub struct Modf;

macro_rules! parts {
    ($($t:ident $bits:ident $mantissa:literal $pack:path, $apart:path;)*) => {$(
        impl Binary<$t> for Ldexp {
            type Second = i32;
            type Out = $t;
            #[inline(always)]
            fn call<I: Isa>(x: $t, y: i32) -> $t {
                const HIGH: i32 = <$t>::MAX_EXP - 1;
                // One product rounds once.
                x * <$t>::from_bits((y.wrapping_add(HIGH) as $bits) << $mantissa)
            }
            const RARE: bool = true;
            const HEAVY: bool = true;
            const PACKED: bool = packs::THERE;
            #[inline(always)]
            fn pack<I: Isa>(
                isa: I,
                x: &[[$t; PACK]],
                y: &[[i32; PACK]],
                out: &mut [[$t; PACK]],
            ) -> bool {
                if let Some(odd) = $pack(isa, x, y, out) {
                    return odd;
                }
                // Without vectors of its own all pairs are left to `rare`.
                for (out, (x, y)) in out.iter_mut().zip(x.iter().zip(y)) {
                    *out = core::array::from_fn(|i| <Self as Binary<$t>>::rare::<I>(x[i], y[i]));
                }
                true
            }
            /// Whether no normal number is `2^y`.
            #[inline(always)]
            fn is_rare<I: Isa>(_x: $t, y: i32) -> bool {
                !(<$t>::MIN_EXP - 1..=<$t>::MAX_EXP - 1).contains(&y)
            }
            fn rare<I: Isa>(x: $t, y: i32) -> $t {
                const HIGH: i32 = <$t>::MAX_EXP - 1;
                const LOW: i32 = <$t>::MIN_EXP - 1;
                // One factor holds at most 2^HIGH, so large steps go first. A step down of this
                // size leaves a normal number wherever the result is not zero: rounds once.
                const DOWN: i32 = LOW + $mantissa + 1;
                let step = |y: i32| {
                    let down = if y < LOW { DOWN } else { y };
                    if y > HIGH { HIGH } else { down }
                };
                let factor = |y: i32| <$t>::from_bits(((y + HIGH) as $bits) << $mantissa);
                let y = y.clamp(3 * DOWN, 3 * HIGH);
                let first = step(y);
                let second = step(y - first);
                let third = (y - first - second).clamp(LOW, HIGH);
                x * factor(first) * factor(second) * factor(third)
            }
        }

        impl Unary2<$t> for Frexp {
            type Out = $t;
            type Out2 = i32;
            const PACKED: bool = packs::THERE;
            #[inline(always)]
            fn pack<I: Isa>(
                isa: I,
                x: &[$t; PACK],
                first: &mut [$t; PACK],
                second: &mut [i32; PACK],
            ) {
                if !$apart(isa, x, first, second) {
                    for ((first, second), &x) in first.iter_mut().zip(second).zip(x) {
                        (*first, *second) = <Self as Unary2<$t>>::call::<I>(x);
                    }
                }
            }
            #[inline(always)]
            fn call<I: Isa>(x: $t) -> ($t, i32) {
                const FIELD: $bits = 2 * <$t>::MAX_EXP as $bits - 1;
                const SCALE: i32 = $mantissa + 1;
                // 2^SCALE makes every subnormal number normal.
                let subnormal = x.abs() < <$t>::MIN_POSITIVE;
                let factor = (1u64 << SCALE) as $t;
                let normal = if subnormal { x * factor } else { x };
                let field = (normal.to_bits() >> $mantissa) & FIELD;
                let exponent = field as i32 - (<$t>::MAX_EXP - 2);
                let exponent = if subnormal { exponent - SCALE } else { exponent };
                let half = ((<$t>::MAX_EXP - 2) as $bits) << $mantissa;
                let mantissa =
                    <$t>::from_bits(normal.to_bits() & !(FIELD << $mantissa) | half);
                let whole = (x == 0.0) | !x.is_finite();
                (if whole { x } else { mantissa }, if whole { 0 } else { exponent })
            }
        }

        impl Unary2<$t> for Modf {
            type Out = $t;
            type Out2 = $t;
            #[inline(always)]
            fn call<I: Isa>(x: $t) -> ($t, $t) {
                let whole = Float::trunc::<I>(x);
                let rest = if x.is_infinite() { 0.0 } else { x - whole };
                (Float::copysign(rest, x), whole)
            }
        }
    )*};
}
parts!(f32 u32 23 packs::ldexp_single, packs::frexp_single; f64 u64 52 packs::ldexp, packs::frexp;);
