//! Register tiles of AVX2 for large products.
//!
//! A tile's time is that of its multiplications while its operands come from the caches and few other
//! instructions stand between: four terms are added for each turn of the loop. That counts most where two
//! threads share a core.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over the sums of a tile, which are to stay in registers"
)]

use super::x86_panels_turn::Paneled;
use crate::{isa::Avx2, number::Float, product::lanes::Lanes};
use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

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
    /// What is read soon, and how many lines of it are to be brought to the second cache.
    pub(crate) soon: (*const u8, usize),
}

/// How the first matrix lies: in panels, rows whose numbers are neighbours, columns whose numbers are, or
/// otherwise.
pub(super) const PANEL: u8 = 0;
pub(super) const NEIGHBOURS: u8 = 1;
const SIDE: u8 = 2;
pub(super) const APART: u8 = 3;

/// Terms that a tile adds without counting them.
const TERMS: usize = 4;

impl<F: Paneled> Tile<F>
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
        macro_rules! form {
            ($rows:literal, $vectors:literal) => {
                if self.a.1 == 1 && self.a.2 == $rows {
                    tile::<F, $rows, $vectors, PANEL>(isa, self)
                } else if self.a.2 == 1 {
                    tile::<F, $rows, $vectors, NEIGHBOURS>(isa, self)
                } else if self.a.1 == 1 {
                    tile::<F, $rows, $vectors, SIDE>(isa, self)
                } else {
                    tile::<F, $rows, $vectors, APART>(isa, self)
                }
            };
        }
        macro_rules! rows {
            ($rows:literal) => {
                if self.shape.1 <= <Avx2 as Lanes<F>>::LEN {
                    form!($rows, 1)
                } else {
                    form!($rows, 2)
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

impl<F: Paneled> Tile<F>
where
    Avx2: Lanes<F>,
{
    /// Computes the tile, which has up to twice as many rows as the others.
    ///
    /// # Safety
    ///
    /// As [`Tile::compute`].
    #[inline(always)]
    pub(crate) unsafe fn compute_halves(&self, isa: Avx2) {
        let (height, columns) = self.shape;
        let above = if height > ROWS {
            height.div_ceil(2)
        } else {
            height
        };
        // SAFETY: the caller's, of the rows above and of those below.
        unsafe {
            Self {
                shape: (above, columns),
                ..*self
            }
            .compute(isa);
            if above < height {
                let (a, row, column) = self.a;
                let (c, down, across) = self.c;
                Self {
                    a: (a.wrapping_offset(above as isize * row), row, column),
                    c: (c.wrapping_offset(above as isize * down), down, across),
                    shape: (height - above, columns),
                    soon: (self.soon.0, 0),
                    ..*self
                }
                .compute(isa);
            }
        }
    }
}

/// Asks for the lines of the result, and for what is read soon.
#[inline(always)]
fn ask<F>(tile: &Tile<F>, rows: usize, columns: usize) {
    let (c, down, _) = tile.c;
    for r in 0..rows {
        let first = c.wrapping_offset(r as isize * down);
        super::prefetch(first.cast());
        super::prefetch(first.wrapping_add(columns - 1).cast());
    }
    for line in 0..tile.soon.1 {
        let at = tile.soon.0.wrapping_add(line * WIDTH);
        // SAFETY: a prefetch reads nothing that a program sees and faults at no address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) };
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
unsafe fn tile<F: Paneled, const R: usize, const V: usize, const FORM: u8>(
    isa: Avx2,
    tile: &Tile<F>,
) where
    Avx2: Lanes<F>,
{
    let len = <Avx2 as Lanes<F>>::LEN;
    let (mut a, row, column) = tile.a;
    let (mut b, next) = tile.b;
    let (row, column) = match FORM {
        PANEL => (1, R as isize),
        NEIGHBOURS => (row, 1),
        SIDE => (1, column),
        _ => (row, column),
    };
    let ((c, down, across), columns) = (tile.c, tile.shape.1);
    let mut acc = [[isa.zero(); V]; R];
    ask(tile, R, V * len);
    macro_rules! step {
        ($term:expr) => {{
            let (a, b) = (
                a.wrapping_offset($term * column),
                b.wrapping_offset($term * next),
            );
            let numbers: [_; V] = core::array::from_fn(
                #[inline(always)]
                |v| {
                    // SAFETY: the caller vouches for whole vectors in every row of the second matrix.
                    unsafe { isa.load(b.add(v * len)) }
                },
            );
            for r in 0..R {
                // SAFETY: an element of the first matrix, which the caller vouches for.
                let x = isa.splat(unsafe { *a.wrapping_offset(r as isize * row) });
                for v in 0..V {
                    acc[r][v] = isa.mul_add(x, numbers[v], acc[r][v]);
                }
            }
        }};
    }
    for _ in 0..tile.depth / TERMS {
        step!(0);
        step!(1);
        step!(2);
        step!(3);
        let terms = TERMS as isize;
        (a, b) = (
            a.wrapping_offset(terms * column),
            b.wrapping_offset(terms * next),
        );
    }
    for _ in 0..tile.depth % TERMS {
        step!(0);
        (a, b) = (a.wrapping_offset(column), b.wrapping_offset(next));
    }
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
    if across == 1 {
        let last = columns - (V - 1) * len;
        // Written out, for the sums to stay in registers.
        macro_rules! row {
            ($($r:literal)*) => {$(
                let r: usize = $r;
                if r < R {
                    let to = c.wrapping_offset(r as isize * down);
                    // SAFETY: elements of the result, neighbours, which the caller vouches for.
                    unsafe {
                        if V == 2 {
                            let sum = if tile.adds {
                                isa.add(isa.load(to), acc[r % R][0])
                            } else {
                                acc[r % R][0]
                            };
                            isa.store(sum, to);
                        }
                        let to = to.wrapping_add((V - 1) * len);
                        let mut sum = acc[r % R][V - 1];
                        if tile.adds {
                            sum = isa.add(F::filled(to, last), sum);
                        }
                        F::store_few(sum, to, last);
                    }
                }
            )*};
        }
        row!(0 1 2 3 4 5);
        return;
    }
    let mut numbers = [[F::ZERO; 2 * 8]; R];
    for r in 0..R {
        for v in 0..V {
            // SAFETY: the array has room for two of the longest vectors.
            unsafe { isa.store(acc[r][v], numbers[r].as_mut_ptr().add(v * len)) };
        }
    }
    // SAFETY: the caller's.
    unsafe { scatter(tile, &numbers) };
}

/// Writes the rows of a tile to elements that are no neighbours.
///
/// # Safety
///
/// The elements of the result can be read and written.
pub(super) unsafe fn scatter<F: Float, const N: usize>(tile: &Tile<F>, rows: &[[F; N]]) {
    let (c, down, across) = tile.c;
    for (r, row) in rows.iter().enumerate() {
        let to = c.wrapping_offset(r as isize * down);
        for (k, &x) in row[..tile.shape.1].iter().enumerate() {
            let to = to.wrapping_offset(k as isize * across);
            // SAFETY: an element of the result, which the caller vouches for.
            unsafe { *to = if tile.adds { *to + x } else { x } };
        }
    }
}
