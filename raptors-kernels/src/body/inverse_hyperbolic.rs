//! Inverse hyperbolic functions, branch-free: `log(1 + f)` with `f` as an unevaluated sum.
//!
//! float64: at most 0.7 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::real_unary,
    log::{log1p_narrow, log1p_sum, log32},
    pair::{horner, quick_sum, quotient, two_product, two_sum},
};
use crate::{isa::Isa, number::Float};
use core::f64::consts::LN_2;

/// The number whose hyperbolic sine is `x`.
pub struct Arcsinh;
/// The number from 0 whose hyperbolic cosine is `x`.
pub struct Arccosh;
/// The number whose hyperbolic tangent is `x`.
pub struct Arctanh;

real_unary! {
    Arcsinh: arcsinh32, arcsinh64;
    Arccosh: arccosh32, arccosh64;
    Arctanh: arctanh32, arctanh64;
}

/// From here on `sqrt(x^2 +- 1)` is `x`, and `arcsinh x` is `log 2x`.
const LARGE: f64 = 1e18;

/// `sqrt(x + x_low)` as an unevaluated sum.
#[inline(always)]
fn root<I: Isa>(x: f64, x_low: f64) -> (f64, f64) {
    let root = x.sqrt();
    let (square, square_low) = two_product::<I>(root, root);
    let divisor = if root == 0.0 { 1.0 } else { root };
    (root, ((x - square) + (x_low - square_low)) * 0.5 / divisor)
}

/// `log(1 + f)`, or `log(2 x)` for a large `x`.
#[inline(always)]
fn log_of<I: Isa>(f: (f64, f64), x: f64) -> f64 {
    let large = x > LARGE;
    let (f, low) = if large { (x, 0.0) } else { f };
    let (high, low) = log1p_sum::<I>(f, low);
    high + (low + if large { LN_2 } else { 0.0 })
}

#[inline(always)]
fn arcsinh64<I: Isa>(x: f64) -> f64 {
    let a = x.abs();
    let (square, lost) = two_product::<I>(a, a);
    let (sum, sum_low) = two_sum(1.0, square);
    let (root, root_low) = root::<I>(sum, sum_low + lost);
    // f = a + (sqrt(1 + a^2) - 1)
    let (rise, rise_low) = quick_sum(root, -1.0);
    let (f, f_low) = two_sum(a, rise);
    let f = quick_sum(f, f_low + (rise_low + root_low));
    let y = log_of::<I>(f, a).copysign(x);
    if a < f64::INFINITY {
        if a < 1e-9 { x } else { y }
    } else {
        x
    }
}

#[inline(always)]
fn arccosh64<I: Isa>(x: f64) -> f64 {
    let (square, lost) = two_product::<I>(x, x);
    let (difference, difference_low) = two_sum(square, -1.0);
    let (root, root_low) = root::<I>(difference, difference_low + lost);
    // f = (x - 1) + sqrt(x^2 - 1)
    let (rise, rise_low) = quick_sum(x, -1.0);
    let (f, f_low) = two_sum(rise, root);
    let f = quick_sum(f, f_low + (rise_low + root_low));
    let y = log_of::<I>(f, x);
    let y = if x < f64::INFINITY { y } else { x };
    if x < 1.0 { f64::NAN } else { y }
}

#[inline(always)]
fn arctanh64<I: Isa>(x: f64) -> f64 {
    let a = x.abs();
    // 2 arctanh(a) = log(1 + 2a / (1 - a))
    let (f, f_low) = quotient::<I>((2.0 * a, 0.0), quick_sum(1.0, -a));
    let (high, low) = log1p_sum::<I>(f, f_low);
    let y = (0.5 * (high + low)).copysign(x);
    let y = if a < 1e-9 { x } else { y };
    let y = if a < 1.0 { y } else { f64::NAN };
    if a == 1.0 {
        f64::INFINITY.copysign(x)
    } else {
        y
    }
}

#[inline(always)]
fn arcsinh32<I: Isa>(x: f32) -> f32 {
    let a = x.abs() as f64;
    let square = a * a;
    let f = a + square / (1.0 + Float::mul_add::<I>(a, a, 1.0).sqrt());
    let y = (log1p_narrow::<I>(f) as f32).copysign(x);
    if x.abs() < f32::INFINITY { y } else { x }
}

#[inline(always)]
fn arccosh32<I: Isa>(x: f32) -> f32 {
    let rise = x as f64 - 1.0;
    let f = rise + Float::mul_add::<I>(rise, rise, 2.0 * rise).sqrt();
    let y = log1p_narrow::<I>(f) as f32;
    let y = if x < f32::INFINITY { y } else { x };
    if x < 1.0 { f32::NAN } else { y }
}

#[inline(always)]
fn arctanh32<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let large = (0.5 * log32::<I>((1.0 + a) / (1.0 - a))).copysign(x);
    let z = x * x;
    let p = horner!(I, z; 0.33333337, 0.19999719, 0.14295064, 0.109646805, 0.10297728,
        0.024077136, 0.17645696);
    let small = Float::mul_add::<I>(x * z, p, x);
    if a < 0.5 { small } else { large }
}
