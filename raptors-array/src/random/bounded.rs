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

/// Fills `$out` with as many values as 32 bits have of `$narrow` at a time: what [`Bounded`] draws
/// one by one.
macro_rules! several {
    ($words:ident, $out:ident, $low:ident, $range:ident, $T:ty, $narrow:ty, $twice:ty) => {{
        const PARTS: usize = (u32::BITS / <$narrow>::BITS) as usize;
        let full = $range >= u64::from(<$narrow>::MAX);
        let values = ($range as $narrow).wrapping_add(1);
        let biased = if full {
            0
        } else {
            (<$narrow>::MAX - $range as $narrow) % values
        };
        let (mut rest, mut filled) = (Rest::default(), 0);
        while $out.len() - filled >= 2 * PARTS {
            let (halves, count) = match $words.pair() {
                Some(halves) => (halves, 2),
                None => ([$words.u32(), 0], 1),
            };
            for half in halves.into_iter().take(count) {
                let mut bits = u64::from(half);
                for _ in 0..PARTS {
                    let mut value = bits as $narrow;
                    bits >>= <$narrow>::BITS;
                    let mut kept = true;
                    if !full {
                        let product = <$twice>::from(value) * <$twice>::from(values);
                        value = (product >> <$narrow>::BITS) as $narrow;
                        kept = product as $narrow >= biased;
                    }
                    // What is drawn again is written over.
                    $out[filled] = ($low as $T).wrapping_add(value.into());
                    filled += usize::from(kept);
                }
            }
        }
        for out in &mut $out[filled..] {
            *out = Bounded::draw($words, &mut rest, $low, $range);
        }
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
    let (size, dtype) = (target.array().size(), target.array().dtype());
    let integers = matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
    let wide = range >= u64::from(u32::MAX);
    let mut whole = Target::fresh(target.array());
    if integers
        && range > 0
        && (dtype.size() < 8 || !wide)
        && let Some(out) = whole.run(0, size)
    {
        macro_rules! narrow {
            ($T:ty, $tag:ident, $narrow:ty, $twice:ty) => {{
                let mut out = out.view(DType::$tag);
                let out: &mut [$T] = out.of();
                with_words!(source, words => several!(words, out, low, range, $T, $narrow, $twice));
            }};
        }
        match dtype.size() {
            1 => narrow!(u8, U8, u8, u16),
            2 => narrow!(u16, U16, u16, u32),
            4 => narrow!(u32, U32, u32, u64),
            _ => narrow!(u64, U64, u32, u64),
        }
        return Ok(());
    }
    if integers
        && dtype.size() == 8
        && range > u64::from(u32::MAX)
        && range < u64::MAX
        && let Some(out) = whole.run(0, size)
    {
        let mut out = out.view(DType::U64);
        let out: &mut [u64] = out.of();
        with_words!(source, words => for out in out {
            *out = low.wrapping_add(lemire!(words.u64(), range, u64, u128));
        });
        return Ok(());
    }
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
