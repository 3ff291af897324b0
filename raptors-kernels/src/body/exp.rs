//! Exponentials, branch-free: `x = k ln 2 + r`, a minimax polynomial in `r`, times `2^k`.
//!
//! float64 carries the rounding error of `r` and of `1 + r`: at most 0.6 ulp, FMA or not.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    half,
    pair::{polynomial, quick_sum, two_product, two_sum},
};
use crate::{arch::packs, isa::Isa, kernel::Quiet, number::Float};
use core::f64::consts::{LN_2, LOG2_E};

/// `e^x`.
pub struct Exp;
/// `2^x`.
pub struct Exp2;
/// `e^x - 1`, without cancellation.
pub struct Expm1;

/// Implements a one-input body by one function for each of float32 and float64, and others for packs of
/// float64, float32 and float16 where a level has them.
macro_rules! real_unary {
    ($($body:ident: $narrow:ident, $wide:ident
        $(, packs $pack:path)? $(, singles $single:path)? $(, halves $half:path $([$quiet:expr])? $(| $plain:path)?)?;)*) => {$(
        impl $crate::kernel::Unary<f32> for $body {
            type Out = f32;
            const HEAVY: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: f32) -> f32 { $narrow::<I>(x) }
            $($crate::body::exp::packed!(f32, $single);
            $crate::body::exp::packed_oddness!(f32, is_odd_single);)?
            $($crate::body::exp::packed_halves!($half $(, $quiet)? $(; $plain)?);)?
        }
        impl $crate::kernel::Unary<f64> for $body {
            type Out = f64;
            const HEAVY: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: f64) -> f64 { $wide::<I>(x) }
            $($(const QUIET: Option<$crate::kernel::Quiet> = Some($quiet);)?)?
            $($crate::body::exp::packed!(f64, $pack);
            $crate::body::exp::packed_oddness!(f64, is_odd_double);)?
        }
    )*};
}
pub(crate) use real_unary;

/// The pack of a one-input body.
macro_rules! packed {
    ($t:ty, $pack:path) => {
        const PACKED: bool = $crate::arch::packs::THERE;
        #[inline(always)]
        fn pack<I: Isa>(
            isa: I,
            x: &[[$t; $crate::kernel::PACK]],
            out: &mut [[$t; $crate::kernel::PACK]],
        ) -> bool {
            if !$pack(isa, x, out) {
                for (x, out) in x.iter().zip(out) {
                    *out = x.map(|x| <Self as $crate::kernel::Unary<$t>>::call::<I>(x));
                }
            }
            false
        }
    };
}
pub(crate) use packed;

/// Whether one of a pack is odd.
macro_rules! packed_oddness {
    ($t:ty, $is_odd:ident) => {
        #[inline(always)]
        fn is_odd_pack<I: Isa>(isa: I, results: &[$t; $crate::kernel::PACK], tiny: bool) -> bool {
            $crate::arch::packs::$is_odd(isa, results, tiny)
        }
    };
}
pub(crate) use packed_oddness;

/// The pack of float16 of a one-input body.
macro_rules! packed_halves {
    (@ $plain:path) => { const PLAIN_HALVES: bool = true; };
    ($half:path $(, $quiet:expr)? $(; $plain:path)?) => {
        const HALVES: bool = $crate::arch::packs::THERE;
        $($crate::body::exp::packed_halves!(@ $plain);)?
        $(const QUIET: Option<$crate::kernel::Quiet> = Some($quiet);)?
        #[inline(always)]
        fn pack_halves<I: Isa>(
            isa: I,
            x: &[[$crate::dtype::f16; $crate::kernel::PACK]],
            out: &mut [[f32; $crate::kernel::PACK]],
            quiet: bool,
        ) -> bool {
            $half(isa, x, out, quiet) $(|| $crate::body::half::each(isa, x, out, $plain))?
        }
    };
}
pub(crate) use packed_halves;

/// As [`real_unary`], for two inputs, and packs of float64 and float32 alone.
macro_rules! real_binary {
    ($($body:ident: $narrow:ident, $wide:ident $(, packs $pack:path, singles $single:path)?;)*) => {$(
        impl $crate::kernel::Binary<f32> for $body {
            type Second = f32;
            type Out = f32;
            const HEAVY: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: f32, y: f32) -> f32 { $narrow::<I>(x, y) }
            $($crate::body::exp::packed_pairs!(f32, $single);)?
        }
        impl $crate::kernel::Binary<f64> for $body {
            type Second = f64;
            type Out = f64;
            const HEAVY: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: f64, y: f64) -> f64 { $wide::<I>(x, y) }
            $($crate::body::exp::packed_pairs!(f64, $pack);)?
        }
    )*};
}
pub(crate) use real_binary;

/// The pack of a two-input body.
macro_rules! packed_pairs {
    ($t:ty, $pack:path) => {
        const PACKED: bool = $crate::arch::packs::THERE;
        #[inline(always)]
        fn pack<I: Isa>(
            isa: I,
            x: &[[$t; $crate::kernel::PACK]],
            y: &[[$t; $crate::kernel::PACK]],
            out: &mut [[$t; $crate::kernel::PACK]],
        ) -> bool {
            if let Some(odd) = $pack(isa, x, y, out) {
                return odd;
            }
            for (out, (x, y)) in out.iter_mut().zip(x.iter().zip(y)) {
                *out = core::array::from_fn(|i| Self::call::<I>(x[i], y[i]));
            }
            true
        }
    };
}
pub(crate) use packed_pairs;

real_unary! {
    Exp: exp32, exp64, packs packs::exp, singles packs::single::exp, halves packs::half::exp [Quiet::between(0x48da, 0x498b)] | half::exp;
    Exp2: exp2_32, exp2_64, packs packs::exp2, singles packs::single::exp2, halves packs::half::exp2 [Quiet::between(0x4b00, 0x4bff)] | half::exp2;
    Expm1: expm1_32, expm1_64, packs packs::expm1, singles packs::single::expm1, halves packs::half::expm1 | half::expm1;
}

/// The first 32 bits of `ln 2`, so that small multiples are exact, and the rest.
pub(crate) const LN2_HIGH: f64 = 6.93147180369123816490e-01;
pub(crate) const LN2_LOW: f64 = 1.90821492927058770002e-10;
/// What float64 loses of `ln 2`.
pub(crate) const LN2_LOST: f64 = 2.3190468138462996e-17;

/// `1.5 * 2^52 + 2046`: adding it leaves an integer `k`, as `k + 2046`, in the lowest bits.
const SHIFT: f64 = 6755399441055744.0 + 2046.0;
/// `1.5 * 2^23 + 254`: the same for float32.
const SHIFT32: f32 = 12582912.0 + 254.0;

/// `x`, or the nearest of two bounds; NaN stays NaN.
#[inline(always)]
pub(crate) fn clamp<T: Float>(x: T, low: T, high: T) -> T {
    at_most(if low > x { low } else { x }, high)
}

/// `x`, or `high` where it is larger; NaN stays NaN.
#[inline(always)]
pub(crate) fn at_most<T: Float>(x: T, high: T) -> T {
    if high < x { high } else { x }
}

/// An integer `k` and the bits that `power_of_two` wants: `x` rounded to the nearest integer.
#[inline(always)]
pub(crate) fn nearest<I: Isa>(x: f64, factor: f64) -> (f64, u64) {
    let shifted = Float::mul_add::<I>(x, factor, SHIFT);
    (shifted - SHIFT, shifted.to_bits())
}

/// `x * 2^k`, in two steps so that overflow and subnormal results come out right.
#[inline(always)]
pub(crate) fn scale(x: f64, bits: u64) -> f64 {
    let half = bits >> 1;
    x * f64::from_bits(half << 52) * f64::from_bits((bits - half) << 52)
}

/// `2^k` for normal results.
#[inline(always)]
pub(crate) fn power_of_two(bits: u64) -> f64 {
    f64::from_bits(bits.wrapping_sub(1023) << 52)
}

/// `x - k ln 2`, and what rounding lost.
#[inline(always)]
pub(crate) fn reduce<I: Isa>(x: f64, k: f64) -> (f64, f64) {
    let high = Float::mul_add::<I>(-k, LN2_HIGH, x);
    let r = Float::mul_add::<I>(-k, LN2_LOW, high);
    (r, Float::mul_add::<I>(-k, LN2_LOW, high - r))
}

/// `(e^r - 1 - r) / r^2` for `|r| <= ln 2 / 2`, error `2^-58`.
#[inline(always)]
fn tail<I: Isa>(r: f64) -> f64 {
    polynomial!(I, r; 0.5000000000000013, 0.166666666666667, 0.04166666666651494,
        0.008333333333307063, 0.0013888888947155807, 0.00019841269917692642,
        2.480148978554027e-05, 2.7557216028079512e-06, 2.763133994118249e-07,
        2.5117945885777693e-08)
}

/// `e^(r + low)` as an unevaluated sum, for `|r| <= ln 2 / 2`.
#[inline(always)]
pub(crate) fn exp_pair<I: Isa>(r: f64, low: f64) -> (f64, f64) {
    let (sum, lost) = quick_sum(1.0, r);
    let low = Float::mul_add::<I>(low, r, low);
    (sum, lost + Float::mul_add::<I>(r * r, tail::<I>(r), low))
}

#[inline(always)]
pub(crate) fn exp64<I: Isa>(x: f64) -> f64 {
    let (p, bits) = exp_core::<I>(clamp(x, -746.0, 710.0));
    scale(p, bits)
}

/// `e^r` with `x = k ln 2 + r`, and the bits of `k`.
#[inline(always)]
pub(crate) fn exp_core<I: Isa>(x: f64) -> (f64, u64) {
    let (k, bits) = nearest::<I>(x, LOG2_E);
    let (r, low) = reduce::<I>(x, k);
    let (sum, low) = exp_pair::<I>(r, low);
    (sum + low, bits)
}

/// `e^(x + low)`, where `low` is at most a few ulp of `x`.
#[inline(always)]
pub(crate) fn exp_sum<I: Isa>(x: f64, low: f64) -> f64 {
    let clamped = clamp(x, -746.0, 710.0);
    let low = if clamped == x { low } else { 0.0 };
    let (k, bits) = nearest::<I>(clamped, LOG2_E);
    let (r, r_low) = reduce::<I>(clamped, k);
    let (r, low) = quick_sum(r, r_low + low);
    let (sum, low) = exp_pair::<I>(r, low);
    scale(sum + low, bits)
}

#[inline(always)]
pub(crate) fn exp2_64<I: Isa>(x: f64) -> f64 {
    let x = clamp(x, -1076.0, 1025.0);
    let (k, bits) = nearest::<I>(x, 1.0);
    let (r, low) = two_product::<I>(x - k, LN_2);
    let (sum, low) = exp_pair::<I>(r, Float::mul_add::<I>(x - k, LN2_LOST, low));
    scale(sum + low, bits)
}

#[inline(always)]
pub(crate) fn expm1_64<I: Isa>(x: f64) -> f64 {
    let (high, low, overflow) = expm1_pair::<I>(clamp(x, -40.0, 710.0));
    let y = (high + low) * overflow;
    if x == 0.0 { x } else { y }
}

/// `e^(r + low) - 1` as an unevaluated sum, for `|r| <= ln 2 / 2`.
#[inline(always)]
pub(crate) fn exp_less_one<I: Isa>(r: f64, low: f64) -> (f64, f64) {
    let (half_square, lost) = two_product::<I>(0.5 * r, r);
    let cubic = polynomial!(I, r; 0.16666666666666666, 0.041666666666666664, 0.008333333333330055,
        0.0013888888888886548, 0.00019841269863088255, 2.4801587317169235e-05,
        2.7557268406190795e-06, 2.7557282931125736e-07, 2.51004110820149e-08,
        2.091125490208877e-09);
    let (sum, sum_low) = quick_sum(r, half_square);
    let low = Float::mul_add::<I>(low, sum, low) + (sum_low + lost);
    let (square, rest) = (half_square + half_square, r * cubic);
    if I::FMA {
        (sum, f64::mul_add(square, rest, low))
    } else {
        let (sum, lost) = quick_sum(sum, square * rest);
        (sum, lost + low)
    }
}

/// `e^x - 1` as an unevaluated sum, and the factor 2 where the sum would overflow.
#[inline(always)]
pub(crate) fn expm1_pair<I: Isa>(x: f64) -> (f64, f64, f64) {
    let (k, bits) = nearest::<I>(x, LOG2_E);
    let (r, low) = reduce::<I>(x, k);
    let (w, w_low) = exp_less_one::<I>(r, low);
    let overflow = k > 1023.0;
    let power = power_of_two(bits - overflow as u64);
    let one = if overflow { 0.5 } else { 1.0 };
    let (base, base_low) = two_sum(power, -one);
    let (sum, lost) = two_sum(base, power * w);
    let low = Float::mul_add::<I>(power, w_low, lost + base_low);
    (sum, low, if overflow { 2.0 } else { 1.0 })
}

/// `x * 2^k` as `scale`.
#[inline(always)]
pub(crate) fn scale32(x: f32, bits: u32) -> f32 {
    let half = bits >> 1;
    x * f32::from_bits(half << 23) * f32::from_bits((bits - half) << 23)
}

/// `r` and `e^r - 1 - r` with `x = k ln 2 + r`, and the bits of `k`.
#[inline(always)]
pub(crate) fn reduce32<I: Isa>(x: f32) -> (f32, f32, u32) {
    let shifted = Float::mul_add::<I>(x, core::f32::consts::LOG2_E, SHIFT32);
    let k = shifted - SHIFT32;
    let r = Float::mul_add::<I>(-k, 0.693359375, x);
    let r = Float::mul_add::<I>(-k, -2.12194440e-4, r);
    let q = polynomial!(I, r; 0.5, 0.16666518, 0.041666202, 0.008368919, 0.0013950639);
    (r, r * r * q, shifted.to_bits())
}

/// `e^r` with `x = k ln 2 + r`, and the bits of `k`.
#[inline(always)]
pub(crate) fn exp_core32<I: Isa>(x: f32) -> (f32, u32) {
    let (r, tail, bits) = reduce32::<I>(x);
    (1.0 + (r + tail), bits)
}

/// In float32 throughout: at most 1.1 ulp.
#[inline(always)]
pub(crate) fn exp32<I: Isa>(x: f32) -> f32 {
    let (p, bits) = exp_core32::<I>(clamp(x, -104.5, 89.0));
    scale32(p, bits)
}

/// In float32 throughout: at most 1.1 ulp.
#[inline(always)]
pub(crate) fn exp2_32<I: Isa>(x: f32) -> f32 {
    let x = clamp(x, -151.0, 129.0);
    let shifted = x + SHIFT32;
    let r = x - (shifted - SHIFT32);
    let q = polynomial!(I, r; core::f32::consts::LN_2, 0.2402265, 0.05550328, 0.009618004,
        0.0013400315, 0.0001547639);
    scale32(Float::mul_add::<I>(r, q, 1.0), shifted.to_bits())
}

/// In float32 throughout: at most 1.5 ulp.
#[inline(always)]
pub(crate) fn expm1_32<I: Isa>(x: f32) -> f32 {
    let (r, tail, bits) = reduce32::<I>(clamp(x, -20.0, 89.0));
    // Half of everything, so that the power stays finite.
    let half = f32::from_bits(bits.wrapping_sub(128) << 23);
    let y = 2.0 * Float::mul_add::<I>(half, r + tail, half - 0.5);
    if x.abs() < 1e-9 { x } else { y }
}

/// `e^x` for float32 results, with `x` well inside float64's range: error `2^-28`.
#[inline(always)]
pub(crate) fn exp_narrow<I: Isa>(x: f64) -> f64 {
    let (k, bits) = nearest::<I>(x, LOG2_E);
    let r = Float::mul_add::<I>(-k, LN_2, x);
    let q = polynomial!(I, r; 0.5000000096019164, 0.1666651860009614, 0.041666203365020735,
        0.008368918233515907, 0.001395063994212514);
    (1.0 + Float::mul_add::<I>(r * r, q, r)) * power_of_two(bits)
}
