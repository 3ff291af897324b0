//! Trigonometric functions and their inverses of float32 with AVX-512.
//!
//! `x = n pi / 16 + r`, the sines of multiples of `pi / 16` from a table in registers, short
//! polynomials in `r`, and the addition theorems.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::approx_constant,
    reason = "coefficients as computed"
)]

use super::x86_sixteen::{Mask, Sixteen, directed, horner, inverse, quick_sum};
use core::f32::consts::{FRAC_PI_2, PI};

/// `sin(i pi / 16)` for half a turn.
const SINES: [f32; 16] = [
    0.0, 0.19509032, 0.38268343, 0.55557024, 0.70710677, 0.8314696, 0.9238795, 0.98078525, 1.0,
    0.98078525, 0.9238795, 0.8314696, 0.70710677, 0.55557024, 0.38268343, 0.19509032,
];
/// `cos(i pi / 16)` for half a turn.
const COSINES: [f32; 16] = [
    1.0,
    0.98078525,
    0.9238795,
    0.8314696,
    0.70710677,
    0.55557024,
    0.38268343,
    0.19509032,
    0.0,
    -0.19509032,
    -0.38268343,
    -0.55557024,
    -0.70710677,
    -0.8314696,
    -0.9238795,
    -0.98078525,
];
/// `pi / 16` in two parts, of which the first is less than the whole, so that what is taken off a zero leaves its sign.
const STEP_FROM_BELOW: [f32; 2] = [0.19634953, 9.437238e-9];
/// `16 / pi`.
const STEPS: f32 = 5.0929582;
/// `1.5 * 2^23`: adding it leaves the nearest integer in the lowest bits.
const SHIFT: f32 = 12582912.0;

/// `n + SHIFT` and `x - n pi / 16` as float32 has it, for `|x| < 10^5`.
#[inline(always)]
pub(super) fn reduced(x: Sixteen) -> (Sixteen, Sixteen) {
    let shifted = x.mul_add(x.all(STEPS), x.all(SHIFT));
    let n = shifted - SHIFT;
    let [high, low] = STEP_FROM_BELOW;
    (shifted, n.mul_from(n.all(low), n.mul_from(n.all(high), x)))
}

/// For float16: `(s + c t) / (c - s t)` with the tangent `t` of what is left, for `|x| < 10^5`.
#[inline(always)]
pub(super) fn tan_half(x: Sixteen) -> Sixteen {
    let (shifted, r) = reduced(x);
    let z = r * r;
    let t = (r * z).mul_add(horner!(z; 0.33333263, 0.1338715), r);
    let (s, c) = (shifted.entries::<0>(&SINES), shifted.entries::<0>(&COSINES));
    let (above, below) = (c.mul_add(t, s), s.mul_from(t, c));
    let inverse = below.reciprocal();
    let q = above * inverse;
    let y = q.mul_from(below, above).mul_add(inverse, q);
    // Zero stays.
    y.by_class(x, 0x0000_0100)
}

/// Where `|x|` is more than a half; `s` and `arcsin s`, with `s` the argument folded into `[0, 1/2]`:
/// to 21 bits.
#[inline(always)]
fn folded(x: Sixteen) -> (Mask, Sixteen) {
    let a = x.abs();
    let far = a.above(a.all(0.5));
    let half = a.mul_from(a.all(0.5), a.all(0.5));
    let z = (a * a).or_where(far, half);
    let s = a.or_where(far, half.sqrt());
    let p = horner!(z; 0.1666655, 0.075142495, 0.041969534, 0.0457509);
    (far, (s * z).mul_add(p, s))
}

/// For float16.
#[inline(always)]
pub(super) fn arcsin(x: Sixteen) -> Sixteen {
    let (far, y) = folded(x);
    let opposite = y.mul_from(y.all(2.0), y.all(FRAC_PI_2));
    y.or_where(far, opposite).with_sign_of(x)
}

/// For float16.
#[inline(always)]
pub(super) fn arccos(x: Sixteen) -> Sixteen {
    let (far, y) = folded(x);
    let y = y.with_sign_of(x);
    let zero = y.all(0.0);
    let base = zero.or_where(zero.above(x), y.all(PI));
    let opposite = y.mul_add(y.all(2.0), base);
    (y.all(FRAC_PI_2) - y).or_where(far, opposite)
}

/// `arctan t` for float16, by `pi / 2 - arctan(1 / x)` where that is beyond 1.
#[inline(always)]
pub(super) fn arctan_half(x: Sixteen) -> Sixteen {
    let a = x.abs();
    let far = a.above(a.all(1.0));
    let t = a.or_where(far, inverse(a.all(1e20).lesser(a)));
    let z = t * t;
    let p = horner!(z; -0.33333284, 0.19994599, -0.14189316, 0.10448276, -0.06791772, 0.030754143,
        -0.00664147);
    let y = (t * z).mul_add(p, t);
    y.or_where(far, t.all(FRAC_PI_2) - y).with_sign_of(x)
}

/// `(arctan t - t) / t^3` for `z = t^2` of at most 1.
#[inline(always)]
fn arctan_tail(z: Sixteen) -> Sixteen {
    horner!(z; -0.3333333, 0.19999789, -0.14279588, 0.11041776, -0.08687921, 0.06315596,
        -0.036636565, 0.013974058, -0.0025025506)
}

/// As [`arctan_half`].
#[inline(always)]
pub(super) fn arctan(x: Sixteen) -> Sixteen {
    let a = x.abs();
    let far = a.above(a.all(1.0));
    // The inverse of more has too few bits, and adds nothing.
    let t = a.or_where(far, inverse(a.all(1e20).lesser(a)));
    let z = t * t;
    let tail = (t * z) * arctan_tail(z);
    let lost = t.all(-4.371139e-08) - tail;
    let opposite = (t.all(FRAC_PI_2) - t) + lost;
    (t + tail).or_where(far, opposite).with_sign_of(x)
}

/// What float32 loses of `pi`, as a part of it.
const PI_LOST: f32 = -2.7827534e-08;

/// The angle at the origin of `(x, y)`, and whether one of them is odd: `q`, `pi / 2 - q` or `pi - q` with the
/// angle `q` of the shorter side, or `pi / 2 + q`.
#[inline(always)]
pub(super) fn arctan2(y: Sixteen, x: Sixteen) -> (Sixteen, bool) {
    let (a, b) = (y.abs(), x.abs());
    let (far, behind) = (a.above(b), x.has::<{ i32::MIN }>());
    let (long, short) = directed(a, b, far);
    let inverse = inverse(long);
    let q = short * inverse;
    let q = q.mul_from(long, short).mul_add(inverse, q);
    let zero = q.all(0.0);
    let q = q.or_where(far ^ behind, zero - q);
    let z = q * q;
    let base = zero.or_where(behind, q.all(PI));
    let base = base.or_where(far, q.all(FRAC_PI_2));
    // The base is zero or greater than the quotient.
    let (sum, lost) = quick_sum(base, q);
    let low = base.mul_add(q.all(PI_LOST), lost);
    let angle = (sum + (q * z).mul_add(arctan_tail(z), low)).with_sign_of(y);
    (angle, angle.is_odd())
}
