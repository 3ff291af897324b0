//! Walks whose loop takes elements one by one where they lie, as the results have gaps between them.

use crate::{
    Array, Result,
    walk::{Unit, Walk},
};
use core::ops::Range;
use raptors_kernels::{Loop, Spaced as Run};

/// Inputs of a loop over elements that lie apart, at most.
const INPUTS: usize = 2;

/// Cost in additions up to which elements one by one are no slower than vectors of packed ones.
pub(crate) const PLAIN: u32 = 2;

/// A walk whose result comes first, in rows that have gaps.
pub(crate) struct Spaced<'a> {
    walk: &'a Walk,
    bound: &'a Loop,
    nin: usize,
    /// The axis of a unit that rows run along.
    axis: usize,
}

impl<'a> Spaced<'a> {
    /// The walk of `nin` inputs of the dtypes that the loop takes into one of `results`, in units of about
    /// `longest` elements; nothing where results lie side by side, or the loop takes long for each or wants
    /// others at its side. Each element of an input is the one that the result replaces, or none of the result.
    pub(crate) fn new(
        walk: &'a mut Walk,
        bound: &'a Loop,
        cost: u32,
        nin: usize,
        results: &[Array],
        longest: usize,
    ) -> Option<Self> {
        if results.len() != 1 || nin > INPUTS || cost > PLAIN || !bound.takes_gaps() {
            return None;
        }
        let mut types = bound.outputs().iter().chain(bound.inputs()).enumerate();
        if !types.all(|(lane, dtype)| walk.is_aligned(lane, dtype.align())) {
            return None;
        }
        let axis = walk.space_out(longest)?;
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
            for row in 0..unit.shape[across] as isize {
                let runs: [Run; 1 + INPUTS] = core::array::from_fn(|lane| {
                    let lane = lane.min(self.nin);
                    Run {
                        start: unit.ptrs[lane].wrapping_offset(row * strides[lane][across]),
                        stride: strides[lane][along],
                    }
                });
                // SAFETY: rows of the unit, of aligned elements of the loop's types in arrays that the walk's
                // owner holds; this thread alone writes those of the result, which inputs have only as the
                // element that is replaced.
                unsafe {
                    self.bound
                        .run_spaced(&runs[1..=self.nin], runs[0], unit.shape[along]);
                }
            }
            Ok(())
        })
    }
}
