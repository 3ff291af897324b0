//! Inverse trigonometric functions of float64 with AVX-512: angles of sixteen slopes from a table in
//! registers, and polynomials in what is left.
//!
//! Quotients and roots are unevaluated sums: at most 0.6 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::x86_wide::{Mask, Wide, directed, estrin, packs, quick_sum};
use crate::isa::Avx512;
use core::f64::consts::{FRAC_PI_2, PI};

/// The slopes between 0 and 1 are multiples of it, the greatest seven times.
const SLOPE: f64 = 0.13351134846461948;
/// Its inverse.
const SLOPES: f64 = 7.49;
/// The angles of the slopes, and of their inverses.
const ANGLES: [f64; 16] = [
    0.0,
    0.13272643391273053,
    0.26093475567361535,
    0.3809666762743326,
    0.4905115347179431,
    0.5886185566572281,
    0.6753918778517127,
    0.7515946197039931,
    FRAC_PI_2,
    1.438069892882166,
    1.3098615711212813,
    1.189829650520564,
    1.0802847920769536,
    0.9821777701376685,
    0.8954044489431839,
    0.8192017070909035,
];
/// What float64 loses of them.
const ANGLES_LOST: [f64; 16] = [
    0.0,
    -4.375846129347847e-18,
    1.0611714067813572e-17,
    -2.3422729765630927e-17,
    2.7481151666161415e-18,
    5.38072673380784e-17,
    -1.3497572020338143e-17,
    2.9771624139680066e-17,
    6.123233995736766e-17,
    6.560818608671551e-17,
    -6.040167657296156e-17,
    -8.18783839707749e-17,
    -1.0804922890302196e-16,
    7.425072619289259e-18,
    -3.6292390484809853e-17,
    3.1460715817687594e-17,
];
/// `1.5 * 2^52`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;
/// What float64 loses of `pi`.
const PI_LOST: f64 = 1.2246467991473532e-16;

/// The angle at the origin of `(|x|, |y|)`, as [`arctan`]'s: the nearest slope `c`, and of what is left
/// `(y - c x) / (x + c y)`, or of an inverse slope `(c y - x) / (y + c x)`.
#[inline(always)]
fn arctan2(y: Wide, x: Wide) -> Wide {
    let (a, b) = (y.abs(), x.abs());
    let zero = a.all(0.0);
    let far = a.above(b);
    let (u, v) = directed(a, b, far);
    let shift = a.all(SHIFT).or_where(far, a.all(SHIFT + 8.0));
    let shifted = (v * u.reciprocal()).mul_add(a.all(SLOPES), shift);
    let c = (shifted - shift) * SLOPE;
    let divisor = c.mul_add(v, u);
    let divisor_low = c.mul_add(v, u - divisor);
    // The difference of what lies that close is exact.
    let part = c * u;
    let (difference, part_low) = (v - part, c.mul_less(u, part));
    let q = difference.over(divisor);
    let rest = q.mul_from(divisor_low, q.mul_from(divisor, difference)) - part_low;
    let inverse = divisor.reciprocal();
    let turned = |t: Wide| t.or_where(far, zero - t);
    let (q, rest) = (turned(q), turned(rest));
    let z = q * q;
    let base = shifted.entries::<0>(&ANGLES);
    // The base is zero or greater than the quotient.
    let (high, lost) = quick_sum(base, q);
    let low = rest.mul_add(inverse, shifted.entries::<0>(&ANGLES_LOST));
    let low = (q * z).mul_add(tail(z), low + lost);
    let (left, left_lost) = quick_sum(a.all(PI), zero - high);
    let behind = left + (left_lost - (low - a.all(PI_LOST)));
    let angle = (high + low).or_where(x.has::<{ i64::MIN }>(), behind);
    angle.with_sign_of(y)
}

/// Angles of packs of points, and whether one of them is odd.
#[inline(always)]
pub(super) fn arctan2_pack(isa: Avx512, y: &[f64; 16], x: &[f64; 16], out: &mut [f64; 16]) -> bool {
    let angles = arctan2(Wide::load(isa, y), Wide::load(isa, x));
    angles.store(out);
    angles.is_odd()
}

/// `(arctan q - q) / q^3` for `z = q^2`, where `q` is at most half of the slope.
#[inline(always)]
fn tail(z: Wide) -> Wide {
    estrin!(z; -0.3333333333333333, 0.1999999999999951, -0.14285714284478981,
        0.11111109970576798, -0.09090432846793454, 0.076005307658612)
}

/// The angle of the nearest slope `c`, and of `(x - c) / (1 + c x)`; beyond 1 of an inverse slope,
/// and of `(c x - 1) / (x + c)`.
#[inline(always)]
fn arctan(x: Wide) -> Wide {
    // The angle is pi/2 long before the bound; NaN stays.
    let a = x.all(1e300).lesser(x.abs());
    let one = a.all(1.0);
    let far = a.above(one);
    let shift = a.all(SHIFT).or_where(far, a.all(SHIFT + 8.0));
    let slope = a.or_where(far, a.reciprocal());
    let shifted = slope.mul_add(a.all(SLOPES), shift);
    let c = (shifted - shift) * SLOPE;
    let (u, v) = (one.or_where(far, a), a.or_where(far, one));
    let divisor = c.mul_add(v, u);
    let divisor_low = c.mul_add(v, u - divisor);
    let minus = a.all(-1.0);
    let difference = c.mul_add(minus.or_where(far, a), a.or_where(far, minus));
    let q = difference.over(divisor);
    let rest = q.mul_from(divisor_low, q.mul_from(divisor, difference));
    let z = q * q;
    let base = shifted.entries::<0>(&ANGLES);
    // The base is zero or greater than the quotient.
    let (high, lost) = quick_sum(base, q);
    let low = rest.mul_add(divisor.reciprocal(), shifted.entries::<0>(&ANGLES_LOST));
    let low = (q * z).mul_add(tail(z), low + lost);
    (high + low).with_sign_of(x)
}

/// An argument folded into `[0, 1/2]`.
struct Folded {
    /// Whether the argument is beyond.
    far: Mask,
    /// The folded argument `s`, the root of half of what is left to 1 where the argument is beyond.
    s: Wide,
    /// `arcsin s - s`.
    tail: Wide,
    /// What rounding lost of the root, beyond.
    low: Wide,
}

#[inline(always)]
fn fold(x: Wide) -> Folded {
    let a = x.abs();
    let far = a.above(a.all(0.5));
    let half = a.mul_from(a.all(0.5), a.all(0.5));
    let z = (a * a).or_where(far, half);
    let root = half.sqrt();
    let inverse = root.greater(a.all(f64::MIN_POSITIVE)).reciprocal();
    let low = root.mul_from(root, half) * (inverse * 0.5);
    let s = a.or_where(far, root);
    let p = estrin!(z; 0.16666666666666763, 0.07499999999970264, 0.04464285717512015,
        0.03038194268363769, 0.02237221565990691, 0.017351600097087843, 0.013980961400287444,
        0.011397776363663827, 0.010786526988517826, 0.003683050116985621, 0.02176347764717837,
        -0.021077258433876724, 0.03267686608143648);
    Folded {
        far,
        s,
        tail: (s * z) * p,
        low,
    }
}

#[inline(always)]
fn arcsin(x: Wide) -> Wide {
    let Folded { far, s, tail, low } = fold(x);
    let (high, lost) = quick_sum(s.all(FRAC_PI_2), s * -2.0);
    let low = (low + tail).mul_from(s.all(2.0), lost + PI_LOST / 2.0);
    (s + tail).or_where(far, high + low).with_sign_of(x)
}

/// `pi/2 - s`, `2 s` or `pi - 2 s`: one sum with chosen terms.
#[inline(always)]
fn arccos(x: Wide) -> Wide {
    let Folded { far, s, tail, low } = fold(x);
    let zero = s.all(0.0);
    let negative = zero.above(x);
    let (base, base_low) = (
        zero.or_where(negative, s.all(PI)),
        zero.or_where(negative, s.all(PI_LOST)),
    );
    let base = s.all(FRAC_PI_2).or_where(far, base);
    let base_low = s.all(PI_LOST / 2.0).or_where(far, base_low);
    // The sign of the argument, or the opposite one where the argument is not folded.
    let sign = (zero - x).or_where(far, x);
    let scale = s.all(1.0).or_where(far, s.all(2.0)).with_sign_of(sign);
    let (high, lost) = quick_sum(base, scale * s);
    let tail = tail.or_where(far, tail + low);
    high + (lost + scale.mul_add(tail, base_low))
}

packs! {
    arctan_pack = arctan;
    arcsin_pack = arcsin;
    arccos_pack = arccos;
}
