//! Plans for one line that is put in order: halved until there are parts for all threads, which is a
//! job or two each time, and the parts sorted, which is another.

use super::{Plan, Rule, Work, map};
use crate::machine::Machine;
use raptors_kernels::order::SHARERS;

/// Jobs of each halving: a part's chunks are parted, and what is on the wrong side is exchanged.
const JOBS: u32 = 2;
/// What the way of elements to the caches of other cores, and back, adds to the time of a thread's share.
const MOVED: f64 = 1.25;

/// A plan for sorting a line on at most `max_threads` threads. `work` describes the whole sort.
#[inline(never)]
pub fn line(work: &Work, machine: &Machine, max_threads: usize) -> Plan {
    let serial = map(work, machine, 1);
    if max_threads <= 1 || serial.rule == Rule::Small {
        return serial;
    }
    let figures = &machine.figures;
    let most = max_threads.min(SHARERS);
    let total = serial.predicted_ns;
    let (mut threads, mut best, mut tried) = (1, total, 1);
    while tried < most {
        tried = (tried * 2).min(most);
        let p = tried as f64;
        let jobs = JOBS * parts(tried).ilog2() + 1;
        // One job waits for the other: who is late in one is waited for, as if it had to be woken.
        let fork = figures.fork_ns + figures.wake_ns + (p - 2.0) * figures.fork_thread_ns;
        let time = f64::from(jobs) * fork + MOVED * total / p;
        if time < (1.0 - figures.gain) * best {
            (threads, best) = (tried, time);
        }
    }
    if threads == 1 {
        let rule = Rule::NoGain;
        return Plan { rule, ..serial };
    }
    Plan {
        threads,
        chunk: work.elements.div_ceil(parts(threads)),
        predicted_ns: best,
        rule: Rule::Gain,
        ..serial
    }
}

/// Parts of a line that `threads` threads sort: each may find a second one where another is late.
const fn parts(threads: usize) -> usize {
    2 * threads.next_power_of_two()
}
