//! Operations of several kernels, as whole arrays on one thread, at every level of the CPU:
//! `cargo bench -p raptors-bench --bench composed`.
//!
//! A name is `softmax/float32/level/elements`, and the variables are those of the bench `kernels`. A
//! process has one level for whole arrays, so each level is measured by a process of its own;
//! `RAPTORS_SIMD` asks for one of them alone.

use criterion::{Criterion, Throughput};
use raptors_array::{Array, Order, Result, assign, nn};
use raptors_bench::{Choice, buffer};
use raptors_dispatch::team;
use raptors_kernels::{DType, Level};
use std::{env, hint::black_box, process::Command, time::Duration};

/// What asks for a level, here and in every program that uses Raptors.
const LEVEL: &str = "RAPTORS_SIMD";

/// An operation along an axis.
type Along = fn(&Array, isize) -> Result<Array>;

const OPS: [(&str, Along); 2] = [("softmax", nn::softmax), ("log_softmax", nn::log_softmax)];

/// The operations on random numbers, at the level of this process.
fn composed(criterion: &mut Criterion, dtype: DType, sizes: &[usize]) {
    for (name, op) in OPS {
        let mut group = criterion.benchmark_group(format!("{name}/{}", dtype.name()));
        for &size in sizes {
            let numbers = buffer(DType::F64, size, 1);
            let array = Array::from_shape(&[size], numbers.as_in().of::<f64>());
            let array = array.expect("enough memory");
            let x = assign::astype(&array, dtype, Some(Order::C)).expect("a cast from float64");
            group.throughput(Throughput::Elements(size as u64));
            group.bench_function(format!("{}/{size}", Level::get().name()), |bencher| {
                let timed = team::with_threads(1, || {
                    bencher.iter(|| black_box(op(&x, -1).is_ok()));
                });
                timed.expect("one thread");
            });
        }
    }
}

/// Runs this program once for each level, with the same arguments.
fn each_level() {
    let program = env::current_exe().expect("the path of this program");
    for level in Level::available() {
        let mut command = Command::new(&program);
        command
            .args(env::args_os().skip(1))
            .env(LEVEL, level.name());
        let status = command.status().expect("this program runs again");
        assert!(status.success(), "level {}: {status}", level.name());
    }
}

fn main() {
    if env::var_os(LEVEL).is_none_or(|level| level.is_empty()) {
        return each_level();
    }
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    let Choice { dtypes, sizes } = Choice::from_env();
    for dtype in dtypes {
        composed(&mut criterion, dtype, &sizes);
    }
    criterion.final_summary();
}
