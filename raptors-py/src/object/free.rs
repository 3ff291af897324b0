//! Objects that are free to be used again, while the interpreter lock is held.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use pyo3::ffi;

/// Freed objects of one kind that are kept; the memory of one is about 200 bytes, and of an element as
/// much again. A list of an array frees as many elements at once as it has.
const KEPT: usize = 1024;

/// Objects that are free to be used again.
pub(super) struct Free {
    objects: UnsafeCell<[MaybeUninit<*mut ffi::PyObject>; KEPT]>,
    count: UnsafeCell<usize>,
}

// SAFETY: only code that holds the interpreter lock uses it, and only where there is that lock.
unsafe impl Sync for Free {}

impl Free {
    pub(super) const fn new() -> Self {
        Self {
            objects: UnsafeCell::new([MaybeUninit::uninit(); KEPT]),
            count: UnsafeCell::new(0),
        }
    }

    /// The object that was put here last, which stays.
    ///
    /// # Safety
    ///
    /// The interpreter lock is held.
    #[inline(always)]
    pub(super) unsafe fn last(&self) -> Option<*mut ffi::PyObject> {
        // SAFETY: the lock is held, and as many objects were written as are counted.
        unsafe {
            let i = (*self.count.get()).checked_sub(1)?;
            Some((*self.objects.get())[i].assume_init())
        }
    }

    /// Whether there is no room for another.
    ///
    /// # Safety
    ///
    /// The interpreter lock is held.
    #[inline(always)]
    pub(super) unsafe fn is_full(&self) -> bool {
        // SAFETY: the lock is held.
        unsafe { *self.count.get() == KEPT }
    }

    /// Gives up the last object.
    ///
    /// # Safety
    ///
    /// The interpreter lock is held, and there is an object.
    #[inline(always)]
    pub(super) unsafe fn pop(&self) {
        // SAFETY: as the caller promises.
        unsafe { *self.count.get() -= 1 };
    }

    /// Keeps `object`, which nobody uses: whether there was room.
    ///
    /// # Safety
    ///
    /// The interpreter lock is held.
    #[inline(always)]
    pub(super) unsafe fn put(&self, object: *mut ffi::PyObject) -> bool {
        // SAFETY: the lock is held.
        unsafe {
            let count = *self.count.get();
            if count == KEPT {
                return false;
            }
            (*self.objects.get())[count] = MaybeUninit::new(object);
            *self.count.get() = count + 1;
        }
        true
    }
}
