//! Powers of complex numbers, in float64: products where exponents are small integers, as NumPy multiplies
//! them, else exponentials of logarithms.
#![allow(
    clippy::needless_range_loop,
    reason = "real and imaginary parts side by side, which stay in registers"
)]

use super::{
    arith::divide,
    complex_lanes as fast,
    complex_math::{log, narrow, polar, widen},
    power::Power,
};
use crate::{
    dtype::{Complex32, Complex64},
    isa::Isa,
    kernel::Binary,
};
use core::array::from_fn;

macro_rules! power {
    ($($t:ident $widen:ident $narrow:ident;)*) => {$(
        impl Binary<$t> for Power {
            type Second = $t;
            type Out = $t;
            #[inline(always)]
            fn call<I: Isa>(x: $t, y: $t) -> $t {
                let (x, y) = ($widen(x), $widen(y));
                $narrow(if I::FMA { fast::power::<I>(x, y) } else { power(x, y) })
            }
            const RARE: bool = true;
            #[inline(always)]
            fn is_rare<I: Isa>(x: $t, y: $t) -> bool {
                let (x, y) = ($widen(x), $widen(y));
                I::FMA && (!fast::power_fits(x, y) | is_integer(y))
            }
            fn rare<I: Isa>(x: $t, y: $t) -> $t {
                $narrow(power($widen(x), $widen(y)))
            }
            #[inline(always)]
            fn together<I: Isa>(isa: I, x: &[$t], y: &[$t], out: &mut [$t]) -> bool {
                let Some(&first) = y.first().filter(|&&y| is_integer($widen(y))) else {
                    return false;
                };
                let differs = |y: $t| (y.re != first.re) | (y.im != first.im);
                if y.iter().fold(false, |any, &y| any | differs(y)) {
                    let all = y.iter().all(|&y| is_integer($widen(y)));
                    if all {
                        for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
                            *o = Self::rare::<I>(x, y);
                        }
                    }
                    return all;
                }
                let exponent = $widen(first).re as i32;
                isa.vectorize(
                    #[inline(always)]
                    || {
                        let (blocks, few) = x.as_chunks::<LANES>();
                        let (outs, others) = out.as_chunks_mut::<LANES>();
                        for (x, out) in blocks.iter().zip(outs) {
                            let mut parts = [[0.0; LANES]; 2];
                            for i in 0..LANES {
                                let x = $widen(x[i]);
                                (parts[0][i], parts[1][i]) = (x.re, x.im);
                            }
                            products(&mut parts, exponent);
                            *out = from_fn(
                                #[inline(always)]
                                |i| $narrow(Complex64::new(parts[0][i], parts[1][i])),
                            );
                        }
                        for (x, out) in few.iter().zip(others) {
                            *out = Self::rare::<I>(*x, first);
                        }
                    },
                );
                true
            }
        }
    )*};
}
power! {
    Complex32 widen narrow;
    Complex64 itself itself;
}

#[inline(always)]
fn itself(z: Complex64) -> Complex64 {
    z
}

/// Numbers whose powers by one integer are multiplied together.
const LANES: usize = 16;

/// 1.5 * 2^52: a sum of this size is rounded to an integer.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// Whether a power by `y` is a product.
#[inline(always)]
fn is_integer(y: Complex64) -> bool {
    (y.im == 0.0) & (y.re.abs() < 100.0) & ((y.re + SHIFT) - SHIFT == y.re)
}

/// The real and imaginary parts of numbers become those of their powers: in the order of NumPy's products, so that
/// zeros have its signs, and what overflows on the way in float64 does as there.
#[inline(always)]
fn products<const N: usize>(parts: &mut [[f64; N]; 2], exponent: i32) {
    let given = *parts;
    let (mut base, mut left) = (given, exponent.unsigned_abs());
    match exponent {
        1 => {}
        2 => square(parts),
        3 => {
            square(&mut base);
            multiply(parts, &base);
        }
        _ => {
            *parts = [[1.0; N], [0.0; N]];
            while left > 0 {
                if left & 1 == 1 {
                    multiply(parts, &base);
                }
                left >>= 1;
                if left > 0 {
                    square(&mut base);
                }
            }
        }
    }
    let rest = if exponent > 0 { 0.0 } else { f64::NAN };
    let [re, im] = parts;
    for i in 0..N {
        if exponent < 0 {
            let inverse = divide(Complex64::new(1.0, 0.0), Complex64::new(re[i], im[i]));
            (re[i], im[i]) = (inverse.re, inverse.im);
        }
        let zero = (given[0][i] == 0.0) & (given[1][i] == 0.0) & (exponent != 0);
        (re[i], im[i]) = if zero { (rest, rest) } else { (re[i], im[i]) };
    }
}

#[inline(always)]
fn square<const N: usize>([re, im]: &mut [[f64; N]; 2]) {
    for i in 0..N {
        let (a, b) = (re[i], im[i]);
        (re[i], im[i]) = (a * a - b * b, a * b + b * a);
    }
}

#[inline(always)]
fn multiply<const N: usize>([re, im]: &mut [[f64; N]; 2], by: &[[f64; N]; 2]) {
    for i in 0..N {
        let (a, b) = (re[i], im[i]);
        let (c, d) = (by[0][i], by[1][i]);
        (re[i], im[i]) = (a * c - b * d, a * d + b * c);
    }
}

/// The power of any numbers.
fn power(x: Complex64, y: Complex64) -> Complex64 {
    if is_integer(y) {
        let mut parts = [[x.re], [x.im]];
        products(&mut parts, y.re as i32);
        let [[re], [im]] = parts;
        return Complex64::new(re, im);
    }
    if x.re == 0.0 && x.im == 0.0 {
        let rest = if y.re > 0.0 { 0.0 } else { f64::NAN };
        return Complex64::new(rest, rest);
    }
    let exponent = product(y, log(x));
    polar(exponent.re, exponent.im)
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
