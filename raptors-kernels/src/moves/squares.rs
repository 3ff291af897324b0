//! Copies by squares that stay in registers: whole lines of the source and the target where these are to be had,
//! and smaller squares along the edges.

use super::{
    Stream,
    cell::Bits,
    strided::Walk,
    transpose::{self, offset},
};
use crate::arch;
use core::ops::Range;

/// Bytes of a page: columns that all start at one place of theirs share sets of the caches, where
/// what the processor fetches ahead does not stay.
const PAGE: isize = 4096;
/// Cache lines of a row or column up to which it is a short one.
const FEW: usize = 4;
/// Cache lines of a row or column up to which it takes longer to set elements apart than to read and write lines
/// across two (transposed squares of 32 to 2,048 numbers of 4 and 8 bytes).
const APART: usize = 12;

/// The functions for squares of elements of a size.
pub(super) struct Squares {
    /// Sides are cache lines.
    pub(super) line: arch::Square,
    /// Sides are registers.
    pub(super) register: arch::Square,
    /// Lines are stored around the caches. Where there is such a function, those of `line` are read and written
    /// as such, too, by one instruction each.
    pub(super) around: Option<arch::Square>,
}

impl Squares {
    /// Copies the elements. `lines` tells that from one column of the source to the next there are whole lines, and
    /// from one row of the target to the next.
    ///
    /// # Safety
    ///
    /// As [`transpose::run`]; the source's columns are contiguous, and the functions are those for `T`.
    pub(super) unsafe fn run<T: Bits>(&self, walk: &Walk, lines: bool) {
        let _stream = walk.around.then(Stream::begin);
        let [row, col] = if lines {
            before_lines::<T>(walk)
        } else {
            [0; 2]
        };
        // SAFETY: the caller vouches for all of the walk, and so for its parts.
        unsafe {
            if row + col > 0 {
                self.part::<T>(walk, [0..row, 0..walk.cols], lines);
                self.part::<T>(walk, [row..walk.rows, 0..col], lines);
            }
            self.part::<T>(walk, [row..walk.rows, col..walk.cols], lines);
        }
    }

    /// As [`Self::run`], for these rows and columns.
    ///
    /// # Safety
    ///
    /// As [`Self::run`].
    unsafe fn part<T: Bits>(&self, walk: &Walk, [rows, cols]: [Range<usize>; 2], lines: bool) {
        let walk = &walk.part(rows, cols);
        if walk.rows.min(walk.cols) * size_of::<T>() < arch::REGISTER {
            // SAFETY: the caller vouches for the walk.
            return unsafe { transpose::rows::<T>(walk, walk.from, walk.to, walk.rows, walk.cols) };
        }
        let aligned = lines && walk.to.addr().is_multiple_of(arch::LINE);
        let line = self.around.filter(|_| walk.around && aligned);
        // SAFETY: the caller vouches for the walk; columns of the source are long enough, and rows of the target
        // begin with a line where it is stored around the caches.
        unsafe { self.whole::<T>(walk, line.unwrap_or(self.line)) };
    }

    /// Copies squares whose sides are cache lines by `line`, and smaller ones beside and below them.
    ///
    /// # Safety
    ///
    /// As [`Self::run`]; rows and columns are as many as elements fill a register at least.
    unsafe fn whole<T: Bits>(&self, walk: &Walk, line: arch::Square) {
        let (large, small) = (arch::LINE / size_of::<T>(), arch::REGISTER / size_of::<T>());
        let whole = self.around.is_some();
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
            square(self.register, row.min(rows - small), col.min(cols - small));
        };
        // Row by row, what the processor has read ahead of the source is still there for the next ones, and
        // the target is written in one go. Far memory is read faster along the source, while whole lines may
        // be written anywhere. Few rows or columns share lines, which are to be touched once.
        let down = if rows.min(cols) < FEW * large {
            rows < cols
        } else {
            whole && transpose::is_far::<T>(walk)
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
            unsafe { transpose::rows::<T>(walk, from, to, rows, 1) };
        }
    }
}

/// Rows and columns in front of those from which on every column of the source and every row of the target
/// begins with a line, as their strides are whole lines; none where elements lie across lines, or where there
/// are too few to set some apart.
fn before_lines<T>(walk: &Walk) -> [usize; 2] {
    let least = APART * arch::LINE / size_of::<T>();
    let before = |at: usize, len: usize| {
        let bytes = at.wrapping_neg() % arch::LINE;
        let apart = bytes.is_multiple_of(size_of::<T>()) && len > least;
        if apart { bytes / size_of::<T>() } else { 0 }
    };
    [
        before(walk.from.addr(), walk.rows),
        before(walk.to.addr(), walk.cols),
    ]
}
