//! The dot products of the rows of two matrices, in one call: many short ones, for which being told of
//! each would take longer than adding it up.

use super::{
    dot,
    lanes::Lanes,
    ring::{Ring, with_ring},
    small::{Apart, check},
    view::{Matrix, MatrixMut, View, ViewMut},
};
use crate::{
    dtype::DType,
    fold::with_fold_isa,
    isa::{Isa, Level},
    number::Float,
};

/// Whether [`dot_rows_batch`] takes every second element of rows and columns of `dtype` as neighbours.
pub const fn takes_seconds(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F64)
}

/// For every product of a batch, `c`, one element, becomes the sum of the products of the row `x` and
/// the column `y`, whose elements are neighbours in memory, or every second one as [`takes_seconds`] says: to the
/// bit what [`super::dot`] gives.
///
/// # Safety
///
/// Every row, column and element of the batch is what the view of the first vouches for, and no two
/// results overlap.
///
/// # Panics
///
/// If types or sizes do not fit, the type is float16, which must be converted before, or elements are no
/// neighbours.
pub unsafe fn dot_rows_batch(
    level: Level,
    apart: Apart,
    x: View<'_>,
    y: View<'_>,
    mut c: ViewMut<'_>,
) {
    let dtype = check(x, y, &c);
    assert_eq!((x.rows(), y.cols()), (1, 1), "more than a row");
    let y = y.t();
    macro_rules! float {
        ($float:ty) => {
            with_fold_isa!(level, isa => {
                reals::<_, $float>(isa, apart, [x.of(), y.of()], &mut c.of())
            })
        };
    }
    macro_rules! complex {
        ($float:ty) => {
            with_fold_isa!(level, isa => {
                pairs::<_, $float>(isa, apart, [x.parts(), y.parts()], &mut c.pairs())
            })
        };
    }
    match dtype {
        DType::F32 => float!(f32),
        DType::F64 => float!(f64),
        DType::C64 => complex!(f32),
        DType::C128 => complex!(f64),
        _ => with_ring!(dtype, T => with_fold_isa!(level, isa => {
            ring::<_, T>(isa, apart, [x.of(), y.of()], &mut c.of());
        })),
    }
}

/// Calls `product` for every product of a batch, of numbers that are `unit` of an element each, and
/// writes what it gives.
#[inline(always)]
fn each<T: Copy, C: Copy>(
    apart: Apart,
    [x, y]: [Matrix<T>; 2],
    c: &mut MatrixMut<C>,
    unit: isize,
    product: impl Fn(&[T], &[T]) -> C,
) {
    for i in 0..apart.count as isize {
        let x = x.moved(i * apart.a * unit).row(0);
        let y = y.moved(i * apart.b * unit).row(0);
        c.moved(i * apart.c).set(0, 0, product(x, y));
    }
}

fn reals<I: Lanes<F>, F: Float>(
    isa: I,
    apart: Apart,
    [x, y]: [Matrix<F>; 2],
    c: &mut MatrixMut<F>,
) {
    let follow = |row: Matrix<F>| row.col_stride == 1 || row.cols <= 1;
    if follow(x) && follow(y) {
        return isa.vectorize(
            #[inline(always)]
            || {
                each(
                    apart,
                    [x, y],
                    c,
                    1,
                    #[inline(always)]
                    |x, y| dot::float(isa, x, y),
                );
            },
        );
    }
    assert!(
        [x, y]
            .into_iter()
            .all(|row| follow(row) || row.col_stride == 2)
    );
    for i in 0..apart.count as isize {
        let (x, y) = (x.moved(i * apart.a), y.moved(i * apart.b));
        c.moved(i * apart.c).set(0, 0, dot::float_rows(isa, x, y));
    }
}

fn pairs<I: Lanes<F>, F: Float>(
    isa: I,
    apart: Apart,
    rows: [Matrix<F>; 2],
    c: &mut MatrixMut<[F; 2]>,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            each(
                apart,
                rows,
                c,
                2,
                #[inline(always)]
                |x, y| dot::complex(isa, x, y),
            );
        },
    );
}

fn ring<I: Isa, T: Ring>(isa: I, apart: Apart, rows: [Matrix<T>; 2], c: &mut MatrixMut<T>) {
    isa.vectorize(
        #[inline(always)]
        || {
            each(
                apart,
                rows,
                c,
                1,
                #[inline(always)]
                |x, y| dot::real(isa, x, y),
            );
        },
    );
}
