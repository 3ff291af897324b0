//! Complex functions from the real bodies, without branches, so that loops are made of vectors: for
//! numbers far from the edges, where there is FMA. The others are left to the functions that branch.
//!
//! The formulas are those of [`super::complex_math`].

use super::{
    exp::{Exp, Exp2, Expm1},
    float::sqrt,
    hyperbolic::{Cosh, Sinh},
    inverse_hyperbolic::Arcsinh,
    inverse_trig::Arctan2,
    log::{Log, Log1p},
    trig::{Cos, Sin, Tan},
};
use crate::{
    dtype::Complex64,
    isa::Isa,
    kernel::{Binary, Unary},
};
use core::f64::consts::LN_2;

/// Angles up to here go through the short reduction.
const ANGLE: f64 = 1e6;

#[inline(always)]
fn real<I: Isa, K: Unary<f64, Out = f64>>(_: K, x: f64) -> f64 {
    K::call::<I>(x)
}

/// Whether exponentials of `z` are far from the ends of the range, and no axis is met.
#[inline(always)]
pub(super) fn exp_fits(z: Complex64) -> bool {
    (z.re.abs() < 700.0) & (z.im.abs() < ANGLE) & (z.im != 0.0)
}

#[inline(always)]
pub(super) fn exp<I: Isa>(z: Complex64) -> Complex64 {
    let scale = real::<I, _>(Exp, z.re);
    Complex64::new(
        scale * real::<I, _>(Cos, z.im),
        scale * real::<I, _>(Sin, z.im),
    )
}

/// As [`exp_fits`], for powers of two.
#[inline(always)]
pub(super) fn exp2_fits(z: Complex64) -> bool {
    (z.re.abs() < 1000.0) & (z.im.abs() < ANGLE) & (z.im != 0.0)
}

#[inline(always)]
pub(super) fn exp2<I: Isa>(z: Complex64) -> Complex64 {
    let (scale, angle) = (real::<I, _>(Exp2, z.re), z.im * LN_2);
    Complex64::new(
        scale * real::<I, _>(Cos, angle),
        scale * real::<I, _>(Sin, angle),
    )
}

/// Whether the logarithm of `x` is as [`log_fits`] says, and exponentials of its product with `y` are far
/// from the ends of the range: by bounds, since the logarithm is not known.
#[inline(always)]
pub(super) fn power_fits(x: Complex64, y: Complex64) -> bool {
    let (re, im) = (x.re.abs(), x.im.abs());
    let exponent = (if re < im { im } else { re }).to_bits() >> 52;
    // Nearly the binary logarithm, as the integer in the low bits of a number of this size.
    let log = f64::from_bits(exponent | SHIFT.to_bits()) - SHIFT - 1023.0;
    let (log, angle) = (0.7 * (log.abs() + 2.0), 3.2);
    let (re, im) = (y.re.abs(), y.im.abs());
    let (size, turn) = (re * log + im * angle, re * angle + im * log);
    log_fits(x) & (size < 700.0) & (turn < ANGLE)
}

/// 2^52: a number of this size has its integer in the low bits.
const SHIFT: f64 = 4_503_599_627_370_496.0;

#[inline(always)]
pub(super) fn power<I: Isa>(x: Complex64, y: Complex64) -> Complex64 {
    let log = log::<I>(x);
    exp::<I>(Complex64::new(
        y.re * log.re - y.im * log.im,
        y.re * log.im + y.im * log.re,
    ))
}

#[inline(always)]
pub(super) fn expm1<I: Isa>(z: Complex64) -> Complex64 {
    let half = real::<I, _>(Sin, 0.5 * z.im);
    let re = real::<I, _>(Expm1, z.re) * real::<I, _>(Cos, z.im) - 2.0 * half * half;
    Complex64::new(re, real::<I, _>(Exp, z.re) * real::<I, _>(Sin, z.im))
}

/// Whether hyperbolic functions of `z` are far from the ends of the range, and no axis is met.
#[inline(always)]
pub(super) fn sinh_fits(z: Complex64) -> bool {
    exp_fits(z) & (z.re != 0.0)
}

#[inline(always)]
pub(super) fn sinh<I: Isa>(z: Complex64) -> Complex64 {
    Complex64::new(
        real::<I, _>(Sinh, z.re) * real::<I, _>(Cos, z.im),
        real::<I, _>(Cosh, z.re) * real::<I, _>(Sin, z.im),
    )
}

#[inline(always)]
pub(super) fn cosh<I: Isa>(z: Complex64) -> Complex64 {
    Complex64::new(
        real::<I, _>(Cosh, z.re) * real::<I, _>(Cos, z.im),
        real::<I, _>(Sinh, z.re) * real::<I, _>(Sin, z.im),
    )
}

/// As [`sinh_fits`], for the sine and the cosine.
#[inline(always)]
pub(super) fn sin_fits(z: Complex64) -> bool {
    sinh_fits(turned(z))
}

#[inline(always)]
pub(super) fn sin<I: Isa>(z: Complex64) -> Complex64 {
    turned_back(sinh::<I>(turned(z)))
}

#[inline(always)]
pub(super) fn cos<I: Isa>(z: Complex64) -> Complex64 {
    cosh::<I>(turned(z))
}

/// Whether the square of `|z|` is a normal number.
#[inline(always)]
pub(super) fn log_fits(z: Complex64) -> bool {
    squares_fit(z) & ((z.re.abs() > 1e-150) | (z.im.abs() > 1e-150))
}

#[inline(always)]
pub(super) fn log<I: Isa>(z: Complex64) -> Complex64 {
    let (x, y) = (z.re.abs(), z.im.abs());
    let (small, large) = if x < y { (x, y) } else { (y, x) };
    let near = real::<I, _>(Log1p, (large - 1.0) * (large + 1.0) + small * small);
    let far = real::<I, _>(Log, large * large + small * small);
    let is_near = (large > 0.5) & (large < 2.0);
    let abs = 0.5 * if is_near { near } else { far };
    Complex64::new(abs, Arctan2::call::<I>(z.im, z.re))
}

/// Whether the square of `|1 + z|` is a normal number.
#[inline(always)]
pub(super) fn log1p_fits(z: Complex64) -> bool {
    log_fits(Complex64::new(1.0 + z.re, z.im))
}

#[inline(always)]
pub(super) fn log1p<I: Isa>(z: Complex64) -> Complex64 {
    let (x, y) = ((1.0 + z.re).abs(), z.im.abs());
    let (small, large) = if x < y { (x, y) } else { (y, x) };
    let around_zero = (z.re.abs() < 0.5) & (y < 0.5);
    let (factor, more) = if around_zero {
        (z.re * (2.0 + z.re), y * y)
    } else {
        ((large - 1.0) * (large + 1.0), small * small)
    };
    let near = real::<I, _>(Log1p, factor + more);
    let far = real::<I, _>(Log, large * large + small * small);
    let is_near = around_zero | (large > 0.5) & (large < 2.0);
    let abs = 0.5 * if is_near { near } else { far };
    Complex64::new(abs, Arctan2::call::<I>(z.im, 1.0 + z.re))
}

/// Whether neither part of the hyperbolic tangent is at its limit.
#[inline(always)]
pub(super) fn tanh_fits(z: Complex64) -> bool {
    (z.re.abs() <= 22.0) & (z.im.abs() < ANGLE)
}

#[inline(always)]
pub(super) fn tanh<I: Isa>(z: Complex64) -> Complex64 {
    let (tan, sinh) = (real::<I, _>(Tan, z.im), real::<I, _>(Sinh, z.re));
    let slope = 1.0 + tan * tan;
    let below = 1.0 + slope * sinh * sinh;
    Complex64::new(
        slope * (1.0 + sinh * sinh).sqrt() * sinh / below,
        tan / below,
    )
}

/// As [`tanh_fits`], for the tangent.
#[inline(always)]
pub(super) fn tan_fits(z: Complex64) -> bool {
    tanh_fits(turned(z))
}

#[inline(always)]
pub(super) fn tan<I: Isa>(z: Complex64) -> Complex64 {
    turned_back(tanh::<I>(turned(z)))
}

/// `i z`: how the trigonometric functions borrow from the hyperbolic ones.
#[inline(always)]
pub(super) fn turned(z: Complex64) -> Complex64 {
    Complex64::new(-z.im, z.re)
}

/// `-i z`.
#[inline(always)]
pub(super) fn turned_back(z: Complex64) -> Complex64 {
    Complex64::new(z.im, -z.re)
}

/// Whether squares of the parts are finite.
#[inline(always)]
pub(super) fn squares_fit(z: Complex64) -> bool {
    (z.re.abs() < 1e150) & (z.im.abs() < 1e150)
}

/// The square roots of `1 - z` and `1 + z`, with the sign of the imaginary part kept.
#[inline(always)]
fn roots<I: Isa>(z: Complex64) -> (Complex64, Complex64) {
    (
        sqrt::<I, f64>(Complex64::new(1.0 - z.re, -z.im)),
        sqrt::<I, f64>(Complex64::new(1.0 + z.re, z.im)),
    )
}

#[inline(always)]
pub(super) fn arcsin<I: Isa>(z: Complex64) -> Complex64 {
    let (minus, plus) = roots::<I>(z);
    let re = Arctan2::call::<I>(z.re, minus.re * plus.re - minus.im * plus.im);
    let im = real::<I, _>(Arcsinh, minus.re * plus.im - minus.im * plus.re);
    Complex64::new(re, im.copysign(z.im))
}

#[inline(always)]
pub(super) fn arccos<I: Isa>(z: Complex64) -> Complex64 {
    let (minus, plus) = roots::<I>(z);
    let re = 2.0 * Arctan2::call::<I>(minus.re, plus.re);
    let im = real::<I, _>(Arcsinh, plus.re * minus.im - plus.im * minus.re);
    Complex64::new(re, im.copysign(-z.im))
}

#[inline(always)]
pub(super) fn arccosh<I: Isa>(z: Complex64) -> Complex64 {
    let opposite = arccos::<I>(z);
    Complex64::new(opposite.im.abs(), opposite.re.copysign(z.im))
}

#[inline(always)]
pub(super) fn arcsinh<I: Isa>(z: Complex64) -> Complex64 {
    turned_back(arcsin::<I>(turned(z)))
}
