//! Small floating-point matrices, with any strides and no packing: what counts is that nothing is
//! done before the first multiplication.

use super::{
    ring::Ring,
    view::{Matrix, MatrixMut, View, ViewMut},
};
use crate::{
    dtype::{Complex32, Complex64, DType, Element},
    fold::with_fold_isa,
    isa::{Isa, Level},
};
use core::array;

/// Rows of a tile.
const ROWS: usize = 4;

/// `c = a @ b` for float32, float64, complex64 and complex128. Right for any size; fast while the
/// matrices stay in the L1 cache, and the rows of `b` are neighbours in memory.
///
/// # Panics
///
/// If types or sizes do not fit, or there is no such product of the type.
pub fn gemm_small(level: Level, a: View<'_>, b: View<'_>, mut c: ViewMut<'_>) {
    let dtype = check(a, b, &c);
    // Tiles as wide as the columns need, at most two vectors of 32 bytes.
    with_fold_isa!(level, isa => match (dtype, b.cols()) {
        (DType::F32, ..=4) => tiles::<_, f32, 4>(isa, a, b, &mut c),
        (DType::F32, ..=8) => tiles::<_, f32, 8>(isa, a, b, &mut c),
        (DType::F32, _) => tiles::<_, f32, 16>(isa, a, b, &mut c),
        (DType::F64, ..=4) => tiles::<_, f64, 4>(isa, a, b, &mut c),
        (DType::F64, _) => tiles::<_, f64, 8>(isa, a, b, &mut c),
        (DType::C64, ..=4) => tiles::<_, Complex32, 4>(isa, a, b, &mut c),
        (DType::C64, _) => tiles::<_, Complex32, 8>(isa, a, b, &mut c),
        (DType::C128, _) => tiles::<_, Complex64, 4>(isa, a, b, &mut c),
        (other, _) => panic!("no small product of {other:?}"),
    });
}

/// Checks that the product fits, and gives its type.
pub(super) fn check(a: View<'_>, b: View<'_>, c: &ViewMut<'_>) -> DType {
    let c = c.as_view();
    assert_eq!(
        (b.dtype(), c.dtype()),
        (a.dtype(), a.dtype()),
        "types differ"
    );
    let sizes = (a.rows(), a.cols(), b.cols());
    assert_eq!((c.rows(), b.rows(), c.cols()), sizes, "sizes do not fit");
    a.dtype()
}

fn tiles<I: Isa, T: Ring + Element, const COLS: usize>(
    isa: I,
    a: View<'_>,
    b: View<'_>,
    c: &mut ViewMut<'_>,
) {
    let (a, b, mut c) = (a.of::<T>(), b.of::<T>(), c.of::<T>());
    isa.vectorize(
        #[inline(always)]
        || {
            for j in (0..b.cols).step_by(COLS) {
                let width = COLS.min(b.cols - j);
                for i in (0..a.rows).step_by(ROWS) {
                    let tile = if width == COLS && b.col_stride == 1 {
                        tile::<I, T, COLS>(
                            a,
                            i,
                            #[inline(always)]
                            |p| b.run(p, j),
                        )
                    } else {
                        // Columns past the end repeat the last one, and are not stored.
                        let at: [usize; COLS] = array::from_fn(|k| j + k.min(width - 1));
                        tile::<I, T, COLS>(
                            a,
                            i,
                            #[inline(always)]
                            |p| array::from_fn(|k| b.at(p, at[k])),
                        )
                    };
                    store(&mut c, i, j, width, &tile);
                }
            }
        },
    );
}

/// The product of the rows of `a` from `i` with the columns that `b` gives the elements of.
#[inline(always)]
fn tile<I: Isa, T: Ring, const COLS: usize>(
    a: Matrix<T>,
    i: usize,
    b: impl Fn(usize) -> [T; COLS],
) -> [[T; COLS]; ROWS] {
    // Rows past the end repeat the last one, and are not stored.
    let at: [usize; ROWS] = array::from_fn(|r| (i + r).min(a.rows - 1));
    let mut acc = [[T::ZERO; COLS]; ROWS];
    for p in 0..a.cols {
        let row = b(p);
        for r in 0..ROWS {
            let x = I::element(a.at(at[r], p));
            for k in 0..COLS {
                acc[r][k] = T::mul_add::<I>(x, row[k], acc[r][k]);
            }
        }
    }
    acc
}

#[inline(always)]
fn store<T: Ring, const COLS: usize>(
    c: &mut MatrixMut<T>,
    i: usize,
    j: usize,
    width: usize,
    tile: &[[T; COLS]; ROWS],
) {
    let (rows, _) = c.shape();
    for (i, row) in (i..rows).zip(tile) {
        if width == COLS {
            c.set_run(i, j, row);
        } else {
            c.set_run(i, j, &row[..width]);
        }
    }
}
