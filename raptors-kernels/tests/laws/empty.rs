//! Products of which a dimension is zero: there is nothing to compute, or sums have no terms and are zero.

use crate::products::{Layout, Sample, check_product, layouts};
use raptors_kernels::{
    Level,
    dtype::{Complex32, Complex64},
    product::{
        Blocks, View, ViewMut, direct_len, gemm_direct, gemm_int, gemm_panels, gemm_small,
        gemm_thin, panels_len, scratch_len,
    },
};

const SIZES: [(usize, usize, usize); 10] = [
    (0, 0, 0),
    (0, 3, 5),
    (4, 3, 0),
    (0, 3, 0),
    (4, 0, 5),
    (0, 0, 5),
    (4, 0, 0),
    (0, 90, 70),
    (90, 70, 0),
    (90, 0, 70),
];

fn check<T: Sample>(gemm: impl Fn(Level, View<'_>, View<'_>, ViewMut<'_>)) {
    for (size, layouts) in SIZES
        .into_iter()
        .flat_map(|size| layouts().map(move |layouts| (size, layouts)))
    {
        check_product::<T>(size, layouts, &gemm);
    }
}

#[test]
fn small_products_of_nothing_are_nothing_or_zero() {
    check::<f32>(gemm_small);
    check::<f64>(gemm_small);
    check::<Complex32>(gemm_small);
    check::<Complex64>(gemm_small);
    check::<i8>(gemm_small);
    check::<u64>(gemm_small);
}

#[test]
fn thin_products_of_nothing_are_nothing_or_zero() {
    fn check<T: Sample>() {
        for size in SIZES {
            check_product::<T>(size, [Layout::C, Layout::Fortran, Layout::C], gemm_thin);
        }
    }
    check::<f32>();
    check::<Complex64>();
    check::<i32>();
}

#[test]
fn products_of_nothing_in_panels_or_as_they_lie_are_nothing_or_zero() {
    fn check_all<T: Sample>() {
        let blocks = Blocks::new(32 << 10, 512 << 10, 32 << 20);
        check::<T>(|level, a, b, c| {
            let mut scratch = vec![0xa5; direct_len(a, b, &c, blocks)];
            gemm_direct(level, (a, b), c, blocks, &mut scratch);
        });
        check::<T>(|level, a, b, c| {
            let shape = [a.rows(), a.cols(), b.cols()];
            let mut scratch = vec![0xa5; panels_len(T::DTYPE, blocks, shape)];
            gemm_panels(level, (a, b), c, None, blocks, &mut scratch);
        });
    }
    check_all::<f32>();
    check_all::<f64>();
    check_all::<Complex32>();
}

#[test]
fn integer_products_of_nothing_are_nothing_or_zero() {
    fn check_all<T: Sample>() {
        check::<T>(|level, a, b, c| {
            let mut scratch = vec![0xa5; scratch_len(T::DTYPE, a.rows(), a.cols(), b.cols())];
            gemm_int(level, a, b, c, &mut scratch);
        });
    }
    check_all::<i8>();
    check_all::<u16>();
    check_all::<i32>();
    check_all::<u64>();
}
