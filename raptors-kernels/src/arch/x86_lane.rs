//! What sorting asks of vectors: their lanes compared, moved and parted.

#[cfg(doc)]
use super::{x86_network as network, x86_quick as quick};

/// The lanes of a vector, and what is compiled for the instructions that it takes.
///
/// # Safety
///
/// Every function needs the instructions of the vector: AVX-512 F, BW, DQ, VL and VBMI2 for unsigned
/// integers, AVX2 for signed ones and floats, which are numbers and no negative zeros. Those with a
/// pointer read or write as many elements there as they say.
pub(super) trait Lanes: Copy {
    /// The vector.
    type Vector: Copy;
    /// How many lanes it has.
    const LANES: usize;
    /// What stands behind every element in order.
    const MAX: Self;
    /// Elements up to which all are sorted by a network, whichever are selected: as many as a
    /// partition needs, or more, and no more than a network takes.
    const FEW: usize;
    /// The next greater number; `MAX` has none.
    fn next(self) -> Option<Self>;
    unsafe fn load(from: *const Self) -> Self::Vector;
    /// The first `count` lanes from memory, `MAX` in the others.
    unsafe fn load_part(from: *const Self, count: usize) -> Self::Vector;
    unsafe fn store(to: *mut Self, x: Self::Vector);
    /// Writes the first `count` lanes.
    unsafe fn store_part(to: *mut Self, count: usize, x: Self::Vector);
    unsafe fn splat(x: Self) -> Self::Vector;
    unsafe fn lesser(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn greater(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Writes the lanes that are less than those of `pivots` from `start` on, and the others before
    /// `end`, and moves both there. A vector may be written at either.
    unsafe fn part(
        x: Self::Vector,
        pivots: Self::Vector,
        start: &mut *mut Self,
        end: &mut *mut Self,
    );
    /// As [`Lanes::part`], of the first `count` lanes. Between `start` and `end` there is room for so
    /// many, or for two vectors and more.
    unsafe fn part_some(
        x: Self::Vector,
        count: usize,
        pivots: Self::Vector,
        start: &mut *mut Self,
        end: &mut *mut Self,
    );
    /// Compares each lane with the one whose number differs in the bits of `PARTNER`; the greater
    /// one goes where the highest of these bits is set.
    unsafe fn exchange<const PARTNER: usize>(x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// The lanes in reverse.
    unsafe fn reverse(x: Self::Vector) -> Self::Vector;
    /// The lanes of `a` and `b` in turn: those of the first halves, and those of the second.
    unsafe fn zip(a: Self::Vector, b: Self::Vector) -> (Self::Vector, Self::Vector);
    /// Turns a matrix of columns in order, one after the other, so that its rows are.
    #[inline(always)]
    unsafe fn columns_to_rows<const ROWS: usize>(x: &mut [Self::Vector; ROWS]) {
        // SAFETY: the caller's promise.
        unsafe { zip_rows::<Self, ROWS>(x) }
    }
    /// Sorts elements one by one.
    fn sort_plainly(x: &mut [Self]);

    /// [`network::sort`], compiled.
    unsafe fn network(x: *mut Self, len: usize);
    /// [`quick::partition`], compiled.
    unsafe fn partition(x: *mut Self, len: usize, pivot: Self) -> usize;
    /// [`quick::sort`], compiled.
    unsafe fn quicksort(x: *mut Self, len: usize, depth: u32);
    /// [`quick::sort_lines`], compiled.
    unsafe fn quicksort_lines(x: *mut Self, count: usize, len: usize, depth: u32);
    /// [`quick::select_lines`], compiled.
    unsafe fn quickselect_lines(
        x: *mut Self,
        count: usize,
        len: usize,
        places: &[usize],
        depth: u32,
    );
    /// [`quick::select`], compiled.
    unsafe fn quickselect(x: *mut Self, len: usize, start: usize, places: &[usize], depth: u32);
}

/// Turns a matrix by zips: each makes the highest bit of the row's number the lowest of the place.
#[inline(always)]
pub(super) unsafe fn zip_rows<T: Lanes, const ROWS: usize>(x: &mut [T::Vector; ROWS]) {
    let mut width = 1;
    while width < ROWS {
        let before = *x;
        for row in 0..ROWS / 2 {
            // SAFETY: the caller's promise is that of the lanes.
            (x[2 * row], x[2 * row + 1]) = unsafe { T::zip(before[row], before[row + ROWS / 2]) };
        }
        width *= 2;
    }
}

/// Functions compiled with features, of which one is made for each kind of vector; a partition reads
/// so many vectors of one side in turn: more where each has fewer lanes.
macro_rules! compiled {
    ($features:literal, $unroll:literal) => {
        #[target_feature(enable = $features)]
        unsafe fn network(x: *mut Self, len: usize) {
            // SAFETY: the caller's promise.
            unsafe { crate::arch::x86_network::sort::<Self>(x, len) }
        }
        #[target_feature(enable = $features)]
        unsafe fn partition(x: *mut Self, len: usize, pivot: Self) -> usize {
            // SAFETY: the caller's promise.
            unsafe { crate::arch::x86_quick::partition::<Self, $unroll>(x, len, pivot) }
        }
        #[target_feature(enable = $features)]
        unsafe fn quicksort(x: *mut Self, len: usize, depth: u32) {
            // SAFETY: the caller's promise.
            unsafe { crate::arch::x86_quick::sort::<Self>(x, len, depth) }
        }
        #[target_feature(enable = $features)]
        unsafe fn quicksort_lines(x: *mut Self, count: usize, len: usize, depth: u32) {
            // SAFETY: the caller's promise.
            unsafe { crate::arch::x86_quick::sort_lines::<Self>(x, count, len, depth) }
        }
        #[target_feature(enable = $features)]
        unsafe fn quickselect_lines(
            x: *mut Self,
            count: usize,
            len: usize,
            places: &[usize],
            depth: u32,
        ) {
            // SAFETY: the caller's promise.
            unsafe { crate::arch::x86_quick::select_lines::<Self>(x, count, len, places, depth) }
        }
        #[target_feature(enable = $features)]
        unsafe fn quickselect(
            x: *mut Self,
            len: usize,
            start: usize,
            places: &[usize],
            depth: u32,
        ) {
            // SAFETY: the caller's promise.
            unsafe { crate::arch::x86_quick::select::<Self>(x, len, start, places, depth) }
        }
    };
}
pub(super) use compiled;
