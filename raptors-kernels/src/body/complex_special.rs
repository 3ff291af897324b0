//! Inverse functions and the hyperbolic cosine of complex infinities and NaN, as C99's Annex G has
//! them.

use crate::dtype::Complex64;
use core::f64::consts::FRAC_PI_2;

const NOTHING: Complex64 = Complex64::new(f64::NAN, f64::NAN);

/// Whether `z` is for the functions here.
pub(super) fn is_special(z: Complex64) -> bool {
    !(z.re.is_finite() && z.im.is_finite())
}

/// The inverse cosine.
pub(super) fn arccos(z: Complex64) -> Complex64 {
    let Complex64 { re: x, im: y } = z;
    let im = f64::INFINITY.copysign(-y);
    if x.is_nan() {
        return Complex64::new(x, if y.is_infinite() { im } else { f64::NAN });
    }
    if !y.is_nan() {
        return Complex64::new(y.abs().atan2(x), im);
    }
    if x.is_infinite() {
        Complex64::new(f64::NAN, f64::NEG_INFINITY)
    } else if x == 0.0 {
        Complex64::new(FRAC_PI_2, y)
    } else {
        NOTHING
    }
}

/// The inverse hyperbolic cosine.
pub(super) fn arccosh(z: Complex64) -> Complex64 {
    let Complex64 { re: x, im: y } = z;
    if x.is_infinite() || y.is_infinite() {
        Complex64::new(f64::INFINITY, y.atan2(x))
    } else if x == 0.0 {
        Complex64::new(f64::NAN, FRAC_PI_2)
    } else {
        NOTHING
    }
}

/// The inverse hyperbolic sine.
pub(super) fn arcsinh(z: Complex64) -> Complex64 {
    let Complex64 { re: x, im: y } = z;
    if x.is_infinite() || y.is_infinite() {
        Complex64::new(f64::INFINITY.copysign(x), y.atan2(x.abs()))
    } else if y == 0.0 {
        z
    } else {
        NOTHING
    }
}

/// The inverse hyperbolic tangent.
pub(super) fn arctanh(z: Complex64) -> Complex64 {
    let Complex64 { re: x, im: y } = z;
    let zero = 0f64.copysign(x);
    if y.is_infinite() || x.is_infinite() && !y.is_nan() {
        Complex64::new(zero, FRAC_PI_2.copysign(y))
    } else if x.is_infinite() || x == 0.0 {
        Complex64::new(zero, y)
    } else {
        NOTHING
    }
}

/// The hyperbolic cosine; infinite `x` with other `y` follows the rule for finite numbers.
pub(super) fn cosh(z: Complex64) -> Option<Complex64> {
    let Complex64 { re: x, im: y } = z;
    if x.is_infinite() && y == 0.0 {
        let negative = x.is_sign_negative() != y.is_sign_negative();
        let im = if negative { -0.0 } else { 0.0 };
        return Some(Complex64::new(f64::INFINITY, im));
    }
    (x == 0.0).then(|| Complex64::new(f64::NAN, 0.0))
}
