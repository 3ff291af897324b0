//! float32 against the formulas in float64.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "edges as they are"
)]

use super::{GOLDEN, first, run, ulps32};
use raptors_kernels::{Level, Ufunc};

/// The values around which float32 and float64 formulas change hands.
const EDGES: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    0.25,
    0.41421356,
    2.4142135,
    0.70710678,
    1.4142135,
    0.34657359,
    88.72284,
    89.0,
    -87.33655,
    -103.97208,
    -104.5,
    128.0,
    127.5,
    -126.0,
    -149.0,
    -150.0,
    10.0,
    100.0,
    1e-3,
    1e-6,
    1e-8,
    1e-20,
    1e-38,
    1e-45,
    3.4028235e38,
    1.1754944e-38,
    5.877472e-39,
    1e10,
    1e20,
    0.785398,
    1.5707964,
    3.1415927,
    6.2831855,
    16777216.0,
    8388608.5,
    9.0,
    20.0,
];

/// What a float32 function is held to: the formula in float64.
fn reference(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "exp" => f64::exp,
        "exp2" => f64::exp2,
        "expm1" => f64::exp_m1,
        "log" => f64::ln,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "log1p" => f64::ln_1p,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "arcsin" => f64::asin,
        "arccos" => f64::acos,
        "arctan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        // The standard library's own formulas for these three lose digits.
        "arcsinh" => arcsinh,
        "arccosh" => arccosh,
        "cbrt" => f64::cbrt,
        "sigmoid" => sigmoid,
        "silu" => |x| x * sigmoid(x),
        "gelu" => |x| x * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)),
        "softplus" => softplus,
        "log_sigmoid" => |x| -softplus(-x),
        "mish" => |x| x * softplus(x).tanh(),
        "soft_sign" => |x| x / (1.0 + x.abs()),
        "selu" => |x| {
            1.0507009873554804934
                * if x > 0.0 {
                    x
                } else {
                    1.6732632423543772848 * x.exp_m1()
                }
        },
        "arctanh" => |x| 0.5 * (2.0 * x / (1.0 - x)).ln_1p(),
        _ => return None,
    })
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn arcsinh(x: f64) -> f64 {
    let a = x.abs();
    let y = if a < 1e30 {
        (a + a * a / (1.0 + a.hypot(1.0))).ln_1p()
    } else {
        a.ln() + core::f64::consts::LN_2
    };
    y.copysign(x)
}

fn arccosh(x: f64) -> f64 {
    let rise = x - 1.0;
    let y = (rise + (rise * (x + 1.0)).sqrt()).ln_1p();
    if x < 1.0 { f64::NAN } else { y }
}

#[test]
fn float32_is_within_its_ulp_of_float64() {
    let mut random = Random(1);
    let x: Vec<f32> = (0..40_000).map(|_| random.float32()).collect();
    let mut failures = Vec::new();
    let mut seen = 0;
    for &ufunc in Ufunc::ALL {
        let Some(reference) = reference(ufunc.name()) else {
            continue;
        };
        seen += 1;
        for level in Level::available() {
            let got = run(ufunc, level, std::slice::from_ref(&x));
            let mut worst = 0.0;
            for (&x, &got) in x.iter().zip(&got) {
                let want = reference(x.into());
                let error = ulps32(got, want);
                worst = f64::max(worst, error);
                if error > ufunc.ulp().into() {
                    failures.push(format!(
                        "{} {} {x:e}: {got:e}, not {want:e}: {error} ulp",
                        ufunc.name(),
                        level.name(),
                    ));
                }
            }
            println!("{} {} {worst:.2}", ufunc.name(), level.name());
        }
    }
    assert!(seen > 6);
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        first(&failures)
    );
}

/// What a float32 function of two numbers is held to: the formula in float64.
type Formula = fn(f64, f64) -> f64;

#[test]
fn float32_of_two_numbers_is_within_its_ulp_of_float64() {
    let mut random = Random(2);
    let mut numbers = || -> Vec<f32> { (0..20_000).map(|_| random.float32()).collect() };
    let any = [numbers(), numbers()];
    // Sums of opposite signs cancel, which no number of digits inside makes up for.
    let positive = any
        .clone()
        .map(|column| column.iter().map(|x| x.abs()).collect());
    let cases: [(Ufunc, &[Vec<f32>; 2], Formula); 4] = [
        (Ufunc::arctan2, &any, f64::atan2),
        (Ufunc::power, &any, f64::powf),
        (Ufunc::logaddexp, &positive, |x, y| {
            x.max(y) + (-(x - y).abs()).exp().ln_1p()
        }),
        (Ufunc::logaddexp2, &positive, |x, y| {
            x.max(y) + (-(x - y).abs()).exp2().ln_1p() * core::f64::consts::LOG2_E
        }),
    ];
    for (ufunc, columns, formula) in cases {
        for level in Level::available() {
            let got = run(ufunc, level, columns);
            for i in 0..got.len() {
                let (x, y) = (columns[0][i], columns[1][i]);
                if x.is_nan() || y.is_nan() || x == y && x.is_infinite() {
                    continue;
                }
                let want = formula(x.into(), y.into());
                assert!(
                    ulps32(got[i], want) <= f64::from(ufunc.ulp()),
                    "{}({x:e}, {y:e}) = {:e}, not {want:e}, at {}",
                    ufunc.name(),
                    got[i],
                    level.name()
                );
            }
        }
    }
}

#[test]
fn float32_is_within_its_ulp_of_the_golden_values_of_error_functions() {
    // The standard library has no error function to compare random numbers with.
    for ufunc in [Ufunc::erf, Ufunc::gelu_exact] {
        let lines = GOLDEN
            .lines()
            .skip_while(|&line| line != ufunc.name())
            .skip(1);
        let points = lines.take_while(|line| line.len() > 16).filter_map(|line| {
            let bits = |word| f64::from_bits(u64::from_str_radix(word, 16).unwrap());
            let (x, y) = line.split_once(' ').unwrap();
            // Only inputs that float32 has, rounded when the table was made.
            (bits(x) as f32 as f64 == bits(x)).then(|| (bits(x) as f32, bits(y)))
        });
        let (x, want): (Vec<f32>, Vec<f64>) = points.unzip();
        assert!(x.len() > 10);
        for level in Level::available() {
            let got = run(ufunc, level, std::slice::from_ref(&x));
            for i in 0..x.len() {
                let error = ulps32(got[i], want[i]);
                assert!(
                    error <= f64::from(ufunc.ulp()),
                    "{}({:e}) = {:e}, not {:e}: {error} ulp",
                    ufunc.name(),
                    x[i],
                    got[i],
                    want[i]
                );
            }
        }
    }
}

/// Numbers without a pattern: Steele and Vigna's `SplitMix64`.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Every kind of float32: any bits, moderate numbers, edges and their neighbours.
    fn float32(&mut self) -> f32 {
        let edge = EDGES[(self.bits() % EDGES.len() as u64) as usize] as f32;
        let edge = if self.bits().is_multiple_of(2) {
            edge
        } else {
            -edge
        };
        match self.bits() % 8 {
            0 | 1 => f32::from_bits(self.bits() as u32),
            2 => self.within(-100.0, 100.0) as f32,
            3 => self.within(-10.0, 10.0) as f32,
            4 => self.within(-1.0, 1.0) as f32,
            5 => self.within(0.0, 3.0) as f32,
            6 => edge,
            _ => f32::from_bits(
                edge.to_bits()
                    .wrapping_add(self.bits() as u32 % 9)
                    .wrapping_sub(4),
            ),
        }
    }
}
