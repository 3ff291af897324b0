//! What the operands of a call have in common.

use crate::{Array, Order, map::Operand};

/// The array that the results are like, and their order, where the arrays among `operands` have one
/// shape and lie alike; single values lie like any.
pub(super) fn common<'a>(operands: &[Operand<'a>]) -> Option<(&'a Array, Order)> {
    let mut like: Option<&Array> = None;
    let (mut c, mut f) = (true, true);
    for operand in operands {
        let Operand::Array(array) = *operand else {
            continue;
        };
        if array.ndim() == 0 {
            continue;
        }
        if !array.is_aligned() || like.is_some_and(|like| like.shape() != array.shape()) {
            return None;
        }
        // One axis may have any stride.
        if array.ndim() > 1 {
            c = c && array.is_c_contiguous();
            f = f && array.is_f_contiguous();
        }
        like = Some(array);
    }
    let like = like.filter(|like| like.size() > 0)?;
    match (c, f) {
        (true, _) => Some((like, Order::C)),
        (_, true) => Some((like, Order::F)),
        _ => None,
    }
}
