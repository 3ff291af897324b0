//! Householder's reflections of real matrices, four at a time, on rows of whole packs.
//!
//! Four reflections one after the other are `I - V T V.T` with a triangle `T` (Schreiber and Van Loan, *A storage-efficient
//! WY representation for products of Householder transformations*, 1989): the rows of a matrix are passed over twice for
//! all four, and packs of columns stay in registers, without a sum across a vector.

use super::packs::{
    BESIDE, LANES, Pack, add_multiple, dot, multiply_add, packs, packs_mut, reflection, start,
};
use core::array::from_fn;
use core::ops::Range;
use raptors_kernels::Isa;

/// The triangle of [`BESIDE`] reflections, row by row.
pub(super) type Triangle = [[f64; BESIDE]; BESIDE];

/// The triangle of reflections with these factors, whose vectors are whole packs and zero before their ones.
#[inline(always)]
pub(super) fn triangle<I: Isa>(v: [&[f64]; BESIDE], factors: [f64; BESIDE]) -> Triangle {
    let mut t = [[0.0; BESIDE]; BESIDE];
    for (r, factor) in factors.into_iter().enumerate() {
        let along: [f64; BESIDE] = from_fn(|s| if s < r { dot::<I>(v[s], v[r]) } else { 0.0 });
        for row in t.iter_mut().take(r) {
            let parts = row[..r].iter().zip(along);
            let sum = parts.fold(0.0, |sum, (t, along)| multiply_add::<I>(*t, along, sum));
            row[r] = -factor * sum;
        }
        t[r][r] = factor;
    }
    t
}

/// The triangle of the same reflections in the opposite order.
pub(super) fn turned(t: &Triangle) -> Triangle {
    from_fn(|i| from_fn(|j| t[j][i]))
}

/// Applies reflections with the vectors `v`, one element for each row, to a range of columns of rows that are `stride`
/// elements apart; to columns before them, too, that share a pack with the first one.
#[inline(always)]
pub(super) fn reflect<I: Isa>(
    (rows, stride): (&mut [f64], usize),
    columns: Range<usize>,
    v: [&[f64]; BESIDE],
    t: &Triangle,
) {
    let mut at = start(columns.start);
    // As many packs together as there are registers for.
    if I::WIDE {
        while at + LANES < columns.end {
            piece::<I, 2>((rows, stride), at, v, t);
            at += 2 * LANES;
        }
    }
    while at < columns.end {
        piece::<I, 1>((rows, stride), at, v, t);
        at += LANES;
    }
}

/// As [`reflect`], for `P` packs of columns.
#[inline(always)]
fn piece<I: Isa, const P: usize>(
    (rows, stride): (&mut [f64], usize),
    at: usize,
    v: [&[f64]; BESIDE],
    t: &Triangle,
) {
    let count = rows.len() / stride;
    let [a, b, c, d] = v.map(|v| &v[..count]);
    // One by one, as loops over them would keep the sums in memory.
    let [mut p, mut q, mut r, mut s] = [[[0.0; LANES]; P]; BESIDE];
    let factors = a.iter().zip(b).zip(c.iter().zip(d));
    for (row, ((a, b), (c, d))) in rows.chunks_exact(stride).zip(factors) {
        let row = at_hand::<P>(&row[at..]);
        p = plus::<I, P>(&p, *a, &row);
        q = plus::<I, P>(&q, *b, &row);
        r = plus::<I, P>(&r, *c, &row);
        s = plus::<I, P>(&s, *d, &row);
    }
    let along = [p, q, r, s];
    let p = times::<I, P>(&t[0], &along);
    let q = times::<I, P>(&t[1], &along);
    let r = times::<I, P>(&t[2], &along);
    let s = times::<I, P>(&t[3], &along);
    let factors = a.iter().zip(b).zip(c.iter().zip(d));
    for (row, ((a, b), (c, d))) in rows.chunks_exact_mut(stride).zip(factors) {
        let row = &mut row[at..];
        let sum = plus::<I, P>(&at_hand(row), *a, &p);
        let sum = plus::<I, P>(&sum, *b, &q);
        let sum = plus::<I, P>(&sum, *c, &r);
        let sum = plus::<I, P>(&sum, *d, &s);
        row[..P * LANES].copy_from_slice(sum.as_flattened());
    }
}

/// Minus a row times a matrix.
#[inline(always)]
fn times<I: Isa, const P: usize>(row: &[f64; BESIDE], x: &[[Pack; P]; BESIDE]) -> [Pack; P] {
    let sum = plus::<I, P>(&[[0.0; LANES]; P], -row[0], &x[0]);
    let sum = plus::<I, P>(&sum, -row[1], &x[1]);
    let sum = plus::<I, P>(&sum, -row[2], &x[2]);
    plus::<I, P>(&sum, -row[3], &x[3])
}

/// The first packs of a row.
#[inline(always)]
fn at_hand<const P: usize>(row: &[f64]) -> [Pack; P] {
    let row = &packs(row)[..P];
    from_fn(|p| row[p])
}

/// `to + factor * x`.
#[inline(always)]
fn plus<I: Isa, const P: usize>(to: &[Pack; P], factor: f64, x: &[Pack; P]) -> [Pack; P] {
    from_fn(|p| add_multiple::<I>(&to[p], factor, &x[p]))
}

/// Makes `n` columns of a matrix of rows `stride` elements apart a triangle, below which is anything; writes the vectors
/// of the reflections, `height` elements apart, and the triangles of four each.
#[inline(always)]
pub(super) fn factor<I: Isa>(
    (a, stride, n): (&mut [f64], usize, usize),
    (vectors, height): (&mut [f64], usize),
    triangles: &mut [Triangle],
) {
    let m = a.len() / stride;
    let size = m.min(n);
    for (t, k) in triangles.iter_mut().zip((0..size).step_by(BESIDE)) {
        let (width, len) = (BESIDE.min(size - k), (m - k).next_multiple_of(LANES));
        let panel = &mut vectors[k * height..(k + BESIDE) * height];
        let rows = &mut a[k * stride..];
        gather(rows, stride, k, panel, height);
        for (r, v) in panel.chunks_exact_mut(height).enumerate() {
            let from = if r < width { m - k } else { 0 };
            v[from..len].fill(0.0);
        }
        let (mut top, mut factors) = ([[0.0; BESIDE]; BESIDE], [0.0; BESIDE]);
        for r in 0..width {
            let (done, others) = panel.split_at_mut((r + 1) * height);
            let v = &mut done[r * height..][..len];
            for (row, x) in top.iter_mut().zip(&mut v[..r]) {
                row[r] = core::mem::take(x);
            }
            let made = reflection::<I>(v, r);
            (top[r][r], factors[r]) = (made.left, made.factor);
            for other in others.chunks_exact_mut(height).take(width - r - 1) {
                let other = packs_mut(&mut other[..len]);
                let along = -made.factor * dot::<I>(v, other.as_flattened());
                for (x, v) in other.iter_mut().zip(packs(v)) {
                    *x = add_multiple::<I>(x, along, v);
                }
            }
        }
        let v: [&[f64]; BESIDE] = from_fn(|r| &panel[r * height..][..len]);
        *t = triangle::<I>(v, factors);
        if factors != [0.0; BESIDE] {
            reflect::<I>((&mut *rows, stride), k + width..n, v, &turned(t));
        }
        // The columns of the four may share a pack with others.
        for (r, row) in rows.chunks_exact_mut(stride).take(width).enumerate() {
            row[k + r..k + width].copy_from_slice(&top[r][r..width]);
        }
    }
}

/// Copies [`BESIDE`] columns of rows from column `k` on, each to lie in one piece.
#[inline(always)]
fn gather(rows: &[f64], stride: usize, k: usize, to: &mut [f64], height: usize) {
    let (first, others) = to.split_at_mut(height);
    let (second, others) = others.split_at_mut(height);
    let (third, fourth) = others.split_at_mut(height);
    let (left, right) = (first.iter_mut().zip(second), third.iter_mut().zip(fourth));
    let places = left.zip(right).zip(rows.chunks_exact(stride));
    for (((a, b), (c, d)), row) in places {
        if let Some([x, y, z, w]) = row[k..].first_chunk() {
            (*a, *b, *c, *d) = (*x, *y, *z, *w);
        }
    }
}

/// Makes the first `width` columns of the unit matrix those of the product of reflections. Blocks of them, the last one first,
/// leave alone the columns before theirs, which have no elements there yet.
#[inline(always)]
pub(super) fn expand<I: Isa>(
    (q, stride, width): (&mut [f64], usize, usize),
    (vectors, height): (&[f64], usize),
    triangles: &[Triangle],
) {
    q.fill(0.0);
    for (i, row) in q.chunks_exact_mut(stride).take(width).enumerate() {
        row[i] = 1.0;
    }
    for (b, t) in triangles.iter().enumerate().rev() {
        let k = b * BESIDE;
        if t.iter().enumerate().all(|(r, row)| row[r] == 0.0) {
            continue;
        }
        let v = from_fn(|r| &vectors[(k + r) * height..(k + r + 1) * height]);
        reflect::<I>((&mut q[k * stride..], stride), k..width, v, t);
    }
}

/// As [`factor`], of no more rows and columns than a pack has elements: one reflection after the other, without the parts of
/// triangles that are not on the diagonal.
#[inline(always)]
pub(super) fn factor_tiny<I: Isa>(
    a: &mut [f64],
    n: usize,
    (vectors, height): (&mut [f64], usize),
    triangles: &mut [Triangle],
) {
    let m = a.len() / LANES;
    for k in 0..m.min(n) {
        let rows = &mut packs_mut(a)[k..];
        let mut v: Pack = from_fn(|i| rows.get(i).map_or(0.0, |row| row[k]));
        let made = reflection::<I>(&mut v, 0);
        turn::<I>(rows, &v, made.factor);
        rows[0][k] = made.left;
        let at = k % BESIDE;
        vectors[k * height + at..][..m - k].copy_from_slice(&v[..m - k]);
        triangles[k / BESIDE][at][at] = made.factor;
    }
}

/// As [`expand`], for what [`factor_tiny`] found.
#[inline(always)]
pub(super) fn expand_tiny<I: Isa>(
    (q, width, size): (&mut [f64], usize, usize),
    (vectors, height): (&[f64], usize),
    triangles: &[Triangle],
) {
    let rows = packs_mut(q);
    let m = rows.len();
    for (i, row) in rows.iter_mut().enumerate() {
        *row = from_fn(|j| if i == j && j < width { 1.0 } else { 0.0 });
    }
    for k in (0..size).rev() {
        let at = k % BESIDE;
        let v = &vectors[k * height + at..][..m - k];
        turn::<I>(&mut rows[k..], v, triangles[k / BESIDE][at][at]);
    }
}

/// Applies one reflection to rows of one pack.
#[inline(always)]
fn turn<I: Isa>(rows: &mut [Pack], v: &[f64], factor: f64) {
    let mut along = [0.0; LANES];
    for (row, v) in rows.iter().zip(v) {
        along = add_multiple::<I>(&along, *v, row);
    }
    for (row, v) in rows.iter_mut().zip(v) {
        *row = add_multiple::<I>(row, -factor * v, &along);
    }
}
