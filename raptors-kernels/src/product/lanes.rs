//! Vectors of floating-point numbers under one set of names at every level, for the products whose
//! loops the compiler does not find vectors in.

use crate::{isa::Isa, number::Float};

/// A level's vectors of `F`. The token proves that the CPU has their instructions; calls belong
/// inside [`Isa::vectorize`].
pub(crate) trait Lanes<F: Float>: Isa {
    /// A vector.
    type Vector: Copy;
    /// The numbers in a vector, which are even in number.
    const LEN: usize;

    /// Zeros.
    fn zero(self) -> Self::Vector;
    /// `x` in every place.
    fn splat(self, x: F) -> Self::Vector;
    /// The numbers from `from` on.
    ///
    /// # Safety
    ///
    /// [`Lanes::LEN`] numbers can be read there.
    unsafe fn load(self, from: *const F) -> Self::Vector;
    /// The first, third, … of the numbers from `from` on.
    ///
    /// # Safety
    ///
    /// Twice [`Lanes::LEN`] numbers can be read there.
    unsafe fn load_seconds(self, from: *const F) -> Self::Vector;
    /// The first `n` numbers from `from` on, fewer than a vector has, and zeros.
    ///
    /// # Safety
    ///
    /// `n` numbers can be read there.
    unsafe fn load_some(self, from: *const F, n: usize) -> Self::Vector;
    /// Writes the numbers to `to`.
    ///
    /// # Safety
    ///
    /// [`Lanes::LEN`] numbers can be written there.
    unsafe fn store(self, x: Self::Vector, to: *mut F);
    /// Writes the first `n` numbers, fewer than a vector has, to `to`.
    ///
    /// # Safety
    ///
    /// `n` numbers can be written there.
    unsafe fn store_some(self, x: Self::Vector, to: *mut F, n: usize);
    /// `a * b + c`, rounded once where the level has the instruction.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// `a + b`.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Each number in the place of its neighbour: the parts of complex numbers exchanged.
    fn swapped(self, x: Self::Vector) -> Self::Vector;
    /// `a - b` in the first, third, … place and `a + b` in the others.
    fn turned(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The sum of the numbers in the first, third, … place, and that of the others.
    fn sums(self, x: Self::Vector) -> [F; 2];
}

/// A level's vectors of `T` as far as register tiles need them; [`Lanes`] of floating-point numbers,
/// and integers, which wrap.
pub(crate) trait Words<T>: Isa {
    /// A vector, of factors or of sums.
    type Vector: Copy;
    /// The numbers in a vector.
    const LEN: usize;
    /// The registers that a vector takes.
    const REGISTERS: usize = 1;

    /// Sums of nothing.
    fn zero(self) -> Self::Vector;
    /// The factor `x` in every place.
    fn splat(self, x: T) -> Self::Vector;
    /// The factors from `from` on.
    ///
    /// # Safety
    ///
    /// [`Words::LEN`] numbers can be read there.
    unsafe fn load(self, from: *const T) -> Self::Vector;
    /// The first `n` factors from `from` on, fewer than a vector has, and zeros.
    ///
    /// # Safety
    ///
    /// `n` numbers can be read there.
    unsafe fn load_some(self, from: *const T, n: usize) -> Self::Vector;
    /// Writes sums to `to`.
    ///
    /// # Safety
    ///
    /// [`Words::LEN`] numbers can be written there.
    unsafe fn store(self, x: Self::Vector, to: *mut T);
    /// Writes the first `n` sums, fewer than a vector has, to `to`.
    ///
    /// # Safety
    ///
    /// `n` numbers can be written there.
    unsafe fn store_some(self, x: Self::Vector, to: *mut T, n: usize);
    /// The factors' product added to sums, `a * b + c`, rounded once where the level has the instruction.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
}

impl<I: Lanes<F>, F: Float> Words<F> for I {
    type Vector = <I as Lanes<F>>::Vector;
    const LEN: usize = <I as Lanes<F>>::LEN;

    #[inline(always)]
    fn zero(self) -> Self::Vector {
        Lanes::zero(self)
    }

    #[inline(always)]
    fn splat(self, x: F) -> Self::Vector {
        Lanes::splat(self, x)
    }

    #[inline(always)]
    unsafe fn load(self, from: *const F) -> Self::Vector {
        // SAFETY: the caller vouches for as many numbers.
        unsafe { Lanes::load(self, from) }
    }

    #[inline(always)]
    unsafe fn load_some(self, from: *const F, n: usize) -> Self::Vector {
        // SAFETY: the caller vouches for `n` numbers.
        unsafe { Lanes::load_some(self, from, n) }
    }

    #[inline(always)]
    unsafe fn store(self, x: Self::Vector, to: *mut F) {
        // SAFETY: the caller vouches for room for as many numbers.
        unsafe { Lanes::store(self, x, to) }
    }

    #[inline(always)]
    unsafe fn store_some(self, x: Self::Vector, to: *mut F, n: usize) {
        // SAFETY: the caller vouches for room for `n` numbers.
        unsafe { Lanes::store_some(self, x, to, n) }
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        Lanes::mul_add(self, a, b, c)
    }
}
