//! Elements several times or in other places: repeated, tiled, rolled, triangles.

use crate::dense::NOT_DENSE;
use crate::{
    Array, Casting, Dims, Error, JoinOptions, Order, Result,
    assign::{self, COPY_COST},
    drive::map_plan,
    layout,
    reduce::between,
    target::Target,
};
use core::fmt;
use raptors_kernels::moves;
use smallvec::SmallVec;
use std::borrow::Cow;

/// Why elements cannot be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RepeatFault {
    /// A negative number among several.
    Negative,
    /// Another number of repetitions than places.
    Count {
        /// The places.
        places: usize,
        /// The repetitions.
        repeats: usize,
    },
}

impl fmt::Display for RepeatFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Negative => f.write_str("repeats may not contain negative values."),
            Self::Count { places, repeats } => write!(
                f,
                "operands could not be broadcast together with shape ({places},) ({repeats},)"
            ),
        }
    }
}

/// Bytes of pieces that are repeated as blocks of registers; longer ones are axes of a copy, which
/// threads share.
const SHORT_PIECE: usize = 64;

/// Bytes of tiled blocks up to which they are repeated one after the other: copies of longer ones
/// are shared among threads, a page at least for each.
const SHORT_BLOCK: usize = 4096;

/// The lower half of a count.
const HALF: i64 = u32::MAX as i64;

fn set(target: &Array, source: &Array) -> Result<()> {
    assign::assign(&Target::fresh(target), &source.into(), Casting::Unsafe)
}

impl Array {
    /// Every place of `axis` as many times as `repeats` says: one number for all, or one for each.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], [`Error::NegativeDimension`], [`Error::Repeat`], or as [`Array::empty`].
    pub fn repeat(&self, repeats: &[i64], axis: i64) -> Result<Self> {
        let axis = layout::axis(axis, self.ndim(), None)?;
        let n = self.shape()[axis];
        if let &[count] = repeats {
            return self.repeat_all(count, axis);
        }
        if repeats.len() != n {
            let repeats = repeats.len();
            return Err(Error::Repeat(RepeatFault::Count { places: n, repeats }));
        }
        if repeats.iter().fold(0, |signs, &count| signs | count) < 0 {
            return Err(Error::Repeat(RepeatFault::Negative));
        }
        // Sums of both halves of so many do not overflow, and are left to vectors.
        let total = repeats.chunks(1 << 20).fold(0u128, |total, counts| {
            let low = counts.iter().fold(0, |sum, &count| sum + (count & HALF));
            let high = counts.iter().fold(0, |sum, &count| sum + (count >> 32));
            total + low as u128 + ((high as u128) << 32)
        });
        let total = usize::try_from(total).map_err(|_| Error::TooBig)?;
        let mut shape = Dims::from_slice(self.shape());
        shape[axis] = total;
        let result = Self::empty(&shape, self.dtype(), Order::C)?;
        if result.size() == 0 {
            return Ok(result);
        }
        let from = self.in_one_piece()?;
        let (from, mut target) = (from.run(0, self.size()), Target::fresh(&result));
        let (Some(from), Some(mut to)) = (from, target.run(0, result.size())) else {
            return Err(NOT_DENSE);
        };
        let piece = layout::size(&shape[axis + 1..]) * self.itemsize();
        let blocks = from
            .bytes()
            .chunks(n * piece)
            .zip(to.bytes().chunks_mut(total * piece));
        for (from, to) in blocks {
            moves::repeat_each(from, piece, repeats, to);
        }
        Ok(result)
    }

    fn repeat_all(&self, count: i64, axis: usize) -> Result<Self> {
        let count = match usize::try_from(count) {
            Ok(count) => count,
            Err(_) if self.shape()[axis] == 0 => 0,
            Err(_) => return Err(Error::NegativeDimension),
        };
        let mut shape = Dims::from_slice(self.shape());
        shape[axis] = shape[axis].checked_mul(count).ok_or(Error::TooBig)?;
        let result = Self::empty(&shape, self.dtype(), Order::C)?;
        if result.size() == 0 {
            return Ok(result);
        }
        let piece = layout::size(&shape[axis + 1..]) * self.itemsize();
        let alone = || map_plan(COPY_COST, result.size(), self.itemsize(), 1, 1).threads <= 1;
        let dense = self.is_c_contiguous() && self.is_aligned();
        if dense && (piece <= SHORT_PIECE || alone()) {
            let (from, mut target) = (self.run(0, self.size()), Target::fresh(&result));
            if let (Some(from), Some(mut to)) = (from, target.run(0, result.size())) {
                moves::repeat_all(from.bytes(), piece, count, to.bytes());
                return Ok(result);
            }
        }
        // The copies of a place are neighbours: an axis of their own after it.
        let mut apart: SmallVec<[i64; 4]> = self.shape().iter().map(|&n| n as i64).collect();
        apart.insert(axis + 1, count as i64);
        if apart.len() > crate::MAX_NDIM {
            return self.repeat(&vec![count as i64; self.shape()[axis]], axis as i64);
        }
        let source = self.expand_dims(&[axis as i64 + 1])?;
        set(&result.reshape(&apart, Order::C)?, &source)?;
        Ok(result)
    }

    /// The whole array `times` along every axis, the last axes being the same ones.
    ///
    /// # Errors
    ///
    /// [`Error::NegativeDimension`], or as [`Array::empty`].
    pub fn tile(&self, times: &[i64]) -> Result<Self> {
        let ndim = self.ndim().max(times.len());
        let mut shape = Dims::from_elem(1, ndim - self.ndim());
        shape.extend_from_slice(self.shape());
        let from = self.broadcast_to(&shape)?;
        let mut result_shape = shape.clone();
        let mut counts = Dims::from_elem(1, ndim - times.len());
        for &count in times {
            counts.push(usize::try_from(count).map_err(|_| Error::NegativeDimension)?);
        }
        for (n, count) in result_shape.iter_mut().zip(&counts) {
            *n = n.checked_mul(*count).ok_or(Error::TooBig)?;
        }
        let result = Self::empty(&result_shape, self.dtype(), Order::C)?;
        if result.size() == 0 {
            return Ok(result);
        }
        let blocks = counts.iter().enumerate().filter(|&(_, &count)| count != 1);
        let bytes = |axis: usize| layout::size(&shape[axis..]) * self.itemsize();
        let longest = blocks.clone().map(|(axis, _)| bytes(axis)).max();
        let alone = || map_plan(COPY_COST, result.size(), self.itemsize(), 1, 1).threads <= 1;
        if let Some(longest) = longest
            && (longest <= SHORT_BLOCK || alone())
        {
            from.tile_blocks(&shape, &counts, &result)?;
            return Ok(result);
        }
        // Only axes that repeat are split into copies and places.
        let (mut split, mut source): (SmallVec<[i64; 8]>, SmallVec<[i64; 8]>) =
            (SmallVec::new(), SmallVec::new());
        for (&n, &count) in shape.iter().zip(&counts) {
            if count != 1 {
                split.push(count as i64);
                source.push(1);
            }
            split.push(n as i64);
            source.push(n as i64);
        }
        if split.len() <= crate::MAX_NDIM {
            let view = from.reshape(&source, Order::C)?;
            set(&result.reshape(&split, Order::C)?, &view)?;
            return Ok(result);
        }
        let mut tiled = from;
        for (axis, &count) in counts.iter().enumerate().filter(|&(_, &count)| count != 1) {
            let parts: Vec<&Self> = core::iter::repeat_n(&tiled, count).collect();
            tiled = crate::join::concatenate(&parts, axis as i64, JoinOptions::default())?;
        }
        Ok(tiled)
    }

    /// Writes this array, of `shape`, to `result`, every axis as often as `counts` says, the last one
    /// first: what lies behind a place of an axis is one block by then.
    fn tile_blocks(&self, shape: &[usize], counts: &[usize], result: &Self) -> Result<()> {
        let mut tiled = self.in_one_piece()?.into_owned();
        let mut lengths = Dims::from_slice(shape);
        let last = counts.iter().position(|&count| count != 1);
        for (axis, &count) in counts.iter().enumerate().rev() {
            if count == 1 {
                continue;
            }
            let block = layout::size(&lengths[axis..]) * self.itemsize();
            lengths[axis] *= count;
            let next = if Some(axis) == last {
                result.clone()
            } else {
                Self::empty(&lengths, self.dtype(), Order::C)?
            };
            let (from, mut target) = (tiled.run(0, tiled.size()), Target::fresh(&next));
            let (Some(from), Some(mut to)) = (from, target.run(0, next.size())) else {
                return Err(NOT_DENSE);
            };
            moves::repeat_all(from.bytes(), block, count, to.bytes());
            tiled = next;
        }
        Ok(())
    }

    /// The elements moved on by `shifts` along `axes`; what leaves one end comes in at the other.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], or as [`Array::empty`].
    pub fn roll(&self, shifts: &[i64], axes: &[i64]) -> Result<Self> {
        let mut steps = Dims::from_elem(0, self.ndim());
        for (&shift, &axis) in shifts.iter().zip(axes) {
            let axis = layout::axis(axis, self.ndim(), None)?;
            let n = self.shape()[axis] as i128;
            if n > 0 {
                steps[axis] = (steps[axis] as i128 + shift as i128).rem_euclid(n) as usize;
            }
        }
        let result = self.empty_sorted_like(self.shape(), self.dtype())?;
        self.roll_from(0, &steps, &result)?;
        Ok(result)
    }

    /// The two blocks of every rolled axis from `axis` on, each to its place.
    fn roll_from(&self, axis: usize, steps: &[usize], result: &Self) -> Result<()> {
        let Some(next) = (axis..self.ndim()).find(|&axis| steps[axis] != 0) else {
            return set(result, self);
        };
        let (n, step) = (self.shape()[next], steps[next]);
        let head = between(self, next, 0, n - step);
        head.roll_from(next + 1, steps, &between(result, next, step, n))?;
        let tail = between(self, next, n - step, n);
        tail.roll_from(next + 1, steps, &between(result, next, 0, step))
    }

    /// The last two axes without what is above diagonal `k`, or below it where not `lower`: zeros.
    /// A run is taken for every row of a square.
    ///
    /// # Errors
    ///
    /// [`Error::DiagonalDimensions`] for an array without axes, or as [`Array::empty`].
    pub fn triangle(&self, k: i64, lower: bool) -> Result<Self> {
        let mut shape = Dims::from_slice(self.shape());
        if let &[n] = self.shape() {
            shape.push(n);
        }
        let &[.., rows, columns] = shape.as_slice() else {
            return Err(Error::DiagonalDimensions);
        };
        // What is copied in any case is copied to the result, all of it.
        let (from, result) = match self.in_one_piece()? {
            Cow::Owned(copy) if copy.ndim() == shape.len() => (None, copy),
            from => (Some(from), Self::empty(&shape, self.dtype(), Order::C)?),
        };
        if result.size() == 0 {
            return Ok(result);
        }
        let mut target = Target::fresh(&result);
        let mut to = target.run(0, result.size()).ok_or(NOT_DENSE)?;
        let (size, width) = (self.itemsize(), columns * self.itemsize());
        let from = from.as_ref().and_then(|from| from.run(0, self.size()));
        // The rows of the input start again where it is one.
        let mut from = from.map(|from| from.bytes().chunks(width).cycle());
        for (row, to) in to.bytes().chunks_mut(width).enumerate() {
            let edge = ((row % rows) as i64).saturating_add(k);
            let edge = edge.saturating_add(i64::from(lower));
            let edge = edge.clamp(0, columns as i64) as usize * size;
            let (kept, gone) = if lower {
                (0..edge, edge..width)
            } else {
                (edge..width, 0..edge)
            };
            if let Some(from) = from.as_mut().and_then(Iterator::next) {
                moves::copy_bytes(&from[kept.clone()], &mut to[kept]);
            }
            to[gone].fill(0);
        }
        Ok(result)
    }

    /// An array with any contents, whose axes lie in the order of this one's strides in memory:
    /// NumPy's order `K` for `shape`, which is C's where the number of axes is another.
    ///
    /// # Errors
    ///
    /// As [`Array::empty`].
    pub fn empty_sorted_like(
        &self,
        shape: &[usize],
        dtype: raptors_kernels::DType,
    ) -> Result<Self> {
        if shape.len() != self.ndim() || self.is_c_contiguous() {
            return Self::empty(shape, dtype, Order::C);
        }
        let far = |axis: usize| self.strides()[axis].unsigned_abs();
        Self::empty_sorted(shape, dtype, |a, b| far(a) < far(b))
    }

    /// An array with any contents, its axes sorted by `inside`, which tells whether axis `a`, so far
    /// outside axis `b`, belongs inside it.
    pub(crate) fn empty_sorted(
        shape: &[usize],
        dtype: raptors_kernels::DType,
        inside: impl Fn(usize, usize) -> bool,
    ) -> Result<Self> {
        let mut axes: Dims = (0..shape.len()).collect();
        for i in 1..axes.len() {
            let mut j = i;
            while j > 0 && inside(axes[j - 1], axes[j]) {
                axes.swap(j - 1, j);
                j -= 1;
            }
        }
        let sorted: Dims = axes.iter().map(|&axis| shape[axis]).collect();
        let mut places = SmallVec::<[i64; 4]>::from_elem(0, axes.len());
        for (place, &axis) in axes.iter().enumerate() {
            places[axis] = place as i64;
        }
        Self::empty(&sorted, dtype, Order::C)?.transpose(&places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(shape: &[usize]) -> Array {
        let elements: Vec<i32> = (0..).take(shape.iter().product()).collect();
        Array::from_shape(shape, &elements).unwrap()
    }

    #[test]
    fn repeats_are_neighbours_and_tiles_are_not() {
        let a = array(&[2, 2]);
        let twice = a.repeat(&[2], 1).unwrap().to_vec::<i32>().unwrap();
        assert_eq!(twice, [0, 0, 1, 1, 2, 2, 3, 3]);
        let some = a.t().repeat(&[2, 0], 0).unwrap().to_vec::<i32>().unwrap();
        assert_eq!(some, [0, 2, 0, 2]);
        let tiled = a.tile(&[2, 1, 2]).unwrap();
        assert_eq!(tiled.shape(), [2, 2, 4]);
        assert_eq!(tiled.to_vec::<i32>().unwrap()[..4], [0, 1, 0, 1]);
        assert_eq!(a.tile(&[]).unwrap().to_vec::<i32>().unwrap(), [0, 1, 2, 3]);
        let words = a.repeat(&[1, -1], 0).unwrap_err().to_string();
        assert_eq!(words, "repeats may not contain negative values.");
        assert_eq!(a.repeat(&[-1], 0).unwrap_err(), Error::NegativeDimension);
    }

    #[test]
    fn rolled_elements_come_in_at_the_other_end() {
        let a = array(&[2, 3]);
        let rolled = a.roll(&[1, -1], &[0, 1]).unwrap();
        assert_eq!(rolled.to_vec::<i32>().unwrap(), [4, 5, 3, 1, 2, 0]);
        let none = a.roll(&[2, i64::MAX, -i64::MAX], &[0, 1, 1]).unwrap();
        assert_eq!(none.to_vec::<i32>().unwrap(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn triangles_are_zero_beyond_the_diagonal() {
        let a = array(&[2, 3]);
        let lower = a.triangle(0, true).unwrap().to_vec::<i32>().unwrap();
        assert_eq!(lower, [0, 0, 0, 3, 4, 0]);
        let upper = a.triangle(1, false).unwrap().to_vec::<i32>().unwrap();
        assert_eq!(upper, [0, 1, 2, 0, 0, 5]);
        let square = array(&[2]).triangle(i64::MAX, true).unwrap();
        assert_eq!(square.to_vec::<i32>().unwrap(), [0, 1, 0, 1]);
    }
}
