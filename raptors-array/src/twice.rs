//! Ufuncs with two outputs that share memory.

use crate::{
    Array, Casting, Result, assign, map,
    operand::{MapOptions, Operand},
    overlap::{Overlap, overlap},
    target::Target,
};
use raptors_kernels::Ufunc;
use smallvec::SmallVec;

/// Whether two results share memory, which loops cannot write at once.
pub(crate) fn overlaps(results: &[Array]) -> bool {
    matches!(results, [a, b] if overlap(a, b) != Overlap::Disjoint)
}

/// A call whose results share memory: each is computed apart, and the last one written stays.
pub(crate) fn map(
    ufunc: Ufunc,
    inputs: &[Operand<'_>],
    results: SmallVec<[Array; 2]>,
    options: &MapOptions<'_>,
) -> Result<SmallVec<[Array; 2]>> {
    let copies: Vec<Array> = results
        .iter()
        .map(|result| assign::copy(result, None))
        .collect::<Result<_>>()?;
    let mut outs: Vec<_> = copies
        .iter()
        .map(|copy| Some(Target::fresh(copy)))
        .collect();
    map::map(ufunc, inputs, &mut outs, options)?;
    for (result, copy) in results.iter().zip(&copies) {
        assign::assign(&Target::fresh(result), &copy.into(), Casting::Unsafe)?;
    }
    Ok(results)
}
