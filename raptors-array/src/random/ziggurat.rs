//! Normal and exponential numbers by the ziggurat method of Marsaglia and Tsang (2000) with 256 strips,
//! the tails by Marsaglia's (1964).

use super::{Words, exponential as exponential_strips, normal as normal_strips};

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
    step: floats(&normal_strips::WIDTH),
    height: floats(&normal_strips::HEIGHT),
    inside: inside(&floats(&normal_strips::WIDTH)),
};
static EXPONENTIAL: Strips<f64, u64> = Strips {
    step: floats(&exponential_strips::WIDTH),
    height: floats(&exponential_strips::HEIGHT),
    inside: exponential_strips::INSIDE,
};
static NORMAL_32: Strips<f32, u32> = Strips {
    step: narrow(&floats(&normal_strips::WIDTH), (1u64 << 29) as f64),
    height: narrow(&floats(&normal_strips::HEIGHT), 1.0),
    inside: coarse(&inside(&floats(&normal_strips::WIDTH)), 29),
};
static EXPONENTIAL_32: Strips<f32, u32> = Strips {
    step: moved(
        narrow(&floats(&exponential_strips::WIDTH), (1u64 << 30) as f64),
        &[(226, 1)],
    ),
    height: moved(
        narrow(&floats(&exponential_strips::HEIGHT), 1.0),
        &[(128, -1), (154, 1), (171, -1)],
    ),
    inside: coarse(&exponential_strips::INSIDE, 30),
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

/// The strip of a normal number, the steps from the middle, and the number that they are, from a word.
#[inline]
fn normal_of(word: u64) -> (usize, u64, f64) {
    let strip = (word & 0xff) as usize;
    let steps = word >> 9 & ((1 << 52) - 1);
    // Signed integers are converted by one instruction, and a sign set without a branch.
    let x = steps as i64 as f64 * NORMAL.step[strip];
    let negative = word >> 8 & 1;
    (strip, steps, f64::from_bits(x.to_bits() | negative << 63))
}

/// The normal number that a word is, if it lies below the density whatever comes next.
#[inline]
pub(super) fn easy_normal(word: u64) -> Option<f64> {
    let (strip, steps, x) = normal_of(word);
    (steps < NORMAL.inside[strip]).then_some(x)
}

/// The normal number that a word and those after it are.
#[cold]
#[inline(never)]
pub(super) fn hard_normal<W: Words>(words: &mut W, mut word: u64) -> f64 {
    loop {
        let (strip, steps, x) = normal_of(word);
        if steps < NORMAL.inside[strip] {
            return x;
        }
        if strip == 0 {
            loop {
                let beyond = -NORMAL_TAIL_INVERSE * (-words.f64()).ln_1p();
                let y = -(-words.f64()).ln_1p();
                if y + y > beyond * beyond {
                    let x = NORMAL_TAIL + beyond;
                    return if steps >> 8 & 1 == 1 { -x } else { x };
                }
            }
        }
        let [top, bottom] = [NORMAL.height[strip - 1], NORMAL.height[strip]];
        if (top - bottom) * words.f64() + bottom < (-0.5 * x * x).exp() {
            return x;
        }
        word = words.u64();
    }
}

/// A number with mean 0 and variance 1.
#[inline]
pub(super) fn normal<W: Words>(words: &mut W) -> f64 {
    let word = words.u64();
    match easy_normal(word) {
        Some(x) => x,
        None => hard_normal(words, word),
    }
}

/// The strip of an exponential number, the steps from zero, and the number that they are, from a word.
#[inline]
fn exponential_of(word: u64) -> (usize, u64, f64) {
    let (strip, steps) = ((word >> 3 & 0xff) as usize, word >> 11);
    (strip, steps, steps as i64 as f64 * EXPONENTIAL.step[strip])
}

/// The exponential number that a word is, if it lies below the density whatever comes next.
#[inline]
pub(super) fn easy_exponential(word: u64) -> Option<f64> {
    let (strip, steps, x) = exponential_of(word);
    (steps < EXPONENTIAL.inside[strip]).then_some(x)
}

/// The exponential number that a word and those after it are.
#[cold]
#[inline(never)]
pub(super) fn hard_exponential<W: Words>(words: &mut W, mut word: u64) -> f64 {
    loop {
        let (strip, steps, x) = exponential_of(word);
        if steps < EXPONENTIAL.inside[strip] {
            return x;
        }
        if strip == 0 {
            return EXPONENTIAL_TAIL - (-words.f64()).ln_1p();
        }
        let [top, bottom] = [EXPONENTIAL.height[strip - 1], EXPONENTIAL.height[strip]];
        if (top - bottom) * words.f64() + bottom < (-x).exp() {
            return x;
        }
        word = words.u64();
    }
}

/// A number with mean 1.
#[inline]
pub(super) fn exponential<W: Words>(words: &mut W) -> f64 {
    let word = words.u64();
    match easy_exponential(word) {
        Some(x) => x,
        None => hard_exponential(words, word),
    }
}

/// As [`normal`], of float32.
#[inline]
pub(super) fn normal_32(source: &mut impl Words) -> f32 {
    loop {
        let bits = source.u32();
        let strip = (bits & 0xff) as usize;
        let negative = bits >> 8 & 1 == 1;
        let steps = bits >> 9;
        let x = steps as i32 as f32 * NORMAL_32.step[strip];
        let x = f32::from_bits(x.to_bits() | u32::from(negative) << 31);
        if steps < NORMAL_32.inside[strip] {
            return x;
        }
        if strip == 0 {
            loop {
                let beyond = -(NORMAL_TAIL_INVERSE as f32) * (-source.f32()).ln_1p();
                let y = -(-source.f32()).ln_1p();
                if y + y > beyond * beyond {
                    let x = NORMAL_TAIL as f32 + beyond;
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

/// As [`exponential`], of float32.
#[inline]
pub(super) fn exponential_32(source: &mut impl Words) -> f32 {
    loop {
        let bits = source.u32() >> 1;
        let (strip, steps) = ((bits & 0xff) as usize, bits >> 8);
        let x = steps as i32 as f32 * EXPONENTIAL_32.step[strip];
        if steps < EXPONENTIAL_32.inside[strip] {
            return x;
        }
        if strip == 0 {
            return EXPONENTIAL_TAIL as f32 - (-source.f32()).ln_1p();
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
