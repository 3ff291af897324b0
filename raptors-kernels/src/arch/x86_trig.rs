//! Sines, cosines and tangents of float64 with AVX-512: those of angles next to the multiples of `pi / 32` from
//! tables in registers, and by the addition theorem of what is left, at most `pi / 64`.
//!
//! The angles of the tables are off the multiples by less than `2^-22`, where both sine and cosine are float64 to
//! 64 bits (Gal's accurate tables): what the tables lose needs no tables of its own. What is rounded of a sine is a
//! sum of two parts that are exact and of one below `2^-9` of them; of a tangent it is the last sum alone: at most
//! 0.51 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    x86_sixteen::horner,
    x86_wide::{Wide, packs, quick_sum},
};

/// The sines of the angles, for a quarter of the circle.
const SINES: [f64; 16] = [
    0.0,
    0.09801714033107178,
    0.1950903220292398,
    0.2902846772418651,
    0.38268343236957425,
    0.47139673681655125,
    0.5555702330211659,
    0.6343932841746667,
    0.70710663556237,
    0.7730104533536921,
    0.8314696123015004,
    0.8819212643534042,
    0.9238795325094292,
    0.9569403357360302,
    0.9807852804006224,
    0.995184726672048,
];
/// Their cosines.
const COSINES: [f64; 16] = [
    1.0,
    0.995184726672048,
    0.9807852804006224,
    0.9569403357360302,
    0.9238795325094292,
    0.8819212643534042,
    0.8314696123015004,
    0.7730104533536921,
    0.7071069268106951,
    0.6343932841746667,
    0.5555702330211659,
    0.47139673681655125,
    0.38268343236957425,
    0.2902846772418651,
    0.1950903220292398,
    0.09801714033107178,
];
/// How far the angles are beyond the multiples of a step, as multiples of its last place.
const BEYOND: [f64; 16] = [
    0.0,
    1.51849366414325e-12,
    1.336838972854082e-11,
    -1.3164136447585406e-11,
    4.8539644526002235e-12,
    -1.0711154185827354e-11,
    1.880648414775976e-12,
    1.4257470204448452e-11,
    -2.059436657042557e-07,
    -1.4257470204448452e-11,
    -1.880648414775976e-12,
    1.0711154185827354e-11,
    -4.8539644526002235e-12,
    1.3164136447585406e-11,
    -1.336838972854082e-11,
    -1.51849366414325e-12,
];

/// `pi / 32`, what float64 loses of it, and what that loses.
const STEP: (f64, f64, f64) = (
    0.09817477042468103,
    3.827021247335479e-18,
    -9.358655655369812e-35,
);
/// Its inverse.
const STEPS: f64 = 10.185916357881302;
/// `1.5 * 2^52`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;
/// Steps of a quarter of the circle.
const QUARTER: f64 = 16.0;

/// `x` as an angle of the tables and what is left of it.
struct Angle {
    /// The sine of the angle, less whole half turns.
    sine: Wide,
    /// Its cosine.
    cosine: Wide,
    /// The number of steps, whose bit 5 tells of half turns, in the lowest bits.
    place: Wide,
    /// What is left.
    r: Wide,
    /// What rounding lost of it, to be subtracted.
    lost: Wide,
}

/// `x` and so many steps, where the multiple of a step next to `x` has less than 35 bits.
#[inline(always)]
fn angle(x: Wide, steps: f64) -> Angle {
    let shifted = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let k = shifted - SHIFT;
    // Both differences are exact: multiples of half the last place of the step, below 1/16.
    let first = k.mul_from(k.all(STEP.0), x) - shifted.entries::<0>(&BEYOND);
    let part = k * STEP.1;
    let r = first - part;
    let lost = k.mul_add(k.all(STEP.1), r - first);
    let lost = k.mul_add(k.all(STEP.2), lost);
    let place = if steps == 0.0 {
        shifted
    } else {
        shifted + steps
    };
    let (low, high) = (shifted.entries::<0>(&SINES), shifted.entries::<0>(&COSINES));
    let quarter = place.has::<16>();
    Angle {
        sine: low.or_where(quarter, high),
        cosine: high.or_where(quarter, low.all(0.0) - low),
        place,
        r,
        lost,
    }
}

/// The sine of `x` and of so many steps.
#[inline(always)]
fn turned(x: Wide, steps: f64) -> Wide {
    let Angle {
        sine,
        cosine,
        place,
        r,
        lost,
    } = angle(x, steps);
    let z = r * r;
    // The product is at most half of the sine, unless that is zero.
    let sum = cosine.mul_add(r, sine);
    let sum_lost = cosine.mul_add(r, sine - sum);
    let tail = horner!(z; -0.16666666666666666, 0.008333333333333333, -0.0001984126984126984,
        2.7557319223985893e-06);
    let cos_less_one = z * horner!(z; -0.5, 0.041666666666666664, -0.001388888888888889,
        2.48015873015873e-05);
    let rest = cosine.mul_add((r * z).mul_less(tail, lost), sum_lost);
    let rest = sine.mul_add(cos_less_one, rest);
    (sum + rest).flipped_by::<58>(place)
}

/// What keeps zeros, as [`Wide::by_class`] takes it.
const ZERO_STAYS: i64 = 0x0000_0100;

#[inline(always)]
fn sin(x: Wide) -> Wide {
    turned(x, 0.0).by_class(x, ZERO_STAYS)
}

#[inline(always)]
fn cos(x: Wide) -> Wide {
    turned(x, QUARTER)
}

/// `(s + c t) / (c - s t)` with the tangent `t` of what is left: sums in full, and the quotient from an
/// estimate and what that lacks.
#[inline(always)]
fn tan(x: Wide) -> Wide {
    let Angle {
        sine,
        cosine,
        r,
        lost,
        ..
    } = angle(x, 0.0);
    let z = r * r;
    let tail = horner!(z; 0.3333333333333333, 0.13333333333333333, 0.05396825396825397,
        0.021869488536155203, 0.008863235529902197);
    let tail = (r * z).mul_less(tail, lost);
    let above = cosine.mul_add(r, sine);
    let above_low = cosine.mul_add(tail, cosine.mul_add(r, sine - above));
    let below = sine.mul_from(r, cosine);
    let below_low = sine.mul_from(tail, sine.mul_from(r, cosine - below));
    let (below, below_low) = quick_sum(below, below_low);
    let near = below.reciprocal();
    let near = near.mul_add(below.mul_from(near, x.all(1.0)), near);
    let inverse = near.mul_add(below.mul_from(near, x.all(1.0)), near);
    let q = above * inverse;
    let rest = q.mul_from(below, above) + q.mul_from(below_low, above_low);
    rest.mul_add(inverse, q).by_class(x, ZERO_STAYS)
}

packs! {
    sin_pack = sin;
    cos_pack = cos;
    tan_pack = tan;
}
