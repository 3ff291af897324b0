//! Floating-point functions that a few instructions compute, branch-free.

use crate::{
    arch::compare::{self, op},
    dtype::{Bool, Complex32, Complex64, f16},
    isa::Isa,
    kernel::Unary,
    number::Float,
};
use num_complex::Complex;

/// The square root.
pub struct Sqrt;
unary!(Sqrt slow, f32 f64 => |x| x.sqrt());
unary!(Sqrt, Complex32 Complex64 => |x| sqrt::<I, _>(x));

/// The square root with a real part that is not negative, after W. Kahan, "Branch cuts for complex
/// elementary functions" (1987): the part that adds two numbers of one sign is computed first, the
/// other one is divided by it. At most 4 ulp of the absolute value.
#[inline(always)]
pub(super) fn sqrt<I: Isa, F: Float>(z: Complex<F>) -> Complex<F> {
    let (x, y) = (z.re.abs(), z.im.abs());
    let larger = if x > y { x } else { y };
    // Powers of four keep |x| + |z| finite and small numbers normal; their roots undo them.
    let (tiny, huge) = (
        larger < F::MIN_POSITIVE * F::from_f64(16.0),
        larger > F::ONE,
    );
    let four = F::from_f64(4.0);
    let up = F::INTEGERS + F::INTEGERS;
    let up = up * up;
    let (factor, root) = if tiny {
        (up, F::ONE / up.sqrt())
    } else {
        (F::ONE, F::ONE)
    };
    let (factor, root) = if huge {
        (F::ONE / (four * four), four)
    } else {
        (factor, root)
    };
    let (a, b) = (x * factor, y * factor);
    let near = ((a + hypot::<I, F>(a, b)) * F::HALF).sqrt();
    let far = b / (near + near);
    let (near, far) = (
        near * root,
        if (x == F::ZERO) & (y == F::ZERO) {
            F::ZERO
        } else {
            far * root
        },
    );
    let positive = !z.re.is_sign_negative();
    let (re, im) = if positive { (near, far) } else { (far, near) };
    // An infinite part decides, as in C99's Annex G.
    let infinite = x == F::INFINITY;
    let im_of_real = if y.is_nan() { y } else { F::ZERO };
    let (re, im) = match (infinite, positive) {
        (true, true) => (F::INFINITY, im_of_real),
        (true, false) => (im_of_real, F::INFINITY),
        _ => (re, im),
    };
    let (re, im) = if y == F::INFINITY { (y, y) } else { (re, im) };
    Complex {
        re,
        im: im.copysign(z.im),
    }
}

/// `sqrt(x² + y²)` without overflow or underflow on the way.
pub struct Hypot;
binary!(Hypot, f32 f64 => |x, y| hypot::<I, _>(x, y));

/// The hypotenuse. Both sides are divided by the power of two next to the longer one, which is
/// exact; at most 1.3 ulp. Infinity wins over NaN.
#[inline(always)]
pub(crate) fn hypot<I: Isa, F: Float>(x: F, y: F) -> F {
    let (x, y) = (x.abs(), y.abs());
    let longer = if x > y { x } else { y };
    let (scale, inverse) = longer.binade();
    let (a, b) = (x * inverse, y * inverse);
    let length = a.mul_add::<I>(a, b * b).sqrt() * scale;
    let infinite = (x == F::INFINITY) | (y == F::INFINITY);
    if infinite { F::INFINITY } else { length }
}

/// 0 for negative `x`, 1 for positive `x`, `y` for zero.
pub struct Heaviside;
binary!(Heaviside, f32 f64 => |x, y| {
    let step = if x < 0.0 { 0.0 } else { 1.0 };
    let step = if x == 0.0 { y } else { step };
    if x.is_nan() { x } else { step }
});

/// The magnitude of `x` with the sign of `y`.
pub struct Copysign;
binary!(Copysign light, f32 f64 => |x, y| x.copysign(y));
binary!(Copysign light, f16 => |x, y| f16::from_bits(x.to_bits() & 0x7fff | y.to_bits() & 0x8000));

/// Implements a body that tells something of float64, by a comparison with a run or a number where the level
/// has comparisons of whole runs.
macro_rules! told {
    ($body:ident, |$x:ident| $e:expr, $op:ident $y:expr) => {
        impl Unary<f64> for $body {
            type Out = Bool;
            #[inline(always)]
            fn whole<I: Isa>(isa: I, $x: &[f64], out: &mut [Bool]) -> bool {
                compare::f64s::<I, { op::$op }>(isa, $x, $y, out)
            }
            #[inline(always)]
            fn call<I: Isa>($x: f64) -> Bool {
                Bool::from($e)
            }
        }
    };
}

/// Whether the sign bit of `x` is set.
pub struct Signbit;
unary!(Signbit, f32 => Bool, |x| Bool::from(x.is_sign_negative()));
told!(Signbit, |x| x.is_sign_negative(), NEGATIVE & [0.0]);
unary!(Signbit, f16 => Bool, |x| Bool::from(x.to_bits() >> 15 != 0));

/// Whether `x` is, or has, a NaN.
pub struct Isnan;
unary!(Isnan, f16 => Bool, |x| Bool::from(x.to_bits() & 0x7fff > 0x7c00));
unary!(Isnan, f32 => Bool, |x| Bool::from(x.is_nan()));
told!(Isnan, |x| x.is_nan(), NOT_EQUAL x);
unary!(Isnan, Complex32 Complex64 => Bool, |x| Bool::from(x.re.is_nan() | x.im.is_nan()));
unary!(Isnan, Bool i8 u8 i16 u16 i32 u32 i64 u64 => Bool, |x| Bool::from(false));

/// Whether `x` is, or has, an infinity.
pub struct Isinf;
unary!(Isinf, f16 => Bool, |x| Bool::from(x.to_bits() & 0x7fff == 0x7c00));
unary!(Isinf, f32 => Bool, |x| Bool::from(x.is_infinite()));
told!(Isinf, |x| x.is_infinite(), SIZE_EQUAL & [f64::INFINITY]);
unary!(Isinf, Complex32 Complex64 => Bool, |x| {
    Bool::from(x.re.is_infinite() | x.im.is_infinite())
});
unary!(Isinf, Bool i8 u8 i16 u16 i32 u32 i64 u64 => Bool, |x| Bool::from(false));

/// Whether `x` is neither NaN nor infinite.
pub struct Isfinite;
unary!(Isfinite, f16 => Bool, |x| Bool::from(x.to_bits() & 0x7fff < 0x7c00));
unary!(Isfinite, f32 => Bool, |x| Bool::from(x.is_finite()));
told!(Isfinite, |x| x.is_finite(), SIZE_LESS & [f64::INFINITY]);
unary!(Isfinite, Complex32 Complex64 => Bool, |x| Bool::from(x.re.is_finite() & x.im.is_finite()));
unary!(Isfinite, Bool i8 u8 i16 u16 i32 u32 i64 u64 => Bool, |x| Bool::from(true));

/// Radians to degrees.
pub struct Degrees;
unary!(Degrees, f32 => |x| x * (180.0 / core::f32::consts::PI));
unary!(Degrees, f64 => |x| x * (180.0 / core::f64::consts::PI));

/// Degrees to radians.
pub struct Radians;
unary!(Radians, f32 => |x| x * (core::f32::consts::PI / 180.0));
unary!(Radians, f64 => |x| x * (core::f64::consts::PI / 180.0));
