//! What each ufunc computes for one element.
#![allow(
    clippy::needless_bitwise_bool,
    reason = "`&&` and `||` branch, which stops vectorizing"
)]

/// Implements a body for several element types. In the expression, `T` is the element type and
/// `I` the instruction set. `choosing` says that the result is often the input.
macro_rules! unary {
    ($body:ident choosing, $($t:ty)* => |$x:ident| $e:expr) => {$(
        impl $crate::kernel::Unary<$t> for $body {
            type Out = $t;
            const CHOOSES: bool = true;
            #[inline(always)]
            fn call<I: $crate::isa::Isa>($x: $t) -> $t { $e }
        }
    )*};
    ($body:ident slow, $($t:ty)* => |$x:ident| $e:expr) => {$(
        impl $crate::kernel::Unary<$t> for $body {
            type Out = $t;
            const SKIPS: bool = false;
            #[inline(always)]
            fn call<I: $crate::isa::Isa>($x: $t) -> $t { $e }
        }
    )*};
    ($body:ident, $($t:ty)* => $out:ty, |$x:ident| $e:expr) => {$(
        impl $crate::kernel::Unary<$t> for $body {
            type Out = $out;
            #[inline(always)]
            #[allow(unused_variables, reason = "some results do not depend on the input")]
            fn call<I: $crate::isa::Isa>($x: $t) -> $out { $e }
        }
    )*};
    ($body:ident, $($t:ty)* => |$x:ident| $e:expr) => {
        $(unary!($body, $t => $t, |$x| $e);)*
    };
}

/// As [`unary`], for two inputs of one type. `light` asks for loops with a repeated input too, as does
/// `choosing`.
macro_rules! binary {
    ($body:ident choosing, $($t:ty)* => |$x:ident, $y:ident| $e:expr) => {$(
        impl $crate::kernel::Binary<$t> for $body {
            type Second = $t;
            type Out = $t;
            const LIGHT: bool = true;
            const CHOOSES: bool = true;
            #[inline(always)]
            fn call<I: $crate::isa::Isa>($x: $t, $y: $t) -> $t { $e }
        }
    )*};
    ($body:ident light, $($t:ty)* => $out:ty, |$x:ident, $y:ident| $e:expr) => {$(
        impl $crate::kernel::Binary<$t> for $body {
            type Second = $t;
            type Out = $out;
            const LIGHT: bool = true;
            #[inline(always)]
            fn call<I: $crate::isa::Isa>($x: $t, $y: $t) -> $out { $e }
        }
    )*};
    ($body:ident light, $($t:ty)* => |$x:ident, $y:ident| $e:expr) => {
        $(binary!($body light, $t => $t, |$x, $y| $e);)*
    };
    ($body:ident, $($t:ty)* => $out:ty, |$x:ident, $y:ident| $e:expr) => {$(
        impl $crate::kernel::Binary<$t> for $body {
            type Second = $t;
            type Out = $out;
            #[inline(always)]
            fn call<I: $crate::isa::Isa>($x: $t, $y: $t) -> $out { $e }
        }
    )*};
    ($body:ident, $($t:ty)* => |$x:ident, $y:ident| $e:expr) => {
        $(binary!($body, $t => $t, |$x, $y| $e);)*
    };
}

pub mod arith;
pub mod bits;
pub mod compare;
mod complex_lanes;
mod complex_large;
pub mod complex_math;
mod complex_power;
mod complex_special;
pub mod division;
pub(crate) mod divisor;
pub mod erf;
pub mod exp;
pub mod extremes;
pub mod float;
pub mod gcd;
mod half;
pub mod hyperbolic;
mod int;
pub mod inverse_hyperbolic;
pub mod inverse_trig;
pub mod linear;
pub mod log;
pub mod logaddexp;
pub mod logic;
pub mod nn;
mod pair;
pub mod parts;
pub mod power;
pub mod power_float;
mod power_main;
pub mod round;
pub mod trig;
