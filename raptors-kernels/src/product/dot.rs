//! The dot product of two runs.

use super::{
    gemv::dot_until_full,
    lanes::Lanes,
    ring::{Ring, with_ring},
    sums::{Sums, pieces},
    view::{Matrix, View},
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
/// `or` of `and`. Floating-point products are added up side by side, in vectors which are then added
/// pairwise; they are not rounded on their own where the level has a multiply-add.
///
/// # Panics
///
/// If types or lengths differ, or the type is float16, which must be converted before.
pub fn dot(level: Level, x: In<'_>, y: In<'_>) -> Scalar {
    check(x, y);
    macro_rules! float {
        ($float:ty) => {
            with_fold_isa!(level, isa => Scalar::new(float::<_, $float>(isa, x.of(), y.of())))
        };
    }
    macro_rules! complex {
        ($complex:ident, $float:ty) => {{
            let (x, y) = (x.view(<$float>::DTYPE), y.view(<$float>::DTYPE));
            let [re, im] = with_fold_isa!(level, isa => complex::<_, $float>(isa, x.of(), y.of()));
            Scalar::new($complex::new(re, im))
        }};
    }
    match x.dtype() {
        DType::F32 => float!(f32),
        DType::F64 => float!(f64),
        DType::C64 => complex!(Complex32, f32),
        DType::C128 => complex!(Complex64, f64),
        dtype => with_ring!(dtype, T => with_fold_isa!(level, isa => {
            Scalar::new(real::<_, T>(isa, x.view(T::DTYPE).of(), y.view(T::DTYPE).of())).retag(dtype)
        })),
    }
}

/// As [`dot`] of two rows with any steps, with the complex conjugate of `x` if `conjugate`: to the
/// bit what it is of rows whose elements are neighbours.
///
/// # Panics
///
/// As [`dot`], or if these are not one row each.
pub fn dot_rows(level: Level, x: View<'_>, y: View<'_>, conjugate: bool) -> Scalar {
    let sizes = (x.dtype(), x.rows(), x.cols());
    assert_eq!((y.dtype(), 1, y.cols()), sizes, "runs differ");
    assert_eq!(y.rows(), 1, "more than a row");
    macro_rules! float {
        ($float:ty) => {
            with_fold_isa!(level, isa => {
                Scalar::new(float_rows::<_, $float>(isa, x.of(), y.of()))
            })
        };
    }
    macro_rules! complex {
        ($complex:ident, $float:ty) => {{
            let [re, im] = with_fold_isa!(level, isa => {
                complex_rows::<_, $float>(isa, x.pairs(), y.pairs(), conjugate)
            });
            Scalar::new($complex::new(re, im))
        }};
    }
    match x.dtype() {
        DType::F32 => float!(f32),
        DType::F64 => float!(f64),
        DType::C64 => complex!(Complex32, f32),
        DType::C128 => complex!(Complex64, f64),
        dtype => with_ring!(dtype, T => with_fold_isa!(level, isa => {
            let sum = rows::<_, T>(isa, x.of(), y.of());
            Scalar::new(sum).retag(dtype)
        })),
    }
}

/// The sum of two results of [`dot`]: of a piece of a run, and of the next.
///
/// # Panics
///
/// If the types differ, or are float16.
pub fn join_dots(x: &Scalar, y: &Scalar) -> Scalar {
    let dtype = x.dtype();
    assert_eq!(y.dtype(), dtype, "sums differ");
    with_ring!(dtype, T => {
        let [x, y] = [x, y].map(|sum| sum.retag(T::DTYPE).get::<T>());
        Scalar::new(T::add(x, y)).retag(dtype)
    })
}

fn rows<I: Isa, T: Ring>(isa: I, x: Matrix<T>, y: Matrix<T>) -> T {
    let mut sum = T::ZERO;
    pieces(x, y, |x, y| sum = T::add(sum, real(isa, x, y)));
    sum
}

pub(super) fn float<I: Lanes<F>, F: Float>(isa: I, x: &[F], y: &[F]) -> F {
    isa.vectorize(
        #[inline(always)]
        || {
            let mut sums = Sums::new(isa);
            sums.add::<F, I, false>(isa, x, y);
            sums.real(isa)
        },
    )
}

/// As [`float`], of rows with any steps: every second number is read where it lies, others are copied.
pub(super) fn float_rows<I: Lanes<F>, F: Float>(isa: I, x: Matrix<F>, y: Matrix<F>) -> F {
    isa.vectorize(
        #[inline(always)]
        || {
            let mut sums = Sums::new(isa);
            if !sums.add_seconds(isa, x, y) {
                pieces(
                    x,
                    y,
                    #[inline(always)]
                    |x, y| sums.add::<F, I, false>(isa, x, y),
                );
            }
            sums.real(isa)
        },
    )
}

/// `x` and `y` hold a real and an imaginary part in turn.
pub(super) fn complex<I: Lanes<F>, F: Float>(isa: I, x: &[F], y: &[F]) -> [F; 2] {
    isa.vectorize(
        #[inline(always)]
        || {
            let mut sums = Sums::new(isa);
            sums.add::<F, I, true>(isa, x, y);
            sums.complex(isa, false)
        },
    )
}

fn complex_rows<I: Lanes<F>, F: Float>(
    isa: I,
    x: Matrix<[F; 2]>,
    y: Matrix<[F; 2]>,
    conjugate: bool,
) -> [F; 2] {
    isa.vectorize(
        #[inline(always)]
        || {
            let mut sums = Sums::new(isa);
            pieces(
                x,
                y,
                #[inline(always)]
                |x, y| sums.add::<F, I, true>(isa, x.as_flattened(), y.as_flattened()),
            );
            sums.complex(isa, conjugate)
        },
    )
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
            if T::WRAPS {
                return in_any_order::<I, T>(x, y);
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

/// The sum of the products of two runs whose order the compiler may choose.
#[inline(always)]
pub(super) fn in_any_order<I: Isa, T: Ring>(x: &[T], y: &[T]) -> T {
    x.iter().zip(y).fold(T::ZERO, |sum, (&x, &y)| {
        T::mul_add::<I>(I::element(x), y, sum)
    })
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
