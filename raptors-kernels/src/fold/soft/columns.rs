//! Lines side by side, each a lane of vectors: columns of matrices, and lines too short for vectors of
//! their own.

use super::{
    LANES, Soft, finite,
    power::{Real, powers_across, quotient},
};
use crate::{
    fold::tree::split,
    isa::{Isa, Level},
    slice::{In, Out},
};

/// Lines side by side: two or four whole cache lines of each row.
const WIDTH: usize = 32;
/// The same where there are fewer.
const NARROW: usize = 8;
/// Columns that there must be at least.
pub const NARROWEST: usize = NARROW;
/// Elements of lines so short that they are copied to lie side by side.
pub const SHORT: usize = 32;

/// Columns of a matrix, from the first on.
#[derive(Clone, Copy)]
struct Matrix<T> {
    x: *const T,
    out: *mut T,
    len: usize,
    /// Elements from one row to the next.
    stride: usize,
}

impl<T> Matrix<T> {
    fn skip(self, columns: usize) -> Self {
        Self {
            x: self.x.wrapping_add(columns),
            out: self.out.wrapping_add(columns),
            ..self
        }
    }
}

/// The results of `width` lines of `len` elements `stride` elements apart, of which those of the same place
/// are neighbours, in the same places of `out`; or one result for each, side by side.
///
/// # Safety
///
/// `x` is of `dtype` and aligned, as is `out`, which nobody else reads or writes meanwhile: `len` rows of
/// `width` elements, `stride` elements from one to the next, or one row where lines have one result.
///
/// # Panics
///
/// If there are fewer columns than [`NARROWEST`], no rows, or `dtype` has no loop.
#[expect(
    clippy::cast_ptr_alignment,
    reason = "the caller promises that both are aligned"
)]
pub unsafe fn columns(
    what: Soft,
    level: Level,
    dtype: crate::DType,
    x: *const u8,
    [len, stride]: [usize; 2],
    width: usize,
    out: *mut u8,
) {
    assert!(width >= NARROW && len > 0, "too few columns or rows");
    super::with_real!(level, dtype, isa, T => {
        let matrix = Matrix { x: x.cast::<T>(), out: out.cast::<T>(), len, stride };
        let mut done = 0;
        while done + WIDTH <= width {
            // SAFETY: the caller's promise, for columns that there are.
            unsafe { tile::<_, T, WIDTH>(what, isa, matrix.skip(done)) };
            done += WIDTH;
        }
        while done < width {
            // The last ones may have been computed before, from numbers that nobody has changed since.
            let start = done.min(width - NARROW);
            // SAFETY: the caller's promise, for columns that there are.
            unsafe { tile::<_, T, NARROW>(what, isa, matrix.skip(start)) };
            done = start + NARROW;
        }
    });
}

/// The results of lines of `len` elements, at most [`SHORT`], of which `inner` lie side by side: blocks of
/// `len` rows of `inner` elements, one after the other.
///
/// # Panics
///
/// If lines are longer or empty, there is no loop for the type, or `out` has not room for the results.
pub fn short(what: Soft, level: Level, x: In<'_>, [len, inner]: [usize; 2], mut out: Out<'_>) {
    super::with_real!(level, x.dtype(), isa, T => {
        beside::<_, T>(what, isa, x.of(), [len, inner], out.of());
    });
}

fn beside<I: Isa, T: Real>(what: Soft, isa: I, x: &[T], [len, inner]: [usize; 2], out: &mut [T]) {
    assert!((1..=SHORT).contains(&len) && inner > 0, "no short lines");
    let given = if what == Soft::LogSum { 1 } else { len };
    let count = x.len() / len;
    assert_eq!(count * given, out.len(), "results for each line");
    let (mut from, mut to) = ([[T::ZERO; WIDTH]; SHORT], [[T::ZERO; WIDTH]; SHORT]);
    // Where the next line is: the block, and the column in it.
    let (mut block, mut column) = (0, 0);
    for first in (0..count).step_by(WIDTH) {
        let width = WIDTH.min(count - first);
        let start = [block, column];
        for j in 0..width {
            let x = &x[block * len * inner + column..];
            for (i, row) in from[..len].iter_mut().enumerate() {
                row[j] = x[i * inner];
            }
            column += 1;
            if column == inner {
                (block, column) = (block + 1, 0);
            }
        }
        let matrix = Matrix {
            x: from.as_ptr().cast(),
            out: to.as_mut_ptr().cast(),
            len,
            stride: WIDTH,
        };
        // SAFETY: both arrays have `len` rows of as many columns, one after the other.
        unsafe { tile::<I, T, WIDTH>(what, isa, matrix) };
        [block, column] = start;
        for j in 0..width {
            let out = &mut out[block * given * inner + column..];
            for (i, row) in to[..given].iter().enumerate() {
                out[i * inner] = row[j];
            }
            column += 1;
            if column == inner {
                (block, column) = (block + 1, 0);
            }
        }
    }
}

/// `W` columns.
///
/// # Safety
///
/// As [`columns`], of which these are some.
unsafe fn tile<I: Isa, T: Real, const W: usize>(what: Soft, isa: I, matrix: Matrix<T>) {
    let Matrix {
        x,
        out,
        len,
        stride,
    } = matrix;
    // SAFETY: the caller's promise, for row `i`, which nobody writes.
    let row = |i: usize| unsafe { &*x.add(i * stride).cast::<[T; W]>() };
    // SAFETY: the caller's promise, for row `i`, which is borrowed once at a time.
    let result = |i: usize| unsafe { &mut *out.add(i * stride).cast::<[T; W]>() };
    let mut most = *row(0);
    isa.vectorize(
        #[inline(always)]
        || {
            for i in 1..len {
                let x = row(i);
                for j in 0..W {
                    let greater = (x[j] > most[j]) | x[j].is_nan();
                    most[j] = if greater { x[j] } else { most[j] };
                }
            }
        },
    );
    if what == Soft::LogSum {
        most = most.map(finite);
    }
    let sums = in_tree::<T, W>(0, len, &mut |start, len| {
        // The sums of every eighth row, and the rows that are left over.
        let mut parts = [[T::ZERO; W]; 2 * LANES];
        let full = len - len % LANES;
        isa.vectorize(
            #[inline(always)]
            || {
                for i in 0..len {
                    let mut powers = [T::ZERO; W];
                    powers_across(isa, row(start + i), &most, &mut powers);
                    if what == Soft::Shares {
                        *result(start + i) = powers;
                    }
                    let place = if i < full {
                        i % LANES
                    } else {
                        LANES + i - full
                    };
                    add(&mut parts[place], &powers);
                }
                leaf(&mut parts)
            },
        )
    });
    isa.vectorize(
        #[inline(always)]
        || match what {
            Soft::Shares => {
                let mut inverse = [T::ONE; W];
                for j in 0..W {
                    inverse[j] = T::ONE / sums[j];
                }
                for i in 0..len {
                    let out = result(i);
                    for j in 0..W {
                        out[j] = quotient::<I, T>(I::element(out[j]), sums[j], inverse[j]);
                    }
                }
            }
            Soft::LogShares => {
                let logs = logarithms::<I, T, W>(&sums);
                for i in 0..len {
                    let (x, out) = (row(i), result(i));
                    for j in 0..W {
                        out[j] = (I::element(x[j]) - most[j]) - logs[j];
                    }
                }
            }
            Soft::LogSum => {
                let logs = logarithms::<I, T, W>(&sums);
                let out = result(0);
                for j in 0..W {
                    out[j] = logs[j] + most[j];
                }
            }
        },
    );
}

#[inline(always)]
fn logarithms<I: Isa, T: Real, const W: usize>(x: &[T; W]) -> [T; W] {
    let mut logs = [T::ZERO; W];
    for j in 0..W {
        logs[j] = x[j].log::<I>();
    }
    logs
}

/// The sums, in the order of the tree, of what `leaf` gives for rows by their start and number.
fn in_tree<T: Real, const W: usize>(
    start: usize,
    len: usize,
    leaf: &mut impl FnMut(usize, usize) -> [T; W],
) -> [T; W] {
    match split(LANES, len) {
        Some(left) => {
            let a = in_tree(start, left, leaf);
            let mut sum = in_tree(start + left, len - left, leaf);
            for j in 0..W {
                sum[j] = a[j] + sum[j];
            }
            sum
        }
        None => leaf(start, len),
    }
}

/// The sums of the rows of a leaf, from those of every eighth and what is left over: pairwise, then one
/// after the other.
#[inline(always)]
fn leaf<T: Real, const W: usize>(parts: &mut [[T; W]; 2 * LANES]) -> [T; W] {
    for apart in [1, 2, 4] {
        for k in (0..LANES).step_by(2 * apart) {
            let other = parts[k + apart];
            add(&mut parts[k], &other);
        }
    }
    let mut sum = parts[0];
    for rest in &parts[LANES..] {
        add(&mut sum, rest);
    }
    sum
}

#[inline(always)]
fn add<T: Real, const W: usize>(sum: &mut [T; W], x: &[T; W]) {
    for j in 0..W {
        sum[j] = sum[j] + x[j];
    }
}
