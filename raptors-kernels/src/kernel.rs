//! Loops: one shape per arity, over contiguous runs of equal length.

pub(crate) use crate::bound::Kernel;
use crate::{
    dtype::Element,
    isa::Isa,
    slice::{In, Out},
    watch::{self, Rule},
};

/// What a one-input ufunc computes for one element.
pub trait Unary<T> {
    /// The element type of the result.
    type Out: Element;
    /// The result for `x`.
    fn call<I: Isa>(x: T) -> Self::Out;
    /// Whether some elements are computed again by [`Self::rare`].
    const RARE: bool = false;
    /// Whether `call` does not cover `x`; branch-free, as it runs in the same loop.
    #[inline(always)]
    fn is_rare<I: Isa>(_x: T) -> bool {
        false
    }
    /// The result for an `x` that `call` does not cover: one element at a time, however slow.
    fn rare<I: Isa>(x: T) -> Self::Out {
        Self::call::<I>(x)
    }
}

/// What a one-input, two-output ufunc computes for one element.
pub trait Unary2<T> {
    /// The element type of the first result.
    type Out: Element;
    /// The element type of the second result.
    type Out2: Element;
    /// The results for `x`.
    fn call<I: Isa>(x: T) -> (Self::Out, Self::Out2);
}

/// What a two-input ufunc computes for one pair of elements.
pub trait Binary<T> {
    /// The element type of the second input; nearly always `T`.
    type Second: Element;
    /// The element type of the result.
    type Out: Element;
    /// Whether the loop waits for its loads, so that an input of one element, repeated, has a loop
    /// of its own that keeps it in a register.
    const LIGHT: bool = false;
    /// The result for `x` and `y`.
    fn call<I: Isa>(x: T, y: Self::Second) -> Self::Out;
    /// As [`Unary::RARE`].
    const RARE: bool = false;
    /// As [`Unary::is_rare`].
    #[inline(always)]
    fn is_rare<I: Isa>(_x: T, _y: Self::Second) -> bool {
        false
    }
    /// As [`Unary::rare`].
    fn rare<I: Isa>(x: T, y: Self::Second) -> Self::Out {
        Self::call::<I>(x, y)
    }
}

/// What a two-input, two-output ufunc computes for one pair of elements.
pub trait Binary2<T> {
    /// The element type of both results.
    type Out: Element;
    /// The results for `x` and `y`.
    fn call<I: Isa>(x: T, y: T) -> (Self::Out, Self::Out);
    /// As [`Unary::RARE`].
    const RARE: bool = false;
    /// As [`Unary::is_rare`].
    #[inline(always)]
    fn is_rare<I: Isa>(_x: T, _y: T) -> bool {
        false
    }
    /// As [`Unary::rare`].
    fn rare<I: Isa>(x: T, y: T) -> (Self::Out, Self::Out) {
        Self::call::<I>(x, y)
    }
}

/// What a three-input ufunc computes for three elements.
pub trait Ternary<T> {
    /// The element type of the result.
    type Out: Element;
    /// The result for `x`, `y` and `z`.
    fn call<I: Isa>(x: T, y: T, z: T) -> Self::Out;
}

/// The `N` typed runs must have one length; the loops rely on it for speed, not for safety.
#[inline(always)]
fn check(len: usize, lens: &[usize]) {
    for &l in lens {
        assert_eq!(l, len, "runs of different lengths");
    }
}

pub(crate) const fn unary<I: Isa, K: Unary<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Unary<T>, T: Element, R: Rule>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x], [out]) = (ins, outs) else {
            panic!("one input, one output")
        };
        let (x, out) = (x.of::<T>(), out.of::<K::Out>());
        check(out.len(), &[x.len()]);
        let run = |x: &[T], out: &mut [K::Out]| over::<I, K, T>(isa, x, out);
        if const { watch::looks::<R, T>() } {
            watch::one::<I, R, T, K::Out>(isa, x, out, run);
        } else {
            run(x, out);
        }
    }
    #[inline(always)]
    fn over<I: Isa, K: Unary<T>, T: Element>(isa: I, x: &[T], out: &mut [K::Out]) {
        if K::RARE {
            for (out, x) in out.chunks_mut(RARE_BLOCK).zip(x.chunks(RARE_BLOCK)) {
                let any = isa.vectorize(
                    #[inline(always)]
                    || {
                        let mut any = false;
                        for (o, &x) in out.iter_mut().zip(x) {
                            *o = K::call::<I>(I::element(x));
                            any |= K::is_rare::<I>(x);
                        }
                        any
                    },
                );
                if any {
                    redo::<I, K, T>(x, out);
                }
            }
            return;
        }
        isa.vectorize(
            #[inline(always)]
            || {
                for (o, &x) in out.iter_mut().zip(x) {
                    *o = K::call::<I>(I::element(x));
                }
            },
        );
    }
    Kernel {
        run: run::<I, K, T, R>,
        inputs: &[T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: false,
    }
}

/// Elements between two looks at whether one of them was rare.
const RARE_BLOCK: usize = 512;

/// Computes the rare elements again.
#[cold]
fn redo<I: Isa, K: Unary<T>, T: Element>(x: &[T], out: &mut [K::Out]) {
    for (o, &x) in out.iter_mut().zip(x) {
        if K::is_rare::<I>(x) {
            *o = K::rare::<I>(x);
        }
    }
}

pub(crate) const fn unary2<I: Isa, K: Unary2<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Unary2<T>, T: Element>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x], [o1, o2]) = (ins, outs) else {
            panic!("one input, two outputs")
        };
        let (x, o1, o2) = (x.of::<T>(), o1.of::<K::Out>(), o2.of::<K::Out2>());
        check(o1.len(), &[x.len(), o2.len()]);
        isa.vectorize(
            #[inline(always)]
            || {
                for ((o1, o2), &x) in o1.iter_mut().zip(o2).zip(x) {
                    (*o1, *o2) = K::call::<I>(I::element(x));
                }
            },
        );
    }
    Kernel {
        run: run::<I, K, T>,
        inputs: &[T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE, <K::Out2 as Element>::DTYPE],
        repeats: false,
    }
}

pub(crate) const fn binary<I: Isa, K: Binary<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Binary<T>, T: Element, R: Rule>(
        isa: I,
        ins: &[In<'_>],
        outs: &mut [Out<'_>],
    ) {
        let ([x, y], [out]) = (ins, outs) else {
            panic!("two inputs, one output")
        };
        let (x, y, out) = (x.of::<T>(), y.of::<K::Second>(), out.of::<K::Out>());
        if K::LIGHT && x.len() != y.len() {
            return repeat::<I, K, T>(isa, x, y, out);
        }
        check(out.len(), &[x.len(), y.len()]);
        let run = |x: &[T], y: &[K::Second], out: &mut [K::Out]| over::<I, K, T>(isa, x, y, out);
        if const { watch::looks::<R, T>() } {
            watch::two::<I, R, T, K::Second, K::Out>(isa, x, y, out, run);
        } else {
            run(x, y, out);
        }
    }
    #[inline(always)]
    fn over<I: Isa, K: Binary<T>, T: Element>(
        isa: I,
        x: &[T],
        y: &[K::Second],
        out: &mut [K::Out],
    ) {
        if K::RARE {
            let runs = x.chunks(RARE_BLOCK).zip(y.chunks(RARE_BLOCK));
            for (out, (x, y)) in out.chunks_mut(RARE_BLOCK).zip(runs) {
                let any = isa.vectorize(
                    #[inline(always)]
                    || {
                        let mut any = false;
                        for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
                            *o = K::call::<I>(I::element(x), I::element(y));
                            any |= K::is_rare::<I>(x, y);
                        }
                        any
                    },
                );
                if any {
                    redo_pairs::<I, K, T>(x, y, out);
                }
            }
            return;
        }
        isa.vectorize(
            #[inline(always)]
            || {
                for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
                    *o = K::call::<I>(I::element(x), I::element(y));
                }
            },
        );
    }
    Kernel {
        run: run::<I, K, T, R>,
        inputs: &[T::DTYPE, <K::Second as Element>::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: K::LIGHT,
    }
}

/// The loops of two inputs of which one has one element.
fn repeat<I: Isa, K: Binary<T>, T: Element>(isa: I, x: &[T], y: &[K::Second], out: &mut [K::Out]) {
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

/// As [`redo`], for pairs.
#[cold]
fn redo_pairs<I: Isa, K: Binary<T>, T: Element>(x: &[T], y: &[K::Second], out: &mut [K::Out]) {
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        if K::is_rare::<I>(x, y) {
            *o = K::rare::<I>(x, y);
        }
    }
}

/// As [`redo`], for pairs with two results.
#[cold]
fn redo_pairs2<I: Isa, K: Binary2<T>, T: Element>(
    x: &[T],
    y: &[T],
    o1: &mut [K::Out],
    o2: &mut [K::Out],
) {
    for (((o1, o2), &x), &y) in o1.iter_mut().zip(o2).zip(x).zip(y) {
        if K::is_rare::<I>(x, y) {
            (*o1, *o2) = K::rare::<I>(x, y);
        }
    }
}

pub(crate) const fn binary2<I: Isa, K: Binary2<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Binary2<T>, T: Element, R: Rule>(
        isa: I,
        ins: &[In<'_>],
        outs: &mut [Out<'_>],
    ) {
        let ([x, y], [o1, o2]) = (ins, outs) else {
            panic!("two inputs, two outputs")
        };
        let (x, y) = (x.of::<T>(), y.of::<T>());
        let (o1, o2) = (o1.of::<K::Out>(), o2.of::<K::Out>());
        check(o1.len(), &[x.len(), y.len(), o2.len()]);
        watch::two2::<I, R, T, K::Out>(isa, [x, y], [o1, o2], |x, y, o1, o2| {
            over::<I, K, T>(isa, x, y, o1, o2);
        });
    }
    #[inline(always)]
    fn over<I: Isa, K: Binary2<T>, T: Element>(
        isa: I,
        x: &[T],
        y: &[T],
        o1: &mut [K::Out],
        o2: &mut [K::Out],
    ) {
        if K::RARE {
            let runs = x.chunks(RARE_BLOCK).zip(y.chunks(RARE_BLOCK));
            let outs = o1.chunks_mut(RARE_BLOCK).zip(o2.chunks_mut(RARE_BLOCK));
            for ((o1, o2), (x, y)) in outs.zip(runs) {
                let any = isa.vectorize(
                    #[inline(always)]
                    || {
                        let mut any = false;
                        for (((o1, o2), &x), &y) in o1.iter_mut().zip(o2.iter_mut()).zip(x).zip(y) {
                            (*o1, *o2) = K::call::<I>(I::element(x), I::element(y));
                            any |= K::is_rare::<I>(x, y);
                        }
                        any
                    },
                );
                if any {
                    redo_pairs2::<I, K, T>(x, y, o1, o2);
                }
            }
            return;
        }
        isa.vectorize(
            #[inline(always)]
            || {
                for (((o1, o2), &x), &y) in o1.iter_mut().zip(o2).zip(x).zip(y) {
                    (*o1, *o2) = K::call::<I>(I::element(x), I::element(y));
                }
            },
        );
    }
    Kernel {
        run: run::<I, K, T, R>,
        inputs: &[T::DTYPE, T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE, <K::Out as Element>::DTYPE],
        repeats: false,
    }
}

pub(crate) const fn ternary<I: Isa, K: Ternary<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Ternary<T>, T: Element>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x, y, z], [out]) = (ins, outs) else {
            panic!("three inputs, one output")
        };
        let (x, y, z, out) = (x.of::<T>(), y.of::<T>(), z.of::<T>(), out.of::<K::Out>());
        check(out.len(), &[x.len(), y.len(), z.len()]);
        isa.vectorize(
            #[inline(always)]
            || {
                for (((o, &x), &y), &z) in out.iter_mut().zip(x).zip(y).zip(z) {
                    *o = K::call::<I>(I::element(x), I::element(y), I::element(z));
                }
            },
        );
    }
    Kernel {
        run: run::<I, K, T>,
        inputs: &[T::DTYPE, T::DTYPE, T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: false,
    }
}
