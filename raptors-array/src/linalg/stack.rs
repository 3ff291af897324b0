//! A stack of matrices or vectors, seen one by one.

use crate::dense::dense;
use crate::{Array, Dims, Error, Order, Result};
use core::{cell::OnceCell, marker::PhantomData};
use faer::{MatMut, MatRef};
use raptors_kernels::Element;

/// The matrices of an array: its last axes, as many as its maker said.
pub(super) struct Stack<T> {
    /// In C order; where `turned` says, of the transposes.
    array: Array,
    turned: bool,
    /// What is turned in C order, once somebody asks for it.
    upright: OnceCell<Array>,
    rows: usize,
    columns: usize,
    count: usize,
    element: PhantomData<T>,
}

impl<T: Element> Stack<T> {
    /// The matrices of `array`, converted to `T`.
    pub(super) fn of(array: &Array) -> Result<Self> {
        let (outer, core) = array.shape().split_at(array.ndim() - 2);
        let (count, [rows, columns]) = (outer.iter().product(), [core[0], core[1]]);
        let mut turned = false;
        let mut elements = None;
        if array.dtype() == T::DTYPE && !array.is_c_contiguous() {
            let transposes = array.swapaxes(-1, -2)?;
            turned = transposes.is_c_contiguous() && transposes.is_aligned();
            elements = turned.then_some(transposes);
        }
        let array = match elements {
            Some(transposes) => transposes,
            None => dense(array, T::DTYPE)?,
        };
        Ok(Self {
            array,
            turned,
            upright: OnceCell::new(),
            rows,
            columns,
            count,
            element: PhantomData,
        })
    }

    /// Results with any contents: matrices, vectors (as rows) or numbers for each of `outer`.
    pub(super) fn new(outer: &[usize], core: &[usize]) -> Result<Self> {
        let shape: Dims = outer.iter().chain(core).copied().collect();
        let (rows, columns) = match *core {
            [] => (1, 1),
            [columns] => (1, columns),
            [rows, columns, ..] => (rows, columns),
        };
        Ok(Self {
            array: Array::empty(&shape, T::DTYPE, Order::C)?,
            turned: false,
            upright: OnceCell::new(),
            rows,
            columns,
            count: outer.iter().product(),
            element: PhantomData,
        })
    }

    /// The axes before the matrices.
    pub(super) fn outer(&self) -> &[usize] {
        &self.array.shape()[..self.array.ndim() - 2]
    }

    /// How many matrices there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether there is no element, however many matrices there are.
    pub(super) fn is_empty(&self) -> bool {
        self.array.size() == 0
    }

    fn range(&self, i: usize) -> core::ops::Range<usize> {
        let len = self.rows * self.columns;
        i * len..(i + 1) * len
    }

    /// The elements of matrix number `i` in C order.
    pub(super) fn elements(&self, i: usize) -> Result<&[T]> {
        if !self.turned {
            return self.stored(&self.array, i);
        }
        if let Some(upright) = self.upright.get() {
            return self.stored(upright, i);
        }
        let upright = dense(&self.array.swapaxes(-1, -2)?, T::DTYPE)?;
        self.stored(self.upright.get_or_init(|| upright), i)
    }

    /// The elements of matrix number `i` of `array` as they are stored.
    fn stored<'a>(&self, array: &'a Array, i: usize) -> Result<&'a [T]> {
        let elements = array.as_slice::<T>();
        let elements = elements.and_then(|elements| elements.get(self.range(i)));
        elements.ok_or(OUTSIDE)
    }

    /// Matrix number `i`.
    pub(super) fn get(&self, i: usize) -> Result<MatRef<'_, T>> {
        let (elements, rows, columns) = (self.stored(&self.array, i)?, self.rows, self.columns);
        Ok(if self.turned {
            MatRef::from_column_major_slice(elements, rows, columns)
        } else {
            MatRef::from_row_major_slice(elements, rows, columns)
        })
    }

    /// The elements of matrix number `i` in C order, to be written.
    pub(super) fn row_major(&mut self, i: usize) -> Result<&mut [T]> {
        let range = self.range(i);
        let elements = self.array.as_slice_mut::<T>()?;
        let elements = elements.and_then(|elements| elements.get_mut(range));
        elements.ok_or(OUTSIDE)
    }

    /// Matrix number `i`, to be written.
    pub(super) fn get_mut(&mut self, i: usize) -> Result<MatMut<'_, T>> {
        let (rows, columns) = (self.rows, self.columns);
        Ok(MatMut::from_row_major_slice_mut(
            self.row_major(i)?,
            rows,
            columns,
        ))
    }

    pub(super) fn into_array(self) -> Array {
        self.array
    }
}

const OUTSIDE: Error = Error::Internal {
    what: "a matrix outside its stack",
};
