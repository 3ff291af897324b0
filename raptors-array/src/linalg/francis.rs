//! Eigenvalues of real matrices without eigenvectors: Francis' steps with two shifts at once (Francis, *The QR
//! transformation*, 1961 and 1962) on a Hessenberg matrix of few rows, whose columns stay in a cache.
//!
//! An element beside the diagonal is negligible as Ahues and Tisseur say (*A new deflation criterion for the QR
//! algorithm*, 1997), which keeps the digits of small eigenvalues. Only the block that is worked at is turned: what
//! stands above it belongs to eigenvectors.

use super::dense::filled;
use super::packs::{Packed, multiply_add, start};
use super::turn::{Turn, pair};
use super::{balance, hessenberg};
use crate::Result;
use faer::MatRef;
use raptors_kernels::dtype::Complex64;
use raptors_kernels::{Isa, Level, with_isa};

/// Steps for each row, after which something is wrong; two for each eigenvalue are usual.
const MOST: usize = 30;
/// Steps without an eigenvalue after which the shifts come from elsewhere, as they may go round in circles.
const CIRCLE: usize = 10;
/// Such shifts are the eigenvalues of two rows and columns: what is added to the elements on the diagonal, and the one
/// above, in parts of the sum of two elements below.
const ELSEWHERE: [f64; 2] = [0.75, -0.4375];

/// Room for eigenvalues without eigenvectors.
pub(super) struct Alone {
    matrix: Packed,
    room: Vec<f64>,
}

impl Alone {
    pub(super) fn new(n: usize) -> Result<Self> {
        let matrix = Packed::zeros(n, n)?;
        let room = filled(hessenberg::room(matrix.stride()), 0.0)?;
        Ok(Self { matrix, room })
    }

    /// The eigenvalues of `a`, whose elements are finite and not at the ends of the range: whether they were found.
    pub(super) fn compute(&mut self, a: MatRef<'_, f64>, values: &mut [Complex64]) -> bool {
        self.matrix.take(a, 1.0);
        let stride = self.matrix.stride();
        let (a, room) = (self.matrix.elements(), &mut self.room[..]);
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || found(isa, (a, stride), room, values),
        ))
    }
}

#[inline(always)]
fn found<I: Isa>(
    _: I,
    (a, stride): (&mut [f64], usize),
    room: &mut [f64],
    values: &mut [Complex64],
) -> bool {
    let n = values.len();
    let range = balance::balance(a, stride, n);
    let m = range.len();
    if m < n {
        for (i, value) in values.iter_mut().enumerate() {
            *value = Complex64::new(a[i * stride + i], 0.0);
        }
        for j in 0..m {
            let from = (range.start + j) * stride;
            a.copy_within(from + range.start..from + range.end, j * stride);
            a[j * stride + m..(j + 1) * stride].fill(0.0);
        }
        a[m * stride..].fill(0.0);
    }
    hessenberg::reduce::<I>(a, stride, m, room);
    Block { h: a, stride }.eigenvalues::<I>(&mut values[range])
}

/// A Hessenberg matrix, column by column.
struct Block<'a> {
    h: &'a mut [f64],
    stride: usize,
}

impl Block<'_> {
    #[inline(always)]
    fn at(&self, i: usize, j: usize) -> f64 {
        self.h[j * self.stride + i]
    }

    /// The eigenvalues of the first rows and columns, as many as there is room for: whether they were found.
    #[inline(always)]
    fn eigenvalues<I: Isa>(&mut self, values: &mut [Complex64]) -> bool {
        let n = values.len();
        let tiny = f64::MIN_POSITIVE / f64::EPSILON * n as f64;
        let (mut end, mut steps, mut left) = (n, 0, MOST * n.max(10));
        while end > 0 {
            let last = end - 1;
            let first = self.first(last, tiny);
            if first > 0 {
                self.h[(first - 1) * self.stride + first] = 0.0;
            }
            if first == last {
                values[last] = Complex64::new(self.at(last, last), 0.0);
            } else if first + 1 == last {
                values[first..end].copy_from_slice(&pair(self.corner(last)));
            } else {
                if left == 0 {
                    return false;
                }
                (steps, left) = (steps + 1, left - 1);
                let shifts = self.shifts(first, last, steps);
                let (middle, column) = self.begin(first, last, shifts);
                self.step::<I>([first, middle, last], column);
                continue;
            }
            (end, steps) = (first, 0);
        }
        true
    }

    /// The first row of the block that ends in row `last` and stands alone.
    #[inline(always)]
    fn first(&self, last: usize, tiny: f64) -> usize {
        for k in (1..=last).rev() {
            let below = self.at(k, k - 1).abs();
            let (a, d) = (self.at(k - 1, k - 1), self.at(k, k));
            let mut near = a.abs() + d.abs();
            if near == 0.0 {
                near += if k > 1 {
                    self.at(k - 1, k - 2).abs()
                } else {
                    0.0
                };
                near += if k < last {
                    self.at(k + 1, k).abs()
                } else {
                    0.0
                };
            }
            if below <= tiny || below <= f64::EPSILON * near && self.is_negligible(k, tiny) {
                return k;
            }
        }
        0
    }

    /// Whether the element before the diagonal in row `k` makes no difference to the eigenvalues of the four around it.
    fn is_negligible(&self, k: usize, tiny: f64) -> bool {
        let [a, above, below, d] = self.corner(k);
        let (above, below, apart) = (above.abs(), below.abs(), (a - d).abs());
        let (greater, lesser) = (above.max(below), above.min(below));
        let (far, near) = (d.abs().max(apart), d.abs().min(apart));
        let sum = far + greater;
        lesser * (greater / sum) <= tiny.max(f64::EPSILON * (near * (far / sum)))
    }

    /// The four elements of row `k`, the one before it, and their columns, row by row.
    #[inline(always)]
    fn corner(&self, k: usize) -> [f64; 4] {
        let (i, j) = (k - 1, k);
        [self.at(i, i), self.at(i, j), self.at(j, i), self.at(j, j)]
    }

    /// What is taken off the diagonal in a step: two real numbers or a pair.
    #[inline(always)]
    fn shifts(&self, first: usize, last: usize, steps: usize) -> [Complex64; 2] {
        if steps.is_multiple_of(CIRCLE) {
            let (k, i) = if steps.is_multiple_of(2 * CIRCLE) {
                (last, last)
            } else {
                (first + 2, first)
            };
            let size = self.at(k, k - 1).abs() + self.at(k - 1, k - 2).abs();
            let center = self.at(i, i) + ELSEWHERE[0] * size;
            return pair([center, ELSEWHERE[1] * size, size, center]);
        }
        let corner = self.corner(last);
        let [x, y] = pair(corner);
        if x.im != 0.0 {
            return [x, y];
        }
        let distance = |x: Complex64| (x.re - corner[3]).abs();
        [if distance(x) <= distance(y) { x } else { y }; 2]
    }

    /// Where a step may begin, and what of the first column of the product of both shifted matrices is not zero.
    #[inline(always)]
    fn begin(&self, first: usize, last: usize, [x, y]: [Complex64; 2]) -> (usize, [f64; 3]) {
        let mut k = last - 2;
        loop {
            let (a, d, below) = (self.at(k, k), self.at(k + 1, k + 1), self.at(k + 1, k));
            let inverse = 1.0 / ((a - y.re).abs() + y.im.abs() + below.abs());
            let part = below * inverse;
            let column = [
                (a - x.re) * ((a - y.re) * inverse) - x.im * (y.im * inverse)
                    + part * self.at(k, k + 1),
                part * (a + d - x.re - y.re),
                part * self.at(k + 2, k + 1),
            ];
            if k == first {
                return (k, column);
            }
            // Two elements beside the diagonal that are both small, if not negligible, are as good as one.
            let [above, middle, low] = column.map(f64::abs);
            let near = self.at(k - 1, k - 1).abs() + a.abs() + d.abs();
            let small = self.at(k, k - 1).abs() * (middle + low) <= f64::EPSILON * above * near;
            if small && above > f64::MIN_POSITIVE {
                return (k, column);
            }
            k -= 1;
        }
    }

    /// One step on the block of rows `first..=last`, from row `middle` on: reflections of three rows and columns, each
    /// of which makes one column what it was before the last one.
    #[inline(always)]
    fn step<I: Isa>(&mut self, [first, middle, last]: [usize; 3], mut column: [f64; 3]) {
        let stride = self.stride;
        let top = start(first);
        for k in middle..last {
            let three = k + 1 < last;
            let Turn { left, v, w } = Turn::of::<I>(column);
            if k > middle {
                let before = &mut self.h[(k - 1) * stride + k..][..3];
                before[..2].copy_from_slice(&[left, 0.0]);
                if three {
                    before[2] = 0.0;
                }
            } else if k > first {
                self.h[(k - 1) * stride + k] *= 1.0 - w[0];
            }
            let turn = |x: f64, y: f64, z: f64| {
                let along = multiply_add::<I>(v[0], y, multiply_add::<I>(v[1], z, x));
                [
                    multiply_add::<I>(-w[0], along, x),
                    multiply_add::<I>(-w[1], along, y),
                    multiply_add::<I>(-w[2], along, z),
                ]
            };
            let columns = &mut self.h[k * stride..(last + 1) * stride];
            if !three {
                for column in columns.chunks_exact_mut(stride) {
                    [column[k], column[k + 1], _] = turn(column[k], column[k + 1], 0.0);
                }
                let (x, y) = columns.split_at_mut(stride);
                let rows = top..=last;
                for (x, y) in x[rows.clone()].iter_mut().zip(&mut y[rows]) {
                    [*x, *y, _] = turn(*x, *y, 0.0);
                }
                return;
            }
            for column in columns.chunks_exact_mut(stride) {
                if let [x, y, z, ..] = &mut column[k..] {
                    [*x, *y, *z] = turn(*x, *y, *z);
                }
            }
            let (x, others) = columns.split_at_mut(stride);
            let (y, z) = others.split_at_mut(stride);
            // The rows that the next reflection needs: one by one, as they were written one by one.
            let near = start(k).max(top);
            for i in (near..=last.min(k + 3)).rev() {
                [x[i], y[i], z[i]] = turn(x[i], y[i], z[i]);
            }
            let below = if k + 2 < last { x[k + 3] } else { 0.0 };
            column = [x[k + 1], x[k + 2], below];
            let places = x[top..near].iter_mut().zip(&mut y[top..near]);
            for ((x, y), z) in places.zip(&mut z[top..near]) {
                [*x, *y, *z] = turn(*x, *y, *z);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::range::power;

    /// The eigenvalues of a matrix that is given row by row.
    fn eigenvalues(n: usize, a: &[f64]) -> Option<Vec<Complex64>> {
        let mut values = vec![Complex64::new(0.0, 0.0); n];
        let mut alone = Alone::new(n).unwrap();
        let done = alone.compute(MatRef::from_row_major_slice(a, n, n), &mut values);
        done.then_some(values)
    }

    #[test]
    fn known_ones_are_found() {
        assert_eq!(eigenvalues(0, &[]), Some(vec![]));
        for n in 1..50 {
            // A chain of twos with ones beside them, and the same one skew: cosines.
            for sign in [1.0, -1.0] {
                let mut a = vec![0.0; n * n];
                for i in 0..n {
                    a[i * n + i] = 2.0;
                    if i > 0 {
                        a[i * n + i - 1] = 1.0;
                        a[(i - 1) * n + i] = sign;
                    }
                }
                let mut found: Vec<f64> = eigenvalues(n, &a)
                    .unwrap()
                    .iter()
                    .map(|x| if sign > 0.0 { x.re } else { 2.0 + x.im })
                    .collect();
                found.sort_by(f64::total_cmp);
                for (i, value) in found.iter().enumerate() {
                    let angle = (i + 1) as f64 * core::f64::consts::PI / (n + 1) as f64;
                    let want = 2.0 - 2.0 * angle.cos();
                    assert!(
                        (value - want).abs() < 2e-14 * n as f64,
                        "{n} {value} {want}"
                    );
                }
            }
        }
    }

    /// Roots of one, which shifts from the corner never come near.
    #[test]
    fn circles_are_left() {
        for n in 3..40 {
            let mut a = vec![0.0; n * n];
            for i in 0..n {
                a[i * n + (i + 1) % n] = 1.0;
            }
            for value in eigenvalues(n, &a).unwrap() {
                assert!((value.norm() - 1.0).abs() < 1e-13);
                assert!((value.powu(n as u32) - 1.0).norm() < 1e-11, "{n} {value}");
            }
        }
    }

    #[test]
    fn traces_and_pairs_stay() {
        for n in 1..60_usize {
            let at = |i: usize, j: usize| (((i * i + 3 * j) * 7919 + i * j) % 97) as f64 - 40.0;
            let a: Vec<f64> = (0..n * n).map(|i| at(i / n, i % n)).collect();
            let trace: f64 = (0..n).map(|i| at(i, i)).sum();
            let square: f64 = (0..n * n)
                .map(|i| at(i / n, i % n) * at(i % n, i / n))
                .sum();
            let found = eigenvalues(n, &a).unwrap();
            let sum: Complex64 = found.iter().sum();
            let squares: Complex64 = found.iter().map(|x| x * x).sum();
            let size = 60.0 * n as f64;
            assert!((sum - trace).norm() < 1e-13 * size * n as f64, "{n}");
            assert!((squares - square).norm() < 1e-13 * size * size, "{n}");
            let mut pairs = found.iter().filter(|x| x.im != 0.0);
            while let Some(first) = pairs.next() {
                assert!(first.im > 0.0 && pairs.next() == Some(&first.conj()));
            }
        }
    }

    /// What stands alone is set aside, whatever is left.
    #[test]
    fn triangles_around_blocks_are_found() {
        for n in 3..40_usize {
            for (from, to) in (0..n).flat_map(|i| (i..n).step_by(3).map(move |j| (i, j))) {
                let mut a = vec![0.0; n * n];
                for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                    let inside = (from..=to).contains(&i) && (from..=to).contains(&j);
                    if inside || j > i {
                        a[i * n + j] = ((i * 7 + j * j * 5) % 11) as f64 + 1.0;
                    }
                    a[i * n + j] += if i == j { 100.0 * i as f64 } else { 0.0 };
                }
                let found = eigenvalues(n, &a).unwrap();
                for i in (0..n).filter(|i| !(from..=to).contains(i)) {
                    assert_eq!(found[i].re, a[i * n + i]);
                }
                let trace: f64 = (from..=to).map(|i| a[i * n + i]).sum();
                let sum: Complex64 = found[from..=to].iter().sum();
                assert!(
                    (sum - trace).norm() < 1e-12 * trace.abs(),
                    "{n} {from} {to}"
                );
            }
        }
    }

    #[test]
    fn small_blocks_beside_great_ones_are_found() {
        for exponent in [0, -30, -400, -700] {
            let size = power(exponent);
            let mut a = vec![0.0; 36];
            for (i, x) in [0.0, 1.0, 2.0, 1.0, 0.0, 3.0, -4.0, 1.0, 1.0]
                .iter()
                .enumerate()
            {
                a[i / 3 * 6 + i % 3] = *x;
                a[(3 + i / 3) * 6 + 3 + i % 3] = x * size;
            }
            let found = eigenvalues(6, &a).unwrap();
            let (great, small) = found.split_at(3);
            for x in small {
                let near = |y: &Complex64| (x / size - y).norm() < 1e-13;
                assert!(great.iter().any(near), "{exponent} {found:?}");
            }
        }
    }
}
