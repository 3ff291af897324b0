//! Which of two elements comes first: NumPy's order, in which NaN is last and zeros are equal.

use crate::dtype::{Bool, Complex32, Complex64, Element, f16};
use core::cmp::Ordering;

/// An element with a place in NumPy's order.
pub(super) trait Ordered: Element {
    /// Whether `self` comes before `other`. Equal numbers, and NaNs, have one place.
    fn before(self, other: Self) -> bool;

    /// Whether it is, or has a part that is, no number.
    fn is_nan(self) -> bool;

    /// Whether `self`, which is a number, comes at the place of `other` or behind it.
    fn reaches(self, other: Self) -> bool;

    /// Whether `self`, which is a number, comes behind the place of `other`.
    fn exceeds(self, other: Self) -> bool;

    /// The order as Rust's sorts take it.
    #[inline(always)]
    fn order(self, other: Self) -> Ordering {
        if self.before(other) {
            Ordering::Less
        } else if other.before(self) {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }

    /// Whether `other`, which does not come before `self`, is another value. NaN is one value if
    /// `equal_nan`, and otherwise never the same as any.
    #[inline(always)]
    fn differs(self, other: Self, equal_nan: bool) -> bool {
        // Without branches, so that runs are compared in vectors.
        let (both, apart) = (self.is_nan() & other.is_nan(), !equal_nan);
        (both & apart) | (!both & self.before(other))
    }
}

macro_rules! integers {
    ($($t:ty)*) => {$(
        impl Ordered for $t {
            #[inline(always)]
            fn before(self, other: Self) -> bool {
                self < other
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                false
            }
            #[inline(always)]
            fn reaches(self, other: Self) -> bool {
                self >= other
            }
            #[inline(always)]
            fn exceeds(self, other: Self) -> bool {
                self > other
            }
        }
    )*};
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64);

impl Ordered for Bool {
    #[inline(always)]
    fn before(self, other: Self) -> bool {
        !self.get() & other.get()
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        false
    }
    #[inline(always)]
    fn reaches(self, other: Self) -> bool {
        self.get() | !other.get()
    }
    #[inline(always)]
    fn exceeds(self, other: Self) -> bool {
        self.get() & !other.get()
    }
}

macro_rules! floats {
    ($($t:ty)*) => {$(
        impl Ordered for $t {
            #[inline(always)]
            fn before(self, other: Self) -> bool {
                (self < other) | (!Self::is_nan(self) & Self::is_nan(other))
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                Self::is_nan(self)
            }
            // One comparison, which NaN fails: no number comes behind NaN, or at its place.
            #[inline(always)]
            fn reaches(self, other: Self) -> bool {
                self >= other
            }
            #[inline(always)]
            fn exceeds(self, other: Self) -> bool {
                self > other
            }
        }
    )*};
}
floats!(f16 f32 f64);

/// Complex numbers in order of their real, then of their imaginary parts. Those with NaN follow:
/// first those whose imaginary part is NaN, then those whose real part is, then both.
macro_rules! complex {
    ($($t:ty)*) => {$(
        impl Ordered for $t {
            #[inline(always)]
            fn before(self, other: Self) -> bool {
                let class = |z: Self| u8::from(z.re.is_nan()) * 2 + u8::from(z.im.is_nan());
                let (a, b) = (class(self), class(other));
                if a != b {
                    return a < b;
                }
                // A comparison with NaN is false: within a class, NaN parts do not count.
                let tie = (self.re == other.re) | self.re.is_nan();
                (self.re < other.re) | (tie & (self.im < other.im))
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                self.re.is_nan() | self.im.is_nan()
            }
            #[inline(always)]
            fn reaches(self, other: Self) -> bool {
                !self.before(other)
            }
            #[inline(always)]
            fn exceeds(self, other: Self) -> bool {
                other.before(self)
            }
        }
    )*};
}
complex!(Complex32 Complex64);
