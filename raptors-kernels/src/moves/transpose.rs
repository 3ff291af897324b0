//! Copies whose source runs fastest along the other axis: tiles that stay in the caches.

use super::strided::Walk;

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
pub(super) unsafe fn run<T: Copy>(walk: &Walk) {
    let width = TILE / size_of::<T>();
    for col in (0..walk.cols).step_by(width) {
        let width = width.min(walk.cols - col);
        for row in (0..walk.rows).step_by(BLOCK) {
            let height = BLOCK.min(walk.rows - row);
            let from = walk.from.wrapping_offset(offset(walk.source, row, col));
            let to = walk.to.wrapping_offset(offset(walk.target, row, col));
            // SAFETY: the block's rows and columns are among those of the walk.
            unsafe {
                if height == BLOCK {
                    rows::<T>(walk, from, to, BLOCK, width);
                } else {
                    rows::<T>(walk, from, to, height, width);
                }
            }
        }
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
unsafe fn rows<T: Copy>(walk: &Walk, from: *const u8, to: *mut u8, height: usize, width: usize) {
    for j in 0..width {
        for i in 0..height {
            // SAFETY: row `i` and column `j` of the part that the caller vouches for.
            unsafe {
                let x = from
                    .offset(offset(walk.source, i, j))
                    .cast::<T>()
                    .read_unaligned();
                let at = i as isize * walk.target[0] + (j * size_of::<T>()) as isize;
                to.offset(at).cast::<T>().write_unaligned(x);
            }
        }
    }
}
