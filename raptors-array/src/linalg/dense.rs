//! Matrices to work in, and scratch memory, whose absence is an error and no abort.

use super::Field;
use crate::{Error, Result};
use faer::dyn_stack::{MemBuffer, StackReq};
use faer::{MatMut, MatRef};

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

    /// The columns before `j`, and the others.
    pub(super) fn split(&mut self, j: usize) -> (&mut [T], &mut [T]) {
        self.elements.split_at_mut(j * self.rows)
    }

    /// Copies the elements of `rows`, which follow one another row by row.
    pub(super) fn copy_rows(&mut self, rows: &[T]) {
        let step = self.columns.max(1);
        for (j, column) in self.elements.chunks_exact_mut(self.rows.max(1)).enumerate() {
            for (to, row) in column.iter_mut().zip(rows.chunks_exact(step)) {
                *to = row[j];
            }
        }
    }

    /// Writes the elements to `rows`, row by row.
    pub(super) fn write_rows(&self, rows: &mut [T]) {
        let step = self.columns.max(1);
        for (j, column) in self.elements.chunks_exact(self.rows.max(1)).enumerate() {
            for (from, row) in column.iter().zip(rows.chunks_exact_mut(step)) {
                row[j] = *from;
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
