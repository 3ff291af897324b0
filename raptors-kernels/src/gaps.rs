//! Loops over elements that lie apart. Where results have gaps between them, each is stored on its own,
//! and a loop that reads, computes and stores one by one takes half as long as one over runs to which the
//! inputs are packed and from which the results are brought to their places.

use crate::{
    bound::RunSpaced,
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Unary},
    watch::{self, Rule},
};

/// Elements that lie apart.
#[derive(Clone, Copy, Debug)]
pub struct Spaced {
    /// The first of them.
    pub start: *mut u8,
    /// Bytes from one to the next.
    pub stride: isize,
}

impl Spaced {
    /// Where element `i` is.
    #[inline(always)]
    const fn at(self, i: isize) -> *mut u8 {
        self.start.wrapping_offset(i * self.stride)
    }
}

/// The loop of one input, if it computes so little that elements one by one are as fast as vectors.
pub(crate) const fn one<I: Isa, K: Unary<T>, T: Element, R: Rule>() -> Option<RunSpaced<I>> {
    if K::RARE || K::HEAVY || watch::looks::<R, T>() {
        return None;
    }
    Some(run_one::<I, K, T>)
}

/// As [`one`], for two inputs.
pub(crate) const fn two<I: Isa, K: Binary<T>, T: Element, R: Rule>() -> Option<RunSpaced<I>> {
    if !K::LIGHT || K::RARE || K::HEAVY || watch::looks::<R, T>() {
        return None;
    }
    Some(run_two::<I, K, T>)
}

/// # Safety
///
/// As [`crate::Loop::run_spaced`].
unsafe fn run_one<I: Isa, K: Unary<T>, T: Element>(isa: I, ins: &[Spaced], out: Spaced, n: usize) {
    let &[x] = ins else { panic!("one input") };
    isa.narrow().vectorize(
        #[inline(always)]
        || {
            for i in 0..n as isize {
                // SAFETY: element `i` of `n` of the input, a `T`, and of the output, for both of which the
                // caller vouches.
                unsafe {
                    let x = x.at(i).cast::<T>().read();
                    out.at(i).cast::<K::Out>().write(K::call::<I::Narrow>(x));
                }
            }
        },
    );
}

/// # Safety
///
/// As [`crate::Loop::run_spaced`].
unsafe fn run_two<I: Isa, K: Binary<T>, T: Element>(isa: I, ins: &[Spaced], out: Spaced, n: usize) {
    let &[x, y] = ins else { panic!("two inputs") };
    isa.narrow().vectorize(
        #[inline(always)]
        || {
            for i in 0..n as isize {
                // SAFETY: element `i` of `n` of the inputs, a `T` and a `K::Second`, and of the output, for all
                // of which the caller vouches.
                unsafe {
                    let x = x.at(i).cast::<T>().read();
                    let y = y.at(i).cast::<K::Second>().read();
                    out.at(i).cast::<K::Out>().write(K::call::<I::Narrow>(x, y));
                }
            }
        },
    );
}
