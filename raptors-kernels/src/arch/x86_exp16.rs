//! Exponentials and hyperbolic functions for float16 with AVX-512, in float32: as in `x86_exp32`, without
//! what only float32 can tell.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::{
    x86_exp32::{ROOTS, SHIFT, between, less_one, reduce},
    x86_sixteen::{Sixteen, horner, inverse},
};
use core::f32::consts::{LN_2, LOG2_E};

/// The bits of [`ROOTS`], less what a shifted number of the entry adds to them.
const ROOT_BITS: [i32; 16] = {
    let (mut bits, mut i) = ([0; 16], 0);
    while i < 16 {
        bits[i] = ROOTS[i].to_bits() as i32 - ((i as i32) << 19);
        i += 1;
    }
    bits
};

/// The answers of powers by the class of the exponent, as [`Sixteen::by_class`] takes them: zero for
/// minus infinity, infinity for infinity, exactly, since rounding a large number would raise an overflow.
const ENDS: i32 = 0x0058_0022;

/// A power of two and `e^r - 1`, whose product and sum `e^x` is, for float16: with a power that is a
/// normal number.
#[inline(always)]
fn parts_half(x: Sixteen) -> (Sixteen, Sixteen) {
    let shifted = x.mul_add(x.all(LOG2_E), x.all(SHIFT));
    let n = shifted - SHIFT;
    let r = n.mul_from(n.all(LN_2), x);
    (shifted.scaled_entries(&ROOT_BITS), less_one(r))
}

/// For float16.
#[inline(always)]
pub(super) fn exp_half(x: Sixteen) -> Sixteen {
    let shifted = x.mul_add(x.all(LOG2_E), x.all(SHIFT));
    let n = shifted - SHIFT;
    let r = n.mul_from(n.all(LN_2), x);
    let root = shifted.entries::<0>(&ROOTS);
    root.mul_add(less_one(r), root)
        .times_power(n)
        .by_class(x, ENDS)
}

/// For float16.
#[inline(always)]
pub(super) fn exp2_half(x: Sixteen) -> Sixteen {
    let shifted = x + SHIFT;
    let n = shifted - SHIFT;
    let r = x - n;
    let root = shifted.entries::<0>(&ROOTS);
    let p = r * horner!(r; 0.6931472, 0.24023369, 0.055505767);
    root.mul_add(p, root).times_power(n).by_class(x, ENDS)
}

/// For float16.
#[inline(always)]
pub(super) fn expm1_half(x: Sixteen) -> Sixteen {
    let (power, rest) = parts_half(between(x, -20.0, 13.0));
    let far = power.mul_add(rest, power - 1.0);
    let near = x * horner!(x; 1.0, 0.5, 0.16666667, 0.041666668);
    far.or_where(x.all(0.0625).above(x.abs()), near)
        .by_class(x, 0x0059_0022)
}

/// For float16.
#[inline(always)]
pub(super) fn cosh_half(x: Sixteen) -> Sixteen {
    let (power, rest) = parts_half(x.all(13.0).lesser(x.abs()));
    let twice = power.mul_add(rest, power);
    ((twice + inverse(twice)) * 0.5).by_class(x, 0x0055_0022)
}

/// For float16, by the addition theorem: the sum and the difference of the halves of `e^n` and `e^-n`,
/// with the hyperbolic sine of what is left of `x`, and its cosine less one.
#[inline(always)]
pub(super) fn sinh_half(x: Sixteen) -> Sixteen {
    let (shifted, n, r) = reduce(x.all(89.0).lesser(x.abs()));
    let opposite = n.all(SHIFT) - n;
    let up = shifted.entries::<0>(&ROOTS).times_power(n - 1.0);
    let down = opposite
        .entries::<0>(&ROOTS)
        .times_power(opposite - (SHIFT + 1.0));
    let (sum, difference, z) = (up + down, up - down, r * r);
    let sinh = (r * z).mul_add(r.all(0.16666667), r);
    sum.mul_add(sinh, difference.mul_add(z * 0.5, difference))
        .by_class(x, 0x0055_0022)
        .with_sign_of(x)
}
