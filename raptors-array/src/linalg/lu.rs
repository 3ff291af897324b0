//! Triangular factors of square matrices, rows exchanged: determinants and solutions.

use super::Field;
use super::dense::{Dense, filled, scratch};
use super::range::{largest, near_one, shifted};
use crate::Result;
use core::ops::RangeInclusive;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::{factor, solve as substitute};
use faer::perm::PermRef;
use faer::prelude::{ReborrowMut, default};
use faer::{MatMut, MatRef, Par};
use raptors_kernels::Status;

/// The magnitudes of numbers whose reciprocals are normal, even of complex ones.
const PIVOTS: RangeInclusive<f64> = 1e-307..=1e307;

/// Factors of one square matrix after the other, in the same memory: rows are exchanged so that
/// pivots are the greatest of their column.
pub(super) struct Lu<T> {
    factors: Dense<T>,
    forward: Vec<usize>,
    backward: Vec<usize>,
    memory: MemBuffer,
    exchanges: usize,
    /// Whether the factors come from divisions, and `forward` has exchanges, each with its row.
    divides: bool,
}

impl<T: Field> Lu<T> {
    /// Room for matrices of `n` rows and right-hand sides of `columns`.
    pub(super) fn new(n: usize, columns: usize) -> Result<Self> {
        Ok(Self {
            factors: Dense::zeros(n, n)?,
            forward: filled(n, 0)?,
            backward: filled(n, 0)?,
            memory: scratch(&[
                factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, default()),
                substitute::solve_in_place_scratch::<usize, T>(n, columns, Par::Seq),
            ])?,
            exchanges: 0,
            divides: false,
        })
    }

    /// Factors `a`.
    pub(super) fn factor(&mut self, a: MatRef<'_, T>) {
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
        // The first odd pivot spoils those after it: where that is for its reciprocal, divide.
        let odd = self
            .pivots()
            .map(T::magnitude)
            .find(|x| !PIVOTS.contains(x));
        self.divides = odd.is_some_and(|x| x.is_finite() && x != 0.0);
        if self.divides {
            self.factors.as_mut().copy_from(a);
            self.divide();
        }
    }

    /// Factors the matrix in `factors` without reciprocals.
    fn divide(&mut self) {
        let mut a = self.factors.as_mut();
        let n = a.nrows();
        self.exchanges = 0;
        for k in 0..n {
            let mut row = k;
            for i in k + 1..n {
                if a[(i, k)].magnitude() > a[(row, k)].magnitude() {
                    row = i;
                }
            }
            self.forward[k] = row;
            if row != k {
                self.exchanges += 1;
                exchange(a.rb_mut(), row, k);
            }
            let pivot = a[(k, k)];
            if pivot == T::ZERO {
                continue;
            }
            for i in k + 1..n {
                a[(i, k)] = a[(i, k)].over(pivot);
            }
            for j in k + 1..n {
                let factor = a[(k, j)];
                for i in k + 1..n {
                    let product = a[(i, k)] * factor;
                    a[(i, j)] += -product;
                }
            }
        }
    }

    /// The pivots.
    fn pivots(&self) -> impl Iterator<Item = T> {
        let factors = self.factors.as_ref();
        (0..factors.nrows()).map(move |i| factors[(i, i)])
    }

    pub(super) fn is_singular(&self) -> bool {
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
    pub(super) fn determinant(&self) -> T {
        // A part of the product may be out of range where the whole is not.
        let (mut product, mut exponent) = (self.sign(), 0);
        for pivot in self.pivots() {
            let (pivot, lost) = near_one(pivot);
            product *= pivot;
            exponent += lost;
            let (near, lost) = near_one(product);
            product = near;
            exponent += lost;
            if pivot == T::ZERO {
                break;
            }
        }
        shifted(product, exponent)
    }

    /// The sign of the determinant, and the logarithm of its absolute value.
    pub(super) fn logarithm(&self) -> (T, f64) {
        let (mut sign, mut logarithm) = (self.sign(), 0.0);
        for pivot in self.pivots() {
            if pivot == T::ZERO {
                return (T::ZERO, f64::NEG_INFINITY);
            }
            sign *= pivot.sign();
            logarithm += pivot.modulus().ln();
        }
        (sign, logarithm)
    }

    /// The floating-point exceptions of a determinant of this size, of `a`.
    pub(super) fn status(&self, a: MatRef<'_, T>, size: f64) -> Status {
        // What follows a pivot of zero is not in the determinant.
        if size.is_nan() || (size == 0.0 && largest(a).is_nan()) {
            Status::INVALID
        } else if size.is_infinite() && !self.pivots().any(T::is_nan_or_infinite) {
            Status::OVERFLOW
        } else {
            Status::NONE
        }
    }

    /// Replaces the right-hand sides by the solutions.
    pub(super) fn solve(&mut self, mut sides: MatMut<'_, T>) {
        if self.divides {
            for (k, &row) in self.forward.iter().enumerate() {
                exchange(sides.rb_mut(), row, k);
            }
            for j in 0..sides.ncols() {
                self.substitute(&mut sides, j);
            }
            return;
        }
        let permutation = PermRef::new_checked(&self.forward, &self.backward, self.forward.len());
        substitute::solve_in_place(
            self.factors.as_ref(),
            self.factors.as_ref(),
            permutation,
            sides,
            Par::Seq,
            MemStack::new(&mut self.memory),
        );
    }

    /// Solves for right-hand side `j`, its rows exchanged already, without reciprocals.
    fn substitute(&self, sides: &mut MatMut<'_, T>, j: usize) {
        let a = self.factors.as_ref();
        let n = a.nrows();
        for k in 0..n {
            let x = sides[(k, j)];
            for i in k + 1..n {
                sides[(i, j)] += -(a[(i, k)] * x);
            }
        }
        for k in (0..n).rev() {
            let x = sides[(k, j)].over(a[(k, k)]);
            sides[(k, j)] = x;
            if x != T::ZERO {
                for i in 0..k {
                    sides[(i, j)] += -(a[(i, k)] * x);
                }
            }
        }
    }
}

/// Exchanges two rows.
fn exchange<T: Field>(mut a: MatMut<'_, T>, row: usize, other: usize) {
    for j in 0..a.ncols() {
        let element = a[(row, j)];
        a[(row, j)] = a[(other, j)];
        a[(other, j)] = element;
    }
}
