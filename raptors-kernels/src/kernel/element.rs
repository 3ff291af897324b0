//! What a ufunc computes for one element: one trait per arity.

use crate::{
    dtype::{Element, f16},
    isa::Isa,
    kernel::PACK,
    watch::Watched,
};
use core::array::from_fn;

/// Float16 numbers whose results raise no exception, by their bits.
#[derive(Clone, Copy)]
pub struct Quiet {
    /// The least, as signed integers: negative numbers are less than zero.
    pub(crate) least: i16,
    /// The greatest, as signed integers.
    pub(crate) most: i16,
    /// The greatest, as unsigned integers: that of negative numbers, as positive ones are less.
    pub(crate) deepest: u16,
}

impl Quiet {
    /// Every number.
    pub(crate) const ALL: Self = Self {
        least: i16::MIN,
        most: i16::MAX,
        deepest: u16::MAX,
    };

    /// Whether these are all numbers.
    pub(crate) const fn is_all(quiet: Option<Self>) -> bool {
        matches!(
            quiet,
            Some(Self {
                least: i16::MIN,
                most: i16::MAX,
                deepest: u16::MAX
            })
        )
    }

    /// Numbers from one on.
    pub(crate) const fn from(least: i16) -> Self {
        Self { least, ..Self::ALL }
    }

    /// Numbers of magnitudes up to one.
    pub(crate) const fn within(most: i16) -> Self {
        Self::between(most, most)
    }

    /// Numbers from a negative one, whose magnitude is given, to a positive one.
    pub(crate) const fn between(below: i16, above: i16) -> Self {
        Self {
            most: above,
            deepest: below as u16 | 0x8000,
            ..Self::ALL
        }
    }
}

/// What a one-input ufunc computes for one element.
pub trait Unary<T> {
    /// The element type of the result.
    type Out: Element;
    /// Whether an element takes so long that what is left of a run is computed as a whole vector.
    const HEAVY: bool = false;
    /// Whether the result is often the input as it is. Of a loop over its own output the compiler would make
    /// stores behind masks then.
    const CHOOSES: bool = false;
    /// Whether the compiler makes whole vectors of every second element for the loop: halves of them, which
    /// take as long each, of what the instructions for are slow, so that packs are put together for these.
    const SKIPS: bool = true;
    /// Whether the widest level has [`Self::pack`].
    const PACKED: bool = false;
    /// Whether [`Self::pack`] tells of what is rare, which is what is odd but for the results of NaN.
    const TELLS: bool = false;
    /// Computes a pack of elements, or two side by side, in vectors that are written out; whether one of them is
    /// rare, where it tells.
    #[inline(always)]
    fn pack<I: Isa>(_isa: I, x: &[[T; PACK]], out: &mut [[Self::Out; PACK]]) -> bool
    where
        T: Copy,
    {
        for (x, out) in x.iter().zip(out) {
            *out = x.map(|x| Self::call::<I>(x));
        }
        false
    }
    /// Whether one of a pack of results is infinite or NaN, or if `tiny` less than every normal number.
    #[inline(always)]
    fn is_odd_pack<I: Isa>(_isa: I, results: &[Self::Out; PACK], tiny: bool) -> bool {
        results.iter().fold(false, |odd, x| odd | x.is_odd(tiny))
    }
    /// Whether the widest level has [`Self::pack_halves`].
    const HALVES: bool = false;
    /// Whether other levels that convert float16 by instruction have [`Self::pack_halves`].
    const PLAIN_HALVES: bool = false;
    /// Numbers whose results as float16 raise nothing, where a look at them takes less than one at the
    /// results; every number only where results of wider types raise nothing either. Without it, results that
    /// are rounded to zero are zero, or tiny ones do not matter.
    const QUIET: Option<Quiet> = None;
    /// Computes a pack of float16, or two side by side, in float32, as which the results are rounded; whether
    /// the level does. If `quiet`, only results of numbers that are matter, and are what they are otherwise.
    #[inline(always)]
    fn pack_halves<I: Isa>(
        _isa: I,
        _x: &[[f16; PACK]],
        _out: &mut [[f32; PACK]],
        _quiet: bool,
    ) -> bool {
        false
    }
    /// Fills `out` with the results for a whole run, or for itself where the run is empty, as it may be for
    /// loops that write over their input, if the level has that in vectors that are written out: whether it did.
    #[inline(always)]
    fn whole<I: Isa>(_isa: I, _x: &[T], _out: &mut [Self::Out]) -> bool {
        false
    }
    /// The result for `x`.
    fn call<I: Isa>(x: T) -> Self::Out;
    /// Whether some elements are computed again by [`Self::rare`].
    const RARE: bool = false;
    /// Whether only rare elements have results that are infinite, NaN or, where that matters, less than every
    /// normal number, so that a look at the elements tells what a look at the results would.
    const TAME: bool = false;
    /// Whether `call` does not cover `x`; branch-free, as it runs in the same loop.
    #[inline(always)]
    fn is_rare<I: Isa>(_x: T) -> bool {
        false
    }
    /// The result for an `x` that `call` does not cover: one element at a time, however slow.
    fn rare<I: Isa>(x: T) -> Self::Out {
        Self::call::<I>(x)
    }
}

/// What a one-input, two-output ufunc computes for one element.
pub trait Unary2<T> {
    /// The element type of the first result.
    type Out: Element;
    /// The element type of the second result.
    type Out2: Element;
    /// As [`Unary::PACKED`].
    const PACKED: bool = false;
    /// As [`Unary::pack`], of one pack.
    #[inline(always)]
    fn pack<I: Isa>(
        _isa: I,
        x: &[T; PACK],
        first: &mut [Self::Out; PACK],
        second: &mut [Self::Out2; PACK],
    ) where
        T: Copy,
    {
        for ((first, second), &x) in first.iter_mut().zip(second).zip(x) {
            (*first, *second) = Self::call::<I>(x);
        }
    }
    /// The results for `x`.
    fn call<I: Isa>(x: T) -> (Self::Out, Self::Out2);
}

/// What a two-input ufunc computes for one pair of elements.
pub trait Binary<T> {
    /// The element type of the second input; nearly always `T`.
    type Second: Element;
    /// The element type of the result.
    type Out: Element;
    /// Whether the loop waits for its loads, so that an input of one element, repeated, has a loop
    /// of its own that keeps it in a register, and an input that is the output one without a copy.
    const LIGHT: bool = false;
    /// As [`Unary::HEAVY`].
    const HEAVY: bool = false;
    /// As [`Unary::CHOOSES`], of either input.
    const CHOOSES: bool = false;
    /// Fills `out` with the results for a run and one `y`, where there is a faster way than pair by
    /// pair that raises no exceptions: whether it did.
    #[inline(always)]
    fn by_one<I: Isa>(_isa: I, _x: &[T], _y: Self::Second, _out: &mut [Self::Out]) -> bool {
        false
    }
    /// As [`Unary::whole`], for [`Self::LIGHT`] loops: one element is repeated, none are `out`.
    #[inline(always)]
    fn whole<I: Isa>(_isa: I, _x: &[T], _y: &[Self::Second], _out: &mut [Self::Out]) -> bool {
        false
    }
    /// As [`Unary::PACKED`].
    const PACKED: bool = false;
    /// As [`Unary::pack`]; whether one of the pairs may be rare, or has a result that is tiny, infinite
    /// or NaN.
    #[inline(always)]
    fn pack<I: Isa>(
        _isa: I,
        x: &[[T; PACK]],
        y: &[[Self::Second; PACK]],
        out: &mut [[Self::Out; PACK]],
    ) -> bool
    where
        T: Copy,
    {
        for (out, (x, y)) in out.iter_mut().zip(x.iter().zip(y)) {
            *out = from_fn(|i| Self::call::<I>(x[i], y[i]));
        }
        true
    }
    /// The result for `x` and `y`.
    fn call<I: Isa>(x: T, y: Self::Second) -> Self::Out;
    /// As [`Unary::RARE`].
    const RARE: bool = false;
    /// As [`Unary::is_rare`].
    #[inline(always)]
    fn is_rare<I: Isa>(_x: T, _y: Self::Second) -> bool {
        false
    }
    /// As [`Unary::rare`].
    fn rare<I: Isa>(x: T, y: Self::Second) -> Self::Out {
        Self::call::<I>(x, y)
    }
    /// Fills `out` with the results for a few pairs, all of which are rare, where there is a faster way than
    /// to compute them twice: whether it did.
    #[inline(always)]
    fn together<I: Isa>(_isa: I, _x: &[T], _y: &[Self::Second], _out: &mut [Self::Out]) -> bool {
        false
    }
}

/// What a two-input, two-output ufunc computes for one pair of elements.
pub trait Binary2<T> {
    /// The element type of both results.
    type Out: Element;
    /// The results for `x` and `y`.
    fn call<I: Isa>(x: T, y: T) -> (Self::Out, Self::Out);
    /// As [`Unary::RARE`].
    const RARE: bool = false;
    /// As [`Unary::is_rare`].
    #[inline(always)]
    fn is_rare<I: Isa>(_x: T, _y: T) -> bool {
        false
    }
    /// As [`Unary::rare`].
    fn rare<I: Isa>(x: T, y: T) -> (Self::Out, Self::Out) {
        Self::call::<I>(x, y)
    }
}

/// What a three-input ufunc computes for three elements.
pub trait Ternary<T> {
    /// The element type of the result.
    type Out: Element;
    /// The result for `x`, `y` and `z`.
    fn call<I: Isa>(x: T, y: T, z: T) -> Self::Out;
}
