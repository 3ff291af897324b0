//! Loops: one shape per arity, over contiguous runs of equal length.

mod binary;
mod element;
mod halves;
mod packs;
mod ternary;
mod unary;

pub(crate) use self::{binary::binary, packs::one2, ternary::ternary, unary::unary};
pub use self::{
    element::{Binary, Binary2, Quiet, Ternary, Unary, Unary2},
    packs::PACK,
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

/// Elements of the widest vector of the narrowest type that heavy loops are over.
const MOST_LANES: usize = 16;

/// Elements of the widest vector.
#[inline(always)]
const fn lanes<T>() -> usize {
    MOST_LANES * size_of::<f32>() / size_of::<T>()
}

/// Elements between two looks at whether one of them was rare.
pub(crate) const RARE_BLOCK: usize = 512;

/// Copies of a repeated input that are made at a time where its loop has no form of its own.
const SPREAD: usize = 256;
