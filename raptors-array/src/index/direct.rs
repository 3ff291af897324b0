//! The keys that programs use most, each without a look at what else a key could be: one place on
//! every axis, one place or one slice on the first.

use super::basic::places;
use crate::{Array, Buffer, Dims, Error, MAX_NDIM, Result, Strides, layout};
use raptors_kernels::Scalar;

impl Array {
    /// The bytes from the first element to the one at `index`, which has a place for every axis.
    #[inline(always)]
    fn distance_to(&self, index: &[i64]) -> Result<isize> {
        if index.len() != self.ndim() {
            return Err(Error::ItemIndices);
        }
        let mut distance = 0;
        for (axis, &i) in index.iter().enumerate() {
            let place = layout::position(i, self.shape()[axis], Some(axis))?;
            distance += place as isize * self.strides()[axis];
        }
        Ok(distance)
    }

    /// The element at `index`, counted from the end where negative, as a new array without axes that
    /// is not to be written.
    ///
    /// Always part of its caller, as are the other functions for common keys: then the new array is
    /// written where it stays.
    ///
    /// # Errors
    ///
    /// [`Error::ItemIndices`], [`Error::Index`] or [`Error::Memory`].
    #[inline(always)]
    pub fn element(&self, index: &[i64]) -> Result<Self> {
        let distance = self.distance_to(index)?;
        let (dtype, size) = (self.dtype(), self.itemsize());
        let Some(buffer) = Buffer::new(size) else {
            return Err(Error::memory(size));
        };
        let to = buffer.as_ptr();
        // SAFETY: the distance is that of an element of this array, and the new buffer, which nobody
        // else knows, has room for one.
        unsafe {
            let from = self.as_ptr().offset(distance);
            // Sizes that the compiler knows are moved without a call.
            match size {
                8 => to.copy_from_nonoverlapping(from, 8),
                4 => to.copy_from_nonoverlapping(from, 4),
                1 => to.copy_from_nonoverlapping(from, 1),
                _ => to.copy_from_nonoverlapping(from, size),
            }
        }
        let (shape, strides) = (Dims::new(), Strides::new());
        // SAFETY: the buffer holds the one element that there is.
        Ok(unsafe { Self::from_raw_parts(buffer, to, dtype, shape, strides, false) })
    }

    /// Writes `value`, which has the element type, to the element at `index`.
    ///
    /// # Safety
    ///
    /// The array may be written, and no Rust reference into its memory exists.
    ///
    /// # Errors
    ///
    /// [`Error::ItemIndices`], [`Error::Index`], or [`Error::Internal`] for a value of another type.
    #[inline]
    pub unsafe fn store(&self, index: &[i64], value: &Scalar) -> Result<()> {
        let distance = self.distance_to(index)?;
        if value.dtype() != self.dtype() {
            return Err(Error::Internal {
                what: "a value of another type than the element's",
            });
        }
        let bytes = value.as_in();
        // SAFETY: the distance is that of an element, as large as the value, that the caller lets
        // be written.
        unsafe {
            let (from, to) = (bytes.bytes().as_ptr(), self.as_mut_ptr().offset(distance));
            to.copy_from_nonoverlapping(from, self.itemsize());
        }
        Ok(())
    }

    /// The view at `place` of the first axis, counted from the end where negative.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyIndices`] without axes, or [`Error::Index`].
    #[inline(always)]
    pub fn row(&self, place: i64) -> Result<Self> {
        let ([n, shape @ ..], [stride, strides @ ..]) = (self.shape(), self.strides()) else {
            return Err(Error::TooManyIndices { ndim: 0, count: 1 });
        };
        let distance = layout::position(place, *n, Some(0))? as isize * stride;
        // SAFETY: the place is one of the axis, so that only elements of this array are reached.
        Ok(unsafe { self.view(distance, layout::axes(shape), layout::axes(strides)) })
    }

    /// The view of every `step`-th place of the first axis from `start` to before `stop`, bounds
    /// beyond the ends included.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyIndices`] without axes, or [`Error::SliceStep`].
    #[inline(always)]
    pub fn slice(&self, start: i64, stop: i64, step: i64) -> Result<Self> {
        let (&[n, ..], &[stride, ..]) = (self.shape(), self.strides()) else {
            return Err(Error::TooManyIndices { ndim: 0, count: 1 });
        };
        let (first, length, step) = places(Some(start), Some(stop), Some(step), n)?;
        let mut shape = layout::axes(self.shape());
        let mut strides = layout::axes(self.strides());
        shape[0] = length;
        // Only a slice of at most one element can have a stride that overflows.
        strides[0] = stride.checked_mul(step).unwrap_or(stride);
        // SAFETY: every place is inside the axis, so that only elements of this array are reached.
        Ok(unsafe { self.view(first as isize * stride, shape, strides) })
    }
}

/// A view that is chosen axis by axis, from the first.
pub struct Choice<'a> {
    array: &'a Array,
    axis: usize,
    distance: isize,
    shape: Dims,
    strides: Strides,
}

impl<'a> Choice<'a> {
    /// Nothing is chosen yet.
    #[inline]
    pub fn new(array: &'a Array) -> Self {
        Self {
            array,
            axis: 0,
            distance: 0,
            shape: Dims::new(),
            strides: Strides::new(),
        }
    }

    /// The length and the stride of the next axis.
    #[inline]
    fn next(&mut self) -> Option<(usize, isize)> {
        let next = (
            *self.array.shape().get(self.axis)?,
            self.array.strides()[self.axis],
        );
        self.axis += 1;
        Some(next)
    }

    /// One place of the next axis; nothing if it is outside.
    #[inline]
    pub fn place(&mut self, place: i64) -> Option<()> {
        let (n, stride) = self.next()?;
        self.distance += layout::position(place, n, None).ok()? as isize * stride;
        Some(())
    }

    /// A slice of the next axis; nothing if its step is zero.
    #[inline]
    pub fn slice(&mut self, start: i64, stop: i64, step: i64) -> Option<()> {
        let (n, stride) = self.next()?;
        let (first, length, step) = places(Some(start), Some(stop), Some(step), n).ok()?;
        self.distance += first as isize * stride;
        self.shape.push(length);
        // Only a slice of at most one element can have a stride that overflows.
        self.strides
            .push(stride.checked_mul(step).unwrap_or(stride));
        Some(())
    }

    /// A new axis of length one.
    #[inline]
    pub fn new_axis(&mut self) {
        self.shape.push(1);
        self.strides.push(0);
    }

    /// All of the next `count` axes; nothing if there are not as many.
    #[inline]
    pub fn all(&mut self, count: usize) -> Option<()> {
        let axes = self.axis..self.axis.checked_add(count)?;
        self.shape
            .extend_from_slice(self.array.shape().get(axes.clone())?);
        self.strides.extend_from_slice(&self.array.strides()[axes]);
        self.axis += count;
        Some(())
    }

    /// The view, with all axes that are left; nothing if it has too many.
    #[inline]
    pub fn finish(mut self) -> Option<Array> {
        self.all(self.array.ndim() - self.axis)?;
        if self.shape.len() > MAX_NDIM {
            return None;
        }
        // SAFETY: every place is inside its axis, so that only elements of the array are reached.
        Some(unsafe { self.array.view(self.distance, self.shape, self.strides) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;

    #[test]
    fn common_keys_choose_what_all_keys_choose() {
        let cube = Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i32>>()).unwrap();
        let element = cube.element(&[1, -1, 2]).unwrap();
        assert_eq!(
            (element.ndim(), element.item().unwrap().get::<i32>()),
            (0, 22)
        );
        let row = cube.row(-1).unwrap();
        assert_eq!(row.shape(), [3, 4]);
        assert_eq!(
            row.to_vec::<i32>(),
            cube.index(&[Index::Int(1)]).unwrap().to_vec()
        );
        for (start, stop, step) in [(0, 2, 1), (1, 9, 1), (-1, i64::MIN, -1), (5, 7, 2)] {
            let key = Index::Slice {
                start: Some(start),
                stop: Some(stop),
                step: Some(step),
            };
            let (ours, general) = (cube.slice(start, stop, step), cube.index(&[key]));
            let (ours, general) = (ours.unwrap(), general.unwrap());
            assert_eq!(ours.shape(), general.shape());
            assert_eq!(ours.to_vec::<i32>(), general.to_vec());
        }
    }

    #[test]
    fn views_are_chosen_axis_by_axis() {
        let cube = Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i32>>()).unwrap();
        let mut choice = Choice::new(&cube);
        choice.place(-1).unwrap();
        choice.new_axis();
        choice.slice(2, i64::MIN, -2).unwrap();
        let view = choice.finish().unwrap();
        assert_eq!(view.shape(), [1, 2, 4]);
        assert_eq!(
            view.to_vec::<i32>().unwrap(),
            [20, 21, 22, 23, 12, 13, 14, 15]
        );
        let mut choice = Choice::new(&cube);
        choice.all(2).unwrap();
        assert!(choice.place(4).is_none() && choice.all(1).is_none());
        assert!(Choice::new(&cube).slice(0, 1, 0).is_none());
    }

    #[test]
    fn wrong_places_are_errors() {
        let a = Array::from_slice(&[1.0, 2.0]).unwrap();
        assert_eq!(
            a.element(&[2]).unwrap_err(),
            Error::Index {
                index: 2,
                axis: Some(0),
                size: 2
            }
        );
        assert!(a.element(&[0, 0]).is_err() && a.row(-3).is_err());
        let scalar = a.element(&[1]).unwrap();
        assert!(scalar.row(0).is_err() && scalar.slice(0, 1, 1).is_err());
        // SAFETY: nobody else knows the array.
        unsafe {
            assert!(a.store(&[0], &Scalar::new(1i8)).is_err());
            a.store(&[-1], &Scalar::new(7.0)).unwrap();
        }
        assert_eq!(a.to_vec::<f64>().unwrap(), [1.0, 7.0]);
    }
}
