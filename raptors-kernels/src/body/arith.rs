//! Arithmetic, branch-free. Integers wrap; truth values add by `or` and multiply by `and`.

use super::float::hypot;
use crate::{
    arch::complex,
    dtype::{Bool, Complex32, Complex64, f16},
    isa::Isa,
    kernel::{Binary, Unary},
    number::Float,
};
use num_complex::Complex;

/// `x + y`.
pub struct Add;
binary!(Add light, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x.wrapping_add(y));
binary!(Add light, f32 f64 Complex32 => |x, y| x + y);
binary!(Add light, Bool => |x, y| Bool::from(x.get() | y.get()));

/// `x - y`.
pub struct Subtract;
binary!(Subtract light, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x.wrapping_sub(y));
binary!(Subtract light, f32 f64 Complex32 => |x, y| x - y);

macro_rules! sums {
    ($($body:ident |$x:ident, $y:ident| $sum:expr;)*) => {$(
        impl Binary<Complex64> for $body {
            type Second = Complex64;
            type Out = Complex64;
            const LIGHT: bool = true;
            #[inline(always)]
            fn whole<I: Isa>(isa: I, x: &[Complex64], y: &[Complex64], out: &mut [Complex64]) -> bool {
                beside::<I, Self, _>(isa, x, y, out)
            }
            #[inline(always)]
            fn call<I: Isa>($x: Complex64, $y: Complex64) -> Complex64 {
                $sum
            }
        }
    )*};
}
sums! {
    Add |x, y| x + y;
    Subtract |x, y| x - y;
}

/// Complex numbers that are added to one at a time.
const BESIDE: usize = 4;

/// Fills `out` with the results for a run and one number: whether these are such. The compiler takes a loop
/// over single ones apart into real and imaginary parts, which takes longer than sums; of float32, and in wider
/// vectors, it is the other way round.
#[inline(always)]
fn beside<I: Isa, K: Binary<T, Second = T, Out = T>, T: Copy>(
    isa: I,
    x: &[T],
    y: &[T],
    out: &mut [T],
) -> bool {
    let len = out.len();
    match (x, y) {
        _ if I::WIDE => return false,
        (x, &[y]) if x.len() == len => few(
            isa,
            x,
            out,
            #[inline(always)]
            move |x| K::call::<I>(x, y),
        ),
        (&[x], y) if y.len() == len => few(
            isa,
            y,
            out,
            #[inline(always)]
            move |y| K::call::<I>(x, y),
        ),
        _ => return false,
    }
    true
}

#[inline(always)]
fn few<I: Isa, T: Copy>(isa: I, x: &[T], out: &mut [T], f: impl Fn(T) -> T) {
    isa.vectorize(
        #[inline(always)]
        || {
            let ((xs, x), (outs, out)) = (x.as_chunks::<BESIDE>(), out.as_chunks_mut::<BESIDE>());
            for (x, out) in xs.iter().zip(outs) {
                *out = x.map(&f);
            }
            for (&x, out) in x.iter().zip(out) {
                *out = f(x);
            }
        },
    );
}

/// `x * y`.
pub struct Multiply;
binary!(Multiply light, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x.wrapping_mul(y));
binary!(Multiply light, f32 f64 => |x, y| x * y);
binary!(Multiply light, Bool => |x, y| Bool::from(x.get() & y.get()));

macro_rules! products {
    ($($t:ty = $products:ident;)*) => {$(
        impl Binary<$t> for Multiply {
            type Second = $t;
            type Out = $t;
            const LIGHT: bool = true;
            #[inline(always)]
            fn whole<I: Isa>(isa: I, x: &[$t], y: &[$t], out: &mut [$t]) -> bool {
                complex::$products(isa, x, y, out)
            }
            #[inline(always)]
            fn call<I: Isa>(x: $t, y: $t) -> $t {
                product::<I, _>(x, y)
            }
        }
        impl Unary<$t> for Square {
            type Out = $t;
            #[inline(always)]
            fn whole<I: Isa>(isa: I, x: &[$t], out: &mut [$t]) -> bool {
                complex::$products(isa, x, x, out)
            }
            #[inline(always)]
            fn call<I: Isa>(x: $t) -> $t {
                product::<I, _>(x, x)
            }
        }
    )*};
}
products!(Complex32 = products_c32; Complex64 = products_c64;);

/// The complex product, with one rounding less where the instruction set has it, as in NumPy.
#[inline(always)]
fn product<I: Isa, F: Float>(x: Complex<F>, y: Complex<F>) -> Complex<F> {
    Complex {
        re: x.re.mul_add::<I>(y.re, -(x.im * y.im)),
        im: x.re.mul_add::<I>(y.im, x.im * y.re),
    }
}

/// `x / y`.
pub struct Divide;
binary!(Divide light, f32 f64 => |x, y| x / y);
binary!(Divide, Complex32 Complex64 => |x, y| divide(x, y));

/// R. L. Smith's quotient (Algorithm 116, CACM 1962): divides by the larger part of `y` first, so
/// that nothing overflows on the way. A zero divisor gives infinities and NaN.
#[inline(always)]
pub(super) fn divide<F: Float>(x: Complex<F>, y: Complex<F>) -> Complex<F> {
    let real = y.re.abs() >= y.im.abs();
    let (long, short) = if real { (y.re, y.im) } else { (y.im, y.re) };
    let (a, b) = if real { (x.re, x.im) } else { (x.im, x.re) };
    let ratio = short / long;
    let scale = F::ONE / (long + short * ratio);
    let re = (a + b * ratio) * scale;
    let im = (if real { b - a * ratio } else { a * ratio - b }) * scale;
    let zero = (y.re == F::ZERO) & (y.im == F::ZERO);
    Complex {
        re: if zero { x.re / y.re.abs() } else { re },
        im: if zero { x.im / y.re.abs() } else { im },
    }
}

/// `-x`.
pub struct Negative;
unary!(Negative, i8 u8 i16 u16 i32 u32 i64 u64 => |x| x.wrapping_neg());
unary!(Negative, f32 f64 Complex32 Complex64 => |x| -x);
unary!(Negative, f16 => |x| f16::from_bits(x.to_bits() ^ 0x8000));

/// `x`.
pub struct Positive;
unary!(Positive, i8 u8 i16 u16 i32 u32 i64 u64 f16 f32 f64 Complex32 Complex64 => |x| x);

/// The complex conjugate of `x`.
pub struct Conjugate;
unary!(Conjugate, i8 u8 i16 u16 i32 u32 i64 u64 f16 f32 f64 => |x| x);
unary!(Conjugate, Complex32 Complex64 => |x| Complex { re: x.re, im: -x.im });

/// `|x|`.
pub struct Absolute;
unary!(Absolute, i8 i16 i32 i64 => |x| x.wrapping_abs());
unary!(Absolute, Bool u8 u16 u32 u64 => |x| x);
unary!(Absolute, f32 f64 => |x| x.abs());
unary!(Absolute, f16 => |x| f16::from_bits(x.to_bits() & 0x7fff));
unary!(Absolute, Complex32 => f32, |x| hypot::<I, _>(x.re, x.im));
unary!(Absolute, Complex64 => f64, |x| hypot::<I, _>(x.re, x.im));

/// `|x|` for floating-point numbers alone.
pub struct Fabs;
unary!(Fabs, f32 f64 => |x| x.abs());
unary!(Fabs, f16 => |x| f16::from_bits(x.to_bits() & 0x7fff));

/// -1, 0 or 1; for complex numbers `x / |x|`.
pub struct Sign;
// Not `signum`: as a difference of two comparisons it vectorizes.
unary!(Sign, i8 => |x| i8::from(x > 0) - i8::from(x < 0));
unary!(Sign, i16 => |x| i16::from(x > 0) - i16::from(x < 0));
unary!(Sign, i32 => |x| i32::from(x > 0) - i32::from(x < 0));
unary!(Sign, i64 => |x| i64::from(x > 0) - i64::from(x < 0));
unary!(Sign, u8 u16 u32 u64 => |x| x.min(1));
unary!(Sign, f32 f64 => |x| {
    let sign = if x > 0.0 { 1.0 } else { 0.0 };
    let sign = if x < 0.0 { -1.0 } else { sign };
    if x.is_nan() { x } else { sign }
});
unary!(Sign, Complex32 Complex64 => |x| direction::<I, _>(x));

/// `x / |x|`; an infinite part wins over a finite one, two infinite parts have no direction.
#[inline(always)]
fn direction<I: Isa, F: Float>(x: Complex<F>) -> Complex<F> {
    let (infinite, both) = (
        Complex {
            re: x.re.abs() == F::INFINITY,
            im: x.im.abs() == F::INFINITY,
        },
        (x.re.abs() == F::INFINITY) & (x.im.abs() == F::INFINITY),
    );
    // A quarter keeps the absolute value finite and the quotient as it was.
    let quarter = F::HALF * F::HALF;
    let large = (x.re.abs() > F::ONE) | (x.im.abs() > F::ONE);
    let factor = if large { quarter } else { F::ONE };
    let (re, im) = (x.re * factor, x.im * factor);
    let length = hypot::<I, F>(re, im);
    let part = |part: F, infinite: bool, other: bool| {
        let quotient = if length == F::ZERO {
            F::ZERO
        } else {
            part / length
        };
        let quotient = if infinite {
            F::ONE.copysign(part)
        } else {
            quotient
        };
        let quotient = if other { F::ZERO } else { quotient };
        if both { F::NAN } else { quotient }
    };
    Complex {
        re: part(re, infinite.re, infinite.im),
        im: part(im, infinite.im, infinite.re),
    }
}

/// `1 / x`. Integers: the quotient without its fraction, and for zero what NumPy gives on x86-64.
pub struct Reciprocal;
unary!(Reciprocal, i8 i16 => |x| if x.unsigned_abs() == 1 { x } else { 0 });
unary!(Reciprocal, i32 => |x| if x == 0 { i32::MIN } else if x.unsigned_abs() == 1 { x } else { 0 });
unary!(Reciprocal, i64 => |x| if x == 0 { i64::MIN } else if x.unsigned_abs() == 1 { x } else { 0 });
unary!(Reciprocal, u8 u16 u32 u64 => |x| (x == 1).into());
unary!(Reciprocal, f32 f64 => |x| 1.0 / x);
unary!(Reciprocal, Complex32 Complex64 => |x| reciprocal(x));

/// Smith's quotient for a dividend of 1.
#[inline(always)]
fn reciprocal<F: Float>(x: Complex<F>) -> Complex<F> {
    let real = x.im.abs() <= x.re.abs();
    let (long, short) = if real { (x.re, x.im) } else { (x.im, x.re) };
    let ratio = short / long;
    let scale = long + short * ratio;
    let (one, rest) = (F::ONE / scale, ratio / scale);
    Complex {
        re: if real { one } else { rest },
        im: if real { -rest } else { -one },
    }
}

/// `x * x`.
pub struct Square;
unary!(Square, i8 u8 i16 u16 i32 u32 i64 u64 => |x| x.wrapping_mul(x));
unary!(Square, f32 f64 => |x| x * x);
