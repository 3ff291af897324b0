//! Sorting and selecting by vectors, where the CPU has those that it takes: the safe face.

#[cfg(target_arch = "x86_64")]
use super::{x86_beside as beside, x86_quick as quick, x86_turn::Image};
use crate::dtype::Kind;
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
    /// Sorts lines of `len` elements of a kind, which follow one another, side by side, and gives how
    /// many of the words, which are whole lines, it took.
    fn sort_beside(_words: &mut [Self], _kind: Kind, _len: usize, _descending: bool) -> usize {
        0
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

/// Of a vector's lanes the part that must be taken by lines for it to be faster than one line after
/// the other (Zen 5: a half to a tenth, from the longest to the shortest lines).
#[cfg(target_arch = "x86_64")]
const FILLED: usize = 3;

macro_rules! keys {
    ($($t:ty $(, $beside:ident)?;)*) => {$(
        impl Keys for $t {
            $(#[cfg(target_arch = "x86_64")]
            fn $beside(words: &mut [Self], kind: Kind, len: usize, descending: bool) -> usize {
                let lanes = 64 / size_of::<Self>();
                if !ready() || len == 0 || len > beside::LONGEST {
                    return 0;
                }
                let lines = words.len() / len;
                let rest = lines % lanes;
                let count = if FILLED * rest >= lanes { lines } else { lines - rest };
                // SAFETY: the features are there, and so many lines are in the words.
                unsafe { beside::sort(words.as_mut_ptr(), count, len, Image { kind, descending }) };
                count * len
            })?
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
keys!(u16; u32, sort_beside; u64, sort_beside;);
