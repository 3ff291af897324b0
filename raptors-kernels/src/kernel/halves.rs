//! Loops over packs of float16, for bodies that the widest level has in vectors: nothing lies in memory
//! between conversion, computation and rounding.

use super::{PACK, Unary, check};
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

/// Elements between two looks: what was computed is still in the cache.
const BLOCK: usize = 1024;

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
    filled[..x_rest.len()].copy_from_slice(x_rest);
    let (mut extent, mut last) = (packs::Extent::NONE, x_rest.is_empty());
    loop {
        for (x, out) in xs.iter().zip(&mut *outs) {
            let mut wide = [0.0; PACK];
            K::pack_halves(isa, x, &mut wide);
            extent.round(isa, &wide, out, R::TINY);
        }
        if last {
            break;
        }
        (xs, outs, last) = (from_ref(&filled), from_mut(&mut results), true);
    }
    out_rest.copy_from_slice(&results[..out_rest.len()]);
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
    let mut wide = [0.0f32; BLOCK];
    isa.vectorize(
        #[inline(always)]
        || {
            for (x, wide) in x.chunks(PACK).zip(wide.as_chunks_mut::<PACK>().0) {
                let mut filled = [f16::ONE; PACK];
                filled[..x.len()].copy_from_slice(x);
                K::pack_halves(isa, &filled, wide);
            }
        },
    );
    let wide = &wide[..x.len()];
    aside.end(watch::halves::<R>(isa, x, wide));
    isa.narrow_to_halves(wide, out);
    Aside::set()
}
