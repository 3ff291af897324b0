//! Bits and bytes of elements: truth values packed eight to a byte, bytes in reverse order.

use crate::dense::NOT_DENSE;
use crate::{Array, DType, Dims, Error, Kind, Order, Result, assign, layout, target::Target};
use raptors_kernels::{Bool, moves};
use smallvec::SmallVec;

/// Bytes of a row from which a loop over it pays: narrower axes are turned instead.
const ROW: usize = 32;

/// The axes in order, but two in each other's place.
fn swapped(ndim: usize, [axis, other]: [usize; 2]) -> SmallVec<[i64; 4]> {
    let mut axes: SmallVec<[i64; 4]> = (0..ndim as i64).collect();
    axes.swap(axis, other);
    axes
}

impl Array {
    /// Eight truth values to a byte along `axis`, zeros filling up the last byte; `big` bytes have
    /// the first value in the highest bit. What is not zero is true.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], or as [`Array::empty`].
    pub fn pack_bits(&self, axis: i64, big: bool) -> Result<Self> {
        let axis = layout::axis(axis, self.ndim(), None)?;
        if let Some(other) = self.turns(axis, self.shape()[axis].is_multiple_of(8)) {
            let axes = swapped(self.ndim(), [axis, other]);
            let packed = self.transpose(&axes)?.pack_bits(other as i64, big)?;
            return assign::copy(&packed.transpose(&axes)?, Some(Order::C));
        }
        let own;
        let truth = if self.dtype() == DType::Bool && self.is_c_contiguous() {
            self
        } else {
            own = assign::astype(self, DType::Bool, Some(Order::C))?;
            &own
        };
        let mut shape = Dims::from_slice(self.shape());
        let n = shape[axis];
        shape[axis] = n.div_ceil(8);
        let mut result = Self::empty(&shape, DType::U8, Order::C)?;
        let (width, packed) = (layout::size(&shape[axis + 1..]), shape[axis]);
        if result.size() == 0 {
            return Ok(result);
        }
        let values = truth.as_slice::<Bool>().ok_or(NOT_DENSE)?;
        let bytes = result.as_slice_mut::<u8>()?.ok_or(NOT_DENSE)?;
        if width == 1 && n.is_multiple_of(8) {
            moves::pack_bits(values, big, bytes);
            return Ok(result);
        }
        let blocks = values
            .chunks(n * width)
            .zip(bytes.chunks_mut(packed * width));
        for (values, bytes) in blocks {
            if width == 1 {
                moves::pack_bits(values, big, bytes);
                continue;
            }
            bytes.fill(0);
            for (row, values) in values.chunks(width).enumerate() {
                let bytes = &mut bytes[row / 8 * width..][..width];
                moves::pack_row(values, bit(row, big), bytes);
            }
        }
        Ok(result)
    }

    /// The axis in whose place bits along `axis` are better found: the last one where rows are
    /// short, the first one where `axis` is the last, and short; `whole` bytes of that are one run.
    fn turns(&self, axis: usize, whole: bool) -> Option<usize> {
        let (n, last) = (self.shape()[axis], self.ndim() - 1);
        let width = layout::size(&self.shape()[axis + 1..]);
        if width > 1 && width < ROW && n >= ROW {
            return Some(last);
        }
        (axis == last && !whole && n < ROW && self.shape()[0] >= ROW).then_some(0)
    }

    /// The bits of bytes along `axis` as bytes of zero or one, `count` of them: zeros are added
    /// where there are not so many.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], [`Error::TooBig`], or as [`Array::empty`].
    pub fn unpack_bits(&self, axis: i64, count: Option<usize>, big: bool) -> Result<Self> {
        let axis = layout::axis(axis, self.ndim(), None)?;
        if let Some(other) = self.turns(axis, count.is_none()) {
            let axes = swapped(self.ndim(), [axis, other]);
            let bits = self
                .transpose(&axes)?
                .unpack_bits(other as i64, count, big)?;
            return assign::copy(&bits.transpose(&axes)?, Some(Order::C));
        }
        let own;
        let packed = if self.dtype() == DType::U8 && self.is_c_contiguous() {
            self
        } else {
            own = assign::astype(self, DType::U8, Some(Order::C))?;
            &own
        };
        let mut shape = Dims::from_slice(self.shape());
        let n = shape[axis];
        shape[axis] = match count {
            Some(count) => count,
            None => n.checked_mul(8).ok_or(Error::TooBig)?,
        };
        let mut result = Self::empty(&shape, DType::U8, Order::C)?;
        let (width, places) = (layout::size(&shape[axis + 1..]), shape[axis]);
        if result.size() == 0 {
            return Ok(result);
        }
        let bytes = packed.as_slice::<u8>().ok_or(NOT_DENSE)?;
        let bits = result.as_slice_mut::<u8>()?.ok_or(NOT_DENSE)?;
        if width == 1 && places == 8 * n {
            moves::unpack_bits(bytes, big, bits);
            return Ok(result);
        }
        for (block, bits) in bits.chunks_mut(places * width).enumerate() {
            let bytes = &bytes[block * n * width..][..n * width];
            if width == 1 {
                moves::unpack_bits(bytes, big, bits);
                continue;
            }
            for (row, bits) in bits.chunks_mut(width).enumerate() {
                match bytes.get(row / 8 * width..) {
                    Some(bytes) if !bytes.is_empty() => {
                        moves::unpack_row(&bytes[..width], bit(row, big), bits);
                    }
                    _ => bits.fill(0),
                }
            }
        }
        Ok(result)
    }

    /// The elements with the bytes of each in reverse order; of each part of complex ones.
    ///
    /// # Errors
    ///
    /// As [`Array::empty`].
    pub fn swapped(&self) -> Result<Self> {
        if self.is_f_contiguous() && !self.is_c_contiguous() {
            return Ok(self.t().swapped()?.t());
        }
        let from = self.in_one_piece()?;
        let result = Self::empty(self.shape(), self.dtype(), Order::C)?;
        let mut target = Target::fresh(&result);
        let n = self.size();
        let (Some(from), Some(mut to)) = (from.run(0, n), target.run(0, n)) else {
            return Err(NOT_DENSE);
        };
        let unit = match self.dtype().kind() {
            Kind::Complex => self.itemsize() / 2,
            _ => self.itemsize(),
        };
        moves::swap_bytes(unit, from.bytes(), to.bytes());
        Ok(result)
    }
}

/// The bit of its byte that value `i` is.
const fn bit(i: usize, big: bool) -> u32 {
    let bit = i as u32 % 8;
    if big { 7 - bit } else { bit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_along_any_axis_come_back() {
        let values: Vec<u8> = (0..3 * 11 * 4).map(|i| u8::from(i * i % 5 < 2)).collect();
        let a = Array::from_shape(&[3, 11, 4], &values).unwrap();
        for (axis, length) in [(0, 1), (1, 2), (2, 1), (-1, 1)] {
            for big in [false, true] {
                let packed = a.pack_bits(axis, big).unwrap();
                let place = axis.rem_euclid(3) as usize;
                assert_eq!(packed.shape()[place], length);
                let n = a.shape()[place];
                let back = packed.unpack_bits(axis, Some(n), big).unwrap();
                assert_eq!(back.to_vec::<u8>().unwrap(), values, "{axis}");
                let more = packed.unpack_bits(axis, Some(n + 20), big).unwrap();
                assert_eq!(more.shape()[place], n + 20);
                assert_eq!(
                    packed.unpack_bits(axis, None, big).unwrap().shape()[place],
                    8 * length
                );
            }
        }
        let lying = a.transpose(&[2, 1, 0]).unwrap();
        let packed = lying.pack_bits(2, true).unwrap();
        assert_eq!(packed.shape(), [4, 11, 1]);
        assert!(a.pack_bits(3, true).is_err());
        let values: Vec<u8> = (0..100 * 3).map(|i| u8::from(i * i % 7 < 3)).collect();
        let tall = Array::from_shape(&[100, 3], &values).unwrap();
        let packed = tall.pack_bits(0, false).unwrap();
        assert_eq!(
            (packed.shape(), packed.is_c_contiguous()),
            (&[13, 3][..], true)
        );
        let back = packed.unpack_bits(0, Some(100), false).unwrap();
        assert_eq!(back.to_vec::<u8>().unwrap(), values);
    }

    #[test]
    fn bytes_change_places_in_every_layout() {
        let a = Array::from_shape(&[2, 2], &[1u32, 2, 3, 0x0102_0304]).unwrap();
        let swapped = a.t().swapped().unwrap();
        assert!(swapped.is_f_contiguous());
        let swapped = swapped.to_vec::<u32>().unwrap();
        assert_eq!(swapped, [1 << 24, 3 << 24, 2 << 24, 0x0403_0201]);
    }
}
