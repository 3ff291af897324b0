//! Integers between bounds, by Lemire's method (2019), small ones several from 32 bits.

use super::{Source, Words, fill_with, slice, with_words};
use crate::{Array, Error, Result, target::Target};
use raptors_kernels::{DType, Kind};

/// Bits that are left of the last 32 drawn.
#[derive(Default)]
struct Rest {
    bits: u32,
    count: u32,
}

impl Rest {
    /// The next `width` bits, lowest.
    #[inline]
    fn next(&mut self, source: &mut impl Words, width: u32) -> u32 {
        if self.count == 0 {
            self.bits = source.u32();
            self.count = 32 / width - 1;
        } else {
            self.bits >>= width;
            self.count -= 1;
        }
        self.bits
    }
}

/// An unsigned integer that is drawn between bounds.
trait Bounded: Copy {
    /// A number from `low` to `low + range`, which wraps.
    fn draw(source: &mut impl Words, rest: &mut Rest, low: u64, range: u64) -> Self;
}

/// Lemire's method with `$bits` random bits: the upper half of a product with the number of values,
/// drawn again where the lower half is one of the few that would favour some values.
macro_rules! lemire {
    ($next:expr, $range:expr, $narrow:ty, $wide:ty) => {{
        let values = ($range as $narrow).wrapping_add(1);
        let mut product = <$wide>::from($next) * <$wide>::from(values);
        if (product as $narrow) < values {
            let biased = (<$narrow>::MAX - $range as $narrow) % values;
            while (product as $narrow) < biased {
                product = <$wide>::from($next) * <$wide>::from(values);
            }
        }
        (product >> <$narrow>::BITS) as $narrow
    }};
}

macro_rules! small {
    ($T:ty, $wide:ty) => {
        impl Bounded for $T {
            #[inline]
            fn draw(source: &mut impl Words, rest: &mut Rest, low: u64, range: u64) -> Self {
                let low = low as Self;
                if range == 0 {
                    return low;
                }
                let value = if range >= u64::from(Self::MAX) {
                    rest.next(source, Self::BITS) as Self
                } else {
                    lemire!(rest.next(source, Self::BITS) as Self, range, $T, $wide)
                };
                low.wrapping_add(value)
            }
        }
    };
}

small!(u8, u16);
small!(u16, u32);
small!(u32, u64);

impl Bounded for u64 {
    #[inline]
    fn draw(source: &mut impl Words, _: &mut Rest, low: u64, range: u64) -> Self {
        low.wrapping_add(up_to(source, range))
    }
}

/// A number up to `range`: with 32 bits where they are enough.
#[inline]
pub(super) fn up_to(source: &mut impl Words, range: u64) -> u64 {
    if range == 0 {
        0
    } else if range == u64::from(u32::MAX) {
        u64::from(source.u32())
    } else if range < u64::from(u32::MAX) {
        u64::from(lemire!(source.u32(), range, u32, u64))
    } else if range == u64::MAX {
        source.u64()
    } else {
        lemire!(source.u64(), range, u64, u128)
    }
}

/// Truth values, 32 from one draw.
#[derive(Clone, Copy)]
struct Truth(#[expect(dead_code, reason = "written to memory as a truth value")] u8);

impl Bounded for Truth {
    #[inline]
    fn draw(source: &mut impl Words, rest: &mut Rest, low: u64, range: u64) -> Self {
        if range == 0 {
            return Self((low & 1) as u8);
        }
        Self((rest.next(source, 1) & 1) as u8)
    }
}

/// Fills `target`, of integers or truth values without gaps, with numbers from `low` to
/// `low + range`, both ends included, in the order of memory.
///
/// # Errors
///
/// [`Error::Internal`] for other arrays.
pub fn fill_bounded(target: &Target<'_>, source: &mut Source, low: u64, range: u64) -> Result<()> {
    fill_from(target, source, || (low, range))
}

/// As [`fill_bounded`], with bounds of each element's own: two contiguous arrays of uint64, as
/// long as `target`.
///
/// # Errors
///
/// [`Error::Internal`] for other arrays.
pub fn fill_between(
    target: &Target<'_>,
    source: &mut Source,
    low: &Array,
    range: &Array,
) -> Result<()> {
    let (low, range) = (slice::<u64>(low)?, slice::<u64>(range)?);
    let size = target.array().size();
    if low.len() != size || range.len() != size {
        return Err(Error::Internal {
            what: "bounds for another number of integers",
        });
    }
    let mut bounds = low.iter().copied().zip(range.iter().copied());
    fill_from(target, source, || bounds.next().unwrap_or_default())
}

fn fill_from(
    target: &Target<'_>,
    source: &mut Source,
    bounds: impl FnMut() -> (u64, u64),
) -> Result<()> {
    let dtype = target.array().dtype();
    match (dtype.kind(), dtype.size()) {
        _ if dtype == DType::Bool => fill_typed::<Truth>(target, source, bounds),
        (Kind::Signed | Kind::Unsigned, 1) => fill_typed::<u8>(target, source, bounds),
        (Kind::Signed | Kind::Unsigned, 2) => fill_typed::<u16>(target, source, bounds),
        (Kind::Signed | Kind::Unsigned, 4) => fill_typed::<u32>(target, source, bounds),
        (Kind::Signed | Kind::Unsigned, 8) => fill_typed::<u64>(target, source, bounds),
        _ => Err(Error::Internal {
            what: "random integers of another type",
        }),
    }
}

fn fill_typed<T: Bounded>(
    target: &Target<'_>,
    source: &mut Source,
    mut bounds: impl FnMut() -> (u64, u64),
) -> Result<()> {
    let mut rest = Rest::default();
    with_words!(source, words => fill_with(target, || {
        let (low, range) = bounds();
        T::draw(words, &mut rest, low, range)
    }))
}
