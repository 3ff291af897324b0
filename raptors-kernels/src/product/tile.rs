//! Small matrices: tiles of explicit vectors, in which a row of `b` meets several numbers of `a`. Complex ones are added up by the real and the imaginary parts of `a`,
//! apart, and combined once.

#[cfg(target_arch = "x86_64")]
use super::view::{View, ViewMut};
use super::{
    lanes::{Lanes, Words},
    small::Apart,
    view::{Matrix, MatrixMut},
};
#[cfg(target_arch = "x86_64")]
use crate::dtype::DType;
use crate::number::Float;
use core::{array, mem::MaybeUninit};

/// Rows of a tile.
const ROWS: usize = 4;
/// Rows of a tile that is one vector wide: as many sums as in a tile of two.
const HIGH: usize = 8;
/// Bytes of the longest vectors whose parts are stored piece by piece: a store by a mask takes AVX2 longer
/// than a row of the tile takes.
const UNMASKED: usize = 32;
/// The numbers in such a vector, of four bytes.
const FEW: usize = 8;
/// The numbers in the longest vector.
const LONGEST: usize = 32;

/// All products of a batch, for rows of `b` that are neighbours in memory.
pub(super) fn real<I: Words<T>, T: Copy + Default>(
    isa: I,
    apart: Apart,
    (a, b): (Matrix<T>, Matrix<T>),
    c: &mut MatrixMut<T>,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for i in 0..apart.count as isize {
                let (a, b) = (a.moved(i * apart.a), b.moved(i * apart.b));
                real_product(isa, a, b, &mut c.moved(i * apart.c));
            }
        },
    );
}

/// Bytes of a second matrix that stays in half of a small L2 cache while all rows of `a` meet it.
#[cfg(target_arch = "x86_64")]
const NEAR: usize = 128 << 10;
/// Columns of a result that a few vectors hold: packing takes longer than the products do.
#[cfg(target_arch = "x86_64")]
const NARROW: usize = 32;

/// `c = a @ b` for integers of up to four bytes, if `b` is so narrow that it is not worth packing, and rows
/// are neighbours in memory, of `a` nearly; gives whether they are.
#[cfg(target_arch = "x86_64")]
pub(super) fn narrow<I: Words<u8> + Words<u16> + Words<u32>>(
    isa: I,
    a: View<'_>,
    b: View<'_>,
    c: &mut ViewMut<'_>,
) -> bool {
    let bytes = b.rows().saturating_mul(b.cols() * b.dtype().size());
    let (row, col) = a.steps();
    let runs = [b, c.as_view()].iter().all(|x| x.steps().1 == 1);
    let by_rows = runs && col.unsigned_abs() <= row.unsigned_abs();
    if !by_rows || b.cols() > NARROW || bytes > NEAR {
        return false;
    }
    match b.dtype() {
        DType::I8 | DType::U8 => real::<_, u8>(isa, Apart::ONE, (a.of(), b.of()), &mut c.of()),
        DType::I16 | DType::U16 => real::<_, u16>(isa, Apart::ONE, (a.of(), b.of()), &mut c.of()),
        DType::I32 | DType::U32 => real::<_, u32>(isa, Apart::ONE, (a.of(), b.of()), &mut c.of()),
        _ => return false,
    }
    true
}

#[inline(always)]
fn real_product<I: Words<T>, T: Copy + Default>(
    isa: I,
    a: Matrix<T>,
    b: Matrix<T>,
    c: &mut MatrixMut<T>,
) {
    let mut j = 0;
    while j < b.cols {
        let left = b.cols - j;
        if I::REGISTERS == 1 && left >= 2 * I::LEN {
            columns::<I, T, 2, false>(isa, a, b, c, (j, I::LEN));
            j += 2 * I::LEN;
        } else if I::REGISTERS == 1 && left > I::LEN {
            return columns::<I, T, 2, true>(isa, a, b, c, (j, left - I::LEN));
        } else if left >= I::LEN {
            columns::<I, T, 1, false>(isa, a, b, c, (j, I::LEN));
            j += I::LEN;
        } else {
            return columns::<I, T, 1, true>(isa, a, b, c, (j, left));
        }
    }
}

/// The columns of the result from `j`, `V` vectors of them, the last of which has `last` numbers;
/// `SOME` if these are fewer than a whole one. The last rows may overlap those before.
#[inline(always)]
fn columns<I: Words<T>, T: Copy + Default, const V: usize, const SOME: bool>(
    isa: I,
    a: Matrix<T>,
    b: Matrix<T>,
    c: &mut MatrixMut<T>,
    (j, last): (usize, usize),
) {
    macro_rules! rows {
        ($rows:expr) => {{
            for i in (0..=a.rows - $rows).step_by($rows) {
                tile::<I, T, { $rows }, V, SOME>(isa, a, b, c, (i, j), last);
            }
            if a.rows % $rows != 0 {
                tile::<I, T, { $rows }, V, SOME>(isa, a, b, c, (a.rows - $rows, j), last);
            }
        }};
    }
    match a.rows {
        0 => {}
        1 => tile::<I, T, 1, V, SOME>(isa, a, b, c, (0, j), last),
        2 => rows!(2),
        3 => rows!(3),
        HIGH.. if V * I::REGISTERS == 1 => rows!(HIGH),
        _ => rows!(ROWS),
    }
}

#[inline(always)]
fn tile<I: Words<T>, T: Copy + Default, const R: usize, const V: usize, const SOME: bool>(
    isa: I,
    a: Matrix<T>,
    b: Matrix<T>,
    c: &mut MatrixMut<T>,
    (i, j): (usize, usize),
    last: usize,
) {
    let mut acc = [[isa.zero(); V]; R];
    for p in 0..a.cols {
        let from = b.element(p, j);
        // SAFETY: row `p` of `b` has these columns, neighbours in memory, which the view may read.
        let row: [_; V] = array::from_fn(
            #[inline(always)]
            |v| unsafe {
                if SOME && v + 1 == V {
                    isa.load_some(from.add(v * I::LEN), last)
                } else {
                    isa.load(from.add(v * I::LEN))
                }
            },
        );
        for r in 0..R {
            let x = isa.splat(a.at(i + r, p));
            for v in 0..V {
                acc[r][v] = isa.mul_add(x, row[v], acc[r][v]);
            }
        }
    }
    if SOME && I::LEN * size_of::<T>() <= UNMASKED && I::LEN <= FEW && c.has_runs() {
        let mut numbers = [[const { MaybeUninit::<T>::uninit() }; 2 * FEW]; R];
        for r in 0..R {
            for v in 0..V {
                let to = numbers[r].as_mut_ptr().wrapping_add(v * I::LEN);
                // SAFETY: a row of the array has room for two vectors.
                unsafe { isa.store(acc[r][v], to.cast()) };
            }
        }
        let len = (V - 1) * I::LEN + last;
        for (r, row) in numbers.iter().enumerate() {
            // SAFETY: row `i + r` of `c` has `len` columns from `j` on, neighbours in memory, which the view
            // may write; the array's row has as many, written just now.
            unsafe { copy_few(row.as_ptr().cast(), c.element(i + r, j), len) };
        }
        return;
    }
    for (r, row) in acc.iter().enumerate() {
        for (v, &x) in row.iter().enumerate() {
            let len = if SOME && v + 1 == V { last } else { I::LEN };
            write::<I, T>(isa, x, c, (i + r, j + v * I::LEN), len);
        }
    }
}

/// Copies `len` numbers, fewer than 16, in pieces of constant lengths.
///
/// # Safety
///
/// The numbers can be read and written there, and those written are no others' to read.
#[inline(always)]
unsafe fn copy_few<T: Copy>(mut from: *const T, mut to: *mut T, len: usize) {
    macro_rules! pieces {
        ($($piece:literal)*) => {$(
            if len & $piece != 0 {
                // SAFETY: so many of the numbers are left.
                unsafe {
                    to.cast::<[T; $piece]>().write_unaligned(from.cast::<[T; $piece]>().read_unaligned());
                    (from, to) = (from.add($piece), to.add($piece));
                }
            }
        )*};
    }
    pieces!(8 4 2 1);
    let _ = (from, to);
}

/// Makes the first `len` numbers of `x` those of row `i` from column `j` on.
#[inline(always)]
fn write<I: Words<T>, T: Copy + Default>(
    isa: I,
    x: I::Vector,
    c: &mut MatrixMut<T>,
    (i, j): (usize, usize),
    len: usize,
) {
    if !c.has_runs() {
        let mut numbers = [T::default(); LONGEST];
        // SAFETY: no vector has more numbers than the array.
        unsafe { isa.store(x, numbers.as_mut_ptr()) };
        return c.set_run(i, j, &numbers[..len]);
    }
    let to = c.element(i, j);
    // SAFETY: row `i` of `c` has `len` columns from `j` on, neighbours in memory, which the view may
    // write.
    unsafe {
        if len == I::LEN {
            isa.store(x, to);
        } else {
            isa.store_some(x, to, len);
        }
    }
}

/// As [`real`], for complex numbers.
pub(super) fn complex<I: Lanes<F>, F: Float>(
    isa: I,
    apart: Apart,
    (a, b): (Matrix<[F; 2]>, Matrix<[F; 2]>),
    c: &mut MatrixMut<[F; 2]>,
) {
    isa.vectorize(
        #[inline(always)]
        || {
            for i in 0..apart.count as isize {
                let (a, b) = (a.moved(i * apart.a), b.moved(i * apart.b));
                complex_product(isa, a, b, &mut c.moved(i * apart.c));
            }
        },
    );
}

#[inline(always)]
fn complex_product<I: Lanes<F>, F: Float>(
    isa: I,
    a: Matrix<[F; 2]>,
    b: Matrix<[F; 2]>,
    c: &mut MatrixMut<[F; 2]>,
) {
    macro_rules! rows {
        ($rows:literal, $some:literal, $at:expr) => {{
            for i in (0..=a.rows - $rows).step_by($rows) {
                complex_tile::<I, F, $rows, $some>(isa, a, b, c, i, $at);
            }
            if a.rows % $rows != 0 {
                complex_tile::<I, F, $rows, $some>(isa, a, b, c, a.rows - $rows, $at);
            }
        }};
        ($some:literal, $at:expr) => {
            match a.rows {
                0 => {}
                1 => complex_tile::<I, F, 1, $some>(isa, a, b, c, 0, $at),
                2 => rows!(2, $some, $at),
                3 => rows!(3, $some, $at),
                _ => rows!(4, $some, $at),
            }
        };
    }
    let len = I::LEN / 2;
    let whole = b.cols / len * len;
    for j in (0..whole).step_by(len) {
        rows!(false, (j, len));
    }
    if whole < b.cols {
        rows!(true, (whole, b.cols - whole));
    }
}

/// `len` columns of `R` rows of the result, from `(i, j)`; `SOME` if they do not fill a vector.
#[inline(always)]
fn complex_tile<I: Lanes<F>, F: Float, const R: usize, const SOME: bool>(
    isa: I,
    a: Matrix<[F; 2]>,
    b: Matrix<[F; 2]>,
    c: &mut MatrixMut<[F; 2]>,
    i: usize,
    (j, len): (usize, usize),
) {
    let mut acc = [[isa.zero(); 2]; R];
    for p in 0..a.cols {
        let from = b.element(p, j).cast::<F>();
        // SAFETY: row `p` of `b` has these columns, neighbours in memory, which the view may read.
        let row = unsafe {
            if SOME {
                isa.load_some(from, 2 * len)
            } else {
                isa.load(from)
            }
        };
        for r in 0..R {
            let x = a.at(i + r, p);
            for part in 0..2 {
                acc[r][part] = isa.mul_add(isa.splat(x[part]), row, acc[r][part]);
            }
        }
    }
    for (r, &[by_real, by_imaginary]) in acc.iter().enumerate() {
        let x = isa.turned(by_real, isa.swapped(by_imaginary));
        if c.has_runs() {
            let to = c.element(i + r, j).cast::<F>();
            // SAFETY: row `i + r` of `c` has `len` columns from `j` on, neighbours in memory, which
            // the view may write; no vector of so few bytes has more numbers than the array.
            unsafe {
                if SOME && I::LEN * size_of::<F>() <= UNMASKED {
                    let mut numbers = [F::ZERO; FEW];
                    isa.store(x, numbers.as_mut_ptr());
                    copy_few(numbers.as_ptr(), to, 2 * len);
                } else if SOME {
                    isa.store_some(x, to, 2 * len);
                } else {
                    isa.store(x, to);
                }
            }
        } else {
            let mut numbers = [[F::ZERO; 2]; LONGEST / 2];
            // SAFETY: no vector has more numbers than the array.
            unsafe { isa.store(x, numbers.as_mut_ptr().cast()) };
            c.set_run(i + r, j, &numbers[..len]);
        }
    }
}
