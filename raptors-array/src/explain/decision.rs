//! What was decided for a call, by which rule, and where the rule's numbers come from.

use crate::mem::{self, Supply};
use core::fmt;
use raptors_dispatch::{
    Machine, machine,
    plan::{Bound, Halves, MatmulPlan, Path, Plan, Rule, Stores, Time, Work},
    team,
};
use raptors_kernels::Level;

/// One line of an explanation.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    what: &'static str,
    /// What was decided.
    value: String,
    /// Why.
    rule: String,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, value, rule } = self;
        if rule.is_empty() {
            write!(f, "{what:<11} {value}")
        } else {
            write!(f, "{what:<11} {value:<22} {rule}")
        }
    }
}

fn decision(what: &'static str, value: impl fmt::Display, rule: String) -> Decision {
    let value = value.to_string();
    Decision { what, value, rule }
}

/// The decisions for a loop over elements, whose results have `allocated` bytes.
pub(super) fn decisions(
    path: String,
    level: Level,
    work: &Work,
    plan: &Plan,
    allocated: usize,
) -> Vec<Decision> {
    let machine = machine();
    let elements = format!("{} elements", plan.chunk);
    let mut lines = vec![
        decision("path", path, String::new()),
        decision(
            "level",
            level.name(),
            level_rule(level, plan.level, (work.halves, plan.bound), machine),
        ),
        threads(plan.threads, plan.rule, machine),
        decision("chunk", elements, chunk_rule(plan, machine)),
        decision("stores", plan.stores, stores_rule(work, plan, machine)),
    ];
    lines.extend(tail(
        plan.predicted_ns,
        plan.bound,
        bound_rule(work, plan, machine),
        allocated,
    ));
    lines
}

/// The decisions for a matrix product, whose result has `allocated` bytes.
pub(super) fn product_decisions(
    plan: &MatmulPlan,
    arithmetic: bool,
    allocated: usize,
) -> Vec<Decision> {
    let machine = machine();
    let figures = &machine.figures;
    let rule = match plan.path {
        Path::Small => format!(
            "at most {} multiply-adds (matmul_small), or a narrow result of short sums",
            figures.matmul_small
        ),
        Path::Thin => "few rows or columns, each element a sum of its own".to_owned(),
        Path::Direct => "real matrices that stay in the second cache (l2), at AVX-512".to_owned(),
        Path::Packed => format!(
            "more than {} multiply-adds (matmul_small)",
            figures.matmul_small
        ),
        Path::Integer => "integers have kernels of their own".to_owned(),
        Path::Dot | Path::Vector => "an operand is a vector".to_owned(),
        Path::Empty => "no dimension may be zero".to_owned(),
    };
    let mut lines = vec![decision("path", plan.path, rule)];
    if plan.path == Path::Packed {
        let rule = "RAPTORS_BLAS, or the fastest that is built in".to_owned();
        lines.push(decision("back end", plan.backend, rule));
    }
    let far = (Halves::Usable, Bound::Memory);
    let rule = level_rule(plan.level, plan.level, far, machine);
    lines.push(decision("level", plan.level.name(), rule));
    lines.push(threads(plan.threads, plan.rule, machine));
    let chunk = format!("{} {}", plan.chunk, plan.split);
    let rule = format!(
        "strips of the longer side, each at least {} (matmul_chunk_ns, {})",
        Time(figures.matmul_chunk_ns),
        machine.source
    );
    lines.push(decision("chunk", chunk, rule));
    let rule = "a product reads its result again".to_owned();
    lines.push(decision("stores", Stores::Cached, rule));
    let (bound, rule) = if arithmetic {
        let rate = figures.matmul_gflops;
        let rule = format!(
            "matmul_gflops = {rate:.0} for float32 on one core ({})",
            machine.source
        );
        (Bound::Arithmetic, rule)
    } else {
        (Bound::Memory, "each element is used once".to_owned())
    };
    lines.extend(tail(plan.predicted_ns, bound, rule, allocated));
    lines
}

fn tail(predicted_ns: f64, bound: Bound, rule: String, allocated: usize) -> Vec<Decision> {
    let (allocation, first_use) = allocation(allocated);
    let (predicted, source) = (Time(predicted_ns), machine().source);
    let (predicted, why) = if first_use > 0.0 {
        (
            format!("{predicted} + {}", Time(first_use)),
            format!("the second part is the first use of fresh pages ({source})"),
        )
    } else {
        (
            predicted.to_string(),
            format!("the model's, with figures from: {source}"),
        )
    };
    vec![
        allocation,
        decision("predicted", predicted, why),
        decision("bound", bound, rule),
    ]
}

/// Where the memory of the results comes from, and what its first use costs.
fn allocation(bytes: usize) -> (Decision, f64) {
    let figures = &machine().figures;
    let (value, rule, cost) = match mem::forecast(bytes) {
        None => ("none".to_owned(), "more than memory".to_owned(), 0.0),
        Some(Supply::Recycled) => {
            let rule = format!("the pool has a block for {}", Size(bytes));
            ("recycled".to_owned(), rule, 0.0)
        }
        Some(Supply::Allocated) => {
            let rule = format!("no block of this thread for {}", Size(bytes));
            ("fresh, allocator".to_owned(), rule, 0.0)
        }
        Some(Supply::Mapped { bytes, huge }) => {
            let pages = bytes.div_ceil(machine().page) as f64;
            let (name, ns) = if huge {
                ("huge_page_ns", figures.huge_page_ns)
            } else {
                ("page_ns", figures.page_ns)
            };
            let rule = format!("a new mapping of {}; {name} = {ns:.0}", Size(bytes));
            ("fresh, mapping".to_owned(), rule, pages * ns)
        }
    };
    (decision("allocation", value, rule), cost)
}

/// Why a loop is one for `level`, where `planned` is what was to be had for the work, and narrower vectors are
/// chosen for what they are to it and what limits it.
fn level_rule(
    level: Level,
    planned: Level,
    (halves, bound): (Halves, Bound),
    machine: &Machine,
) -> String {
    let chosen = Level::get();
    let best = Level::available().last().copied();
    let source = if Some(chosen) == best {
        "the best that the CPU has".to_owned()
    } else {
        "RAPTORS_SIMD".to_owned()
    };
    if level == chosen {
        source
    } else if level == planned {
        let figures = &machine.figures;
        let (name, bytes, what) = if halves == Halves::Dividing {
            ("divide_vector", figures.divide_vector, "the divider takes")
        } else if matches!(bound, Bound::L3 | Bound::Memory) {
            let what = "the last-level cache and main memory move";
            ("far_vector", figures.far_vector, what)
        } else {
            let what = "the second-level cache moves";
            ("near_vector", figures.near_vector, what)
        };
        let source = machine.source;
        format!("{name} = {bytes} bytes ({source}): so wide is what {what} fastest")
    } else {
        format!("this loop gains nothing from {} ({source})", chosen.name())
    }
}

fn threads(threads: usize, rule: Rule, machine: &Machine) -> Decision {
    let limit = format!("of at most {}: {}", team::threads(), team::limit_source());
    let figures = &machine.figures;
    let numbers = match rule {
        Rule::Gain | Rule::NoGain => format!(
            "; fork_ns = {:.0}, gain = {} ({})",
            figures.fork_ns, figures.gain, machine.source
        ),
        Rule::Small => format!("; fork_ns = {:.0} ({})", figures.fork_ns, machine.source),
        Rule::OneAllowed | Rule::OneChunk => String::new(),
    };
    decision("threads", threads, format!("{rule} ({limit}{numbers})"))
}

fn chunk_rule(plan: &Plan, machine: &Machine) -> String {
    if plan.threads == 1 {
        return "one thread takes all".to_owned();
    }
    let figures = &machine.figures;
    format!(
        "chunks_per_thread = {}, chunk_ns = {}, chunk_bytes = {} ({})",
        figures.chunks_per_thread, figures.chunk_ns, figures.chunk_bytes, machine.source
    )
}

fn stores_rule(work: &Work, plan: &Plan, machine: &Machine) -> String {
    let (figures, l3) = (&machine.figures, Size(machine.l3.bytes));
    let used = Size(work.footprint());
    let limit = format!(
        "stream_from = {} x {l3} ({})",
        figures.stream_from, machine.source
    );
    match plan.stores {
        Stores::Streaming => format!("{used} in use are more than {limit}"),
        Stores::Cached if work.bytes_written == 0 => "nothing but the result is written".to_owned(),
        Stores::Cached if !work.streamable => {
            "this loop has no stores around the caches".to_owned()
        }
        Stores::Cached if work.mostly_reads() => {
            "at least four times as much is read as written".to_owned()
        }
        Stores::Cached if figures.stream_gbs <= figures.dram_gbs => {
            format!("stream_gbs is not above dram_gbs ({})", machine.source)
        }
        Stores::Cached => format!("{used} in use, at most {limit}"),
    }
}

fn bound_rule(work: &Work, plan: &Plan, machine: &Machine) -> String {
    if plan.rule == Rule::Small {
        return "not asked for so little work; the time is an upper bound".to_owned();
    }
    let (used, share) = (Size(work.footprint()), machine.figures.resident);
    let figures = &machine.figures;
    let (name, cache) = match plan.bound {
        Bound::Arithmetic if work.cost <= 1 => {
            return format!("vector_ns = {:.3}", figures.vector_ns);
        }
        Bound::Arithmetic => {
            let (cost, unit) = (work.cost, figures.unit_ns);
            return format!("cost {cost} x unit_ns = {unit:.3} ({})", machine.source);
        }
        Bound::L1 => ("L1", machine.l1),
        Bound::L2 => ("L2", machine.l2),
        Bound::L3 => ("L3", machine.l3),
        Bound::Memory => {
            let l3 = Size(machine.l3.bytes);
            return format!("{used} in use are more than resident = {share} x L3 of {l3}");
        }
    };
    let size = Size(cache.bytes);
    format!("{used} in use are within resident = {share} x {name} of {size}")
}

/// Bytes, printed in a unit that suits them.
struct Size(usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes < 10 << 10 => write!(f, "{bytes} bytes"),
            bytes if bytes < 10 << 20 => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{} MiB", bytes >> 20),
        }
    }
}
