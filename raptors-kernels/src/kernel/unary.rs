//! The loop of one input and one output.

use super::{Kernel, MOST_LANES, Other, RARE_BLOCK, Unary, check, halves, lanes, packs};
use crate::{
    around,
    dtype::Element,
    gaps,
    isa::Isa,
    skips,
    slice::{In, Out},
    unequal::{over_input, overwrite},
    watch::{self, Rule, Watched},
};

pub(crate) const fn unary<I: Isa, K: Unary<T>, T: Element, R: Rule>() -> Kernel<I> {
    Kernel {
        run: K::run::<I, R>,
        inputs: &[T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: false,
        in_place: over_input::<K, T, R>(),
        skips: skips::one::<I, K, T, R>(),
        other: match halves::loop_of::<I, K, T, R>() {
            Some(run) => Some(Other::Halves(run)),
            None => around::one::<I, K, T, R>(),
        },
        spaced: gaps::one::<I, K, T, R>(),
    }
}

/// Whether a loop may take runs whole: neither its elements nor its results are looked at again.
const fn takes_whole<K: Unary<T>, T: Element, R: Rule>() -> bool {
    !K::RARE && !K::HEAVY && !watch::looks::<R, T>()
}

/// The loop of a body: a method of it, as the compiler puts methods into the unit of the type's
/// module, and so compiles the loops of several modules at a time.
trait Run<T: Element>: Unary<T> + Sized {
    fn run<I: Isa, R: Rule>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x], [out]) = (ins, outs) else {
            panic!("one input, one output")
        };
        let (x, out) = (x.of::<T>(), out.of::<Self::Out>());
        if const { skips::one::<I, Self, T, R>() } && skips::is_run(x.len(), out.len()) {
            return skips::run::<I, Self, T>(isa, x, out);
        }
        if const { takes_whole::<Self, T, R>() } && Self::whole(isa, x, out) {
            return;
        }
        if const { over_input::<Self, T, R>() } && x.is_empty() {
            return overwrite::<I, Self, T>(isa, out);
        }
        check(out.len(), &[x.len()]);
        let run = |x: &[T], out: &mut [Self::Out]| over::<I, Self, T, R>(isa, x, out);
        if const { watch::looks::<R, T>() } {
            watch::one::<I, R, T, Self::Out>(isa, x, out, run);
        } else {
            run(x, out);
        }
    }
}

impl<T: Element, K: Unary<T>> Run<T> for K {}

/// Whether a result is odd (see [`crate::watch`]), or may be.
#[inline(always)]
fn over<I: Isa, K: Unary<T>, T: Element, R: Rule>(isa: I, x: &[T], out: &mut [K::Out]) -> bool {
    if !K::RARE {
        return isa.vectorize(
            #[inline(always)]
            || whole::<I, K, T, R>(isa, x, out),
        );
    }
    let mut odd = false;
    for (out, x) in out.chunks_mut(RARE_BLOCK).zip(x.chunks(RARE_BLOCK)) {
        let strange = isa.vectorize(
            #[inline(always)]
            || whole::<I, K, T, R>(isa, x, out),
        );
        if strange {
            redo::<I, K, T>(x, out);
        }
        odd |= strange;
    }
    odd
}

/// The run, with what does not fill a vector as the end of one that does.
#[inline(always)]
fn whole<I: Isa, K: Unary<T>, T: Element, R: Rule>(isa: I, x: &[T], out: &mut [K::Out]) -> bool {
    let (lanes, len) = (lanes::<T>(), out.len().min(x.len()));
    if !(I::WIDE && K::HEAVY) {
        return each::<I, K, T, R>(x, out);
    }
    if const { I::WIDE && K::PACKED } {
        return packs::one::<I, K, T, R>(isa, x, out);
    }
    let full = len - len % lanes;
    let mut odd = each::<I, K, T, R>(&x[..full], &mut out[..full]);
    if full == len {
        return odd;
    }
    // Arrays of its own, as a short loop over what may be the run is not made of vectors: the
    // compiler would have to tell first that input and output are not the same memory.
    let (mut xs, mut results) = ([x[0]; MOST_LANES], [K::Out::default(); MOST_LANES]);
    if full > 0 {
        xs[..lanes].copy_from_slice(&x[len - lanes..len]);
    } else {
        xs[..len].copy_from_slice(&x[..len]);
    }
    odd |= each::<I, K, T, R>(&xs[..lanes], &mut results[..lanes]);
    if full > 0 {
        out[len - lanes..len].copy_from_slice(&results[..lanes]);
    } else {
        out[..len].copy_from_slice(&results[..len]);
    }
    odd
}

#[inline(always)]
fn each<I: Isa, K: Unary<T>, T: Element, R: Rule>(x: &[T], out: &mut [K::Out]) -> bool {
    // Elements of 8 bytes are counted: of truth values the compiler makes vectors of half their width.
    let (mut odd, mut count) = (false, 0u64);
    for (o, &x) in out.iter_mut().zip(x) {
        *o = K::call::<I>(I::element(x));
        let mut strange = false;
        if K::RARE {
            strange |= K::is_rare::<I>(x);
        }
        if const { watch::glances::<R, T>() && !K::TAME } {
            strange |= o.is_odd(R::TINY);
        }
        if const { size_of::<T>() == 8 } {
            count = count.wrapping_add(strange as u64);
        } else {
            odd |= strange;
        }
    }
    odd || count != 0
}

/// Computes the rare elements again.
#[cold]
fn redo<I: Isa, K: Unary<T>, T: Element>(x: &[T], out: &mut [K::Out]) {
    for (o, &x) in out.iter_mut().zip(x) {
        if K::is_rare::<I>(x) {
            *o = K::rare::<I>(x);
        }
    }
}
