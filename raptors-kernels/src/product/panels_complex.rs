//! Large matrices of complex numbers at AVX-512, in blocks as those of real ones.

use super::{
    panels::{ALIGN, Blocks, LARGEST},
    view::Matrix,
};
use crate::{
    arch::{
        x86_panels_complex::{ROWS, Tile, WIDTH, pack_columns, pack_rows},
        x86_panels_pack::{Panels, Part},
    },
    isa::Avx512,
    number::Float,
    product::lanes::Lanes,
};

/// `c = a @ b`, as [`super::gemm_panels`] has it.
///
/// # Panics
///
/// If `scratch` is too short.
pub(super) fn product<F: Float>(
    isa: Avx512,
    (mut a, mut b): (Matrix<[F; 2]>, Matrix<[F; 2]>),
    mut c: Matrix<[F; 2]>,
    symmetric: Option<usize>,
    blocks: Blocks,
    scratch: &mut [u8],
) where
    Avx512: Lanes<F>,
{
    if c.col_stride != 1 && c.row_stride == 1 && symmetric.is_none() {
        // The transposed product is the same memory.
        (a, b, c) = (b.t(), a.t(), c.t());
    }
    let (m, k, n) = (a.rows, a.cols, b.cols);
    let size = size_of::<[F; 2]>();
    let width = WIDTH / size;
    let [depth, rows, columns] = blocks.cut(size, [m, k, n], LARGEST);
    let start = scratch.as_ptr().align_offset(ALIGN);
    let need = (rows + columns) * depth * size + start;
    assert!(scratch.len() >= need, "no room for panels");
    let columns_at = scratch.as_mut_ptr().wrapping_add(start).cast::<[F; 2]>();
    let rows_at = columns_at.wrapping_add(columns * depth);
    for j in (0..n).step_by(columns) {
        let across = columns.min(n - j);
        for p in (0..k).step_by(depth) {
            let terms = depth.min(k - p);
            let part = Part {
                ptr: b.element(p, j).cast_const(),
                shape: (terms, across),
                steps: (b.row_stride, b.col_stride),
            };
            // SAFETY: a part of `b`, which can be read, and the scratch memory has room for the panels of as
            // many columns, rounded up, and terms.
            unsafe { pack_columns(&part, columns_at) };
            for i in (0..m).step_by(rows) {
                let down = rows.min(m - i);
                let part = Part {
                    ptr: a.element(i, p).cast_const(),
                    shape: (down, terms),
                    steps: (a.row_stride, a.col_stride),
                };
                // SAFETY: a part of `a`, which can be read, and the scratch memory behind the columns has
                // room for the panels of as many rows and terms.
                unsafe { pack_rows(&part, rows_at) };
                let panels = Panels::of(down, ROWS);
                for jj in (0..across).step_by(width) {
                    for index in 0..panels.count {
                        let (ii, height) = panels.rows(index);
                        if symmetric.is_some_and(|row| j + jj > row + i + ii + height - 1) {
                            continue;
                        }
                        let tile = Tile {
                            depth: terms,
                            a: rows_at.wrapping_add(ii * terms).cast_const(),
                            b: columns_at.wrapping_add(jj * terms).cast_const(),
                            c: (c.element(i + ii, j + jj), c.row_stride, c.col_stride),
                            shape: (height, width.min(across - jj)),
                            adds: p > 0,
                        };
                        // SAFETY: panels that were packed just now, and their elements of `c`, which the
                        // views vouch for.
                        unsafe { tile.compute(isa) };
                    }
                }
            }
        }
    }
}
