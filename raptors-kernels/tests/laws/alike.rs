//! Arrays compared as wholes, and numbers within a tolerance.

use raptors_kernels::{
    Level,
    fold::{Tolerance, alike, close},
};

const NUMBERS: Tolerance = Tolerance {
    relative: 1e-5,
    absolute: 1e-8,
    equal_nan: false,
};

#[test]
fn one_difference_is_found_wherever_it_is() {
    for level in Level::available() {
        for n in [1, 63, 64, 1023, 1024, 1025, 3000] {
            let x: Vec<f32> = (0..n).map(|i| i as f32 + 0.5).collect();
            let bytes: Vec<u8> = (0..n).map(|i| i as u8).collect();
            for at in [0, n / 2, n - 1] {
                let (mut y, mut others) = (x.clone(), bytes.clone());
                let same = alike(level, x[..].into(), y[..].into(), false);
                assert!(same && close(level, x[..].into(), y[..].into(), NUMBERS) == Some(true));
                y[at] += 1.0;
                others[at] ^= 1;
                assert!(!alike(level, x[..].into(), y[..].into(), true));
                assert!(!alike(level, bytes[..].into(), others[..].into(), false));
                assert_eq!(
                    close(level, x[..].into(), y[..].into(), NUMBERS),
                    Some(false)
                );
            }
        }
    }
}

#[test]
fn special_numbers_are_close_as_numpy_has_it() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let with_nan = Tolerance {
        equal_nan: true,
        ..NUMBERS
    };
    for level in Level::available() {
        let close = |x: f64, y: f64, tolerance| {
            close(level, (&[x][..]).into(), (&[y][..]).into(), tolerance)
        };
        assert_eq!(close(inf, inf, NUMBERS), Some(true));
        assert_eq!(close(inf, -inf, NUMBERS), Some(false));
        assert_eq!(close(1.0, inf, NUMBERS), Some(false));
        assert_eq!(close(inf, 1.0, NUMBERS), Some(false));
        assert_eq!(close(nan, nan, NUMBERS), Some(false));
        assert_eq!(close(nan, nan, with_nan), Some(true));
        assert_eq!(close(nan, 1.0, with_nan), Some(false));
        assert_eq!(close(0.0, -0.0, NUMBERS), Some(true));
        // Overflow and underflow are told of elsewhere.
        assert_eq!(close(1e308, -1e308, NUMBERS), None);
        assert_eq!(close(1e-305, 1e-305, NUMBERS), None);
    }
}
