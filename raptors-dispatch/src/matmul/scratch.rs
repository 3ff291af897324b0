//! Work space for products: fallible, and kept per thread where it is small.

use super::MatmulError;
use core::cell::Cell;

/// Bytes of work space that a thread keeps for its next product: as many as the panels of the largest
/// blocks have.
const KEPT: usize = 4 << 20;

/// Zeroed work space, aligned for every dtype.
#[derive(Default)]
pub(super) struct Buffer(Vec<u128>);

impl Buffer {
    /// Space for `bytes` bytes.
    pub(super) fn new(bytes: usize) -> Result<Self, MatmulError> {
        let mut buffer = Self::default();
        buffer.grow(bytes)?;
        Ok(buffer)
    }

    fn grow(&mut self, bytes: usize) -> Result<(), MatmulError> {
        let words = bytes.div_ceil(size_of::<u128>());
        if words > self.0.len() {
            let more = words - self.0.len();
            self.0
                .try_reserve_exact(more)
                .map_err(|_| MatmulError::Memory { bytes })?;
            self.0.resize(words, 0);
        }
        Ok(())
    }

    pub(super) fn ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }

    fn bytes(&mut self) -> &mut [u8] {
        let len = size_of_val(self.0.as_slice());
        // SAFETY: the words are `len` initialized bytes, borrowed exclusively.
        unsafe { core::slice::from_raw_parts_mut(self.ptr(), len) }
    }
}

/// Runs `f` on at least `bytes` bytes of the calling thread's work space, of any content.
pub(super) fn with<R>(bytes: usize, f: impl FnOnce(&mut [u8]) -> R) -> Result<R, MatmulError> {
    thread_local! {
        static SPACE: Cell<Buffer> = const { Cell::new(Buffer(Vec::new())) };
    }
    // Taken out, so that a product inside `f` would simply find none.
    let mut buffer = SPACE.take();
    buffer.grow(bytes)?;
    let result = f(buffer.bytes());
    if bytes <= KEPT {
        SPACE.set(buffer);
    }
    Ok(result)
}
