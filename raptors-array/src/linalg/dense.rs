//! Matrices to work in, and scratch memory, whose absence is an error and no abort.

use super::Field;
use crate::{Error, Result};
use core::ops::Range;
use faer::dyn_stack::{MemBuffer, StackReq};
use faer::{MatMut, MatRef};

/// Columns that are turned to rows together: their parts of a row are two lines of a cache.
const TOGETHER: usize = 16;

/// A matrix in memory of its own, its columns contiguous.
pub(super) struct Dense<T> {
    elements: Vec<T>,
    rows: usize,
    columns: usize,
}

impl<T: Field> Dense<T> {
    pub(super) fn zeros(rows: usize, columns: usize) -> Result<Self> {
        let elements = filled(rows.checked_mul(columns).ok_or(Error::TooBig)?, T::ZERO)?;
        Ok(Self {
            elements,
            rows,
            columns,
        })
    }

    pub(super) fn as_ref(&self) -> MatRef<'_, T> {
        MatRef::from_column_major_slice(&self.elements, self.rows, self.columns)
    }

    pub(super) fn as_mut(&mut self) -> MatMut<'_, T> {
        MatMut::from_column_major_slice_mut(&mut self.elements, self.rows, self.columns)
    }

    /// Column number `j`.
    pub(super) fn column(&mut self, j: usize) -> &mut [T] {
        &mut self.elements[j * self.rows..(j + 1) * self.rows]
    }

    /// The columns, one after the other.
    pub(super) fn columns(&mut self) -> core::slice::ChunksExactMut<'_, T> {
        self.elements.chunks_exact_mut(self.rows.max(1))
    }

    /// The elements on the diagonal.
    pub(super) fn diagonal(&self) -> impl Iterator<Item = T> {
        let step = self.rows + 1;
        self.elements.iter().copied().step_by(step)
    }

    /// The columns before `j`, and the others.
    pub(super) fn split(&mut self, j: usize) -> (&mut [T], &mut [T]) {
        self.elements.split_at_mut(j * self.rows)
    }

    /// Copies the elements of `rows`, which follow one another row by row.
    pub(super) fn copy_rows(&mut self, rows: &[T]) {
        let step = self.columns.max(1);
        self.copy_each(|i| &rows[i * step..(i + 1) * step]);
    }

    /// Copies the elements of `a`, which has the shape of this matrix.
    pub(super) fn take(&mut self, a: MatRef<'_, T>) {
        match a.transpose().try_as_col_major() {
            Some(rows) if self.columns > 0 => self.copy_each(|i| rows.col(i).as_slice()),
            _ => self.as_mut().copy_from(a),
        }
    }

    /// Copies rows: columns that are as far as a line of the cache goes at a time, each line once.
    fn copy_each<'a>(&mut self, row: impl Fn(usize) -> &'a [T])
    where
        T: 'a,
    {
        let rows = self.rows;
        for (block, columns) in self
            .elements
            .chunks_mut(rows.saturating_mul(TOGETHER).max(1))
            .enumerate()
        {
            let (start, width) = (block * TOGETHER, columns.len() / rows);
            for i in 0..rows {
                let from = &row(i)[start..start + width];
                for (to, &x) in columns[i..].iter_mut().step_by(rows).zip(from) {
                    *to = x;
                }
            }
        }
    }

    /// Writes the elements to `rows`, row by row.
    pub(super) fn write_rows(&self, rows: &mut [T]) {
        self.write_each(rows, |_| 0..self.columns);
    }

    /// Writes the elements to `rows`, row by row: of each row those of a range of columns.
    pub(super) fn write_each(&self, rows: &mut [T], columns: impl Fn(usize) -> Range<usize>) {
        let height = self.rows;
        for (block, from) in self
            .elements
            .chunks(height.saturating_mul(TOGETHER).max(1))
            .enumerate()
        {
            let start = block * TOGETHER;
            let end = start + from.len() / height;
            for (i, row) in rows.chunks_exact_mut(self.columns).enumerate() {
                let range = columns(i);
                let (first, last) = (range.start.max(start), range.end.min(end));
                if first >= last {
                    continue;
                }
                let from = from[(first - start) * height + i..].iter().step_by(height);
                for (to, &x) in row[first..last].iter_mut().zip(from) {
                    *to = x;
                }
            }
        }
    }

    /// Makes this matrix the unit matrix, or its first columns.
    pub(super) fn set_identity(&mut self) {
        self.elements.fill(T::ZERO);
        let step = self.rows + 1;
        let diagonal = self.elements.iter_mut().step_by(step);
        diagonal
            .take(self.columns.min(self.rows))
            .for_each(|element| *element = T::ONE);
    }
}

/// `len` elements, all `value`.
pub(super) fn filled<T: Clone>(len: usize, value: T) -> Result<Vec<T>> {
    let mut elements = Vec::new();
    elements
        .try_reserve_exact(len)
        .map_err(|_| Error::memory(len.saturating_mul(size_of::<T>())))?;
    elements.resize(len, value);
    Ok(elements)
}

/// Scratch memory for the largest of `needs`.
pub(super) fn scratch(needs: &[StackReq]) -> Result<MemBuffer> {
    let need = StackReq::any_of(needs);
    MemBuffer::try_new(need).map_err(|_| Error::memory(need.unaligned_bytes_required()))
}
