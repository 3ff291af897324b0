//! Register tiles of AVX2 for large products, and the panels that they read.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over the sums of a tile, which are to stay in registers"
)]

use super::x86_transpose::squares;
use crate::{
    isa::{Avx2, Level},
    number::Float,
    product::lanes::Lanes,
};
use core::arch::x86_64::{
    _mm_castps_pd, _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_storeh_pd, _mm_storel_pd,
    _mm_storeu_pd, _mm_storeu_ps, _mm_unpackhi_ps, _mm_unpacklo_ps, _mm256_castpd256_pd128,
    _mm256_extractf128_pd, _mm256_loadu_pd, _mm256_permute2f128_pd, _mm256_storeu_pd,
    _mm256_unpackhi_pd, _mm256_unpacklo_pd,
};

/// Rows of a tile. With two vectors of columns, its sums, a row of the second matrix and one number of
/// the first fill the sixteen registers but one.
pub(crate) const ROWS: usize = 6;
/// Bytes of a row of a whole tile: two vectors.
pub(crate) const WIDTH: usize = 64;

/// A tile of a product: where its operands are, and what becomes of it. Steps count elements.
pub(crate) struct Tile<F> {
    /// The terms of each sum.
    pub(crate) depth: usize,
    /// The first row of the first matrix; the steps to the next one, and to the next column.
    pub(crate) a: (*const F, isize, isize),
    /// The first row of the second matrix, its columns neighbours; the step to the next one.
    pub(crate) b: (*const F, isize),
    /// The first element of the result; the steps to the next row and column.
    pub(crate) c: (*mut F, isize, isize),
    /// Rows and columns of the result.
    pub(crate) shape: (usize, usize),
    /// Whether the result is added to what is there.
    pub(crate) adds: bool,
}

impl<F: Float> Tile<F>
where
    Avx2: Lanes<F>,
{
    /// Computes the tile.
    ///
    /// # Safety
    ///
    /// The elements of the first matrix, a whole vector of columns of the second one for up to as many
    /// columns as a vector has, otherwise two, and the elements of the result can be read and written
    /// there.
    #[inline(always)]
    pub(crate) unsafe fn compute(&self, isa: Avx2) {
        macro_rules! rows {
            ($rows:literal) => {
                if self.shape.1 <= <Avx2 as Lanes<F>>::LEN {
                    tile::<F, $rows, 1>(isa, self)
                } else {
                    tile::<F, $rows, 2>(isa, self)
                }
            };
        }
        // SAFETY: the caller's, and the token proves the features.
        unsafe {
            match self.shape.0 {
                0 => {}
                1 => rows!(1),
                2 => rows!(2),
                3 => rows!(3),
                4 => rows!(4),
                5 => rows!(5),
                _ => rows!(6),
            }
        }
    }
}

/// A tile of `R` rows and `V` vectors. Never inlined: in the company of others the sums do not stay in
/// registers.
///
/// # Safety
///
/// As [`Tile::compute`], for a tile of as many rows and columns.
#[target_feature(enable = "avx,avx2,fma")]
#[inline(never)]
unsafe fn tile<F: Float, const R: usize, const V: usize>(isa: Avx2, tile: &Tile<F>)
where
    Avx2: Lanes<F>,
{
    let len = <Avx2 as Lanes<F>>::LEN;
    let (mut a, row, column) = tile.a;
    let (mut b, next) = tile.b;
    let (c, down, across) = tile.c;
    let mut acc = [[isa.zero(); V]; R];
    for r in 0..R {
        let first = c.wrapping_offset(r as isize * down);
        super::prefetch(first.cast());
        super::prefetch(first.wrapping_add(V * len - 1).cast());
    }
    for _ in 0..tile.depth {
        // SAFETY: the caller vouches for whole vectors in every row of the second matrix.
        let numbers: [_; V] = core::array::from_fn(
            #[inline(always)]
            |v| unsafe { isa.load(b.add(v * len)) },
        );
        // Two places to count rows from, for one instruction to reach each of six.
        let middle = a.wrapping_offset(3 * row);
        for r in 0..R {
            let from = if r < 3 {
                a.wrapping_offset(r as isize * row)
            } else {
                middle.wrapping_offset((r as isize - 3) * row)
            };
            // SAFETY: an element of the first matrix, which the caller vouches for.
            let x = isa.splat(unsafe { *from });
            for v in 0..V {
                acc[r][v] = isa.mul_add(x, numbers[v], acc[r][v]);
            }
        }
        (a, b) = (a.wrapping_offset(column), b.wrapping_offset(next));
    }
    let columns = tile.shape.1;
    if across == 1 && columns == V * len {
        for r in 0..R {
            let to = c.wrapping_offset(r as isize * down);
            for v in 0..V {
                let to = to.wrapping_add(v * len);
                // SAFETY: a vector's elements of the result, neighbours, which the caller vouches for.
                unsafe {
                    let sum = if tile.adds {
                        isa.add(isa.load(to), acc[r][v])
                    } else {
                        acc[r][v]
                    };
                    isa.store(sum, to);
                }
            }
        }
        return;
    }
    let mut numbers = [F::ZERO; 2 * 8];
    for r in 0..R {
        for v in 0..V {
            // SAFETY: the array has room for two of the longest vectors.
            unsafe { isa.store(acc[r][v], numbers.as_mut_ptr().add(v * len)) };
        }
        let to = c.wrapping_offset(r as isize * down);
        for (k, &x) in numbers[..columns].iter().enumerate() {
            let to = to.wrapping_offset(k as isize * across);
            // SAFETY: an element of the result, which the caller vouches for.
            unsafe { *to = if tile.adds { *to + x } else { x } };
        }
    }
}

/// Elements that panels are made of.
pub(crate) trait Paneled: Float
where
    Avx2: Lanes<Self>,
{
    /// Writes four numbers of each of [`ROWS`] rows to `to`, column after column.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2, and the numbers can be read and written there.
    unsafe fn turn(rows: [*const Self; ROWS], to: *mut Self);
}

impl Paneled for f64 {
    #[inline(always)]
    unsafe fn turn(rows: [*const Self; ROWS], to: *mut Self) {
        // SAFETY: the caller's: four numbers of each row, 24 in all.
        unsafe {
            let [a, b, c, d, e, f] = rows.map(
                #[inline(always)]
                |row| _mm256_loadu_pd(row),
            );
            for (k, [ab, cd, ef]) in [
                [
                    _mm256_unpacklo_pd(a, b),
                    _mm256_unpacklo_pd(c, d),
                    _mm256_unpacklo_pd(e, f),
                ],
                [
                    _mm256_unpackhi_pd(a, b),
                    _mm256_unpackhi_pd(c, d),
                    _mm256_unpackhi_pd(e, f),
                ],
            ]
            .into_iter()
            .enumerate()
            {
                let to = to.add(k * ROWS);
                _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x20>(ab, cd));
                _mm_storeu_pd(to.add(4), _mm256_castpd256_pd128(ef));
                let to = to.add(2 * ROWS);
                _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x31>(ab, cd));
                _mm_storeu_pd(to.add(4), _mm256_extractf128_pd::<1>(ef));
            }
        }
    }
}

impl Paneled for f32 {
    #[inline(always)]
    unsafe fn turn(rows: [*const Self; ROWS], to: *mut Self) {
        // SAFETY: the caller's: four numbers of each row, 24 in all.
        unsafe {
            let [a, b, c, d, e, f] = rows.map(
                #[inline(always)]
                |row| _mm_loadu_ps(row),
            );
            for (k, [ab, cd, ef]) in [
                [
                    _mm_unpacklo_ps(a, b),
                    _mm_unpacklo_ps(c, d),
                    _mm_unpacklo_ps(e, f),
                ],
                [
                    _mm_unpackhi_ps(a, b),
                    _mm_unpackhi_ps(c, d),
                    _mm_unpackhi_ps(e, f),
                ],
            ]
            .into_iter()
            .enumerate()
            {
                let to = to.add(k * 2 * ROWS);
                _mm_storeu_ps(to, _mm_movelh_ps(ab, cd));
                _mm_storel_pd(to.add(4).cast(), _mm_castps_pd(ef));
                let to = to.add(ROWS);
                _mm_storeu_ps(to, _mm_movehl_ps(cd, ab));
                _mm_storeh_pd(to.add(4).cast(), _mm_castps_pd(ef));
            }
        }
    }
}

/// A part of a matrix to pack: the first element, the rows and columns, and the steps between them.
pub(crate) struct Part<F> {
    pub(crate) ptr: *const F,
    pub(crate) shape: (usize, usize),
    pub(crate) steps: (isize, isize),
}

impl<F> Part<F> {
    #[inline(always)]
    fn element(&self, i: usize, j: usize) -> *const F {
        let (row, column) = self.steps;
        self.ptr
            .wrapping_offset(i as isize * row + j as isize * column)
    }
}

/// Writes the rows of `a` to `to` in panels of [`ROWS`], column after column; the last panel has what
/// rows are left.
///
/// # Safety
///
/// The part can be read, and as many elements written to `to`, where panels begin every [`ROWS`] times
/// the columns.
#[target_feature(enable = "avx,avx2,fma")]
pub(crate) unsafe fn pack_rows<F: Paneled>(_: Avx2, a: &Part<F>, mut to: *mut F)
where
    Avx2: Lanes<F>,
{
    let (rows, columns) = a.shape;
    for i in (0..rows).step_by(ROWS) {
        let count = ROWS.min(rows - i);
        let mut start = 0;
        if count == ROWS && a.steps.1 == 1 {
            while start + 4 <= columns {
                let from = core::array::from_fn(|r| a.element(i + r, start));
                // SAFETY: four numbers in each of six rows of the part, and their places in the panel.
                unsafe { F::turn(from, to.add(start * ROWS)) };
                start += 4;
            }
        }
        for p in start..columns {
            // SAFETY: elements of the part, and their places in the panel.
            unsafe {
                let to = to.add(p * ROWS);
                if count == ROWS && a.steps.0 == 1 {
                    to.cast::<[F; ROWS]>()
                        .write(a.element(i, p).cast::<[F; ROWS]>().read());
                } else {
                    (0..count).for_each(|r| *to.add(r) = *a.element(i + r, p));
                }
            }
        }
        to = to.wrapping_add(ROWS * columns);
    }
}

/// Writes the columns of `b` to `to` in panels of [`WIDTH`] bytes, row after row. The last column is
/// repeated to fill the last panel: what is computed with it is what its own is, and raises nothing new.
///
/// # Safety
///
/// The part can be read, and whole panels of its rows written to `to`.
#[target_feature(enable = "avx,avx2,fma")]
pub(crate) unsafe fn pack_columns<F: Paneled>(isa: Avx2, b: &Part<F>, mut to: *mut F)
where
    Avx2: Lanes<F>,
{
    let (rows, columns) = b.shape;
    let len = <Avx2 as Lanes<F>>::LEN;
    let (width, size) = (2 * len, size_of::<F>() as isize);
    let square = match squares(Level::Avx2(isa), size_of::<F>()) {
        Some([line, _]) if b.steps.0 == 1 && b.steps.1 != 1 => Some(line),
        _ => None,
    };
    for j in (0..columns).step_by(width) {
        let count = width.min(columns - j);
        // A tile of one vector reads no other.
        let filled = if count <= len { len } else { width };
        let mut start = 0;
        while let (Some(square), true, true) = (square, count == width, start + width <= rows) {
            let from = b.element(start, j).cast();
            let to = to.wrapping_add(start * width).cast();
            // SAFETY: as many rows and columns of the part as a square has, and their places.
            unsafe { square(from, b.steps.1 * size, to, WIDTH as isize) };
            start += width;
        }
        for p in start..rows {
            let (from, to) = (b.element(p, j), to.wrapping_add(p * width));
            // SAFETY: elements of a row of the part, and their places in the panel.
            unsafe {
                if b.steps.1 == 1 && count == width {
                    let (low, high) = (isa.load(from), isa.load(from.add(len)));
                    isa.store(low, to);
                    isa.store(high, to.add(len));
                } else {
                    let last = *b.element(p, j + count - 1);
                    let mut first = 0;
                    if b.steps.1 == 1 && count > len {
                        isa.store(isa.load(from), to);
                        first = len;
                    }
                    (first..count).for_each(|c| *to.add(c) = *b.element(p, j + c));
                    (count..filled).for_each(|c| *to.add(c) = last);
                }
            }
        }
        to = to.wrapping_add(width * rows);
    }
}
