//! The tangent of float32 with AVX-512: that of an angle next to a multiple of `pi / 32` from tables in registers,
//! and what the rest adds to it.
//!
//! `tan(a + r) = tan a + t / (cos^2 a - t sin a cos a)` with `t = tan r`: one quotient, whose roundings count little
//! where it is a small part of the sum. Around zero the angle is zero for three steps, so that nothing cancels; at a
//! right angle the tangent is `-1 / t`. The angles are off the multiples by less than `2^-12`, where float32 has
//! their tangents to 31 bits (Gal's accurate tables).
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::x86_sixteen::{Sixteen, horner};
use crate::body::trig::LIMIT32;

/// The tangents of the angles, from minus a right angle on; of that, nothing.
const TANGENTS: [[f32; 16]; 2] = [
    [
        -0.0,
        -10.13636,
        -5.0229874,
        -3.2951086,
        -2.4135826,
        -1.8699042,
        -1.4967512,
        -1.2186984,
        -1.0,
        -0.8208977,
        -0.6683615,
        -0.5343487,
        -0.41448003,
        -0.3035371,
        -0.19878073,
        -4.765e-9,
    ],
    [
        -0.0, 4.765e-9, 0.19878073, 0.3035371, 0.41448003, 0.5343487, 0.6683615, 0.8208977, 1.0,
        1.2186984, 1.4967512, 1.8699042, 2.4135826, 3.2951086, 5.0229874, 10.13636,
    ],
];
/// How far the angles are beyond the multiples of a step: next to zero a whole step, of which the tangents have what
/// float32 loses.
const BEYOND: [[f32; 16]; 2] = [
    [
        0.0,
        1.61767e-4,
        1.65781e-4,
        1.2220442e-4,
        9.242818e-5,
        2.1435693e-4,
        -4.488416e-5,
        -7.8413635e-5,
        0.0,
        -1.3079308e-4,
        -1.263991e-4,
        1.2632832e-4,
        -2.2742338e-4,
        -1.7436221e-4,
        1.2663007e-4,
        0.098174766,
    ],
    [
        0.0,
        -0.098174766,
        -1.2663007e-4,
        1.7436221e-4,
        2.2742338e-4,
        -1.2632832e-4,
        1.263991e-4,
        1.3079308e-4,
        0.0,
        7.8413635e-5,
        4.488416e-5,
        -2.1435693e-4,
        -9.242818e-5,
        -1.2220442e-4,
        -1.65781e-4,
        -1.61767e-4,
    ],
];
/// The squares of their cosines.
const SQUARES: [[f32; 16]; 2] = [
    [
        0.0,
        0.009638945,
        0.0381237,
        0.0843331,
        0.14651197,
        0.22239314,
        0.30861682,
        0.40237793,
        0.5,
        0.5974169,
        0.69122493,
        0.77789015,
        0.85339254,
        0.9156379,
        0.9619882,
        1.0,
    ],
    [
        1.0,
        1.0,
        0.9619882,
        0.9156379,
        0.85339254,
        0.77789015,
        0.69122493,
        0.5974169,
        0.5,
        0.40237793,
        0.30861682,
        0.22239314,
        0.14651197,
        0.0843331,
        0.0381237,
        0.009638945,
    ],
];
/// The products of their sines and cosines.
const PRODUCTS: [[f32; 16]; 2] = [
    [
        1.0,
        -0.097703815,
        -0.19149487,
        -0.27788672,
        -0.35361874,
        -0.41585386,
        -0.4619226,
        -0.49037734,
        -0.5,
        -0.49041814,
        -0.46198812,
        -0.4156646,
        -0.35371417,
        -0.27793008,
        -0.19122472,
        0.0,
    ],
    [
        0.0,
        0.0,
        0.19122472,
        0.27793008,
        0.35371417,
        0.4156646,
        0.46198812,
        0.49041814,
        0.5,
        0.49037734,
        0.4619226,
        0.41585386,
        0.35361874,
        0.27788672,
        0.19149487,
        0.097703815,
    ],
];
/// `1.5 * 2^23` and the steps of a right angle: adding it leaves the nearest integer in the lowest bits, from minus a
/// right angle on.
const SHIFT: f32 = 12582928.0;
/// `pi / 32` rounded down to 23 bits, 11 bits of what that lacks, and the rest.
const STEP: [f32; 3] = [0.098174766, 4.7184585e-9, 1.60209e-13];
/// What the first part lacks, and what float32 loses of that.
const STEP_LOST: (f32, f32) = (4.718619e-9, -1.0719528e-16);
/// `32 / pi`.
const STEPS: f32 = 10.185916;
/// Up to here the second part times the number of steps is exact.
const NEAR: f32 = 1024.0;

/// What is left of `x` after `n` steps, of which `first` is left after their first part, and what rounding lost of it,
/// to be subtracted, for an `x` up to [`LIMIT32`]; NaN beyond.
#[inline(always)]
fn far_rest(x: Sixteen, n: Sixteen, first: Sixteen) -> (Sixteen, Sixteen) {
    let part = n * STEP_LOST.0;
    // The first rest is a multiple of the last place of the part.
    let r = first - part;
    let lost = ((r - first) + part) + n.mul_less(n.all(STEP_LOST.0), part);
    let beyond = x.abs().above(x.all(LIMIT32));
    (
        r.or_where(beyond, r.all(f32::NAN)),
        n.mul_add(n.all(STEP_LOST.1), lost),
    )
}

/// The tangents, and whether one of the angles is beyond [`LIMIT32`], where the result is NaN: at most 1.5 ulp.
#[inline(always)]
pub(super) fn tan(x: Sixteen) -> (Sixteen, bool) {
    let shifted = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let n = shifted - SHIFT;
    // Both differences are exact: multiples of 2^-29, or of 2^-26 where the angle is zero.
    let first = n.mul_from(n.all(STEP[0]), x) - shifted.entries_of_32::<0>(&BEYOND);
    // An exact product, and a first rest that is a multiple of its last place.
    let part = n * STEP[1];
    let mut r = first - part;
    let mut lost = n.mul_add(n.all(STEP[2]), (r - first) + part);
    let mut beyond = false;
    if x.is_beyond(NEAR) {
        let far = x.abs().above(x.all(NEAR));
        let rest = far_rest(x, n, first);
        (r, lost) = (r.or_where(far, rest.0), lost.or_where(far, rest.1));
        beyond = x.is_beyond(LIMIT32);
    }
    let z = r * r;
    // What was lost is subtracted, as what is `+0.0` then leaves the sign of a zero.
    let tail = (r * z).mul_less(horner!(z; 0.33333337, 0.1333216, 0.05489433), lost);
    let t = r + tail;
    let square = shifted.entries_of_32::<0>(&SQUARES);
    let divisor = shifted.entries_of_32::<0>(&PRODUCTS).mul_from(t, square);
    let right = t.all(1.0);
    let more = right.or_where(shifted.has::<31>(), t).over(divisor);
    (shifted.entries_of_32::<0>(&TANGENTS) + more, beyond)
}
