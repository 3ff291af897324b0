//! Memory from the operating system: zeroed mappings and their release.

use core::ptr::NonNull;
use std::time::{Duration, Instant};

/// Size and alignment in bytes of a huge page: mappings of at least this size ask for them.
pub(super) const HUGE_PAGE: usize = 2 << 20;

#[cfg(unix)]
mod system {
    use super::{HUGE_PAGE, NonNull};

    /// `len` zeroed bytes, aligned to a page, or to a huge page from that size on.
    pub(in super::super) fn map(len: usize) -> Option<NonNull<u8>> {
        let spare = if len >= HUGE_PAGE { HUGE_PAGE } else { 0 };
        let total = len.checked_add(spare)?;
        // SAFETY: an anonymous private mapping at an address of the kernel's choice touches no
        // memory that exists.
        let base = unsafe {
            libc::mmap(
                core::ptr::null_mut(),
                total,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            )
        };
        if base == libc::MAP_FAILED {
            return None;
        }
        let base: *mut u8 = base.cast();
        if spare == 0 {
            return NonNull::new(base);
        }
        let head = base.align_offset(HUGE_PAGE);
        let start = base.wrapping_add(head);
        // SAFETY: the parts before and after the `len` bytes at `start` (aligned, and inside the
        // mapping because `spare` is at least `head`) belong to this mapping and are not in use.
        unsafe {
            if head > 0 {
                libc::munmap(base.cast(), head);
            }
            let end = start.wrapping_add(len);
            let end = end.wrapping_add(end.align_offset(page()));
            let tail = (base.addr() + total).saturating_sub(end.addr());
            if tail > 0 {
                libc::munmap(end.cast(), tail);
            }
        }
        hint(start, len);
        NonNull::new(start)
    }

    /// Gives a mapping back.
    ///
    /// # Safety
    ///
    /// `ptr` comes from `map(len)` and is used no more.
    pub(in super::super) unsafe fn unmap(ptr: NonNull<u8>, len: usize) {
        // SAFETY: the caller hands over a whole mapping of `len` bytes; the kernel rounds up to
        // the page, as it did when mapping.
        unsafe { libc::munmap(ptr.as_ptr().cast(), len) };
    }

    fn page() -> usize {
        // SAFETY: sysconf reads a constant of the system.
        usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
    }

    #[cfg(target_os = "linux")]
    fn hint(ptr: *mut u8, len: usize) {
        // SAFETY: a hint about a mapping that this module has just made; it changes no contents.
        unsafe { libc::madvise(ptr.cast(), len, libc::MADV_HUGEPAGE) };
    }

    #[cfg(not(target_os = "linux"))]
    fn hint(_: *mut u8, _: usize) {}

    /// Makes whole pages zero again without touching them; `false` where the system cannot.
    ///
    /// # Safety
    ///
    /// The `len` bytes from `ptr` are a part of what `map` gave, and nothing refers to their contents.
    #[cfg(target_os = "linux")]
    pub(in super::super) unsafe fn discard(ptr: NonNull<u8>, len: usize) -> bool {
        // SAFETY: the caller owns these pages of a private anonymous mapping, which read as zero after.
        unsafe { libc::madvise(ptr.as_ptr().cast(), len, libc::MADV_DONTNEED) == 0 }
    }

    /// Makes whole pages zero again without touching them; `false` where the system cannot.
    ///
    /// # Safety
    ///
    /// None to keep here.
    #[cfg(not(target_os = "linux"))]
    pub(in super::super) unsafe fn discard(_: NonNull<u8>, _: usize) -> bool {
        false
    }
}

#[cfg(not(unix))]
mod system {
    use super::{HUGE_PAGE, NonNull};
    use std::alloc::{Layout, alloc_zeroed, dealloc};

    fn layout(len: usize) -> Option<Layout> {
        let align = if len >= HUGE_PAGE { HUGE_PAGE } else { 4096 };
        Layout::from_size_align(len.max(1), align).ok()
    }

    /// `len` zeroed bytes, aligned to a page, or to a huge page from that size on.
    pub(in super::super) fn map(len: usize) -> Option<NonNull<u8>> {
        // SAFETY: the layout has a size that is not zero.
        NonNull::new(unsafe { alloc_zeroed(layout(len)?) })
    }

    /// Gives a mapping back.
    ///
    /// # Safety
    ///
    /// `ptr` comes from `map(len)` and is used no more.
    pub(in super::super) unsafe fn unmap(ptr: NonNull<u8>, len: usize) {
        if let Some(layout) = layout(len) {
            // SAFETY: `map` allocated `ptr` with this very layout.
            unsafe { dealloc(ptr.as_ptr(), layout) };
        }
    }

    /// Makes whole pages zero again without touching them; `false` where the system cannot.
    ///
    /// # Safety
    ///
    /// None to keep here.
    pub(in super::super) unsafe fn discard(_: NonNull<u8>, _: usize) -> bool {
        false
    }
}

pub(super) use system::{discard, map, unmap};

/// The time that the first write to each page of a new mapping of `bytes` takes, `page` bytes apart;
/// `None` when out of memory.
pub(crate) fn first_touch(bytes: usize, page: usize) -> Option<Duration> {
    let ptr = map(bytes)?;
    let start = Instant::now();
    for offset in (0..bytes).step_by(page.max(1)) {
        // SAFETY: the byte lies within the mapping, which nobody else knows.
        unsafe { ptr.add(offset).write_volatile(1) };
    }
    let time = start.elapsed();
    // SAFETY: the mapping was made above and is used no more.
    unsafe { unmap(ptr, bytes) };
    Some(time)
}

/// Bytes of memory this process may use: the machine's, or its control group's if that is less.
/// `None` where the system does not say.
pub(super) fn memory() -> Option<usize> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
        kib.checked_mul(1024)
    });
    let group = [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ]
    .iter()
    .find_map(|path| read(path)?.trim().parse().ok());
    machine.into_iter().chain(group).min()
}
