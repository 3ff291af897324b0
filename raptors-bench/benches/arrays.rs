//! Whole arrays, planned as a user's are: `cargo bench -p raptors-bench --bench arrays`.
//!
//! A name is `threads/add/float64/2/elements`, `threads/sum/…` or `matmul/square/float64/n`,
//! `matmul/narrow/…`, `matmul/points/…`, `matmul/small/…`; the variables are those of the bench `kernels`. Thresholds
//! of the thread team and of matrix products are read off these curves.

use criterion::{Criterion, Throughput};
use raptors_array::{Array, Order, assign, map, matmul, reduce};
use raptors_bench::{Choice, buffer};
use raptors_dispatch::{machine, team};
use raptors_kernels::{DType, Ufunc, fold::Fold};
use std::{hint::black_box, time::Duration};

/// Sides of square matrices.
const SQUARES: [usize; 7] = [4, 16, 32, 64, 128, 384, 1024];
/// Sides of matrices about the threshold below which nothing is packed.
const SMALL: [usize; 6] = [8, 12, 14, 16, 18, 24];
/// Columns of narrow results, and the multiply-adds of each of their elements.
const NARROW: [(usize, usize); 6] = [(2, 16), (4, 16), (8, 16), (8, 32), (8, 64), (16, 32)];
/// Rows of products of points, and their numbers: of each point and of each result.
const POINTS: [[usize; 3]; 7] = [
    [64, 3, 3],
    [256, 3, 3],
    [512, 3, 3],
    [1024, 3, 3],
    [20_000, 3, 3],
    [20_000, 4, 3],
    [20_000, 3, 2],
];

/// An array of random numbers.
fn random(dtype: DType, shape: &[usize], seed: u64) -> Array {
    let numbers = buffer(DType::F64, shape.iter().product(), seed);
    let array = Array::from_shape(shape, numbers.as_in().of::<f64>()).expect("enough memory");
    assign::astype(&array, dtype, Some(Order::C)).expect("a cast from float64")
}

/// Additions and sums on one thread up to all of them: where a thread more pays.
fn threads(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    let cores = machine().cores;
    for name in ["add", "sum"] {
        let mut group = criterion.benchmark_group(format!("threads/{name}/{}", dtype.name()));
        for &size in sizes {
            let (x, y) = (random(dtype, &[size], 1), random(dtype, &[size], 2));
            group.throughput(Throughput::Elements(size as u64));
            for threads in 1..=cores {
                group.bench_function(format!("{threads}/{size}"), |bencher| {
                    let timed = team::with_threads(threads, || {
                        bencher.iter(|| match name {
                            "add" => black_box(map::binary(Ufunc::add, &x, &y).is_ok()),
                            _ => black_box(reduce::reduce_all(Fold::sum, &x).is_ok()),
                        });
                    });
                    timed.expect("as many threads as cores");
                });
            }
        }
    }
}

/// Products of matrices with these sides on one thread: m × k by k × n.
fn products(criterion: &mut Criterion, name: &str, dtype: DType, sides: &[[usize; 3]]) {
    let mut group = criterion.benchmark_group(format!("matmul/{name}/{}", dtype.name()));
    for &[m, k, n] in sides {
        let (a, b) = (random(dtype, &[m, k], 1), random(dtype, &[k, n], 2));
        group.throughput(Throughput::Elements((m * k * n) as u64));
        group.bench_function(format!("{m}x{k}x{n}"), |bencher| {
            let timed = team::with_threads(1, || {
                bencher.iter(|| black_box(matmul::matmul(&a, &b).is_ok()));
            });
            timed.expect("one thread");
        });
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    let Choice { dtypes, sizes } = Choice::from_env();
    for dtype in dtypes {
        threads(&mut criterion, dtype, &sizes);
        products(&mut criterion, "square", dtype, &SQUARES.map(|n| [n; 3]));
        products(&mut criterion, "small", dtype, &SMALL.map(|n| [n; 3]));
        products(
            &mut criterion,
            "narrow",
            dtype,
            &NARROW.map(|(n, k)| [2000, k, n]),
        );
        products(&mut criterion, "points", dtype, &POINTS);
    }
    criterion.final_summary();
}
