//! Short ways of functions that put arrays together: few elements of one type.
#![allow(
    clippy::unnecessary_wraps,
    reason = "what the table of short ways asks of each"
)]

use super::{Any, Given, several::arrays_of};
use crate::chosen;
use crate::forward::Args;
use raptors_array::{Array, quick};
use smallvec::SmallVec;

/// The arrays that the first argument has, along an axis that is chosen by how many axes the first of them has: one
/// that they have, or a new one.
#[inline]
fn joined<'py>(
    args: &Args<'_, 'py>,
    choose: impl FnOnce(usize) -> Option<(usize, bool)>,
) -> Option<Any<'py>> {
    let objects = arrays_of(args.get(0)?)?;
    let arrays: SmallVec<[&Array; 4]> = objects.iter().map(|object| &*object.get().array).collect();
    let (axis, stacks) = choose(arrays.first()?.ndim())?;
    let joined = chosen::made(args.py(), |room| quick::joined(&arrays, axis, stacks, room))?;
    Some(joined.into_any())
}

/// The axis of `ndim` that is asked for.
fn axis(args: &Args<'_, '_>, ndim: usize) -> Option<usize> {
    let axis = args.integer(1, 0)?;
    usize::try_from(if axis < 0 { axis + ndim as i64 } else { axis }).ok()
}

/// One after the other.
pub(super) fn concatenated<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    Ok(joined(args, |ndim| Some((axis(args, ndim)?, false))))
}

/// Along a new axis.
pub(super) fn stacked<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    Ok(joined(args, |ndim| Some((axis(args, ndim + 1)?, true))))
}

/// On top of each other, runs being rows.
pub(super) fn piled<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    Ok(joined(args, |ndim| Some((0, ndim == 1))))
}

/// Side by side, runs along their only axis.
pub(super) fn beside<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    Ok(joined(args, |ndim| Some((usize::from(ndim > 1), false))))
}
