//! QR factors of real matrices of moderate size.

use super::dense::filled;
use super::packs::{BESIDE, LANES, Packed, largest};
use super::panels::{self, Triangle};
use super::range::Scale;
use super::stack::Stack;
use crate::{Array, Result};
use faer::MatRef;
use raptors_kernels::{Isa, Level, with_isa};

/// Columns or rows, whichever are fewer, up to which four reflections together are faster than larger blocks
/// (bench: linalg/qr).
const FEW: usize = 256;
/// Elements up to which rows are passed over for four reflections at a time: as many as stay in a cache.
const AT_HAND: usize = 1 << 18;

/// The factors of one matrix after the other, in the same memory.
pub(super) struct Few {
    /// The rows of the matrix, and then of its triangle, below which is anything.
    matrix: Packed,
    vectors: Packed,
    triangles: Vec<Triangle>,
    rows: usize,
    columns: usize,
    /// What the matrix was multiplied by.
    scale: Option<Scale>,
}

impl Few {
    /// Room for matrices of `m` rows and `n` columns; nothing for greater ones.
    fn new(m: usize, n: usize) -> Result<Option<Self>> {
        let size = m.min(n);
        if size == 0 || size > FEW || m.saturating_mul(n) > AT_HAND {
            return Ok(None);
        }
        Ok(Some(Self {
            matrix: Packed::spread(n, m)?,
            vectors: Packed::zeros(m, size.next_multiple_of(BESIDE))?,
            triangles: filled(size.div_ceil(BESIDE), Triangle::default())?,
            rows: m,
            columns: n,
            scale: None,
        }))
    }

    fn factor(&mut self, a: MatRef<'_, f64>) {
        self.matrix.take(a.transpose(), 1.0);
        let (stride, height) = (self.matrix.stride(), self.vectors.stride());
        let matrix = &mut self.matrix.elements()[..self.rows * stride];
        let (matrix, vectors) = ((matrix, stride, self.columns), self.vectors.elements());
        let triangles = &mut self.triangles[..];
        self.scale = with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || factor(isa, matrix, (vectors, height), triangles),
        ));
    }

    /// Writes the first rows of the triangle, as many as there is room for, one after the other.
    fn write_triangle(&mut self, to: &mut [f64]) {
        let (stride, inverse) = (self.matrix.stride(), self.scale.map(Scale::inverse));
        let rows = self.matrix.elements().chunks_exact(stride).take(self.rows);
        for ((to, row), i) in to.chunks_exact_mut(self.columns).zip(rows).zip(0..) {
            let zeros = self.columns.min(i);
            to[..zeros].fill(0.0);
            to[zeros..].copy_from_slice(&row[zeros..self.columns]);
            if let Some(inverse) = inverse {
                for x in to {
                    *x *= inverse;
                }
            }
        }
    }

    /// Writes the orthogonal factor, `width` columns of it, row by row; `q` is room for it.
    fn write_orthogonal(&mut self, q: &mut Packed, width: usize, to: &mut [f64]) {
        let (stride, height) = (q.stride(), self.vectors.stride());
        let elements = &mut q.elements()[..self.rows * stride];
        let (vectors, triangles) = (&*self.vectors.elements(), &self.triangles[..]);
        let columns = self.columns;
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || expand(isa, (&mut *elements, stride, width), columns, (vectors, height), triangles),
        ));
        let rows = elements.chunks_exact(stride);
        for (to, row) in to.chunks_exact_mut(width).zip(rows) {
            to.copy_from_slice(&row[..width]);
        }
    }
}

#[inline(always)]
fn factor<I: Isa>(
    _: I,
    (matrix, stride, columns): (&mut [f64], usize, usize),
    vectors: (&mut [f64], usize),
    triangles: &mut [Triangle],
) -> Option<Scale> {
    let scale = Scale::of(largest::<I>(matrix));
    if let Some(scale) = scale {
        for x in &mut *matrix {
            *x *= scale.factor();
        }
    }
    if is_tiny(matrix.len() / stride, columns) {
        panels::factor_tiny::<I>(matrix, columns, vectors, triangles);
    } else {
        panels::factor::<I>((matrix, stride, columns), vectors, triangles);
    }
    scale
}

#[inline(always)]
fn expand<I: Isa>(
    _: I,
    (q, stride, width): (&mut [f64], usize, usize),
    columns: usize,
    vectors: (&[f64], usize),
    triangles: &[Triangle],
) {
    let rows = q.len() / stride;
    if is_tiny(rows, columns) {
        panels::expand_tiny::<I>((q, width, rows.min(columns)), vectors, triangles);
    } else {
        panels::expand::<I>((q, stride, width), vectors, triangles);
    }
}

/// Whether every row and every column is one pack.
fn is_tiny(rows: usize, columns: usize) -> bool {
    rows.max(columns) <= LANES
}

/// As [`super::qr`], of real matrices of moderate size; nothing for others.
pub(super) fn qr(a: &Stack<f64>, complete: bool) -> Result<Option<[Array; 2]>> {
    let (m, n) = (a.rows(), a.columns());
    let Some(mut few) = Few::new(m, n)? else {
        return Ok(None);
    };
    let width = if complete { m } else { m.min(n) };
    let mut q = Stack::<f64>::new(a.outer(), &[m, width])?;
    let mut r = Stack::<f64>::new(a.outer(), &[width, n])?;
    let mut room = Packed::spread(width, m)?;
    for i in 0..a.count() {
        few.factor(a.get(i)?);
        few.write_triangle(r.row_major(i)?);
        few.write_orthogonal(&mut room, width, q.row_major(i)?);
    }
    Ok(Some([q.into_array(), r.into_array()]))
}

/// As [`super::qr_triangle`], of real matrices of moderate size; nothing for others.
pub(super) fn triangle(a: &Stack<f64>) -> Result<Option<[Array; 1]>> {
    let (m, n) = (a.rows(), a.columns());
    let Some(mut few) = Few::new(m, n)? else {
        return Ok(None);
    };
    let mut r = Stack::<f64>::new(a.outer(), &[m.min(n), n])?;
    for i in 0..a.count() {
        few.factor(a.get(i)?);
        few.write_triangle(r.row_major(i)?);
    }
    Ok(Some([r.into_array()]))
}

/// As [`super::qr_raw`], of real matrices of moderate size; nothing for others.
pub(super) fn raw(a: &Stack<f64>) -> Result<Option<[Array; 2]>> {
    let (m, n) = (a.rows(), a.columns());
    let Some(mut few) = Few::new(m, n)? else {
        return Ok(None);
    };
    let mut h = Stack::<f64>::new(a.outer(), &[m, n])?;
    let mut tau = Stack::<f64>::new(a.outer(), &[m.min(n)])?;
    for i in 0..a.count() {
        few.factor(a.get(i)?);
        let h = h.row_major(i)?;
        few.write_triangle(h);
        let height = few.vectors.stride();
        for (v, j) in few.vectors.elements().chunks_exact(height).zip(0..m.min(n)) {
            // The vectors of four begin with the row of the first one.
            let below = &v[j % BESIDE + 1..][..m - j - 1];
            let places = h[(j + 1) * n..].chunks_exact_mut(n);
            for (row, x) in places.zip(below) {
                row[j] = *x;
            }
        }
        let factors = few.triangles.iter();
        let factors = factors.flat_map(|t| (0..BESIDE).map(move |r| t[r][r]));
        for (to, factor) in tau.row_major(i)?.iter_mut().zip(factors) {
            *to = factor;
        }
    }
    Ok(Some([h.into_array(), tau.into_array()]))
}
