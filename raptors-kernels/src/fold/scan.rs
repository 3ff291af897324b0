//! Scans of many runs: every prefix folded, in order, of the lines of an array or down its columns.

use super::{
    Fold, check_output,
    extrema::{Fmax, Fmin, Max, Min},
    op::{Op, chain},
    sum, table, with_fold_isa,
};
use crate::{
    dtype::{DType, f16},
    isa::{Isa, Level},
    slice::{In, Out},
};

/// Lines that are scanned side by side: each is a chain of dependent operations.
const SIDE: usize = 4;
/// Columns from which whole rows are joined by vectors; fewer stay in registers, from row to row.
const WIDE: usize = 16;
/// Halves that are widened at a time.
const HALVES: usize = 256;
/// Lines of halves that are scanned side by side: the widest vector of float32.
const BESIDE: usize = 16;
/// Halves of each of them that are widened at a time.
const PART: usize = HALVES / BESIDE;

/// Every prefix of every line of `len` elements folded, in order: `x` holds one line after another.
///
/// Sums and products of float16 are rounded at each step, as NumPy does.
///
/// # Panics
///
/// If there is no such scan, or `x` and `out` are not of equal lengths, a multiple of `len`.
pub fn scan_lines(fold: Fold, level: Level, x: In<'_>, len: usize, mut out: Out<'_>) {
    check_lengths(&x, len, &out);
    if x.dtype() == DType::F16 {
        with_fold_isa!(level, isa => halves(isa, fold, x.of(), len, 1, out.of()));
        return;
    }
    check_output(fold, x.dtype(), out.dtype());
    if x.len() == len {
        return super::scan(fold, level, x, None, out);
    }
    with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, x.dtype()).expect("a fold of this dtype");
        (kernel.scan_lines)(isa, x.view(kernel.input), len, out.view(kernel.output));
    });
}

/// Every prefix of every column folded, in order: `x` holds rows of `width` elements.
///
/// # Panics
///
/// As [`scan_lines`], with `width` in the place of `len`.
pub fn scan_columns(fold: Fold, level: Level, x: In<'_>, width: usize, mut out: Out<'_>) {
    check_lengths(&x, width, &out);
    if x.dtype() == DType::F16 {
        let len = x.len() / width;
        with_fold_isa!(level, isa => halves(isa, fold, x.of(), len, width, out.of()));
        return;
    }
    check_output(fold, x.dtype(), out.dtype());
    with_fold_isa!(level, isa => {
        let kernel = table::kernel(fold, x.dtype()).expect("a fold of this dtype");
        (kernel.scan_columns)(isa, x.view(kernel.input), width, out.view(kernel.output));
    });
}

fn check_lengths(x: &In<'_>, len: usize, out: &Out<'_>) {
    assert_eq!(x.len(), out.len(), "runs of different lengths");
    assert!(len > 0 && x.len().is_multiple_of(len), "a part of a line");
}

/// [`scan_lines`] of one operation.
pub(super) fn lines<I: Isa, T: crate::Element, O: Op<T>>(
    isa: I,
    op: O,
    x: &[T],
    len: usize,
    out: &mut [O::Acc],
) {
    isa.vectorize(
        #[inline(always)]
        || {
            let side = SIDE * len;
            let (xs, outs) = (x.chunks_exact(side), out.chunks_exact_mut(side));
            for (x, out) in xs.zip(outs) {
                let (x, rest) = x.split_at(2 * len);
                let ((p, q), (r, s)) = (x.split_at(len), rest.split_at(len));
                let (out, rest) = out.split_at_mut(2 * len);
                let ((a, b), (c, d)) = (out.split_at_mut(len), rest.split_at_mut(len));
                let mut acc = [p[0], q[0], r[0], s[0]].map(|x| op.lift(x));
                (a[0], b[0], c[0], d[0]) = (acc[0], acc[1], acc[2], acc[3]);
                for i in 1..len {
                    for (acc, x) in acc.iter_mut().zip([p[i], q[i], r[i], s[i]]) {
                        *acc = op.join(*acc, op.lift(x));
                    }
                    (a[i], b[i], c[i], d[i]) = (acc[0], acc[1], acc[2], acc[3]);
                }
            }
            let done = x.len() / side * side;
            let rest = x[done..].chunks_exact(len);
            for (x, out) in rest.zip(out[done..].chunks_exact_mut(len)) {
                chain(op, x, None, out);
            }
        },
    );
}

/// [`scan_columns`] of one operation.
pub(super) fn columns<I: Isa, T: crate::Element, O: Op<T>>(
    isa: I,
    op: O,
    x: &[T],
    width: usize,
    out: &mut [O::Acc],
) {
    isa.vectorize(
        #[inline(always)]
        || {
            if width < WIDE {
                let mut left = 0;
                while left < width {
                    left += match width - left {
                        4.. => strip::<I, T, O, 4>(op, x, width, left, out),
                        2.. => strip::<I, T, O, 2>(op, x, width, left, out),
                        _ => strip::<I, T, O, 1>(op, x, width, left, out),
                    };
                }
                return;
            }
            for (out, &x) in out.iter_mut().zip(&x[..width.min(x.len())]) {
                *out = op.lift(I::element(x));
            }
            for (i, x) in x.chunks_exact(width).enumerate().skip(1) {
                let (before, out) = out.split_at_mut(i * width);
                let (before, out) = (&before[(i - 1) * width..], &mut out[..width]);
                for ((out, &before), &x) in out.iter_mut().zip(before).zip(x) {
                    *out = op.join(before, op.lift(I::element(x)));
                }
            }
        },
    );
}

/// Scans `N` columns from `left` on, and says how many these are.
#[inline(always)]
fn strip<I: Isa, T: crate::Element, O: Op<T>, const N: usize>(
    op: O,
    x: &[T],
    width: usize,
    left: usize,
    out: &mut [O::Acc],
) -> usize {
    let mut rows = x.chunks_exact(width).zip(out.chunks_exact_mut(width));
    if let Some((x, out)) = rows.next() {
        let mut acc = [op.lift(I::element(x[left])); N];
        for k in 1..N {
            acc[k] = op.lift(I::element(x[left + k]));
        }
        out[left..left + N].copy_from_slice(&acc);
        for (x, out) in rows {
            let x = &x[left..left + N];
            for k in 0..N {
                acc[k] = op.join(acc[k], op.lift(I::element(x[k])));
            }
            out[left..left + N].copy_from_slice(&acc);
        }
    }
    N
}

/// Scans of float16: `len` rows of `width`, again and again.
fn halves<I: Isa>(isa: I, fold: Fold, x: &[f16], len: usize, width: usize, out: &mut [f16]) {
    match fold {
        Fold::sum => joined::<_, _, true>(isa, sum::Sum, x, len, width, out),
        Fold::prod => joined::<_, _, true>(isa, sum::Prod, x, len, width, out),
        Fold::nansum => joined::<_, _, true>(isa, sum::NanSum, x, len, width, out),
        Fold::nanprod => joined::<_, _, true>(isa, sum::NanProd, x, len, width, out),
        Fold::min => joined::<_, _, false>(isa, Min::default(), x, len, width, out),
        Fold::max => joined::<_, _, false>(isa, Max::default(), x, len, width, out),
        Fold::fmin => joined::<_, _, false>(isa, Fmin::default(), x, len, width, out),
        Fold::fmax => joined::<_, _, false>(isa, Fmax::default(), x, len, width, out),
        other => panic!("no scan of float16 by {other:?}"),
    }
}

/// Joins in float32, and rounds each result where it may be no half: an extreme is one.
fn joined<I: Isa, O: Op<f32, Acc = f32>, const ROUNDS: bool>(
    isa: I,
    op: O,
    x: &[f16],
    len: usize,
    width: usize,
    out: &mut [f16],
) {
    isa.vectorize(
        #[inline(always)]
        || {
            if (2..WIDE).contains(&width) {
                for (x, out) in x
                    .chunks_exact(len * width)
                    .zip(out.chunks_exact_mut(len * width))
                {
                    short_rows::<I, O, ROUNDS>(isa, op, x, width, out);
                }
                return;
            }
            let done = if width == 1 {
                lines_beside::<I, O, ROUNDS>(isa, op, x, len, out)
            } else {
                0
            };
            let (x, out) = (&x[done..], &mut out[done..]);
            let (mut from, mut to) = ([0.0; HALVES], [0.0; HALVES]);
            let lines = x.chunks_exact(len * width);
            for (x, out) in lines.zip(out.chunks_exact_mut(len * width)) {
                // One line goes on from the last result; rows from the row before, part by part.
                if width == 1 {
                    let mut last = None;
                    for (x, out) in x.chunks(HALVES).zip(out.chunks_mut(HALVES)) {
                        let (from, to) = (&mut from[..x.len()], &mut to[..x.len()]);
                        isa.widen_halves(x, from);
                        for (&x, to) in from.iter().zip(&mut *to) {
                            let next = op.lift(x);
                            *to = match last {
                                Some(last) if ROUNDS => round(isa, [op.join(last, next)])[0],
                                Some(last) => op.join(last, next),
                                None => next,
                            };
                            last = Some(*to);
                        }
                        isa.narrow_to_halves(to, out);
                    }
                    continue;
                }
                for left in (0..width).step_by(HALVES) {
                    let wide = HALVES.min(width - left);
                    let (from, to) = (&mut from[..wide], &mut to[..wide]);
                    let rows = x.chunks_exact(width).zip(out.chunks_exact_mut(width));
                    for (i, (x, out)) in rows.enumerate() {
                        let out = &mut out[left..left + wide];
                        isa.widen_halves(&x[left..left + wide], from);
                        for (&x, to) in from.iter().zip(&mut *to) {
                            let next = op.lift(x);
                            *to = if i == 0 { next } else { op.join(*to, next) };
                        }
                        isa.narrow_to_halves(to, out);
                        if ROUNDS {
                            isa.widen_halves(out, to);
                        }
                    }
                }
            }
        },
    );
}

/// As [`joined`], for lines of `len` elements, so many at a time: rounding takes a step of a chain long, and as long
/// for a vector. Gives how many elements those lines have.
#[inline(always)]
fn lines_beside<I: Isa, O: Op<f32, Acc = f32>, const ROUNDS: bool>(
    isa: I,
    op: O,
    x: &[f16],
    len: usize,
    out: &mut [f16],
) -> usize {
    let (mut from, mut to) = ([0.0; HALVES], [0.0; HALVES]);
    let lines = x.chunks_exact(BESIDE * len);
    for (x, out) in lines.zip(out.chunks_exact_mut(BESIDE * len)) {
        let mut acc = [0.0; BESIDE];
        for start in (0..len).step_by(PART) {
            let n = PART.min(len - start);
            for (x, from) in x.chunks_exact(len).zip(from.chunks_exact_mut(PART)) {
                isa.widen_halves(&x[start..start + n], &mut from[..n]);
            }
            for i in 0..n {
                let mut next = [0.0; BESIDE];
                for k in 0..BESIDE {
                    next[k] = op.lift(from[k * PART + i]);
                }
                if start + i > 0 {
                    for k in 0..BESIDE {
                        next[k] = op.join(acc[k], next[k]);
                    }
                    if ROUNDS {
                        next = round(isa, next);
                    }
                }
                acc = next;
                for k in 0..BESIDE {
                    to[k * PART + i] = acc[k];
                }
            }
            for (out, to) in out.chunks_exact_mut(len).zip(to.chunks_exact(PART)) {
                isa.narrow_to_halves(&to[..n], &mut out[start..start + n]);
            }
        }
    }
    x.len() / (BESIDE * len) * (BESIDE * len)
}

/// As [`joined`], for rows that are shorter than [`WIDE`]: as many as there is room for are widened together,
/// and joined in registers, a few columns at a time.
#[inline(always)]
fn short_rows<I: Isa, O: Op<f32, Acc = f32>, const ROUNDS: bool>(
    isa: I,
    op: O,
    x: &[f16],
    width: usize,
    out: &mut [f16],
) {
    let (mut from, mut to) = ([0.0; HALVES], [0.0; HALVES]);
    let (mut last, mut first) = ([0.0; WIDE], true);
    let some = HALVES / width * width;
    for (x, out) in x.chunks(some).zip(out.chunks_mut(some)) {
        let (from, to) = (&mut from[..x.len()], &mut to[..x.len()]);
        isa.widen_halves(x, from);
        let done = if first { width } else { 0 };
        for (last, &x) in last.iter_mut().zip(&from[..done]) {
            *last = op.lift(x);
        }
        to[..done].copy_from_slice(&last[..done]);
        let (from, after) = (&from[done..], &mut to[done..]);
        for (i, last) in last[..width].chunks_mut(4).enumerate() {
            let (start, next) = (4 * i, from.chunks_exact(width));
            let rows = next.zip(after.chunks_exact_mut(width));
            let rows = rows.map(|(x, to)| (&x[start..], &mut to[start..]));
            match last.len() {
                4 => columns_of::<I, O, ROUNDS, 4>(isa, op, last, rows),
                3 => columns_of::<I, O, ROUNDS, 3>(isa, op, last, rows),
                2 => columns_of::<I, O, ROUNDS, 2>(isa, op, last, rows),
                _ => columns_of::<I, O, ROUNDS, 1>(isa, op, last, rows),
            }
        }
        first = false;
        isa.narrow_to_halves(to, out);
    }
}

/// Joins the first `N` elements of each row with `last`, which they become in the end.
#[inline(always)]
fn columns_of<'a, I: Isa, O: Op<f32, Acc = f32>, const ROUNDS: bool, const N: usize>(
    isa: I,
    op: O,
    last: &mut [f32],
    rows: impl Iterator<Item = (&'a [f32], &'a mut [f32])>,
) {
    let mut acc = [0.0; N];
    acc.copy_from_slice(last);
    for (x, to) in rows {
        let x = &x[..N];
        for k in 0..N {
            acc[k] = op.join(acc[k], op.lift(x[k]));
        }
        if ROUNDS {
            acc = round(isa, acc);
        }
        to[..N].copy_from_slice(&acc);
    }
    last.copy_from_slice(&acc);
}

/// Each rounded to a half, as float32.
#[inline(always)]
fn round<I: Isa, const N: usize>(isa: I, mut x: [f32; N]) -> [f32; N] {
    let mut halves = [f16::ZERO; N];
    isa.narrow_to_halves(&x, &mut halves);
    isa.widen_halves(&halves, &mut x);
    x
}
