//! Loops over packs of float16, for bodies that have them: nothing lies in memory between conversion,
//! computation and rounding, or a pack at most.
#![allow(
    clippy::needless_bitwise_bool,
    reason = "`||` branches, which stops vectorizing"
)]

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
use core::slice::{from_mut, from_ref};

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

/// What was seen of numbers whose results may raise exceptions.
struct Seen {
    least: [i16; PACK],
    most: [i16; PACK],
    deepest: [u16; PACK],
}

impl Seen {
    const NOTHING: Self = Self {
        least: [i16::MAX; PACK],
        most: [i16::MIN; PACK],
        deepest: [0; PACK],
    };

    /// Looks at a pack, where `quiet` has bounds.
    #[inline(always)]
    fn take(&mut self, x: &[f16; PACK], quiet: Quiet) {
        if quiet.least != Quiet::ALL.least {
            for (least, x) in self.least.iter_mut().zip(x) {
                *least = (*least).min(x.to_bits() as i16);
            }
        }
        if quiet.most != Quiet::ALL.most {
            for (most, x) in self.most.iter_mut().zip(x) {
                *most = (*most).max(x.to_bits() as i16);
            }
        }
        if quiet.deepest != Quiet::ALL.deepest {
            for (deepest, x) in self.deepest.iter_mut().zip(x) {
                *deepest = (*deepest).max(x.to_bits());
            }
        }
    }

    /// Whether all numbers are quiet.
    #[inline(always)]
    fn is_quiet(&self, quiet: Quiet) -> bool {
        let less = self.least.map(|x| x < quiet.least);
        let more = self.most.map(|x| x > quiet.most);
        let deeper = self.deepest.map(|x| x > quiet.deepest);
        !(packs::any(less) | packs::any(more) | packs::any(deeper))
    }
}

/// Whether one of some results may raise an exception. A look at what was rounded, after the loop, takes less than
/// one at each pack.
#[inline(always)]
fn is_odd<R: Rule>(results: &[f16]) -> bool {
    const LEAST: u16 = 0x0400;
    const INFINITE: u16 = 0x7c00;
    let odd = |odd: bool, y: &f16| {
        let bits = y.to_bits() & 0x7fff;
        // The least normal number may have been less before it was rounded.
        let tiny = bits.wrapping_sub(!R::TINY as u16) <= LEAST;
        odd | tiny | (bits >= INFINITE)
    };
    let (blocks, rest) = results.as_chunks::<{ 4 * PACK }>();
    let any = blocks
        .iter()
        .fold(false, |any, block| any | block.iter().fold(false, odd));
    any | rest.iter().fold(false, odd)
}

/// Computes a block, of which only results of quiet numbers matter: whether a result may raise an exception.
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
    let quiet = K::QUIET.unwrap_or(Quiet::ALL);
    let (mut seen, mut last) = (Seen::NOTHING, x_rest.is_empty());
    let (pairs, mut xs) = xs.as_chunks::<2>();
    let (out_pairs, mut outs) = outs.as_chunks_mut::<2>();
    for (x, out) in pairs.iter().zip(out_pairs) {
        let mut wide = [[0.0; PACK]; 2];
        K::pack_halves(isa, x, &mut wide, true);
        packs::round(isa, &wide[0], &mut out[0]);
        packs::round(isa, &wide[1], &mut out[1]);
        seen.take(&x[0], quiet);
        seen.take(&x[1], quiet);
    }
    loop {
        for (x, out) in xs.iter().zip(&mut *outs) {
            let mut wide = [0.0; PACK];
            K::pack_halves(isa, from_ref(x), from_mut(&mut wide), true);
            packs::round(isa, &wide, out);
            seen.take(x, quiet);
        }
        if last {
            break;
        }
        (xs, outs, last) = (from_ref(&filled), from_mut(&mut results), true);
    }
    if !out_rest.is_empty() {
        out_rest.copy_from_slice(&results[..out_rest.len()]);
    }
    match K::QUIET {
        Some(quiet) => !seen.is_quiet(quiet),
        None => is_odd::<R>(out),
    }
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
                K::pack_halves(isa, from_ref(&filled), from_mut(wide), false);
                *odd = packs::is_odd_half(wide, R::TINY);
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
