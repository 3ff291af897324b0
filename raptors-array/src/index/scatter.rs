//! Putting elements: assignment to what index arrays and masks choose.

use super::beside::Beside;
use super::distance::{Distances, fit, packed};
use super::error::PickError;
use super::key::{Item, Key};
use super::nonzero::nonzero;
use super::{line, mask, select};
use crate::{
    Array, Casting, Dims, Order, Overlap, Result, assign, layout, map, overlap, target::Target,
};

/// Picked places up to which the rest of the array is written as a view, one by one.
const FEW: usize = 4;
/// Bytes of a place from which one value is repeated there: stores alone take half as long as a copy then.
const FILLED: usize = 1024;

/// Writes `source`, converted and broadcast, to the elements that `items` choose: NumPy's
/// `target[items] = source`. Where a place is chosen twice, the last element stays. Nothing is
/// written unless every index is in bounds.
///
/// # Errors
///
/// What is wrong with the items, a source whose shape does not broadcast, a Python number that the
/// element type does not hold, or [`Error::Memory`].
pub fn put(target: &Target<'_>, items: &[Item], source: &map::Operand<'_>) -> Result<()> {
    let to = target.array();
    let number;
    let value = match source {
        map::Operand::Array(array) => *array,
        map::Operand::Number(value) => {
            number = Array::from_scalar(&value.to_scalar(to.dtype())?)?;
            &number
        }
    };
    if let [Item::Mask(mask)] = items
        && mask.ndim() == to.ndim()
        && mask.shape() == to.shape()
    {
        return put_where(target, mask, value);
    }
    if let [Item::Integers(indices)] = items {
        let fitting;
        let value = if value.dtype() != to.dtype() && value.size() == 1 {
            fitting = own(value, to)?;
            &fitting
        } else {
            value
        };
        if line::put(to, indices, value)? {
            return Ok(());
        }
    }
    let key = Key::new(to, items)?;
    let value = fit(value, &key.result_shape())?;
    let mut distances = Distances::new(&key)?;
    // All indices are checked, and the value is read, before anything is written.
    if !key.shape.contains(&0) {
        distances.keep_apart(to)?;
        distances.pieces(0..distances.len(), |_, _| Ok(()))?;
    }
    if value.size() == 0 {
        return Ok(());
    }
    let value = own(&value, to)?;
    let axes: Vec<i64> = key.order().iter().map(|&axis| axis as i64).collect();
    scatter(&key, &distances, &value.transpose(&axes)?)
}

/// `value` with the element type of `to`, in memory that writing to `to` leaves alone.
fn own(value: &Array, to: &Array) -> Result<Array> {
    if value.dtype() == to.dtype() && overlap(value, to) == Overlap::Disjoint {
        return Ok(value.clone());
    }
    // Only what differs is converted, not what is repeated.
    let mut shape = Dims::from_slice(value.shape());
    for (n, &stride) in shape.iter_mut().zip(value.strides()) {
        if stride == 0 {
            *n = 1;
        }
    }
    // SAFETY: the first place of an axis of stride zero stands for all.
    let once = unsafe { value.view(0, shape, value.strides().into()) };
    fit(&assign::astype(&once, to.dtype(), None)?, value.shape())
}

/// Writes `value`, whose first axes are those of the picked places.
fn scatter(key: &Key, distances: &Distances, value: &Array) -> Result<()> {
    let (rest, picked) = (&key.rest, key.shape.len());
    let mut value = value.clone();
    if step(&value, picked).is_none() {
        value = packed(&value)?;
    }
    let step = step(&value, picked).unwrap_or(0);
    let inner = &value.strides()[picked..];
    let one = inner.iter().all(|&stride| stride == 0) && rest.size() * rest.itemsize() >= FILLED;
    let repeated = step == 0 && inner.contains(&0) && !one;
    if repeated && distances.len() > FEW && rest.is_c_contiguous() {
        // One value for all places, repeated: written out once, it moves in blocks.
        value = written_out(&value, picked)?;
    }
    let apart = distances
        .axis()
        .map_or(usize::MAX, |(_, stride)| stride.unsigned_abs());
    let strides = &value.strides()[picked..];
    let beside = Beside::new(rest.shape(), strides, rest.strides(), rest, apart);
    let (from, to) = (value.as_ptr(), rest.as_mut_ptr());
    if distances.len() <= FEW && beside.count() > 64 {
        return distances.pieces(0..distances.len(), |start, piece| {
            for (i, &distance) in piece.iter().enumerate() {
                let (shape, strides) = (Dims::from_slice(rest.shape()), &value.strides()[picked..]);
                // SAFETY: the distance was checked, and leads from the elements of `rest` to
                // others of the target; the value has elements for each picked place.
                let (source, target) = unsafe {
                    (
                        value.view((start + i) as isize * step, shape.clone(), strides.into()),
                        rest.view(distance as isize, shape, rest.strides().into()),
                    )
                };
                assign::assign(&Target::fresh(&target), &(&source).into(), Casting::No)?;
            }
            Ok(())
        });
    }
    distances.pieces(0..distances.len(), |start, piece| {
        let from = from.wrapping_offset(start as isize * step);
        // SAFETY: the distances of the piece were checked, so that each leads from `rest` to other
        // elements of the target; the value has elements for each, elsewhere.
        unsafe { beside.scatter(from, step, piece, to) };
        Ok(())
    })
}

/// `value`, which is the same for all picked places, with memory for each element of a place.
fn written_out(value: &Array, picked: usize) -> Result<Array> {
    let (shape, strides) = (value.shape(), value.strides());
    let inner = Dims::from_slice(&shape[picked..]);
    // SAFETY: the elements at the first place, of which there is one: somebody picks it.
    let first = unsafe { value.view(0, inner, strides[picked..].into()) };
    fit(&assign::copy(&first, Some(Order::C))?, shape)
}

/// The bytes from one picked place to the next, if the first axes are walked in steps of one size.
fn step(value: &Array, picked: usize) -> Option<isize> {
    let axes = value.shape().iter().zip(value.strides()).take(picked);
    let (mut step, mut expected) = (None, 0);
    for (&n, &stride) in axes.rev().filter(|&(&n, _)| n != 1) {
        if step.is_some() && stride != expected {
            return None;
        }
        step = step.or(Some(stride));
        expected = stride * n as isize;
    }
    Some(step.unwrap_or(0))
}

/// Writes one value, or one after the other, to where a mask of the target's shape is true.
fn put_where(target: &Target<'_>, mask: &Array, value: &Array) -> Result<()> {
    let to = target.array();
    if value.ndim() > 1 {
        return Err(PickError::MaskValueDimensions { ndim: value.ndim() }.into());
    }
    if value.size() == 1 {
        let one = value.reshape(&[], crate::Order::C)?;
        return select::assign_where(target, &(&one).into(), mask, Casting::Unsafe);
    }
    let mask = if overlap(mask, to) == Overlap::Disjoint {
        mask.clone()
    } else {
        assign::copy(mask, None)?
    };
    let count = mask::count_nonzero(&mask)?;
    if value.size() != count {
        return Err(PickError::MaskValues {
            given: value.size(),
            wanted: count,
        }
        .into());
    }
    if count == 0 {
        return Ok(());
    }
    let value = own(value, to)?;
    if mask::expand(&Target::fresh(to), &mask, &value)? {
        return Ok(());
    }
    if !to.repeats() {
        // What lies apart is brought together, and goes back.
        let dense = assign::copy(to, Some(Order::C))?;
        if mask::expand(&Target::fresh(&dense), &mask, &value)? {
            return assign::write(&dense, dense.strides(), to, 0);
        }
    }
    let places: Vec<Item> = nonzero(&mask)?.into_iter().map(Item::Integers).collect();
    let key = Key::new(to, &places)?;
    debug_assert_eq!(layout::size(&key.shape), count);
    scatter(&key, &Distances::new(&key)?, &value)
}
