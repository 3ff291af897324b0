//! Sine, cosine and tangent, branch-free: `x = k pi/2 + r` with `pi/2` in three or four parts, both
//! polynomials, and a choice by the quadrant.
//!
//! Method: Cody and Waite's reduction with the kernels of FreeBSD's `k_sin.c` and `k_cos.c`, own
//! coefficients. float64: sine and cosine at most 0.8 ulp. Arguments too large for the reduction are redone one by
//! one by the standard library, which keeps `pi` to as many bits as they need.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{packed, packed_halves, packed_oddness},
    half,
    pair::{polynomial, quick_sum, quotient, two_product, two_sum},
};
use crate::{
    arch::packs,
    isa::Isa,
    kernel::{PACK, Unary},
    number::Float,
};
use core::f64::consts::FRAC_2_PI;

/// The sine of radians.
pub struct Sin;
/// The cosine of radians.
pub struct Cos;
/// The tangent of radians.
pub struct Tan;

macro_rules! trigonometric {
    ($($body:ident $function:ident: $narrow:ident, $wide:ident
        $(, packs $pack:path)? $(, tells $tell:path)?, halves $half:path $(| $plain:path)?;)*) => {$(
        impl Unary<f32> for $body {
            type Out = f32;
            const HEAVY: bool = true;
            const RARE: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: f32) -> f32 { $narrow::<I>(x) }
            #[inline(always)]
            fn is_rare<I: Isa>(x: f32) -> bool { x.abs() > LIMIT32 }
            fn rare<I: Isa>(x: f32) -> f32 { f64::$function(x.into()) as f32 }
            $(const PACKED: bool = packs::THERE;
            const TELLS: bool = true;
            #[inline(always)]
            fn pack<I: Isa>(isa: I, x: &[[f32; PACK]], out: &mut [[f32; PACK]]) -> bool {
                if let Some(rare) = $tell(isa, x, out) {
                    return rare;
                }
                let mut rare = false;
                for (x, out) in x.iter().zip(out) {
                    *out = x.map(|x| <Self as Unary<f32>>::call::<I>(x));
                    rare |= x.iter().any(|&x| <Self as Unary<f32>>::is_rare::<I>(x));
                }
                rare
            })?
            packed_halves!($half $(; $plain)?);
        }
        impl Unary<f64> for $body {
            type Out = f64;
            const HEAVY: bool = true;
            const RARE: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: f64) -> f64 { $wide::<I>(x) }
            #[inline(always)]
            #[allow(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is rare, too")]
            fn is_rare<I: Isa>(x: f64) -> bool {
                !(x.abs() <= if I::FMA { LIMIT_FMA } else { LIMIT })
            }
            const TAME: bool = true;
            $(packed!(f64, $pack);
            packed_oddness!(f64, is_odd_double);)?
            // Whole runs may be NaN, which the library takes long over.
            fn rare<I: Isa>(x: f64) -> f64 { if x.is_nan() { x + x } else { x.$function() } }
        }
    )*};
}
trigonometric! {
    Sin sin: sin32, sin64, packs packs::sin, halves packs::half::sin | half::sin;
    Cos cos: cos32, cos64, packs packs::cos, halves packs::half::cos | half::cos;
    Tan tan: tan32, tan64, packs packs::tan, tells packs::single::tan, halves packs::half::tan;
}

/// Up to here the quadrant times a part of `pi/2` is exact: `2^20 pi/2`, rounded down.
const LIMIT: f64 = 1.0e6;
/// The same with FMA, where only what is left of `pi/2` behind the last part counts.
const LIMIT_FMA: f64 = 1.0e9;
/// The same for float32.
pub(crate) const LIMIT32: f32 = 1.0e5;

/// `1.5 * 2^52`: adding it rounds to an integer, whose lowest bits are then the number's.
const SHIFT: f64 = 6755399441055744.0;

/// `r` and `lost` with `x = k pi/2 + (r - lost)`, and `k` in the lowest bits. For a zero of either sign
/// `r` is that and `lost` is `+0.0`.
#[inline(always)]
fn reduce<I: Isa>(x: f64) -> (f64, f64, u64) {
    let shifted = Float::mul_add::<I>(x, FRAC_2_PI, SHIFT);
    let k = shifted - SHIFT;
    let (r, lost) = if I::FMA {
        // The first difference is exact: a multiple of the last place of pi/2 below 1.
        let first = Float::mul_add::<I>(-k, core::f64::consts::FRAC_PI_2, x);
        let (p, p_low) = two_product::<I>(k, 6.123233995736766e-17);
        let r = first - p;
        let lost = (r - first) + p;
        (
            r,
            lost + Float::mul_add::<I>(k, -1.4973849048591698e-33, p_low),
        )
    } else {
        // Three parts of 33 bits: their products with k are exact.
        let r = x - k * 1.57079632673412561417e+00;
        let (r, low) = two_sum(r, -(k * 6.07710050630396597660e-11));
        let (r, lower) = two_sum(r, -(k * 2.02226624871116645580e-21));
        (r, k * 8.47842766036889956997e-32 - (low + lower))
    };
    (r, lost, shifted.to_bits())
}

/// `(sin r - r) / r^3` with `z = r^2`.
#[inline(always)]
fn sin_rest<I: Isa>(z: f64) -> f64 {
    polynomial!(I, z; -0.16666666666666632, 0.00833333333332237, -0.00019841269829771148,
        2.755731367863497e-06, -2.5050755954318748e-08, 1.5896666008223587e-10)
}

/// `(cos r - 1 + r^2 / 2) / r^4` with `z = r^2`.
#[inline(always)]
fn cos_rest<I: Isa>(z: f64) -> f64 {
    polynomial!(I, z; 0.0416666666666666, -0.0013888888888874064, 2.480158728944356e-05,
        -2.7557314340675877e-07, 2.087572162503591e-09, -1.1359559353419945e-11)
}

/// `1 - r^2 / 2` and what rounding lost, with `z = r^2`.
#[inline(always)]
fn one_less_half_square<I: Isa>(r: f64, z: f64) -> (f64, f64) {
    if I::FMA {
        let half = 0.5 * r;
        let cos = f64::mul_add(-half, r, 1.0);
        (cos, f64::mul_add(-half, r, 1.0 - cos))
    } else {
        let (_, z_low) = two_product::<I>(r, r);
        let cos = 1.0 - 0.5 * z;
        (cos, ((1.0 - cos) - 0.5 * z) - 0.5 * z_low)
    }
}

/// `sin(r + low) - r`.
#[inline(always)]
fn sin_tail<I: Isa>(r: f64, z: f64, low: f64) -> f64 {
    let low = Float::mul_add::<I>(-0.5 * z, low, low);
    Float::mul_add::<I>(r * z, sin_rest::<I>(z), low)
}

/// `cos(r + low)` as an unevaluated sum.
#[inline(always)]
fn cos_pair<I: Isa>(r: f64, z: f64, low: f64) -> (f64, f64) {
    let half = 0.5 * z;
    let cos = 1.0 - half;
    (
        cos,
        ((1.0 - cos) - half) + Float::mul_add::<I>(z * z, cos_rest::<I>(z), -(r * low)),
    )
}

/// `y` with its sign changed where the second bit of `quadrant` is set.
#[inline(always)]
fn signed(y: f64, quadrant: u64) -> f64 {
    f64::from_bits(y.to_bits() ^ ((quadrant & 2) << 62))
}

/// The sine of `r - lost`, or in odd quadrants the cosine, with the quadrant's sign.
#[inline(always)]
fn sin_or_cos<I: Isa>(r: f64, lost: f64, quadrant: u64) -> f64 {
    let z = r * r;
    let (first, low) = one_less_half_square::<I>(r, z);
    let low = Float::mul_add::<I>(r, lost, low);
    let cos = first + Float::mul_add::<I>(z * z, cos_rest::<I>(z), low);
    // To be subtracted: what is `+0.0` then leaves the sign of a zero.
    let sin = r - Float::mul_add::<I>(-(r * z), sin_rest::<I>(z), lost * first);
    // By the sign, which is what vectors are chosen by.
    let odd = ((quadrant << 63) as i64) < 0;
    signed(if odd { cos } else { sin }, quadrant)
}

#[inline(always)]
fn sin64<I: Isa>(x: f64) -> f64 {
    let (r, lost, k) = reduce::<I>(x);
    sin_or_cos::<I>(r, lost, k)
}

#[inline(always)]
fn cos64<I: Isa>(x: f64) -> f64 {
    let (r, lost, k) = reduce::<I>(x);
    sin_or_cos::<I>(r, lost, k.wrapping_add(1))
}

#[inline(always)]
fn tan64<I: Isa>(x: f64) -> f64 {
    let (r, lost, k) = reduce::<I>(x);
    let low = -lost;
    let z = r * r;
    let cos = cos_pair::<I>(r, z, low);
    let (cos, cos_low) = quick_sum(cos.0, cos.1);
    let (sin, sin_low) = quick_sum(r, sin_tail::<I>(r, z, low));
    let even = k & 1 == 0;
    let above = if even {
        (sin, sin_low)
    } else {
        (-cos, -cos_low)
    };
    let below = if even { (cos, cos_low) } else { (sin, sin_low) };
    let (high, low) = quotient::<I>(above, below);
    if x == 0.0 { x } else { high + low }
}

/// The sine and cosine of `x` up to their signs, and the quadrant, for float32 results.
#[inline(always)]
fn sin_cos_narrow<I: Isa>(x: f64) -> (f64, f64, u64) {
    let shifted = Float::mul_add::<I>(x, FRAC_2_PI, SHIFT);
    let k = shifted - SHIFT;
    let r = Float::mul_add::<I>(-k, 1.57079632673412561417e+00, x);
    let r = Float::mul_add::<I>(-k, 6.07710050650619224932e-11, r);
    let z = r * r;
    let sin =
        polynomial!(I, z; -0.16666654908517198, 0.008332175842589653, -0.00019516977108901846);
    let cos = polynomial!(I, z; -0.5, 0.04166664680928522, -0.0013887364582770038,
        2.4438101033603747e-05);
    let sin = Float::mul_add::<I>(r * z, sin, r);
    (sin, Float::mul_add::<I>(z, cos, 1.0), shifted.to_bits())
}

/// `x - k pi/2` and what rounding lost, and `k` in the lowest bits; only with FMA.
#[inline(always)]
fn reduce32<I: Isa>(x: f32) -> (f32, f32, u32) {
    let shifted = Float::mul_add::<I>(x, core::f32::consts::FRAC_2_PI, 12582912.0);
    let k = shifted - 12582912.0;
    let first = Float::mul_add::<I>(-k, core::f32::consts::FRAC_PI_2, x);
    // The first difference is exact, and a multiple of the last place of the product.
    let p = k * -4.371139e-08;
    let (r, low) = quick_sum(first, -p);
    let p_low = Float::mul_add::<I>(k, -4.371139e-08, -p);
    (
        r,
        Float::mul_add::<I>(-k, -1.7151245e-15, low - p_low),
        shifted.to_bits(),
    )
}

#[inline(always)]
fn sin_or_cos32<I: Isa>(x: f32, turn: u32) -> f32 {
    if !I::FMA {
        let (sin, cos, k) = sin_cos_narrow::<I>(x as f64);
        let k = k.wrapping_add(turn as u64);
        return signed(if k & 1 == 0 { sin } else { cos }, k) as f32;
    }
    let (r, low, k) = reduce32::<I>(x);
    let k = k.wrapping_add(turn);
    let z = r * r;
    let sin = polynomial!(I, z; -0.16666655, 0.008332176, -0.00019516978);
    let sin = Float::mul_add::<I>(r * z, sin, low);
    let cos = polynomial!(I, z; 0.041666646, -0.0013887364, 2.44381e-05);
    let cos = Float::mul_add::<I>(z * z, cos, -(r * low));
    let even = k & 1 == 0;
    let y = if even {
        r + sin
    } else {
        Float::mul_add::<I>(z, -0.5, 1.0) + cos
    };
    f32::from_bits(y.to_bits() ^ ((k & 2) << 30))
}

#[inline(always)]
fn sin32<I: Isa>(x: f32) -> f32 {
    let y = sin_or_cos32::<I>(x, 0);
    if x == 0.0 { x } else { y }
}

#[inline(always)]
fn cos32<I: Isa>(x: f32) -> f32 {
    sin_or_cos32::<I>(x, 1)
}

#[inline(always)]
fn tan32<I: Isa>(x: f32) -> f32 {
    let y = if I::FMA {
        let (r, low, k) = reduce32::<I>(x);
        let z = r * r;
        let p = polynomial!(I, z; 0.33333352, 0.13332605, 0.054066136, 0.021251835, 0.010910663,
            -1.2177078e-06, 0.004419282);
        let p = Float::mul_add::<I>(r * z, p, Float::mul_add::<I>(low, z, low));
        let (tan, tan_low) = quick_sum(r, p);
        let inverse = 1.0 / tan;
        let error = Float::mul_add::<I>(tan, inverse, -1.0);
        let rest = Float::mul_add::<I>(tan_low, inverse, error);
        let cotangent = Float::mul_add::<I>(-inverse, rest, inverse);
        if k & 1 == 0 { tan } else { -cotangent }
    } else {
        let (sin, cos, k) = sin_cos_narrow::<I>(x as f64);
        let even = k & 1 == 0;
        let (above, below) = if even { (sin, cos) } else { (-cos, sin) };
        (above / below) as f32
    };
    if x == 0.0 { x } else { y }
}
