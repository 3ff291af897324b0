//! Comparisons.

use crate::{
    dtype::{Bool, Element},
    isa::Isa,
    kernel::Binary,
};

/// `x < y`.
pub struct Less;

impl<T: Element + PartialOrd> Binary<T> for Less {
    type Second = T;
    type Out = Bool;
    #[inline(always)]
    fn call<I: Isa>(x: T, y: T) -> Bool {
        Bool::from(x < y)
    }
}
