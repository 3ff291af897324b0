//! Large products by tiles and panels against naive ones.

use crate::products::{Layout, Sample, check_product, layouts};
use raptors_kernels::{
    Level,
    dtype::{Complex32, Complex64},
    product::{Blocks, View, ViewMut, gemm_panels, panels_len},
};

const FEW: Blocks = Blocks {
    depth: 7,
    rows: 12,
    first: 1024,
    second: 2048,
};

fn check<T: Sample>() {
    for blocks in [FEW, Blocks::new(32 << 10, 512 << 10, 32 << 20)] {
        for part in [None, Some(1 << 20)] {
            let gemm = |level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>| {
                let shape = [a.rows(), a.cols(), b.cols()];
                let mut scratch = vec![0xa5; panels_len(T::DTYPE, blocks, shape)];
                gemm_panels(level, (a, b), c, part, blocks, &mut scratch);
            };
            for size in [
                (1, 1, 1),
                (5, 0, 3),
                (7, 9, 5),
                (13, 17, 19),
                (65, 8, 33),
                (10, 6, 75),
                (50, 11, 44),
                (37, 9, 90),
            ] {
                for layouts in layouts() {
                    check_product::<T>(size, layouts, gemm);
                }
            }
            for [first, second] in [
                [Layout::C; 2],
                [Layout::Fortran; 2],
                [Layout::Spread, Layout::C],
            ] {
                check_product::<T>((70, 330, 201), [first, second, Layout::C], gemm);
            }
        }
    }
}

#[test]
fn products_by_panels_equal_naive_ones() {
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
}

/// Nothing is written beside a result, and it does not matter how many rows and columns are computed with
/// an element.
#[test]
fn every_number_of_rows_and_columns_is_the_part_of_a_larger_product() {
    const ALL: [usize; 3] = [29, 13, 41];
    let [rows, depth, columns] = ALL;
    let number = |i: usize| ((i * 7919) % 1013) as f64 - 500.0;
    let a: Vec<f64> = (0..rows * depth).map(number).collect();
    let b: Vec<f64> = (0..depth * columns).map(|i| number(i + 5)).collect();
    for level in Level::available() {
        let multiply = |m: usize, n: usize| {
            let mut c = vec![f64::NAN; rows * columns];
            let dtype = raptors_kernels::DType::F64;
            let shape = [m, depth, n];
            let mut scratch = vec![0xa5; panels_len(dtype, FEW, shape)];
            // SAFETY: parts of three vectors of this test, whose rows have all columns.
            let (a, b, c_view) = unsafe {
                (
                    View::from_raw(a.as_ptr().cast(), dtype, m, depth, depth as isize, 1),
                    View::from_raw(b.as_ptr().cast(), dtype, depth, n, columns as isize, 1),
                    ViewMut::from_raw(c.as_mut_ptr().cast(), dtype, m, n, columns as isize, 1),
                )
            };
            gemm_panels(level, (a, b), c_view, None, FEW, &mut scratch);
            c
        };
        let whole = multiply(rows, columns);
        for m in 1..rows {
            for n in 1..columns {
                let part = multiply(m, n);
                for (k, (x, y)) in part.iter().zip(&whole).enumerate() {
                    let inside = k / columns < m && k % columns < n;
                    assert!(if inside { x == y } else { x.is_nan() }, "{m} {n} {k}");
                }
            }
        }
    }
}
