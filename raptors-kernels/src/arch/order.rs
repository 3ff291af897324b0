//! Sorting and selecting by vectors, where the CPU has those that it takes: the safe face.

#[cfg(target_arch = "x86_64")]
use super::x86_quick as quick;
#[cfg(target_arch = "x86_64")]
use crate::isa::Level;

/// Unsigned integers that may be sorted by vectors.
pub(crate) trait Keys: Sized {
    /// Sorts `words`, and tells that it did. `false` where there are no vectors for it.
    fn sort(_words: &mut [Self]) -> bool {
        false
    }
    /// As [`Keys::sort`], of lines of `len` words, which follow one another, each by itself.
    fn sort_lines(_words: &mut [Self], _len: usize) -> bool {
        false
    }
    /// Moves what belongs at `places`, which ascend, there: smaller words come before such a place
    /// and greater ones behind it. `false` as for [`Keys::sort`].
    fn select(_words: &mut [Self], _places: &[usize]) -> bool {
        false
    }
}

impl Keys for u8 {}

/// Partitions of a run of `len` elements after which pivots were so bad that a sort that cannot be
/// misled takes over.
#[cfg(target_arch = "x86_64")]
const fn depth(len: usize) -> u32 {
    2 * (usize::BITS - len.leading_zeros())
}

/// Whether the level and the CPU have what [`quick`] needs.
#[cfg(target_arch = "x86_64")]
#[inline]
fn ready() -> bool {
    matches!(Level::get(), Level::Avx512(_)) && is_x86_feature_detected!("avx512vbmi2")
}

/// Whether there are vectors for the words that have any.
#[inline]
pub(crate) fn vectors() -> bool {
    #[cfg(target_arch = "x86_64")]
    return ready();
    #[cfg(not(target_arch = "x86_64"))]
    false
}

macro_rules! keys {
    ($($t:ty)*) => {$(
        impl Keys for $t {
            #[cfg(target_arch = "x86_64")]
            fn sort(words: &mut [Self]) -> bool {
                let ready = ready();
                if ready {
                    // SAFETY: the features are there, and the run has as many words.
                    unsafe { quick::sort(words.as_mut_ptr(), words.len(), depth(words.len())) };
                }
                ready
            }
            #[cfg(target_arch = "x86_64")]
            fn sort_lines(words: &mut [Self], len: usize) -> bool {
                let ready = ready();
                if ready && len > 0 {
                    let (x, count) = (words.as_mut_ptr(), words.len() / len);
                    // SAFETY: the features are there, and so many lines are in the words.
                    unsafe { quick::sort_lines(x, count, len, depth(len)) };
                }
                ready
            }
            #[cfg(target_arch = "x86_64")]
            fn select(words: &mut [Self], places: &[usize]) -> bool {
                let ready = ready();
                if ready {
                    assert!(places.last().is_none_or(|&last| last < words.len()), "no such place");
                    assert!(places.is_sorted(), "places that do not ascend");
                    let (x, len) = (words.as_mut_ptr(), words.len());
                    // SAFETY: the features are there, and the places are in the run.
                    unsafe { quick::select(x, len, 0, places, depth(len)) };
                }
                ready
            }
        }
    )*};
}
keys!(u16 u32 u64);
