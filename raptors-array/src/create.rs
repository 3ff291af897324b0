//! New arrays.

use crate::{Array, Buffer, Dims, Error, Result, layout};
use raptors_kernels::{DType, Element};

/// The order of the elements of a new array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// The last axis the closest.
    #[default]
    C,
    /// The first axis the closest.
    F,
}

impl Array {
    /// An array with any contents (initialized memory, left over from earlier use).
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    #[inline]
    pub fn empty(shape: &[usize], dtype: DType, order: Order) -> Result<Self> {
        Self::allocate(shape, dtype, order, Buffer::new)
    }

    /// An array of zeros; the memory of large ones is not touched before it is used.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn zeros(shape: &[usize], dtype: DType, order: Order) -> Result<Self> {
        Self::allocate(shape, dtype, order, Buffer::zeroed)
    }

    /// A one-dimensional array of a copy of `elements`.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`].
    pub fn from_slice<T: Element>(elements: &[T]) -> Result<Self> {
        Self::from_shape(&[elements.len()], elements)
    }

    /// An array of a copy of `elements`, which are in C order.
    ///
    /// # Errors
    ///
    /// [`Error::Reshape`] if `shape` does not hold them, as [`layout::bytes`], or
    /// [`Error::Memory`].
    pub fn from_shape<T: Element>(shape: &[usize], elements: &[T]) -> Result<Self> {
        let bytes = layout::bytes(shape, T::DTYPE)?;
        if bytes != size_of_val(elements) {
            let shape = shape.iter().map(|&n| n as i64).collect();
            return Err(Error::Reshape {
                size: elements.len(),
                shape,
            });
        }
        let array = Self::empty(shape, T::DTYPE, Order::C)?;
        // SAFETY: the new array holds exactly `bytes` bytes that nobody else knows.
        unsafe {
            array
                .as_mut_ptr()
                .copy_from_nonoverlapping(elements.as_ptr().cast(), bytes);
        };
        Ok(array)
    }

    #[inline]
    fn allocate(
        shape: &[usize],
        dtype: DType,
        order: Order,
        buffer: impl FnOnce(usize) -> Option<Buffer>,
    ) -> Result<Self> {
        let bytes = layout::bytes(shape, dtype)?;
        let shape = Dims::from_slice(shape);
        let Some(buffer) = buffer(bytes) else {
            return Err(Error::Memory { shape, dtype });
        };
        let strides = match order {
            Order::C => layout::c_strides(&shape, dtype.size()),
            Order::F => layout::f_strides(&shape, dtype.size()),
        };
        let ptr = buffer.as_ptr();
        // SAFETY: the buffer has the bytes that the shape and its contiguous strides reach,
        // initialized.
        Ok(unsafe { Self::from_raw_parts(buffer, ptr, dtype, shape, strides, true) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_comes_out() {
        let mut a = Array::from_shape(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_eq!(a.strides(), [24, 8]);
        assert_eq!(a.get(&[1, -1]).unwrap().get::<f64>(), 6.0);
        let b = a.clone();
        a.as_slice_mut::<f64>().unwrap().unwrap()[0] = 9.0;
        assert_eq!(a.as_slice::<f64>().unwrap()[0], 9.0);
        assert_eq!(b.as_slice::<f64>().unwrap()[0], 1.0);
        assert!(a.as_slice::<f32>().is_none());
        assert_eq!(a.as_ptr().addr() % crate::mem::ALIGN, 0);
    }

    #[test]
    fn zeros_are_zero_after_reuse() {
        for n in [0, 1, 7, 5000, 100_000, 400_000, 3_000_000] {
            for _ in 0..3 {
                let mut a = Array::zeros(&[n], DType::I32, Order::C).unwrap();
                let elements = a.as_slice_mut::<i32>().unwrap().unwrap();
                assert!(elements.iter().all(|&x| x == 0));
                elements.fill(-1);
            }
        }
    }

    #[test]
    fn impossible_sizes_are_errors() {
        let empty = |shape: &[usize]| Array::empty(shape, DType::F64, Order::C).unwrap_err();
        assert_eq!(empty(&[1 << 40, 1 << 40]), Error::TooBig);
        assert_eq!(empty(&[1 << 63]), Error::DimensionTooLarge);
        assert_eq!(empty(&[1; 65]), Error::TooManyDimensions { ndim: 65 });
        let error = empty(&[1 << 57]);
        assert_eq!(
            error.to_string(),
            "Unable to allocate 1.00 EiB for an array with shape (144115188075855872,) and data \
             type float64"
        );
    }
}
