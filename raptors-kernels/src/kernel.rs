//! Loops: one shape per arity, over contiguous runs of equal length.

mod element;
mod halves;
mod packs;

pub use self::{
    element::{Binary, Binary2, Quiet, Ternary, Unary, Unary2},
    packs::PACK,
};
use crate::{
    around,
    dtype::Element,
    isa::Isa,
    skips,
    slice::{In, Out},
    unequal::{over_input, over_input_of_two, overwrite, unequal},
    watch::{self, Rule, Watched},
};
pub(crate) use crate::{
    bound::{Kernel, Other},
    kernel2::{binary2, unary2},
};

/// The `N` typed runs must have one length; the loops rely on it for speed, not for safety.
#[inline(always)]
pub(crate) fn check(len: usize, lens: &[usize]) {
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
        if const { skips::one::<I, K, T, R>() } && skips::is_run(x.len(), out.len()) {
            return skips::run::<I, K, T>(isa, x, out);
        }
        if const { over_input::<K, T, R>() } && K::whole(isa, x, out) {
            return;
        }
        if const { over_input::<K, T, R>() } && x.is_empty() {
            return overwrite::<I, K, T>(isa, out);
        }
        check(out.len(), &[x.len()]);
        let run = |x: &[T], out: &mut [K::Out]| over::<I, K, T, R>(isa, x, out);
        if const { watch::looks::<R, T>() } {
            watch::one::<I, R, T, K::Out>(isa, x, out, run);
        } else {
            run(x, out);
        }
    }
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
    fn whole<I: Isa, K: Unary<T>, T: Element, R: Rule>(
        isa: I,
        x: &[T],
        out: &mut [K::Out],
    ) -> bool {
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
        let mut odd = false;
        for (o, &x) in out.iter_mut().zip(x) {
            *o = K::call::<I>(I::element(x));
            if K::RARE {
                odd |= K::is_rare::<I>(x);
            }
            if const { watch::glances::<R, T>() } {
                odd |= o.is_odd(R::TINY);
            }
        }
        odd
    }
    Kernel {
        run: run::<I, K, T, R>,
        inputs: &[T::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: false,
        in_place: over_input::<K, T, R>(),
        skips: skips::one::<I, K, T, R>(),
        other: match halves::loop_of::<I, K, T, R>() {
            Some(run) => Some(Other::Halves(run)),
            None => around::one::<I, K, T, R>(),
        },
    }
}

/// Elements of the widest vector of the narrowest type that heavy loops are over.
const MOST_LANES: usize = 16;

/// Elements of the widest vector.
#[inline(always)]
const fn lanes<T>() -> usize {
    MOST_LANES * size_of::<f32>() / size_of::<T>()
}

/// Elements between two looks at whether one of them was rare.
pub(crate) const RARE_BLOCK: usize = 512;

/// Computes the rare elements again.
#[cold]
fn redo<I: Isa, K: Unary<T>, T: Element>(x: &[T], out: &mut [K::Out]) {
    for (o, &x) in out.iter_mut().zip(x) {
        if K::is_rare::<I>(x) {
            *o = K::rare::<I>(x);
        }
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "a loop and its pieces, which only it has"
)]
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
        let skips = const { skips::two::<I, K, T>() };
        if (skips && skips::run_pairs::<I, K, T>(isa, x, y, out)) || K::whole(isa, x, y, out) {
            return;
        }
        match (x, y) {
            _ if x.len() == y.len() => pairs::<I, K, T, R>(isa, x, y, out),
            _ if K::LIGHT => unequal::<I, K, T>(isa, x, y, out),
            (x, &[y]) => {
                if K::by_one::<I>(isa, x, y, out) {
                    return;
                }
                let y = [y; SPREAD];
                for (out, x) in out.chunks_mut(SPREAD).zip(x.chunks(SPREAD)) {
                    pairs::<I, K, T, R>(isa, x, &y[..x.len()], out);
                }
            }
            (&[x], y) => {
                let x = [x; SPREAD];
                for (out, y) in out.chunks_mut(SPREAD).zip(y.chunks(SPREAD)) {
                    pairs::<I, K, T, R>(isa, &x[..y.len()], y, out);
                }
            }
            _ => check(x.len(), &[y.len()]),
        }
    }
    fn pairs<I: Isa, K: Binary<T>, T: Element, R: Rule>(
        isa: I,
        x: &[T],
        y: &[K::Second],
        out: &mut [K::Out],
    ) {
        check(out.len(), &[x.len(), y.len()]);
        let run = |x: &[T], y: &[K::Second], out: &mut [K::Out]| over::<I, K, T, R>(isa, x, y, out);
        if const { watch::looks::<R, T>() } {
            watch::two::<I, R, T, K::Second, K::Out>(isa, x, y, out, run);
        } else {
            run(x, y, out);
        }
    }
    /// As in `unary`.
    #[inline(always)]
    fn over<I: Isa, K: Binary<T>, T: Element, R: Rule>(
        isa: I,
        x: &[T],
        y: &[K::Second],
        out: &mut [K::Out],
    ) -> bool {
        if !K::RARE {
            return isa.vectorize(
                #[inline(always)]
                || whole::<I, K, T, R>(isa, x, y, out),
            );
        }
        let mut odd = false;
        let runs = x.chunks(RARE_BLOCK).zip(y.chunks(RARE_BLOCK));
        for (out, (x, y)) in out.chunks_mut(RARE_BLOCK).zip(runs) {
            let strange = isa.vectorize(
                #[inline(always)]
                || whole::<I, K, T, R>(isa, x, y, out),
            );
            if strange {
                redo_pairs::<I, K, T>(isa, x, y, out);
            }
            odd |= strange;
        }
        odd
    }
    /// As in `unary`.
    #[inline(always)]
    fn whole<I: Isa, K: Binary<T>, T: Element, R: Rule>(
        isa: I,
        x: &[T],
        y: &[K::Second],
        out: &mut [K::Out],
    ) -> bool {
        let (lanes, len) = (lanes::<T>(), out.len().min(x.len()).min(y.len()));
        if !(I::WIDE && K::HEAVY) {
            return each_pair::<I, K, T, R>(x, y, out);
        }
        if const { I::WIDE && K::PACKED } {
            return packs::two::<I, K, T>(isa, x, y, out);
        }
        let full = len - len % lanes;
        let mut odd = each_pair::<I, K, T, R>(&x[..full], &y[..full], &mut out[..full]);
        if full == len {
            return odd;
        }
        let (mut xs, mut ys) = ([x[0]; MOST_LANES], [y[0]; MOST_LANES]);
        let mut results = [K::Out::default(); MOST_LANES];
        if full > 0 {
            xs[..lanes].copy_from_slice(&x[len - lanes..len]);
            ys[..lanes].copy_from_slice(&y[len - lanes..len]);
        } else {
            xs[..len].copy_from_slice(&x[..len]);
            ys[..len].copy_from_slice(&y[..len]);
        }
        odd |= each_pair::<I, K, T, R>(&xs[..lanes], &ys[..lanes], &mut results[..lanes]);
        if full > 0 {
            out[len - lanes..len].copy_from_slice(&results[..lanes]);
        } else {
            out[..len].copy_from_slice(&results[..len]);
        }
        odd
    }
    Kernel {
        run: run::<I, K, T, R>,
        inputs: &[T::DTYPE, <K::Second as Element>::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: true,
        in_place: over_input_of_two::<K, T>(),
        skips: skips::two::<I, K, T>(),
        other: around::two::<I, K, T>(),
    }
}

/// Computes pairs, and tells whether one is rare or has an odd result.
#[inline(always)]
fn each_pair<I: Isa, K: Binary<T>, T: Element, R: Rule>(
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> bool {
    let mut odd = false;
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = K::call::<I>(I::element(x), I::element(y));
        if K::RARE {
            odd |= K::is_rare::<I>(x, y);
        }
        if const { watch::glances::<R, T>() } {
            odd |= o.is_odd(R::TINY);
        }
    }
    odd
}

/// Copies of a repeated input that are made at a time where its loop has no form of its own.
const SPREAD: usize = 256;

/// As [`redo`], for pairs.
#[cold]
fn redo_pairs<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
                if K::is_rare::<I>(x, y) {
                    *o = K::rare::<I>(x, y);
                }
            }
        },
    );
}

pub(crate) const fn ternary<I: Isa, K: Ternary<T>, T: Element, R: Rule>() -> Kernel<I> {
    fn run<I: Isa, K: Ternary<T>, T: Element>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x, y, z], [out]) = (ins, outs) else {
            panic!("three inputs, one output")
        };
        let (x, y, z, out) = (x.of::<T>(), y.of::<T>(), z.of::<T>(), out.of::<K::Out>());
        let len = out.len();
        match (y, z) {
            _ if [x.len(), y.len(), z.len()] == [len; 3] => triples::<I, K, T>(isa, x, y, z, out),
            (&[y], &[z]) if x.len() == len => isa.vectorize(
                #[inline(always)]
                || {
                    for (o, &x) in out.iter_mut().zip(x) {
                        *o = K::call::<I>(I::element(x), y, z);
                    }
                },
            ),
            _ => {
                let copies = [x, y, z].map(|run| [run[0]; SPREAD]);
                for run in [x, y, z].into_iter().filter(|run| run.len() != 1) {
                    check(len, &[run.len()]);
                }
                for (start, out) in (0..).step_by(SPREAD).zip(out.chunks_mut(SPREAD)) {
                    let piece = |run: usize| {
                        let (run, copies) = ([x, y, z][run], &copies[run]);
                        let own: &[T] = if run.len() == 1 {
                            copies
                        } else {
                            &run[start..]
                        };
                        &own[..out.len()]
                    };
                    triples::<I, K, T>(isa, piece(0), piece(1), piece(2), out);
                }
            }
        }
    }
    /// Three inputs of one length.
    fn triples<I: Isa, K: Ternary<T>, T: Element>(
        isa: I,
        x: &[T],
        y: &[T],
        z: &[T],
        out: &mut [K::Out],
    ) {
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
        repeats: true,
        in_place: false,
        skips: false,
        other: None,
    }
}
