//! Transcendental ufuncs at every level: against golden values (float64), against the standard
//! library's float64 (float32), and on special values.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "edges as they are"
)]

use raptors_kernels::{DType, Element, In, Level, Namespace, Out, Ufunc, dtype::Complex64};

/// The golden values: after each function's name, one line per point, inputs and result as the
/// bits of float64. `tests/data/golden.py` makes them.
const GOLDEN: &str = include_str!("data/math.txt");

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

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn special_values_are_ieee_754s() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let cases: &[(&str, &[(f64, f64)])] = &[
        (
            "exp",
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (INF, INF),
                (-INF, 0.0),
                (NAN, NAN),
                (1e9, INF),
                (-1e9, 0.0),
            ],
        ),
        (
            "exp2",
            &[
                (0.0, 1.0),
                (10.0, 1024.0),
                (-3.0, 0.125),
                (INF, INF),
                (-INF, 0.0),
                (NAN, NAN),
            ],
        ),
        (
            "expm1",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, INF),
                (-INF, -1.0),
                (NAN, NAN),
                (1e9, INF),
            ],
        ),
        (
            "log",
            &[
                (1.0, 0.0),
                (0.0, -INF),
                (-0.0, -INF),
                (-1.0, NAN),
                (INF, INF),
                (-INF, NAN),
                (NAN, NAN),
            ],
        ),
        (
            "log2",
            &[
                (1.0, 0.0),
                (1024.0, 10.0),
                (0.125, -3.0),
                (0.0, -INF),
                (-1.0, NAN),
                (INF, INF),
                (NAN, NAN),
            ],
        ),
        (
            "log10",
            &[
                (1.0, 0.0),
                (1000.0, 3.0),
                (1e10, 10.0),
                (0.0, -INF),
                (-1.0, NAN),
                (INF, INF),
                (NAN, NAN),
            ],
        ),
        (
            "log1p",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (-1.0, -INF),
                (-2.0, NAN),
                (INF, INF),
                (-INF, NAN),
                (NAN, NAN),
            ],
        ),
        (
            "sin",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, NAN),
                (-INF, NAN),
                (NAN, NAN),
            ],
        ),
        (
            "cos",
            &[(0.0, 1.0), (-0.0, 1.0), (INF, NAN), (-INF, NAN), (NAN, NAN)],
        ),
        (
            "tan",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, NAN),
                (-INF, NAN),
                (NAN, NAN),
            ],
        ),
        (
            "arcsin",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (1.5, NAN),
                (-INF, NAN),
                (NAN, NAN),
            ],
        ),
        (
            "arccos",
            &[(1.0, 0.0), (1.5, NAN), (-1.5, NAN), (INF, NAN), (NAN, NAN)],
        ),
        ("arctan", &[(0.0, 0.0), (-0.0, -0.0), (NAN, NAN)]),
        (
            "sinh",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, INF),
                (-INF, -INF),
                (800.0, INF),
                (NAN, NAN),
            ],
        ),
        (
            "cosh",
            &[
                (0.0, 1.0),
                (-0.0, 1.0),
                (INF, INF),
                (-INF, INF),
                (-800.0, INF),
                (NAN, NAN),
            ],
        ),
        (
            "tanh",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, 1.0),
                (-INF, -1.0),
                (50.0, 1.0),
                (NAN, NAN),
            ],
        ),
        (
            "arcsinh",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, INF),
                (-INF, -INF),
                (NAN, NAN),
            ],
        ),
        (
            "arccosh",
            &[
                (1.0, 0.0),
                (0.5, NAN),
                (-3.0, NAN),
                (INF, INF),
                (-INF, NAN),
                (NAN, NAN),
            ],
        ),
        (
            "arctanh",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (1.0, INF),
                (-1.0, -INF),
                (1.5, NAN),
                (INF, NAN),
                (NAN, NAN),
            ],
        ),
    ];
    for &(name, pairs) in cases {
        let ufunc = Ufunc::from_name(name).unwrap();
        let same =
            |got: f64, want: f64| got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
        for level in Level::available() {
            for &(x, want) in pairs {
                // In a run of many, so that the vector code is what runs.
                let got = run(ufunc, level, &[vec![x; 67]]);
                assert!(
                    got.iter().all(|&y| same(y, want)),
                    "{name}({x}) = {} at {}",
                    got[0],
                    level.name()
                );
                let got = run(ufunc, level, &[vec![x as f32; 67]]);
                let want = want as f32;
                assert!(
                    got.iter().all(|&y| same(y.into(), want.into())),
                    "float32 {name}({x}) = {} at {}",
                    got[0],
                    level.name()
                );
            }
        }
    }
    assert!(Ufunc::exp.has(DType::F16));
}

#[test]
fn arctan2_knows_the_axes_and_the_corners() {
    use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
    const INF: f64 = f64::INFINITY;
    let cases = [
        (0.0, 1.0, 0.0),
        (-0.0, 1.0, -0.0),
        (0.0, -1.0, PI),
        (-0.0, -1.0, -PI),
        (0.0, 0.0, 0.0),
        (0.0, -0.0, PI),
        (-0.0, -0.0, -PI),
        (1.0, 0.0, FRAC_PI_2),
        (-1.0, 0.0, -FRAC_PI_2),
        (INF, 1.0, FRAC_PI_2),
        (-INF, -1.0, -FRAC_PI_2),
        (1.0, INF, 0.0),
        (-1.0, INF, -0.0),
        (1.0, -INF, PI),
        (INF, INF, FRAC_PI_4),
        (-INF, -INF, -3.0 * FRAC_PI_4),
        (1e308, 1e308, FRAC_PI_4),
        (5e-324, 5e-324, FRAC_PI_4),
        (f64::NAN, 1.0, f64::NAN),
        (1.0, f64::NAN, f64::NAN),
        (f64::NAN, INF, f64::NAN),
    ];
    for level in Level::available() {
        for (y, x, want) in cases {
            let got = run(Ufunc::arctan2, level, &[vec![y; 33], vec![x; 33]])[32];
            assert!(
                ulps(got, want) == 0 && got.is_sign_negative() == want.is_sign_negative()
                    || want.is_nan() && got.is_nan(),
                "arctan2({y}, {x}) = {got}, not {want}, at {}",
                level.name()
            );
            let (y, x) = (y as f32, x as f32);
            let got = run(Ufunc::arctan2, level, &[vec![y; 33], vec![x; 33]])[32];
            assert!(
                ulps32(got, want) <= 1.0 || y == x,
                "float32 arctan2({y}, {x}) = {got}, not {want}, at {}",
                level.name()
            );
        }
    }
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
fn power_and_sums_of_powers_follow_ieee_754() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let cases = [
        ("power", 0.0, 0.0, 1.0),
        ("power", NAN, 0.0, 1.0),
        ("power", 1.0, NAN, 1.0),
        ("power", 1.0, INF, 1.0),
        ("power", -1.0, INF, 1.0),
        ("power", -1.0, -INF, 1.0),
        ("power", NAN, 1.0, NAN),
        ("power", 2.0, NAN, NAN),
        ("power", -2.0, 0.5, NAN),
        ("power", -2.0, 3.0, -8.0),
        ("power", -2.0, -2.0, 0.25),
        ("power", 0.0, -1.0, INF),
        ("power", -0.0, -1.0, -INF),
        ("power", -0.0, -2.0, INF),
        ("power", -0.0, 3.0, -0.0),
        ("power", -0.0, 2.0, 0.0),
        ("power", 0.0, 0.5, 0.0),
        ("power", INF, 0.5, INF),
        ("power", INF, -0.5, 0.0),
        ("power", -INF, 3.0, -INF),
        ("power", -INF, 2.0, INF),
        ("power", -INF, -3.0, -0.0),
        ("power", -INF, 0.5, INF),
        ("power", 0.5, INF, 0.0),
        ("power", 0.5, -INF, INF),
        ("power", 2.0, INF, INF),
        ("power", 2.0, -INF, 0.0),
        ("power", 2.0, 0.5, core::f64::consts::SQRT_2),
        ("power", 10.0, 2.0, 100.0),
        ("power", 3.0, 3.0, 27.0),
        ("power", 2.0, 1e30, INF),
        ("power", 0.5, 1e30, 0.0),
        ("logaddexp", INF, INF, INF),
        ("logaddexp", -INF, -INF, -INF),
        ("logaddexp", INF, -INF, INF),
        ("logaddexp", -INF, 2.0, 2.0),
        ("logaddexp", NAN, 1.0, NAN),
        ("logaddexp", 1.0, NAN, NAN),
        ("logaddexp2", -INF, 2.0, 2.0),
        ("logaddexp2", 3.0, 3.0, 4.0),
        ("logaddexp2", NAN, INF, NAN),
        ("cbrt", 0.0, 0.0, 0.0),
        ("cbrt", -0.0, 0.0, -0.0),
        ("cbrt", INF, 0.0, INF),
        ("cbrt", -27.0, 0.0, -3.0),
        ("cbrt", -INF, 0.0, -INF),
        ("cbrt", NAN, 0.0, NAN),
    ];
    let same =
        |got: f64, want: f64| got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
    for level in Level::available() {
        for (name, x, y, want) in cases {
            let ufunc = Ufunc::from_name(name).unwrap();
            let columns = [vec![x; 33], vec![y; 33]];
            let got = run(ufunc, level, &columns[..ufunc.nin()])[32];
            assert!(
                same(got, want),
                "{name}({x}, {y}) = {got}, not {want}, at {}",
                level.name()
            );
            let columns = columns.map(|column| column.iter().map(|&x| x as f32).collect());
            let got = run::<f32>(ufunc, level, &columns[..ufunc.nin()])[32];
            assert!(
                same(got.into(), (want as f32).into()),
                "float32 {name}({x}, {y}) = {got}, not {want}, at {}",
                level.name()
            );
        }
    }
}

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
                if !(error <= 4.0 * grown) {
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
    let cases = [
        ("exp", (0.0, 0.0), (1.0, 0.0)),
        ("exp", (-INF, INF), (0.0, 0.0)),
        ("exp", (INF, 0.0), (INF, 0.0)),
        ("exp", (INF, INF), (INF, NAN)),
        ("exp", (1.0, INF), (NAN, NAN)),
        ("exp", (710.0, 1.0), (1.2070325234545281e308, INF)),
        ("log", (0.0, 0.0), (-INF, 0.0)),
        ("log", (-0.0, 0.0), (-INF, PI)),
        ("log", (-1.0, 0.0), (0.0, PI)),
        ("log", (-1.0, -0.0), (0.0, -PI)),
        ("log", (INF, 0.0), (INF, 0.0)),
        ("log", (INF, NAN), (INF, NAN)),
        ("sinh", (0.0, 0.0), (0.0, 0.0)),
        ("sinh", (-0.0, -0.0), (-0.0, -0.0)),
        ("sinh", (INF, 0.0), (INF, 0.0)),
        ("sinh", (-INF, 0.0), (-INF, 0.0)),
        ("sinh", (0.0, INF), (0.0, NAN)),
        ("cosh", (0.0, 0.0), (1.0, 0.0)),
        ("cosh", (INF, 0.0), (INF, 0.0)),
        ("cosh", (-INF, 0.0), (INF, -0.0)),
        ("tanh", (0.0, 0.0), (0.0, 0.0)),
        ("tanh", (INF, 1.0), (1.0, 0.0)),
        ("tanh", (-INF, 1.0), (-1.0, 0.0)),
        ("tanh", (0.0, INF), (0.0, NAN)),
        ("arcsin", (2.0, 0.0), (PI / 2.0, 1.3169578969248166)),
        ("arcsin", (2.0, -0.0), (PI / 2.0, -1.3169578969248166)),
        ("arccos", (2.0, 0.0), (0.0, -1.3169578969248166)),
        ("arccosh", (-1.0, 0.0), (0.0, PI)),
        ("arctanh", (1.0, 0.0), (INF, 0.0)),
        ("arctanh", (0.0, -0.0), (0.0, -0.0)),
        ("arctanh", (INF, 1.0), (0.0, PI / 2.0)),
        ("arcsinh", (0.0, 0.0), (0.0, 0.0)),
        ("arctan", (0.0, 0.0), (0.0, 0.0)),
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
