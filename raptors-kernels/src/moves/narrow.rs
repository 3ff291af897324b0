//! Copies between rows that lie one after the other and a few of them interleaved: parts of pixels
//! and of points, put together and taken apart.

use super::{cell::Bits, strided::Walk};
use crate::{Isa, Level, with_isa};

/// Most rows that are interleaved at one go: more are moved in squares.
const MOST: usize = 4;
/// Elements of a row from which the loops below pay.
const LEAST: usize = 8;

/// Copies what is interleaved on one side and not on the other: whether the walk is such a copy.
///
/// # Safety
///
/// As [`super::copy`]; the target's rows are contiguous.
#[inline]
pub(super) unsafe fn run<T: Bits>(walk: &Walk) -> bool {
    let size = size_of::<T>() as isize;
    let [few, many] = if walk.cols <= MOST {
        [walk.cols, walk.rows]
    } else {
        [walk.rows, walk.cols]
    };
    if !(2..=MOST).contains(&few) || many < LEAST {
        return false;
    }
    let together = few as isize * size;
    let [outer, inner] = walk.source;
    let put = outer.abs() == size && walk.target[0] == together && few == walk.cols;
    let taken = outer.abs() == size && inner.abs() == together && few == walk.rows;
    if !put && !taken {
        return false;
    }
    // A few rows that lie backwards beside each other are taken the other way round; what runs
    // backwards along the many is read so.
    let turned = Walk {
        from: walk.from.wrapping_offset((few as isize - 1) * outer),
        to: walk.to.wrapping_offset((few as isize - 1) * walk.target[0]),
        source: [size, inner],
        target: [-walk.target[0], walk.target[1]],
        ..*walk
    };
    let walk = if taken && outer < 0 { &turned } else { walk };
    let back = if put { outer < 0 } else { inner < 0 };
    with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk, whose few rows or columns lie as they must.
        || unsafe {
            match (few, put) {
                (2, true) => interleave::<T, 2>(walk, back),
                (3, true) => interleave::<T, 3>(walk, back),
                (_, true) => interleave::<T, 4>(walk, back),
                (2, false) => separate::<T, 2>(walk, back),
                (3, false) => separate::<T, 3>(walk, back),
                (_, false) => separate::<T, 4>(walk, back),
            }
        },
    ));
    true
}

/// Puts `N` columns of the source, contiguous or, if they run `back`, so in reverse, beside each other.
///
/// # Safety
///
/// As [`run`], for as many columns; the target lies in one piece.
#[inline(always)]
unsafe fn interleave<T: Bits, const N: usize>(walk: &Walk, back: bool) {
    let to = walk.to.cast::<T>();
    // SAFETY: row `i` and column `j` of the walk, which the caller vouches for.
    let put = |i: usize, j: usize, at: isize| unsafe {
        let column = walk.from.offset(j as isize * walk.source[1]).cast::<T>();
        let x = column.offset(at).read_unaligned();
        to.add(i * N + j).write_unaligned(x);
    };
    // Two loops, each with a step that the compiler sees.
    if back {
        for i in 0..walk.rows {
            for j in 0..N {
                put(i, j, -(i as isize));
            }
        }
    } else {
        for i in 0..walk.rows {
            for j in 0..N {
                put(i, j, i as isize);
            }
        }
    }
}

/// Takes `N` rows apart that lie beside each other in the source, one after the other or, if the columns
/// run `back`, so in reverse.
///
/// # Safety
///
/// As [`run`], for as many rows; the source lies in one piece.
#[inline(always)]
unsafe fn separate<T: Bits, const N: usize>(walk: &Walk, back: bool) {
    let from = walk.from.cast::<T>();
    // SAFETY: row `i` and column `j` of the walk, which the caller vouches for.
    let take = |i: usize, j: usize, at: isize| unsafe {
        let row = walk.to.offset(i as isize * walk.target[0]).cast::<T>();
        let x = from.offset(at * N as isize + i as isize).read_unaligned();
        row.add(j).write_unaligned(x);
    };
    // As above.
    if back {
        for j in 0..walk.cols {
            for i in 0..N {
                take(i, j, -(j as isize));
            }
        }
    } else {
        for j in 0..walk.cols {
            for i in 0..N {
                take(i, j, j as isize);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::moves::{Source, Target, copy};

    #[test]
    fn few_rows_of_every_size_are_interleaved_and_separated() {
        for size in [1, 2, 4, 8, 16] {
            for few in 2..=7 {
                for many in [5, 8, 100, 131] {
                    let bytes = few * many * size;
                    let rows: Vec<u8> = (0..bytes).map(|i| (i ^ (i >> 8)) as u8).collect();
                    let mut beside = vec![0; bytes];
                    let apart = [size as isize, (many * size) as isize];
                    let shape = [many, few];
                    let source = Source {
                        ptr: rows.as_ptr(),
                        size,
                        shape,
                        strides: apart,
                    };
                    // SAFETY: both vectors have all elements, and are two.
                    unsafe { copy(source, Target::contiguous(beside.as_mut_ptr(), size, shape)) };
                    for (i, element) in beside.chunks(size).enumerate() {
                        let at = (i % few * many + i / few) * size;
                        assert_eq!(element, &rows[at..at + size], "{size} {few} {many} {i}");
                    }
                    let mut back = vec![0; bytes];
                    let target = Target {
                        ptr: back.as_mut_ptr(),
                        size,
                        shape,
                        strides: apart,
                    };
                    // SAFETY: as above.
                    unsafe { copy(Source::contiguous(beside.as_ptr(), size, shape), target) };
                    assert_eq!(back, rows, "{size} {few} {many}");
                }
            }
        }
    }

    #[test]
    fn few_rows_that_run_backwards_are_interleaved_and_separated() {
        for size in [1, 2, 4, 8, 16] {
            for (few, many) in [2, 3, 4].into_iter().zip([8, 65, 131]) {
                let n = few * many;
                let x: Vec<u8> = (0..n * size).map(|i| (i ^ (i >> 8)) as u8).collect();
                let element = |i: usize| &x[i * size..][..size];
                let (one, row) = (size as isize, (many * size) as isize);
                let beside = few as isize * one;
                let layouts = [
                    ([many, few], [one, row]),
                    ([few, many], [one, beside]),
                    ([many, few], [beside, one]),
                ];
                for (shape, [s0, s1]) in layouts {
                    for signs in [[-1, 1], [1, -1], [-1, -1]] {
                        let [back, back1] = signs.map(|sign| sign < 0);
                        let last = |n: usize, stride: isize| (n as isize - 1) * stride;
                        let start = if back { last(shape[0], s0) } else { 0 }
                            + if back1 { last(shape[1], s1) } else { 0 };
                        let source = Source {
                            ptr: x.as_ptr().wrapping_offset(start),
                            size,
                            shape,
                            strides: [signs[0] * s0, signs[1] * s1],
                        };
                        let mut out = vec![0; x.len()];
                        let target = Target::contiguous(out.as_mut_ptr(), size, shape);
                        // SAFETY: both vectors have all elements, and are two.
                        unsafe { copy(source, target) };
                        for (k, given) in out.chunks(size).enumerate() {
                            let place = |i: usize, n: usize, back| if back { n - 1 - i } else { i };
                            let i = place(k / shape[1], shape[0], back) as isize;
                            let j = place(k % shape[1], shape[1], back1) as isize;
                            let at = (i * s0 + j * s1) as usize / size;
                            assert_eq!(given, element(at), "{size} {shape:?} {signs:?} {k}");
                        }
                    }
                }
            }
        }
    }
}
