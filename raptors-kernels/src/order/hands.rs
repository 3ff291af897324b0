//! Threads that the kernels do not have, lent to one job.

use std::sync::{Mutex, PoisonError};

/// What calls a function with each number below another one.
type Run<'a> = dyn Fn(usize, &(dyn Fn(usize) + Sync)) + 'a;

/// How several threads take the parts of a job.
#[derive(Clone, Copy)]
pub struct Hands<'a> {
    count: usize,
    run: &'a Run<'a>,
}

impl<'a> Hands<'a> {
    /// `count` threads: `run` calls a function with each number below its first argument, once, on as
    /// many threads as it can, and returns when all calls have.
    pub const fn new(count: usize, run: &'a Run<'a>) -> Self {
        Self { count, run }
    }

    /// The calling thread.
    pub const fn alone() -> Hands<'static> {
        Hands::new(1, &|jobs, job| (0..jobs).for_each(job))
    }

    /// How many threads there are.
    pub(super) const fn count(self) -> usize {
        self.count
    }

    /// Calls `job` with each of `items` that is not `None`, of which those come first.
    pub(super) fn each<T: Send, const N: usize>(
        self,
        items: &mut [Option<T>; N],
        job: &(dyn Fn(&mut T) + Sync),
    ) {
        let items = items.each_mut().map(Mutex::new);
        let count = items
            .iter()
            .filter(|item| locked(item, |item| item.is_some()));
        let count = count.count();
        (self.run)(count, &|number| {
            locked(&items[number], |item| item.as_mut().map(job));
        });
    }
}

/// What `f` gives for what `item` keeps, which one thread takes.
fn locked<T, R>(item: &Mutex<&mut Option<T>>, f: impl FnOnce(&mut Option<T>) -> R) -> R {
    f(&mut item.lock().unwrap_or_else(PoisonError::into_inner))
}
