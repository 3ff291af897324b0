//! Room on the stack for few elements: packed, converted or computed there before they go where they belong.

use core::mem::MaybeUninit;

/// Room for `BYTES` bytes of elements, aligned for all types.
#[repr(align(64))]
pub(crate) struct Scratch<const BYTES: usize>(MaybeUninit<[u8; BYTES]>);

impl<const BYTES: usize> Scratch<BYTES> {
    /// Room that holds nothing yet.
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Where the room begins.
    #[inline(always)]
    pub(crate) const fn ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// `N` such rooms, one after the other. A value of its own for each would be copied to its place, which takes
/// longer than few elements take to compute.
pub(crate) struct Stages<const BYTES: usize, const N: usize>(MaybeUninit<[Scratch<BYTES>; N]>);

impl<const BYTES: usize, const N: usize> Stages<BYTES, N> {
    /// Rooms that hold nothing yet.
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Where each room begins.
    #[inline(always)]
    pub(crate) fn ptrs(&mut self) -> [*mut u8; N] {
        let first = self.0.as_mut_ptr().cast::<Scratch<BYTES>>();
        core::array::from_fn(|i| first.wrapping_add(i).cast())
    }
}
