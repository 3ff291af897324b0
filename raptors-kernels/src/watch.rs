//! Loops whose exceptions are found by a look at what they gave, see [`crate::status`].
#![allow(
    clippy::needless_bitwise_bool,
    reason = "`&&` and `||` branch, which stops vectorizing"
)]

use crate::{
    dtype::{Bool, Complex32, Complex64, Element, f16},
    isa::Isa,
    status::{Aside, Raises, Status},
};

/// What a look at a number tells.
#[derive(Clone, Copy, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "tests that are independent of each other"
)]
pub struct Look {
    nan: bool,
    infinite: bool,
    zero: bool,
    /// Less than every normal number.
    tiny: bool,
    /// The least of the signed integers.
    least: bool,
    minus_one: bool,
}

/// A number that can be looked at.
pub trait Watched: Copy {
    /// Whether it is no floating-point number.
    const INTEGER: bool = false;
    /// Whether it is a complex number.
    const COMPLEX: bool = false;
    /// What a look at it tells.
    fn look(self) -> Look;
    /// Whether it is infinite or NaN, or if `tiny` less than every normal number.
    #[inline(always)]
    fn is_odd(self, _tiny: bool) -> bool {
        false
    }
}

macro_rules! integer {
    ($($t:ident)*) => {$(
        impl Watched for $t {
            const INTEGER: bool = true;
            #[inline(always)]
            fn look(self) -> Look {
                let signed = $t::MIN != 0;
                Look {
                    zero: self == 0,
                    least: signed & (self == $t::MIN),
                    minus_one: signed & (self == !0),
                    ..Look::default()
                }
            }
        }
    )*};
}
integer!(i8 u8 i16 u16 i32 u32 i64 u64);

impl Watched for Bool {
    const INTEGER: bool = true;
    #[inline(always)]
    fn look(self) -> Look {
        Look::default()
    }
}

macro_rules! float {
    ($($t:ident $exponent:expr;)*) => {$(
        impl Watched for $t {
            #[inline(always)]
            fn look(self) -> Look {
                let magnitude = self.to_bits() << 1 >> 1;
                Look {
                    nan: magnitude > $exponent,
                    infinite: magnitude == $exponent,
                    zero: magnitude == 0,
                    tiny: magnitude & $exponent == 0,
                    ..Look::default()
                }
            }
            #[inline(always)]
            fn is_odd(self, tiny: bool) -> bool {
                let exponent = self.to_bits() & $exponent;
                (exponent == $exponent) | tiny & (exponent == 0)
            }
        }
    )*};
}
float! {
    f16 0x7C00;
    f32 0x7F80_0000;
    f64 0x7FF0_0000_0000_0000;
}

macro_rules! complex {
    ($($t:ident)*) => {$(
        impl Watched for $t {
            const COMPLEX: bool = true;
            #[inline(always)]
            fn look(self) -> Look {
                let (re, im) = (self.re.look(), self.im.look());
                Look {
                    nan: re.nan | im.nan,
                    infinite: re.infinite | im.infinite,
                    zero: re.zero & im.zero,
                    tiny: re.tiny & im.tiny,
                    ..Look::default()
                }
            }
            #[inline(always)]
            fn is_odd(self, tiny: bool) -> bool {
                self.re.is_odd(tiny) | self.im.is_odd(tiny)
            }
        }
    )*};
}
complex!(Complex32 Complex64);

/// A row's word in the table, as a type.
pub(crate) trait Rule {
    const RAISES: Raises;
    /// Whether a tiny result matters.
    const TINY: bool = matches!(Self::RAISES, Raises::range | Raises::power | Raises::step);
}

macro_rules! rules {
    ($($name:ident)*) => {$(
        #[allow(non_camel_case_types, reason = "the words of the table")]
        pub(crate) struct $name;
        impl Rule for $name { const RAISES: Raises = Raises::$name; }
    )*};
}
rules!(nothing arithmetic division overflow range pole quotient remainder power step distance compared);

/// Whether the results of a loop over `T` are looked at.
pub(crate) const fn looks<R: Rule, T: Element>() -> bool {
    match R::RAISES {
        Raises::nothing | Raises::arithmetic => false,
        Raises::division => T::COMPLEX || T::INTEGER,
        Raises::quotient | Raises::remainder => true,
        _ => !T::INTEGER,
    }
}

/// Whether the loop itself tells whether one of its results is odd.
pub(crate) const fn glances<R: Rule, T: Element>() -> bool {
    looks::<R, T>() && !T::INTEGER
}

/// What a loop raises that gave `out` for the inputs `first` and `last`, which may be one.
#[inline(always)]
fn raised<R: Rule, T: Element>(first: Look, last: Look, out: Look) -> Status {
    if T::INTEGER {
        let wraps = matches!(R::RAISES, Raises::quotient) & first.least & last.minus_one;
        return Status::DIVIDE.when(last.zero)
            | Status::INVALID.when(last.zero & matches!(R::RAISES, Raises::division))
            | Status::OVERFLOW.when(wraps);
    }
    let finite = !(first.nan | first.infinite | last.nan | last.infinite);
    let singular = match R::RAISES {
        Raises::pole => true,
        Raises::quotient | Raises::remainder | Raises::division => last.zero,
        Raises::power => first.zero,
        _ => false,
    };
    let beyond = out.infinite & finite;
    let half = size_of::<T>() == size_of::<f16>();
    match R::RAISES {
        Raises::step => {
            let beyond = out.infinite & !first.infinite & !first.nan;
            let below = !half & out.tiny & !(first.zero & last.zero);
            return Status::OVERFLOW.when(beyond) | Status::UNDERFLOW.when(below);
        }
        Raises::distance => {
            return Status::OVERFLOW.when(beyond) | Status::INVALID.when(half & out.nan);
        }
        Raises::compared => {
            return Status::OVERFLOW.when(beyond) | Status::INVALID.when(out.nan);
        }
        _ => {}
    }
    // A quotient that overflows is rounded down all the same, by how far it is from infinity, which is no number.
    let rounded = matches!(R::RAISES, Raises::quotient) & !half & beyond & !singular;
    Status::INVALID.when(out.nan & !first.nan & !last.nan | rounded)
        | Status::DIVIDE.when(beyond & singular)
        | Status::OVERFLOW.when(beyond & !singular)
        | Status::UNDERFLOW.when(R::TINY & out.tiny & !first.zero & finite)
}

/// What a loop raises that gave `out` for float16 `x`, before the results are rounded.
#[inline]
pub(crate) fn halves<R: Rule>(isa: impl Isa, x: &[f16], out: &[f32]) -> Status {
    if const { !looks::<R, f16>() } {
        return Status::NONE;
    }
    isa.vectorize(
        #[inline(always)]
        || {
            x.iter().zip(out).fold(Status::NONE, |seen, (x, out)| {
                seen | raised::<R, f16>(x.look(), x.look(), out.look())
            })
        },
    )
}

/// Elements between two looks: what was computed is still in the cache.
const BLOCK: usize = 1024;

/// Whether a block needs more than a glance.
#[inline(always)]
fn any<I: Isa, T: Copy>(isa: I, run: &[T], odd: impl Fn(T) -> bool) -> bool {
    isa.vectorize(
        #[inline(always)]
        || run.iter().fold(false, |any, &x| any | odd(x)),
    )
}

/// `run` over `x`, with the exceptions that `R` says. `run` tells whether a result of floating-point
/// numbers is odd.
#[inline]
pub(crate) fn one<I: Isa, R: Rule, T: Element, O: Element>(
    isa: I,
    x: &[T],
    out: &mut [O],
    run: impl Fn(&[T], &mut [O]) -> bool,
) {
    let (aside, mut seen) = (Aside::set(), Status::NONE);
    for (x, out) in x.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let mut odd = run(x, out);
        if T::INTEGER {
            odd = any(
                isa,
                x,
                #[inline(always)]
                |x| x.look().zero,
            );
        }
        if odd {
            seen |= isa.vectorize(
                #[inline(always)]
                || {
                    x.iter().zip(&*out).fold(Status::NONE, |seen, (x, out)| {
                        seen | raised::<R, T>(x.look(), x.look(), out.look())
                    })
                },
            );
        }
    }
    aside.end(seen);
}

/// As [`one`], for pairs.
#[inline]
pub(crate) fn two<I: Isa, R: Rule, T: Element, S: Element, O: Element>(
    isa: I,
    x: &[T],
    y: &[S],
    out: &mut [O],
    run: impl Fn(&[T], &[S], &mut [O]) -> bool,
) {
    let (aside, mut seen) = (Aside::set(), Status::NONE);
    let runs = x.chunks(BLOCK).zip(y.chunks(BLOCK));
    for ((x, y), out) in runs.zip(out.chunks_mut(BLOCK)) {
        if run(x, y, out) || T::INTEGER {
            seen |= pairs::<I, R, T, S, O>(isa, x, y, out);
        }
    }
    aside.end(seen);
}

/// What a block of pairs raises that gave `out`.
#[inline]
fn pairs<I: Isa, R: Rule, T: Element, S: Element, O: Element>(
    isa: I,
    x: &[T],
    y: &[S],
    out: &[O],
) -> Status {
    let odd = if T::INTEGER {
        any(
            isa,
            y,
            #[inline(always)]
            |y| y.look().zero,
        ) || matches!(R::RAISES, Raises::quotient)
            && any(
                isa,
                x,
                #[inline(always)]
                |x| x.look().least,
            )
    } else {
        any(
            isa,
            out,
            #[inline(always)]
            |out: O| out.is_odd(R::TINY),
        )
    };
    if !odd {
        return Status::NONE;
    }
    isa.vectorize(
        #[inline(always)]
        || {
            let pairs = x.iter().zip(y).zip(out);
            pairs.fold(Status::NONE, |seen, ((x, y), out)| {
                seen | raised::<R, T>(x.look(), y.look(), out.look())
            })
        },
    )
}

/// As [`two`], for two results.
#[inline]
pub(crate) fn two2<I: Isa, R: Rule, T: Element, O: Element>(
    isa: I,
    [x, y]: [&[T]; 2],
    [o1, o2]: [&mut [O]; 2],
    run: impl Fn(&[T], &[T], &mut [O], &mut [O]),
) {
    let (aside, mut seen) = (Aside::set(), Status::NONE);
    let runs = x.chunks(BLOCK).zip(y.chunks(BLOCK));
    let outs = o1.chunks_mut(BLOCK).zip(o2.chunks_mut(BLOCK));
    for ((x, y), (o1, o2)) in runs.zip(outs) {
        run(x, y, o1, o2);
        seen |= pairs::<I, R, T, T, O>(isa, x, y, o1) | pairs::<I, R, T, T, O>(isa, x, y, o2);
    }
    aside.end(seen);
}
