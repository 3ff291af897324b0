//! To and from `ndarray` and `Vec`, without copying the elements.

use crate::{Array, Buffer, Dims, Error, Result, Strides, create::fits, layout};
use core::{any::Any, ptr::NonNull};
use ndarray::{ArrayViewD, ArrayViewMutD, Axis, Dimension, IxDyn, OwnedRepr, RawArrayViewMut};
use raptors_kernels::Element;

impl Array {
    /// The elements as an `ndarray` view. `None` if `T` is not their type, or if they are not
    /// aligned or not a whole number of elements apart.
    pub fn ndview<T: Element>(&self) -> Option<ArrayViewD<'_, T>> {
        let raw = self.raw()?;
        // SAFETY: the elements are initialized, aligned, of type `T`, and live as long as the
        // buffer, which `self` shares; nobody writes what safe code can read.
        Some(unsafe { raw.deref_into_view() })
    }

    /// The elements as an `ndarray` view to write. This array gets memory of its own first where it
    /// shares its memory, or where one element has several indices. `None` as for
    /// [`Array::ndview`].
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`], or [`Error::Memory`] for the copy.
    pub fn ndview_mut<T: Element>(&mut self) -> Result<Option<ArrayViewMutD<'_, T>>> {
        if self.dtype() != T::DTYPE {
            return Ok(None);
        }
        if !self.writeable() {
            return Err(Error::ReadOnly);
        }
        if !self.buffer().is_unique() || self.repeats() || !self.is_aligned() {
            *self = self.to_contiguous()?;
        }
        // SAFETY: as `ndview`; the buffer is unique, `self` is borrowed exclusively, and no element
        // has two indices.
        Ok(self.raw().map(|raw| unsafe { raw.deref_into_view_mut() }))
    }

    fn raw<T: Element>(&self) -> Option<RawArrayViewMut<T, IxDyn>> {
        if self.dtype() != T::DTYPE || !self.is_aligned() {
            return None;
        }
        let size = self.itemsize() as isize;
        let (mut low, mut strides) = (0, Vec::with_capacity(self.ndim()));
        for (&n, &stride) in self.shape().iter().zip(self.strides()) {
            let stride = if n > 1 { stride } else { size };
            if stride % size != 0 {
                return None;
            }
            if stride < 0 && self.size() > 0 {
                low += stride * (n as isize - 1);
            }
            strides.push((stride / size).unsigned_abs());
        }
        let shape = IxDyn(self.shape());
        let ptr: *mut T = self.as_mut_ptr().wrapping_offset(low).cast();
        // SAFETY: from the lowest element, the strides made positive reach the same elements.
        let mut raw = unsafe {
            RawArrayViewMut::from_shape_ptr(
                ndarray::ShapeBuilder::strides(shape, IxDyn(&strides)),
                ptr,
            )
        };
        for (axis, (&n, &stride)) in self.shape().iter().zip(self.strides()).enumerate() {
            if stride < 0 && n > 1 {
                raw.invert_axis(Axis(axis));
            }
        }
        Some(raw)
    }

    /// The elements of an `ndarray` array, which this array keeps.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyDimensions`], or [`Error::Memory`] for the share.
    pub fn from_ndarray<T: Element, D: Dimension>(
        array: ndarray::ArrayBase<OwnedRepr<T>, D>,
    ) -> Result<Self> {
        let shape = Dims::from_slice(array.shape());
        layout::bytes(&shape, T::DTYPE)?;
        let size = size_of::<T>() as isize;
        let strides = array
            .strides()
            .iter()
            .map(|&stride| stride * size)
            .collect();
        let (elements, first) = array.into_raw_vec_and_offset();
        // SAFETY: `ndarray` gives strides that stay inside the vector from its first element.
        unsafe { Self::keep(elements, first.unwrap_or(0), shape, strides) }
    }

    /// The elements of a vector in C order, which this array keeps.
    ///
    /// # Errors
    ///
    /// [`Error::Reshape`] if `shape` does not hold them, as [`layout::bytes`], or [`Error::Memory`]
    /// for the share.
    pub fn from_vec<T: Element>(shape: &[usize], elements: Vec<T>) -> Result<Self> {
        fits(shape, &elements)?;
        let strides = layout::c_strides(shape, size_of::<T>());
        // SAFETY: the shape holds exactly the elements.
        unsafe { Self::keep(elements, 0, shape.into(), strides) }
    }

    /// # Safety
    ///
    /// From element `first`, `shape` and `strides` reach only elements of the vector.
    unsafe fn keep<T: Element>(
        mut elements: Vec<T>,
        first: usize,
        shape: Dims,
        strides: Strides,
    ) -> Result<Self> {
        let start = NonNull::new(elements.as_mut_ptr()).unwrap_or(NonNull::dangling());
        let bytes = size_of_val(elements.as_slice());
        let owner: Box<dyn Any + Send + Sync> = Box::new(elements);
        // SAFETY: the vector, which nobody else can reach, owns these initialized bytes and does
        // not move them when it is moved.
        let Some(buffer) = (unsafe { Buffer::foreign(start.cast(), bytes, owner) }) else {
            return Err(Error::Memory {
                shape,
                dtype: T::DTYPE,
            });
        };
        let ptr = start.as_ptr().wrapping_add(first).cast();
        // SAFETY: as the caller promises.
        Ok(unsafe { Self::from_raw_parts(buffer, ptr, T::DTYPE, shape, strides, true) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;
    use ndarray::{Array2, s};

    fn count() -> Array {
        Array::from_shape(&[3, 4], &(0..12).collect::<Vec<i32>>()).unwrap()
    }

    #[test]
    fn views_show_the_same_memory() {
        let a = count();
        let view = a.ndview::<i32>().unwrap();
        assert_eq!((view.shape(), view[[2, 1]]), (&[3, 4][..], 9));
        assert_eq!(view.as_ptr().cast(), a.as_ptr());
        assert!(a.ndview::<f32>().is_none());
        let back = Index::Slice {
            start: None,
            stop: None,
            step: Some(-2),
        };
        let b = a.index(&[back, back]).unwrap();
        let view = b.ndview::<i32>().unwrap();
        assert_eq!(
            view.iter().copied().collect::<Vec<_>>(),
            b.to_vec::<i32>().unwrap()
        );
        let empty = a
            .index(&[Index::Slice {
                start: Some(3),
                stop: None,
                step: None,
            }])
            .unwrap();
        assert_eq!(empty.ndview::<i32>().unwrap().shape(), [0, 4]);
    }

    #[test]
    fn writing_never_shows_in_another_array() {
        let mut a = count();
        let b = a.clone();
        a.ndview_mut::<i32>().unwrap().unwrap()[[0, 0]] = 7;
        assert_eq!(a.get(&[0, 0]).unwrap().get::<i32>(), 7);
        assert_eq!(b.get(&[0, 0]).unwrap().get::<i32>(), 0);
        let before = a.as_ptr();
        a.ndview_mut::<i32>().unwrap().unwrap().fill(1);
        assert_eq!(a.as_ptr(), before);
        let mut row = b.broadcast_to(&[2, 3, 4]).unwrap();
        assert_eq!(row.ndview_mut::<i32>().unwrap_err(), Error::ReadOnly);
        row.set_writeable(true);
        drop(b);
        row.ndview_mut::<i32>().unwrap().unwrap()[[0, 0, 0]] = 5;
        assert_eq!(row.get(&[1, 0, 0]).unwrap().get::<i32>(), 0);
    }

    #[test]
    fn owned_arrays_are_kept_not_copied() {
        let mut nd = Array2::from_shape_fn((4, 5), |(i, j)| (10 * i + j) as f64);
        nd.slice_collapse(s![1..;2, ..;-1]);
        let (at, expected) = (nd.as_ptr(), nd.iter().copied().collect::<Vec<_>>());
        let a = Array::from_ndarray(nd).unwrap();
        assert_eq!(a.as_ptr(), at.cast());
        assert_eq!(
            (a.shape(), a.to_vec::<f64>().unwrap()),
            (&[2, 5][..], expected)
        );
        let v = Array::from_vec(&[2, 2], vec![1u8, 2, 3, 4]).unwrap();
        assert!(v.buffer().owner().is_some());
        assert_eq!(v.t().to_vec::<u8>().unwrap(), [1, 3, 2, 4]);
        assert!(Array::from_vec(&[3], vec![1u8]).is_err());
    }
}
