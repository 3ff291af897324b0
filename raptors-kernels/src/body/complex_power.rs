//! Powers of complex numbers: products for small integer exponents, as NumPy multiplies them, else by logarithms.

use super::{
    arith::divide,
    complex_math::{log, narrow, polar, widen},
    power::Power,
};
use crate::{
    dtype::{Complex32, Complex64},
    isa::Isa,
    kernel::Binary,
};

impl Binary<Complex32> for Power {
    type Second = Complex32;
    type Out = Complex32;
    #[inline(always)]
    fn call<I: Isa>(x: Complex32, y: Complex32) -> Complex32 {
        narrow(power(widen(x), widen(y)))
    }
}

impl Binary<Complex64> for Power {
    type Second = Complex64;
    type Out = Complex64;
    #[inline(always)]
    fn call<I: Isa>(x: Complex64, y: Complex64) -> Complex64 {
        power(x, y)
    }
}

/// `x` to the power `y`.
fn power(x: Complex64, y: Complex64) -> Complex64 {
    if y.re == 0.0 && y.im == 0.0 {
        return Complex64::new(1.0, 0.0);
    }
    if x.re == 0.0 && x.im == 0.0 {
        let rest = if y.re > 0.0 { 0.0 } else { f64::NAN };
        return Complex64::new(rest, rest);
    }
    if y.im == 0.0 && y.re.abs() < 100.0 && y.re == y.re.trunc() {
        return whole(x, y.re as i32);
    }
    let exponent = product(y, log(x));
    polar(exponent.re, exponent.im)
}

/// `x` to the power `n`, which is not zero: in the order of NumPy's products, so that zeros have its signs and
/// what overflows on the way does.
fn whole(x: Complex64, n: i32) -> Complex64 {
    match n {
        1 => return x,
        2 => return x * x,
        3 => return x * (x * x),
        _ => {}
    }
    let (mut result, mut square, mut rest) = (Complex64::new(1.0, 0.0), x, n.unsigned_abs());
    loop {
        if rest & 1 == 1 {
            result *= square;
        }
        rest >>= 1;
        if rest == 0 {
            break;
        }
        square *= square;
    }
    if n < 0 {
        divide(Complex64::new(1.0, 0.0), result)
    } else {
        result
    }
}

/// The product as C99's Annex G has it: infinite where a factor is, though both parts come out as NaN.
fn product(x: Complex64, y: Complex64) -> Complex64 {
    let plain = x * y;
    let infinite = |z: Complex64| z.re.is_infinite() || z.im.is_infinite();
    if !(plain.re.is_nan() && plain.im.is_nan() && (infinite(x) || infinite(y))) {
        return plain;
    }
    // What is infinite is one, and beside that all else is zero.
    let boxed = |z: Complex64| {
        let part = |part: f64| {
            let length = if part.is_infinite() { 1.0 } else { 0.0 };
            f64::copysign(length, part)
        };
        let number = |part: f64| {
            if part.is_nan() {
                0f64.copysign(part)
            } else {
                part
            }
        };
        if infinite(z) {
            Complex64::new(part(z.re), part(z.im))
        } else {
            Complex64::new(number(z.re), number(z.im))
        }
    };
    let direction = boxed(x) * boxed(y);
    Complex64::new(f64::INFINITY * direction.re, f64::INFINITY * direction.im)
}
