//! Functions of float16, in float32 as which the results are rounded: branch-free, with the few terms that eleven
//! bits need. All but at most four of the 65,536 results are those of exact ones, as NumPy's are.

use crate::{dtype::f16, isa::Isa, kernel::PACK, number::Float};
use core::f32::consts::{FRAC_2_PI, LN_2, LOG2_E, LOG10_2, LOG10_E};

/// `f` of packs, and that they are computed.
#[inline(always)]
pub(crate) fn each<I: Isa>(
    isa: I,
    x: &[[f16; PACK]],
    out: &mut [[f32; PACK]],
    f: impl Fn(I, f32) -> f32,
) -> bool {
    isa.widen_halves(x.as_flattened(), out.as_flattened_mut());
    for x in out.as_flattened_mut() {
        *x = f(isa, *x);
    }
    true
}

/// `1.5 * 2^23`: a float32 of this size has its integer in the low bits.
const SHIFT: f32 = 12_582_912.0;

/// `c[0] + c[1] x + …`.
#[inline(always)]
fn sum<I: Isa, const N: usize>(x: f32, c: [f32; N]) -> f32 {
    c.iter()
        .rev()
        .skip(1)
        .fold(c[N - 1], |y, &c| Float::mul_add::<I>(y, x, c))
}

/// `x`, or the nearest of two bounds; NaN stays NaN.
#[inline(always)]
fn between(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `y`, or for infinite `x` what is exact.
#[inline(always)]
fn with_ends(x: f32, y: f32, minus: f32) -> f32 {
    let y = if x == f32::INFINITY { x } else { y };
    if x == f32::NEG_INFINITY { minus } else { y }
}

/// `e^r - 1`, for `|r| <= ln 2 / 2`.
#[inline(always)]
fn less_one<I: Isa>(r: f32) -> f32 {
    r * sum::<I, _>(
        r,
        [
            1.0,
            0.5,
            0.166_666_67,
            0.041_666_67,
            0.008_333_334,
            0.001_388_889,
        ],
    )
}

/// A power of two, as the bits of `shifted` tell.
#[inline(always)]
fn power_of_two(shifted: f32) -> f32 {
    f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits()))
}

/// A power of two and `e^r - 1`, whose product and sum `e^x` is.
#[inline(always)]
fn parts<I: Isa>(x: f32) -> (f32, f32) {
    let shifted = Float::mul_add::<I>(x, LOG2_E, SHIFT);
    let r = Float::mul_add::<I>(shifted - SHIFT, -LN_2, x);
    (power_of_two(shifted), less_one::<I>(r))
}

/// `e^x - 1`, for `x` that gives no infinity.
#[inline(always)]
fn far_less_one<I: Isa>(x: f32) -> f32 {
    let (power, rest) = parts::<I>(x);
    Float::mul_add::<I>(power, rest, power - 1.0)
}

#[inline(always)]
pub(crate) fn exp<I: Isa>(_: I, x: f32) -> f32 {
    let (power, rest) = parts::<I>(between(x, -20.0, 13.0));
    with_ends(x, Float::mul_add::<I>(power, rest, power), 0.0)
}

#[inline(always)]
pub(crate) fn exp2<I: Isa>(_: I, x: f32) -> f32 {
    let near = between(x, -28.0, 17.0);
    let shifted = near + SHIFT;
    let (power, r) = (power_of_two(shifted), near - (shifted - SHIFT));
    with_ends(
        x,
        Float::mul_add::<I>(power, less_one::<I>(r * LN_2), power),
        0.0,
    )
}

#[inline(always)]
pub(crate) fn expm1<I: Isa>(_: I, x: f32) -> f32 {
    let y = far_less_one::<I>(between(x, -20.0, 13.0));
    with_ends(x, y.copysign(x), -1.0)
}

#[inline(always)]
pub(crate) fn cosh<I: Isa>(_: I, x: f32) -> f32 {
    let (power, rest) = parts::<I>(between(x.abs(), 0.0, 13.0));
    let twice = Float::mul_add::<I>(power, rest, power);
    with_ends(x.abs(), 0.5 * (twice + 1.0 / twice), 0.0)
}

#[inline(always)]
pub(crate) fn sinh<I: Isa>(_: I, x: f32) -> f32 {
    let y = far_less_one::<I>(between(x.abs(), 0.0, 13.0));
    with_ends(x.abs(), 0.5 * (y + y / (y + 1.0)), 0.0).copysign(x)
}

#[inline(always)]
pub(crate) fn tanh<I: Isa>(_: I, x: f32) -> f32 {
    let y = far_less_one::<I>(between(2.0 * x.abs(), 0.0, 20.0));
    (y / (y + 2.0)).copysign(x)
}

/// The power of two in `x`, and what the rest of it is more than one, which is `near` where `x` is `1 + near`.
#[inline(always)]
fn split(x: f32, near: Option<f32>) -> (f32, f32) {
    /// The bits of the square root of one half.
    const ROOT: u32 = 0x3f35_04f3;
    let power = (x.to_bits().wrapping_sub(ROOT) as i32) >> 23;
    let f = f32::from_bits(x.to_bits().wrapping_sub((power << 23) as u32)) - 1.0;
    let f = match near {
        Some(near) if power == 0 => near,
        _ => f,
    };
    (power as f32, f)
}

/// The power of two in `x`, and the logarithm of the rest of it.
#[inline(always)]
fn log_parts<I: Isa>(x: f32) -> (f32, f32) {
    let (power, f) = split(x, None);
    let s = f / (f + 2.0);
    let z = s * s;
    let rest = s * sum::<I, _>(z, [2.0, 0.666_666_7, 0.4, 0.285_714_3, 0.222_222_2]);
    (power, rest)
}

/// `y`, the logarithm of `x`, or what that is of zero, negative numbers, infinity and NaN.
#[inline(always)]
fn with_pole(x: f32, y: f32) -> f32 {
    let y = if x == f32::INFINITY { x } else { y };
    let pole = if x == 0.0 {
        f32::NEG_INFINITY
    } else {
        f32::NAN
    };
    if x > 0.0 { y } else { pole }
}

#[inline(always)]
pub(crate) fn log<I: Isa>(_: I, x: f32) -> f32 {
    let (power, rest) = log_parts::<I>(x);
    with_pole(x, Float::mul_add::<I>(power, LN_2, rest))
}

#[inline(always)]
pub(crate) fn log2<I: Isa>(_: I, x: f32) -> f32 {
    let (power, rest) = log_parts::<I>(x);
    with_pole(x, Float::mul_add::<I>(rest, LOG2_E, power))
}

#[inline(always)]
pub(crate) fn log10<I: Isa>(_: I, x: f32) -> f32 {
    let (power, rest) = log_parts::<I>(x);
    with_pole(x, Float::mul_add::<I>(power, LOG10_2, rest * LOG10_E))
}

#[inline(always)]
pub(crate) fn log1p<I: Isa>(_: I, x: f32) -> f32 {
    let (power, f) = split(1.0 + x, Some(x));
    // As `f - (f²/2 - s (f²/2 + R(s²)))`, whose last bit tells, near zero, whether rounding to float16 loses something.
    let (s, half_square) = (f / (f + 2.0), 0.5 * f * f);
    let z = s * s;
    let rest = z * sum::<I, _>(z, [0.666_666_7, 0.4, 0.285_714_3, 0.222_222_2]);
    let less = Float::mul_add::<I>(-s, half_square + rest, half_square);
    with_pole(1.0 + x, Float::mul_add::<I>(power, LN_2, f - less)).copysign(x)
}

/// The sine of `x` plus `turns` right angles.
#[inline(always)]
fn wave<I: Isa>(x: f32, turns: u32) -> f32 {
    /// A right angle, whose sum with the next is exact to 48 bits.
    const RIGHT: [f32; 2] = [f32::from_bits(0x3fc9_0fda), 7.549_79e-8];
    let shifted = Float::mul_add::<I>(x, FRAC_2_PI, SHIFT);
    let n = shifted - SHIFT;
    let r = Float::mul_add::<I>(n, -RIGHT[1], Float::mul_add::<I>(n, -RIGHT[0], x));
    let (z, quarter) = (r * r, shifted.to_bits().wrapping_add(turns));
    let sine = r * sum::<I, _>(z, [1.0, -0.166_666_55, 0.008_332_161, -0.000_195_152_96]);
    let cosine = sum::<I, _>(
        z,
        [
            1.0,
            -0.5,
            0.041_666_646,
            -0.001_388_731_6,
            0.000_024_433_157,
        ],
    );
    let y = if quarter & 1 == 0 { sine } else { cosine };
    f32::from_bits(y.to_bits() ^ (quarter & 2) << 30)
}

#[inline(always)]
pub(crate) fn sin<I: Isa>(_: I, x: f32) -> f32 {
    wave::<I>(x, 0)
}

#[inline(always)]
pub(crate) fn cos<I: Isa>(_: I, x: f32) -> f32 {
    wave::<I>(x, 1)
}
