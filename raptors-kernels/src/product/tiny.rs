//! Products of integers whose second matrices have two to four rows and columns: these are read into
//! registers, a row a vector, wherever their elements are, and the rows of many first matrices run by.

use super::{
    small::{Apart, is_tiny},
    view::{Matrix, MatrixMut, View, ViewMut},
};
use crate::{
    dtype::DType,
    isa::{Isa, Level},
};

/// A level's vectors of the two to four numbers of a row.
pub(crate) trait Rows<T>: Isa {
    /// A row, of factors or of sums.
    type Row: Copy;

    /// Sums of nothing.
    fn zero(self) -> Self::Row;
    /// The factor `x` in every place.
    fn splat(self, x: T) -> Self::Row;
    /// The factors from `from` on.
    ///
    /// # Safety
    ///
    /// `N` numbers, two to four, can be read there.
    unsafe fn load<const N: usize>(self, from: *const T) -> Self::Row;
    /// The factors `x`.
    fn gather(self, x: [T; 4]) -> Self::Row;
    /// The factors' product added to sums, `a * b + c`.
    fn mul_add(self, a: Self::Row, b: Self::Row, c: Self::Row) -> Self::Row;
    /// Writes sums to `to`.
    ///
    /// # Safety
    ///
    /// `N` numbers, two to four, can be written there.
    unsafe fn store<const N: usize>(self, x: Self::Row, to: *mut T);
}

/// Computes all products of a batch if [`is_tiny`] is true of them and the rows of the results are
/// neighbours in memory; gives whether it was so.
pub(super) fn products(
    level: Level,
    apart: Apart,
    a: View<'_>,
    b: View<'_>,
    c: &mut ViewMut<'_>,
) -> bool {
    let dtype = b.dtype();
    if c.as_view().steps().1 != 1 || !is_tiny(level, dtype, b.rows(), b.cols()) {
        return false;
    }
    macro_rules! by_type {
        ($isa:expr, $($(DType::$d:ident)|+: $word:ident;)*) => {
            match dtype {
                $($(DType::$d)|+ => {
                    let operands = (a.of::<$word>(), b.of::<$word>());
                    by_size($isa, apart, operands, &mut c.of());
                    true
                })*
                _ => false,
            }
        };
        ($isa:expr) => {
            by_type!($isa, DType::I8 | DType::U8: u8; DType::I16 | DType::U16: u16;
                DType::I32 | DType::U32: u32; DType::I64 | DType::U64: u64;)
        };
    }
    match level {
        Level::Avx2(isa) => by_type!(isa),
        Level::Avx512(isa) => by_type!(isa.narrow()),
        _ => false,
    }
}

/// The products of a batch, compiled for each size of the second matrices.
fn by_size<I: Rows<T>, T: Copy + Default>(
    isa: I,
    apart: Apart,
    operands: (Matrix<T>, Matrix<T>),
    c: &mut MatrixMut<T>,
) {
    macro_rules! by_size {
        ($(($k:literal, $n:literal))*) => {
            match (operands.1.rows, operands.1.cols) {
                $(($k, $n) => isa.vectorize(
                    #[inline(always)]
                    || each::<I, T, $k, $n>(isa, apart, operands, c),
                ),)*
                _ => panic!("not a tiny matrix"),
            }
        };
    }
    by_size!((2, 2)(2, 3)(2, 4)(3, 2)(3, 3)(3, 4)(4, 2)(4, 3)(4, 4));
}

#[inline(always)]
fn each<I: Rows<T>, T: Copy + Default, const K: usize, const N: usize>(
    isa: I,
    apart: Apart,
    (a, b): (Matrix<T>, Matrix<T>),
    c: &mut MatrixMut<T>,
) {
    if b.col_stride == 1 {
        batch::<I, T, K, N>(
            isa,
            apart,
            (a, b),
            c,
            #[inline(always)]
            // SAFETY: row `p` of `b` has `N` columns, neighbours in memory, which the view may read.
            |b, p| unsafe { isa.load::<N>(b.element(p, 0)) },
        );
    } else {
        batch::<I, T, K, N>(
            isa,
            apart,
            (a, b),
            c,
            #[inline(always)]
            |b, p| {
                let mut row = [T::default(); 4];
                for (j, x) in row.iter_mut().enumerate().take(N) {
                    *x = b.at(p, j);
                }
                isa.gather(row)
            },
        );
    }
}

/// The products of a batch, of second matrices whose rows `row` reads.
#[inline(always)]
fn batch<I: Rows<T>, T: Copy + Default, const K: usize, const N: usize>(
    isa: I,
    apart: Apart,
    (a, b): (Matrix<T>, Matrix<T>),
    c: &mut MatrixMut<T>,
    row: impl Fn(Matrix<T>, usize) -> I::Row,
) {
    let mut rows = [isa.zero(); K];
    for i in 0..apart.count as isize {
        if i == 0 || apart.b != 0 {
            let b = b.moved(i * apart.b);
            for (p, to) in rows.iter_mut().enumerate() {
                *to = row(b, p);
            }
        }
        let (a, mut c) = (a.moved(i * apart.a), c.moved(i * apart.c));
        for r in 0..a.rows {
            let mut sums = isa.zero();
            for (p, &row) in rows.iter().enumerate() {
                sums = isa.mul_add(isa.splat(a.at(r, p)), row, sums);
            }
            // SAFETY: row `r` of `c` has `N` columns, neighbours in memory, which the view may write.
            unsafe { isa.store::<N>(sums, c.element(r, 0)) };
        }
    }
}
