//! Quotients and remainders. Integer division by zero gives zero; floats follow Python.

use crate::{isa::Isa, kernel::Binary2, number::Float};

/// The quotient, rounded down.
pub struct FloorDivide;
/// What the quotient rounded down leaves; it has the sign of `y`.
pub struct Remainder;
/// What the quotient rounded towards zero leaves; it has the sign of `x`, as C's `fmod`.
pub struct Fmod;
/// The quotient rounded down, and what it leaves.
pub struct Divmod;

/// An integer type with a quotient.
trait Quotient: Sized {
    /// `x / y` rounded towards zero; the smallest number divided by -1 is itself. Any number where
    /// `y` is zero.
    fn quotient<I: Isa>(x: Self, y: Self) -> Self;
}

// Vectors have no integer division, so short integers are divided as floats. The quotient of two
// n-bit integers is at least 2^-n away from the next integer or equal to it, and its rounding
// error in a float of more than 2n bits is smaller than that: rounding towards zero is exact. The
// integer is then read from the low bits of its sum with 1.5 * 2^(mantissa bits).
macro_rules! through_float {
    ($($t:ty)* => $float:ty, $shift:expr) => {$(
        impl Quotient for $t {
            #[inline(always)]
            fn quotient<I: Isa>(x: $t, y: $t) -> $t {
                let quotient = Float::trunc::<I>(x as $float / y as $float);
                (quotient + $shift).to_bits() as $t
            }
        }
    )*};
}
through_float!(i8 u8 i16 u16 => f32, 12_582_912.0);
through_float!(i32 u32 => f64, 6_755_399_441_055_744.0);

impl Quotient for i64 {
    #[inline(always)]
    fn quotient<I: Isa>(x: i64, y: i64) -> i64 {
        // With a divisor of 1 neither zero nor an overflow can stop the division.
        let safe = (y == 0) | ((x == i64::MIN) & (y == -1));
        x / if safe { 1 } else { y }
    }
}

impl Quotient for u64 {
    #[inline(always)]
    fn quotient<I: Isa>(x: u64, y: u64) -> u64 {
        x / y.max(1)
    }
}

/// The quotient of two integers rounded down, and what it leaves.
macro_rules! integers {
    ($($t:ident)*) => {$(
        binary!(FloorDivide, $t => |x, y| $t::divmod::<I>(x, y).0);
        binary!(Remainder, $t => |x, y| $t::divmod::<I>(x, y).1);
        binary!(Fmod, $t => |x, y| {
            let rest = x.wrapping_sub(<$t>::quotient::<I>(x, y).wrapping_mul(y));
            if y == 0 { 0 } else { rest }
        });

        impl FloorDivmod for $t {
            #[inline(always)]
            fn divmod<I: Isa>(x: $t, y: $t) -> ($t, $t) {
                let quotient = <$t>::quotient::<I>(x, y);
                let rest = x.wrapping_sub(quotient.wrapping_mul(y));
                // True only where the signs differ, which they never do for unsigned integers.
                #[allow(unused_comparisons, reason = "unsigned integers are not negative")]
                let down = (rest != 0) & ((rest < 0) != (y < 0));
                let quotient = quotient.wrapping_sub(down as $t);
                let rest = rest.wrapping_add(if down { y } else { 0 });
                if y == 0 { (0, 0) } else { (quotient, rest) }
            }
        }
    )*};
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64);

/// A number type whose quotient can be rounded down.
trait FloorDivmod: Sized {
    fn divmod<I: Isa>(x: Self, y: Self) -> (Self, Self);
}

/// Python's `divmod` (`float_divmod` in `Objects/floatobject.c`): the remainder is exact
/// and has the sign of `y`, the quotient is an integer or infinite.
macro_rules! floats {
    ($($t:ident)*) => {$(
        binary!(FloorDivide, $t => |x, y| $t::divmod::<I>(x, y).0);
        binary!(Remainder, $t => |x, y| $t::divmod::<I>(x, y).1);
        binary!(Fmod, $t => |x, y| x % y);

        impl FloorDivmod for $t {
            #[inline(always)]
            fn divmod<I: Isa>(x: $t, y: $t) -> ($t, $t) {
                let rest = x % y;
                let quotient = (x - rest) / y;
                let down = (rest != 0.0) & ((y < 0.0) != (rest < 0.0));
                let quotient = if down { quotient - 1.0 } else { quotient };
                let signed = if rest == 0.0 { Float::copysign(0.0, y) } else { rest };
                let signed = if down { rest + y } else { signed };
                let floor = Float::floor::<I>(quotient);
                let floor = if quotient - floor > 0.5 { floor + 1.0 } else { floor };
                let floor = if quotient == 0.0 { Float::copysign(0.0, x / y) } else { floor };
                if y == 0.0 { (x / y, rest) } else { (floor, signed) }
            }
        }
    )*};
}
floats!(f32 f64);

impl<T: FloorDivmod + crate::dtype::Element> Binary2<T> for Divmod {
    type Out = T;
    #[inline(always)]
    fn call<I: Isa>(x: T, y: T) -> (T, T) {
        T::divmod::<I>(x, y)
    }
}
