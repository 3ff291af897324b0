//! The array of an object: setting `shape` exchanges it, and references to earlier ones stay good.

use core::ops::Deref;
use core::ptr::null_mut;
use raptors_array::Array;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// An array that can be exchanged while others read it.
///
/// Another thread may compute with the array, or this one further up the stack, so that an earlier
/// array is kept until the object goes. One that comes back is not kept twice.
pub(crate) struct Held {
    first: Array,
    /// The array that holds now; null for `first`.
    now: AtomicPtr<Link>,
    /// All arrays but the first, the latest in front.
    links: AtomicPtr<Link>,
}

struct Link {
    array: Array,
    earlier: *mut Link,
}

impl Held {
    #[inline]
    pub(crate) fn new(first: Array) -> Self {
        Self {
            first,
            now: AtomicPtr::new(null_mut()),
            links: AtomicPtr::new(null_mut()),
        }
    }

    /// Makes `array` the one that holds from now on.
    pub(crate) fn exchange(&self, array: Array) {
        if same(&array, &self.first) {
            return self.now.store(null_mut(), Release);
        }
        let mut link = self.links.load(Acquire);
        // SAFETY: links are freed with `self` only, and never change once they are in the chain.
        while let Some(known) = unsafe { link.as_ref() } {
            if same(&array, &known.array) {
                return self.now.store(link, Release);
            }
            link = known.earlier;
        }
        let new = Box::into_raw(Box::new(Link {
            array,
            earlier: self.links.load(Relaxed),
        }));
        loop {
            // SAFETY: nobody else knows the new link before the exchange succeeds.
            let earlier = unsafe { (*new).earlier };
            match self
                .links
                .compare_exchange_weak(earlier, new, AcqRel, Acquire)
            {
                Ok(_) => break,
                // SAFETY: as above.
                Err(latest) => unsafe { (*new).earlier = latest },
            }
        }
        self.now.store(new, Release);
    }
}

/// Whether two arrays are the same view.
fn same(a: &Array, b: &Array) -> bool {
    a.as_ptr() == b.as_ptr()
        && a.buffer().same(b.buffer())
        && a.dtype() == b.dtype()
        && a.shape() == b.shape()
        && a.strides() == b.strides()
        && a.writeable() == b.writeable()
}

impl Deref for Held {
    type Target = Array;

    #[inline(always)]
    fn deref(&self) -> &Array {
        // SAFETY: null, or a link, which lives as long as `self`.
        match unsafe { self.now.load(Acquire).as_ref() } {
            Some(link) => &link.array,
            None => &self.first,
        }
    }
}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        let mut link = *self.links.get_mut();
        while !link.is_null() {
            // SAFETY: `exchange` made the link with a box, and each is in the chain once.
            let freed = unsafe { Box::from_raw(link) };
            link = freed.earlier;
        }
    }
}
