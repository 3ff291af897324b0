//! Folds of integers, which wrap and so do not depend on their order.

use super::op::Op;
use crate::{dtype::Element, isa::Isa};

/// `x[0] + x[1] + …`, wrapping in 64 bits.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sum;
/// `x[0] * x[1] * …`, wrapping in 64 bits.
#[derive(Clone, Copy, Default)]
pub(crate) struct Prod;
/// `x[0] & x[1] & …`
#[derive(Clone, Copy, Default)]
pub(crate) struct And;
/// `x[0] | x[1] | …`
#[derive(Clone, Copy, Default)]
pub(crate) struct Or;
/// `x[0] ^ x[1] ^ …`
#[derive(Clone, Copy, Default)]
pub(crate) struct Xor;

/// Elements summed in 32 bits before the sum is widened: 2¹⁵ of 16 bits cannot overflow.
const NARROW: usize = 1 << 15;

/// Joins in order; the compiler makes as many partial results as it likes.
#[inline(always)]
fn plain<I: Isa, T: Element, O: Op<T>>(isa: I, op: O, x: &[T]) -> O::Acc {
    isa.vectorize(
        #[inline(always)]
        || super::op::sequential::<I, T, O>(op, x),
    )
}

macro_rules! widen {
    ($($t:ident through $wide:ident $($narrow:ident)?,)*) => {$(
        impl Op<$t> for Sum {
            type Acc = u64;
            const EMPTY: Option<u64> = Some(0);
            #[inline(always)]
            fn lift(self, x: $t) -> u64 {
                x as $wide as u64
            }
            #[inline(always)]
            fn join(self, a: u64, b: u64) -> u64 {
                a.wrapping_add(b)
            }
            widen!(@ $t $wide $($narrow)?);
        }
    )*};
    (@ $t:ident $wide:ident) => {
        #[inline(always)]
        fn run<I: Isa>(self, isa: I, x: &[$t]) -> u64 {
            plain(isa, self, x)
        }
    };
    (@ $t:ident $wide:ident $narrow:ident) => {
        #[inline(always)]
        fn run<I: Isa>(self, isa: I, x: &[$t]) -> u64 {
            isa.vectorize(
                #[inline(always)]
                || {
                    let mut sum = 0u64;
                    for block in x.chunks(NARROW) {
                        let mut partial: $narrow = 0;
                        for &x in block {
                            partial = partial.wrapping_add(I::element(x) as $narrow);
                        }
                        sum = sum.wrapping_add(partial as $wide as u64);
                    }
                    sum
                },
            )
        }
    };
}
widen!(i8 through i64 i32, i16 through i64 i32, i32 through i64, u8 through u64 u32,
    u16 through u64 u32, u32 through u64, u64 through u64,);

impl Op<u64> for Prod {
    type Acc = u64;
    // What products of some dozens of numbers, half of them even, have wrapped to.
    const FINAL: Option<u64> = Some(0);
    const EMPTY: Option<u64> = Some(1);
    #[inline(always)]
    fn lift(self, x: u64) -> u64 {
        x
    }
    #[inline(always)]
    fn join(self, a: u64, b: u64) -> u64 {
        a.wrapping_mul(b)
    }
    #[inline(always)]
    fn run<I: Isa>(self, isa: I, x: &[u64]) -> u64 {
        plain(isa, self, x)
    }
}

macro_rules! bitwise {
    ($($op:ident $join:tt $empty:expr;)*) => {$(
        bitwise!(@ $op $join $empty, u8 u16 u32 u64);
    )*};
    (@ $op:ident $join:tt $empty:expr, $($t:ident)*) => {$(
        impl Op<$t> for $op {
            type Acc = $t;
            const FREE: bool = true;
            const EMPTY: Option<$t> = Some($empty as $t);
            #[inline(always)]
            fn lift(self, x: $t) -> $t {
                x
            }
            #[inline(always)]
            fn join(self, a: $t, b: $t) -> $t {
                a $join b
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> $t {
                plain(isa, self, x)
            }
        }
    )*};
}
bitwise!(And & u64::MAX; Or | 0u64; Xor ^ 0u64;);
