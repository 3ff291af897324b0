//! The planes of a copy: as few axes as possible, of which the two innermost are moved at one go.
//!
//! What lies in one piece along the last axis on both sides counts as one element, so that short
//! pieces need no plane of their own.

use crate::collapse::is_inside;
use core::ops::Range;
use smallvec::SmallVec;

/// Bytes of a cache line: elements farther apart share none.
const LINE: usize = 64;
/// Bytes up to which a piece is an element: planes of longer ones are worth their set-up.
const PIECE: usize = 4096;
/// Elements below which a plane is not worth its set-up if another axis makes longer ones.
const FEW: usize = 64;
/// Bytes that rows of other planes lie between may take: they stay in a 32 KiB L1 cache until those
/// planes are copied.
const NEAR: usize = 8192;

/// An axis of a copy: its length, and the bytes from one element of the target and of the source to
/// the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Axis {
    len: usize,
    steps: [isize; 2],
}

/// The planes of a copy, numbered, so that a range of numbers is a share for a thread.
pub(crate) struct Planes {
    /// The axes outside a plane, outermost first.
    outer: SmallVec<[Axis; 4]>,
    /// The axes of a plane.
    inner: [Axis; 2],
    /// The shape of a plane that touches no edge.
    plane: [usize; 2],
    /// The columns of the first planes of a row of them, which may be fewer.
    lead: usize,
    /// Bytes of an element, which may be a piece of several.
    size: usize,
    /// Where the first element is walked from, on both sides.
    start: [isize; 2],
}

impl Planes {
    /// The planes of a copy of `shape`, which has elements of `size` bytes, from the strides `source`
    /// to the strides `target`; each of at most about `longest` elements.
    pub(crate) fn new(
        shape: &[usize],
        [target, source]: [&[isize]; 2],
        size: usize,
        longest: usize,
    ) -> Self {
        let mut axes: SmallVec<[Axis; 4]> = SmallVec::new();
        for ((&len, &t), &s) in shape.iter().zip(target).zip(source) {
            if len == 1 {
                continue;
            }
            let steps = [t, s];
            let outside = |axis: &Axis| !is_inside(axis.steps.into_iter(), steps.into_iter());
            let place = axes.iter().rposition(outside).map_or(0, |i| i + 1);
            axes.insert(place, Axis { len, steps });
        }
        let mut start = [0; 2];
        for axis in &mut axes {
            let [t, s] = axis.steps;
            if t <= 0 && s <= 0 && (t, s) != (0, 0) {
                for (start, step) in start.iter_mut().zip(&mut axis.steps) {
                    *start += *step * (axis.len as isize - 1);
                    *step = -*step;
                }
            }
        }
        axes.dedup_by(|axis, last| {
            let merges = (0..2).all(|i| last.steps[i] == axis.steps[i] * axis.len as isize);
            if merges {
                *last = Axis {
                    len: last.len * axis.len,
                    ..*axis
                };
            }
            merges
        });
        let mut planes = Self {
            outer: axes,
            inner: [Axis {
                len: 1,
                steps: [0, 0],
            }; 2],
            plane: [1, 1],
            lead: 1,
            size,
            start,
        };
        planes.cut(longest.max(1));
        planes.lead = planes.plane[1];
        planes
    }

    /// The planes cut where cache lines of a target at `address` begin, if its rows all begin alike and planes are
    /// whole lines wide.
    pub(crate) fn along_lines(mut self, address: usize) -> Self {
        let ([rows, cols], line) = (self.inner, LINE / self.size.min(LINE));
        let alike = rows.len == 1 || rows.steps[0] % LINE as isize == 0;
        let behind = address.wrapping_add_signed(self.start[0]) % LINE;
        let whole = self.plane[1].is_multiple_of(line) && behind.is_multiple_of(self.size);
        let dense = cols.steps[0] == self.size as isize && LINE.is_multiple_of(self.size);
        if self.plane[1] < cols.len && dense && alike && whole {
            self.lead = self.plane[1] - behind / self.size;
        }
        self
    }

    /// Takes the axes of a plane from those outside.
    fn cut(&mut self, longest: usize) {
        let mut longest = longest;
        if let [_, _, .., last] = self.outer.as_slice()
            && last.steps == [self.size as isize; 2]
            && last.len * self.size <= PIECE
        {
            self.size *= last.len;
            longest = (longest / last.len).max(1);
            self.outer.pop();
        }
        let Some(cols) = self.outer.pop() else { return };
        self.inner[1] = cols;
        let mut most = (longest / cols.len).max(1);
        if let Some(last) = self.outer.len().checked_sub(1) {
            let mut rows = self.near(&cols).unwrap_or(last);
            if rows == last && self.outer[last].len * cols.len < FEW {
                let lengths = self.outer.iter().map(|axis| axis.len).enumerate();
                rows = lengths.max_by_key(|&(_, len)| len).map_or(last, |(i, _)| i);
                if rows != last {
                    let steps = self.outer[rows].steps.map(isize::unsigned_abs);
                    let step = steps[0].max(steps[1]).max(1);
                    most = most.min((NEAR / step).max(FEW));
                }
            }
            self.inner[0] = self.outer.remove(rows);
        }
        self.plane = [most.min(self.inner[0].len), cols.len.min(longest)];
        self.turn(longest);
    }

    /// Cuts planes of what is transposed across the rows of the target instead, in whole lines: each
    /// then reads whole rows of the source, and no two write the same line.
    fn turn(&mut self, longest: usize) {
        let [rows, cols] = self.inner;
        let line = (LINE / self.size).max(1);
        let wide = (longest / rows.len).next_multiple_of(line);
        let turned = rows.steps[1] == self.size as isize && cols.steps[0] == self.size as isize;
        if turned && rows.len * line <= longest && wide < cols.len {
            self.plane = [rows.len, wide];
        }
    }

    /// The axis along which elements of the source lie closest, so that what its lines hold is used at
    /// once, if that is not the last one, which is `cols`.
    fn near(&self, cols: &Axis) -> Option<usize> {
        let distance = |axis: &Axis| match axis.steps[1].unsigned_abs() {
            0 => usize::MAX,
            step => step,
        };
        let distances = self.outer.iter().map(distance).enumerate();
        let (closest, near) = distances.min_by_key(|&(_, near)| near)?;
        (near < LINE && near < distance(cols)).then_some(closest)
    }

    /// Where the elements start on both sides, if they lie in one piece on both, `sizes` bytes each.
    pub(crate) fn one_piece(&self, sizes: [usize; 2]) -> Option<[isize; 2]> {
        let [rows, cols] = self.inner;
        let dense = cols.len == 1 || cols.steps == sizes.map(|size| size as isize);
        (self.outer.is_empty() && rows.len == 1 && dense).then_some(self.start)
    }

    /// Bytes of an element.
    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    /// The strides over a plane, of the target and of the source.
    pub(crate) const fn strides(&self) -> [[isize; 2]; 2] {
        let [rows, cols] = self.inner;
        [
            [rows.steps[0], cols.steps[0]],
            [rows.steps[1], cols.steps[1]],
        ]
    }

    /// The number of planes.
    pub(crate) fn count(&self) -> usize {
        let [rows, cols] = self.counts();
        self.outer.iter().map(|axis| axis.len).product::<usize>() * rows * cols
    }

    /// Bytes of a plane that touches no edge.
    pub(crate) const fn bytes(&self) -> usize {
        self.plane[0] * self.plane[1] * self.size
    }

    const fn counts(&self) -> [usize; 2] {
        [
            self.inner[0].len.div_ceil(self.plane[0]),
            1 + self.inner[1]
                .len
                .saturating_sub(self.lead)
                .div_ceil(self.plane[1]),
        ]
    }

    /// Calls `visit` with the shape of each plane of a range of numbers, and where it starts in the
    /// target and in the source, in bytes.
    #[inline]
    pub(crate) fn visit(&self, range: Range<usize>, mut visit: impl FnMut([usize; 2], [isize; 2])) {
        let counts = self.counts();
        // The planes between the rows of others come one after the other.
        let outer = self.outer.iter().map(|axis| axis.len).product::<usize>();
        for number in range {
            let (mut rest, block) = (number % outer, number / outer);
            let (across, along) = (block / counts[1], block % counts[1]);
            let first = [
                across * self.plane[0],
                (self.lead + along * self.plane[1]).saturating_sub(self.plane[1]),
            ];
            let most = [
                self.plane[0],
                if along == 0 { self.lead } else { self.plane[1] },
            ];
            let mut at = self.start;
            let mut go = |index: usize, axis: &Axis| {
                for (at, step) in at.iter_mut().zip(axis.steps) {
                    *at += index as isize * step;
                }
            };
            go(first[0], &self.inner[0]);
            go(first[1], &self.inner[1]);
            for axis in self.outer.iter().rev() {
                go(rest % axis.len, axis);
                rest /= axis.len;
            }
            let shape = [0, 1].map(|i| most[i].min(self.inner[i].len - first[i]));
            visit(shape, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{c_strides, for_each_offset};
    use proptest::prelude::*;
    use std::collections::HashMap;

    type Met = Vec<(isize, isize)>;

    /// The bytes of target and source that meet in a copy of elements of `size` bytes, element by element.
    fn wanted(shape: &[usize], [target, source]: [&[isize]; 2], size: usize) -> Met {
        let (mut at, mut found) = (vec![], vec![]);
        for_each_offset(shape, source, |from| at.push(from));
        let mut from = at.into_iter();
        for_each_offset(shape, target, |to| {
            let from = from.next().unwrap();
            found.extend((0..size as isize).map(|byte| (to + byte, from + byte)));
        });
        found.sort_unstable();
        found
    }

    /// Those that meet in the planes, which are shared out.
    fn given(planes: &Planes, shares: usize) -> Met {
        let ([t, s], mut found) = (planes.strides(), vec![]);
        let share = planes.count().div_ceil(shares).max(1);
        for start in (0..planes.count()).step_by(share) {
            let range = start..(start + share).min(planes.count());
            planes.visit(range, |[rows, cols], [to, from]| {
                assert!(rows * cols * planes.size() <= planes.bytes());
                let places =
                    (0..rows as isize).flat_map(|i| (0..cols as isize).map(move |j| (i, j)));
                for (i, j) in places {
                    let [to, from] = [to + i * t[0] + j * t[1], from + i * s[0] + j * s[1]];
                    found.extend((0..planes.size() as isize).map(|byte| (to + byte, from + byte)));
                }
            });
        }
        found.sort_unstable();
        found
    }

    proptest! {
        #[test]
        fn the_same_bytes_meet(
            axes in prop::collection::vec((1usize..5, -3isize..4, any::<u64>()), 0..6),
            size in 1usize..4, longest in 1usize..40, dense in any::<bool>(), shares in 1usize..4,
        ) {
            let shape: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
            // The target: axes in any order, without gaps.
            let mut order: Vec<usize> = (0..shape.len()).collect();
            order.sort_by_key(|&axis| axes[axis].2);
            let lengths: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
            let mut target = vec![0; shape.len()];
            for (&axis, &stride) in order.iter().zip(&c_strides(&lengths, size)) {
                target[axis] = stride;
            }
            let mut source: Vec<isize> = axes.iter().map(|axis| axis.1 * size as isize).collect();
            if dense && let Some(&last) = order.last() {
                source[last] = size as isize;
            }
            let both = [&target[..], &source[..]];
            let planes = Planes::new(&shape, both, size, longest);
            prop_assert_eq!(wanted(&shape, both, size), given(&planes, shares));
        }

        /// A matrix that is transposed, or several, with more columns than a plane has: planes hold whole
        /// rows of the source, and no two write one line of the target, whose rows begin with one.
        #[test]
        fn transposed_planes_read_whole_rows_and_share_no_line(
            size in prop::sample::select(vec![1usize, 2, 3, 4, 8, 12, 16]), rows in 3usize..20,
            lines in 1usize..4, part in 0.0..1.0f64, more in 1usize..90, several in 1usize..3,
            gaps in (0usize..3, 0usize..9, 0usize..3), backwards in any::<(bool, bool)>(), shares in 1usize..6,
        ) {
            let line = LINE / size;
            let longest = rows * line * lines + (part * (rows * line) as f64) as usize;
            let cols = line * (lines + 1) + more;
            let bytes = |elements: usize| (elements * size) as isize;
            let row = ((cols * size).next_multiple_of(LINE) + gaps.0 * LINE) as isize;
            let col = bytes(rows + gaps.1);
            let shape = [several, rows, cols];
            let target = [(rows + gaps.2) as isize * row, row, bytes(1)];
            // The columns of the source, and its matrices, lie in either direction.
            let [column, matrix] = [backwards.0, backwards.1].map(|back| if back { -col } else { col });
            let source = [matrix * cols as isize, bytes(1), column];
            let both = [&target[..], &source[..]];
            let planes = Planes::new(&shape, both, size, longest);
            prop_assert!(wanted(&shape, both, size) == given(&planes, shares), "other bytes meet");
            let mut writers = HashMap::new();
            for number in 0..planes.count() {
                planes.visit(number..number + 1, |plane, [to, _]| {
                    assert_eq!((plane[0], planes.size()), (rows, size));
                    for i in 0..rows as isize {
                        let first = to + i * row;
                        let last = first + bytes(plane[1]) - 1;
                        for line in first / LINE as isize..=last / LINE as isize {
                            let other = *writers.entry(line).or_insert(number);
                            // Lines hold no whole number of some elements.
                            let shared = other != number && LINE.is_multiple_of(size);
                            assert!(!shared, "line {line}: planes {other} and {number}");
                        }
                    }
                });
            }
            prop_assert!(planes.count() > several);
        }
    }

    #[test]
    fn planes_of_what_is_transposed_begin_with_lines() {
        for behind in [0, 8, 24, 56] {
            let planes = Planes::new(&[16, 320], [&[2560, 8], &[8, 128]], 8, 600);
            let mut next = 0;
            let planes = planes.along_lines(100 * LINE + behind);
            planes.visit(0..planes.count(), |[rows, cols], [to, from]| {
                assert_eq!((rows, [to, from]), (16, [next * 8, next * 128]));
                assert!(next == 0 || (to as usize + behind).is_multiple_of(LINE));
                next += cols as isize;
            });
            assert_eq!(next, 320);
        }
        let whole = Planes::new(&[16, 320], [&[2560, 8], &[8, 128]], 8, 16 * 320);
        assert_eq!(whole.along_lines(8).count(), 1);
    }

    #[test]
    fn short_pieces_are_elements_and_what_lies_alike_is_one_piece() {
        let planes = Planes::new(&[9, 2, 4], [&[64, 32, 8], &[32, 288, 8]], 8, 1 << 20);
        assert_eq!((planes.size(), planes.count()), (32, 1));
        assert_eq!(planes.strides(), [[64, 32], [32, 288]]);
        let planes = Planes::new(&[3, 5, 2], [&[4, 24, 12], &[1, 6, 3]], 4, 1 << 20);
        assert_eq!(planes.one_piece([4, 1]), Some([0, 0]));
        assert_eq!(planes.one_piece([4, 2]), None);
        let planes = Planes::new(&[3, 4], [&[-16, -4], &[-32, -8]], 4, 1 << 20);
        assert_eq!(planes.one_piece([4, 8]), Some([-44, -88]));
    }
}
