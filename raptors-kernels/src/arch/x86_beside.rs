//! Lines sorted side by side: each is a lane of as many vectors as it has elements.
//!
//! Blocks of sixteen elements of every line are turned and sorted in registers, then merged, twice
//! as many at a time, in as few passes over the first cache as registers allow.

#![allow(
    clippy::needless_range_loop,
    reason = "rows of several matrices at a time, which stay in registers"
)]

use super::{
    x86_lanes::Lanes,
    x86_network::Matrix,
    x86_turn::{Image, ROWS, Turn},
};
use core::mem::MaybeUninit;

/// Elements of the longest lines: with so many the lanes take two thirds of a first cache.
pub(super) const LONGEST: usize = 512;

/// Vectors of one word of each line.
#[repr(align(64))]
struct Room(MaybeUninit<[[u64; 8]; LONGEST]>);

/// Lines that are sorted together, and what they become in between.
pub(super) struct Group<T> {
    lines: *mut T,
    /// How many lines there are.
    count: usize,
    /// Elements of a line.
    len: usize,
    image: Image,
    /// A row of each element.
    rows: *mut T,
}

impl<T: Turn> Group<T> {
    /// The rows of a block, of which the first is before the end of the lines.
    #[inline(always)]
    unsafe fn read(&self, start: usize) -> [T::Vector; ROWS] {
        // SAFETY: what comes before the end of a line that there is, and nothing else, is loaded.
        unsafe {
            let mut block = [T::splat(T::MAX); ROWS];
            for part in 0..ROWS / T::LANES {
                let place = start + part * T::LANES;
                if place >= self.len {
                    break;
                }
                let some = (self.len - place).min(T::LANES);
                for lane in 0..T::LANES {
                    let to = part * T::LANES + lane;
                    block[to] = if self.count >= T::LANES && some == T::LANES {
                        T::load(self.lines.add(lane * self.len + place))
                    } else {
                        // What stands in the lanes beside the lines is not written back.
                        let line = lane.min(self.count - 1);
                        T::load_part(self.lines.add(line * self.len + place), some)
                    };
                }
            }
            T::turn(&mut block);
            for x in &mut block {
                *x = T::image(*x, self.image);
            }
            for row in 0..ROWS {
                if start + row >= self.len {
                    block[row] = T::splat(T::MAX);
                }
            }
            block
        }
    }

    /// Writes the rows of a block: to the lines if it is the `last` time.
    #[inline(always)]
    unsafe fn keep(&self, start: usize, mut block: [T::Vector; ROWS], last: bool) {
        // SAFETY: what comes before the end of a line that there is, and nothing else, is stored.
        unsafe {
            if !last {
                for row in 0..ROWS {
                    put(self.rows, start + row, block[row]);
                }
                return;
            }
            if start >= self.len {
                return;
            }
            for x in &mut block {
                *x = T::bits(*x, self.image);
            }
            T::turn(&mut block);
            for part in 0..ROWS / T::LANES {
                let place = start + part * T::LANES;
                if place >= self.len {
                    break;
                }
                let some = (self.len - place).min(T::LANES);
                for lane in 0..self.count.min(T::LANES) {
                    let to = self.lines.add(lane * self.len + place);
                    T::store_part(to, some, block[part * T::LANES + lane]);
                }
            }
        }
    }
}

/// The vector of a row.
#[inline(always)]
unsafe fn get<T: Lanes>(rows: *const T, row: usize) -> T::Vector {
    // SAFETY: the caller asks for rows that there is room for.
    unsafe { T::load(rows.add(row * T::LANES)) }
}

#[inline(always)]
unsafe fn put<T: Lanes>(rows: *mut T, row: usize, x: T::Vector) {
    // SAFETY: the caller asks for rows that there is room for.
    unsafe { T::store(rows.add(row * T::LANES), x) }
}

/// Finishes two blocks: lanes of both together rise and fall or, if `flip`, those of each rise.
#[inline(always)]
unsafe fn finish_both<T: Turn>(group: &Group<T>, start: usize, flip: bool, last: bool) {
    // SAFETY: the caller asks for rows that there is room for.
    unsafe {
        let rows = group.rows;
        let mut low = [T::splat(T::MAX); ROWS];
        for row in 0..ROWS {
            let far = if flip { 2 * ROWS - 1 - row } else { ROWS + row };
            let (a, b) = (get(rows, start + row), get(rows, start + far));
            low[row] = T::lesser(a, b);
            put(rows, start + far, T::greater(a, b));
        }
        Matrix::<T>::merge_columns(&mut low);
        group.keep(start, low, last);
        finish(group, start + ROWS, last);
    }
}

/// Finishes the block at `start`, whose lanes rise and fall.
#[inline(always)]
unsafe fn finish<T: Turn>(group: &Group<T>, start: usize, last: bool) {
    // SAFETY: the caller asks for rows that there is room for.
    unsafe {
        let mut block = [T::splat(T::MAX); ROWS];
        for row in 0..ROWS {
            block[row] = get(group.rows, start + row);
        }
        Matrix::<T>::merge_columns(&mut block);
        group.keep(start, block, last);
    }
}

/// Compares the rows of two halves, each of `K` parts of `apart` rows, with those of the other
/// turned around, then parts within either half. Of the second half some parts may be missing:
/// `there` of them are there.
#[inline(always)]
unsafe fn cross<T: Lanes, const K: usize>(rows: *mut T, start: usize, apart: usize, there: usize)
where
    [T::Vector; K]: Matrix<T>,
{
    // SAFETY: the caller asks for rows that there is room for.
    unsafe {
        if there >= K {
            cross_parts::<T, K, true>(rows, start, apart, K);
        } else {
            cross_parts::<T, K, false>(rows, start, apart, there);
        }
    }
}

#[inline(always)]
unsafe fn cross_parts<T: Lanes, const K: usize, const ALL: bool>(
    rows: *mut T,
    start: usize,
    apart: usize,
    there: usize,
) where
    [T::Vector; K]: Matrix<T>,
{
    // SAFETY: the caller asks for rows that there is room for.
    unsafe {
        for i in 0..apart {
            let mut low = [T::splat(T::MAX); K];
            let mut high = [T::splat(T::MAX); K];
            let far = start + K * apart + (apart - 1 - i);
            for part in 0..K {
                let a = get(rows, start + part * apart + i);
                if ALL || K - 1 - part < there {
                    let b = get(rows, far + (K - 1 - part) * apart);
                    low[part] = T::lesser(a, b);
                    high[K - 1 - part] = T::greater(a, b);
                } else {
                    low[part] = a;
                }
            }
            low.merge_columns();
            high.merge_columns();
            for part in 0..K {
                put(rows, start + part * apart + i, low[part]);
                if ALL || part < there {
                    put(rows, far + part * apart, high[part]);
                }
            }
        }
    }
}

/// Brings two halves of more than a block each so far that blocks are left to finish: tells whether
/// these are pairs.
#[inline(always)]
unsafe fn cross_halves<T: Lanes>(rows: *mut T, start: usize, half: usize, end: usize) -> bool {
    let second = (end - start - half).min(half);
    // SAFETY: the caller asks for rows that there is room for.
    unsafe {
        match half {
            32 => cross::<T, 2>(rows, start, ROWS, second / ROWS),
            64 => cross::<T, 4>(rows, start, ROWS, second / ROWS),
            128 => cross::<T, 8>(rows, start, ROWS, second / ROWS),
            _ => {
                cross::<T, 8>(rows, start, 2 * ROWS, second / (2 * ROWS));
                return true;
            }
        }
        false
    }
}

/// Sorts at most as many lines as a vector has lanes.
///
/// # Safety
///
/// As [`sort`]; there is room for a row of each element of a line.
#[inline(always)]
pub(super) unsafe fn group<T: Turn>(lines: &Group<T>) {
    let len = lines.len;
    // Half of the longest lines is merged by pairs of blocks.
    let step = if len > LONGEST / 2 { 2 * ROWS } else { ROWS };
    let end = len.next_multiple_of(step);
    // SAFETY: rows up to the end, which there is room for.
    unsafe {
        for start in (0..end).step_by(ROWS) {
            let mut block = [T::splat(T::MAX); ROWS];
            if start < len {
                block = lines.read(start);
                Matrix::<T>::sort_columns(&mut block);
            }
            lines.keep(start, block, end == ROWS);
        }
        let mut half = ROWS;
        while half < end {
            let last = 2 * half >= end;
            let mut start = 0;
            while start + half < end {
                let until = (start + 2 * half).min(end);
                if half == ROWS {
                    finish_both(lines, start, true, last);
                } else if cross_halves(lines.rows, start, half, end) {
                    for start in (start..until).step_by(2 * ROWS) {
                        finish_both(lines, start, false, last);
                    }
                } else {
                    for start in (start..until).step_by(ROWS) {
                        finish(lines, start, last);
                    }
                }
                start = until;
            }
            half *= 2;
        }
    }
}

/// Sorts `count` lines of `len` elements, at least one and at most [`LONGEST`], which follow one
/// another.
///
/// # Safety
///
/// That of [`Turn`]; `lines` has the elements of all lines.
pub(super) unsafe fn sort<T: Turn>(lines: *mut T, count: usize, len: usize, image: Image) {
    let mut room = Room(MaybeUninit::uninit());
    let rows = room.0.as_mut_ptr().cast();
    for first in (0..count).step_by(T::LANES) {
        let some = (count - first).min(T::LANES);
        // SAFETY: lines that the caller vouches for, and room for as many rows as a line may have.
        unsafe {
            T::group(&Group {
                lines: lines.add(first * len),
                count: some,
                len,
                image,
                rows,
            });
        }
    }
}
