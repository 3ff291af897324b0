//! Plans of products, by shape, level and threads.

use super::*;

fn plan(m: usize, k: usize, n: usize, dtype: DType, threads: usize) -> MatmulPlan {
    let product = Product {
        m,
        k,
        n,
        dtype,
        level: Level::parse("auto").unwrap(),
        backend: Backend::Gemm,
        forced: false,
    };
    let machine = Machine::new(threads, 32 << 10, 1 << 20, 32 << 20);
    matmul(&product, &machine, threads)
}

#[test]
fn the_path_follows_the_shape() {
    for (m, k, n, path) in [
        (0, 5, 5, Path::Empty),
        (5, 0, 5, Path::Empty),
        (1, 900, 1, Path::Dot),
        (1, 900, 900, Path::Vector),
        (900, 900, 1, Path::Vector),
        (16, 16, 16, Path::Small),
        (4, 4, 4, Path::Small),
        (600, 600, 600, Path::Packed),
        (1000, 2, 100_000, Path::Packed),
        (100_000, 3, 3, Path::Small),
        (1000, 1000, 2, Path::Thin),
        (3, 1000, 1000, Path::Thin),
    ] {
        assert_eq!(plan(m, k, n, DType::F32, 2).path, path, "{m} {k} {n}");
    }
    assert_eq!(plan(99, 99, 99, DType::I8, 2).path, Path::Integer);
    assert_eq!(plan(99, 99, 99, DType::Bool, 2).path, Path::Integer);
}

#[test]
fn matrices_near_the_core_are_not_packed_where_tiles_are_wide() {
    let machine = Machine::new(2, 32 << 10, 1 << 20, 32 << 20);
    for level in Level::available() {
        let path = |[m, k, n]: [usize; 3], dtype, backend, forced| {
            let product = Product {
                m,
                k,
                n,
                dtype,
                level,
                backend,
                forced,
            };
            matmul(&product, &machine, 2).path
        };
        for dtype in [DType::F16, DType::F32, DType::F64, DType::C64] {
            let near = if has_direct(level, dtype) {
                Path::Direct
            } else {
                Path::Packed
            };
            let gemm = Backend::Gemm;
            assert_eq!(path([100; 3], dtype, gemm, false), near);
            assert_eq!(path([100_000, 50, 50], dtype, gemm, false), near);
            assert_eq!(path([100; 3], dtype, gemm, true), Path::Packed);
            assert_eq!(path([100; 3], dtype, Backend::Panels, false), Path::Packed);
            assert_eq!(path([50, 50, 100_000], dtype, gemm, false), Path::Packed);
            assert_eq!(path([50, 5000, 50], dtype, gemm, false), Path::Packed);
        }
    }
}

#[test]
fn two_threads_have_as_much_each() {
    for size in [256, 512, 1024, 2048] {
        for dtype in [DType::F32, DType::F64, DType::C64] {
            let plan = plan(size, size, size, dtype, 2);
            let strips = size.div_ceil(plan.chunk);
            assert_eq!(strips % 2, 0, "{plan}");
            // The first thread's strips are the first half of them.
            let half = strips / 2 * plan.chunk;
            assert!(half.abs_diff(size / 2) <= size / 16, "{half} {plan}");
            assert!(strips <= 4, "{plan}");
        }
    }
}

#[test]
fn a_product_of_a_stack_is_planned_for_one_thread() {
    let shared = plan(1024, 1024, 1024, DType::F64, 2);
    let whole = shared.alone();
    assert_eq!((shared.threads, whole.threads), (2, 1));
    assert!(whole.chunk >= 1024);
    assert!(whole.predicted_ns >= plan(1024, 1024, 1024, DType::F64, 1).predicted_ns);
}

#[test]
fn small_products_and_single_threads_stay_whole() {
    for size in [1, 16, 64, 100] {
        assert_eq!(plan(size, size, size, DType::F64, 8).threads, 1);
    }
    for size in [64, 256, 4096] {
        let plan = plan(size, size, size, DType::F64, 1);
        assert_eq!((plan.threads, plan.chunk), (1, size));
    }
}

#[test]
fn threads_grow_with_the_product_and_have_strips() {
    for dtype in [DType::F32, DType::F64, DType::C128, DType::I64, DType::F16] {
        let mut before = 1;
        for size in (64..3000).step_by(100) {
            let plan = plan(size, size, size, dtype, 8);
            assert!(plan.threads >= before, "{size} {plan}");
            assert!(plan.threads <= size.div_ceil(plan.chunk), "{size} {plan}");
            before = plan.threads;
        }
        assert_eq!(before, 8);
    }
}

#[test]
fn the_longer_side_is_cut() {
    let tall = plan(100_000, 50, 50, DType::F32, 4);
    assert_eq!((tall.split, tall.threads), (Split::Rows, 4));
    let wide = plan(50, 50, 100_000, DType::F32, 4);
    assert_eq!((wide.split, wide.threads), (Split::Columns, 4));
    assert!(wide.to_string().contains("packed blocks, gemm"));
}
