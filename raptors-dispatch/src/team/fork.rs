//! The process's one crew, made when first needed and made anew in a forked child.

use super::crew::Crew;
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

static CREW: AtomicPtr<Crew> = AtomicPtr::new(ptr::null_mut());

/// The crew of this process.
#[inline]
pub(super) fn current() -> &'static Crew {
    let crew = CREW.load(Ordering::Acquire);
    // SAFETY: `CREW` is null or a leaked crew, which lives for ever.
    unsafe { crew.as_ref() }.unwrap_or_else(create)
}

#[cold]
fn create() -> &'static Crew {
    forget_after_fork();
    // Leaked on purpose: workers hold it until the process ends. After a fork the child leaves the
    // parent's crew alone, as its workers and whatever they held do not exist there.
    let new = Box::into_raw(Box::new(Crew::new()));
    match CREW.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: `new` was leaked here and is never freed from now on.
        Ok(_) => unsafe { &*new },
        Err(other) => {
            // SAFETY: `new` came from a box and nobody else has seen it; it has no workers yet.
            drop(unsafe { Box::from_raw(new) });
            // SAFETY: what `CREW` holds, if not null, is a leaked crew.
            unsafe { &*other }
        }
    }
}

/// Makes a forked child start without a crew.
fn forget_after_fork() {
    #[cfg(all(unix, not(miri)))]
    {
        /// Runs in the child between `fork` and its return: may do nothing but atomic stores.
        extern "C" fn child() {
            CREW.store(ptr::null_mut(), Ordering::Release);
        }
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            // SAFETY: `child` is a function of the program and async-signal-safe. Failure (no
            // memory) leaves a child that runs everything on one thread or, at worst, finds no
            // worker that joins: jobs never wait for workers that have not joined.
            unsafe { libc::pthread_atfork(None, None, Some(child)) };
        });
    }
}
