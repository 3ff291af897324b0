//! Copies whose source runs fastest along the other axis: squares that stay in registers and caches.

use super::{
    Source, Target,
    cell::{Bits, Cell},
    strided::{self, Walk},
};
use crate::{Isa, Level, arch, with_isa};

/// Rows of the target that are moved between two touches of the same lines of the source, where
/// elements are moved one by one.
const BLOCK: usize = 8;
/// Rows and columns from which squares or tiles are worth it.
const LEAST: usize = 5;
/// Bytes of a page: columns that all start at one place of theirs share sets of the caches, where
/// what the processor fetches ahead does not stay.
const PAGE: isize = 4096;

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
    if walk.source[0] == size_of::<T>() as isize
        && let Some(squares) = arch::squares(level, size_of::<T>())
    {
        // SAFETY: the caller vouches for the walk; columns of the source are contiguous.
        return unsafe { by_squares::<T>(walk, squares) };
    }
    with_isa!(level, isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk.
        || unsafe { tiles::<T>(walk) },
    ));
}

/// Copies squares whose sides are cache lines, smaller ones beside and below them, and what is left
/// of rows and columns one by one.
///
/// # Safety
///
/// As [`run`]; the source's columns are contiguous, and the functions are those for `T`.
unsafe fn by_squares<T: Bits>(walk: &Walk, [line, register]: [arch::Square; 2]) {
    let (large, small) = (arch::LINE / size_of::<T>(), arch::REGISTER / size_of::<T>());
    let ahead = walk.source[1] % PAGE == 0;
    let square = |run: arch::Square, row: usize, col: usize| {
        let from = walk.from.wrapping_offset(offset(walk.source, row, col));
        let to = walk.to.wrapping_offset(offset(walk.target, row, col));
        // SAFETY: the callers below stay inside the walk, and the level has the instructions.
        unsafe { run(from, walk.source[1], to, walk.target[0]) };
    };
    let [rows, cols] = [walk.rows, walk.cols].map(|n| n / small * small);
    let mut row = 0;
    while row < rows {
        let whole = rows - row >= large;
        let height = if whole { large } else { small };
        let mut col = 0;
        if whole {
            while cols - col >= large {
                for col in (col..col + large).filter(|_| ahead) {
                    // The next rows are a line further on.
                    let from = walk
                        .from
                        .wrapping_offset(offset(walk.source, row + large, col));
                    arch::prefetch(from);
                }
                square(line, row, col);
                col += large;
            }
        }
        while col < cols {
            for row in (row..row + height).step_by(small) {
                square(register, row, col);
            }
            col += small;
        }
        row += height;
    }
    let rest = |row, col, height, width| {
        let from = walk.from.wrapping_offset(offset(walk.source, row, col));
        let to = walk.to.wrapping_offset(offset(walk.target, row, col));
        // SAFETY: the parts of the walk beside and below the squares.
        unsafe { self::rows::<T>(walk, from, to, height, width) };
    };
    rest(0, cols, rows, walk.cols - cols);
    rest(rows, 0, walk.rows - rows, walk.cols);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Bits>(level: Level, rows: usize, cols: usize, gap: usize) {
        let size = size_of::<T>();
        let (column, row) = ((rows + gap) * size, (cols + gap) * size);
        let from: Vec<u8> = (0..cols * column).map(|i| (i ^ (i >> 8)) as u8).collect();
        let mut to = vec![0xee; rows * row];
        let walk = Walk {
            from: from.as_ptr(),
            to: to.as_mut_ptr(),
            rows,
            cols,
            source: [size as isize, column as isize],
            target: [row as isize, size as isize],
        };
        // SAFETY: both vectors hold all rows and columns, and are two.
        unsafe { run_at::<T>(level, &walk) };
        for i in 0..rows {
            for j in 0..cols + gap {
                let at = i * row + j * size;
                let given = &to[at..at + size];
                if j < cols {
                    let at = j * column + i * size;
                    assert_eq!(
                        given,
                        &from[at..at + size],
                        "{level:?} {size} {rows} {cols}"
                    );
                } else {
                    assert!(
                        given.iter().all(|&byte| byte == 0xee),
                        "written beyond a row"
                    );
                }
            }
        }
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
        let shapes = if cfg!(miri) {
            vec![(17, 35)]
        } else {
            vec![(8, 8), (16, 64), (64, 64), (65, 67), (130, 95), (31, 200)]
        };
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
}
