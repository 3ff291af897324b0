//! Comparisons, branch-free. Complex numbers are ordered by real part, then by imaginary part;
//! where one has a NaN, no order holds.

use crate::{
    arch::compare,
    dtype::{Bool, Complex32, Complex64},
    isa::Isa,
    kernel::Binary,
    number::Float,
};
use num_complex::Complex;

/// `x < y`, where a NaN in either imaginary part hides the order of the real parts.
#[inline(always)]
pub(crate) fn less<F: Float>(x: Complex<F>, y: Complex<F>) -> bool {
    let ordered = !(x.im.is_nan() | y.im.is_nan());
    ((x.re < y.re) & ordered) | ((x.re == y.re) & (x.im < y.im))
}

/// `x <= y`, as [`less`].
#[inline(always)]
pub(crate) fn less_equal<F: Float>(x: Complex<F>, y: Complex<F>) -> bool {
    let ordered = !(x.im.is_nan() | y.im.is_nan());
    ((x.re < y.re) & ordered) | ((x.re == y.re) & (x.im <= y.im))
}

/// The imaginary part of `x` where the real parts are equal, else NaN, which equals nothing. (The
/// conjunction of two comparisons would become a branch.)
#[inline(always)]
fn imaginary<F: Float>(x: Complex<F>, y: Complex<F>) -> F {
    if x.re == y.re { x.im } else { F::NAN }
}

macro_rules! words {
    ($body:ident $op:ident, $light:literal, $($t:ty = $words:ident;)*, |$x:ident, $y:ident| $real:expr) => {$(
        impl Binary<$t> for $body {
            type Second = $t;
            type Out = Bool;
            const LIGHT: bool = $light;
            #[inline(always)]
            fn whole<I: Isa>(isa: I, x: &[$t], y: &[$t], out: &mut [Bool]) -> bool {
                compare::$words::<I, { compare::op::$op }>(isa, x, y, out)
            }
            #[inline(always)]
            fn call<I: Isa>($x: $t, $y: $t) -> Bool {
                Bool::from($real)
            }
        }
    )*};
}

macro_rules! comparisons {
    ($($(#[doc = $doc:literal])* $body:ident $op:ident |$x:ident, $y:ident| $real:expr, $complex:expr;)*) => {$(
        $(#[doc = $doc])*
        pub struct $body;
        binary!($body light, i8 u8 i16 u16 i32 u32 f32 => Bool, |$x, $y| Bool::from($real));
        words!($body $op, true, f64 = f64s; i64 = i64s; u64 = u64s;, |$x, $y| $real);
        binary!($body, Bool => Bool, |$x, $y| {
            let ($x, $y) = (u8::from($x.get()), u8::from($y.get()));
            Bool::from($real)
        });
        words!($body $op, false, Complex32 = complex32s; Complex64 = complex64s;, |$x, $y| $complex);
    )*};
}
comparisons! {
    /// `x == y`.
    Equal EQUAL |x, y| x == y, imaginary(x, y) == y.im;
    /// `x != y`.
    NotEqual NOT_EQUAL |x, y| x != y, imaginary(x, y) != y.im;
    /// `x < y`.
    Less LESS |x, y| x < y, less(x, y);
    /// `x <= y`.
    LessEqual LESS_EQUAL |x, y| x <= y, less_equal(x, y);
    /// `x > y`.
    Greater GREATER |x, y| x > y, less(y, x);
    /// `x >= y`.
    GreaterEqual GREATER_EQUAL |x, y| x >= y, less_equal(y, x);
}
