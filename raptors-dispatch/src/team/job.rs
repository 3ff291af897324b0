//! A job and who takes which of its chunks.

use core::{
    any::Any,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

/// Shares of a job, at most: where there are more threads, several have one.
const SHARES: usize = 16;

/// A job, on the stack of its caller. Its chunks fall into shares of neighbours, one for each
/// thread, which the thread takes first: where jobs follow upon each other on the same memory, a
/// core finds in its cache what it left there. Who has no chunks left takes those of others.
pub(super) struct Job<'a> {
    f: &'a (dyn Fn(usize) + Sync),
    shares: [Share; SHARES],
    used: usize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// The chunks from `next` to `end`. Alone in two cache lines, which processors fetch as one.
#[derive(Default)]
#[repr(align(128))]
struct Share {
    next: AtomicUsize,
    end: usize,
}

impl Share {
    fn is_empty(&self) -> bool {
        self.next.load(Relaxed) >= self.end
    }

    fn take(&self) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let chunk = self.next.fetch_add(1, Relaxed);
        (chunk < self.end).then_some(chunk)
    }
}

impl<'a> Job<'a> {
    /// The chunks `first..chunks` of `f`, for so many threads.
    pub(super) fn new(
        f: &'a (dyn Fn(usize) + Sync),
        first: usize,
        chunks: usize,
        threads: usize,
    ) -> Self {
        let used = threads.clamp(1, SHARES);
        let all = chunks.saturating_sub(first);
        let (each, more) = (all / used, all % used);
        let mut begin = first;
        Self {
            f,
            shares: core::array::from_fn(|share| {
                let next = AtomicUsize::new(begin);
                if share < used {
                    begin += each + usize::from(share < more);
                }
                Share { next, end: begin }
            }),
            used,
            panic: Mutex::new(None),
        }
    }

    /// Whether there are chunks that nobody has taken.
    pub(super) fn is_left(&self) -> bool {
        self.shares[..self.used]
            .iter()
            .any(|share| !share.is_empty())
    }

    fn take(&self, own: usize) -> Option<usize> {
        (own..own + self.used).find_map(|share| self.shares[share % self.used].take())
    }

    /// Takes chunks until there are none, those of the thread's own share first; whether `stop` never said
    /// true. A panic is kept, and ends the job.
    pub(super) fn work(&self, thread: usize, stop: &mut dyn FnMut() -> bool) -> bool {
        // The caller is there from the start: no worker begins in its share.
        let own = match thread {
            0 => 0,
            worker => (1 + (worker - 1) % (self.used - 1).max(1)) % self.used,
        };
        let claimed = catch_unwind(AssertUnwindSafe(|| {
            while let Some(chunk) = self.take(own) {
                if stop() {
                    return false;
                }
                (self.f)(chunk);
            }
            true
        }));
        if !matches!(claimed, Ok(true)) {
            for share in &self.shares[..self.used] {
                share.next.fetch_max(share.end, Relaxed);
            }
        }
        claimed.unwrap_or_else(|panic| {
            let mut first = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(panic);
            false
        })
    }

    /// The first panic of a chunk.
    pub(super) fn into_panic(self) -> Option<Box<dyn Any + Send>> {
        self.panic
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
