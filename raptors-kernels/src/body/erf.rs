//! The error function and the unit built from it, branch-free: a polynomial in `x^2` below 1, and
//! `erfc(x) = e^(-x^2) q((x - 3) / (x + 3)) / (1 + 2x)` above.
//!
//! Method: Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc(x)" (1981),
//! with minimax coefficients. float64: `erf` at most 1 ulp, the unit at most 4.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{at_most, exp_narrow, exp_sum, real_unary},
    pair::{polynomial, two_product},
};
use crate::{isa::Isa, number::Float};
use core::f64::consts::FRAC_1_SQRT_2;

/// The error function.
pub struct Erf;
/// `x` times the chance that a standard normal number is below it.
pub struct GeluExact;

real_unary! {
    Erf: erf32, erf64;
    GeluExact: gelu32, gelu64;
}

/// `erf(x) / x` for `z = x^2 <= 1`, error `2^-62`.
#[inline(always)]
fn near<I: Isa>(z: f64) -> f64 {
    polynomial!(I, z; core::f64::consts::FRAC_2_SQRT_PI, -0.3761263890318375, 0.11283791670954885,
        -0.026866170645077857, 0.00522397762482831, -0.0008548326981420099, 0.0001205533113279798,
        -1.4925595769162215e-05, 1.6461008439485176e-06, -1.6350395905395144e-07,
        1.4660327087945165e-08, -1.1374951053410355e-09, 5.96067977320502e-11)
}

/// `erfc(a) e^(a^2)` for `1 <= a <= 27`, error `2^-56`.
#[inline(always)]
fn far<I: Isa>(a: f64) -> f64 {
    let (b, c) = (a + 3.0, Float::mul_add::<I>(2.0, a, 1.0));
    let inverse = 1.0 / (b * c);
    let t = (a - 3.0) * (c * inverse);
    let q = polynomial!(I, t; 1.2530080582697296, -0.13562110612458153, -0.04756229435345354,
        0.12964515870282126, -0.11927366341510746, 0.068308027340977, -0.023770514923422685,
        0.002529391884486652, 0.0018886903967592725, -0.0007798331145844425,
        -0.00010515964908786243, 0.00012510528879651058, 4.945110736631824e-06,
        -2.0124222917261316e-05, -7.024054058466237e-07, 3.519962034929581e-06,
        2.6880316328341146e-07, -6.440911682757682e-07, -2.587502750348564e-08,
        6.953841242398406e-08);
    q * (b * inverse)
}

#[inline(always)]
fn erf64<I: Isa>(x: f64) -> f64 {
    let a = at_most(x.abs(), 6.5);
    let (square, lost) = two_product::<I>(a, a);
    let large = (1.0 - exp_sum::<I>(-square, -lost) * far::<I>(a)).copysign(x);
    if a < 1.0 { x * near::<I>(x * x) } else { large }
}

#[inline(always)]
fn gelu64<I: Isa>(x: f64) -> f64 {
    let a = x.abs() * FRAC_1_SQRT_2;
    let (square, lost) = two_product::<I>(x, x);
    let tail = 0.5 * exp_sum::<I>(-0.5 * square, -0.5 * lost) * far::<I>(at_most(a, 28.0));
    let half = 0.5 * a * near::<I>(a * a);
    let tail = if a < 1.0 { 0.5 - half } else { tail };
    let rest = if a < 1.0 { 0.5 + half } else { 1.0 - tail };
    x * if x < 0.0 { tail } else { rest }
}

/// As `near`, error `2^-29`.
#[inline(always)]
fn near_narrow<I: Isa>(z: f64) -> f64 {
    polynomial!(I, z; 1.1283791659138993, -0.37612627135528626, 0.1128360016912614, -0.026854444237171,
        0.005189534593387711, -0.0008020834298678852, 7.889095510477467e-05)
}

/// As `far` (around 2 instead of 3), error `2^-28`.
#[inline(always)]
fn far_narrow<I: Isa>(a: f64) -> f64 {
    let (b, c) = (a + 2.0, Float::mul_add::<I>(2.0, a, 1.0));
    let inverse = 1.0 / (b * c);
    let t = (a - 2.0) * (c * inverse);
    let q = polynomial!(I, t; 1.2769783809285902, -0.09276389172309395, -0.16603025298786567,
        0.16405495099349535, -0.05422839709071438, -0.00808270885673783, 0.008873834720188779,
        0.0013680675297079187, -0.00222393687287062, 0.0004321354710928455);
    q * (b * inverse)
}

#[inline(always)]
fn erf32<I: Isa>(x: f32) -> f32 {
    let x = x as f64;
    let a = at_most(x.abs(), 6.5);
    let large = (1.0 - exp_narrow::<I>(-a * a) * far_narrow::<I>(a)).copysign(x);
    (if a < 1.0 {
        x * near_narrow::<I>(x * x)
    } else {
        large
    }) as f32
}

#[inline(always)]
fn gelu32<I: Isa>(x: f32) -> f32 {
    let x = x as f64;
    let a = at_most(x.abs() * FRAC_1_SQRT_2, 20.0);
    let tail = 0.5 * exp_narrow::<I>(-a * a) * far_narrow::<I>(a);
    let half = 0.5 * a * near_narrow::<I>(a * a);
    let tail = if a < 1.0 { 0.5 - half } else { tail };
    // Beyond float32's range, and for an infinite x to find a zero.
    let tail = if a > 19.0 { 0.0 } else { tail };
    let rest = if a < 1.0 { 0.5 + half } else { 1.0 - tail };
    (x * if x < 0.0 { tail } else { rest }) as f32
}
