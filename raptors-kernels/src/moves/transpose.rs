//! Copies whose source runs fastest along the other axis: tiles that stay in the caches.

use super::{
    cell::{Bits, Cell},
    strided::Walk,
};
use crate::{Isa, Level, with_isa};

/// Elements along each side of the square that is moved between two touches of the same lines.
const BLOCK: usize = 8;

/// Bytes of a target row in a tile: what the lines of a tile's source columns and target rows take
/// together stays within the first-level cache, of which one power-of-two stride uses a part.
const TILE: usize = 512;

/// Whether the source's columns are so much closer together in memory than its rows are that the
/// lines they share are worth keeping.
#[inline]
pub(super) fn pays(walk: &Walk) -> bool {
    let [outer, inner] = walk.source.map(isize::unsigned_abs);
    outer < inner && walk.rows >= BLOCK && walk.cols >= BLOCK
}

/// Copies by tiles.
///
/// # Safety
///
/// As [`super::copy`]; the target's rows are contiguous.
pub(super) unsafe fn run<T: Bits>(walk: &Walk) {
    with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk.
        || unsafe { tiles::<T>(walk) },
    ));
}

/// As [`run`], compiled for a level.
///
/// # Safety
///
/// As [`run`].
#[inline(always)]
unsafe fn tiles<T: Bits>(walk: &Walk) {
    let width = TILE / size_of::<T>();
    // Bytes transpose in registers; wider elements move as fast one by one, by the loads and stores
    // that a core does at once.
    let in_registers = size_of::<T>() == 1 && walk.source[0] == 1;
    for col in (0..walk.cols).step_by(width) {
        let width = width.min(walk.cols - col);
        for row in (0..walk.rows).step_by(BLOCK) {
            let height = BLOCK.min(walk.rows - row);
            let from = walk.from.wrapping_offset(offset(walk.source, row, col));
            let to = walk.to.wrapping_offset(offset(walk.target, row, col));
            let whole = if in_registers && height == BLOCK {
                width / BLOCK * BLOCK
            } else {
                0
            };
            // SAFETY: the block's rows and columns are among those of the walk.
            unsafe {
                for j in (0..whole).step_by(BLOCK) {
                    let from = from.offset(j as isize * walk.source[1]);
                    block::<T>(
                        from,
                        walk.source[1],
                        to.add(j * size_of::<T>()),
                        walk.target[0],
                    );
                }
                let from = from.offset(whole as isize * walk.source[1]);
                let to = to.add(whole * size_of::<T>());
                if height == BLOCK {
                    rows::<T>(walk, from, to, BLOCK, width - whole);
                } else {
                    rows::<T>(walk, from, to, height, width - whole);
                }
            }
        }
    }
}

/// Transposes a square in registers: reads contiguous columns, writes contiguous rows.
///
/// # Safety
///
/// `BLOCK` columns of `BLOCK` elements are readable from `from` by stride `s`, and as many rows
/// writable from `to` by stride `t`.
#[inline(always)]
unsafe fn block<T: Bits>(from: *const u8, s: isize, to: *mut u8, t: isize) {
    // SAFETY: column `j` of those that the caller vouches for.
    let columns: [[Cell<T>; BLOCK]; BLOCK] = core::array::from_fn(
        #[inline(always)]
        |j| unsafe { *from.offset(j as isize * s).cast() },
    );
    #[expect(clippy::needless_range_loop, reason = "`i` runs along the inner axis")]
    for i in 0..BLOCK {
        let row: [Cell<T>; BLOCK] = core::array::from_fn(
            #[inline(always)]
            |j| columns[j][i],
        );
        // SAFETY: row `i` of those that the caller vouches for.
        unsafe { *to.offset(i as isize * t).cast() = row };
    }
}

/// The bytes from element `[0, 0]` to element `[row, col]`.
#[inline(always)]
fn offset(strides: [isize; 2], row: usize, col: usize) -> isize {
    row as isize * strides[0] + col as isize * strides[1]
}

/// Copies `height` rows of `width` elements, column by column.
///
/// # Safety
///
/// As [`run`], for that part of the walk that starts at `from` and `to`.
#[inline(always)]
unsafe fn rows<T: Bits>(walk: &Walk, from: *const u8, to: *mut u8, height: usize, width: usize) {
    for j in 0..width {
        for i in 0..height {
            // SAFETY: row `i` and column `j` of the part that the caller vouches for.
            unsafe {
                let x: Cell<T> = *from.offset(offset(walk.source, i, j)).cast();
                let at = i as isize * walk.target[0] + (j * size_of::<T>()) as isize;
                *to.offset(at).cast() = x;
            }
        }
    }
}
