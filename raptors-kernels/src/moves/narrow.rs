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
    let put = walk.source[0] == size && walk.target[0] == together && few == walk.cols;
    let taken = walk.source == [size, together] && few == walk.rows;
    if !put && !taken {
        return false;
    }
    with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        // SAFETY: the caller vouches for the walk, whose few rows or columns lie as they must.
        || unsafe {
            match (few, put) {
                (2, true) => interleave::<T, 2>(walk),
                (3, true) => interleave::<T, 3>(walk),
                (_, true) => interleave::<T, 4>(walk),
                (2, false) => separate::<T, 2>(walk),
                (3, false) => separate::<T, 3>(walk),
                (_, false) => separate::<T, 4>(walk),
            }
        },
    ));
    true
}

/// Puts `N` contiguous columns of the source beside each other.
///
/// # Safety
///
/// As [`run`], for as many columns; the target lies in one piece.
#[inline(always)]
unsafe fn interleave<T: Bits, const N: usize>(walk: &Walk) {
    let to = walk.to.cast::<T>();
    for i in 0..walk.rows {
        for j in 0..N {
            // SAFETY: row `i` and column `j` of the walk, which the caller vouches for.
            unsafe {
                let column = walk.from.offset(j as isize * walk.source[1]).cast::<T>();
                let x = column.add(i).read_unaligned();
                to.add(i * N + j).write_unaligned(x);
            }
        }
    }
}

/// Takes `N` rows apart that lie beside each other in the source.
///
/// # Safety
///
/// As [`run`], for as many rows; the source lies in one piece.
#[inline(always)]
unsafe fn separate<T: Bits, const N: usize>(walk: &Walk) {
    let from = walk.from.cast::<T>();
    for j in 0..walk.cols {
        for i in 0..N {
            // SAFETY: row `i` and column `j` of the walk, which the caller vouches for.
            unsafe {
                let row = walk.to.offset(i as isize * walk.target[0]).cast::<T>();
                let x = from.add(j * N + i).read_unaligned();
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
}
