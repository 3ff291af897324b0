//! Costs: elements of typical loops, jobs of the thread team, pages of memory, matrix products.

use super::{
    Kernel, Tuning,
    clock::{self, summary},
};
use crate::{Array, DType, Error, Order, Result, map, matmul, mem, reduce};
use raptors_dispatch::{plan, team};
use raptors_kernels::{In, Level, Out, Ufunc, fold::Fold};
use std::{
    hint::black_box,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// Elements of the loops that are timed: three runs of float64 fit any first-level cache; twice as
/// many minus once as many is free of the cost of the call.
const FEW: usize = 512;
/// What is timed in the first-level cache. Those with a cost above one set `unit_ns`.
const KERNELS: &[(Ufunc, DType)] = &[
    (Ufunc::add, DType::F32),
    (Ufunc::add, DType::F64),
    (Ufunc::divide, DType::F64),
    (Ufunc::exp, DType::F32),
    (Ufunc::exp, DType::F64),
    (Ufunc::log, DType::F64),
    (Ufunc::sin, DType::F32),
    (Ufunc::sin, DType::F64),
    (Ufunc::tanh, DType::F64),
];
/// Elements of the additions by which fork and join are timed.
const FORKED: [usize; 3] = [1 << 13, 1 << 14, 1 << 15];
/// Rest after which workers sleep, in terms of the longest time that they look for a job.
const RESTS: u32 = 6;
/// Bytes that are touched for the cost of pages: below and above the size of huge pages.
const TOUCHED: [usize; 2] = [1 << 20, 32 << 20];

/// Elements of loops in the first-level cache.
pub(super) fn kernels(tuning: &mut Tuning<'_>) -> Result<()> {
    let slice = Duration::from_millis(12);
    let (mut units, mut light) = (Vec::new(), Vec::new());
    for &(ufunc, dtype) in KERNELS {
        let mut per_element = |n: usize| -> Result<f64> {
            let x = Array::ones(&[n], dtype, Order::C)?;
            let sample = clock::time(slice, &mut || {
                black_box(if ufunc.nin() == 2 {
                    map::binary(ufunc, &x, &x).is_ok()
                } else {
                    map::unary(ufunc, &x).is_ok()
                });
            });
            tuning.noise.push(sample.noise);
            Ok(sample.ns)
        };
        let ns = (per_element(2 * FEW)? - per_element(FEW)?).max(1.0) / FEW as f64;
        tuning.kernels.push(Kernel {
            name: format!("{} {}", ufunc.name(), dtype.name()),
            ns,
        });
        let per_vector =
            ns * plan::width(Level::get(), ufunc.cost(), dtype.size()) / dtype.size() as f64;
        match ufunc.cost() {
            0 | 1 => light.push(per_vector),
            cost => units.push(per_vector / f64::from(cost)),
        }
    }
    let mean = |of: &[f64]| (of.iter().map(|x| x.ln()).sum::<f64>() / of.len() as f64).exp();
    tuning.set("vector_ns", mean(&light), "add".to_owned());
    let spread = units.iter().copied().fold(0.0, f64::max) / mean(&units);
    let detail = format!("mean of divide, exp, log, sin and tanh; one is {spread:.1} times it");
    tuning.set("unit_ns", mean(&units), detail);
    others(tuning, slice)
}

/// Loops whose cost is no figure, for the report.
fn others(tuning: &mut Tuning<'_>, slice: Duration) -> Result<()> {
    let n = 1 << 14;
    let values: Vec<f64> = (0..n).map(|i| ((i * 7919) % n) as f64).collect();
    let x = Array::from_slice(&values)?;
    let mut kernel = |name: &str, work: &mut dyn FnMut() -> bool| {
        let sample = clock::time(slice, &mut || {
            black_box(work());
        });
        tuning.kernels.push(Kernel {
            name: format!("{name} float64"),
            ns: sample.ns / n as f64,
        });
    };
    kernel("sum", &mut || reduce::reduce_all(Fold::sum, &x).is_ok());
    kernel("max", &mut || reduce::reduce_all(Fold::max, &x).is_ok());
    kernel("copy", &mut || crate::assign::copy(&x, None).is_ok());
    kernel("argsort", &mut || {
        crate::order::argsort(&x, 0, false).is_ok()
    });
    Ok(())
}

/// Matrix products.
pub(super) fn products(tuning: &mut Tuning<'_>) -> Result<()> {
    let slice = Duration::from_millis(60);
    for (name, dtype, n) in [
        ("matmul_gflops", DType::F32, 384),
        ("matmul_int_gops", DType::I32, 192),
    ] {
        let a = Array::ones(&[n, n], dtype, Order::C)?;
        let sample = clock::time(slice, &mut || {
            black_box(matmul::matmul(&a, &a).is_ok());
        });
        let operations = 2.0 * (n as f64).powi(3);
        let detail = format!("{n} x {n}");
        tuning.set(name, operations / sample.ns, detail);
    }
    Ok(())
}

/// Jobs of the thread team: with awake workers, and the waking of a sleeping one.
pub(super) fn team(tuning: &mut Tuning<'_>) -> Result<()> {
    let cores = tuning.machine.cores;
    if cores < 2 {
        return Ok(());
    }
    let two = fork(2)?;
    let detail = format!("add of {FORKED:?} elements on 2 threads, beyond half of one's time");
    tuning.set("fork_ns", two, detail);
    if cores > 2 {
        let each = (fork(cores)? - two) / (cores - 2) as f64;
        let detail = format!("from 2 to {cores} threads");
        tuning.set("fork_thread_ns", each.max(10.0), detail);
    }
    let rest = Duration::from_nanos(tuning.figures.spin_ns as u64).min(Duration::from_millis(1));
    let (waker, latency) = wake(rest * RESTS);
    let detail = format!("the worker runs {:.1} µs after", latency / 1e3);
    tuning.set("wake_ns", waker, detail);
    Ok(())
}

/// Nanoseconds that additions take longer on `threads` threads than their share of what they take
/// on one: the median over sizes at which threads begin to pay.
fn fork(threads: usize) -> Result<f64> {
    let mut excess = Vec::new();
    for n in FORKED {
        let run = || Array::ones(&[n], DType::F64, Order::C);
        let (x, mut out) = (run()?, run()?);
        let internal = || Error::Internal {
            what: "an array that is not contiguous",
        };
        let x = x.as_slice::<f64>().ok_or_else(internal)?;
        let out = out.as_slice_mut::<f64>()?.ok_or_else(internal)?;
        let add = Ufunc::add
            .bind(Level::get(), DType::F64)
            .ok_or_else(internal)?;
        let len = n.div_ceil(2 * threads);
        let chunks: Vec<_> = out.chunks_mut(len).map(Mutex::new).collect();
        let chunk = |i: usize| {
            let mut out = chunks[i].lock().unwrap_or_else(PoisonError::into_inner);
            let x = &x[i * len..][..out.len()];
            add.run(&[In::from(x), In::from(x)], &mut [Out::from(&mut **out)]);
        };
        let median = |threads: usize| {
            let mut times: Vec<f64> = (0..1500)
                .map(|_| {
                    let start = Instant::now();
                    team::run(threads, chunks.len(), &chunk);
                    start.elapsed().as_nanos() as f64
                })
                .collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        let (one, many) = (median(1), median(threads));
        excess.push(many - one / threads as f64);
    }
    excess.sort_by(f64::total_cmp);
    Ok(excess[excess.len() / 2].max(100.0))
}

/// Nanoseconds that waking a thread takes the one that wakes it, and until it runs, when it has
/// slept for `rest`: medians.
fn wake(rest: Duration) -> (f64, f64) {
    const ROUNDS: u32 = 60;
    let (round, woken) = (AtomicU32::new(0), AtomicU64::new(0));
    let start = Instant::now();
    let now = || start.elapsed().as_nanos() as u64;
    let (mut wakers, mut latencies) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| {
            for expected in 1..=ROUNDS {
                while round.load(Relaxed) < expected {
                    thread::park();
                }
                woken.store(now(), Relaxed);
            }
        });
        for next in 1..=ROUNDS {
            thread::sleep(rest);
            woken.store(0, Relaxed);
            let before = now();
            round.store(next, Relaxed);
            sleeper.thread().unpark();
            wakers.push((now() - before) as f64);
            while woken.load(Relaxed) == 0 {
                thread::yield_now();
            }
            latencies.push(woken.load(Relaxed).saturating_sub(before) as f64);
        }
    });
    let median = |times: &mut [f64]| {
        let sample = summary(times);
        sample.ns * (1.0 + sample.noise)
    };
    (median(&mut wakers), median(&mut latencies))
}

/// The first use of pages.
pub(super) fn pages(tuning: &mut Tuning<'_>) -> Result<()> {
    let page = tuning.machine.page;
    for (name, bytes) in ["page_ns", "huge_page_ns"].into_iter().zip(TOUCHED) {
        let mut times = Vec::new();
        for _ in 0..7 {
            let time = mem::first_touch(bytes, page).ok_or_else(|| Error::memory(bytes))?;
            times.push(time.as_nanos() as f64 / (bytes / page).max(1) as f64);
        }
        let sample = summary(&mut times);
        let detail = format!(
            "a new mapping of {} MiB, {page} bytes at a time",
            bytes >> 20
        );
        tuning.set(name, sample.ns * (1.0 + sample.noise), detail);
    }
    Ok(())
}
