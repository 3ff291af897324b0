//! Folds of the segments of a run of rows: from each of some starts to the next.

use super::{
    op::{self, Op},
    rows::{self, Rows},
};
use crate::{dtype::Element, isa::Isa, slice::In};

/// Columns from which whole rows are joined: fewer are folded each on its own, side by side.
const WIDE: usize = 8;
/// Columns up to which results stay in registers from the first row of a segment to the last.
const NARROW: usize = 64;

/// The rows of segment `i`: up to the next start, or to the end of `len`, but one at least.
#[inline(always)]
fn segment(starts: &[i64], i: usize, len: usize) -> (usize, usize) {
    let start = starts[i] as usize;
    let end = starts.get(i + 1).map_or(len, |&next| next as usize);
    (start, end.max(start + 1))
}

/// `out[i]` the fold of the rows, `width` elements each, of segment `i`: of single elements in the order
/// of the tree, of longer rows in the order of the rows. None is joined with the identity: they start from
/// their first row.
pub(super) fn segments<I: Isa, T: Element, O: Op<T>>(
    isa: I,
    op: O,
    x: &[T],
    width: usize,
    starts: &[i64],
    out: &mut [O::Acc],
) {
    assert_eq!(out.len(), starts.len() * width, "a row for each segment");
    let len = x.len() / width.max(1);
    match width {
        0 => {}
        1 => isa.vectorize(
            #[inline(always)]
            || {
                for (i, out) in out.iter_mut().enumerate() {
                    let (start, end) = segment(starts, i, len);
                    *out = match &x[start..end] {
                        [one] => op.lift(I::element(*one)),
                        run if run.len() < O::SHORT => op::sequential::<I, T, O>(op, run),
                        run => op.run(isa, run),
                    };
                }
            },
        ),
        2..WIDE => isa.vectorize(
            #[inline(always)]
            || {
                for (i, out) in out.chunks_exact_mut(width).enumerate() {
                    let (start, end) = segment(starts, i, len);
                    let rows = &x[start * width..end * width];
                    for (j, out) in out.iter_mut().enumerate() {
                        let mut column = rows[j..].iter().step_by(width);
                        let mut acc = column.next().map_or(*out, |&x| op.lift(I::element(x)));
                        for &x in column {
                            acc = op.join(acc, op.lift(I::element(x)));
                        }
                        *out = acc;
                    }
                }
            },
        ),
        WIDE..=NARROW => isa.vectorize(
            #[inline(always)]
            || {
                for (i, out) in out.chunks_exact_mut(width).enumerate() {
                    let (start, end) = segment(starts, i, len);
                    narrow::<I, T, O>(op, &x[start * width..end * width], out);
                }
            },
        ),
        _ => {
            for (i, out) in out.chunks_exact_mut(width).enumerate() {
                let (start, end) = segment(starts, i, len);
                let (first, rest) = x[start * width..end * width].split_at(width);
                for (out, &x) in out.iter_mut().zip(first) {
                    *out = op.lift(x);
                }
                let rest = Rows::new(In::from(rest), width);
                rows::down::<I, T, O, ()>(isa, |()| op, rows::NONE, rest, out);
            }
        }
    }
}

/// Folds the columns of some rows, at least [`WIDE`] of them, to `out`.
#[inline(always)]
fn narrow<I: Isa, T: Element, O: Op<T>>(op: O, rows: &[T], out: &mut [O::Acc]) {
    let width = out.len();
    let mut start = 0;
    while start + 32 <= width {
        strip::<I, T, O, 32>(op, rows, start, out);
        start += 32;
    }
    while start + 16 <= width {
        strip::<I, T, O, 16>(op, rows, start, out);
        start += 16;
    }
    while start + WIDE <= width {
        strip::<I, T, O, WIDE>(op, rows, start, out);
        start += WIDE;
    }
    if start < width {
        // The last columns, some of them once more.
        strip::<I, T, O, WIDE>(op, rows, width - WIDE, out);
    }
}

/// As [`narrow`], for the columns from `start` on, which stay in registers.
#[inline(always)]
fn strip<I: Isa, T: Element, O: Op<T>, const COLS: usize>(
    op: O,
    rows: &[T],
    start: usize,
    out: &mut [O::Acc],
) {
    let mut rows = rows.chunks_exact(out.len());
    let Some(first) = rows.next() else { return };
    let first = &first[start..][..COLS];
    let mut acc = [op.lift(first[0]); COLS];
    for j in 0..COLS {
        acc[j] = op.lift(I::element(first[j]));
    }
    for row in rows {
        let row = &row[start..][..COLS];
        for j in 0..COLS {
            acc[j] = op.join(acc[j], op.lift(I::element(row[j])));
        }
    }
    out[start..][..COLS].copy_from_slice(&acc);
}
