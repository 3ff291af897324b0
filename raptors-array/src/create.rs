//! New arrays.

use crate::{
    Array, Buffer, Dims, Error, Result, Strides,
    assign::COPY_COST,
    broadcast_strides, cast_scalar,
    drive::{Shared, drive, result_plan},
    keep_order, layout, own_order,
};
use core::ops::Range;
use raptors_dispatch::plan::Stores;
use raptors_kernels::{
    DType, Element, Out, Scalar,
    moves::{self, Stream},
};
use smallvec::SmallVec;

/// Elements up to which new arrays are written without a plan.
const SHORT: usize = 1024;
/// Bytes that are written to the first cache before they go around the others.
const STREAMED: usize = 1024;

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
        Self::ordered(shape, dtype, order, Buffer::new)
    }

    /// An array of zeros; the memory of large ones is not touched before it is used.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn zeros(shape: &[usize], dtype: DType, order: Order) -> Result<Self> {
        Self::ordered(shape, dtype, order, Buffer::zeroed)
    }

    /// An array of ones.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn ones(shape: &[usize], dtype: DType, order: Order) -> Result<Self> {
        Self::full(shape, &cast_scalar(&Scalar::new(1i8), dtype), order)
    }

    /// An array of `value`, whose type is the element type.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn full(shape: &[usize], value: &Scalar, order: Order) -> Result<Self> {
        let array = Self::empty(shape, value.dtype(), order)?;
        array.generate_pieces(true, &|_, mut out| {
            let (n, bytes) = (out.len(), out.bytes());
            let target =
                moves::Target::contiguous(bytes.as_mut_ptr(), value.dtype().size(), [1, n]);
            // SAFETY: the target is the run, and the value is one element of its type.
            unsafe { moves::fill(target, value.as_in().bytes().as_ptr()) };
        })?;
        Ok(array)
    }

    /// Writes all elements of this array, which is new and lies in one piece: `write` gets runs, and
    /// how many elements are before each.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`].
    pub(crate) fn generate(&self, write: &(dyn Fn(usize, Out<'_>) + Sync)) -> Result<()> {
        self.generate_pieces(false, write)
    }

    /// As [`Array::generate`]; where all elements are `alike`, what is stored around the caches is written
    /// once and stored again and again.
    fn generate_pieces(&self, alike: bool, write: &(dyn Fn(usize, Out<'_>) + Sync)) -> Result<()> {
        let (n, dtype, to) = (self.size(), self.dtype(), Shared(self.as_mut_ptr()));
        // SAFETY: the new array has the elements of the range one after the other, and each is given
        // to one call.
        let run = |range: Range<usize>| unsafe {
            let ptr = to.get().add(range.start * dtype.size());
            Out::from_raw(ptr, range.len(), dtype)
        };
        if n <= SHORT {
            write(0, run(0..n));
            return Ok(());
        }
        let plan = result_plan(
            COPY_COST,
            n,
            [dtype.size(); 2],
            0,
            true,
            self.buffer().cold(),
        );
        drive(&plan, n, plan.chunk.max(1), &|range| {
            if plan.stores == Stores::Cached {
                write(range.start, run(range));
                return Ok(());
            }
            let stage = Buffer::new(STREAMED).ok_or_else(|| Error::memory(STREAMED))?;
            let stream = Stream::begin();
            for start in range.clone().step_by(STREAMED / dtype.size()) {
                let piece = start..range.end.min(start + STREAMED / dtype.size());
                if !alike || start == range.start {
                    // SAFETY: the stage has room for the piece, and nobody else knows it.
                    let out = unsafe { Out::from_raw(stage.as_ptr(), piece.len(), dtype) };
                    write(start, out);
                }
                let bytes = piece.len() * dtype.size();
                // SAFETY: the stage holds the elements of the piece, for which there is room.
                unsafe { stream.copy(stage.as_ptr(), run(piece).bytes().as_mut_ptr(), bytes) };
            }
            Ok(())
        })
    }

    /// An array with any contents, whose elements lie in the order of those of `operands`, given by
    /// their strides for `shape`: C order where they disagree.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    #[inline]
    pub fn empty_keeping(shape: &[usize], dtype: DType, operands: &[&[isize]]) -> Result<Self> {
        Self::allocate(
            shape,
            dtype,
            |n, size| keep_order(n, size, operands),
            Buffer::new,
        )
    }

    /// An array with any contents, of the shape of this one and in its order.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn empty_like(&self, dtype: DType) -> Result<Self> {
        let strides = |n: &[usize], size| own_order(n, size, self.strides());
        Self::allocate(self.shape(), dtype, strides, Buffer::new)
    }

    /// An array of zeros, of the shape of this one and in its order.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn zeros_like(&self, dtype: DType) -> Result<Self> {
        let strides = |n: &[usize], size| own_order(n, size, self.strides());
        Self::allocate(self.shape(), dtype, strides, Buffer::zeroed)
    }

    /// A `rows` by `columns` array with ones on diagonal `k`, zeros elsewhere.
    ///
    /// # Errors
    ///
    /// As [`layout::bytes`], or [`Error::Memory`].
    pub fn eye(rows: usize, columns: usize, k: i64, dtype: DType, order: Order) -> Result<Self> {
        let array = Self::zeros(&[rows, columns], dtype, order)?;
        let diagonal = array.diagonal(k, 0, 1)?;
        let one = cast_scalar(&Scalar::new(1i8), dtype);
        let target = moves::Target {
            ptr: diagonal.as_mut_ptr(),
            size: array.itemsize(),
            shape: [1, diagonal.size()],
            strides: [0, diagonal.strides()[0]],
        };
        // SAFETY: the target is a view of the new array, which nobody else knows, and the value is
        // one element of its type.
        unsafe { moves::fill(target, one.as_in().bytes().as_ptr()) };
        Ok(array)
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
        fits(shape, elements)?;
        let array = Self::empty(shape, T::DTYPE, Order::C)?;
        let bytes = size_of_val(elements);
        // SAFETY: the new array holds exactly `bytes` bytes that nobody else knows.
        unsafe {
            array
                .as_mut_ptr()
                .copy_from_nonoverlapping(elements.as_ptr().cast(), bytes);
        };
        Ok(array)
    }

    /// An array of no dimensions.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`].
    #[inline(always)]
    pub fn from_scalar(value: &Scalar) -> Result<Self> {
        let (run, dtype) = (value.as_in(), value.dtype());
        let from = run.bytes();
        let Some(buffer) = Buffer::new(from.len()) else {
            return Err(Error::memory(from.len()));
        };
        let (to, shape, strides) = (buffer.as_ptr(), Dims::new(), Strides::new());
        // SAFETY: the buffer is new, and has room for the one element that there is.
        unsafe {
            to.copy_from_nonoverlapping(from.as_ptr(), from.len());
            Ok(Self::from_raw_parts(
                buffer, to, dtype, shape, strides, true,
            ))
        }
    }

    #[inline]
    fn ordered(
        shape: &[usize],
        dtype: DType,
        order: Order,
        buffer: impl FnOnce(usize) -> Option<Buffer>,
    ) -> Result<Self> {
        let strides = match order {
            Order::C => layout::c_strides,
            Order::F => layout::f_strides,
        };
        Self::allocate(shape, dtype, strides, buffer)
    }

    /// An array whose `strides` are dense in some order of the axes.
    #[inline]
    fn allocate(
        shape: &[usize],
        dtype: DType,
        strides: impl FnOnce(&[usize], usize) -> Strides,
        buffer: impl FnOnce(usize) -> Option<Buffer>,
    ) -> Result<Self> {
        let bytes = layout::bytes(shape, dtype)?;
        let shape: Dims = layout::axes(shape);
        let Some(buffer) = buffer(bytes) else {
            return Err(Error::Memory { shape, dtype });
        };
        let strides = strides(&shape, dtype.size());
        let ptr = buffer.as_ptr();
        // SAFETY: the buffer has the bytes that the shape and its dense strides reach,
        // initialized.
        Ok(unsafe { Self::from_raw_parts(buffer, ptr, dtype, shape, strides, true) })
    }
}

/// A new array that keeps the order of `inputs` in memory unless another is asked for.
pub(crate) fn new_like(
    shape: &[usize],
    dtype: DType,
    order: Option<Order>,
    inputs: &[&Array],
) -> Result<Array> {
    if order.is_some() || inputs.iter().all(|x| x.is_c_contiguous()) {
        return Array::empty(shape, dtype, order.unwrap_or_default());
    }
    let strides: SmallVec<[Strides; 3]> = inputs
        .iter()
        .filter_map(|x| broadcast_strides(x.shape(), x.strides(), shape))
        .collect();
    let strides: SmallVec<[&[isize]; 3]> = strides.iter().map(SmallVec::as_slice).collect();
    Array::empty_keeping(shape, dtype, &strides)
}

/// Whether `shape` holds `elements`.
pub(crate) fn fits<T: Element>(shape: &[usize], elements: &[T]) -> Result<()> {
    if layout::bytes(shape, T::DTYPE)? == size_of_val(elements) {
        return Ok(());
    }
    let shape = shape.iter().map(|&n| n as i64).collect();
    Err(Error::Reshape {
        size: elements.len(),
        shape,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use raptors_kernels::dtype::f16;

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

    #[test]
    fn ones_full_and_eye_hold_what_they_say() {
        let ones = Array::ones(&[2, 3], DType::F16, Order::F).unwrap();
        assert_eq!(ones.strides(), [2, 4]);
        assert!(ones.to_vec::<f16>().unwrap().iter().all(|&x| x == f16::ONE));
        let full = Array::full(&[5, 0], &Scalar::new(7u16), Order::C).unwrap();
        assert_eq!(full.size(), 0);
        let eye = |k| {
            Array::eye(2, 3, k, DType::I8, Order::F)
                .unwrap()
                .to_vec::<i8>()
                .unwrap()
        };
        assert_eq!(eye(0), [1, 0, 0, 0, 1, 0]);
        assert_eq!(eye(2), [0, 0, 1, 0, 0, 0]);
        assert_eq!(eye(-1), [0, 0, 0, 1, 0, 0]);
        assert_eq!(eye(-5), [0; 6]);
        let scalar = Array::from_scalar(&Scalar::new(2.5)).unwrap();
        assert_eq!(
            (scalar.ndim(), scalar.item().unwrap().get::<f64>()),
            (0, 2.5)
        );
    }

    #[test]
    fn likes_keep_the_order_of_the_axes() {
        let a = Array::zeros(&[2, 3, 4], DType::F64, Order::C).unwrap();
        let b = a.transpose(&[2, 0, 1]).unwrap();
        assert_eq!(b.zeros_like(DType::I8).unwrap().strides(), [1, 12, 4]);
        assert_eq!(a.empty_like(DType::I8).unwrap().strides(), [12, 4, 1]);
    }
}
