//! Hyperbolic functions, branch-free: `x = k ln 2 + r`, polynomials for `sinh r` and `cosh r`, and
//! the addition theorems with `sinh(k ln 2)` and `cosh(k ln 2)`, which are sums of powers of two.
//!
//! float64 carries rounding errors as unevaluated sums: at most 0.7 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{at_most, exp_core32, exp_pair, nearest, real_unary, reduce, reduce32, scale32},
    half,
    pair::{polynomial, quick_sum, quotient, two_product},
};
use crate::{arch::packs, isa::Isa, kernel::Quiet, number::Float};
use core::f64::consts::LOG2_E;

/// The hyperbolic sine.
pub struct Sinh;
/// The hyperbolic cosine.
pub struct Cosh;
/// The hyperbolic tangent.
pub struct Tanh;

real_unary! {
    Sinh: sinh32, sinh64,
        packs packs::sinh, singles packs::single::sinh, halves packs::half::sinh [Quiet::within(0x49e4)] | half::sinh;
    Cosh: cosh32, cosh64,
        packs packs::cosh, singles packs::single::cosh, halves packs::half::cosh [Quiet::within(0x49e4)] | half::cosh;
    Tanh: tanh32, tanh64,
        packs packs::tanh, singles packs::single::tanh, halves packs::half::tanh [Quiet::ALL] | half::tanh;
}

/// Below here the hyperbolic sine and tangent are `x` itself.
const LINEAR: f64 = 3.7e-9;

/// A quarter of `sinh x` and of `cosh x`, for `0 <= x <= 711`, as unevaluated sums.
#[inline(always)]
fn quarters<I: Isa>(x: f64) -> ((f64, f64), (f64, f64)) {
    let (k, bits) = nearest::<I>(x, LOG2_E);
    let (r, r_low) = reduce::<I>(x, k);
    let z = r * r;
    let sinh = r
        * z
        * polynomial!(I, z; 0.16666666666666677, 0.008333333333321577,
        0.00019841269886267812, 2.7557244060191272e-06, 2.5109091046531536e-08);
    let cosh = z * polynomial!(I, z; 0.5, 0.04166666666666671, 0.0013888888888863853,
        2.4801587363554074e-05, 2.7557241692458114e-07, 2.0924466211728106e-09);
    // 2^(k - 3) and 2^(-k - 3), then their sum and difference.
    let up = f64::from_bits(bits.wrapping_sub(1026) << 52);
    let down = f64::from_bits(3066u64.wrapping_sub(bits) << 52);
    let down = if k > 500.0 { 0.0 } else { down };
    let (a, a_low) = quick_sum(up, down);
    let (b, b_low) = quick_sum(up, -down);
    (
        combine::<I>((r, r_low), (sinh, cosh), (a, a_low), (b, b_low)),
        combine::<I>((r, r_low), (sinh, cosh), (b, b_low), (a, a_low)),
    )
}

/// `slope (r + sinh) + base (1 + cosh)` with the largest terms exactly.
#[inline(always)]
fn combine<I: Isa>(
    (r, r_low): (f64, f64),
    (sinh, cosh): (f64, f64),
    (slope, slope_low): (f64, f64),
    (base, base_low): (f64, f64),
) -> (f64, f64) {
    let (p, p_low) = two_product::<I>(r, slope);
    let (sum, low) = quick_sum(base, p);
    let low = Float::mul_add::<I>(base, cosh, low + p_low);
    let low = Float::mul_add::<I>(slope, sinh, low);
    let low = low + Float::mul_add::<I>(slope_low, r, base_low);
    quick_sum(
        sum,
        Float::mul_add::<I>(r_low, Float::mul_add::<I>(r, base, slope), low),
    )
}

#[inline(always)]
fn sinh64<I: Isa>(x: f64) -> f64 {
    let (sinh, _) = quarters::<I>(at_most(x.abs(), 711.0));
    let y = ((sinh.0 + sinh.1) * 4.0).copysign(x);
    if x.abs() < LINEAR { x } else { y }
}

#[inline(always)]
fn cosh64<I: Isa>(x: f64) -> f64 {
    let (_, cosh) = quarters::<I>(at_most(x.abs(), 711.0));
    (cosh.0 + cosh.1) * 4.0
}

/// `(1 + w - q) / (1 + w + q)` with `e^(2x) = (1 + w) / q` and `q` a power of two.
#[inline(always)]
pub(crate) fn tanh64<I: Isa>(x: f64) -> f64 {
    let twice = at_most(2.0 * x.abs(), 44.0);
    let (k, bits) = nearest::<I>(twice, LOG2_E);
    let (r, r_low) = reduce::<I>(twice, k);
    let (power, low) = exp_pair::<I>(r, r_low);
    let (power, low) = quick_sum(power, low);
    let q = f64::from_bits(3069u64.wrapping_sub(bits) << 52);
    let (above, above_low) = quick_sum(power, -q);
    let (below, below_low) = quick_sum(power, q);
    let (high, low) = quotient::<I>((above, above_low + low), (below, below_low + low));
    let y = (high + low).copysign(x);
    if x.abs() < LINEAR { x } else { y }
}

/// `e^x / 2`.
#[inline(always)]
fn half_exp32<I: Isa>(x: f32) -> f32 {
    let (p, bits) = exp_core32::<I>(at_most(x, 91.0));
    scale32(p, bits.wrapping_sub(1))
}

#[inline(always)]
fn sinh32<I: Isa>(x: f32) -> f32 {
    let half = half_exp32::<I>(x.abs());
    let large = (half - 0.25 / half).copysign(x);
    let z = x * x;
    let p = polynomial!(I, z; 0.16666667, 0.0083333505, 0.00019836066, 2.8174384e-06);
    let small = Float::mul_add::<I>(x * z, p, x);
    if x.abs() < 1.0 { small } else { large }
}

#[inline(always)]
fn cosh32<I: Isa>(x: f32) -> f32 {
    let half = half_exp32::<I>(x.abs());
    half + 0.25 / half
}

/// `1 - 2 / (e^(2x) + 1)`, or a polynomial where that cancels.
#[inline(always)]
pub(crate) fn tanh32<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let (r, tail, bits) = reduce32::<I>(at_most(2.0 * a, 20.0));
    let power = f32::from_bits(bits.wrapping_sub(127) << 23);
    let large = 1.0 - 2.0 / Float::mul_add::<I>(power, r + tail, power + 1.0);
    let z = a * a;
    let p = polynomial!(I, z; -0.33333284, 0.13331491, -0.0537435, 0.020650592, -0.005717048);
    let small = Float::mul_add::<I>(a * z, p, a);
    (if a < 0.625 { small } else { large }).copysign(x)
}
