//! One block of the input of a reduction, folded into a tile of accumulators: as it lies in memory
//! where it can be, else packed and converted part by part.

use super::{
    shape::Axis,
    tile::{Job, Scratch, Step, decides},
};
use crate::{Buffer, Error, Result};
use raptors_kernels::{
    Bool, In, Kind, Level, Out, Scalar, Ufunc,
    cast::cast,
    fold::{self, Fold, Rows},
    moves::{self, Source},
};

/// Elements of input that are converted or packed at once.
const STAGE_LEN: usize = 2048;

impl Job {
    /// Reduces one block: `depth` elements into each of the accumulators `across` from number `out` on.
    pub(super) fn block(
        &self,
        at: *const u8,
        depth: usize,
        across: Axis,
        out: usize,
        result: *mut u8,
        scratch: &mut Scratch,
    ) -> Result<()> {
        if self.runs {
            if depth > 1
                && let Some(fold) = self.seconds(self.depth.step)
            {
                self.second_runs(fold, at, depth, across, result);
                return Ok(());
            }
            self.run_block(at, depth, across, out, result, scratch)
        } else if across.len > 1
            && let Some(fold) = self.seconds(across.step)
        {
            self.second_rows(fold, at, depth, across, result, scratch)
        } else {
            self.row_block(at, depth, across, out, result, scratch)
        }
    }

    /// The means of the accumulators `across` from number `out` on, gathered where these are not
    /// neighbours.
    fn means<'a>(
        &'a self,
        out: usize,
        across: Axis,
        scratch: &mut Scratch,
    ) -> Result<Option<In<'a>>> {
        let len = across.len;
        let Step::Deviation(means) = self.step else {
            return Ok(None);
        };
        let size = self.fed.size();
        let mut first = means.wrapping_add(out * size);
        if len > 1 && across.out != 1 {
            let gathered = room(&mut scratch.means, len * size)?;
            let source = Source {
                ptr: first,
                size,
                shape: [1, len],
                strides: [0, across.out * size as isize],
            };
            // SAFETY: the caller of the reduction holds one mean for each accumulator, and the
            // buffer has room for `len` of them.
            unsafe { moves::pack(source, gathered) };
            first = gathered;
        }
        // SAFETY: `len` means, held by the caller of the reduction or gathered by now.
        Ok(Some(unsafe { In::from_raw(first, len, self.fed) }))
    }

    fn mean(&self, out: usize) -> Option<Scalar> {
        let Step::Deviation(means) = self.step else {
            return None;
        };
        let mut scalar = Scalar::zero(self.fed);
        // SAFETY: the caller of the reduction holds one mean for each accumulator.
        let mean = unsafe { In::from_raw(means.wrapping_add(out * self.fed.size()), 1, self.fed) };
        scalar.as_out().bytes().copy_from_slice(mean.bytes());
        Some(scalar)
    }

    /// Rows of the input, added one after the other.
    fn row_block(
        &self,
        at: *const u8,
        depth: usize,
        across: Axis,
        out: usize,
        result: *mut u8,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let len = across.len;
        let means = self.means(out, across, scratch)?;
        let direct = self.is_direct(across.step);
        let at_once = if direct {
            depth
        } else {
            (STAGE_LEN / len).max(1)
        };
        for start in (0..depth).step_by(at_once) {
            let count = at_once.min(depth - start);
            let ptr = at.wrapping_offset(start as isize * self.depth.step);
            let rows = if direct {
                // SAFETY: `count` rows of `len` dense, aligned elements of the input.
                unsafe { Rows::from_raw(ptr, count, self.depth.step, len, self.fed) }
            } else {
                let shape = [count, len];
                let strides = [self.depth.step, across.step];
                let row = (len * self.fed.size()) as isize;
                let staged = self.stage(ptr, shape, strides, scratch)?;
                // SAFETY: the stage holds `count` dense rows of `len` elements.
                unsafe { Rows::from_raw(staged, count, row, len, self.fed) }
            };
            // SAFETY: the result has room for `len` accumulators and is this thread's own.
            let mut acc = unsafe { Out::from_raw(result, len, self.acc) };
            let rows = if start == 0 && self::start(self.step, rows, &mut acc) {
                rows.rest()
            } else {
                rows
            };
            match (self.step, means) {
                (Step::Fold(fold), _) => fold::fold_rows(fold, self.level, rows, acc),
                (Step::Deviation(_), Some(means)) => {
                    fold::sum_squared_deviations_rows(self.level, rows, means, acc);
                }
                (Step::Deviation(_), None) => {}
            }
        }
        Ok(())
    }

    /// Runs of the input, each reduced to one accumulator.
    fn run_block(
        &self,
        at: *const u8,
        depth: usize,
        across: Axis,
        out: usize,
        result: *mut u8,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let len = across.len;
        // The number of the accumulator of a run.
        let place = |i: usize| out + i * across.out.unsigned_abs();
        let direct = self.is_direct(self.depth.step)
            || depth == 1 && self.is_direct(self.fed.size() as isize);
        if !direct && matches!(self.step, Step::Fold(Fold::sum)) && self.stored == self.acc {
            let source = Source {
                ptr: at,
                size: self.acc.size(),
                shape: [len, depth],
                strides: [across.step, self.depth.step],
            };
            // SAFETY: the block is part of the input, whose elements are of the accumulators' type; the
            // result has room for `len` of these and is this thread's own.
            let summed = unsafe {
                let acc = Out::from_raw(result, len, self.acc);
                fold::sum_apart(self.level, source, acc)
            };
            if summed {
                return Ok(());
            }
        }
        if !direct && depth > STAGE_LEN {
            for i in 0..len {
                let ptr = at.wrapping_offset(i as isize * across.step);
                let value = self.long_run(ptr, depth, place(i), scratch)?;
                let size = self.acc.size();
                // SAFETY: the result has room for `len` accumulators and is this thread's own.
                let mut to = unsafe { Out::from_raw(result.add(i * size), 1, self.acc) };
                to.bytes().copy_from_slice(value.as_in().bytes());
            }
            return Ok(());
        }
        let at_once = if direct {
            len
        } else {
            (STAGE_LEN / depth.max(1)).max(1)
        };
        for start in (0..len).step_by(at_once) {
            let count = at_once.min(len - start);
            let ptr = at.wrapping_offset(start as isize * across.step);
            let rows = if direct {
                // SAFETY: `count` runs of `depth` dense, aligned elements of the input.
                unsafe { Rows::from_raw(ptr, count, across.step, depth, self.fed) }
            } else {
                let strides = [across.step, self.depth.step];
                let row = (depth * self.fed.size()) as isize;
                let staged = self.stage(ptr, [count, depth], strides, scratch)?;
                // SAFETY: the stage holds `count` dense runs of `depth` elements.
                unsafe { Rows::from_raw(staged, count, row, depth, self.fed) }
            };
            let ptr = result.wrapping_add(start * self.acc.size());
            // SAFETY: the result has room for `len` accumulators and is this thread's own.
            let acc = unsafe { Out::from_raw(ptr, count, self.acc) };
            let those = Axis {
                len: count,
                ..across
            };
            let means = self.means(place(start), those, scratch)?;
            match (self.step, means) {
                (Step::Fold(fold), _) => fold::fold_inner(fold, self.level, rows, acc),
                (Step::Deviation(_), Some(means)) => {
                    fold::sum_squared_deviations_inner(self.level, rows, means, acc);
                }
                (Step::Deviation(_), None) => {}
            }
        }
        Ok(())
    }

    /// A run too long to stage whole: its tree is followed down to parts that are not.
    fn long_run(
        &self,
        ptr: *const u8,
        len: usize,
        out: usize,
        scratch: &mut Scratch,
    ) -> Result<Scalar> {
        if self.stored == self.fed
            && let Step::Fold(fold) = self.step
            && let Some(known) = decides(fold, self.acc)
        {
            let mut value = Scalar::new(Bool::from(!known.get()));
            for start in (0..len).step_by(STAGE_LEN) {
                let part = ptr.wrapping_offset(start as isize * self.depth.step);
                let count = STAGE_LEN.min(len - start);
                let part = self.stage(part, [1, count], [0, self.depth.step], scratch)?;
                // SAFETY: the stage holds a dense run of `count` elements.
                value = self.fold_run(unsafe { In::from_raw(part, count, self.fed) }, out)?;
                if value.get::<Bool>().get() == known.get() {
                    break;
                }
            }
            return Ok(value);
        }
        if len > STAGE_LEN
            && let Some(left) = fold::split(self.acc, len)
        {
            let right = ptr.wrapping_offset(left as isize * self.depth.step);
            let a = self.long_run(ptr, left, out, scratch)?;
            let b = self.long_run(right, len - left, out, scratch)?;
            return Ok(self.combine(&a, &b));
        }
        let staged = if self.is_direct(self.depth.step) {
            ptr
        } else {
            self.stage(ptr, [1, len], [0, self.depth.step], scratch)?
        };
        // SAFETY: a dense, aligned run of `len` elements, of the input or of the stage.
        let run = unsafe { In::from_raw(staged, len, self.fed) };
        self.fold_run(run, out)
    }

    /// Reduces a dense run to one value.
    pub(crate) fn fold_run(&self, run: In<'_>, out: usize) -> Result<Scalar> {
        match (self.step, self.mean(out)) {
            (Step::Fold(fold), _) => fold::fold(fold, self.level, run),
            (Step::Deviation(_), Some(mean)) => {
                Some(fold::sum_squared_deviations(self.level, run, &mean))
            }
            (Step::Deviation(_), None) => None,
        }
        .ok_or(Error::Internal {
            what: "a fold without a loop",
        })
    }

    /// Combines the values of two parts of a run.
    pub(crate) fn combine(&self, a: &Scalar, b: &Scalar) -> Scalar {
        self.step.combine(a, b)
    }

    /// Whether elements `step` bytes apart can be handed to a fold as they are.
    pub(crate) fn is_direct(&self, step: isize) -> bool {
        self.aligned && self.stored == self.fed && step == self.fed.size() as isize
    }

    /// Packs and converts a block of the input.
    fn stage(
        &self,
        ptr: *const u8,
        shape: [usize; 2],
        strides: [isize; 2],
        scratch: &mut Scratch,
    ) -> Result<*const u8> {
        let n = shape[0] * shape[1];
        let size = self.stored.size();
        let row = (shape[1] * size) as isize;
        let dense = strides[1] == size as isize && (shape[0] == 1 || strides[0] == row);
        if dense && self.aligned && self.stored != self.fed {
            return self.convert(ptr, n, scratch);
        }
        let packed = room(&mut scratch.packed, n.max(STAGE_LEN) * size)?;
        // SAFETY: the block is part of the input, which the caller holds; the stage has room.
        unsafe {
            moves::pack(
                Source {
                    ptr,
                    size,
                    shape,
                    strides,
                },
                packed,
            );
        };
        if self.stored == self.fed {
            return Ok(packed);
        }
        self.convert(packed, n, scratch)
    }

    /// Converts `n` neighbours.
    fn convert(&self, from: *const u8, n: usize, scratch: &mut Scratch) -> Result<*const u8> {
        let converted = room(&mut scratch.converted, n.max(STAGE_LEN) * self.fed.size())?;
        // SAFETY: `n` aligned elements, of the input or of a stage, and a stage with room for as many.
        let (from, to) = unsafe {
            (
                In::from_raw(from, n, self.stored),
                Out::from_raw(converted, n, self.fed),
            )
        };
        cast(self.level, from, to);
        Ok(converted)
    }
}

/// Gives the accumulators their first value: whether it was the first row.
pub(super) fn start(step: Step, rows: Rows<'_>, acc: &mut Out<'_>) -> bool {
    let fold = match step {
        Step::Fold(_) if rows.dtype() == acc.dtype() && step.takes_elements() => {
            if !joins_zero(step, rows, acc) {
                acc.bytes().copy_from_slice(rows.row(0).bytes());
            }
            return true;
        }
        Step::Fold(fold) => fold,
        Step::Deviation(_) => Fold::sum,
    };
    let identity = fold::identity(fold, rows.dtype()).filter(|value| value.dtype() == acc.dtype());
    let identity = identity.unwrap_or(Scalar::zero(acc.dtype()));
    repeat(identity.as_in().bytes(), acc.bytes());
    false
}

/// Adds the first row to zero, where that is not the same as the row: as NumPy's sums, those of negative
/// zeros are no negative zeros. Whether that was done.
fn joins_zero(step: Step, rows: Rows<'_>, acc: &mut Out<'_>) -> bool {
    let dtype = rows.dtype();
    if !matches!(step, Step::Fold(Fold::sum))
        || !matches!(dtype.kind(), Kind::Float | Kind::Complex)
    {
        return false;
    }
    let Some(add) = Ufunc::add.bind(Level::get(), dtype) else {
        return false;
    };
    let zero = Scalar::zero(dtype);
    let n = acc.len();
    add.run(&[rows.row(0), zero.as_in()], &mut [acc.range(0, n)]);
    true
}

/// Fills `places` with `value`, over and over, in ever longer pieces.
fn repeat(value: &[u8], places: &mut [u8]) {
    let mut done = value.len().min(places.len());
    places[..done].copy_from_slice(&value[..done]);
    while done < places.len() {
        let more = done.min(places.len() - done);
        places.copy_within(..more, done);
        done += more;
    }
}

/// The buffer in `slot`, made anew if it has no room for `bytes`.
pub(super) fn room(slot: &mut Option<Buffer>, bytes: usize) -> Result<*mut u8> {
    let buffer = match slot.take() {
        Some(buffer) if buffer.len() >= bytes => buffer,
        _ => buffer(bytes)?,
    };
    Ok(slot.insert(buffer).as_ptr())
}

/// A buffer of `bytes` bytes.
pub(super) fn buffer(bytes: usize) -> Result<Buffer> {
    Buffer::new(bytes).ok_or(Error::memory(bytes))
}
