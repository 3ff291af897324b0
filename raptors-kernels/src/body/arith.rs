//! Arithmetic. Integers wrap; truth values add by `or` and multiply by `and`.

use crate::{
    dtype::{Bool, Complex32, Complex64},
    isa::Isa,
    kernel::Binary,
};

/// `x + y`.
pub struct Add;
/// `x * y`.
pub struct Multiply;

macro_rules! binary {
    ($body:ident, $($t:ty)* => |$x:ident, $y:ident| $e:expr) => {$(
        impl Binary<$t> for $body {
            type Second = $t;
            type Out = $t;
            #[inline(always)]
            fn call<I: Isa>($x: $t, $y: $t) -> $t { $e }
        }
    )*};
}
binary!(Add, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x.wrapping_add(y));
binary!(Add, f32 f64 Complex32 Complex64 => |x, y| x + y);
binary!(Add, Bool => |x, y| Bool::from(x.get() | y.get()));
binary!(Multiply, i8 u8 i16 u16 i32 u32 i64 u64 => |x, y| x.wrapping_mul(y));
binary!(Multiply, f32 f64 Complex32 Complex64 => |x, y| x * y);
binary!(Multiply, Bool => |x, y| Bool::from(x.get() & y.get()));
