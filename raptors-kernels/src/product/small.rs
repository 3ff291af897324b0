//! Small matrices, with any strides and no packing, one or many at a time: what counts is that
//! nothing is done before the first multiplication.

#[cfg(target_arch = "x86_64")]
use super::{many, tiny};
use super::{
    ring::{Ring, with_ring},
    short, tile,
    view::{Matrix, MatrixMut, View, ViewMut},
};
use crate::{
    dtype::{DType, Kind},
    fold::with_fold_isa,
    isa::{Isa, Level},
};
use core::array;

/// How many products there are, and how far apart their matrices are, in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The number of products.
    pub count: usize,
    /// From one first matrix to the next; zero repeats it.
    pub a: isize,
    /// From one second matrix to the next; zero repeats it.
    pub b: isize,
    /// From one result to the next.
    pub c: isize,
}

impl Apart {
    /// One product.
    pub(super) const ONE: Self = Self {
        count: 1,
        a: 0,
        b: 0,
        c: 0,
    };
}

/// Columns of the narrowest result that vectors of floating-point numbers are faster for.
const VECTOR: usize = 5;
/// As [`VECTOR`], of float64, four of which the compiler does not make vectors of.
const DOUBLE_VECTOR: usize = 4;
/// As [`VECTOR`], of complex numbers.
const COMPLEX_VECTOR: usize = 2;

/// As [`VECTOR`], of integers, the wider of which are multiplied slowly one by one.
#[cfg(target_arch = "x86_64")]
const fn words_from(dtype: DType) -> usize {
    if dtype.size() >= 4 { 4 } else { VECTOR }
}

/// Rows of a result of one column less from which vectors are faster, too: a few rows take as long to
/// store as single numbers take to multiply.
#[cfg(target_arch = "x86_64")]
const MANY_ROWS: usize = 8;

/// Whether second matrices of `k` rows and `n` columns are read into registers, wherever their elements are.
pub fn is_tiny(level: Level, dtype: DType, k: usize, n: usize) -> bool {
    #[cfg(target_arch = "x86_64")]
    let there = matches!(level, Level::Avx2(_) | Level::Avx512(_));
    #[cfg(not(target_arch = "x86_64"))]
    let there = {
        let _ = level;
        false
    };
    let integer = matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
    there && integer && (2..=4).contains(&k) && (2..=4).contains(&n)
}

/// `c = a @ b` for every type but float16. Right for any size; fast while the matrices stay in the
/// L1 cache, and the rows of `b` are neighbours in memory.
///
/// # Panics
///
/// If types or sizes do not fit, or the type is float16, which must be converted before.
pub fn gemm_small(level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>) {
    // SAFETY: the only product is that of the views.
    unsafe { gemm_small_batch(level, Apart::ONE, a, b, c) }
}

/// As [`gemm_small`], for every product of a batch whose first matrices are `a`, `b` and `c`.
///
/// # Safety
///
/// Every matrix of the batch is what its view vouches for, and no two results overlap.
///
/// # Panics
///
/// As [`gemm_small`].
pub unsafe fn gemm_small_batch(
    level: Level,
    apart: Apart,
    a: View<'_>,
    b: View<'_>,
    mut c: ViewMut<'_>,
) {
    let dtype = check(a, b, &c);
    macro_rules! by_vectors {
        ($form:ident, $of:ident, $float:ty) => {
            with_fold_isa!(level, isa => {
                let operands = (a.$of::<$float>(), b.$of::<$float>());
                return tile::$form(isa, apart, operands, &mut c.$of::<$float>());
            })
        };
    }
    #[cfg(target_arch = "x86_64")]
    if let (Level::Avx512(isa), 1) = (level, apart.count) {
        let done = match dtype {
            DType::F32 => many::rows::<f32>(isa, a.of(), b.of(), &mut c.of()),
            DType::F64 => many::rows::<f64>(isa, a.of(), b.of(), &mut c.of()),
            _ => false,
        };
        if done {
            return;
        }
    }
    let (_, step) = b.steps();
    match dtype {
        DType::F32 if step == 1 && b.cols() >= VECTOR => by_vectors!(real, of, f32),
        DType::F64 if step == 1 && b.cols() >= DOUBLE_VECTOR => by_vectors!(real, of, f64),
        DType::C64 if step == 1 && b.cols() >= COMPLEX_VECTOR => by_vectors!(complex, pairs, f32),
        DType::C128 if step == 1 && b.cols() >= COMPLEX_VECTOR => by_vectors!(complex, pairs, f64),
        _ => {}
    }
    #[cfg(target_arch = "x86_64")]
    if tiny::products(level, apart, a, b, &mut c) {
        return;
    }
    #[cfg(target_arch = "x86_64")]
    macro_rules! words {
        ($isa:ident, $word:ident) => {
            return tile::real($isa, apart, (a.of::<$word>(), b.of()), &mut c.of())
        };
    }
    #[cfg(target_arch = "x86_64")]
    if let (Level::Avx2(isa), 1) = (level, step)
        && b.cols() + usize::from(a.rows() >= MANY_ROWS && dtype.size() >= 4) >= words_from(dtype)
    {
        match dtype {
            DType::I8 | DType::U8 => words!(isa, u8),
            DType::I16 | DType::U16 => words!(isa, u16),
            DType::I32 | DType::U32 => words!(isa, u32),
            DType::I64 | DType::U64 => words!(isa, u64),
            _ => {}
        }
    }
    #[cfg(target_arch = "x86_64")]
    if let (Level::Avx512(isa), 1, true) = (level, step, b.cols() >= words_from(dtype)) {
        match dtype {
            DType::I8 | DType::U8 => words!(isa, u8),
            DType::I16 | DType::U16 => words!(isa, u16),
            DType::I32 | DType::U32 => words!(isa, u32),
            DType::I64 | DType::U64 => words!(isa, u64),
            _ => {}
        }
    }
    with_ring!(dtype, T => with_fold_isa!(level, isa => {
        let (a, b, mut c) = (a.of::<T>(), b.of::<T>(), c.of::<T>());
        if (a.rows, b.cols) == (1, 1) && short::dots::<_, T>(isa, apart, [a, b.t()], &mut c) {
            return;
        }
        isa.vectorize(
            #[inline(always)]
            || for i in 0..apart.count as isize {
                let mut c = c.moved(i * apart.c);
                product::<_, T>(isa, a.moved(i * apart.a), b.moved(i * apart.b), &mut c);
            },
        );
    }));
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

/// One product, in panels of columns. A last panel that is not whole starts early, and computes some
/// columns again.
#[inline(always)]
fn product<I: Isa, T: Ring>(isa: I, a: Matrix<T>, b: Matrix<T>, c: &mut MatrixMut<T>) {
    let n = b.cols;
    match n {
        0 => {}
        1 => panel::<I, T, 1>(isa, a, b, c, 0),
        2 => panel::<I, T, 2>(isa, a, b, c, 0),
        3 => panel::<I, T, 3>(isa, a, b, c, 0),
        4 => panel::<I, T, 4>(isa, a, b, c, 0),
        5..8 => {
            panel::<I, T, 4>(isa, a, b, c, 0);
            panel::<I, T, 4>(isa, a, b, c, n - 4);
        }
        _ => wide(isa, a, b, c),
    }
}

/// One product of at least eight columns; as wide as 64 bytes where that is more.
#[inline(always)]
fn wide<I: Isa, T: Ring>(isa: I, a: Matrix<T>, b: Matrix<T>, c: &mut MatrixMut<T>) {
    let n = b.cols;
    let mut j = 0;
    while j < n {
        match n - j {
            16.. if size_of::<T>() <= 4 => {
                panel::<I, T, 16>(isa, a, b, c, j);
                j += 16;
            }
            8.. => {
                panel::<I, T, 8>(isa, a, b, c, j);
                j += 8;
            }
            5.. => return panel::<I, T, 8>(isa, a, b, c, n - 8),
            _ => return panel::<I, T, 4>(isa, a, b, c, n - 4),
        }
    }
}

/// `COLS` columns of the result from `j`.
#[inline(always)]
fn panel<I: Isa, T: Ring, const COLS: usize>(
    _: I,
    a: Matrix<T>,
    b: Matrix<T>,
    c: &mut MatrixMut<T>,
    j: usize,
) {
    if b.col_stride == 1 {
        rows::<I, T, COLS>(
            a,
            c,
            j,
            #[inline(always)]
            |p| b.run(p, j),
        );
    } else {
        rows::<I, T, COLS>(
            a,
            c,
            j,
            #[inline(always)]
            |p| array::from_fn(|k| b.at(p, j + k)),
        );
    }
}

/// The rows of a panel, four at a time; the last four may overlap those before.
#[inline(always)]
fn rows<I: Isa, T: Ring, const COLS: usize>(
    a: Matrix<T>,
    c: &mut MatrixMut<T>,
    j: usize,
    b: impl Fn(usize) -> [T; COLS],
) {
    match a.rows {
        0 => {}
        1 => tile::<I, T, 1, COLS>(a, c, (0, j), b),
        2 => tile::<I, T, 2, COLS>(a, c, (0, j), b),
        3 => tile::<I, T, 3, COLS>(a, c, (0, j), b),
        m => {
            for i in (0..m - 3).step_by(4) {
                tile::<I, T, 4, COLS>(a, c, (i, j), &b);
            }
            if m % 4 != 0 {
                tile::<I, T, 4, COLS>(a, c, (m - 4, j), &b);
            }
        }
    }
}

/// The product of `ROWS` rows of `a` with the columns that `b` gives the elements of.
#[inline(always)]
fn tile<I: Isa, T: Ring, const ROWS: usize, const COLS: usize>(
    a: Matrix<T>,
    c: &mut MatrixMut<T>,
    (i, j): (usize, usize),
    b: impl Fn(usize) -> [T; COLS],
) {
    let mut acc = [[T::ZERO; COLS]; ROWS];
    for p in 0..a.cols {
        let row = b(p);
        for r in 0..ROWS {
            let x = I::element(a.at(i + r, p));
            for k in 0..COLS {
                acc[r][k] = T::mul_add::<I>(x, row[k], acc[r][k]);
            }
        }
    }
    for (r, row) in acc.iter().enumerate() {
        c.set_run(i + r, j, row);
    }
}
