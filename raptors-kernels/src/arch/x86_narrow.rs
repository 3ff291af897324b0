//! Elements in their own bits sorted, and selected from, by vectors with AVX2, which compare signed
//! integers and floats.
//!
//! Of 64 bits floats are compared the fastest: integers that lie close enough together are mapped to
//! floats of the same order, which leaves out those only whose extent takes nearly all 64 bits.

#![allow(clippy::needless_bitwise_bool, reason = "lanes have no branches")]

use super::{
    order::depth,
    x86_beside as beside,
    x86_lanes::{Lanes, Wide},
    x86_network::capacity,
    x86_turn::{Image, Turn},
};
use crate::{
    dtype::Kind,
    isa::{Isa, Level},
    with_isa,
};
use core::ops::{BitOr, BitXor, Not};

/// Unsigned words that hold the bits of elements.
pub(super) trait Bits:
    Copy + Ord + Not<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self>
{
    /// Signed integers of the same size.
    type Signed: Turn;
    /// Floats of the same size.
    type Float: Turn;
    /// What is another in the images of signed integers.
    const SIGN: Self;
    /// That of zero.
    const ZERO: Self;
    /// Whether it is that of NaN, as a float.
    fn is_nan(self) -> bool;
    /// What orders NaNs as their images are.
    #[inline(always)]
    fn nan_order(self) -> Self {
        if self < Self::SIGN {
            self
        } else {
            !self | Self::SIGN
        }
    }
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
    const ZERO: Self = 0;
    #[inline(always)]
    fn is_nan(self) -> bool {
        f32::from_bits(self).is_nan()
    }
}

/// The bits of the least normal float, and of the greatest finite one.
pub(super) const NORMAL: (u64, u64) = (f64::MIN_POSITIVE.to_bits(), f64::MAX.to_bits());

impl Bits for u64 {
    type Signed = i64;
    type Float = f64;
    const SIGN: Self = 1 << 63;
    const ZERO: Self = 0;
    #[inline(always)]
    fn is_nan(self) -> bool {
        f64::from_bits(self).is_nan()
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
            || !words.iter().fold(false, |any, &word| any | word.is_nan() | (word == W::SIGN)),
        ))
    })
}

/// Moves NaNs behind the numbers, in order, and takes the sign off zeros; gives how many numbers and
/// how many such zeros there are.
fn set_aside<W: Bits>(words: &mut [W]) -> (usize, usize) {
    let (mut numbers, mut zeros) = (0, 0);
    for i in 0..words.len() {
        // Exchanged in any case, so that there is no branch to guess.
        let word = words[i];
        let negative_zero = word == W::SIGN;
        words[i] = words[numbers];
        words[numbers] = if negative_zero { W::ZERO } else { word };
        numbers += usize::from(!word.is_nan());
        zeros += usize::from(negative_zero);
    }
    let nans = &mut words[numbers..];
    if nans.iter().any(|&nan| nan != nans[0]) {
        nans.sort_unstable_by_key(|nan| nan.nan_order());
    }
    (numbers, zeros)
}

/// Gives so many zeros, the first ones, their sign back.
fn give_back<W: Bits>(words: &mut [W], zeros: usize) {
    let all = words.iter_mut().filter(|word| **word == W::ZERO);
    all.take(zeros).for_each(|word| *word = W::SIGN);
}

/// Calls `floats` with what is left of the elements where they are floats that compare as their
/// images do, in one run and not in lines.
#[inline(always)]
fn numbers<W: Bits>(words: &mut [W], floats: impl FnOnce(&mut [W])) {
    if plain(words) {
        return floats(words);
    }
    let (numbers, zeros) = set_aside(words);
    let words = &mut words[..numbers];
    floats(words);
    give_back(words, zeros);
}

/// Calls `floats` or `integers` with integers, in an order that is theirs: floats if that is `faster`
/// where it can be.
#[inline(always)]
fn integers<W: Bits>(
    words: &mut [W],
    kind: Kind,
    faster: bool,
    floats: impl FnOnce(*mut W::Float),
    integers: impl FnOnce(*mut W::Signed),
) {
    if faster && W::as_floats(words, kind, floats) {
        return;
    }
    let turns = kind != Kind::Signed;
    if turns {
        map(words, |word| word ^ W::SIGN);
    }
    integers(words.as_mut_ptr().cast());
    if turns {
        map(words, |word| word ^ W::SIGN);
    }
}

/// Elements of lines from which they fill more than half of the rows of a block.
const SHORTEST: usize = 9;

/// Whether lines of `len` elements are sorted faster side by side than by networks of a line each:
/// where one network does not take them (Zen 3: by a fifth to a half), and where so few vectors do
/// that it is short of work (by up to a half).
const fn beside_pays<T: Lanes>(len: usize) -> bool {
    let few = SHORTEST <= len && len <= 4 * T::LANES;
    few || capacity::<T>() < len && len <= beside::LONGEST
}

/// Sorts `lines` lines of `len` elements, which follow one another: side by side as many as fill
/// vectors, if that is faster.
///
/// # Safety
///
/// That of [`Lanes`]; `x` has the elements of all lines.
unsafe fn sort_each<T: Turn>(x: *mut T, lines: usize, len: usize) {
    let mut done = 0;
    if beside_pays::<T>(len) {
        done = lines - lines % T::LANES;
    }
    let image = Image {
        kind: Kind::Unsigned,
        descending: false,
    };
    // SAFETY: the caller's promise, for the first lines and for those behind them.
    unsafe {
        beside::sort(x, done, len, image);
        T::quicksort_lines(x.add(done * len), lines - done, len, depth(len));
    }
}

/// Sorts lines of `len` elements of a kind, which follow one another, each by itself, and tells that
/// it did: `false` for several lines of floats with NaN or negative zeros.
///
/// # Safety
///
/// The CPU has AVX2.
pub(super) unsafe fn sort<W: Bits>(words: &mut [W], len: usize, kind: Kind) -> bool {
    let lines = words.len() / len.max(1);
    if kind == Kind::Float {
        if lines > 1 && !plain(words) {
            return false;
        }
        numbers(words, |words| {
            let len = words.len() / lines.max(1);
            // SAFETY: the caller's word that the features are there; the words are the bits of such
            // floats, so many.
            unsafe { sort_each::<W::Float>(words.as_mut_ptr().cast(), lines, len) };
        });
        return true;
    }
    integers(
        words,
        kind,
        true,
        // SAFETY: the caller's word that the features are there; the words are the bits of normal
        // floats, so many.
        |x| unsafe { sort_each(x, lines, len) },
        // SAFETY: as above, of integers.
        |x| unsafe { sort_each(x, lines, len) },
    );
    true
}

/// As [`sort`], of floats of 64 bits by vectors of 512.
///
/// # Safety
///
/// The CPU has what [`Lanes`] of such vectors take.
pub(super) unsafe fn sort_wide(words: &mut [u64], len: usize) -> bool {
    let lines = words.len() / len.max(1);
    if lines > 1 && !plain(words) {
        return false;
    }
    numbers(words, |words| {
        let len = words.len() / lines.max(1);
        // SAFETY: the caller's word that the features are there; the words are the bits of such floats, so many.
        unsafe { Wide::quicksort_lines(words.as_mut_ptr().cast(), lines, len, depth(len)) };
    });
    true
}

/// As [`sort`], moves what belongs at `places` of each line, which are in it and ascend, there.
///
/// # Safety
///
/// As [`sort`], and the places are in a line.
pub(super) unsafe fn select<W: Bits>(
    words: &mut [W],
    len: usize,
    kind: Kind,
    places: &[usize],
) -> bool {
    let (lines, depth) = (words.len() / len.max(1), depth(len));
    if kind == Kind::Float {
        if lines > 1 && !plain(words) {
            return false;
        }
        numbers(words, |words| {
            let len = words.len() / lines.max(1);
            // Behind them are NaNs, which are equal.
            let places = &places[..places.partition_point(|&place| place < len)];
            let x = words.as_mut_ptr().cast();
            // SAFETY: the caller's word that the features are there; the words are the bits of such
            // floats, so many, and the places are among them.
            unsafe { W::Float::quickselect_lines(x, lines, len, places, depth) };
        });
        return true;
    }
    integers(
        words,
        kind,
        kind != Kind::Signed,
        // SAFETY: the caller's word that the features are there; the words are the bits of normal
        // floats, so many, and the places are among them.
        |x| unsafe { W::Float::quickselect_lines(x, lines, len, places, depth) },
        // SAFETY: as above, of integers.
        |x| unsafe { W::Signed::quickselect_lines(x, lines, len, places, depth) },
    );
    true
}

/// Moves the elements less than `pivot` before the others, and gives their number: `None` for unsigned
/// integers, few elements, and where the pivot is no number.
///
/// # Safety
///
/// The CPU has AVX2.
pub(super) unsafe fn part<W: Bits>(words: &mut [W], kind: Kind, pivot: W) -> Option<usize> {
    /// The partition of the elements that words are the bits of.
    unsafe fn taken<W, T: Lanes>(words: &mut [W], pivot: &W) -> Option<usize> {
        let (x, len) = (words.as_mut_ptr().cast::<T>(), words.len());
        // SAFETY: words and elements are of one size and any bits are an element; the caller's promise,
        // for so many elements, which are enough for a partition.
        (len > T::FEW)
            .then(|| unsafe { T::partition(x, len, (&raw const *pivot).cast::<T>().read()) })
    }
    match kind {
        // SAFETY: the caller's promise.
        Kind::Signed => unsafe { taken::<W, W::Signed>(words, &pivot) },
        // SAFETY: the caller's promise; a partition makes no more of elements than it compares them.
        Kind::Float if !pivot.is_nan() => unsafe { taken::<W, W::Float>(words, &pivot) },
        _ => None,
    }
}
