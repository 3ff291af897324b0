//! The larger, the smaller and the one between, branch-free.

use super::compare::less_equal;
use crate::{
    dtype::{Bool, Complex32, Complex64},
    isa::Isa,
    kernel::Ternary,
    number::Float,
};
use num_complex::Complex;

/// Whether `x` has a NaN.
#[inline(always)]
fn is_nan<F: Float>(x: Complex<F>) -> bool {
    x.re.is_nan() | x.im.is_nan()
}

/// The larger of `x` and `y`; NaN if one of them is.
pub struct Maximum;
binary!(Maximum light, i8 u8 i16 u16 i32 u32 => |x, y| x.max(y));
binary!(Maximum choosing, i64 u64 => |x, y| x.max(y));
binary!(Maximum light, Bool => |x, y| Bool::from(x.get() | y.get()));
binary!(Maximum choosing, f32 f64 => |x, y| if (x > y) | x.is_nan() { x } else { y });
binary!(Maximum, Complex32 Complex64 => |x, y| if is_nan(x) | less_equal(y, x) { x } else { y });

/// The smaller of `x` and `y`; NaN if one of them is.
pub struct Minimum;
binary!(Minimum light, i8 u8 i16 u16 i32 u32 => |x, y| x.min(y));
binary!(Minimum choosing, i64 u64 => |x, y| x.min(y));
binary!(Minimum light, Bool => |x, y| Bool::from(x.get() & y.get()));
binary!(Minimum choosing, f32 f64 => |x, y| if (x < y) | x.is_nan() { x } else { y });
binary!(Minimum, Complex32 Complex64 => |x, y| if is_nan(x) | less_equal(x, y) { x } else { y });

/// The larger of `x` and `y`; the other one if one of them is NaN.
pub struct Fmax;
binary!(Fmax light, i8 u8 i16 u16 i32 u32 => |x, y| x.max(y));
binary!(Fmax choosing, i64 u64 => |x, y| x.max(y));
binary!(Fmax light, Bool => |x, y| Bool::from(x.get() | y.get()));
binary!(Fmax choosing, f32 f64 => |x, y| if (x > y) | y.is_nan() { x } else { y });
binary!(Fmax, Complex32 Complex64 => |x, y| if is_nan(y) | less_equal(y, x) { x } else { y });

/// The smaller of `x` and `y`; the other one if one of them is NaN.
pub struct Fmin;
binary!(Fmin light, i8 u8 i16 u16 i32 u32 => |x, y| x.min(y));
binary!(Fmin choosing, i64 u64 => |x, y| x.min(y));
binary!(Fmin light, Bool => |x, y| Bool::from(x.get() & y.get()));
binary!(Fmin choosing, f32 f64 => |x, y| if (x < y) | y.is_nan() { x } else { y });
binary!(Fmin, Complex32 Complex64 => |x, y| if is_nan(y) | less_equal(x, y) { x } else { y });

/// `x`, or the bound that it exceeds; the upper bound wins, NaN anywhere gives NaN.
pub struct Clip;

macro_rules! clip {
    ($($t:ty)* => |$x:ident, $low:ident, $high:ident| $e:expr) => {$(
        impl Ternary<$t> for Clip {
            type Out = $t;
            #[inline(always)]
            fn call<I: Isa>($x: $t, $low: $t, $high: $t) -> $t { $e }
        }
    )*};
}
clip!(i8 u8 i16 u16 i32 u32 i64 u64 => |x, low, high| x.max(low).min(high));
clip!(Bool => |x, low, high| Bool::from((x.get() | low.get()) & high.get()));
// What equals a bound stays, so that a zero keeps its sign.
clip!(f32 f64 => |x, low, high| {
    let x = if (x < low) | low.is_nan() { low } else { x };
    if (x > high) | high.is_nan() { high } else { x }
});
clip!(Complex32 Complex64 => |x, low, high| {
    let x = if below(low, x) | is_nan(x) { x } else { low };
    if below(x, high) | is_nan(x) { x } else { high }
});

/// Whether `x` is less than `y` for [`Clip`]: imaginary parts count only where real ones tie, NaN
/// or not.
#[inline(always)]
fn below<F: Float>(x: Complex<F>, y: Complex<F>) -> bool {
    let tie = x.re == y.re;
    if tie { x.im < y.im } else { x.re < y.re }
}
