//! The dot product of two runs.

use super::{
    gemv::dot_until_full,
    ring::{Ring, with_ring},
};
use crate::{
    dtype::{Complex32, Complex64, DType, Element},
    fold::with_fold_isa,
    isa::{Isa, Level},
    number::Float,
    scalar::Scalar,
    slice::In,
};
use core::hint::black_box;

/// Partial sums of one vector.
const LANES: usize = 8;
/// Vectors side by side: enough to hide the latency of a multiply-add.
const VECTORS: usize = 4;

/// `x[0] * y[0] + x[1] * y[1] + …`, in the element type: integers wrap, truth values are joined by
/// `or` of `and`. Floating-point products are added up in 32 partial sums (8 complex ones), which
/// are then added pairwise; they are not rounded on their own where the level has a multiply-add.
///
/// # Panics
///
/// If types or lengths differ, or the type is float16, which must be converted before.
pub fn dot(level: Level, x: In<'_>, y: In<'_>) -> Scalar {
    check(x, y);
    match x.dtype() {
        DType::C64 | DType::C128 => complex(level, x, y, false),
        dtype => with_ring!(dtype, T => with_fold_isa!(level, isa => {
            Scalar::new(real::<_, T>(isa, x.view(T::DTYPE).of(), y.view(T::DTYPE).of())).retag(dtype)
        })),
    }
}

/// As [`dot`], with the complex conjugate of `x`.
///
/// # Panics
///
/// As [`dot`].
pub fn vdot(level: Level, x: In<'_>, y: In<'_>) -> Scalar {
    check(x, y);
    match x.dtype() {
        DType::C64 | DType::C128 => complex(level, x, y, true),
        _ => dot(level, x, y),
    }
}

fn check(x: In<'_>, y: In<'_>) {
    assert_eq!((x.dtype(), x.len()), (y.dtype(), y.len()), "runs differ");
}

/// The sum of the products of two runs of one length, not complex ones.
pub(super) fn real<I: Isa, T: Ring>(isa: I, x: &[T], y: &[T]) -> T {
    isa.vectorize(
        #[inline(always)]
        || {
            if T::FILLS {
                return dot_until_full::<I, T>(x, y);
            }
            let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
            let (x_blocks, x) = x.as_chunks::<VECTORS>();
            let (y_blocks, y) = y.as_chunks::<VECTORS>();
            let mut acc = [[T::ZERO; LANES]; VECTORS];
            for (x, y) in x_blocks.iter().zip(y_blocks) {
                for v in 0..VECTORS {
                    for k in 0..LANES {
                        acc[v][k] = T::mul_add::<I>(I::element(x[v][k]), y[v][k], acc[v][k]);
                    }
                }
            }
            // Out of the compiler's sight, or it would vectorise the pairwise sum instead.
            let mut acc = black_box(acc);
            for (x, y) in x.iter().zip(y) {
                for k in 0..LANES {
                    acc[0][k] = T::mul_add::<I>(I::element(x[k]), y[k], acc[0][k]);
                }
            }
            let mut sum = pairwise(acc);
            for (&x, &y) in x_rest.iter().zip(y_rest) {
                sum = T::mul_add::<I>(I::element(x), y, sum);
            }
            sum
        },
    )
}

/// The sum of all partial sums.
#[inline(always)]
pub(super) fn pairwise<T: Ring, const V: usize>(mut acc: [[T; LANES]; V]) -> T {
    let mut vectors = V;
    while vectors > 1 {
        vectors /= 2;
        for v in 0..vectors {
            for k in 0..LANES {
                acc[v][k] = T::add(acc[v][k], acc[v + vectors][k]);
            }
        }
    }
    let a = acc[0];
    T::add(
        T::add(T::add(a[0], a[1]), T::add(a[2], a[3])),
        T::add(T::add(a[4], a[5]), T::add(a[6], a[7])),
    )
}

/// Vectors side by side for complex numbers, which need two partial sums for each.
const COMPLEX_VECTORS: usize = 2;

/// The four sums of products of parts that a complex product is made of.
struct Parts<F> {
    /// Real by real.
    rr: F,
    /// Imaginary by imaginary.
    ii: F,
    /// Real by imaginary.
    ri: F,
    /// Imaginary by real.
    ir: F,
}

/// `x` and `y` hold a real and an imaginary part in turn.
fn parts<I: Isa, F: Float>(isa: I, x: &[F], y: &[F]) -> Parts<F> {
    isa.vectorize(
        #[inline(always)]
        || {
            let zero = [[F::ZERO; LANES]; COMPLEX_VECTORS];
            let (mut same, mut cross) = (zero, zero);
            let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
            let (x_blocks, x) = x.as_chunks::<COMPLEX_VECTORS>();
            let (y_blocks, y) = y.as_chunks::<COMPLEX_VECTORS>();
            for (x, y) in x_blocks.iter().zip(y_blocks) {
                for v in 0..COMPLEX_VECTORS {
                    for k in 0..LANES {
                        let a = I::element(x[v][k]);
                        same[v][k] = a.mul_add::<I>(y[v][k], same[v][k]);
                        cross[v][k] = a.mul_add::<I>(y[v][k ^ 1], cross[v][k]);
                    }
                }
            }
            let ([mut same, more_same], [mut cross, more_cross]) = black_box((same, cross));
            for k in 0..LANES {
                same[k] = same[k] + more_same[k];
                cross[k] = cross[k] + more_cross[k];
            }
            for (x, y) in [(x.as_flattened(), y.as_flattened()), (x_rest, y_rest)] {
                for (x, y) in x.as_chunks::<2>().0.iter().zip(y.as_chunks::<2>().0) {
                    for k in 0..2 {
                        same[k] = x[k].mul_add::<I>(y[k], same[k]);
                        cross[k] = x[k].mul_add::<I>(y[k ^ 1], cross[k]);
                    }
                }
            }
            let sum = |a: [F; LANES], k: usize| (a[k] + a[k + 2]) + (a[k + 4] + a[k + 6]);
            Parts {
                rr: sum(same, 0),
                ii: sum(same, 1),
                ri: sum(cross, 0),
                ir: sum(cross, 1),
            }
        },
    )
}

fn complex(level: Level, x: In<'_>, y: In<'_>, conjugate: bool) -> Scalar {
    macro_rules! product {
        ($complex:ident, $real:ty) => {{
            let (x, y) = (x.view(<$real>::DTYPE), y.view(<$real>::DTYPE));
            let p = with_fold_isa!(level, isa => parts::<_, $real>(isa, x.of(), y.of()));
            Scalar::new(if conjugate {
                $complex::new(p.rr + p.ii, p.ri - p.ir)
            } else {
                $complex::new(p.rr - p.ii, p.ri + p.ir)
            })
        }};
    }
    if x.dtype() == DType::C64 {
        product!(Complex32, f32)
    } else {
        product!(Complex64, f64)
    }
}
