//! Transcendental ufuncs at every level: against golden values, against the standard library, and
//! on special values. Here: float64, and what the other files share.

mod complex;
mod float32;
mod half;
mod special;

use raptors_kernels::{Element, In, Level, Namespace, Out, Ufunc};

/// The golden values: after each function's name, one line per point, inputs and result as the
/// bits of float64. `tests/data/golden.py` makes them.
const GOLDEN: &str = include_str!("../data/math.txt");

#[test]
fn float64_is_within_its_ulp_of_the_golden_values() {
    let mut failures = Vec::new();
    let mut seen = 0;
    let mut lines = GOLDEN.lines().peekable();
    while let Some(name) = lines.next().filter(|name| !name.starts_with("complex:")) {
        let ufunc = Ufunc::from_name(name).unwrap_or_else(|| panic!("no ufunc {name}"));
        let mut columns = vec![Vec::new(); ufunc.nin() + 1];
        while let Some(line) = lines.next_if(|line| line.len() > 16) {
            for (column, word) in columns.iter_mut().zip(line.split(' ')) {
                column.push(f64::from_bits(u64::from_str_radix(word, 16).unwrap()));
            }
        }
        let want = columns.pop().unwrap();
        seen += want.len();
        for level in Level::available() {
            let got = run(ufunc, level, &columns);
            for i in 0..want.len() {
                let error = ulps(got[i], want[i]);
                if error > float64_ulp(ufunc).into() {
                    let inputs: Vec<_> = columns.iter().map(|column| column[i]).collect();
                    failures.push(format!(
                        "{name} {} {inputs:?}: {:e}, not {:e}: {error} ulp",
                        level.name(),
                        got[i],
                        want[i],
                    ));
                }
            }
        }
    }
    assert!(seen > 1000);
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        first(&failures)
    );
}

/// The rows' ulp is float32's; float64 carries more of what rounding loses.
fn float64_ulp(ufunc: Ufunc) -> u32 {
    let ulp = ufunc.ulp();
    if ufunc.namespace() == Namespace::Nn {
        ulp
    } else {
        ulp.min(1)
    }
}

fn first(failures: &[String]) -> String {
    failures[..failures.len().min(20)].join("\n")
}

/// Runs `ufunc` at `level` over columns of inputs.
fn run<T: Element>(ufunc: Ufunc, level: Level, columns: &[Vec<T>]) -> Vec<T> {
    let mut out = vec![T::default(); columns[0].len()];
    let ins: Vec<_> = columns.iter().map(|column| In::from(&column[..])).collect();
    let bound = ufunc.bind(level, T::DTYPE).expect("a loop");
    bound.run(&ins, &mut [Out::from(&mut out[..])]);
    out
}

/// A position on the line of all float64: neighbours differ by one.
fn position(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 {
        i64::MIN.wrapping_sub(bits)
    } else {
        bits
    }
}

/// The distance between two results in units in the last place of float64.
fn ulps(got: f64, want: f64) -> u64 {
    if got.is_nan() || want.is_nan() {
        return if got.is_nan() == want.is_nan() {
            0
        } else {
            u64::MAX
        };
    }
    position(got).abs_diff(position(want))
}

/// The same for float32, against an unrounded result.
fn ulps32(got: f32, want: f64) -> f64 {
    if got.is_nan() || want.is_nan() {
        return if got.is_nan() == want.is_nan() {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let nearest = want as f32;
    if got == nearest {
        // Both zeros must agree in sign where the result underflows nothing.
        return if got == 0.0 && want == 0.0 && got.is_sign_negative() != want.is_sign_negative() {
            f64::INFINITY
        } else {
            0.0
        };
    }
    if !got.is_finite() || !nearest.is_finite() {
        // The largest number and infinity are neighbours.
        let (a, b) = (position(got.into()), position(nearest.into()));
        return a.abs_diff(b) as f64 / (1u64 << 29) as f64;
    }
    let exponent = (nearest.abs().max(f32::MIN_POSITIVE).to_bits() >> 23) as i32 - 127;
    (got as f64 - want).abs() / 2f64.powi(exponent - 23)
}
