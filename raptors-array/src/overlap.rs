//! Whether two arrays share memory, as far as cheap arithmetic can tell.

use crate::{Array, layout};

/// How the elements of two arrays lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overlap {
    /// No byte in common.
    Disjoint,
    /// Element for element the same bytes: reading an element before writing it is enough.
    Same,
    /// The ranges of bytes cross; single elements may or may not be shared.
    Possible,
}

impl Array {
    /// The addresses that the elements span: the first byte, and the one after the last.
    pub fn span(&self) -> (usize, usize) {
        let (low, high) = layout::extent(self.shape(), self.strides(), self.itemsize());
        let at = self.as_ptr().addr();
        (at.wrapping_add_signed(low), at.wrapping_add_signed(high))
    }

    /// Whether an element of the array is reached by more than one index.
    pub fn repeats(&self) -> bool {
        let axes = self.shape().iter().zip(self.strides());
        let mut axes: Vec<_> = axes
            .filter(|&(&n, _)| n != 1)
            .map(|(&n, s)| (s.unsigned_abs(), n))
            .collect();
        axes.sort_unstable();
        let mut reach = self.itemsize();
        !self.shape().contains(&0)
            && axes.into_iter().any(|(stride, n)| {
                let crosses = stride < reach;
                reach += stride * (n - 1);
                crosses
            })
    }
}

/// How the elements of `a` and `b` lie to each other.
#[inline]
pub fn overlap(a: &Array, b: &Array) -> Overlap {
    let (a_low, a_high) = a.span();
    let (b_low, b_high) = b.span();
    if a_high <= b_low || b_high <= a_low || a_low == a_high || b_low == b_high {
        return Overlap::Disjoint;
    }
    let same = a.as_ptr() == b.as_ptr()
        && a.itemsize() == b.itemsize()
        && a.shape() == b.shape()
        && a.shape()
            .iter()
            .zip(a.strides().iter().zip(b.strides()))
            .all(|(&n, (s, t))| n == 1 || s == t);
    if same && !a.repeats() {
        Overlap::Same
    } else {
        Overlap::Possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;

    #[test]
    fn views_overlap_as_their_bytes_do() {
        let a = Array::from_slice(&[0i32; 10]).unwrap();
        let part = |start, stop| {
            a.index(&[Index::Slice {
                start: Some(start),
                stop: Some(stop),
                step: None,
            }])
            .unwrap()
        };
        assert_eq!(overlap(&part(0, 5), &part(5, 10)), Overlap::Disjoint);
        assert_eq!(overlap(&part(0, 5), &part(0, 5)), Overlap::Same);
        assert_eq!(overlap(&part(0, 5), &part(1, 6)), Overlap::Possible);
        assert_eq!(overlap(&part(3, 3), &a), Overlap::Disjoint);
        assert_eq!(overlap(&a, &a.clone()), Overlap::Same);
        assert_eq!(
            overlap(&a, &Array::from_slice(&[0i32; 10]).unwrap()),
            Overlap::Disjoint
        );
        let repeated = a.broadcast_to(&[2, 10]).unwrap();
        assert!(repeated.repeats() && !a.repeats());
        assert_eq!(overlap(&repeated, &repeated), Overlap::Possible);
    }
}
