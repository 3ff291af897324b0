//! float16 conversion in integer arithmetic, branch-free, for levels without an instruction.
//!
//! As the instructions do, and unlike NumPy's scalar code, a signalling NaN comes out quiet.

use crate::{
    dtype::f16,
    isa::{Isa, Level},
    status::Status,
    with_isa,
};

/// Exponent 1 of float16 (its smallest normal number) as a float32: bits 113 << 23.
const SMALLEST_NORMAL: u32 = 113 << 23;

/// What takes a float16 exponent, shifted into float32's place, to float32's bias.
const REBIAS: u32 = 112 << 23;

/// Converts the common length of `from` and `to`, by instruction where the level has one: what
/// [`super::cast`] does for these dtypes, without looking for it.
#[inline]
pub(crate) fn widen_at(level: Level, from: &[f16], to: &mut [f32]) {
    with_isa!(level, isa => isa.widen_halves(from, to));
}

/// Rounds the common length of `from` and `to`, as [`widen_at`].
#[inline]
pub(crate) fn narrow_at(level: Level, from: &[f32], to: &mut [f16]) {
    with_isa!(level, isa => isa.narrow_to_halves(from, to));
}

/// Converts the common length of `from` and `to`.
#[inline(always)]
pub(crate) fn widen<I: Isa>(isa: I, from: &[f16], to: &mut [f32]) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (out, x) in to.iter_mut().zip(from) {
                *out = f32_from_f16(I::element(x.to_bits()));
            }
        },
    );
}

/// Rounds the common length of `from` and `to`, ties to even. Raises what the instruction does: an
/// overflow where a finite number becomes infinite, an underflow where a tiny one is rounded.
#[inline(always)]
pub(crate) fn narrow<I: Isa>(isa: I, from: &[f32], to: &mut [f16]) {
    let (overflows, underflows) = isa.vectorize(
        #[inline(always)]
        || {
            let (mut over, mut under) = (false, false);
            for (out, &x) in to.iter_mut().zip(from) {
                let half = f16_from_f32(I::element(x));
                over |= (half & 0x7fff == 0x7c00) & x.is_finite();
                let tiny = x.to_bits() & 0x7fff_ffff < SMALLEST_NORMAL;
                under |= tiny & (f32_from_f16(half).to_bits() != x.to_bits());
                *out = f16::from_bits(half);
            }
            (over, under)
        },
    );
    (Status::OVERFLOW.when(overflows) | Status::UNDERFLOW.when(underflows)).raise();
}

/// The float32 equal to the float16 with the bits `half`.
#[inline(always)]
fn f32_from_f16(half: u16) -> f32 {
    let half = u32::from(half);
    let sign = (half & 0x8000) << 16;
    let shifted = (half & 0x7fff) << 13;
    // The leading bit that a subnormal number lacks is put there and taken away again, exactly.
    let subnormal = f32::from_bits(shifted + SMALLEST_NORMAL) - f32::from_bits(SMALLEST_NORMAL);
    let quiet = if shifted > 0x0f80_0000 { 1 << 22 } else { 0 };
    let special = (shifted + 2 * REBIAS) | quiet;
    let normal = shifted + REBIAS;
    let large = if shifted >= 0x0f80_0000 {
        special
    } else {
        normal
    };
    let magnitude = if shifted < 0x0080_0000 {
        subnormal.to_bits()
    } else {
        large
    };
    f32::from_bits(sign | magnitude)
}

/// The bits of the float16 nearest to `x`, ties to even.
#[inline(always)]
fn f16_from_f32(x: f32) -> u16 {
    const INFINITY: u32 = 0x7c00;
    /// 65520: halfway between the largest float16 and the next power of two.
    const OVERFLOW: u32 = 0x477f_f000;
    /// The number whose unit in the last place is that of a subnormal float16.
    const HALF: u32 = 126 << 23;
    let bits = x.to_bits();
    let sign = (bits >> 16) & 0x8000;
    let magnitude = bits & 0x7fff_ffff;
    let odd = (magnitude >> 13) & 1;
    let normal = magnitude.wrapping_sub(REBIAS).wrapping_add(0xfff + odd) >> 13;
    let subnormal = (f32::from_bits(magnitude) + f32::from_bits(HALF))
        .to_bits()
        .wrapping_sub(HALF);
    let nan = INFINITY | 0x200 | ((magnitude >> 13) & 0x3ff);
    let finite = if magnitude < SMALLEST_NORMAL {
        subnormal
    } else {
        normal
    };
    let special = if magnitude > 0x7f80_0000 {
        nan
    } else {
        INFINITY
    };
    (sign
        | if magnitude >= OVERFLOW {
            special
        } else {
            finite
        }) as u16
}
