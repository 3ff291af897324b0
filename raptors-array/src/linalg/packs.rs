//! Matrices of float64 whose columns are whole packs of eight rows, for loops that the compiler makes
//! vectors of: such a loop has no rest. What is in a pack beyond the last row is zero and stays it.

use super::dense::filled;
use crate::{Error, Result};
use core::array::from_fn;
use faer::MatRef;
use raptors_kernels::Isa;

/// Elements of a pack: those of the longest vectors, and of a line of a cache.
pub(super) const LANES: usize = 8;
pub(super) type Pack = [f64; LANES];
/// Columns that are passed over together, so that what belongs to the rows is read once for all of them.
pub(super) const BESIDE: usize = 4;

/// Squares below this have lost digits, or parts of them have.
const LOST: f64 = 1e-250;
/// What numbers are multiplied by where their squares are less: not even the greatest of them overflow.
const UP: f64 = super::range::power(800);

/// `x * y + z`, rounded once where that is one instruction.
#[inline(always)]
pub(super) fn multiply_add<I: Isa>(x: f64, y: f64, z: f64) -> f64 {
    if I::FMA { x.mul_add(y, z) } else { x * y + z }
}

/// `to + factor * x`.
#[inline(always)]
pub(super) fn add_multiple<I: Isa>(to: &Pack, factor: f64, x: &Pack) -> Pack {
    from_fn(|lane| multiply_add::<I>(factor, x[lane], to[lane]))
}

/// `to + x * y`.
#[inline(always)]
pub(super) fn add_product<I: Isa>(to: &Pack, x: &Pack, y: &Pack) -> Pack {
    from_fn(|lane| multiply_add::<I>(x[lane], y[lane], to[lane]))
}

/// The sum of the elements.
#[inline(always)]
pub(super) fn sum(x: &Pack) -> f64 {
    let halves: [f64; LANES / 2] = from_fn(|lane| x[lane] + x[lane + LANES / 2]);
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

/// The sum of the products of two vectors of whole packs.
#[inline(always)]
pub(super) fn dot<I: Isa>(x: &[f64], y: &[f64]) -> f64 {
    let pairs = packs(x).iter().zip(packs(y));
    sum(&pairs.fold([0.0; LANES], |sums, (x, y)| add_product::<I>(&sums, x, y)))
}

/// The greatest magnitude of whole packs of elements; NaN if one is no finite number.
#[inline(always)]
pub(super) fn largest<I: Isa>(x: &[f64]) -> f64 {
    let (mut most, mut odd) = ([0.0_f64; LANES], [0.0; LANES]);
    for x in packs(x) {
        let sizes = x.map(f64::abs);
        most = from_fn(|lane| {
            if sizes[lane] > most[lane] {
                sizes[lane]
            } else {
                most[lane]
            }
        });
        // What a finite number less itself is not.
        odd = from_fn(|lane| multiply_add::<I>(x[lane], 0.0, odd[lane]));
    }
    most.into_iter()
        .fold(sum(&odd), |a, b| if b > a { b } else { a })
}

#[inline(always)]
pub(super) fn packs(x: &[f64]) -> &[Pack] {
    x.as_chunks().0
}

#[inline(always)]
pub(super) fn packs_mut(x: &mut [f64]) -> &mut [Pack] {
    x.as_chunks_mut().0
}

/// The first of the elements that share a pack with element `i`.
#[inline(always)]
pub(super) fn start(i: usize) -> usize {
    i - i % LANES
}

/// The columns of a piece of a matrix that has [`BESIDE`] of them.
#[inline(always)]
pub(super) fn apart(columns: &mut [f64], stride: usize) -> [&mut [Pack]; BESIDE] {
    let (first, others) = columns.split_at_mut(stride);
    let (second, others) = others.split_at_mut(stride);
    let (third, fourth) = others.split_at_mut(stride);
    [first, second, third, fourth].map(packs_mut)
}

/// A reflection `I - factor v v.T`, and what it does to the vector that it was made for.
#[derive(Clone, Copy)]
pub(super) struct Reflection {
    /// The one element that remains.
    pub(super) left: f64,
    /// Zero where there is nothing to do.
    pub(super) factor: f64,
    /// What the other elements were multiplied by to become those of `v`.
    pub(super) scale: f64,
}

/// The reflection that leaves of `x` only element `at`, before which all of its pack are zero: the packs from there
/// on become its vector `v`, whose element `at` is one.
#[inline(always)]
pub(super) fn reflection<I: Isa>(x: &mut [f64], at: usize) -> Reflection {
    let left = core::mem::take(&mut x[at]);
    let x = &mut x[start(at)..];
    let (mut first, mut squares, mut up) = (left, dot::<I>(x, x), 1.0);
    if multiply_add::<I>(left, left, squares) < LOST && magnify(x, &mut squares) {
        (first, up) = (first * UP, UP);
    }
    let made = if squares == 0.0 {
        Reflection {
            left,
            factor: 0.0,
            scale: 0.0,
        }
    } else {
        let after = -multiply_add::<I>(first, first, squares)
            .sqrt()
            .copysign(first);
        let pivot = first - after;
        let scale = 1.0 / pivot;
        for x in &mut *x {
            *x *= scale;
        }
        Reflection {
            left: after / up,
            factor: -pivot / after,
            scale: scale * up,
        }
    };
    x[at % LANES] = 1.0;
    made
}

/// Makes elements great enough for their squares, and tells the sum of those: whether they are not all zero.
#[cold]
#[inline(never)]
fn magnify(x: &mut [f64], squares: &mut f64) -> bool {
    for x in &mut *x {
        *x *= UP;
    }
    *squares = x.iter().map(|x| x * x).sum();
    *squares != 0.0
}

/// A matrix in memory of its own, whose columns begin where lines of the cache do.
pub(super) struct Packed {
    elements: Vec<f64>,
    begin: usize,
    stride: usize,
    rows: usize,
    columns: usize,
}

impl Packed {
    pub(super) fn zeros(rows: usize, columns: usize) -> Result<Self> {
        Self::with_stride(rows.next_multiple_of(LANES), rows, columns)
    }

    /// As [`Packed::zeros`], with long columns apart by odd numbers of lines, so that neighbours of one row do not crowd few
    /// sets of a cache.
    pub(super) fn spread(rows: usize, columns: usize) -> Result<Self> {
        let lines = rows.div_ceil(LANES);
        let lines = if lines < LANES { lines } else { lines | 1 };
        Self::with_stride(lines * LANES, rows, columns)
    }

    fn with_stride(stride: usize, rows: usize, columns: usize) -> Result<Self> {
        // Behind the last column are zeros too, so that it may be passed over beside others.
        let all = stride.checked_mul(columns + BESIDE - 1);
        let elements = filled(all.ok_or(Error::TooBig)? + LANES, 0.0)?;
        let begin = elements.as_ptr().align_offset(size_of::<Pack>()).min(LANES);
        Ok(Self {
            elements,
            begin,
            stride,
            rows,
            columns,
        })
    }

    /// How many elements one column begins after the other.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// The elements column by column, and those of the columns of zeros behind them.
    pub(super) fn elements(&mut self) -> &mut [f64] {
        let all = self.stride * (self.columns + BESIDE - 1);
        &mut self.elements[self.begin..self.begin + all]
    }

    /// Copies the elements of `a`, which has the shape of this matrix, times a factor.
    pub(super) fn take(&mut self, a: MatRef<'_, f64>, factor: f64) {
        let (stride, rows, columns) = (self.stride(), self.rows, self.columns);
        let to = self.elements();
        to.fill(0.0);
        let to = to.chunks_exact_mut(stride.max(1)).take(columns);
        if let Some(a) = a.try_as_col_major() {
            for (to, j) in to.zip(0..) {
                for (to, x) in to.iter_mut().zip(a.col(j).as_slice()) {
                    *to = x * factor;
                }
            }
        } else if let Some(a) = a.try_as_row_major() {
            let to = self.elements();
            for first in (0..rows).step_by(LANES) {
                let lines: [&[f64]; LANES] = from_fn(|i| match first + i {
                    i if i < rows => a.row(i).as_slice(),
                    _ => &[],
                });
                for (to, j) in to.chunks_exact_mut(stride).take(columns).zip(0..) {
                    for (to, line) in to[first..first + LANES].iter_mut().zip(lines) {
                        *to = line.get(j).map_or(0.0, |x| x * factor);
                    }
                }
            }
        } else {
            for (i, j) in (0..columns).flat_map(|j| (0..rows).map(move |i| (i, j))) {
                self.elements()[j * stride + i] = a[(i, j)] * factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raptors_kernels::{Level, with_isa};

    fn reflected(x: &mut [f64], at: usize) -> Reflection {
        with_isa!(Level::get(), isa => with(isa, x, at))
    }

    fn with<I: Isa>(_: I, x: &mut [f64], at: usize) -> Reflection {
        reflection::<I>(x, at)
    }

    #[test]
    fn reflections_leave_one_element_of_any_size() {
        for exponent in [-1070, -1000, -600, -400, 0, 200] {
            let size = 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
            let mut x = [0.0; 16];
            x[9..13].copy_from_slice(&[3.0 * size, 4.0 * size, 0.0, 12.0 * size]);
            let vector = x;
            let made = reflected(&mut x, 9);
            assert_eq!(made.left, -13.0 * size);
            let along: f64 = x.iter().zip(vector).map(|(v, x)| v * (x / size)).sum();
            for i in 9..16 {
                let left = vector[i] / size - made.factor * along * x[i];
                let want = if i == 9 { -13.0 } else { 0.0 };
                assert!((left - want).abs() < 1e-14, "{exponent} {i} {left}");
            }
        }
        let mut x = [0.0; 8];
        (x[0], x[1]) = (2.0, 1e-130);
        let made = reflected(&mut x, 0);
        assert_eq!((made.left, made.factor, x[1]), (-2.0, 2.0, 2.5e-131));
        let mut x = [0.0; 8];
        x[2] = -5.0;
        let made = reflected(&mut x, 2);
        assert_eq!((made.left, made.factor), (-5.0, 0.0));
    }
}
