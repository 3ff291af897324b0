//! Products of matrices of truth values that few terms decide: rows of the second matrix are joined until all of a row
//! of results is true.

use super::view::{Matrix, MatrixMut, View, ViewMut};
use crate::{
    dtype::Bool,
    fold::with_fold_isa,
    isa::{Isa, Level},
};

/// Columns of results that are joined together: a line of a cache.
const COLUMNS: usize = 64;
/// Terms that are tried with all rows: as many as decide each of a line's results where every third factor is true.
const TERMS: usize = 64;
/// Terms after which it is asked whether all results are true.
const STEP: usize = 8;
/// One of so many rows may need more terms.
const SELDOM: usize = 8;

/// A line of truth values, each 0 or 1.
type Line = [u8; COLUMNS];

/// As [`product`], of matrices of truth values whose sizes fit.
pub(super) fn decided(level: Level, a: View<'_>, b: View<'_>, c: &mut ViewMut<'_>) -> bool {
    with_fold_isa!(level, isa => product(isa, a.of(), b.of(), &mut c.of()))
}

/// Computes `c = a @ b`, and gives whether it did: not where many elements are false after [`TERMS`] terms, and more
/// would follow.
fn product<I: Isa>(isa: I, a: Matrix<Bool>, b: Matrix<Bool>, c: &mut MatrixMut<Bool>) -> bool {
    let mut lines = [[0u8; COLUMNS]; TERMS];
    let terms = TERMS.min(a.cols);
    let mut patience = a.rows.div_ceil(SELDOM);
    for start in (0..b.cols).step_by(COLUMNS) {
        let width = COLUMNS.min(b.cols - start);
        // What is beside the results counts as true.
        let mut outside = [1u8; COLUMNS];
        outside[..width].fill(0);
        let mut row = [Bool::FALSE; COLUMNS];
        for (p, line) in lines[..terms].iter_mut().enumerate() {
            b.copy_row(p, start, &mut row[..width]);
            for (to, from) in line.iter_mut().zip(row) {
                *to = u8::from(from.get());
            }
        }
        for i in 0..a.rows {
            let (mut line, full) = joined(isa, a, i, &lines[..terms], outside);
            if !full && terms < a.cols {
                if patience == 0 {
                    return false;
                }
                patience -= 1;
                finish(a, b, (i, start), &mut line[..width]);
            }
            let results = line.map(
                #[inline(always)]
                |x| Bool::from(x != 0),
            );
            c.set_run(i, start, &results[..width]);
        }
    }
    true
}

/// The first terms of a row of results: `line`, and which of `lines` the row `i` of `a` picks; and whether all are true.
#[inline(always)]
fn joined<I: Isa>(isa: I, a: Matrix<Bool>, i: usize, lines: &[Line], line: Line) -> (Line, bool) {
    isa.vectorize(
        #[inline(always)]
        move || {
            let mut line = line;
            for (first, lines) in (0..).step_by(STEP).zip(lines.chunks(STEP)) {
                for (p, terms) in (first..).zip(lines) {
                    let picked = u8::from(a.at(i, p).get()).wrapping_neg();
                    for k in 0..COLUMNS {
                        line[k] |= terms[k] & picked;
                    }
                }
                let least = line.iter().fold(1, |all, &x| all & x);
                if least != 0 {
                    return (line, true);
                }
            }
            (line, false)
        },
    )
}

/// Joins the terms after [`TERMS`] to the results from the place (`i`, `start`) on, until all are true.
fn finish(a: Matrix<Bool>, b: Matrix<Bool>, (i, start): (usize, usize), line: &mut [u8]) {
    let mut row = [Bool::FALSE; COLUMNS];
    let row = &mut row[..line.len()];
    for p in TERMS..a.cols {
        if !a.at(i, p).get() {
            continue;
        }
        b.copy_row(p, start, row);
        let mut full = 1;
        for (to, from) in line.iter_mut().zip(&*row) {
            *to |= u8::from(from.get());
            full &= *to;
        }
        if full != 0 {
            return;
        }
    }
}
