//! Keeps a worker off the core of the thread that wakes it. The system likes to wake a thread beside the one that
//! wakes it, where it waits for that one to stop, until its queues are balanced milliseconds later.

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// A worker as the system knows it, and the core that it keeps off.
pub(super) struct Steered {
    /// The number of the thread; zero until it runs.
    thread: AtomicI32,
    /// The core; none if negative.
    avoided: AtomicI32,
}

impl Steered {
    pub(super) const fn new() -> Self {
        Self {
            thread: AtomicI32::new(0),
            avoided: AtomicI32::new(-1),
        }
    }

    /// Makes the calling thread the worker, which keeps off `core`.
    pub(super) fn start(&self, core: i32) {
        self.thread.store(system::this_thread(), Relaxed);
        self.keep_off(core);
    }

    /// Keeps the worker off `core`, if there is another that the calling thread may use.
    pub(super) fn keep_off(&self, core: i32) {
        let thread = self.thread.load(Relaxed);
        if thread == 0 || core < 0 || self.avoided.load(Relaxed) == core {
            return;
        }
        self.avoided.store(core, Relaxed);
        system::keep_off(thread, core);
    }
}

pub(super) use system::core;

#[cfg(target_os = "linux")]
mod system {
    /// The core that the calling thread runs on; negative where that cannot be told.
    pub(in super::super) fn core() -> i32 {
        // SAFETY: it takes nothing, and reads a number.
        unsafe { libc::sched_getcpu() }
    }

    pub(super) fn this_thread() -> i32 {
        // SAFETY: it takes nothing, and cannot fail.
        unsafe { libc::gettid() }
    }

    /// Gives `thread` all cores of the calling one but this, if there are any.
    pub(super) fn keep_off(thread: i32, core: i32) {
        let Some(mut cores) = cores_of(0) else { return };
        let core = core as usize;
        if core < libc::CPU_SETSIZE as usize {
            // SAFETY: the number is less than the set has places.
            unsafe { libc::CPU_CLR(core, &mut cores) };
        }
        // SAFETY: `cores` is initialized.
        if unsafe { libc::CPU_COUNT(&cores) } == 0 {
            return;
        }
        // SAFETY: `cores` is readable and its true size is passed. Where it fails, the worker may run anywhere.
        unsafe { libc::sched_setaffinity(thread, size_of::<libc::cpu_set_t>(), &raw const cores) };
    }

    /// The cores that a thread may use; those of the calling one if zero.
    pub(super) fn cores_of(thread: i32) -> Option<libc::cpu_set_t> {
        // SAFETY: `cpu_set_t` is an array of integers, for which zero is a value.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        let size = size_of::<libc::cpu_set_t>();
        // SAFETY: `set` is writable and its true size is passed.
        let failed = unsafe { libc::sched_getaffinity(thread, size, &raw mut set) };
        (failed == 0).then_some(set)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(in super::super) fn core() -> i32 {
        -1
    }

    pub(super) fn this_thread() -> i32 {
        0
    }

    pub(super) fn keep_off(_: i32, _: i32) {}
}

#[cfg(all(test, target_os = "linux", not(miri)))]
mod tests {
    use super::*;

    /// The cores of a new thread that keeps off each of `avoided` in turn, after each.
    fn allowed(avoided: &[i32]) -> Vec<Vec<usize>> {
        let list = |set: &libc::cpu_set_t| -> Vec<usize> {
            (0..libc::CPU_SETSIZE as usize)
                // SAFETY: the numbers are less than the set has places.
                .filter(|&core| unsafe { libc::CPU_ISSET(core, set) })
                .collect()
        };
        let steered = Steered::new();
        let (begin, end) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                steered.start(-1);
                begin.wait();
                end.wait();
            });
            begin.wait();
            let thread = steered.thread.load(Relaxed);
            let mut found = vec![list(&system::cores_of(0).unwrap())];
            for &core in avoided {
                steered.keep_off(core);
                found.push(list(&system::cores_of(thread).unwrap()));
            }
            end.wait();
            found
        })
    }

    #[test]
    fn a_worker_has_all_cores_but_one() {
        let all = allowed(&[]).remove(0);
        let (first, last) = (all[0] as i32, all[all.len() - 1] as i32);
        let found = allowed(&[first, last, -1]);
        for (cores, avoided) in found[1..].iter().zip([first, last, last]) {
            let want: Vec<usize> = if all.len() == 1 {
                all.clone()
            } else {
                all.iter()
                    .copied()
                    .filter(|&core| core as i32 != avoided)
                    .collect()
            };
            assert_eq!(*cores, want);
        }
        assert!(core() >= 0);
    }
}
