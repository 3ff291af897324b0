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
