//! Few float16 as what they are folded as, on the stack: the short way for small arrays.

use super::SHORT;
use raptors_kernels::{
    DType, In, Level, Out, Scalar,
    cast::cast,
    fold::{self, Fold},
};

/// Calls `fold` with the elements of `run`, of which there are at most [`SHORT`], as float32, and rounds
/// its result, if that is one of those, to float16.
#[inline(never)]
pub(super) fn widened(run: In<'_>, fold: impl FnOnce(In<'_>) -> Option<Scalar>) -> Option<Scalar> {
    let (level, mut wide) = (Level::get(), [0.0f32; SHORT]);
    let wide = wide.get_mut(..run.len())?;
    cast(level, run, Out::from(&mut *wide));
    let result = fold(In::from(&*wide))?;
    if result.dtype() != DType::F32 {
        return Some(result);
    }
    let mut half = Scalar::zero(DType::F16);
    cast(level, result.as_in(), half.as_out());
    Some(half)
}

/// The fold of the elements of `run`, of which there are at most [`SHORT`].
pub(super) fn few(fold: Fold, run: In<'_>) -> Option<Scalar> {
    if fold.input(DType::F16) != Some(DType::F32) {
        return None;
    }
    widened(run, |wide| fold::fold(fold, Level::get(), wide))
}
