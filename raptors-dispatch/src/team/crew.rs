//! The fork–join core: one job at a time, claimed chunk by chunk. A worker that comes late misses
//! the job; the caller waits only for workers that joined it.

use super::{
    MAX_THREADS,
    job::Job,
    limit,
    pace::Pace,
    steer::{self, Steered},
};
use crate::machine::machine;
use core::{
    cell::Cell,
    hint::spin_loop,
    ptr,
    sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU64, AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
    },
};
use std::{
    panic::resume_unwind,
    sync::{Mutex, OnceLock, TryLockError},
    thread::{self, Thread},
    time::{Duration, Instant},
};

thread_local! {
    /// Whether the thread is running a chunk: jobs that it starts run on it alone.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread is running a chunk of a job.
#[inline]
pub(super) fn inside() -> bool {
    INSIDE.get()
}

/// The team: its workers, and the job that they may join.
pub(super) struct Crew {
    /// Held while a job runs.
    pace: Mutex<Pace>,
    /// The number of the job (32 bits), its free seats (16 bits), the workers inside (16 bits).
    /// A job is open while it has free seats.
    state: AtomicU64,
    /// The [`Job`] of `state`; dangling unless a worker is inside or the job's caller is.
    job: AtomicPtr<()>,
    /// Threads that are running jobs of their own, with workers or without.
    callers: AtomicUsize,
    /// When the crew was made.
    born: Instant,
    /// When the last worker was woken that does not run yet, in nanoseconds since `born`; zero if all do.
    woken: AtomicU64,
    /// Nanoseconds that the last worker took that was woken; zero once they are learned.
    delay: AtomicU64,
    /// Workers that are looking for a job.
    looking: AtomicUsize,
    /// Slots that have a worker.
    workers: AtomicUsize,
    slots: Box<[Slot]>,
}

/// One worker.
struct Slot {
    asleep: AtomicBool,
    thread: OnceLock<Thread>,
    steered: Steered,
}

const WORKER: u64 = 1;
const SEAT: u64 = 1 << 16;
const NUMBER: u64 = 1 << 32;
const WORKERS: u64 = SEAT - WORKER;
const SEATS: u64 = NUMBER - SEAT;

/// Iterations of a waiting loop between two looks at the clock.
const LOOKS: u32 = 64;

impl Crew {
    pub(super) fn new() -> Self {
        let slot = || Slot {
            asleep: AtomicBool::new(false),
            thread: OnceLock::new(),
            steered: Steered::new(),
        };
        Self {
            pace: Mutex::default(),
            state: AtomicU64::new(0),
            job: AtomicPtr::new(ptr::null_mut()),
            callers: AtomicUsize::new(0),
            born: Instant::now(),
            woken: AtomicU64::new(0),
            delay: AtomicU64::new(0),
            looking: AtomicUsize::new(0),
            workers: AtomicUsize::new(0),
            slots: std::iter::repeat_with(slot).take(MAX_THREADS - 1).collect(),
        }
    }

    pub(super) fn workers(&self) -> usize {
        self.workers.load(Relaxed)
    }

    /// Runs the chunks of `f` on so many threads, which is expected to take so many nanoseconds, see
    /// [`super::run_expecting`] and [`super::run_until`].
    pub(super) fn run(
        &'static self,
        (threads, chunks, expected_ns): (usize, usize, f64),
        f: &(dyn Fn(usize) + Sync),
        stop: &mut dyn FnMut() -> bool,
    ) -> bool {
        if inside() {
            return serial(0, chunks, f, stop);
        }
        let caller = Caller::enter(&self.callers);
        // Every other thread that computes now, such as those of Dask or joblib, has a core.
        let seats = threads.min(chunks).min(MAX_THREADS) - 1;
        let room = threads.max(limit::threads()) - 1;
        let seats = seats.min(room.saturating_sub(caller.others));
        if seats == 0 {
            return serial(0, chunks, f, stop);
        }
        let mut pace = match self.pace.try_lock() {
            Ok(pace) => pace,
            // A chunk panicked; the pace is still a pace.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Another thread's job.
            Err(TryLockError::WouldBlock) => return serial(0, chunks, f, stop),
        };
        let _inside = Inside::enter();
        let mut first = 0;
        if self.looking.load(Relaxed) == 0 || self.workers() < seats {
            let start = Instant::now();
            pace.learn(self.delay.swap(0, Relaxed));
            if !pace.is_long(start, expected_ns, chunks, seats + 1) {
                if !serial(0, 1, f, stop) {
                    return false;
                }
                first = 1;
                let chunk_ns = start.elapsed().as_nanos() as f64;
                if !pace.worth_waking(chunk_ns, chunks, seats + 1) {
                    let all = serial(1, chunks, f, stop);
                    pace.last = Some(Instant::now());
                    return all;
                }
            }
            self.hire(seats);
        }
        self.fork(seats, first, chunks, f, stop)
    }

    /// Opens a job with `seats` for workers, takes part in it, closes it and waits for those who
    /// joined. The caller holds `pace`.
    pub(super) fn fork(
        &self,
        seats: usize,
        first: usize,
        chunks: usize,
        f: &(dyn Fn(usize) + Sync),
        stop: &mut dyn FnMut() -> bool,
    ) -> bool {
        let job = Job::new(f, first, chunks, seats + 1);
        let open = self.open(&job, seats);
        if self.looking.load(Relaxed) == 0 {
            self.wake(1);
        }
        let all = job.work(0, stop);
        drop(open);
        if let Some(panic) = job.into_panic() {
            resume_unwind(panic);
        }
        all
    }

    fn open<'a>(&'a self, job: &'a Job<'a>, seats: usize) -> Open<'a> {
        self.job
            .store(ptr::from_ref(job).cast_mut().cast(), Relaxed);
        // Nobody else writes `state` now: the last job was closed and has been left by all.
        let number = (self.state.load(Relaxed) & !(NUMBER - 1)).wrapping_add(NUMBER);
        // Release: who joins sees the job. SeqCst: see `sleep`.
        self.state.store(number | (seats as u64 * SEAT), SeqCst);
        Open(self)
    }

    /// Makes sure that there are `workers` workers, as far as the system gives threads.
    fn hire(&'static self, workers: usize) {
        let core = steer::core();
        for index in self.workers()..workers {
            let slot = &self.slots[index];
            let name = format!("raptors-{}", index + 1);
            let spawned = thread::Builder::new().name(name).spawn(move || {
                slot.steered.start(core);
                self.serve(slot, index + 1)
            });
            let Ok(handle) = spawned else { return };
            let _ = slot.thread.set(handle.thread().clone());
            self.workers.store(index + 1, Release);
        }
    }

    /// Wakes up to `most` sleeping workers.
    fn wake(&self, mut most: usize) {
        let core = steer::core();
        for slot in &self.slots[..self.workers.load(Acquire)] {
            if most == 0 {
                break;
            }
            if slot.asleep.load(SeqCst)
                && slot.asleep.swap(false, SeqCst)
                && let Some(thread) = slot.thread.get()
            {
                slot.steered.keep_off(core);
                self.woken.store(self.age(), Relaxed);
                thread.unpark();
                most -= 1;
            }
        }
    }

    /// The life of a worker, which is this thread of every job that it joins.
    fn serve(&self, slot: &Slot, thread: usize) -> ! {
        INSIDE.set(true);
        let longest = Duration::from_nanos(machine().figures.spin_ns as u64);
        let mut patience = longest;
        let mut served = 0;
        loop {
            if self.look(patience, served) {
                if let Some(state) = self.join(served) {
                    served = number(state);
                    self.take_part(state, thread);
                    patience = (patience * 2).min(longest);
                }
                continue;
            }
            patience = (patience / 2).max(longest / 16);
            let start = Instant::now();
            self.sleep(slot, served);
            if start.elapsed() < longest {
                // A job came soon after all: looking for it longer would have paid.
                patience = (patience * 4).min(longest);
            }
        }
    }

    /// Whether a job that the worker has not served has free seats.
    fn is_open(state: u64, served: u64) -> bool {
        state & SEATS != 0 && number(state) != served
    }

    /// Looks for an open job as long as `patience` lasts.
    fn look(&self, patience: Duration, served: u64) -> bool {
        self.looking.fetch_add(1, Relaxed);
        let start = Instant::now();
        let found = loop {
            if (0..LOOKS).any(|_| {
                spin_loop();
                Self::is_open(self.state.load(Relaxed), served)
            }) {
                break true;
            }
            if start.elapsed() > patience {
                break false;
            }
        };
        self.looking.fetch_sub(1, Relaxed);
        found
    }

    /// Sleeps until woken. Who opens a job stores `state` and then loads `asleep`; here it is the
    /// other way round, so in the one order of all `SeqCst` operations one of the two sees the other.
    fn sleep(&self, slot: &Slot, served: u64) {
        // What was not noticed of an earlier time.
        self.woken.store(0, Relaxed);
        slot.asleep.store(true, SeqCst);
        while slot.asleep.load(SeqCst) && !Self::is_open(self.state.load(SeqCst), served) {
            thread::park();
        }
        slot.asleep.store(false, SeqCst);
        let woken = self.woken.swap(0, Relaxed);
        if woken > 0 {
            self.delay
                .store(self.age().saturating_sub(woken).max(1), Relaxed);
        }
    }

    /// Nanoseconds since the crew was made, at least one.
    fn age(&self) -> u64 {
        (self.born.elapsed().as_nanos() as u64).max(1)
    }

    /// Takes a seat of the open job, if it still has one. Gives the state after.
    fn join(&self, served: u64) -> Option<u64> {
        let seat = |state| Self::is_open(state, served).then(|| state - SEAT + WORKER);
        let before = self.state.fetch_update(Acquire, Relaxed, seat).ok()?;
        Some(before - SEAT + WORKER)
    }

    /// Works on the job that the worker has joined, and leaves it.
    fn take_part(&self, state: u64, thread: usize) {
        /// Leaves the job, whatever happens in it.
        struct Leave<'a>(&'a AtomicU64);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                // Release: the caller sees what the worker wrote.
                self.0.fetch_sub(WORKER, Release);
            }
        }
        let _leave = Leave(&self.state);
        // SAFETY: the worker is counted in `state`, so the caller of `fork` keeps the job, which it
        // stored before it opened it, until `_leave` is dropped; nobody opens another before.
        let job = unsafe { &*self.job.load(Relaxed).cast::<Job<'_>>() };
        if state & SEATS != 0 && job.is_left() {
            self.wake(2);
        }
        job.work(thread, &mut || false);
    }
}

const fn number(state: u64) -> u64 {
    state / NUMBER
}

/// An open job; closes it and waits until every worker has left.
struct Open<'a>(&'a Crew);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let state = &self.0.state;
        // Acquire, here and below: sees what the workers wrote.
        let mut left = state.fetch_and(!SEATS, AcqRel) & WORKERS == 0;
        let mut looks = 0;
        while !left {
            looks += 1;
            match looks {
                0..1000 => spin_loop(),
                // The worker may need this core.
                1000..2000 => thread::yield_now(),
                _ => thread::sleep(Duration::from_micros(50)),
            }
            left = state.load(Acquire) & WORKERS == 0;
        }
    }
}

/// Counts the calling thread among those that run jobs.
struct Caller<'a> {
    callers: &'a AtomicUsize,
    /// How many others there were.
    others: usize,
}

impl<'a> Caller<'a> {
    fn enter(callers: &'a AtomicUsize) -> Self {
        let others = callers.fetch_add(1, Relaxed);
        Self { callers, others }
    }
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        self.callers.fetch_sub(1, Relaxed);
    }
}

/// Marks the calling thread as inside a job.
struct Inside(bool);

impl Inside {
    fn enter() -> Self {
        Self(INSIDE.replace(true))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

/// Runs chunks on the calling thread; whether `stop` let all of them run.
fn serial(
    first: usize,
    chunks: usize,
    f: &(dyn Fn(usize) + Sync),
    stop: &mut dyn FnMut() -> bool,
) -> bool {
    (first..chunks).all(|chunk| {
        let go_on = !stop();
        if go_on {
            f(chunk);
        }
        go_on
    })
}
