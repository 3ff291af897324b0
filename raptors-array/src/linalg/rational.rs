//! Eigenvalues of symmetric tridiagonal matrices, from the squares of what stands beside the diagonal:
//! the QL method without square roots (Reinsch 1973), for where no eigenvectors are asked for.

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
