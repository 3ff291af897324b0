//! Random numbers from NumPy's bit generators, bit for bit those that `numpy.random` draws.

mod bounded;
mod choose;
mod count;
mod draw;
mod exponential;
mod law;
mod normal;
mod order;
mod pcg;
mod seed;
mod ziggurat;

pub use bounded::{fill_between, fill_bounded};
pub use choose::{choose, choose_weighted, pick};
pub use draw::{Distribution, fill};
pub use law::{Law, fill_by_law};
pub use order::{permute_lines, shuffle};
pub use pcg::learn;
pub use seed::{Pool, congruence, pool};

use crate::{Array, Error, Result, target::Target};
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// NumPy's C interface of a bit generator: `bitgen_t` of `numpy/random/bitgen.h`.
#[repr(C)]
#[derive(Debug)]
pub struct BitGenerator {
    state: *mut c_void,
    next_uint64: extern "C" fn(*mut c_void) -> u64,
    next_uint32: extern "C" fn(*mut c_void) -> u32,
    next_double: extern "C" fn(*mut c_void) -> f64,
    next_raw: extern "C" fn(*mut c_void) -> u64,
}

/// The right to draw from a bit generator.
#[derive(Debug)]
pub struct Source(NonNull<BitGenerator>);

// SAFETY: whoever made the source holds the generator's lock, on whatever thread it is used.
unsafe impl Send for Source {}

impl Source {
    /// Draws from `generator`.
    ///
    /// # Safety
    ///
    /// It is a bit generator of NumPy's C interface, which lives as long as the source does, and
    /// from which nobody else draws meanwhile.
    #[must_use]
    pub const unsafe fn new(generator: NonNull<BitGenerator>) -> Self {
        Self(generator)
    }

    #[inline]
    const fn generator(&self) -> &BitGenerator {
        // SAFETY: `new` promises that the generator lives as long as this.
        unsafe { self.0.as_ref() }
    }
}

/// From 0 up to 1, without 1: what 53 bits of a word are.
#[inline]
const fn unit(word: u64) -> f64 {
    // Signed integers are converted by one instruction.
    (word >> 11) as i64 as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Where random words come from.
trait Words {
    fn u64(&mut self) -> u64;
    fn u32(&mut self) -> u32;
    /// From 0 up to 1, without 1.
    fn f64(&mut self) -> f64;

    /// What [`Words::u64`] would give next, of which [`Words::f64`] makes a [`unit`]; none where every word
    /// is a call.
    #[inline]
    fn ready(&mut self) -> &[u64] {
        &[]
    }

    /// Takes `count` of the words that are [`Words::ready`] as drawn.
    #[inline]
    fn skip(&mut self, _count: usize) {}

    /// What [`Words::u32`] would give twice; nothing where that is not one word at hand.
    #[inline]
    fn pair(&mut self) -> Option<[u32; 2]> {
        None
    }

    /// From 0 up to 1, without 1.
    #[inline]
    fn f32(&mut self) -> f32 {
        (self.u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// A number up to `max`, by masking: what shuffling draws.
    #[inline]
    fn interval(&mut self, max: u64) -> u64 {
        if max == 0 {
            return 0;
        }
        let mask = u64::MAX >> max.leading_zeros();
        loop {
            let value = if u32::try_from(max).is_ok() {
                u64::from(self.u32()) & mask
            } else {
                self.u64() & mask
            };
            if value <= max {
                return value;
            }
        }
    }

    /// What [`Words::interval`] gives for `last`, which is no less than they are many, and for each number below
    /// it: without a branch for what is drawn again, which no processor foresees.
    #[inline]
    fn intervals(&mut self, last: u32, out: &mut [u32]) {
        let mut filled = 0;
        while out.len() - filled >= 2 {
            let (halves, count) = match self.pair() {
                Some(halves) => (halves, 2),
                None => ([self.u32(), 0], 1),
            };
            for half in halves.into_iter().take(count) {
                let max = last - filled as u32;
                let value = half & (u32::MAX >> max.leading_zeros());
                // What is drawn again is written over.
                out[filled] = value;
                filled += usize::from(value <= max);
            }
        }
        if let Some(out) = out.get_mut(filled) {
            *out = self.interval(u64::from(last) - filled as u64) as u32;
        }
    }
}

impl Words for Source {
    #[inline]
    fn u64(&mut self) -> u64 {
        let generator = self.generator();
        (generator.next_uint64)(generator.state)
    }

    #[inline]
    fn u32(&mut self) -> u32 {
        let generator = self.generator();
        (generator.next_uint32)(generator.state)
    }

    #[inline]
    fn f64(&mut self) -> f64 {
        let generator = self.generator();
        (generator.next_double)(generator.state)
    }
}

/// `$body` with `$words` the words of `$source`: drawn here where the generator is known.
macro_rules! with_words {
    ($source:expr, $words:ident => $body:expr) => {
        if let Some(mut pcg) = $crate::random::pcg::Pcg::of($source) {
            let $words = &mut pcg;
            $body
        } else {
            let $words = $source;
            $body
        }
    };
}
use with_words;

/// Fills `out` with what `easy` makes of single words of 64 bits, and `hard` of those of which that makes
/// nothing and of the words that follow.
#[inline]
fn fill_words<W: Words, T>(
    words: &mut W,
    out: &mut [MaybeUninit<T>],
    easy: impl Fn(u64) -> Option<T>,
    hard: impl Fn(&mut W, u64) -> T,
) {
    let mut filled = 0;
    while filled < out.len() {
        let (mut used, mut refused) = (0, None);
        for (slot, &word) in out[filled..].iter_mut().zip(words.ready()) {
            used += 1;
            let Some(number) = easy(word) else {
                refused = Some(word);
                break;
            };
            slot.write(number);
        }
        words.skip(used);
        if used == 0 {
            let word = words.u64();
            used = 1;
            match easy(word) {
                Some(number) => {
                    out[filled].write(number);
                }
                None => refused = Some(word),
            }
        }
        filled += used;
        if let Some(word) = refused {
            out[filled - 1].write(hard(words, word));
        }
    }
}

/// Hands numbers from 0 up to 1 to `take` for as long as that says so.
#[inline(always)]
fn for_each_unit(words: &mut impl Words, mut take: impl FnMut(f64) -> bool) {
    loop {
        let mut used = 0;
        let more = words.ready().iter().all(|&word| {
            used += 1;
            take(unit(word))
        });
        words.skip(used);
        if !more || (used == 0 && !take(words.f64())) {
            return;
        }
    }
}

/// Lets `fill` write every element, in the order of memory.
///
/// # Errors
///
/// [`Error::Internal`] unless the elements are aligned, without gaps and of the size of `T`.
fn fill_all<T>(target: &Target<'_>, fill: impl FnOnce(&mut [MaybeUninit<T>])) -> Result<()> {
    let array = target.array();
    let dense = array.is_c_contiguous() || array.is_f_contiguous();
    if !dense || !array.is_aligned() || array.itemsize() != size_of::<T>() {
        return Err(Error::Internal {
            what: "random numbers for elements that are apart",
        });
    }
    if array.size() > 0 {
        let first = array.as_mut_ptr().cast();
        // SAFETY: the elements are one aligned run of `size` elements as large as `T`, which the
        // target may write and which nothing reads through this.
        fill(unsafe { core::slice::from_raw_parts_mut(first, array.size()) });
    }
    Ok(())
}

/// Writes what `next` gives to every element, in the order of memory.
///
/// # Errors
///
/// As [`fill_all`].
fn fill_with<T>(target: &Target<'_>, mut next: impl FnMut() -> T) -> Result<()> {
    fill_all(target, |out| {
        for slot in out {
            slot.write(next());
        }
    })
}

/// The elements of an array that this crate's callers made contiguous.
fn slice<T: crate::Element>(array: &Array) -> Result<&[T]> {
    array.as_slice().ok_or(Error::Internal {
        what: "parameters in another order or type",
    })
}
