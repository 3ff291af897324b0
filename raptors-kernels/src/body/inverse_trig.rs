//! Inverse trigonometric functions, branch-free: arguments are folded into `[0, 1/2]` or
//! `[0, tan(pi/8)]`, where a polynomial does.
//!
//! float64 carries the rounding errors of the folded argument and of `pi`: at most 0.7 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{real_binary, real_unary},
    pair::{polynomial, quick_sum, quotient, two_product, two_sum},
};
use crate::{arch::packs, isa::Isa, kernel::Quiet, number::Float};
use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// The angle whose sine is `x`.
pub struct Arcsin;
/// The angle whose cosine is `x`.
pub struct Arccos;
/// The angle whose tangent is `x`.
pub struct Arctan;
/// The angle of the point with ordinate `y` and abscissa `x`.
pub struct Arctan2;

real_unary! {
    Arcsin: arcsin32, arcsin64, packs packs::arcsin, halves packs::half::arcsin [Quiet::within(0x3c00)];
    Arccos: arccos32, arccos64, packs packs::arccos, halves packs::half::arccos [Quiet::within(0x3c00)];
    Arctan: arctan32, arctan64,
        packs packs::arctan, singles packs::single::arctan, halves packs::half::arctan [Quiet::ALL];
}

real_binary! {
    Arctan2: arctan2_32, arctan2_64, packs packs::arctan2, singles packs::arctan2_single;
}

/// What float64 loses of `pi`.
const PI_LOST: f64 = 1.2246467991473532e-16;

/// `2^600`.
const POWER_600: f64 = f64::from_bits(1623 << 52);

/// The angle of `(y + y_low) / x` as an unevaluated sum, for `y >= 0`, `x >= 0`, not both zero.
#[inline(always)]
fn angle<I: Isa>(y: f64, x: f64) -> (f64, f64) {
    let above = y > 2.414213562373095 * x;
    let near = y > 0.41421356237309503 * x;
    let (sum, sum_low) = two_sum(y, x);
    let (difference, difference_low) = two_sum(y, -x);
    let num = if near {
        (difference, difference_low)
    } else {
        (y, 0.0)
    };
    let num = if above { (-x, 0.0) } else { num };
    let den = if near { (sum, sum_low) } else { (x, 0.0) };
    let den = if above { (y, 0.0) } else { den };
    let base = if near { FRAC_PI_4 } else { 0.0 };
    let base = if above { FRAC_PI_2 } else { base };
    let base_low = if near { PI_LOST / 4.0 } else { 0.0 };
    let base_low = if above { PI_LOST / 2.0 } else { base_low };
    let (t, t_low) = quotient::<I>(num, den);
    let z = t * t;
    let p = polynomial!(I, z; -0.333333333333332, 0.19999999999954063, -0.14285714280246567,
        0.11111110786039541, -0.09090897833562352, 0.07692061584476706, -0.06663119769864721,
        0.05848004333444158, -0.050398243551018664, 0.03807777103219132, -0.01792166407327905);
    let tail = Float::mul_add::<I>(t * z, p, Float::mul_add::<I>(-z, t_low, t_low));
    let (high, low) = quick_sum(base, t);
    (high, low + (base_low + tail))
}

#[inline(always)]
fn arctan64<I: Isa>(x: f64) -> f64 {
    // The angle is pi/2 long before the clamp; beyond it the quotient would meet infinity.
    let a = if x.abs() > 1e300 { 1e300 } else { x.abs() };
    let (high, low) = angle::<I>(a, 1.0);
    (high + low).copysign(x)
}

#[inline(always)]
fn arctan2_64<I: Isa>(y: f64, x: f64) -> f64 {
    let (a, b) = (y.abs(), x.abs());
    let large = if a > b { a } else { b };
    // Infinite points count as the far ends of axes and diagonals.
    let infinite = large == f64::INFINITY;
    let axis = |c: f64| if c == f64::INFINITY { 1.0 } else { 0.0 };
    let (a, b) = if infinite { (axis(a), axis(b)) } else { (a, b) };
    // Keeps the reciprocal of the larger one normal.
    let factor = if large > 1e300 {
        1.0 / 1267650600228229401496703205376.0
    } else {
        1.0
    };
    // And what is subnormal, as products of its parts would lose bits.
    let factor = if large < 1e100 { POWER_600 } else { factor };
    let factor = if infinite { 1.0 } else { factor };
    let b = if large == 0.0 { 1.0 } else { b };
    let (high, low) = angle::<I>(a * factor, b * factor);
    let (left, left_low) = quick_sum(PI, -high);
    let left = left + ((PI_LOST - low) + left_low);
    let angle = if x.is_sign_negative() {
        left
    } else {
        high + low
    };
    let angle = angle.copysign(y);
    if x.is_nan() | y.is_nan() {
        f64::NAN
    } else {
        angle
    }
}

/// Whether the argument was folded, the folded argument `s`, what rounding lost of it, and
/// `arcsin(s) - s`.
#[inline(always)]
fn fold<I: Isa>(a: f64) -> (bool, f64, f64, f64) {
    let far = a > 0.5;
    let z = if far { 0.5 * (1.0 - a) } else { a * a };
    let s = if far { z.sqrt() } else { a };
    let (square, square_low) = two_product::<I>(s, s);
    let divisor = if s == 0.0 { 1.0 } else { s };
    let low = if far {
        ((z - square) - square_low) * 0.5 / divisor
    } else {
        0.0
    };
    let p = polynomial!(I, z; 0.16666666666666763, 0.07499999999970264, 0.04464285717512015,
        0.03038194268363769, 0.02237221565990691, 0.017351600097087843, 0.013980961400287444,
        0.011397776363663827, 0.010786526988517826, 0.003683050116985621, 0.02176347764717837,
        -0.021077258433876724, 0.03267686608143648);
    (far, s, low, s * z * p)
}

#[inline(always)]
fn arcsin64<I: Isa>(x: f64) -> f64 {
    let (far, s, low, tail) = fold::<I>(x.abs());
    let (high, high_low) = quick_sum(FRAC_PI_2, -2.0 * s);
    let folded = high + (high_low + (PI_LOST / 2.0 - 2.0 * (low + tail)));
    (if far { folded } else { s + tail }).copysign(x)
}

#[inline(always)]
fn arccos64<I: Isa>(x: f64) -> f64 {
    let (far, s, low, tail) = fold::<I>(x.abs());
    let negative = x < 0.0;
    // pi/2 -+ (s + tail), 2 (s + tail) or pi - 2 (s + tail): one sum with chosen terms.
    let scale = if far { 2.0 } else { 1.0 };
    let base = if far {
        if negative { PI } else { 0.0 }
    } else {
        FRAC_PI_2
    };
    let base_low = if far {
        if negative { PI_LOST } else { 0.0 }
    } else {
        PI_LOST / 2.0
    };
    let scale = if far == negative { -scale } else { scale };
    let (high, high_low) = quick_sum(base, scale * s);
    high + (high_low + Float::mul_add::<I>(scale, low + tail, base_low))
}

/// `arctan(t)` for `0 <= t <= 1`, error `2^-28`, and `pi/2 - arctan(t)` where `swap`.
#[inline(always)]
fn arctan_core32<I: Isa>(t: f32, swap: bool) -> f32 {
    let z = t * t;
    let p = polynomial!(I, z; -0.33333302, 0.19998638, -0.14265245, 0.10957574, -0.08419456,
        0.058234543, -0.03145572, 0.011064461, -0.0018272193);
    let tail = t * z * p;
    let (high, low) = quick_sum(core::f32::consts::FRAC_PI_2, -t);
    let swapped = high + ((low - 4.371139e-08) - tail);
    if swap { swapped } else { t + tail }
}

#[inline(always)]
fn arctan32<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let swap = a > 1.0;
    let t = if swap { 1.0 / a } else { a };
    arctan_core32::<I>(t, swap).copysign(x)
}

#[inline(always)]
fn arctan2_32<I: Isa>(y: f32, x: f32) -> f32 {
    let (a, b) = (y.abs(), x.abs());
    let swap = a > b;
    let (small, large) = if swap { (b, a) } else { (a, b) };
    let both = small == f32::INFINITY;
    let (small, large) = if both { (1.0, 1.0) } else { (small, large) };
    let large = if large == 0.0 { 1.0 } else { large };
    let angle = arctan_core32::<I>(small / large, swap);
    let (left, low) = quick_sum(core::f32::consts::PI, -angle);
    let left = left + (low - 8.742278e-08);
    let angle = if x.is_sign_negative() { left } else { angle };
    let angle = angle.copysign(y);
    if x.is_nan() | y.is_nan() {
        f32::NAN
    } else {
        angle
    }
}

/// As `fold`, without what rounding lost.
#[inline(always)]
fn fold32<I: Isa>(a: f32) -> (bool, f32, f32) {
    let far = a > 0.5;
    let z = if far { 0.5 * (1.0 - a) } else { a * a };
    let s = if far { z.sqrt() } else { a };
    let p = polynomial!(I, z; 0.16666754, 0.07495242, 0.045477062, 0.02414779, 0.04221825);
    (far, s, s * z * p)
}

#[inline(always)]
fn arcsin32<I: Isa>(x: f32) -> f32 {
    let (far, s, tail) = fold32::<I>(x.abs());
    let (high, low) = quick_sum(core::f32::consts::FRAC_PI_2, -2.0 * s);
    let folded = high + ((low - 4.371139e-08) - 2.0 * tail);
    (if far { folded } else { s + tail }).copysign(x)
}

#[inline(always)]
fn arccos32<I: Isa>(x: f32) -> f32 {
    use core::f32::consts::{FRAC_PI_2, PI};
    let (far, s, tail) = fold32::<I>(x.abs());
    let negative = x < 0.0;
    let scale = if far { 2.0 } else { 1.0 };
    let base = if far {
        if negative { PI } else { 0.0 }
    } else {
        FRAC_PI_2
    };
    let base_low = if far {
        if negative { -8.742278e-08 } else { 0.0 }
    } else {
        -4.371139e-08
    };
    let scale = if far == negative { -scale } else { scale };
    let (high, low) = quick_sum(base, scale * s);
    high + (low + Float::mul_add::<I>(scale, tail, base_low))
}
