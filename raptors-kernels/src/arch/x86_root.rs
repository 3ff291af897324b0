//! Cube roots of float64 with AVX-512: a table of sixteen mantissas in registers, and a polynomial in what is left.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::x86_wide::{Wide, estrin, packs};

/// Of the middle of each sixteenth between 1 and 2 the inverse, to eight bits.
const INVERSES: [f64; 16] = [
    0.96875, 0.9140625, 0.86328125, 0.8203125, 0.78125, 0.74609375, 0.7109375, 0.6796875,
    0.65234375, 0.62890625, 0.60546875, 0.58203125, 0.5625, 0.54296875, 0.5234375, 0.5078125,
];
/// The cube roots of what they are the inverses of.
const MIDDLES: [f64; 16] = [
    1.010639096385713,
    1.030405186365903,
    1.0502255118722175,
    1.06825161203893,
    1.0857670466379625,
    1.1025599156735133,
    1.1204423758946702,
    1.1373572639811136,
    1.1530314804820676,
    1.167180517577592,
    1.182050657905299,
    1.1977087774245732,
    1.2114137285547597,
    1.2257683074080694,
    1.2408283922641419,
    1.2534264961527755,
];
/// What float64 loses of them.
const MIDDLES_LOST: [f64; 16] = [
    -5.400596280202302e-17,
    9.154900614615715e-17,
    -3.584701471895283e-17,
    -8.462796493218733e-17,
    9.902005109769995e-17,
    -3.070742086293683e-17,
    2.7937611915833045e-17,
    1.0453799791033768e-16,
    -1.7668717580215212e-17,
    5.70198511826672e-17,
    -6.976391276616338e-17,
    3.478274212967757e-17,
    6.6991790620705e-17,
    2.798576743348128e-17,
    9.433170541635776e-17,
    -1.0230205398065608e-16,
];
/// The cube roots of 1 and 2, and in the last place that of 1/2.
const ROOTS: [f64; 16] = ends(1.0, 1.2599210498948732, 0.7937005259840998);
/// What float64 loses of them.
const ROOTS_LOST: [f64; 16] = ends(0.0, -2.589933375300507e-17, -5.4345040970989115e-17);

/// A table of what three indices name: 0, 1 and -1, modulo 16.
const fn ends(zero: f64, one: f64, last: f64) -> [f64; 16] {
    let mut table = [0.0; 16];
    (table[0], table[1], table[15]) = (zero, one, last);
    table
}

/// `1.5 * 2^52`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;

/// At most 0.6 ulp.
#[inline(always)]
fn cbrt(x: Wide) -> Wide {
    let a = x.abs();
    let (e, m) = (a.exponent(), a.mantissa());
    let third = e.mul_add(e.all(1.0 / 3.0), e.all(SHIFT)) - SHIFT;
    let left = third.mul_from(third.all(3.0), e + SHIFT);
    let (root, root_lost) = (left.entries::<0>(&ROOTS), left.entries::<0>(&ROOTS_LOST));
    let (middle, middle_lost) = (m.entries::<48>(&MIDDLES), m.entries::<48>(&MIDDLES_LOST));
    let high = root * middle;
    let low = root.mul_add(
        middle_lost,
        root_lost.mul_add(middle, root.mul_less(middle, high)),
    );
    let u = m.mul_less(m.entries::<48>(&INVERSES), m.all(1.0));
    // `((1 + u)^(1/3) - 1) / u` for `|u| <= 1/32`, error `2^-58`.
    let slope = estrin!(u; 0.33333333333333326, -0.11111111111111102, 0.06172839506487353,
        -0.041152263377211486, 0.030178310373548137, -0.02347201774774048, 0.01902754018299799,
        -0.01585716314088986);
    let y = high + high.mul_add(u * slope, low);
    // Zero, infinity and NaN stay.
    y.times_power(third)
        .with_sign_of(x)
        .by_class(x, 0x0011_0122)
}

packs! {
    cbrt_pack = cbrt;
}
