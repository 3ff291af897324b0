//! Eigenvalues and eigenvectors of symmetric or Hermitian matrices.

use super::dense::{Dense, filled, scratch};
use super::eigen::compute;
use super::range::{Scale, largest, multiply};
use super::rational::{self, Alone};
use super::stack::Stack;
use super::symmetric::Few;
use super::{Field, Solution, check_square, is_complex, with_field};
use crate::{Array, Result};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, tridiag};
use faer::prelude::default;
use faer::{MatRef, Par};

/// Rows of a triangle that are mirrored together: as many numbers as a line of a cache has.
const BESIDE: usize = 8;

/// The eigenvalues of symmetric or Hermitian matrices in ascending order, and the orthonormal
/// eigenvectors as columns. One triangle is read, the `upper` one or the lower, and the real part
/// of the diagonal.
///
/// # Errors
///
/// If memory runs out.
pub fn eigh(a: &Array, upper: bool) -> Result<Solution<2>> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let n = a.rows();
        let mut values = Stack::<f64>::new(a.outer(), &[n])?;
        let mut vectors = Stack::<T>::new(a.outer(), &[n, n])?;
        let failed = each(&a, upper, &mut values, Some(&mut vectors))?;
        Ok(Solution { arrays: [values.into_array(), vectors.into_array()], failed })
    })
}

/// The eigenvalues of symmetric or Hermitian matrices in ascending order; otherwise as [`eigh`].
///
/// # Errors
///
/// If memory runs out.
pub fn eigvalsh(a: &Array, upper: bool) -> Result<Solution<1>> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let mut values = Stack::<f64>::new(a.outer(), &[a.rows()])?;
        let failed = each(&a, upper, &mut values, None)?;
        Ok(Solution { arrays: [values.into_array()], failed })
    })
}

/// Whether one of the matrices has no answer.
fn each<T: Field>(
    a: &Stack<T>,
    upper: bool,
    values: &mut Stack<f64>,
    mut vectors: Option<&mut Stack<T>>,
) -> Result<bool> {
    if a.is_empty() {
        return Ok(false);
    }
    let n = a.rows();
    let mut few = if is_complex([T::DTYPE]) {
        None
    } else {
        Few::new(n, vectors.is_some())?
    };
    let (mut many, mut failed) = (None, false);
    for i in 0..a.count() {
        let source = a.get(i)?;
        if let (Some(few), Some(source)) = (&mut few, T::reals(source)) {
            let to = match &mut vectors {
                Some(vectors) => T::reals_mut(vectors.row_major(i)?),
                None => None,
            };
            if few.compute(source, upper, values.row_major(i)?, to) {
                continue;
            }
        }
        let many = match &mut many {
            Some(many) => many,
            none => none.insert(Many::new(n, vectors.is_some())?),
        };
        let done = many.compute(source, upper, values.row_major(i)?);
        failed |= !done;
        if let (Some(vectors), Some(columns)) = (&mut vectors, &many.columns) {
            if done {
                vectors.get_mut(i)?.copy_from(columns.as_ref());
            } else {
                vectors.row_major(i)?.fill(T::NAN);
            }
        }
    }
    Ok(failed)
}

/// Room for matrices of many rows, and for any that are complex or not finite.
struct Many<T> {
    triangle: Dense<T>,
    /// Where no eigenvectors are asked for.
    alone: Option<Alone<T>>,
    /// The eigenvectors.
    columns: Option<Dense<T>>,
    row: Vec<T>,
    memory: MemBuffer,
}

impl<T: Field> Many<T> {
    fn new(n: usize, vectors: bool) -> Result<Self> {
        let needs = [
            evd::self_adjoint_evd_scratch::<T>(n, compute(vectors), Par::Seq, default()),
            tridiag::tridiag_in_place_scratch::<T>(n, Par::Seq, default()),
        ];
        let (alone, columns) = if vectors {
            (None, Some(Dense::zeros(n, n)?))
        } else {
            (Some(Alone::new(n)?), None)
        };
        Ok(Self {
            triangle: Dense::zeros(n, n)?,
            alone,
            columns,
            row: filled(n, T::ZERO)?,
            memory: scratch(&needs)?,
        })
    }

    /// Finds the eigenvalues, and the eigenvectors if asked for: whether there are any. If not, the values are NaN.
    fn compute(&mut self, source: MatRef<'_, T>, upper: bool, values: &mut [f64]) -> bool {
        let n = source.nrows();
        let mut to = self.triangle.as_mut();
        for first in (0..n).step_by(BESIDE) {
            let end = n.min(first + BESIDE);
            for k in 0..end {
                for j in k.max(first)..end {
                    let element = if j == k {
                        T::real(source[(j, j)].real_part())
                    } else if upper {
                        source[(k, j)].conjugate()
                    } else {
                        source[(j, k)]
                    };
                    to[(j, k)] = element;
                    to[(k, j)] = element.conjugate();
                }
            }
        }
        let largest = largest(self.triangle.as_ref());
        let scale = Scale::of(largest).filter(|_| n > 1);
        if let Some(scale) = scale {
            multiply(self.triangle.as_mut(), scale.factor());
        }
        let (triangle, row) = (self.triangle.as_ref(), &mut self.row[..]);
        let memory = MemStack::new(&mut self.memory);
        let quick = match &mut self.alone {
            _ if n == 1 || n == 2 && !largest.is_finite() => {
                rational::small(triangle, row, self.columns.as_mut());
                true
            }
            Some(alone) if largest.is_finite() => alone.compute(triangle, row, memory),
            _ => false,
        };
        let done = quick
            || largest.is_finite()
                && evd::self_adjoint_evd(
                    triangle,
                    DiagMut::from_slice_mut(row),
                    self.columns.as_mut().map(Dense::as_mut),
                    Par::Seq,
                    MemStack::new(&mut self.memory),
                    default(),
                )
                .is_ok();
        if !done {
            row.fill(T::NAN);
        }
        for (value, from) in values.iter_mut().zip(&*row) {
            let from = from.real_part();
            *value = scale.map_or(from, |scale| from * scale.inverse());
        }
        done
    }
}
