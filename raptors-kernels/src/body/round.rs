//! Rounding to integers, branch-free. Integers are what they are.

use crate::{
    dtype::{Bool, Complex32, Complex64},
    number::Float,
};
use num_complex::Complex;

/// The nearest integer, to even on a tie; of complex numbers part by part.
pub struct Rint;
unary!(Rint, f32 f64 => |x| Float::rint::<I>(x));
unary!(Rint, Complex32 Complex64 => |x| {
    Complex { re: Float::rint::<I>(x.re), im: Float::rint::<I>(x.im) }
});

/// The largest integer that is not greater.
pub struct Floor;
unary!(Floor, f32 f64 => |x| Float::floor::<I>(x));
unary!(Floor, Bool i8 u8 i16 u16 i32 u32 i64 u64 => |x| x);

/// The smallest integer that is not less.
pub struct Ceil;
unary!(Ceil, f32 f64 => |x| Float::ceil::<I>(x));
unary!(Ceil, Bool i8 u8 i16 u16 i32 u32 i64 u64 => |x| x);

/// The integer next to `x` towards zero.
pub struct Trunc;
unary!(Trunc, f32 f64 => |x| Float::trunc::<I>(x));
unary!(Trunc, Bool i8 u8 i16 u16 i32 u32 i64 u64 => |x| x);
