//! Where the results of a call go: to their arrays at once, or to a stage and converted from there.

use crate::drive::Shared;
use raptors_kernels::{DType, In, Level, Out, cast::cast};

/// A result: where it lies, how it is stored, what the loop gives, and where its stage is.
pub(super) struct Destination {
    pub(super) ptr: Shared,
    pub(super) stored: DType,
    pub(super) given: DType,
    pub(super) stage: usize,
}

impl Destination {
    fn at(&self, start: usize) -> *mut u8 {
        self.ptr.get().wrapping_add(start * self.stored.size())
    }

    /// Where the loop writes the `len` elements from number `start` on.
    pub(super) fn begin(&self, stages: *mut u8, start: usize, len: usize) -> Out<'_> {
        let ptr = if self.stored == self.given {
            self.at(start)
        } else {
            stages.wrapping_add(self.stage)
        };
        // SAFETY: the elements of a dense, aligned result, of which each piece is written once and
        // none is read by the loop, or a stage of its own with room for a piece.
        unsafe { Out::from_raw(ptr, len, self.given) }
    }

    /// Stores what the loop wrote to the stage.
    pub(super) fn end(&self, level: Level, stages: *mut u8, start: usize, len: usize) {
        if self.stored == self.given {
            return;
        }
        // SAFETY: the loop has written `len` elements to the stage, which nobody else uses; the
        // others are as in `begin`.
        unsafe {
            let from = In::from_raw(stages.wrapping_add(self.stage), len, self.given);
            cast(level, from, Out::from_raw(self.at(start), len, self.stored));
        }
    }
}
