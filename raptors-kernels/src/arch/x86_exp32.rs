//! Exponentials, hyperbolic functions and powers of float32 with AVX-512, from a table of `2^(i/16)`
//! in a register.
//!
//! `x = n ln 2 + r` with `n` a multiple of 1/16, so that `r` is at most 0.0217 and polynomials are short.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::x86_sixteen::{Sixteen, horner, quick_sum};
use core::f32::consts::{LN_2, LOG2_E};

/// `2^(i / 16)`.
pub(super) const ROOTS: [f32; 16] = [
    1.0, 1.0442737, 1.0905077, 1.1387886, 1.1892071, 1.2418578, 1.2968396, 1.3542556, 1.4142135,
    1.4768262, 1.5422108, 1.6104903, 1.6817929, 1.7562522, 1.8340081, 1.9152066,
];
/// What float32 loses of them, as a part of them.
const ROOTS_LOST: [f32; 16] = [
    0.0,
    4.6285468e-08,
    -1.19921575e-08,
    4.729782e-08,
    3.193418e-08,
    3.6210572e-08,
    -3.0990723e-08,
    -7.475213e-09,
    1.7114271e-08,
    -3.0476834e-08,
    5.233334e-09,
    6.1075918e-09,
    -1.4719606e-08,
    -5.258795e-09,
    -6.1282597e-09,
    5.1406093e-09,
];
/// What float32 loses of `ln 2`.
const LN_2_LOST: f32 = -1.9046542e-09;
/// `1.5 * 2^19`: adding it leaves the nearest multiple of `1 / 16` in the lowest bits.
pub(super) const SHIFT: f32 = 786432.0;

/// `n + SHIFT`, `n` and `x - n ln 2`.
#[inline(always)]
fn reduce(x: Sixteen) -> (Sixteen, Sixteen, Sixteen) {
    let shifted = x.mul_add(x.all(LOG2_E), x.all(SHIFT));
    let n = shifted - SHIFT;
    let r = n.mul_from(n.all(LN_2), x);
    (shifted, n, n.mul_from(n.all(LN_2_LOST), r))
}

/// `e^r - 1`, to 2^-27.
#[inline(always)]
fn less_one(r: Sixteen) -> Sixteen {
    (r * r).mul_add(horner!(r; 0.50000995, 0.16667065), r)
}

/// `e^r - 1`, to 2^-31 of itself.
#[inline(always)]
fn less_one_exact(r: Sixteen) -> Sixteen {
    (r * r).mul_add(horner!(r; 0.5, 0.16666965, 0.0416675), r)
}

/// `x` within bounds; NaN stays.
#[inline(always)]
pub(super) fn between(x: Sixteen, low: f32, high: f32) -> Sixteen {
    x.all(low).greater(x.all(high).lesser(x))
}

#[inline(always)]
pub(super) fn exp(x: Sixteen) -> Sixteen {
    let (shifted, n, r) = reduce(between(x, -104.5, 89.0));
    let root = shifted.entries::<0>(&ROOTS);
    root.mul_add(less_one(r), root).times_power(n)
}

#[inline(always)]
pub(super) fn exp2(x: Sixteen) -> Sixteen {
    let x = between(x, -151.0, 129.0);
    let shifted = x + SHIFT;
    let n = shifted - SHIFT;
    let r = x - n;
    let root = shifted.entries::<0>(&ROOTS);
    let p = r * horner!(r; 0.6931472, 0.24023369, 0.055505767);
    root.mul_add(p, root).times_power(n)
}

#[inline(always)]
pub(super) fn expm1(x: Sixteen) -> Sixteen {
    let (shifted, n, r) = reduce(between(x, -20.0, 89.0));
    // Half of everything, so that the power stays finite.
    let power = shifted.entries::<0>(&ROOTS).times_power(n - 1.0);
    let rest = less_one_exact(r) + shifted.entries::<0>(&ROOTS_LOST);
    let half = power.mul_add(rest, power - 0.5);
    (half + half).with_sign_of(x)
}

/// The bits of quarters of [`ROOTS`], less what a shifted number of the entry adds to them.
const QUARTERS: [i32; 16] = {
    let (mut bits, mut i) = ([0; 16], 0);
    while i < 16 {
        bits[i] = ROOTS[i].to_bits() as i32 - (2 << 23) - ((i as i32) << 19);
        i += 1;
    }
    bits
};
/// The square of a quarter.
const SIXTEENTH: f32 = 0.0625;

/// A quarter of `e^|x|`, and a quarter of its inverse.
#[inline(always)]
fn quarters(x: Sixteen) -> (Sixteen, Sixteen) {
    let (shifted, _, r) = reduce(x.all(89.9).lesser(x.abs()));
    let power = shifted.scaled_entries(&QUARTERS);
    let rest = less_one(r) + shifted.entries::<0>(&ROOTS_LOST);
    let quarter = power.mul_add(rest, power);
    (quarter, quarter.all(SIXTEENTH).over(quarter))
}

#[inline(always)]
pub(super) fn cosh(x: Sixteen) -> Sixteen {
    let (up, down) = quarters(x);
    let half = up + down;
    half + half
}

#[inline(always)]
pub(super) fn sinh(x: Sixteen) -> Sixteen {
    let (up, down) = quarters(x);
    let half = up - down;
    let z = x * x;
    let near = (x * z).mul_add(
        horner!(z; 0.16666667, 0.008333339, 0.00019838092, 2.806352e-06),
        x,
    );
    let y = (half + half).with_sign_of(x);
    y.or_where(x.all(1.0).above(z), near)
}

/// The middles of the pieces that the fourteen pieces from 1/8 on have, two for each power of two, and
/// that begin with the eighth entry: what is less is one piece around zero.
const MIDDLES: [f32; 16] = [
    2.5, 3.5, 5.0, 7.0, 8.6, 0.0, 0.0, 0.0, 0.15625, 0.21875, 0.3125, 0.4375, 0.625, 0.875, 1.25,
    1.75,
];
/// The hyperbolic tangent by the distance from the middle of a piece.
const TANGENTS: [[f32; 16]; 7] = [
    [
        0.9866143, 0.9981779, 0.9999092, 0.99999833, 0.99999994, 1.0, 1.0, 0.0, 0.15499073,
        0.21532634, 0.30270973, 0.41157004, 0.5545997, 0.7039056, 0.84828365, 0.94137555,
    ],
    [
        0.026592331,
        0.0036409558,
        0.00018186128,
        3.3312424e-06,
        1.3558879e-07,
        0.0,
        0.0,
        1.0,
        0.9759779,
        0.95363456,
        0.9083668,
        0.8306101,
        0.6924192,
        0.5045169,
        0.28041476,
        0.113812044,
    ],
    [
        -0.026236005,
        -0.0036343054,
        -0.00018181263,
        -3.330678e-06,
        -1.355878e-07,
        0.0,
        0.0,
        -5.5414052e-08,
        -0.15126753,
        -0.20534264,
        -0.2749715,
        -0.34185424,
        -0.38401547,
        -0.35513228,
        -0.23787144,
        -0.10713984,
    ],
    [
        0.017017495,
        0.0024117266,
        0.000118821816,
        2.1767792e-06,
        9.018442e-08,
        0.0,
        0.0,
        -0.33332813,
        -0.30188087,
        -0.27366248,
        -0.2195524,
        -0.13617337,
        -0.017837822,
        0.08180493,
        0.10832606,
        0.06292823,
    ],
    [
        -0.008052193,
        -0.0011972748,
        -5.9477607e-05,
        -1.089879e-06,
        -4.5099522e-08,
        0.0,
        0.0,
        -0.00017806714,
        0.09721121,
        0.12737425,
        0.15811726,
        0.16999578,
        0.1378963,
        0.060796782,
        -0.01258161,
        -0.023524974,
    ],
    [
        0.0028872523,
        0.00049037265,
        2.848179e-05,
        5.228592e-07,
        1.9190116e-08,
        0.0,
        0.0,
        0.13609827,
        0.10718633,
        0.08494747,
        0.045506112,
        -0.005961852,
        -0.054335672,
        -0.058547493,
        -0.019690024,
        0.0034823287,
    ],
    [
        -0.0006953707,
        -0.00015778738,
        -9.418226e-06,
        -1.732809e-07,
        -6.383128e-09,
        0.0,
        0.0,
        -0.019858204,
        -0.052331608,
        -0.06525538,
        -0.07236908,
        -0.06160652,
        -0.024074607,
        0.0129161095,
        0.015058231,
        0.002101336,
    ],
];

/// In fifteen pieces; from 9.02 on it is 1.
#[inline(always)]
pub(super) fn tanh(x: Sixteen) -> Sixteen {
    let a = x.all(9.1).lesser(x.abs());
    let key = a.greater(a.all(0.09375));
    let d = a - key.entries::<22>(&MIDDLES);
    let [c0, c1, c2, c3, c4, c5, c6] = &TANGENTS;
    let y = key.entries::<22>(c6).mul_add(d, key.entries::<22>(c5));
    let y = y
        .mul_add(d, key.entries::<22>(c4))
        .mul_add(d, key.entries::<22>(c3));
    let y = y
        .mul_add(d, key.entries::<22>(c2))
        .mul_add(d, key.entries::<22>(c1));
    y.mul_add(d, key.entries::<22>(c0)).with_sign_of(x)
}

/// The logarithms of `1 / (1 + i / 16)` to 2^-16, so that sums with multiples of [`LN_2_HIGH`] are
/// exact, and what they lack.
const LOGS: [f32; 16] = [
    0.0,
    -0.06062317,
    -0.11778259,
    -0.17184448,
    -0.22314453,
    -0.27192688,
    -0.31845093,
    -0.36289978,
    -0.4054718,
    -0.44628906,
    -0.48550415,
    -0.5232544,
    -0.5596161,
    -0.5947113,
    -0.6286011,
    -0.6613922,
];
const LOGS_LOW: [f32; 16] = [
    0.0,
    -1.4528712e-06,
    -4.4288294e-07,
    -5.7745046e-06,
    9.799357e-07,
    -6.8356007e-06,
    -2.8033842e-06,
    -5.713416e-06,
    6.6936495e-06,
    1.9598715e-06,
    -3.665391e-06,
    6.2507665e-06,
    3.0093176e-07,
    4.1959643e-06,
    -7.5852035e-06,
    -6.270331e-06,
];
/// `ln 2` to 2^-16, and the rest.
const LN_2_HIGH: (f32, f32) = (0.69314575, 1.4286068e-06);

/// `log x` for a positive, normal `x`, as an unevaluated sum.
#[inline(always)]
fn log_pair(x: Sixteen) -> (Sixteen, Sixteen) {
    let (e, m) = (x.exponent(), x.mantissa_abs());
    let c = m.reciprocal().rounded();
    let r = m.mul_less(c, x.all(1.0));
    // Table entries belong to `2 c`, in `[1, 2)`, but for `c = 1`.
    let k = e - c.exponent();
    let whole = k.mul_add(k.all(LN_2_HIGH.0), c.entries::<19>(&LOGS));
    let rest = k.mul_add(k.all(LN_2_HIGH.1), c.entries::<19>(&LOGS_LOW));
    // `r - r^2 / 2` in full, as only what follows may be rounded.
    let (sum, low) = quick_sum(whole, r);
    let half = r * -0.5;
    let square = r * half;
    let (high, square_low) = (sum + square, r.mul_less(half, square));
    let rest = (rest + low) + (square_low + ((sum - high) + square));
    let cubic = horner!(r; -0.6666666, 0.49999988, -0.40026596, 0.33368242);
    quick_sum(high, (r * square).mul_add(cubic, rest))
}

/// `x^y`, and whether one may be wrong or odd: right are those of positive, normal `x` and with powers not near the ends
/// of the range.
#[inline(always)]
pub(super) fn power(x: Sixteen, y: Sixteen) -> (Sixteen, bool) {
    let (log, log_low) = log_pair(x);
    let product = y * log;
    let low = y.mul_add(log_low, y.mul_less(log, product));
    // Less than where the loop over elements draws the line.
    let inside = x.all(86.0).above(product.abs());
    let (shifted, n, r) = reduce(product);
    let rest = less_one(r + low) + shifted.entries::<0>(&ROOTS_LOST);
    let root = shifted.entries::<0>(&ROOTS);
    let power = root.mul_add(rest, root).times_power(n);
    (power, !(x.is_usual() & inside).is_all() | power.is_odd())
}
