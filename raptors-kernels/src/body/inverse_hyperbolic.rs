//! Inverse hyperbolic functions, branch-free: polynomials near the zero, logarithms of unevaluated
//! sums elsewhere.
//!
//! float64: at most 0.9 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{LN2_HIGH, LN2_LOW, real_unary},
    log::{log_core32, log_sum, log_sum_exact, split_normal32},
    pair::{polynomial, quick_sum, quotient, two_product, two_sum},
};
use crate::{arch::packs, isa::Isa, kernel::Quiet, number::Float};

/// The number whose hyperbolic sine is `x`.
pub struct Arcsinh;
/// The number from 0 whose hyperbolic cosine is `x`.
pub struct Arccosh;
/// The number whose hyperbolic tangent is `x`.
pub struct Arctanh;

real_unary! {
    Arcsinh: arcsinh32, arcsinh64,
        packs packs::arcsinh, singles packs::single::arcsinh, halves packs::half::arcsinh [Quiet::ALL];
    Arccosh: arccosh32, arccosh64,
        packs packs::arccosh, singles packs::single::arccosh, halves packs::half::arccosh [Quiet::from(0x3c00)];
    Arctanh: arctanh32, arctanh64,
        packs packs::arctanh, singles packs::single::arctanh, halves packs::half::arctanh [Quiet::within(0x3bff)];
}

/// From here on `sqrt(x^2 +- 1)` is `x`, and the results are `log 2x`; squares are still finite.
const LARGE: f64 = 1e18;
/// The same for float32.
const LARGE32: f32 = 1e18;

/// `sqrt(x + x_low)` as an unevaluated sum.
#[inline(always)]
fn root<I: Isa>(x: f64, x_low: f64) -> (f64, f64) {
    let root = x.sqrt();
    let rest = if I::FMA {
        f64::mul_add(-root, root, x)
    } else {
        let (square, square_low) = two_product::<I>(root, root);
        (x - square) - square_low
    };
    let divisor = if root == 0.0 { 1.0 } else { root };
    (root, (rest + x_low) * (0.5 / divisor))
}

/// `log(x + y + low)` with `y` not greater than `x`, or `log 2a` for a large `a`.
#[inline(always)]
fn log_of<I: Isa>(x: f64, y: f64, low: f64, a: f64) -> f64 {
    let (sum, lost) = quick_sum(x, y);
    let large = a > LARGE;
    let sum = if large { a } else { sum };
    let low = if large { 0.0 } else { lost + low };
    log_sum::<I>(sum, low, if large { 1.0 } else { 0.0 })
}

#[inline(always)]
fn arcsinh64<I: Isa>(x: f64) -> f64 {
    let a = x.abs();
    let z = a * a;
    let p = polynomial!(I, z; -0.16666666666666666, 0.07499999999998634, -0.04464285714024319,
        0.030381944247929123, -0.022372151428877916, 0.017352587298211566, -0.013962230549022452,
        0.011526169710979042, -0.009591247936120864, 0.0076216705229501846, -0.004991590535556717,
        0.0018845555695783808);
    let near = Float::mul_add::<I>(a * z, p, a);
    let (square, lost) = two_product::<I>(a, a);
    let (sum, sum_low) = two_sum(square, 1.0);
    let (root, root_low) = root::<I>(sum, sum_low + lost);
    let far = log_of::<I>(root, a, root_low, a);
    let y = (if a < 0.5 { near } else { far }).copysign(x);
    if a < f64::INFINITY { y } else { x }
}

#[inline(always)]
fn arccosh64<I: Isa>(x: f64) -> f64 {
    let d = x - 1.0;
    let (square, lost) = two_product::<I>(x, x);
    let (difference, low) = quick_sum(square, -1.0);
    let close = d <= 0.25;
    let (root, root_low) = root::<I>(
        if close { d + d } else { difference },
        if close { 0.0 } else { low + lost },
    );
    // sqrt(2 d) (1 + d p)
    let p = polynomial!(I, d; -0.08333333333333333, 0.018749999999996925, -0.005580357142450103,
        0.001898871506836198, -0.0006991294227822654, 0.0002711286482261698,
        -0.00010902350304166017, 4.4678824455513295e-05, -1.747098958369196e-05,
        4.860721143203522e-06);
    let near = root + Float::mul_add::<I>(root * d, p, root_low);
    let (sum, lost) = quick_sum(x, root);
    let large = x > LARGE;
    let far = log_sum_exact::<I>(
        if large { x } else { sum },
        // What is lost over the sum, whose reciprocal is the difference.
        if large {
            0.0
        } else {
            (lost + root_low) * (x - root)
        },
        if large { 1.0 } else { 0.0 },
    );
    let y = if close { near } else { far };
    let y = if x < f64::INFINITY { y } else { x };
    if x < 1.0 { f64::NAN } else { y }
}

/// `(1 + a) / (1 - a) = 2^k m` with `m` around 1, and `arctanh a = (k ln 2 + log m) / 2`, where
/// `log m` is twice the hyperbolic arctangent of `(m - 1) / (m + 1)`.
#[inline(always)]
fn arctanh64<I: Isa>(x: f64) -> f64 {
    let a = x.abs();
    let (above, above_low) = quick_sum(1.0, a);
    let (below, below_low) = quick_sum(1.0, -a);
    // The bits of a number are nearly its logarithm.
    let k = (above.to_bits().wrapping_sub(below.to_bits())).wrapping_add(1 << 51) >> 52;
    let power = f64::from_bits(k.wrapping_add(1023) << 52);
    let k = f64::from_bits(k | 0x4330_0000_0000_0000) - 4503599627370496.0;
    let (below, below_low) = (below * power, below_low * power);
    let sum = above + below;
    let sum_low = (below - (sum - above)) + (above_low + below_low);
    let (s, s_low) = quotient::<I>((above - below, above_low - below_low), (sum, sum_low));
    let z = s * s;
    let p = polynomial!(I, z; 0.3333333333333333, 0.19999999999999976, 0.14285714285730985,
        0.11111111106461657, 0.09090909738560765, 0.07692257108446889, 0.06668980319463443,
        0.05821044867688085, 0.061262992233578305);
    let (high, low) = quick_sum(k * (0.5 * LN2_HIGH), s);
    let s_low = Float::mul_add::<I>(z, s_low, s_low);
    let tail = Float::mul_add::<I>(s, z * p, Float::mul_add::<I>(k, 0.5 * LN2_LOW, s_low));
    let y = (high + (low + tail)).copysign(x);
    let y = if a < 1e-9 { x } else { y };
    let y = if a < 1.0 { y } else { f64::NAN };
    if a == 1.0 {
        f64::INFINITY.copysign(x)
    } else {
        y
    }
}

/// `a - b c`, rounded once.
#[inline(always)]
fn rest32<I: Isa>(a: f32, b: f32, c: f32) -> f32 {
    if I::FMA {
        f32::mul_add(-b, c, a)
    } else {
        (a as f64 - b as f64 * c as f64) as f32
    }
}

/// As `root`.
#[inline(always)]
fn root32<I: Isa>(x: f32, x_low: f32) -> (f32, f32) {
    let root = x.sqrt();
    let divisor = if root == 0.0 { 1.0 } else { root };
    (root, (rest32::<I>(x, root, root) + x_low) * (0.5 / divisor))
}

/// As `log_of`.
#[inline(always)]
fn log_of32<I: Isa>(x: f32, y: f32, low: f32, a: f32) -> f32 {
    let (sum, lost) = quick_sum(x, y);
    let large = a > LARGE32;
    let sum = if large { a } else { sum };
    let (exponent, m) = split_normal32(sum);
    let power = f32::from_bits(254u32.wrapping_sub(exponent) << 23);
    let low = if large { 0.0 } else { (lost + low) * power };
    let k = exponent as i32 as f32 - if large { 126.0 } else { 127.0 };
    let f = m - 1.0;
    log_core32::<I>(k, f, low * Float::mul_add::<I>(f, f - 1.0, 1.0))
}

#[inline(always)]
fn arcsinh32<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    let p = polynomial!(I, z; -0.166666642, 0.0749958232, -0.044506371, 0.0287825596,
        -0.0142861316);
    let near = Float::mul_add::<I>(a * z, p, a);
    let sum = Float::mul_add::<I>(a, a, 1.0);
    let (root, root_low) = root32::<I>(sum, -rest32::<I>(sum - 1.0, a, a));
    let far = log_of32::<I>(root, a, root_low, a);
    let y = (if a < 0.5 { near } else { far }).copysign(x);
    if a < f32::INFINITY { y } else { x }
}

#[inline(always)]
fn arccosh32<I: Isa>(x: f32) -> f32 {
    let d = x - 1.0;
    let close = d <= 0.5;
    let square = -rest32::<I>(1.0, x, x);
    let square_low = -rest32::<I>(square, d, x + 1.0);
    let (root, root_low) = root32::<I>(
        if close { d + d } else { square },
        if close { 0.0 } else { square_low },
    );
    let p = polynomial!(I, d; -0.0833333209, 0.0187489558, -0.00556330523, 0.00179894269,
        -0.000446478749);
    let near = root + Float::mul_add::<I>(root * d, p, root_low);
    let far = log_of32::<I>(x, root, root_low, x);
    let y = if close { near } else { far };
    let y = if x < f32::INFINITY { y } else { x };
    if x < 1.0 { f32::NAN } else { y }
}

/// As `arctanh64`.
#[inline(always)]
fn arctanh32<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let (above, above_low) = quick_sum(1.0, a);
    let (below, below_low) = quick_sum(1.0, -a);
    let k = (above.to_bits().wrapping_sub(below.to_bits())).wrapping_add(1 << 22) >> 23;
    let power = f32::from_bits(k.wrapping_add(127) << 23);
    let (below, below_low) = (below * power, below_low * power);
    let sum = above + below;
    let sum_low = (below - (sum - above)) + (above_low + below_low);
    let inverse = 1.0 / sum;
    let s = (above - below) * inverse;
    let rest = rest32::<I>(above - below, s, sum);
    let s_low = (rest + Float::mul_add::<I>(-s, sum_low, above_low - below_low)) * inverse;
    let k = k as i32 as f32;
    let z = s * s;
    let p = polynomial!(I, z; 0.333333343, 0.200001612, 0.142658696, 0.118836701);
    let tail = Float::mul_add::<I>(
        s * z,
        p,
        Float::mul_add::<I>(k, 0.5 * -2.12194440e-4, s_low),
    );
    let y = Float::mul_add::<I>(k, 0.5 * 0.693359375, s + tail).copysign(x);
    let y = if a < 1e-4 { x } else { y };
    let y = if a < 1.0 { y } else { f32::NAN };
    if a == 1.0 {
        f32::INFINITY.copysign(x)
    } else {
        y
    }
}
