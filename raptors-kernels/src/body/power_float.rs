//! Powers and roots of floating-point numbers; branch-free.
//!
//! `power` is `e^(y log x)` with the logarithm to 66 bits, as an unevaluated sum: at most 0.6 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    exp::{LN2_HIGH, LN2_LOW, clamp, exp_narrow, exp_sum, real_unary},
    log::{log_for_power_narrow, split},
    pair::{polynomial, quick_sum, quotient, two_product},
    power::Power,
    power_main::{main32, main64},
};
use crate::{
    arch::packs,
    isa::Isa,
    kernel::{Binary, PACK, Quiet},
    number::Float,
};

/// The real cube root.
pub struct Cbrt;

real_unary! {
    Cbrt: cbrt32, cbrt64, packs packs::cbrt, singles packs::single::cbrt, halves packs::half::cbrt [Quiet::ALL];
}

/// Implements powers by a short body for most pairs of numbers and a long one for the others, which
/// alone is used without FMA.
macro_rules! powers {
    ($($t:ty: $main:ident, $any:ident $(, packs $pack:path)?;)*) => {$(
        impl Binary<$t> for Power {
            type Second = $t;
            type Out = $t;
            const HEAVY: bool = true;
            const RARE: bool = true;
            #[inline(always)]
            fn call<I: Isa>(x: $t, y: $t) -> $t {
                if I::FMA { $main::<I>(x, y).0 } else { $any::<I>(x, y) }
            }
            #[inline(always)]
            fn is_rare<I: Isa>(x: $t, y: $t) -> bool {
                I::FMA && !$main::<I>(x, y).1
            }
            #[inline(always)]
            fn rare<I: Isa>(x: $t, y: $t) -> $t { $any::<I>(x, y) }
            $(const PACKED: bool = packs::THERE;
            #[inline(always)]
            fn pack<I: Isa>(
                isa: I,
                x: &[[$t; PACK]],
                y: &[[$t; PACK]],
                out: &mut [[$t; PACK]],
            ) -> bool {
                // Without vectors of its own all pairs are left to `rare`.
                $pack(isa, x, y, out).unwrap_or(true)
            })?
        }
    )*};
}
powers! {
    f32: main32, power32, packs packs::power_single;
    f64: main64, power64, packs packs::power;
}

/// `log x` to 66 bits, for positive, finite `x`: `2 artanh(s)` with `s = (m - 1) / (m + 1)`, where
/// `s`, `s^2` and the term in `s^3` are unevaluated sums.
#[inline(always)]
fn log_pair<I: Isa>(x: f64) -> (f64, f64) {
    let (k, m) = split(x);
    let f = m - 1.0;
    let (s, s_low) = quotient::<I>((f, 0.0), quick_sum(2.0, f));
    let (z, z_low) = two_product::<I>(s, s);
    let z_low = Float::mul_add::<I>(2.0 * s, s_low, z_low);
    let p = z * polynomial!(I, z; 0.2000000000000113, 0.1428571428504829, 0.1111111126023978,
        0.09090892158350561, 0.07693379863271306, 0.06628380193707442, 0.06598437470403509);
    let (w, w_low) = quick_sum(0.3333333333333333, p);
    let w_low = w_low + 1.850371707708594e-17;
    // s (1 + z w)
    let (v, v_low) = two_product::<I>(z, w);
    let v_low = Float::mul_add::<I>(z, w_low, Float::mul_add::<I>(z_low, w, v_low));
    let (p, p_low) = two_product::<I>(s, v);
    let p_low = Float::mul_add::<I>(s, v_low, Float::mul_add::<I>(s_low, v, p_low));
    let (half, half_low) = quick_sum(s, p);
    let half_low = half_low + (s_low + p_low);
    let (sum, low) = quick_sum(k * LN2_HIGH, 2.0 * half);
    (sum, low + Float::mul_add::<I>(k, LN2_LOW, 2.0 * half_low))
}

/// What `power` gives for a base of either sign, given the power `z` of its magnitude, and for
/// zeros, infinities and NaN. `(integral, odd)` tells about `y`.
#[inline(always)]
fn finish<T: Float>(x: T, y: T, z: T, (integral, odd): (bool, bool)) -> T {
    let a = x.abs();
    let falling = y < T::ZERO;
    let z = if a == T::ZERO {
        if falling { T::INFINITY } else { T::ZERO }
    } else {
        z
    };
    let z = if a == T::INFINITY {
        if falling { T::ZERO } else { T::INFINITY }
    } else {
        z
    };
    let negative = x.is_sign_negative();
    let z = if negative & odd { -z } else { z };
    let outside = (x < T::ZERO) & (a < T::INFINITY) & !integral;
    let z = if outside | x.is_nan() | y.is_nan() {
        T::NAN
    } else {
        z
    };
    if (y == T::ZERO) | (x == T::ONE) {
        T::ONE
    } else {
        z
    }
}

/// Whether `y` is an integer, and whether it is an odd one; infinities count as even.
#[inline(always)]
fn parity<T: Float>(y: T) -> (bool, bool) {
    let whole = |v: T| (v + T::INTEGERS) - T::INTEGERS == v;
    let a = y.abs();
    let integral = whole(a) | (a >= T::INTEGERS);
    let odd = integral & !whole(T::HALF * a) & (a < T::INTEGERS + T::INTEGERS);
    (integral, odd)
}

#[inline(always)]
fn power64<I: Isa>(x: f64, y: f64) -> f64 {
    let (log, log_low) = log_pair::<I>(x.abs());
    // Beyond the clamp every power but that of one is 0 or infinite.
    let (p, p_low) = {
        let y = clamp(y, -1e20, 1e20);
        let (p, p_low) = two_product::<I>(y, log);
        (p, Float::mul_add::<I>(y, log_low, p_low))
    };
    // Where -1 meets an infinite exponent, the exponent counts as even.
    finish(x, y, exp_sum::<I>(p, p_low), parity(y))
}

#[inline(always)]
fn power32<I: Isa>(x: f32, y: f32) -> f32 {
    let log = log_for_power_narrow::<I>(x.abs() as f64);
    let p = clamp(clamp(y as f64, -1e12, 1e12) * log, -200.0, 200.0);
    finish(x, y, exp_narrow::<I>(p) as f32, parity(y))
}

/// Four thirds of the exponent's bias, less what makes the guess's largest error smallest.
const GUESS64: u64 = 0x553e_e978_d4fd_f3b7;
/// The same for float32, divided by 256, and `2^23`.
const GUESS32: f32 = 13935094.0;

/// A guess at `a^(-1/3)` from a third of the bits (error 3.5 %), two steps of Householder's, `a`
/// times the square, and one step of Newton's with what rounding lost of the cube.
#[inline(always)]
fn cbrt64<I: Isa>(x: f64) -> f64 {
    // Without FMA the cube, rounded, must stay below infinity.
    let (down, root_up) = if I::FMA {
        (1.0, 1.0)
    } else {
        (1.0 / 18014398509481984.0, 262144.0)
    };
    let small = x.abs() < 1e-200;
    let a = x.abs() * if small { 18014398509481984.0 } else { down };
    // The upper half of the bits is enough, and its product with 2^32 / 3 stays an integer.
    let y = f64::from_bits(GUESS64.wrapping_sub((a.to_bits() >> 32) * 0x5555_5555));
    let h = Float::mul_add::<I>(-(a * y), y * y, 1.0);
    let step = polynomial!(I, h; 0.3333333333333333, 0.2222222222222222, 0.1728395061728395);
    let y = Float::mul_add::<I>(y * h, step, y);
    let h = Float::mul_add::<I>(-(a * y), y * y, 1.0);
    let step = Float::mul_add::<I>(h, 0.2222222222222222, 0.3333333333333333);
    let y = Float::mul_add::<I>(y * h, step, y);
    let square = y * y;
    let c = a * square;
    let (s, s_low) = two_product::<I>(c, c);
    let rest = if I::FMA {
        f64::mul_add(-s, c, a)
    } else {
        let (t, t_low) = two_product::<I>(s, c);
        (a - t) - t_low
    };
    let rest = Float::mul_add::<I>(-s_low, c, rest);
    let root = Float::mul_add::<I>(rest, square * 0.3333333333333333, c);
    let root = root * if small { 3.814697265625e-06 } else { root_up };
    let root = root.copysign(x);
    if (x != 0.0) & (a < f64::INFINITY) {
        root
    } else {
        x
    }
}

/// As `cbrt64` with one step less; a third of the bits by a multiplication that leaves an integer in
/// the lowest bits.
#[inline(always)]
fn cbrt32<I: Isa>(x: f32) -> f32 {
    let (down, root_up) = if I::FMA {
        (1.0, 1.0)
    } else {
        (1.0 / 16777216.0, 256.0)
    };
    let small = x.abs() < 1e-20;
    let a = x.abs() * if small { 16777216.0 } else { down };
    let third = Float::mul_add::<I>(a.to_bits() as i32 as f32, -1.0 / 768.0, GUESS32);
    let y = f32::from_bits(third.to_bits() << 8);
    let h = Float::mul_add::<I>(-(a * y), y * y, 1.0);
    let step = polynomial!(I, h; 0.33333334, 0.22222222, 0.17283951);
    let y = Float::mul_add::<I>(y * h, step, y);
    let square = y * y;
    let c = a * square;
    let rest = Float::mul_add::<I>(-(c * c), c, a);
    let root = Float::mul_add::<I>(rest, square * 0.33333334, c);
    // 2^24 is 2^(3 * 8): the root is scaled back by 2^8.
    let root = root * if small { 0.00390625 } else { root_up };
    let root = root.copysign(x);
    if (x != 0.0) & (a < f32::INFINITY) {
        root
    } else {
        x
    }
}
