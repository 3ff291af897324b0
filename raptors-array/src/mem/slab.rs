//! Slabs: runs of huge pages that medium blocks are pieces of.
//!
//! Caches beyond the first are indexed by physical addresses. Blocks on scattered small pages crowd
//! some sets of a cache long before it is full, and take an entry of the address cache for every
//! page; the pages of a huge one lie in order and take one entry together.

use super::os::{self, HUGE_PAGE};
use core::{
    array,
    ptr::NonNull,
    sync::atomic::{
        AtomicPtr, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
};
use std::sync::Mutex;

/// Bytes of a slab.
const SLAB: usize = 2 * HUGE_PAGE;
/// Bytes that one bit of a slab's maps stands for: the size of every large class is a multiple.
const UNIT: usize = 8 << 10;
const UNITS: usize = SLAB / UNIT;
const WORDS: usize = UNITS / 64;
/// Words of the maps for one huge page.
const WORDS_PER_PAGE: usize = WORDS * HUGE_PAGE / SLAB;

/// One bit for each unit of a slab.
type Map = [u64; WORDS];

/// A run of huge pages. Descriptions of slabs are never freed, so that a piece can be given back
/// while others look for room.
pub(super) struct Slab {
    /// Where it is; null while nothing is mapped.
    base: AtomicPtr<u8>,
    /// The units in use. Set with the list's lock held, and cleared without.
    used: [AtomicU64; WORDS],
    /// The units that may hold something else than zeros. Accessed with the list's lock held.
    touched: [AtomicU64; WORDS],
}

struct Slabs {
    mapped: Vec<&'static Slab>,
    spare: Vec<&'static Slab>,
    /// Where in `mapped` the next search begins.
    next: usize,
}

static SLABS: Mutex<Slabs> = Mutex::new(Slabs {
    mapped: Vec::new(),
    spare: Vec::new(),
    next: 0,
});

/// A piece of a slab.
pub(super) struct Piece {
    pub(super) slab: &'static Slab,
    pub(super) data: NonNull<u8>,
    /// Whether its bytes are all zero.
    pub(super) zero: bool,
}

/// A piece of `bytes` bytes, the size of a large class; `None` if it is not less than a huge page, when
/// out of memory, and while another thread asks for one.
pub(super) fn take(bytes: usize) -> Option<Piece> {
    if bytes >= HUGE_PAGE {
        return None;
    }
    SLABS.try_lock().ok()?.take(bytes / UNIT)
}

/// Gives the memory of huge pages without pieces back to the system.
pub(super) fn release_unused() {
    if let Ok(mut slabs) = SLABS.try_lock() {
        slabs.release_unused(0);
    }
}

/// As [`release_unused`], where a piece went that the pool has no place for: a slab without pieces stays, so that
/// who asks for one piece after the other does not ask the system each time.
pub(super) fn release_more() {
    if let Ok(mut slabs) = SLABS.try_lock() {
        slabs.release_unused(1);
    }
}

impl Slabs {
    fn take(&mut self, units: usize) -> Option<Piece> {
        let count = self.mapped.len();
        // All of them, the last one that had room first: room that nobody looks at is lost until its slab has no
        // pieces at all. The pages of another slab take longer.
        for i in 0..count {
            let place = (self.next + i) % count;
            if let Some(piece) = self.mapped[place].take(units) {
                self.next = place;
                return Some(piece);
            }
        }
        self.next = count;
        self.another()?.take(units)
    }

    fn another(&mut self) -> Option<&'static Slab> {
        self.mapped.try_reserve(1).ok()?;
        let slab = match self.spare.pop() {
            Some(slab) => slab,
            None => Slab::describe()?,
        };
        let Some(base) = os::map(SLAB) else {
            if self.spare.try_reserve(1).is_ok() {
                self.spare.push(slab);
            }
            return None;
        };
        slab.base.store(base.as_ptr(), Relaxed);
        self.mapped.push(slab);
        Some(slab)
    }

    /// Gives back the huge pages that no piece is in, but for `kept` slabs.
    fn release_unused(&mut self, mut kept: usize) {
        let Self { mapped, spare, .. } = self;
        if spare.try_reserve(mapped.len()).is_err() {
            return;
        }
        mapped.retain(|slab| {
            if kept > 0 && slab.is_unused() {
                kept -= 1;
                return true;
            }
            let gone = slab.release_unused();
            if gone {
                spare.push(slab);
            }
            !gone
        });
    }
}

impl Slab {
    fn describe() -> Option<&'static Self> {
        let mut place = Vec::new();
        place.try_reserve_exact(1).ok()?;
        place.push(Self {
            base: AtomicPtr::default(),
            used: array::from_fn(|_| AtomicU64::new(0)),
            touched: array::from_fn(|_| AtomicU64::new(0)),
        });
        place.leak().first()
    }

    /// A piece of `units` units. The caller holds the list's lock.
    fn take(&'static self, units: usize) -> Option<Piece> {
        // What the last users of a unit did with it is over before it has another.
        let used = array::from_fn(|word| self.used[word].load(Acquire));
        let start = room(&used, units)?;
        let base = NonNull::new(self.base.load(Relaxed))?;
        let mut zero = true;
        for (word, mask) in mask(start, units).into_iter().enumerate() {
            if mask != 0 {
                self.used[word].fetch_or(mask, Relaxed);
                zero &= self.touched[word].fetch_or(mask, Relaxed) & mask == 0;
            }
        }
        // SAFETY: the units lie within the mapping of `SLAB` bytes.
        let data = unsafe { base.add(start * UNIT) };
        Some(Piece {
            slab: self,
            data,
            zero,
        })
    }

    /// Takes a piece back; whether it was the last one, as far as this thread sees.
    ///
    /// # Safety
    ///
    /// [`take`] made the piece of `bytes` bytes at `data` of this slab, and nobody uses it any more.
    pub(super) unsafe fn put(&self, data: NonNull<u8>, bytes: usize) -> bool {
        let start = (data.addr().get() - self.base.load(Relaxed).addr()) / UNIT;
        for (word, mask) in mask(start, bytes / UNIT).into_iter().enumerate() {
            if mask != 0 {
                self.used[word].fetch_and(!mask, Release);
            }
        }
        self.is_unused()
    }

    fn is_unused(&self) -> bool {
        unused(&self.used)
    }

    /// Gives back the huge pages that no piece is in; whether the whole slab went. The caller holds the
    /// list's lock, so that no piece is made meanwhile.
    fn release_unused(&self) -> bool {
        let Some(base) = NonNull::new(self.base.load(Relaxed)) else {
            return true;
        };
        if self.is_unused() {
            for word in &self.touched {
                word.store(0, Relaxed);
            }
            self.base.store(core::ptr::null_mut(), Relaxed);
            // SAFETY: the slab is a mapping of `SLAB` bytes in which nobody has a piece.
            unsafe { os::unmap(base, SLAB) };
            return true;
        }
        let pages = self.used.chunks_exact(WORDS_PER_PAGE);
        let pages = pages.zip(self.touched.chunks_exact(WORDS_PER_PAGE));
        for (page, (used, touched)) in pages.enumerate() {
            if !unused(used) || unused(touched) {
                continue;
            }
            // SAFETY: the huge page lies within the mapping.
            let data = unsafe { base.add(page * HUGE_PAGE) };
            // SAFETY: nobody has a piece in this huge page.
            if unsafe { os::discard(data, HUGE_PAGE) } {
                for word in touched {
                    word.store(0, Relaxed);
                }
            }
        }
        false
    }
}

/// Whether none of the bits is set. What was done before they were cleared is seen from here on.
fn unused(words: &[AtomicU64]) -> bool {
    words.iter().all(|word| word.load(Acquire) == 0)
}

/// The first of `units` units in a row that are not used.
fn room(used: &Map, units: usize) -> Option<usize> {
    // A bit is set where so many units begin that are not used.
    let (mut begins, mut length) = (used.map(|word| !word), 1);
    while length < units {
        let step = length.min(units - length);
        let (words, bits) = (step / 64, step % 64);
        begins = array::from_fn(|word| {
            let later = |word: usize| u128::from(begins.get(word).copied().unwrap_or(0));
            let pair = later(word + words) | later(word + words + 1) << 64;
            begins[word] & (pair >> bits) as u64
        });
        length += step;
    }
    let word = begins.iter().position(|&word| word != 0)?;
    Some(64 * word + begins[word].trailing_zeros() as usize)
}

/// The bits of `units` units from `start`.
fn mask(start: usize, units: usize) -> Map {
    let below = |unit: usize, word: usize| match unit.saturating_sub(64 * word) {
        bits @ 0..64 => (1 << bits) - 1,
        _ => u64::MAX,
    };
    array::from_fn(|word| below(start + units, word) & !below(start, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slabs() -> Slabs {
        Slabs {
            mapped: Vec::new(),
            spare: Vec::new(),
            next: 0,
        }
    }

    fn put(piece: &Piece, units: usize) {
        // SAFETY: the tests give each piece back once, with its own number of units.
        unsafe { piece.slab.put(piece.data, units * UNIT) };
    }

    proptest! {
        #[test]
        fn pieces_never_overlap_and_are_zero_where_that_is_said(
            asked in prop::collection::vec((1usize..UNITS / 2, any::<prop::sample::Index>()), 1..60),
        ) {
            let mut slabs = slabs();
            let mut kept: Vec<(Piece, usize)> = Vec::new();
            for (number, (units, other)) in asked.into_iter().enumerate() {
                let piece = slabs.take(units).unwrap();
                // SAFETY: a piece has one owner, here this test.
                let bytes = unsafe {
                    core::slice::from_raw_parts_mut(piece.data.as_ptr(), units * UNIT)
                };
                prop_assert!(!piece.zero || bytes.iter().all(|&byte| byte == 0));
                bytes.fill(number as u8 + 1);
                let range = |p: &Piece, units| p.data.addr().get()..p.data.addr().get() + units * UNIT;
                for (other, length) in &kept {
                    let (a, b) = (range(&piece, units), range(other, *length));
                    prop_assert!(a.end <= b.start || b.end <= a.start);
                }
                kept.push((piece, units));
                if number % 3 != 0 {
                    let (piece, units) = kept.swap_remove(other.index(kept.len()));
                    put(&piece, units);
                    slabs.release_unused(0);
                }
            }
            for (piece, units) in kept {
                put(&piece, units);
            }
            slabs.release_unused(0);
            prop_assert!(slabs.mapped.is_empty());
        }

        #[test]
        fn room_is_the_first_that_is_long_enough(used: Map, units in 1usize..40) {
            let free = |unit: usize| used[unit / 64] >> (unit % 64) & 1 == 0;
            let fits = |start: &usize| (*start..start + units).all(free);
            prop_assert_eq!(room(&used, units), (0..=UNITS - units).find(fits));
        }

        #[test]
        fn a_mask_has_the_bits_of_its_units(start in 0..UNITS, units in 0..UNITS) {
            let units = units.min(UNITS - start);
            let mask = mask(start, units);
            for unit in 0..UNITS {
                let set = mask[unit / 64] >> (unit % 64) & 1 == 1;
                prop_assert_eq!(set, (start..start + units).contains(&unit));
            }
        }
    }

    #[test]
    fn a_slab_is_filled_before_another_is_made() {
        let mut slabs = slabs();
        let units = 10;
        let pieces: Vec<_> = (0..UNITS / units)
            .map(|_| slabs.take(units).unwrap())
            .collect();
        assert_eq!(slabs.mapped.len(), 1);
        let more = slabs.take(units).unwrap();
        assert_eq!(slabs.mapped.len(), 2);
        for piece in &pieces {
            put(piece, units);
        }
        slabs.release_unused(0);
        assert_eq!((slabs.mapped.len(), slabs.spare.len()), (1, 1));
        put(&more, units);
        slabs.release_unused(1);
        assert_eq!((slabs.mapped.len(), slabs.spare.len()), (1, 1));
        slabs.release_unused(0);
        assert_eq!((slabs.mapped.len(), slabs.spare.len()), (0, 2));
    }

    #[test]
    fn room_is_found_in_every_slab() {
        let mut slabs = slabs();
        let (units, count) = (UNITS / 2, 40);
        let pieces: Vec<_> = (0..2 * count).map(|_| slabs.take(units).unwrap()).collect();
        for place in [0, 31, 62, 79, 20] {
            put(&pieces[place], units);
            assert_eq!(slabs.take(units).unwrap().data, pieces[place].data);
        }
        assert_eq!(slabs.mapped.len(), count);
        for piece in &pieces {
            put(piece, units);
        }
        slabs.release_unused(0);
    }
}
