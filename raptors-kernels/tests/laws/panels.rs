//! Large products by tiles and panels against naive ones.

use crate::products::{Layout, Sample, check_product, layouts};
use raptors_kernels::{
    Level,
    product::{Blocks, View, ViewMut, gemm_panels, panels_len},
};

const FEW: Blocks = Blocks {
    depth: 7,
    first: 1024,
    second: 2048,
};

fn check<T: Sample>() {
    for blocks in [FEW, Blocks::new(32 << 10, 512 << 10)] {
        for part in [None, Some(1 << 20)] {
            let gemm = |level: Level, a: View<'_>, b: View<'_>, c: ViewMut<'_>| {
                let shape = [a.rows(), a.cols(), b.cols()];
                let mut scratch = vec![0xa5; panels_len(T::DTYPE, blocks, shape)];
                gemm_panels(level, (a, b), c, part, blocks, &mut scratch);
            };
            for size in [(1, 1, 1), (5, 0, 3), (7, 9, 5), (13, 17, 19), (65, 8, 33)] {
                for layouts in layouts() {
                    check_product::<T>(size, layouts, gemm);
                }
            }
            check_product::<T>((70, 300, 201), [Layout::C; 3], gemm);
        }
    }
}

#[test]
fn products_by_panels_equal_naive_ones() {
    check::<f32>();
    check::<f64>();
}
