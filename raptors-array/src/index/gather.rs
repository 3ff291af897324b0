//! Picking elements: copies of what index arrays and masks choose.

use super::beside::{Beside, turned};
use super::compress::compress;
use super::distance::{Distances, PIECE};
use super::error::PickError;
use super::key::{Item, Key};
use super::line;
use super::order::{axis_order, in_memory_order};
use crate::{
    Array, Dims, Error, Order, Result, Strides, assign,
    drive::{Shared, drive, map_plan},
    layout,
    reduce::between,
    target::Target,
};
use raptors_dispatch::machine::machine;
use raptors_kernels::DType;

/// Cost of picking one element, in additions.
const PICK_COST: u32 = 4;
/// Bytes of a row that are near: a few cache lines.
const NEAR: usize = 256;
/// Bytes of rows from which all places are picked before those of the next rows: a first-level cache
/// has room for them and for the results.
const BLOCK: usize = 16 << 10;
/// Picked places up to which the rest of the array is copied as a view, one by one.
const FEW: usize = 4;
/// Picked places up to which lines come from the second-level cache for each in less time than copies of so many
/// views take to begin.
const SEVERAL: usize = 16;

/// The elements that `items` choose, in new memory.
///
/// # Errors
///
/// What is wrong with the items, or [`Error::Memory`].
pub fn pick(array: &Array, items: &[Item]) -> Result<Array> {
    if let [Item::Mask(mask)] = items
        && mask.ndim() > 0
        && mask.shape() == array.shape()
    {
        return compress(array, mask);
    }
    if let [Item::Integers(indices)] = items
        && let Some(picked) = line::pick(array, indices, 0)?
    {
        return Ok(picked);
    }
    let mut key = Key::new(array, items)?;
    let shape = key.result_shape();
    layout::bytes(&shape, array.dtype())?;
    let mut order = key.order();
    if key.rest.size() == 1 {
        in_memory_order(&mut key, &mut order)?;
    }
    let distances = Distances::new(&key)?;
    let result = allocate(&key, array.dtype())?;
    let (picked, rest) = (key.shape.len(), key.rest.ndim());
    let step = (key.rest.size() * array.itemsize()) as isize;
    if !key.shape.contains(&0) {
        gather(&key.rest, &distances, &result, picked..picked + rest, step)?;
    }
    // The axes of the picked places go to where they stand in the result.
    let mut back = smallvec::SmallVec::<[i64; 4]>::from_elem(0, picked + rest);
    for (i, &axis) in order.iter().enumerate() {
        back[axis] = i as i64;
    }
    result.transpose(&back)
}

/// Memory for the axes of the picked places, in C order, and inside of them those of the rest, in
/// the order in which they lie.
fn allocate(key: &Key, dtype: DType) -> Result<Array> {
    let (picked, rest) = (&key.shape, &key.rest);
    let shape: Dims = picked.iter().chain(rest.shape()).copied().collect();
    let base = Array::empty(&shape, dtype, Order::C)?;
    if base.size() == 0 {
        return Ok(base);
    }
    let mut strides: Strides = base.strides().into();
    let mut stride = dtype.size() as isize;
    for &axis in axis_order(rest.shape(), &[rest.strides()]).iter().rev() {
        strides[picked.len() + axis] = stride;
        stride *= rest.shape()[axis] as isize;
    }
    // SAFETY: the strides reach each element of the new array, in another order.
    Ok(unsafe { base.view(0, shape, strides) })
}

/// Copies what lies at `distances` from each element of `rest` to `to`, whose axes `inner` are
/// those of `rest` and whose picked places are `step` bytes apart.
fn gather(
    rest: &Array,
    distances: &Distances,
    to: &Array,
    inner: core::ops::Range<usize>,
    step: isize,
) -> Result<()> {
    let n = distances.len();
    if rest.size() == 0 {
        return distances.pieces(0..n, |_, _| Ok(()));
    }
    let first = inner.start;
    let strides = &to.strides()[inner];
    let turned = turned(rest, distances, strides, step)?;
    let (rest, distances) = match &turned {
        Some((rest, distances)) => (rest, distances),
        None => (rest, distances),
    };
    if let Some(rows) = block(rest, distances) {
        let n = rest.shape()[0];
        for start in (0..n).step_by(rows) {
            let end = n.min(start + rows);
            let (part, into) = (between(rest, 0, start, end), between(to, first, start, end));
            gather(&part, distances, &into, first..first + rest.ndim(), step)?;
        }
        return Ok(());
    }
    let apart = step.unsigned_abs();
    let beside = Beside::new(rest.shape(), rest.strides(), strides, rest, apart);
    if n <= FEW && beside.count() > 64 {
        return distances.pieces(0..n, |start, piece| {
            for (i, &distance) in piece.iter().enumerate() {
                let (shape, from) = (Dims::from_slice(rest.shape()), rest.strides().into());
                let strides = to.strides()[to.ndim() - rest.ndim()..].into();
                // SAFETY: the distance was checked, and leads from the elements of `rest` to
                // others of the same array; each picked place has room for all of them.
                let (source, target) = unsafe {
                    (
                        rest.view(distance as isize, shape.clone(), from),
                        to.view((start + i) as isize * step, shape, strides),
                    )
                };
                assign::assign(
                    &Target::fresh(&target),
                    &(&source).into(),
                    crate::Casting::No,
                )?;
            }
            Ok(())
        });
    }
    let plan = map_plan(PICK_COST, n * rest.size(), rest.itemsize(), 1, 1);
    let grain = (plan.chunk / rest.size().max(1)).clamp(1, n.max(1));
    let grain = grain.next_multiple_of(PIECE);
    let (from, to) = (Shared(rest.as_mut_ptr()), Shared(to.as_mut_ptr()));
    drive(&plan, n, grain, &|range| {
        distances.pieces(range, |start, piece| {
            let to = to.get().wrapping_offset(start as isize * step);
            // SAFETY: the distances of the piece were checked, so that each leads from `rest` to
            // other elements of the array; the new array has room beside each place.
            unsafe { beside.gather(from.get(), piece, to, step) };
            Ok(())
        })
    })
}

/// The places of the first axis of `rest` beside which several are picked before the next, where what
/// they are picked from shares cache lines, so that each is read once; nothing where all are at one go.
fn block(rest: &Array, distances: &Distances) -> Option<usize> {
    let (&n, (length, stride)) = (rest.shape().first()?, distances.axis()?);
    let row = length.checked_mul(stride.unsigned_abs())?;
    // A copy of a view takes a while to begin: of these the second-level cache is to hold source and target.
    let room = if distances.len() <= SEVERAL {
        (machine().l2.bytes / 2).max(BLOCK)
    } else {
        BLOCK
    };
    let rows = (room / row.max(1)).max(1) / (rest.size() / n).max(1);
    (distances.len() > 1 && row <= NEAR && rows > 1 && n > 2 * rows).then_some(rows)
}

/// The elements at `indices` along `axis`, in C order: NumPy's `take`.
///
/// # Errors
///
/// [`Error::Axis`], [`Error::Index`], [`PickError`] or [`Error::Memory`].
pub fn take(array: &Array, indices: &Array, axis: i64) -> Result<Array> {
    let at = layout::axis(axis, array.ndim(), None)?;
    let (n, stride) = (array.shape()[at], array.strides()[at]);
    if array.size() > 0
        && let Some(taken) = line::pick(array, indices, at)?
    {
        return Ok(taken);
    }
    let mut shape: Dims = array.shape().into();
    let mut strides: Strides = array.strides().into();
    shape.remove(at);
    strides.remove(at);
    let mut whole = Dims::from_slice(&shape[..at]);
    whole.extend_from_slice(indices.shape());
    whole.extend_from_slice(&shape[at..]);
    if whole.len() > crate::MAX_NDIM {
        return Err(Error::TooManyDimensions { ndim: whole.len() });
    }
    let result = Array::empty(&whole, array.dtype(), Order::C)?;
    if n == 0 && result.size() > 0 {
        return Err(PickError::TakeFromNothing.into());
    }
    if layout::size(&whole[..at]) == 0 {
        return Ok(result);
    }
    let distances = Distances::along(indices, n, stride, at)?;
    if array.size() == 0 {
        return distances
            .pieces(0..distances.len(), |_, _| Ok(()))
            .map(|()| result);
    }
    // SAFETY: the axis stays at its first place, and it has one.
    let rest = unsafe { array.view(0, shape, strides) };
    let inner = layout::size(&whole[at + indices.ndim()..]) * result.itemsize();
    // The axes of the places go first, those of the rest after them.
    let axes = (at..at + indices.ndim())
        .chain(0..at)
        .chain(at + indices.ndim()..whole.len());
    let axes: Vec<i64> = axes.map(|axis| axis as i64).collect();
    let seen = result.transpose(&axes)?;
    gather(
        &rest,
        &distances,
        &seen,
        indices.ndim()..whole.len(),
        inner as isize,
    )?;
    Ok(result)
}
