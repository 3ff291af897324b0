//! Sines, cosines and tangents of float64 with AVX-512: those of angles next to the multiples of `pi / 16` from
//! tables in registers, and by the addition theorem of what is left, at most `pi / 32`.
//!
//! The angles of the tables are off the multiples by less than `2^-22`, where both sine and cosine are float64 to
//! 63 bits at least (Gal's accurate tables): what the tables lose needs no tables of its own. What is rounded of a
//! sine is a sum of two parts that are exact and of one below `2^-6` of it; of a tangent it is the last sum alone:
//! at most 0.52 ulp. A table has half of the circle: the other half differs by signs alone.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    x86_sixteen::horner,
    x86_wide::{Wide, packs, quick_sum},
};

/// The sines of the angles, for half of the circle.
const SINES: [f64; 16] = [
    0.0,
    0.1950903220292398,
    0.38268343236957425,
    0.5555702330211659,
    0.70710663556237,
    0.8314696123015004,
    0.9238795325094292,
    0.9807852804006224,
    1.0,
    0.9807852804006224,
    0.9238795325094292,
    0.8314696123015004,
    0.70710663556237,
    0.5555702330211659,
    0.38268343236957425,
    0.1950903220292398,
];
/// Their cosines.
const COSINES: [f64; 16] = [
    1.0,
    0.9807852804006224,
    0.9238795325094292,
    0.8314696123015004,
    0.7071069268106951,
    0.5555702330211659,
    0.38268343236957425,
    0.1950903220292398,
    0.0,
    -0.1950903220292398,
    -0.38268343236957425,
    -0.5555702330211659,
    -0.7071069268106951,
    -0.8314696123015004,
    -0.9238795325094292,
    -0.9807852804006224,
];
/// Their sines with the signs changed: the cosines a quarter of the circle further.
const COSINES_BEYOND: [f64; 16] = {
    let mut turned = SINES;
    let mut i = 0;
    while i < turned.len() {
        turned[i] = 0.0 - turned[i];
        i += 1;
    }
    turned
};
/// How far the angles are beyond the multiples of a step, as multiples of half its last place.
const BEYOND: [f64; 16] = [
    0.0,
    1.336838972854082e-11,
    4.8539644526002235e-12,
    1.880648414775976e-12,
    -2.059436657042557e-07,
    -1.880648414775976e-12,
    -4.8539644526002235e-12,
    -1.336838972854082e-11,
    0.0,
    1.336838972854082e-11,
    4.8539644526002235e-12,
    1.880648414775976e-12,
    2.059436657042557e-07,
    -1.880648414775976e-12,
    -4.8539644526002235e-12,
    -1.336838972854082e-11,
];

/// `pi / 16`, what float64 loses of it, and what that loses.
const STEP: (f64, f64, f64) = (
    0.19634954084936207,
    7.654042494670958e-18,
    -1.8717311310739624e-34,
);
/// Its inverse.
const STEPS: f64 = 5.092958178940651;
/// `1.5 * 2^52`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;

/// `x` as an angle of the tables and what is left of it.
struct Angle {
    /// The sine of the angle, less whole half turns.
    sine: Wide,
    /// Its cosine.
    cosine: Wide,
    /// The number of steps, whose bit 4 tells of half turns, in the lowest bits.
    place: Wide,
    /// What is left.
    r: Wide,
    /// What rounding lost of it, to be subtracted.
    lost: Wide,
}

/// `x` as an angle with such sines and cosines, where the multiple of a step next to `x` has less than 35 bits.
#[inline(always)]
fn angle(x: Wide, sines: &[f64; 16], cosines: &[f64; 16]) -> Angle {
    let place = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let k = place - SHIFT;
    // Both differences are exact: multiples of half the last place of the step, below 1/8.
    let first = k.mul_from(k.all(STEP.0), x) - place.entries::<0>(&BEYOND);
    // Rounded first: where little is left of the difference, it is exact, and so is what follows from it.
    let part = k * STEP.1;
    let r = first - part;
    let lost = k.mul_add(k.all(STEP.1), r - first);
    let lost = k.mul_add(k.all(STEP.2), lost);
    Angle {
        sine: place.entries::<0>(sines),
        cosine: place.entries::<0>(cosines),
        place,
        r,
        lost,
    }
}

/// The sine of an angle with such sines and cosines.
#[inline(always)]
fn turned(x: Wide, sines: &[f64; 16], cosines: &[f64; 16]) -> Wide {
    let Angle {
        sine,
        cosine,
        place,
        r,
        lost,
    } = angle(x, sines, cosines);
    let z = r * r;
    // The product is about half of the sine at most, unless that is zero.
    let sum = cosine.mul_add(r, sine);
    let sum_lost = cosine.mul_add(r, sine - sum);
    let tail = horner!(z; -0.16666666666666666, 0.008333333333315355, -0.0001984126923233171,
        2.755039104888577e-06);
    let cos_less_one = z * horner!(z; -0.5, 0.041666666666658955, -0.0013888888744903014,
        2.479760351877437e-05);
    let rest = cosine.mul_add((r * z).mul_less(tail, lost), sum_lost);
    let rest = sine.mul_add(cos_less_one, rest);
    (sum + rest).flipped_by::<59>(place)
}

/// What keeps zeros, as [`Wide::by_class`] takes it.
const ZERO_STAYS: i64 = 0x0000_0100;

#[inline(always)]
fn sin(x: Wide) -> Wide {
    turned(x, &SINES, &COSINES).by_class(x, ZERO_STAYS)
}

#[inline(always)]
fn cos(x: Wide) -> Wide {
    turned(x, &COSINES, &COSINES_BEYOND)
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
    } = angle(x, &SINES, &COSINES);
    let z = r * r;
    let tail = horner!(z; 0.3333333333333339, 0.13333333333027647, 0.0539682565044713,
        0.0218687524180864, 0.008950343411495823);
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
