//! The recycling pool: a block that was freed serves the next request of its size, without page
//! faults and while the caches still hold it.
//!
//! Small blocks stay with the thread that freed them; large ones, pieces of slabs and mappings of
//! their own, go to shelves that all threads share. No call waits for a lock: a busy shelf (or one
//! locked at the moment of a `fork`) is passed over and the system is asked instead.

use super::{
    block::{self, Header, Place},
    class::{Class, LARGE, SMALL},
    os, slab,
};
use core::{
    cell::Cell,
    ptr::NonNull,
    sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
};
use raptors_dispatch::machine::machine;
use std::{
    sync::Mutex,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Most bytes in unused large blocks, whatever the machine has.
const MAX_CACHED: usize = 1 << 30;
/// Part of the memory that unused large blocks may take.
const MEMORY_SHARE: usize = 8;
/// Limit where the system does not say how much memory there is.
const UNKNOWN_MEMORY: usize = 256 << 20;
/// Most unused blocks of one small class and one thread.
const MAX_SMALL: u8 = 8;
/// Most unused bytes of small blocks of one thread.
const MAX_SMALL_BYTES: usize = 2 << 20;
/// Time after which a large block that nobody asked for goes back to the system.
const SWEEP: Duration = Duration::from_millis(250);
/// Bytes of zeros from which C libraries take new pages, which cost nothing until they are used.
const LAZY: usize = 32 << 20;
/// Bytes in which the age of a block is told: last-level caches have tens of them.
pub(super) const UNIT: usize = 1 << 20;
/// Blocks of a shelf that one which is put back is held against: those that were handed out later
/// stay in front of it. A temporary of an expression is freed before the result that its own result
/// replaces, and after several of those only its memory is still in a cache.
const LOOKED_AT: usize = 8;
type Link = Option<NonNull<Header>>;

struct Cache {
    blocks: [Cell<Link>; SMALL],
    counts: [Cell<u8>; SMALL],
    bytes: Cell<usize>,
}

thread_local! {
    static CACHE: Cache = const {
        Cache {
            blocks: [const { Cell::new(None) }; SMALL],
            counts: [const { Cell::new(0) }; SMALL],
            bytes: Cell::new(0),
        }
    };
}

impl Cache {
    #[inline]
    fn take(&self, class: u8) -> Link {
        let slot = &self.blocks[usize::from(class)];
        let header = slot.get()?;
        // SAFETY: blocks in the cache are valid and belong to this thread.
        slot.set(unsafe { header.as_ref() }.next);
        let count = &self.counts[usize::from(class)];
        count.set(count.get() - 1);
        self.bytes
            .set(self.bytes.get() - Class::Small(class).bytes());
        Some(header)
    }

    #[inline]
    fn put(&self, class: u8, mut header: NonNull<Header>) -> bool {
        let count = &self.counts[usize::from(class)];
        let bytes = self.bytes.get() + Class::Small(class).bytes();
        if count.get() >= MAX_SMALL || bytes > MAX_SMALL_BYTES || limit() == 0 {
            return false;
        }
        let slot = &self.blocks[usize::from(class)];
        // SAFETY: the caller was the last user of the block.
        unsafe { header.as_mut() }.next = slot.get();
        slot.set(Some(header));
        count.set(count.get() + 1);
        self.bytes.set(bytes);
        true
    }

    fn clear(&self) {
        for class in 0..SMALL as u8 {
            while let Some(header) = self.take(class) {
                // SAFETY: a cached block has no users.
                unsafe { block::release(header) };
            }
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.clear();
    }
}

struct Shelf(Link);

// SAFETY: the blocks on a shelf have no users; whoever holds its lock owns them.
unsafe impl Send for Shelf {}

static SHELVES: [Mutex<Shelf>; LARGE] = [const { Mutex::new(Shelf(None)) }; LARGE];
static CACHED: AtomicUsize = AtomicUsize::new(0);
static HITS: AtomicU64 = AtomicU64::new(0);
static MISSES: AtomicU64 = AtomicU64::new(0);
/// Bytes handed out in large blocks so far.
static HANDED: AtomicU64 = AtomicU64::new(0);
static SWEEPS: AtomicU32 = AtomicU32::new(0);
static LAST_SWEEP: AtomicU64 = AtomicU64::new(0);

/// Most bytes in unused large blocks; 0 turns recycling off.
///
/// An atomic and no lock: the process may fork while another thread finds it out.
#[inline]
fn limit() -> usize {
    const NOT_KNOWN: usize = usize::MAX;
    static LIMIT: AtomicUsize = AtomicUsize::new(NOT_KNOWN);
    match LIMIT.load(Relaxed) {
        NOT_KNOWN => {
            let limit = find_limit().min(NOT_KNOWN - 1);
            LIMIT.store(limit, Relaxed);
            limit
        }
        limit => limit,
    }
}

#[cold]
fn find_limit() -> usize {
    let asked = std::env::var("RAPTORS_CACHE_BYTES").ok();
    let asked = asked.and_then(|bytes| bytes.trim().parse().ok());
    asked.unwrap_or_else(|| {
        os::memory().map_or(UNKNOWN_MEMORY, |bytes| {
            (bytes / MEMORY_SHARE).min(MAX_CACHED)
        })
    })
}

/// A block of at least `bytes` initialized bytes with one user, and whether they are zero.
#[inline]
pub(super) fn get(bytes: usize, zeroed: bool) -> Option<(NonNull<Header>, bool)> {
    let class = Class::of(bytes)?;
    match class {
        Class::Small(index) => match CACHE.try_with(|cache| cache.take(index)) {
            Ok(Some(header)) => Some((header, false)),
            _ => Some((block::small(class)?, true)),
        },
        Class::Large(index) => large(class, index, zeroed),
    }
}

fn large(class: Class, index: u8, zeroed: bool) -> Option<(NonNull<Header>, bool)> {
    // The next class wastes at most a quarter.
    let shelves = SHELVES.get(usize::from(index)..)?.iter().take(2);
    let found = shelves
        .filter_map(|shelf| shelf.try_lock().ok())
        .find_map(|mut shelf| {
            let header = shelf.0?;
            // SAFETY: blocks on a shelf are valid, and the lock is held.
            shelf.0 = unsafe { header.as_ref() }.next;
            Some(header)
        });
    let before = units(HANDED.fetch_add(class.bytes() as u64, Relaxed));
    let Some(mut header) = found else {
        MISSES.fetch_add(1, Relaxed);
        let piece = if limit() > 0 {
            block::medium(class)
        } else {
            None
        };
        let (mut header, zero) = match piece {
            Some(piece) => piece,
            None => (block::large(class)?, true),
        };
        // SAFETY: the block is new, so this is its only user.
        unsafe { header.as_mut() }.handed = before;
        return Some((header, zero));
    };
    HITS.fetch_add(1, Relaxed);
    // SAFETY: the block was taken off its shelf, so this is its only user.
    let block = unsafe { header.as_mut() };
    block.cold = before.wrapping_sub(block.handed);
    block.handed = before;
    let (data, bytes) = (block.data, block.bytes);
    CACHED.fetch_sub(bytes, Relaxed);
    let cheaper = zeroed && matches!(block.place, Place::Mapping) && !in_cache(bytes);
    // SAFETY: as above, and the bytes are the block's whole mapping.
    let zero = cheaper && unsafe { os::discard(data, bytes) };
    Some((header, zero))
}

/// Whether writing so many zeros takes less than the faults of their pages at first use: where the
/// last-level cache has room for them and as much again, and they are fewer than those that callers know
/// to be free until they are used.
fn in_cache(bytes: usize) -> bool {
    bytes <= machine().l3.bytes / 2 && bytes < LAZY
}

/// Takes a block back.
///
/// # Safety
///
/// `header` comes from [`get`] and has no users.
#[inline]
pub(super) unsafe fn put(header: NonNull<Header>) {
    // SAFETY: the caller was the last user.
    let kept = match unsafe { header.as_ref() }.class {
        Class::Small(index) => CACHE
            .try_with(|cache| cache.put(index, header))
            .unwrap_or(false),
        // SAFETY: as the caller promises.
        Class::Large(index) => unsafe { shelve(index, header) },
    };
    if !kept {
        // SAFETY: as the caller promises.
        unsafe { block::release(header) };
    }
}

/// # Safety
///
/// As [`put`].
unsafe fn shelve(index: u8, mut header: NonNull<Header>) -> bool {
    sweep_if_due();
    // SAFETY: the caller was the last user.
    let block = unsafe { header.as_mut() };
    if CACHED.fetch_add(block.bytes, Relaxed) + block.bytes > limit() {
        CACHED.fetch_sub(block.bytes, Relaxed);
        return false;
    }
    let Ok(mut shelf) = SHELVES[usize::from(index)].try_lock() else {
        CACHED.fetch_sub(block.bytes, Relaxed);
        return false;
    };
    block.sweep = SWEEPS.load(Relaxed) as u16;
    let now = units(HANDED.load(Relaxed));
    let age = |block: &Header| now.wrapping_sub(block.handed);
    let mut link = &mut shelf.0;
    for _ in 0..LOOKED_AT {
        // SAFETY: blocks on a shelf are valid, and the lock is held.
        match link.as_mut().map(|next| unsafe { next.as_mut() }) {
            Some(next) if age(next) < age(block) => link = &mut next.next,
            _ => break,
        }
    }
    block.next = *link;
    *link = Some(header);
    true
}

/// A count of bytes in units of [`UNIT`], modulo 2¹⁶.
const fn units(bytes: u64) -> u16 {
    (bytes / UNIT as u64) as u16
}

fn sweep_if_due() {
    // The clock may be set; that moves one sweep, and needs no start to be kept behind a lock.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = now.as_millis() as u64;
    let last = LAST_SWEEP.load(Relaxed);
    if now.abs_diff(last) < SWEEP.as_millis() as u64
        || LAST_SWEEP
            .compare_exchange(last, now, Relaxed, Relaxed)
            .is_err()
    {
        return;
    }
    let sweep = SWEEPS.fetch_add(1, Relaxed) as u16;
    release_shelved(|header| header.sweep != sweep);
}

/// Gives shelved blocks that are `old` back to the system.
fn release_shelved(old: impl Fn(&Header) -> bool) {
    for shelf in &SHELVES {
        let Ok(mut shelf) = shelf.try_lock() else {
            continue;
        };
        let (mut link, mut gone) = (&mut shelf.0, None);
        while let Some(mut header) = *link {
            // SAFETY: blocks on a shelf are valid, and the lock is held.
            let block = unsafe { header.as_mut() };
            if old(block) {
                *link = block.next;
                block.next = gone;
                gone = Some(header);
            } else {
                link = &mut block.next;
            }
        }
        drop(shelf);
        while let Some(header) = gone {
            // SAFETY: the block was taken off its shelf, so nobody else knows it.
            unsafe {
                gone = header.as_ref().next;
                CACHED.fetch_sub(header.as_ref().bytes, Relaxed);
                block::release(header);
            }
        }
    }
    slab::release_unused();
}

/// Where the memory of a request would come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// The pool has a block of this size.
    Recycled,
    /// The system's allocator has the bytes, which it may recycle itself.
    Allocated,
    /// So many bytes of a new mapping, or of a slab, whose pages cost at their first use.
    Mapped {
        /// The size of the block.
        bytes: usize,
        /// Whether the system is asked for huge pages.
        huge: bool,
    },
}

/// Where the memory of a request for `bytes` would come from now; `None` if there is not as much.
pub fn forecast(bytes: usize) -> Option<Supply> {
    let class = Class::of(bytes)?;
    let waiting = match class {
        Class::Small(index) => CACHE
            .try_with(|cache| {
                let slot = &cache.blocks[usize::from(index)];
                slot.get().is_some()
            })
            .unwrap_or(false),
        Class::Large(index) => {
            let mut shelves = SHELVES.get(usize::from(index)..)?.iter().take(2);
            shelves.any(|shelf| shelf.try_lock().is_ok_and(|shelf| shelf.0.is_some()))
        }
    };
    let bytes = class.bytes();
    Some(match class {
        _ if waiting => Supply::Recycled,
        Class::Small(_) => Supply::Allocated,
        Class::Large(_) => Supply::Mapped {
            bytes,
            huge: bytes >= os::HUGE_PAGE || limit() > 0,
        },
    })
}

/// What the pool holds and has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemStats {
    /// Bytes in unused large blocks.
    pub cached_bytes: usize,
    /// Bytes in unused small blocks of the calling thread.
    pub thread_cached_bytes: usize,
    /// Most bytes that unused large blocks may take; 0 if recycling is off.
    pub limit_bytes: usize,
    /// Requests above 64 KiB that a recycled block served.
    pub hits: u64,
    /// Requests above 64 KiB that went to the system.
    pub misses: u64,
}

/// What the pool holds and has done.
pub fn stats() -> MemStats {
    MemStats {
        cached_bytes: CACHED.load(Relaxed),
        thread_cached_bytes: CACHE.try_with(|cache| cache.bytes.get()).unwrap_or(0),
        limit_bytes: limit(),
        hits: HITS.load(Relaxed),
        misses: MISSES.load(Relaxed),
    }
}

/// Gives every unused block back to the system, other threads' small ones excepted.
pub fn trim() {
    let _ = CACHE.try_with(Cache::clear);
    release_shelved(|_| true);
}
