//! Matrix times a few columns, each element of the result a sum of its own.

use super::{
    gemv::{ROWS, dots, each_rows},
    lanes::Lanes,
    ring::with_ring,
    sums::Summed,
    view::{Matrix, MatrixMut, View, ViewMut},
};
use crate::{
    dtype::DType,
    fold::with_fold_isa,
    isa::{Isa, Level},
    number::Float,
};
use core::array;

/// `c = a @ b` for few columns of `b`: the rows of `a` meet all of them while they are in the L1
/// cache.
///
/// # Panics
///
/// If types or sizes do not fit, the type is float16, which must be converted before, or the rows of `a` or the columns of `b` are not neighbours in memory.
pub fn gemm_thin(level: Level, a: View<'_>, b: View<'_>, mut c: ViewMut<'_>) {
    let dtype = super::small::check(a, b, &c);
    let b = b.t();
    macro_rules! by_vectors {
        ($of:ident, $result:ident, $float:ty) => {
            with_fold_isa!(level, isa => {
                thin(isa, a.$of::<$float>(), b.$of(), &mut c.$result::<$float>())
            })
        };
    }
    match dtype {
        DType::F32 => by_vectors!(of, of, f32),
        DType::F64 => by_vectors!(of, of, f64),
        DType::C64 => by_vectors!(parts, pairs, f32),
        DType::C128 => by_vectors!(parts, pairs, f64),
        _ => with_ring!(dtype, T => with_fold_isa!(level, isa => {
            let (a, b, mut c) = (a.of::<T>(), b.of::<T>(), c.of::<T>());
            isa.vectorize(
                #[inline(always)]
                || {
                    let full = a.rows / ROWS * ROWS;
                    for i in (0..full).step_by(ROWS) {
                        let rows: [&[T]; ROWS] = array::from_fn(|r| a.row(i + r));
                        for j in 0..b.rows {
                            let sums = dots::<_, T, ROWS>(isa, rows, b.row(j));
                            for (r, &sum) in sums.iter().enumerate() {
                                c.set(i + r, j, sum);
                            }
                        }
                    }
                    for i in full..a.rows {
                        for j in 0..b.rows {
                            let [sum] = dots::<_, T, 1>(isa, [a.row(i)], b.row(j));
                            c.set(i, j, sum);
                        }
                    }
                },
            );
        })),
    }
}

/// As [`gemm_thin`], of real numbers, or of complex ones by their parts.
fn thin<I: Lanes<F>, F: Float, T: Summed<I, F>>(
    isa: I,
    a: Matrix<F>,
    columns: Matrix<F>,
    c: &mut MatrixMut<T>,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            each_rows(
                a,
                #[inline(always)]
                |i, rows: [&[F]; ROWS]| {
                    for j in 0..columns.rows {
                        let products = T::rows(isa, rows, columns.row(j));
                        (0..ROWS).for_each(|r| c.set(i + r, j, products[r]));
                    }
                },
            );
            for i in a.rows / ROWS * ROWS..a.rows {
                for j in 0..columns.rows {
                    let [product] = T::rows(isa, [a.row(i)], columns.row(j));
                    c.set(i, j, product);
                }
            }
        },
    );
}
