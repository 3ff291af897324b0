//! The order of axes in which picked elements are made, which is that of the memory they come from.

use super::key::Key;
use crate::{Array, Dims, Result, collapse::nested};

/// Puts the axes of the picked places into the order in which the index arrays lie in memory, as
/// NumPy does where single elements are picked; `order` has their numbers in the result.
pub(super) fn in_memory_order(key: &mut Key, order: &mut [usize]) -> Result<()> {
    let places = key
        .axes
        .iter()
        .map(|axis| axis.places.broadcast_to(&key.shape))
        .collect::<Result<Vec<_>>>()?;
    let strides: Vec<&[isize]> = places.iter().map(Array::strides).collect();
    let axes = axis_order(&key.shape, &strides);
    if axes.is_sorted() {
        return Ok(());
    }
    let permutation: Vec<i64> = axes.iter().map(|&axis| axis as i64).collect();
    for (axis, places) in key.axes.iter_mut().zip(places) {
        axis.places = places.transpose(&permutation)?;
    }
    key.shape = axes.iter().map(|&axis| key.shape[axis]).collect();
    let before = Dims::from_slice(order);
    for (to, &axis) in order.iter_mut().zip(&axes) {
        *to = before[axis];
    }
    Ok(())
}

/// The axes from the slowest to the fastest, as several operands lie in memory: C order where they
/// disagree or do not care.
pub(super) fn axis_order(shape: &[usize], strides: &[&[isize]]) -> Dims {
    let mut order = nested(shape, strides);
    order.reverse();
    order
}
