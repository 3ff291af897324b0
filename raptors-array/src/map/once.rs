//! Inputs of other dtypes that are read again and again, or row by row, converted once: a walk would convert what it
//! reads for each of its units anew, of a single value as many elements as the unit has.

use crate::{Array, Result, assign, layout, map::Operand, resolve::Resolved};
use raptors_dispatch::machine::machine;
use smallvec::SmallVec;

/// How often each element is read, at least, for a copy that leaves the second-level cache.
const REPEATED: usize = 8;

/// Copies in the dtypes that `resolved` takes of those inputs that have to be converted and are repeated over
/// `shape`, each at its place.
pub(super) fn converted(
    inputs: &[Operand<'_>],
    resolved: Resolved,
    shape: &[usize],
) -> Result<SmallVec<[Option<Array>; 3]>> {
    let n = layout::size(shape);
    let wanted = inputs.iter().zip(resolved.inputs());
    let copies = wanted.map(|(input, &dtype)| match *input {
        // A copy of what is broadcast already would have an order of its own, which results take.
        Operand::Array(array) if array.dtype() != dtype && array.size() > 0 && !array.repeats() => {
            let kept = array.size() * dtype.size() <= machine().l2.bytes / 2;
            let times = match kept {
                true if has_gaps(array) => 1,
                true => 2,
                false => REPEATED,
            };
            if array.size().saturating_mul(times) > n {
                return Ok(None);
            }
            assign::astype(array, dtype, None).map(Some)
        }
        _ => Ok(None),
    });
    copies.collect()
}

/// Whether rows lie apart from one another: a walk would convert each of them with a set-up of its own.
fn has_gaps(array: &Array) -> bool {
    array.ndim() > 1 && !array.is_c_contiguous() && !array.is_f_contiguous()
}

/// The inputs, and the copies of those that have one.
pub(super) fn instead<'a>(
    inputs: &[Operand<'a>],
    copies: &'a [Option<Array>],
) -> SmallVec<[Operand<'a>; 3]> {
    let copies = copies
        .iter()
        .map(Option::as_ref)
        .chain(core::iter::repeat(None));
    let pairs = inputs.iter().zip(copies);
    pairs
        .map(|(&input, copy)| copy.map_or(input, Operand::Array))
        .collect()
}
