//! Division of integers by one divisor: a product with its reciprocal, and shifts.
//!
//! Method: Granlund and Montgomery, "Division by invariant integers using multiplication" (1994).

use super::division::Part;
use crate::{arch::divide::Divide, isa::Isa};

/// An integer type whose runs are divided by one number.
pub(super) trait Dividend: Copy {
    /// Fills `out` with what `part` says of `x` divided by `y`; false where `y` needs a look at
    /// every element: zero, and the -1 that overflows.
    fn divide_all<I: Isa>(isa: I, part: Part, x: &[Self], y: Self, out: &mut [Self]) -> bool;
}

/// What stands for a divisor.
#[derive(Clone, Copy)]
pub(crate) struct Reciprocal<U> {
    /// The lower bits of the factor, above which it has one more.
    pub(crate) factor: U,
    /// By how much what is left of the dividend, less the product, is shifted.
    pub(crate) first: u32,
    /// By how much the sum with the product is shifted then.
    pub(crate) last: u32,
}

/// An unsigned integer type.
pub(crate) trait Unsigned: Copy {
    /// What stands for a divisor.
    type Divisor: Copy;
    /// What stands for the divisor `y`, which is not zero.
    fn reciprocal(y: Self) -> Self::Divisor;
    /// `self` divided by the divisor that `y` stands for.
    fn divided(self, y: Self::Divisor) -> Self;
    /// The same for `self` of at most 32 bits, in fewer products where `Self` has more.
    fn divided_short(self, y: Reciprocal<u32>) -> Self;
}

macro_rules! unsigned {
    ($($t:ty |$x:ident, $y:ident| $high:expr;)*) => {$(
        impl Unsigned for $t {
            type Divisor = Reciprocal<$t>;
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
                let ($x, $y) = (self, y.factor);
                let high: $t = $high;
                (((self - high) >> y.first) + high) >> y.last
            }
            #[inline(always)]
            fn divided_short(self, y: Reciprocal<u32>) -> $t {
                divided_short(self as u64, y) as $t
            }
        }
    )*};
}
unsigned! {
    u16 |x, y| ((u32::from(x) * u32::from(y)) >> 16) as u16;
    u32 |x, y| ((u64::from(x) * u64::from(y)) >> 32) as u32;
    u64 |x, y| high_words(x, y);
}

// The product of the next greater byte with the greatest factor whose product with the divisor has 16 bits: the
// quotient is above them, exactly. In two products of 16 bits, as wider ones fill more vectors; no byte is shifted,
// for which there are no instructions.
impl Unsigned for u8 {
    type Divisor = u16;
    fn reciprocal(y: u8) -> u16 {
        u16::MAX / u16::from(y)
    }
    #[inline(always)]
    fn divided(self, y: u16) -> u8 {
        let next = u16::from(self) + 1;
        let (high, low) = (next * (y >> 8), next * (y & 0xff));
        ((high + (low >> 8)) >> 8) as u8
    }
    #[inline(always)]
    fn divided_short(self, y: Reciprocal<u32>) -> u8 {
        divided_short(self.into(), y) as u8
    }
}

#[inline(always)]
fn divided_short(x: u64, y: Reciprocal<u32>) -> u64 {
    let x = x & LOW;
    let high = (x * u64::from(y.factor)) >> 32;
    (((x - high) >> y.first) + high) >> y.last
}

/// The lower half of 64 bits.
const LOW: u64 = u32::MAX as u64;

/// The upper half of a product of 64-bit integers, from those of their halves, which vectorize.
#[inline(always)]
fn high_words(x: u64, y: u64) -> u64 {
    let (x_low, x_high, y_low, y_high) = (x & LOW, x >> 32, y & LOW, y >> 32);
    let middle = x_high * y_low + ((x_low * y_low) >> 32);
    let other = x_low * y_high + (middle & LOW);
    x_high * y_high + (middle >> 32) + (other >> 32)
}

macro_rules! dividend {
    ($($t:ident $unsigned:ident |$x:ident, $negative:ident, $divided:ident| $quotient:expr;)*) => {$(
        impl Dividend for $t {
            #[inline(always)]
            #[allow(unused_comparisons, reason = "unsigned integers are not negative")]
            fn divide_all<I: Isa>(isa: I, part: Part, x: &[$t], y: $t, out: &mut [$t]) -> bool {
                #[inline(always)]
                fn quotient_of(
                    $x: $t,
                    $negative: bool,
                    $divided: impl Fn($unsigned) -> $unsigned,
                ) -> $t {
                    $quotient
                }
                #[inline(always)]
                fn quotient(x: $t, negative: bool, by: <$unsigned as Unsigned>::Divisor) -> $t {
                    quotient_of(x, negative, #[inline(always)] |x| x.divided(by))
                }
                if y == 0 || (<$t>::MIN != 0 && y == !0) {
                    return false;
                }
                let (negative, magnitude) = (y < 0, y.abs_diff(0));
                if matches!(part, Part::Quotient)
                    && <$t>::divide(isa, x, (magnitude, negative), out)
                {
                    return true;
                }
                let by = $unsigned::reciprocal(magnitude);
                match part {
                    Part::Quotient if size_of::<$t>() == 8 && (magnitude as u64) < SHORT => {
                        let short = u32::reciprocal(magnitude as u32);
                        each_short(
                            isa,
                            x,
                            out,
                            #[inline(always)]
                            |x| (x as u64).wrapping_add(if <$t>::MIN == 0 { 0 } else { SHORT }),
                            #[inline(always)]
                            move |x| quotient_of(x, negative, #[inline(always)] |x| x.divided_short(short)),
                            #[inline(always)]
                            move |x| quotient(x, negative, by),
                        );
                    }
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

/// Magnitudes below this one fit in 31 bits.
const SHORT: u64 = 1 << 31;
/// Elements between two looks at whether all are short.
const BLOCK: usize = 256;

/// As [`each`]: `short` where all elements of a block are so that `bits` gives no more than 32 of them.
#[inline(always)]
fn each_short<I: Isa, T: Copy>(
    isa: I,
    x: &[T],
    out: &mut [T],
    bits: impl Fn(T) -> u64,
    short: impl Fn(T) -> T,
    long: impl Fn(T) -> T,
) {
    isa.vectorize(
        #[inline(always)]
        move || {
            for (x, out) in x.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
                if x.iter().fold(0, |all, &x| all | bits(I::element(x))) <= LOW {
                    for (o, &x) in out.iter_mut().zip(x) {
                        *o = short(I::element(x));
                    }
                } else {
                    for (o, &x) in out.iter_mut().zip(x) {
                        *o = long(I::element(x));
                    }
                }
            }
        },
    );
}

macro_rules! dividends {
    ($($signed:ident $unsigned:ident)*) => {$(
        dividend!($unsigned $unsigned |x, _negative, divided| divided(x););
        // `!x` is `-x - 1`: the quotient of what is below zero is rounded away from it.
        dividend!($signed $unsigned |x, negative, divided| {
            let magnitude = if negative { x.wrapping_neg() } else { x };
            let below = if negative { x > 0 } else { x < 0 };
            let flip = if below { !0 } else { 0 };
            divided((magnitude ^ flip) as $unsigned) as $signed ^ flip
        };);
    )*};
}
dividends!(i8 u8 i16 u16 i32 u32 i64 u64);
