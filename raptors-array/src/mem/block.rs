//! A block: a header with the count of its users, and the bytes behind it or elsewhere.

use super::{
    ALIGN,
    class::Class,
    os,
    slab::{self, Piece, Slab},
};
use core::{any::Any, ptr::NonNull, sync::atomic::AtomicUsize};
use std::alloc::{Layout, alloc_zeroed, dealloc};

/// Whoever keeps foreign memory alive.
pub(super) type Owner = Box<dyn Any + Send + Sync>;

/// Where the bytes of a block are.
pub(super) enum Place {
    /// Behind the header, in the same allocation.
    Behind,
    /// In a mapping of their own.
    Mapping,
    /// In a piece of a slab.
    Piece(&'static Slab),
    /// In memory that the owner keeps alive; those behind the header are not used.
    Foreign(Owner),
}

/// What a block knows about itself. Blocks that are not in use are chained through `next`.
#[repr(C, align(64))]
pub(super) struct Header {
    pub(super) users: AtomicUsize,
    pub(super) data: NonNull<u8>,
    pub(super) bytes: usize,
    pub(super) next: Option<NonNull<Header>>,
    /// The class of the bytes; of those behind the header for foreign memory.
    pub(super) class: Class,
    /// The sweep that was the last before the block was put back, modulo 2¹⁶.
    pub(super) sweep: u16,
    /// What the pool had handed out when it last handed out this block, in units of
    /// [`super::pool::UNIT`] bytes, modulo 2¹⁶.
    pub(super) handed: u16,
    /// How much more it was then than the time before, in the same units; 0 for a new block.
    pub(super) cold: u16,
    pub(super) place: Place,
}

const _: () = assert!(size_of::<Header>() == ALIGN);

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.checked_add(ALIGN)?, ALIGN).ok()
}

/// A header with `class.bytes()` zeroed bytes behind it.
pub(super) fn small(class: Class) -> Option<NonNull<Header>> {
    let bytes = class.bytes();
    // SAFETY: the layout has a size that is not zero.
    let block = NonNull::new(unsafe { alloc_zeroed(layout(bytes)?) })?;
    let header = block.cast::<Header>();
    // SAFETY: the allocation is aligned and large enough for a header and the bytes behind it.
    unsafe {
        header.write(Header {
            users: AtomicUsize::new(1),
            data: block.add(ALIGN),
            bytes,
            next: None,
            class,
            sweep: 0,
            handed: 0,
            cold: 0,
            place: Place::Behind,
        });
    }
    Some(header)
}

/// A header for a piece of a slab of `class.bytes()` bytes, and whether they are zero; `None` where
/// slabs have none to give.
pub(super) fn medium(class: Class) -> Option<(NonNull<Header>, bool)> {
    let bytes = class.bytes();
    let Piece { slab, data, zero } = slab::take(bytes)?;
    let Some(header) = bare(data, bytes, class, Place::Piece(slab)) else {
        // SAFETY: the piece was made above and nobody else knows it.
        unsafe { slab.put(data, bytes) };
        return None;
    };
    Some((header, zero))
}

/// A header whose `class.bytes()` zeroed bytes are a mapping of their own.
pub(super) fn large(class: Class) -> Option<NonNull<Header>> {
    let bytes = class.bytes();
    let data = os::map(bytes)?;
    let Some(header) = bare(data, bytes, class, Place::Mapping) else {
        // SAFETY: the mapping was made above and nobody else knows it.
        unsafe { os::unmap(data, bytes) };
        return None;
    };
    Some(header)
}

/// A header for `bytes` bytes elsewhere.
pub(super) fn bare(
    data: NonNull<u8>,
    bytes: usize,
    class: Class,
    place: Place,
) -> Option<NonNull<Header>> {
    // SAFETY: the layout has a size that is not zero.
    let header = NonNull::new(unsafe { alloc_zeroed(layout(0)?) })?.cast::<Header>();
    // SAFETY: the allocation is aligned and as large as a header.
    unsafe {
        header.write(Header {
            users: AtomicUsize::new(1),
            data,
            bytes,
            next: None,
            class,
            sweep: 0,
            handed: 0,
            cold: 0,
            place,
        });
    }
    Some(header)
}

/// Makes a block of foreign memory one of the bytes behind its header again, and lets the owner go.
///
/// # Safety
///
/// `header` comes from [`small`], and nobody uses it or the foreign memory any more.
pub(super) unsafe fn restore(mut header: NonNull<Header>) {
    // SAFETY: the bytes behind the header are in the same allocation.
    let behind = unsafe { header.cast::<u8>().add(ALIGN) };
    // SAFETY: the caller is the last user.
    let block = unsafe { header.as_mut() };
    (block.data, block.bytes) = (behind, block.class.bytes());
    drop(core::mem::replace(&mut block.place, Place::Behind));
}

/// Gives a block and its bytes back to the system.
///
/// # Safety
///
/// `header` comes from this module and nobody uses it or its bytes any more.
pub(super) unsafe fn release(header: NonNull<Header>) {
    // SAFETY: the caller is the last user, so the header may be moved out.
    let moved = unsafe { header.read() };
    let (data, bytes) = (moved.data, moved.bytes);
    let behind = match moved.place {
        Place::Behind => bytes,
        Place::Mapping => {
            // SAFETY: `large` mapped exactly these bytes.
            unsafe { os::unmap(data, bytes) };
            0
        }
        Place::Piece(slab) => {
            // SAFETY: `medium` took exactly these bytes of this slab.
            if unsafe { slab.put(data, bytes) } {
                slab::release_more();
            }
            0
        }
        Place::Foreign(owner) => {
            drop(owner);
            moved.class.bytes()
        }
    };
    if let Some(layout) = layout(behind) {
        // SAFETY: `small` and `bare` allocated the header with this layout.
        unsafe { dealloc(header.as_ptr().cast(), layout) };
    }
}
