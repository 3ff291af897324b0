//! The array of an object: setting `shape` exchanges it, and references to earlier ones stay good.

#[cfg(not(Py_LIMITED_API))]
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use core::{mem::ManuallyDrop, ops::Deref};
use raptors_array::Array;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// An array that can be exchanged while others read it.
///
/// Another thread may compute with the array, or this one further up the stack, so that an earlier
/// array is kept until the object goes. One that comes back is not kept twice.
///
/// The first array can be lent its memory: then it has no share in it and is not dropped, and whoever
/// made it keeps an object with a share alive for as long.
pub(crate) struct Held {
    first: ManuallyDrop<Array>,
    lent: bool,
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
            first: ManuallyDrop::new(first),
            lent: false,
            now: AtomicPtr::new(null_mut()),
            links: AtomicPtr::new(null_mut()),
        }
    }

    /// Where the first array of what is to be at `to` goes.
    ///
    /// # Safety
    ///
    /// `to` points to memory for it, which nobody else uses for `'a`.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) unsafe fn room<'a>(to: *mut Self) -> &'a mut MaybeUninit<Array> {
        // SAFETY: as the caller promises; neither wrapper changes how an array lies in memory.
        unsafe { &mut *(&raw mut (*to).first).cast() }
    }

    /// Writes the rest of what is to be at `to`.
    ///
    /// # Safety
    ///
    /// The array is in its [`Held::room`], and is lent its memory only as the type says.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) unsafe fn complete(to: *mut Self, lent: bool) {
        // SAFETY: as the caller promises.
        unsafe {
            (&raw mut (*to).lent).write(lent);
            (&raw mut (*to).now).write(AtomicPtr::new(null_mut()));
            (&raw mut (*to).links).write(AtomicPtr::new(null_mut()));
        }
    }

    /// Whether it has a share in the memory of `array` for as long as it lives.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) fn keeps(&self, array: &Array) -> bool {
        !self.lent && self.first.buffer().same(array.buffer())
    }

    /// Whether the array's memory is kept by another object.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) const fn is_lent(&self) -> bool {
        self.lent
    }

    /// The array, if it has a share in its memory and was never exchanged.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) fn only(&mut self) -> Option<&mut Array> {
        (!self.lent && self.links.get_mut().is_null()).then_some(&mut *self.first)
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
        if !self.lent {
            // SAFETY: nobody uses the array any more, and it is dropped here only.
            unsafe { ManuallyDrop::drop(&mut self.first) };
        }
    }
}
