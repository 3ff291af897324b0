//! Large matrices of floating-point numbers at AVX2 and AVX-512: blocks for the caches, in panels for
//! register tiles where that pays.
//!
//! The blocking is that of Goto and van de Geijn, as in [`super::blocked`]. Each element is the sum of
//! its products in their order, in pieces of a length that depends on nothing but their number: so it
//! does not matter which part of a result is computed when, or by whom.

#[cfg(target_arch = "x86_64")]
use super::{panels_columns::Columns, panels_complex};
use super::{
    small::{check, gemm_small},
    view::{View, ViewMut},
};
#[cfg(target_arch = "x86_64")]
use crate::{
    arch::{
        x86_panels::{ROWS, Tile, WIDTH},
        x86_panels_pack::{Panels, Part, pack_columns, pack_rows},
        x86_panels_turn::Paneled,
        x86_panels_wide as wide,
    },
    isa::{Avx2, Avx512, Isa},
    product::{lanes::Lanes, view::Matrix},
};
use crate::{dtype::DType, isa::Level};

/// What panels are aligned to.
pub(super) const ALIGN: usize = 64;

/// Rows of the first matrix up to which the rows of the second one are read where they lie, if their
/// elements are neighbours: to pack them takes longer than the few tiles gain.
#[cfg(target_arch = "x86_64")]
const ROWS_UNPACKED: usize = 48;
/// Columns of the second matrix up to which the first one is read where it lies, if the elements of its
/// rows are neighbours.
#[cfg(target_arch = "x86_64")]
const COLUMNS_UNPACKED: usize = 192;
/// As [`COLUMNS_UNPACKED`], if they are not: each element of a row is in a line of its own.
#[cfg(target_arch = "x86_64")]
const APART_UNPACKED: usize = 32;
/// Rows of a result, each in a page of its own, that the smallest translation buffers of today's cores (64
/// entries) hold beside the operands: a shallow product takes as long to write as to compute.
const PAGES: usize = 60;
/// Elements behind the panels that packing may write: fewer rows than a tile has are packed as if they were
/// as many.
const BEHIND: usize = 8;
/// Rows of the highest tile, and bytes of the rows of the widest one.
pub(super) const LARGEST: [usize; 2] = [12, 128];

/// The blocks of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// Terms of the sums at a time: a panel of the second matrix and one of the first stay in the L1 cache.
    pub depth: usize,
    /// Rows of a block of the first matrix at most: so many that their parts of a panel of the result are
    /// in the L1 cache still when the next panel shares lines with it.
    pub rows: usize,
    /// Bytes of a block of the first matrix, for the L2 cache.
    pub first: usize,
    /// Bytes of a block of the second matrix, for what comes behind it.
    pub second: usize,
}

impl Blocks {
    /// Blocks for caches of `l1`, `l2` and `l3` bytes.
    pub const fn new(l1: usize, l2: usize, l3: usize) -> Self {
        let kib = 1 << 10;
        // A panel as wide as a tile fills up to five eighths of the L1 cache, the rows of the first matrix
        // pass through the rest. The last cache is shared with other cores.
        Self {
            depth: between(l1 / 8 * 5 / ALIGN, 64, 512),
            rows: between(l1 / 4 / ALIGN, 64, 512),
            first: between(l2 / 2, 64 * kib, 512 * kib),
            second: between(l3 / 8, 256 * kib, 3072 * kib),
        }
    }

    /// The terms, rows and columns of the blocks of a product of `m` rows, depth `k` and `n` columns, for
    /// tiles of so many rows of so many bytes.
    pub(super) fn cut(
        self,
        size: usize,
        [m, k, n]: [usize; 3],
        [high, wide]: [usize; 2],
    ) -> [usize; 3] {
        let even = |len: usize, most: usize, unit: usize| {
            let most = most.max(unit);
            if len <= most {
                return len.next_multiple_of(unit);
            }
            len.div_ceil(len.div_ceil(most)).next_multiple_of(unit)
        };
        let depth = even(k, self.depth, 1).max(1);
        let most = self.rows.min(depth.max(PAGES));
        let rows = even(m, (self.first / size / depth).min(most), high);
        [
            depth,
            rows,
            even(n, self.second / size / depth, wide / size),
        ]
    }
}

const fn between(x: usize, least: usize, most: usize) -> usize {
    if x < least {
        least
    } else if x > most {
        most
    } else {
        x
    }
}

/// Whether there are such tiles at the level for the dtype, or for the one that it is multiplied in.
pub const fn has_panels(level: Level, dtype: DType) -> bool {
    let _ = dtype;
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(_) => matches!(dtype, DType::F16 | DType::F32 | DType::F64),
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(_) => matches!(
            dtype,
            DType::F16 | DType::F32 | DType::F64 | DType::C64 | DType::C128
        ),
        _ => false,
    }
}

/// Whether our own tiles are faster at the level than those of the `gemm` crate on products that are not
/// symmetric, too.
pub const fn prefers_panels(level: Level) -> bool {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(_) => true,
        _ => false,
    }
}

/// Bytes of scratch memory that [`gemm_panels`] needs for `m` rows, depth `k` and `n` columns.
pub fn panels_len(dtype: DType, blocks: Blocks, [m, k, n]: [usize; 3]) -> usize {
    let size = dtype.size();
    // Also of the transposed product, as which it is computed where that suits the result.
    let bytes = |m, n| {
        let [depth, rows, columns] = blocks.cut(size, [m, k, n], LARGEST);
        ((rows + columns) * depth + BEHIND) * size
    };
    bytes(m, n).max(bytes(n, m)) + 2 * ALIGN
}

/// `c = a @ b`. Of a symmetric result, whose row `symmetric` the first row of `c` is, what is above the
/// diagonal may be left out.
///
/// # Panics
///
/// If types or sizes do not fit, the type is float16, or `scratch` is shorter than [`panels_len`].
pub fn gemm_panels(
    level: Level,
    (a, b): (View<'_>, View<'_>),
    c: ViewMut<'_>,
    symmetric: Option<usize>,
    blocks: Blocks,
    scratch: &mut [u8],
) {
    let dtype = check(a, b, &c);
    #[cfg(target_arch = "x86_64")]
    let isa = match level {
        Level::Avx2(isa) => Some((isa, None)),
        Level::Avx512(isa) => Some((isa.narrow(), Some(isa))),
        _ => None,
    };
    #[cfg(target_arch = "x86_64")]
    if let (Some(isa), true) = (isa, [a.rows(), a.cols(), b.cols()].iter().all(|&n| n > 0)) {
        macro_rules! multiply {
            ($float:ty) => {{
                let (a, b, c) = (a.of::<$float>(), b.of(), c.as_view().of());
                return product(isa, (a, b), c, symmetric, blocks, scratch);
            }};
        }
        macro_rules! pairs {
            ($float:ty) => {
                if let Some(isa) = isa.1 {
                    let (a, b, c) = (a.pairs::<$float>(), b.pairs(), c.as_view().pairs());
                    return panels_complex::product(isa, (a, b), c, symmetric, blocks, scratch);
                }
            };
        }
        match dtype {
            DType::F32 => multiply!(f32),
            DType::F64 => multiply!(f64),
            DType::C64 => pairs!(f32),
            DType::C128 => pairs!(f64),
            _ => {}
        }
    }
    let _ = (dtype, symmetric, blocks, scratch);
    gemm_small(level, a, b, c);
}

/// `c = a @ b`, by tiles of AVX-512 as far as whole ones go, where there is that level.
#[cfg(target_arch = "x86_64")]
fn product<F: Paneled>(
    (isa, wider): (Avx2, Option<Avx512>),
    (mut a, mut b): (Matrix<F>, Matrix<F>),
    mut c: Matrix<F>,
    symmetric: Option<usize>,
    blocks: Blocks,
    scratch: &mut [u8],
) where
    Avx2: Lanes<F>,
    Avx512: Lanes<F>,
{
    if c.col_stride != 1 && c.row_stride == 1 && symmetric.is_none() {
        // The transposed product is the same memory.
        (a, b, c) = (b.t(), a.t(), c.t());
    }
    let (m, k, n) = (a.rows, a.cols, b.cols);
    let size = size_of::<F>();
    let wider = wider.filter(|_| n >= wide::WIDTH / size);
    let [high, across_most] = match wider {
        Some(_) => [wide::ROWS, wide::WIDTH],
        None => [ROWS, WIDTH],
    };
    let [depth, rows, columns] = blocks.cut(size, [m, k, n], [high, across_most]);
    let start = scratch.as_ptr().align_offset(ALIGN);
    let need = ((rows + columns) * depth + BEHIND) * size + start;
    assert!(scratch.len() >= need, "no room for panels");
    let columns_at = scratch.as_mut_ptr().wrapping_add(start).cast::<F>();
    let rows_at = columns_at.wrapping_add(columns * depth);
    // Twelve rows are too many places to go on from at once.
    let unpacked = match wider {
        _ if a.col_stride != 1 => APART_UNPACKED,
        Some(_) => wide::WIDTH / size,
        None => COLUMNS_UNPACKED,
    };
    let packs_rows = n > unpacked;
    let packs_columns = m > ROWS_UNPACKED || b.col_stride != 1;
    for j in (0..n).step_by(columns) {
        let across = columns.min(n - j);
        for p in (0..k).step_by(depth) {
            let terms = depth.min(k - p);
            let part = |from: usize, to: usize| Part {
                ptr: b.element(p, j + from).cast_const(),
                shape: (terms, to - from),
                steps: (b.row_stride, b.col_stride),
            };
            let lies = (b.element(p, j).cast_const(), b.row_stride);
            let to = (packs_columns, columns_at);
            let block = Columns::new((across, terms), wider.is_some(), lies, to);
            let middle = block.packed.max(block.whole);
            // SAFETY: parts of `b`, which can be read, and the scratch memory has room for the panels of as
            // many columns, rounded up, and terms.
            unsafe {
                if block.packed < block.whole {
                    pack_columns::<F, 4>(isa, &part(0, block.whole), columns_at);
                }
                pack_columns::<F, 2>(isa, &part(middle, across), columns_at.add(middle * terms));
            }
            for i in (0..m).step_by(rows) {
                let down = rows.min(m - i);
                let part = Part {
                    ptr: a.element(i, p).cast_const(),
                    shape: (down, terms),
                    steps: (a.row_stride, a.col_stride),
                };
                if packs_rows {
                    // SAFETY: a part of `a`, which can be read, and the scratch memory behind the columns
                    // has room for the panels of as many rows, rounded up, and terms.
                    unsafe {
                        match wider {
                            Some(_) => pack_rows::<F, { wide::ROWS }>(isa, &part, rows_at),
                            None => pack_rows::<F, ROWS>(isa, &part, rows_at),
                        }
                    }
                }
                let panels = Panels::of(down, high);
                let mut jj = 0;
                while jj < across {
                    let step = block.tile(jj);
                    let next = jj + step;
                    let (soon, share) = block.soon(next, panels.count);
                    for index in 0..panels.count {
                        let (ii, height) = panels.rows(index);
                        if symmetric.is_some_and(|row| j + jj > row + i + ii + height - 1) {
                            continue;
                        }
                        let a_at = if packs_rows {
                            let panel = rows_at.wrapping_add(ii * terms);
                            (panel.cast_const(), 1, height as isize)
                        } else {
                            let from = a.element(i + ii, p).cast_const();
                            (from, a.row_stride, a.col_stride)
                        };
                        let tile = Tile {
                            depth: terms,
                            a: a_at,
                            b: block.from(jj),
                            c: (c.element(i + ii, j + jj), c.row_stride, c.col_stride),
                            shape: (height, step.min(across - jj)),
                            adds: p > 0,
                            soon: (soon.wrapping_add(index * share * WIDTH), share),
                        };
                        // SAFETY: rows of `a` and columns of `b`, where they lie or packed just now, the
                        // latter in whole vectors, and their elements of `c`, which the views vouch for.
                        unsafe {
                            match wider {
                                Some(isa) if jj < block.whole => tile.compute_wide(isa),
                                Some(_) => tile.compute_halves(isa),
                                None => tile.compute(isa),
                            }
                        }
                    }
                    jj = next;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_any_product() {
        for [l1, l2, l3] in [
            [0; 3],
            [32 << 10, 512 << 10, 32 << 20],
            [64 << 10, 64 << 20, 1 << 30],
        ] {
            let blocks = Blocks::new(l1, l2, l3);
            for shape in [[0, 0, 0], [1, 1, 1], [300, 300, 300], [5000, 1, 7]] {
                for [high, wide] in [[6, 64], LARGEST] {
                    let [depth, rows, columns] = blocks.cut(8, shape, [high, wide]);
                    let whole = rows % high == 0 && columns % (wide / 8) == 0;
                    assert!(depth > 0 && whole, "{shape:?}");
                }
                assert!(
                    panels_len(DType::F64, blocks, shape) <= 4 << 20,
                    "{shape:?}"
                );
            }
        }
    }
}
