//! Inputs that lie so far apart that they are read one by one, by the loop itself.

use super::{Lane, Origin};
use crate::{
    drive::Shared,
    spaced::{self, Step},
};
use core::ops::Range;
use raptors_kernels::{DType, Loop, Spaced};
use smallvec::SmallVec;

/// Whether the loop takes all inputs and results as they are, of which packing some would take longer.
pub(super) fn pays(bound: &Loop, cost: u32, lanes: &[Lane], result: DType) -> bool {
    let size = result.size();
    bound.outputs() == [result]
        && lanes.iter().all(|lane| lane.stored == lane.wanted)
        && spaced::pays(
            bound,
            cost,
            (size, size as isize),
            lanes.iter().map(Lane::step),
        )
}

impl Lane {
    /// How the elements lie: one value for all of them nowhere apart.
    fn step(&self) -> Step {
        let stride = match self.origin {
            Origin::Run(_, stride) => stride,
            Origin::Value(_) => 0,
        };
        (self.stored.size(), stride)
    }
}

/// Computes the elements of a range into a dense `result`.
pub(super) fn run(bound: &Loop, lanes: &[Lane], result: &Shared, range: Range<usize>) {
    let from = |start: *mut u8, stride: isize| Spaced {
        start: start.wrapping_offset(range.start as isize * stride),
        strides: [0, stride],
    };
    let ins: SmallVec<[Spaced; 3]> = lanes
        .iter()
        .map(|lane| match &lane.origin {
            Origin::Run(first, stride) => from(first.get(), *stride),
            Origin::Value(value) => from(value.as_in().bytes().as_ptr().cast_mut(), 0),
        })
        .collect();
    let out = from(result.get(), bound.outputs()[0].size() as isize);
    // SAFETY: aligned elements of the dtypes that the loop takes and gives (`pays`) in arrays that the caller
    // holds, or values of `lanes`; each range of the result is written once, and inputs lie as it does where
    // they are it (`Overlap::Same`).
    unsafe { bound.run_spaced(&ins, out, [1, range.len()]) };
}
