//! Loops that give two results.

use crate::{
    dtype::Element,
    isa::Isa,
    kernel::{Binary2, Kernel, RARE_BLOCK, Unary2, check, one2},
    slice::{In, Out},
    watch::{self, Rule},
};

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
                if const { I::WIDE && K::PACKED } {
                    return one2::<I, K, T>(isa, x, o1, o2);
                }
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
        in_place: false,
        skips: false,
        other: None,
        spaced: None,
    }
}

/// Computes the rare pairs again.
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
        in_place: false,
        skips: false,
        other: None,
        spaced: None,
    }
}
