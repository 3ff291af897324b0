//! Copies whose source runs fastest along the other axis: squares that stay in registers and caches.

use super::{
    Source, Target,
    cell::{Bits, Cell},
    squares::Squares,
    strided::{self, Walk},
};
use crate::{Isa, Level, arch, with_isa};

/// Rows of the target that are moved between two touches of the same lines of the source, where
/// elements are moved one by one.
const BLOCK: usize = 8;
/// Rows and columns from which squares or tiles are worth it.
const LEAST: usize = 5;
/// Bytes beyond which elements are far: the second-level caches hold no more (bench: `transpose_copy`).
const FAR: usize = 4 << 20;

/// Bytes of a target row in a tile: what the lines of a tile's source columns and target rows take
/// together stays within the first-level cache, of which one power-of-two stride uses a part.
const TILE: usize = 512;

/// Whether the source's columns are so much closer together in memory than its rows are that the
/// lines they share are worth keeping.
#[inline]
pub(super) fn pays(walk: &Walk) -> bool {
    let [outer, inner] = walk.source.map(isize::unsigned_abs);
    outer < inner && walk.rows >= LEAST && walk.cols >= LEAST
}

/// Whether the elements are more than caches near the core hold.
pub(super) fn is_far<T>(walk: &Walk) -> bool {
    walk.rows * walk.cols > FAR / size_of::<T>()
}

/// Copies `rows` rows of `cols` elements, `step` elements apart in `from`, to the columns of rows that
/// are `apart` elements apart in `to`.
///
/// # Panics
///
/// If `from` has not all elements, or `to` not room for all.
pub(crate) fn turn<T: Bits>(
    from: &[T],
    step: usize,
    [rows, cols]: [usize; 2],
    to: &mut [T],
    apart: usize,
) {
    if rows == 0 || cols == 0 {
        return;
    }
    assert!(
        (rows - 1) * step + cols <= from.len(),
        "rows that are not there"
    );
    assert!(
        (cols - 1) * apart + rows <= to.len(),
        "no room for all columns"
    );
    assert!(apart >= rows, "columns over each other");
    let size = size_of::<T>();
    let [step, apart] = [step, apart].map(|elements| (elements * size) as isize);
    let (shape, size_step) = ([cols, rows], size as isize);
    let source = Source {
        ptr: from.as_ptr().cast(),
        size,
        shape,
        strides: [size_step, step],
    };
    let target = Target {
        ptr: to.as_mut_ptr().cast(),
        size,
        shape,
        strides: [apart, size_step],
    };
    // SAFETY: the slices have the elements, as was checked, are two, and no element of the one that
    // is written lies over another.
    unsafe { strided::copy(source, target) };
}

/// Copies by squares and tiles.
///
/// # Safety
///
/// As [`super::copy`]; the target's rows are contiguous.
pub(super) unsafe fn run<T: Bits>(walk: &Walk) {
    // SAFETY: the caller vouches for it.
    unsafe { run_at::<T>(Level::get(), walk) }
}

/// As [`run`], at a level.
///
/// # Safety
///
/// As [`run`].
unsafe fn run_at<T: Bits>(level: Level, walk: &Walk) {
    // Columns of the source that run backwards run forwards where the rows are taken the other way.
    let turned;
    let walk = if walk.source[0] == -(size_of::<T>() as isize) {
        let last = walk.rows as isize - 1;
        turned = Walk {
            from: walk.from.wrapping_offset(last * walk.source[0]),
            to: walk.to.wrapping_offset(last * walk.target[0]),
            source: [-walk.source[0], walk.source[1]],
            target: [-walk.target[0], walk.target[1]],
            ..*walk
        };
        &turned
    } else {
        walk
    };
    // Whole lines take twice as long where they lie across two; from far away that makes no difference.
    let lines = (walk.source[1] | walk.target[0]) % arch::LINE as isize == 0;
    let level = if lines || is_far::<T>(walk) {
        level
    } else {
        level.halved()
    };
    if walk.source[0] == size_of::<T>() as isize
        && let Some([line, register]) = arch::squares(level, size_of::<T>())
    {
        let around = arch::square_around(level, size_of::<T>());
        let squares = Squares {
            line,
            register,
            around,
        };
        // SAFETY: the caller vouches for the walk, whose source's columns are contiguous; the functions are those
        // for the element's size and the level.
        return unsafe { squares.run::<T>(walk, lines) };
    }
    with_isa!(level, isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk.
        || unsafe { tiles::<T>(walk) },
    ));
}

/// As [`run`], one element at a time, compiled for a level.
///
/// # Safety
///
/// As [`run`].
#[inline(always)]
unsafe fn tiles<T: Bits>(walk: &Walk) {
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
pub(super) fn offset(strides: [isize; 2], row: usize, col: usize) -> isize {
    row as isize * strides[0] + col as isize * strides[1]
}

/// Copies `height` rows of `width` elements, column by column.
///
/// # Safety
///
/// As [`run`], for that part of the walk that starts at `from` and `to`.
#[inline(always)]
pub(super) unsafe fn rows<T: Bits>(
    walk: &Walk,
    from: *const u8,
    to: *mut u8,
    height: usize,
    width: usize,
) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Bits>(level: Level, rows: usize, cols: usize, gap: usize) {
        let size = size_of::<T>();
        for around in [false, true] {
            check_stores::<T>(level, [rows, cols], gap, around, [0, 0]);
        }
        for behind in [[0, size], [size, 0], [3 * size, 2 * size], [0, size / 2]] {
            check_stores::<T>(level, [rows, cols], gap, true, behind);
        }
    }

    /// Copies to and from memory so many bytes `behind` the beginning of a line; `around` by whole lines.
    fn check_stores<T: Bits>(
        level: Level,
        [rows, cols]: [usize; 2],
        gap: usize,
        around: bool,
        behind: [usize; 2],
    ) {
        let size = size_of::<T>();
        let [mut column, mut row] = [rows, cols].map(|n| (n + gap) * size);
        if around {
            [column, row] = [column, row].map(|bytes| bytes.next_multiple_of(arch::LINE));
        }
        let bytes = cols * column + 2 * arch::LINE;
        let from: Vec<u8> = (0..bytes).map(|i| (i ^ (i >> 8)) as u8).collect();
        let from = &from[from.as_ptr().align_offset(arch::LINE) + behind[0]..];
        let mut room = vec![0xee; rows * row + 2 * arch::LINE];
        let first = room.as_ptr().align_offset(arch::LINE) + behind[1];
        let to = &mut room[first..];
        let walk = Walk {
            from: from.as_ptr(),
            to: to.as_mut_ptr(),
            rows,
            cols,
            source: [size as isize, column as isize],
            target: [row as isize, size as isize],
            around,
        };
        // SAFETY: both vectors hold all rows and columns, and are two.
        unsafe { run_at::<T>(level, &walk) };
        for i in 0..rows {
            for j in 0..row / size {
                let at = i * row + j * size;
                let given = &to[at..at + size];
                if j < cols {
                    let at = j * column + i * size;
                    let wanted = &from[at..at + size];
                    assert_eq!(
                        given, wanted,
                        "{level:?} {size} {rows} {cols} {around} {behind:?}"
                    );
                } else {
                    assert!(
                        given.iter().all(|&byte| byte == 0xee),
                        "written beyond a row"
                    );
                }
            }
        }
        let outside = room[..first].iter().chain(&room[first + rows * row..]);
        assert!(outside.copied().all(|byte| byte == 0xee), "written outside");
    }

    #[test]
    fn columns_that_run_backwards_are_transposed() {
        let [rows, cols] = [67, 41];
        let from: Vec<u32> = (0..(rows * cols) as u32).collect();
        for level in Level::available() {
            let mut to = vec![0; rows * cols];
            let walk = Walk {
                from: from[rows - 1..].as_ptr().cast(),
                to: to.as_mut_ptr().cast(),
                rows,
                cols,
                source: [-4, 4 * rows as isize],
                target: [4 * cols as isize, 4],
                around: false,
            };
            // SAFETY: both vectors hold all rows and columns, and are two.
            unsafe { run_at::<u32>(level, &walk) };
            for (i, row) in to.chunks(cols).enumerate() {
                let wanted = (0..cols).map(|j| from[j * rows + rows - 1 - i]);
                assert!(row.iter().copied().eq(wanted), "{level:?} {i}");
            }
        }
    }

    #[test]
    fn turned_rows_leave_what_lies_between_columns() {
        let from: Vec<u32> = (0..20 * 33).collect();
        let mut to = vec![u32::MAX; 30 * 25];
        turn(&from, 33, [20, 30], &mut to, 25);
        for (col, column) in to.chunks(25).enumerate() {
            let wanted = (0..20).map(|row| from[row * 33 + col]);
            assert!(column[..20].iter().copied().eq(wanted));
            assert!(column[20..].iter().all(|&x| x == u32::MAX));
        }
    }

    #[test]
    fn every_level_and_size_transposes_squares_and_what_is_left() {
        let mut shapes = vec![(17, 35), (5, 9)];
        if !cfg!(miri) {
            shapes.extend([(8, 8), (16, 64), (64, 64), (65, 67), (61, 77), (130, 95)]);
            shapes.extend([(31, 200), (270, 31), (5, 99), (99, 6)]);
        }
        for level in Level::available() {
            for &(rows, cols) in &shapes {
                for gap in [0, 3] {
                    check::<u8>(level, rows, cols, gap);
                    check::<u16>(level, rows, cols, gap);
                    check::<u32>(level, rows, cols, gap);
                    check::<u64>(level, rows, cols, gap);
                    check::<u128>(level, rows, cols, gap);
                }
            }
        }
    }

    #[test]
    fn elements_that_lie_far_apart_are_transposed() {
        let side = if cfg!(miri) { 20 } else { 1100 };
        for level in Level::available() {
            check::<u8>(level, side, side + 7, 1);
            check::<u16>(level, side, side + 7, 1);
            check::<u32>(level, side, side + 7, 1);
            check::<u32>(level, side + 1, side + 7, 3);
            check::<u64>(level, side / 2 + 181, side + 5, 5);
            check::<u128>(level, side / 2, side / 2 + 3, 2);
        }
    }
}
