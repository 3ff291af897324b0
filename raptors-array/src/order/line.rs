//! The lines of arrays along one axis, in blocks: as they are where they are dense, else staged.

use super::room;
use crate::{
    Array, Buffer, DType, Dims, Error, Result, Strides,
    drive::{self, Shared},
};
use core::ops::Range;
use raptors_kernels::{In, Out, moves};

/// Bytes of the lines that are staged together: they stay in the L2 cache, and a block of
/// neighbouring lines fills the cache lines it reads.
const BLOCK: usize = 128 << 10;

/// What is done with a line to read, if there is one, and one to write.
pub(super) type Work<'a> = dyn Fn(Option<In<'_>>, Out<'_>, &mut Scratch) -> Result<()> + Sync + 'a;

/// Memory that the work on a line needs, kept from line to line.
#[derive(Default)]
pub(super) struct Scratch {
    counts: Vec<usize>,
    few_counts: Vec<u32>,
    indices: Vec<i64>,
    bytes: Option<Buffer>,
}

impl Scratch {
    /// Counters for [`raptors_kernels::order::arrange`].
    pub(super) fn few_counts(&mut self, len: usize) -> Result<&mut [u32]> {
        room(&mut self.few_counts, len)
    }

    /// Counters of integers that lie close together.
    pub(super) fn counts(&mut self, len: usize) -> Result<&mut [usize]> {
        room(&mut self.counts, len)
    }

    /// Room for `len` indices.
    pub(super) fn indices(&mut self, len: usize) -> Result<&mut [i64]> {
        room(&mut self.indices, len)
    }

    /// A copy of `run`, and indices that were asked for before.
    pub(super) fn copy(&mut self, run: In<'_>) -> Result<(In<'_>, &[i64])> {
        let bytes = run.bytes();
        if self
            .bytes
            .as_ref()
            .is_none_or(|room| room.len() < bytes.len())
        {
            self.bytes = Some(Buffer::new(bytes.len()).ok_or(Error::memory(bytes.len()))?);
        }
        let Some(room) = &self.bytes else {
            return Err(Error::memory(bytes.len()));
        };
        // SAFETY: the buffer has as many bytes, is aligned for every dtype, is this scratch's
        // alone, and stays while the copy is borrowed from it.
        let copy = unsafe {
            room.as_ptr()
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            In::from_raw(room.as_ptr(), run.len(), run.dtype())
        };
        Ok((copy, &self.indices))
    }
}

/// The lines of one array.
struct Side {
    ptr: Shared,
    dtype: DType,
    /// Bytes between the elements of a line.
    along: isize,
    /// Bytes between the lines of a block.
    across: isize,
    /// Bytes between blocks, on each other axis.
    outer: Strides,
    /// Whether lines are contiguous and aligned.
    dense: bool,
}

impl Side {
    fn new(array: &Array, axis: usize, across: Option<usize>, outer: &[usize]) -> Self {
        let strides = array.strides();
        let along = strides[axis];
        Self {
            ptr: Shared(array.as_mut_ptr()),
            dtype: array.dtype(),
            along,
            across: across.map_or(0, |axis| strides[axis]),
            outer: outer.iter().map(|&axis| strides[axis]).collect(),
            dense: along == array.itemsize() as isize && array.is_aligned(),
        }
    }
}

/// Lines that are worked on one after the other, in place or in a stage.
struct Opened {
    ptr: *mut u8,
    /// Bytes between lines.
    step: isize,
}

/// The lines of an array along an axis, and those of another array of that shape.
pub(super) struct Lines {
    /// The elements of a line.
    len: usize,
    /// Lines beside each other.
    across: usize,
    /// How many of them make a block.
    block: usize,
    /// The lengths of the other axes.
    outer: Dims,
    /// Whether the work takes lines that follow one another as one run.
    together: bool,
    to: Side,
    from: Option<Side>,
}

impl Lines {
    /// The lines of `to` along `axis`, and of `from`, which has its shape.
    pub(super) fn new(to: &Array, from: Option<&Array>, axis: usize) -> Self {
        let shape = to.shape();
        let model = from.unwrap_or(to);
        let others = (0..shape.len()).filter(|&other| other != axis);
        let across = others
            .clone()
            .filter(|&other| shape[other] > 1)
            .min_by_key(|&other| model.strides()[other].unsigned_abs());
        let rest: Dims = others.filter(|&other| Some(other) != across).collect();
        let len = shape[axis];
        let bytes = (len * model.itemsize()).max(1);
        let width = across.map_or(1, |axis| shape[axis]);
        Self {
            len,
            across: width,
            block: (BLOCK / bytes).clamp(1, width),
            outer: rest.iter().map(|&axis| shape[axis]).collect(),
            together: false,
            to: Side::new(to, axis, across, &rest),
            from: from.map(|from| Side::new(from, axis, across, &rest)),
        }
    }

    /// These lines, for work that takes those that follow one another as one run.
    pub(super) fn together(self, together: bool) -> Self {
        Self { together, ..self }
    }

    /// Whether lines follow one another.
    fn follow(&self, lines: &Opened, dtype: DType) -> bool {
        lines.step == (self.len * dtype.size()) as isize
    }

    /// Calls `work` with every line of the array to read, if there is one, and that to write, on
    /// as many threads as pay where an element costs as much as `cost` additions.
    pub(super) fn each(&self, cost: u32, repeats: bool, work: &Work<'_>) -> Result<()> {
        let outer: usize = self.outer.iter().product();
        let units = outer * self.across.div_ceil(self.block);
        let lines = outer * self.across;
        let mut plan = drive::fold_plan(cost, lines * self.len, self.to.dtype.size());
        if repeats {
            // Threads would sort the same elements.
            plan.threads = 1;
        }
        let grain = (plan.chunk / (self.block * self.len).max(1)).max(1);
        let shared = units.div_ceil(plan.threads.max(1)).max(1);
        drive::drive(&plan, units, grain.min(shared), &|range| {
            self.some(range, work)
        })
    }

    fn some(&self, units: Range<usize>, work: &Work<'_>) -> Result<()> {
        let (mut scratch, mut stages) = (Scratch::default(), [None, None]);
        let [to_stage, from_stage] = &mut stages;
        let in_place = self.from.is_none();
        for unit in units {
            let (outer, first) = self.place(unit);
            let count = self.block.min(self.across - first);
            let to = self.open(&self.to, outer, first, count, in_place, to_stage)?;
            let from = match &self.from {
                Some(from) => Some((
                    self.open(from, outer, first, count, true, from_stage)?,
                    from,
                )),
                None => None,
            };
            let follow = self.together
                && self.follow(&to, self.to.dtype)
                && from
                    .iter()
                    .all(|(from, side)| self.follow(from, side.dtype));
            let (runs, len) = if follow {
                (1, count * self.len)
            } else {
                (count, self.len)
            };
            for line in 0..runs as isize {
                // SAFETY: a line of the array to read or of a stage with its elements, or all of
                // the block where they follow one another: dense and aligned, and not the memory
                // that is written.
                let read = from.as_ref().map(|(opened, from)| unsafe {
                    let ptr = opened.ptr.wrapping_offset(line * opened.step);
                    In::from_raw(ptr, len, from.dtype)
                });
                // SAFETY: a line of the array to write or of a stage, or all of the block as above,
                // dense and aligned; each unit has other lines, and the caller holds the array.
                let write = unsafe {
                    let ptr = to.ptr.wrapping_offset(line * to.step);
                    Out::from_raw(ptr, len, self.to.dtype)
                };
                work(read, write, &mut scratch)?;
            }
            if !self.to.dense {
                let target = moves::Target {
                    ptr: self.start(&self.to, outer, first),
                    size: self.to.dtype.size(),
                    shape: [count, self.len],
                    strides: [self.to.across, self.to.along],
                };
                // SAFETY: the lines of this unit, which were staged from `to.ptr` on.
                unsafe { moves::unpack(to.ptr, target) };
            }
        }
        Ok(())
    }

    /// The block of the outer axes, and the first line, that a unit means.
    fn place(&self, unit: usize) -> (usize, usize) {
        let blocks = self.across.div_ceil(self.block);
        (unit / blocks, unit % blocks * self.block)
    }

    fn start(&self, side: &Side, mut outer: usize, first: usize) -> *mut u8 {
        let mut offset = first as isize * side.across;
        for (&n, &stride) in self.outer.iter().zip(&side.outer).rev() {
            offset += (outer % n) as isize * stride;
            outer /= n;
        }
        side.ptr.get().wrapping_offset(offset)
    }

    /// `count` lines of a block where they can be worked on: in the array, or in `stage`.
    fn open(
        &self,
        side: &Side,
        outer: usize,
        first: usize,
        count: usize,
        load: bool,
        stage: &mut Option<Buffer>,
    ) -> Result<Opened> {
        let ptr = self.start(side, outer, first);
        if side.dense {
            let step = side.across;
            return Ok(Opened { ptr, step });
        }
        let size = side.dtype.size();
        let bytes = self.block * self.len * size;
        if stage.is_none() {
            *stage = Some(Buffer::new(bytes).ok_or(Error::memory(bytes))?);
        }
        let Some(stage) = stage else {
            return Err(Error::memory(bytes));
        };
        if load {
            let source = moves::Source {
                ptr,
                size,
                shape: [count, self.len],
                strides: [side.across, side.along],
            };
            // SAFETY: the lines of this unit, and a stage with room for as many as a block has.
            unsafe { moves::pack(source, stage.as_ptr()) };
        }
        Ok(Opened {
            ptr: stage.as_ptr(),
            step: (self.len * size) as isize,
        })
    }
}
