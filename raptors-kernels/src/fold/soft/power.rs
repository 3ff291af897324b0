//! Exponentials of what is left of numbers, and results from them and their sum.

use crate::{
    body::{exp::Exp, log::Log},
    fold::{extrema::Max, op, sum::Sum},
    isa::Isa,
    kernel::{PACK, Unary},
    number::Float,
};
use core::slice::{from_mut, from_ref};

/// Elements in which runs are computed: what is left over is computed as so many, too.
const STEP: usize = 16;

/// A type with loops.
pub(super) trait Real: Float {
    /// Whether the widest level has [`Real::pack`].
    const PACKED: bool;
    fn exp<I: Isa>(self) -> Self;
    /// As [`Unary::pack`].
    fn pack<I: Isa>(isa: I, x: &[[Self; PACK]], out: &mut [[Self; PACK]]);
    fn log<I: Isa>(self) -> Self;
    /// The greatest of a run that is not empty, or NaN.
    fn greatest<I: Isa>(isa: I, x: &[Self]) -> Self;
    /// In the order of the tree, of a run that is not empty.
    fn sum<I: Isa>(isa: I, x: &[Self]) -> Self;
}

macro_rules! real {
    ($($t:ident)*) => {$(
        impl Real for $t {
            const PACKED: bool = <Exp as Unary<$t>>::PACKED;
            #[inline(always)]
            fn exp<I: Isa>(self) -> Self {
                <Exp as Unary<$t>>::call::<I>(self)
            }
            #[inline(always)]
            fn pack<I: Isa>(isa: I, x: &[[Self; PACK]], out: &mut [[Self; PACK]]) {
                <Exp as Unary<$t>>::pack(isa, x, out);
            }
            #[inline(always)]
            fn log<I: Isa>(self) -> Self {
                <Log as Unary<$t>>::call::<I>(self)
            }
            #[inline(always)]
            fn greatest<I: Isa>(isa: I, x: &[Self]) -> Self {
                op::whole(isa, Max::default(), x)
            }
            #[inline(always)]
            fn sum<I: Isa>(isa: I, x: &[Self]) -> Self {
                op::whole(isa, Sum, x)
            }
        }
    )*};
}
real!(f32 f64);

/// `e^(x - most)`.
pub(super) fn powers<I: Isa, T: Real>(isa: I, x: &[T], most: T, out: &mut [T]) {
    assert_eq!(x.len(), out.len(), "runs of different lengths");
    isa.vectorize(
        #[inline(always)]
        || {
            let full = x.len() - x.len() % STEP;
            whole::<I, T>(isa, &x[..full], most, &mut out[..full]);
            let rest = x.len() - full;
            if rest > 0 {
                let (mut xs, mut results) = ([most; STEP], [T::ZERO; STEP]);
                xs[..rest].copy_from_slice(&x[full..]);
                whole::<I, T>(isa, &xs, most, &mut results);
                out[full..].copy_from_slice(&results[..rest]);
            }
        },
    );
}

#[inline(always)]
fn whole<I: Isa, T: Real>(isa: I, x: &[T], most: T, out: &mut [T]) {
    if const { I::WIDE && T::PACKED } {
        let ((xs, x_rest), (outs, out_rest)) = (
            x.as_chunks::<{ 2 * PACK }>(),
            out.as_chunks_mut::<{ 2 * PACK }>(),
        );
        for (x, out) in xs.iter().zip(outs) {
            let x = x.map(|x| x - most);
            T::pack(isa, x.as_chunks().0, out.as_chunks_mut().0);
        }
        for (x, out) in x_rest.as_chunks().0.iter().zip(out_rest.as_chunks_mut().0) {
            T::pack(isa, from_ref(&x.map(|x: T| x - most)), from_mut(out));
        }
    } else {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = (I::element(x) - most).exp::<I>();
        }
    }
}

/// `e^(x - most)` of numbers of as many lines.
#[inline(always)]
pub(super) fn powers_across<I: Isa, T: Real, const W: usize>(
    isa: I,
    x: &[T; W],
    most: &[T; W],
    out: &mut [T; W],
) {
    if const { I::WIDE && T::PACKED } {
        for start in (0..W).step_by(PACK) {
            let (mut part, mut results) = ([T::ZERO; PACK], [T::ZERO; PACK]);
            let len = PACK.min(W - start);
            for j in 0..len {
                part[j] = x[start + j] - most[start + j];
            }
            T::pack(isa, from_ref(&part), from_mut(&mut results));
            out[start..start + len].copy_from_slice(&results[..len]);
        }
    } else {
        for j in 0..W {
            out[j] = (I::element(x[j]) - most[j]).exp::<I>();
        }
    }
}

/// `x / sum` by its reciprocal, which is rounded: what the product is off by is computed exactly and made
/// good, as Markstein has it (*Computation of elementary functions on the IBM RISC System/6000 processor*,
/// 1990), so that results are those of a division, which takes three times as long.
#[inline(always)]
pub(super) fn quotient<I: Isa, T: Real>(x: T, sum: T, inverse: T) -> T {
    if I::FMA {
        let near = x * inverse;
        let off = Float::mul_add::<I>(-near, sum, x);
        Float::mul_add::<I>(off, inverse, near)
    } else {
        x / sum
    }
}

/// `x / sum`, in place.
pub(super) fn shares<I: Isa, T: Real>(isa: I, x: &mut [T], sum: T) {
    let inverse = T::ONE / sum;
    isa.vectorize(
        #[inline(always)]
        || {
            for x in x {
                *x = quotient::<I, T>(I::element(*x), sum, inverse);
            }
        },
    );
}

/// `x - most - log_sum`.
pub(super) fn log_shares<I: Isa, T: Real>(isa: I, x: &[T], most: T, log_sum: T, out: &mut [T]) {
    isa.vectorize(
        #[inline(always)]
        || {
            for (out, &x) in out.iter_mut().zip(x) {
                *out = (I::element(x) - most) - log_sum;
            }
        },
    );
}
