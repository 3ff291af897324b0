//! The sizes about which one way gets faster than another: `cargo bench -p raptors-bench --bench
//! thresholds`.
//!
//! A name is `order/short/float64/network/len` and `…/each/len`, `order/search/…/distance`,
//! `linalg/small/n`, `matmul/mirrored/…/own/n` and `…/other/n`, `histogram/uneven/…/edges`,
//! `histogram/even/…/bins`; the variable for dtypes is that of the bench `kernels`.

use criterion::{Criterion, Throughput};
use raptors_array::{Array, Order, assign, histogram, linalg, matmul};
use raptors_bench::{Choice, buffer};
use raptors_dispatch::team;
use raptors_kernels::{
    DType, In, Kind, Out,
    order::{Side, Task, arrange, search, sort_short},
};
use std::{hint::black_box, time::Duration};

/// Lengths of runs about the longest that networks of many runs take.
const LENGTHS: [usize; 6] = [4, 8, 16, 24, 28, 32];
/// Numbers of runs: fewer than a block has, and many.
const RUNS: [usize; 4] = [2, 6, 16, 1000];
/// Places between neighbours of those that are looked for.
const DISTANCES: [usize; 6] = [1, 2, 4, 8, 16, 32];
/// Sides of matrices about the largest that plain loops factor.
const SIDES: [usize; 6] = [8, 16, 20, 24, 28, 32];
/// Sides of matrices that are multiplied by their own transpose.
const LARGE: [usize; 4] = [192, 256, 384, 768];
/// Numbers of edges about the most that all values are compared with.
const EDGES: [usize; 6] = [8, 24, 40, 48, 49, 64];
/// Numbers of even bins about the most that all values are compared with the edges of.
const BINS: [usize; 6] = [7, 11, 23, 24, 47, 100];
/// Values of a histogram.
const VALUES: usize = 100_000;

fn random(dtype: DType, shape: &[usize], seed: u64) -> Array {
    let numbers = buffer(DType::F64, shape.iter().product(), seed);
    let array = Array::from_shape(shape, numbers.as_in().of::<f64>()).expect("enough memory");
    assign::astype(&array, dtype, Some(Order::C)).expect("a cast from float64")
}

/// Short runs, sorted side by side and each on its own.
fn short(criterion: &mut Criterion, dtype: DType) {
    let mut group = criterion.benchmark_group(format!("order/short/{}", dtype.name()));
    for len in LENGTHS {
        for runs in RUNS {
            let from = buffer(dtype, len * runs, 1);
            let mut to = buffer(dtype, len * runs, 2);
            group.throughput(Throughput::Elements((len * runs) as u64));
            group.bench_function(format!("network/{len}/{runs}"), |bencher| {
                bencher.iter(|| {
                    to.as_out().bytes().copy_from_slice(from.as_in().bytes());
                    sort_short(to.as_out(), len, false);
                });
            });
            group.bench_function(format!("each/{len}/{runs}"), |bencher| {
                bencher.iter(|| {
                    let mut all: Out<'_> = to.as_out();
                    all.bytes().copy_from_slice(from.as_in().bytes());
                    for run in 0..runs {
                        let task = Task::Sort { descending: false };
                        arrange(all.range(run * len, len), task, &mut []);
                    }
                });
            });
        }
    }
}

/// Numbers in order, so many places apart, looked for in a sorted run.
fn near(criterion: &mut Criterion) {
    let sorted: Vec<f64> = (0..100_000).map(f64::from).collect();
    let mut group = criterion.benchmark_group("order/search/float64");
    for distance in DISTANCES {
        let wanted: Vec<f64> = sorted.iter().step_by(distance).copied().collect();
        let mut places = vec![0; wanted.len()];
        group.throughput(Throughput::Elements(wanted.len() as u64));
        group.bench_function(distance.to_string(), |bencher| {
            bencher.iter(|| {
                let (sorted, wanted) = (In::from(&sorted[..]), In::from(&wanted[..]));
                search(sorted, wanted, Side::Left, &mut places);
            });
        });
    }
}

/// Determinants, by plain loops and by blocks.
fn small(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linalg/small");
    for n in SIDES {
        let matrices = random(DType::F64, &[16, n, n], 1);
        group.bench_function(n.to_string(), |bencher| {
            bencher.iter(|| black_box(linalg::det(&matrices).is_ok()));
        });
    }
}

/// A matrix times its own transpose, and times that of a copy.
fn mirrored(criterion: &mut Criterion, dtype: DType) {
    let mut group = criterion.benchmark_group(format!("matmul/mirrored/{}", dtype.name()));
    for n in LARGE {
        let (own, other) = (random(dtype, &[n, n], 1), random(dtype, &[n, n], 1));
        for (name, second) in [("own", own.t()), ("other", other.t())] {
            group.bench_function(format!("{name}/{n}"), |bencher| {
                let timed = team::with_threads(1, || {
                    bencher.iter(|| black_box(matmul::matmul(&own, &second).is_ok()));
                });
                timed.expect("one thread");
            });
        }
    }
}

/// Counts between edges of any distance.
fn uneven(criterion: &mut Criterion, dtype: DType) {
    let mut group = criterion.benchmark_group(format!("histogram/uneven/{}", dtype.name()));
    let values = random(dtype, &[VALUES], 1);
    for edges in EDGES {
        let marks: Vec<f64> = (0..edges)
            .map(|i| 0.5 + (i as f64 / 64.0).powi(2))
            .collect();
        let marks = Array::from_slice(&marks).expect("enough memory");
        group.throughput(Throughput::Elements(VALUES as u64));
        group.bench_function(edges.to_string(), |bencher| {
            bencher.iter(|| black_box(histogram::uneven(&values, &marks).is_ok()));
        });
    }
}

/// Counts between edges at equal distances, in as many bins as vectors compare and in more.
fn even(criterion: &mut Criterion, dtype: DType) {
    let mut group = criterion.benchmark_group(format!("histogram/even/{}", dtype.name()));
    let values = random(dtype, &[VALUES], 1);
    for bins in BINS {
        let edges: Vec<f64> = (0..=bins).map(|i| 0.5 + i as f64 / bins as f64).collect();
        let edges = Array::from_slice(&edges).expect("enough memory");
        let edges = assign::astype(&edges, dtype, Some(Order::C)).expect("enough memory");
        group.throughput(Throughput::Elements(VALUES as u64));
        group.bench_function(bins.to_string(), |bencher| {
            bencher.iter(|| black_box(histogram::histogram(&values, &edges, None).is_ok()));
        });
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .configure_from_args();
    near(&mut criterion);
    small(&mut criterion);
    for dtype in Choice::from_env().dtypes {
        if dtype.kind() != Kind::Complex {
            short(&mut criterion, dtype);
            uneven(&mut criterion, dtype);
        }
        if matches!(dtype, DType::F32 | DType::F64) {
            even(&mut criterion, dtype);
        }
        mirrored(&mut criterion, dtype);
    }
    criterion.final_summary();
}
