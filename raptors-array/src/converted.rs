//! The common case of a ufunc with stages in it: inputs of one shape and of any dtype, each in one
//! piece or along one axis, or single values, and one result or two. It needs no walk: pieces are
//! packed and converted to stages that stay in the L1 cache.

mod apart;
mod destination;
mod like;

use self::{destination::Destination, like::common};
use crate::{
    Array, Buffer, Error, Result,
    drive::{Shared, drive, map_plan, planned},
    map::Operand,
    overlap::{Overlap, overlap},
    promote::cast_scalar,
    resolve::Resolved,
    straight::receives,
    target::Target,
    walk::STAGE_BYTES,
};
use core::ops::Range;
use raptors_dispatch::plan::Cost;
use raptors_kernels::{
    DType, In, Level, Loop, Out, Scalar,
    cast::cast,
    moves::{self, Source},
};
use smallvec::SmallVec;

/// Bytes to which stages are aligned: a cache line, and the widest vector.
const LINE: usize = 64;

/// Where the elements of an input come from.
enum Origin {
    /// Elements a number of bytes apart.
    Run(Shared, isize),
    /// One value for every element, of the dtype that the loop wants.
    Value(Scalar),
}

/// An input of the loop.
struct Lane {
    origin: Origin,
    stored: DType,
    wanted: DType,
    /// Whether the loop writes the memory of the input, which must be read before.
    written: bool,
    /// Whether the loop takes every second element of its memory.
    skipped: bool,
    /// Whether the loop takes its output for this input.
    replaced: bool,
    /// Where its elements are packed, and where they are converted, in the buffer of stages.
    stages: [usize; 2],
}

/// `resolved` of `operands`, into `outs` where given; nothing where the case is another.
pub(crate) fn call(
    resolved: Resolved,
    operands: &[Operand<'_>],
    outs: &[Option<Target<'_>>],
) -> Result<Option<SmallVec<[Array; 2]>>> {
    let Some((like, order)) = common(operands) else {
        return Ok(None);
    };
    let Some(bound) = resolved.ufunc().bind(Level::get(), resolved.dtype()) else {
        return Ok(None);
    };
    let given: SmallVec<[Option<&Array>; 2]> = (0..resolved.outputs().len())
        .map(|i| outs.get(i)?.as_ref().map(Target::array))
        .collect();
    for (out, &dtype) in given.iter().zip(resolved.outputs()) {
        if out.is_some_and(|out| given.len() > 1 || !receives(out, like, dtype, order)) {
            return Ok(None);
        }
    }
    let mut lanes: SmallVec<[Lane; 3]> = SmallVec::new();
    for ((operand, &dtype), &wanted) in operands.iter().zip(resolved.inputs()).zip(bound.inputs()) {
        match lane(operand, dtype, wanted, given[0]) {
            Some(lane) => lanes.push(lane),
            None => return Ok(None),
        }
    }
    if resolved.takes_natural_exponent() && like.size() > 0 {
        operands[1].check_exponent(resolved.inputs()[1])?;
    }
    let mut results: SmallVec<[Array; 2]> = SmallVec::new();
    for (out, &dtype) in given.iter().zip(resolved.outputs()) {
        results.push(match out {
            Some(out) => (*out).clone(),
            None => Array::empty(like.shape(), dtype, order)?,
        });
    }
    let size = resolved.dtype().size().max(results[0].itemsize());
    let runs = lanes.iter().filter(|lane| lane.is_run()).count();
    let plan = map_plan(
        Cost::of(resolved.ufunc(), resolved.dtype()),
        like.size(),
        size,
        runs,
        results.len(),
    );
    let bound = planned(bound, resolved.ufunc(), resolved.dtype(), &plan);
    if let ([result], cost) = (results.as_slice(), resolved.ufunc().cost())
        && apart::pays(&bound, cost, &lanes, result.dtype())
    {
        let to = Shared(result.as_mut_ptr());
        drive(&plan, like.size(), plan.chunk.max(1), &|range| {
            apart::run(&bound, &lanes, &to, range);
            Ok(())
        })?;
        return Ok(Some(results));
    }
    let job = Job::new(&bound, lanes, &results, plan.chunk);
    drive(&plan, like.size(), plan.chunk.max(1), &|range| {
        job.run(range)
    })?;
    Ok(Some(results))
}

/// `operand`, which NumPy casts to `dtype` and the loop takes as `wanted`.
fn lane(operand: &Operand<'_>, dtype: DType, wanted: DType, out: Option<&Array>) -> Option<Lane> {
    let value = |value: &Scalar| Lane {
        origin: Origin::Value(cast_scalar(value, wanted)),
        stored: wanted,
        wanted,
        written: false,
        skipped: false,
        replaced: false,
        stages: [0; 2],
    };
    match operand {
        Operand::Number(number) => Some(value(&number.to_scalar(dtype).ok()?)),
        Operand::Array(array) if array.ndim() == 0 => {
            Some(value(&cast_scalar(&array.item().ok()?, dtype)))
        }
        Operand::Array(array) => {
            let stored = array.dtype();
            let written = match out.map_or(Overlap::Disjoint, |out| overlap(array, out)) {
                Overlap::Disjoint => false,
                Overlap::Same => true,
                Overlap::Possible => return None,
            };
            let stride = match array.strides() {
                [stride] => *stride,
                _ => array.itemsize() as isize,
            };
            Some(Lane {
                origin: Origin::Run(Shared(array.as_ptr().cast_mut()), stride),
                stored,
                wanted,
                written,
                skipped: false,
                replaced: false,
                stages: [0; 2],
            })
        }
    }
}

impl Lane {
    const fn is_run(&self) -> bool {
        matches!(self.origin, Origin::Run(..))
    }

    /// Whether a loop that may take every second element can take those of this lane.
    fn alternates(&self) -> bool {
        let twice = 2 * self.stored.size() as isize;
        self.stored == self.wanted
            && !self.written
            && matches!(self.origin, Origin::Run(_, stride) if stride == twice)
    }

    /// Whether the elements are those that the loop writes its results of `dtype` over, one after the other.
    fn is_result(&self, dtype: DType) -> bool {
        let size = dtype.size() as isize;
        self.stored == dtype
            && self.wanted == dtype
            && self.written
            && matches!(self.origin, Origin::Run(_, stride) if stride == size)
    }

    /// Whether the elements are copied before anything else happens to them.
    fn is_packed(&self) -> bool {
        match self.origin {
            _ if self.skipped || self.replaced => false,
            Origin::Run(_, stride) => {
                stride != self.stored.size() as isize || self.written && self.stored == self.wanted
            }
            Origin::Value(_) => false,
        }
    }

    /// The `len` elements from number `start` on, as the loop wants them.
    fn read(&self, level: Level, stages: *mut u8, start: usize, len: usize) -> In<'_> {
        let [packed, converted] = self.stages.map(|stage| stages.wrapping_add(stage));
        let (first, stride) = match &self.origin {
            Origin::Run(first, stride) => (first.get(), *stride),
            // SAFETY: `Job::run` has filled this stage with as many values as a piece has.
            Origin::Value(_) => return unsafe { In::from_raw(converted, len, self.wanted) },
        };
        if self.replaced {
            // SAFETY: no elements, at the place of one.
            return unsafe { In::from_raw(first, 0, self.stored) };
        }
        let size = self.stored.size();
        let mut ptr = first.wrapping_offset(start as isize * stride);
        if self.is_packed() {
            let source = Source {
                ptr,
                size,
                shape: [1, len],
                strides: [0, stride],
            };
            // SAFETY: the source lies in an array that the caller holds; the stage has room for a
            // piece of it and no loop reads it now.
            unsafe { moves::pack(source, packed) };
            ptr = packed;
        }
        if self.skipped && len > 1 {
            // SAFETY: aligned elements from the first to the last of the piece, in the memory of one
            // array, no byte of whose span the loop writes.
            return unsafe { In::from_raw(ptr, 2 * len - 1, self.stored) };
        }
        // SAFETY: `len` elements of an aligned array, one after the other, or of a stage.
        let run = unsafe { In::from_raw(ptr, len, self.stored) };
        if self.stored == self.wanted {
            return run;
        }
        // SAFETY: the stage has room for a piece of wanted elements and no loop reads it now; once
        // written, it is lent until the next piece.
        unsafe {
            cast(level, run, Out::from_raw(converted, len, self.wanted));
            In::from_raw(converted, len, self.wanted)
        }
    }
}

/// A call whose operands are settled.
struct Job<'a> {
    bound: &'a Loop,
    lanes: SmallVec<[Lane; 3]>,
    results: SmallVec<[Destination; 2]>,
    /// Elements that are computed at a time.
    piece: usize,
    /// Bytes of all stages.
    staged: usize,
}

impl<'a> Job<'a> {
    fn new(
        bound: &'a Loop,
        mut lanes: SmallVec<[Lane; 3]>,
        results: &[Array],
        chunk: usize,
    ) -> Self {
        let mut results: SmallVec<[Destination; 2]> = results
            .iter()
            .zip(bound.outputs())
            .map(|(result, &given)| Destination {
                ptr: Shared(result.as_mut_ptr()),
                stored: result.dtype(),
                given,
                stage: 0,
            })
            .collect();
        for lane in &mut lanes {
            lane.skipped = bound.skips() && lane.alternates();
        }
        let direct = results.iter().all(|result| result.stored == result.given);
        if bound.in_place() && direct && !lanes.iter().any(|lane| lane.skipped) {
            // One of them: the other is where the results are, too.
            if let Some(lane) = lanes
                .iter_mut()
                .find(|lane| lane.is_result(bound.outputs()[0]))
            {
                lane.replaced = true;
            }
        }
        let repeats = bound.repeats();
        let fills = |lane: &Lane| !lane.is_run() && !repeats;
        let is_staged = |lane: &Lane| lane.is_packed() || lane.stored != lane.wanted || fills(lane);
        let sizes = lanes
            .iter()
            .map(|lane| lane.stored.size().max(lane.wanted.size()));
        let size = sizes.chain(results.iter().map(|result| result.given.size()));
        let size = size.max().unwrap_or(1);
        let any = lanes.iter().any(is_staged) || results.iter().any(|r| r.stored != r.given);
        let piece = if any {
            chunk.min(STAGE_BYTES / size)
        } else {
            chunk
        };
        let piece = piece.max(1);
        let mut staged = 0;
        let mut room = |dtype: DType| {
            let start = staged;
            staged += (piece * dtype.size()).next_multiple_of(LINE);
            start
        };
        for lane in &mut lanes {
            if lane.is_packed() {
                lane.stages[0] = room(lane.stored);
            }
            if lane.stored != lane.wanted || fills(lane) {
                lane.stages[1] = room(lane.wanted);
            }
        }
        for result in &mut results {
            if result.stored != result.given {
                result.stage = room(result.given);
            }
        }
        Self {
            bound,
            lanes,
            results,
            piece,
            staged,
        }
    }

    /// Computes the elements of a range.
    fn run(&self, range: Range<usize>) -> Result<()> {
        let buffer = match self.staged {
            0 => None,
            bytes => Some(Buffer::new(bytes).ok_or_else(|| Error::memory(bytes))?),
        };
        let stages = buffer
            .as_ref()
            .map_or(core::ptr::null_mut(), Buffer::as_ptr);
        let (level, repeats) = (self.bound.level(), self.bound.repeats());
        for lane in &self.lanes {
            if let (Origin::Value(value), false) = (&lane.origin, repeats) {
                let stage = stages.wrapping_add(lane.stages[1]);
                let shape = [1, self.piece.min(range.len())];
                let target = moves::Target::contiguous(stage, lane.wanted.size(), shape);
                // SAFETY: the stage has room for a piece; the value is one of its elements.
                unsafe { moves::fill(target, value.as_in().bytes().as_ptr()) };
            }
        }
        for start in range.clone().step_by(self.piece) {
            let len = self.piece.min(range.end - start);
            let mut ins = [In::from(&[0u8; 0][..]); 3];
            for (input, lane) in ins.iter_mut().zip(&self.lanes) {
                *input = match &lane.origin {
                    Origin::Value(value) if repeats => value.as_in(),
                    _ => lane.read(level, stages, start, len),
                };
            }
            let ins = &ins[..self.lanes.len()];
            match self.results.as_slice() {
                [result] => self.bound.run(ins, &mut [result.begin(stages, start, len)]),
                [first, second] => self.bound.run(
                    ins,
                    &mut [
                        first.begin(stages, start, len),
                        second.begin(stages, start, len),
                    ],
                ),
                _ => {}
            }
            for result in &self.results {
                result.end(level, stages, start, len);
            }
        }
        Ok(())
    }
}
