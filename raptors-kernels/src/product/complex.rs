//! Complex matrix times vector, on the real and imaginary parts as one run: products with both
//! parts of a number are added up apart, and combined once.

use super::view::Matrix;
use crate::{isa::Isa, number::Float};
use core::{array, hint::black_box};

/// Parts whose products are added up side by side.
const LANES: usize = 8;
/// Vectors of them: enough to hide the latency of a multiply-add.
const VECTORS: usize = 2;
/// Parts of the vector that are also held with each pair exchanged, on the stack.
const BLOCK: usize = 512;
/// Columns between two roundings of the results: a constant, so that they depend on no strip.
const GROUP: usize = 32;

/// `y = a @ x` for rows of parts that are neighbours in memory.
pub(super) fn by_rows<I: Isa, F: Float>(isa: I, a: Matrix<F>, x: &[F], y: &mut [F]) {
    y.fill(F::ZERO);
    isa.vectorize(
        #[inline(always)]
        || {
            let mut exchanged = [F::ZERO; BLOCK];
            for (p, x) in (0..).step_by(BLOCK).zip(x.chunks(BLOCK)) {
                let pairs = exchanged.as_chunks_mut::<2>().0.iter_mut();
                for (pair, x) in pairs.zip(x.as_chunks::<2>().0) {
                    *pair = [x[1], x[0]];
                }
                for (i, y) in y.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                    let row = &a.row(i)[p..p + x.len()];
                    let [re, im] = product::<I, F>(row, x, &exchanged[..x.len()]);
                    *y = [y[0] + re, y[1] + im];
                }
            }
        },
    );
}

/// The sum of complex products of two runs of parts, the second also with its pairs exchanged.
#[inline(always)]
fn product<I: Isa, F: Float>(a: &[F], x: &[F], exchanged: &[F]) -> [F; 2] {
    const STEP: usize = LANES * VECTORS;
    let (mut same, mut cross) = ([[F::ZERO; LANES]; VECTORS], [[F::ZERO; LANES]; VECTORS]);
    let ((a, a_rest), (x, x_rest)) = (a.as_chunks::<STEP>(), x.as_chunks::<STEP>());
    let (exchanged, exchanged_rest) = exchanged.as_chunks::<STEP>();
    for ((a, x), exchanged) in a.iter().zip(x).zip(exchanged) {
        for v in 0..VECTORS {
            for k in 0..LANES {
                let (at, number) = (v * LANES + k, I::element(a[v * LANES + k]));
                same[v][k] = number.mul_add::<I>(x[at], same[v][k]);
                cross[v][k] = number.mul_add::<I>(exchanged[at], cross[v][k]);
            }
        }
    }
    // Out of the compiler's sight, or it would vectorise the sums below instead.
    let (same, cross) = black_box((same, cross));
    let sums = |parts: &[[F; LANES]; VECTORS]| -> [F; 2] {
        let both: [F; LANES] = array::from_fn(|k| parts[0][k] + parts[1][k]);
        array::from_fn(|k| (both[k] + both[k + 2]) + (both[k + 4] + both[k + 6]))
    };
    let ([mut rr, mut ii], [ri, ir]) = (sums(&same), sums(&cross));
    let mut im = ri + ir;
    let rest = a_rest
        .as_chunks::<2>()
        .0
        .iter()
        .zip(x_rest.as_chunks::<2>().0);
    for ((a, x), exchanged) in rest.zip(exchanged_rest.as_chunks::<2>().0) {
        let (re, number) = (I::element(a[0]), I::element(a[1]));
        rr = re.mul_add::<I>(x[0], rr);
        ii = number.mul_add::<I>(x[1], ii);
        im = number.mul_add::<I>(exchanged[1], re.mul_add::<I>(exchanged[0], im));
    }
    [rr - ii, im]
}

/// `y = a @ x`, for `columns` of parts that are neighbours in memory.
pub(super) fn by_columns<I: Isa, F: Float>(isa: I, columns: Matrix<F>, x: &[F], y: &mut [F]) {
    y.fill(F::ZERO);
    isa.vectorize(
        #[inline(always)]
        || {
            for (p, x) in (0..).step_by(GROUP).zip(x.chunks(2 * GROUP)) {
                let mut i = 0;
                while y.len() - i >= 2 * LANES {
                    add_columns::<I, F, { 2 * LANES }>(columns, (p, i), x, y);
                    i += 2 * LANES;
                }
                if y.len() - i >= LANES {
                    add_columns::<I, F, LANES>(columns, (p, i), x, y);
                    i += LANES;
                }
                if y.len() - i >= 4 {
                    add_columns::<I, F, 4>(columns, (p, i), x, y);
                    i += 4;
                }
                if y.len() > i {
                    add_columns::<I, F, 2>(columns, (p, i), x, y);
                }
            }
        },
    );
}

/// The `N` parts of results from `i`, plus each column from `p` times its factor.
#[inline(always)]
fn add_columns<I: Isa, F: Float, const N: usize>(
    columns: Matrix<F>,
    (p, i): (usize, usize),
    x: &[F],
    y: &mut [F],
) {
    let (mut by_real, mut by_imaginary) = ([F::ZERO; N], [F::ZERO; N]);
    for (c, x) in x.as_chunks::<2>().0.iter().enumerate() {
        let column = columns.run::<N>(p + c, i);
        for k in 0..N {
            let part = I::element(column[k]);
            by_real[k] = part.mul_add::<I>(x[0], by_real[k]);
            by_imaginary[k] = part.mul_add::<I>(x[1], by_imaginary[k]);
        }
    }
    for k in (0..N).step_by(2) {
        y[i + k] = y[i + k] + (by_real[k] - by_imaginary[k + 1]);
        y[i + k + 1] = y[i + k + 1] + (by_real[k + 1] + by_imaginary[k]);
    }
}
