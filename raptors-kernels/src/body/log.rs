//! Logarithms, branch-free: `x = 2^k m` with `m` around 1, `f = m - 1`, `s = f / (2 + f)`, and
//! `log m = f - (f^2/2 - s (f^2/2 + R(s^2)))`.
//!
//! Method: FreeBSD's `e_log.c` (Sun Microsystems, 1993). float64: `log` at most 0.9 ulp, the others
//! carry `f - f^2/2` as an unevaluated sum, at most 0.6 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{LN2_HIGH, LN2_LOW, real_unary},
    half,
    pair::{polynomial, quick_sum, two_product, two_sum},
};
use crate::{arch::packs, isa::Isa, kernel::Quiet, number::Float};
use core::f64::consts::{LN_2, LOG2_E, LOG10_E};

/// The natural logarithm.
pub struct Log;
/// The logarithm to base 2.
pub struct Log2;
/// The logarithm to base 10.
pub struct Log10;
/// `log(1 + x)`, without cancellation.
pub struct Log1p;

real_unary! {
    Log: log32, log64,
        packs packs::log, singles packs::single::log, halves packs::half::log [Quiet::from(1)] | half::log;
    Log2: log2_32, log2_64,
        packs packs::log2, singles packs::single::log2, halves packs::half::log2 [Quiet::from(1)] | half::log2;
    Log10: log10_32, log10_64,
        packs packs::log10, singles packs::single::log10, halves packs::half::log10 [Quiet::from(1)] | half::log10;
    Log1p: log1p_32, log1p_64,
        packs packs::log1p, singles packs::single::log1p, halves packs::half::log1p | half::log1p;
}

/// What float64 loses of `1 / ln 2`.
pub(crate) const LOG2_E_LOST: f64 = 2.0355273740931033e-17;
/// What float64 loses of `1 / ln 10`.
pub(crate) const LOG10_E_LOST: f64 = 1.098319650216765e-17;
/// The first 32 bits of `log10(2)`, so that small multiples are exact, and the rest.
pub(crate) const LOG10_2_HIGH: f64 = 3.01029995663611771306e-01;
pub(crate) const LOG10_2_LOW: f64 = 3.69423907715893078616e-13;

/// The bits of `sqrt(1/2)`: where the mantissa wraps to the next power of two.
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;

/// `k` and `m` in `[sqrt(1/2), sqrt(2))` with `x = 2^k m`, for positive, finite `x`.
#[inline(always)]
pub(crate) fn split(x: f64) -> (f64, f64) {
    let small = x < f64::MIN_POSITIVE;
    let (x, offset) = if small {
        (x * 18014398509481984.0, 4503599627371573.0)
    } else {
        (x, 4503599627371519.0)
    };
    let (exponent, m) = split_normal(x);
    // The integer becomes a float as the low bits of 2^52 (AVX2 cannot convert 64-bit integers).
    (f64::from_bits(exponent | 0x4330_0000_0000_0000) - offset, m)
}

/// The biased exponent `k + 1023`, and `m`.
#[inline(always)]
pub(crate) fn split_normal(x: f64) -> (u64, f64) {
    let bits = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - SQRT_HALF);
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + SQRT_HALF);
    (bits >> 52, m)
}

/// What every logarithm gives for zero, negative numbers, infinity and NaN.
#[inline(always)]
fn special<T: Float>(x: T, y: T) -> T {
    let y = if x < T::INFINITY { y } else { x };
    let y = if x > T::ZERO { y } else { T::NAN };
    if x == T::ZERO { -T::INFINITY } else { y }
}

/// `R(s^2)`, error `2^-58`.
#[inline(always)]
fn rest<I: Isa>(z: f64) -> f64 {
    z * polynomial!(I, z; 0.6666666666666735, 0.3999999999941315, 0.2857142874276262,
        0.22222198531378182, 0.1818356666145269, 0.15313986852634437, 0.14796624819400392)
}

/// `log(1 + f)` as an unevaluated sum, for `1 + f` in `[0.7, 1.42]`: `t + t R(t^2)` with `t = 2 s` and
/// what rounding lost of it, as the other term is at most a hundredth of that.
#[inline(always)]
pub(crate) fn log1p_pair<I: Isa>(f: f64) -> (f64, f64) {
    let twice = 2.0 / (2.0 + f);
    let t = f * twice;
    // f - t (2 + f) / 2, whose first difference is exact.
    let left = if I::FMA {
        f64::mul_add(-t, 0.5 * f, f - t)
    } else {
        let (p, p_low) = two_product::<I>(t, 0.5 * f);
        ((f - t) - p) - p_low
    };
    // A change of `t` changes the term in `t^3` as well.
    let lost = left * twice;
    let z = t * t;
    let lost = Float::mul_add::<I>(0.25 * z, lost, lost);
    let rest = z
        * polynomial!(I, z; 0.08333333333333333, 0.012500000000000278, 0.002232142857093393,
        0.00043402778112434785, 8.877829805845697e-05, 1.8782044003833205e-05,
        4.049220483598395e-06, 9.986594513446976e-07);
    (t, Float::mul_add::<I>(t, rest, lost))
}

#[inline(always)]
pub(crate) fn log64<I: Isa>(x: f64) -> f64 {
    let (k, m) = split(x);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let half_square = 0.5 * f * f;
    let low = Float::mul_add::<I>(s, half_square + rest::<I>(s * s), k * LN2_LOW);
    special(x, Float::mul_add::<I>(k, LN2_HIGH, f - (half_square - low)))
}

#[inline(always)]
fn log2_64<I: Isa>(x: f64) -> f64 {
    let (k, m) = split(x);
    let (high, low) = log1p_pair::<I>(m - 1.0);
    let (high, low) = quick_sum(high, low);
    let (p, lost) = two_product::<I>(high, LOG2_E);
    let low = Float::mul_add::<I>(high, LOG2_E_LOST, Float::mul_add::<I>(low, LOG2_E, lost));
    let (sum, lost) = quick_sum(k, p);
    special(x, sum + (lost + low))
}

#[inline(always)]
fn log10_64<I: Isa>(x: f64) -> f64 {
    let (k, m) = split(x);
    let (high, low) = log1p_pair::<I>(m - 1.0);
    let (p, lost) = two_product::<I>(high, LOG10_E);
    let low = Float::mul_add::<I>(high, LOG10_E_LOST, Float::mul_add::<I>(low, LOG10_E, lost));
    let low = Float::mul_add::<I>(k, LOG10_2_LOW, low);
    let (sum, lost) = quick_sum(k * LOG10_2_HIGH, p);
    special(x, sum + (lost + low))
}

#[inline(always)]
fn log1p_64<I: Isa>(x: f64) -> f64 {
    let (high, low) = log1p_sum::<I>(x, 0.0);
    let y = special(1.0 + x, high + low);
    if x == 0.0 { x } else { y }
}

/// `log(1 + x)` for `0 <= x <= 1`: no exponent to take apart. At most 1 ulp.
#[inline(always)]
pub(crate) fn log1p_unit<I: Isa>(x: f64) -> f64 {
    let far = x > 0.41421356237309503;
    let f = if far { 0.5 * (x - 1.0) } else { x };
    let s = f / (2.0 + f);
    let half_square = 0.5 * f * f;
    let log = f - Float::mul_add::<I>(-s, half_square + rest::<I>(s * s), half_square);
    if far { LN_2 + log } else { log }
}

/// `log(1 + x + x_low)` as an unevaluated sum, for `x > -1` and `|x_low|` below half an ulp of `x`.
#[inline(always)]
pub(crate) fn log1p_sum<I: Isa>(x: f64, x_low: f64) -> (f64, f64) {
    let (u, lost) = two_sum(1.0, x);
    let (exponent, m) = split_normal(u);
    let k = f64::from_bits(exponent | 0x4330_0000_0000_0000) - 4503599627371519.0;
    // What `m` lost of `x`: nothing in the first binade around 1, where `f` is `x` itself.
    let near = exponent == 1023;
    let f = if near { x } else { m - 1.0 };
    let power = f64::from_bits(2046u64.wrapping_sub(exponent) << 52);
    let lost = if near { x_low } else { (lost + x_low) * power };
    let lost = if x > 1e17 { 0.0 } else { lost };
    let (high, low) = log1p_pair::<I>(f);
    let (sum, sum_low) = quick_sum(k * LN2_HIGH, high);
    let low = sum_low + Float::mul_add::<I>(k, LN2_LOW, low);
    // The derivative 1 / (1 + f), to the few bits that matter.
    let slope = Float::mul_add::<I>(f, f - 1.0, 1.0);
    (sum, Float::mul_add::<I>(lost, slope, low))
}

/// `log(x + low) + k ln 2` for a normal `x` of at least 1.6 and `|low|` of a few ulp of it.
#[inline(always)]
pub(crate) fn log_sum<I: Isa>(x: f64, low: f64, k: f64) -> f64 {
    let (exponent, m) = split_normal(x);
    // Twice the power, so that the largest numbers have one; the derivative is halved for it.
    let power = f64::from_bits(2047u64.wrapping_sub(exponent) << 52);
    let k = k + (f64::from_bits(exponent | 0x4330_0000_0000_0000) - 4503599627371519.0);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let half_square = 0.5 * f * f;
    // The derivative 1 / (1 + f), to the few bits that matter.
    let slope = Float::mul_add::<I>(f, Float::mul_add::<I>(f, 0.5, -0.5), 0.5);
    let low = Float::mul_add::<I>(low * power, slope, k * LN2_LOW);
    let low = Float::mul_add::<I>(s, half_square + rest::<I>(s * s), low);
    Float::mul_add::<I>(k, LN2_HIGH, f - (half_square - low))
}

/// `log x + low + k ln 2` for a normal `x` of at least 1.6: at most 0.6 ulp.
#[inline(always)]
pub(crate) fn log_sum_exact<I: Isa>(x: f64, low: f64, k: f64) -> f64 {
    let (exponent, m) = split_normal(x);
    let k = k + (f64::from_bits(exponent | 0x4330_0000_0000_0000) - 4503599627371519.0);
    let (high, log_low) = log1p_pair::<I>(m - 1.0);
    let (sum, lost) = quick_sum(k * LN2_HIGH, high);
    sum + (lost + Float::mul_add::<I>(k, LN2_LOW, log_low + low))
}

/// `log x` for a positive, normal `x`: relative error `2^-44`.
#[inline(always)]
pub(crate) fn log_for_power_narrow<I: Isa>(x: f64) -> f64 {
    let (exponent, m) = split_normal(x);
    let k = f64::from_bits(exponent | 0x4330_0000_0000_0000) - 4503599627371519.0;
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let (z, half_square) = (s * s, 0.5 * f * f);
    let rest = z * polynomial!(I, z; 0.6666666667581949, 0.39999995614990624, 0.2857210993877438,
        0.2217615387794744, 0.19584683209837114);
    let log = f - Float::mul_add::<I>(-s, half_square + rest, half_square);
    Float::mul_add::<I>(k, LN_2, log)
}

/// `k` and `m - 1` with `x = 2^k m`, as `split`.
#[inline(always)]
fn split32(x: f32) -> (f32, f32) {
    let small = x < f32::MIN_POSITIVE;
    let (scaled, offset) = if small {
        (x * 16777216.0, 151.0)
    } else {
        (x, 127.0)
    };
    let (exponent, m) = split_normal32(scaled);
    (exponent as i32 as f32 - offset, m - 1.0)
}

/// The biased exponent `k + 127`, and `m`.
#[inline(always)]
pub(crate) fn split_normal32(x: f32) -> (u32, f32) {
    let bits = x.to_bits().wrapping_add(0x3f80_0000 - 0x3f35_04f3);
    (
        bits >> 23,
        f32::from_bits((bits & 0x007f_ffff) + 0x3f35_04f3),
    )
}

/// `k ln 2 + log(1 + f) + low`, where `low` is tiny (Cephes' `logf`, own coefficients).
#[inline(always)]
pub(crate) fn log_core32<I: Isa>(k: f32, f: f32, low: f32) -> f32 {
    let square = f * f;
    let q = polynomial!(I, f; 0.33333316, -0.2500081, 0.20002286, -0.16624556, 0.14181188, -0.13128738,
        0.1288167, -0.07859665);
    let low = Float::mul_add::<I>(k, -2.12194440e-4, low);
    let low = Float::mul_add::<I>(f * square, q, low);
    let low = Float::mul_add::<I>(square, -0.5, low);
    Float::mul_add::<I>(k, 0.693359375, f + low)
}

/// In float32 throughout: at most 1.5 ulp.
#[inline(always)]
pub(crate) fn log32<I: Isa>(x: f32) -> f32 {
    let (k, f) = split32(x);
    special(x, log_core32::<I>(k, f, 0.0))
}

/// In float32 throughout: at most 1.5 ulp.
#[inline(always)]
fn log1p_32<I: Isa>(x: f32) -> f32 {
    let (u, lost) = two_sum(1.0, x);
    let (exponent, m) = split_normal32(u);
    let near = exponent == 127;
    let f = if near { x } else { m - 1.0 };
    let power = f32::from_bits(254u32.wrapping_sub(exponent) << 23);
    let lost = if near | (x > 1e8) { 0.0 } else { lost * power };
    let y = special(u, log_core32::<I>(exponent as i32 as f32 - 127.0, f, lost));
    if x == 0.0 { x } else { y }
}

/// As `log1p_unit`.
#[inline(always)]
pub(crate) fn log1p_unit32<I: Isa>(x: f32) -> f32 {
    let far = x > 0.41421356;
    let f = if far { 0.5 * (x - 1.0) } else { x };
    log_core32::<I>(if far { 1.0 } else { 0.0 }, f, 0.0)
}

/// In float32 throughout: at most 1.5 ulp.
#[inline(always)]
fn log2_32<I: Isa>(x: f32) -> f32 {
    let (k, f) = split32(x);
    let q = polynomial!(I, f; -0.7213474, 0.480898, -0.36069572, 0.2885825, -0.23964828, 0.20433564,
        -0.19056235, 0.18762007, -0.112867974);
    let low = Float::mul_add::<I>(f * f, q, f * 1.925963e-08);
    special(
        x,
        k + Float::mul_add::<I>(f, core::f32::consts::LOG2_E, low),
    )
}

/// In float32 throughout: at most 1.5 ulp.
#[inline(always)]
fn log10_32<I: Isa>(x: f32) -> f32 {
    let (k, f) = split32(x);
    let q = polynomial!(I, f; -0.2171472, 0.14476472, -0.10858023, 0.086872, -0.07214132, 0.06151116,
        -0.057364985, 0.05647927, -0.033976644);
    let low = Float::mul_add::<I>(f * f, q, f * -1.010305e-08);
    let low = Float::mul_add::<I>(k, 4.605039e-06, low);
    let y = Float::mul_add::<I>(f, core::f32::consts::LOG10_E, low);
    special(x, Float::mul_add::<I>(k, 0.301025390625, y))
}
