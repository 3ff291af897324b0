//! Inverse functions of complex numbers whose squares overflow, or to whose squares one makes no difference.

use crate::dtype::Complex64;
use core::f64::consts::{FRAC_PI_2, LN_2};

/// Beyond this, one makes no difference to a square.
pub(super) const LARGE: f64 = 1e150;

/// Whether `z` is for the functions here, if it is finite.
pub(super) fn is_large(z: Complex64) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

/// The inverse cosine of `z`, whose absolute value has the logarithm `log`.
pub(super) fn arccos(z: Complex64, log: f64) -> Complex64 {
    Complex64::new(z.im.abs().atan2(z.re), (log + LN_2).copysign(-z.im))
}

/// As [`arccos`], the inverse hyperbolic cosine.
pub(super) fn arccosh(z: Complex64, log: f64) -> Complex64 {
    Complex64::new(log + LN_2, z.im.atan2(z.re))
}

/// As [`arccos`], the inverse hyperbolic sine.
pub(super) fn arcsinh(z: Complex64, log: f64) -> Complex64 {
    Complex64::new((log + LN_2).copysign(z.re), z.im.atan2(z.re.abs()))
}

/// The inverse hyperbolic tangent: 1 / z is all that is left of its real part.
pub(super) fn arctanh(z: Complex64) -> Complex64 {
    // A quarter of the length does not overflow.
    let (x, length) = (0.25 * z.re, (0.25 * z.re).hypot(0.25 * z.im));
    Complex64::new(x / length / length * 0.25, FRAC_PI_2.copysign(z.im))
}
