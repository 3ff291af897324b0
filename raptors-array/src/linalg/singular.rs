//! Singular values without vectors.

use super::bidiagonal::Bidiagonal;
use super::dense::{Dense, filled, scratch};
use super::orthogonal::{Reflections, Singular};
use super::quotient::{self, Room};
use super::range::{Scale, largest, multiply};
use super::stack::Stack;
use super::{Field, Solution, check_matrices, is_complex, with_field};
use crate::{Array, Result};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::bidiag;
use faer::prelude::default;
use faer::{MatRef, Par};

/// Rows for each column from which a matrix is made triangular first (as in LAPACK).
const TALL: f64 = 11.0 / 6.0;

/// Columns up to which one reflection after the other is faster than blocks of them (bench: linalg/svdvals).
const FEW: usize = 600;
/// Elements up to which few columns need no triangle first, however long they are: as many as stay in a cache.
const AT_HAND: usize = 1 << 18;

/// The singular values of one matrix after the other, in the same memory.
pub(super) struct Alone<T> {
    triangle: Option<Reflections<T>>,
    /// The matrix, or its transpose if that has more rows, or their triangle.
    matrix: Dense<T>,
    way: Way<T>,
    pub(super) values: Vec<f64>,
    room: Room,
}

/// How a matrix becomes two diagonals that have the same singular values.
enum Way<T> {
    /// Real matrices of few columns.
    Few(Bidiagonal),
    /// In place, with the sizes of the reflections on the way, which nobody needs.
    Many([Dense<T>; 2], MemBuffer),
}

impl<T: Field> Alone<T> {
    /// Room for matrices of `m` rows and `n` columns.
    pub(super) fn new(m: usize, n: usize) -> Result<Self> {
        let (m, n) = (m.max(n), m.min(n));
        let few = n <= FEW && !is_complex([T::DTYPE]);
        let at_hand = few && m.saturating_mul(n) <= AT_HAND;
        let tall = m as f64 > TALL * n as f64 && !at_hand;
        let rows = if tall { n } else { m };
        let triangle = if tall {
            Some(Reflections::new(m, n, 0)?)
        } else {
            None
        };
        let beside = n.saturating_sub(1);
        let way = if few {
            Way::Few(Bidiagonal::new(rows, n)?)
        } else {
            let need = bidiag::bidiag_in_place_scratch::<T>(rows, n, Par::Seq, default());
            let sizes = [Dense::zeros(1, n)?, Dense::zeros(1, beside)?];
            Way::Many(sizes, scratch(&[need])?)
        };
        Ok(Self {
            triangle,
            matrix: if few && !tall {
                Dense::zeros(0, 0)?
            } else {
                Dense::zeros(rows, n)?
            },
            way,
            values: filled(n, 0.0)?,
            room: Room::new([filled(beside, 0.0)?, filled(n, 0.0)?, filled(beside, 0.0)?]),
        })
    }

    /// Finds the values of `a`, whose elements are finite, the greatest first: whether they were found.
    pub(super) fn compute(&mut self, a: MatRef<'_, T>, mut scale: Option<Scale>) -> bool {
        // Rows are neighbours in memory as a rule: of square matrices, they become the columns.
        let a = if a.nrows() <= a.ncols() {
            a.transpose()
        } else {
            a
        };
        let mut factor = scale.map_or(1.0, Scale::factor);
        if let Some(triangle) = &mut self.triangle {
            triangle.factor(a);
            scale = triangle.scale;
            factor = 1.0;
            let mut matrix = self.matrix.as_mut();
            matrix.fill(T::ZERO);
            matrix.copy_from_triangular_upper(triangle.factors.as_ref().subrows(0, a.ncols()));
        }
        let tall = self.triangle.is_some();
        match &mut self.way {
            Way::Few(few) => {
                let a = if tall { self.matrix.as_ref() } else { a };
                let Some(a) = T::reals(a) else { return false };
                few.compute(a, factor, &mut self.values, &mut self.room.beside);
            }
            Way::Many([left, right], memory) => {
                if !tall {
                    self.matrix.take(a);
                    if scale.is_some() {
                        multiply(self.matrix.as_mut(), factor);
                    }
                }
                let (left, right) = (left.as_mut(), right.as_mut());
                let (matrix, memory) = (self.matrix.as_mut(), MemStack::new(memory));
                bidiag::bidiag_in_place(matrix, left, right, Par::Seq, memory, default());
                let matrix = self.matrix.as_ref();
                for (i, value) in self.values.iter_mut().enumerate() {
                    *value = matrix[(i, i)].modulus();
                }
                for (i, beside) in self.room.beside.iter_mut().enumerate() {
                    *beside = matrix[(i, i + 1)].modulus();
                }
            }
        }
        if !quotient::singular_values(&mut self.values, &mut self.room) {
            return false;
        }
        self.values.sort_unstable_by(|a, b| b.total_cmp(a));
        if let Some(scale) = scale {
            for value in &mut self.values {
                *value *= scale.inverse();
            }
        }
        self.values.iter().all(|value| value.is_finite())
    }
}

/// The singular values of matrices, the greatest first.
///
/// # Errors
///
/// If memory runs out.
pub fn svdvals(a: &Array) -> Result<Solution<1>> {
    check_matrices(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let (m, n) = (a.rows(), a.columns());
        let mut s = Stack::<f64>::new(a.outer(), &[m.min(n)])?;
        let mut failed = false;
        if !s.is_empty() {
            let mut alone = Alone::<T>::new(m, n)?;
            for i in 0..a.count() {
                let source = a.get(i)?;
                let largest = largest(source);
                let found = largest.is_finite() && alone.compute(source, Scale::of(largest));
                if found {
                    s.row_major(i)?.copy_from_slice(&alone.values);
                    continue;
                }
                let mut singular = Singular::<T>::new(m, n, None)?;
                failed |= !singular.decompose(source)?;
                // Those that are nearly zero may be in any order.
                let order = |x: &T, y: &T| y.real_part().total_cmp(&x.real_part());
                singular.values.sort_unstable_by(order);
                for (s, value) in s.row_major(i)?.iter_mut().zip(&singular.values) {
                    *s = value.real_part();
                }
            }
        }
        Ok(Solution { arrays: [s.into_array()], failed })
    })
}
