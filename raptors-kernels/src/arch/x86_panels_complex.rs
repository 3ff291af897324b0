//! Register tiles of AVX-512 for large products of complex numbers, and their panels: the products with
//! real parts and those with imaginary ones are added up apart, and combined once.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over lanes and sums, which are to stay in registers"
)]

use super::x86_panels_pack::{Panels, Part};
use crate::{isa::Avx512, number::Float, product::lanes::Lanes};

/// Rows of a tile, each of which has two of sums.
pub(crate) const ROWS: usize = 6;
/// Bytes of a row of a tile: two vectors.
pub(crate) const WIDTH: usize = 128;
/// Complex numbers of the longest row.
const LONGEST: usize = WIDTH / 8;

/// Terms that a tile adds without counting them.
const TERMS: usize = 4;

/// A tile of a product: where its operands are, and what becomes of it. Steps count complex numbers.
pub(crate) struct Tile<F> {
    /// The terms of each sum.
    pub(crate) depth: usize,
    /// The panel of its rows.
    pub(crate) a: *const [F; 2],
    /// The panel of its columns.
    pub(crate) b: *const [F; 2],
    /// The first element of the result; the steps to the next row and column.
    pub(crate) c: (*mut [F; 2], isize, isize),
    /// Rows and columns of the result.
    pub(crate) shape: (usize, usize),
    /// Whether the result is added to what is there.
    pub(crate) adds: bool,
}

impl<F: Float> Tile<F>
where
    Avx512: Lanes<F>,
{
    /// Computes the tile.
    ///
    /// # Safety
    ///
    /// The panels, which [`pack_rows`] and [`pack_columns`] wrote, can be read, and the elements of the
    /// result read and written.
    #[inline(always)]
    pub(crate) unsafe fn compute(&self, isa: Avx512) {
        macro_rules! rows {
            ($($rows:literal)*) => {
                match (self.shape.0, 2 * self.shape.1 > <Avx512 as Lanes<F>>::LEN) {
                    (0, _) => {}
                    $(
                        ($rows, false) => tile::<F, { 2 * $rows }, 1>(isa, self),
                        ($rows, true) => tile::<F, { 2 * $rows }, 2>(isa, self),
                    )*
                    _ => unreachable!("more rows than a tile has"),
                }
            };
        }
        // SAFETY: the caller's, and the token proves the features.
        unsafe { rows!(1 2 3 4 5 6) }
    }
}

/// A tile of `R` rows of sums, two for each of the result, and `V` vectors. Never inlined: in the company
/// of others the sums do not stay in registers.
///
/// # Safety
///
/// As [`Tile::compute`], for a tile of as many rows and columns.
#[target_feature(enable = "avx,avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
#[inline(never)]
unsafe fn tile<F: Float, const R: usize, const V: usize>(isa: Avx512, tile: &Tile<F>)
where
    Avx512: Lanes<F>,
{
    let len = <Avx512 as Lanes<F>>::LEN;
    let (mut a, mut b) = (tile.a.cast::<F>(), tile.b.cast::<F>());
    let (c, down, across) = tile.c;
    for r in 0..R / 2 {
        let first = c.wrapping_offset(r as isize * down).cast::<u8>();
        for at in [0, WIDTH / 2, WIDTH - 1] {
            super::prefetch(first.wrapping_add(at));
        }
    }
    let mut acc = [[isa.zero(); V]; R];
    // Written out, for the sums to stay in registers.
    macro_rules! add {
        ($a:ident, $columns:ident: $($r:literal)*) => {$(
            if $r < R {
                // SAFETY: a part of a number of the panel of rows, which the caller vouches for.
                let x = isa.splat(unsafe { *$a.wrapping_add($r) });
                for v in 0..V {
                    acc[$r % R][v] = isa.mul_add(x, $columns[v], acc[$r % R][v]);
                }
            }
        )*};
    }
    macro_rules! step {
        ($term:expr) => {{
            let (a, b) = (a.wrapping_add($term * R), b.wrapping_add($term * 2 * len));
            let mut columns = [isa.zero(); V];
            for v in 0..V {
                // SAFETY: the caller vouches for two vectors in every row of the panel of columns.
                columns[v] = unsafe { isa.load(b.add(v * len)) };
            }
            add!(a, columns: 0 1 2 3 4 5 6 7 8 9 10 11);
        }};
    }
    for _ in 0..tile.depth / TERMS {
        step!(0);
        step!(1);
        step!(2);
        step!(3);
        (a, b) = (a.wrapping_add(TERMS * R), b.wrapping_add(TERMS * 2 * len));
    }
    for _ in 0..tile.depth % TERMS {
        step!(0);
        (a, b) = (a.wrapping_add(R), b.wrapping_add(2 * len));
    }
    // Parts in the last vector.
    let last = 2 * tile.shape.1 - (V - 1) * len;
    macro_rules! rows {
        ($($r:literal)*) => {$(
            if 2 * $r < R {
                let mut sums = acc[2 * $r % R];
                for v in 0..V {
                    sums[v] = isa.turned(sums[v], isa.swapped(acc[(2 * $r + 1) % R][v]));
                }
                let to = c.wrapping_offset($r * down);
                if across == 1 {
                    let to = to.cast::<F>();
                    for v in 0..V {
                        let (to, n) = (to.wrapping_add(v * len), if v + 1 == V { last } else { len });
                        // SAFETY: so many parts of elements of the result, neighbours, which the caller
                        // vouches for.
                        unsafe {
                            if n == len {
                                if tile.adds {
                                    sums[v] = isa.add(isa.load(to), sums[v]);
                                }
                                isa.store(sums[v], to);
                            } else {
                                if tile.adds {
                                    sums[v] = isa.add(isa.load_some(to, n), sums[v]);
                                }
                                isa.store_some(sums[v], to, n);
                            }
                        }
                    }
                } else {
                    let mut numbers = [[F::ZERO; 2]; LONGEST];
                    for v in 0..V {
                        // SAFETY: the array has room for two of the longest vectors.
                        unsafe { isa.store(sums[v], numbers.as_mut_ptr().cast::<F>().add(v * len)) };
                    }
                    for (k, &[re, im]) in numbers[..tile.shape.1].iter().enumerate() {
                        let to = to.wrapping_offset(k as isize * across);
                        // SAFETY: an element of the result, which the caller vouches for.
                        unsafe {
                            let [x, y] = if tile.adds { *to } else { [F::ZERO; 2] };
                            *to = if tile.adds { [x + re, y + im] } else { [re, im] };
                        }
                    }
                }
            }
        )*};
    }
    rows!(0 1 2 3 4 5);
}

/// Writes the rows of `a` to `to` in panels of at most [`ROWS`], column after column.
///
/// # Safety
///
/// The part can be read, and as many elements written to `to`.
pub(crate) unsafe fn pack_rows<F: Float>(a: &Part<[F; 2]>, to: *mut [F; 2]) {
    let (rows, columns) = a.shape;
    let panels = Panels::of(rows, ROWS);
    for index in 0..panels.count {
        let (i, count) = panels.rows(index);
        let to = to.wrapping_add(i * columns);
        macro_rules! counts {
            ($($count:literal)*) => {
                match count {
                    $($count => for p in 0..columns {
                        for r in 0..$count {
                            // SAFETY: an element of the part, and its place in the panel.
                            unsafe { *to.add(p * $count + r) = *a.element(i + r, p) };
                        }
                    })*
                    _ => {}
                }
            };
        }
        counts!(1 2 3 4 5 6);
    }
}

/// Writes the columns of `b` to `to` in panels of [`WIDTH`] bytes, row after row. The last column is
/// repeated to fill the last panel: what is computed with it is what its own is, and raises nothing new.
///
/// # Safety
///
/// The part can be read, and whole panels of its rows written to `to`.
pub(crate) unsafe fn pack_columns<F: Float>(b: &Part<[F; 2]>, mut to: *mut [F; 2]) {
    let (rows, columns) = b.shape;
    let width = WIDTH / size_of::<[F; 2]>();
    for j in (0..columns).step_by(width) {
        let count = width.min(columns - j);
        for p in 0..rows {
            let to = to.wrapping_add(p * width);
            if b.steps.1 == 1 && count == width {
                // SAFETY: elements of a row of the part, neighbours, and their places in the panel.
                unsafe { to.copy_from_nonoverlapping(b.element(p, j), width) };
                continue;
            }
            for c in 0..width {
                // SAFETY: an element of the part, and its place in the panel.
                unsafe { *to.add(c) = *b.element(p, j + c.min(count - 1)) };
            }
        }
        to = to.wrapping_add(width * rows);
    }
}
