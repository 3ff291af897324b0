//! Matrices made zero outside the diagonal and what stands beside it, by Householder's reflections on both sides, which
//! leave the singular values as they are (Golub and Kahan, *Calculating the singular values and pseudo-inverse of a
//! matrix*, 1965).
//!
//! What reflections do to a column waits until the next one is known. Its product with the column is the column's element
//! in the row that the reflection on the other side is made of, and the multiple of the column that belongs to this: each
//! step passes over the matrix once (Howell, Demmel, Fulton, Hammarling and Marmol, *Cache efficient bidiagonalization
//! using BLAS 2.5 operators*, 2008).

use super::dense::filled;
use super::packs::{
    BESIDE, LANES, Pack, Packed, add_multiple, add_product, apart, dot, multiply_add, packs,
    packs_mut, reflection, start, sum,
};
use crate::Result;
use faer::MatRef;
use raptors_kernels::{Isa, Level, with_isa};

/// Scales from which sums of small products have lost digits.
const LOST: f64 = 1e125;

/// Room for matrices of one size, which have no fewer rows than columns.
pub(super) struct Bidiagonal {
    matrix: Packed,
    room: Vec<f64>,
}

impl Bidiagonal {
    pub(super) fn new(m: usize, n: usize) -> Result<Self> {
        Ok(Self {
            matrix: Packed::zeros(m, n)?,
            room: filled(4 * (m.next_multiple_of(LANES) + width(n)), 0.0)?,
        })
    }

    /// Writes the absolute values on both diagonals of `factor` times `a`: `beside[i]` stands beside element `i`.
    pub(super) fn compute(
        &mut self,
        a: MatRef<'_, f64>,
        factor: f64,
        diagonal: &mut [f64],
        beside: &mut [f64],
    ) {
        self.matrix.take(a, factor);
        let stride = self.matrix.stride();
        let (a, room) = (self.matrix.elements(), &mut self.room[..]);
        with_isa!(Level::get(), isa => isa.vectorize(
            #[inline(always)]
            || reduce(isa, (a, stride), room, diagonal, beside),
        ));
    }
}

/// The elements of a vector of whole packs that columns of zeros beyond the last one have a place in.
fn width(n: usize) -> usize {
    n.next_multiple_of(LANES) + LANES
}

#[inline(always)]
fn reduce<I: Isa>(
    _: I,
    (a, stride): (&mut [f64], usize),
    room: &mut [f64],
    diagonal: &mut [f64],
    beside: &mut [f64],
) {
    let n = diagonal.len();
    room.fill(0.0);
    let (high, wide) = room.split_at_mut(4 * stride);
    let mut high = high.chunks_exact_mut(stride.max(1));
    let mut wide = wide.chunks_exact_mut(width(n));
    let [Some(mut u), Some(mut next_u), Some(x), Some(along)] =
        core::array::from_fn(|_| high.next())
    else {
        return;
    };
    let [Some(sums), Some(row), Some(c), Some(d)] = core::array::from_fn(|_| wide.next()) else {
        return;
    };
    // Whether something waits to be done to the columns.
    let mut waits = false;
    for k in 0..n {
        let (before, after) = a.split_at_mut((k + 1) * stride);
        let (column, low) = (&mut before[k * stride..], start(k));
        let parts = u[low..].iter().zip(&x[low..]);
        for (element, (u, x)) in column[low..].iter_mut().zip(parts) {
            let left = multiply_add::<I>(-c[k], *u, *element);
            *element = multiply_add::<I>(-d[k], *x, left);
        }
        next_u[low..].copy_from_slice(&column[low..]);
        next_u[low..k].fill(0.0);
        let made = reflection::<I>(next_u, k);
        diagonal[k] = made.left.abs();
        if k + 1 == n {
            return;
        }
        let mut others = after.chunks_exact(stride).take(n - k - 1);
        if !waits && made.factor == 0.0 && others.all(|other| other[k] == 0.0) {
            // As in diagonal matrices.
            beside[k] = 0.0;
            continue;
        }
        along[low..].fill(0.0);
        let groups = after.chunks_exact_mut(BESIDE * stride);
        for (group, j) in groups.zip((k + 1..n).step_by(BESIDE)) {
            let of = |x: &[f64]| -> [f64; BESIDE] { core::array::from_fn(|i| x[j + i]) };
            let [found, elements] = pass::<I>(
                apart(group, stride),
                [packs(u), packs(x), packs(next_u)],
                packs_mut(along),
                [of(c), of(d)],
                (k, made.factor),
            );
            sums[j..j + BESIDE].copy_from_slice(&found);
            row[j..j + BESIDE].copy_from_slice(&elements);
        }
        let from = start(k + 1);
        row[from..=k].fill(0.0);
        sums[from..=k].fill(0.0);
        let other = reflection::<I>(row, k + 1);
        beside[k] = other.left.abs();
        let (mut scale, mut taken) = (other.scale, other.left * other.scale);
        if scale.abs() > LOST {
            along[low..].fill(0.0);
            for (column, v) in after.chunks_exact(stride).zip(&row[k + 1..n]) {
                for (along, x) in along[low..].iter_mut().zip(&column[low..]) {
                    *along += v * x;
                }
            }
            (scale, taken) = (1.0, 0.0);
        }
        let both = made.factor * dot::<I>(&sums[from..], &row[from..]);
        let parts = along[low..].iter().zip(&after[low..stride]);
        for ((x, u), (along, next)) in x[low..].iter_mut().zip(&next_u[low..]).zip(parts) {
            *x = multiply_add::<I>(-both, *u, multiply_add::<I>(-taken, *next, along * scale));
        }
        let parts = sums[from..].iter().zip(&row[from..]);
        for ((c, d), (sum, v)) in c[from..].iter_mut().zip(&mut d[from..]).zip(parts) {
            (*c, *d) = (made.factor * sum, other.factor * v);
        }
        core::mem::swap(&mut u, &mut next_u);
        waits = made.factor != 0.0 || other.factor != 0.0;
    }
}

/// Takes `c` times `u` and `d` times `x` off columns: gives the columns' products with `next_u`, of which the reflection
/// with this `factor` takes its parts, and what that leaves of their elements in row `k`; so many times the columns are
/// added to `along`.
#[inline(always)]
fn pass<I: Isa>(
    mut columns: [&mut [Pack]; BESIDE],
    [u, x, next_u]: [&[Pack]; 3],
    along: &mut [Pack],
    [c, d]: [[f64; BESIDE]; 2],
    (k, factor): (usize, f64),
) -> [[f64; BESIDE]; 2] {
    let (first, len) = (k / LANES, columns[0].len());
    let (u, x, next_u, along) = (&u[..len], &x[..len], &next_u[..len], &mut along[..len]);
    for column in &mut columns {
        *column = &mut core::mem::take(column)[..len];
    }
    let mut sums = [[0.0; LANES]; BESIDE];
    for p in first..len {
        for (i, column) in columns.iter_mut().enumerate() {
            let left = add_multiple::<I>(&column[p], -c[i], &u[p]);
            let left = add_multiple::<I>(&left, -d[i], &x[p]);
            column[p] = left;
            sums[i] = add_product::<I>(&sums[i], &left, &next_u[p]);
        }
    }
    let sums = sums.map(|x| sum(&x));
    let elements: [f64; BESIDE] =
        core::array::from_fn(|i| multiply_add::<I>(-factor, sums[i], columns[i][first][k % LANES]));
    for p in first..len {
        let mut more = along[p];
        for (i, column) in columns.iter().enumerate() {
            more = add_multiple::<I>(&more, elements[i], &column[p]);
        }
        along[p] = more;
    }
    [sums, elements]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagonals(m: usize, n: usize, a: &[f64]) -> [Vec<f64>; 2] {
        let (mut on, mut beside) = (vec![0.0; n], vec![0.0; n.saturating_sub(1)]);
        let a = MatRef::from_column_major_slice(a, m, n);
        Bidiagonal::new(m, n)
            .unwrap()
            .compute(a, 1.0, &mut on, &mut beside);
        [on, beside]
    }

    /// The sums of the squares of the singular values and of their squares, and the determinant, stay.
    #[test]
    fn what_belongs_to_the_singular_values_stays() {
        for (m, n) in (1..30).flat_map(|n| [(n, n), (n + 1, n), (2 * n + 5, n)]) {
            let at = |i: usize, j: usize| ((i * 17 + j * 29 + i * j * j) % 13) as f64 - 6.0;
            let a: Vec<f64> = (0..m * n).map(|k| at(k % m, k / m)).collect();
            let product = |i: usize, j: usize| (0..m).map(|k| at(k, i) * at(k, j)).sum::<f64>();
            let (mut squares, mut fourths) = (0.0, 0.0);
            for i in 0..n {
                squares += product(i, i);
                fourths += (0..n).map(|j| product(i, j).powi(2)).sum::<f64>();
            }
            let [on, beside] = diagonals(m, n, &a);
            let (mut sum, mut fourth) = (0.0, 0.0);
            for i in 0..n {
                let above = if i > 0 { beside[i - 1] } else { 0.0 };
                let here = on[i] * on[i] + above * above;
                sum += here;
                fourth += here * here;
                if i + 1 < n {
                    fourth += 2.0 * (on[i] * beside[i]).powi(2);
                }
            }
            assert!((sum - squares).abs() < 1e-13 * squares, "{m} {n}");
            assert!((fourth - fourths).abs() < 1e-13 * fourths, "{m} {n}");
        }
    }

    #[test]
    fn small_blocks_beside_great_ones_keep_their_digits() {
        for size in [1e-100, 1e-200, 1e-300] {
            let mut a = vec![0.0; 25];
            for (i, x) in [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0]
                .iter()
                .enumerate()
            {
                a[(i / 3 + 2) * 5 + i % 3 + 2] = x * size;
            }
            (a[0], a[6]) = (7.0, 8.0);
            let [on, beside] = diagonals(5, 5, &a);
            let whole = diagonals(3, 3, &[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0]);
            assert_eq!((on[0], on[1], beside[0], beside[1]), (7.0, 8.0, 0.0, 0.0));
            for (x, y) in on[2..]
                .iter()
                .chain(&beside[2..])
                .zip(whole.iter().flatten())
            {
                assert!(
                    (x / size - y).abs() < 1e-13,
                    "{size} {on:?} {beside:?} {whole:?}"
                );
            }
        }
    }
}
