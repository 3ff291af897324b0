//! Lines of few complex numbers put in order: many of float32 parts as the lanes of a network for integers of both
//! parts, others by insertion, which takes less than to write integers for the elements, sort those and read back
//! what they stand for. Equal numbers keep their order.

use super::{compare::Ordered, image::Word, short::sort_short};
use crate::{
    dtype::{Complex32, Complex64, DType, Kind},
    isa::{Isa, Level},
    slice::{In, Out},
    with_isa,
};

/// Elements of the longest lines that insertion is faster for: of twelve, many lines took longer (Sapphire Rapids).
const INSERTED: usize = 10;
/// Elements of the longest lines whose indices are sorted so: of eight it took longer than integers.
pub(super) const INDICES: usize = 4;
/// Elements of the longest lines of float32 parts, which a network sorts, by vectors of 256 bits.
const NETWORK: usize = 12;
/// Lines from which a network takes less than insertion: about half of the lanes of a small one.
const SEVERAL: usize = 8;
/// Elements whose integers are sorted together: 64 lines of eight, which fill the lanes of a large network.
const BLOCK: usize = 512;

/// Whether lines of `len` elements are sorted, or selected from, faster by [`insert_lines`] than by their indices.
pub const fn inserts(dtype: DType, len: usize) -> bool {
    match dtype {
        DType::C64 => len <= NETWORK,
        DType::C128 => len <= INSERTED,
        _ => false,
    }
}

/// Sorts lines of `len` elements, which follow one another, each by itself.
///
/// # Panics
///
/// If [`inserts`] does not hold for them, or these are no whole lines.
pub fn insert_lines(mut run: Out<'_>, len: usize, descending: bool) {
    let whole = len > 0 && run.len().is_multiple_of(len);
    assert!(whole && inserts(run.dtype(), len), "no short lines");
    if len == 1 {
        return;
    }
    if run.dtype() == DType::C128 {
        return each_line::<Complex64>(run.of(), len, descending);
    }
    for block in run.of::<Complex32>().chunks_mut(BLOCK / len * len) {
        let words = &mut [0; BLOCK][..block.len()];
        if block.len() / len >= SEVERAL && images(block, words) {
            sort_short(Out::from(&mut *words), len, descending);
            numbers(words, block);
        } else {
            each_line(block, len, descending);
        }
    }
}

/// Writes integers in the order of the numbers, from which these are made again; whether there are such: no two
/// that differ have one place, as zeros of both signs do, and none is NaN.
fn images(numbers: &[Complex32], words: &mut [u64]) -> bool {
    fn image(part: f32) -> (u64, bool) {
        let bits = part.to_bits();
        let other = part.is_nan() | (bits == (-0.0_f32).to_bits());
        (bits.image(Kind::Float).into(), other)
    }
    let others = with_isa!(Level::get(), isa => isa.vectorize(
        #[inline(always)]
        || numbers.iter().zip(words).fold(false, |others, (number, word)| {
            let ((re, other_re), (im, other_im)) = (image(number.re), image(number.im));
            *word = re << u32::BITS | im;
            others | other_re | other_im
        }),
    ));
    !others
}

/// Writes the numbers whose integers are `words`.
fn numbers(words: &[u64], numbers: &mut [Complex32]) {
    let part = |bits: u32| f32::from_bits(bits.bits(Kind::Float));
    with_isa!(Level::get(), isa => isa.vectorize(
        #[inline(always)]
        || for (number, &word) in numbers.iter_mut().zip(words) {
            *number = Complex32::new(part((word >> u32::BITS) as u32), part(word as u32));
        },
    ));
}

/// Complex numbers, of which none is NaN in most lines.
trait Parts: Ordered {
    /// Whether `self` comes before `other`, where both are numbers.
    fn precedes(self, other: Self) -> bool;
}

macro_rules! parts {
    ($($t:ty)*) => {$(
        impl Parts for $t {
            #[inline(always)]
            fn precedes(self, other: Self) -> bool {
                (self.re < other.re) | ((self.re == other.re) & (self.im < other.im))
            }
        }
    )*};
}
parts!(Complex32 Complex64);

/// Whether all elements are numbers.
#[inline(always)]
fn are_numbers<T: Ordered>(elements: &[T]) -> bool {
    !elements.iter().fold(false, |any, z| any | z.is_nan())
}

fn each_line<T: Parts>(elements: &mut [T], len: usize, descending: bool) {
    for line in elements.chunks_exact_mut(len) {
        match (are_numbers(line), descending) {
            (true, false) => insert(line, T::precedes),
            (true, true) => insert(line, |a, b| b.precedes(a)),
            (false, false) => insert(line, T::before),
            (false, true) => insert(line, |a, b| b.before(a)),
        }
    }
}

/// Writes the indices of few elements in order, or backwards.
pub(super) fn insert_indices(x: In<'_>, out: &mut [i64], descending: bool) {
    fn order<T: Parts>(x: &[T], out: &mut [i64], descending: bool) {
        let at = |index: i64| x[index as usize];
        for (out, index) in out.iter_mut().zip(0..) {
            *out = index;
        }
        match (are_numbers(x), descending) {
            (true, false) => insert(out, |a, b| at(a).precedes(at(b))),
            (true, true) => insert(out, |a, b| at(b).precedes(at(a))),
            (false, false) => insert(out, |a, b| at(a).before(at(b))),
            (false, true) => insert(out, |a, b| at(b).before(at(a))),
        }
    }
    match x.dtype() {
        DType::C64 => order::<Complex32>(x.of(), out, descending),
        _ => order::<Complex64>(x.of(), out, descending),
    }
}

/// Puts each element where none in front of it comes behind.
#[inline(always)]
fn insert<T: Copy>(line: &mut [T], before: impl Fn(T, T) -> bool) {
    for end in 1..line.len() {
        let (element, mut place) = (line[end], end);
        while place > 0 && before(element, line[place - 1]) {
            line[place] = line[place - 1];
            place -= 1;
        }
        line[place] = element;
    }
}
