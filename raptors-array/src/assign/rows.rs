//! Conversions of arrays whose rows lie in one piece each, with gaps between them: no row needs the set-up of a walk.

use crate::{
    Array, Dims, Result, Strides,
    collapse::{Collapsed, collapse},
    drive::{Shared, drive},
};
use core::{mem::MaybeUninit, ops::Range};
use raptors_dispatch::plan::Plan;
use raptors_kernels::{In, Out, cast::cast};
use smallvec::SmallVec;

/// Elements of a row from which to copy it takes less than to put it together element by element.
const LEAST: usize = 8;

/// Words in which rows are put together: they stay in the first cache.
const STAGE: usize = 2048;

/// Rows to be put together, at least: of fewer, each is converted by itself.
const SEVERAL: usize = 4;

/// Rows of elements to be converted, side by side in the source and in the target.
pub(super) struct Rows {
    /// Elements of a row.
    len: usize,
    /// The other axes, the last one the fastest.
    outer: Dims,
    /// Their steps in bytes, in the target and in the source.
    steps: [Strides; 2],
    /// Where the first row begins.
    start: [isize; 2],
}

impl Rows {
    /// The rows of `from`, seen with `strides` over the shape of `to`, and those of `to`, which has elements of its own
    /// for each; nothing where they have gaps or are too short.
    pub(super) fn of(from: &Array, strides: &[isize], to: &Array) -> Option<Self> {
        if !from.is_aligned() || !to.is_aligned() || to.repeats() {
            return None;
        }
        let Collapsed {
            shape: mut outer,
            strides: steps,
            offsets,
        } = collapse(to.shape(), &[to.strides(), strides], 0);
        let len = outer.pop().filter(|&len| len >= LEAST)?;
        let sizes = [to.itemsize() as isize, from.itemsize() as isize];
        let mut pairs = steps.into_iter().zip(sizes).map(|(mut steps, size)| {
            let dense = steps.pop() == Some(size);
            dense.then_some(steps)
        });
        let steps = [pairs.next()??, pairs.next()??];
        let start = [*offsets.first()?, *offsets.get(1)?];
        Some(Self {
            len,
            outer,
            steps,
            start,
        })
    }

    /// Converts all rows of `from` to those of `to`, which are those that they were found in and lie in other memory.
    pub(super) fn convert(&self, from: &Array, to: &Array, plan: &Plan) -> Result<()> {
        let count = self.outer.iter().product();
        let grain = (plan.chunk / self.len).max(1);
        let source = Shared(from.as_ptr().wrapping_offset(self.start[1]).cast_mut());
        let target = Shared(to.as_mut_ptr().wrapping_offset(self.start[0]));
        let several = (STAGE * size_of::<u64>()) / (self.len * from.itemsize());
        let together = several >= SEVERAL && self.follow(to.itemsize());
        drive(plan, count, grain, &|range| {
            let mut stage = [const { MaybeUninit::<u64>::uninit() }; STAGE];
            let stage: *mut u8 = stage.as_mut_ptr().cast();
            let step = if together { several } else { 1 };
            let (mut places, mut at) = self.at(range.start);
            for start in range.clone().step_by(step) {
                let rows = step.min(range.end - start);
                let written = target.get().wrapping_offset(at[0]);
                let mut read = source.get().wrapping_offset(at[1]).cast_const();
                if together {
                    self.put_together(0..rows, from, stage, (&mut places, &mut at));
                    read = stage;
                } else {
                    self.step(&mut places, &mut at);
                }
                // SAFETY: a row of either array, which is aligned, in one piece and as long, or as many that were put
                // together and follow one another in the target; they do not overlap, and each row is written once,
                // by this thread.
                let (run, out) = unsafe {
                    (
                        In::from_raw(read, rows * self.len, from.dtype()),
                        Out::from_raw(written, rows * self.len, to.dtype()),
                    )
                };
                cast(plan.level, run, out);
            }
            Ok(())
        })
    }

    /// Copies rows of `from` to `stage`, from the one at these places on, which become those of the next one.
    fn put_together(
        &self,
        rows: Range<usize>,
        from: &Array,
        stage: *mut u8,
        (places, at): (&mut [usize], &mut [isize; 2]),
    ) {
        let bytes = self.len * from.itemsize();
        let source = from.as_ptr().wrapping_offset(self.start[1]);
        for row in rows {
            // SAFETY: a row of the array, in one piece, and the stage has room for as many rows.
            unsafe {
                let row = stage.add(row * bytes);
                row.copy_from_nonoverlapping(source.wrapping_offset(at[1]), bytes);
            }
            self.step(places, at);
        }
    }

    /// Whether the rows of the target, of elements of `size` bytes, follow one another.
    fn follow(&self, size: usize) -> bool {
        let mut next = (self.len * size) as isize;
        let axes = self.outer.iter().zip(&self.steps[0]).rev();
        axes.into_iter().all(|(&len, &step)| {
            let follows = step == next;
            next *= len as isize;
            follows
        })
    }

    /// The place of a row on every axis, and its distance from the first one.
    fn at(&self, mut row: usize) -> (SmallVec<[usize; 4]>, [isize; 2]) {
        let mut places = SmallVec::from_elem(0, self.outer.len());
        let mut at = [0; 2];
        for (axis, &len) in self.outer.iter().enumerate().rev() {
            places[axis] = row % len;
            row /= len;
            for (at, steps) in at.iter_mut().zip(&self.steps) {
                *at += places[axis] as isize * steps[axis];
            }
        }
        (places, at)
    }

    /// Goes on to the next row.
    #[inline]
    fn step(&self, places: &mut [usize], at: &mut [isize; 2]) {
        for axis in (0..self.outer.len()).rev() {
            let [written, read] = &self.steps;
            places[axis] += 1;
            at[0] += written[axis];
            at[1] += read[axis];
            if places[axis] < self.outer[axis] {
                return;
            }
            let len = places[axis] as isize;
            at[0] -= len * written[axis];
            at[1] -= len * read[axis];
            places[axis] = 0;
        }
    }
}
