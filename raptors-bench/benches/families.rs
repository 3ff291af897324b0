//! Folds, casts, scaling, moves and products at every level of the CPU, on contiguous runs:
//! `cargo bench -p raptors-bench --bench families`.
//!
//! A name is `fold/sum/float32/level/elements`, `cast/float32/int8/...`, `move/select/...` or
//! `product/dot/...`; the variables are those of the bench `kernels`.

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use raptors_bench::{Choice, buffer};
use raptors_kernels::{
    Bool, DType, Level, Ufunc, cast,
    fold::{ArgFold, Fold, HALVES, arg, fold},
    moves::{compress, count_nonzero, nonzero, select},
    product,
};
use std::{hint::black_box, time::Duration};

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Runs `bench` for every level and size in the group of that name.
fn sweep(
    criterion: &mut Criterion,
    name: &str,
    sizes: &[usize],
    mut bench: impl FnMut(&mut Group<'_>, Level, usize, String),
) {
    let mut group = criterion.benchmark_group(name);
    for level in Level::available() {
        for &size in sizes {
            group.throughput(Throughput::Elements(size as u64));
            bench(&mut group, level, size, format!("{}/{size}", level.name()));
        }
    }
}

fn folds(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    for &which in Fold::ALL {
        let Some(input) = which.input(dtype) else {
            continue;
        };
        let name = format!("fold/{which:?}/{}", dtype.name());
        sweep(criterion, &name, sizes, |group, level, size, id| {
            let x = buffer(input, size, 1);
            group.bench_function(id, |bencher| bencher.iter(|| fold(which, level, x.as_in())));
        });
    }
}

fn extremes(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    for (which, name) in [(ArgFold::max, "argmax"), (ArgFold::min, "argmin")] {
        let name = format!("fold/{name}/{}", dtype.name());
        sweep(criterion, &name, sizes, |group, level, size, id| {
            // What is longer is searched by its keys.
            if dtype == DType::F16 && size > HALVES {
                return;
            }
            let x = buffer(dtype, size, 1);
            group.bench_function(id, |bencher| bencher.iter(|| arg(which, level, x.as_in())));
        });
    }
}

/// What a run of elements and a number take: `scale` of the comparison.
fn scales(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    let name = format!("scale/{}", dtype.name());
    sweep(criterion, &name, sizes, |group, level, size, id| {
        let bound = Ufunc::multiply.bind(level, dtype);
        let Some(bound) = bound.filter(|bound| bound.level() == level && bound.repeats()) else {
            return;
        };
        let (x, s) = (buffer(dtype, size, 1), buffer(dtype, 1, 2));
        let mut out = buffer(dtype, size, 3);
        group.bench_function(id, |bencher| {
            bencher.iter(|| bound.run(&[x.as_in(), s.as_in()], &mut [out.as_out()]));
        });
    });
}

fn casts(criterion: &mut Criterion, from: DType, sizes: &[usize]) {
    for &to in DType::ALL {
        let name = format!("cast/{}/{}", from.name(), to.name());
        sweep(criterion, &name, sizes, |group, level, size, id| {
            let (x, mut out) = (buffer(from, size, 1), buffer(to, size, 2));
            group.bench_function(id, |bencher| {
                bencher.iter(|| cast(level, x.as_in(), out.as_out()));
            });
        });
    }
}

fn products(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    let name = format!("product/dot/{}", dtype.name());
    sweep(criterion, &name, sizes, |group, level, size, id| {
        let (x, y) = (buffer(dtype, size, 1), buffer(dtype, size, 2));
        group.bench_function(id, |bencher| {
            bencher.iter(|| product::dot(level, x.as_in(), y.as_in()));
        });
    });
}

/// Moves by element size; they choose the best level themselves.
fn moves(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    let mut group = criterion.benchmark_group(format!("move/{}", dtype.name()));
    let width = dtype.size();
    for &size in sizes {
        group.throughput(Throughput::Elements(size as u64));
        // Every other bit of a number that nobody can predict.
        let chance = buffer(DType::F64, size, 3);
        let mask: Vec<Bool> = chance
            .as_in()
            .of::<f64>()
            .iter()
            .map(|&x| Bool::from(x < 1.0))
            .collect();
        let (x, y) = (buffer(dtype, size, 1), buffer(dtype, size, 2));
        let mut out = vec![0u8; size * width];
        let mut places = vec![0i64; size];
        group.bench_function(format!("select/{size}"), |bencher| {
            bencher.iter(|| {
                select(&mask, x.as_in().bytes(), y.as_in().bytes(), &mut out, width);
            });
        });
        group.bench_function(format!("compress/{size}"), |bencher| {
            bencher.iter(|| compress(&mask, x.as_in().bytes(), &mut out, width));
        });
        group.bench_function(format!("nonzero/{size}"), |bencher| {
            bencher.iter(|| nonzero(&mask, &mut places));
        });
        group.bench_function(format!("count_nonzero/{size}"), |bencher| {
            bencher.iter(|| count_nonzero(black_box(&mask)));
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
        folds(&mut criterion, dtype, &sizes);
        extremes(&mut criterion, dtype, &sizes);
        scales(&mut criterion, dtype, &sizes);
        casts(&mut criterion, dtype, &sizes);
        products(&mut criterion, dtype, &sizes);
        moves(&mut criterion, dtype, &sizes);
    }
    criterion.final_summary();
}
