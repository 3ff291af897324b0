//! The least and the greatest element, with NumPy's rules for NaN and complex numbers.

use super::op::{Op, sequential};
use crate::{
    dtype::{Complex32, Complex64, Element},
    isa::Isa,
    number::Float,
};
use core::marker::PhantomData;

/// The least element; NaN if there is one.
pub(crate) type Min = Extreme<Less, true>;
/// The greatest element; NaN if there is one.
pub(crate) type Max = Extreme<Greater, true>;
/// The least element that is not NaN.
pub(crate) type Fmin = Extreme<Less, false>;
/// The greatest element that is not NaN.
pub(crate) type Fmax = Extreme<Greater, false>;

/// The element that comes before all others in the order `D`; NaN wins if `NAN`, else loses.
pub(crate) struct Extreme<D, const NAN: bool>(PhantomData<D>);

impl<D, const NAN: bool> Clone for Extreme<D, NAN> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<D, const NAN: bool> Copy for Extreme<D, NAN> {}
impl<D, const NAN: bool> Default for Extreme<D, NAN> {
    #[inline(always)]
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// The greatest absolute value; NaN if there is one.
#[derive(Clone, Copy, Default)]
pub(crate) struct MaxAbs;

/// A direction of order.
pub(crate) trait Order: 'static {
    /// No number comes after it.
    const LAST: f64;
    /// Whether `a` comes before `b`.
    fn before<T: PartialOrd>(a: T, b: T) -> bool;
}

/// From the least to the greatest.
pub(crate) struct Less;
/// From the greatest to the least.
pub(crate) struct Greater;

impl Order for Less {
    const LAST: f64 = f64::INFINITY;
    #[inline(always)]
    fn before<T: PartialOrd>(a: T, b: T) -> bool {
        a < b
    }
}

impl Order for Greater {
    const LAST: f64 = f64::NEG_INFINITY;
    #[inline(always)]
    fn before<T: PartialOrd>(a: T, b: T) -> bool {
        a > b
    }
}

/// The one that comes before the other; `b` if one is NaN.
#[inline(always)]
fn first<D: Order, T: Copy + PartialOrd>(a: T, b: T) -> T {
    if D::before(a, b) { a } else { b }
}

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl<D: Order, const NAN: bool> Op<$t> for Extreme<D, NAN> {
            type Acc = $t;
            // There are instructions for the narrower ones.
            const CHOOSES: bool = size_of::<$t>() == 8;
            const FREE: bool = true;
            const EMPTY: Option<$t> = None;
            #[inline(always)]
            fn lift(self, x: $t) -> $t {
                x
            }
            #[inline(always)]
            fn join(self, a: $t, b: $t) -> $t {
                if D::before(b, a) { b } else { a }
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $t {
                isa.vectorize(
                    #[inline(always)]
                    || sequential::<I, $t, Self>(self, x),
                )
            }
        }
    )*};
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64);

/// A float with the integer that its comparison masks fit.
pub(crate) trait Masked: Float {
    /// The first in the order `D` of the elements that are not NaN, or [`Order::LAST`]; and
    /// whether one is NaN.
    fn extreme<I: Isa, D: Order>(x: &[Self], lift: impl Fn(Self) -> Self) -> (Self, bool);
}

/// Vectors of 32 bytes side by side: enough to hide the latency of a comparison.
const VECTORS: usize = 8;

/// `a` joined with `b`, out of the way of a loop that mostly keeps `a`.
#[inline(never)]
fn change<T: Element, O: Op<T, Acc = T>>(op: O, a: T, b: T) -> T {
    op.join(a, b)
}

macro_rules! floats {
    ($($t:ident $bits:ident $lanes:expr;)*) => {$(
        impl Masked for $t {
            #[inline(always)]
            fn extreme<I: Isa, D: Order>(x: &[Self], lift: impl Fn(Self) -> Self) -> (Self, bool) {
                const LANES: usize = $lanes;
                const HALF: usize = LANES / 2;
                const SHORT: usize = 8;
                let mut acc = [D::LAST as $t; LANES];
                // One comparison finds a NaN in either of two elements.
                let mut nan = [0 as $bits; HALF];
                let (vectors, rest) = x.as_chunks::<LANES>();
                for v in vectors {
                    for k in 0..HALF {
                        let (x, y) = (lift(I::element(v[k])), lift(I::element(v[HALF + k])));
                        acc[k] = first::<D, $t>(x, acc[k]);
                        acc[HALF + k] = first::<D, $t>(y, acc[HALF + k]);
                        nan[k] |= $bits::wrapping_sub(0, (x.is_nan() | y.is_nan()) as $bits);
                    }
                }
                // What fills no block goes by short vectors, then one by one.
                let mut short = [D::LAST as $t; SHORT];
                let mut short_nan = [0 as $bits; SHORT];
                let (vectors, rest) = rest.as_chunks::<SHORT>();
                for v in vectors {
                    for k in 0..SHORT {
                        let x = lift(I::element(v[k]));
                        short[k] = first::<D, $t>(x, short[k]);
                        short_nan[k] |= $bits::wrapping_sub(0, x.is_nan() as $bits);
                    }
                }
                for acc in acc.as_chunks::<SHORT>().0 {
                    for k in 0..SHORT {
                        short[k] = first::<D, $t>(acc[k], short[k]);
                    }
                }
                for nan in nan.as_chunks::<SHORT>().0 {
                    for k in 0..SHORT {
                        short_nan[k] |= nan[k];
                    }
                }
                let mut best = D::LAST as $t;
                let mut any = 0;
                for &x in rest {
                    let x = lift(I::element(x));
                    best = first::<D, $t>(x, best);
                    any |= x.is_nan() as $bits;
                }
                for k in 0..SHORT {
                    best = first::<D, $t>(short[k], best);
                    any |= short_nan[k];
                }
                (best, any != 0)
            }
        }

        impl<D: Order, const NAN: bool> Op<$t> for Extreme<D, NAN> {
            type Acc = $t;
            const SHORT: usize = $lanes;
            const CHOOSES: bool = true;
            const EMPTY: Option<$t> = None;
            #[inline(always)]
            fn lift(self, x: $t) -> $t {
                x
            }
            #[inline(always)]
            fn join(self, a: $t, b: $t) -> $t {
                // One instruction, which keeps `a` where one is NaN; then what that leaves.
                let best = if D::before(b, a) { b } else { a };
                let other = if NAN { b.is_nan() } else { a.is_nan() };
                if other { b } else { best }
            }
            #[inline(always)]
            fn join_all<const N: usize>(self, a: $t, x: [$t; N]) -> $t {
                if !NAN {
                    return x.into_iter().fold(a, |a, x| Op::<$t>::join(self, a, x));
                }
                // One comparison finds a NaN in either of two elements; one that is in `a` stays there.
                let (mut best, mut nan): ($t, bool) = (a, false);
                for k in (0..N).step_by(2) {
                    let (x, y) = (x[k], x[(k + 1) % N]);
                    let pair = if D::before(y, x) { y } else { x };
                    best = if D::before(pair, best) { pair } else { best };
                    nan |= x.is_nan() | y.is_nan();
                }
                if nan { $t::NAN } else { best }
            }
            #[inline(always)]
            fn next(self, a: $t, b: $t) -> $t {
                // A branch, which is foreseen, in the place of a chain of comparisons.
                if D::before(a, b) { a } else { change::<$t, Self>(self, a, b) }
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $t {
                let (best, nan) = isa.vectorize(
                    #[inline(always)]
                    || $t::extreme::<I, D>(x, |x| x),
                );
                // Without one number `best` is the last of all, which may also be an element.
                let none = best == D::LAST as $t && x.iter().all(|x| x.is_nan());
                if NAN & nan | none { $t::NAN } else { best }
            }
        }

        impl Op<$t> for MaxAbs {
            type Acc = $t;
            const EMPTY: Option<$t> = Some(0.0);
            #[inline(always)]
            fn lift(self, x: $t) -> $t {
                x.abs()
            }
            #[inline(always)]
            fn join(self, a: $t, b: $t) -> $t {
                <Max as Op<$t>>::join(Max::default(), a, b)
            }
            #[inline(always)]
            fn join_all<const N: usize>(self, a: $t, x: [$t; N]) -> $t {
                <Max as Op<$t>>::join_all(Max::default(), a, x)
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $t {
                let (best, nan) = isa.vectorize(
                    #[inline(always)]
                    || $t::extreme::<I, Greater>(x, $t::abs),
                );
                if nan { $t::NAN } else { best }
            }
        }
    )*};
}
floats!(f32 u32 8 * VECTORS; f64 u64 4 * VECTORS;);

/// A complex number ordered by its real part, then by its imaginary part.
pub(crate) trait Lexicographic: Element {
    /// Whether a part is NaN.
    fn is_nan(self) -> bool;
    /// Whether `self` comes before `other` or equals it; no number with NaN does.
    fn first<D: Order>(self, other: Self) -> bool;
    /// The first in the order `D`, by a look at the real parts and one at the imaginary parts that
    /// stand beside the first of them; nothing if there is a NaN.
    fn extreme<I: Isa, D: Order>(x: &[Self]) -> Option<Self>;
}

macro_rules! complex {
    ($($t:ident $real:ident $bits:ident;)*) => {$(
        impl Lexicographic for $t {
            #[inline(always)]
            fn is_nan(self) -> bool {
                self.re.is_nan() | self.im.is_nan()
            }
            #[inline(always)]
            fn first<D: Order>(self, other: Self) -> bool {
                let (a, b) = (self, other);
                let tie = (a.re == b.re) & (D::before(a.im, b.im) | (a.im == b.im));
                D::before(a.re, b.re) & !a.im.is_nan() & !b.im.is_nan() | tie
            }
            #[inline(always)]
            fn extreme<I: Isa, D: Order>(x: &[Self]) -> Option<Self> {
                const LANES: usize = 16;
                let (vectors, rest) = x.as_chunks::<LANES>();
                let (mut re, mut nan) = ([D::LAST as $real; LANES], [0 as $bits; LANES]);
                for v in vectors {
                    for k in 0..LANES {
                        let x = I::element(v[k]);
                        re[k] = first::<D, $real>(x.re, re[k]);
                        nan[k] |= $bits::wrapping_sub(0, (x.re.is_nan() | x.im.is_nan()) as $bits);
                    }
                }
                let mut best = D::LAST as $real;
                let mut any = nan.iter().any(|&nan| nan != 0);
                for x in rest {
                    best = first::<D, $real>(x.re, best);
                    any |= Lexicographic::is_nan(*x);
                }
                if any {
                    return None;
                }
                let best = re.iter().fold(best, |best, &re| first::<D, $real>(re, best));
                let mut im = [D::LAST as $real; LANES];
                for v in vectors {
                    for k in 0..LANES {
                        let x = I::element(v[k]);
                        let part = if x.re == best { x.im } else { D::LAST as $real };
                        im[k] = first::<D, $real>(part, im[k]);
                    }
                }
                let mut part = D::LAST as $real;
                for x in rest {
                    part = first::<D, $real>(if x.re == best { x.im } else { part }, part);
                }
                let im = im.iter().fold(part, |part, &im| first::<D, $real>(im, part));
                Some(Self { re: best, im })
            }
        }

        impl<D: Order, const NAN: bool> Op<$t> for Extreme<D, NAN> {
            type Acc = $t;
            const EMPTY: Option<$t> = None;
            #[inline(always)]
            fn lift(self, x: $t) -> $t {
                x
            }
            #[inline(always)]
            fn join(self, a: $t, b: $t) -> $t {
                let keep = a.first::<D>(b) | if NAN { a.is_nan() } else { b.is_nan() };
                if keep { a } else { b }
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $t {
                let parts = isa.vectorize(
                    #[inline(always)]
                    || <$t as Lexicographic>::extreme::<I, D>(x),
                );
                if let Some(best) = parts {
                    // Zeros have signs, of which the first one counts.
                    let plain = best.re != 0.0 && best.im != 0.0;
                    let found = if plain { None } else { x.iter().find(|&&x| x == best) };
                    return *found.unwrap_or(&best);
                }
                isa.vectorize(
                    #[inline(always)]
                    || sequential::<I, $t, Self>(self, x),
                )
            }
        }

        impl Op<$t> for MaxAbs {
            type Acc = $real;
            const EMPTY: Option<$real> = Some(0.0);
            #[inline(always)]
            fn lift(self, x: $t) -> $real {
                x.re.hypot(x.im)
            }
            #[inline(always)]
            fn join(self, a: $real, b: $real) -> $real {
                <Max as Op<$real>>::join(Max::default(), a, b)
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $real {
                isa.vectorize(
                    #[inline(always)]
                    || sequential::<I, $t, Self>(self, x),
                )
            }
        }
    )*};
}
complex!(Complex32 f32 u32; Complex64 f64 u64;);
