//! Eigenvalues and eigenvectors of symmetric tridiagonal matrices of moderate size: the implicit QL method (Dubrulle, Martin
//! and Wilkinson, *The implicit QL algorithm*, 1968), from the end of a block that has the smaller elements on.
//!
//! A rotation waits for a root and a quotient of the one before, which is longer than it takes to rotate two vectors of some
//! hundred elements: a CPU that runs ahead does both at once.

use super::packs::{LANES, multiply_add, start};
use raptors_kernels::Isa;

/// Steps for each eigenvalue, after which something is wrong; less than two are usual.
const MOST: usize = 30;
/// Squares of cosines up to which what follows does not depend on them.
const NO_COSINE: f64 = 1e-280;
/// What is negligible whatever is around it, squared.
const NONE: f64 = f64::MIN_POSITIVE;

/// Makes the diagonal the eigenvalues, in no order, and turns the columns of `vectors`, the unit matrix in packs, to their
/// eigenvectors; `beside[i]` stands beside elements `i` and `i + 1`. Whether that was done.
#[inline(always)]
pub(super) fn decompose<I: Isa>(
    diagonal: &mut [f64],
    beside: &mut [f64],
    signs: &mut [f64],
    (vectors, stride): (&mut [f64], usize),
) -> bool {
    for (e, sign) in beside.iter_mut().zip(&mut *signs) {
        *sign = 1f64.copysign(*e);
        *e *= *e;
    }
    let (mut first, mut left) = (0, MOST * diagonal.len());
    while first < diagonal.len() {
        let mut end = first + 1;
        while end < diagonal.len() && !is_negligible(diagonal, beside, end - 1) {
            end += 1;
        }
        let (d, e) = (&mut diagonal[first..end], &mut beside[first..end]);
        let turned = d[d.len() - 1].abs() < d[0].abs();
        let mut block = Block {
            signs: &mut signs[first..end],
            vectors: &mut vectors[first * stride..end * stride],
            stride,
            rows: [start(first), end.next_multiple_of(LANES)],
            turned,
        };
        let upright = e.len() - 1;
        if turned {
            d.reverse();
            e[..upright].reverse();
            block.signs[..upright].reverse();
        }
        if !block.decompose::<I>(d, e, &mut left) {
            return false;
        }
        if turned {
            d.reverse();
        }
        first = end;
    }
    true
}

/// Whether the element beside diagonal element `i` makes no difference to the eigenvalues.
#[inline(always)]
fn is_negligible(diagonal: &[f64], beside: &[f64], i: usize) -> bool {
    let (x, y, square) = (diagonal[i].abs(), diagonal[i + 1].abs(), beside[i]);
    square <= (f64::EPSILON * x) * (f64::EPSILON * y) * 0.25 + NONE
}

/// The vectors of a block that stands alone.
struct Block<'a> {
    /// The signs of the elements beside the diagonal.
    signs: &'a mut [f64],
    /// Columns, one for each element of the block.
    vectors: &'a mut [f64],
    stride: usize,
    /// Whole packs of rows outside of which the vectors are zero.
    rows: [usize; 2],
    /// Whether the last column belongs to the first element.
    turned: bool,
}

impl Block<'_> {
    #[inline(always)]
    fn decompose<I: Isa>(&mut self, d: &mut [f64], e: &mut [f64], left: &mut usize) -> bool {
        let n = d.len();
        let mut first = 0;
        while first + 1 < n {
            let mut last = first;
            while last + 1 < n && !is_negligible(d, e, last) {
                last += 1;
            }
            if last + 1 < n {
                e[last] = 0.0;
            }
            if last == first {
                first += 1;
            } else if last == first + 1 {
                self.pair::<I>(d, e, first, n);
                first += 2;
            } else if *left == 0 {
                return false;
            } else {
                *left -= 1;
                self.step::<I>(d, e, [first, last], n);
            }
        }
        d.iter().all(|x| x.is_finite())
    }

    /// One step on elements `first..=last`, at the end of which the first one is nearer to an eigenvalue.
    #[inline(always)]
    fn step<I: Isa>(&mut self, d: &mut [f64], e: &mut [f64], [first, last]: [usize; 2], n: usize) {
        let beside = e[first].sqrt();
        let half = (d[first + 1] - d[first]) / (2.0 * beside);
        let far = half + multiply_add::<I>(half, half, 1.0).sqrt().copysign(half);
        let shift = d[first] - beside / far;
        // The squares of the cosine and the sine of the last rotation, and the cosine's sign.
        let (mut cosine, mut sine, mut before) = (1.0, 0.0, 1.0);
        // What stands on the diagonal times the last cosine; the square of what stands there, and its sign.
        let mut ahead = d[last] - shift;
        let (mut square, mut sign) = (ahead * ahead, 1f64.copysign(ahead));
        for i in (first..last).rev() {
            let (beyond, old) = (e[i], cosine);
            let (sum, less) = (square + beyond, d[i] - shift);
            // The element beyond the last one is that of no pair.
            if i + 1 < last {
                e[i + 1] = sine * sum;
            }
            (cosine, sine) = (square / sum, beyond / sum);
            let turned = [cosine.sqrt() * sign, sine.sqrt() * self.signs[i]];
            let here = ahead;
            ahead = multiply_add::<I>(cosine, less, -(sine * here));
            d[i + 1] = here + (d[i] - ahead);
            if cosine > NO_COSINE {
                square = ahead * (ahead * (sum / square));
                (sign, before) = (sign * 1f64.copysign(ahead), sign);
            } else {
                square = old * beyond;
                (sign, before) = (-before, sign);
            }
            self.rotate::<I>(i, n, turned);
        }
        e[first] = sine * square;
        d[first] = shift + ahead;
        self.signs[first] *= sign;
    }

    /// The eigenvalues of elements `first` and the next one.
    #[inline(always)]
    fn pair<I: Isa>(&mut self, d: &mut [f64], e: &mut [f64], first: usize, n: usize) {
        let beside = e[first].sqrt() * self.signs[first];
        let half = (d[first + 1] - d[first]) / (2.0 * beside);
        let tangent = 1.0 / (half + multiply_add::<I>(half, half, 1.0).sqrt().copysign(half));
        let cosine = 1.0 / multiply_add::<I>(tangent, tangent, 1.0).sqrt();
        d[first] -= tangent * beside;
        d[first + 1] += tangent * beside;
        e[first] = 0.0;
        self.rotate::<I>(first, n, [cosine, tangent * cosine]);
    }

    /// Rotates the vectors of elements `i` and `i + 1` of `n`.
    #[inline(always)]
    fn rotate<I: Isa>(&mut self, i: usize, n: usize, [cosine, sine]: [f64; 2]) {
        let (from, sine) = if self.turned {
            (n - 2 - i, -sine)
        } else {
            (i, sine)
        };
        let two = &mut self.vectors[from * self.stride..(from + 2) * self.stride];
        let (x, y) = two.split_at_mut(self.stride);
        let [low, high] = self.rows;
        turn::<I>(&mut x[low..high], &mut y[low..high], [cosine, sine]);
    }
}

/// Rotates two vectors.
#[inline(always)]
fn turn<I: Isa>(x: &mut [f64], y: &mut [f64], [cosine, sine]: [f64; 2]) {
    let len = x.len().min(y.len());
    let (x, y) = (&mut x[..len], &mut y[..len]);
    for i in 0..len {
        let (a, b) = (x[i], y[i]);
        x[i] = multiply_add::<I>(cosine, a, -sine * b);
        y[i] = multiply_add::<I>(sine, a, cosine * b);
    }
}
