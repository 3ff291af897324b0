//! Columns of floating-point numbers added to a run, each times a factor: some at a time, so that
//! the run is loaded and stored once for all of them.

use super::{lanes::Lanes, view::Matrix};
use crate::number::Float;
use core::array;

/// Columns that are added at a time; between two groups of them the results are rounded.
const GROUP: usize = 8;
/// Bytes of the results that stay in the L1 cache, beside the columns, while all are added to them.
const RESULTS: usize = 8 << 10;

/// Numbers that columns are multiplied with: real ones, or complex ones, whose columns and results are
/// real and imaginary parts in turn.
pub(super) trait Factor<I: Lanes<F>, F: Float>: Copy {
    /// A factor in vectors.
    type Spread: Copy;

    /// The factor in every place.
    fn spread(self, isa: I) -> Self::Spread;

    /// `y` and a vector of each column, times its factor.
    fn sum<const C: usize>(
        isa: I,
        y: I::Vector,
        column: [I::Vector; C],
        factors: [Self::Spread; C],
    ) -> I::Vector;
}

impl<I: Lanes<F>, F: Float> Factor<I, F> for F {
    type Spread = I::Vector;

    #[inline(always)]
    fn spread(self, isa: I) -> I::Vector {
        isa.splat(self)
    }

    #[inline(always)]
    fn sum<const C: usize>(
        isa: I,
        y: I::Vector,
        column: [I::Vector; C],
        factors: [I::Vector; C],
    ) -> I::Vector {
        // Two chains of sums, as the results of few rows would wait for one.
        let mut sums = [y, isa.zero()];
        for c in 0..C {
            sums[c % 2] = isa.mul_add(column[c], factors[c], sums[c % 2]);
        }
        if C == 1 {
            sums[0]
        } else {
            isa.add(sums[0], sums[1])
        }
    }
}

impl<I: Lanes<F>, F: Float> Factor<I, F> for [F; 2] {
    type Spread = [I::Vector; 2];

    #[inline(always)]
    fn spread(self, isa: I) -> [I::Vector; 2] {
        self.map(
            #[inline(always)]
            |part| isa.splat(part),
        )
    }

    #[inline(always)]
    fn sum<const C: usize>(
        isa: I,
        y: I::Vector,
        column: [I::Vector; C],
        factors: [[I::Vector; 2]; C],
    ) -> I::Vector {
        let [mut by_real, mut by_imaginary] = [y, isa.zero()];
        for c in 0..C {
            by_real = isa.mul_add(column[c], factors[c][0], by_real);
            by_imaginary = isa.mul_add(column[c], factors[c][1], by_imaginary);
        }
        isa.turned(by_real, isa.swapped(by_imaginary))
    }
}

/// `y = a @ x`, for the columns of `a` as rows of `columns`, neighbours in memory.
pub(super) fn product<I: Lanes<F>, F: Float, T: Factor<I, F>>(
    isa: I,
    columns: Matrix<F>,
    x: &[T],
    y: &mut [F],
) {
    isa.vectorize(
        #[inline(always)]
        || {
            y.fill(F::ZERO);
            let block = RESULTS / size_of::<F>();
            for (start, y) in (0..).step_by(block).zip(y.chunks_mut(block)) {
                each_group(
                    x,
                    #[inline(always)]
                    |p, len| match len {
                        GROUP => add::<I, F, T, GROUP>(isa, columns, (p, start), x, y),
                        4 => add::<I, F, T, 4>(isa, columns, (p, start), x, y),
                        _ => add::<I, F, T, 1>(isa, columns, (p, start), x, y),
                    },
                );
            }
        },
    );
}

/// Calls `add` with the start of each group of factors and its length: [`GROUP`], 4 or 1.
#[inline(always)]
fn each_group<T>(x: &[T], mut add: impl FnMut(usize, usize)) {
    let mut p = 0;
    while x.len() - p >= GROUP {
        add(p, GROUP);
        p += GROUP;
    }
    if x.len() - p >= 4 {
        add(p, 4);
        p += 4;
    }
    for p in p..x.len() {
        add(p, 1);
    }
}

#[inline(always)]
fn add<I: Lanes<F>, F: Float, T: Factor<I, F>, const C: usize>(
    isa: I,
    columns: Matrix<F>,
    (p, start): (usize, usize),
    x: &[T],
    y: &mut [F],
) {
    let factors: [_; C] = array::from_fn(
        #[inline(always)]
        |c| x[p + c].spread(isa),
    );
    let columns: [_; C] = array::from_fn(
        #[inline(always)]
        |c| columns.row(p + c)[start..start + y.len()].as_ptr(),
    );
    let (to, len) = (y.as_mut_ptr(), y.len());
    let mut i = 0;
    while len - i >= I::LEN {
        // SAFETY: the results, and the columns, which are as long, have a vector from `i` on.
        unsafe {
            let column = array::from_fn(
                #[inline(always)]
                |c| isa.load(columns[c].add(i)),
            );
            isa.store(T::sum(isa, isa.load(to.add(i)), column, factors), to.add(i));
        }
        i += I::LEN;
    }
    if i < len {
        let rest = len - i;
        // SAFETY: the results, and the columns, have that many numbers from `i` on.
        unsafe {
            let column = array::from_fn(
                #[inline(always)]
                |c| isa.load_some(columns[c].add(i), rest),
            );
            isa.store_some(
                T::sum(isa, isa.load_some(to.add(i), rest), column, factors),
                to.add(i),
                rest,
            );
        }
    }
}
