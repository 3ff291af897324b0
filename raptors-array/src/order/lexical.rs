//! Indices sorted by several keys, the last one first.

use super::{NOT_DENSE, all, close::sorted_indices, dense};
use crate::{Array, DType, Error, Order, Result, layout, target::Target};
use raptors_kernels::{
    In,
    order::{Task, gather, lexical, refine, refines},
};

/// The indices that sort lines along `axis` by the last of `keys`, then by the one before it, and
/// so on. All keys have one shape; there is one at least.
///
/// # Errors
///
/// If the axis is out of bounds, or memory runs out.
pub fn lexsort(keys: &[Array], axis: i64) -> Result<Array> {
    let [first, ..] = keys else {
        return Err(Error::Internal { what: "no keys" });
    };
    let axis = layout::axis(axis, first.ndim(), None)?;
    let len = first.shape()[axis];
    let lines = |key: &Array| {
        if key.ndim() == 1 {
            return dense(key, key.dtype());
        }
        dense(&key.moveaxis(&[axis as i64], &[-1])?, key.dtype())
    };
    let keys: Vec<Array> = keys.iter().map(lines).collect::<Result<_>>()?;
    let result = Array::empty(keys[0].shape(), DType::I64, Order::C)?;
    let mut target = Target::fresh(&result);
    let mut line = None;
    for start in (0..result.size()).step_by(len.max(1)) {
        let mut out = target.run(start, len).ok_or(NOT_DENSE)?;
        let out = out.of::<i64>();
        let part = |key| Array::run(key, start, len).ok_or(NOT_DENSE);
        let parts: Vec<In<'_>> = keys.iter().map(part).collect::<Result<_>>()?;
        if lexical(&parts, out) {
            continue;
        }
        let task = Task::Sort { descending: false };
        sorted_indices(parts[0], out, task);
        for &key in &parts[1..] {
            let line = match &mut line {
                Some(line) => line,
                none => none.insert(Array::empty(&[len], DType::I64, Order::C)?),
            };
            by_key(key, out, line)?;
        }
    }
    if result.ndim() == 1 {
        return Ok(result);
    }
    dense(&result.moveaxis(&[-1], &[axis as i64])?, DType::I64)
}

/// Elements of one or two bytes from which digits are counted: some for each value of one.
const REFINED: usize = 512;

/// Sorts indices by the elements of `key` that they stand for; equal ones keep their order.
fn by_key(key: In<'_>, indices: &mut [i64], room: &mut Array) -> Result<()> {
    if key.len() >= REFINED && refines(key.dtype()) {
        let mut room = Target::fresh(room);
        let mut room = room.run(0, key.len()).ok_or(NOT_DENSE)?;
        refine(key, indices, room.of());
        return Ok(());
    }
    let sorted = Array::empty(&[key.len()], key.dtype(), Order::C)?;
    let mut target = Target::fresh(&sorted);
    gather(key, indices, target.run(0, key.len()).ok_or(NOT_DENSE)?);
    let task = Task::Sort { descending: false };
    let mut room = Target::fresh(room);
    let mut order = room.run(0, key.len()).ok_or(NOT_DENSE)?;
    sorted_indices(all(&sorted)?, order.of(), task);
    for place in order.of::<i64>() {
        *place = indices[*place as usize];
    }
    indices.copy_from_slice(order.of());
    Ok(())
}
