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
    let turned;
    let walk = if taken && outer < 0 {
        let last = few as isize - 1;
        turned = Walk {
            from: walk.from.wrapping_offset(last * outer),
            to: walk.to.wrapping_offset(last * walk.target[0]),
            source: [size, inner],
            target: [-walk.target[0], walk.target[1]],
            ..*walk
        };
        &turned
    } else {
        walk
    };
    let forwards = if put { outer } else { inner } > 0;
    with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk, whose few rows or columns lie as they must.
        || unsafe {
            match (few, put, forwards) {
                (2, true, true) => interleave::<T, 2, 1>(walk),
                (3, true, true) => interleave::<T, 3, 1>(walk),
                (_, true, true) => interleave::<T, 4, 1>(walk),
                (2, true, false) => interleave::<T, 2, -1>(walk),
                (3, true, false) => interleave::<T, 3, -1>(walk),
                (_, true, false) => interleave::<T, 4, -1>(walk),
                (2, false, true) => separate::<T, 2, 1>(walk),
                (3, false, true) => separate::<T, 3, 1>(walk),
                (_, false, true) => separate::<T, 4, 1>(walk),
                (2, false, false) => separate::<T, 2, -1>(walk),
                (3, false, false) => separate::<T, 3, -1>(walk),
                (_, false, false) => separate::<T, 4, -1>(walk),
            }
        },
    ));
    true
}

/// Puts `N` columns of the source beside each other, each of which lies in one piece, forwards or, by a
/// step of -1, backwards. The step is a constant, so that either loop vectorises by itself.
///
/// # Safety
///
/// As [`run`], for as many columns; the target lies in one piece.
#[inline(always)]
unsafe fn interleave<T: Bits, const N: usize, const STEP: isize>(walk: &Walk) {
    let to = walk.to.cast::<T>();
    for i in 0..walk.rows {
        for j in 0..N {
            // SAFETY: row `i` and column `j` of the walk, which the caller vouches for.
            unsafe {
                let column = walk.from.offset(j as isize * walk.source[1]).cast::<T>();
                let x = column.offset(STEP * i as isize).read_unaligned();
                to.add(i * N + j).write_unaligned(x);
            }
        }
    }
}

/// Takes `N` rows apart that lie beside each other in the source, whose columns run forwards or, by a
/// step of -1, backwards: a constant, as above.
///
/// # Safety
///
/// As [`run`], for as many rows; the source lies in one piece.
#[inline(always)]
unsafe fn separate<T: Bits, const N: usize, const STEP: isize>(walk: &Walk) {
    let from = walk.from.cast::<T>();
    for j in 0..walk.cols {
        for i in 0..N {
            // SAFETY: row `i` and column `j` of the walk, which the caller vouches for.
            unsafe {
                let row = walk.to.offset(i as isize * walk.target[0]).cast::<T>();
                let x = from.offset(STEP * (j * N) as isize).add(i).read_unaligned();
                row.add(j).write_unaligned(x);
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
            for (few, many) in [2, 3, 4, 5].into_iter().zip([8, 65, 131, 70]) {
                let n = few * many;
                let x: Vec<u8> = (0..n * size).map(|i| (i ^ (i >> 8)) as u8).collect();
                let (one, row) = (size as isize, (many * size) as isize);
                let beside = few as isize * one;
                let layouts = [
                    ([many, few], [one, row]),
                    ([few, many], [one, beside]),
                    ([many, few], [beside, one]),
                    ([few, many], [row, one]),
                ];
                for (shape, strides) in layouts {
                    for back in [[true, false], [false, true], [true, true]] {
                        // Where element `i` of axis `axis` starts, which may run backwards.
                        let place = |axis: usize, i: usize| {
                            let i = if back[axis] { shape[axis] - 1 - i } else { i };
                            i as isize * strides[axis]
                        };
                        let source = Source {
                            ptr: x.as_ptr().wrapping_offset(place(0, 0) + place(1, 0)),
                            size,
                            shape,
                            strides: [0, 1].map(|a| if back[a] { -strides[a] } else { strides[a] }),
                        };
                        let mut out = vec![0; x.len()];
                        let target = Target::contiguous(out.as_mut_ptr(), size, shape);
                        // SAFETY: both vectors have all elements, and are two.
                        unsafe { copy(source, target) };
                        for (k, given) in out.chunks(size).enumerate() {
                            let at = (place(0, k / shape[1]) + place(1, k % shape[1])) as usize;
                            assert_eq!(given, &x[at..at + size], "{size} {shape:?} {back:?} {k}");
                        }
                    }
                }
            }
        }
    }
}
