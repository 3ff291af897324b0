//! Floating-point functions that hardware computes.

use crate::{isa::Isa, kernel::Unary, number::Float};

/// The square root.
pub struct Sqrt;

impl<T: Float> Unary<T> for Sqrt {
    type Out = T;
    #[inline(always)]
    fn call<I: Isa>(x: T) -> T {
        x.sqrt()
    }
}
