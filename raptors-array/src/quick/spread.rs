//! Few elements of which one operand is repeated over the axes of the other.

use super::{
    blocks::ROW_BYTES,
    is_dense, is_few,
    room::{Room, dense},
};
use crate::{Array, layout, resolve};
use raptors_kernels::{In, Out, Ufunc};

/// Runs of a broadcast operand up to which the loop is called for each, however short they are; for more,
/// short runs are packed to one.
const RUNS: usize = 16;

/// How an operand of shape `small` meets one of shape `large`, both dense: in how many runs, of how many
/// elements of the larger one, and whether there is one element of the smaller for each of them.
#[inline]
fn runs_of(large: &[usize], small: &[usize]) -> Option<(usize, usize, bool)> {
    if small.iter().all(|&n| n == 1) {
        return (small.len() <= large.len()).then(|| (1, layout::size(large), true));
    }
    let (lead, tail) = large.split_at(large.len().checked_sub(small.len())?);
    let equal = tail.iter().zip(small).take_while(|(m, n)| m == n).count();
    if equal == small.len() {
        return Some((layout::size(lead), layout::size(tail), false));
    }
    let single = lead.is_empty() && small[equal..].iter().all(|&n| n == 1);
    single.then(|| {
        (
            layout::size(&large[..equal]),
            layout::size(&large[equal..]),
            true,
        )
    })
}

/// `ufunc` of `x` and `y`, of which one is repeated over the first axes of the other or has one
/// element for all places of the last ones, in `room`; nothing as for [`super::call`].
#[inline]
pub fn broadcast<'r>(
    ufunc: Ufunc,
    x: &Array,
    y: &Array,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let swapped = y.ndim() > x.ndim() || y.size() > x.size();
    let (large, small) = if swapped { (y, x) } else { (x, y) };
    let (dtype, n) = (large.dtype(), large.size());
    if small.dtype() != dtype || !is_few(ufunc, n) {
        return None;
    }
    let (runs, len, single) = runs_of(large.shape(), small.shape())?;
    let bound = resolve::alike(ufunc, dtype, 2)?;
    if runs > RUNS && len * dtype.size() < ROW_BYTES
        || single && !bound.repeats()
        || !is_dense(large)
        || !is_dense(small)
    {
        return None;
    }
    let given = bound.outputs()[0];
    let result = dense(room, large.shape(), n, given)?;
    for i in 0..runs {
        let (start, other) = (i * len, if single { (i, 1) } else { (0, len) });
        // SAFETY: the run is one of those that the `n` dense, aligned elements consist of; the smaller
        // operand has an element for each, or as many as each.
        let (run, other, out) = unsafe {
            (
                In::from_raw(large.as_ptr().add(start * dtype.size()), len, dtype),
                In::from_raw(small.as_ptr().add(other.0 * dtype.size()), other.1, dtype),
                Out::from_raw(result.as_mut_ptr().add(start * given.size()), len, given),
            )
        };
        let runs = if swapped { [other, run] } else { [run, other] };
        bound.run(&runs, &mut [out]);
    }
    Some(result)
}
