//! Runs of bytes, copied past a trap of the system's `memcpy`.

use super::cell::Cell;
use crate::arch::is_zen;
use core::ptr::copy_nonoverlapping;

/// Bytes that are copied at a time: a cache line.
pub(super) const LINE: usize = 64;
/// Bytes of a page: two addresses that differ by a multiple of it look alike to loads and stores
/// that are under way together.
const PAGE: usize = 4096;
/// The lengths for which C libraries copy by the processor's string instruction: shorter runs are
/// moved by vectors, and so are those that no core's own cache holds.
const BY_STRING: core::ops::Range<usize> = 2048..1 << 20;

/// Copies `from` to `to`.
///
/// # Panics
///
/// If the lengths differ.
#[inline]
pub fn copy_bytes(from: &[u8], to: &mut [u8]) {
    assert_eq!(from.len(), to.len(), "runs of different lengths");
    // SAFETY: both slices have so many bytes, and the one borrowed to be written overlaps no other.
    unsafe { copy_block(from.as_ptr(), to.as_mut_ptr(), from.len()) }
}

/// Copies `len` bytes.
///
/// # Safety
///
/// As many are readable from `from` and writable from `to` on, and they do not overlap.
#[inline(always)]
pub(super) unsafe fn copy_block(from: *const u8, to: *mut u8, len: usize) {
    if BY_STRING.contains(&len) && is_slow_by_string(from, to) {
        // SAFETY: the caller vouches for the bytes, and there are many lines of them.
        unsafe { by_lines(from, to, len) }
    } else {
        // SAFETY: the caller vouches for the bytes.
        unsafe { copy_nonoverlapping(from, to, len) }
    }
}

/// Whether the string instruction takes longer than vectors do, as that of AMD's Zen may: its stores cross lines unless
/// they begin with one, and where `to` is less than a line behind `from` within their pages, it takes each load for
/// one that waits for the store before it, and 10 to 50 times as long.
#[inline(always)]
fn is_slow_by_string(from: *const u8, to: *mut u8) -> bool {
    let behind = to.addr().wrapping_sub(from.addr()) % PAGE;
    (!to.addr().is_multiple_of(LINE) || (1..LINE).contains(&behind)) && is_zen()
}

/// Copies `len` bytes, whole lines of the target at a time.
///
/// # Safety
///
/// As [`copy_block`]; they fill a line at least.
#[inline(never)]
unsafe fn by_lines(from: *const u8, to: *mut u8, len: usize) {
    let last = len - LINE;
    let mut at = LINE - to.addr() % LINE;
    // SAFETY: the first line of the run, and the last one; those between start in front of the last.
    unsafe {
        line(from, to);
        while at < last {
            line(from.add(at), to.add(at));
            at += LINE;
        }
        line(from.add(last), to.add(last));
    }
}

/// Copies a line's bytes: four loads before the stores, which the compiler does not turn back into a
/// call of `memcpy`.
///
/// # Safety
///
/// As [`copy_block`], for one line.
#[inline(always)]
unsafe fn line(from: *const u8, to: *mut u8) {
    let (from, to) = (from.cast::<Cell<u128>>(), to.cast::<Cell<u128>>());
    // SAFETY: four times 16 bytes, which the caller vouches for.
    unsafe {
        let parts = (*from, *from.add(1), *from.add(2), *from.add(3));
        *to = parts.0;
        *to.add(1) = parts.1;
        *to.add(2) = parts.2;
        *to.add(3) = parts.3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_copied_wherever_they_lie_in_their_pages() {
        let from: Vec<u8> = (0..4 * PAGE).map(|i| (i * i / 7) as u8).collect();
        let mut to = vec![0; 6 * PAGE];
        for len in [0, 1, LINE, 2047, 2048, 2049, 2111, PAGE, 2 * PAGE + 13] {
            for start in [0, 1, 31, 63, 64, PAGE - 1] {
                let source = &from[start..start + len];
                // Where the target's distance within the page is `behind`.
                let base = source.as_ptr().addr().wrapping_sub(to.as_ptr().addr()) % PAGE;
                for behind in [0, 1, 8, 31, 32, 63, 64, PAGE - 1] {
                    to.fill(0xA5);
                    let first = (base + behind) % PAGE;
                    copy_bytes(source, &mut to[first..first + len]);
                    assert_eq!(&to[first..first + len], source, "{len} {start} {behind}");
                    let outside = to[..first].iter().chain(&to[first + len..]);
                    assert!(
                        outside.copied().all(|byte| byte == 0xA5),
                        "{len} {start} {behind}"
                    );
                }
            }
        }
    }
}
