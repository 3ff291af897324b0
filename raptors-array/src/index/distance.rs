//! How far from the first element the picked ones are, in pieces that stay in the L1 cache.

use super::error::PickError;
use super::key::{Axis, Key};
use crate::dense::dense;
use crate::{Array, Error, Order, Result, assign, broadcast_strides, map, target::Target};
use core::ops::Range;
use raptors_kernels::{DType, Ufunc, moves};

/// Indices of a piece: their distances take a quarter of a 32 KiB cache.
pub(super) const PIECE: usize = 1024;
/// Indices up to which a piece takes little room: one cache line in eight of the largest.
const FEW: usize = 64;

/// The distances of all that a key picks, one after the other in C order.
pub(super) struct Distances {
    /// Indices if `axis` is there, bytes otherwise; contiguous 64-bit integers.
    numbers: Array,
    axis: Option<(usize, isize, usize)>,
}

impl Distances {
    /// The distances that a key means. Several index arrays are checked, broadcast and summed here;
    /// the only one is checked when its pieces are made.
    pub(super) fn new(key: &Key) -> Result<Self> {
        let shape = &key.shape;
        if let [axis] = key.axes.as_slice() {
            return Self::along(&axis.places, axis.n, axis.stride, axis.number);
        }
        if shape.contains(&0) {
            // Indices into nothing are not looked at, as in NumPy.
            return Ok(Self {
                numbers: Array::empty(shape, DType::I64, Order::C)?,
                axis: None,
            });
        }
        let mut sum: Option<Array> = None;
        for axis in &key.axes {
            let next = bytes(axis)?;
            sum = Some(match sum {
                Some(sum) => map::binary(Ufunc::add, &sum, &next)?,
                None => next,
            });
        }
        let sum = sum.ok_or(Error::Internal {
            what: "a key that picks nothing",
        })?;
        Ok(Self {
            numbers: dense(&sum, DType::I64)?,
            axis: None,
        })
    }

    /// The places on one axis.
    pub(super) fn along(places: &Array, n: usize, stride: isize, number: usize) -> Result<Self> {
        Ok(Self {
            numbers: dense(places, DType::I64)?,
            axis: Some((n, stride, number)),
        })
    }

    /// The length and the stride of the axis, if the places are on one.
    pub(super) fn axis(&self) -> Option<(usize, isize)> {
        self.axis.map(|(n, stride, _)| (n, stride))
    }

    /// The same places on an axis with another stride.
    pub(super) fn with_stride(&self, stride: isize) -> Self {
        Self {
            numbers: self.numbers.clone(),
            axis: self.axis.map(|(n, _, number)| (n, stride, number)),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.numbers.size()
    }

    /// Makes sure that the indices do not change when `target` is written.
    pub(super) fn keep_apart(&mut self, target: &Array) -> Result<()> {
        if crate::overlap(&self.numbers, target) != crate::Overlap::Disjoint {
            self.numbers = assign::copy(&self.numbers, Some(Order::C))?;
        }
        Ok(())
    }

    /// Calls `visit` with the number of the first and with the distances of each piece of `range`,
    /// after checking them.
    pub(super) fn pieces(
        &self,
        range: Range<usize>,
        mut visit: impl FnMut(usize, &[i64]) -> Result<()>,
    ) -> Result<()> {
        let numbers = self.numbers.as_slice::<i64>().ok_or(Error::Internal {
            what: "indices that do not lie in order",
        })?;
        // Room for a whole piece takes longer to clear than few indices to check.
        let (mut few, mut many);
        let room: &mut [i64] = if range.len() <= FEW {
            few = [0; FEW];
            &mut few
        } else {
            many = [0; PIECE];
            &mut many
        };
        for start in range.clone().step_by(PIECE) {
            let piece = &numbers[start..range.end.min(start + PIECE)];
            match self.axis {
                None => visit(start, piece)?,
                Some(axis) => {
                    let checked = &mut room[..piece.len()];
                    distances(piece, axis, checked)?;
                    visit(start, checked)?;
                }
            }
        }
        Ok(())
    }
}

/// The checked distances of `indices` on an axis of length, stride and number.
fn distances(
    indices: &[i64],
    (n, stride, number): (usize, isize, usize),
    out: &mut [i64],
) -> Result<()> {
    match moves::distances(indices, n, stride, out) {
        None => Ok(()),
        Some(at) => Err(Error::Index {
            index: indices[at],
            axis: Some(number),
            size: n,
        }),
    }
}

/// The distances along one of several axes, before they are broadcast.
fn bytes(axis: &Axis) -> Result<Array> {
    let numbers = dense(&axis.places, DType::I64)?;
    let mut made = Array::empty(numbers.shape(), DType::I64, Order::C)?;
    if let (Some(indices), Some(out)) = (numbers.as_slice::<i64>(), made.as_slice_mut::<i64>()?) {
        distances(indices, (axis.n, axis.stride, axis.number), out)?;
    }
    Ok(made)
}

/// `value` broadcast to `shape`, or the error with the words for a key.
pub(super) fn fit(value: &Array, shape: &[usize]) -> Result<Array> {
    let extra = value.ndim().saturating_sub(shape.len());
    let extra = extra.min(value.shape().iter().take_while(|&&n| n == 1).count());
    let (own, strides) = (&value.shape()[extra..], &value.strides()[extra..]);
    let strides = broadcast_strides(own, strides, shape).ok_or_else(|| PickError::Value {
        from: value.shape().into(),
        to: shape.into(),
    })?;
    // SAFETY: stretched axes have stride zero, so only elements of the value are reached.
    Ok(unsafe { value.view(0, shape.into(), strides) })
}

/// `array` in new memory, in C order.
pub(super) fn packed(array: &Array) -> Result<Array> {
    let copy = Array::empty(array.shape(), array.dtype(), Order::C)?;
    assign::assign(&Target::fresh(&copy), &array.into(), crate::Casting::No)?;
    Ok(copy)
}
