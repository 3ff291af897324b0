//! The loop of two inputs and one output.

use super::{Binary, Kernel, MOST_LANES, RARE_BLOCK, SPREAD, check, lanes, packs};
use crate::{
    around,
    dtype::Element,
    gaps,
    isa::Isa,
    skips,
    slice::{In, Out},
    unequal::{over_input_of_two, unequal},
    watch::{self, Rule, Watched},
};

pub(crate) const fn binary<I: Isa, K: Binary<T>, T: Element, R: Rule>() -> Kernel<I> {
    Kernel {
        run: K::run::<I, R>,
        inputs: &[T::DTYPE, <K::Second as Element>::DTYPE],
        outputs: &[<K::Out as Element>::DTYPE],
        repeats: true,
        in_place: over_input_of_two::<K, T>(),
        skips: skips::two::<I, K, T>(),
        other: around::two::<I, K, T>(),
        spaced: gaps::two::<I, K, T, R>(),
    }
}

/// The loop of a body, as in `unary`.
trait Run<T: Element>: Binary<T> + Sized {
    fn run<I: Isa, R: Rule>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
        let ([x, y], [out]) = (ins, outs) else {
            panic!("two inputs, one output")
        };
        let (x, y, out) = (x.of::<T>(), y.of::<Self::Second>(), out.of::<Self::Out>());
        let skips = const { skips::two::<I, Self, T>() };
        if (skips && skips::run_pairs::<I, Self, T>(isa, x, y, out)) || Self::whole(isa, x, y, out)
        {
            return;
        }
        match (x, y) {
            _ if x.len() == y.len() => Self::pairs::<I, R>(isa, x, y, out),
            _ if Self::LIGHT => unequal::<I, Self, T>(isa, x, y, out),
            (x, &[y]) => {
                if Self::by_one::<I>(isa, x, y, out) {
                    return;
                }
                let y = [y; SPREAD];
                for (out, x) in out.chunks_mut(SPREAD).zip(x.chunks(SPREAD)) {
                    Self::pairs::<I, R>(isa, x, &y[..x.len()], out);
                }
            }
            (&[x], y) => {
                let x = [x; SPREAD];
                for (out, y) in out.chunks_mut(SPREAD).zip(y.chunks(SPREAD)) {
                    Self::pairs::<I, R>(isa, &x[..y.len()], y, out);
                }
            }
            _ => check(x.len(), &[y.len()]),
        }
    }
    fn pairs<I: Isa, R: Rule>(isa: I, x: &[T], y: &[Self::Second], out: &mut [Self::Out]) {
        check(out.len(), &[x.len(), y.len()]);
        let run = |x: &[T], y: &[Self::Second], out: &mut [Self::Out]| {
            over::<I, Self, T, R>(isa, x, y, out)
        };
        if const { watch::looks::<R, T>() } {
            watch::two::<I, R, T, Self::Second, Self::Out>(isa, x, y, out, run);
        } else {
            run(x, y, out);
        }
    }
}

impl<T: Element, K: Binary<T>> Run<T> for K {}

/// As in `unary`.
#[inline(always)]
fn over<I: Isa, K: Binary<T>, T: Element, R: Rule>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> bool {
    if !K::RARE {
        return isa
            .vectorize(
                #[inline(always)]
                || whole::<I, K, T, R>(isa, x, y, out),
            )
            .odd;
    }
    let mut odd = false;
    let runs = x.chunks(RARE_BLOCK).zip(y.chunks(RARE_BLOCK));
    for (out, (x, y)) in out.chunks_mut(RARE_BLOCK).zip(runs) {
        if K::together::<I>(isa, x, y, out) {
            odd = true;
            continue;
        }
        let seen = isa.vectorize(
            #[inline(always)]
            || whole::<I, K, T, R>(isa, x, y, out),
        );
        if seen.rare {
            redo_pairs::<I, K, T>(isa, x, y, out);
        }
        odd |= seen.rare | seen.odd;
    }
    odd
}

/// What a loop over pairs saw.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// A pair that is left to [`Binary::rare`].
    rare: bool,
    /// A result that is tiny, infinite or NaN.
    odd: bool,
}

/// As in `unary`.
#[inline(always)]
fn whole<I: Isa, K: Binary<T>, T: Element, R: Rule>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> Seen {
    let (lanes, len) = (lanes::<T>(), out.len().min(x.len()).min(y.len()));
    if !(I::WIDE && K::HEAVY) {
        return each_pair::<I, K, T, R>(x, y, out);
    }
    if const { I::WIDE && K::PACKED } {
        let any = packs::two::<I, K, T>(isa, x, y, out);
        return Seen {
            rare: any,
            odd: any,
        };
    }
    let full = len - len % lanes;
    let seen = each_pair::<I, K, T, R>(&x[..full], &y[..full], &mut out[..full]);
    if full == len {
        return seen;
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
    let last = each_pair::<I, K, T, R>(&xs[..lanes], &ys[..lanes], &mut results[..lanes]);
    if full > 0 {
        out[len - lanes..len].copy_from_slice(&results[..lanes]);
    } else {
        out[..len].copy_from_slice(&results[..len]);
    }
    Seen {
        rare: seen.rare | last.rare,
        odd: seen.odd | last.odd,
    }
}

/// Computes pairs.
#[inline(always)]
fn each_pair<I: Isa, K: Binary<T>, T: Element, R: Rule>(
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> Seen {
    let mut seen = Seen::default();
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = K::call::<I>(I::element(x), I::element(y));
        if K::RARE {
            seen.rare |= K::is_rare::<I>(x, y);
        }
        if const { watch::glances::<R, T>() } {
            seen.odd |= o.is_odd(R::TINY);
        }
    }
    seen
}

/// Pairs that are looked at before any of them is computed again.
const LOOKED: usize = 64;

/// As in `unary`, for pairs. Which are rare is told by vectors: in one loop with what is computed again, each pair
/// would be looked at on its own.
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
            let runs = x.chunks(LOOKED).zip(y.chunks(LOOKED));
            for (out, (x, y)) in out.chunks_mut(LOOKED).zip(runs) {
                let mut rare = [false; LOOKED];
                for ((rare, &x), &y) in rare.iter_mut().zip(x).zip(y) {
                    *rare = K::is_rare::<I>(I::element(x), I::element(y));
                }
                if !rare.contains(&true) {
                    continue;
                }
                for (((o, &x), &y), rare) in out.iter_mut().zip(x).zip(y).zip(rare) {
                    if rare {
                        *o = K::rare::<I>(x, y);
                    }
                }
            }
        },
    );
}
