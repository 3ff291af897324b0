//! Sorting, selecting, searching and grouping, along an axis or of all elements.

mod axis;
mod close;
mod group;
mod lexical;
mod line;
mod ranked;
mod search;
mod share;

pub(crate) use axis::planned_cost as cost;
pub use axis::{argpartition, argsort, partition, partitioned, sort, sorted};
pub use group::{Unique, bincount, counted, order_rows, single, unique, unique_all, unique_counts};
pub use lexical::lexsort;
pub use ranked::ranked;
pub use raptors_kernels::order::Side;
pub use search::{contains, digitize, isin, search};
pub(crate) use share::plan as line_plan;

use crate::dense::{NOT_DENSE, dense};
use crate::{Array, Error, Order, Result};
use raptors_kernels::{Element, In, Out, moves};

/// All elements of an array in one piece.
fn all(array: &Array) -> Result<In<'_>> {
    array.run(0, array.size()).ok_or(NOT_DENSE)
}

/// A new array along one axis, which starts with the elements of `run`.
fn from_run(run: In<'_>) -> Result<Array> {
    let result = Array::empty(&[run.len()], run.dtype(), Order::C)?;
    let mut target = crate::target::Target::fresh(&result);
    let mut out: Out<'_> = target.run(0, run.len()).ok_or(NOT_DENSE)?;
    moves::copy_bytes(run.bytes(), out.bytes());
    Ok(result)
}

/// `len` default elements; an error where there is no memory for them.
fn room<T: Clone + Default>(room: &mut Vec<T>, len: usize) -> Result<&mut [T]> {
    let more = len.saturating_sub(room.len());
    room.try_reserve_exact(more)
        .map_err(|_| Error::memory(len.saturating_mul(size_of::<T>())))?;
    room.resize(len.max(room.len()), T::default());
    Ok(&mut room[..len])
}

/// Elements in one piece, their type erased.
fn run_of<T: Element>(elements: &[T]) -> In<'_> {
    elements.into()
}
