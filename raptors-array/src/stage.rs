//! Stages: small buffers in which an operand of a loop is packed, converted or kept apart from
//! the memory being written, so that the loops see only contiguous runs of their own type.

use crate::{
    Buffer, Error, Result,
    walk::{Unit, Walk},
};
use raptors_kernels::{
    Bool, DType, In, Level, Out,
    cast::cast,
    moves::{self, Source, Target},
};

/// How a loop reads one lane of a walk.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what holds for the memory and for the loop: independent of each other"
)]
pub(crate) struct Reader {
    lane: usize,
    stored: DType,
    wanted: DType,
    /// Whether the memory may be handed to the loop as it is.
    in_place: bool,
    aligned: bool,
    /// Whether the loop takes every second element of a run.
    skips: bool,
    /// Whether the loop takes its output for the elements, which lie there.
    replaced: bool,
    /// Whether rows repeat, so that what is staged once serves while the start stays the same.
    repeats: bool,
    staged: Option<(*mut u8, [usize; 2])>,
    packed: Option<Buffer>,
    converted: Option<Buffer>,
}

impl Reader {
    /// A reader of `lane`, which holds `stored` elements, for a loop that takes `wanted` ones.
    /// `apart` says that the loop writes the same memory, which must then be read beforehand.
    pub(crate) fn new(walk: &Walk, lane: usize, stored: DType, wanted: DType, apart: bool) -> Self {
        let aligned = walk.is_aligned(lane, stored.align());
        let [rows, _] = walk.inner_strides(lane);
        Self {
            lane,
            stored,
            wanted,
            in_place: aligned && stored == wanted && !apart,
            aligned,
            skips: false,
            replaced: false,
            repeats: rows == 0 && !apart,
            staged: None,
            packed: None,
            converted: None,
        }
    }

    /// This reader, for a loop that may take every second element of a run.
    pub(crate) const fn skipping(mut self, skips: bool) -> Self {
        self.skips = skips && self.in_place;
        self
    }

    /// This reader, for a loop that may take its output for the elements if `replaced`: they are those that its
    /// results replace.
    pub(crate) const fn replacing(mut self, replaced: bool) -> Self {
        self.replaced = replaced;
        self
    }

    /// The elements of a unit, as the loop wants them.
    #[inline]
    pub(crate) fn read(&mut self, walk: &Walk, level: Level, unit: &Unit<'_>) -> Result<In<'_>> {
        let ptr = unit.ptrs[self.lane];
        let len = unit.shape[0] * unit.shape[1];
        let dense = walk.is_dense(self.lane, unit.shape);
        if dense && self.replaced {
            // SAFETY: no elements of an array, which is aligned.
            return Ok(unsafe { In::from_raw(ptr, 0, self.wanted) });
        }
        if dense && self.in_place {
            // SAFETY: the unit lies inside an array of `wanted` elements that the walk's owner
            // holds and that no loop writes (`apart` is false).
            return Ok(unsafe { In::from_raw(ptr, len, self.wanted) });
        }
        if self.in_place && walk.is_value(self.lane, unit.shape) {
            // SAFETY: one aligned element of `wanted` of such an array.
            return Ok(unsafe { In::from_raw(ptr, 1, self.wanted) });
        }
        if self.skips && unit.shape[0] == 1 && len > 1 {
            let [_, stride] = walk.inner_strides(self.lane);
            if stride == 2 * self.wanted.size() as isize {
                // SAFETY: aligned elements of `wanted` from the first to the last of the unit, in the
                // memory of one array, no byte of whose span a loop writes (`fed` copies it otherwise).
                return Ok(unsafe { In::from_raw(ptr, 2 * len - 1, self.wanted) });
            }
        }
        let fits = |&(start, shape): &(*mut u8, [usize; 2])| {
            start == ptr && shape[0] >= unit.shape[0] && shape[1] == unit.shape[1]
        };
        if !(self.repeats && self.staged.as_ref().is_some_and(fits)) {
            self.fill(walk, level, unit, dense, len)?;
            self.staged = Some((ptr, unit.shape));
        }
        let stage = if self.stored == self.wanted {
            &self.packed
        } else {
            &self.converted
        };
        let stage = stage.as_ref().map_or(core::ptr::null_mut(), Buffer::as_ptr);
        // SAFETY: `fill` has written at least `len` elements of `wanted` to this buffer, which
        // `self` owns and lends with the result.
        Ok(unsafe { In::from_raw(stage, len, self.wanted) })
    }

    fn fill(
        &mut self,
        walk: &Walk,
        level: Level,
        unit: &Unit<'_>,
        dense: bool,
        len: usize,
    ) -> Result<()> {
        let source = Source {
            ptr: unit.ptrs[self.lane],
            size: self.stored.size(),
            shape: unit.shape,
            strides: walk.inner_strides(self.lane),
        };
        let raw = if self.stored != self.wanted && dense && self.aligned {
            source.ptr.cast_mut()
        } else {
            let packed = stage(&mut self.packed, walk.unit_len() * self.stored.size())?;
            // SAFETY: the source is a unit of an array that the walk's owner holds, and the stage
            // has room for the largest unit.
            unsafe { moves::pack(source, packed) };
            packed
        };
        if self.stored != self.wanted {
            let converted = stage(&mut self.converted, walk.unit_len() * self.wanted.size())?;
            // SAFETY: `raw` is a dense, aligned run of `len` stored elements; `converted` has room
            // for the largest unit and is read by nobody else.
            let (from, to) = unsafe {
                (
                    In::from_raw(raw, len, self.stored),
                    Out::from_raw(converted, len, self.wanted),
                )
            };
            cast(level, from, to);
        }
        Ok(())
    }
}

/// How a loop writes one lane of a walk.
pub(crate) struct Writer {
    lane: usize,
    stored: DType,
    given: DType,
    in_place: bool,
    aligned: bool,
    computed: Option<Buffer>,
    converted: Option<Buffer>,
    kept: Option<Buffer>,
}

impl Writer {
    /// A writer of `lane`, which holds `stored` elements, for a loop that gives `given` ones.
    /// `masked` says that some elements will be kept.
    pub(crate) fn new(walk: &Walk, lane: usize, stored: DType, given: DType, masked: bool) -> Self {
        let aligned = walk.is_aligned(lane, stored.align());
        Self {
            lane,
            stored,
            given,
            in_place: aligned && stored == given && !masked,
            aligned,
            computed: None,
            converted: None,
            kept: None,
        }
    }

    /// Where the loop writes the elements of a unit.
    #[inline]
    pub(crate) fn begin(&mut self, walk: &Walk, unit: &Unit<'_>) -> Result<Out<'_>> {
        let len = unit.shape[0] * unit.shape[1];
        let ptr = if self.in_place && walk.is_dense(self.lane, unit.shape) {
            unit.ptrs[self.lane]
        } else {
            stage(&mut self.computed, walk.unit_len() * self.given.size())?
        };
        // SAFETY: either the unit's own memory, which this thread alone writes and no loop reads
        // in place, or a stage with room for the largest unit, which `self` owns and lends.
        Ok(unsafe { Out::from_raw(ptr, len, self.given) })
    }

    /// Moves what the loop wrote to the array, where it is not there already; only where `mask`
    /// is true, if there is one.
    #[inline]
    pub(crate) fn end(
        &mut self,
        walk: &Walk,
        level: Level,
        unit: &Unit<'_>,
        mask: Option<In<'_>>,
    ) -> Result<()> {
        let dense = walk.is_dense(self.lane, unit.shape);
        if dense && self.in_place {
            return Ok(());
        }
        let len = unit.shape[0] * unit.shape[1];
        let ptr = unit.ptrs[self.lane];
        let size = self.stored.size();
        let mut result = stage(&mut self.computed, 0)?;
        if self.stored != self.given {
            let in_place = dense && self.aligned && mask.is_none();
            let room = walk.unit_len() * size;
            let to = if in_place {
                ptr
            } else {
                stage(&mut self.converted, room)?
            };
            // SAFETY: the loop wrote `len` elements of `given` to the stage; `to` is the unit's own
            // dense, aligned memory or another stage with room for the largest unit.
            let (from, to_run) = unsafe {
                (
                    In::from_raw(result, len, self.given),
                    Out::from_raw(to, len, self.stored),
                )
            };
            cast(level, from, to_run);
            if in_place {
                return Ok(());
            }
            result = to;
        }
        let strides = walk.inner_strides(self.lane);
        if let Some(mask) = mask {
            let kept = stage(&mut self.kept, 2 * walk.unit_len() * size)?;
            let merged = kept.wrapping_add(walk.unit_len() * size);
            // SAFETY: `kept` has room for two of the largest unit: the old elements and the merged
            // ones; the old ones are a unit of an array that the walk's owner holds.
            let (old, new, out) = unsafe {
                moves::pack(
                    Source {
                        ptr,
                        size,
                        shape: unit.shape,
                        strides,
                    },
                    kept,
                );
                let bytes = len * size;
                (
                    core::slice::from_raw_parts(kept, bytes),
                    core::slice::from_raw_parts(result, bytes),
                    core::slice::from_raw_parts_mut(merged, bytes),
                )
            };
            moves::select(mask.of::<Bool>(), new, old, out, size);
            result = merged;
        }
        // SAFETY: `result` holds the `len` elements of the unit, and the target is the unit's own
        // memory, which this thread alone writes.
        unsafe {
            moves::unpack(
                result,
                Target {
                    ptr,
                    size,
                    shape: unit.shape,
                    strides,
                },
            );
        };
        Ok(())
    }
}

/// The buffer in `slot`, made with room for `bytes` if there is none yet.
#[inline]
fn stage(slot: &mut Option<Buffer>, bytes: usize) -> Result<*mut u8> {
    let buffer = match slot.take() {
        Some(buffer) => buffer,
        None => Buffer::new(bytes).ok_or(Error::memory(bytes))?,
    };
    Ok(slot.insert(buffer).as_ptr())
}
