//! Sines and cosines of float64 with AVX-512: those of sixteen angles from tables in registers, and by the
//! addition theorem of what is left, at most `pi / 32`.
//!
//! What is rounded is a sum of three parts that are exact and of one below `2^-12` of them: at most 0.501 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::x86_wide::{Wide, estrin, packs, quick_sum};

/// The sines of the multiples of `pi / 16`.
const SINES: [f64; 16] = [
    0.0,
    0.19509032201612828,
    0.3826834323650898,
    0.5555702330196022,
    core::f64::consts::FRAC_1_SQRT_2,
    0.8314696123025452,
    0.9238795325112867,
    0.9807852804032304,
    1.0,
    0.9807852804032304,
    0.9238795325112867,
    0.8314696123025452,
    core::f64::consts::FRAC_1_SQRT_2,
    0.5555702330196022,
    0.3826834323650898,
    0.19509032201612828,
];
/// What float64 loses of them.
const SINES_LOST: [f64; 16] = [
    0.0,
    -7.991079068461731e-18,
    -1.0050772696461588e-17,
    4.709410940561677e-17,
    -4.833646656726457e-17,
    1.4073856984728024e-18,
    1.7645047084336677e-17,
    1.8546939997825006e-17,
    0.0,
    1.8546939997825006e-17,
    1.7645047084336677e-17,
    1.4073856984728024e-18,
    -4.833646656726457e-17,
    4.709410940561677e-17,
    -1.0050772696461588e-17,
    -7.991079068461731e-18,
];
/// Their cosines.
const COSINES: [f64; 16] = ahead(&SINES);
/// What float64 loses of those.
const COSINES_LOST: [f64; 16] = ahead(&SINES_LOST);

/// The table of what lies a quarter of the circle ahead.
const fn ahead(sines: &[f64; 16]) -> [f64; 16] {
    let mut cosines = *sines;
    let mut i = 0;
    while i < 8 {
        (cosines[i], cosines[i + 8]) = (sines[i + 8], -sines[i]);
        i += 1;
    }
    cosines
}

/// `pi / 16`, what float64 loses of it, and what that loses.
const STEP: (f64, f64, f64) = (
    0.19634954084936207,
    7.654042494670958e-18,
    -1.8717311310739623e-34,
);
/// Its inverse.
const STEPS: f64 = 5.092958178940651;
/// `1.5 * 2^52`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;
/// Steps of a quarter of the circle.
const QUARTER: f64 = 8.0;

/// The sine of `x` and of so many steps, where the multiple of a step next to `x` has less than 34 bits.
#[inline(always)]
fn turned(x: Wide, steps: f64) -> Wide {
    let shifted = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let k = shifted - SHIFT;
    // The first difference is exact: a multiple of the last place of the step, below 1.
    let first = k.mul_from(k.all(STEP.0), x);
    let part = k * STEP.1;
    let r = first - part;
    let lost = k.mul_add(k.all(STEP.2), k.mul_less(k.all(STEP.1), part)) + ((r - first) + part);
    let place = shifted + steps;
    let (sine, cosine) = (place.entries::<0>(&SINES), place.entries::<0>(&COSINES));
    let z = r * r;
    let z_lost = r.mul_less(r, z);
    // sin + cos r, and what rounding lost: the product is at most half of the sine, unless that is zero.
    let sum = cosine.mul_add(r, sine);
    let sum_lost = cosine.mul_add(r, sine - sum);
    // sin (-r^2 / 2), and what rounding lost.
    let half = sine * -0.5;
    let square = half * z;
    let square_lost = half.mul_add(z_lost, half.mul_less(z, square));
    let (high, low) = quick_sum(sum, square);
    let sin_tail = estrin!(z; -0.16666666666666666, 0.008333333333333333, -0.0001984126984126984,
        2.7557319223985893e-06);
    let cos_tail = estrin!(z; 0.041666666666666664, -0.001388888888888889, 2.48015873015873e-05,
        -2.755731922398589e-07);
    let cos_rest = ((z * z) * cos_tail) + r * lost;
    let rest = sine.mul_add(cos_rest, place.entries::<0>(&SINES_LOST) + square_lost);
    let rest = place.entries::<0>(&COSINES_LOST).mul_add(r, rest);
    let rest = cosine.mul_add((r * z).mul_less(sin_tail, lost), rest);
    (high + ((sum_lost + low) + rest)).flipped_by::<59>(place)
}

/// Where the sine of `x` is `x` itself.
const LINEAR: f64 = 1e-18;

#[inline(always)]
fn sin(x: Wide) -> Wide {
    turned(x, 0.0).or_where(x.all(LINEAR).above(x.abs()), x)
}

#[inline(always)]
fn cos(x: Wide) -> Wide {
    turned(x, QUARTER)
}

packs! {
    sin_pack = sin;
    cos_pack = cos;
}
