//! Copies whose rows are short, or whose elements are pieces of several: two loops with nothing but
//! loads and stores in them.

use super::{
    block::copy_block,
    cell::{Bits, Cell},
    strided::Walk,
    with_row,
};

/// Bytes of a cache line.
const LINE: usize = 64;
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
