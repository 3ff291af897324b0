//! Eigenvalues of symmetric tridiagonal matrices, from the squares of what stands beside the diagonal:
//! the QL method without square roots (Reinsch 1973), for where no eigenvectors are asked for.

use super::Field;
use super::dense::{Dense, filled};
use crate::Result;
use faer::dyn_stack::MemStack;
use faer::linalg::evd::tridiag;
use faer::prelude::default;
use faer::{MatRef, Par};

/// Steps for one eigenvalue, which takes two or three as a rule.
const MOST: usize = 40;

/// Makes the diagonal of a matrix its eigenvalues, in no order: whether that was done, and both slices
/// are worthless if not. `squares[i]` is the square of what stands beside elements `i` and `i + 1`.
pub(super) fn eigenvalues(diagonal: &mut [f64], squares: &mut [f64]) -> bool {
    let n = diagonal.len().min(squares.len());
    let (diagonal, squares) = (&mut diagonal[..n], &mut squares[..n]);
    if let Some(end) = squares.last_mut() {
        *end = 0.0;
    }
    let (mut largest, mut negligible) = (0.0, 0.0);
    // What was taken off all elements of the diagonal that are not eigenvalues yet.
    let mut shift = 0.0;
    for first in 0..n {
        largest = f64::max(largest, diagonal[first].abs() + squares[first].sqrt());
        negligible = f64::max(negligible, f64::EPSILON * largest);
        let found = (0..MOST).any(|_| {
            let beyond = squares[first..].iter();
            let last = beyond.take_while(|&&square| square > negligible * negligible);
            let last = first + last.count();
            last == first || step(diagonal, squares, [first, last], &mut shift, negligible)
        });
        diagonal[first] += shift;
        if !found || !f64::is_finite(largest + diagonal[first]) {
            return false;
        }
    }
    true
}

/// One step on the block of elements `first..=last`: whether the first is an eigenvalue now.
fn step(
    diagonal: &mut [f64],
    squares: &mut [f64],
    [first, last]: [usize; 2],
    shift: &mut f64,
    negligible: f64,
) -> bool {
    // The eigenvalue of the first two by two that is nearer to the first element.
    let beside = squares[first].sqrt();
    let half = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside);
    let near = beside / (half + half.hypot(1.0).copysign(half));
    let taken = diagonal[first] - near;
    diagonal[first] = near;
    for element in &mut diagonal[first + 1..] {
        *element -= taken;
    }
    *shift += taken;

    let nonzero = |x: f64| if x == 0.0 { negligible } else { x };
    let mut pivot = nonzero(diagonal[last]);
    let (mut below, mut sine) = (pivot, 0.0);
    for i in (first..last).rev() {
        let product = pivot * below;
        let sum = product + squares[i];
        squares[i + 1] = sine * sum;
        sine = squares[i] / sum;
        diagonal[i + 1] = below + sine * (below + diagonal[i]);
        pivot = nonzero(diagonal[i] - squares[i] / pivot);
        below = pivot * product / sum;
    }
    diagonal[first] = below;
    squares[first] = sine * pivot * below;
    squares[first] <= negligible * negligible
}

/// The eigenvalues of two elements on the diagonal and one beside them, which are not all finite, as LAPACK finds
/// them with `vectors` or without, and whether the eigenvectors are those of a diagonal matrix, but no numbers.
///
/// It divides matrices by their greatest element if that is infinite; with one that is no number, it takes the
/// elements on the diagonal for equal and opposite.
fn unbounded<T: Field>(diagonal: [f64; 2], beside: T, vectors: bool) -> ([f64; 2], bool) {
    let length = beside.magnitude();
    if !length.is_nan() && !diagonal.iter().any(|element| element.is_nan()) {
        return ([f64::NAN; 2], length.is_finite());
    }
    let root = beside.modulus() * std::f64::consts::SQRT_2;
    match (length == 0.0, vectors) {
        (true, true) => (diagonal, true),
        (true, false) => ([0.0, -0.0], false),
        _ if length.is_nan() => ([f64::NAN; 2], false),
        _ => ([-root, root], false),
    }
}

/// The eigenvalues and eigenvectors of one element, whatever it is, and of two rows and columns that are not all
/// finite: what LAPACK's steps make of these.
pub(super) fn small<T: Field>(a: MatRef<'_, T>, values: &mut [T], vectors: Option<&mut Dense<T>>) {
    let diagonal = |i: usize| a[(i, i)].real_part();
    let (found, apart) = if a.nrows() == 1 {
        ([diagonal(0); 2], true)
    } else {
        unbounded([diagonal(0), diagonal(1)], a[(1, 0)], vectors.is_some())
    };
    for (to, value) in values.iter_mut().zip(found) {
        *to = T::real(value);
    }
    if let Some(vectors) = vectors {
        let mut to = vectors.as_mut();
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            if i.max(j) < a.nrows() {
                to[(i, j)] = match (apart, i == j) {
                    (true, true) => T::ONE,
                    (true, false) => T::ZERO,
                    _ => T::NAN,
                };
            }
        }
    }
}

/// Room for eigenvalues without eigenvectors.
pub(super) struct Alone<T> {
    /// The matrix, and then the three diagonals that have the same eigenvalues.
    matrix: Dense<T>,
    /// The sizes of the reflections on the way, which nobody needs.
    reflections: Dense<T>,
    values: Vec<f64>,
    squares: Vec<f64>,
}

impl<T: Field> Alone<T> {
    pub(super) fn new(n: usize) -> Result<Self> {
        Ok(Self {
            matrix: Dense::zeros(n, n)?,
            reflections: Dense::zeros(1, n.saturating_sub(1))?,
            values: filled(n, 0.0)?,
            squares: filled(n, 0.0)?,
        })
    }

    /// The eigenvalues of `a` in ascending order: whether they were found.
    pub(super) fn compute(
        &mut self,
        a: MatRef<'_, T>,
        into: &mut [T],
        memory: &mut MemStack,
    ) -> bool {
        let n = into.len();
        self.matrix.as_mut().copy_from_triangular_lower(a);
        let (matrix, reflections) = (self.matrix.as_mut(), self.reflections.as_mut());
        tridiag::tridiag_in_place(matrix, reflections, Par::Seq, memory, default());
        let matrix = self.matrix.as_ref();
        for i in 0..n {
            self.values[i] = matrix[(i, i)].real_part();
            let beside = if i + 1 < n {
                matrix[(i + 1, i)].modulus()
            } else {
                0.0
            };
            self.squares[i] = beside * beside;
        }
        if !eigenvalues(&mut self.values, &mut self.squares) {
            return false;
        }
        self.values.sort_unstable_by(f64::total_cmp);
        for (to, &value) in into.iter_mut().zip(&self.values) {
            *to = T::real(value);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eigenvalues of a chain of `n` twos, with ones beside them, are known.
    #[test]
    fn a_chain_has_its_eigenvalues() {
        for n in 1..80 {
            let mut squares = vec![1.0; n];
            squares[n - 1] = 0.0;
            let mut found = vec![2.0; n];
            assert!(eigenvalues(&mut found, &mut squares));
            found.sort_by(f64::total_cmp);
            for (i, value) in found.iter().enumerate() {
                let angle = (i + 1) as f64 * std::f64::consts::PI / (n + 1) as f64;
                assert!((value - (2.0 - 2.0 * angle.cos())).abs() < 1e-14 * n as f64);
            }
        }
    }

    #[test]
    fn blocks_apart_keep_their_eigenvalues() {
        let (mut found, mut squares) = (
            vec![3.0, 3.0, -1.0, 7.0, 0.0],
            vec![0.0, 0.0, 0.0, 0.0, 0.0],
        );
        assert!(eigenvalues(&mut found, &mut squares));
        assert_eq!(found, [3.0, 3.0, -1.0, 7.0, 0.0]);
        let (mut found, mut squares) = (vec![0.0; 4], vec![4.0, 0.0, 9.0, 0.0]);
        assert!(eigenvalues(&mut found, &mut squares));
        found.sort_by(f64::total_cmp);
        for (value, want) in found.iter().zip([-3.0, -2.0, 2.0, 3.0]) {
            assert!((value - want).abs() < 1e-14, "{found:?}");
        }
    }

    #[test]
    fn what_is_no_number_has_no_eigenvalues() {
        assert!(!eigenvalues(&mut [1.0, f64::NAN], &mut [1.0, 0.0]));
        assert!(!eigenvalues(&mut [1.0, 2.0], &mut [f64::INFINITY, 0.0]));
    }
}
