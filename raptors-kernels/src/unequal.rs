//! Loops over runs of unequal length: an input of one element is repeated, and one of none is the
//! output itself.

use crate::{
    dtype::Element,
    isa::Isa,
    kernel::{Binary, Unary, check},
    slice::same,
    watch::{self, Rule},
};

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

/// The loop over its own output.
pub(crate) fn overwrite<I: Isa, K: Unary<T>, T: Element>(isa: I, out: &mut [K::Out]) {
    isa.vectorize(
        #[inline(always)]
        || {
            for o in out {
                *o = K::call::<I>(I::element(same(*o)));
            }
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
    match (x, y) {
        (&[], &[y]) => isa.vectorize(
            #[inline(always)]
            || {
                for o in out {
                    *o = K::call::<I>(I::element(same(*o)), y);
                }
            },
        ),
        (&[x], _) => isa.vectorize(
            #[inline(always)]
            || {
                for o in out {
                    *o = K::call::<I>(x, I::element(same(*o)));
                }
            },
        ),
        (&[], y) => {
            check(out.len(), &[y.len()]);
            isa.vectorize(
                #[inline(always)]
                || {
                    for (o, &y) in out.iter_mut().zip(y) {
                        *o = K::call::<I>(I::element(same(*o)), I::element(y));
                    }
                },
            );
        }
        (x, _) => {
            check(out.len(), &[x.len()]);
            isa.vectorize(
                #[inline(always)]
                || {
                    for (o, &x) in out.iter_mut().zip(x) {
                        *o = K::call::<I>(I::element(x), I::element(same(*o)));
                    }
                },
            );
        }
    }
}
