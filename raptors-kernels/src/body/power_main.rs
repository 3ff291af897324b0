//! The powers that nearly all pairs of numbers have: of normal bases or zero and with normal results,
//! where there is FMA. `2^(y log2 x)` with the logarithm as an unevaluated sum.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::LN2_LOST,
    log::{split_normal, split_normal32},
    pair::{polynomial, quick_sum},
};
use crate::{isa::Isa, number::Float};
use core::f64::consts::LN_2;

/// `2 / ln 2`, and what float64 loses of it.
const TWICE: (f64, f64) = (2.8853900817779268, 4.0710547481862066e-17);
/// A third of that.
const THIRD: (f64, f64) = (0.9617966939259756, 5.0577616648125907e-17);
/// `2 / ln 2` in float32.
const TWICE32: (f32, f32) = (2.885390043258667, 3.851926067000022e-08);
/// A third of that.
const THIRD32: (f32, f32) = (0.9617967009544373, -7.028461812552678e-09);

/// Adding it leaves the nearest integer in the lowest bits.
const SHIFT: f64 = 6755399441055744.0;
/// The same for float32.
const SHIFT32: f32 = 12582912.0;

/// `a b + c`, rounded once.
#[inline(always)]
fn fma<I: Isa, T: Float>(a: T, b: T, c: T) -> T {
    a.mul_add::<I>(b, c)
}

/// `y (k + log2 m)` as an unevaluated sum, where `z q` is what follows the terms in `s` and `s^3`
/// of the logarithm, `s = (m - 1) / (m + 1)` and `z = s^2`.
#[inline(always)]
fn exponent<I: Isa, T: Float>(
    (k, m, y): (T, T, T),
    q: impl FnOnce(T) -> T,
    (twice, twice_low): (T, T),
    (third, third_low): (T, T),
) -> (T, T) {
    let (f, d) = (m - T::ONE, m + T::ONE);
    let d_low = m - (d - T::ONE);
    let inverse = T::ONE / d;
    let s = f * inverse;
    let s_low = fma::<I, T>(-s, d_low, fma::<I, T>(-s, d, f)) * inverse;
    let z = s * s;
    let z_low = fma::<I, T>(s + s, s_low, fma::<I, T>(s, s, -z));
    let q = q(z);
    // The factor of z, its product with z, the factor of s, and its product with s.
    let w = fma::<I, T>(z, q, third);
    let w_low = fma::<I, T>(z, q, third - w) + third_low;
    let v = z * w;
    let v_low = fma::<I, T>(z, w_low, fma::<I, T>(z_low, w, fma::<I, T>(z, w, -v)));
    let u = twice + v;
    let u_low = ((twice - u) + v) + (v_low + twice_low);
    let h = s * u;
    let h_low = fma::<I, T>(s, u_low, fma::<I, T>(s_low, u, fma::<I, T>(s, u, -h)));
    let log = k + h;
    let log_low = ((k - log) + h) + h_low;
    let t = y * log;
    (t, fma::<I, T>(y, log_low, fma::<I, T>(y, log, -t)))
}

/// `x^y` of a base of either sign or of zero, given the power `z` of its magnitude, which is 1 where
/// `y` is zero. Right for exponents less than [`Float::INTEGERS`], whose last bit as an integer is
/// that of `y + INTEGERS`.
macro_rules! signed {
    ($t:ty, $x:ident, $y:ident, $z:ident) => {{
        let shifted = $y.abs() + <$t>::INTEGERS;
        let integral = shifted - <$t>::INTEGERS == $y.abs();
        let at_zero = if $y < 0.0 { <$t>::INFINITY } else { 0.0 };
        let z = if ($x == 0.0) & ($y != 0.0) {
            at_zero
        } else {
            $z
        };
        let last = shifted.to_bits() << (8 * size_of::<$t>() - 1);
        let odd = if integral { last } else { 0 };
        let z = <$t>::from_bits(z.to_bits() ^ ($x.to_bits() & odd));
        if ($x < 0.0) & !integral { <$t>::NAN } else { z }
    }};
}

/// `x^y`, and whether that is right: for a normal `x` or zero, with a power not near the ends of the
/// range. At most 0.8 ulp.
#[inline(always)]
pub(super) fn main64<I: Isa>(x: f64, y: f64) -> (f64, bool) {
    let a = x.abs();
    let (biased, m) = split_normal(a);
    let k = f64::from_bits(biased | 0x4330_0000_0000_0000) - 4503599627371519.0;
    let q = |z| {
        polynomial!(I, z; 0.5770780163555853, 0.4121985831111439, 0.3205988979671597,
            0.26230819146702117, 0.22195278870596163, 0.19238055945712837, 0.1688854671740239,
            0.16912787582324892)
    };
    let (t, t_low) = exponent::<I, f64>((k, m, y), q, TWICE, THIRD);
    let shifted = t + SHIFT;
    let r = (t - (shifted - SHIFT)) + t_low;
    // `1 + a` with what its parts lose, as each of them would cost a third of an ulp.
    let first = r * LN_2;
    let (sum, lost) = quick_sum(1.0, first);
    let lost = lost + fma::<I, f64>(r, LN_2, -first);
    let rest = polynomial!(I, r; LN2_LOST, 0.24022650695910072, 0.0555041086648216,
        0.009618129107628479, 0.0013333558146416936,
        0.00015403530393375914, 1.525273382983612e-05,
        1.3215486802903931e-06, 1.0178062445845774e-07,
        7.054899956372649e-09, 4.4549605981865186e-10,
        2.572508057683636e-11);
    let p = sum + fma::<I, f64>(r, rest, lost);
    let power = f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52));
    let normal = a.to_bits().wrapping_sub(0x0010_0000_0000_0000) < 0x7fe0_0000_0000_0000;
    let right = (normal & (t.abs() < 1021.0)) | (x == 0.0);
    (
        signed!(f64, x, y, power),
        right & ((x > 0.0) | (y.abs() < f64::INTEGERS)),
    )
}

/// As [`main64`], for float32.
#[inline(always)]
pub(super) fn main32<I: Isa>(x: f32, y: f32) -> (f32, bool) {
    let a = x.abs();
    let (biased, m) = split_normal32(a);
    let k = (biased as i32 - 127) as f32;
    let q = |z| polynomial!(I, z; 0.5770782232284546, 0.4120659828186035, 0.33251455426216125);
    let (t, t_low) = exponent::<I, f32>((k, m, y), q, TWICE32, THIRD32);
    let shifted = t + SHIFT32;
    let r = (t - (shifted - SHIFT32)) + t_low;
    let first = r * core::f32::consts::LN_2;
    let (sum, lost) = quick_sum(1.0, first);
    let rest = polynomial!(I, r; -1.904654e-9, 0.24022650718688965, 0.05550410971045494,
        0.009618056938052177, 0.0013333501992747188, 0.00015461444854736328,
        1.529732435301412e-05);
    let lost = lost + fma::<I, f32>(r, core::f32::consts::LN_2, -first);
    let p = sum + fma::<I, f32>(r, rest, lost);
    let power = f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23));
    let normal = a.to_bits().wrapping_sub(0x0080_0000) < 0x7f00_0000;
    let right = (normal & (t.abs() < 125.0)) | (x == 0.0);
    (
        signed!(f32, x, y, power),
        right & ((x > 0.0) | (y.abs() < f32::INTEGERS)),
    )
}
