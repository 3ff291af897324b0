//! Systems of equations: determinants, inverses, solutions, and Cholesky's factors.

use super::dense::{Dense, filled, scratch};
use super::stack::Stack;
use super::{Field, Solution, check_matrices, check_square, with_field};
use crate::{Array, Error, Result, broadcast};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor as llt;
use faer::linalg::lu::partial_pivoting::{factor, solve as substitute};
use faer::prelude::default;
use faer::{MatMut, MatRef, Par, perm::PermRef};

/// Factors of one square matrix after the other, in the same memory: rows are exchanged so that
/// pivots are the greatest of their column.
struct Lu<T> {
    factors: Dense<T>,
    forward: Vec<usize>,
    backward: Vec<usize>,
    memory: MemBuffer,
    exchanges: usize,
}

impl<T: Field> Lu<T> {
    /// Room for matrices of `n` rows and right-hand sides of `columns`.
    fn new(n: usize, columns: usize) -> Result<Self> {
        Ok(Self {
            factors: Dense::zeros(n, n)?,
            forward: filled(n, 0)?,
            backward: filled(n, 0)?,
            memory: scratch(&[
                factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, default()),
                substitute::solve_in_place_scratch::<usize, T>(n, columns, Par::Seq),
            ])?,
            exchanges: 0,
        })
    }

    /// Factors `a`.
    fn factor(&mut self, a: MatRef<'_, T>) {
        self.factors.as_mut().copy_from(a);
        let (info, _) = factor::lu_in_place(
            self.factors.as_mut(),
            &mut self.forward,
            &mut self.backward,
            Par::Seq,
            MemStack::new(&mut self.memory),
            default(),
        );
        self.exchanges = info.transposition_count;
    }

    /// The pivots.
    fn pivots(&self) -> impl Iterator<Item = T> {
        let factors = self.factors.as_ref();
        (0..factors.nrows()).map(move |i| factors[(i, i)])
    }

    fn is_singular(&self) -> bool {
        self.pivots().any(|pivot| pivot == T::ZERO)
    }

    /// One, or minus one after an odd number of exchanges.
    fn sign(&self) -> T {
        if self.exchanges.is_multiple_of(2) {
            T::ONE
        } else {
            -T::ONE
        }
    }

    /// The product of the pivots. What follows a pivot of zero was divided by it, and is no number.
    fn determinant(&self) -> T {
        let mut product = self.sign();
        for pivot in self.pivots() {
            product *= pivot;
            if pivot == T::ZERO {
                break;
            }
        }
        product
    }

    /// Replaces the right-hand sides by the solutions.
    fn solve(&mut self, sides: MatMut<'_, T>) -> Result<()> {
        let permutation = PermRef::new_checked(&self.forward, &self.backward, self.forward.len());
        substitute::solve_in_place(
            self.factors.as_ref(),
            self.factors.as_ref(),
            permutation,
            sides,
            Par::Seq,
            MemStack::new(&mut self.memory),
        );
        Ok(())
    }
}

/// The determinants of square matrices.
///
/// # Errors
///
/// If memory runs out.
pub fn det(a: &Array) -> Result<Array> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let mut results = Stack::<T>::new(a.outer(), &[])?;
        let mut lu = Lu::new(a.rows(), 0)?;
        for i in 0..a.count() {
            lu.factor(a.get(i)?);
            results.row_major(i)?[0] = lu.determinant();
        }
        Ok(results.into_array())
    })
}

/// The signs of determinants, and the logarithms of their absolute values.
///
/// # Errors
///
/// If memory runs out.
pub fn slogdet(a: &Array) -> Result<[Array; 2]> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let mut signs = Stack::<T>::new(a.outer(), &[])?;
        let mut logarithms = Stack::<f64>::new(a.outer(), &[])?;
        let mut lu = Lu::new(a.rows(), 0)?;
        for i in 0..a.count() {
            lu.factor(a.get(i)?);
            let (mut sign, mut logarithm) = (lu.sign(), 0.0);
            for pivot in lu.pivots() {
                let size = pivot.modulus();
                if size == 0.0 {
                    (sign, logarithm) = (T::ZERO, f64::NEG_INFINITY);
                    break;
                }
                sign *= pivot.scale(1.0 / size);
                logarithm += size.ln();
            }
            signs.row_major(i)?[0] = sign;
            logarithms.row_major(i)?[0] = logarithm;
        }
        Ok([signs.into_array(), logarithms.into_array()])
    })
}

/// The inverses of square matrices.
///
/// # Errors
///
/// If memory runs out.
pub fn inv(a: &Array) -> Result<Solution<1>> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let n = a.rows();
        let mut results = Stack::<T>::new(a.outer(), &[n, n])?;
        let mut failed = false;
        if !a.is_empty() {
            let (mut lu, mut inverse) = (Lu::new(n, n)?, Dense::zeros(n, n)?);
            for i in 0..a.count() {
                lu.factor(a.get(i)?);
                if lu.is_singular() {
                    failed = true;
                    results.row_major(i)?.fill(T::NAN);
                    continue;
                }
                inverse.set_identity();
                lu.solve(inverse.as_mut())?;
                results.get_mut(i)?.copy_from(inverse.as_ref());
            }
        }
        Ok(Solution { arrays: [results.into_array()], failed })
    })
}

/// The solutions `x` of `a @ x = b`, where the last two axes of both are matrices.
///
/// # Errors
///
/// If the other axes do not broadcast, or memory runs out.
pub fn solve(a: &Array, b: &Array) -> Result<Solution<1>> {
    check_square(a)?;
    check_matrices(b)?;
    let (n, [rows, columns]) = (a.shape()[a.ndim() - 1], matrix(b));
    if rows != n {
        let what = "right-hand sides of another length";
        return Err(Error::Internal { what });
    }
    let outer = broadcast(&[&a.shape()[..a.ndim() - 2], &b.shape()[..b.ndim() - 2]])?;
    let expand = |x: &Array| {
        let mut shape = outer.clone();
        shape.extend(matrix(x));
        x.broadcast_to(&shape)
    };
    // One matrix for all right-hand sides is factored once.
    let single = a.shape()[..a.ndim() - 2].iter().all(|&n| n == 1);
    let a = if single { a.clone() } else { expand(a)? };
    let b = expand(b)?;
    with_field!([a.dtype(), b.dtype()], T => {
        let (a, b) = (Stack::<T>::of(&a)?, Stack::<T>::of(&b)?);
        let mut results = Stack::<T>::new(&outer, &[n, columns])?;
        let mut failed = false;
        if !b.is_empty() {
            let (mut lu, mut x) = (Lu::new(n, columns)?, Dense::zeros(n, columns)?);
            for i in 0..b.count() {
                if !single || i == 0 {
                    lu.factor(a.get(i)?);
                }
                if lu.is_singular() {
                    failed = true;
                    results.row_major(i)?.fill(T::NAN);
                    continue;
                }
                x.as_mut().copy_from(b.get(i)?);
                lu.solve(x.as_mut())?;
                results.get_mut(i)?.copy_from(x.as_ref());
            }
        } else if !a.is_empty() && single {
            let mut lu = Lu::new(n, columns)?;
            lu.factor(a.get(0)?);
            failed = lu.is_singular();
        }
        Ok(Solution { arrays: [results.into_array()], failed })
    })
}

/// The lengths of the last two axes.
fn matrix(x: &Array) -> [usize; 2] {
    let shape = x.shape();
    [shape[shape.len() - 2], shape[shape.len() - 1]]
}

/// Cholesky's factors of positive definite matrices, of which one triangle is read: `l @ l.H`, or
/// `u.H @ u` of the `upper` one.
///
/// # Errors
///
/// If memory runs out.
pub fn cholesky(a: &Array, upper: bool) -> Result<Solution<1>> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let n = a.rows();
        let mut results = Stack::<T>::new(a.outer(), &[n, n])?;
        let mut failed = false;
        if !a.is_empty() {
            let mut factor = Dense::zeros(n, n)?;
            let need = llt::cholesky_in_place_scratch::<T>(n, Par::Seq, default());
            let mut memory = scratch(&[need])?;
            for i in 0..a.count() {
                let source = a.get(i)?;
                // The lower factor of the transpose is the transpose of the upper factor.
                factor.as_mut().copy_from(if upper { source.transpose() } else { source });
                let stack = MemStack::new(&mut memory);
                let to = factor.as_mut();
                let done = llt::cholesky_in_place(to, default(), Par::Seq, stack, default());
                if done.is_err() {
                    failed = true;
                    results.row_major(i)?.fill(T::NAN);
                    continue;
                }
                let (mut result, factor) = (results.get_mut(i)?, factor.as_ref());
                for row in 0..n {
                    for column in 0..n {
                        result[(row, column)] = match (upper, row >= column) {
                            _ if row == column => T::ONE.scale(factor[(row, row)].real_part()),
                            (false, true) => factor[(row, column)],
                            (true, _) if row <= column => factor[(column, row)],
                            _ => T::ZERO,
                        };
                    }
                }
            }
        }
        Ok(Solution { arrays: [results.into_array()], failed })
    })
}
