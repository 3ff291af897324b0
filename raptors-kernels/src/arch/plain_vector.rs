//! Vectors of floating-point numbers for products, as arrays: the compiler makes of them what the
//! target has.

use crate::{fold::Baseline, number::Float, product::lanes::Lanes};

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
    unsafe fn load_seconds(self, from: *const F) -> [F; LEN] {
        // SAFETY: the caller vouches for twice as many numbers as a vector has.
        let x = unsafe { from.cast::<[F; 2 * LEN]>().read() };
        core::array::from_fn(|k| x[2 * k])
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
