//! The lines of an array along one axis, brought into consecutive memory and back in blocks.

use super::plan::{Part, Plan};
use crate::{
    Array, Buffer, Error, Result,
    drive::{drive, map_plan},
};
use core::ops::Range;
use num_complex::Complex;
use raptors_kernels::moves;
use smallvec::SmallVec;

/// Bytes of a block of short lines: half of a small L1 cache, beside the result.
const BLOCK: usize = 16 << 10;
/// Lines of a block whose elements are apart, so that whole cache lines are used.
const APART: usize = 8;
/// Most bytes of such a block.
const APART_BYTES: usize = 4 << 20;
/// Additions per point and per doubling of the number of points.
const COST: u32 = 5;
/// What plans take a point of a transform of `n` to cost, in additions.
pub(crate) fn cost(n: usize) -> u32 {
    COST * (n.max(1).ilog2() + 1)
}

/// Pieces per thread, so that threads that get ahead take more.
const PIECES: usize = 4;

/// An axis that lines are numbered along: its length and its steps in input and output.
#[derive(Clone, Copy, Debug)]
struct Axis {
    len: usize,
    steps: [isize; 2],
}

/// Where the lines of the input and of the output are.
pub(super) struct Lines<'a> {
    input: &'a Array,
    output: &'a Array,
    /// Elements of a line of the input that are read.
    read: usize,
    steps: [isize; 2],
    /// The axis along which lines of one block are neighbours.
    next: Axis,
    others: SmallVec<[Axis; 4]>,
    /// Lines of a block.
    block: usize,
    /// Whether the lines of a block of the output are one run of memory.
    direct: bool,
}

impl<'a> Lines<'a> {
    /// The lines along `axis`. Both arrays have the same lengths along all other axes, the output
    /// is not empty, and their memory does not overlap.
    pub(super) fn new<T: Part>(
        input: &'a Array,
        output: &'a Array,
        axis: usize,
        plan: &Plan<T>,
    ) -> Self {
        let at = |axis: usize| Axis {
            len: output.shape()[axis],
            steps: [input.strides()[axis], output.strides()[axis]],
        };
        let mut others: SmallVec<[Axis; 4]> = (0..output.ndim())
            .filter(|&other| other != axis && output.shape()[other] > 1)
            .map(at)
            .collect();
        let nearest = (0..others.len())
            .rev()
            .min_by_key(|&i| others[i].steps.map(isize::unsigned_abs));
        let next = nearest.map_or(
            Axis {
                len: 1,
                steps: [0, 0],
            },
            |i| others.remove(i),
        );
        let [from, to] = plan.lens();
        let line = from.max(to) * 2 * size_of::<T>();
        let steps = at(axis).steps;
        let apart = (0..2).any(|i| next.steps[i].unsigned_abs() < steps[i].unsigned_abs());
        let wide = if apart {
            APART.min(APART_BYTES / line)
        } else {
            1
        };
        let block = (BLOCK / line).max(wide).clamp(1, next.len);
        let size = output.itemsize() as isize;
        let direct = steps[1] == size
            && output.is_aligned()
            && (block == 1 || next.steps[1] == size * to as isize);
        Self {
            input,
            output,
            read: input.shape()[axis].min(from),
            steps,
            next,
            others,
            block,
            direct,
        }
    }

    /// Transforms all lines and multiplies them by `scale`.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] for the blocks.
    pub(super) fn run<T: Part>(&self, plan: &Plan<T>, scale: T) -> Result<()> {
        let blocks = self.next.len.div_ceil(self.block);
        let units = blocks * self.others.iter().map(|axis| axis.len).product::<usize>();
        let cost = cost(plan.n);
        let points = plan.n * self.next.len * (units / blocks);
        let team = map_plan(cost, points, size_of::<Complex<T>>(), 1, 1);
        let grain = units.div_ceil(team.threads.max(1) * PIECES).max(1);
        drive(&team, units, grain, &|range| {
            self.run_units(range, blocks, plan, scale)
        })
    }

    fn run_units<T: Part>(
        &self,
        range: Range<usize>,
        blocks: usize,
        plan: &Plan<T>,
        scale: T,
    ) -> Result<()> {
        let [from, to] = plan.lens();
        let [from, to] = [from * plan.parts()[0], to * plan.parts()[1]];
        let staged = !self.direct;
        let mut source = Room::new(if plan.in_place() {
            0
        } else {
            from * self.block
        })?;
        let mut target = Room::new(if staged { to * self.block } else { 0 })?;
        let mut scratch = Room::new(plan.scratch_len())?;
        for unit in range {
            let first = unit % blocks * self.block;
            let lines = self.block.min(self.next.len - first);
            let [input, output] = self.offsets(unit / blocks, first);
            let output = self.output.as_mut_ptr().wrapping_offset(output);
            let result = if staged {
                &mut target.as_slice()[..to * lines]
            } else {
                // SAFETY: `direct` says that these lines are one aligned run of the output, which
                // no other unit has, and writing zeros makes its contents numbers.
                unsafe {
                    output.write_bytes(0, to * lines * size_of::<T>());
                    core::slice::from_raw_parts_mut(output.cast::<T>(), to * lines)
                }
            };
            if plan.in_place() {
                self.gather(input, result, plan, lines);
                plan.run(&mut [], result, scratch.as_slice())?;
            } else {
                let source = &mut source.as_slice()[..from * lines];
                self.gather(input, source, plan, lines);
                plan.run(source, result, scratch.as_slice())?;
            }
            if scale != T::one() {
                for part in result.iter_mut() {
                    *part = *part * scale;
                }
            }
            if staged {
                let (size, shape) = (self.output.itemsize(), [lines, plan.lens()[1]]);
                let result = moves::Source::contiguous(result.as_ptr().cast(), size, shape);
                let strides = [self.next.steps[1], self.steps[1]];
                let target = moves::Target {
                    ptr: output,
                    size,
                    shape,
                    strides,
                };
                // SAFETY: the target is this unit's lines of the output, and the source a block
                // of this thread's own.
                unsafe { moves::copy(result, target) };
            }
        }
        Ok(())
    }

    /// Bytes to line `first` of the neighbours at place `number` of the other axes.
    fn offsets(&self, mut number: usize, first: usize) -> [isize; 2] {
        let mut offsets = self.next.steps.map(|step| step * first as isize);
        for axis in self.others.iter().rev() {
            let place = (number % axis.len) as isize;
            number /= axis.len;
            offsets[0] += place * axis.steps[0];
            offsets[1] += place * axis.steps[1];
        }
        offsets
    }

    /// Copies `lines` lines of the input from `offset` on, padded with zeros.
    fn gather<T: Part>(&self, offset: isize, to: &mut [T], plan: &Plan<T>, lines: usize) {
        let (len, parts) = (plan.lens()[0], plan.parts()[0]);
        if self.read < len {
            to.fill(T::zero());
        }
        let (size, shape) = (self.input.itemsize(), [lines, self.read]);
        let source = moves::Source {
            ptr: self.input.as_ptr().wrapping_offset(offset),
            size,
            shape,
            strides: [self.next.steps[0], self.steps[0]],
        };
        let target = moves::Target {
            ptr: to.as_mut_ptr().cast(),
            size,
            shape,
            strides: [(len * parts * size_of::<T>()) as isize, size as isize],
        };
        // SAFETY: the source is lines of the input, of which `read` elements exist, and `to` has
        // room for `lines` lines of `len` elements in memory of its own.
        unsafe { moves::copy(source, target) };
    }
}

/// Memory for numbers, recycled by the pool.
struct Room<T> {
    buffer: Option<Buffer>,
    len: usize,
    number: core::marker::PhantomData<T>,
}

impl<T: Copy> Room<T> {
    /// Room for `len` numbers whose bytes may all be zero.
    fn new(len: usize) -> Result<Self> {
        let bytes = len.checked_mul(size_of::<T>()).ok_or(Error::TooBig)?;
        let buffer = match bytes {
            0 => None,
            _ => Some(Buffer::new(bytes).ok_or(Error::memory(bytes))?),
        };
        if let Some(buffer) = &buffer {
            // Not zeroed memory of the system's, whose every page would be new.
            // SAFETY: the buffer has at least that many bytes, which nobody else sees.
            unsafe { buffer.as_ptr().write_bytes(0, bytes) };
        }
        Ok(Self {
            buffer,
            len,
            number: core::marker::PhantomData,
        })
    }

    fn as_slice(&mut self) -> &mut [T] {
        match &self.buffer {
            // SAFETY: the buffer is aligned for all numbers, has room for `len` of them, was made
            // zero, and is this room's alone.
            Some(buffer) => unsafe {
                core::slice::from_raw_parts_mut(buffer.as_ptr().cast(), self.len)
            },
            None => &mut [],
        }
    }
}
