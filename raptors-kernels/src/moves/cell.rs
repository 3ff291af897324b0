//! Elements as integers of their size that need no alignment, so that slices of bytes serve.

use crate::Bool;
use core::ops::BitXor;

/// An element that may lie at any address.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub(crate) struct Cell<T: Bits>(pub(crate) T);

mod sealed {
    pub(crate) trait Sealed {}
}

/// An unsigned integer: every bit pattern is valid.
pub(crate) trait Bits: Copy + From<u8> + BitXor<Output = Self> + sealed::Sealed {
    /// `x` if `mask` is true, else `y`: as arithmetic, which the compiler makes no branch of.
    fn pick(mask: Bool, x: Self, y: Self) -> Self;
}

macro_rules! bits {
    ($($t:ty)*) => {$(
        impl sealed::Sealed for $t {}
        impl Bits for $t {
            #[inline(always)]
            fn pick(mask: Bool, x: Self, y: Self) -> Self {
                let mask = Self::wrapping_sub(0, mask.get() as Self);
                y ^ ((x ^ y) & mask)
            }
        }
    )*};
}
bits!(u8 u16 u32 u64);

impl sealed::Sealed for u128 {}
impl Bits for u128 {
    #[inline(always)]
    fn pick(mask: Bool, x: Self, y: Self) -> Self {
        let low = u64::pick(mask, x as u64, y as u64);
        let high = u64::pick(mask, (x >> 64) as u64, (y >> 64) as u64);
        (high as Self) << 64 | low as Self
    }
}

/// The elements that `bytes` are, as many as are whole.
#[inline(always)]
pub(crate) const fn cells<T: Bits>(bytes: &[u8]) -> &[Cell<T>] {
    let len = bytes.len() / size_of::<T>();
    // SAFETY: the bytes hold `len` integers, of which a packed cell needs no alignment.
    unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), len) }
}

/// The elements that `bytes` are, as many as are whole.
#[inline(always)]
pub(crate) const fn cells_mut<T: Bits>(bytes: &mut [u8]) -> &mut [Cell<T>] {
    let len = bytes.len() / size_of::<T>();
    // SAFETY: as `cells`; the borrow is exclusive, and any cell written leaves valid bytes.
    unsafe { core::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), len) }
}
