//! Functions made of straight lines: products with a sum, and the simplest activations.

use crate::{
    isa::Isa,
    kernel::{Ternary, Unary},
    number::Float,
};

/// `x * y + z`, rounded once.
pub struct Fma;

impl<F: Float> Ternary<F> for Fma {
    type Out = F;
    #[inline(always)]
    fn call<I: Isa>(x: F, y: F, z: F) -> F {
        x.fused(y, z)
    }
}

/// The point between `x` and `y` at `t`.
pub struct Lerp;

impl<F: Float> Ternary<F> for Lerp {
    type Out = F;
    // From the nearer end, so that both ends are met exactly.
    #[inline(always)]
    fn call<I: Isa>(x: F, y: F, t: F) -> F {
        let way = y - x;
        if t.abs() < F::HALF {
            x + t * way
        } else {
            y - way * (F::ONE - t)
        }
    }
}

/// `max(x, 0)`.
pub struct Relu;
unary!(Relu, i8 i16 i32 i64 => |x| x.max(0));
unary!(Relu, u8 u16 u32 u64 => |x| x);
unary!(Relu choosing, f32 f64 => |x| if x < 0.0 { 0.0 } else { x });

/// `min(max(x, 0), 6)`.
pub struct Relu6;
unary!(Relu6 choosing, f32 f64 => |x| between(x, 0.0, 6.0));

/// `x`, times `slope` where it is negative.
pub struct LeakyRelu;
binary!(LeakyRelu, f32 f64 => |x, slope| if x < 0.0 { x * slope } else { x });

/// `min(max(x, -1), 1)`.
pub struct HardTanh;
unary!(HardTanh choosing, f32 f64 => |x| between(x, -1.0, 1.0));

/// `relu6(x + 3) / 6`.
pub struct HardSigmoid;
unary!(HardSigmoid, f32 f64 => |x| between(x + 3.0, 0.0, 6.0) / 6.0);

/// `x * relu6(x + 3) / 6`.
pub struct HardSilu;
unary!(HardSilu, f32 f64 => |x| x * (between(x + 3.0, 0.0, 6.0) / 6.0));

/// `x` or the bound it exceeds; NaN stays NaN.
#[inline(always)]
fn between<F: Float>(x: F, low: F, high: F) -> F {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// Zero up to -1, `(x + 1)² / 4` between -1 and 1, `x` from 1 on.
pub struct SparsePlus;

impl<F: Float> Unary<F> for SparsePlus {
    type Out = F;
    #[inline(always)]
    fn call<I: Isa>(x: F) -> F {
        let root = F::HALF * (x + F::ONE);
        let y = if x < F::ONE { root * root } else { x };
        if x <= -F::ONE { F::ZERO } else { y }
    }
}
