//! Copies whose stores go around the caches: for results that no cache would hold anyway.

use crate::{dtype::Element, isa::Isa};

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

/// Elements of a block: so many that the compiler makes it a loop of whole vectors, so few that most
/// types' results stay in registers, and whole cache lines of every type. The stores come in bursts,
/// and longer ones keep the loop from reading on.
const BLOCK: usize = 64;

/// A block of elements that begins with a cache line and fills whole ones.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Block<T>(pub(crate) [T; BLOCK]);

/// A block to compute in.
#[inline(always)]
pub(crate) fn block<T: Element>() -> Block<T> {
    Block([T::default(); BLOCK])
}

/// Elements in blocks, and what is before and behind those.
#[inline(always)]
pub(crate) fn blocks<T: Element>(x: &mut [T]) -> (&mut [T], &mut [Block<T>], &mut [T]) {
    const { assert!(size_of::<Block<T>>() == BLOCK * size_of::<T>()) };
    // SAFETY: a block is an array of elements without padding, as its size is theirs.
    unsafe { x.align_to_mut() }
}

/// The elements of a run in blocks' lengths, as many as are whole.
#[inline(always)]
pub(crate) fn pieces<T>(x: &[T]) -> impl Iterator<Item = &[T]> {
    x.as_chunks::<BLOCK>().0.iter().map(<[T; BLOCK]>::as_slice)
}

/// Stores a block around the caches, where the level has such stores.
#[inline(always)]
pub(crate) fn store<I: Isa, T: Element>(_isa: I, from: &Block<T>, to: &mut Block<T>) {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{__m128i, __m256i, _mm_stream_si128, _mm256_stream_si256};
        macro_rules! parts {
            ($vector:ty, $store:ident) => {{
                let from: *const $vector = (&raw const *from).cast();
                let to: *mut $vector = (&raw mut *to).cast();
                for part in 0..size_of::<Block<T>>() / size_of::<$vector>() {
                    // SAFETY: the part lies in both blocks, which are aligned to a cache line, and a
                    // token of a level with such vectors shows that the processor has them.
                    unsafe { $store(to.add(part), from.add(part).read()) };
                }
            }};
        }
        if I::FMA {
            // AVX2, as of the levels on x86 those do that fuse.
            parts!(__m256i, _mm256_stream_si256);
        } else {
            parts!(__m128i, _mm_stream_si128);
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        *to = *from;
    }
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
