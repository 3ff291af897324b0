//! The strips that a planned product falls into.

use super::MatmulPlan;

impl MatmulPlan {
    /// The number of strips that so many rows or columns fall into.
    pub fn strips(&self, length: usize) -> usize {
        length.div_ceil(self.chunk.max(1)) + usize::from(self.first > 0)
    }

    /// The first row or column of a strip, and the one after its last.
    pub fn strip(&self, index: usize, length: usize) -> (usize, usize) {
        let chunk = self.chunk.max(1);
        let index = match index {
            0 if self.first > 0 => return (0, self.first.min(length)),
            _ => index - usize::from(self.first > 0),
        };
        let start = index * chunk;
        (
            start.max(self.first),
            start.saturating_add(chunk).min(length),
        )
    }

    /// As this plan has it, but as one piece on the calling thread.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self {
            threads: 1,
            chunk: usize::MAX,
            first: 0,
            ..*self
        }
    }
}
