//! Logic on truth values of numbers, branch-free: true is what is not zero, NaN included.

use crate::{
    dtype::{Bool, Element},
    isa::Isa,
    kernel::{Binary, Unary},
};

/// Whether `x` is not zero.
#[inline(always)]
pub(crate) fn truth<T: Element>(x: T) -> bool {
    x != T::default()
}

macro_rules! logic {
    ($($(#[doc = $doc:literal])* $body:ident |$x:ident, $y:ident| $e:expr;)*) => {$(
        $(#[doc = $doc])*
        pub struct $body;

        impl<T: Element> Binary<T> for $body {
            type Second = T;
            type Out = Bool;
            // Loops over bytes; those over wider elements gain little by loops of their own.
            const LIGHT: bool = size_of::<T>() == 1;
            #[inline(always)]
            fn by_one<I: Isa>(isa: I, x: &[T], y: T, out: &mut [Bool]) -> bool {
                let $y = truth(y);
                isa.vectorize(
                    #[inline(always)]
                    move || {
                        for (out, &x) in out.iter_mut().zip(x) {
                            let $x = truth(I::element(x));
                            *out = Bool::from($e);
                        }
                    },
                );
                true
            }
            #[inline(always)]
            fn call<I: Isa>(x: T, y: T) -> Bool {
                let ($x, $y) = (truth(x), truth(y));
                Bool::from($e)
            }
        }
    )*};
}
logic! {
    /// Whether `x` and `y` are true.
    LogicalAnd |x, y| x & y;
    /// Whether `x` or `y` is true.
    LogicalOr |x, y| x | y;
    /// Whether just one of `x` and `y` is true.
    LogicalXor |x, y| x ^ y;
}

/// Whether `x` is false.
pub struct LogicalNot;

impl<T: Element> Unary<T> for LogicalNot {
    type Out = Bool;
    #[inline(always)]
    fn call<I: Isa>(x: T) -> Bool {
        Bool::from(!truth(x))
    }
}
