//! Decompositions multiplied out again, and matrices that have none.

use super::*;
use crate::matmul::matmul;
use raptors_kernels::Ufunc;

fn sample(shape: &[usize]) -> Array {
    let size: usize = shape.iter().product();
    let elements: Vec<f64> = (0..size)
        .map(|i| ((i * i * 31 + 7 * i) % 17) as f64 - 8.0)
        .collect();
    Array::from_shape(shape, &elements).unwrap()
}

fn close(a: &Array, b: &Array) -> bool {
    assert_eq!(a.shape(), b.shape());
    let (a, b) = (a.to_vec::<f64>().unwrap(), b.to_vec::<f64>().unwrap());
    a.iter()
        .zip(&b)
        .all(|(x, y)| (x - y).abs() < 1e-10 * (1.0 + y.abs()))
}

#[test]
fn factors_multiply_to_the_matrix() {
    for shape in [&[4, 4][..], &[2, 6, 3], &[3, 5], &[1, 1]] {
        let a = sample(shape);
        for complete in [false, true] {
            let [q, r] = qr(&a, complete).unwrap();
            assert!(close(&matmul(&q, &r).unwrap(), &a));
        }
        let Solution {
            arrays: [u, s, vh],
            failed,
        } = svd(&a, false).unwrap();
        assert!(!failed);
        let scaled = crate::map::binary(Ufunc::multiply, &u, &s.expand_dims(&[-2]).unwrap());
        assert!(close(&matmul(&scaled.unwrap(), &vh).unwrap(), &a));
        assert!(close(&svdvals(&a).unwrap().arrays[0], &s));
    }
}

#[test]
fn inverses_and_solutions_undo_products() {
    let a = sample(&[3, 5, 5]);
    let inverse = inv(&a).unwrap();
    assert!(!inverse.failed);
    let eye = Array::eye(5, 5, 0, DType::F64, crate::Order::C).unwrap();
    let eye = eye.broadcast_to(&[3, 5, 5]).unwrap();
    assert!(close(&matmul(&a, &inverse.arrays[0]).unwrap(), &eye));
    let b = sample(&[5, 2]);
    let x = solve(&a, &b).unwrap();
    let product = matmul(&a, &x.arrays[0]).unwrap();
    assert!(close(&product, &b.broadcast_to(&[3, 5, 2]).unwrap()));
}

#[test]
fn singular_and_endless_matrices_fail_without_a_panic() {
    let zeros = Array::zeros(&[2, 3, 3], DType::F64, crate::Order::C).unwrap();
    assert!(inv(&zeros).unwrap().failed);
    assert!(cholesky(&zeros, false).unwrap().failed);
    assert_eq!(
        det(&zeros).unwrap().arrays[0].to_vec::<f64>().unwrap(),
        [0.0, 0.0]
    );
    for odd in [f64::NAN, f64::INFINITY] {
        let a = Array::full(&[6, 6], &raptors_kernels::Scalar::new(odd), crate::Order::C).unwrap();
        assert!(eigh(&a, false).unwrap().failed && eig(&a).unwrap().failed);
        assert_eq!(svd(&a, true).unwrap().failed, odd.is_nan());
        let _ = (inv(&a).unwrap(), det(&a).unwrap(), qr(&a, true).unwrap());
    }
    let empty = Array::zeros(&[0, 0], DType::I8, crate::Order::C).unwrap();
    assert_eq!(
        det(&empty).unwrap().arrays[0].to_vec::<f64>().unwrap(),
        [1.0]
    );
    assert_eq!(eig(&empty).unwrap().arrays[1].shape(), [0, 0]);
    let thin = Array::zeros(&[3, 0], DType::I8, crate::Order::C).unwrap();
    assert_eq!(svd(&thin, true).unwrap().arrays[0].shape(), [3, 3]);
    assert!(det(&thin).is_err());
}

#[test]
fn magnitudes_out_of_range_are_no_matter() {
    let elements = [2.0, 1.0, 0.0, 1.0, 3.0, 1.0, 0.0, 1.0, 4.0];
    let plain = Array::from_shape(&[3, 3], &elements).unwrap();
    let scaled = |factor: f64, a: &Array| {
        let elements: Vec<f64> = a
            .to_vec()
            .unwrap()
            .iter()
            .map(|x: &f64| x * factor)
            .collect();
        Array::from_shape(a.shape(), &elements).unwrap()
    };
    for exponent in [-1000, -600, 600, 1000] {
        let (factor, back) = (2f64.powi(exponent), 2f64.powi(-exponent));
        let a = scaled(factor, &plain);
        let same = |x: &Array, y: &Array| close(&scaled(back, x), y);
        let values = svdvals(&a).unwrap();
        assert!(!values.failed);
        assert!(same(&values.arrays[0], &svdvals(&plain).unwrap().arrays[0]));
        assert!(same(
            &eigvalsh(&a, false).unwrap().arrays[0],
            &eigvalsh(&plain, false).unwrap().arrays[0]
        ));
        assert!(same(
            &qr(&a, false).unwrap()[1],
            &qr(&plain, false).unwrap()[1]
        ));
        assert!(close(
            &scaled(factor, &inv(&a).unwrap().arrays[0]),
            &inv(&plain).unwrap().arrays[0]
        ));
    }
    let diagonal = [1e200, 0.0, 0.0, 0.0, 1e150, 0.0, 0.0, 0.0, 1e-320];
    let a = Array::from_shape(&[3, 3], &diagonal).unwrap();
    let determinant = det(&a).unwrap().arrays[0].to_vec::<f64>().unwrap()[0];
    assert!((determinant / 1e30 - 1.0).abs() < 1e-3);
    let b = Array::from_shape(&[3, 1], &[1e200, 1e150, 2e-320]).unwrap();
    let x = solve(&a, &b).unwrap().arrays[0].to_vec::<f64>().unwrap();
    assert!(x[0] == 1.0 && x[1] == 1.0 && (x[2] - 2.0).abs() < 1e-3);
}

/// Matrices whose columns are neighbours in memory are read as they lie.
#[test]
fn the_order_of_the_elements_makes_no_difference() {
    for n in [3, 30] {
        let a = sample(&[2, n, n]);
        let turned = a.swapaxes(-1, -2).unwrap();
        let upright = turned.to_contiguous().unwrap();
        let both = [&turned, &upright];
        let [x, y] = both.map(|a| qr(a, false).unwrap());
        let [dx, dy] = both.map(|a| det(a).unwrap().arrays);
        let [sx, sy] = both.map(|a| svdvals(a).unwrap().arrays);
        let [ux, uy] = both.map(|a| svd(a, true).unwrap().arrays);
        let [ix, iy] = both.map(|a| inv(a).unwrap().arrays);
        let firsts = x.into_iter().chain(dx).chain(sx).chain(ux).chain(ix);
        let seconds = y.into_iter().chain(dy).chain(sy).chain(uy).chain(iy);
        for (x, y) in firsts.zip(seconds) {
            let bits = |x: Array| -> Vec<u64> {
                x.to_vec::<f64>()
                    .unwrap()
                    .into_iter()
                    .map(f64::to_bits)
                    .collect()
            };
            assert_eq!(bits(x), bits(y), "{n}");
        }
    }
}
