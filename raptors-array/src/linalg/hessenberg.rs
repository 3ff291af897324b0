//! Matrices made zero below the elements beside the diagonal, by Householder's reflections on both sides, which leave the
//! eigenvalues as they are.
//!
//! What a reflection does to a column waits until the next one is known and needs products with the column:
//! each step passes over the matrix once (as in Howell, Demmel, Fulton, Hammarling and Marmol, *Cache efficient
//! bidiagonalization using BLAS 2.5 operators*, 2008).

use super::packs::{
    BESIDE, LANES, Pack, add_multiple, add_product, apart, dot, multiply_add, packs, packs_mut,
    reflection, start, sum,
};
use raptors_kernels::Isa;

/// How many numbers [`reduce`] needs room for.
pub(super) fn room(stride: usize) -> usize {
    7 * width(stride)
}

/// The elements of a vector of whole packs that columns of zeros beyond the last one have a place in.
fn width(stride: usize) -> usize {
    stride + LANES
}

/// Reduces a matrix of `n` columns, each `stride` elements after the one before, which are zero from row `n` on, as are three
/// columns more.
#[inline(always)]
pub(super) fn reduce<I: Isa>(a: &mut [f64], stride: usize, n: usize, room: &mut [f64]) {
    if n < 3 {
        return;
    }
    room.fill(0.0);
    let mut vectors = room.chunks_exact_mut(width(stride));
    let [
        Some(mut y),
        Some(mut v),
        Some(mut next_y),
        Some(mut next_v),
        Some(sums),
        Some(c),
        Some(d),
    ] = core::array::from_fn(|_| vectors.next())
    else {
        return;
    };
    for k in 0..n - 2 {
        let (before, after) = a.split_at_mut((k + 1) * stride);
        let (column, low) = (&mut before[k * stride..], start(k));
        subtract::<I>(column, [y, v], [c[k], d[k]], low);
        next_v[low..=k].fill(0.0);
        next_v[k + 1..stride].copy_from_slice(&column[k + 1..]);
        let made = reflection::<I>(next_v, k + 1);
        column[k + 1] = made.left;
        column[k + 2..].fill(0.0);
        next_y.fill(0.0);
        let groups = after.chunks_exact_mut(BESIDE * stride);
        for (group, j) in groups.zip((k + 1..n).step_by(BESIDE)) {
            let of = |x: &[f64]| -> [f64; BESIDE] { core::array::from_fn(|i| x[j + i]) };
            let found = pass::<I>(
                apart(group, stride),
                [packs(y), packs(v)],
                (packs_mut(next_y), packs(next_v)),
                [of(c), of(d), of(next_v)],
                low / LANES,
            );
            sums[j..j + BESIDE].copy_from_slice(&found);
        }
        let factor = made.factor;
        let both = factor * dot::<I>(&next_v[low..], &next_y[low..]);
        let places = c[low..].iter_mut().zip(&mut d[low..]);
        for ((c, d), (sum, v)) in places.zip(sums[low..].iter().zip(&next_v[low..])) {
            *c = factor * v;
            *d = factor * (sum - both * v);
        }
        core::mem::swap(&mut y, &mut next_y);
        core::mem::swap(&mut v, &mut next_v);
    }
    for j in n - 2..n {
        let column = &mut a[j * stride..(j + 1) * stride];
        subtract::<I>(column, [y, v], [c[j], d[j]], start(n - 3));
    }
}

/// Takes multiples of two vectors off a column, of the second one only from element `low` on.
#[inline(always)]
fn subtract<I: Isa>(column: &mut [f64], [y, v]: [&[f64]; 2], [c, d]: [f64; 2], low: usize) {
    for (x, y) in column.iter_mut().zip(y) {
        *x = multiply_add::<I>(-c, *y, *x);
    }
    for (x, v) in column[low..].iter_mut().zip(&v[low..]) {
        *x = multiply_add::<I>(-d, *v, *x);
    }
}

/// Takes `c` times `y` and `d` times `v` off columns, adds `next_v` times the columns to `next_y`, and gives the products
/// of the columns with `next_v`. Both vectors `v` are zero before pack `first`.
#[inline(always)]
fn pass<I: Isa>(
    mut columns: [&mut [Pack]; BESIDE],
    [y, v]: [&[Pack]; 2],
    (next_y, next_v): (&mut [Pack], &[Pack]),
    [c, d, e]: [[f64; BESIDE]; 3],
    first: usize,
) -> [f64; BESIDE] {
    let len = columns[0].len();
    let (y, v, next_y, next_v) = (&y[..len], &v[..len], &mut next_y[..len], &next_v[..len]);
    for column in &mut columns {
        *column = &mut core::mem::take(column)[..len];
    }
    for p in 0..first.min(len) {
        let mut along = next_y[p];
        for (i, column) in columns.iter_mut().enumerate() {
            let x = add_multiple::<I>(&column[p], -c[i], &y[p]);
            column[p] = x;
            along = add_multiple::<I>(&along, e[i], &x);
        }
        next_y[p] = along;
    }
    let mut sums = [[0.0; LANES]; BESIDE];
    for p in first..len {
        let mut along = next_y[p];
        for (i, column) in columns.iter_mut().enumerate() {
            let x = add_multiple::<I>(&column[p], -c[i], &y[p]);
            let x = add_multiple::<I>(&x, -d[i], &v[p]);
            column[p] = x;
            along = add_multiple::<I>(&along, e[i], &x);
            sums[i] = add_product::<I>(&sums[i], &x, &next_v[p]);
        }
        next_y[p] = along;
    }
    sums.map(|x| sum(&x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use raptors_kernels::{Level, with_isa};

    fn with<I: Isa>(_: I, a: &mut [f64], stride: usize, n: usize) {
        reduce::<I>(a, stride, n, &mut vec![1.0; room(stride)]);
    }

    /// The trace, the sum of the squares and the trace of the square stay.
    #[test]
    fn what_belongs_to_the_eigenvalues_stays() {
        for n in 1..40_usize {
            let stride = n.next_multiple_of(LANES);
            let mut a = vec![0.0; stride * (n + BESIDE)];
            for i in 0..n {
                for j in 0..n {
                    a[j * stride + i] = ((i * 17 + j * 29 + i * j * j) % 13) as f64 - 6.0;
                }
            }
            let at = |a: &[f64], i: usize, j: usize| a[j * stride + i];
            let facts = |a: &[f64]| -> [f64; 3] {
                let (mut trace, mut squares, mut square) = (0.0, 0.0, 0.0);
                for i in 0..n {
                    trace += at(a, i, i);
                    for j in 0..n {
                        squares += at(a, i, j) * at(a, i, j);
                        square += at(a, i, j) * at(a, j, i);
                    }
                }
                [trace, squares, square]
            };
            let before = facts(&a);
            with_isa!(Level::get(), isa => with(isa, &mut a, stride, n));
            for (x, y) in facts(&a).iter().zip(before) {
                assert!((x - y).abs() < 1e-13 * before[1], "{n} {x} {y}");
            }
            for (i, j) in (0..n).flat_map(|j| (j + 2..stride).map(move |i| (i, j))) {
                assert_eq!(at(&a, i, j), 0.0, "{n}");
            }
        }
    }
}
