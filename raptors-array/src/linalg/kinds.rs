//! Factors and eigenvectors of many kinds of real matrices: they multiply out, and are orthonormal.

use super::*;

/// A matrix of `m` rows and `n` columns, row by row, of one of [`KINDS`] kinds.
fn kind(which: usize, m: usize, n: usize) -> Vec<f64> {
    let some =
        |i: usize, j: usize| ((i * i * 31 + j * 17 + i * j * j * 7) % 101) as f64 / 50.0 - 1.0;
    let of = |i: usize, j: usize| match which {
        0 => some(i, j),
        1 => some(i, j) * 0.5f64.powi((i + j) as i32),
        2 => some(i, j) * 2f64.powi((i + j) as i32 / 2),
        3 => 1.0,
        4 => f64::from(i == j),
        5 => 0.0,
        6 => [2.0, 1.0, 0.0][i.abs_diff(j).min(2)],
        7 => some(i / 3, j / 3),
        8 => f64::from(i == j) + 1e-13 * some(i, j),
        9 => some(i, j) * 1e-300,
        10 => some(i, j) * 1e300,
        11 => some(i, j) * f64::from(i / 5 == j / 5),
        _ => (i * 7 % 5) as f64 * f64::from(i == j),
    };
    let size = m * n;
    (0..size).map(|k| of(k / n, k % n)).collect()
}
const KINDS: usize = 13;

const SIDES: [usize; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 33, 40, 65];

/// The greatest difference of `x @ y` from `z`, where `x` has `m` rows and `y` has `n` columns, and the greatest of the parts.
fn difference(x: &[f64], y: &[f64], z: impl Fn(usize, usize) -> f64, m: usize, n: usize) -> f64 {
    let k = x.len() / m;
    let mut most = 0.0_f64;
    for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
        let sum: f64 = (0..k).map(|l| x[i * k + l] * y[l * n + j]).sum();
        let distance = (sum - z(i, j)).abs();
        most = if distance > most || distance.is_nan() {
            distance
        } else {
            most
        };
    }
    most
}

fn transposed(x: &[f64], m: usize) -> Vec<f64> {
    let n = x.len() / m;
    (0..x.len()).map(|k| x[k % m * n + k / m]).collect()
}

fn is_orthonormal(q: &[f64], m: usize) -> bool {
    let n = q.len() / m;
    let near = 4e-15 * (1.0 + (m as f64).sqrt());
    difference(&transposed(q, m), q, |i, j| f64::from(i == j), n, n) < near
}

#[test]
fn orthogonal_factors_of_every_kind_multiply_out() {
    let shapes = SIDES.iter().map(|&n| (n, n));
    let others = SIDES.windows(2).flat_map(|s| [(s[0], s[1]), (s[1], s[0])]);
    for (m, n) in shapes.chain(others).chain([(70, 3), (3, 70)]) {
        for which in 0..KINDS {
            let elements = kind(which, m, n);
            let a = Array::from_shape(&[m, n], &elements).unwrap();
            let size = elements.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
            let (to, back) = if size > 1e200 || size < 1e-200 && size > 0.0 {
                (1.0 / size, size)
            } else {
                (1.0, 1.0)
            };
            let near = 4e-15 * (size * to) * (m as f64).sqrt() * n as f64;
            let numbers = |a: &Array| a.to_vec::<f64>().unwrap();
            for complete in [false, true] {
                let [q, r] = qr(&a, complete).unwrap().map(|x| numbers(&x));
                let scaled: Vec<f64> = r.iter().map(|x| x * to).collect();
                let apart = difference(&q, &scaled, |i, j| elements[i * n + j] / back, m, n);
                assert!(apart <= near, "{which} {m} {n} {apart:e}");
                assert!(is_orthonormal(&q, m), "{which} {m} {n}");
                let below = |(k, x): (usize, &f64)| k / n <= k % n || *x == 0.0;
                assert!(r.iter().enumerate().all(below), "{which} {m} {n}");
                if !complete {
                    let [alone] = qr_triangle(&a).unwrap();
                    assert_eq!(numbers(&alone), r);
                    let [h, _] = qr_raw(&a).unwrap().map(|x| numbers(&x));
                    let above = h.iter().enumerate().take(r.len());
                    assert!(
                        above
                            .filter(|(k, _)| k / n <= k % n)
                            .all(|(k, x)| r[k] == *x)
                    );
                }
            }
        }
    }
}

/// The half that is not asked for may be anything.
#[test]
fn eigenvectors_of_every_kind_are_stretched() {
    for (n, which) in SIDES.iter().flat_map(|&n| (0..KINDS).map(move |k| (n, k))) {
        let some = kind(which, n, n);
        let whole = |i: usize, j: usize| some[i.max(j) * n + i.min(j)];
        let size = some.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
        let back = if size > 0.0 { size } else { 1.0 };
        let near = 8e-15 * n as f64;
        for upper in [false, true] {
            let half = |i: usize, j: usize| i == j || (j > i) == upper;
            let at = |k: usize| {
                if half(k / n, k % n) {
                    whole(k / n, k % n)
                } else {
                    f64::NAN
                }
            };
            let elements: Vec<f64> = (0..n * n).map(at).collect();
            let a = Array::from_shape(&[n, n], &elements).unwrap();
            let Solution { arrays, failed } = eigh(&a, upper).unwrap();
            assert!(!failed, "{which} {n}");
            let [values, vectors] = arrays.map(|x| x.to_vec::<f64>().unwrap());
            assert!(is_orthonormal(&vectors, n), "{which} {n}");
            assert!(values.is_sorted(), "{which} {n}");
            let scaled: Vec<f64> = (0..n * n).map(|k| whole(k / n, k % n) / back).collect();
            let stretched = |i: usize, j: usize| vectors[i * n + j] * (values[j] / back);
            let apart = difference(&scaled, &vectors, stretched, n, n);
            assert!(apart < near, "{which} {n} {apart:e}");
            let [alone] = eigvalsh(&a, upper).unwrap().arrays;
            for (x, y) in alone.to_vec::<f64>().unwrap().iter().zip(&values) {
                assert!((x - y).abs() / back < near, "{which} {n} {x} {y}");
            }
        }
    }
}

#[test]
fn singular_values_of_every_kind_have_the_sum_of_squares() {
    for (n, which) in SIDES.iter().flat_map(|&n| (0..KINDS).map(move |k| (n, k))) {
        let elements = kind(which, n, n);
        let a = Array::from_shape(&[n, n], &elements).unwrap();
        let size = elements.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
        let back = if size > 0.0 { size } else { 1.0 };
        let squares = |x: &[f64]| x.iter().map(|x| (x / back) * (x / back)).sum::<f64>();
        let [values] = svdvals(&a).unwrap().arrays;
        let (found, want) = (
            squares(&values.to_vec::<f64>().unwrap()),
            squares(&elements),
        );
        assert!(
            (found - want).abs() <= 1e-13 * want,
            "{which} {n} {found} {want}"
        );
    }
}
