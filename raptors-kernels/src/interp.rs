//! Values of a piecewise linear function.

use crate::{
    isa::{Isa, Level},
    order::{NEAR, hunt},
    with_isa,
};

/// The function through points with rising abscissae, and its values beyond them.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    /// The abscissae: at least one, none smaller than the one before it.
    pub x: &'a [f64],
    /// The ordinates, as many.
    pub y: &'a [f64],
    /// The value before the first point.
    pub left: f64,
    /// The value behind the last point.
    pub right: f64,
}

/// The values of the function at every `x`; NaN at NaN, but for a single point.
///
/// The line of an interval starts at its left point, and at the right one where that gives NaN, as
/// with points at infinity.
///
/// # Panics
///
/// If lengths differ, or there are no points.
pub fn interp(points: &Points<'_>, x: &[f64], out: &mut [f64]) {
    assert_eq!(x.len(), out.len(), "sizes differ");
    assert_eq!(points.x.len(), points.y.len(), "sizes differ");
    with_isa!(Level::get(), isa => isa.vectorize(#[inline(always)] || {
        let (many, few) = x.as_chunks::<BESIDE>();
        let (outs, rest) = out.as_chunks_mut::<BESIDE>();
        let mut interval = 0;
        for (x, out) in many.iter().zip(outs) {
            let near = points.x.get(interval + NEAR);
            let near = near.is_none_or(|&point| point > x[BESIDE - 1]);
            let starts = if near && x.is_sorted() {
                // Numbers in order are found one after the other.
                x.map(|x| {
                    interval = hunt(points.x.len(), interval, |i| points.x[i] <= x);
                    interval.saturating_sub(1)
                })
            } else {
                let starts = starts(points.x, x);
                interval = starts[BESIDE - 1];
                starts
            };
            *out = values(points, x, starts);
        }
        interval = 0;
        for (out, &x) in rest.iter_mut().zip(few) {
            *out = value(points, x, &mut interval);
        }
    }));
}

/// Values that are found side by side: their loads wait for memory, but not for each other.
const BESIDE: usize = 16;

/// The values at every `x`, in the intervals from `starts` on, without branches but for rare ones.
#[inline(always)]
fn values(points: &Points<'_>, x: &[f64; BESIDE], starts: [usize; BESIDE]) -> [f64; BESIDE] {
    let (xs, ys) = (points.x, points.y);
    let last = xs.len() - 1;
    let ends = starts.map(|start| (start + 1).min(last));
    let ([x1, y1], [x2, y2]) = (
        [xs, ys].map(|line| starts.map(|i| line[i])),
        [xs, ys].map(|line| ends.map(|i| line[i])),
    );
    let (mut out, mut rare) = ([0.0; BESIDE], last == 0);
    for i in 0..BESIDE {
        let slope = (y2[i] - y1[i]) / (x2[i] - x1[i]);
        let line = slope * (x[i] - x1[i]) + y1[i];
        let inside = if x[i] == x1[i] { y1[i] } else { line };
        let known = if x[i] > xs[last] {
            points.right
        } else {
            inside
        };
        out[i] = if x[i] < xs[0] { points.left } else { known };
        rare |= out[i].is_nan();
    }
    if rare {
        for (out, (&x, &start)) in out.iter_mut().zip(x.iter().zip(&starts)) {
            *out = value(points, x, &mut { start });
        }
    }
    out
}

/// For every `x` the number of the last of `xs` that is not above it, zero where there is none.
#[inline(always)]
fn starts(xs: &[f64], x: &[f64; BESIDE]) -> [usize; BESIDE] {
    let mut starts = [0; BESIDE];
    let mut len = xs.len();
    while len > 1 {
        let half = len / 2;
        for (start, &x) in starts.iter_mut().zip(x) {
            let middle = *start + half;
            *start = if xs[middle] <= x { middle } else { *start };
        }
        len -= half;
    }
    starts
}

/// The value at `x`. `interval` is where the last one was found: sorted values walk along.
#[inline(always)]
fn value(points: &Points<'_>, x: f64, interval: &mut usize) -> f64 {
    let (xs, ys) = (points.x, points.y);
    let last = xs.len() - 1;
    if x.is_nan() {
        // A single point is the function everywhere: NumPy's answer.
        return if last == 0 { ys[0] } else { x };
    }
    if x < xs[0] {
        return points.left;
    }
    if x > xs[last] {
        return points.right;
    }
    let holds = |i: usize| i < last && xs[i] <= x && x < xs[i + 1];
    if !holds(*interval) {
        *interval = if holds(*interval + 1) {
            *interval + 1
        } else {
            xs.partition_point(|&point| point <= x).saturating_sub(1)
        };
    }
    let i = *interval;
    if i >= last || xs[i] == x {
        return ys[i.min(last)];
    }
    let slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]);
    let from_left = slope * (x - xs[i]) + ys[i];
    if !from_left.is_nan() {
        return from_left;
    }
    let from_right = slope * (x - xs[i + 1]) + ys[i + 1];
    if from_right.is_nan() && ys[i] == ys[i + 1] {
        ys[i]
    } else {
        from_right
    }
}

#[cfg(test)]
mod tests {
    use super::{Points, interp};

    #[test]
    fn lines_between_points() {
        let points = Points {
            x: &[0.0, 1.0, 3.0],
            y: &[1.0, 2.0, 0.0],
            left: -1.0,
            right: -2.0,
        };
        let x = [-0.5, 0.0, 0.25, 1.0, 2.5, 3.0, 3.5, 0.5, f64::NAN];
        let mut out = [0.0; 9];
        interp(&points, &x, &mut out);
        assert_eq!(out[..8], [-1.0, 1.0, 1.25, 2.0, 0.5, 0.0, -2.0, 1.5]);
        assert!(out[8].is_nan());
    }

    #[test]
    fn one_point() {
        let points = Points {
            x: &[1.0],
            y: &[5.0],
            left: 0.0,
            right: 9.0,
        };
        let mut out = [0.0; 3];
        interp(&points, &[0.0, 1.0, 2.0], &mut out);
        assert_eq!(out, [0.0, 5.0, 9.0]);
    }

    #[test]
    fn numbers_in_order_get_the_values_that_others_get() {
        let xs: Vec<f64> = (0..50).map(|i| f64::from(i * i)).collect();
        let ys: Vec<f64> = (0..50).map(|i| f64::from(i * 7 % 11)).collect();
        let points = Points {
            x: &xs,
            y: &ys,
            left: -1.0,
            right: -2.0,
        };
        let x: Vec<f64> = (-20..2600).map(f64::from).collect();
        let mut turned = x.clone();
        turned.reverse();
        let (mut got, mut want) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        interp(&points, &x, &mut got);
        interp(&points, &turned, &mut want);
        want.reverse();
        assert_eq!(got, want);
    }
}
