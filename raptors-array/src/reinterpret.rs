//! Views that read the same memory in another way: as another dtype, as parts, by other strides.

use crate::{Array, Dims, Error, Result, Strides, layout};
use core::fmt;
use raptors_kernels::{DType, Kind};

/// Why memory cannot be read in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewFault {
    /// An array without axes, as a dtype of another size.
    Scalar,
    /// A last axis with gaps, as a dtype of another size.
    Gaps,
    /// A smaller dtype whose size does not divide that of the elements.
    Divisor,
    /// A larger dtype whose size does not divide the last axis.
    Multiple,
    /// Strides that leave the memory.
    Strides,
    /// A number of strides other than that of the axes.
    StrideCount,
    /// A buffer that is too small for the array.
    Buffer,
}

impl fmt::Display for ViewFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => {
                "Changing the dtype of a 0d array is only supported if the itemsize is unchanged"
            }
            Self::Gaps => {
                "To change to a dtype of a different size, the last axis must be contiguous"
            }
            Self::Divisor => {
                "When changing to a smaller dtype, its size must be a divisor of the size of \
                 original dtype"
            }
            Self::Multiple => {
                "When changing to a larger dtype, its size must be a divisor of the total size in \
                 bytes of the last axis of the array."
            }
            Self::Strides => "strides is not compatible with available memory",
            Self::StrideCount => "strides must be same length as shape",
            Self::Buffer => "buffer is too small for requested array",
        })
    }
}

impl Array {
    /// The same bytes as elements of `dtype`. Where its size is another, the last axis changes.
    ///
    /// # Errors
    ///
    /// [`Error::View`] where the last axis has gaps or does not come out even.
    pub fn view_as(&self, dtype: DType) -> Result<Self> {
        let (mut shape, mut strides) = (Dims::from(self.shape()), Strides::from(self.strides()));
        let (old, new) = (self.itemsize(), dtype.size());
        if old != new {
            let (Some(n), Some(stride)) = (shape.last_mut(), strides.last_mut()) else {
                return Err(Error::View(ViewFault::Scalar));
            };
            if *n > 1 && self.size() > 0 && *stride != old as isize {
                return Err(Error::View(ViewFault::Gaps));
            }
            if old % new == 0 {
                *n = n.checked_mul(old / new).ok_or(Error::TooBig)?;
            } else if old > new {
                return Err(Error::View(ViewFault::Divisor));
            } else if !(*n * old).is_multiple_of(new) {
                return Err(Error::View(ViewFault::Multiple));
            } else {
                *n = *n * old / new;
            }
            *stride = new as isize;
        }
        Ok(self.reinterpreted(0, dtype, shape, strides))
    }

    /// The real or the imaginary parts of complex numbers, as a view. `None` for other dtypes.
    #[must_use]
    pub fn part(&self, imaginary: bool) -> Option<Self> {
        if self.dtype().kind() != Kind::Complex {
            return None;
        }
        let dtype = self.dtype().real();
        let offset = if imaginary { dtype.size() as isize } else { 0 };
        let (shape, strides) = (self.shape().into(), self.strides().into());
        Some(self.reinterpreted(offset, dtype, shape, strides))
    }

    /// The element `offset` bytes from the first and what `shape` and `strides` reach from it, as
    /// elements of `dtype`, inside the memory that the elements of this array touch.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`]; [`Error::View`] where that leaves the memory.
    pub fn strided(
        &self,
        offset: isize,
        dtype: DType,
        shape: &[usize],
        strides: &[isize],
    ) -> Result<Self> {
        if shape.len() != strides.len() {
            return Err(Error::View(ViewFault::StrideCount));
        }
        layout::bytes(shape, dtype)?;
        if shape.contains(&0) {
            return Ok(self.reinterpreted(0, dtype, shape.into(), strides.into()));
        }
        let (mut low, mut high) = (offset as i128, offset as i128 + dtype.size() as i128);
        for (&n, &stride) in shape.iter().zip(strides) {
            let reach = (n as i128 - 1) * stride as i128;
            (low, high) = (low + reach.min(0), high + reach.max(0));
        }
        let (first, end) = layout::extent(self.shape(), self.strides(), self.itemsize());
        if low < first as i128 || high > end as i128 {
            return Err(Error::View(ViewFault::Strides));
        }
        Ok(self.reinterpreted(offset, dtype, shape.into(), strides.into()))
    }

    /// # Invariant
    ///
    /// Callers give views that stay inside this array's memory.
    fn reinterpreted(&self, offset: isize, dtype: DType, shape: Dims, strides: Strides) -> Self {
        let ptr = self.as_mut_ptr().wrapping_offset(offset);
        // SAFETY: the callers above have checked that shape and strides stay inside the buffer,
        // whose bytes are initialized, and every bit pattern is a value of every dtype.
        unsafe {
            let buffer = self.buffer().clone();
            Self::from_raw_parts(buffer, ptr, dtype, shape, strides, self.writeable())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raptors_kernels::dtype::Complex64;

    #[test]
    fn dtypes_of_other_sizes_change_the_last_axis() {
        let a = Array::from_shape(&[2, 4], &[1u16, 0, 2, 0, 3, 0, 4, 0]).unwrap();
        let b = a.view_as(DType::I32).unwrap();
        assert_eq!((b.shape(), b.strides()), (&[2, 2][..], &[8, 4][..]));
        assert_eq!(b.to_vec::<i32>().unwrap(), [1, 2, 3, 4]);
        assert_eq!(b.view_as(DType::U8).unwrap().shape(), [2, 8]);
        let fault = |a: &Array, dtype| a.view_as(dtype).unwrap_err();
        assert_eq!(fault(&a.t(), DType::I32), Error::View(ViewFault::Gaps));
        assert_eq!(fault(&a, DType::C128), Error::View(ViewFault::Multiple));
        let scalar = Array::from_shape(&[], &[1u8]).unwrap();
        assert_eq!(fault(&scalar, DType::I32), Error::View(ViewFault::Scalar));
        // Nothing lies apart where there is nothing.
        let none = a.strided(0, DType::U16, &[0, 4], &[2, 6]).unwrap();
        assert_eq!(none.view_as(DType::I32).unwrap().shape(), [0, 2]);
        assert_eq!(none.view_as(DType::I8).unwrap().shape(), [0, 8]);
        assert_eq!(fault(&none, DType::C128), Error::View(ViewFault::Multiple));
    }

    #[test]
    fn parts_share_memory() {
        let z = Array::from_slice(&[Complex64::new(1.0, 2.0), Complex64::new(3.0, 4.0)]).unwrap();
        assert_eq!(z.part(false).unwrap().to_vec::<f64>().unwrap(), [1.0, 3.0]);
        assert_eq!(z.part(true).unwrap().to_vec::<f64>().unwrap(), [2.0, 4.0]);
        assert!(z.part(true).unwrap().part(true).is_none());
    }

    #[test]
    fn strides_stay_inside_the_memory() {
        let a = Array::from_slice(&[0i64; 8]).unwrap();
        assert!(a.strided(0, DType::I64, &[2, 4], &[8, 16]).is_ok());
        assert!(a.strided(56, DType::I64, &[8], &[-8]).is_ok());
        for (offset, shape, strides) in [
            (0, &[2][..], &[isize::MAX][..]),
            (-8, &[1], &[8]),
            (0, &[2], &[-8]),
            (60, &[1], &[8]),
        ] {
            let error = a.strided(offset, DType::I64, shape, strides).unwrap_err();
            assert_eq!(error, Error::View(ViewFault::Strides));
        }
    }
}
