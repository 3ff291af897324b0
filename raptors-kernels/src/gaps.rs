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
        move || {
            // Variables of the loop: what it stores might be the closure's own otherwise, read again each time.
            let (mut from, mut to) = (x.start, out.start);
            let strides = [x.stride, out.stride];
            for _ in 0..n {
                // SAFETY: one of the `n` elements of the input, a `T`, and of the output, for which the caller
                // vouches.
                unsafe {
                    let x = from.cast::<T>().read();
                    to.cast::<K::Out>().write(K::call::<I::Narrow>(x));
                }
                (from, to) = (
                    from.wrapping_offset(strides[0]),
                    to.wrapping_offset(strides[1]),
                );
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
        move || {
            let (mut first, mut second, mut to) = (x.start, y.start, out.start);
            let strides = [x.stride, y.stride, out.stride];
            for _ in 0..n {
                // SAFETY: one of the `n` elements of the inputs, a `T` and a `K::Second`, and of the output, for
                // which the caller vouches.
                unsafe {
                    let (x, y) = (first.cast::<T>().read(), second.cast::<K::Second>().read());
                    to.cast::<K::Out>().write(K::call::<I::Narrow>(x, y));
                }
                first = first.wrapping_offset(strides[0]);
                second = second.wrapping_offset(strides[1]);
                to = to.wrapping_offset(strides[2]);
            }
        },
    );
}
