//! Matrices of integers and truth values: panels packed into the caller's memory, and register
//! tiles that the compiler vectorises.
//!
//! The blocking is that of Goto and van de Geijn, *Anatomy of High-Performance Matrix
//! Multiplication*, 2008: a block of `b` for the L2 cache in panels as wide as a tile, a block of
//! `a` in panels as high as a tile.

#[cfg(target_arch = "x86_64")]
use super::{pairs, tile};
use super::{
    small::check,
    truth,
    view::{Matrix, MatrixMut, View, ViewMut},
};
#[cfg(target_arch = "x86_64")]
use crate::arch::x86_words;
use crate::{
    dtype::{Bool, DType},
    fold::with_fold_isa,
    isa::{Isa, Level},
};
use core::{array, hint::black_box};

/// Rows of a tile.
const ROWS: usize = 6;
/// Rows of a block of `a`: a multiple of [`ROWS`].
const BLOCK_ROWS: usize = 96;
/// Depth of the blocks, in cells.
const BLOCK_DEPTH: usize = 256;
/// Bytes of one row of a block of `b`: with the depth, half of a small L2 cache.
const BLOCK_WIDTH: usize = 1024;
/// What panels are aligned to.
pub(super) const ALIGN: usize = 64;

/// What tiles compute with, in place of one element or, for truth values, of several.
trait Cell: Copy {
    const ZERO: Self;
    /// `a * b + c`, or what stands for it.
    fn mul_add(a: Self, b: Self, c: Self) -> Self;
    /// `a + b`, or what stands for it.
    fn add(a: Self, b: Self) -> Self;
}

macro_rules! cells {
    ($($t:ty)*) => {$(
        impl Cell for $t {
            const ZERO: Self = 0;
            #[inline(always)]
            fn mul_add(a: Self, b: Self, c: Self) -> Self {
                a.wrapping_mul(b).wrapping_add(c)
            }
            #[inline(always)]
            fn add(a: Self, b: Self) -> Self {
                a.wrapping_add(b)
            }
        }
    )*};
}
cells!(u16 u32 u64);

/// Truth values of 32 neighbours along the depth.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Bits(u32);

impl Cell for Bits {
    const ZERO: Self = Self(0);
    #[inline(always)]
    fn mul_add(a: Self, b: Self, c: Self) -> Self {
        Self(a.0 & b.0 | c.0)
    }
    #[inline(always)]
    fn add(a: Self, b: Self) -> Self {
        Self(a.0 | b.0)
    }
}

/// An element and the cell that stands for it. Every bit pattern is a valid cell.
trait Packed<const COLS: usize>: Copy {
    type Cell: Cell;
    /// Elements along the depth that make one cell.
    const DEPTH: usize = 1;
    /// `cell` with the element that is `k` elements along its depth.
    fn pack(self, cell: Self::Cell, k: usize) -> Self::Cell;
    /// The element that a finished cell stands for.
    fn unpack(cell: Self::Cell) -> Self;
    /// The cell that an unfinished element stands for.
    fn resume(self) -> Self::Cell;
}

macro_rules! packed {
    ($($t:ident in $cell:ident, $cols:literal;)*) => {$(
        impl Packed<$cols> for $t {
            type Cell = $cell;
            #[inline(always)]
            fn pack(self, _cell: $cell, _k: usize) -> $cell {
                self as $cell
            }
            #[inline(always)]
            fn unpack(cell: $cell) -> Self {
                cell as $t
            }
            #[inline(always)]
            fn resume(self) -> $cell {
                self as $cell
            }
        }
    )*};
}
// Bytes are multiplied in 16 bits, which vectors can; the low half is right.
packed!(u8 in u16, 32; u16 in u16, 32; u32 in u32, 16; u64 in u64, 16;);

impl Packed<16> for Bool {
    type Cell = Bits;
    const DEPTH: usize = 32;
    #[inline(always)]
    fn pack(self, cell: Bits, k: usize) -> Bits {
        Bits(cell.0 | u32::from(self.get()) << k)
    }
    #[inline(always)]
    fn unpack(cell: Bits) -> Self {
        Self::from(cell.0 != 0)
    }
    #[inline(always)]
    fn resume(self) -> Bits {
        Bits(u32::from(self.get()))
    }
}

/// Calls `$body` with the element and the columns of the tile for `$dtype`.
macro_rules! with_packed {
    ($dtype:expr, $T:ident, $COLS:ident => $body:expr, else $none:expr) => {
        with_packed!(@ $dtype, $T, $COLS, $body, $none, Bool: Bool, 16; I8 | U8: u8, 32;
            I16 | U16: u16, 32; I32 | U32: u32, 16; I64 | U64: u64, 16;)
    };
    (@ $dtype:expr, $T:ident, $COLS:ident, $body:expr, $none:expr, $($($d:ident)|+: $t:ty, $cols:literal;)*) => {
        match $dtype {
            $($(DType::$d)|+ => { type $T = $t; const $COLS: usize = $cols; $body })*
            _ => $none,
        }
    };
}

/// The sizes of the blocks for a product of `m` rows, depth `k` and `n` columns.
struct Blocks {
    rows: usize,
    depth: usize,
    cols: usize,
}

impl Blocks {
    const fn new<T: Packed<COLS>, const COLS: usize>(m: usize, k: usize, n: usize) -> Self {
        let cell = size_of::<T::Cell>();
        let (rows, depth, cols) = (
            m.next_multiple_of(ROWS),
            k.div_ceil(T::DEPTH),
            n.next_multiple_of(COLS),
        );
        let width = BLOCK_WIDTH / cell;
        Self {
            rows: if rows < BLOCK_ROWS { rows } else { BLOCK_ROWS },
            depth: if depth < BLOCK_DEPTH {
                depth
            } else {
                BLOCK_DEPTH
            },
            cols: if cols < width { cols } else { width },
        }
    }

    const fn bytes(&self, cell: usize) -> usize {
        (self.rows + self.cols) * self.depth * cell + 2 * ALIGN
    }
}

/// Bytes of scratch memory that [`gemm_int`] needs for `m` rows, depth `k` and `n` columns; at
/// most about half a MiB.
pub const fn scratch_len(dtype: DType, m: usize, k: usize, n: usize) -> usize {
    let cells = with_packed!(dtype, T, COLS => {
        Blocks::new::<T, COLS>(m, k, n).bytes(size_of::<<T as Packed<COLS>>::Cell>())
    }, else 0);
    #[cfg(target_arch = "x86_64")]
    let cells = {
        let pairs = pairs::scratch_len(m, k, n);
        if pairs > cells { pairs } else { cells }
    };
    cells
}

/// `c = a @ b` for integers, which wrap, and truth values, joined by `or` of `and`.
///
/// # Panics
///
/// If types or sizes do not fit, there is no such product of the type, or `scratch` is shorter
/// than [`scratch_len`].
pub fn gemm_int(level: Level, a: View<'_>, b: View<'_>, mut c: ViewMut<'_>, scratch: &mut [u8]) {
    let dtype = check(a, b, &c);
    if dtype == DType::Bool && truth::decided(level, a, b, &mut c) {
        return;
    }
    #[cfg(target_arch = "x86_64")]
    macro_rules! words {
        ($isa:ident, $word:ident, $vectors:literal) => {{
            let (a, b, mut c) = (a.of(), b.of(), c.of());
            if pairs::product::<_, $word>($isa, a, b, &mut c, scratch) {
                return;
            }
            let tile = |a: &[_], b: &[_], out: &mut _| {
                x86_words::multiply::<_, _, 16, $vectors>($isa, a, b, out);
            };
            return blocks::<_, $word, 16>($isa.narrow(), a, b, &mut c, scratch, tile);
        }};
        ($isa:ident, $word:ident) => {
            if pairs::product::<_, $word>($isa, a.of(), b.of(), &mut c.of(), scratch) {
                return;
            }
        };
    }
    #[cfg(target_arch = "x86_64")]
    match (level, dtype) {
        (Level::Avx2(isa), _) if tile::narrow(isa, a, b, &mut c) => return,
        (Level::Avx512(isa), _) if dtype.size() <= 2 && tile::narrow(isa, a, b, &mut c) => return,
        (Level::Avx2(isa), DType::I8 | DType::U8) => words!(isa, u8),
        (Level::Avx2(isa), DType::I16 | DType::U16) => words!(isa, u16),
        (Level::Avx2(isa), DType::I32 | DType::U32) => words!(isa, u32, 2),
        (Level::Avx2(isa), DType::I64 | DType::U64) => words!(isa, u64, 1),
        (Level::Avx512(isa), DType::I8 | DType::U8) => words!(isa, u8),
        (Level::Avx512(isa), DType::I16 | DType::U16) => words!(isa, u16),
        (Level::Avx512(isa), DType::I32 | DType::U32) => words!(isa, u32, 1),
        (Level::Avx512(isa), DType::I64 | DType::U64) => words!(isa, u64, 2),
        _ => {}
    }
    with_packed!(dtype, T, COLS => with_fold_isa!(level, isa => {
        let tile = |a: &[_], b: &[_], out: &mut _| isa.vectorize(
            #[inline(always)]
            || tile::<_, <T as Packed<COLS>>::Cell, COLS>(isa, a, b, out),
        );
        blocks::<_, T, COLS>(isa, a.of(), b.of(), &mut c.of(), scratch, tile);
    }), else panic!("no integer product of {dtype:?}"));
}

fn blocks<I: Isa, T: Packed<COLS>, const COLS: usize>(
    isa: I,
    a: Matrix<T>,
    b: Matrix<T>,
    c: &mut MatrixMut<T>,
    scratch: &mut [u8],
    tile: impl Fn(&[[T::Cell; ROWS]], &[[T::Cell; COLS]], &mut [[T::Cell; COLS]; ROWS]),
) {
    let (m, k, n) = (a.rows, a.cols, b.cols);
    let size = Blocks::new::<T, COLS>(m, k, n);
    if [m, k, n].contains(&0) {
        for i in 0..m {
            for j in 0..n {
                c.set(i, j, T::unpack(T::Cell::ZERO));
            }
        }
        return;
    }
    let (a_bytes, b_bytes) =
        scratch.split_at_mut(size.rows * size.depth * size_of::<T::Cell>() + ALIGN);
    let a_panels = panels::<[T::Cell; ROWS]>(a_bytes);
    let b_panels = panels::<[T::Cell; COLS]>(b_bytes);
    for j in (0..n).step_by(size.cols) {
        let width = size.cols.min(n - j);
        for p in (0..k).step_by(size.depth * T::DEPTH) {
            let len = (size.depth * T::DEPTH).min(k - p);
            let depth = len.div_ceil(T::DEPTH);
            let corner = Corner {
                at: j,
                len: width,
                depth_at: p,
                depth_len: len,
            };
            isa.vectorize(
                #[inline(always)]
                || pack::<I, T, COLS, COLS>(b.t(), &corner, b_panels),
            );
            for i in (0..m).step_by(size.rows) {
                let height = size.rows.min(m - i);
                let corner = Corner {
                    at: i,
                    len: height,
                    depth_at: p,
                    depth_len: len,
                };
                isa.vectorize(
                    #[inline(always)]
                    || pack::<I, T, COLS, ROWS>(a, &corner, a_panels),
                );
                for (jj, b) in (0..width).step_by(COLS).zip(b_panels.chunks_exact(depth)) {
                    for (ii, a) in (0..height).step_by(ROWS).zip(a_panels.chunks_exact(depth)) {
                        let mut out = [[T::Cell::ZERO; COLS]; ROWS];
                        tile(a, b, &mut out);
                        store(c, i + ii, j + jj, p > 0, &out);
                    }
                }
            }
        }
    }
}

/// The part of a matrix that is packed: rows from `at`, columns from `depth_at`.
struct Corner {
    at: usize,
    len: usize,
    depth_at: usize,
    depth_len: usize,
}

/// Packs rows of `x` into panels of `N` rows, column after column. Rows past the end repeat the
/// last one; what they give is not stored.
#[inline(always)]
fn pack<I: Isa, T: Packed<COLS>, const COLS: usize, const N: usize>(
    x: Matrix<T>,
    corner: &Corner,
    panels: &mut [[T::Cell; N]],
) {
    let depth = corner.depth_len.div_ceil(T::DEPTH);
    for (i, panel) in (0..corner.len)
        .step_by(N)
        .zip(panels.chunks_exact_mut(depth))
    {
        let (start, full) = (corner.at + i, N.min(corner.len - i));
        let side_by_side = full == N && x.row_stride == 1;
        for (cells, p) in panel
            .iter_mut()
            .zip((0..corner.depth_len).step_by(T::DEPTH))
        {
            let mut packed = [T::Cell::ZERO; N];
            for k in 0..T::DEPTH.min(corner.depth_len - p) {
                let column = corner.depth_at + p + k;
                let elements: [T; N] = if side_by_side {
                    x.t().run(column, start)
                } else {
                    array::from_fn(|r| x.at(start + r.min(full - 1), column))
                };
                for r in 0..N {
                    packed[r] = I::element(elements[r]).pack(packed[r], k);
                }
            }
            *cells = packed;
        }
    }
}

/// The product of a panel of `a` and a panel of `b`.
#[inline(always)]
fn tile<I: Isa, C: Cell, const COLS: usize>(
    _: I,
    a: &[[C; ROWS]],
    b: &[[C; COLS]],
    out: &mut [[C; COLS]; ROWS],
) {
    let mut acc = [[C::ZERO; COLS]; ROWS];
    for (a, b) in a.iter().zip(b) {
        for r in 0..ROWS {
            // Out of the compiler's sight where there are gathers, or it would vectorise over the
            // rows by them.
            let x = if size_of::<C>() >= 4 {
                black_box(a[r])
            } else {
                I::element(a[r])
            };
            for k in 0..COLS {
                acc[r][k] = C::mul_add(x, b[k], acc[r][k]);
            }
        }
    }
    *out = acc;
}

/// Stores what of a tile is inside `c`, or adds it there.
#[inline(always)]
fn store<T: Packed<COLS>, const COLS: usize>(
    c: &mut MatrixMut<T>,
    i: usize,
    j: usize,
    add: bool,
    tile: &[[T::Cell; COLS]; ROWS],
) {
    let (rows, cols) = c.shape();
    let width = COLS.min(cols - j);
    for (i, cells) in (i..rows).zip(tile) {
        let mut row = cells.map(T::unpack);
        if add {
            for k in 0..width {
                row[k] = T::unpack(T::Cell::add(c.at(i, j + k).resume(), cells[k]));
            }
        }
        c.set_run(i, j, &row[..width]);
    }
}

/// The whole panels in `bytes`, aligned to a cache line.
pub(super) fn panels<P>(bytes: &mut [u8]) -> &mut [P] {
    let start = bytes.as_ptr().align_offset(ALIGN).min(bytes.len());
    // SAFETY: panels are arrays of unsigned integers, which any bytes are.
    unsafe { bytes[start..].align_to_mut().1 }
}
