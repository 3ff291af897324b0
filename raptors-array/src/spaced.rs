//! Walks whose loop takes elements where they lie, as results have gaps between them, or operands lie apart or
//! backwards.

use crate::{
    Array, Result,
    walk::{Unit, Walk},
};
use core::ops::Range;
use raptors_kernels::{DType, Loop, Spaced as Run};

/// Inputs of a loop over elements that lie apart, at most.
const INPUTS: usize = 3;

/// Cost in additions up to which elements one by one are no slower than vectors of packed ones.
const PLAIN: u32 = 2;

/// Elements of a row that is read backwards, below which several rows are packed at once.
pub(crate) const ROW: usize = 16;
/// Elements of a row of a result with gaps, below which columns of it are longer runs.
pub(crate) const SHORT_ROW: usize = 6;

/// How elements lie along a row: the bytes of one, and from one to the next.
pub(crate) type Step = (usize, isize);

/// Whether a loop takes rows of elements as they lie, a result and `inputs`, of which packing some would take
/// longer.
pub(crate) fn pays(
    bound: &Loop,
    cost: u32,
    result: Step,
    inputs: impl Iterator<Item = Step> + Clone,
) -> bool {
    if !bound.takes_gaps() {
        return false;
    }
    if result.1 != result.0 as isize {
        return is_plain(cost, result, inputs);
    }
    let turned = |(size, stride): Step| stride == -(size as isize);
    bound.turns() && inputs.clone().all(turned) || cost <= PLAIN && inputs.clone().any(lies_apart)
}

/// Whether a loop of this cost over elements one by one takes less than one over vectors that are packed and
/// unpacked again: not of single bytes, of which vectors have many.
fn is_plain(cost: u32, result: Step, mut inputs: impl Iterator<Item = Step>) -> bool {
    cost <= PLAIN && (result.0 > 1 || inputs.any(|(size, _)| size > 1))
}

/// Whether packing moves elements one by one, and so stores as many times as the loop itself: not where they
/// are so small that vectors have many of them, nor what vectors are put together from in few steps.
fn lies_apart((size, stride): Step) -> bool {
    let one = size as isize;
    match size {
        1 | 2 => false,
        4 => ![-one, 0, one, 2 * one, 3 * one].contains(&stride),
        _ => ![-one, 0, one, 2 * one].contains(&stride),
    }
}

/// A walk whose result comes first, which the loop takes as it lies.
pub(crate) struct Spaced<'a> {
    walk: &'a Walk,
    bound: &'a Loop,
    nin: usize,
    /// The axis of a unit that rows run along.
    axis: usize,
}

impl<'a> Spaced<'a> {
    /// The walk of `nin` inputs of the dtypes that the loop takes into one of `results`, in units of about
    /// `longest` elements; nothing where the loop takes packed ones in less time. Each element of an input is
    /// the one that the result replaces, or none of the result.
    pub(crate) fn new(
        walk: &'a mut Walk,
        bound: &'a Loop,
        cost: u32,
        nin: usize,
        results: &[Array],
        longest: usize,
    ) -> Option<Self> {
        if results.len() != 1 || nin > INPUTS || !bound.takes_gaps() {
            return None;
        }
        let axis = walk.row_axis();
        let types = || bound.outputs().iter().chain(bound.inputs()).enumerate();
        let step = |lane: usize, dtype: &DType| (dtype.size(), walk.inner_strides(lane)[axis]);
        let result = step(0, &bound.outputs()[0]);
        let inputs = types().skip(1).map(|(lane, dtype)| step(lane, dtype));
        let taken = if walk.has_short_rows() {
            cost <= PLAIN
        } else {
            pays(bound, cost, result, inputs)
        };
        if !taken {
            return None;
        }
        if !types().all(|(lane, dtype)| walk.is_aligned(lane, dtype.align())) {
            return None;
        }
        walk.space_out(axis, longest)?;
        Some(Self {
            walk,
            bound,
            nin,
            axis,
        })
    }

    /// The number of units, and of the elements in one.
    pub(crate) fn units(&self) -> [usize; 2] {
        [self.walk.units(), self.walk.unit_len()]
    }

    /// Runs the loop over a range of units.
    pub(crate) fn run(&self, range: Range<usize>) -> Result<()> {
        let strides: [[isize; 2]; 1 + INPUTS] = core::array::from_fn(|lane| {
            let lane = lane.min(self.nin);
            self.walk.inner_strides(lane)
        });
        let (along, across) = (self.axis, 1 - self.axis);
        self.walk.visit(range, |unit: &Unit<'_>| {
            let runs: [Run; 1 + INPUTS] = core::array::from_fn(|lane| {
                let lane = lane.min(self.nin);
                Run {
                    start: unit.ptrs[lane],
                    strides: [strides[lane][across], strides[lane][along]],
                }
            });
            let shape = [unit.shape[across], unit.shape[along]];
            // SAFETY: rows of the unit, of aligned elements of the loop's types in arrays that the walk's owner
            // holds; this thread alone writes those of the result, which inputs have only as the element that
            // is replaced.
            unsafe { self.bound.run_spaced(&runs[1..=self.nin], runs[0], shape) };
            Ok(())
        })
    }
}
