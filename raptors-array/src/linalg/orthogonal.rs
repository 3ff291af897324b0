//! Factors with orthonormal columns: QR by Householder's reflections, and singular values.

use super::dense::{Dense, filled, scratch};
use super::range::{Scale, largest, multiply};
use super::stack::Stack;
use super::{Field, Solution, check_matrices, factors, is_complex, with_field};
use crate::{Array, Result};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_on_the_left_in_place_with_conj as apply,
    apply_block_householder_sequence_on_the_left_in_place_scratch as apply_scratch,
};
use faer::linalg::qr::no_pivoting::factor as qr_factor;
use faer::linalg::svd::{self as decomposition, ComputeSvdVectors};
use faer::prelude::default;
use faer::{Conj, MatMut, MatRef, Par};

/// Reflections that make one matrix after the other triangular, in the same memory.
pub(super) struct Reflections<T> {
    /// The triangle, and below it the vectors of the reflections.
    pub(super) factors: Dense<T>,
    /// The triangular factors of blocks of reflections, side by side.
    pub(super) blocks: Dense<T>,
    pub(super) block: usize,
    memory: MemBuffer,
    /// What the matrix was multiplied by.
    pub(super) scale: Option<Scale>,
}

impl<T: Field> Reflections<T> {
    /// Room for matrices of `m` rows and `n` columns, and `width` columns to reflect.
    pub(super) fn new(m: usize, n: usize, width: usize) -> Result<Self> {
        let block = qr_factor::recommended_block_size::<T>(m, n).max(1);
        Ok(Self {
            factors: Dense::zeros(m, n)?,
            blocks: Dense::zeros(block, m.min(n))?,
            block,
            memory: scratch(&[
                qr_factor::qr_in_place_scratch::<T>(m, n, block, Par::Seq, default()),
                apply_scratch::<T>(m, block, width),
            ])?,
            scale: None,
        })
    }

    pub(super) fn factor(&mut self, a: MatRef<'_, T>) {
        self.factors.take(a);
        self.scale = Scale::of(largest(a));
        if let Some(scale) = self.scale {
            multiply(self.factors.as_mut(), scale.factor());
        }
        qr_factor::qr_in_place(
            self.factors.as_mut(),
            self.blocks.as_mut(),
            Par::Seq,
            MemStack::new(&mut self.memory),
            default(),
        );
    }

    /// The element of the triangle in this place, of the matrix as it was.
    fn triangle(&self, row: usize, column: usize) -> T {
        let element = self.factors.as_ref()[(row, column)];
        self.scale
            .map_or(element, |scale| element.scale(scale.inverse()))
    }

    /// What makes the diagonal of the triangle real, as LAPACK's is, in this row.
    fn turn(&self, row: usize) -> T {
        let element = self.factors.as_ref()[(row, row)];
        if element == element.conjugate() || element.is_nan_or_infinite() {
            return T::ONE;
        }
        // An infinite divisor stands for no reflection, where LAPACK has one: of the element only.
        let divisor = self.blocks.as_ref()[(row % self.block, row)].real_part();
        let sign =
            1f64.copysign(element.real_part()) * if divisor.is_finite() { 1.0 } else { -1.0 };
        element.sign().conjugate().scale(sign)
    }

    /// Writes a row of the triangle, with a real diagonal, to `r`; gives what the row was turned by.
    fn write_row(&self, row: usize, r: &mut MatMut<'_, T>) -> T {
        let n = r.ncols();
        let turn = if row < n { self.turn(row) } else { T::ONE };
        for column in 0..n {
            r[(row, column)] = if column < row {
                T::ZERO
            } else {
                self.triangle(row, column) * turn
            };
        }
        if turn != T::ONE {
            r[(row, row)] = T::real(r[(row, row)].real_part());
        }
        turn
    }

    /// Makes the first columns of the unit matrix those of the orthogonal factor. Blocks of reflections,
    /// the last one first, leave alone the columns before theirs, which have no elements there yet.
    fn expand(&mut self, mut to: MatMut<'_, T>) {
        let (factors, blocks) = (self.factors.as_ref(), self.blocks.as_ref());
        let (rows, size) = (factors.nrows(), blocks.ncols());
        for start in (0..size).step_by(self.block).rev() {
            let width = self.block.min(size - start);
            let columns = to.ncols().saturating_sub(start);
            let to = to.as_mut();
            apply(
                factors.submatrix(start, start, rows - start, width),
                blocks.submatrix(0, start, width, width),
                Conj::No,
                to.submatrix_mut(start, start, rows - start, columns),
                Par::Seq,
                MemStack::new(&mut self.memory),
            );
        }
    }
}

/// The factors `q` and `r` of matrices; of a `complete` factorization, `q` is square.
///
/// # Errors
///
/// If memory runs out.
pub fn qr(a: &Array, complete: bool) -> Result<[Array; 2]> {
    check_matrices(a)?;
    if !is_complex([a.dtype()])
        && let Some(found) = factors::qr(&Stack::of(a)?, complete)?
    {
        return Ok(found);
    }
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let (m, n) = (a.rows(), a.columns());
        let width = if complete { m } else { m.min(n) };
        let mut q = Stack::<T>::new(a.outer(), &[m, width])?;
        let mut r = Stack::<T>::new(a.outer(), &[width, n])?;
        if !q.is_empty() || !r.is_empty() {
            let mut reflections = Reflections::new(m, n, width)?;
            let mut factor = Dense::zeros(m, width)?;
            for i in 0..a.count() {
                factor.set_identity();
                if !a.is_empty() {
                    reflections.factor(a.get(i)?);
                    reflections.expand(factor.as_mut());
                }
                let mut r = r.get_mut(i)?;
                for row in 0..width {
                    let turn = reflections.write_row(row, &mut r);
                    if turn != T::ONE {
                        for element in factor.column(row) {
                            *element *= turn.conjugate();
                        }
                    }
                }
                factor.write_rows(q.row_major(i)?);
            }
        }
        Ok([q.into_array(), r.into_array()])
    })
}

/// The triangular factor `r` of [`qr`] alone.
///
/// # Errors
///
/// If memory runs out.
pub fn qr_triangle(a: &Array) -> Result<[Array; 1]> {
    check_matrices(a)?;
    if !is_complex([a.dtype()])
        && let Some(found) = factors::triangle(&Stack::of(a)?)?
    {
        return Ok(found);
    }
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let (m, n) = (a.rows(), a.columns());
        let mut r = Stack::<T>::new(a.outer(), &[m.min(n), n])?;
        if !r.is_empty() {
            let mut reflections = Reflections::new(m, n, 0)?;
            for i in 0..a.count() {
                reflections.factor(a.get(i)?);
                let mut r = r.get_mut(i)?;
                for row in 0..m.min(n) {
                    reflections.write_row(row, &mut r);
                }
            }
        }
        Ok([r.into_array()])
    })
}

/// The reflections of a QR factorization as LAPACK keeps them: `r` with the vectors `v` below it,
/// and the factors `tau`, of `I - tau v v.H`.
///
/// # Errors
///
/// If memory runs out.
pub fn qr_raw(a: &Array) -> Result<[Array; 2]> {
    check_matrices(a)?;
    if !is_complex([a.dtype()])
        && let Some(found) = factors::raw(&Stack::of(a)?)?
    {
        return Ok(found);
    }
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let (m, n) = (a.rows(), a.columns());
        let mut h = Stack::<T>::new(a.outer(), &[m, n])?;
        let mut tau = Stack::<T>::new(a.outer(), &[m.min(n)])?;
        if !a.is_empty() {
            let mut reflections = Reflections::new(m, n, 0)?;
            for i in 0..a.count() {
                reflections.factor(a.get(i)?);
                let mut h = h.get_mut(i)?;
                h.copy_from(reflections.factors.as_ref());
                for column in 0..n {
                    for row in 0..m.min(column + 1) {
                        h[(row, column)] = reflections.triangle(row, column);
                    }
                }
                let blocks = reflections.blocks.as_ref();
                for (j, tau) in tau.row_major(i)?.iter_mut().enumerate() {
                    // An infinite divisor stands for no reflection.
                    let divisor = blocks[(j % reflections.block, j)].real_part();
                    *tau = T::real(1.0 / divisor);
                }
            }
        }
        Ok([h.into_array(), tau.into_array()])
    })
}

/// One singular value decomposition after the other, in the same memory.
pub(super) struct Singular<T> {
    pub(super) values: Vec<T>,
    vectors: Option<[Dense<T>; 2]>,
    memory: MemBuffer,
    /// A matrix out of range, scaled.
    scaled: Option<Dense<T>>,
}

impl<T: Field> Singular<T> {
    /// Room for matrices of `m` rows and `n` columns, and `vectors` left and right.
    pub(super) fn new(m: usize, n: usize, vectors: Option<[usize; 2]>) -> Result<Self> {
        let which = match vectors {
            None => ComputeSvdVectors::No,
            Some([left, right]) if left == m && right == n => ComputeSvdVectors::Full,
            Some(_) => ComputeSvdVectors::Thin,
        };
        let vectors = match vectors {
            Some([left, right]) => Some([Dense::zeros(m, left)?, Dense::zeros(n, right)?]),
            None => None,
        };
        Ok(Self {
            values: filled(m.min(n), T::ZERO)?,
            vectors,
            memory: scratch(&[decomposition::svd_scratch::<T>(
                m,
                n,
                which,
                which,
                Par::Seq,
                default(),
            )])?,
            scaled: None,
        })
    }

    /// Decomposes `a`; whether that worked. Infinite elements make all values NaN.
    pub(super) fn decompose(&mut self, source: MatRef<'_, T>) -> Result<bool> {
        let (mut a, largest) = (source, largest(source));
        if !largest.is_finite() {
            self.spoil();
            return Ok(!largest.is_nan());
        }
        let scale = Scale::of(largest);
        if let Some(scale) = scale {
            let scaled = match &mut self.scaled {
                Some(scaled) => scaled,
                none => none.insert(Dense::zeros(a.nrows(), a.ncols())?),
            };
            scaled.as_mut().copy_from(a);
            multiply(scaled.as_mut(), scale.factor());
            a = scaled.as_ref();
        }
        let (left, right) = match &mut self.vectors {
            Some([left, right]) => (Some(left.as_mut()), Some(right.as_mut())),
            None => (None, None),
        };
        let done = decomposition::svd(
            a,
            DiagMut::from_slice_mut(&mut self.values),
            left,
            right,
            Par::Seq,
            MemStack::new(&mut self.memory),
            default(),
        );
        if done.is_err() {
            self.spoil();
        }
        if let Some(scale) = scale {
            for value in &mut self.values {
                *value = value.scale(scale.inverse());
            }
        }
        Ok(done.is_ok())
    }

    fn spoil(&mut self) {
        self.values.fill(T::NAN);
        for vectors in self.vectors.iter_mut().flatten() {
            vectors.as_mut().fill(T::NAN);
        }
    }
}

/// The singular values of matrices, the greatest first, between their vectors: `u`, `s`, `vh`. All
/// vectors of a `full` decomposition, else those that belong to a value.
///
/// # Errors
///
/// If memory runs out.
pub fn svd(a: &Array, full: bool) -> Result<Solution<3>> {
    check_matrices(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let (m, n) = (a.rows(), a.columns());
        let size = m.min(n);
        let [left, right] = if full { [m, n] } else { [size, size] };
        let mut u = Stack::<T>::new(a.outer(), &[m, left])?;
        let mut s = Stack::<f64>::new(a.outer(), &[size])?;
        let mut vh = Stack::<T>::new(a.outer(), &[right, n])?;
        let mut failed = false;
        if !u.is_empty() || !vh.is_empty() {
            let mut singular = Singular::new(m, n, Some([left, right]))?;
            for i in 0..a.count() {
                if a.is_empty() {
                    singular.vectors.iter_mut().flatten().for_each(Dense::set_identity);
                } else {
                    failed |= !singular.decompose(a.get(i)?)?;
                }
                for (s, value) in s.row_major(i)?.iter_mut().zip(&singular.values) {
                    *s = value.real_part();
                }
                let Some([left, right]) = &singular.vectors else { continue };
                left.write_rows(u.row_major(i)?);
                vh.get_mut(i)?.copy_from(right.as_ref().adjoint());
            }
        }
        Ok(Solution { arrays: [u.into_array(), s.into_array(), vh.into_array()], failed })
    })
}
