//! Loops over packs: for bodies that the widest level has in vectors that are written out.

use super::{Binary, Quiet, Unary, Unary2};
use crate::{
    dtype::Element,
    isa::Isa,
    watch::{self, Rule},
};
use core::slice::{from_mut, from_ref};

/// Elements of a pack.
pub const PACK: usize = 16;

/// The run in packs, of which the last one is filled up: whether a result is odd.
#[inline(always)]
pub(super) fn one<I: Isa, K: Unary<T>, T: Element, R: Rule>(
    isa: I,
    x: &[T],
    out: &mut [K::Out],
) -> bool {
    let Some(&first) = x.first() else {
        return false;
    };
    let (xs, x_rest) = x.as_chunks::<PACK>();
    let (outs, out_rest) = out.as_chunks_mut::<PACK>();
    let (mut filled, mut results) = ([first; PACK], [K::Out::default(); PACK]);
    filled[..x_rest.len()].copy_from_slice(x_rest);
    let (mut odd, mut last) = (false, x_rest.is_empty());
    // A pack of larger elements is two vectors as it is.
    let paired = if const { size_of::<T>() == 4 } {
        xs.len() & !1
    } else {
        0
    };
    let ((pairs, mut xs), (out_pairs, mut outs)) = (xs.split_at(paired), outs.split_at_mut(paired));
    let (pairs, out_pairs) = (pairs.as_chunks::<2>().0, out_pairs.as_chunks_mut::<2>().0);
    for (x, out) in pairs.iter().zip(out_pairs) {
        odd |= K::pack(isa, x, out);
        odd |= is_odd::<I, K, T, R>(isa, &x[0], &out[0]);
        odd |= is_odd::<I, K, T, R>(isa, &x[1], &out[1]);
    }
    loop {
        for (x, out) in xs.iter().zip(&mut *outs) {
            odd |= K::pack(isa, from_ref(x), from_mut(out));
            odd |= is_odd::<I, K, T, R>(isa, x, out);
        }
        if last {
            break;
        }
        // Once more around the one loop, which is long.
        (xs, outs, last) = (from_ref(&filled), from_mut(&mut results), true);
    }
    out_rest.copy_from_slice(&results[..out_rest.len()]);
    odd
}

/// Whether one of a pack is rare or has an odd result, where that matters and was not told.
#[inline(always)]
fn is_odd<I: Isa, K: Unary<T>, T: Element, R: Rule>(
    isa: I,
    x: &[T; PACK],
    out: &[K::Out; PACK],
) -> bool {
    if K::TELLS {
        return false;
    }
    let mut odd = false;
    if const { watch::glances::<R, T>() && !K::TAME && !Quiet::is_all(K::QUIET) } {
        odd |= K::is_odd_pack(isa, out, R::TINY);
    }
    if K::RARE {
        odd |= x.iter().fold(false, |rare, &x| rare | K::is_rare::<I>(x));
    }
    odd
}

/// As [`one`], for pairs: whether one is rare or has an odd result.
#[inline(always)]
pub(super) fn two<I: Isa, K: Binary<T>, T: Element>(
    isa: I,
    x: &[T],
    y: &[K::Second],
    out: &mut [K::Out],
) -> bool {
    let (Some(&one), Some(&two)) = (x.first(), y.first()) else {
        return false;
    };
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<PACK>(), y.as_chunks::<PACK>());
    let (outs, out_rest) = out.as_chunks_mut::<PACK>();
    let (mut x_filled, mut y_filled) = ([one; PACK], [two; PACK]);
    x_filled[..x_rest.len()].copy_from_slice(x_rest);
    y_filled[..y_rest.len()].copy_from_slice(y_rest);
    let mut results = [K::Out::default(); PACK];
    let (mut odd, mut last) = (false, x_rest.is_empty());
    let paired = if const { size_of::<T>() == 4 } {
        xs.len().min(ys.len()).min(outs.len()) & !1
    } else {
        0
    };
    let ((x_pairs, mut xs), (y_pairs, mut ys)) = (xs.split_at(paired), ys.split_at(paired));
    let (out_pairs, mut outs) = outs.split_at_mut(paired);
    let pairs = x_pairs
        .as_chunks::<2>()
        .0
        .iter()
        .zip(y_pairs.as_chunks::<2>().0);
    for (out, (x, y)) in out_pairs.as_chunks_mut::<2>().0.iter_mut().zip(pairs) {
        odd |= K::pack(isa, x, y, out);
    }
    loop {
        for (out, (x, y)) in outs.iter_mut().zip(xs.iter().zip(ys)) {
            odd |= K::pack(isa, from_ref(x), from_ref(y), from_mut(out));
        }
        if last {
            break;
        }
        (xs, ys) = (from_ref(&x_filled), from_ref(&y_filled));
        (outs, last) = (from_mut(&mut results), true);
    }
    out_rest.copy_from_slice(&results[..out_rest.len()]);
    odd
}

/// As [`one`], of what has two results, none of which is looked at.
#[inline(always)]
pub(crate) fn one2<I: Isa, K: Unary2<T>, T: Element>(
    isa: I,
    x: &[T],
    first: &mut [K::Out],
    second: &mut [K::Out2],
) {
    let (xs, x_rest) = x.as_chunks::<PACK>();
    let (firsts, first_rest) = first.as_chunks_mut::<PACK>();
    let (seconds, second_rest) = second.as_chunks_mut::<PACK>();
    for ((first, second), x) in firsts.iter_mut().zip(seconds).zip(xs) {
        K::pack(isa, x, first, second);
    }
    if x_rest.is_empty() {
        return;
    }
    let mut filled = [x_rest[0]; PACK];
    filled[..x_rest.len()].copy_from_slice(x_rest);
    let (mut one, mut two) = ([K::Out::default(); PACK], [K::Out2::default(); PACK]);
    K::pack(isa, &filled, &mut one, &mut two);
    first_rest.copy_from_slice(&one[..first_rest.len()]);
    second_rest.copy_from_slice(&two[..second_rest.len()]);
}
