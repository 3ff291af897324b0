//! The team under stress.

use super::*;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

const ROUNDS: usize = if cfg!(miri) { 20 } else { 2000 };

/// A crew that no other test disturbs.
fn crew() -> &'static crew::Crew {
    Box::leak(Box::new(crew::Crew::new()))
}

/// Runs a job on the process's crew and checks that each chunk ran once, for the caller to see.
fn each_once(threads: usize, chunks: usize, f: impl Fn(usize) + Sync) {
    each_once_by(&|f| run(threads, chunks, f), chunks, f);
}

/// What a chunk does.
type Chunk<'a> = &'a (dyn Fn(usize) + Sync);

/// Runs a job by `run` and checks that each chunk ran once, for the caller to see.
fn each_once_by(run: &dyn Fn(Chunk<'_>), chunks: usize, f: impl Fn(usize) + Sync) {
    let mut runs = vec![0u8; chunks];
    let ptr = runs.as_mut_ptr() as usize;
    run(&|chunk| {
        f(chunk);
        // SAFETY: `runs` has `chunks` elements and outlives the job; each chunk has its own.
        unsafe { *(ptr as *mut u8).add(chunk) += 1 };
    });
    assert!(runs.iter().all(|&n| n == 1), "{runs:?}");
}

#[test]
fn every_chunk_runs_once_whatever_the_numbers() {
    for round in 0..ROUNDS {
        each_once(round % 8, round % 23, |_| {});
    }
}

#[test]
fn long_jobs_get_workers_even_more_than_cores() {
    let crew = crew();
    let callers = std::sync::Mutex::new(std::collections::HashSet::new());
    for _ in 0..3 {
        let run = |f: Chunk<'_>| assert!(crew.run((7, 70, 0.0), f, &mut || false));
        each_once_by(&run, 70, |_| {
            callers.lock().unwrap().insert(thread::current().id());
            thread::sleep(Duration::from_micros(300));
        });
    }
    assert!(callers.lock().unwrap().len() > 1);
    assert_eq!(crew.workers(), 6);
}

#[test]
fn a_long_job_has_its_workers_from_the_first_chunk_on() {
    let crew = crew();
    let before = AtomicUsize::new(usize::MAX);
    let run = |f: Chunk<'_>| assert!(crew.run((3, 12, 1e9), f, &mut || false));
    each_once_by(&run, 12, |_| {
        before.fetch_min(crew.workers(), Relaxed);
        thread::sleep(Duration::from_micros(300));
    });
    assert_eq!(before.into_inner(), 2);
}

#[test]
fn jobs_back_to_back_lose_no_chunk() {
    for workers in [1, 2, 6] {
        let crew = crew();
        crew.run(
            (workers + 1, 8, 0.0),
            &|_| thread::sleep(Duration::from_millis(1)),
            &mut || false,
        );
        assert_eq!(crew.workers(), workers);
        for round in 0..ROUNDS * 2 {
            let run = |f: Chunk<'_>| {
                assert!(crew.fork(workers, 0, 40, f, &mut || false));
            };
            each_once_by(&run, 40, |_| {});
            if round % (ROUNDS / 4) == 0 {
                // Long enough for the workers to fall asleep.
                thread::sleep(Duration::from_millis(2));
            }
        }
    }
}

#[test]
fn jobs_inside_jobs_run_on_their_own_thread() {
    let crew = crew();
    let run = |f: Chunk<'_>| assert!(crew.run((4, 12, 0.0), f, &mut || false));
    each_once_by(&run, 12, |_| {
        assert_eq!(threads(), 1);
        let outer = thread::current().id();
        thread::sleep(Duration::from_micros(100));
        each_once(4, 10, |_| assert_eq!(thread::current().id(), outer));
    });
    assert!(!crew::inside());
}

#[test]
fn many_callers_at_once() {
    thread::scope(|scope| {
        for caller in 0..4 {
            scope.spawn(move || {
                for round in 0..ROUNDS / 4 {
                    each_once(2 + caller, 16, |_| {
                        if round % 16 == 0 {
                            thread::sleep(Duration::from_micros(20));
                        }
                    });
                }
            });
        }
    });
}

#[test]
fn a_panic_reaches_the_caller_and_the_team_lives_on() {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for round in 0..ROUNDS / 20 {
        let running = AtomicUsize::new(0);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            run(5, 20, &|chunk| {
                running.fetch_add(1, Relaxed);
                thread::sleep(Duration::from_micros(30));
                running.fetch_sub(1, Relaxed);
                assert!(chunk != round % 20, "chunk {chunk}");
            });
        }));
        let panic = caught.unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert_eq!(*message, format!("chunk {}", round % 20));
        assert_eq!(running.into_inner(), 0);
        assert!(!crew::inside());
    }
    std::panic::set_hook(quiet);
    each_once(5, 20, |_| thread::sleep(Duration::from_micros(30)));
}

#[test]
fn a_job_can_be_stopped() {
    for threads in [1, 4] {
        let ran = AtomicUsize::new(0);
        let mut asked = 0;
        let all = run_until(
            threads,
            10_000,
            &|_| {
                ran.fetch_add(1, Relaxed);
                thread::sleep(Duration::from_micros(50));
            },
            &mut || {
                asked += 1;
                asked > 5
            },
        );
        assert!(!all && ran.into_inner() < 10_000);
    }
    assert!(run_until(4, 10, &|_| {}, &mut || false));
}

#[test]
fn the_number_of_threads_may_change_while_jobs_run() {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..ROUNDS {
                let n = 1 + round % 6;
                with_threads(n, || each_once(threads(), 24, |_| {})).unwrap();
            }
            done.store(true, Relaxed);
        });
        while !done.load(Relaxed) {
            each_once(3, 3, |_| thread::yield_now());
        }
    });
}
