//! Elements in their own bits sorted, and selected from, by vectors with AVX2, which compare signed
//! integers and floats.
//!
//! Of 64 bits floats are compared the fastest: integers that lie close enough together are mapped to
//! floats of the same order, which leaves out those only whose extent takes nearly all 64 bits.

#![allow(clippy::needless_bitwise_bool, reason = "lanes have no branches")]

use super::{order::depth, x86_lanes::Lanes};
use crate::{
    dtype::Kind,
    isa::{Isa, Level},
    with_isa,
};

/// Unsigned words that hold the bits of elements.
pub(super) trait Bits: Copy {
    /// Signed integers of the same size.
    type Signed: Lanes;
    /// Floats of the same size.
    type Float: Lanes;
    /// What is another in the images of signed integers.
    const SIGN: Self;
    /// Whether it is that of NaN or of a negative zero, as a float.
    fn odd(self) -> bool;
    /// The word with some bits turned.
    fn turned(self, bits: Self) -> Self;
    /// Calls `work` with integers as floats of the same order, and tells that it did: `false` where
    /// that is not faster than integers are.
    fn as_floats(_words: &mut [Self], _kind: Kind, _work: impl FnOnce(*mut Self::Float)) -> bool {
        false
    }
}

impl Bits for u32 {
    type Signed = i32;
    type Float = f32;
    const SIGN: Self = 1 << 31;
    #[inline(always)]
    fn odd(self) -> bool {
        f32::from_bits(self).is_nan() | (self == Self::SIGN)
    }
    #[inline(always)]
    fn turned(self, bits: Self) -> Self {
        self ^ bits
    }
}

/// The bits of the least normal float, and of the greatest finite one.
pub(super) const NORMAL: (u64, u64) = (f64::MIN_POSITIVE.to_bits(), f64::MAX.to_bits());

impl Bits for u64 {
    type Signed = i64;
    type Float = f64;
    const SIGN: Self = 1 << 63;
    #[inline(always)]
    fn odd(self) -> bool {
        f64::from_bits(self).is_nan() | (self == Self::SIGN)
    }
    #[inline(always)]
    fn turned(self, bits: Self) -> Self {
        self ^ bits
    }
    #[inline(always)]
    fn as_floats(words: &mut [Self], kind: Kind, work: impl FnOnce(*mut f64)) -> bool {
        let sign = if kind == Kind::Signed { Self::SIGN } else { 0 };
        let (least, most) = with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || words.iter().fold((Self::MAX, 0), |(least, most), &word| {
                (least.min(word ^ sign), most.max(word ^ sign))
            }),
        ));
        if most.wrapping_sub(least) > NORMAL.1 - NORMAL.0 {
            return false;
        }
        let base = least.wrapping_sub(NORMAL.0);
        map(words, |word| (word ^ sign).wrapping_sub(base));
        work(words.as_mut_ptr().cast());
        map(words, |word| word.wrapping_add(base) ^ sign);
        true
    }
}

/// Replaces every word by what `f` gives.
#[inline(always)]
fn map<W: Copy>(words: &mut [W], f: impl Fn(W) -> W) {
    with_isa!(Level::get(), isa => isa.vectorize(
        #[inline(always)]
        || words.iter_mut().for_each(|word| *word = f(*word)),
    ));
}

/// Elements that are looked at before it is decided whether to go on.
const LOOK: usize = 1024;

/// Whether the words are the bits of numbers and no negative zeros: of floats that compare as their
/// images do.
fn plain<W: Bits>(words: &[W]) -> bool {
    words.chunks(LOOK).all(|words| {
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || !words.iter().fold(false, |any, &word| any | word.odd()),
        ))
    })
}

/// Calls `floats` or `integers` with the elements, in an order that is theirs: `false` where there is
/// none.
#[inline(always)]
fn arranged<W: Bits>(
    words: &mut [W],
    kind: Kind,
    floats: impl FnOnce(*mut W::Float),
    integers: impl FnOnce(*mut W::Signed),
) -> bool {
    if kind == Kind::Float {
        let plain = plain(words);
        if plain {
            floats(words.as_mut_ptr().cast());
        }
        return plain;
    }
    if W::as_floats(words, kind, floats) {
        return true;
    }
    let turns = kind != Kind::Signed;
    if turns {
        map(words, |word| word.turned(W::SIGN));
    }
    integers(words.as_mut_ptr().cast());
    if turns {
        map(words, |word| word.turned(W::SIGN));
    }
    true
}

/// Sorts lines of `len` elements of a kind, which follow one another, each by itself, and tells that
/// it did: `false` for floats with NaN or negative zeros.
///
/// # Safety
///
/// The CPU has AVX2.
pub(super) unsafe fn sort<W: Bits>(words: &mut [W], len: usize, kind: Kind) -> bool {
    let (lines, depth) = (words.len() / len.max(1), depth(len));
    arranged(
        words,
        kind,
        // SAFETY: the caller's word that the features are there; the words are the bits of such
        // floats, so many.
        |x| unsafe { W::Float::quicksort_lines(x, lines, len, depth) },
        // SAFETY: as above, of integers.
        |x| unsafe { W::Signed::quicksort_lines(x, lines, len, depth) },
    )
}

/// As [`sort`], moves what belongs at `places`, which are in the run and ascend, there.
///
/// # Safety
///
/// As [`sort`], and the places are in the run.
pub(super) unsafe fn select<W: Bits>(words: &mut [W], kind: Kind, places: &[usize]) -> bool {
    let (len, depth) = (words.len(), depth(words.len()));
    arranged(
        words,
        kind,
        // SAFETY: the caller's word that the features are there; the words are the bits of such
        // floats, so many, and the places are among them.
        |x| unsafe { W::Float::quickselect(x, len, 0, places, depth) },
        // SAFETY: as above, of integers.
        |x| unsafe { W::Signed::quickselect(x, len, 0, places, depth) },
    )
}
