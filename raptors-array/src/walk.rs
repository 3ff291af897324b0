//! Walks several arrays of one shape together, in units small enough to stage in the L1 cache.
//!
//! A unit is a block of `rows` × `cols` elements of the two innermost axes (after axes that can be
//! merged have been). Units are numbered, so a range of numbers is a share of the work for a
//! thread, and the order of elements never depends on how many threads there are.

use crate::{Dims, Strides, collapse::collapse, spaced};
use core::ops::Range;
use smallvec::SmallVec;

/// Bytes of one operand's stage: three of them leave room in a 32 KiB L1 cache for what streams by.
pub(crate) const STAGE_BYTES: usize = 8192;

/// Bytes that a unit touches, stages and what they are packed from: nearly a 32 KiB L1 cache.
const STAGED_BYTES: usize = 28 << 10;

/// Columns from which a unit of a single row pays for its set-up, so that rows that lie apart in
/// memory need no packing.
const LONG_ROW: usize = 64;
/// Bytes from which it does where elements are small: packing moves them many at a time.
const LONG_ROW_BYTES: usize = 256;

/// Elements below which rows are so short that columns of them are longer runs.
const SHORT_ROW: usize = 16;

/// Bytes of a stage for what lies across the rows: it stays in the L2 cache.
const ACROSS_BYTES: usize = 128 << 10;

/// Bytes of a cache line: elements farther apart share none.
const LINE: usize = 64;

/// An array to walk: where it starts, its element size, its strides over the shape of the walk.
pub(crate) type RawLane<'a> = (*mut u8, usize, &'a [isize]);

/// One array of the walk: where it starts, its element size, and its strides over the walk's axes.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    ptr: *mut u8,
    size: usize,
    strides: Strides,
}

/// The arrays and the order in which their elements are visited.
pub(crate) struct Walk {
    /// The axes outside a unit, outermost first.
    outer: Dims,
    /// The lengths of the two innermost axes.
    inner: [usize; 2],
    /// The shape of a unit that touches no edge.
    unit: [usize; 2],
    lanes: SmallVec<[Lane; 4]>,
    /// Whether the loop takes a lane as one element where all of a unit's are the same.
    values: SmallVec<[bool; 6]>,
    /// Whether the loop takes every second element of a row of a lane.
    seconds: SmallVec<[bool; 6]>,
}

// SAFETY: a walk only computes addresses; whoever builds one holds the arrays for its lifetime and
// gives each thread other units.
unsafe impl Sync for Walk {}

/// One block of the walk.
pub(crate) struct Unit<'a> {
    /// Its shape.
    pub(crate) shape: [usize; 2],
    /// Where each lane's part of it starts.
    pub(crate) ptrs: &'a [*mut u8],
}

impl Walk {
    /// A walk over `shape` of arrays that start at a pointer, have elements of a size, and strides
    /// in bytes over `shape`. Axes are ordered for the first array, which should be the one written.
    ///
    /// `longest` is the most elements that a unit may have where every lane can be used in place;
    /// `single` says which lanes the loop takes as one element where all of a unit's are the same, and `most`
    /// how many at a time: of more, all are staged.
    pub(crate) fn new(
        shape: &[usize],
        lanes: &[RawLane<'_>],
        longest: usize,
        (single, most): (&[bool], usize),
    ) -> Self {
        let mut walk = Self::collapse(shape, lanes);
        let repeats =
            |lane: usize| single[lane] && walk.inner[1] > 1 && walk.inner_strides(lane)[1] == 0;
        let values: SmallVec<[bool; 6]> = (0..lanes.len()).map(repeats).collect();
        if values.iter().filter(|&&value| value).count() <= most {
            walk.values = values;
        }
        walk.unit = walk.choose_unit(longest);
        walk
    }

    fn collapse(shape: &[usize], lanes: &[RawLane<'_>]) -> Self {
        let strides: SmallVec<[&[isize]; 4]> = lanes.iter().map(|lane| lane.2).collect();
        let collapsed = collapse(shape, &strides, 0);
        let lanes: SmallVec<[Lane; 4]> = lanes
            .iter()
            .zip(collapsed.strides)
            .zip(&collapsed.offsets)
            .map(|((&(ptr, size, _), strides), &offset)| Lane {
                ptr: ptr.wrapping_offset(offset),
                size,
                strides,
            })
            .collect();
        let axes = collapsed.shape;
        let inner = match axes.as_slice() {
            [] => [1, 1],
            [n] => [1, *n],
            [.., rows, cols] => [*rows, *cols],
        };
        let outer = axes[..axes.len().saturating_sub(2)].into();
        Self {
            outer,
            inner,
            unit: [1, 1],
            lanes,
            values: SmallVec::new(),
            seconds: SmallVec::new(),
        }
    }

    /// This walk, for a loop that takes every second element of rows of these lanes, in units of up to `longest`
    /// elements where every lane can be used in place.
    pub(crate) fn taking_seconds(mut self, seconds: SmallVec<[bool; 6]>, longest: usize) -> Self {
        if seconds.contains(&true) {
            self.seconds = seconds;
            self.unit = self.choose_unit(longest);
        }
        self
    }

    /// Whether the loop takes every second element of the rows of a lane.
    pub(crate) fn has_seconds(&self) -> bool {
        (0..self.lanes.len()).any(|lane| self.is_second(lane, self.unit))
    }

    /// Whether the loop takes every second element of the row that a block of `shape` of a lane is.
    pub(crate) fn is_second(&self, lane: usize, [rows, _]: [usize; 2]) -> bool {
        let [_, stride] = self.inner_strides(lane);
        self.seconds.get(lane) == Some(&true)
            && rows <= 1
            && stride == 2 * self.lanes[lane].size as isize
    }

    fn choose_unit(&self, longest: usize) -> [usize; 2] {
        let [d1, d0] = self.inner;
        let size = self.lanes.iter().map(|lane| lane.size).max().unwrap_or(1);
        let staged = self.staged(size, d0);
        let in_place = |shape| {
            (0..self.lanes.len()).all(|lane| {
                self.is_dense(lane, shape)
                    || self.is_value(lane, shape)
                    || self.is_second(lane, shape)
            })
        };
        if in_place([d1, d0]) {
            // Whole rows where several fit, so that a plane that lies in one piece is cut evenly.
            let rows = (longest / d0.max(1)).clamp(1, d1.max(1));
            return [rows, if rows > 1 { d0 } else { d0.min(longest) }];
        }
        // Whole cache lines of what lies across the rows, which would be read again for each of them.
        if let Some(rows) = self.lines_across(d0) {
            return [rows.max(staged / d0.max(1)).clamp(1, d1.max(1)), d0];
        }
        // Several rows at once, unless that would stage rows which could be used where they are.
        let apart = (0..self.lanes.len()).any(|lane| {
            let [s1, _] = self.inner_strides(lane);
            s1 != 0
                && (self.is_dense(lane, [1, d0]) && !self.is_dense(lane, [d1, d0])
                    || self.takes_one(lane)
                    || self.is_second(lane, [1, d0]))
        });
        if d0 >= staged || (apart && d0 >= LONG_ROW.max(LONG_ROW_BYTES / size)) {
            return [1, d0.min(if in_place([1, d0]) { longest } else { staged })];
        }
        [(staged / d0.max(1)).clamp(1, d1.max(1)), d0]
    }

    /// Whether rows are short, and columns longer.
    pub(crate) const fn has_short_rows(&self) -> bool {
        let [d1, d0] = self.inner;
        d0 < SHORT_ROW && d0 < d1
    }

    /// The axis of a unit that its rows run along for a loop that takes elements as they lie.
    pub(crate) fn row_axis(&self) -> usize {
        let columns = self.inner[1] < spaced::SHORT_ROW || self.lies_across();
        usize::from(!(self.has_short_rows() && columns))
    }

    /// Whether elements of a lane lie closer together across the rows than along them, and share lines.
    fn lies_across(&self) -> bool {
        (0..self.lanes.len()).any(|lane| {
            let [across, along] = self.inner_strides(lane).map(isize::unsigned_abs);
            along >= LINE && (1..along).contains(&across)
        })
    }

    /// Makes units of about `longest` elements for a loop that takes them as they lie, in rows along an axis;
    /// nothing where those of a lane lie side by side across it, and would pass through the caches once for each
    /// row.
    pub(crate) fn space_out(&mut self, axis: usize, longest: usize) -> Option<()> {
        let [d1, d0] = self.inner;
        if axis == 0 {
            let touched = (0..self.lanes.len()).map(|lane| {
                let [along, across] = self.inner_strides(lane).map(isize::unsigned_abs);
                along.min(across.min(LINE) * d0).max(self.lanes[lane].size)
            });
            // Of the cache, rows with gaps between them use a part.
            let rows = STAGED_BYTES / 2 / touched.sum::<usize>().max(1);
            self.unit = [rows.clamp(1, d1.max(1)), d0.max(1)];
            return Some(());
        }
        if d1 > 1 && self.lies_across() {
            return None;
        }
        let cols = d0.clamp(1, longest);
        self.unit = [(longest / cols).clamp(1, d1.max(1)), cols];
        Some(())
    }

    /// The elements of a unit that is staged, of at most `size` bytes each, in rows of `cols`: what they
    /// are packed from passes through the first-level cache too, and is to leave the stages there.
    fn staged(&self, size: usize, cols: usize) -> usize {
        let touched = (0..self.lanes.len()).map(|lane| {
            let (size, [_, stride]) = (self.lanes[lane].size, self.inner_strides(lane));
            if self.is_dense(lane, [1, cols]) {
                size
            } else {
                size + stride.unsigned_abs().min(LINE)
            }
        });
        let touched: usize = touched.sum();
        (STAGE_BYTES / size)
            .min(STAGED_BYTES / touched.max(1))
            .max(1)
    }

    /// The rows of `cols` elements that a cache line of a lane reaches over which lies across them, if the
    /// stage of such a block is not too large.
    fn lines_across(&self, cols: usize) -> Option<usize> {
        let across = (0..self.lanes.len()).filter_map(|lane| {
            let [s1, s0] = self.inner_strides(lane).map(isize::unsigned_abs);
            (s0 >= LINE && (1..=LINE / 2).contains(&s1)).then_some(s1)
        });
        let rows = LINE / across.max()?;
        let largest = self.lanes.iter().map(|lane| lane.size).max()?;
        let bytes = cols.checked_mul(rows * largest)?;
        (bytes <= ACROSS_BYTES).then_some(rows)
    }

    /// Whether the loop takes a block of `shape` of a lane as one element.
    #[inline]
    pub(crate) fn is_value(&self, lane: usize, [rows, _]: [usize; 2]) -> bool {
        self.takes_one(lane) && (rows <= 1 || self.inner_strides(lane)[0] == 0)
    }

    /// Whether the loop takes a row of a lane as one element.
    #[inline]
    fn takes_one(&self, lane: usize) -> bool {
        self.values.get(lane) == Some(&true)
    }

    /// The strides of a lane over the two innermost axes.
    #[inline]
    pub(crate) fn inner_strides(&self, lane: usize) -> [isize; 2] {
        match self.lanes[lane].strides.as_slice() {
            [] => [0, self.lanes[lane].size as isize],
            [s] => [0, *s],
            [.., s1, s0] => [*s1, *s0],
        }
    }

    /// Whether a block of `shape` of a lane lies in memory in one piece, in order.
    #[inline]
    pub(crate) fn is_dense(&self, lane: usize, [rows, cols]: [usize; 2]) -> bool {
        let [s1, s0] = self.inner_strides(lane);
        let size = self.lanes[lane].size;
        (cols <= 1 || s0 == size as isize) && (rows <= 1 || s1 == (size * cols) as isize)
    }

    /// Whether every element of a lane is aligned for elements that need `align`.
    pub(crate) fn is_aligned(&self, lane: usize, align: usize) -> bool {
        let lane = &self.lanes[lane];
        lane.ptr.addr().is_multiple_of(align)
            && lane
                .strides
                .iter()
                .all(|s| s.unsigned_abs().is_multiple_of(align))
    }

    /// Whether every unit of a lane is one piece of memory, aligned for elements that need `align`,
    /// or one element that the loop repeats.
    pub(crate) fn is_direct(&self, lane: usize, align: usize) -> bool {
        // Units at the edges are shorter: rows of theirs are pieces all the same.
        let pieces = self.unit[0] == 1 || self.unit[1] == self.inner[1];
        self.is_aligned(lane, align)
            && (self.is_value(lane, self.unit) || (pieces && self.is_dense(lane, self.unit)))
    }

    /// The most elements that a unit has.
    pub(crate) fn unit_len(&self) -> usize {
        self.unit[0] * self.unit[1]
    }

    fn counts(&self) -> [usize; 2] {
        [
            self.inner[0].div_ceil(self.unit[0]),
            self.inner[1].div_ceil(self.unit[1]),
        ]
    }

    /// The shape of a unit that touches no edge.
    pub(crate) const fn unit_shape(&self) -> [usize; 2] {
        self.unit
    }

    /// The number of units.
    pub(crate) fn units(&self) -> usize {
        let [n1, n0] = self.counts();
        self.outer.iter().product::<usize>() * n1 * n0
    }

    /// Calls `visit` for each unit of a range of numbers, in order, until it fails.
    pub(crate) fn visit<E>(
        &self,
        range: Range<usize>,
        mut visit: impl FnMut(&Unit<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let [n1, n0] = self.counts();
        let strides: SmallVec<[[isize; 2]; 4]> = (0..self.lanes.len())
            .map(|lane| self.inner_strides(lane))
            .collect();
        let mut ptrs: SmallVec<[*mut u8; 4]> = self.lanes.iter().map(|lane| lane.ptr).collect();
        let mut bases = ptrs.clone();
        let mut plane = usize::MAX;
        let (mut of, mut i1, mut i0) = (
            range.start / (n1 * n0).max(1),
            range.start / n0.max(1) % n1.max(1),
            range.start % n0.max(1),
        );
        for _ in range {
            if of != plane {
                plane = of;
                self.plane(plane, &mut bases);
            }
            let start = [i1 * self.unit[0], i0 * self.unit[1]];
            for ((ptr, base), [s1, s0]) in ptrs.iter_mut().zip(&bases).zip(&strides) {
                *ptr = base.wrapping_offset(start[0] as isize * s1 + start[1] as isize * s0);
            }
            let shape = [
                self.unit[0].min(self.inner[0] - start[0]),
                self.unit[1].min(self.inner[1] - start[1]),
            ];
            visit(&Unit { shape, ptrs: &ptrs })?;
            i0 += 1;
            if i0 == n0 {
                (i0, i1) = (0, i1 + 1);
            }
            if i1 == n1 {
                (i1, of) = (0, of + 1);
            }
        }
        Ok(())
    }

    /// Where each lane's part of a plane (an index of the outer axes, counted in C order) starts.
    fn plane(&self, mut number: usize, bases: &mut [*mut u8]) {
        for (base, lane) in bases.iter_mut().zip(&self.lanes) {
            *base = lane.ptr;
        }
        for (axis, &len) in self.outer.iter().enumerate().rev() {
            let index = (number % len) as isize;
            number /= len;
            for (base, lane) in bases.iter_mut().zip(&self.lanes) {
                *base = base.wrapping_offset(index * lane.strides[axis]);
            }
        }
    }
}
