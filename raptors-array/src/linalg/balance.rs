//! Balanced matrices: what stands alone is set aside, and the others' rows and columns become about equally long, by
//! powers of two, which leaves the eigenvalues as they are (Parlett and Reinsch, *Balancing a matrix for calculation of
//! eigenvalues and eigenvectors*, 1969; by lengths, as sums of magnitudes may make matrices worse: James, Langou and
//! Lowery, *On matrix balancing and eigenvector computation*, 2014).

use core::ops::Range;

/// A row and its column are worth it if together they become shorter than this part of what they were.
const WORTH: f64 = 0.95;
/// Rounds after which it is as good as it gets; three are usual.
const MOST: usize = 60;

/// Balances a matrix of `n` columns, each `stride` elements after the one before: which rows and columns do not stand
/// alone. The eigenvalues of the others are their elements on the diagonal.
#[inline(always)]
pub(super) fn balance(a: &mut [f64], stride: usize, n: usize) -> Range<usize> {
    let range = set_aside(a, stride, n);
    for _ in 0..MOST {
        if !equalize(a, stride, &range) {
            break;
        }
    }
    range
}

/// Moves a row that has only its element on the diagonal to the end, until there is none, and then such columns to the
/// front: the range between.
fn set_aside(a: &mut [f64], stride: usize, n: usize) -> Range<usize> {
    let mut range = 0..n;
    let nothing = |a: &[f64], i: usize, j: usize| i == j || a[j * stride + i] == 0.0;
    let row = |a: &[f64], range: &Range<usize>| {
        let alone = |&i: &usize| range.clone().all(|j| nothing(a, i, j));
        range.clone().rev().find(alone)
    };
    while let Some(i) = row(a, &range) {
        range.end -= 1;
        exchange(a, stride, n, [i, range.end]);
    }
    let column = |a: &[f64], range: &Range<usize>| {
        let alone = |&j: &usize| range.clone().all(|i| nothing(a, i, j));
        range.clone().find(alone)
    };
    while let Some(j) = column(a, &range) {
        exchange(a, stride, n, [j, range.start]);
        range.start += 1;
    }
    range
}

/// Exchanges two rows, and the columns of the same numbers.
fn exchange(a: &mut [f64], stride: usize, n: usize, [i, j]: [usize; 2]) {
    if i == j {
        return;
    }
    for k in 0..n {
        a.swap(i * stride + k, j * stride + k);
    }
    for column in a.chunks_exact_mut(stride).take(n) {
        column.swap(i, j);
    }
}

/// Makes each row about as long as its column, where that is worth it: whether it was.
fn equalize(a: &mut [f64], stride: usize, range: &Range<usize>) -> bool {
    let mut changed = false;
    for i in range.clone() {
        let column = &a[i * stride..][range.clone()];
        let row = a[i..].iter().step_by(stride).take(range.end);
        let square = |x: &f64| x * x;
        let column: f64 = column.iter().map(square).sum();
        let row: f64 = row.skip(range.start).map(square).sum();
        let near = row < 4.0 * column && column < 4.0 * row;
        if near || column == 0.0 || row == 0.0 {
            continue;
        }
        let exponent = (0.25 * (row / column).log2()).round();
        let (up, down) = (exponent.exp2(), (-exponent).exp2());
        let (column, row) = (column.sqrt(), row.sqrt());
        // Not so either where the quotient overflowed.
        if column * up + row * down < WORTH * (column + row) && (up * down) == 1.0 {
            for x in &mut a[i * stride..][range.clone()] {
                *x *= up;
            }
            let row = a[i..].iter_mut().step_by(stride).take(range.end);
            for x in row.skip(range.start) {
                *x *= down;
            }
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_stand_alone_and_stay_in_order() {
        let mut a = [1.0, 0.0, 0.0, 7.0, 2.0, 0.0, 8.0, 9.0, 3.0];
        let before = a;
        assert!(balance(&mut a, 3, 3).is_empty());
        assert_eq!(a, before);
        // One that is in between: the middle row has only its element on the diagonal.
        let mut a = [1.0, 0.0, 2.0, 5.0, 6.0, 7.0, 3.0, 0.0, 4.0];
        assert_eq!(balance(&mut a, 3, 3), 0..2);
        assert_eq!(a[8], 6.0);
    }

    #[test]
    fn rows_become_as_long_as_columns() {
        let (n, mut a) = (4, vec![0.0; 16]);
        for i in 0..n {
            for j in 0..n {
                a[j * n + i] = (1.0 + (i * j) as f64) * 1e3f64.powi(i as i32 - j as i32);
            }
        }
        assert_eq!(balance(&mut a, n, n), 0..n);
        assert!(a.iter().all(|x| (0.05..50.0).contains(x)), "{a:?}");
        let product = a[n] * a[1];
        assert!((product - 1.0).abs() < 1e-12);
    }
}
