//! Views of all axes in another order.

use super::Choice;
use crate::layout;

impl Choice<'_> {
    /// All axes, the last first.
    #[inline(always)]
    pub fn reversed(&mut self) -> Option<()> {
        let axes = self.array.shape().iter().zip(self.array.strides());
        for (&n, &stride) in axes.rev() {
            self.push(n, stride)?;
        }
        self.axis = self.array.ndim();
        Some(())
    }

    /// All axes, `first` and `second` exchanged.
    #[inline(always)]
    pub fn exchanged(&mut self, first: i64, second: i64) -> Option<()> {
        let ndim = self.array.ndim();
        let first = layout::axis(first, ndim, None).ok()?;
        let second = layout::axis(second, ndim, None).ok()?;
        for axis in 0..ndim {
            let from = match axis {
                _ if axis == first => second,
                _ if axis == second => first,
                _ => axis,
            };
            self.push(self.array.shape()[from], self.array.strides()[from])?;
        }
        self.axis = ndim;
        Some(())
    }

    /// All axes, in the order that `axes` gives.
    #[inline]
    pub fn permuted(&mut self, axes: &[i64]) -> Option<()> {
        let ndim = self.array.ndim();
        if axes.len() != ndim {
            return None;
        }
        let mut seen = 0u64;
        for &axis in axes {
            let axis = layout::axis(axis, ndim, None).ok()?;
            self.push(self.array.shape()[axis], self.array.strides()[axis])?;
            // As many axes as there are, none of which is missing, are given once each.
            seen |= 1 << axis;
        }
        self.axis = ndim;
        (seen.count_ones() as usize == ndim).then_some(())
    }
}
