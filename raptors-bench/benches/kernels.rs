//! Every ufunc at every level of the CPU, on contiguous runs: `cargo bench -p raptors-bench`.
//!
//! A name is `ufunc/dtype/level/elements`; Criterion takes a regular expression of names, such as
//! `cargo bench -p raptors-bench -- '^(add|exp)/float32/'`. `RAPTORS_BENCH_DTYPES` and
//! `RAPTORS_BENCH_SIZES` are lists in place of the default ones.

use std::time::Duration;

use criterion::{Criterion, Throughput};
use raptors_bench::{Buffer, Choice, buffer};
use raptors_kernels::{DType, In, Level, Loop, Out, Ufunc};

fn kernels(criterion: &mut Criterion) {
    let Choice { dtypes, sizes } = Choice::from_env();
    for &ufunc in Ufunc::ALL {
        for &dtype in &dtypes {
            for level in Level::available() {
                let Some(bound) = ufunc.bind(level, dtype) else {
                    continue;
                };
                // Some levels share the loop of the one below.
                if bound.level() != level {
                    continue;
                }
                let mut group =
                    criterion.benchmark_group(format!("{}/{}", ufunc.name(), dtype.name()));
                for &size in &sizes {
                    group.throughput(Throughput::Elements(size as u64));
                    group.bench_function(format!("{}/{size}", level.name()), |bencher| {
                        let (inputs, mut outputs) = buffers(&bound, size);
                        let inputs: Vec<In<'_>> =
                            inputs.iter().map(|input| input.as_in()).collect();
                        let mut outputs: Vec<Out<'_>> =
                            outputs.iter_mut().map(|output| output.as_out()).collect();
                        bencher.iter(|| bound.run(&inputs, &mut outputs));
                    });
                }
            }
        }
    }
}

type Buffers = Vec<Box<dyn Buffer>>;

fn buffers(bound: &Loop, size: usize) -> (Buffers, Buffers) {
    let of = |dtypes: &[DType], seed| {
        dtypes
            .iter()
            .zip(seed..)
            .map(|(&dtype, seed)| buffer(dtype, size, seed))
            .collect()
    };
    (of(bound.inputs(), 1), of(bound.outputs(), 9))
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    kernels(&mut criterion);
    criterion.final_summary();
}
