//! Exponentials and hyperbolic functions for float16 with AVX-512, in float32, from tables of `2^(i/32)` or
//! `2^(i/16)` in registers.
//!
//! `x = n ln 2 + r` with `n` a multiple of 1/32, so that two terms of `e^r - 1` are enough: those of the least error by
//! Lawson's method, 2^-24. The functions named `quiet` take numbers whose powers of two are normal, and make those by
//! adding to exponents.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::{
    x86_exp32::{ROOTS as SIXTEENTHS, SHIFT as SHIFT_16, between},
    x86_sixteen::{Sixteen, horner, inverse},
};
use core::f32::consts::{LN_2, LOG2_E};

/// `2^(i / 32)`.
const ROOTS: [[f32; 16]; 2] = [
    [
        1.0, 1.0218972, 1.0442737, 1.0671405, 1.0905077, 1.1143868, 1.1387886, 1.1637249,
        1.1892071, 1.2152474, 1.2418578, 1.269051, 1.2968396, 1.3252367, 1.3542556, 1.38391,
    ],
    [
        1.4142135, 1.4451808, 1.4768262, 1.5091645, 1.5422108, 1.5759809, 1.6104903, 1.6457555,
        1.6817929, 1.7186193, 1.7562522, 1.7947091, 1.8340081, 1.8741677, 1.9152066, 1.9571441,
    ],
];
/// What float32 loses of them, as a part of them.
const ROOTS_LOST: [[f32; 16]; 2] = [
    [
        0.0,
        -4.7084576e-08,
        4.628547e-08,
        -5.5604225e-08,
        -1.19921575e-08,
        -4.8776062e-08,
        4.7297824e-08,
        -3.4814427e-08,
        3.193418e-08,
        -2.6886665e-08,
        3.6210572e-08,
        1.118421e-09,
        -3.099072e-08,
        -2.638301e-08,
        -7.475213e-09,
        -4.2456357e-08,
    ],
    [
        1.7114271e-08,
        2.3001967e-08,
        -3.0476834e-08,
        -1.6538538e-08,
        5.233334e-09,
        -3.5920646e-08,
        6.1075918e-09,
        -3.1140544e-08,
        -1.4719605e-08,
        -2.8218102e-08,
        -5.258795e-09,
        -6.3603873e-09,
        -6.1282597e-09,
        -2.4880409e-08,
        5.1406093e-09,
        -8.697267e-09,
    ],
];
/// `1.5 * 2^18`: adding it leaves the nearest multiple of `1 / 32` in the lowest bits.
const SHIFT: f32 = 393216.0;

/// The bits of powers that begin with `first`, less what a shifted number adds to those, in `bits` bits before its
/// exponent.
const fn bits_of(powers: &[f32; 16], first: i32, bits: u32, down: i32) -> [i32; 16] {
    let (mut of, mut i) = ([0; 16], 0);
    while i < 16 {
        of[i as usize] = powers[i as usize].to_bits() as i32 - ((first + i) << bits) - (down << 23);
        i += 1;
    }
    of
}

/// Powers of two as [`Sixteen::scaled_entries_of_32`] takes them, and halves of them.
const POWERS: [[i32; 16]; 2] = [bits_of(&ROOTS[0], 0, 18, 0), bits_of(&ROOTS[1], 16, 18, 0)];
const HALVES: [[i32; 16]; 2] = [bits_of(&ROOTS[0], 0, 18, 1), bits_of(&ROOTS[1], 16, 18, 1)];
/// As [`HALVES`], as [`Sixteen::scaled_entries`] takes them.
const HALF_SIXTEENTHS: [i32; 16] = bits_of(&SIXTEENTHS, 0, 19, 1);

/// The answers of powers by the class of the exponent, as [`Sixteen::by_class`] takes them: zero for
/// minus infinity, infinity for infinity, exactly, since rounding a large number would raise an overflow.
const ENDS: i32 = 0x0058_0022;

/// `n + SHIFT` and `r`.
#[inline(always)]
fn reduce(x: Sixteen) -> (Sixteen, Sixteen) {
    let shifted = x.mul_add(x.all(LOG2_E), x.all(SHIFT));
    let n = shifted - SHIFT;
    (shifted, n.mul_from(n.all(LN_2), x))
}

/// `e^r`, to 2^-24.
#[inline(always)]
fn near_one(r: Sixteen) -> Sixteen {
    horner!(r; 1.0, 1.0000147, 0.50000113)
}

#[inline(always)]
pub(super) fn exp_quiet(x: Sixteen) -> Sixteen {
    let (shifted, r) = reduce(x);
    shifted.scaled_entries_of_32(&POWERS) * near_one(r)
}

#[inline(always)]
pub(super) fn exp(x: Sixteen) -> Sixteen {
    exp_quiet(between(x, -20.0, 13.0)).by_class(x, ENDS)
}

#[inline(always)]
pub(super) fn exp2_quiet(x: Sixteen) -> Sixteen {
    let shifted = x + SHIFT;
    let r = x - (shifted - SHIFT);
    shifted.scaled_entries_of_32(&POWERS) * horner!(r; 1.0, 0.6931573, 0.24022704)
}

#[inline(always)]
pub(super) fn exp2(x: Sixteen) -> Sixteen {
    exp2_quiet(between(x, -28.0, 18.0)).by_class(x, ENDS)
}

/// With what the table loses of a power, all of which may be left where one is taken off.
#[inline(always)]
pub(super) fn expm1(x: Sixteen) -> Sixteen {
    let (shifted, r) = reduce(between(x, -20.0, 13.0));
    let power = shifted.scaled_entries_of_32(&POWERS);
    let more = (r * r).mul_add(horner!(r; 0.50000364, 0.16666757), r);
    let rest = more + shifted.entries_of_32::<0>(&ROOTS_LOST);
    power
        .mul_add(rest, power - 1.0)
        .with_sign_of(x)
        .by_class(x, 0x0059_0022)
}

#[inline(always)]
pub(super) fn cosh_quiet(x: Sixteen) -> Sixteen {
    let (shifted, r) = reduce(x);
    let half = shifted.scaled_entries_of_32(&HALVES) * near_one(r);
    inverse(half).mul_add(x.all(0.25), half)
}

#[inline(always)]
pub(super) fn cosh(x: Sixteen) -> Sixteen {
    cosh_quiet(between(x, -13.0, 13.0)).by_class(x, 0x0055_0022)
}

/// By the addition theorem: the sum and the difference of the halves of `e^n` and `e^-n`, with the hyperbolic sine
/// of what is left of `x`, and its cosine.
#[inline(always)]
pub(super) fn sinh_quiet(x: Sixteen) -> Sixteen {
    let shifted = x.mul_add(x.all(LOG2_E), x.all(SHIFT_16));
    let n = shifted - SHIFT_16;
    let r = n.mul_from(n.all(LN_2), x);
    let up = shifted.scaled_entries(&HALF_SIXTEENTHS);
    let down = (n.all(SHIFT_16) - n).scaled_entries(&HALF_SIXTEENTHS);
    let z = r * r;
    let sinh = r * horner!(z; 1.0, 0.16666667);
    let cosh = horner!(z; 1.0, 0.5);
    // The sign of zero stays where it is taken from the first product.
    (up + down).mul_less(sinh, (down - up) * cosh)
}

#[inline(always)]
pub(super) fn sinh(x: Sixteen) -> Sixteen {
    sinh_quiet(between(x, -13.0, 13.0)).by_class(x, 0x0054_0022)
}
