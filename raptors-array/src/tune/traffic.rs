//! Bandwidth: what one core and all cores move to and from each cache and main memory.

use super::{
    Tuning,
    clock::{self, Sample},
};
use crate::{Array, DType, Error, Order, Result};
use raptors_dispatch::{Machine, machine::Figures};
use raptors_kernels::{
    In, Level, Out, Ufunc,
    fold::{self, Fold},
};
use std::{
    hint::black_box,
    sync::Barrier,
    time::{Duration, Instant},
};

/// Most bytes that a measurement in main memory touches.
const MOST_BYTES: usize = 512 << 20;
/// Sizes of the last-level cache in which stores around the caches are compared with others.
const CROSSINGS: [f64; 6] = [0.5, 0.75, 1.0, 1.5, 2.0, 4.0];
/// Share of the cores that threads must find free for what needs all cores to be measured: those
/// that share a core by two still reach it in the first-level cache.
const FREE: f64 = 0.45;
/// Bytes of the widest vectors.
const WIDEST: f64 = 64.0;
/// Gain from which narrower vectors count as faster.
const NARROWER: f64 = 1.02;
/// Gain from which a store around the caches counts as faster.
const FASTER: f64 = 1.05;

/// Three runs of numbers.
struct Runs {
    x: Array,
    y: Array,
    out: Array,
}

/// What is done with them.
#[derive(Clone, Copy)]
enum Kind {
    /// Reads one run: a sum.
    Read,
    /// Reads one run and writes one.
    Scale,
    /// Reads two runs and writes one.
    Add,
    /// As [`Kind::Add`], with stores around the caches.
    Stream,
    /// Reads two runs, divides and writes one.
    Divide,
    /// Reads one run and writes its square roots.
    Root,
}

impl Kind {
    const fn runs(self) -> usize {
        match self {
            Self::Read => 1,
            Self::Scale | Self::Root => 2,
            Self::Add | Self::Stream | Self::Divide => 3,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Scale => "scale",
            Self::Add => "add",
            Self::Stream => "add around the caches",
            Self::Divide => "divide",
            Self::Root => "sqrt",
        }
    }
}

fn internal() -> Error {
    Error::Internal {
        what: "a measurement without its loop",
    }
}

impl Runs {
    /// Runs of `n` numbers, all of them written once.
    fn new(n: usize) -> Result<Self> {
        let run = || Array::ones(&[n], DType::F64, Order::C);
        Ok(Self {
            x: run()?,
            y: run()?,
            out: run()?,
        })
    }

    /// Calls `with` with what does `kind` once on the first `n` elements, at `level`.
    fn each<R>(
        &mut self,
        kind: Kind,
        level: Level,
        n: usize,
        with: impl FnOnce(&mut dyn FnMut()) -> R,
    ) -> Result<R> {
        let bind = |ufunc: Ufunc| ufunc.bind(level, DType::F64).ok_or_else(internal);
        let (add, square) = (bind(Ufunc::add)?, bind(Ufunc::square)?);
        let (divide, sqrt) = (bind(Ufunc::divide)?, bind(Ufunc::sqrt)?);
        let x = self.x.as_slice::<f64>().ok_or_else(internal)?;
        let y = self.y.as_slice::<f64>().ok_or_else(internal)?;
        let out = self.out.as_slice_mut::<f64>()?.ok_or_else(internal)?;
        let (x, y, out) = (&x[..n], &y[..n], &mut out[..n]);
        let around = add.around().unwrap_or(add);
        Ok(with(&mut || match kind {
            Kind::Read => {
                black_box(fold::fold(Fold::sum, level, In::from(x)));
            }
            Kind::Scale => square.run(&[In::from(x)], &mut [Out::from(&mut *out)]),
            Kind::Add => add.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut *out)]),
            Kind::Divide => divide.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut *out)]),
            Kind::Root => sqrt.run(&[In::from(x)], &mut [Out::from(&mut *out)]),
            Kind::Stream => around.run(&[In::from(x), In::from(y)], &mut [Out::from(&mut *out)]),
        }))
    }

    fn time(&mut self, kind: Kind, n: usize, budget: Duration) -> Result<Sample> {
        self.time_at(Level::get(), kind, n, budget)
    }

    fn time_at(&mut self, level: Level, kind: Kind, n: usize, budget: Duration) -> Result<Sample> {
        self.each(kind, level, n, |work| clock::time(budget, work))
    }
}

/// Gigabytes per second of `kind` on `n` elements that take `ns` nanoseconds.
fn rate(kind: Kind, n: usize, ns: f64) -> f64 {
    (n * kind.runs() * size_of::<f64>()) as f64 / ns
}

/// Gigabytes per second of `cores` threads that each do `kind` on runs of `n` elements of their own.
fn together(cores: usize, kind: Kind, n: usize, budget: Duration) -> Result<f64> {
    let barrier = Barrier::new(cores);
    let work = || -> Result<f64> {
        let runs = Runs::new(n);
        barrier.wait();
        runs?.each(kind, Level::get(), n, |work| {
            work();
            barrier.wait();
            let (start, mut times) = (Instant::now(), 0);
            while start.elapsed() < budget {
                work();
                times += 1;
            }
            rate(kind, n, start.elapsed().as_nanos() as f64) * f64::from(times)
        })
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut all = work()?;
        for other in others {
            all += other.join().map_err(|_| internal())??;
        }
        Ok(all)
    })
}

/// A level of memory: the figures that one core's traffic with it sets, and the bytes that fit.
struct Place {
    name: &'static str,
    traffic: &'static str,
    reading: &'static str,
    cores: Option<&'static str>,
    bytes: usize,
}

fn places(machine: &Machine) -> [Place; 4] {
    // Twice the level below, and well within the level: a cache is shared with code and stack.
    let within = |level: usize, below: usize| (level / 2).max(2 * below).min(level);
    let [l1, l2, l3] = [machine.l1, machine.l2, machine.l3].map(|cache| cache.bytes);
    let place = |name, traffic, reading, cores, bytes| Place {
        name,
        traffic,
        reading,
        cores,
        bytes,
    };
    [
        place("L1", "l1_gbs", "l1_read_gbs", None, l1 / 2),
        place("L2", "l2_gbs", "l2_read_gbs", None, within(l2, l1)),
        place(
            "L3",
            "l3_gbs",
            "l3_read_gbs",
            Some("l3_cores"),
            within(l3 / 2, l2),
        ),
        place(
            "memory",
            "dram_gbs",
            "dram_read_gbs",
            Some("dram_cores"),
            (4 * l3).min(MOST_BYTES),
        ),
    ]
}

/// Measures every level, and stores around the caches.
pub(super) fn measure(tuning: &mut Tuning<'_>) -> Result<()> {
    let machine = tuning.machine;
    let slice = Duration::from_millis(40);
    for place in places(machine) {
        let most = place.bytes / size_of::<f64>();
        let mut runs = Runs::new(most)?;
        let mut one = |kind: Kind| -> Result<f64> {
            let n = (most / kind.runs()).max(1);
            let sample = runs.time(kind, n, slice)?;
            tuning.noise.push(sample.noise);
            Ok(rate(kind, n, sample.ns))
        };
        let (read, scale, add) = (one(Kind::Read)?, one(Kind::Scale)?, one(Kind::Add)?);
        drop(runs);
        let mut detail = format!("read {read:.0}, scale {scale:.0}, add {add:.0}");
        let cores = machine.cores;
        if cores > 1 {
            let shared = place.cores.is_some();
            let n = most / Kind::Add.runs() / if shared { cores } else { 1 };
            let all = together(cores, Kind::Add, n.max(1), slice)?;
            detail = format!("{detail}; add on all {cores} cores {all:.0}");
            let scaling = all / add;
            match place.cores {
                // Nothing is shared there but the cores themselves.
                None => tuning.crowded |= scaling < FREE * cores as f64,
                Some(name) if !tuning.crowded => {
                    let scaling = scaling.clamp(1.0, cores as f64);
                    let how = format!("add on {cores} cores against one");
                    tuning.set(name, scaling, how);
                }
                Some(_) => {}
            }
        }
        tuning.set(place.reading, read, format!("{}: a sum", place.name));
        tuning.set(place.traffic, (scale * add).sqrt(), detail);
    }
    widths(tuning, slice)?;
    streams(tuning, slice)
}

/// Compares vectors of half as many bytes with the widest, in both caches beyond the first and where the divider
/// takes the time, where this level has them.
fn widths(tuning: &mut Tuning<'_>, slice: Duration) -> Result<()> {
    if Level::get().halved() == Level::get() {
        return Ok(());
    }
    let [l2, l3] = [tuning.machine.l2, tuning.machine.l3].map(|cache| cache.bytes);
    let moving = [Kind::Scale, Kind::Add];
    width(tuning, "far_vector", moving, (l3 / 4).max(2 * l2), slice)?;
    width(tuning, "near_vector", moving, l2 / 2, slice)?;
    let dividing = [Kind::Divide, Kind::Root];
    width(tuning, "divide_vector", dividing, l2 / 2, slice)
}

/// Sets the figure called `name` to the width of the vectors that do `kinds` faster, on so many bytes of runs.
fn width(
    tuning: &mut Tuning<'_>,
    name: &'static str,
    kinds: [Kind; 2],
    bytes: usize,
    slice: Duration,
) -> Result<()> {
    let n = bytes / size_of::<f64>() / Kind::Add.runs();
    let mut runs = Runs::new(n)?;
    let mut gains = [1.0; 2];
    for (gain, kind) in gains.iter_mut().zip(kinds) {
        let whole = runs.time_at(Level::get(), kind, n, slice)?.ns;
        *gain = whole / runs.time_at(Level::get().halved(), kind, n, slice)?.ns;
    }
    let [first, second] = gains;
    let bytes = if (first * second).sqrt() >= NARROWER {
        WIDEST / 2.0
    } else {
        WIDEST
    };
    let [one, other] = kinds.map(Kind::name);
    let detail = format!("{one} {first:.2}, {other} {second:.2} times as fast by halves");
    tuning.set(name, bytes, detail);
    Ok(())
}

/// Compares stores around the caches with others, where this build has them.
fn streams(tuning: &mut Tuning<'_>, slice: Duration) -> Result<()> {
    if Figures::default().stream_gbs == 0.0 {
        return Ok(());
    }
    let l3 = tuning.machine.l3.bytes;
    let sizes = CROSSINGS.map(|caches| (caches * l3 as f64) as usize / size_of::<f64>() / 3);
    let fits = sizes
        .iter()
        .filter(|&n| 3 * n * size_of::<f64>() <= MOST_BYTES);
    let Some(&most) = fits.clone().next_back() else {
        return Ok(());
    };
    let mut runs = Runs::new(most)?;
    let (mut from, mut last, mut gains) = (None, 0.0, Vec::new());
    for (&n, caches) in fits.zip(CROSSINGS) {
        let cached = runs.time(Kind::Add, n, slice / 2)?.ns;
        let streamed = runs.time(Kind::Stream, n, slice / 2)?.ns;
        last = rate(Kind::Stream, n, streamed);
        gains.push(format!("{:.2} at {caches}", cached / streamed));
        let faster = cached >= FASTER * streamed;
        from = from.or(Some(caches)).filter(|_| faster);
    }
    let detail = format!("add, gain by caches in use: {}", gains.join(", "));
    // Without gain at the largest size, the rate is no reason to go around the caches.
    let rate = if from.is_some() {
        last
    } else {
        last.min(tuning.figures.dram_gbs)
    };
    tuning.set("stream_gbs", rate, "add".to_owned());
    let caches = from.unwrap_or(CROSSINGS[CROSSINGS.len() - 1]);
    tuning.set("stream_from", caches, detail);
    Ok(())
}
