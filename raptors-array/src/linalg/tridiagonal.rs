//! Symmetric matrices made zero outside the diagonal and what stands beside it, by Householder's reflections on both sides,
//! which leave the eigenvalues as they are.
//!
//! Only what is on the diagonal and below is computed, but for squares of a pack around the diagonal, which are whole.
//! What a reflection does to a column waits until the next one is known and needs the column's product: each step passes
//! over half of the matrix once (as in Howell, Demmel, Fulton, Hammarling and Marmol, *Cache efficient bidiagonalization
//! using BLAS 2.5 operators*, 2008).

use super::dense::filled;
use super::packs::{
    BESIDE, LANES, Pack, Packed, add_multiple, add_product, apart, dot, largest, multiply_add,
    packs, packs_mut, reflection, start, sum,
};
use super::panels::{reflect, triangle};
use crate::Result;
use core::array::from_fn;
use faer::MatRef;
use raptors_kernels::Isa;

/// Room for matrices of one size.
pub(super) struct Tridiagonal {
    /// The lower half of the matrix, and then the vectors of the reflections, the one of step `k` in column `k`.
    matrix: Packed,
    /// The factors of the reflections.
    factors: Vec<f64>,
    room: Vec<f64>,
}

impl Tridiagonal {
    pub(super) fn new(n: usize) -> Result<Self> {
        let matrix = Packed::spread(n, n)?;
        let room = filled(4 * (matrix.stride() + LANES), 0.0)?;
        Ok(Self {
            matrix,
            factors: filled(n, 0.0)?,
            room,
        })
    }

    /// Takes the half of `a` on and below the diagonal.
    pub(super) fn take(&mut self, a: MatRef<'_, f64>) {
        let (n, stride) = (a.nrows(), self.matrix.stride());
        self.matrix.take(a, 1.0);
        let elements = self.matrix.elements();
        for j in 0..n {
            for i in start(j)..j {
                elements[j * stride + i] = elements[i * stride + j];
            }
        }
    }

    /// The greatest magnitude; NaN if an element is no finite number.
    #[inline(always)]
    pub(super) fn largest<I: Isa>(&mut self) -> f64 {
        let (n, stride) = (self.factors.len(), self.matrix.stride());
        let columns = self.matrix.elements().chunks_exact(stride).take(n);
        columns.zip(0..).fold(0.0, |most, (column, j)| {
            let here = largest::<I>(&column[start(j)..]);
            if here > most || here.is_nan() {
                here
            } else {
                most
            }
        })
    }

    /// Multiplies all elements.
    pub(super) fn multiply(&mut self, factor: f64) {
        for x in self.matrix.elements() {
            *x *= factor;
        }
    }

    /// Writes what is on the diagonal and beside it: `beside[i]` stands beside element `i`, and the last one is zero.
    #[inline(always)]
    pub(super) fn reduce<I: Isa>(&mut self, diagonal: &mut [f64], beside: &mut [f64]) {
        let stride = self.matrix.stride();
        let matrix = (self.matrix.elements(), stride);
        let (factors, room) = (&mut self.factors[..], &mut self.room[..]);
        reduce::<I>(matrix, factors, room, [diagonal, beside]);
    }

    /// Turns vectors of the three diagonals, columns of rows `stride` elements apart, to those of the matrix.
    #[inline(always)]
    pub(super) fn expand<I: Isa>(&mut self, (to, stride): (&mut [f64], usize)) {
        let (n, height) = (to.len() / stride, self.matrix.stride());
        let steps = n.saturating_sub(2);
        let columns = self.matrix.elements();
        for k in (0..steps).step_by(BESIDE).rev() {
            // Vectors of the last columns are none, and not of these steps.
            let count = BESIDE.min(steps - k);
            columns[(k + count) * height..(k + BESIDE) * height].fill(0.0);
            let factors = from_fn(|r| if r < count { self.factors[k + r] } else { 0.0 });
            if factors == [0.0; BESIDE] {
                continue;
            }
            let column = |r: usize| &columns[(k + r) * height..(k + r + 1) * height];
            let t = triangle::<I>(from_fn(|r| &column(r)[start(k + 1)..]), factors);
            let v = from_fn(|r| &column(r)[k + 1..]);
            reflect::<I>((&mut to[(k + 1) * stride..], stride), 0..n, v, &t);
        }
    }
}

#[inline(always)]
fn reduce<I: Isa>(
    (a, stride): (&mut [f64], usize),
    factors: &mut [f64],
    room: &mut [f64],
    [diagonal, beside]: [&mut [f64]; 2],
) {
    let n = diagonal.len();
    room.fill(0.0);
    beside.fill(0.0);
    let mut vectors = room.chunks_exact_mut(stride + LANES);
    let [Some(mut v), Some(mut next_v), Some(mut w), Some(mut y)] = from_fn(|_| vectors.next())
    else {
        return;
    };
    // Whether something waits to be done to the columns.
    let mut waits = false;
    for k in 0..n {
        let column = &mut a[k * stride..(k + 1) * stride];
        if waits {
            let (low, c, d) = (start(k), w[k], v[k]);
            let parts = v[low..].iter().zip(&w[low..]);
            for (x, (v, w)) in column[low..].iter_mut().zip(parts) {
                *x = multiply_add::<I>(-d, *w, multiply_add::<I>(-c, *v, *x));
            }
        }
        diagonal[k] = column[k];
        if k + 2 >= n {
            if k + 1 < n {
                beside[k] = column[k + 1];
            }
            continue;
        }
        let from = start(k + 1);
        next_v[from..stride].copy_from_slice(&column[from..]);
        next_v[from..=k].fill(0.0);
        let made = reflection::<I>(next_v[..stride].as_mut(), k + 1);
        (beside[k], factors[k]) = (made.left, made.factor);
        column[..=k].fill(0.0);
        column[k + 1..].copy_from_slice(&next_v[k + 1..stride]);
        if !waits && made.factor == 0.0 {
            continue;
        }
        y[from..].fill(0.0);
        let first = k + 1 - (k + 1) % BESIDE;
        let groups = a[first * stride..].chunks_exact_mut(BESIDE * stride);
        for (group, j) in groups.zip((first..n).step_by(BESIDE)) {
            let of = |x: &[f64]| -> [f64; BESIDE] { from_fn(|i| x[j + i]) };
            // Columns that are vectors of reflections stay them.
            let kept = |x: [f64; BESIDE]| from_fn(|i| if j + i > k { x[i] } else { 0.0 });
            let sums = pass::<I>(
                apart(group, stride),
                [packs(v), packs(w)],
                (packs_mut(y), packs(next_v)),
                [kept(of(w)), kept(of(v)), of(next_v)],
                j / LANES,
            );
            for (y, sum) in y[j..j + BESIDE].iter_mut().zip(sums) {
                *y += sum;
            }
        }
        y[from..=k].fill(0.0);
        y[n..].fill(0.0);
        let factor = made.factor;
        let both = 0.5 * factor * factor * dot::<I>(&next_v[from..stride], &y[from..stride]);
        for (y, v) in y[from..].iter_mut().zip(&next_v[from..]) {
            *y = multiply_add::<I>(-both, *v, factor * *y);
        }
        core::mem::swap(&mut w, &mut y);
        core::mem::swap(&mut v, &mut next_v);
        waits = made.factor != 0.0;
    }
}

/// Takes `c` times `v` and `d` times `w` off columns from pack `first` on, whose square around the diagonal that is. Adds `next_v`
/// times the columns to `y`, and gives the products of what is below that square with `next_v`.
#[inline(always)]
fn pass<I: Isa>(
    mut columns: [&mut [Pack]; BESIDE],
    [v, w]: [&[Pack]; 2],
    (y, next_v): (&mut [Pack], &[Pack]),
    [c, d, e]: [[f64; BESIDE]; 3],
    first: usize,
) -> [f64; BESIDE] {
    let len = columns[0].len();
    let (v, w, y, next_v) = (&v[..len], &w[..len], &mut y[..len], &next_v[..len]);
    for column in &mut columns {
        *column = &mut core::mem::take(column)[..len];
    }
    let mut along = y[first];
    for (i, column) in columns.iter_mut().enumerate() {
        let x = add_multiple::<I>(&column[first], -c[i], &v[first]);
        let x = add_multiple::<I>(&x, -d[i], &w[first]);
        column[first] = x;
        along = add_multiple::<I>(&along, e[i], &x);
    }
    y[first] = along;
    let mut sums = [[0.0; LANES]; BESIDE];
    for p in first + 1..len {
        let mut along = y[p];
        for (i, column) in columns.iter_mut().enumerate() {
            let x = add_multiple::<I>(&column[p], -c[i], &v[p]);
            let x = add_multiple::<I>(&x, -d[i], &w[p]);
            column[p] = x;
            along = add_multiple::<I>(&along, e[i], &x);
            sums[i] = add_product::<I>(&sums[i], &x, &next_v[p]);
        }
        y[p] = along;
    }
    sums.map(|x| sum(&x))
}
