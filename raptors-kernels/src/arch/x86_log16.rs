//! Logarithms for float16 with AVX-512, in float32: two powers of `f` in 32 pieces, whose coefficients stand in
//! registers.
//!
//! `x = 2^k (1 + f)` with `f` in `[-1/4, 1/2)`, so that nothing cancels: `k log 2 + f p(f)`, where `p` has the least
//! error in each piece, by Lawson's method, 2^-22, and then is moved where more results are the nearest ones so.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::x86_sixteen::{Sixteen, inverse};
use core::f64::consts::{LN_2, LOG2_E, LOG10_2, LOG10_E};

/// `log(1 + f) / f`: the coefficients of the pieces that the first five bits of `1 + f` name.
const NATURAL: [[[f64; 16]; 2]; 3] = [
    [
        [
            0.99999968703,
            0.99997887079,
            0.99990353997,
            0.99974918334,
            0.99949835227,
            0.99913968666,
            0.99866542819,
            0.99807161879,
            0.99735671918,
            0.99652099792,
            0.99556665304,
            0.99449623738,
            0.99331356487,
            0.99202288077,
            0.99062880192,
            0.98913617674,
        ],
        [
            1.0068629544,
            1.0053538524,
            1.004121002,
            1.0031226653,
            1.0023228688,
            1.0016902675,
            1.0011975961,
            1.0008211299,
            1.0005402218,
            1.0003369033,
            1.0001955407,
            1.0001025382,
            1.0000460799,
            1.0000159072,
            1.0000031245,
            1.000000031,
        ],
    ],
    [
        [
            -0.49986760945,
            -0.49854858261,
            -0.49614242875,
            -0.49284991239,
            -0.48883735742,
            -0.48424301948,
            -0.47918208345,
            -0.47375069726,
            -0.46802924362,
            -0.46208400562,
            -0.45597434779,
            -0.44974450802,
            -0.44343507508,
            -0.43707921159,
            -0.43070466945,
            -0.42433463573,
        ],
        [
            -0.42058562996,
            -0.43345783485,
            -0.44472507403,
            -0.45455025929,
            -0.46307707095,
            -0.47043410345,
            -0.47673632022,
            -0.48208666126,
            -0.48657743988,
            -0.49029155908,
            -0.49330357322,
            -0.4956806168,
            -0.49748321855,
            -0.49876601652,
            -0.49957838745,
            -0.49996485556,
        ],
    ],
    [
        [
            0.32193017256,
            0.30068968197,
            0.28137526342,
            0.26377668561,
            0.24770081231,
            0.23298063567,
            0.21947117427,
            0.20704610002,
            0.19559495022,
            0.18502081169,
            0.17523838825,
            0.16617238086,
            0.15775612392,
            0.14993043296,
            0.14264262679,
            0.13584569504,
        ],
        [
            0.61950168697,
            0.59205035127,
            0.56630413575,
            0.54212738401,
            0.51939753329,
            0.49800363537,
            0.4778450681,
            0.45883041016,
            0.4408764556,
            0.42390734912,
            0.40785382502,
            0.3926525364,
            0.3782454622,
            0.36457938228,
            0.35160541157,
            0.3392860672,
        ],
    ],
];

/// The coefficients of a logarithm.
type Pieces = [[[f32; 16]; 2]; 3];

/// The coefficients of the natural logarithm, so many times.
const fn times(unit: f64) -> Pieces {
    let mut pieces = [[[0.0; 16]; 2]; 3];
    let mut i = 0;
    while i < 96 {
        let (power, half, entry) = (i / 32, i / 16 % 2, i % 16);
        pieces[power][half][entry] = (NATURAL[power][half][entry] * unit) as f32;
        i += 1;
    }
    pieces
}

/// `k`, `f` and `p(f)`. Of zero, infinity, NaN and negative numbers they make what their logarithms are.
#[inline(always)]
fn parts(pieces: &Pieces, x: Sixteen) -> (Sixteen, Sixteen, Sixteen) {
    let m = x.mantissa();
    // A mantissa from 3/2 on counts as one of the next power of two, which the product reaches then.
    let k = (x * (4.0 / 3.0)).exponent();
    let f = m - 1.0;
    let [c0, c1, c2] = pieces;
    let of = |table| m.entries_of_32::<18>(table);
    (k, f, of(c2).mul_add(f, of(c1)).mul_add(f, of(c0)))
}

#[inline(always)]
pub(super) fn log(x: Sixteen) -> Sixteen {
    let (k, f, p) = parts(const { &times(1.0) }, x);
    f.mul_add(p, k * LN_2 as f32)
}

#[inline(always)]
pub(super) fn log2(x: Sixteen) -> Sixteen {
    let (k, f, p) = parts(const { &times(LOG2_E) }, x);
    f.mul_add(p, k)
}

#[inline(always)]
pub(super) fn log10(x: Sixteen) -> Sixteen {
    let (k, f, p) = parts(const { &times(LOG10_E) }, x);
    f.mul_add(p, k * LOG10_2 as f32)
}

/// The logarithm of `1 + near` by pieces and with a logarithm `two` of 2: near zero the sum has lost much of it.
#[inline(always)]
fn log_of_one_and(near: Sixteen, pieces: &Pieces, two: f32) -> Sixteen {
    let (k, f, p) = parts(pieces, near + 1.0);
    f.or_where(k.is_zero(), near).mul_add(p, k * two)
}

#[inline(always)]
pub(super) fn log1p_quiet(x: Sixteen) -> Sixteen {
    log_of_one_and(x, const { &times(1.0) }, LN_2 as f32).with_sign_of(x)
}

/// As [`log1p_quiet`]. Of numbers below every normal one these are the nearest of float32, whose rounding tells
/// whether it loses something.
#[inline(always)]
pub(super) fn log1p(x: Sixteen) -> Sixteen {
    /// The least normal number.
    const LEAST: f32 = 6.103_515_6e-5;
    let near = (x * x).mul_add(x.mul_add(x.all(1.0 / 3.0), x.all(-0.5)), x);
    let is_far = x.abs().above(x.all(LEAST));
    near.or_where(is_far, log1p_quiet(x))
}

/// Half the logarithm of `1 + 2a / (1 - a)`.
#[inline(always)]
pub(super) fn arctanh(x: Sixteen) -> Sixteen {
    let a = x.abs();
    let below = a.all(1.0) - a;
    let twice = (a + a) * inverse(below);
    let y = log_of_one_and(twice, const { &times(0.5) }, (0.5 * LN_2) as f32);
    // By `1 - a`: infinity for zero, NaN below.
    y.by_class(below, 0x0303_0522).with_sign_of(x)
}
