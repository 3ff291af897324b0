//! Walks whose units the loop takes where they lie: rows of arrays, single values beside them, and rows that the
//! results replace.

use crate::{Array, Result, walk::Walk};
use core::ops::Range;
use raptors_kernels::{In, Loop, Out};

/// A walk whose results come first and whose every unit is used in place.
pub(crate) struct Rows<'a> {
    walk: &'a Walk,
    bound: &'a Loop,
    nin: usize,
    /// The input that the loop takes its output for.
    replaced: Option<usize>,
}

impl<'a> Rows<'a> {
    /// The walk of `nin` inputs into one of `results`, which is the memory of the one `replaced`; nothing where a
    /// lane has to be staged.
    pub(crate) fn new(
        walk: &'a Walk,
        bound: &'a Loop,
        nin: usize,
        replaced: Option<usize>,
        results: &[Array],
    ) -> Option<Self> {
        if results.len() != 1 || nin > 3 {
            return None;
        }
        let types = bound.outputs().iter().chain(bound.inputs());
        let unit = walk.unit_shape();
        let direct = types.enumerate().all(|(lane, dtype)| {
            let (second, align) = (walk.is_second(lane, unit), dtype.align());
            walk.is_direct(lane, align) || second && bound.skips() && walk.is_aligned(lane, align)
        });
        direct.then_some(Self {
            walk,
            bound,
            nin,
            replaced,
        })
    }

    /// Runs the loop over a range of units.
    pub(crate) fn run(&self, range: Range<usize>) -> Result<()> {
        let (inputs, output) = (self.bound.inputs(), self.bound.outputs()[0]);
        let single: [bool; 4] = core::array::from_fn(|lane| {
            lane <= self.nin && self.walk.is_value(lane, self.walk.unit_shape())
        });
        let second: [bool; 4] = core::array::from_fn(|lane| {
            lane <= self.nin && self.walk.is_second(lane, self.walk.unit_shape())
        });
        self.walk.visit(range, |unit| {
            let n = unit.shape[0] * unit.shape[1];
            let mut runs = [In::from(&[0u8; 0][..]); 3];
            for (i, run) in runs.iter_mut().take(self.nin).enumerate() {
                let n = match self.replaced {
                    Some(replaced) if replaced == i => 0,
                    _ if single[i + 1] => 1,
                    _ if second[i + 1] => 2 * n - 1,
                    _ => n,
                };
                // SAFETY: the unit is a dense, aligned piece of an array of this type that the
                // walk's owner holds and that is not the result, or one element of it, or none, or the piece
                // from the first to the last of every second element.
                *run = unsafe { In::from_raw(unit.ptrs[i + 1], n, inputs[i]) };
            }
            // SAFETY: the unit's own dense, aligned piece of the result, which no input overlaps.
            let out = unsafe { Out::from_raw(unit.ptrs[0], n, output) };
            self.bound.run(&runs[..self.nin], &mut [out]);
            Ok(())
        })
    }
}
