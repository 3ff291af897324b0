//! Complex numbers against golden values and C99's Annex G.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "edges as they are"
)]

use super::{GOLDEN, first, run};
use raptors_kernels::{Level, Ufunc, dtype::Complex64};

#[test]
fn complex_is_within_its_ulp_of_the_golden_values() {
    let mut lines = GOLDEN
        .lines()
        .skip_while(|line| !line.starts_with("complex:"))
        .peekable();
    let mut failures = Vec::new();
    while let Some(name) = lines.next() {
        let ufunc = Ufunc::from_name(&name["complex:".len()..]).unwrap();
        let mut columns = vec![Vec::new(); ufunc.nin() + 1];
        while let Some(line) = lines.next_if(|line| !line.starts_with("complex:")) {
            let parts: Vec<_> = line
                .split(' ')
                .map(|word| f64::from_bits(u64::from_str_radix(word, 16).unwrap()))
                .collect();
            for (column, z) in columns.iter_mut().zip(parts.chunks(2)) {
                column.push(Complex64::new(z[0], z[1]));
            }
        }
        let want = columns.pop().unwrap();
        for level in Level::available() {
            let got = run(ufunc, level, &columns);
            for i in 0..want.len() {
                // Of the larger part: the smaller one may be a difference.
                let unit = want[i].re.abs().max(want[i].im.abs()) * f64::EPSILON;
                let error = (got[i] - want[i]).norm() / unit;
                // What a power makes of the last place of the logarithm.
                let grown = if ufunc == Ufunc::power {
                    1.0 + columns[1][i].norm() * 4.0
                } else {
                    1.0
                };
                if error.is_nan() || error > 4.0 * grown {
                    failures.push(format!(
                        "{name} {} {}: {}, not {}: {error} ulp",
                        level.name(),
                        columns[0][i],
                        got[i],
                        want[i]
                    ));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        first(&failures)
    );
}

#[test]
fn complex_special_values_are_annex_gs() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    const PI: f64 = core::f64::consts::PI;
    #[rustfmt::skip]
    let cases = [
        ("exp", (0.0, 0.0), (1.0, 0.0)), ("exp", (-INF, INF), (0.0, 0.0)), ("exp", (INF, 0.0),
        (INF, 0.0)), ("exp", (INF, INF), (INF, NAN)), ("exp", (1.0, INF), (NAN, NAN)),
        ("exp", (710.0, 1.0), (1.2070325234545281e308, INF)), ("log", (0.0, 0.0), (-INF, 0.0)),
        ("log", (-0.0, 0.0), (-INF, PI)), ("log", (-1.0, 0.0), (0.0, PI)), ("log", (-1.0, -0.0),
        (0.0, -PI)), ("log", (INF, 0.0), (INF, 0.0)), ("log", (INF, NAN), (INF, NAN)),
        ("sinh", (0.0, 0.0), (0.0, 0.0)), ("sinh", (-0.0, -0.0), (-0.0, -0.0)),
        ("sinh", (INF, 0.0), (INF, 0.0)), ("sinh", (-INF, 0.0), (-INF, 0.0)), ("sinh", (0.0, INF),
        (0.0, NAN)), ("cosh", (0.0, 0.0), (1.0, 0.0)), ("cosh", (INF, 0.0), (INF, 0.0)),
        ("cosh", (-INF, 0.0), (INF, -0.0)), ("tanh", (0.0, 0.0), (0.0, 0.0)), ("tanh", (INF, 1.0),
        (1.0, 0.0)), ("tanh", (-INF, 1.0), (-1.0, 0.0)), ("tanh", (0.0, INF), (0.0, NAN)),
        ("arcsin", (2.0, 0.0), (PI / 2.0, 1.3169578969248166)), ("arcsin", (2.0, -0.0),
        (PI / 2.0, -1.3169578969248166)), ("arccos", (2.0, 0.0), (0.0, -1.3169578969248166)),
        ("arccosh", (-1.0, 0.0), (0.0, PI)), ("arctanh", (1.0, 0.0), (INF, 0.0)),
        ("arctanh", (0.0, -0.0), (0.0, -0.0)), ("arctanh", (INF, 1.0), (0.0, PI / 2.0)),
        ("arcsinh", (0.0, 0.0), (0.0, 0.0)), ("arctan", (0.0, 0.0), (0.0, 0.0)),
        ("log1p", (1e-20, 0.0), (1e-20, 0.0)),
    ];
    let same = |got: f64, want: f64| {
        got.is_nan() && want.is_nan()
            || got == want && got.is_sign_negative() == want.is_sign_negative()
            || (got - want).abs() <= 1e-12 * want.abs()
    };
    for level in Level::available() {
        for (name, (x, y), (re, im)) in cases {
            let ufunc = Ufunc::from_name(name).unwrap();
            let got = run(ufunc, level, &[vec![Complex64::new(x, y)]])[0];
            assert!(
                same(got.re, re) && same(got.im, im),
                "{name}({x}, {y}) = {got}, not ({re}, {im})"
            );
        }
        let power = |x: (f64, f64), y: (f64, f64)| {
            let columns = [x, y].map(|(re, im)| vec![Complex64::new(re, im)]);
            run(Ufunc::power, level, &columns)[0]
        };
        assert_eq!(power((0.0, 0.0), (0.0, 0.0)), Complex64::new(1.0, 0.0));
        assert_eq!(power((0.0, 0.0), (2.0, 0.0)), Complex64::new(0.0, 0.0));
        assert_eq!(power((1.0, 2.0), (2.0, 0.0)), Complex64::new(-3.0, 4.0));
        assert!(power((0.0, 0.0), (-1.0, 0.0)).re.is_nan());
    }
}

#[test]
fn powers_by_integers_are_products_alone_and_among_others() {
    let part = |i: usize, seed: usize| ((i * 37 + seed) % 23) as f64 * 0.37 - 3.9;
    let numbers: Vec<_> = (0..150)
        .map(|i| Complex64::new(part(i, 1), part(3 * i, 5)))
        .collect();
    let others = [Complex64::new(0.5, 1.0), Complex64::new(4.0, 0.0)];
    // As NumPy multiplies them.
    let multiplied = |x: Complex64, exponent: i32| {
        let (mut result, mut square) = (Complex64::new(1.0, 0.0), x);
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left % 2 == 1 {
                result *= square;
            }
            square *= square;
            left /= 2;
        }
        if exponent < 0 { result.inv() } else { result }
    };
    for level in Level::available() {
        for exponent in [-99, -7, -1, 0, 1, 2, 3, 6, 13, 64, 99] {
            let y = Complex64::new(f64::from(exponent), 0.0);
            let same = vec![y; numbers.len()];
            let alone = run(Ufunc::power, level, &[numbers.clone(), same.clone()]);
            for (&got, &x) in alone.iter().zip(&numbers) {
                let want = multiplied(x, exponent);
                // A quotient may round in other places.
                let room = if exponent < 0 {
                    8.0 * f64::EPSILON
                } else {
                    0.0
                };
                let off = (got - want).norm();
                assert!(off <= room * want.norm(), "{level:?} {x} {exponent}");
            }
            for other in others {
                let mut among = same.clone();
                among.iter_mut().step_by(3).for_each(|y| *y = other);
                let got = run(Ufunc::power, level, &[numbers.clone(), among]);
                let kept = |i: &usize| !i.is_multiple_of(3);
                for i in (0..numbers.len()).filter(kept) {
                    assert_eq!(got[i], alone[i], "{level:?} {exponent} {other}");
                }
            }
        }
    }
}
