//! Loops over packs of float16, for bodies that have them: nothing lies in memory between conversion,
//! computation and rounding, or a pack at most.

use super::{PACK, Quiet, Unary, check};
use crate::{
    arch::packs,
    bound::Run,
    dtype::{Element, f16},
    isa::Isa,
    slice::{In, Out},
    status::{Aside, Status},
    watch::{self, Rule},
};
use core::{
    marker::PhantomData,
    slice::{from_mut, from_ref},
};

/// Elements between two looks: so few that most blocks have no odd result where some elements have.
const BLOCK: usize = 256;

/// The loop over float16, if there is one.
pub(super) const fn loop_of<I: Isa, K: Unary<T>, T: Element, R: Rule>() -> Option<Run<I>> {
    if (I::WIDE && K::HALVES) || (I::HALVES && K::PLAIN_HALVES) {
        return Some(run::<I, K, T, R>);
    }
    None
}

fn run<I: Isa, K: Unary<T>, T: Element, R: Rule>(isa: I, ins: &[In<'_>], outs: &mut [Out<'_>]) {
    let ([x], [out]) = (ins, outs) else {
        panic!("one input, one output")
    };
    let (x, out) = (x.of::<f16>(), out.of::<f16>());
    check(out.len(), &[x.len()]);
    let mut aside = Aside::set();
    for (x, out) in x.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let odd = isa.vectorize(
            #[inline(always)]
            || rounded::<I, K, T, R>(isa, x, out),
        );
        if odd {
            aside = again::<I, K, T, R>(isa, x, out, aside);
        }
    }
    aside.end(Status::NONE);
}

/// What was seen of a block: of the numbers, or of the results.
struct Seen<T, K, R> {
    extent: packs::Extent,
    least: [i16; PACK],
    most: [u16; PACK],
    of: PhantomData<(T, K, R)>,
}

impl<T: Element, K: Unary<T>, R: Rule> Seen<T, K, R> {
    const NOTHING: Self = Self {
        extent: packs::Extent::NONE,
        least: [i16::MAX; PACK],
        most: [0; PACK],
        of: PhantomData,
    };

    /// Rounds a pack to float16.
    #[inline(always)]
    fn round<I: Isa>(
        &mut self,
        isa: I,
        x: &[f16; PACK],
        wide: &[f32; PACK],
        out: &mut [f16; PACK],
    ) {
        let Some(quiet) = K::QUIET else {
            return self.extent.round(isa, wide, out, R::TINY);
        };
        packs::Extent::just_round(isa, wide, out);
        if quiet.least != Quiet::ALL.least {
            for (least, x) in self.least.iter_mut().zip(x) {
                *least = (*least).min(x.to_bits() as i16);
            }
        }
        if quiet.most != Quiet::ALL.most {
            for (most, x) in self.most.iter_mut().zip(x) {
                *most = (*most).max(x.to_bits() & 0x7fff);
            }
        }
    }

    /// Whether a result may raise an exception.
    #[inline(always)]
    fn is_odd(&self) -> bool {
        let Some(quiet) = K::QUIET else {
            return self.extent.is_odd();
        };
        let less = self.least.map(|x| x < quiet.least);
        let more = self.most.map(|x| x > quiet.most);
        packs::any(less) | packs::any(more)
    }
}

/// Computes a block: whether a result may raise an exception.
#[inline(always)]
fn rounded<I: Isa, K: Unary<T>, T: Element, R: Rule>(isa: I, x: &[f16], out: &mut [f16]) -> bool {
    let (xs, x_rest) = x.as_chunks::<PACK>();
    let (outs, out_rest) = out.as_chunks_mut::<PACK>();
    let Some(&first) = x.first() else {
        return false;
    };
    let (mut filled, mut results) = ([first; PACK], [f16::ZERO; PACK]);
    if !x_rest.is_empty() {
        filled[..x_rest.len()].copy_from_slice(x_rest);
    }
    let (mut seen, mut last) = (Seen::<T, K, R>::NOTHING, x_rest.is_empty());
    let (pairs, mut xs) = xs.as_chunks::<2>();
    let (out_pairs, mut outs) = outs.as_chunks_mut::<2>();
    for (x, out) in pairs.iter().zip(out_pairs) {
        let mut wide = [[0.0; PACK]; 2];
        K::pack_halves(isa, x, &mut wide);
        seen.round(isa, &x[0], &wide[0], &mut out[0]);
        seen.round(isa, &x[1], &wide[1], &mut out[1]);
    }
    loop {
        for (x, out) in xs.iter().zip(&mut *outs) {
            let mut wide = [0.0; PACK];
            K::pack_halves(isa, from_ref(x), from_mut(&mut wide));
            seen.round(isa, x, &wide, out);
        }
        if last {
            break;
        }
        (xs, outs, last) = (from_ref(&filled), from_mut(&mut results), true);
    }
    if !out_rest.is_empty() {
        out_rest.copy_from_slice(&results[..out_rest.len()]);
    }
    seen.is_odd()
}

/// Computes a block once more, to raise what its results and their rounding raise.
#[cold]
fn again<I: Isa, K: Unary<T>, T: Element, R: Rule>(
    isa: I,
    x: &[f16],
    out: &mut [f16],
    aside: Aside,
) -> Aside {
    const PACKS: usize = BLOCK / PACK;
    let (mut wide, mut odd) = ([[0.0f32; PACK]; PACKS], [false; PACKS]);
    isa.vectorize(
        #[inline(always)]
        || {
            for ((x, wide), odd) in x.chunks(PACK).zip(&mut wide).zip(&mut odd) {
                let mut filled = [f16::ONE; PACK];
                filled[..x.len()].copy_from_slice(x);
                K::pack_halves(isa, from_ref(&filled), from_mut(wide));
                *odd = packs::Extent::is_odd_pack(wide, R::TINY);
            }
        },
    );
    let mut seen = Status::NONE;
    for ((x, wide), odd) in x.chunks(PACK).zip(&wide).zip(odd) {
        if odd {
            seen |= watch::halves::<R>(isa, x, &wide[..x.len()]);
        }
    }
    aside.end(seen);
    isa.narrow_to_halves(&wide.as_flattened()[..x.len()], out);
    Aside::set()
}
