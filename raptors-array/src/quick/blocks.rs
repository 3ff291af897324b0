//! A plane of rows as the loop takes them: where they lie, or packed on the stack, a block of rows at a time.

use super::over::AXES;
use crate::{map::Operand, scratch::Stages};
use raptors_kernels::{
    In, Loop, Out, Scalar,
    moves::{self, Source},
};

/// Bytes of an operand that are packed at once, so that those of three operands stay in a 32 KiB L1 cache.
const STAGE_BYTES: usize = 8 << 10;
/// Bytes that a block touches, stages and what they are packed from: nearly a 32 KiB L1 cache.
const BLOCK_BYTES: usize = 28 << 10;
/// Bytes of a cache line: elements farther apart share none.
const LINE: usize = 64;
/// Bytes of a row from which a call of the loop takes less than to pack the row into a longer one.
pub(super) const ROW_BYTES: usize = 512;
/// Elements of a row below which a walk, which stages results too, takes less than calls of the loop.
const ROW: usize = 16;

/// Elements of a plane below which many are spread out over all of them in less time than each is packed.
const PLANE: usize = 48;
/// Planes from which there are many.
const PLANES: usize = 32;

/// How the loop gets at an operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Rows lie as the loop takes them.
    Row,
    /// The loop takes every second element of rows.
    Second,
    /// One element stands for a row.
    Value,
    /// The rows are those of the result, over which the loop writes.
    Place,
    /// Rows are packed.
    Packed,
    /// One row stands for all, and is packed once.
    PackedOnce,
}

/// An operand over the merged axes.
#[derive(Clone, Copy)]
struct Lane {
    ptr: *const u8,
    size: usize,
    steps: [isize; AXES],
    reading: Reading,
}

impl Lane {
    const fn is_packed(&self) -> bool {
        matches!(self.reading, Reading::Packed | Reading::PackedOnce)
    }
}

/// The axes of a call, of which those are one that are one for all operands and the result; the innermost is
/// the last, and there are as many as can be.
pub(super) struct Axes<const N: usize> {
    pub(super) lengths: [usize; AXES],
    pub(super) steps: [[isize; AXES]; N],
    pub(super) result: [isize; AXES],
}

impl<const N: usize> Axes<N> {
    /// The axes of `lengths`, with these steps of the operands and of the result.
    pub(super) fn merged(
        lengths: &[usize],
        strides: &[[isize; AXES]; N],
        result: &[isize],
    ) -> Self {
        let mut axes = Self {
            lengths: [1; AXES],
            steps: [[0; AXES]; N],
            result: [0; AXES],
        };
        // From the innermost on, at the end of the arrays.
        let mut last = AXES;
        for (axis, &n) in lengths.iter().enumerate().rev().filter(|&(_, &n)| n != 1) {
            let merges = last < AXES && {
                let len = axes.lengths[last] as isize;
                let operands = strides.iter().zip(&axes.steps);
                let alike = |(strides, steps): (&[isize; AXES], &[isize; AXES])| {
                    strides[axis] == steps[last] * len
                };
                result[axis] == axes.result[last] * len && operands.into_iter().all(alike)
            };
            if merges {
                axes.lengths[last] *= n;
                continue;
            }
            last -= 1;
            axes.lengths[last] = n;
            axes.result[last] = result[axis];
            for (steps, strides) in axes.steps.iter_mut().zip(strides) {
                steps[last] = strides[axis];
            }
        }
        axes
    }
}

/// A call whose operands are of the loop's dtype.
pub(super) struct Call<'a, const N: usize> {
    bound: &'a Loop,
    axes: &'a Axes<N>,
    lanes: [Lane; N],
    /// The rows and columns of a block.
    block: [usize; 2],
    /// Whether a block lies in one piece for every operand and the result.
    whole: bool,
}

impl<'a, const N: usize> Call<'a, N> {
    /// A call for the memory of these operands, of which those in `places` lie where the result does, and the
    /// others span none of its.
    pub(super) fn new(
        bound: &'a Loop,
        operands: &'a [Operand<'_>; N],
        numbers: &'a [Scalar; N],
        axes: &'a Axes<N>,
        places: [bool; N],
    ) -> Option<Self> {
        let [.., rows, cols] = axes.lengths;
        let out = bound.outputs()[0].size();
        let follows = axes.result[AXES - 2] == (cols * out) as isize;
        let size = bound.inputs()[0].size().max(out);
        let short = rows > 1 && follows && cols * size < ROW_BYTES;
        if rows > 1 && !follows && cols < ROW {
            return None;
        }
        let skips = bound.skips() && !short;
        let (mut repeats, mut lanes) = (
            bound.repeats(),
            [Lane {
                ptr: core::ptr::null(),
                size: 0,
                steps: [0; AXES],
                reading: Reading::Row,
            }; N],
        );
        for (i, lane) in lanes.iter_mut().enumerate() {
            let dtype = bound.inputs()[i];
            let ptr = match &operands[i] {
                Operand::Array(array) => array.as_ptr(),
                Operand::Number(_) => numbers[i].as_in().bytes().as_ptr(),
            };
            let (size, align, steps) = (dtype.size(), dtype.align(), axes.steps[i]);
            let [.., across, along] = steps;
            let aligned = ptr.addr().is_multiple_of(align)
                && steps.iter().all(|s| s.unsigned_abs().is_multiple_of(align));
            // Rows that are short are packed, but for those that follow one upon the other.
            let one_piece = across == (cols * size) as isize;
            let reading = if places[i] {
                Reading::Place
            } else if aligned && along == 0 && repeats && (!short || across == 0) {
                repeats = false;
                Reading::Value
            } else if aligned && along == size as isize && (!short || one_piece) {
                Reading::Row
            } else if aligned && along == 2 * size as isize && skips && cols > 1 {
                Reading::Second
            } else if across == 0 && rows > 1 && !short {
                Reading::PackedOnce
            } else {
                Reading::Packed
            };
            *lane = Lane {
                ptr,
                size,
                steps,
                reading,
            };
        }
        let packed = lanes.iter().any(Lane::is_packed);
        let [planes, more, ..] = axes.lengths;
        if packed && rows * cols < PLANE && planes * more >= PLANES {
            return None;
        }
        let block = if packed {
            Self::block(&lanes, out, [rows, cols])?
        } else {
            [rows, cols]
        };
        let follows_too = |lane: &Lane| match lane.reading {
            Reading::Row => lane.steps[AXES - 2] == (cols * lane.size) as isize,
            Reading::Value => lane.steps[AXES - 2] == 0,
            Reading::Place | Reading::Packed => true,
            Reading::PackedOnce | Reading::Second => false,
        };
        let in_one_piece = block[1] == cols && follows && lanes.iter().all(follows_too);
        let whole = block[0] == 1 || in_one_piece;
        Some(Self {
            bound,
            axes,
            lanes,
            block,
            whole,
        })
    }

    /// The rows and columns that are packed at once; nothing where a walk, which has larger stages, reads less
    /// often what lies across the rows.
    fn block(lanes: &[Lane; N], out: usize, [rows, cols]: [usize; 2]) -> Option<[usize; 2]> {
        let size = lanes.iter().fold(1, |size, lane| size.max(lane.size));
        let room = STAGE_BYTES / size;
        let lies_across = |lane: &Lane| {
            let [.., across, along] = lane.steps.map(isize::unsigned_abs);
            lane.reading == Reading::Packed && across != 0 && across < along
        };
        if rows > 1 && lanes.iter().any(lies_across) {
            // Whole cache lines of what lies across the rows, which would be read again for each block.
            let (most, line) = (room / cols, LINE / size);
            let height = if most >= rows {
                rows
            } else {
                most / line * line
            };
            return (height > 0).then_some([height, cols]);
        }
        let touched = lanes.iter().fold(out, |touched, lane| {
            let step = lane.steps[AXES - 1].unsigned_abs();
            let from = if lane.is_packed() { step.min(LINE) } else { 0 };
            touched + lane.size + from
        });
        let room = room.min(BLOCK_BYTES / touched).max(1);
        let cols = cols.min(room);
        Some([(room / cols).clamp(1, rows), cols])
    }

    /// Runs the loop.
    ///
    /// # Safety
    ///
    /// The steps of the axes reach elements from each operand's, and from `to` the result's, which are
    /// aligned, are written by nobody else, and lie between those of no operand but the one in their place.
    pub(super) unsafe fn run(&self, to: *mut u8) {
        let mut stages = Stages::<STAGE_BYTES, N>::new();
        let stages = stages.ptrs();
        let [first, second, ..] = self.axes.lengths;
        for i in 0..first as isize {
            for j in 0..second as isize {
                let at = |steps: &[isize; AXES]| i * steps[0] + j * steps[1];
                let from = self
                    .lanes
                    .each_ref()
                    .map(|lane| lane.ptr.wrapping_offset(at(&lane.steps)));
                // SAFETY: as the caller promises, for the elements of this plane.
                unsafe { self.plane(from, to.wrapping_offset(at(&self.axes.result)), stages) };
            }
        }
    }

    /// Runs the loop over the two innermost axes.
    ///
    /// # Safety
    ///
    /// As [`Self::run`], from these places on; each stage has room for a block.
    unsafe fn plane(&self, from: [*const u8; N], to: *mut u8, stages: [*mut u8; N]) {
        let [.., rows, cols] = self.axes.lengths;
        let [.., down, right] = self.axes.result;
        for col in (0..cols).step_by(self.block[1]) {
            let width = self.block[1].min(cols - col);
            for row in (0..rows).step_by(self.block[0]) {
                let height = self.block[0].min(rows - row);
                let (mut starts, mut steps) = ([core::ptr::null(); N], [0; N]);
                for (i, lane) in self.lanes.iter().enumerate() {
                    let [.., across, along] = lane.steps;
                    let offset = row as isize * across + col as isize * along;
                    (starts[i], steps[i]) = (from[i].wrapping_offset(offset), across);
                    if !lane.is_packed() {
                        continue;
                    }
                    let once = lane.reading == Reading::PackedOnce;
                    let source = Source {
                        ptr: starts[i],
                        size: lane.size,
                        shape: [if once { 1 } else { height }, width],
                        strides: [across, along],
                    };
                    // What is repeated is in the stage already, in as many rows or more.
                    if across != 0 || row == 0 {
                        // SAFETY: elements of the operand, for which the stage has room.
                        unsafe { pack(source, stages[i]) };
                    }
                    starts[i] = stages[i];
                    steps[i] = if once {
                        0
                    } else {
                        (width * lane.size) as isize
                    };
                }
                let offset = row as isize * down + col as isize * right;
                let to = to.wrapping_offset(offset);
                let calls = if self.whole {
                    [1, height * width]
                } else {
                    [height, width]
                };
                // SAFETY: the rows of the block, or all of it where it lies in one piece.
                unsafe { self.rows(starts, steps, (to, down), calls) };
            }
        }
    }

    /// Calls the loop so many times for so many elements.
    ///
    /// # Safety
    ///
    /// As [`Self::run`], for rows these steps apart, in which elements are as the loop takes them.
    #[inline(always)]
    unsafe fn rows(
        &self,
        mut from: [*const u8; N],
        steps: [isize; N],
        (mut to, down): (*mut u8, isize),
        [calls, n]: [usize; 2],
    ) {
        let (inputs, output) = (self.bound.inputs(), self.bound.outputs()[0]);
        let lengths = self.lanes.map(|lane| match lane.reading {
            Reading::Value => 1,
            Reading::Place => 0,
            Reading::Second => 2 * n - 1,
            _ => n,
        });
        for _ in 0..calls {
            let mut runs = [In::from(&[0u8; 0][..]); N];
            for (i, run) in runs.iter_mut().enumerate() {
                // SAFETY: so many aligned elements of this type, in one piece, or from the first to the last of
                // those that are every second, which are not the result's.
                *run = unsafe { In::from_raw(from[i], lengths[i], inputs[i]) };
                from[i] = from[i].wrapping_offset(steps[i]);
            }
            // SAFETY: a row of the result, or several in one piece, which nobody else reads or writes.
            let out = unsafe { Out::from_raw(to, n, output) };
            self.bound.run(&runs, &mut [out]);
            to = to.wrapping_offset(down);
        }
    }
}

/// Packs a block; a row that is repeated only once, from which it is repeated then.
///
/// # Safety
///
/// As [`moves::pack`].
unsafe fn pack(source: Source, to: *mut u8) {
    let ([height, width], [across, along], size) = (source.shape, source.strides, source.size);
    if across != 0 || height == 1 || along == 0 || along == size as isize {
        // SAFETY: as the caller promises.
        return unsafe { moves::pack(source, to) };
    }
    let shape = [1, width];
    let first = Source { shape, ..source };
    let others = Source {
        ptr: to,
        shape: [height - 1, width],
        strides: [0, size as isize],
        size,
    };
    // SAFETY: as the caller promises, for the first row, from which the others are copied when it is there.
    unsafe {
        moves::pack(first, to);
        moves::pack(others, to.wrapping_add(width * size));
    }
}
