//! Inverse hyperbolic functions and cube roots of float32 with AVX-512: by roots and quotients from
//! estimates, with what those lack, and the logarithms and polynomials in pieces of `x86_log32`.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::{
    x86_log16::log,
    x86_log32::{logarithm_of_sum, piece},
    x86_sixteen::{Sixteen, horner, quick_sum},
};

/// From here on `sqrt(x^2 +- 1)` is `x`, and the results are `log 2x`; squares are still finite.
const LARGE: f32 = 1e18;

/// The root of `v + low`, from an estimate, and what that lacks; zero has one too.
#[inline(always)]
fn root(v: Sixteen, low: Sixteen) -> (Sixteen, Sixteen) {
    let inverse = v.greater(v.all(f32::MIN_POSITIVE)).inverse_root();
    let root = v * inverse;
    (root, (root.mul_from(root, v) + low) * (inverse * 0.5))
}

/// `log(sum + low)`, or `log 2a` for a large `a`.
#[inline(always)]
fn log_of((sum, low): (Sixteen, Sixteen), a: Sixteen) -> Sixteen {
    let large = a.above(a.all(LARGE));
    let zero = a.all(0.0);
    logarithm_of_sum(
        sum.or_where(large, a),
        low.or_where(large, zero),
        Some(zero.or_where(large, a.all(1.0))),
    )
}

#[inline(always)]
pub(super) fn arcsinh(x: Sixteen) -> Sixteen {
    let a = x.abs();
    let z = a * a;
    let near = (a * z).mul_add(horner!(z; -0.16666645, 0.07493794, -0.041942198), a);
    let v = a.mul_add(a, a.all(1.0));
    let (root, rest) = root(v, a.mul_add(a, a.all(1.0) - v));
    // Where the estimate is not greater than `a`, what is lost is too little to matter.
    let (sum, lost) = quick_sum(root, a);
    let far = log_of((sum, lost + rest), a).or_where(a.all(0.25).above(a), near);
    // NaN stays, and so does infinity.
    far.by_class(x, 0x0055_0022).with_sign_of(x)
}

#[inline(always)]
pub(super) fn arccosh(x: Sixteen) -> Sixteen {
    let square = x * x;
    let v = square - 1.0;
    let low = (square - (v + 1.0)) + x.mul_less(x, square);
    let (root, rest) = root(v, low);
    let (sum, lost) = quick_sum(x, root);
    // By `x - 1`: zero for zero, NaN below, infinity for infinity.
    log_of((sum, lost + rest), x).by_class(x - 1.0, 0x0353_0822)
}

/// As [`arcsinh`], for float16.
#[inline(always)]
pub(super) fn arcsinh_half(x: Sixteen) -> Sixteen {
    let a = x.abs();
    let z = a * a;
    let near = (a * z).mul_add(horner!(z; -0.16666645, 0.07493794, -0.041942198), a);
    let (root, rest) = root(z + 1.0, a.all(0.0));
    let sum = (root + rest) + a;
    let far = log(sum);
    far.or_where(a.all(0.25).above(a), near)
        .by_class(x, 0x0055_0022)
        .with_sign_of(x)
}

/// As [`arccosh`], for float16.
#[inline(always)]
pub(super) fn arccosh_half(x: Sixteen) -> Sixteen {
    let (root, rest) = root(x.mul_less(x, x.all(1.0)), x.all(0.0));
    let sum = (root + rest) + x;
    log(sum).by_class(x - 1.0, 0x0353_0822)
}

/// Half the logarithm of `1 + 2a / (1 - a)`, with the quotient from an estimate and what that lacks.
#[inline(always)]
pub(super) fn arctanh(x: Sixteen) -> Sixteen {
    let a = x.abs();
    let below = a.all(1.0) - a;
    let below_low = (a.all(1.0) - below) - a;
    let inverse = below.reciprocal();
    let twice = a + a;
    let q = twice * inverse;
    let rest = q.mul_from(below_low, q.mul_from(below, twice)) * inverse;
    let u = q + 1.0;
    let y = logarithm_of_sum(u, (q - (u - 1.0)) + rest, None) * 0.5;
    // By `1 - a`: infinity for zero, NaN below.
    y.by_class(below, 0x0303_0522).with_sign_of(x)
}

/// The cube roots of 1 and 2, and of 1/2 in the last place.
pub(super) const ROOTS: [f32; 16] = [
    1.0, 1.2599211, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.7937005,
];
/// What float32 loses of them.
const ROOTS_LOST: [f32; 16] = [
    0.0,
    -2.4018702e-08,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    9.760193e-09,
];
/// The cube root of `1 + f`, less 1, for `f` in `[0, 1)`, in sixteen pieces.
const CUBIC: [[f32; 16]; 4] = [
    [
        4.386441e-09,
        2.1688516e-06,
        1.5341979e-05,
        5.1495983e-05,
        0.00012236953,
        0.00023807326,
        0.00040665598,
        0.000634123,
        0.0009246469,
        0.0012808447,
        0.0017040577,
        0.0021946065,
        0.0027520135,
        0.0033751884,
        0.004062581,
        0.0048123053,
    ],
    [
        0.33333105, 0.33323354, 0.33292133, 0.3323452, 0.331496, 0.3303858, 0.32903722, 0.32747722,
        0.32573363, 0.32383335, 0.3218013, 0.31966004, 0.31742972, 0.3151281, 0.31277063,
        0.3103709,
    ],
    [
        -0.11092695,
        -0.10940406,
        -0.10691185,
        -0.10383739,
        -0.100436755,
        -0.09687995,
        -0.09327979,
        -0.08971049,
        -0.08622019,
        -0.082839176,
        -0.079585515,
        -0.076468915,
        -0.073493384,
        -0.07065906,
        -0.067963496,
        -0.06540258,
    ],
    [
        0.056903657,
        0.048636623,
        0.041935284,
        0.03644086,
        0.031889718,
        0.028085005,
        0.024877613,
        0.02215311,
        0.01982263,
        0.017816408,
        0.01607913,
        0.014566535,
        0.013242904,
        0.012079184,
        0.011051575,
        0.010140443,
    ],
];
/// `1.5 * 2^23`: adding it leaves the nearest integer in the lowest bits.
pub(super) const SHIFT: f32 = 12582912.0;

/// The cube root of what the exponent leaves of a third, what float32 loses of it, that of the mantissa
/// less 1, and the third.
#[inline(always)]
fn cubes(x: Sixteen) -> [Sixteen; 4] {
    let (e, m) = (x.exponent(), x.mantissa_abs());
    let third = e.mul_add(e.all(1.0 / 3.0), e.all(SHIFT)) - SHIFT;
    let left = third.mul_from(third.all(3.0), e + SHIFT);
    let more = piece(&CUBIC, m, m - 1.0);
    let (root, lost) = (left.entries::<0>(&ROOTS), left.entries::<0>(&ROOTS_LOST));
    [root, lost, more, third]
}

#[inline(always)]
pub(super) fn cbrt(x: Sixteen) -> Sixteen {
    let [root, lost, more, third] = cubes(x);
    let y = root + root.mul_add(more, lost);
    // Zero, infinity and NaN stay.
    y.times_power(third)
        .with_sign_of(x)
        .by_class(x, 0x0011_0122)
}
