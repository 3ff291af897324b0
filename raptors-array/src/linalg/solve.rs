//! Systems of equations: determinants, inverses, solutions, and Cholesky's factors.

use super::dense::{Dense, scratch};
use super::lu::{Lu, direct};
use super::stack::Stack;
use super::{Determinants, Field, Solution, check_matrices, check_square, with_field};
use crate::{Array, Error, Result, broadcast};
use faer::Par;
use faer::dyn_stack::MemStack;
use faer::linalg::cholesky::llt::factor as llt;
use faer::prelude::default;
use raptors_kernels::Status;

/// The determinants of square matrices.
///
/// # Errors
///
/// If memory runs out.
pub fn det(a: &Array) -> Result<Determinants<1>> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let mut results = Stack::<T>::new(a.outer(), &[])?;
        let mut lu = Lu::new(if a.count() == 0 { 0 } else { a.rows() }, 0)?;
        let mut status = Status::NONE;
        for i in 0..a.count() {
            lu.factor(&a, i)?;
            let result = lu.determinant();
            status |= lu.status(a.get(i)?, result.magnitude());
            results.row_major(i)?[0] = result;
        }
        Ok(Determinants { arrays: [results.into_array()], status })
    })
}

/// The signs of determinants, and the logarithms of their absolute values.
///
/// # Errors
///
/// If memory runs out.
pub fn slogdet(a: &Array) -> Result<Determinants<2>> {
    check_square(a)?;
    with_field!([a.dtype()], T => {
        let a = Stack::<T>::of(a)?;
        let mut signs = Stack::<T>::new(a.outer(), &[])?;
        let mut logarithms = Stack::<f64>::new(a.outer(), &[])?;
        let mut lu = Lu::new(if a.count() == 0 { 0 } else { a.rows() }, 0)?;
        let mut status = Status::NONE;
        for i in 0..a.count() {
            lu.factor(&a, i)?;
            let (sign, logarithm) = lu.logarithm();
            let size = if logarithm.is_nan() { logarithm } else { sign.magnitude() };
            status |= lu.status(a.get(i)?, size);
            signs.row_major(i)?[0] = sign;
            logarithms.row_major(i)?[0] = logarithm;
        }
        Ok(Determinants { arrays: [signs.into_array(), logarithms.into_array()], status })
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
                lu.factor(&a, i)?;
                if lu.is_singular() {
                    failed = true;
                    results.row_major(i)?.fill(T::NAN);
                    continue;
                }
                inverse.set_identity();
                lu.solve(&mut inverse);
                inverse.write_rows(results.row_major(i)?);
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
                    lu.factor(&a, i)?;
                }
                if lu.is_singular() {
                    failed = true;
                    results.row_major(i)?.fill(T::NAN);
                    continue;
                }
                x.copy_rows(b.elements(i)?);
                lu.solve(&mut x);
                x.write_rows(results.row_major(i)?);
            }
        } else if results.count() > 0 {
            let mut lu = Lu::new(n, columns)?;
            for i in 0..a.count() {
                lu.factor(&a, i)?;
                failed |= lu.is_singular();
            }
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
            let mut memory = None;
            for i in 0..a.count() {
                // The lower factor of the transpose is the transpose of the upper factor.
                let source = a.get(i)?;
                let mut done = if n <= direct::<T>() {
                    fill(&mut factor, a.elements(i)?, upper);
                    roots(&mut factor, n)
                } else {
                    let memory = match &mut memory {
                        Some(memory) => memory,
                        none => {
                            let need = llt::cholesky_in_place_scratch::<T>(n, Par::Seq, default());
                            none.insert(scratch(&[need])?)
                        }
                    };
                    factor.as_mut().copy_from(if upper { source.transpose() } else { source });
                    let (to, stack) = (factor.as_mut(), MemStack::new(memory));
                    llt::cholesky_in_place(to, default(), Par::Seq, stack, default()).is_ok()
                };
                // NaN is not below zero, so that LAPACK goes on with it.
                if !(done && factor.diagonal().all(|x| x.real_part().is_finite()))
                    && a.elements(i)?.iter().any(|x| x.is_nan_or_infinite())
                {
                    fill(&mut factor, a.elements(i)?, upper);
                    done = infinite_roots(&mut factor, n, upper);
                }
                if !done {
                    failed = true;
                    results.row_major(i)?.fill(T::NAN);
                    continue;
                }
                for row in 0..n {
                    let root = &mut factor.column(row)[row];
                    *root = T::real(root.real_part());
                }
                let result = results.row_major(i)?;
                result.fill(T::ZERO);
                if upper {
                    for (row, to) in result.chunks_exact_mut(n).enumerate() {
                        to[row..].copy_from_slice(&factor.column(row)[row..]);
                    }
                } else {
                    factor.write_each(result, |row| 0..row + 1);
                }
            }
        }
        Ok(Solution { arrays: [results.into_array()], failed })
    })
}

/// Puts Cholesky's lower factor of a small matrix in place of its lower triangle, column by column;
/// whether the matrix is positive definite.
fn roots<T: Field>(a: &mut Dense<T>, n: usize) -> bool {
    for k in 0..n {
        let (before, after) = a.split(k + 1);
        let [pivot, below @ ..] = &mut before[k * n + k..] else {
            return true;
        };
        let square = pivot.real_part();
        if square.is_nan() || square <= 0.0 {
            return false;
        }
        let root = square.sqrt();
        *pivot = T::real(root);
        for x in below.iter_mut() {
            *x = x.scale(1.0 / root);
        }
        for (j, column) in after.chunks_exact_mut(n).enumerate() {
            let factor = -below[j].conjugate();
            for (x, &below) in column[k + 1 + j..].iter_mut().zip(&below[j..]) {
                *x += below * factor;
            }
        }
    }
    true
}

/// Fills `matrix` with the rows of a square one, or with its rows as columns.
fn fill<T: Field>(matrix: &mut Dense<T>, rows: &[T], turned: bool) {
    if turned {
        matrix
            .columns()
            .flatten()
            .zip(rows)
            .for_each(|(to, &x)| *to = x);
    } else {
        matrix.copy_rows(rows);
    }
}

/// As [`roots`], for matrices with infinities and NaN: in LAPACK's order, which tells where NaN is in the
/// factor, and with its products, of which all parts are NaN where one part of a factor is not finite.
fn infinite_roots<T: Field>(a: &mut Dense<T>, n: usize, upper: bool) -> bool {
    let minus = T::real(-1.0);
    for j in 0..n {
        let (before, after) = a.split(j);
        let column = &mut after[..n];
        for (i, x) in column.iter_mut().enumerate().skip(j).filter(|_| j > 0) {
            let mut sum = T::ZERO;
            for earlier in before.chunks_exact(n) {
                sum += earlier[i] * earlier[j].conjugate();
            }
            *x += sum * minus;
        }
        let square = column[j].real_part();
        if square <= 0.0 {
            return false;
        }
        let root = square.sqrt();
        column[j] = T::real(root);
        for x in &mut column[j + 1..] {
            *x = match 1.0 / root {
                // What is divided by infinity is zero, be it infinite itself.
                0.0 => T::ZERO,
                factor if upper => *x * T::real(factor),
                _ if x.magnitude().is_nan() => T::NAN,
                factor => x.scale(factor),
            };
        }
    }
    true
}
