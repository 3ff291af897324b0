//! Copies whose source runs fastest along the other axis: squares that stay in registers and caches.

use super::{
    Source, Stream, Target,
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
/// Cache lines of a row or column up to which it is a short one.
const FEW: usize = 4;
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
fn is_far<T>(walk: &Walk) -> bool {
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
        if walk.rows.min(walk.cols) * size_of::<T>() < arch::REGISTER {
            // SAFETY: the caller vouches for the walk.
            return unsafe { rows::<T>(walk, walk.from, walk.to, walk.rows, walk.cols) };
        }
        let whole = arch::square_around(level, size_of::<T>());
        let aligned = lines && walk.to.addr().is_multiple_of(arch::LINE);
        let line = whole.filter(|_| walk.around && aligned).unwrap_or(line);
        let _stream = walk.around.then(Stream::begin);
        // SAFETY: the caller vouches for the walk; columns of the source are contiguous and long enough, and
        // rows of the target begin with a line where it is stored around the caches.
        return unsafe { by_squares::<T>(walk, [line, register], whole.is_some()) };
    }
    with_isa!(level, isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk.
        || unsafe { tiles::<T>(walk) },
    ));
}

/// Copies squares whose sides are cache lines, and smaller ones beside and below them. `whole` tells that
/// lines are read and written as such, by one instruction each.
///
/// # Safety
///
/// As [`run`]; the source's columns are contiguous, the functions are those for `T`, and rows and columns
/// are as many as elements fill a register at least.
unsafe fn by_squares<T: Bits>(walk: &Walk, [line, register]: [arch::Square; 2], whole: bool) {
    let (large, small) = (arch::LINE / size_of::<T>(), arch::REGISTER / size_of::<T>());
    let ahead = !whole && walk.source[1] % PAGE == 0;
    let square = |run: arch::Square, row: usize, col: usize| {
        let from = walk.from.wrapping_offset(offset(walk.source, row, col));
        let to = walk.to.wrapping_offset(offset(walk.target, row, col));
        // SAFETY: the callers below stay inside the walk, and the level has the instructions.
        unsafe { run(from, walk.source[1], to, walk.target[0]) };
    };
    // One column is left to be moved element by element, which is fewer steps. The last squares of
    // registers may lie over others, which hold the same.
    let single = walk.cols % small == 1;
    let [rows, cols] = [walk.rows, walk.cols - usize::from(single)];
    let small_square = |row: usize, col: usize| {
        square(register, row.min(rows - small), col.min(cols - small));
    };
    // Row by row, what the processor has read ahead of the source is still there for the next ones, and
    // the target is written in one go. Far memory is read faster along the source, while whole lines may
    // be written anywhere. Few rows or columns share lines, which are to be touched once.
    let down = if rows.min(cols) < FEW * large {
        rows < cols
    } else {
        whole && is_far::<T>(walk)
    };
    if down || cols < large {
        let [high, wide] = [rows, cols].map(|n| n / large * large);
        for first in (0..wide).step_by(large) {
            for row in (0..high).step_by(large) {
                square(line, row, first);
            }
            for col in (first..first + large).step_by(small) {
                for row in (high..rows).step_by(small) {
                    small_square(row, col);
                }
            }
        }
        for row in (0..rows).step_by(small) {
            for col in (wide..cols).step_by(small) {
                small_square(row, col);
            }
        }
    } else {
        let mut row = 0;
        while row < rows {
            let lines = rows - row >= large;
            let height = if lines { large } else { small };
            let mut col = 0;
            while lines && cols - col >= large {
                for col in (col..col + large).filter(|_| ahead) {
                    // The next rows are a line further on.
                    let at = offset(walk.source, row + large, col);
                    arch::prefetch(walk.from.wrapping_offset(at));
                }
                square(line, row, col);
                col += large;
            }
            for row in (row..row + height).step_by(small) {
                for col in (col..cols).step_by(small) {
                    small_square(row, col);
                }
            }
            row += height;
        }
    }
    if single {
        let from = walk.from.wrapping_offset(offset(walk.source, 0, cols));
        let to = walk.to.wrapping_offset(offset(walk.target, 0, cols));
        // SAFETY: the last column of the walk.
        unsafe { self::rows::<T>(walk, from, to, rows, 1) };
    }
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
        for around in [false, true] {
            check_stores::<T>(level, [rows, cols], gap, around);
        }
    }

    fn check_stores<T: Bits>(level: Level, [rows, cols]: [usize; 2], gap: usize, around: bool) {
        let size = size_of::<T>();
        let (column, mut row) = ((rows + gap) * size, (cols + gap) * size);
        if around {
            row = row.next_multiple_of(arch::LINE);
        }
        let from: Vec<u8> = (0..cols * column).map(|i| (i ^ (i >> 8)) as u8).collect();
        let mut room = vec![0xee; rows * row + arch::LINE];
        let first = room.as_ptr().align_offset(arch::LINE);
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
                    assert_eq!(given, wanted, "{level:?} {size} {rows} {cols} {around}");
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
            check::<u32>(level, side, side + 7, 1);
            check::<u32>(level, side + 1, side + 7, 3);
            check::<u64>(level, side / 2 + 181, side + 5, 5);
            check::<u128>(level, side / 2, side / 2 + 3, 2);
        }
    }
}
