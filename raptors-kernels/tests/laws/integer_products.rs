//! Products of integers in tiles and rows that are vectors, against naive ones.

use crate::products::{Layout, Sample, check_product};
use raptors_kernels::{
    Level,
    product::{Apart, View, ViewMut, gemm_int, gemm_small, gemm_small_batch, scratch_len},
};

/// Stacks of tiny matrices, to the last element of their memory and no further.
#[test]
fn stacks_of_tiny_integer_products_equal_naive_ones() {
    fn check<T: Sample>(level: Level, (m, k, n): (usize, usize, usize), shared: bool) {
        let count = 3;
        let sample = |len: usize| (0..len).map(T::sample).collect::<Vec<_>>();
        let step = if shared { 0 } else { k * n };
        let (a, b) = (sample(count * m * k), sample(2 * step + k * n));
        let mut c = vec![T::default(); count * m * n];
        for turned in [false, true] {
            let strides = if turned { (1, k) } else { (n, 1) };
            let apart = Apart {
                count,
                a: (m * k) as isize,
                b: step as isize,
                c: (m * n) as isize,
            };
            let (rows, cols) = (strides.0 as isize, strides.1 as isize);
            // SAFETY: the vectors hold all matrices, rows or columns of the second ones following one another.
            unsafe {
                let a = View::from_raw(a.as_ptr().cast(), T::DTYPE, m, k, k as isize, 1);
                let b = View::from_raw(b.as_ptr().cast(), T::DTYPE, k, n, rows, cols);
                let c = ViewMut::from_raw(c.as_mut_ptr().cast(), T::DTYPE, m, n, n as isize, 1);
                gemm_small_batch(level, apart, a, b, c);
            }
            for (at, &found) in c.iter().enumerate() {
                let (i, j, matrix) = (at / n, at % n, at / (m * n));
                let sum = (0..k).fold(T::default(), |sum, p| {
                    let y = b[matrix * step + p * strides.0 + j * strides.1];
                    T::multiply_add(a[i * k + p], y, sum)
                });
                assert!(
                    T::near(found, sum, k + 1),
                    "{m}x{k}x{n} {:?} {level:?} at {at}: {found:?}, not {sum:?}",
                    T::DTYPE
                );
            }
        }
    }
    for level in Level::available() {
        for (k, n) in (2..=5).flat_map(|k| (2..=5).map(move |n| (k, n))) {
            for (m, shared) in [(1, false), (3, true), (4, false), (9, false)] {
                check::<i8>(level, (m, k, n), shared);
                check::<u16>(level, (m, k, n), shared);
                check::<i32>(level, (m, k, n), shared);
                check::<u64>(level, (m, k, n), shared);
            }
        }
    }
}

/// Rows that do not fill vectors, or more than one.
#[test]
fn products_of_narrow_integers_equal_naive_ones() {
    fn check<T: Sample>() {
        let gemm = |level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>| {
            let mut scratch = vec![0xa5; scratch_len(T::DTYPE, a.rows(), a.cols(), b.cols())];
            gemm_int(level, a, b, c, &mut scratch);
        };
        for n in 1..=40 {
            for layout in [Layout::C, Layout::Spread] {
                check_product::<T>((9, 5, n), [layout, Layout::C, layout], gemm_small);
                check_product::<T>((9, 5, n), [layout, Layout::C, layout], gemm);
            }
        }
    }
    check::<i8>();
    check::<i16>();
    check::<u32>();
    check::<i64>();
}
