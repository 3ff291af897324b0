//! Eigenvalues and eigenvectors of symmetric real matrices of moderate size.

use super::dense::filled;
use super::packs::{LANES, Pack, Packed, packs_mut};
use super::range::Scale;
use super::tridiagonal::Tridiagonal;
use super::{implicit, rational};
use crate::Result;
use core::array::from_fn;
use faer::MatRef;
use raptors_kernels::{Isa, Level, with_isa};

/// Rows up to which rotations of the eigenvectors are faster than to divide and conquer (bench: linalg/eigh).
const FEW: usize = 300;
/// Rows up to which steps on the whole matrix are faster than blocks of them (bench: linalg/eigvalsh).
const FEW_ALONE: usize = 400;

/// One matrix after the other, in the same memory.
pub(super) struct Few {
    matrix: Tridiagonal,
    diagonal: Vec<f64>,
    beside: Vec<f64>,
    signs: Vec<f64>,
    vectors: Option<Vectors>,
}

/// Room for eigenvectors.
struct Vectors {
    /// Of the three diagonals, as columns.
    columns: Packed,
    /// Of the matrix, row by row.
    rows: Packed,
    /// Which column is that of each eigenvalue, in ascending order.
    order: Vec<usize>,
}

impl Few {
    /// Room for matrices of `n` rows, with eigenvectors or without; nothing for more rows than a few.
    pub(super) fn new(n: usize, vectors: bool) -> Result<Option<Self>> {
        if n < 2 || n > if vectors { FEW } else { FEW_ALONE } {
            return Ok(None);
        }
        let vectors = if vectors {
            Some(Vectors {
                columns: Packed::spread(n, n)?,
                rows: Packed::spread(n, n)?,
                order: filled(n, 0)?,
            })
        } else {
            None
        };
        Ok(Some(Self {
            matrix: Tridiagonal::new(n)?,
            diagonal: filled(n, 0.0)?,
            beside: filled(n, 0.0)?,
            signs: filled(n, 0.0)?,
            vectors,
        }))
    }

    /// The eigenvalues of `a`, one half of which is read, in ascending order, and the eigenvectors as columns of rows that
    /// follow one another, if there is room for them: whether they were found.
    pub(super) fn compute(
        &mut self,
        a: MatRef<'_, f64>,
        upper: bool,
        values: &mut [f64],
        vectors: Option<&mut [f64]>,
    ) -> bool {
        self.matrix.take(if upper { a.transpose() } else { a });
        let found = with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || self.found(isa, values),
        ));
        if !found {
            return false;
        }
        if let (Some(to), Some(own)) = (vectors, &mut self.vectors) {
            let (n, stride) = (values.len(), own.rows.stride());
            let rows = own.rows.elements().chunks_exact(stride);
            for (to, row) in to.chunks_exact_mut(n).zip(rows) {
                to.copy_from_slice(&row[..n]);
            }
        }
        true
    }

    /// Finds the eigenvalues and eigenvectors of the matrix, whatever it was scaled by.
    #[inline(always)]
    fn found<I: Isa>(&mut self, isa: I, values: &mut [f64]) -> bool {
        let largest = self.matrix.largest::<I>();
        if !largest.is_finite() {
            return false;
        }
        let scale = Scale::of(largest);
        if let Some(scale) = scale {
            self.matrix.multiply(scale.factor());
        }
        let found = self.near_one(isa, values);
        if let Some(scale) = scale {
            for value in &mut *values {
                *value *= scale.inverse();
            }
        }
        found
    }

    #[inline(always)]
    fn near_one<I: Isa>(&mut self, _: I, values: &mut [f64]) -> bool {
        let (diagonal, beside) = (&mut self.diagonal[..], &mut self.beside[..]);
        self.matrix.reduce::<I>(diagonal, beside);
        let Some(own) = &mut self.vectors else {
            for x in &mut *beside {
                *x *= *x;
            }
            let found = rational::eigenvalues(diagonal, beside);
            diagonal.sort_unstable_by(f64::total_cmp);
            values.copy_from_slice(diagonal);
            return found;
        };
        let (n, stride) = (values.len(), own.columns.stride());
        let columns = &mut own.columns.elements()[..n * stride];
        columns.fill(0.0);
        for (j, column) in columns.chunks_exact_mut(stride).enumerate() {
            column[j] = 1.0;
        }
        if !implicit::decompose::<I>(diagonal, beside, &mut self.signs, (&mut *columns, stride)) {
            return false;
        }
        let order = &mut own.order[..];
        for (place, j) in order.iter_mut().zip(0..) {
            *place = j;
        }
        order.sort_unstable_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j]));
        for (value, &j) in values.iter_mut().zip(&*order) {
            *value = diagonal[j];
        }
        let to = own.rows.stride();
        let rows = &mut own.rows.elements()[..n * to];
        for first in (0..n).step_by(LANES) {
            let lines: [&[f64]; LANES] = from_fn(|i| match order.get(first + i) {
                Some(j) => &columns[j * stride..][..n],
                None => &[],
            });
            for (row, i) in rows.chunks_exact_mut(to).zip(0..) {
                let line: Pack = lines.map(|line| line.get(i).copied().unwrap_or(0.0));
                packs_mut(&mut row[first..first + LANES])[0] = line;
            }
        }
        self.matrix.expand::<I>((rows, to));
        true
    }
}
