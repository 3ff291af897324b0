//! Uniform, normal and exponential numbers. The last two by the ziggurat method of Marsaglia and
//! Tsang (2000) with 256 strips, the tails by Marsaglia's (1964).

use super::{Source, Words, exponential, fill_with, normal, with_words};
use crate::{Error, Result, target::Target};
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

/// Strips of a ziggurat.
const STRIPS: usize = 256;
/// Where the tail of the normal distribution begins, and its inverse.
const NORMAL_TAIL: f64 = 3.654_152_885_361_009;
const NORMAL_TAIL_INVERSE: f64 = 0.273_661_237_329_758_3;
/// Where the tail of the exponential distribution begins.
const EXPONENTIAL_TAIL: f64 = 7.697_117_470_131_05;

/// A ziggurat: what one step of a strip is wide, the density at its right end, and the steps of it
/// that lie below the density all over.
struct Strips<T, U> {
    step: [T; STRIPS],
    height: [T; STRIPS],
    inside: [U; STRIPS],
}

static NORMAL: Strips<f64, u64> = Strips {
    step: floats(&normal::WIDTH),
    height: floats(&normal::HEIGHT),
    inside: inside(&floats(&normal::WIDTH)),
};
static EXPONENTIAL: Strips<f64, u64> = Strips {
    step: floats(&exponential::WIDTH),
    height: floats(&exponential::HEIGHT),
    inside: exponential::INSIDE,
};
static NORMAL_32: Strips<f32, u32> = Strips {
    step: narrow(&floats(&normal::WIDTH), (1u64 << 29) as f64),
    height: narrow(&floats(&normal::HEIGHT), 1.0),
    inside: coarse(&inside(&floats(&normal::WIDTH)), 29),
};
static EXPONENTIAL_32: Strips<f32, u32> = Strips {
    step: moved(
        narrow(&floats(&exponential::WIDTH), (1u64 << 30) as f64),
        &[(226, 1)],
    ),
    height: moved(
        narrow(&floats(&exponential::HEIGHT), 1.0),
        &[(128, -1), (154, 1), (171, -1)],
    ),
    inside: coarse(&exponential::INSIDE, 30),
};

const fn floats(bits: &[u64; STRIPS]) -> [f64; STRIPS] {
    let mut floats = [0.0; STRIPS];
    let mut i = 0;
    while i < STRIPS {
        floats[i] = f64::from_bits(bits[i]);
        i += 1;
    }
    floats
}

const fn narrow(wide: &[f64; STRIPS], factor: f64) -> [f32; STRIPS] {
    let mut floats = [0.0; STRIPS];
    let mut i = 0;
    while i < STRIPS {
        floats[i] = (wide[i] * factor) as f32;
        i += 1;
    }
    floats
}

/// The floats with some moved to a neighbour: NumPy's were rounded to nine decimals first.
const fn moved(mut floats: [f32; STRIPS], places: &[(usize, i32)]) -> [f32; STRIPS] {
    let mut i = 0;
    while i < places.len() {
        let (place, by) = places[i];
        floats[place] = f32::from_bits(floats[place].to_bits().wrapping_add_signed(by));
        i += 1;
    }
    floats
}

/// The steps of each strip up to the right end of the one above, rounded.
const fn inside(width: &[f64; STRIPS]) -> [u64; STRIPS] {
    let mut inside = [0; STRIPS];
    let mut i = 0;
    while i < STRIPS {
        let above = if i == 0 {
            width[STRIPS - 1]
        } else {
            width[i - 1]
        };
        let steps = above / width[i] * (1u64 << 52) as f64;
        let whole = steps as u64;
        inside[i] = whole + (steps - whole as f64 >= 0.5) as u64;
        i += 1;
    }
    // The top strip has no strip above, and none of it is below the density all over.
    inside[1] = 0;
    inside
}

const fn coarse(fine: &[u64; STRIPS], bits: u32) -> [u32; STRIPS] {
    let mut coarse = [0; STRIPS];
    let mut i = 0;
    while i < STRIPS {
        coarse[i] = ((fine[i] + (1 << (bits - 1))) >> bits) as u32;
        i += 1;
    }
    coarse
}

/// A float that the distributions come in.
trait Draw: Copy {
    fn uniform(source: &mut impl Words) -> Self;
    fn normal(source: &mut impl Words) -> Self;
    fn exponential(source: &mut impl Words) -> Self;
    fn exponential_inverse(source: &mut impl Words) -> Self;
    fn scaled(self, loc: f64, scale: f64) -> Self;
}

impl Draw for f64 {
    #[inline]
    fn uniform(source: &mut impl Words) -> Self {
        source.f64()
    }

    #[inline]
    fn normal(source: &mut impl Words) -> Self {
        loop {
            let bits = source.u64();
            let strip = (bits & 0xff) as usize;
            let negative = bits >> 8 & 1 == 1;
            let steps = bits >> 9 & ((1 << 52) - 1);
            // Signed integers are converted by one instruction, and a sign set without a branch.
            let x = steps as i64 as Self * NORMAL.step[strip];
            let x = Self::from_bits(x.to_bits() | u64::from(negative) << 63);
            if steps < NORMAL.inside[strip] {
                return x;
            }
            if strip == 0 {
                loop {
                    let beyond = -NORMAL_TAIL_INVERSE * (-source.f64()).ln_1p();
                    let y = -(-source.f64()).ln_1p();
                    if y + y > beyond * beyond {
                        let x = NORMAL_TAIL + beyond;
                        return if steps >> 8 & 1 == 1 { -x } else { x };
                    }
                }
            }
            let [top, bottom] = [NORMAL.height[strip - 1], NORMAL.height[strip]];
            if (top - bottom) * source.f64() + bottom < (-0.5 * x * x).exp() {
                return x;
            }
        }
    }

    #[inline]
    fn exponential(source: &mut impl Words) -> Self {
        loop {
            let bits = source.u64() >> 3;
            let (strip, steps) = ((bits & 0xff) as usize, bits >> 8);
            let x = steps as i64 as Self * EXPONENTIAL.step[strip];
            if steps < EXPONENTIAL.inside[strip] {
                return x;
            }
            if strip == 0 {
                return EXPONENTIAL_TAIL - (-source.f64()).ln_1p();
            }
            let [top, bottom] = [EXPONENTIAL.height[strip - 1], EXPONENTIAL.height[strip]];
            if (top - bottom) * source.f64() + bottom < (-x).exp() {
                return x;
            }
        }
    }

    #[inline]
    fn exponential_inverse(source: &mut impl Words) -> Self {
        -(-source.f64()).ln_1p()
    }

    #[inline]
    fn scaled(self, loc: f64, scale: f64) -> Self {
        loc + scale * self
    }
}

impl Draw for f32 {
    #[inline]
    fn uniform(source: &mut impl Words) -> Self {
        source.f32()
    }

    #[inline]
    fn normal(source: &mut impl Words) -> Self {
        loop {
            let bits = source.u32();
            let strip = (bits & 0xff) as usize;
            let negative = bits >> 8 & 1 == 1;
            let steps = bits >> 9;
            let x = steps as i32 as Self * NORMAL_32.step[strip];
            let x = Self::from_bits(x.to_bits() | u32::from(negative) << 31);
            if steps < NORMAL_32.inside[strip] {
                return x;
            }
            if strip == 0 {
                loop {
                    let beyond = -(NORMAL_TAIL_INVERSE as Self) * (-source.f32()).ln_1p();
                    let y = -(-source.f32()).ln_1p();
                    if y + y > beyond * beyond {
                        let x = NORMAL_TAIL as Self + beyond;
                        return if steps >> 8 & 1 == 1 { -x } else { x };
                    }
                }
            }
            let [top, bottom] = [NORMAL_32.height[strip - 1], NORMAL_32.height[strip]];
            let y = (top - bottom) * source.f32() + bottom;
            if f64::from(y) < (-0.5 * f64::from(x) * f64::from(x)).exp() {
                return x;
            }
        }
    }

    #[inline]
    fn exponential(source: &mut impl Words) -> Self {
        loop {
            let bits = source.u32() >> 1;
            let (strip, steps) = ((bits & 0xff) as usize, bits >> 8);
            let x = steps as i32 as Self * EXPONENTIAL_32.step[strip];
            if steps < EXPONENTIAL_32.inside[strip] {
                return x;
            }
            if strip == 0 {
                return EXPONENTIAL_TAIL as Self - (-source.f32()).ln_1p();
            }
            let [top, bottom] = [
                EXPONENTIAL_32.height[strip - 1],
                EXPONENTIAL_32.height[strip],
            ];
            if (top - bottom) * source.f32() + bottom < (-x).exp() {
                return x;
            }
        }
    }

    #[inline]
    fn exponential_inverse(source: &mut impl Words) -> Self {
        -f64::from(-source.f32()).ln_1p() as Self
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
    // Each distribution has a loop of its own, without a call for every number. Those that draw a
    // number in several places are faster with a call than with what gives four at a time there.
    macro_rules! fill {
        ($words:expr, $draw:ident) => {{
            let words = $words;
            match shift {
                None => fill_with(target, || T::$draw(words)),
                Some((loc, scale)) => fill_with(target, || T::$draw(words).scaled(loc, scale)),
            }
        }};
    }
    match distribution {
        Distribution::Uniform => with_words!(source, words => fill!(words, uniform)),
        Distribution::Normal => with_words!(source, words => fill!(words, normal)),
        Distribution::Exponential => fill!(source, exponential),
        Distribution::ExponentialInverse => fill!(source, exponential_inverse),
    }
}
