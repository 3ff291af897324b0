//! The walk of a call over arrays that do not lie alike: broadcast, strided, of other types, masked.

use super::{Call, Fed};
use crate::{
    Array, Error, Result, Strides, assign,
    broadcast::broadcast_strides,
    drive::{drive, map_plan, planned, result_plan},
    kept, rows,
    spaced::Spaced,
    stage::{Reader, Writer},
    walk::{RawLane, STAGE_BYTES, Walk},
};
use core::ops::Range;
use raptors_dispatch::{
    machine::machine,
    plan::{Cost, Stores},
};
use raptors_kernels::{DType, In, Loop, Out};
use smallvec::SmallVec;

/// Least bytes of a row whose stores go around the caches: a fence ends each, which waits for them.
const FENCED: usize = 4096;
/// Elements of a unit below which its set-up takes longer than bringing together what does not lie as the
/// result does.
const FEW: usize = 64;
/// Elements of a unit up to which it takes longer than spreading what is repeated over it and its neighbours.
const LEAST: usize = 48;
/// Part of the last-level cache that copies of what is repeated may take.
const SHARE: usize = 8;
/// Units from which there are many.
const MANY: usize = 16;

impl Call<'_> {
    /// Walks the arrays.
    pub(super) fn over(&self, bound: &Loop, fed: &[Fed]) -> Result<()> {
        let strides: SmallVec<[Strides; 4]> = fed
            .iter()
            .map(|fed| broadcast_strides(fed.array.shape(), fed.array.strides(), self.shape))
            .collect::<Option<_>>()
            .ok_or(Error::Internal {
                what: "inputs that do not broadcast",
            })?;
        let mut lanes: SmallVec<[RawLane<'_>; 6]> = SmallVec::new();
        for result in self.results {
            lanes.push((result.as_mut_ptr(), result.dtype().size(), result.strides()));
        }
        for (fed, strides) in fed.iter().zip(&strides) {
            let array = &fed.array;
            lanes.push((array.as_ptr().cast_mut(), array.dtype().size(), strides));
        }
        let n: usize = self.shape.iter().product();
        // What is repeated is read from the cache.
        let streams = fed.iter().filter(|fed| fed.array.size() == n).count();
        let size = lanes.iter().map(|lane| lane.1).max().unwrap_or(1);
        let mut single: SmallVec<[bool; 6]> = SmallVec::from_elem(false, lanes.len());
        if bound.repeats() {
            let inputs = &mut single[self.results.len()..];
            for ((single, fed), &wanted) in inputs.iter_mut().zip(fed).zip(bound.inputs()) {
                let array = &fed.array;
                *single = array.dtype() == wanted && array.is_aligned() && !fed.apart;
            }
        }
        // What is staged passes through the L1 cache, however dense the arrays are.
        let wanted = |i: usize| bound.inputs().get(i).copied().unwrap_or(DType::Bool);
        let converts = self.options.where_.is_some()
            || fed
                .iter()
                .enumerate()
                .any(|(i, fed)| fed.array.dtype() != wanted(i))
            || self
                .results
                .iter()
                .zip(bound.outputs())
                .any(|(to, &given)| to.dtype() != given);
        let replaced = self.replaced(bound, fed).filter(|_| !converts);
        let staged = converts || replaced.is_none() && fed.iter().any(|fed| fed.apart);
        let around = bound.around().filter(|_| !staged && replaced.is_none());
        let cost = Cost::of(self.ufunc, self.resolved.dtype());
        let mut plan = match self.results {
            [result] if around.is_some() => {
                let cold = if self.given {
                    0
                } else {
                    result.buffer().cold()
                };
                let read = fed.iter().map(|fed| fed.array.itemsize()).max();
                let sizes = [read.unwrap_or(1), result.itemsize()];
                result_plan(cost, n, sizes, streams, true, cold)
            }
            results => map_plan(cost, n, size, streams, results.len()),
        };
        if plan.threads > 1 && self.results.iter().any(Array::repeats) {
            // Threads would write the same elements.
            plan.threads = 1;
        }
        let bound = &planned(*bound, self.ufunc, self.resolved.dtype(), &plan);
        let around = around.and_then(|_| bound.around());
        let longest = if staged {
            STAGE_BYTES / size
        } else {
            plan.chunk
        };
        // Of two inputs a loop takes one so, of three any.
        let most = if bound.inputs().len() > 2 { 3 } else { 1 };
        let walk = Walk::new(self.shape, &lanes, longest.max(1), (&single, most));
        let mut walk = walk.taking_seconds(self.seconds(bound, fed), longest.max(1));
        if !converts
            && let cost = self.ufunc.cost()
            && let (nin, chunk) = (fed.len(), plan.chunk.max(1))
            && let Some(spaced) = Spaced::new(&mut walk, bound, cost, nin, self.results, chunk)
        {
            let [units, len] = spaced.units();
            return drive(&plan, units, (chunk / len.max(1)).max(1), &|range| {
                spaced.run(range)
            });
        }
        let spreads = walk.unit_len() <= LEAST && !staged;
        if walk.unit_len() < FEW
            && walk.units() >= MANY
            && let Some(fed) = self.brought_together(fed, &strides, spreads)?
        {
            return self.over(bound, &fed);
        }
        let grain = (plan.chunk / walk.unit_len().max(1)).max(1);
        let long = walk.unit_len() * size >= FENCED;
        let rows_of = match &around {
            Some(around) if plan.stores == Stores::Streaming && long && !walk.has_seconds() => {
                around
            }
            _ => bound,
        };
        if !staged
            && let Some(rows) = rows::Rows::new(&walk, rows_of, fed.len(), replaced, self.results)
        {
            return drive(&plan, walk.units(), grain, &|range| rows.run(range));
        }
        drive(&plan, walk.units(), grain, &|range| {
            self.stage(&walk, bound, fed, replaced, range)
        })
    }

    /// The lanes of a walk of which the loop takes every second element of rows, if they lie so.
    fn seconds(&self, bound: &Loop, fed: &[Fed]) -> SmallVec<[bool; 6]> {
        if !bound.skips() || self.options.where_.is_some() {
            return SmallVec::new();
        }
        let mut seconds = SmallVec::from_elem(false, self.results.len());
        seconds.extend(fed.iter().zip(bound.inputs()).map(|(fed, &wanted)| {
            fed.array.dtype() == wanted && fed.array.is_aligned() && !fed.apart
        }));
        seconds
    }

    /// The input whose memory the loop writes where it takes its output for one: not where two are, of which the
    /// other would be read while it is written.
    fn replaced(&self, bound: &Loop, fed: &[Fed]) -> Option<usize> {
        let mut apart = (0..fed.len()).filter(|&i| fed[i].apart);
        let (first, second) = (apart.next()?, apart.next());
        let arrays = || fed.iter().map(|fed| &fed.array).chain(self.results);
        let serves = bound.in_place()
            && second.is_none()
            && self.results.len() == 1
            && arrays().all(Array::is_aligned);
        serves.then_some(first)
    }

    /// The inputs, with copies in the place of those that do not lie as the result does, as far as caches
    /// have room for them; nothing where there are none, or the result has gaps. What is repeated stays as it is
    /// unless it `spreads`.
    fn brought_together(
        &self,
        fed: &[Fed],
        strides: &[Strides],
        spreads: bool,
    ) -> Result<Option<SmallVec<[Fed; 4]>>> {
        let [result] = self.results else {
            return Ok(None);
        };
        let n: usize = self.shape.iter().product();
        let lies_alike = |strides: &[isize], size: usize| {
            let steps = strides.iter().zip(result.strides()).zip(self.shape);
            steps
                .filter(|&(_, &len)| len > 1)
                .all(|((&a, &b), _)| a * result.itemsize() as isize == b * size as isize)
        };
        // Copies of what is repeated are more than there was: they pay as long as they stay near.
        let spread = fed.iter().filter(|fed| (2..n).contains(&fed.array.size()));
        let copies = spread.fold(0, |sum: usize, fed| {
            sum.saturating_add(n.saturating_mul(fed.array.itemsize()))
        });
        let near = machine().l2.bytes.max(machine().l3.bytes / SHARE);
        let spreads = spreads && copies <= near;
        let mut any = false;
        let mut inputs = SmallVec::new();
        for (fed, strides) in fed.iter().zip(strides) {
            let (mut array, size) = (fed.array.clone(), fed.array.itemsize());
            let whole = array.size() == n || spreads && array.size() > 1;
            let fits = n.saturating_mul(size) <= machine().l3.bytes;
            if whole && fits && !fed.apart && !lies_alike(strides, size) {
                let alike = result.empty_sorted_like(self.shape, array.dtype())?;
                if !lies_alike(alike.strides(), size) {
                    return Ok(None);
                }
                assign::write(&array, strides, &alike, alike.buffer().cold())?;
                (array, any) = (alike, true);
            }
            let apart = fed.apart;
            inputs.push(Fed { array, apart });
        }
        Ok(any.then_some(inputs))
    }

    /// Runs the loop over a range of units, of which those are staged that it does not take as they lie.
    /// The one `replaced` lies where the loop writes, which takes its output for it.
    fn stage(
        &self,
        walk: &Walk,
        bound: &Loop,
        fed: &[Fed],
        replaced: Option<usize>,
        range: Range<usize>,
    ) -> Result<()> {
        let level = bound.level();
        let (nin, nout) = (self.inputs.len(), self.results.len());
        let mask = self.options.where_.is_some();
        let mut readers: SmallVec<[Reader; 4]> = SmallVec::new();
        for (i, fed) in fed.iter().enumerate() {
            let wanted = if i < nin {
                bound.inputs()[i]
            } else {
                DType::Bool
            };
            let reader = Reader::new(walk, nout + i, fed.array.dtype(), wanted, fed.apart);
            let reader = reader.replacing(replaced == Some(i));
            readers.push(reader.skipping(bound.skips() && !mask));
        }
        let mut writers: SmallVec<[Writer; 2]> = SmallVec::new();
        for (i, (result, &given)) in self.results.iter().zip(bound.outputs()).enumerate() {
            writers.push(Writer::new(walk, i, result.dtype(), given, mask));
        }
        walk.visit(range, |unit| {
            let mut ins: SmallVec<[In<'_>; 4]> = SmallVec::new();
            for reader in &mut readers {
                ins.push(reader.read(walk, level, unit)?);
            }
            let keep = if mask { ins.pop() } else { None };
            let mut outs: SmallVec<[Out<'_>; 2]> = SmallVec::new();
            for writer in &mut writers {
                outs.push(writer.begin(walk, unit)?);
            }
            match keep {
                None => bound.run(&ins, &mut outs),
                Some(keep) => kept::run(bound, &ins, &mut outs, keep.of()),
            }
            drop(outs);
            for writer in &mut writers {
                writer.end(walk, level, unit, keep)?;
            }
            Ok(())
        })
    }
}
