//! Triangular factors of square matrices, rows exchanged: determinants and solutions.

use super::Field;
use super::dense::{Dense, filled, scratch};
use super::range::{largest, near_one, shifted};
use super::stack::Stack;
use crate::Result;
use core::ops::RangeInclusive;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::{factor, solve as substitute};
use faer::perm::PermRef;
use faer::prelude::default;
use faer::{MatRef, Par};
use raptors_kernels::{Isa, Level, Status, with_isa};

/// The magnitudes of numbers whose reciprocals are normal, even of complex ones.
const PIVOTS: RangeInclusive<f64> = 1e-307..=1e307;

/// Rows up to which plain loops, column by column, are faster than blocks (bench: linalg/small): of
/// real matrices, and of complex ones, whose products the compiler finds fewer vectors for.
const DIRECT: [usize; 2] = [24, 16];

/// Rows of the largest matrices of `T` that plain loops take.
pub(super) const fn direct<T>() -> usize {
    DIRECT[(size_of::<T>() > size_of::<f64>()) as usize]
}

/// Right-hand sides from which it is worth turning them, for vectors to run over them.
const TOGETHER: usize = 4;

/// Adds `factor` times `row` to `to`.
#[inline(always)]
fn add_multiple<T: Field>(to: &mut [T], row: &[T], factor: T) {
    for (to, &x) in to.iter_mut().zip(row) {
        *to += x * factor;
    }
}

/// Factors of one square matrix after the other, in the same memory: rows are exchanged so that
/// pivots are the greatest of their column.
pub(super) struct Lu<T> {
    factors: Dense<T>,
    forward: Vec<usize>,
    backward: Vec<usize>,
    /// None for small matrices, which plain loops factor.
    memory: Option<MemBuffer>,
    exchanges: usize,
    /// Right-hand sides row by row.
    rows: Vec<T>,
    /// Whether the factors come from plain loops, and `forward` has exchanges, each with its row.
    divides: bool,
}

impl<T: Field> Lu<T> {
    /// Room for matrices of `n` rows and right-hand sides of `columns`.
    pub(super) fn new(n: usize, columns: usize) -> Result<Self> {
        let memory = if n <= direct::<T>() {
            None
        } else {
            Some(scratch(&[
                factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, default()),
                substitute::solve_in_place_scratch::<usize, T>(n, columns, Par::Seq),
            ])?)
        };
        Ok(Self {
            factors: Dense::zeros(n, n)?,
            forward: filled(n, 0)?,
            backward: filled(if memory.is_some() { n } else { 0 }, 0)?,
            memory,
            exchanges: 0,
            rows: filled(if n <= direct::<T>() { n * columns } else { 0 }, T::ZERO)?,
            divides: false,
        })
    }

    /// Factors matrix number `i` of `stack`.
    pub(super) fn factor(&mut self, stack: &Stack<T>, i: usize) -> Result<()> {
        let Some(memory) = &mut self.memory else {
            self.factors.copy_rows(stack.elements(i)?);
            self.divides = true;
            self.divide();
            return Ok(());
        };
        self.factors.take(stack.get(i)?);
        let (info, _) = factor::lu_in_place(
            self.factors.as_mut(),
            &mut self.forward,
            &mut self.backward,
            Par::Seq,
            MemStack::new(memory),
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
            self.factors.copy_rows(stack.elements(i)?);
            self.divide();
        }
        Ok(())
    }

    /// Factors the matrix in `factors`, column by column, with reciprocals only of pivots that have
    /// good ones.
    fn divide(&mut self) {
        let n = self.forward.len();
        self.exchanges = 0;
        for k in 0..n {
            let column = self.factors.column(k);
            let (mut row, mut greatest) = (k, column[k].magnitude());
            for (i, x) in column.iter().enumerate().skip(k + 1) {
                let magnitude = x.magnitude();
                if magnitude > greatest {
                    (row, greatest) = (i, magnitude);
                }
            }
            self.forward[k] = row;
            if row != k {
                self.exchanges += 1;
                self.factors
                    .columns()
                    .for_each(|column| column.swap(row, k));
            }
            let (before, after) = self.factors.split(k + 1);
            let (pivot, below) = match &mut before[k * n + k..] {
                [pivot, below @ ..] => (*pivot, below),
                [] => return,
            };
            if pivot == T::ZERO {
                continue;
            }
            if PIVOTS.contains(&pivot.magnitude()) {
                let reciprocal = T::ONE.over(pivot);
                for x in below.iter_mut() {
                    *x *= reciprocal;
                }
            } else {
                for x in below.iter_mut() {
                    *x = x.over(pivot);
                }
            }
            for column in after.chunks_exact_mut(n) {
                let factor = -column[k];
                for (x, &below) in column[k + 1..].iter_mut().zip(&*below) {
                    *x += below * factor;
                }
            }
        }
    }

    /// The pivots.
    fn pivots(&self) -> impl Iterator<Item = T> {
        let factors = self.factors.as_ref();
        (0..factors.nrows()).map(move |i| factors[(i, i)])
    }

    fn is_finite(&mut self) -> bool {
        let finite = |column: &mut [T]| column.iter().all(|x| x.magnitude().is_finite());
        self.factors.columns().all(finite)
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
    pub(super) fn solve(&mut self, sides: &mut Dense<T>) {
        if let (false, Some(memory)) = (self.divides, &mut self.memory) {
            let permutation =
                PermRef::new_checked(&self.forward, &self.backward, self.forward.len());
            return substitute::solve_in_place(
                self.factors.as_ref(),
                self.factors.as_ref(),
                permutation,
                sides.as_mut(),
                Par::Seq,
                MemStack::new(memory),
            );
        }
        let columns = sides.as_ref().ncols();
        if self.forward.len() <= direct::<T>() && columns >= TOGETHER && self.is_finite() {
            return self.solve_together(sides, columns);
        }
        for side in sides.columns() {
            for (k, &row) in self.forward.iter().enumerate() {
                side.swap(row, k);
            }
            self.substitute(side);
        }
    }

    /// Solves for some right-hand sides at once, row by row, so that vectors run over the sides. The
    /// factors are finite: then it makes no difference that zeros are not left out.
    fn solve_together(&mut self, sides: &mut Dense<T>, columns: usize) {
        self.rows.clear();
        self.rows.resize(self.forward.len() * columns, T::ZERO);
        let rows = &mut self.rows[..];
        sides.write_rows(rows);
        for (k, &row) in self.forward.iter().enumerate() {
            if row != k {
                let (before, after) = rows.split_at_mut(row * columns);
                before[k * columns..][..columns].swap_with_slice(&mut after[..columns]);
            }
        }
        let factors = &mut self.factors;
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || {
                for (k, column) in factors.columns().enumerate() {
                    let (done, below) = rows.split_at_mut((k + 1) * columns);
                    let row = &done[k * columns..];
                    let factors = &column[k + 1..];
                    for (to, &factor) in below.chunks_exact_mut(columns).zip(factors) {
                        add_multiple(to, row, -factor);
                    }
                }
                for (k, column) in factors.columns().enumerate().rev() {
                    let (above, row) = rows.split_at_mut(k * columns);
                    let row = &mut row[..columns];
                    for x in &mut *row {
                        *x = x.over(column[k]);
                    }
                    for (to, &factor) in above.chunks_exact_mut(columns).zip(&column[..k]) {
                        add_multiple(to, row, -factor);
                    }
                }
            },
        ));
        sides.copy_rows(rows);
    }

    /// Solves for a right-hand side whose rows are exchanged already.
    fn substitute(&mut self, side: &mut [T]) {
        for (k, column) in self.factors.columns().enumerate() {
            let factor = -side[k];
            if factor != T::ZERO {
                for (x, &below) in side[k + 1..].iter_mut().zip(&column[k + 1..]) {
                    *x += below * factor;
                }
            }
        }
        for (k, column) in self.factors.columns().enumerate().rev() {
            let x = side[k].over(column[k]);
            side[k] = x;
            if x != T::ZERO {
                for (to, &above) in side[..k].iter_mut().zip(&column[..k]) {
                    *to += above * -x;
                }
            }
        }
    }
}
