//! Division of integers by one divisor: a product with its reciprocal, and shifts.
//!
//! Method: Granlund and Montgomery, "Division by invariant integers using multiplication" (1994).

use super::division::Part;
use crate::isa::Isa;

/// An integer type whose runs are divided by one number.
pub(super) trait Dividend: Copy {
    /// Fills `out` with what `part` says of `x` divided by `y`; false where `y` needs a look at
    /// every element: zero, and the -1 that overflows.
    fn divide_all<I: Isa>(isa: I, part: Part, x: &[Self], y: Self, out: &mut [Self]) -> bool;
}

/// What stands for a divisor.
#[derive(Clone, Copy)]
struct Reciprocal<U> {
    factor: U,
    first: u32,
    last: u32,
}

/// An unsigned integer type.
trait Unsigned: Copy {
    /// The upper half of the product.
    fn high(self, y: Self) -> Self;
    /// What stands for the divisor `y`, which is not zero.
    fn reciprocal(y: Self) -> Reciprocal<Self>;
    /// `self` divided by the divisor that `y` stands for.
    fn divided(self, y: Reciprocal<Self>) -> Self;
}

macro_rules! unsigned {
    ($($t:ident |$x:ident, $y:ident| $high:expr;)*) => {$(
        impl Unsigned for $t {
            #[inline(always)]
            fn high(self, y: $t) -> $t {
                let ($x, $y) = (self, y);
                $high
            }
            fn reciprocal(y: $t) -> Reciprocal<$t> {
                let log = <$t>::BITS - (y - 1).leading_zeros();
                let above = (1u128 << log) - u128::from(y);
                Reciprocal {
                    factor: ((above << <$t>::BITS) / u128::from(y) + 1) as $t,
                    first: log.min(1),
                    last: log.saturating_sub(1),
                }
            }
            #[inline(always)]
            fn divided(self, y: Reciprocal<$t>) -> $t {
                let high = self.high(y.factor);
                (((self - high) >> y.first) + high) >> y.last
            }
        }
    )*};
}
unsigned! {
    u8 |x, y| ((u16::from(x) * u16::from(y)) >> 8) as u8;
    u16 |x, y| ((u32::from(x) * u32::from(y)) >> 16) as u16;
    u32 |x, y| ((u64::from(x) * u64::from(y)) >> 32) as u32;
    u64 |x, y| high_words(x, y);
}

/// The upper half of a product of 64-bit integers, from those of their halves, which vectorize.
#[inline(always)]
fn high_words(x: u64, y: u64) -> u64 {
    const LOW: u64 = u32::MAX as u64;
    let (x_low, x_high, y_low, y_high) = (x & LOW, x >> 32, y & LOW, y >> 32);
    let middle = x_high * y_low + ((x_low * y_low) >> 32);
    let other = x_low * y_high + (middle & LOW);
    x_high * y_high + (middle >> 32) + (other >> 32)
}

macro_rules! dividend {
    ($($t:ident $unsigned:ident |$x:ident, $negative:ident, $by:ident| $quotient:expr;)*) => {$(
        impl Dividend for $t {
            #[inline(always)]
            #[allow(unused_comparisons, reason = "unsigned integers are not negative")]
            fn divide_all<I: Isa>(isa: I, part: Part, x: &[$t], y: $t, out: &mut [$t]) -> bool {
                #[inline(always)]
                fn quotient($x: $t, $negative: bool, $by: Reciprocal<$unsigned>) -> $t {
                    $quotient
                }
                if y == 0 || (<$t>::MIN != 0 && y == !0) {
                    return false;
                }
                let (negative, by) = (y < 0, $unsigned::reciprocal(y.abs_diff(0)));
                match part {
                    Part::Quotient => each(
                        isa,
                        x,
                        out,
                        #[inline(always)]
                        move |x| quotient(x, negative, by),
                    ),
                    Part::Rest => each(
                        isa,
                        x,
                        out,
                        #[inline(always)]
                        move |x| x.wrapping_sub(quotient(x, negative, by).wrapping_mul(y)),
                    ),
                    Part::Truncated => each(
                        isa,
                        x,
                        out,
                        #[inline(always)]
                        move |x| {
                            let rest = x.wrapping_sub(quotient(x, negative, by).wrapping_mul(y));
                            let other = (rest != 0) & ((x < 0) != negative);
                            if other { rest.wrapping_sub(y) } else { rest }
                        },
                    ),
                }
                true
            }
        }
    )*};
}

/// `f` of every element.
#[inline(always)]
fn each<I: Isa, T: Copy>(isa: I, x: &[T], out: &mut [T], f: impl Fn(T) -> T) {
    // Moved in, so that the stores cannot reach what it holds.
    isa.vectorize(
        #[inline(always)]
        move || {
            for (o, &x) in out.iter_mut().zip(x) {
                *o = f(I::element(x));
            }
        },
    );
}

macro_rules! dividends {
    ($($signed:ident $unsigned:ident)*) => {$(
        dividend!($unsigned $unsigned |x, _negative, by| x.divided(by););
        // `!x` is `-x - 1`: the quotient of what is below zero is rounded away from it.
        dividend!($signed $unsigned |x, negative, by| {
            let magnitude = if negative { x.wrapping_neg() } else { x };
            let below = if negative { x > 0 } else { x < 0 };
            let flip = if below { !0 } else { 0 };
            ((magnitude ^ flip) as $unsigned).divided(by) as $signed ^ flip
        };);
    )*};
}
dividends!(i8 u8 i16 u16 i32 u32 i64 u64);
