//! Matrices of floating-point numbers at AVX-512 that stay in the second cache: tiles on them as they lie. Only
//! a second matrix whose columns are no neighbours is packed.
//!
//! Each element is the sum of its products in their order, rounded once for each, in pieces of a length that
//! depends on nothing but their number: the sums of [`super::panels`], to the last bit.

#[cfg(target_arch = "x86_64")]
use super::{panels::ALIGN, view::Matrix};
use super::{
    panels::Blocks,
    small::{check, gemm_small},
    view::{View, ViewMut},
};
#[cfg(target_arch = "x86_64")]
use crate::{
    arch::{
        x86_direct::{Halved, ROWS, Tile, VECTORS},
        x86_panels_pack::Panels,
    },
    isa::Avx512,
    moves::{self, Source, Target},
    product::lanes::Lanes,
};
use crate::{dtype::DType, isa::Level};

/// Numbers of the largest tile: four vectors of six rows.
#[cfg(target_arch = "x86_64")]
const LARGEST: usize = 24 * 16;
/// Bytes of a vector.
#[cfg(target_arch = "x86_64")]
const VECTOR: usize = 64;

/// Whether there are such tiles at the level for the dtype, or for the one that it is multiplied in.
pub const fn has_direct(level: Level, dtype: DType) -> bool {
    let _ = dtype;
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(_) => matches!(dtype, DType::F16 | DType::F32 | DType::F64),
        _ => false,
    }
}

/// Bytes of scratch memory that [`gemm_direct`] needs for these matrices: none if none is packed.
pub fn direct_len(a: View<'_>, b: View<'_>, c: &ViewMut<'_>, blocks: Blocks) -> usize {
    let turns = turns(c.as_view().steps());
    let (a, b) = if turns { (b.t(), a.t()) } else { (a, b) };
    if b.steps().1 == 1 {
        return 0;
    }
    #[cfg(target_arch = "x86_64")]
    {
        let size = a.dtype().size();
        let [depth, _, columns] = cut(blocks, size, [a.rows(), a.cols(), b.cols()]);
        depth * columns * size + ALIGN
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = (a, blocks);
        0
    }
}

/// Whether the transposed product is computed, which is the same memory: its rows are neighbours.
const fn turns((row, column): (isize, isize)) -> bool {
    column != 1 && row == 1
}

/// The terms, rows and columns of blocks; the columns are whole vectors.
#[cfg(target_arch = "x86_64")]
fn cut(blocks: Blocks, size: usize, shape: [usize; 3]) -> [usize; 3] {
    blocks.cut(size, shape, [ROWS[0], VECTOR])
}

/// `c = a @ b`.
///
/// # Panics
///
/// If types or sizes do not fit, the type is float16, or `scratch` is shorter than [`direct_len`].
pub fn gemm_direct(
    level: Level,
    (a, b): (View<'_>, View<'_>),
    c: ViewMut<'_>,
    blocks: Blocks,
    scratch: &mut [u8],
) {
    let dtype = check(a, b, &c);
    #[cfg(target_arch = "x86_64")]
    if let (Level::Avx512(isa), false) = (level, [a.rows(), a.cols(), b.cols()].contains(&0)) {
        macro_rules! multiply {
            ($float:ty) => {{
                let (a, b, c) = (a.of::<$float>(), b.of(), c.as_view().of());
                return product(isa, (a, b), c, blocks, scratch);
            }};
        }
        match dtype {
            DType::F32 => multiply!(f32),
            DType::F64 => multiply!(f64),
            _ => {}
        }
    }
    let _ = (dtype, blocks, scratch);
    gemm_small(level, a, b, c);
}

/// `c = a @ b`, of which no dimension is zero.
#[cfg(target_arch = "x86_64")]
fn product<F: Halved>(
    isa: Avx512,
    (mut a, mut b): (Matrix<F>, Matrix<F>),
    mut c: Matrix<F>,
    blocks: Blocks,
    scratch: &mut [u8],
) where
    Avx512: Lanes<F>,
{
    if turns((c.row_stride, c.col_stride)) {
        (a, b, c) = (b.t(), a.t(), c.t());
    }
    let (m, k, n) = (a.rows, a.cols, b.cols);
    let (size, len) = (size_of::<F>(), <Avx512 as Lanes<F>>::LEN);
    let [depth, rows, columns] = cut(blocks, size, [m, k, n]);
    let packs = b.col_stride != 1;
    let start = scratch.as_ptr().align_offset(ALIGN);
    assert!(
        !packs || scratch.len() >= depth * columns * size + start,
        "no room for panels"
    );
    let packed = scratch.as_mut_ptr().wrapping_add(start).cast::<F>();
    for j in (0..n).step_by(columns) {
        let across = columns.min(n - j);
        let panels = Across::new(across, len, m);
        for p in (0..k).step_by(depth) {
            let terms = depth.min(k - p);
            for i in (0..m).step_by(rows) {
                let down = rows.min(m - i);
                for index in 0..panels.count() {
                    let (jj, width) = panels.columns(index);
                    let vectors = width.div_ceil(len);
                    let lies = b.element(p, j + jj);
                    let b_at = if packs {
                        let to = packed.wrapping_add(jj * terms);
                        if i == 0 {
                            let part = ([terms, width], [b.row_stride, b.col_stride]);
                            // SAFETY: a part of `b`, which can be read, and the scratch memory has room for
                            // as many terms of the vectors that the block has.
                            unsafe { pack(lies, part, to, vectors * len) };
                        }
                        (to.cast_const(), (vectors * len) as isize)
                    } else {
                        (lies.cast_const(), b.row_stride)
                    };
                    let tiles = Panels::of(down, ROWS[vectors - 1]);
                    for tile in 0..tiles.count {
                        let (ii, height) = tiles.rows(tile);
                        let tile = Tile {
                            depth: terms,
                            a: (
                                a.element(i + ii, p).cast_const(),
                                a.row_stride,
                                a.col_stride,
                            ),
                            b: b_at,
                            c: (c.element(i + ii, j + jj), c.row_stride),
                            shape: (height, width),
                            adds: p > 0,
                        };
                        // SAFETY: rows of `a` and columns of `b`, where they lie or packed just now, and
                        // their elements of `c`, which the views vouch for.
                        unsafe {
                            if c.col_stride == 1 {
                                tile.compute(isa);
                            } else {
                                apart(isa, &tile, c.col_stride);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Columns in panels of a few vectors, as even as can be; the last one is half a vector by itself where that is
/// enough.
#[cfg(target_arch = "x86_64")]
struct Across {
    columns: usize,
    len: usize,
    whole: usize,
    panels: Panels,
}

#[cfg(target_arch = "x86_64")]
impl Across {
    /// Panels of `columns` columns for the products with `rows` rows, in vectors of `len` numbers.
    fn new(columns: usize, len: usize, rows: usize) -> Self {
        let rest = columns % len;
        let half = (1..=len / 2).contains(&rest);
        let whole = columns.div_ceil(len) - usize::from(half);
        // As few tiles as can be, of which the wider ones read less of the first matrix.
        let tiles = |most: usize| whole.div_ceil(most) * rows.div_ceil(ROWS[most - 1]);
        let most = (2..=VECTORS).rev().min_by_key(|&most| tiles(most));
        Self {
            columns,
            len,
            whole,
            panels: Panels::of(whole, most.unwrap_or(VECTORS)),
        }
    }

    fn count(&self) -> usize {
        self.panels.count + usize::from(self.whole * self.len < self.columns)
    }

    /// The first column of a panel, and how many it has.
    fn columns(&self, index: usize) -> (usize, usize) {
        let (start, vectors) = if index < self.panels.count {
            self.panels.rows(index)
        } else {
            (self.whole, 1)
        };
        let first = start * self.len;
        (first, (vectors * self.len).min(self.columns - first))
    }
}

/// Copies a part of a matrix, of a shape and steps, to rows that are `step` elements apart.
///
/// # Safety
///
/// The part can be read, and as many rows written to `to`.
#[cfg(target_arch = "x86_64")]
unsafe fn pack<F>(
    from: *const F,
    (shape, steps): ([usize; 2], [isize; 2]),
    to: *mut F,
    step: usize,
) {
    let size = size_of::<F>();
    let bytes = |steps: [isize; 2]| steps.map(|step| step * size as isize);
    let source = Source {
        ptr: from.cast(),
        size,
        shape,
        strides: bytes(steps),
    };
    let target = Target {
        ptr: to.cast(),
        size,
        shape,
        strides: bytes([step as isize, 1]),
    };
    // SAFETY: the caller's.
    unsafe { moves::copy(source, target) };
}

/// Computes a tile whose columns are `across` elements apart in the result.
///
/// # Safety
///
/// As [`Tile::compute`], of elements that lie so.
#[cfg(target_arch = "x86_64")]
unsafe fn apart<F: Halved>(isa: Avx512, tile: &Tile<F>, across: isize)
where
    Avx512: Lanes<F>,
{
    let ((c, down), (rows, columns)) = (tile.c, tile.shape);
    let mut numbers = [F::ZERO; LARGEST];
    let numbers = &mut numbers[..rows * columns];
    let place = |i: usize| {
        let (r, k) = (i / columns, i % columns);
        c.wrapping_offset(r as isize * down + k as isize * across)
    };
    if tile.adds {
        for (i, x) in numbers.iter_mut().enumerate() {
            // SAFETY: an element of the result, which the caller vouches for.
            *x = unsafe { *place(i) };
        }
    }
    let near = Tile {
        c: (numbers.as_mut_ptr(), columns as isize),
        ..*tile
    };
    // SAFETY: the caller's; the array has as many numbers as the tile.
    unsafe { near.compute(isa) };
    for (i, &x) in numbers.iter().enumerate() {
        // SAFETY: an element of the result, which the caller vouches for.
        unsafe { *place(i) = x };
    }
}
