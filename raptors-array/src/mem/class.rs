//! Size classes: which recycled block serves a request of how many bytes.

/// Largest request in bytes that threads recycle among their own blocks.
pub(super) const SMALL_MAX: usize = 64 << 10;
/// Largest request in bytes in steps of one cache line.
const TINY_MAX: usize = 1 << 10;
/// Number of classes up to [`TINY_MAX`].
const TINY: usize = TINY_MAX / 64;
/// Number of classes up to [`SMALL_MAX`]: four per power of two above the tiny ones.
pub(super) const SMALL: usize = TINY + 4 * 6;
/// Number of classes above: eight per power of two, from 64 KiB to 128 TiB.
pub(super) const LARGE: usize = 8 * 31;

/// A size class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Up to 64 KiB: a block of the thread.
    Small(u8),
    /// Above: a piece of a slab, or a mapping of its own.
    Large(u8),
}

impl Class {
    /// The smallest class that holds `bytes`; `None` beyond the address space.
    #[inline]
    pub(super) const fn of(bytes: usize) -> Option<Self> {
        if bytes <= TINY_MAX {
            return Some(Self::Small((bytes.saturating_sub(1) / 64) as u8));
        }
        let (last, exponent) = (bytes - 1, (bytes - 1).ilog2() as usize);
        if bytes <= SMALL_MAX {
            let quarter = last >> (exponent - 2) & 3;
            return Some(Self::Small((TINY + 4 * (exponent - 10) + quarter) as u8));
        }
        let eighth = last >> (exponent - 3) & 7;
        let class = 8 * (exponent - 16) + eighth;
        if class < LARGE {
            Some(Self::Large(class as u8))
        } else {
            None
        }
    }

    /// The size of its blocks in bytes.
    #[inline]
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Small(class) if (class as usize) < TINY => 64 * (class as usize + 1),
            Self::Small(class) => {
                let (exponent, quarter) = divide(class as usize - TINY, 4);
                (4 + quarter + 1) << (exponent + 10 - 2)
            }
            Self::Large(class) => {
                let (exponent, eighth) = divide(class as usize, 8);
                (8 + eighth + 1) << (exponent + 16 - 3)
            }
        }
    }
}

const fn divide(n: usize, by: usize) -> (usize, usize) {
    (n / by, n % by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_class_holds_its_own_size_and_not_one_byte_more() {
        let small = (0..SMALL as u8).map(Class::Small);
        for class in small.chain((0..LARGE as u8).map(Class::Large)) {
            assert_eq!(Class::of(class.bytes()), Some(class));
            assert!(Class::of(class.bytes() + 1) > Some(class) || class == Class::Large(247));
        }
        assert_eq!(Class::of(usize::MAX), None);
        assert_eq!(Class::of(0), Some(Class::Small(0)));
    }

    proptest! {
        #[test]
        fn a_class_wastes_at_most_a_quarter_or_a_cache_line(bytes in 1usize..1 << 40) {
            let size = Class::of(bytes).unwrap().bytes();
            prop_assert!(size >= bytes && size.is_multiple_of(64));
            prop_assert!(size - bytes < (bytes / 4).max(64));
            if bytes > SMALL_MAX {
                prop_assert!(size - bytes <= bytes / 8);
            }
        }
    }
}
