//! Copies whose stores go around the caches: for results that no cache would hold anyway.

/// Writes bytes around the caches. What was written is visible to other threads, as ordinary
/// stores are, once this is dropped.
#[derive(Debug)]
pub struct Stream(());

impl Stream {
    /// Begins to write around the caches.
    #[inline]
    pub const fn begin() -> Self {
        Self(())
    }

    /// Copies `bytes` bytes. Whole cache lines of the target go around the caches; what it shares
    /// with its neighbours at both ends does not.
    ///
    /// # Safety
    ///
    /// `from` is valid for reading `bytes` bytes and `to` for writing them, and they do not overlap.
    #[inline]
    pub unsafe fn copy(&self, from: *const u8, to: *mut u8, bytes: usize) {
        let head = to.align_offset(LINE).min(bytes);
        let lines = (bytes - head) / LINE;
        // SAFETY: `head + lines * LINE` is at most `bytes`, and the target is aligned to a line
        // after `head` bytes, unless there are no lines.
        unsafe {
            from.copy_to_nonoverlapping(to, head);
            copy_lines(from.add(head), to.add(head), lines);
            let done = head + lines * LINE;
            from.add(done)
                .copy_to_nonoverlapping(to.add(done), bytes - done);
        }
    }
}

impl Drop for Stream {
    #[inline]
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: SSE is part of every x86-64 processor, and a fence touches no memory.
        unsafe {
            core::arch::x86_64::_mm_sfence();
        }
    }
}

/// Bytes of a cache line: a store around the caches is as cheap as it can be when it fills one.
const LINE: usize = 64;

/// # Safety
///
/// As [`Stream::copy`], for `lines` lines, and `to` is aligned to a line.
#[cfg(target_arch = "x86_64")]
#[inline]
unsafe fn copy_lines(from: *const u8, to: *mut u8, lines: usize) {
    use core::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_stream_si128};
    for line in 0..lines {
        // SAFETY: the line lies within what the caller vouches for, and the target is aligned.
        unsafe {
            let from: *const __m128i = from.add(line * LINE).cast();
            let to: *mut __m128i = to.add(line * LINE).cast();
            let parts: [__m128i; 4] = core::array::from_fn(|i| _mm_loadu_si128(from.add(i)));
            for (i, part) in parts.into_iter().enumerate() {
                _mm_stream_si128(to.add(i), part);
            }
        }
    }
}

/// # Safety
///
/// As [`Stream::copy`], for `lines` lines.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
unsafe fn copy_lines(from: *const u8, to: *mut u8, lines: usize) {
    // SAFETY: as the caller vouches.
    unsafe { from.copy_to_nonoverlapping(to, lines * LINE) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_arrive_and_no_others_are_touched() {
        let from: Vec<u8> = (0..1000).map(|i| (i % 251) as u8).collect();
        for at in [0, 1, 7, 63, 64] {
            for bytes in [0, 1, 5, 63, 64, 65, 127, 128, 500, 777] {
                let mut to = vec![255u8; 1000];
                // SAFETY: both runs lie within the vectors.
                unsafe { Stream::begin().copy(from[3..].as_ptr(), to[at..].as_mut_ptr(), bytes) };
                assert_eq!(to[at..at + bytes], from[3..3 + bytes]);
                assert!(to[..at].iter().chain(&to[at + bytes..]).all(|&b| b == 255));
            }
        }
    }
}
