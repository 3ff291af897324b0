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

#[cfg(not(target_arch = "x86_64"))]
mod plain {
    //! Vectors as arrays, which the compiler makes of them what the target has.

    use super::Lanes;
    use crate::{fold::Baseline, number::Float};

    const LEN: usize = 4;

    impl<F: Float> Lanes<F> for Baseline {
        type Vector = [F; LEN];
        const LEN: usize = LEN;

        #[inline(always)]
        fn zero(self) -> [F; LEN] {
            [F::ZERO; LEN]
        }

        #[inline(always)]
        fn splat(self, x: F) -> [F; LEN] {
            [x; LEN]
        }

        #[inline(always)]
        unsafe fn load(self, from: *const F) -> [F; LEN] {
            // SAFETY: the caller vouches for as many numbers.
            unsafe { from.cast::<[F; LEN]>().read() }
        }

        #[inline(always)]
        unsafe fn load_some(self, from: *const F, n: usize) -> [F; LEN] {
            let mut x = [F::ZERO; LEN];
            // SAFETY: the caller vouches for `n` numbers, fewer than the array has.
            unsafe { from.copy_to_nonoverlapping(x.as_mut_ptr(), n) };
            x
        }

        #[inline(always)]
        unsafe fn store(self, x: [F; LEN], to: *mut F) {
            // SAFETY: the caller vouches for room for as many numbers.
            unsafe { to.cast::<[F; LEN]>().write(x) }
        }

        #[inline(always)]
        unsafe fn store_some(self, x: [F; LEN], to: *mut F, n: usize) {
            // SAFETY: the caller vouches for room for `n` numbers, fewer than the array has.
            unsafe { to.copy_from_nonoverlapping(x.as_ptr(), n) }
        }

        #[inline(always)]
        fn mul_add(self, a: [F; LEN], b: [F; LEN], c: [F; LEN]) -> [F; LEN] {
            core::array::from_fn(|k| a[k].mul_add::<Self>(b[k], c[k]))
        }

        #[inline(always)]
        fn add(self, a: [F; LEN], b: [F; LEN]) -> [F; LEN] {
            core::array::from_fn(|k| a[k] + b[k])
        }

        #[inline(always)]
        fn swapped(self, x: [F; LEN]) -> [F; LEN] {
            core::array::from_fn(|k| x[k ^ 1])
        }

        #[inline(always)]
        fn turned(self, a: [F; LEN], b: [F; LEN]) -> [F; LEN] {
            core::array::from_fn(|k| if k % 2 == 0 { a[k] - b[k] } else { a[k] + b[k] })
        }

        #[inline(always)]
        fn sums(self, x: [F; LEN]) -> [F; 2] {
            [x[0] + x[2], x[1] + x[3]]
        }
    }
}
