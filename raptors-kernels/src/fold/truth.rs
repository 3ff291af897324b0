//! Folds of truth values: any, all, how many, an odd number.

use super::op::Op;
use crate::{
    dtype::{Bool, Complex32, Complex64, Element},
    isa::Isa,
};

/// Whether one element is not zero.
#[derive(Clone, Copy, Default)]
pub(crate) struct Any;
/// Whether no element is zero.
#[derive(Clone, Copy, Default)]
pub(crate) struct All;
/// How many elements are not zero.
#[derive(Clone, Copy, Default)]
pub(crate) struct CountNonzero;
/// One if no element is zero, else zero: the product of truth values.
#[derive(Clone, Copy, Default)]
pub(crate) struct AllCounted;
/// Whether an odd number of elements is not zero.
#[derive(Clone, Copy, Default)]
pub(crate) struct Xor;

/// How many elements are NaN.
#[derive(Clone, Copy, Default)]
pub(crate) struct CountNan;

/// Bytes that are counted side by side.
const LANES: usize = 64;
/// Bytes looked at before asking whether the answer is known.
const BLOCK: usize = 2048;

/// A number that is true unless it is zero.
pub(crate) trait Truth: Element {
    /// Elements whose truths `count` can add without overflow.
    const COUNTED: usize;
    /// Whether the number is not zero.
    fn truth(self) -> bool;
    /// How many of at most [`Self::COUNTED`] elements are not zero.
    fn count<I: Isa>(x: &[Self]) -> u64;
    /// Whether one is not zero.
    fn any<I: Isa>(x: &[Self]) -> bool;
    /// Whether one is zero.
    fn any_zero<I: Isa>(x: &[Self]) -> bool;
}

macro_rules! truth {
    // `$bits` is as wide as the element, or its parts, so that masks need no conversion.
    ($($t:ident through $bits:ident counted $counted:expr, |$x:ident| $e:expr;)*) => {$(
        impl Truth for $t {
            const COUNTED: usize = $counted;
            #[inline(always)]
            fn truth(self) -> bool {
                let $x = self;
                $e
            }
            #[inline(always)]
            fn count<I: Isa>(x: &[Self]) -> u64 {
                x.iter().fold(0 as $bits, |n, &x| n.wrapping_add(I::element(x).truth() as $bits)) as u64
            }
            #[inline(always)]
            fn any<I: Isa>(x: &[Self]) -> bool {
                x.iter().fold(0 as $bits, |n, &x| n | I::element(x).truth() as $bits) != 0
            }
            #[inline(always)]
            fn any_zero<I: Isa>(x: &[Self]) -> bool {
                x.iter().fold(0 as $bits, |n, &x| n | !I::element(x).truth() as $bits) != 0
            }
        }
    )*};
}
impl Truth for u8 {
    const COUNTED: usize = 255 * LANES;
    #[inline(always)]
    fn truth(self) -> bool {
        self != 0
    }
    #[inline(always)]
    fn count<I: Isa>(x: &[Self]) -> u64 {
        // A lane of one byte holds up to 255.
        let mut lanes = [0_u8; LANES];
        let (rows, rest) = x.as_chunks::<LANES>();
        for row in rows {
            for k in 0..LANES {
                lanes[k] += u8::from(I::element(row[k]).truth());
            }
        }
        let rest = rest.iter().map(|&x| u64::from(I::element(x).truth()));
        lanes.iter().map(|&lane| u64::from(lane)).sum::<u64>() + rest.sum::<u64>()
    }
    #[inline(always)]
    fn any<I: Isa>(x: &[Self]) -> bool {
        x.iter().fold(0, |n, &x| n | I::element(x)) != 0
    }
    #[inline(always)]
    fn any_zero<I: Isa>(x: &[Self]) -> bool {
        x.iter()
            .fold(0, |n, &x| n | u8::from(!I::element(x).truth()))
            != 0
    }
}

truth!(
    u16 through u16 counted 65_535, |x| x != 0;
    u32 through u32 counted 1 << 20, |x| x != 0;
    u64 through u64 counted 1 << 20, |x| x != 0;
    f32 through u32 counted 1 << 20, |x| x != 0.0;
    f64 through u64 counted 1 << 20, |x| x != 0.0;
    Complex32 through u32 counted 1 << 20, |x| (x.re != 0.0) | (x.im != 0.0);
    Complex64 through u64 counted 1 << 20, |x| (x.re != 0.0) | (x.im != 0.0);
);

/// Elements in a block.
#[inline(always)]
const fn block<T>() -> usize {
    BLOCK / size_of::<T>()
}

impl<T: Truth> Op<T> for Any {
    type Acc = Bool;
    const EMPTY: Option<Bool> = Some(Bool::FALSE);
    #[inline(always)]
    fn lift(self, x: T) -> Bool {
        Bool::from(x.truth())
    }
    #[inline(always)]
    fn join(self, a: Bool, b: Bool) -> Bool {
        Bool::from(a.get() | b.get())
    }
    #[inline(always)]
    fn run<I: Isa>(self, isa: I, x: &[T]) -> Bool {
        isa.vectorize(
            #[inline(always)]
            || Bool::from(x.chunks(block::<T>()).any(T::any::<I>)),
        )
    }
}

impl<T: Truth> Op<T> for All {
    type Acc = Bool;
    const EMPTY: Option<Bool> = Some(Bool::TRUE);
    #[inline(always)]
    fn lift(self, x: T) -> Bool {
        Bool::from(x.truth())
    }
    #[inline(always)]
    fn join(self, a: Bool, b: Bool) -> Bool {
        Bool::from(a.get() & b.get())
    }
    #[inline(always)]
    fn run<I: Isa>(self, isa: I, x: &[T]) -> Bool {
        isa.vectorize(
            #[inline(always)]
            || Bool::from(!x.chunks(block::<T>()).any(T::any_zero::<I>)),
        )
    }
}

impl<T: Truth> Op<T> for CountNonzero {
    type Acc = u64;
    const EMPTY: Option<u64> = Some(0);
    #[inline(always)]
    fn lift(self, x: T) -> u64 {
        u64::from(x.truth())
    }
    #[inline(always)]
    fn join(self, a: u64, b: u64) -> u64 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn run<I: Isa>(self, isa: I, x: &[T]) -> u64 {
        isa.vectorize(
            #[inline(always)]
            || x.chunks(T::COUNTED).map(T::count::<I>).sum(),
        )
    }
}

macro_rules! count_nan {
    // `$lane` is as wide as the element, or its parts, so that masks need no conversion.
    ($($t:ident $lane:ident)*) => {$(
        impl Op<$t> for CountNan {
            type Acc = u64;
            const EMPTY: Option<u64> = Some(0);
            #[inline(always)]
            fn lift(self, x: $t) -> u64 {
                u64::from(x.is_nan())
            }
            #[inline(always)]
            fn join(self, a: u64, b: u64) -> u64 {
                a.wrapping_add(b)
            }
            #[inline(always)]
            fn run<I: Isa>(self, isa: I, x: &[$t]) -> u64 {
                isa.vectorize(
                    #[inline(always)]
                    || {
                        x.chunks(1 << 20)
                            .map(|x| {
                                x.iter().fold(0 as $lane, |n, &x| n + I::element(x).is_nan() as $lane)
                                    as u64
                            })
                            .sum()
                    },
                )
            }
        }
    )*};
}
count_nan!(f32 u32 f64 u64 Complex32 u32 Complex64 u64);

impl Op<u8> for Xor {
    type Acc = Bool;
    const EMPTY: Option<Bool> = Some(Bool::FALSE);
    #[inline(always)]
    fn lift(self, x: u8) -> Bool {
        Bool::from(x.truth())
    }
    #[inline(always)]
    fn join(self, a: Bool, b: Bool) -> Bool {
        Bool::from(a.get() ^ b.get())
    }
    #[inline(always)]
    fn run<I: Isa>(self, isa: I, x: &[u8]) -> Bool {
        Bool::from(CountNonzero.run(isa, x) % 2 == 1)
    }
}

impl Op<u8> for AllCounted {
    type Acc = u64;
    const EMPTY: Option<u64> = Some(1);
    #[inline(always)]
    fn lift(self, x: u8) -> u64 {
        u64::from(x.truth())
    }
    #[inline(always)]
    fn join(self, a: u64, b: u64) -> u64 {
        a.wrapping_mul(b)
    }
    #[inline(always)]
    fn run<I: Isa>(self, isa: I, x: &[u8]) -> u64 {
        u64::from(All.run(isa, x).get())
    }
}
