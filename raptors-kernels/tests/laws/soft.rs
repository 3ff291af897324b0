//! Lines, columns and parts against the formula and each other.

use raptors_kernels::{
    fold::{self, soft::*},
    *,
};

/// Numbers of both signs, in no order.
fn sample(n: usize) -> Vec<f64> {
    (0..n)
        .map(|i| ((i * 7919 + 13) % 1009) as f64 / 50.0 - 10.0)
        .collect()
}

fn of_lines(what: Soft, level: Level, x: &[f64], len: usize) -> Vec<f64> {
    let given = if what == Soft::LogSum { 1 } else { len };
    let mut out = vec![0.0; x.len() / len * given];
    lines(what, level, In::from(x), len, Out::from(&mut out[..]));
    out
}

const ALL: [Soft; 3] = [Soft::Shares, Soft::LogShares, Soft::LogSum];

#[test]
fn lines_are_their_formula() {
    for level in Level::available() {
        for len in [1, 2, 7, 8, 100, 129, 1000, 1025, 5000] {
            let x = sample(len);
            let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = x.iter().map(|x| (x - most).exp()).sum();
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b.abs().max(1e-300);
            for (x, y) in x.iter().zip(of_lines(Soft::Shares, level, &x, len)) {
                assert!(near(y, (x - most).exp() / sum), "{level:?} {len}");
            }
            for (x, y) in x.iter().zip(of_lines(Soft::LogShares, level, &x, len)) {
                assert!((y - (x - most - sum.ln())).abs() < 1e-13, "{level:?} {len}");
            }
            let all = of_lines(Soft::LogSum, level, &x, len)[0];
            assert!(near(all, most + sum.ln()), "{level:?} {len}");
        }
    }
}

#[test]
fn columns_and_short_lines_have_the_bits_of_lines() {
    for level in Level::available() {
        for what in ALL {
            for (outer, len, inner) in [
                (3, 5, 1),
                (40, 3, 1),
                (2, 32, 5),
                (1, 7, 9),
                (1, 300, 41),
                (1, 129, 8),
                (1, 8, 70),
            ] {
                let given = if what == Soft::LogSum { 1 } else { len };
                let x = sample(outer * len * inner);
                let at = |o: usize, i: usize, j: usize| (o * len + i) * inner + j;
                let turned: Vec<f64> = (0..outer * inner)
                    .flat_map(|line| (0..len).map(move |i| (line / inner, i, line % inner)))
                    .map(|(o, i, j)| x[at(o, i, j)])
                    .collect();
                let expected = of_lines(what, level, &turned, len);
                let check = |out: &[f64]| {
                    for (line, results) in expected.chunks(given).enumerate() {
                        for (i, want) in results.iter().enumerate() {
                            let place = (line / inner * given + i) * inner + line % inner;
                            assert_eq!(
                                out[place].to_bits(),
                                want.to_bits(),
                                "{what:?} {len} {inner}"
                            );
                        }
                    }
                };
                let mut out = vec![0.0; outer * given * inner];
                if len <= SHORT {
                    short(
                        what,
                        level,
                        In::from(&x[..]),
                        [len, inner],
                        Out::from(&mut out[..]),
                    );
                    check(&out);
                }
                if inner >= NARROWEST && outer == 1 {
                    out.fill(0.0);
                    let (from, to) = (x.as_ptr().cast(), out.as_mut_ptr().cast());
                    // SAFETY: both have as many rows, one after the other.
                    unsafe { columns(what, level, DType::F64, from, [len, inner], inner, to) };
                    check(&out);
                }
            }
        }
    }
}

#[test]
fn parts_of_a_line_make_the_whole() {
    let x = sample(5000);
    let left = fold::split(DType::F64, x.len()).unwrap();
    for level in Level::available() {
        for what in ALL {
            let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let line = Line::new(what, level, Scalar::new(most));
            let mut out = x.clone();
            let (first, second) = out.split_at_mut(left);
            let parts = [(&x[..left], first), (&x[left..], second)];
            let mut sums = Vec::new();
            let mut parts = parts.map(|(x, out)| {
                sums.push(
                    line.powers(In::from(x), Some(Out::from(&mut *out)))
                        .get::<f64>(),
                );
                (x, out)
            });
            let sum = Scalar::new(sums[0] + sums[1]);
            let expected = of_lines(what, level, &x, x.len());
            if what == Soft::LogSum {
                assert_eq!(line.log_sum(&sum).get::<f64>(), expected[0]);
                continue;
            }
            for (x, out) in &mut parts {
                line.finish(In::from(*x), &sum, Out::from(&mut **out));
            }
            assert_eq!(out, expected);
        }
    }
}

#[test]
fn what_is_not_finite_gives_what_its_limit_is() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    for level in Level::available() {
        let log_sum = |x: &[f64]| of_lines(Soft::LogSum, level, x, x.len())[0];
        assert_eq!(log_sum(&[-inf, -inf]), -inf);
        assert_eq!(log_sum(&[inf, 1.0]), inf);
        assert_eq!(log_sum(&[-inf, 2.0]), 2.0);
        assert!(log_sum(&[nan, inf]).is_nan());
        assert_eq!(of_lines(Soft::Shares, level, &[-inf, 2.0], 2), [0.0, 1.0]);
        assert!(
            of_lines(Soft::Shares, level, &[nan, 2.0], 2)
                .iter()
                .all(|x| x.is_nan())
        );
        assert!(
            of_lines(Soft::Shares, level, &[inf, 2.0], 2)
                .iter()
                .any(|x| x.is_nan())
        );
    }
}
