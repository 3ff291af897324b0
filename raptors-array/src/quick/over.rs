//! How operands of few elements lie over the places of a call's results, broadcast to their shape.

use super::room::{Room, dense};
use crate::{Array, layout, map::Operand};
use raptors_kernels::{
    DType,
    moves::{self, Source},
};

/// Axes that are looked at.
pub(super) const AXES: usize = 4;

/// The places of a call's results, in the order in which they lie in memory.
pub(super) struct Shape {
    lengths: [usize; AXES],
    ndim: usize,
    /// Whether the order is that of the second axis, which is the outer one then.
    turned: bool,
}

/// How an operand lies over the places.
#[derive(Clone, Copy)]
pub(super) struct Lying {
    pub(super) strides: [isize; AXES],
    pub(super) dense: bool,
    /// Whether one element stands for all places.
    pub(super) single: bool,
}

impl Shape {
    /// The shape that `operands` have together; nothing where they do not go together, or have more
    /// axes.
    #[inline(always)]
    pub(super) fn of<const N: usize>(operands: &[Operand<'_>; N]) -> Option<Self> {
        let ndim = operands.iter().map(|operand| operand.shape().len()).max()?;
        if ndim > AXES {
            return None;
        }
        let mut lengths = [1; AXES];
        for operand in operands {
            let shape = operand.shape();
            for (length, &n) in lengths[ndim - shape.len()..ndim].iter_mut().zip(shape) {
                if *length == 1 {
                    *length = n;
                } else if n != 1 && n != *length {
                    return None;
                }
            }
        }
        let turned = false;
        Some(Self {
            lengths,
            ndim,
            turned,
        })
    }

    /// The lengths of the axes.
    pub(super) fn lengths(&self) -> &[usize] {
        &self.lengths[..self.ndim]
    }

    /// The steps of `array` along the axes: none where it is repeated.
    #[inline(always)]
    pub(super) fn strides(&self, array: &Array) -> [isize; AXES] {
        let mut strides = [0; AXES];
        let first = self.ndim - array.ndim();
        let axes = array.shape().iter().zip(array.strides());
        for (to, (&n, &stride)) in strides[first..].iter_mut().zip(axes) {
            *to = if n == 1 { 0 } else { stride };
        }
        strides
    }

    /// Turns two axes so that the results lie as NumPy's would, which keep the operands' order where
    /// these agree; nothing where more axes are not in C order.
    #[inline(always)]
    pub(super) fn arrange<const N: usize>(
        &mut self,
        strides: &mut [[isize; AXES]; N],
    ) -> Option<()> {
        let (mut in_order, mut other) = (false, false);
        for strides in &*strides {
            for axes in strides[..self.ndim].windows(2) {
                let (outer, inner) = (axes[0].unsigned_abs(), axes[1].unsigned_abs());
                if outer != 0 && inner != 0 {
                    in_order |= outer >= inner;
                    other |= outer < inner;
                }
            }
        }
        if !other || self.ndim == 2 && in_order {
            return (self.ndim <= 2 || self.is_in_order(strides)).then_some(());
        }
        if self.ndim != 2 {
            return None;
        }
        self.turned = true;
        self.lengths.swap(0, 1);
        for strides in strides {
            strides.swap(0, 1);
        }
        Some(())
    }

    /// Whether the steps never grow from an axis to a later one, whatever lies between.
    fn is_in_order<const N: usize>(&self, strides: &[[isize; AXES]; N]) -> bool {
        strides.iter().all(|strides| {
            let mut last = usize::MAX;
            strides[..self.ndim].iter().filter(|&&s| s != 0).all(|&s| {
                let fits = s.unsigned_abs() <= last;
                last = s.unsigned_abs();
                fits
            })
        })
    }

    /// How elements of `size` bytes with these steps lie.
    #[inline(always)]
    pub(super) fn lying(&self, strides: [isize; AXES], size: usize) -> Lying {
        let (mut dense, mut single, mut step) = (true, true, size as isize);
        for (&n, &stride) in self.lengths().iter().zip(&strides).rev() {
            if n != 1 {
                dense &= stride == step;
                single &= stride == 0;
                step *= n as isize;
            }
        }
        Lying {
            strides,
            dense,
            single,
        }
    }

    /// A new array of any contents for the results, in `room`.
    #[inline(always)]
    pub(super) fn blank<'r>(
        &self,
        n: usize,
        dtype: DType,
        room: impl Room<'r>,
    ) -> Option<&'r mut Array> {
        let array = dense(room, self.lengths(), n, dtype)?;
        if self.turned {
            array.reverse_axes();
        }
        Some(array)
    }

    /// Writes the elements of `size` bytes at `ptr`, which lie as `strides` say, to `to` one after the
    /// other.
    ///
    /// # Safety
    ///
    /// The strides reach initialized elements over the shape, and `to` has room for all of them.
    #[inline(always)]
    pub(super) unsafe fn pack(
        &self,
        ptr: *const u8,
        size: usize,
        strides: &[isize; AXES],
        to: *mut u8,
    ) {
        let outer = self.ndim.saturating_sub(2);
        let (shape, inner) = match self.ndim {
            0 => ([1, 1], [0, 0]),
            1 => ([1, self.lengths[0]], [0, strides[0]]),
            _ => (
                [self.lengths[outer], self.lengths[outer + 1]],
                [strides[outer], strides[outer + 1]],
            ),
        };
        let mut to = to;
        let mut plane = |offset: isize| {
            let source = Source {
                ptr: ptr.wrapping_offset(offset),
                size,
                shape,
                strides: inner,
            };
            // SAFETY: as the caller promises, for the elements of this plane.
            unsafe { moves::pack(source, to) };
            to = to.wrapping_add(shape[0] * shape[1] * size);
        };
        if outer == 0 {
            plane(0);
        } else {
            layout::for_each_offset(&self.lengths[..outer], &strides[..outer], plane);
        }
    }
}
