//! The order of axes in which picked elements are made, which is that of the memory they come from.

use super::key::Key;
use crate::{Array, Dims, Result};

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
    // The fastest first.
    let mut order: Dims = (0..shape.len()).rev().collect();
    for i in 1..order.len() {
        let axis = order[i];
        let mut to = i;
        for j in (0..i).rev() {
            let inner = order[j];
            let pairs = strides
                .iter()
                .map(|s| (s[axis].unsigned_abs(), s[inner].unsigned_abs()));
            let mut pairs = pairs
                .filter(|&(a, b)| a != 0 && b != 0 && shape[axis] != 1 && shape[inner] != 1)
                .peekable();
            if pairs.peek().is_none() {
                continue;
            }
            if pairs.any(|(a, b)| b <= a) {
                break;
            }
            to = j;
        }
        order[to..=i].rotate_right(1);
    }
    order.reverse();
    order
}
