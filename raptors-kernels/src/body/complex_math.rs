//! Exponentials, logarithms, trigonometric and hyperbolic functions of complex numbers:
//! one element at a time in float64, from the standard library's real functions, with branches
//! where the formulas lose digits and C99's Annex G for infinities and signed zeros.
//!
//! Method: Kahan, "Branch cuts for complex elementary functions" (1987). At most 4 ulp of the
//! larger part, save where a part is the small difference of large terms.

use super::{
    complex_lanes::{self as fast, turned, turned_back},
    complex_large::{self as large, is_large},
    complex_special::{self as special, is_special},
    exp::{Exp, Exp2, Expm1},
    hyperbolic::{Cosh, Sinh, Tanh},
    inverse_hyperbolic::{Arccosh, Arcsinh, Arctanh},
    inverse_trig::{Arccos, Arcsin, Arctan},
    log::{Log, Log1p, Log2, Log10},
    trig::{Cos, Sin, Tan},
};
use crate::{
    dtype::{Complex32, Complex64},
    isa::Isa,
    kernel::Unary,
};
use core::f64::consts::{LN_2, LN_10};

macro_rules! complex {
    ($($body:ident: $function:ident $(, $fast:ident where $fits:ident)?;)*) => {$(
        impl Unary<Complex32> for $body {
            type Out = Complex32;
            #[inline(always)]
            fn call<I: Isa>(z: Complex32) -> Complex32 {
                narrow(<Self as Unary<Complex64>>::call::<I>(widen(z)))
            }
            $(const RARE: bool = true;
            #[inline(always)]
            fn is_rare<I: Isa>(z: Complex32) -> bool { I::FMA && !fast::$fits(widen(z)) }
            fn rare<I: Isa>(z: Complex32) -> Complex32 { narrow($function(widen(z))) })?
        }
        impl Unary<Complex64> for $body {
            type Out = Complex64;
            #[inline(always)]
            fn call<I: Isa>(z: Complex64) -> Complex64 {
                $(if I::FMA { return fast::$fast::<I>(z); })?
                $function(z)
            }
            $(const RARE: bool = true;
            #[inline(always)]
            fn is_rare<I: Isa>(z: Complex64) -> bool { I::FMA && !fast::$fits(z) }
            fn rare<I: Isa>(z: Complex64) -> Complex64 { $function(z) })?
        }
    )*};
}

complex! {
    Exp: exp, exp where exp_fits; Exp2: exp2, exp2 where exp2_fits; Expm1: expm1, expm1 where exp_fits;
    Log: log, log where log_fits; Log2: log2; Log10: log10; Log1p: log1p, log1p where log1p_fits;
    Sin: sin, sin where sin_fits; Cos: cos, cos where sin_fits; Tan: tan, tan where tan_fits;
    Sinh: sinh, sinh where sinh_fits; Cosh: cosh, cosh where sinh_fits; Tanh: tanh, tanh where tanh_fits;
    Arcsin: arcsin, arcsin where squares_fit; Arccos: arccos, arccos where squares_fit;
    Arctan: arctan;
    Arcsinh: arcsinh, arcsinh where squares_fit; Arccosh: arccosh, arccosh where squares_fit; Arctanh: arctanh;
}

#[inline(always)]
pub(super) fn widen(z: Complex32) -> Complex64 {
    Complex64::new(z.re.into(), z.im.into())
}

#[inline(always)]
pub(super) fn narrow(z: Complex64) -> Complex32 {
    Complex32::new(z.re as f32, z.im as f32)
}

/// `scale * factor` where zero wins over infinity: the limit along the axis.
fn times(scale: f64, factor: f64) -> f64 {
    if factor == 0.0 {
        factor
    } else {
        scale * factor
    }
}

/// `e^x (cos y + i sin y)`, with `e^x` in two factors where it alone would overflow.
pub(super) fn polar(x: f64, y: f64) -> Complex64 {
    if y == 0.0 {
        return Complex64::new(x.exp(), y);
    }
    if !y.is_finite() {
        return if x == f64::NEG_INFINITY {
            Complex64::new(0.0, 0.0)
        } else if x == f64::INFINITY {
            Complex64::new(x, f64::NAN)
        } else {
            Complex64::new(f64::NAN, f64::NAN)
        };
    }
    let (sin, cos) = y.sin_cos();
    let rest = if x > 700.0 && x < f64::INFINITY {
        (x - 700.0).exp()
    } else {
        1.0
    };
    let scale = if rest == 1.0 { x.exp() } else { 700f64.exp() };
    Complex64::new(times(scale, cos) * rest, times(scale, sin) * rest)
}

fn exp(z: Complex64) -> Complex64 {
    polar(z.re, z.im)
}

fn exp2(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        Complex64::new(z.re.exp2(), z.im)
    } else {
        polar(z.re * LN_2, z.im * LN_2)
    }
}

fn expm1(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.exp_m1(), z.im);
    }
    let full = polar(z.re, z.im);
    let half = (0.5 * z.im).sin();
    if z.re.abs() < 1.0 && z.im.is_finite() {
        Complex64::new(z.re.exp_m1() * z.im.cos() - 2.0 * half * half, full.im)
    } else {
        Complex64::new(full.re - 1.0, full.im)
    }
}

/// `log |z|`, without loss where `|z|` is near 1.
fn log_abs(z: Complex64) -> f64 {
    let (x, y) = (z.re.abs(), z.im.abs());
    let (small, large) = if x < y { (x, y) } else { (y, x) };
    if large > 0.5 && large < 2.0 {
        0.5 * ((large - 1.0) * (large + 1.0) + small * small).ln_1p()
    } else if large > 1e300 && large < f64::INFINITY {
        (x * 0.25).hypot(y * 0.25).ln() + 2.0 * LN_2
    } else {
        x.hypot(y).ln()
    }
}

pub(super) fn log(z: Complex64) -> Complex64 {
    Complex64::new(log_abs(z), z.im.atan2(z.re))
}

fn log2(z: Complex64) -> Complex64 {
    log(z) / LN_2
}

fn log10(z: Complex64) -> Complex64 {
    log(z) / LN_10
}

fn log1p(z: Complex64) -> Complex64 {
    let angle = z.im.atan2(1.0 + z.re);
    let abs = if z.re.abs() < 0.5 && z.im.abs() < 0.5 {
        0.5 * (z.re * (2.0 + z.re) + z.im * z.im).ln_1p()
    } else {
        log_abs(Complex64::new(1.0 + z.re, z.im))
    };
    Complex64::new(abs, angle)
}

/// `sinh x cos y + i cosh x sin y`; half the exponential stands for both from 22 on.
fn sinh(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    if y == 0.0 {
        return Complex64::new(x.sinh(), y);
    }
    if x == 0.0 {
        // Zero with the sign of `x cos y`, which is no number where `y` is infinite.
        let (sin, cos) = y.sin_cos();
        return Complex64::new(if cos < 0.0 { -x } else { x }, sin);
    }
    if x.abs() > 22.0 {
        let half = 0.5 * polar(x.abs() - LN_2, y) * 2.0;
        return Complex64::new(half.re.copysign(half.re * x), half.im);
    }
    let (sin, cos) = y.sin_cos();
    Complex64::new(x.sinh() * cos, x.cosh() * sin)
}

fn cosh(z: Complex64) -> Complex64 {
    if is_special(z)
        && let Some(result) = special::cosh(z)
    {
        return result;
    }
    let (x, y) = (z.re, z.im);
    if y == 0.0 {
        return Complex64::new(x.cosh(), if x.is_nan() { y } else { y.copysign(x * y) });
    }
    if x == 0.0 {
        return Complex64::new(y.cos(), x * y.sin());
    }
    if x.abs() > 22.0 {
        let half = polar(x.abs() - LN_2, y);
        return Complex64::new(half.re, half.im.copysign(half.im * x));
    }
    let (sin, cos) = y.sin_cos();
    Complex64::new(x.cosh() * cos, x.sinh() * sin)
}

fn tanh(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    if x.is_nan() {
        return Complex64::new(x, if y == 0.0 { y } else { f64::NAN });
    }
    if !y.is_finite() && x.is_finite() {
        return Complex64::new(if x == 0.0 { x } else { f64::NAN }, f64::NAN);
    }
    if x.abs() > 22.0 {
        let angle = if y.is_finite() {
            4.0 * y.sin() * y.cos()
        } else {
            0.0
        };
        return Complex64::new(1f64.copysign(x), angle * (-2.0 * x.abs()).exp());
    }
    let (tan, sinh) = (y.tan(), x.sinh());
    let slope = 1.0 + tan * tan;
    let below = 1.0 + slope * sinh * sinh;
    Complex64::new(slope * sinh.hypot(1.0) * sinh / below, tan / below)
}

fn sin(z: Complex64) -> Complex64 {
    turned_back(sinh(turned(z)))
}

fn cos(z: Complex64) -> Complex64 {
    cosh(turned(z))
}

fn tan(z: Complex64) -> Complex64 {
    turned_back(tanh(turned(z)))
}

/// The square roots of `1 - z` and `1 + z`, with the sign of the imaginary part kept.
fn roots(z: Complex64) -> (Complex64, Complex64) {
    (
        sqrt(Complex64::new(1.0 - z.re, -z.im)),
        sqrt(Complex64::new(1.0 + z.re, z.im)),
    )
}

/// The square root with a real part that is not negative.
fn sqrt(z: Complex64) -> Complex64 {
    /// Makes subnormal numbers, of which a half may be zero, normal ones.
    const MANY: f64 = (1u128 << 108) as f64;
    let (x, y) = (z.re, z.im);
    if y.is_infinite() {
        return Complex64::new(f64::INFINITY, y);
    }
    let longest = x.abs().max(y.abs());
    let (x, y, scale) = if longest > 1e300 {
        (x * 0.0625, y * 0.0625, 4.0)
    } else if longest < 1e-290 {
        (x * MANY, y * MANY, 0.25 * f64::EPSILON)
    } else {
        (x, y, 1.0)
    };
    let long = (0.5 * (x.abs() + x.hypot(y))).sqrt();
    let short = if long == 0.0 {
        0.0
    } else {
        0.5 * y.abs() / long
    };
    let (re, im) = if x < 0.0 {
        (short, long)
    } else {
        (long, short)
    };
    Complex64::new(re * scale, (im * scale).copysign(y))
}

/// The real number whose hyperbolic sine is `x`, without the standard library's loss of digits.
fn real_arcsinh(x: f64) -> f64 {
    let a = x.abs();
    let y = if a > 1e18 {
        a.ln() + LN_2
    } else {
        (a + a * a / (1.0 + a.hypot(1.0))).ln_1p()
    };
    y.copysign(x)
}

fn arcsin(z: Complex64) -> Complex64 {
    if is_special(z) {
        return turned_back(special::arcsinh(turned(z)));
    }
    if is_large(z) {
        return turned_back(large::arcsinh(turned(z), log_abs(z)));
    }
    let (minus, plus) = roots(z);
    Complex64::new(
        z.re.atan2(minus.re * plus.re - minus.im * plus.im),
        real_arcsinh(minus.re * plus.im - minus.im * plus.re).copysign(z.im),
    )
}

fn arccos(z: Complex64) -> Complex64 {
    if is_special(z) {
        return special::arccos(z);
    }
    if is_large(z) {
        return large::arccos(z, log_abs(z));
    }
    let (minus, plus) = roots(z);
    Complex64::new(
        2.0 * minus.re.atan2(plus.re),
        real_arcsinh(plus.re * minus.im - plus.im * minus.re).copysign(-z.im),
    )
}

fn arctan(z: Complex64) -> Complex64 {
    turned_back(arctanh(turned(z)))
}

fn arcsinh(z: Complex64) -> Complex64 {
    if is_special(z) {
        return special::arcsinh(z);
    }
    turned_back(arcsin(turned(z)))
}

fn arccosh(z: Complex64) -> Complex64 {
    if is_special(z) {
        return special::arccosh(z);
    }
    if is_large(z) {
        return large::arccosh(z, log_abs(z));
    }
    let minus = sqrt(Complex64::new(z.re - 1.0, z.im));
    let plus = sqrt(Complex64::new(z.re + 1.0, z.im));
    Complex64::new(
        real_arcsinh(minus.re * plus.re + minus.im * plus.im),
        2.0 * minus.im.atan2(plus.re),
    )
}

fn arctanh(z: Complex64) -> Complex64 {
    if is_special(z) {
        return special::arctanh(z);
    }
    let (x, y) = (z.re.abs(), z.im);
    if is_large(z) {
        return large::arctanh(z);
    }
    let re = if x == 1.0 && y.abs() < 1.0 / large::LARGE {
        // The square would underflow.
        0.5 * (LN_2 - y.abs().ln())
    } else {
        0.25 * (4.0 * x / ((1.0 - x) * (1.0 - x) + y * y)).ln_1p()
    };
    let im = 0.5 * (2.0 * y).atan2((1.0 - x) * (1.0 + x) - y * y);
    Complex64::new(re.copysign(z.re), im)
}
