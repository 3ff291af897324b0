//! The model: time is the longer of arithmetic and memory traffic, plus the cost of the team.

use super::{Bound, Halves, Plan, Rule, Stores, Work};
use crate::machine::{Figures, Machine};
use raptors_kernels::Level;

/// A plan for an element-wise loop on at most `max_threads` threads.
#[inline]
pub fn map(work: &Work, machine: &Machine, max_threads: usize) -> Plan {
    let weight = work.weight();
    if weight < machine.small {
        return small(work, weight, machine);
    }
    let model = Model { work, machine };
    let chunk = model.chunk(max_threads);
    model.plan(max_threads, work.elements.div_ceil(chunk), |threads| {
        let granule = granule(work, &machine.figures);
        let fair = work.elements / (threads * per_thread(&machine.figures));
        fair.next_multiple_of(granule).max(chunk)
    })
}

/// A plan for a fold of one run to one value, on at most `max_threads` threads. The chunk is a
/// length: subtrees of the summation tree that are no longer are one thread's work.
#[inline]
pub fn fold(work: &Work, machine: &Machine, max_threads: usize) -> Plan {
    let weight = work.weight();
    if weight < machine.small {
        return small(work, weight, machine);
    }
    let model = Model { work, machine };
    let least = model.chunk(max_threads);
    let subtree = |depth: u32| (work.elements >> depth) + TREE_SLACK;
    let most_depth = (0..usize::BITS - 1)
        .take_while(|&depth| subtree(depth + 1) >= least)
        .count() as u32;
    model.plan(max_threads, 1 << most_depth, |threads| {
        let wanted = (threads * per_thread(&machine.figures)).next_power_of_two();
        subtree(wanted.trailing_zeros().min(most_depth))
    })
}

/// Halves of the summation tree are cut at multiples of this, so subtrees of one depth differ in
/// length by less than it.
const TREE_SLACK: usize = 8;

/// The plan for work too small to think about.
#[inline]
fn small(work: &Work, weight: u64, machine: &Machine) -> Plan {
    Plan {
        level: nearby(work, machine),
        threads: 1,
        chunk: work.elements,
        stores: Stores::Cached,
        predicted_ns: weight as f64 * slowest(&machine.figures),
        bound: Bound::L2,
        rule: Rule::Small,
        source: machine.source,
    }
}

/// The level of the loop of work that finds its data in the first or the second-level cache.
#[inline]
fn nearby(work: &Work, machine: &Machine) -> Level {
    let figures = &machine.figures;
    let widest = match work.halves {
        Halves::Dividing => figures.divide_vector,
        Halves::Equal if !work.narrows() && !fits(work, figures, machine.l1.bytes) => {
            figures.near_vector
        }
        _ => return work.level,
    };
    if widest < register(work.level, work.size) {
        work.level.halved()
    } else {
        work.level
    }
}

/// Whether a cache of so many bytes holds the data of the work.
#[inline]
fn fits(work: &Work, figures: &Figures, cache: usize) -> bool {
    work.footprint() as f64 <= figures.resident * cache as f64
}

/// Nanoseconds for one unit of weight, at most, while the data is in the second-level cache: loops
/// use vectors of at least this many bytes at the level of this process.
fn slowest(figures: &Figures) -> f64 {
    let narrowest = match Level::get() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(_) | Level::Avx512(_) => 32.0,
        _ => 16.0,
    };
    (1.0 / figures.l2_gbs).max(figures.vector_ns.max(figures.unit_ns) / narrowest)
}

/// The weight below which two threads cannot gain enough: half the time and the cost of the team
/// are not less than the time without what must be gained.
pub(crate) fn small_weight(figures: &Figures) -> u64 {
    let least_ns = figures.fork_ns / (0.5 - figures.gain).max(0.0);
    (least_ns / slowest(figures)) as u64
}

fn per_thread(figures: &Figures) -> usize {
    (figures.chunks_per_thread as usize).max(1)
}

/// Elements that chunks are a multiple of.
fn granule(work: &Work, figures: &Figures) -> usize {
    (figures.chunk_bytes as usize / work.size.max(1)).max(1)
}

/// Widest vectors in bytes that loops of one unit of cost are compiled for: they wait for memory.
const CHEAP_WIDTH: f64 = 32.0;

/// Most cost of loops of plain arithmetic, which give the same bits at every level.
const PLAIN_COST: u32 = 4;

/// Bytes of the vectors that a loop of this cost uses, on elements of `size` bytes.
pub fn width(level: Level, cost: u32, size: usize) -> f64 {
    let register = register(level, size);
    if cost <= 1 {
        register.min(CHEAP_WIDTH)
    } else {
        register
    }
}

/// Bytes of a vector register.
fn register(level: Level, size: usize) -> f64 {
    match level {
        Level::Scalar(_) => size as f64,
        #[cfg(target_arch = "x86_64")]
        Level::Sse2(_) => 16.0,
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(_) => 32.0,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(_) => 64.0,
        #[cfg(target_arch = "aarch64")]
        Level::Neon(_) => 16.0,
    }
}

/// One piece of work on one machine.
pub(super) struct Model<'a> {
    pub(super) work: &'a Work,
    pub(super) machine: &'a Machine,
}

impl Model<'_> {
    /// The least chunk: whole granules, and long enough to be worth claiming.
    pub(super) fn chunk(&self, max_threads: usize) -> usize {
        if max_threads <= 1 {
            return self.work.elements.max(1);
        }
        let figures = &self.machine.figures;
        let granule = granule(self.work, figures);
        let element_ns = self.serial(Stores::Cached).0 / self.work.elements.max(1) as f64;
        let worth = (figures.chunk_ns / element_ns.max(f64::MIN_POSITIVE)) as usize;
        worth
            .clamp(1, isize::MAX as usize)
            .next_multiple_of(granule)
    }

    /// The best plan on at most `max_threads` threads for work that falls into at most `chunks`
    /// chunks; `chunk` gives their length for a number of threads above one.
    #[inline(never)]
    pub(super) fn plan(
        &self,
        max_threads: usize,
        chunks: usize,
        chunk: impl Fn(usize) -> usize,
    ) -> Plan {
        let figures = &self.machine.figures;
        let enough = 1.0 - figures.gain;
        let (mut best, mut bound) = self.serial(Stores::Cached);
        let mut stores = Stores::Cached;
        if self.may_stream() {
            let (streaming, streaming_bound) = self.serial(Stores::Streaming);
            if streaming < enough * best {
                (best, bound, stores) = (streaming, streaming_bound, Stores::Streaming);
            }
        }
        let most = max_threads.min(chunks);
        let mut threads = 1;
        let mut tried = 1;
        while tried < most {
            tried = (tried * 2).min(most);
            let (time, limit) = self.time(tried, stores);
            if time < enough * best {
                (best, bound, threads) = (time, limit, tried);
            }
        }
        let rule = match threads {
            1 if max_threads <= 1 => Rule::OneAllowed,
            1 if chunks <= 1 => Rule::OneChunk,
            1 => Rule::NoGain,
            _ => Rule::Gain,
        };
        let chunk = if threads == 1 {
            self.work.elements
        } else {
            chunk(threads)
        };
        Plan {
            level: self.level(),
            threads,
            chunk,
            stores,
            predicted_ns: best,
            bound,
            rule,
            source: self.machine.source,
        }
    }

    /// The level of the loop: with narrower vectors where data comes from afar that moves faster so, or
    /// where they are as good as others nearby. One thread's work tells, so that the level does not depend
    /// on how many there are.
    fn level(&self) -> Level {
        let Work {
            level, cost, size, ..
        } = *self.work;
        let halves = self.work.halves;
        let narrower = self.machine.figures.far_vector < register(level, size);
        let (_, bound) = self.serial(Stores::Cached);
        let far = matches!(bound, Bound::L3 | Bound::Memory);
        if narrower && far && cost <= PLAIN_COST && !self.work.packs() && halves > Halves::Lacking {
            level.halved()
        } else if !far || halves == Halves::Dividing {
            nearby(self.work, self.machine)
        } else {
            level
        }
    }

    fn serial(&self, stores: Stores) -> (f64, Bound) {
        self.time(1, stores)
    }

    /// Predicted nanoseconds on `threads` threads, and what takes them.
    fn time(&self, threads: usize, stores: Stores) -> (f64, Bound) {
        let figures = &self.machine.figures;
        let work = self.work;
        let p = threads as f64;
        let fork = match threads {
            1 => 0.0,
            _ => figures.fork_ns + (p - 2.0) * figures.fork_thread_ns,
        };
        let vectors =
            work.elements as f64 * work.size as f64 / width(work.level, work.cost, work.size);
        let vector_ns = match work.cost {
            0 | 1 => figures.vector_ns,
            cost => f64::from(cost) * figures.unit_ns,
        };
        let arithmetic = vectors * vector_ns / p;
        let (bandwidth, bound) = self.bandwidth(p, stores);
        let traffic = self.bytes() / bandwidth;
        if arithmetic >= traffic {
            (fork + arithmetic, Bound::Arithmetic)
        } else {
            (fork + traffic, bound)
        }
    }

    fn bytes(&self) -> f64 {
        self.work.bytes_read as f64 + self.work.bytes_written as f64
    }

    /// Bytes per nanosecond of `p` threads together. The work's data is taken to be where it fits
    /// as a whole: what one thread wrote before is not yet in another's cache.
    fn bandwidth(&self, p: f64, stores: Stores) -> (f64, Bound) {
        let Machine {
            l1,
            l2,
            l3,
            figures,
            ..
        } = self.machine;
        let fits = |cache: usize| fits(self.work, figures, cache);
        let memory = p.min(figures.dram_cores.max(1.0));
        let reads = self.work.bytes_written == 0;
        let of = |reading: f64, both: f64| if reads { reading } else { both };
        if stores == Stores::Streaming {
            (memory * figures.stream_gbs, Bound::Memory)
        } else if fits(l1.bytes) {
            (p * of(figures.l1_read_gbs, figures.l1_gbs), Bound::L1)
        } else if fits(l2.bytes) {
            (p * of(figures.l2_read_gbs, figures.l2_gbs), Bound::L2)
        } else if fits(l3.bytes) {
            let shared = p.min(figures.l3_cores.max(1.0));
            (shared * of(figures.l3_read_gbs, figures.l3_gbs), Bound::L3)
        } else {
            (
                memory * of(figures.dram_read_gbs, figures.dram_gbs),
                Bound::Memory,
            )
        }
    }

    fn may_stream(&self) -> bool {
        let Machine { l3, figures, .. } = self.machine;
        self.work.streamable
            && self.work.bytes_written > 0
            && !self.work.mostly_reads()
            && self.work.footprint() as f64 > figures.stream_from * l3.bytes as f64
    }
}
