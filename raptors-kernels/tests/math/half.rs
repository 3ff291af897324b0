//! float16: every number, against the formulas in float64.

use super::{first, run};
use raptors_kernels::{DType, Level, Status, Ufunc, dtype::f16};

/// How many of the 65,536 results may be the neighbour of the nearest one: those that lie almost halfway between.
const WRONG: usize = 8;

/// A function of one number, and as the standard library has it.
type Function = (Ufunc, fn(f64) -> f64);

#[rustfmt::skip]
const FUNCTIONS: &[Function] = &[
    (Ufunc::exp, f64::exp), (Ufunc::exp2, f64::exp2), (Ufunc::expm1, f64::exp_m1),
    (Ufunc::log, f64::ln), (Ufunc::log2, f64::log2), (Ufunc::log10, f64::log10), (Ufunc::log1p, f64::ln_1p),
    (Ufunc::sin, f64::sin), (Ufunc::cos, f64::cos), (Ufunc::tan, f64::tan),
    (Ufunc::sinh, f64::sinh), (Ufunc::cosh, f64::cosh), (Ufunc::tanh, f64::tanh),
    (Ufunc::arcsin, f64::asin), (Ufunc::arccos, f64::acos), (Ufunc::arctan, f64::atan),
    (Ufunc::arcsinh, f64::asinh), (Ufunc::arccosh, f64::acosh), (Ufunc::arctanh, f64::atanh),
    (Ufunc::cbrt, f64::cbrt), (Ufunc::sqrt, f64::sqrt),
];

/// Every float16, or every so many of them, around and around.
fn every(step: u16) -> Vec<f16> {
    (0..=u16::MAX)
        .map(|i| f16::from_bits(i.wrapping_mul(step)))
        .collect()
}

/// Whether two numbers are the same, NaN being NaN.
fn same(one: f16, other: f16) -> bool {
    one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan()
}

#[test]
fn every_float16_has_the_nearest_result_but_for_a_few_next_to_it() {
    let mut failures = Vec::new();
    for &(ufunc, function) in FUNCTIONS {
        let want: Vec<_> = every(1)
            .iter()
            .map(|x| f16::from_f64(function(x.to_f64())))
            .collect();
        for level in Level::available() {
            let got = run(ufunc, level, &[every(1)]);
            let mut wrong = 0;
            for ((x, &got), &want) in every(1).iter().zip(&got).zip(&want) {
                if same(got, want) {
                    continue;
                }
                wrong += 1;
                let near = got.to_bits().abs_diff(want.to_bits()) == 1;
                // Zeros, infinities and NaN are exact, in their signs too.
                let ordinary = |x: f16| x.is_finite() && x != f16::ZERO;
                if !(near && ordinary(got) && ordinary(want)) {
                    failures.push(format!("{ufunc:?}({x}) = {got}, not {want}, at {level:?}"));
                }
            }
            if wrong > WRONG {
                failures.push(format!("{ufunc:?} at {level:?}: {wrong} are not nearest"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", first(&failures));
}

#[test]
fn a_float16_has_one_result_whatever_stands_beside_it() {
    for &(ufunc, _) in FUNCTIONS {
        for level in Level::available() {
            let want = run(ufunc, level, &[every(1)]);
            // Numbers that raise something lie among all others then, or alone among ordinary ones.
            for step in [257, 40_503] {
                let got = run(ufunc, level, &[every(step)]);
                for (x, got) in every(step).iter().zip(got) {
                    let want = want[usize::from(x.to_bits())];
                    assert!(
                        same(got, want),
                        "{ufunc:?}({x}) = {got}, not {want}, at {level:?}"
                    );
                }
            }
            let len = 600;
            for odd in [
                f16::NAN,
                f16::INFINITY,
                f16::NEG_INFINITY,
                f16::MIN_POSITIVE,
                f16::MAX,
            ] {
                let mut x: Vec<_> = (0..len).map(|i| f16::from_bits(0x3000 + 4 * i)).collect();
                x[300] = odd;
                for (x, got) in x.iter().zip(run(ufunc, level, &[x.clone()])) {
                    let want = want[usize::from(x.to_bits())];
                    assert!(
                        same(got, want),
                        "{ufunc:?}({x}) = {got}, not {want}, at {level:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_float16_raises_what_its_result_says() {
    let poles = [
        Ufunc::log,
        Ufunc::log2,
        Ufunc::log10,
        Ufunc::log1p,
        Ufunc::arctanh,
    ];
    for &(ufunc, function) in FUNCTIONS {
        for level in Level::available() {
            let bound = ufunc.bind(level, DType::F16).expect("a loop");
            let mut out = [f16::ZERO; 1];
            for x in every(1) {
                // What signals is told of where it is converted, at some levels.
                if x.is_nan() && x.to_bits() & 0x200 == 0 {
                    continue;
                }
                let exact = f16::from_f64(function(x.to_f64()));
                let want = if exact.is_nan() && !x.is_nan() {
                    Status::INVALID
                } else if exact.is_infinite() && x.is_finite() {
                    if poles.contains(&ufunc) {
                        Status::DIVIDE
                    } else {
                        Status::OVERFLOW
                    }
                } else {
                    Status::NONE
                };
                Status::clear();
                bound.run(&[(&[x][..]).into()], &mut [(&mut out[..]).into()]);
                let got = Status::take().bits() & !Status::UNDERFLOW.bits();
                assert_eq!(got, want.bits(), "{ufunc:?}({x}) = {} at {level:?}", out[0]);
            }
        }
    }
}
