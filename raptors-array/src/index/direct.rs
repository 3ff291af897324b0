//! The keys that programs use most, each without a look at what else a key could be: one place on
//! every axis, one place or one slice on the first.

use super::basic::places;
use crate::{Array, Buffer, Dims, Error, Result, Strides, layout};
use raptors_kernels::Scalar;

/// Moves one element of `size` bytes.
///
/// # Safety
///
/// Both places are valid for as many bytes and do not overlap.
#[inline(always)]
unsafe fn move_element(from: *const u8, to: *mut u8, size: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        // Sizes that the compiler knows are moved without a call.
        match size {
            8 => to.copy_from_nonoverlapping(from, 8),
            4 => to.copy_from_nonoverlapping(from, 4),
            1 => to.copy_from_nonoverlapping(from, 1),
            _ => to.copy_from_nonoverlapping(from, size),
        }
    }
}

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
        unsafe { move_element(self.as_ptr().offset(distance), to, size) };
        let (shape, strides) = (Dims::new(), Strides::new());
        // SAFETY: the buffer holds the one element that there is.
        Ok(unsafe { Self::from_raw_parts(buffer, to, dtype, shape, strides, false) })
    }

    /// As [`Array::element`], in the memory of this array: whether it has no axes and is alone with its
    /// memory, which is needed for that.
    ///
    /// # Errors
    ///
    /// [`Error::ItemIndices`] or [`Error::Index`].
    #[inline(always)]
    pub fn renew(&mut self, array: &Self, index: &[i64]) -> Result<bool> {
        let distance = array.distance_to(index)?;
        let Some(to) = self.renewed(array.dtype()) else {
            return Ok(false);
        };
        // SAFETY: the distance is that of an element of `array`, in other memory than this array's,
        // which has room for one.
        unsafe { move_element(array.as_ptr().offset(distance), to, array.itemsize()) };
        Ok(true)
    }

    /// As [`Array::renew`], with a number as the element.
    #[inline(always)]
    pub fn renew_with(&mut self, value: &Scalar) -> bool {
        let Some(to) = self.renewed(value.dtype()) else {
            return false;
        };
        let from = value.as_in().bytes().as_ptr();
        // SAFETY: the value has one element, for which the memory of this array has room.
        unsafe { move_element(from, to, value.dtype().size()) };
        true
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

    /// The views of all places of an axis but the first, and of all but the last: neighbours at the same
    /// places of both. The axis is counted from the end where negative.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`].
    #[inline]
    pub fn neighbours(&self, axis: i64) -> Result<[Self; 2]> {
        let axis = layout::axis(axis, self.ndim(), None)?;
        let mut shape = layout::axes(self.shape());
        let strides = layout::axes(self.strides());
        let len = shape[axis].saturating_sub(1);
        let step = if len > 0 { strides[axis] } else { 0 };
        shape[axis] = len;
        // SAFETY: along the axis, the places from the first or the second on, which are all there; of a
        // view without elements nothing is reached.
        let view = |distance| unsafe { self.view(distance, shape.clone(), strides.clone()) };
        Ok([view(step), view(0)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;
    use raptors_kernels::{DType, dtype::Complex64};

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
    fn arrays_without_axes_are_used_again() {
        let a = Array::from_slice(&[1.5f32, 2.5]).unwrap();
        let mut kept = Array::from_slice(&[7u8]).unwrap().element(&[0]).unwrap();
        assert!(kept.renew(&a, &[-1]).unwrap());
        assert_eq!(kept.item().unwrap().get::<f32>(), 2.5);
        assert_eq!((kept.dtype(), kept.writeable()), (DType::F32, false));
        assert!(kept.renew(&a, &[2]).is_err());
        let z = Complex64::new(1.0, -2.0);
        assert!(kept.renew_with(&Scalar::new(z)));
        assert_eq!(kept.item().unwrap().get::<Complex64>(), z);
        let shared = kept.clone();
        assert!(!kept.renew_with(&Scalar::new(true as i8)) && !kept.renew(&a, &[0]).unwrap());
        assert_eq!(shared.item().unwrap().get::<Complex64>(), z);
        assert!(
            !Array::from_slice(&[1.0])
                .unwrap()
                .renew_with(&Scalar::new(2.0))
        );
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
