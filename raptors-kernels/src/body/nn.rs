//! Activation functions of neural networks built from exponentials, branch-free.
//!
//! All of them start from `e^-|x|`, which neither overflows nor cancels.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "constants as published"
)]

use super::{
    exp::{
        at_most, exp_core, exp_core32, exp_narrow, exp_sum, exp32, exp64, expm1_32, expm1_64,
        real_binary, real_unary, scale, scale32,
    },
    log::{log1p_unit, log1p_unit32},
    pair::{quick_sum, two_product},
};
use crate::{isa::Isa, number::Float};

/// `1 / (1 + e^-x)`.
pub struct Sigmoid;
/// `x / (1 + e^-x)`.
pub struct Silu;
/// `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`.
pub struct Gelu;
/// `log(1 + e^x)`.
pub struct Softplus;
/// `log(1 / (1 + e^-x))`.
pub struct LogSigmoid;
/// `x tanh(log(1 + e^x))`.
pub struct Mish;
/// `x / (1 + |x|)`.
pub struct SoftSign;
/// `scale * x` above zero, `scale * alpha (e^x - 1)` below.
pub struct Selu;
/// `x` above zero, `alpha (e^x - 1)` below.
pub struct Elu;
/// `x` above zero, `alpha (e^(x / alpha) - 1)` below.
pub struct Celu;

real_unary! {
    Sigmoid: sigmoid32, sigmoid64;
    Silu: silu32, silu64;
    Gelu: gelu32, gelu64;
    Softplus: softplus32, softplus64;
    LogSigmoid: log_sigmoid32, log_sigmoid64;
    Mish: mish32, mish64;
    SoftSign: soft_sign32, soft_sign64;
    Selu: selu32, selu64;
}

real_binary! {
    Elu: elu32, elu64;
    Celu: celu32, celu64;
}

/// Both precisions of a function of `x` and the exponential, logarithm and difference it names.
macro_rules! both {
    ($($narrow:ident $wide:ident ($($arg:ident),+), $exp:ident $log1p:ident $expm1:ident $parts:ident $scale:ident: $e:expr;)*) => {$(
        #[inline(always)]
        #[allow(clippy::extra_unused_type_parameters, reason = "not every formula multiplies and adds")]
        fn $narrow<I: Isa>($($arg: f32),+) -> f32 {
            #[allow(dead_code, reason = "two formulas look at it")]
            const LOWEST: f32 = -120.0;
            #[allow(unused_imports, reason = "each formula needs one or two of them")]
            use self::{exp32 as $exp, expm1_32 as $expm1, log1p_unit32 as $log1p, parts32 as $parts, scale32 as $scale};
            $e
        }
        #[inline(always)]
        #[allow(clippy::extra_unused_type_parameters, reason = "not every formula multiplies and adds")]
        fn $wide<I: Isa>($($arg: f64),+) -> f64 {
            #[allow(dead_code, reason = "two formulas look at it")]
            const LOWEST: f64 = -760.0;
            #[allow(unused_imports, reason = "each formula needs one or two of them")]
            use self::{exp64 as $exp, expm1_64 as $expm1, log1p_unit as $log1p, parts64 as $parts, scale as $scale};
            $e
        }
    )*};
}

both! {
    sigmoid32 sigmoid64 (x), exp log1p expm1 parts scale: logistic(x, exp::<I>(-x.abs()));
    silu32 silu64 (x), exp log1p expm1 parts scale: {
        // The power of two comes last, as e^x underflows before x e^x.
        let (p, bits) = parts::<I>(x);
        let y = x / (1.0 + scale(p, bits));
        below_zero(x, y, scale(y * p, bits), LOWEST)
    };
    softplus32 softplus64 (x), exp log1p expm1 parts scale: {
        let rest = log1p::<I>(exp::<I>(-x.abs()));
        if x > 0.0 { x + rest } else { rest }
    };
    log_sigmoid32 log_sigmoid64 (x), exp log1p expm1 parts scale: {
        let rest = log1p::<I>(exp::<I>(-x.abs()));
        if x < 0.0 { x - rest } else { -rest }
    };
    mish32 mish64 (x), exp log1p expm1 parts scale: {
        // tanh(log(1 + e^x)) = ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1); scaled as `silu`.
        let (p, bits) = parts::<I>(x);
        let e = scale(p, bits);
        let (square, twice) = (e * e, e + e);
        let above = if x < 0.0 { 2.0 + e } else { 1.0 + twice };
        let below = if x < 0.0 { square + twice + 2.0 } else { 1.0 + twice + (square + square) };
        let y = x * (above / below);
        below_zero(x, y, scale(y * p, bits), LOWEST)
    };
    soft_sign32 soft_sign64 (x), exp log1p expm1 parts scale: x / (1.0 + x.abs());
    selu32 selu64 (x), exp log1p expm1 parts scale: {
        let below = 1.6732632423543772848 * expm1::<I>(at_most(x, 0.0));
        1.0507009873554804934 * if x > 0.0 { x } else { below }
    };
    elu32 elu64 (x, alpha), exp log1p expm1 parts scale: {
        let below = alpha * expm1::<I>(at_most(x, 0.0));
        if x > 0.0 { x } else { below }
    };
    celu32 celu64 (x, alpha), exp log1p expm1 parts scale: {
        let below = alpha * expm1::<I>(at_most(x, 0.0) / alpha);
        if x > 0.0 { x } else { below }
    };
}

/// `e^-|x|` as a number around 1 and the bits of a power of two.
#[inline(always)]
fn parts32<I: Isa>(x: f32) -> (f32, u32) {
    exp_core32::<I>(-at_most(x.abs(), 120.0))
}
#[inline(always)]
fn parts64<I: Isa>(x: f64) -> (f64, u64) {
    exp_core::<I>(-at_most(x.abs(), 760.0))
}

/// `y` from zero on, `scaled` below, and `x` times zero where even that has underflowed.
#[inline(always)]
fn below_zero<T: Float>(x: T, y: T, scaled: T, lowest: T) -> T {
    let scaled = if x < lowest { x * T::ZERO } else { scaled };
    if x < T::ZERO { scaled } else { y }
}

/// `1 / (1 + e^-x)` from `e = e^-|x|`.
#[inline(always)]
fn logistic<T: Float>(x: T, e: T) -> T {
    (if x < T::ZERO { e } else { T::ONE }) / (T::ONE + e)
}

/// `2 sqrt(2 / pi)`, what float64 loses of it, and both times 0.044715.
const LINEAR: (f64, f64) = (1.5957691216057308, -9.96930880911092e-17);
const CUBIC: (f64, f64) = (0.07135481627260025, -6.175149918155315e-19);

/// `x / (1 + e^-u)` with `u = 2 sqrt(2 / pi) (x + 0.044715 x^3)` as an unevaluated sum.
#[inline(always)]
fn gelu64<I: Isa>(x: f64) -> f64 {
    let (square, square_low) = two_product::<I>(x, x);
    let (p, p_low) = two_product::<I>(CUBIC.0, square);
    let p_low = p_low + Float::mul_add::<I>(CUBIC.0, square_low, CUBIC.1 * square);
    let (w, w_low) = if p < LINEAR.0 {
        quick_sum(LINEAR.0, p)
    } else {
        quick_sum(p, LINEAR.0)
    };
    let (u, u_low) = two_product::<I>(x, w);
    let u_low = Float::mul_add::<I>(x, w_low + (p_low + LINEAR.1), u_low);
    let e = if x < 0.0 {
        exp_sum::<I>(u, u_low)
    } else {
        exp_sum::<I>(-u, -u_low)
    };
    x * logistic(x, e)
}

#[inline(always)]
fn gelu32<I: Isa>(x: f32) -> f32 {
    let x = x as f64;
    let u = x * Float::mul_add::<I>(x * x, CUBIC.0, LINEAR.0);
    let e = exp_narrow::<I>(-at_most(u.abs(), 200.0));
    // Beyond float32's range, and for an infinite x to find a zero.
    (x * logistic(x, if u.abs() > 200.0 { 0.0 } else { e })) as f32
}
