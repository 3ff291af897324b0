//! Uniform, normal and exponential numbers.

use super::{Source, Words, fill_all, fill_words, unit, with_words, ziggurat};
use crate::{Error, Result, target::Target};
use core::mem::MaybeUninit;
use raptors_kernels::DType;

/// What numbers are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// From 0 up to 1, without 1.
    Uniform,
    /// With mean 0 and variance 1.
    Normal,
    /// With mean 1.
    Exponential,
    /// With mean 1, by the inverse of the distribution function.
    ExponentialInverse,
}

/// A float that the distributions come in. What fills `out` gives every number to `shift` first.
trait Draw: Copy {
    fn uniform(words: &mut impl Words, out: &mut [MaybeUninit<Self>], shift: impl Fn(Self) -> Self);
    fn normal(words: &mut impl Words, out: &mut [MaybeUninit<Self>], shift: impl Fn(Self) -> Self);
    fn exponential(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    );
    fn exponential_inverse(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    );
    fn scaled(self, loc: f64, scale: f64) -> Self;
}

/// Fills `out` with what `next` makes of words.
#[inline]
fn each<T, W: Words>(
    words: &mut W,
    out: &mut [MaybeUninit<T>],
    next: impl Fn(&mut W) -> T,
    shift: impl Fn(T) -> T,
) {
    for slot in out {
        slot.write(shift(next(words)));
    }
}

impl Draw for f64 {
    #[inline]
    fn uniform(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    ) {
        let mut filled = 0;
        while filled < out.len() {
            let mut count = 0;
            for (slot, &word) in out[filled..].iter_mut().zip(words.ready()) {
                slot.write(shift(unit(word)));
                count += 1;
            }
            words.skip(count);
            if count == 0 {
                out[filled].write(shift(words.f64()));
                count = 1;
            }
            filled += count;
        }
    }

    #[inline]
    fn normal(words: &mut impl Words, out: &mut [MaybeUninit<Self>], shift: impl Fn(Self) -> Self) {
        let easy = |word| ziggurat::easy_normal(word).map(&shift);
        fill_words(words, out, easy, |words, word| {
            shift(ziggurat::hard_normal(words, word))
        });
    }

    #[inline]
    fn exponential(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    ) {
        let easy = |word| ziggurat::easy_exponential(word).map(&shift);
        fill_words(words, out, easy, |words, word| {
            shift(ziggurat::hard_exponential(words, word))
        });
    }

    #[inline]
    fn exponential_inverse(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    ) {
        each(words, out, |words| -(-words.f64()).ln_1p(), shift);
    }

    #[inline]
    fn scaled(self, loc: f64, scale: f64) -> Self {
        loc + scale * self
    }
}

impl Draw for f32 {
    #[inline]
    fn uniform(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    ) {
        each(words, out, Words::f32, shift);
    }

    #[inline]
    fn normal(words: &mut impl Words, out: &mut [MaybeUninit<Self>], shift: impl Fn(Self) -> Self) {
        each(words, out, ziggurat::normal_32, shift);
    }

    #[inline]
    fn exponential(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    ) {
        each(words, out, ziggurat::exponential_32, shift);
    }

    #[inline]
    fn exponential_inverse(
        words: &mut impl Words,
        out: &mut [MaybeUninit<Self>],
        shift: impl Fn(Self) -> Self,
    ) {
        let next = |words: &mut _| -f64::from(-Words::f32(words)).ln_1p() as Self;
        each(words, out, next, shift);
    }

    #[inline]
    fn scaled(self, loc: f64, scale: f64) -> Self {
        (loc + scale * f64::from(self)) as Self
    }
}

/// Fills `target`, of float32 or float64 without gaps, with `loc + scale * x` for numbers `x` of a
/// distribution, in the order of memory; without `shift`, with the numbers themselves.
///
/// # Errors
///
/// [`Error::Internal`] for other arrays.
pub fn fill(
    target: &Target<'_>,
    source: &mut Source,
    distribution: Distribution,
    shift: Option<(f64, f64)>,
) -> Result<()> {
    match target.array().dtype() {
        DType::F64 => fill_typed::<f64>(target, source, distribution, shift),
        DType::F32 => fill_typed::<f32>(target, source, distribution, shift),
        _ => Err(Error::Internal {
            what: "random floats of another type",
        }),
    }
}

fn fill_typed<T: Draw>(
    target: &Target<'_>,
    source: &mut Source,
    distribution: Distribution,
    shift: Option<(f64, f64)>,
) -> Result<()> {
    // Each distribution has loops of its own, without a call for every number.
    macro_rules! fill {
        ($draw:ident) => {
            fill_all(target, |out: &mut [MaybeUninit<T>]| {
                with_words!(source, words => match shift {
                    None => T::$draw(words, out, |x| x),
                    Some((loc, scale)) => T::$draw(words, out, |x| x.scaled(loc, scale)),
                });
            })
        };
    }
    match distribution {
        Distribution::Uniform => fill!(uniform),
        Distribution::Normal => fill!(normal),
        Distribution::Exponential => fill!(exponential),
        Distribution::ExponentialInverse => fill!(exponential_inverse),
    }
}
