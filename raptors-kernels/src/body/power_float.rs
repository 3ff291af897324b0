//! Powers and roots of floating-point numbers, and sums of powers kept as logarithms; branch-free.
//!
//! `power` is `e^(y log x)` with the logarithm to 66 bits, as an unevaluated sum: at most 0.6 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{
        LN2_HIGH, LN2_LOW, clamp, exp_narrow, exp_sum, exp2_32, exp2_64, exp32, exp64, real_binary,
        real_unary,
    },
    log::{log_for_power_narrow, log1p_unit, log1p_unit32, split},
    pair::{horner, quick_sum, quotient, two_product},
    power::Power,
};
use crate::{isa::Isa, number::Float};
use core::f64::consts::LOG2_E;

/// The real cube root.
pub struct Cbrt;
/// `log(e^x + e^y)`.
pub struct Logaddexp;
/// `log2(2^x + 2^y)`.
pub struct Logaddexp2;

real_unary! {
    Cbrt: cbrt32, cbrt64;
}

real_binary! {
    Power: power32, power64;
    Logaddexp: logaddexp32, logaddexp64;
    Logaddexp2: logaddexp2_32, logaddexp2_64;
}

/// `log x` to 66 bits, for positive, finite `x`: `2 artanh(s)` with `s = (m - 1) / (m + 1)`, where
/// `s`, `s^2` and the term in `s^3` are unevaluated sums.
#[inline(always)]
fn log_pair<I: Isa>(x: f64) -> (f64, f64) {
    let (k, m) = split(x);
    let f = m - 1.0;
    let (s, s_low) = quotient::<I>((f, 0.0), quick_sum(2.0, f));
    let (z, z_low) = two_product::<I>(s, s);
    let z_low = Float::mul_add::<I>(2.0 * s, s_low, z_low);
    let p = z * horner!(I, z; 0.2000000000000113, 0.1428571428504829, 0.1111111126023978,
        0.09090892158350561, 0.07693379863271306, 0.06628380193707442, 0.06598437470403509);
    let (w, w_low) = quick_sum(0.3333333333333333, p);
    let w_low = w_low + 1.850371707708594e-17;
    // s (1 + z w)
    let (v, v_low) = two_product::<I>(z, w);
    let v_low = Float::mul_add::<I>(z, w_low, Float::mul_add::<I>(z_low, w, v_low));
    let (p, p_low) = two_product::<I>(s, v);
    let p_low = Float::mul_add::<I>(s, v_low, Float::mul_add::<I>(s_low, v, p_low));
    let (half, half_low) = quick_sum(s, p);
    let half_low = half_low + (s_low + p_low);
    let (sum, low) = quick_sum(k * LN2_HIGH, 2.0 * half);
    quick_sum(sum, low + Float::mul_add::<I>(k, LN2_LOW, 2.0 * half_low))
}

/// What `power` gives for a base of either sign, given the power `z` of its magnitude, and for
/// zeros, infinities and NaN. `(integral, odd)` tells about `y`.
#[inline(always)]
fn finish<T: Float>(x: T, y: T, z: T, (integral, odd): (bool, bool)) -> T {
    let a = x.abs();
    let falling = y < T::ZERO;
    let z = if a == T::ZERO {
        if falling { T::INFINITY } else { T::ZERO }
    } else {
        z
    };
    let z = if a == T::INFINITY {
        if falling { T::ZERO } else { T::INFINITY }
    } else {
        z
    };
    let negative = x.is_sign_negative();
    let z = if negative & odd { -z } else { z };
    let outside = (x < T::ZERO) & (a < T::INFINITY) & !integral;
    let z = if outside | x.is_nan() | y.is_nan() {
        T::NAN
    } else {
        z
    };
    if (y == T::ZERO) | (x == T::ONE) {
        T::ONE
    } else {
        z
    }
}

/// Whether `y` is an integer, and whether it is an odd one; infinities count as even.
#[inline(always)]
fn parity<T: Float>(y: T) -> (bool, bool) {
    let whole = |v: T| (v + T::INTEGERS) - T::INTEGERS == v;
    let a = y.abs();
    let integral = whole(a) | (a >= T::INTEGERS);
    let odd = integral & !whole(T::HALF * a) & (a < T::INTEGERS + T::INTEGERS);
    (integral, odd)
}

#[inline(always)]
fn power64<I: Isa>(x: f64, y: f64) -> f64 {
    let (log, log_low) = log_pair::<I>(x.abs());
    // Beyond the clamp every power but that of one is 0 or infinite.
    let (p, p_low) = {
        let y = clamp(y, -1e20, 1e20);
        let (p, p_low) = two_product::<I>(y, log);
        (p, Float::mul_add::<I>(y, log_low, p_low))
    };
    // Where -1 meets an infinite exponent, the exponent counts as even.
    finish(x, y, exp_sum::<I>(p, p_low), parity(y))
}

#[inline(always)]
fn power32<I: Isa>(x: f32, y: f32) -> f32 {
    let log = log_for_power_narrow::<I>(x.abs() as f64);
    let p = clamp(clamp(y as f64, -1e12, 1e12) * log, -200.0, 200.0);
    finish(x, y, exp_narrow::<I>(p) as f32, parity(y))
}

/// `2^(q - 341)` and `m` in `[1, 8)` with `x = 2^(3 (q - 341)) m`; then `m^(-1/3)` from a
/// polynomial and one step of Halley's, `m` times its square, and one step of Newton's.
#[inline(always)]
fn cbrt64<I: Isa>(x: f64) -> f64 {
    let a = x.abs();
    let small = a < f64::MIN_POSITIVE;
    let bits = (if small { a * 18014398509481984.0 } else { a }).to_bits();
    let exponent = bits >> 52;
    let third = (exponent * 0x5556) >> 16;
    let remainder = exponent - 3 * third;
    let mantissa = bits & 0x000f_ffff_ffff_ffff;
    let m = f64::from_bits(mantissa | 1023 << 52);
    let factor = if remainder == 0 {
        1.0
    } else {
        0.7937005259840998
    };
    let factor = if remainder == 2 {
        0.6299605249474366
    } else {
        factor
    };
    let y = factor
        * horner!(I, m; 1.5444665452636284, -0.8154334036897048, 0.3215111188004706,
        -0.050771346675372454);
    let m = f64::from_bits(mantissa | ((1023 + remainder) << 52));
    let h = Float::mul_add::<I>(-(m * y), y * y, 1.0);
    let step = h * Float::mul_add::<I>(h, 0.2222222222222222, 0.3333333333333333);
    let y = Float::mul_add::<I>(y, step, y);
    let square = y * y;
    let c = m * square;
    let (s, s_low) = two_product::<I>(c, c);
    let (t, t_low) = two_product::<I>(s, c);
    let rest = ((m - t) - t_low) - s_low * c;
    let c = Float::mul_add::<I>(rest, square * 0.3333333333333333, c);
    let power = f64::from_bits((third + 682) << 52);
    let root = c * power * if small { 3.814697265625e-06 } else { 1.0 };
    let root = root.copysign(x);
    if (a > 0.0) & (a < f64::INFINITY) {
        root
    } else {
        x
    }
}

/// As `cbrt64`.
#[inline(always)]
fn cbrt32<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let small = a < f32::MIN_POSITIVE;
    let bits = (if small { a * 16777216.0 } else { a }).to_bits();
    // The bias is 127 = 3 * 43 - 2.
    let exponent = (bits >> 23) + 2;
    let third = (exponent * 0x5556) >> 16;
    let remainder = exponent - 3 * third;
    let mantissa = bits & 0x007f_ffff;
    let m = f32::from_bits(mantissa | 127 << 23);
    let factor = if remainder == 0 { 1.0 } else { 0.7937005 };
    let factor = if remainder == 2 { 0.62996054 } else { factor };
    let y = factor * horner!(I, m; 1.3912581, -0.48770037, 0.09485709);
    let m = f32::from_bits(mantissa | ((127 + remainder) << 23));
    let h = Float::mul_add::<I>(-(m * y), y * y, 1.0);
    let y = Float::mul_add::<I>(y, h * Float::mul_add::<I>(h, 0.22222222, 0.33333334), y);
    let square = y * y;
    let c = m * square;
    let rest = Float::mul_add::<I>(-(c * c), c, m);
    let c = Float::mul_add::<I>(rest, square * 0.33333334, c);
    let power = f32::from_bits((third + 84) << 23);
    // 2^24 is 2^(3 * 8): the root is scaled back by 2^8.
    let root = c * power * if small { 0.00390625 } else { 1.0 };
    let root = root.copysign(x);
    if (a > 0.0) & (a < f32::INFINITY) {
        root
    } else {
        x
    }
}

/// The larger of two numbers, and minus their distance; infinities of one sign are at no distance.
#[inline(always)]
fn larger_and_gap<T: Float>(x: T, y: T) -> (T, T) {
    let larger = if x > y { x } else { y };
    let gap = if x == y { T::ZERO } else { -(x - y).abs() };
    (larger, gap)
}

#[inline(always)]
fn logaddexp64<I: Isa>(x: f64, y: f64) -> f64 {
    let (larger, gap) = larger_and_gap(x, y);
    larger + log1p_unit::<I>(exp64::<I>(gap))
}

#[inline(always)]
fn logaddexp2_64<I: Isa>(x: f64, y: f64) -> f64 {
    let (larger, gap) = larger_and_gap(x, y);
    larger + LOG2_E * log1p_unit::<I>(exp2_64::<I>(gap))
}

#[inline(always)]
fn logaddexp32<I: Isa>(x: f32, y: f32) -> f32 {
    let (larger, gap) = larger_and_gap(x, y);
    larger + log1p_unit32::<I>(exp32::<I>(gap))
}

#[inline(always)]
fn logaddexp2_32<I: Isa>(x: f32, y: f32) -> f32 {
    let (larger, gap) = larger_and_gap(x, y);
    larger + core::f32::consts::LOG2_E * log1p_unit32::<I>(exp2_32::<I>(gap))
}
