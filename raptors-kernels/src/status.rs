//! Floating-point exceptions: which ones loops raise, so that the processor's sticky flags say in
//! the end what NumPy's would.
//!
//! Loops that only add, multiply and divide raise the right flags by themselves. Bodies without
//! branches compute what they then throw away, so the flags of other loops are put back to what
//! they were, and raised by a look at the results: not finite from what was finite.

use crate::arch::status;
use core::ops::{BitOr, BitOrAssign};

/// A set of floating-point exceptions, with NumPy's bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Status(u8);

impl Status {
    /// Nothing happened.
    pub const NONE: Self = Self(0);
    /// A finite number divided by zero, or another pole.
    pub const DIVIDE: Self = Self(1);
    /// A result too large.
    pub const OVERFLOW: Self = Self(2);
    /// A result too small to be as exact as it should.
    pub const UNDERFLOW: Self = Self(4);
    /// A result that is no number.
    pub const INVALID: Self = Self(8);

    /// The exceptions that NumPy's bits stand for.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 15)
    }

    /// NumPy's bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `other` happened.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The exceptions since the last [`clear`] or [`take`] on this thread, which are forgotten.
    #[inline]
    pub fn take() -> Self {
        let found = Self(status::read());
        if found != Self::NONE {
            status::write(0);
        }
        found
    }

    /// Forgets the exceptions of this thread.
    #[inline]
    pub fn clear() {
        let _ = Self::take();
    }

    /// Adds to the exceptions of this thread.
    #[inline]
    pub fn raise(self) {
        if self != Self::NONE {
            status::write(status::read() | self.0);
        }
    }

    /// `self`, if `condition` holds.
    #[inline(always)]
    pub(crate) const fn when(self, condition: bool) -> Self {
        Self(if condition { self.0 } else { 0 })
    }
}

impl BitOr for Status {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Status {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What the loops of a ufunc raise: a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the words of the table")]
pub enum Raises {
    /// Nothing.
    nothing,
    /// What the arithmetic raises.
    arithmetic,
    /// What the arithmetic raises for real numbers; else as `quotient`.
    division,
    /// Infinity out of finite numbers is an overflow.
    overflow,
    /// As `overflow`; a tiny result out of numbers that are not zero is an underflow.
    range,
    /// Infinity out of finite numbers is a division by zero.
    pole,
    /// As `pole` where the last input is zero, else as `overflow`, which but for float16 is invalid too.
    quotient,
    /// As `quotient`, but that integers never overflow.
    remainder,
    /// As `pole` where the first input is zero, else as `range`.
    power,
    /// Infinity out of a finite first input is an overflow; but for float16, a tiny result is an underflow unless
    /// both inputs are zero.
    step,
    /// Infinity out of finite numbers is an overflow; of float16, any NaN is invalid, and of others none.
    distance,
    /// As `overflow`, but that any NaN is invalid: the loops of NumPy compare it.
    compared,
}

/// The exceptions in flight, set aside while a loop runs that raises others than it should.
pub(crate) struct Aside(u8);

impl Aside {
    #[inline]
    pub(crate) fn set() -> Self {
        Self(status::read())
    }

    /// Puts the flags back to what they were, with `seen` added.
    #[inline]
    pub(crate) fn end(self, seen: Status) {
        status::write(self.0 | seen.0);
    }
}
