//! Sums of powers kept as logarithms, exact where the sum is near one and its logarithm near zero.
//!
//! `log(e^x + e^y) = x + log(1 + e^(y - x))` for the greater `x`. Where that cancels, what is left is
//! what rounding loses of the distance, of the power and of the logarithm: float64 carries all of them,
//! and float32 is computed in float64.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{LN2_LOST, clamp, exp_less_one, nearest, power_of_two, real_binary, reduce, scale},
    log::{LOG2_E_LOST, log1p_pair},
    pair::{polynomial, quick_sum, two_product, two_sum},
};
use crate::{isa::Isa, number::Float};
use core::f64::consts::{LN_2, LOG2_E};

/// `log(e^x + e^y)`.
pub struct Logaddexp;
/// `log2(2^x + 2^y)`.
pub struct Logaddexp2;

real_binary! {
    Logaddexp: logaddexp32, logaddexp64;
    Logaddexp2: logaddexp2_32, logaddexp2_64;
}

/// The larger of two numbers, and minus their distance with what rounding lost of it; infinities of one
/// sign are at no distance.
#[inline(always)]
fn larger_and_gap(x: f64, y: f64) -> (f64, (f64, f64)) {
    let above = x > y;
    let (larger, smaller) = if above { (x, y) } else { (y, x) };
    let (gap, low) = two_sum(smaller, -larger);
    // Beyond this the power is zero, and infinities lose no number.
    let low = if gap > -1100.0 { low } else { 0.0 };
    (larger, if x == y { (0.0, 0.0) } else { (gap, low) })
}

/// A power of two times `1 + w + low`, as an unevaluated sum.
#[inline(always)]
fn power_pair((w, low): (f64, f64), bits: u64) -> (f64, f64) {
    let (w, low) = quick_sum(w, low);
    let (sum, lost) = quick_sum(1.0, w);
    (scale(sum, bits), scale(lost + low, bits))
}

/// `log(1 + p + low)` as an unevaluated sum less `log 2` where `p` is greater than `sqrt(2) - 1`, which
/// is told; for `0 <= p <= 1`.
#[inline(always)]
fn log1p_of_power<I: Isa>(p: f64, low: f64) -> ((f64, f64), bool) {
    let far = p > 0.41421356237309503;
    let (less, lost) = quick_sum(-1.0, p);
    let f = if far { 0.5 * less } else { p };
    let f_low = if far { 0.5 * (lost + low) } else { low };
    let (t, t_low) = log1p_pair::<I>(f);
    // The derivative 1 / (1 + f), to eleven bits.
    let slope = polynomial!(I, f; 0.9998484840740416, -0.9961770497273952, 1.0142724884299916,
        -1.1361067611505489, 0.9142699737658292);
    ((t, Float::mul_add::<I>(f_low, slope, t_low)), far)
}

/// `larger + high + low`, where the first two may cancel.
#[inline(always)]
fn add_up(larger: f64, high: f64, low: f64) -> f64 {
    let (sum, lost) = two_sum(larger, high);
    // An infinite sum lost no number.
    if sum.abs() < f64::INFINITY {
        sum + (lost + low)
    } else {
        sum
    }
}

#[inline(always)]
fn logaddexp64<I: Isa>(x: f64, y: f64) -> f64 {
    let (larger, (gap, gap_low)) = larger_and_gap(x, y);
    let gap = clamp(gap, -746.0, 0.0);
    let (k, bits) = nearest::<I>(gap, LOG2_E);
    let (r, low) = reduce::<I>(gap, k);
    let (p, low) = power_pair(exp_less_one::<I>(r, low + gap_low), bits);
    let ((t, low), far) = log1p_of_power::<I>(p, low);
    let (two, two_lost) = if far { (LN_2, LN2_LOST) } else { (0.0, 0.0) };
    let (sum, lost) = quick_sum(two, t);
    add_up(larger, sum, lost + (low + two_lost))
}

#[inline(always)]
fn logaddexp2_64<I: Isa>(x: f64, y: f64) -> f64 {
    let (larger, (gap, gap_low)) = larger_and_gap(x, y);
    let gap = clamp(gap, -1076.0, 0.0);
    let (k, bits) = nearest::<I>(gap, 1.0);
    let (r, low) = two_product::<I>(gap - k, LN_2);
    let low = Float::mul_add::<I>(gap - k, LN2_LOST, low);
    let low = Float::mul_add::<I>(gap_low, LN_2, low);
    let (p, low) = power_pair(exp_less_one::<I>(r, low), bits);
    let ((t, low), far) = log1p_of_power::<I>(p, low);
    let (t, lost) = {
        let (high, lost) = two_product::<I>(t, LOG2_E);
        (high, Float::mul_add::<I>(t, LOG2_E_LOST, lost))
    };
    let low = Float::mul_add::<I>(low, LOG2_E, lost);
    let (sum, lost) = quick_sum(if far { 1.0 } else { 0.0 }, t);
    add_up(larger, sum, lost + low)
}

/// The larger of two float32 and minus their distance, in float64.
#[inline(always)]
fn larger_and_gap32(x: f32, y: f32) -> (f64, f64) {
    let larger = if x > y { x } else { y };
    let gap = -(x as f64 - y as f64).abs();
    let gap = if x == y { 0.0 } else { gap };
    // Smaller powers are zero in float32.
    (larger as f64, clamp(gap, -200.0, 0.0))
}

/// `log(1 + 2^k e^r)` for float32, with the bits of a `k` of at most 0: error `2^-44`.
#[inline(always)]
fn log1p_of_power_narrow<I: Isa>(r: f64, bits: u64) -> f64 {
    let tail = polynomial!(I, r; 0.4999999999960458, 0.16666666666566826, 0.04166666698877862,
        0.008333333389102509, 0.0013888807618754311, 0.00019841162362448854, 2.488225990200936e-05,
        2.7644022492101397e-06);
    let p = (1.0 + Float::mul_add::<I>(r * r, tail, r)) * power_of_two(bits);
    let far = p > 0.41421356237309503;
    let f = if far { 0.5 * (p - 1.0) } else { p };
    let s = f / (2.0 + f);
    let (z, half_square) = (s * s, 0.5 * f * f);
    let rest = z * polynomial!(I, z; 0.6666666668253326, 0.399999937738188, 0.2857227762391163,
        0.2216991838382492, 0.1966633952564555);
    let log = f - Float::mul_add::<I>(-s, half_square + rest, half_square);
    if far { LN_2 + log } else { log }
}

#[inline(always)]
fn logaddexp32<I: Isa>(x: f32, y: f32) -> f32 {
    let (larger, gap) = larger_and_gap32(x, y);
    let (k, bits) = nearest::<I>(gap, LOG2_E);
    let r = Float::mul_add::<I>(-k, LN_2, gap);
    (larger + log1p_of_power_narrow::<I>(r, bits)) as f32
}

#[inline(always)]
fn logaddexp2_32<I: Isa>(x: f32, y: f32) -> f32 {
    let (larger, gap) = larger_and_gap32(x, y);
    let (k, bits) = nearest::<I>(gap, 1.0);
    // Not in one step with the sum, so that the logarithm of 2 is 1.
    let log = log1p_of_power_narrow::<I>((gap - k) * LN_2, bits) * LOG2_E;
    (larger + log) as f32
}
