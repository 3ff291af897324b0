//! Random numbers from NumPy's bit generators, bit for bit those that `numpy.random` draws.

mod bounded;
mod choose;
mod draw;
mod exponential;
mod normal;
mod order;
mod pcg;

pub use bounded::{fill_between, fill_bounded};
pub use choose::{choose, choose_weighted, pick};
pub use draw::{Distribution, fill};
pub use order::{permute_lines, shuffle};
pub use pcg::learn;

use crate::{Array, Error, Result, target::Target};
use core::ffi::c_void;
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

/// Where random words come from.
trait Words {
    fn u64(&mut self) -> u64;
    fn u32(&mut self) -> u32;
    /// From 0 up to 1, without 1.
    fn f64(&mut self) -> f64;

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

/// Writes what `next` gives to every element, in the order of memory.
///
/// # Errors
///
/// [`Error::Internal`] unless the elements are aligned, without gaps and of the size of `T`.
fn fill_with<T>(target: &Target<'_>, mut next: impl FnMut() -> T) -> Result<()> {
    let array = target.array();
    let dense = array.is_c_contiguous() || array.is_f_contiguous();
    if !dense || !array.is_aligned() || array.itemsize() != size_of::<T>() {
        return Err(Error::Internal {
            what: "random numbers for elements that are apart",
        });
    }
    let to: *mut T = array.as_mut_ptr().cast();
    for i in 0..array.size() {
        // SAFETY: the elements are one aligned run of `size` elements as large as `T`.
        unsafe { to.add(i).write(next()) };
    }
    Ok(())
}

/// The elements of an array that this crate's callers made contiguous.
fn slice<T: crate::Element>(array: &Array) -> Result<&[T]> {
    array.as_slice().ok_or(Error::Internal {
        what: "parameters in another order or type",
    })
}
