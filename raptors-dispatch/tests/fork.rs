//! A forked child has a team of its own, and never waits for its parent's.
#![cfg(unix)]

use raptors_dispatch::team;
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// A job that is long enough for workers to be woken.
fn job() -> usize {
    let ran = AtomicUsize::new(0);
    team::run(3, 12, &|_| {
        thread::sleep(Duration::from_micros(500));
        ran.fetch_add(1, Relaxed);
    });
    ran.into_inner()
}

/// Forks, runs `job` in the child, and gives the child's exit code; panics if it hangs.
fn forked_job() -> i32 {
    // SAFETY: the child runs a job, which needs only memory and threads, and leaves by `_exit`.
    let child = unsafe { libc::fork() };
    assert!(child >= 0);
    if child == 0 {
        let fresh = team::workers() == 0;
        let code = match (fresh, job(), job(), team::workers()) {
            (true, 12, 12, 1..) => 0,
            (false, ..) => 1,
            (true, 12, 12, 0) => 2,
            _ => 3,
        };
        // SAFETY: ends the child without running the parent's exit handlers.
        unsafe { libc::_exit(code) };
    }
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut status = 0;
    loop {
        // SAFETY: `child` is a child of this process, `status` is writable.
        match unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } {
            0 if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
            0 => {
                // SAFETY: `child` is a child of this process that has not been waited for.
                unsafe { libc::kill(child, libc::SIGKILL) };
                panic!("the child hangs");
            }
            _ if libc::WIFEXITED(status) => return libc::WEXITSTATUS(status),
            _ => panic!("the child was killed: {status}"),
        }
    }
}

#[test]
fn children_make_their_own_team() {
    assert_eq!(job(), 12);
    assert!(team::workers() > 0);
    for _ in 0..5 {
        assert_eq!(forked_job(), 0);
        assert_eq!(job(), 12);
    }
    // While another thread's job has the team.
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Relaxed) {
                job();
            }
        });
        for _ in 0..10 {
            assert_eq!(forked_job(), 0);
        }
        done.store(true, Relaxed);
    });
}
