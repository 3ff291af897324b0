//! Loops over runs of unequal length: an input of one element is repeated, and one of none is the
//! output itself.

use crate::{
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Unary, check},
    skips::is_run,
    slice::same,
    watch::{self, Rule},
};
use core::{hint::black_box, marker::PhantomData};

/// Whether `T` and `U` are one type.
const fn alike<T: Element, U: Element>() -> bool {
    T::DTYPE as u8 == U::DTYPE as u8
}

/// Whether a one-input loop can write over its input: it takes no second look at it, and does so
/// little that a copy of the input would take long.
pub(crate) const fn over_input<K: Unary<T>, T: Element, R: Rule>() -> bool {
    alike::<T, K::Out>() && !K::RARE && !K::HEAVY && !watch::looks::<R, T>()
}

/// As [`over_input`], for a loop of two inputs, of which it can write over one.
pub(crate) const fn over_input_of_two<K: Binary<T>, T: Element>() -> bool {
    alike::<T, K::Out>() && alike::<K::Second, K::Out>() && K::LIGHT
}

/// Whether the compiler must not see where a loop's elements come from: of a choice between a result and what
/// is there it would make a store behind a mask, which takes AVX2 as long as ten others. A constant of a type,
/// so that nothing is compiled for the loops that do without.
trait Hides {
    const HIDES: bool;
}

/// A loop of one input at a level.
struct One<I, K, T>(PhantomData<(I, K, T)>);

impl<I: Isa, K: Unary<T>, T: Element> Hides for One<I, K, T> {
    const HIDES: bool = K::CHOOSES && !I::WIDE;
}

/// A loop of two inputs at a level.
struct Two<I, K, T>(PhantomData<(I, K, T)>);

impl<I: Isa, K: Binary<T>, T: Element> Hides for Two<I, K, T> {
    const HIDES: bool = K::CHOOSES && !I::WIDE;
}

/// Makes `call(x, y)` of each element and the first of each of `run`, in its place.
#[inline(always)]
fn replace<H: Hides, U: Element, V: Copy, const STEP: usize>(
    mut out: &mut [U],
    mut run: &[[V; STEP]],
    call: impl Fn(U, V) -> U,
) {
    if const { H::HIDES } {
        (out, run) = in_blocks::<32, _, _, _>(out, run, &call);
        (out, run) = in_blocks::<8, _, _, _>(out, run, &call);
    }
    for (o, y) in out.iter_mut().zip(run) {
        *o = call(*o, y[0]);
    }
}

/// [`replace`] in blocks that are read before they are written; gives back what fills none.
#[inline(always)]
fn in_blocks<'a, 'b, const N: usize, U: Element, V: Copy, const STEP: usize>(
    out: &'a mut [U],
    run: &'b [[V; STEP]],
    call: &impl Fn(U, V) -> U,
) -> (&'a mut [U], &'b [[V; STEP]]) {
    let (blocks, rest) = out.as_chunks_mut::<N>();
    let (runs, others) = run.as_chunks::<N>();
    for (block, run) in blocks.iter_mut().zip(runs) {
        let mut x = *black_box(&*block);
        for (x, y) in x.iter_mut().zip(run) {
            *x = call(*x, y[0]);
        }
        *block = x;
    }
    (rest, others)
}

/// The run beside a loop of one input, as long as any: it takes no memory.
const NOTHING: &[[(); 1]] = &[[(); 1]; usize::MAX];

/// The loop over its own output.
pub(crate) fn overwrite<I: Isa, K: Unary<T>, T: Element>(isa: I, out: &mut [K::Out]) {
    isa.vectorize(
        #[inline(always)]
        || {
            let nothing = &NOTHING[..out.len()];
            replace::<One<I, K, T>, _, _, 1>(out, nothing, |o, ()| {
                K::call::<I>(I::element(same(o)))
            });
        },
    );
}

/// The loops of two inputs of which one has one element or none.
pub(crate) fn unequal<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) {
    if const { over_input_of_two::<K, T>() } && (x.is_empty() || y.is_empty()) {
        return overwrite_one::<I, K, T>(isa, x, y, out);
    }
    match (x, y) {
        (x, &[y]) => {
            check(out.len(), &[x.len()]);
            isa.vectorize(
                #[inline(always)]
                || {
                    for (o, &x) in out.iter_mut().zip(x) {
                        *o = K::call::<I>(I::element(x), y);
                    }
                },
            );
        }
        (&[x], y) => {
            check(out.len(), &[y.len()]);
            isa.vectorize(
                #[inline(always)]
                || {
                    for (o, &y) in out.iter_mut().zip(y) {
                        *o = K::call::<I>(x, I::element(y));
                    }
                },
            );
        }
        _ => check(x.len(), &[y.len()]),
    }
}

/// The loops of two inputs of which the one of no elements is the output.
fn overwrite_one<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) {
    let nothing = &NOTHING[..out.len()];
    match (x, y) {
        (&[], &[y]) => isa.vectorize(
            #[inline(always)]
            || {
                replace::<Two<I, K, T>, _, _, 1>(out, nothing, |o, ()| {
                    K::call::<I>(I::element(same(o)), y)
                });
            },
        ),
        (&[x], _) => isa.vectorize(
            #[inline(always)]
            || {
                replace::<Two<I, K, T>, _, _, 1>(out, nothing, |o, ()| {
                    K::call::<I>(x, I::element(same(o)))
                });
            },
        ),
        (&[], y) => {
            check(out.len(), &[y.len()]);
            isa.vectorize(
                #[inline(always)]
                || {
                    replace::<Two<I, K, T>, _, _, 1>(out, y.as_chunks().0, |o, y| {
                        K::call::<I>(I::element(same(o)), I::element(y))
                    });
                },
            );
        }
        (x, _) => {
            check(out.len(), &[x.len()]);
            isa.vectorize(
                #[inline(always)]
                || {
                    replace::<Two<I, K, T>, _, _, 1>(out, x.as_chunks().0, |o, x| {
                        K::call::<I>(I::element(x), I::element(same(o)))
                    });
                },
            );
        }
    }
}

/// The loops of two inputs of which the one of no elements is the output, and of the other every second element
/// counts: whether they are.
pub(crate) fn overwrite_by_seconds<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> bool {
    let len = out.len();
    let [out @ .., end] = out else { return false };
    match (x, y) {
        (&[], &[.., last]) if is_run(y.len(), len) => {
            isa.vectorize(
                #[inline(always)]
                || {
                    replace::<Two<I, K, T>, _, _, 2>(out, y.as_chunks().0, |o, y| {
                        K::call::<I>(same(o), y)
                    });
                },
            );
            *end = K::call::<I>(same(*end), last);
        }
        (&[.., last], &[]) if is_run(x.len(), len) => {
            isa.vectorize(
                #[inline(always)]
                || {
                    replace::<Two<I, K, T>, _, _, 2>(out, x.as_chunks().0, |o, x| {
                        K::call::<I>(x, same(o))
                    });
                },
            );
            *end = K::call::<I>(last, same(*end));
        }
        _ => return false,
    }
    true
}
