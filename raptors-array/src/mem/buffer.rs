//! Memory that arrays share: counted, never moved, never resized.

use super::{
    block::{self, Header, Owner, Place},
    pool,
};
use core::{
    any::Any,
    fmt,
    ptr::NonNull,
    sync::atomic::{
        Ordering::{Acquire, Relaxed, Release},
        fence,
    },
};

/// A share in a run of initialized bytes. A clone shares the bytes; the last one frees them.
pub struct Buffer(NonNull<Header>);

// SAFETY: the count is atomic and the bytes are plain memory, whose access rules are the array's;
// foreign owners are `Send` and `Sync`.
unsafe impl Send for Buffer {}
// SAFETY: as `Send`.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// At least `bytes` bytes, aligned to [`super::ALIGN`], with any contents; `None` when out of
    /// memory. The memory is recycled: its contents are initialized but left over.
    #[inline]
    pub fn new(bytes: usize) -> Option<Self> {
        let (mut header, _) = pool::get(bytes, false)?;
        // SAFETY: the pool gives a block that has no other user.
        *unsafe { header.as_mut() }.users.get_mut() = 1;
        Some(Self(header))
    }

    /// At least `bytes` bytes of zeros, new ones and those that exceed the caches without touching
    /// them; `None` when out of memory.
    pub fn zeroed(bytes: usize) -> Option<Self> {
        let (mut header, zero) = pool::get(bytes, true)?;
        // SAFETY: the pool gives a block that has no other user, of at least `bytes` bytes.
        unsafe {
            *header.as_mut().users.get_mut() = 1;
            if !zero {
                header.as_ref().data.write_bytes(0, bytes);
            }
        }
        Some(Self(header))
    }

    /// Memory that `owner` keeps alive; `None` when out of memory for the share itself.
    ///
    /// # Safety
    ///
    /// The `bytes` bytes from `ptr` are initialized and stay valid, and are written only as the
    /// arrays over them allow, until `owner` is dropped.
    pub unsafe fn foreign(ptr: NonNull<u8>, bytes: usize, owner: Owner) -> Option<Self> {
        // A small block of the pool, of which only the header is used.
        let (mut header, _) = pool::get(1, false)?;
        // SAFETY: the pool gives a block that has no other user.
        let block = unsafe { header.as_mut() };
        *block.users.get_mut() = 1;
        (block.data, block.bytes) = (ptr, bytes);
        block.place = Place::Foreign(owner);
        Some(Self(header))
    }

    /// The first byte.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut u8 {
        self.header().data.as_ptr()
    }

    /// The number of bytes, which may be more than was asked for.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.header().bytes
    }

    /// Bytes of other large results that were handed out since this memory was last: where no cache
    /// holds as many, none holds this memory. 0 for memory that is new, small or foreign.
    #[inline]
    pub fn cold(&self) -> usize {
        self.header().cold as usize * pool::UNIT
    }

    /// Whether there are no bytes.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this is the only share in memory that is Raptors' own.
    #[inline]
    pub fn is_unique(&self) -> bool {
        !matches!(self.header().place, Place::Foreign(_)) && self.header().users.load(Acquire) == 1
    }

    /// Who keeps the memory alive, if it is foreign.
    #[inline]
    pub fn owner(&self) -> Option<&(dyn Any + Send + Sync)> {
        match &self.header().place {
            Place::Foreign(owner) => Some(&**owner),
            _ => None,
        }
    }

    /// Whether a foreign owner goes with this share.
    #[inline]
    pub fn is_last_of_owner(&self) -> bool {
        matches!(self.header().place, Place::Foreign(_)) && self.header().users.load(Acquire) == 1
    }

    /// Whether both are shares in the same memory.
    #[inline]
    pub fn same(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    #[inline(always)]
    fn header(&self) -> &Header {
        // SAFETY: the header lives as long as any share in it.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for Buffer {
    #[inline]
    fn clone(&self) -> Self {
        // No order needed: whoever clones already has a share.
        self.header().users.fetch_add(1, Relaxed);
        Self(self.0)
    }
}

impl Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        // The last share skips the locked decrement: nobody else can add one.
        if self.header().users.load(Acquire) != 1 {
            if self.header().users.fetch_sub(1, Release) != 1 {
                return;
            }
            fence(Acquire);
        }
        let foreign = matches!(self.header().place, Place::Foreign(_));
        // SAFETY: this was the last share; a block that has been for foreign memory is one of the pool's again.
        unsafe {
            if foreign {
                block::restore(self.0);
            }
            pool::put(self.0);
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({:p}, {} bytes)", self.as_ptr(), self.len())
    }
}
