//! Up to thirty-two vectors sorted by a network without branches.
//!
//! The columns (the same lane of each vector) are sorted against each other, then merged, twice as
//! many at a time, in the order of columns; at last the matrix is turned around.

#![allow(
    clippy::needless_range_loop,
    reason = "rows of several matrices at a time, which stay in registers"
)]

use super::x86_lanes::Lanes;

/// Vectors in the greatest network.
const ROWS: usize = 16;

/// The most elements that [`sort`] takes.
pub(super) const fn capacity<T: Lanes>() -> usize {
    2 * ROWS * T::LANES
}

/// Compares and exchanges the rows of each pair.
macro_rules! rows {
    ($x:ident: $($a:literal $b:literal),* $(,)?) => {$(
        ($x[$a], $x[$b]) = (T::lesser($x[$a], $x[$b]), T::greater($x[$a], $x[$b]));
    )*};
}

/// Networks over the rows of a matrix.
pub(super) trait Matrix<T: Lanes> {
    /// Sorts every column.
    unsafe fn sort_columns(&mut self);
    /// Sorts columns that rise and fall.
    unsafe fn merge_columns(&mut self);
}

impl<T: Lanes> Matrix<T> for [T::Vector; 1] {
    #[inline(always)]
    unsafe fn sort_columns(&mut self) {}
    #[inline(always)]
    unsafe fn merge_columns(&mut self) {}
}

macro_rules! matrices {
    ($($rows:literal sort { $($sort:tt)* } merge { $($merge:tt)* })*) => {$(
        impl<T: Lanes> Matrix<T> for [T::Vector; $rows] {
            #[inline(always)]
            unsafe fn sort_columns(&mut self) {
                let x = self;
                // SAFETY: the caller's promise is that of the lanes.
                unsafe { rows!(x: $($sort)*); }
            }
            #[inline(always)]
            unsafe fn merge_columns(&mut self) {
                let x = self;
                // SAFETY: the caller's promise is that of the lanes.
                unsafe { rows!(x: $($merge)*); }
            }
        }
    )*};
}
// Sorting by the networks with the fewest comparisons that are known, merging by halves.
matrices! {
    2 sort { 0 1 } merge { 0 1 }
    4 sort { 0 2, 1 3, 0 1, 2 3, 1 2 } merge { 0 2, 1 3, 0 1, 2 3 }
    8 sort {
        0 2, 1 3, 4 6, 5 7, 0 4, 1 5, 2 6, 3 7, 0 1, 2 3, 4 5, 6 7, 2 4, 3 5, 1 4, 3 6, 1 2, 3 4,
        5 6
    } merge { 0 4, 1 5, 2 6, 3 7, 0 2, 1 3, 4 6, 5 7, 0 1, 2 3, 4 5, 6 7 }
    16 sort {
        0 13, 1 12, 2 15, 3 14, 4 8, 5 6, 7 11, 9 10,
        0 5, 1 7, 2 9, 3 4, 6 13, 8 14, 10 15, 11 12,
        0 1, 2 3, 4 5, 6 8, 7 9, 10 11, 12 13, 14 15,
        0 2, 1 3, 4 10, 5 11, 6 7, 8 9, 12 14, 13 15,
        1 2, 3 12, 4 6, 5 7, 8 10, 9 11, 13 14,
        1 4, 2 6, 5 8, 7 10, 9 13, 11 14,
        2 4, 3 6, 9 12, 11 13,
        3 5, 6 8, 7 9, 10 12,
        3 4, 5 6, 7 8, 9 10, 11 12,
        6 7, 8 9,
    } merge {
        0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15,
        0 4, 1 5, 2 6, 3 7, 8 12, 9 13, 10 14, 11 15,
        0 2, 1 3, 4 6, 5 7, 8 10, 9 11, 12 14, 13 15,
        0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15,
    }
}

/// Merges neighbouring groups of columns: one is compared with the other turned around.
#[inline(always)]
unsafe fn cross<T: Lanes, const ROWS: usize, const PARTNER: usize>(x: &mut [T::Vector; ROWS]) {
    // SAFETY: the caller's promise is that of the lanes.
    unsafe {
        if ROWS == 1 {
            x[0] = T::exchange::<PARTNER>(x[0], x[0]);
        }
        for row in 0..ROWS / 2 {
            let (a, b) = (x[row], x[ROWS - 1 - row]);
            x[row] = T::exchange::<PARTNER>(a, b);
            x[ROWS - 1 - row] = T::exchange::<PARTNER>(b, a);
        }
    }
}

/// Compares lanes within every row.
#[inline(always)]
unsafe fn within<T: Lanes, const ROWS: usize, const PARTNER: usize>(x: &mut [T::Vector; ROWS]) {
    for row in x {
        // SAFETY: the caller's promise is that of the lanes.
        *row = unsafe { T::exchange::<PARTNER>(*row, *row) };
    }
}

/// Merges all columns, each of which is in order.
#[inline(always)]
unsafe fn merge_all<T: Lanes, const ROWS: usize>(m: &mut [T::Vector; ROWS])
where
    [T::Vector; ROWS]: Matrix<T>,
{
    // SAFETY: the caller's promise is that of the lanes.
    unsafe {
        cross::<T, ROWS, 1>(m);
        m.merge_columns();
        cross::<T, ROWS, 3>(m);
        within::<T, ROWS, 1>(m);
        m.merge_columns();
        if T::LANES >= 8 {
            cross::<T, ROWS, 7>(m);
            within::<T, ROWS, 2>(m);
            within::<T, ROWS, 1>(m);
            m.merge_columns();
        }
        if T::LANES >= 16 {
            cross::<T, ROWS, 15>(m);
            within::<T, ROWS, 4>(m);
            within::<T, ROWS, 2>(m);
            within::<T, ROWS, 1>(m);
            m.merge_columns();
        }
        if T::LANES >= 32 {
            cross::<T, ROWS, 31>(m);
            within::<T, ROWS, 8>(m);
            within::<T, ROWS, 4>(m);
            within::<T, ROWS, 2>(m);
            within::<T, ROWS, 1>(m);
            m.merge_columns();
        }
    }
}

/// Sorts `len` elements, at most those of `ROWS` vectors.
#[inline(always)]
unsafe fn sort_rows<T: Lanes, const ROWS: usize>(x: *mut T, len: usize)
where
    [T::Vector; ROWS]: Matrix<T>,
{
    // SAFETY: the caller's promise is that of the lanes, and that `x` has `len` elements.
    unsafe {
        let mut m = [T::splat(T::MAX); ROWS];
        for row in 0..ROWS {
            let count = len.saturating_sub(row * T::LANES).min(T::LANES);
            m[row] = T::load_part(x.wrapping_add(row * T::LANES), count);
        }
        m.sort_columns();
        merge_all::<T, ROWS>(&mut m);
        T::columns_to_rows(&mut m);
        for row in 0..ROWS {
            let count = len.saturating_sub(row * T::LANES).min(T::LANES);
            T::store_part(x.wrapping_add(row * T::LANES), count, m[row]);
        }
    }
}

/// Merges the elements of [`ROWS`] vectors with those behind them, both of which are in order.
#[inline(always)]
unsafe fn merge_halves<T: Lanes>(x: *mut T, len: usize) {
    // SAFETY: the caller's promise is that of the lanes, and that `x` has `len` elements.
    unsafe {
        let rest = x.wrapping_add(ROWS * T::LANES);
        let mut low = [T::splat(T::MAX); ROWS];
        let mut high = [T::splat(T::MAX); ROWS];
        for row in 0..ROWS {
            let far = ROWS - 1 - row;
            let count = len.saturating_sub((ROWS + far) * T::LANES).min(T::LANES);
            let a = T::load(x.add(row * T::LANES));
            let b = T::reverse(T::load_part(rest.wrapping_add(far * T::LANES), count));
            (low[row], high[row]) = (T::lesser(a, b), T::greater(a, b));
        }
        finish::<T>(&mut low);
        for row in 0..ROWS {
            T::store(x.add(row * T::LANES), low[row]);
        }
        finish::<T>(&mut high);
        for row in 0..ROWS {
            let count = len.saturating_sub((ROWS + row) * T::LANES).min(T::LANES);
            T::store_part(rest.wrapping_add(row * T::LANES), count, high[row]);
        }
    }
}

/// Sorts what rises and falls along the rows, one after the other.
#[inline(always)]
unsafe fn finish<T: Lanes>(x: &mut [T::Vector; ROWS]) {
    // SAFETY: the caller's promise is that of the lanes.
    unsafe {
        Matrix::<T>::merge_columns(x);
        if T::LANES >= 32 {
            within::<T, ROWS, 16>(x);
        }
        if T::LANES >= 16 {
            within::<T, ROWS, 8>(x);
        }
        if T::LANES >= 8 {
            within::<T, ROWS, 4>(x);
        }
        within::<T, ROWS, 2>(x);
        within::<T, ROWS, 1>(x);
    }
}

/// Sorts the `len` elements at `x`, at most [`capacity`].
///
/// # Safety
///
/// That of [`Lanes`]; `x` has `len` elements.
#[inline(always)]
pub(super) unsafe fn sort<T: Lanes>(x: *mut T, len: usize) {
    // SAFETY: the caller's promise; the number of rows is chosen to hold `len`.
    unsafe {
        match len.div_ceil(T::LANES) {
            0..=1 => sort_rows::<T, 1>(x, len),
            2 => sort_rows::<T, 2>(x, len),
            3..=4 => sort_rows::<T, 4>(x, len),
            5..=8 => sort_rows::<T, 8>(x, len),
            9..=16 => sort_rows::<T, 16>(x, len),
            _ => {
                let half = ROWS * T::LANES;
                sort_rows::<T, ROWS>(x, half);
                T::network(x.add(half), len - half);
                merge_halves::<T>(x, len);
            }
        }
    }
}

/// The lanes of one vector in order.
///
/// # Safety
///
/// That of [`Lanes`].
#[inline(always)]
pub(super) unsafe fn sorted<T: Lanes>(x: T::Vector) -> T::Vector {
    let mut m = [x];
    // SAFETY: the caller's promise.
    unsafe { merge_all::<T, 1>(&mut m) };
    m[0]
}
