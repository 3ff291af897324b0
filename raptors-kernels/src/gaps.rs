//! Loops over elements that lie apart. Where results have gaps between them, each is stored on its own,
//! and a loop that reads, computes and stores one by one takes half as long as one over runs to which the
//! inputs are packed and from which the results are brought to their places. Inputs that run backwards are
//! read as vectors and turned in registers, which takes a third of the time of packing them.

use crate::{
    bound::RunSpaced,
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Ternary, Unary},
    watch::{self, Rule},
};

/// Rows of elements that lie apart.
#[derive(Clone, Copy, Debug)]
pub struct Spaced {
    /// The first of them.
    pub start: *mut u8,
    /// Bytes from one row to the next, and from one element to the next.
    pub strides: [isize; 2],
}

impl Spaced {
    /// Where a row starts.
    #[inline(always)]
    const fn row(&self, number: usize) -> *mut u8 {
        self.start
            .wrapping_offset(number as isize * self.strides[0])
    }

    /// Bytes from one element to the next.
    #[inline(always)]
    const fn step(&self) -> isize {
        self.strides[1]
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

/// As [`one`], for three inputs.
pub(crate) const fn three<I: Isa, K: Ternary<T>, T: Element, R: Rule>() -> Option<RunSpaced<I>> {
    if watch::looks::<R, T>() {
        return None;
    }
    Some(run_three::<I, K, T>)
}

/// Whether vectors are read of all `inputs` backwards and written forwards, at a level that turns them round.
#[inline(always)]
fn turns<I: Isa>(inputs: &[(Spaced, usize)], (out, size): (Spaced, usize)) -> bool {
    let backwards = |&(x, size): &(Spaced, usize)| x.step() == -(size as isize);
    I::SKIPS && out.step() == size as isize && inputs.iter().all(backwards)
}

/// # Safety
///
/// As [`crate::Loop::run_spaced`].
unsafe fn run_one<I: Isa, K: Unary<T>, T: Element>(
    isa: I,
    ins: &[Spaced],
    out: Spaced,
    [rows, n]: [usize; 2],
) {
    let &[x] = ins else { panic!("one input") };
    if turns::<I>(&[(x, size_of::<T>())], (out, size_of::<K::Out>())) {
        return isa.vectorize(
            #[inline(always)]
            move || {
                for row in 0..rows {
                    let (from, to) = (x.row(row).cast::<T>(), out.row(row).cast::<K::Out>());
                    for i in 0..n {
                        // SAFETY: one of the `n` elements of the row, a `T` each of which comes before the
                        // last, and of the output's, which follow one another; the caller vouches for them.
                        unsafe { to.add(i).write(K::call::<I>(from.sub(i).read())) };
                    }
                }
            },
        );
    }
    isa.narrow().vectorize(
        #[inline(always)]
        move || {
            // Variables of the loop: what it stores might be the closure's own otherwise, read again each time.
            let [s, t] = [x.step(), out.step()];
            for row in 0..rows {
                let (mut from, mut to) = (x.row(row), out.row(row));
                for _ in 0..n {
                    // SAFETY: one of the `n` elements of the row, a `T`, and of the output's, for which the caller
                    // vouches.
                    unsafe {
                        let x = from.cast::<T>().read();
                        to.cast::<K::Out>().write(K::call::<I::Narrow>(x));
                    }
                    (from, to) = (from.wrapping_offset(s), to.wrapping_offset(t));
                }
            }
        },
    );
}

/// # Safety
///
/// As [`crate::Loop::run_spaced`].
unsafe fn run_two<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    ins: &[Spaced],
    out: Spaced,
    [rows, n]: [usize; 2],
) {
    let &[x, y] = ins else { panic!("two inputs") };
    let inputs = [(x, size_of::<T>()), (y, size_of::<K::Second>())];
    if turns::<I>(&inputs, (out, size_of::<K::Out>())) {
        return isa.vectorize(
            #[inline(always)]
            move || {
                for row in 0..rows {
                    let (first, second) = (x.row(row).cast::<T>(), y.row(row).cast::<K::Second>());
                    let to = out.row(row).cast::<K::Out>();
                    for i in 0..n {
                        // SAFETY: one of the `n` elements of the rows, a `T` and a `K::Second`, each of which
                        // comes before the last, and of the output's, which follow one another; the caller
                        // vouches for them.
                        unsafe {
                            let (x, y) = (first.sub(i).read(), second.sub(i).read());
                            to.add(i).write(K::call::<I>(x, y));
                        }
                    }
                }
            },
        );
    }
    isa.narrow().vectorize(
        #[inline(always)]
        move || {
            let [r, s, t] = [x.step(), y.step(), out.step()];
            for row in 0..rows {
                let (mut first, mut second, mut to) = (x.row(row), y.row(row), out.row(row));
                for _ in 0..n {
                    // SAFETY: one of the `n` elements of the rows, a `T` and a `K::Second`, and of the output's, for
                    // which the caller vouches.
                    unsafe {
                        let (x, y) = (first.cast::<T>().read(), second.cast::<K::Second>().read());
                        to.cast::<K::Out>().write(K::call::<I::Narrow>(x, y));
                    }
                    first = first.wrapping_offset(r);
                    second = second.wrapping_offset(s);
                    to = to.wrapping_offset(t);
                }
            }
        },
    );
}

/// # Safety
///
/// As [`crate::Loop::run_spaced`].
unsafe fn run_three<I: Isa, K: Ternary<T>, T: Element>(
    isa: I,
    ins: &[Spaced],
    out: Spaced,
    [rows, n]: [usize; 2],
) {
    let &[x, y, z] = ins else {
        panic!("three inputs")
    };
    let inputs = [x, y, z].map(|run| (run, size_of::<T>()));
    if turns::<I>(&inputs, (out, size_of::<K::Out>())) {
        return isa.vectorize(
            #[inline(always)]
            move || {
                for row in 0..rows {
                    let (first, second) = (x.row(row).cast::<T>(), y.row(row).cast::<T>());
                    let (third, to) = (z.row(row).cast::<T>(), out.row(row).cast::<K::Out>());
                    for i in 0..n {
                        // SAFETY: one of the `n` elements of the rows, a `T` each of which comes before the
                        // last, and of the output's, which follow one another; the caller vouches for them.
                        unsafe {
                            let (x, y) = (first.sub(i).read(), second.sub(i).read());
                            to.add(i).write(K::call::<I>(x, y, third.sub(i).read()));
                        }
                    }
                }
            },
        );
    }
    isa.narrow().vectorize(
        #[inline(always)]
        move || {
            let [q, r, s, t] = [x.step(), y.step(), z.step(), out.step()];
            for row in 0..rows {
                let (mut first, mut second) = (x.row(row), y.row(row));
                let (mut third, mut to) = (z.row(row), out.row(row));
                for _ in 0..n {
                    // SAFETY: one of the `n` elements of the rows, each a `T`, and of the output's, for which the
                    // caller vouches.
                    unsafe {
                        let (x, y) = (first.cast::<T>().read(), second.cast::<T>().read());
                        let z = third.cast::<T>().read();
                        to.cast::<K::Out>().write(K::call::<I::Narrow>(x, y, z));
                    }
                    first = first.wrapping_offset(q);
                    second = second.wrapping_offset(r);
                    third = third.wrapping_offset(s);
                    to = to.wrapping_offset(t);
                }
            }
        },
    );
}
