//! Copies whose rows are short, or whose elements are pieces of several: two loops with nothing but
//! loads and stores in them.

use super::{
    block::{LINE, copy_block},
    cell::{Bits, Cell},
    strided::Walk,
    with_row,
};
use crate::{Isa, Level, with_isa};

/// The lengths of pieces that are copied line by line: where each comes from elsewhere, the system's `memcpy`
/// takes longer to begin than to copy them.
const BY_LINES: core::ops::Range<usize> = LINE + 1..4096;
/// Rows that are copied column by column where their pieces share lines of the source.
const BLOCK: usize = 8;
/// Columns up to which the elements of a row are moved without a loop over them.
const MOST: usize = 4;

/// Copies elements of `size` bytes, which no type of that size stands for.
///
/// # Safety
///
/// As [`super::copy`].
pub(super) unsafe fn run(walk: &Walk, size: usize) {
    if BY_LINES.contains(&size) {
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            // SAFETY: the caller vouches for the walk, whose elements fill a line at least.
            || unsafe { by_lines(walk, size) },
        ));
        return;
    }
    let [outer, inner] = walk.source.map(isize::unsigned_abs);
    with_row!(size, size => {
        // SAFETY: the caller vouches for the element in row `i` and column `j` of both views.
        let piece = |i: usize, j: usize| unsafe {
            let from = walk.from.offset(offset(walk.source, i, j));
            let to = walk.to.offset(offset(walk.target, i, j));
            copy_block(from, to, size);
        };
        if size < LINE && outer < inner {
            for row in (0..walk.rows).step_by(BLOCK) {
                let block = row..walk.rows.min(row + BLOCK);
                for j in 0..walk.cols {
                    block.clone().for_each(|i| piece(i, j));
                }
            }
        } else {
            for i in 0..walk.rows {
                (0..walk.cols).for_each(|j| piece(i, j));
            }
        }
    });
}

/// Copies elements of `size` bytes line by line, the last line over the one before it.
///
/// # Safety
///
/// As [`super::copy`]; `size` is that of a line at least.
#[inline(always)]
unsafe fn by_lines(walk: &Walk, size: usize) {
    for i in 0..walk.rows {
        for j in 0..walk.cols {
            // SAFETY: the caller vouches for the element in row `i` and column `j` of both views, in which
            // all of these lines lie.
            unsafe {
                let from = walk.from.offset(offset(walk.source, i, j));
                let to = walk.to.offset(offset(walk.target, i, j));
                let mut at = 0;
                while at + LINE < size {
                    line(from.add(at), to.add(at));
                    at += LINE;
                }
                line(from.add(size - LINE), to.add(size - LINE));
            }
        }
    }
}

/// Copies a line's bytes: loads before the stores, which become whole vectors.
///
/// # Safety
///
/// As many bytes are readable and writable.
#[inline(always)]
unsafe fn line(from: *const u8, to: *mut u8) {
    let (from, to) = (from.cast::<Cell<u64>>(), to.cast::<Cell<u64>>());
    // SAFETY: eight times eight bytes, which the caller vouches for.
    unsafe {
        let parts: [Cell<u64>; LINE / 8] = core::array::from_fn(|i| *from.add(i));
        for (i, part) in parts.into_iter().enumerate() {
            *to.add(i) = part;
        }
    }
}

/// The bytes from element `[0, 0]` to element `[i, j]`.
#[inline(always)]
const fn offset(strides: [isize; 2], i: usize, j: usize) -> isize {
    i as isize * strides[0] + j as isize * strides[1]
}

/// Copies many rows of two to four elements: whether the walk is of such.
///
/// # Safety
///
/// As [`super::copy`].
#[inline(always)]
pub(super) unsafe fn short_rows<T: Bits>(walk: &Walk) -> bool {
    if !(2..=MOST).contains(&walk.cols) || walk.rows <= MOST {
        return false;
    }
    // SAFETY: the caller vouches for the walk, whose rows have so many elements.
    unsafe {
        match walk.cols {
            2 => rows::<T, 2>(walk),
            3 => rows::<T, 3>(walk),
            _ => rows::<T, 4>(walk),
        }
    }
    true
}

/// Copies rows of `N` elements.
///
/// # Safety
///
/// As [`super::copy`]; the walk has `N` columns.
unsafe fn rows<T: Bits, const N: usize>(walk: &Walk) {
    for i in 0..walk.rows {
        // SAFETY: the caller vouches for the `N` elements of row `i` in both views.
        unsafe {
            let row: [Cell<T>; N] =
                core::array::from_fn(|j| *walk.from.offset(offset(walk.source, i, j)).cast());
            for (j, x) in row.into_iter().enumerate() {
                *walk.to.offset(offset(walk.target, i, j)).cast() = x;
            }
        }
    }
}
