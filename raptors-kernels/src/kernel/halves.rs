//! Loops over packs of float16, for bodies that the widest level has in vectors: nothing lies in memory
//! between conversion, computation and rounding.

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
    if I::WIDE && K::HALVES {
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

/// Computes a block: whether a result may raise an exception.
#[inline(always)]
fn rounded<I: Isa, K: Unary<T>, T: Element, R: Rule>(isa: I, x: &[f16], out: &mut [f16]) -> bool {
    let (mut xs, x_rest) = x.as_chunks::<PACK>();
    let (mut outs, out_rest) = out.as_chunks_mut::<PACK>();
    let Some(&first) = x.first() else {
        return false;
    };
    let (mut filled, mut results) = ([first; PACK], [f16::ZERO; PACK]);
    if !x_rest.is_empty() {
        filled[..x_rest.len()].copy_from_slice(x_rest);
    }
    let (mut extent, mut last) = (packs::Extent::NONE, x_rest.is_empty());
    let (mut least, mut most) = ([i16::MAX; PACK], [0u16; PACK]);
    loop {
        for (x, out) in xs.iter().zip(&mut *outs) {
            let mut wide = [0.0; PACK];
            K::pack_halves(isa, x, &mut wide);
            let Some(quiet) = K::QUIET else {
                extent.round(isa, &wide, out, R::TINY);
                continue;
            };
            packs::Extent::just_round(isa, &wide, out);
            if quiet.least != Quiet::ALL.least {
                for (least, x) in least.iter_mut().zip(x) {
                    *least = (*least).min(x.to_bits() as i16);
                }
            }
            if quiet.most != Quiet::ALL.most {
                for (most, x) in most.iter_mut().zip(x) {
                    *most = (*most).max(x.to_bits() & 0x7fff);
                }
            }
        }
        if last {
            break;
        }
        (xs, outs, last) = (from_ref(&filled), from_mut(&mut results), true);
    }
    if !out_rest.is_empty() {
        out_rest.copy_from_slice(&results[..out_rest.len()]);
    }
    if let Some(quiet) = K::QUIET {
        return least.iter().any(|&x| x < quiet.least) || most.iter().any(|&x| x > quiet.most);
    }
    extent.is_odd()
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
                K::pack_halves(isa, &filled, wide);
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
