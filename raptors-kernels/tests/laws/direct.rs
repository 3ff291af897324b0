//! Products of matrices as they lie against sums in the order of their terms.

use crate::products::{Layout, Sample, check_product, layouts};
use raptors_kernels::{
    DType, Level, Status,
    product::{
        Blocks, View, ViewMut, direct_len, gemm_direct, gemm_panels, has_direct, panels_len,
    },
};

const FEW: Blocks = Blocks {
    depth: 7,
    rows: 12,
    first: 1024,
    second: 2048,
};

fn multiply(blocks: Blocks, level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>) {
    let mut scratch = vec![0xa5; direct_len(a, b, &c, blocks)];
    gemm_direct(level, (a, b), c, blocks, &mut scratch);
}

fn check<T: Sample>() {
    for blocks in [FEW, Blocks::new(32 << 10, 512 << 10, 32 << 20)] {
        let gemm = |level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>| {
            multiply(blocks, level, a, b, c);
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
            (100, 20, 100),
        ] {
            for layouts in layouts() {
                check_product::<T>(size, layouts, gemm);
            }
        }
        for layout in [Layout::C, Layout::Fortran, Layout::Spread, Layout::Reversed] {
            check_product::<T>((70, 330, 201), [layout, Layout::C, Layout::C], gemm);
            check_product::<T>((70, 330, 201), [Layout::C, layout, Layout::C], gemm);
            check_product::<T>((70, 330, 201), [Layout::C, Layout::C, layout], gemm);
        }
    }
}

#[test]
fn products_of_matrices_as_they_lie_equal_naive_ones() {
    check::<f32>();
    check::<f64>();
}

/// Every sum is that of multiply-adds, each rounded once, in the order of the terms and in even pieces, whatever is
/// computed beside it; and nothing is written beside a result.
macro_rules! in_order {
    ($name:ident, $float:ident, $dtype:expr) => {
        #[test]
        fn $name() {
            const ALL: [usize; 3] = [27, 13, 90];
            let [rows, depth, columns] = ALL;
            let number = |i: usize| ((i * 7919) % 1013) as $float / 7.0 - 50.0;
            let a: Vec<$float> = (0..rows * depth).map(number).collect();
            let b: Vec<$float> = (0..depth * columns).map(|i| number(i + 5)).collect();
            // Once by rows, once by columns.
            let turned: Vec<$float> = (0..depth * columns)
                .map(|i| b[i % depth * columns + i / depth])
                .collect();
            let sum = |i: usize, j: usize| {
                let terms: Vec<_> = (0..depth)
                    .map(|p| (a[i * depth + p], b[p * columns + j]))
                    .collect();
                let pieces = terms.chunks(depth.div_ceil(depth.div_ceil(FEW.depth)));
                let sums = pieces.map(|piece| {
                    let terms = piece.iter();
                    terms.fold(0.0, |sum: $float, &(x, y)| x.mul_add(y, sum))
                });
                sums.reduce(|all, sum| all + sum).unwrap()
            };
            let has = |level: &Level| has_direct(*level, $dtype);
            for level in Level::available().into_iter().filter(has) {
                for (m, n) in (1..=rows).flat_map(|m| (1..columns).map(move |n| (m, n))) {
                    for (b, steps) in [(&b, (columns as isize, 1)), (&turned, (1, depth as isize))]
                    {
                        let mut c = vec![$float::NAN; rows * columns];
                        // SAFETY: parts of three vectors of this test, whose rows have all columns.
                        let (a, b, to) = unsafe {
                            (
                                View::from_raw(
                                    a.as_ptr().cast(),
                                    $dtype,
                                    m,
                                    depth,
                                    depth as isize,
                                    1,
                                ),
                                View::from_raw(
                                    b.as_ptr().cast(),
                                    $dtype,
                                    depth,
                                    n,
                                    steps.0,
                                    steps.1,
                                ),
                                ViewMut::from_raw(
                                    c.as_mut_ptr().cast(),
                                    $dtype,
                                    m,
                                    n,
                                    columns as isize,
                                    1,
                                ),
                            )
                        };
                        multiply(FEW, level, a, b, to);
                        for (k, x) in c.iter().enumerate() {
                            let (i, j) = (k / columns, k % columns);
                            let right = if i < m && j < n {
                                *x == sum(i, j)
                            } else {
                                x.is_nan()
                            };
                            assert!(right, "{m} {n} {i} {j} {x}");
                        }
                    }
                }
            }
        }
    };
}
in_order!(sums_of_float32_are_in_order, f32, DType::F32);
in_order!(sums_of_float64_are_in_order, f64, DType::F64);

/// Of the same numbers, products as they lie and by panels are the same to the last bit: those of a matrix with its
/// own transpose are computed by panels.
#[test]
fn products_as_they_lie_equal_those_by_panels() {
    fn check<T: Sample + PartialEq>() {
        let (m, n, most) = (20, 41, 900);
        let sample =
            |len: usize, seed: usize| (seed..seed + len).map(T::sample).collect::<Vec<_>>();
        let (a, b) = (sample(m * most, 3), sample(most * n, 8));
        let has = |level: &Level| has_direct(*level, T::DTYPE);
        for level in Level::available().into_iter().filter(has) {
            for k in [1, 100, 319, 320, 321, 500, 640, 641, most] {
                let blocks = Blocks::new(32 << 10, 1 << 20, 32 << 20);
                let product = |by_panels: bool| {
                    let mut c = vec![T::default(); m * n];
                    let (depth, columns) = (k as isize, n as isize);
                    // SAFETY: three vectors that have as many elements, or more.
                    let (a, b, to) = unsafe {
                        (
                            View::from_raw(a.as_ptr().cast(), T::DTYPE, m, k, depth, 1),
                            View::from_raw(b.as_ptr().cast(), T::DTYPE, k, n, columns, 1),
                            ViewMut::from_raw(c.as_mut_ptr().cast(), T::DTYPE, m, n, columns, 1),
                        )
                    };
                    if by_panels {
                        let mut scratch = vec![0xa5; panels_len(T::DTYPE, blocks, [m, k, n])];
                        gemm_panels(level, (a, b), to, None, blocks, &mut scratch);
                    } else {
                        multiply(blocks, level, a, b, to);
                    }
                    c
                };
                assert!(product(false) == product(true), "{:?} {k}", T::DTYPE);
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

/// Infinities and NaN go to the elements that they are terms of, and what fills vectors raises nothing.
#[test]
fn infinities_stay_in_their_rows_and_columns() {
    let (m, n) = (14, 93);
    for (level, columns, k) in Level::available()
        .into_iter()
        .flat_map(|level| (1..n).flat_map(move |columns| [4, 5].map(|k| (level, columns, k))))
    {
        let product = |a: &[f32], b: &[f32]| {
            let mut c = vec![0.0f32; m * columns];
            // SAFETY: three vectors that have as many elements.
            let (left, right, to) = unsafe {
                let (a, b, to) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
                let (depth, across) = (k as isize, columns as isize);
                (
                    View::from_raw(a.cast(), DType::F32, m, k, depth, 1),
                    View::from_raw(b.cast(), DType::F32, k, columns, across, 1),
                    ViewMut::from_raw(to.cast(), DType::F32, m, columns, across, 1),
                )
            };
            Status::clear();
            multiply(FEW, level, left, right, to);
            (c, Status::take())
        };
        let check = |a: &[f32], b: &[f32], want: &dyn Fn(usize, usize) -> f32, raises: Status| {
            let (c, raised) = product(a, b);
            for (place, &x) in c.iter().enumerate() {
                let (i, j) = (place / columns, place % columns);
                let want = want(i, j);
                let same = x == want || x.is_nan() && want.is_nan();
                assert!(same, "{columns} {k} {i} {j} {x}");
            }
            if has_direct(level, DType::F32) {
                assert_eq!(raised, raises, "{columns} {k}");
            }
        };
        let (ones, twos) = (vec![1.0f32; m * k], vec![2.0f32; k * columns]);
        let sum = 2.0 * k as f32;
        for p in 0..k {
            let mut a = ones.clone();
            (a[3 * k + p], a[5 * k + p]) = (f32::INFINITY, f32::NAN);
            let rows = |i: usize, _: usize| match i {
                3 => f32::INFINITY,
                5 => f32::NAN,
                _ => sum,
            };
            check(&a, &twos, &rows, Status::NONE);
            let mut b = twos.clone();
            b[p * columns + columns - 1] = f32::NEG_INFINITY;
            let column = |_: usize, j: usize| {
                if j == columns - 1 {
                    f32::NEG_INFINITY
                } else {
                    sum
                }
            };
            check(&ones, &b, &column, Status::NONE);
            // Zero times infinity, in one element.
            a[3 * k + p] = 0.0;
            a[5 * k + p] = 1.0;
            let both = |i: usize, j: usize| match (i, j == columns - 1) {
                (3, true) => f32::NAN,
                (3, false) => sum - 2.0,
                (_, true) => f32::NEG_INFINITY,
                _ => sum,
            };
            check(&a, &b, &both, Status::INVALID);
        }
    }
}
