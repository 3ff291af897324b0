//! Values of a piecewise linear function.

use crate::{
    isa::{Isa, Level},
    order::window,
    with_isa,
};
use core::hint::select_unpredictable;

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
        let (many, rest) = x.as_chunks::<BESIDE>();
        let (outs, rest_out) = out.as_chunks_mut::<BESIDE>();
        if points.x.len() <= FEW {
            let slopes = slopes(points);
            for (x, out) in many.iter().zip(outs) {
                *out = among_few(points, &slopes, x);
            }
        } else {
            let mut start = 0;
            let [low, high] = [points.x[0], points.x[points.x.len() - 1]];
            for (x, out) in many.iter().zip(outs) {
                // Many may lie on one side of all points.
                let (mut before, mut behind) = (true, true);
                for &x in x {
                    before &= x < low;
                    behind &= x > high;
                }
                if before || behind {
                    *out = [if before { points.left } else { points.right }; BESIDE];
                    continue;
                }
                let (first, len) = part(points.x, start, x);
                let starts = starts(points.x, first, len, x);
                start = starts[BESIDE - 1];
                *out = if len == 1 {
                    on_one(points, x, first)
                } else {
                    values(points, x, &starts)
                };
            }
        }
        let mut interval = 0;
        for (out, &x) in rest_out.iter_mut().zip(rest) {
            *out = value(points, x, &mut interval);
        }
    }));
}

/// Values that are found side by side: their loads wait for memory, but not for each other.
const BESIDE: usize = 16;

/// Points up to which comparing with all of them takes less than to look for the interval and to
/// gather what is known of it: a comparison by vectors is three selections.
const FEW: usize = 8;

/// The first of `xs`, and how many, among which the points before every `x` are: few where the numbers
/// are in order, rising or falling, and follow one that lies in the interval from `start` on.
#[inline(always)]
fn part(xs: &[f64], start: usize, x: &[f64; BESIDE]) -> (usize, usize) {
    let (one, other) = (x[0], x[BESIDE - 1]);
    let (least, most) = (one.min(other), one.max(other));
    // NaN lies between no numbers.
    if !x
        .iter()
        .fold(true, |all, &x| all & (least..=most).contains(&x))
    {
        return (0, xs.len());
    }
    let not_above = |x: f64| move |i: usize| xs[i] <= x;
    let (first, end) = window(xs.len(), start + 1, not_above(least), not_above(most));
    // The point before the first place is that of an interval, too.
    let first = first.saturating_sub(1);
    (first, (end - first).max(1))
}

/// The slope from each of [`FEW`] points to the next one.
#[inline(always)]
fn slopes(points: &Points<'_>) -> [f64; FEW] {
    let mut slopes = [0.0; FEW];
    let sides = points.x.windows(2).zip(points.y.windows(2));
    for (slope, (x, y)) in slopes.iter_mut().zip(sides) {
        *slope = (y[1] - y[0]) / (x[1] - x[0]);
    }
    slopes
}

/// The values at every `x` where there are [`FEW`] points.
#[inline(always)]
fn among_few(points: &Points<'_>, slopes: &[f64; FEW], x: &[f64; BESIDE]) -> [f64; BESIDE] {
    let (mut x1, mut y1) = ([points.x[0]; BESIDE], [points.y[0]; BESIDE]);
    let mut slope = [slopes[0]; BESIDE];
    for ((&from, &y), &next) in points.x.iter().zip(points.y).zip(slopes).skip(1) {
        for i in 0..BESIDE {
            let reached = from <= x[i];
            x1[i] = if reached { from } else { x1[i] };
            y1[i] = if reached { y } else { y1[i] };
            slope[i] = if reached { next } else { slope[i] };
        }
    }
    let lines = Lines {
        x: x1,
        y: y1,
        slope,
    };
    along(points, x, &lines, &[0; BESIDE])
}

/// The values at every `x`, all in the interval from `start` on.
#[inline(always)]
fn on_one(points: &Points<'_>, x: &[f64; BESIDE], start: usize) -> [f64; BESIDE] {
    let (xs, ys) = (points.x, points.y);
    let end = (start + 1).min(xs.len() - 1);
    let lines = Lines {
        x: [xs[start]; BESIDE],
        y: [ys[start]; BESIDE],
        slope: [(ys[end] - ys[start]) / (xs[end] - xs[start]); BESIDE],
    };
    along(points, x, &lines, &[start; BESIDE])
}

/// The values at every `x`, in the intervals from `starts` on.
#[inline(always)]
fn values(points: &Points<'_>, x: &[f64; BESIDE], starts: &[usize; BESIDE]) -> [f64; BESIDE] {
    let (xs, ys) = (points.x, points.y);
    let last = xs.len() - 1;
    let (mut x1, mut y1) = ([0.0; BESIDE], [0.0; BESIDE]);
    let (mut x2, mut y2) = ([0.0; BESIDE], [0.0; BESIDE]);
    // Arrays' `map` would be calls of functions without the level's instructions.
    for i in 0..BESIDE {
        let (start, end) = (starts[i], (starts[i] + 1).min(last));
        (x1[i], y1[i]) = (xs[start], ys[start]);
        (x2[i], y2[i]) = (xs[end], ys[end]);
    }
    let mut slope = [0.0; BESIDE];
    for i in 0..BESIDE {
        slope[i] = (y2[i] - y1[i]) / (x2[i] - x1[i]);
    }
    let lines = Lines {
        x: x1,
        y: y1,
        slope,
    };
    along(points, x, &lines, starts)
}

/// Lines by a point on each, and its slope.
struct Lines {
    x: [f64; BESIDE],
    y: [f64; BESIDE],
    slope: [f64; BESIDE],
}

/// The values at every `x`, each on its line, without branches but for rare ones, which are looked for
/// from the intervals after `starts` on.
#[inline(always)]
fn along(
    points: &Points<'_>,
    x: &[f64; BESIDE],
    lines: &Lines,
    starts: &[usize; BESIDE],
) -> [f64; BESIDE] {
    let xs = points.x;
    let last = xs.len() - 1;
    let (mut out, mut rare) = ([0.0; BESIDE], false);
    for i in 0..BESIDE {
        let line = lines.slope[i] * (x[i] - lines.x[i]) + lines.y[i];
        let inside = if x[i] == lines.x[i] { lines.y[i] } else { line };
        let known = if x[i] > xs[last] {
            points.right
        } else {
            inside
        };
        out[i] = if x[i] < xs[0] { points.left } else { known };
        rare |= out[i].is_nan();
    }
    if rare {
        for (out, (&x, &start)) in out.iter_mut().zip(x.iter().zip(starts)) {
            *out = value(points, x, &mut { start });
        }
    }
    out
}

/// For every `x` the number of the last of `xs` that is not above it, `first` where there is none, of
/// the `len` from there on.
#[inline(always)]
fn starts(xs: &[f64], first: usize, len: usize, x: &[f64; BESIDE]) -> [usize; BESIDE] {
    let (mut starts, mut len) = ([first; BESIDE], len);
    while len > 1 {
        let half = len / 2;
        for (start, &x) in starts.iter_mut().zip(x) {
            let middle = *start + half;
            // A jump would be foretold wrongly every second time.
            *start = select_unpredictable(xs[middle] <= x, middle, *start);
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
    fn numbers_in_any_order_get_the_values_that_each_gets_alone() {
        for len in [1_usize, 2, 3, 8, 9, 10, 40, 300] {
            // Points with equal abscissae among them, and one at infinity.
            let xs: Vec<f64> = (0..len).map(|i| (i / 3 * i) as f64).collect();
            let ys: Vec<f64> = (0..len).map(|i| (i * 7 % 11) as f64 - 4.0).collect();
            let mut far = ys.clone();
            far[len / 2] = f64::INFINITY;
            let most = xs[len - 1];
            let rising: Vec<f64> = (0..200)
                .map(|i| f64::from(i) * (most + 4.0) / 190.0 - 2.0)
                .collect();
            let falling: Vec<f64> = rising.iter().rev().copied().collect();
            let mixed: Vec<f64> = (0..200).map(|i| rising[i * 77 % 200].round()).collect();
            let close: Vec<f64> = (0..200).map(|i| rising[i ^ 5] / 20.0).collect();
            let mut gaps = rising.clone();
            gaps[37] = f64::NAN;
            for ys in [&ys, &far] {
                let points = Points {
                    x: &xs,
                    y: ys,
                    left: -1.0,
                    right: -2.0,
                };
                for x in [&rising, &falling, &mixed, &close, &gaps] {
                    let mut got = vec![0.0; x.len()];
                    interp(&points, x, &mut got);
                    for (&x, got) in x.iter().zip(got) {
                        let mut alone = [0.0];
                        interp(&points, &[x], &mut alone);
                        let same = got == alone[0] || got.is_nan() && alone[0].is_nan();
                        assert!(same, "{len} points: {got} at {x}, alone {}", alone[0]);
                    }
                }
            }
        }
    }
}
