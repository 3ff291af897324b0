//! Lines sorted side by side: each is a lane of as many vectors as it has elements, with AVX-512.
//!
//! Blocks of sixteen elements of every line are turned and sorted in registers, then merged, twice
//! as many at a time, in as few passes over the first cache as registers allow.

#![allow(
    clippy::needless_range_loop,
    reason = "rows of several matrices at a time, which stay in registers"
)]

use super::{
    x86_network::Matrix,
    x86_turn::{Image, ROWS, Turn},
};
use core::mem::MaybeUninit;

/// Elements of the longest lines: with so many the lanes take two thirds of a first cache.
pub(super) const LONGEST: usize = 512;

/// Vectors of one word of each line.
#[repr(align(64))]
struct Room(MaybeUninit<[[u64; 8]; LONGEST]>);

/// Sixteen rows, which stay in registers.
type Block<T> = [<T as super::x86_lanes::Lanes>::Vector; ROWS];

/// The lines of a group, and the rows that they are sorted as.
struct Group<T> {
    lines: *mut T,
    /// How many there are, at most as many as a vector has lanes.
    count: usize,
    /// The elements of each.
    len: usize,
    image: Image,
    rows: *mut T,
}

impl<T: Turn> Group<T> {
    /// The vector of a row.
    #[inline(always)]
    unsafe fn row(&self, row: usize) -> T::Vector {
        // SAFETY: the caller asks for rows that there is room for.
        unsafe { T::load(self.rows.add(row * T::LANES)) }
    }

    #[inline(always)]
    unsafe fn put(&self, row: usize, x: T::Vector) {
        // SAFETY: the caller asks for rows that there is room for.
        unsafe { T::store(self.rows.add(row * T::LANES), x) }
    }

    /// The elements of a block of rows from `start` on, which is in the lines, as words.
    #[inline(always)]
    unsafe fn read(&self, start: usize) -> Block<T> {
        // SAFETY: elements of lines that there are: only those are loaded that come before the end.
        unsafe {
            let mut block = [T::splat(T::MAX); ROWS];
            for (part, place) in (start..self.len).step_by(T::LANES).enumerate() {
                if part * T::LANES >= ROWS {
                    break;
                }
                let some = (self.len - place).min(T::LANES);
                for lane in 0..T::LANES {
                    // What stands in the lanes beside the lines is not written back.
                    let line = self.lines.add(lane.min(self.count - 1) * self.len);
                    block[part * T::LANES + lane] = if some == T::LANES {
                        T::load(line.add(place))
                    } else {
                        T::load_part(line.add(place), some)
                    };
                }
            }
            T::turn(&mut block);
            for row in 0..ROWS {
                block[row] = if start + row < self.len {
                    T::image(block[row], self.image)
                } else {
                    T::splat(T::MAX)
                };
            }
            block
        }
    }

    /// Writes a block of words as elements to the lines from `start` on.
    #[inline(always)]
    unsafe fn write(&self, start: usize, mut block: Block<T>) {
        // SAFETY: elements of lines that there are: only what comes before the end is stored.
        unsafe {
            for x in &mut block {
                *x = T::bits(*x, self.image);
            }
            T::turn(&mut block);
            for (part, place) in (start..self.len).step_by(T::LANES).enumerate() {
                if part * T::LANES >= ROWS {
                    break;
                }
                let some = (self.len - place).min(T::LANES);
                for lane in 0..self.count.min(T::LANES) {
                    let line = self.lines.add(lane * self.len + place);
                    T::store_part(line, some, block[part * T::LANES + lane]);
                }
            }
        }
    }

    /// Writes a sorted block to the lines if nothing is left to do, or back.
    #[inline(always)]
    unsafe fn keep(&self, start: usize, block: Block<T>, last: bool) {
        // SAFETY: the caller's promise, which is that of these.
        unsafe {
            if last {
                return self.write(start, block);
            }
            for row in 0..ROWS {
                self.put(start + row, block[row]);
            }
        }
    }

    /// Finishes the block at `start`, whose lanes rise and fall.
    #[inline(always)]
    unsafe fn finish(&self, start: usize, last: bool) {
        // SAFETY: the caller asks for rows that there is room for.
        unsafe {
            let mut block = [T::splat(T::MAX); ROWS];
            for row in 0..ROWS {
                block[row] = self.row(start + row);
            }
            Matrix::<T>::merge_columns(&mut block);
            self.keep(start, block, last);
        }
    }

    /// Finishes two blocks: lanes of both together rise and fall or, if `flip`, those of each rise.
    #[inline(always)]
    unsafe fn finish_both(&self, start: usize, flip: bool, last: bool) {
        // SAFETY: the caller asks for rows that there is room for.
        unsafe {
            let mut low = [T::splat(T::MAX); ROWS];
            for row in 0..ROWS {
                let (near, far) = if flip {
                    (start + row, start + 2 * ROWS - 1 - row)
                } else {
                    (start + row, start + ROWS + row)
                };
                let (a, b) = (self.row(near), self.row(far));
                low[row] = T::lesser(a, b);
                self.put(far, T::greater(a, b));
            }
            Matrix::<T>::merge_columns(&mut low);
            self.keep(start, low, last);
            self.finish(start + ROWS, last);
        }
    }

    /// Compares the rows of two halves, each of `K` parts of `apart` rows, with those of the other
    /// turned around, then parts within either half. Of the second half some parts may be missing:
    /// `there` of them are there.
    #[inline(always)]
    unsafe fn cross<const K: usize>(&self, start: usize, apart: usize, there: usize)
    where
        [T::Vector; K]: Matrix<T>,
    {
        // SAFETY: the caller asks for rows that there is room for.
        unsafe {
            if there >= K {
                self.cross_some::<K, true>(start, apart, K);
            } else {
                self.cross_some::<K, false>(start, apart, there);
            }
        }
    }

    #[inline(always)]
    unsafe fn cross_some<const K: usize, const ALL: bool>(
        &self,
        start: usize,
        apart: usize,
        there: usize,
    ) where
        [T::Vector; K]: Matrix<T>,
    {
        let is_there = |part: usize| ALL || part < there;
        for i in 0..apart {
            let near = |part: usize| start + part * apart + i;
            let far = |part: usize| start + (K + part) * apart + (apart - 1 - i);
            // SAFETY: the caller asks for rows that there is room for.
            unsafe {
                let mut low = [T::splat(T::MAX); K];
                let mut high = low;
                for part in 0..K {
                    let (a, mirror) = (self.row(near(part)), K - 1 - part);
                    low[part] = a;
                    if is_there(mirror) {
                        let b = self.row(far(mirror));
                        low[part] = T::lesser(a, b);
                        high[mirror] = T::greater(a, b);
                    }
                }
                low.merge_columns();
                high.merge_columns();
                for part in 0..K {
                    self.put(near(part), low[part]);
                    if is_there(part) {
                        self.put(far(part), high[part]);
                    }
                }
            }
        }
    }

    /// Merges `half` rows from `start` on with those behind them, which end at `end`.
    #[inline(always)]
    unsafe fn merge(&self, start: usize, half: usize, end: usize, last: bool) {
        let rows = end - start - half;
        // SAFETY: the caller asks for rows that there is room for.
        unsafe {
            match half {
                16 => return self.finish_both(start, true, last),
                32 => self.cross::<2>(start, ROWS, rows / ROWS),
                64 => self.cross::<4>(start, ROWS, rows / ROWS),
                128 => self.cross::<8>(start, ROWS, rows / ROWS),
                _ => {
                    self.cross::<8>(start, 2 * ROWS, rows / (2 * ROWS));
                    for start in (start..end).step_by(2 * ROWS) {
                        self.finish_both(start, false, last);
                    }
                    return;
                }
            }
            for start in (start..end).step_by(ROWS) {
                self.finish(start, last);
            }
        }
    }

    /// Sorts the lines.
    #[inline(always)]
    unsafe fn sort(&self) {
        // Half of the longest lines is merged by pairs of blocks.
        let step = if self.len > LONGEST / 2 {
            2 * ROWS
        } else {
            ROWS
        };
        let end = self.len.next_multiple_of(step);
        // SAFETY: rows up to the end, which there is room for.
        unsafe {
            for start in (0..end).step_by(ROWS) {
                let mut block = [T::splat(T::MAX); ROWS];
                if start < self.len {
                    block = self.read(start);
                    Matrix::<T>::sort_columns(&mut block);
                }
                self.keep(start, block, end == ROWS);
            }
            let mut half = ROWS;
            while half < end {
                for start in (0..end - half).step_by(2 * half) {
                    self.merge(start, half, end.min(start + 2 * half), 2 * half >= end);
                }
                half *= 2;
            }
        }
    }
}

/// Sorts `count` lines of `len` elements, at least one and at most [`LONGEST`], which follow one
/// another.
///
/// # Safety
///
/// That of [`Turn`]; `lines` has the elements of all lines.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn sort<T: Turn>(lines: *mut T, count: usize, len: usize, image: Image) {
    let mut room = Room(MaybeUninit::uninit());
    for first in (0..count).step_by(T::LANES) {
        // SAFETY: lines that the caller vouches for, and room for as many rows as a line may have.
        unsafe {
            Group {
                lines: lines.add(first * len),
                count: (count - first).min(T::LANES),
                len,
                image,
                rows: room.0.as_mut_ptr().cast(),
            }
            .sort();
        }
    }
}
