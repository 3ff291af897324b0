//! Sorting and selecting by vectors, where the CPU has those that it takes: the safe face.

#[cfg(target_arch = "x86_64")]
use super::{
    status::takes_subnormals_for_zeros, x86_beside as beside, x86_lanes::Lanes,
    x86_narrow as narrow, x86_parting as parting, x86_turn::Image,
};
use crate::dtype::Kind;
#[cfg(target_arch = "x86_64")]
use crate::isa::Level;

/// What one pass over elements found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// How many elements lie below the window.
    pub below: usize,
    /// How many lie in it.
    pub inside: usize,
    /// Whether there is NaN among all.
    pub nan: bool,
}

/// Unsigned integers that may be sorted by vectors, or that hold the bits of elements which may.
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
    /// As [`Keys::sort`], of elements of a kind in their own bits, in the order of their images.
    fn sort_elements(_words: &mut [Self], _kind: Kind) -> bool {
        false
    }
    /// As [`Keys::sort_elements`], of lines of `len` elements, which follow one another, each by itself.
    fn sort_element_lines(_words: &mut [Self], _kind: Kind, _len: usize) -> bool {
        false
    }
    /// As [`Keys::sort_element_lines`], of elements that vectors of 512 bits compare faster than their images.
    fn sort_wide_lines(_words: &mut [Self], _kind: Kind, _len: usize) -> bool {
        false
    }
    /// Moves words less than `pivot` before the others, and gives their number. `None` where there are no
    /// vectors for it, or few words.
    fn part_images(_words: &mut [Self], _pivot: Self) -> Option<usize> {
        None
    }
    /// As [`Keys::part_images`], of elements of a kind in their own bits: zeros of both signs may be on
    /// either side where the pivot is one.
    fn part_elements(_words: &mut [Self], _kind: Kind, _pivot: Self) -> Option<usize> {
        None
    }
    /// Writes the indices of the elements of a kind less than `pivot`, in its bits, from the start of
    /// `out` on, and those of the others up to its end, and gives the number of the former. NaN is
    /// less than nothing. `None` where there are no vectors for it.
    fn part(_words: &[Self], _kind: Kind, _pivot: Self, _out: &mut [i64]) -> Option<usize> {
        None
    }
    /// As [`Keys::part`], writes the elements themselves.
    fn part_words(_words: &[Self], _kind: Kind, _pivot: Self, _out: &mut [Self]) -> Option<usize> {
        None
    }
    /// As [`Keys::part`], with elements not less than the first pivot and less than the second from
    /// the start on, those not less than the second up to the end, and no others: `out` has as many
    /// places.
    fn part_between(
        _words: &[Self],
        _kind: Kind,
        _pivots: [Self; 2],
        _out: &mut [i64],
    ) -> Option<usize> {
        None
    }
    /// Writes the elements of a kind that are not less than the first of `ends`, in its bits, but less
    /// than the second to the start of `out`. `None` where there are no vectors for it.
    fn gather(
        _words: &[Self],
        _kind: Kind,
        _ends: [Self; 2],
        _out: &mut [Self],
    ) -> Option<Gathered> {
        None
    }
    /// As [`Keys::select`], of elements of a kind in their own bits, in the order of their images, in
    /// lines of `len` elements, which follow one another.
    fn select_element_lines(
        _words: &mut [Self],
        _kind: Kind,
        _len: usize,
        _places: &[usize],
    ) -> bool {
        false
    }
}

impl Keys for u8 {}

/// Whether there are vectors of 256 bits.
#[cfg(target_arch = "x86_64")]
#[inline]
fn halves() -> bool {
    matches!(Level::get(), Level::Avx2(_) | Level::Avx512(_))
}

/// Partitions of a run of `len` elements after which pivots were so bad that a sort that cannot be
/// misled takes over.
#[cfg(target_arch = "x86_64")]
pub(super) const fn depth(len: usize) -> u32 {
    2 * (usize::BITS - len.leading_zeros())
}

/// Whether the level and the CPU have what vectors of unsigned integers need.
#[cfg(target_arch = "x86_64")]
#[inline]
fn ready() -> bool {
    matches!(Level::get(), Level::Avx512(_)) && is_x86_feature_detected!("avx512vbmi2")
}

/// Whether vectors of 256 bits, of signed integers and floats, are the widest that there are.
#[cfg(target_arch = "x86_64")]
#[inline]
fn narrow() -> bool {
    halves() && !ready()
}

/// Whether elements of a kind are compared as they lie: floats only where none is taken for zero.
#[cfg(target_arch = "x86_64")]
#[inline]
fn parts(kind: Kind) -> bool {
    halves() && (kind != Kind::Float || !takes_subnormals_for_zeros())
}

/// As [`parts`], where that is how elements are sorted.
#[cfg(target_arch = "x86_64")]
#[inline]
fn takes(kind: Kind) -> bool {
    narrow() && parts(kind)
}

/// Bits of words that vectors sort the fastest: where there are none of unsigned integers, those that
/// some float has which is no NaN and no smaller than the least normal one.
#[inline]
pub(crate) fn fast_bits() -> u32 {
    #[cfg(target_arch = "x86_64")]
    if narrow() {
        return 62;
    }
    u64::BITS
}

/// What is added to words of [`fast_bits`] bits for [`sort_fast`]: the bits of the least normal float.
#[inline]
pub(crate) fn fast_base() -> u64 {
    #[cfg(target_arch = "x86_64")]
    if narrow() {
        return narrow::NORMAL.0;
    }
    0
}

/// Sorts words of [`fast_bits`] bits to which [`fast_base`] was added, and tells that it did.
#[inline]
pub(crate) fn sort_fast(words: &mut [u64]) -> bool {
    #[cfg(target_arch = "x86_64")]
    if narrow() {
        let len = words.len();
        // SAFETY: the level has AVX2, and the words are the bits of normal floats, so many.
        unsafe { f64::quicksort(words.as_mut_ptr().cast(), len, depth(len)) };
        return true;
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = words;
    false
}

/// As [`sort_fast`], moves what belongs at `places`, which ascend, there.
#[inline]
pub(crate) fn select_fast(words: &mut [u64], places: &[usize]) -> bool {
    #[cfg(target_arch = "x86_64")]
    if narrow() {
        let len = words.len();
        check(len, places);
        // SAFETY: the level has AVX2, the words are the bits of normal floats, so many, and the
        // places are among them.
        unsafe { f64::quickselect(words.as_mut_ptr().cast(), len, 0, places, depth(len)) };
        return true;
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (words, places);
    false
}

/// Whether there are vectors for words of 4 and 8 bytes, whichever they are.
#[inline]
pub(crate) fn lanes() -> bool {
    #[cfg(target_arch = "x86_64")]
    return ready() || narrow();
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Whether there are vectors of unsigned integers.
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
    ($($t:ty $(, $beside:ident $(, $wide:ident)?)?;)*) => {$(
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
            }
            $(#[cfg(target_arch = "x86_64")]
            fn $wide(words: &mut [Self], kind: Kind, len: usize) -> bool {
                // SAFETY: the features are there, asked for before.
                kind == Kind::Float && ready() && unsafe { narrow::sort_wide(words, len) }
            })?
            #[cfg(target_arch = "x86_64")]
            fn sort_elements(words: &mut [Self], kind: Kind) -> bool {
                Self::sort_element_lines(words, kind, words.len())
            }
            #[cfg(target_arch = "x86_64")]
            fn sort_element_lines(words: &mut [Self], kind: Kind, len: usize) -> bool {
                if ready() {
                    return parts(kind) && Self::sort_wide_lines(words, kind, len);
                }
                // SAFETY: the level has AVX2.
                takes(kind) && unsafe { narrow::sort(words, len, kind) }
            }
            #[cfg(target_arch = "x86_64")]
            fn part_elements(words: &mut [Self], kind: Kind, pivot: Self) -> Option<usize> {
                if !takes(kind) {
                    return None;
                }
                // SAFETY: the level has AVX2.
                unsafe { narrow::part(words, kind, pivot) }
            }
            #[cfg(target_arch = "x86_64")]
            fn part(words: &[Self], kind: Kind, pivot: Self, out: &mut [i64]) -> Option<usize> {
                assert_eq!(words.len(), out.len(), "a place for each element");
                // SAFETY: the level has AVX2, and there is a place for each element.
                parts(kind).then(|| unsafe { parting::part(words, kind, pivot, out) })
            }
            #[cfg(target_arch = "x86_64")]
            fn part_words(
                words: &[Self],
                kind: Kind,
                pivot: Self,
                out: &mut [Self],
            ) -> Option<usize> {
                assert_eq!(words.len(), out.len(), "a place for each element");
                // SAFETY: the level has AVX2, and there is a place for each element.
                parts(kind).then(|| unsafe { parting::part_words(words, kind, pivot, out) })
            }
            #[cfg(target_arch = "x86_64")]
            fn gather(
                words: &[Self],
                kind: Kind,
                ends: [Self; 2],
                out: &mut [Self],
            ) -> Option<Gathered> {
                assert_eq!(words.len(), out.len(), "a place for each element");
                // SAFETY: the level has AVX2, and there is a place for each element.
                parts(kind).then(|| unsafe { parting::gather(words, kind, ends, out) })
            }
            #[cfg(target_arch = "x86_64")]
            fn part_between(
                words: &[Self],
                kind: Kind,
                pivots: [Self; 2],
                out: &mut [i64],
            ) -> Option<usize> {
                // SAFETY: the level has AVX2.
                parts(kind).then(|| unsafe { parting::part_between(words, kind, pivots, out) })
            }
            #[cfg(target_arch = "x86_64")]
            fn select_element_lines(
                words: &mut [Self],
                kind: Kind,
                len: usize,
                places: &[usize],
            ) -> bool {
                check(len.min(words.len()), places);
                // SAFETY: the level has AVX2, and the places are in every line.
                takes(kind) && unsafe { narrow::select(words, len, kind, places) }
            })?
            #[cfg(target_arch = "x86_64")]
            fn sort(words: &mut [Self]) -> bool {
                let ready = ready();
                if ready {
                    // SAFETY: the features are there, and the run has as many words.
                    unsafe { Self::quicksort(words.as_mut_ptr(), words.len(), depth(words.len())) };
                }
                ready
            }
            #[cfg(target_arch = "x86_64")]
            fn part_images(words: &mut [Self], pivot: Self) -> Option<usize> {
                let (x, len) = (words.as_mut_ptr(), words.len());
                let taken = ready() && len > <Self as Lanes>::FEW;
                // SAFETY: the features are there, and the words are so many, enough for a partition.
                taken.then(|| unsafe { Self::partition(x, len, pivot) })
            }
            #[cfg(target_arch = "x86_64")]
            fn sort_lines(words: &mut [Self], len: usize) -> bool {
                let ready = ready();
                if ready && len > 0 {
                    let (x, count) = (words.as_mut_ptr(), words.len() / len);
                    // SAFETY: the features are there, and so many lines are in the words.
                    unsafe { Self::quicksort_lines(x, count, len, depth(len)) };
                }
                ready
            }
            #[cfg(target_arch = "x86_64")]
            fn select(words: &mut [Self], places: &[usize]) -> bool {
                let ready = ready();
                if ready {
                    check(words.len(), places);
                    let (x, len) = (words.as_mut_ptr(), words.len());
                    // SAFETY: the features are there, and the places are in the run.
                    unsafe { Self::quickselect(x, len, 0, places, depth(len)) };
                }
                ready
            }
        }
    )*};
}
keys!(u16; u32, sort_beside; u64, sort_beside, sort_wide_lines;);

/// Panics if places are not in a run of `len` elements, or do not ascend.
#[cfg(target_arch = "x86_64")]
fn check(len: usize, places: &[usize]) {
    assert!(
        places.last().is_none_or(|&last| last < len),
        "no such place"
    );
    assert!(places.is_sorted(), "places that do not ascend");
}
