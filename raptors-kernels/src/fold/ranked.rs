//! Elements with a place in an order, and the lanes that tell where they are.

use super::{
    extrema::{Extreme, Lexicographic, Order},
    op::Op as _,
};
use crate::{
    dtype::{Bool, Complex32, Complex64, Element},
    isa::Isa,
};

/// Words of truth values that are looked at one by one: as many as take no longer than a vector.
const NEAR: usize = 8;

/// The number of a row in lanes as wide as the elements, so that one mask serves both.
pub(super) trait Lane: Copy + PartialOrd {
    /// No row.
    const NONE: Self;
    fn of(row: usize) -> Self;
    fn row(self) -> i64;
    /// All bits, or none.
    fn mask(is: bool) -> Self;
    fn or(self, other: Self) -> Self;
}

macro_rules! lanes {
    ($($t:ty)*) => {$(
        impl Lane for $t {
            const NONE: Self = Self::MAX;
            #[inline(always)]
            fn of(row: usize) -> Self {
                row as Self
            }
            #[inline(always)]
            fn row(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn mask(is: bool) -> Self {
                Self::from(is).wrapping_neg()
            }
            #[inline(always)]
            fn or(self, other: Self) -> Self {
                self | other
            }
        }
    )*};
}
lanes!(u8 u16 u32 u64);

/// An element with a place in an order.
pub(super) trait Ranked: Element {
    /// An integer of the same size, or of half of it.
    type Lane: Lane;
    /// The element that nothing comes before, where an array often has one.
    #[inline(always)]
    fn ultimate<D: Order>() -> Option<Self> {
        None
    }
    /// Where the first such element is, if it is one of the first of all.
    #[inline(always)]
    fn near<D: Order>(_x: &[Self]) -> Option<usize> {
        None
    }
    /// The element that nothing comes before, where there is one.
    #[inline(always)]
    fn foremost<D: Order>() -> Option<Self> {
        Self::ultimate::<D>()
    }
    fn is_nan(self) -> bool;
    /// Whether `self` comes before `other`; neither is NaN.
    fn before<D: Order>(self, other: Self) -> bool;
    /// The first element in order, or NaN if there is one. `x` is not empty.
    fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self;
}

macro_rules! ranked {
    ($($t:ident $lane:ident)*, nan |$x:ident| $nan:expr, foremost $foremost:expr) => {$(
        impl Ranked for $t {
            type Lane = $lane;
            #[inline(always)]
            fn foremost<D: Order>() -> Option<Self> {
                let ends: Option<[Self; 2]> = $foremost;
                ends.map(|[a, b]| if D::before(a, b) { a } else { b })
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                let $x = self;
                $nan
            }
            #[inline(always)]
            fn before<D: Order>(self, other: Self) -> bool {
                D::before(self, other)
            }
            #[inline(always)]
            fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self {
                Extreme::<D, true>::default().run(isa, x)
            }
        }
    )*};
}
ranked!(i8 u8 u8 u8 i16 u16 u16 u16 i32 u32 u32 u32 i64 u64 u64 u64, nan |_x| false,
    foremost Some([Self::MIN, Self::MAX]));
// NaN comes before infinity.
ranked!(f32 u32 f64 u64, nan |x| x.is_nan(), foremost None);

macro_rules! ranked_complex {
    ($($t:ident $lane:ident)*) => {$(
        impl Ranked for $t {
            type Lane = $lane;
            #[inline(always)]
            fn is_nan(self) -> bool {
                Lexicographic::is_nan(self)
            }
            #[inline(always)]
            fn before<D: Order>(self, other: Self) -> bool {
                self != other && self.first::<D>(other)
            }
            #[inline(always)]
            fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self {
                Extreme::<D, true>::default().run(isa, x)
            }
        }
    )*};
}
ranked_complex!(Complex32 u32 Complex64 u64);

impl Ranked for Bool {
    type Lane = u8;
    #[inline(always)]
    fn ultimate<D: Order>() -> Option<Self> {
        Some(Self::from(D::before(true, false)))
    }
    #[inline(always)]
    fn near<D: Order>(x: &[Self]) -> Option<usize> {
        const LOWEST: u64 = u64::MAX / 255;
        let words = x.as_chunks::<8>().0.iter().take(NEAR);
        words.enumerate().find_map(|(i, word)| {
            let word = u64::from_le_bytes(word.map(Self::byte));
            // Above the lowest zero byte, which is exact, others may be taken for zero.
            let wanted = if D::before(true, false) {
                word
            } else {
                word.wrapping_sub(LOWEST) & !word & (LOWEST << 7)
            };
            (wanted != 0).then(|| 8 * i + wanted.trailing_zeros() as usize / 8)
        })
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        false
    }
    #[inline(always)]
    fn before<D: Order>(self, other: Self) -> bool {
        D::before(self.get(), other.get())
    }
    #[inline(always)]
    fn extreme<I: Isa, D: Order>(isa: I, x: &[Self]) -> Self {
        let first = D::before(false, true);
        let found = isa.vectorize(
            #[inline(always)]
            || {
                x.iter()
                    .fold(false, |found, &x| found | (I::element(x).get() != first))
            },
        );
        Self::from(if found { !first } else { first })
    }
}
