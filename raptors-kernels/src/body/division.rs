//! Quotients and remainders, branch-free. Integer division by zero gives zero; floats follow
//! Python.

use super::divisor::Dividend;
use crate::{
    arch::divide::Divide as _,
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Binary2},
    number::Float,
};

/// The quotient, rounded down.
pub struct FloorDivide;
/// What the quotient rounded down leaves; it has the sign of `y`.
pub struct Remainder;
/// What the quotient rounded towards zero leaves; it has the sign of `x`, as C's `fmod`.
pub struct Fmod;
/// The quotient rounded down, and what it leaves.
pub struct Divmod;

/// What is wanted of a division.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// The quotient rounded down.
    Quotient,
    /// What that leaves.
    Rest,
    /// What the quotient rounded towards zero leaves.
    Truncated,
}

/// A number type with a quotient in integers.
pub(super) trait Division: Element {
    /// As [`Binary::by_one`].
    #[inline(always)]
    fn by_one<I: Isa>(_isa: I, _part: Part, _x: &[Self], _y: Self, _out: &mut [Self]) -> bool {
        false
    }
    /// The quotient rounded down, and what it leaves.
    fn divmod<I: Isa>(x: Self, y: Self) -> (Self, Self);
    /// What the quotient rounded towards zero leaves.
    fn fmod<I: Isa>(x: Self, y: Self) -> Self;
    /// Whether some pairs need the exact functions.
    const RARE: bool = false;
    /// Whether `x` and `y` do.
    #[inline(always)]
    fn is_rare<I: Isa>(_x: Self, _y: Self) -> bool {
        false
    }
    /// [`Division::divmod`] of any pair.
    fn exact_divmod<I: Isa>(x: Self, y: Self) -> (Self, Self) {
        Self::divmod::<I>(x, y)
    }
    /// [`Division::fmod`] of any pair.
    fn exact_fmod<I: Isa>(x: Self, y: Self) -> Self {
        Self::fmod::<I>(x, y)
    }
}

macro_rules! ufunc {
    ($body:ident $arity:ident $($part:ident)?: $out:ty, |$x:ident, $y:ident| $call:expr, $rare:expr) => {
        impl<T: Division> $arity<T> for $body {
            ufunc!(@ $arity $($part)?);
            type Out = T;
            #[inline(always)]
            fn call<I: Isa>($x: T, $y: T) -> $out { $call }
            const RARE: bool = T::RARE;
            #[inline(always)]
            fn is_rare<I: Isa>(x: T, y: T) -> bool { T::is_rare::<I>(x, y) }
            fn rare<I: Isa>($x: T, $y: T) -> $out { $rare }
        }
    };
    (@ Binary $part:ident) => {
        type Second = T;
        #[inline(always)]
        fn by_one<I: Isa>(isa: I, x: &[T], y: T, out: &mut [T]) -> bool {
            T::by_one::<I>(isa, Part::$part, x, y, out)
        }
    };
    (@ Binary2) => {};
}
ufunc!(FloorDivide Binary Quotient: T, |x, y| T::divmod::<I>(x, y).0, T::exact_divmod::<I>(x, y).0);
ufunc!(Remainder Binary Rest: T, |x, y| T::divmod::<I>(x, y).1, T::exact_divmod::<I>(x, y).1);
ufunc!(Fmod Binary Truncated: T, |x, y| T::fmod::<I>(x, y), T::exact_fmod::<I>(x, y));
ufunc!(Divmod Binary2: (T, T), |x, y| T::divmod::<I>(x, y), T::exact_divmod::<I>(x, y));

// Vectors have no integer division, so integers are divided as floats. The quotient of two n-bit
// integers is at least 2^-n away from the next integer or equal to it, and its rounding error in
// a float of more than 2n bits is smaller than that: rounding towards zero is exact. The integer
// is then read from the low bits of its sum with 1.5 * 2^(mantissa bits).
macro_rules! short {
    ($($t:ty)* => $float:ty, $shift:expr) => {$(
        impl Division for $t {
            #[inline(always)]
            fn by_one<I: Isa>(isa: I, part: Part, x: &[$t], y: $t, out: &mut [$t]) -> bool {
                let few = |x: &[$t], out: &mut [$t]| Dividend::divide_all::<I>(isa, part, x, y, out);
                let by_table = <$t>::by_table(isa, x, out, few);
                by_table.unwrap_or_else(|| Dividend::divide_all::<I>(isa, part, x, y, out))
            }
            #[inline(always)]
            fn divmod<I: Isa>(x: $t, y: $t) -> ($t, $t) {
                let quotient = Float::trunc::<I>(x as $float / y as $float);
                let quotient = (quotient + $shift).to_bits() as $t;
                let rest = x.wrapping_sub(quotient.wrapping_mul(y));
                // True only where the signs differ, which they never do for unsigned integers.
                #[allow(unused_comparisons, reason = "unsigned integers are not negative")]
                let down = (rest != 0) & ((rest < 0) != (y < 0));
                let quotient = quotient.wrapping_sub(down as $t);
                let rest = rest.wrapping_add(if down { y } else { 0 });
                if y == 0 { (0, 0) } else { (quotient, rest) }
            }
            #[inline(always)]
            fn fmod<I: Isa>(x: $t, y: $t) -> $t {
                let quotient = Float::trunc::<I>(x as $float / y as $float);
                let quotient = (quotient + $shift).to_bits() as $t;
                let rest = x.wrapping_sub(quotient.wrapping_mul(y));
                if y == 0 { 0 } else { rest }
            }
        }
    )*};
}
short!(i8 u8 i16 u16 => f32, 12_582_912.0);
short!(i32 u32 => f64, SHIFT);

/// 1.5 * 2^52: a float64 of this size has its integer in the low bits.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// The quotient rounded down and what it leaves, for integers below 2^51. The quotient may have
/// been rounded up to an integer, which the sign of the rest betrays; products and differences of
/// integers of this size are exact.
#[inline(always)]
fn divmod51<I: Isa>(x: f64, y: f64) -> (f64, f64) {
    let quotient = Float::floor::<I>(x / y);
    let rest = x - quotient * y;
    let above = (rest != 0.0) & ((rest < 0.0) != (y < 0.0));
    let fixed = (
        if above { quotient - 1.0 } else { quotient },
        if above { rest + y } else { rest },
    );
    if y == 0.0 { (0.0, 0.0) } else { fixed }
}

macro_rules! long {
    ($($t:ident |$x:ident, $y:ident| $overflow:expr, $small:expr;)*) => {$(
        impl Division for $t {
            #[inline(always)]
            fn by_one<I: Isa>(isa: I, part: Part, x: &[$t], y: $t, out: &mut [$t]) -> bool {
                Dividend::divide_all::<I>(isa, part, x, y, out)
            }
            #[inline(always)]
            fn divmod<I: Isa>(x: $t, y: $t) -> ($t, $t) {
                let (quotient, rest) = divmod51::<I>(float(x as u64), float(y as u64));
                (integer(quotient) as $t, integer(rest) as $t)
            }
            #[inline(always)]
            fn fmod<I: Isa>(x: $t, y: $t) -> $t {
                let (x, y) = (float(x as u64), float(y as u64));
                let rest = divmod51::<I>(x, y).1;
                let other = (rest != 0.0) & ((x < 0.0) != (y < 0.0));
                integer(if other { rest - y } else { rest }) as $t
            }
            const RARE: bool = true;
            #[inline(always)]
            fn is_rare<I: Isa>(x: $t, y: $t) -> bool {
                let small = |$x: $t| $small;
                !(small(x) & small(y))
            }
            #[allow(unused_comparisons, reason = "unsigned integers are not negative")]
            fn exact_divmod<I: Isa>($x: $t, $y: $t) -> ($t, $t) {
                if $y == 0 {
                    return (0, 0);
                }
                if $overflow {
                    return ($x, 0);
                }
                let (quotient, rest) = ($x / $y, $x % $y);
                if (rest != 0) & ((rest < 0) != ($y < 0)) {
                    (quotient - 1, rest + $y)
                } else {
                    (quotient, rest)
                }
            }
            fn exact_fmod<I: Isa>($x: $t, $y: $t) -> $t {
                $x.checked_rem($y).unwrap_or(0)
            }
        }
    )*};
}
long! {
    i64 |x, y| (x == i64::MIN) & (y == -1), x.wrapping_add(1 << 51) as u64 >> 52 == 0;
    u64 |x, y| false, x >> 51 == 0;
}

/// The integer with the bits of `x`, which is below 2^51 in magnitude.
#[inline(always)]
fn float(x: u64) -> f64 {
    f64::from_bits(x.wrapping_add(SHIFT.to_bits())) - SHIFT
}

/// The bits of the integer `x`, which is below 2^51 in magnitude.
#[inline(always)]
fn integer(x: f64) -> u64 {
    (x + SHIFT).to_bits().wrapping_sub(SHIFT.to_bits())
}

/// The quotient rounded towards zero, and what it leaves, where the quotient is small enough to be
/// an exact integer. Rounding the division may have lifted it to the next integer, which the sign
/// of the rest betrays; both rests are representable, so one fused operation gives them exactly.
#[inline(always)]
fn truncated<I: Isa, F: Float>(x: F, y: F) -> (F, F) {
    let quotient = Float::trunc::<I>(x / y);
    let rest = (-quotient).mul_add::<I>(y, x);
    // An infinite divisor leaves everything.
    let rest = if quotient == F::ZERO { x } else { rest };
    let above = (rest != F::ZERO) & ((rest < F::ZERO) != (x < F::ZERO));
    let one = F::ONE.copysign(quotient);
    let quotient = if above { quotient - one } else { quotient };
    let rest = if above {
        rest + y.abs().copysign(x)
    } else {
        rest
    };
    (
        quotient,
        if rest == F::ZERO {
            F::ZERO.copysign(x)
        } else {
            rest
        },
    )
}

/// Python's `divmod` (`float_divmod` in `Objects/floatobject.c`), given the remainder with the sign
/// of `x` and the quotient that goes with it before rounding to an integer.
#[inline(always)]
fn python<I: Isa, F: Float>(x: F, y: F, quotient: F, rest: F) -> (F, F) {
    let down = (rest != F::ZERO) & ((y < F::ZERO) != (rest < F::ZERO));
    let quotient = if down { quotient - F::ONE } else { quotient };
    let signed = if rest == F::ZERO {
        F::ZERO.copysign(y)
    } else {
        rest
    };
    let signed = if down { rest + y } else { signed };
    let floor = Float::floor::<I>(quotient);
    let floor = if quotient - floor > F::HALF {
        floor + F::ONE
    } else {
        floor
    };
    let floor = if quotient == F::ZERO {
        F::ZERO.copysign(x / y)
    } else {
        floor
    };
    if y == F::ZERO {
        (x / y, rest)
    } else {
        (floor, signed)
    }
}

impl<F: Float> Division for F {
    #[inline(always)]
    fn divmod<I: Isa>(x: F, y: F) -> (F, F) {
        if I::FMA {
            let (quotient, rest) = truncated::<I, F>(x, y);
            python::<I, F>(x, y, quotient, rest)
        } else {
            Self::exact_divmod::<I>(x, y)
        }
    }
    #[inline(always)]
    fn fmod<I: Isa>(x: F, y: F) -> F {
        if I::FMA {
            truncated::<I, F>(x, y).1
        } else {
            x.fmod(y)
        }
    }
    const RARE: bool = true;
    #[inline(always)]
    fn is_rare<I: Isa>(x: F, y: F) -> bool {
        // Of a zero divisor the remainder is NaN either way.
        I::FMA & (y != F::ZERO) & ((x / y).abs() >= F::INTEGERS * F::HALF)
    }
    #[inline(always)]
    fn exact_divmod<I: Isa>(x: F, y: F) -> (F, F) {
        let rest = x.fmod(y);
        python::<I, F>(x, y, (x - rest) / y, rest)
    }
    #[inline(always)]
    fn exact_fmod<I: Isa>(x: F, y: F) -> F {
        x.fmod(y)
    }
}
