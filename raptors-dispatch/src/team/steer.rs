//! Keeps a worker off the core of the thread that wakes it. The system likes to wake a thread beside the one that
//! wakes it, where it waits for that one to stop, until its queues are balanced milliseconds later.

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// A worker as the system knows it, and the core that it keeps off.
pub(super) struct Steered {
    /// The number of the thread; zero until it runs.
    thread: AtomicI32,
    /// The core; none if negative.
    avoided: AtomicI32,
    cores: Mutex<Option<Cores>>,
}

/// The cores of a worker.
struct Cores {
    /// Those that it was given.
    given: system::Set,
    /// Those that it was left with: others are what somebody else gave it since.
    left: system::Set,
}

impl Steered {
    pub(super) const fn new() -> Self {
        Self {
            thread: AtomicI32::new(0),
            avoided: AtomicI32::new(-1),
            cores: Mutex::new(None),
        }
    }

    /// Makes the calling thread the worker, which keeps off `core`.
    pub(super) fn start(&self, core: i32) {
        let Some(given) = system::cores_of(0) else {
            return;
        };
        let mut cores = self.cores.lock().unwrap_or_else(PoisonError::into_inner);
        *cores = Some(Cores { given, left: given });
        drop(cores);
        self.thread.store(system::this_thread(), Relaxed);
        self.keep_off(core);
    }

    /// Keeps the worker off `core`, if it was given another one.
    pub(super) fn keep_off(&self, core: i32) {
        let thread = self.thread.load(Relaxed);
        if thread == 0 || core < 0 || self.avoided.load(Relaxed) == core {
            return;
        }
        let mut cores = self.cores.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(cores), Some(now)) = (&mut *cores, system::cores_of(thread)) else {
            return;
        };
        if !system::are_equal(&now, &cores.left) {
            cores.given = now;
        }
        let wanted = system::without(cores.given, core).unwrap_or(cores.given);
        if system::give(thread, wanted) {
            cores.left = wanted;
            self.avoided.store(core, Relaxed);
        }
    }
}

pub(super) use system::core;

#[cfg(target_os = "linux")]
mod system {
    pub(super) type Set = libc::cpu_set_t;

    /// The core that the calling thread runs on; negative where that cannot be told.
    pub(in super::super) fn core() -> i32 {
        // SAFETY: it takes nothing, and reads a number.
        unsafe { libc::sched_getcpu() }
    }

    pub(super) fn this_thread() -> i32 {
        // SAFETY: it takes nothing, and cannot fail.
        unsafe { libc::gettid() }
    }

    pub(super) fn are_equal(one: &Set, other: &Set) -> bool {
        // SAFETY: both sets are initialized.
        unsafe { libc::CPU_EQUAL(one, other) }
    }

    /// The set without `core`; nothing if that leaves none.
    pub(super) fn without(mut set: Set, core: i32) -> Option<Set> {
        let core = usize::try_from(core).ok()?;
        if core < libc::CPU_SETSIZE as usize {
            // SAFETY: the number is less than the set has places.
            unsafe { libc::CPU_CLR(core, &mut set) };
        }
        // SAFETY: `set` is initialized.
        let left = unsafe { libc::CPU_COUNT(&set) };
        (left > 0).then_some(set)
    }

    /// Gives these cores to a thread: whether that was done.
    pub(super) fn give(thread: i32, set: Set) -> bool {
        // SAFETY: `set` is readable and its true size is passed.
        unsafe { libc::sched_setaffinity(thread, size_of::<Set>(), &raw const set) == 0 }
    }

    /// The cores that a thread may use; those of the calling one if zero.
    pub(super) fn cores_of(thread: i32) -> Option<Set> {
        // SAFETY: `cpu_set_t` is an array of integers, for which zero is a value.
        let mut set: Set = unsafe { std::mem::zeroed() };
        // SAFETY: `set` is writable and its true size is passed.
        let failed = unsafe { libc::sched_getaffinity(thread, size_of::<Set>(), &raw mut set) };
        (failed == 0).then_some(set)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    #[derive(Clone, Copy)]
    pub(super) struct Set;

    pub(super) fn are_equal(_: &Set, _: &Set) -> bool {
        true
    }

    pub(in super::super) fn core() -> i32 {
        -1
    }

    pub(super) fn this_thread() -> i32 {
        0
    }

    pub(super) fn without(_: Set, _: i32) -> Option<Set> {
        None
    }

    pub(super) fn give(_: i32, _: Set) -> bool {
        false
    }

    pub(super) fn cores_of(_: i32) -> Option<Set> {
        None
    }
}

#[cfg(all(test, target_os = "linux", not(miri)))]
mod tests {
    use super::*;

    fn list(set: &system::Set) -> Vec<i32> {
        (0..libc::CPU_SETSIZE)
            // SAFETY: the numbers are less than the set has places.
            .filter(|&core| unsafe { libc::CPU_ISSET(core as usize, set) })
            .collect()
    }

    /// Calls `with` beside a new worker.
    fn beside(with: impl FnOnce(&Steered)) {
        let steered = Steered::new();
        let (begin, end) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                steered.start(-1);
                begin.wait();
                end.wait();
            });
            begin.wait();
            with(&steered);
            end.wait();
        });
    }

    fn cores(worker: &Steered) -> Vec<i32> {
        list(&system::cores_of(worker.thread.load(Relaxed)).unwrap())
    }

    #[test]
    fn a_worker_has_all_cores_but_one() {
        let all = list(&system::cores_of(0).unwrap());
        let others = |avoided: i32| -> Vec<i32> {
            let others: Vec<i32> = all
                .iter()
                .copied()
                .filter(|&core| core != avoided)
                .collect();
            if others.is_empty() {
                all.clone()
            } else {
                others
            }
        };
        beside(|worker| {
            assert_eq!(cores(worker), all);
            for &core in all.iter().chain(all.iter().rev()) {
                worker.keep_off(core);
                assert_eq!(cores(worker), others(core));
            }
            worker.keep_off(-1);
            assert_eq!(cores(worker), others(all[0]));
        });
        assert!(core() >= 0);
    }

    #[test]
    fn a_worker_keeps_to_cores_that_others_gave_it() {
        let all = system::cores_of(0).unwrap();
        let last = *list(&all).last().unwrap();
        let mut only = all;
        for core in list(&all).into_iter().filter(|&core| core != last) {
            only = system::without(only, core).unwrap();
        }
        beside(|worker| {
            assert!(system::give(worker.thread.load(Relaxed), only));
            for core in list(&all) {
                worker.keep_off(core);
                assert_eq!(cores(worker), [last]);
            }
        });
    }
}
