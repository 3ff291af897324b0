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

#[cfg(test)]
mod tests {
    use crate::{DType, In, Level, Out, Ufunc};

    #[test]
    fn an_input_of_no_elements_is_the_output() {
        let (a, b) = ([1.5f32, -2.5, 8.0, 0.1, 7.0], [3.0f32, 4.0, -1.0, 2.0, 0.5]);
        let (none, one) = ([0f32; 0], [3.0f32]);
        for level in Level::available() {
            let subtract = Ufunc::subtract.bind(level, DType::F32).unwrap();
            assert!(subtract.in_place());
            let run = |x: &[f32], y: &[f32], mut out: [f32; 5]| {
                subtract.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut out[..])]);
                out
            };
            let zip =
                |f: fn(f32, f32) -> f32| -> [f32; 5] { core::array::from_fn(|i| f(a[i], b[i])) };
            assert_eq!(run(&none, &b, a), zip(|a, b| a - b));
            assert_eq!(run(&a, &none, b), zip(|a, b| a - b));
            assert_eq!(run(&none, &one, a), a.map(|a| a - 3.0));
            assert_eq!(run(&one, &none, a), a.map(|a| 3.0 - a));
            let negative = Ufunc::negative.bind(level, DType::F32).unwrap();
            assert!(negative.in_place());
            let mut out = a;
            negative.run(&[In::from(&none[..])], &mut [Out::from(&mut out[..])]);
            assert_eq!(out, a.map(|a| -a));
            assert!(!Ufunc::less.bind(level, DType::F32).unwrap().in_place());
            assert!(!Ufunc::exp.bind(level, DType::F32).unwrap().in_place());
        }
    }
}
