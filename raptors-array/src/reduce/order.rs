//! Results that lie in memory as the elements that they are made of: NumPy's order `K`.

use super::{ReduceOptions, Reduction, fits_where};
use crate::{Array, Result, keep_order};
use raptors_kernels::fold::Fold;
use smallvec::SmallVec;
use std::cmp::Reverse;

type Axes = SmallVec<[i64; 4]>;

/// The axes of `array` from the outermost in memory on; nothing where they come in that order.
pub(super) fn in_memory(array: &Array) -> Option<Axes> {
    let steps = array.strides();
    if steps.is_sorted_by_key(|step| Reverse(step.unsigned_abs())) {
        return None;
    }
    let dense = keep_order(array.shape(), 1, &[steps]);
    let mut axes: Axes = (0..array.ndim() as i64).collect();
    axes.sort_by_key(|&axis| Reverse(dense[axis as usize]));
    (!axes.is_sorted()).then_some(axes)
}

/// What `compute` makes of `array` with its axes in the order `axes`, with the axes of the result,
/// `kept` of those of the array, back in their own order.
fn turned(
    array: &Array,
    axes: &Axes,
    kept: &Axes,
    compute: impl FnOnce(&Array) -> Result<Array>,
) -> Result<Array> {
    let result = compute(&array.transpose(axes)?)?;
    let mut back: Axes = (0..kept.len() as i64).collect();
    back.sort_by_key(|&place| kept[place as usize]);
    result.transpose(&back)
}

/// As [`turned`] for the result of `compute` that has the axes of `array`, and its `axis`.
pub(super) fn along(
    array: &Array,
    axis: usize,
    compute: impl FnOnce(&Array, usize) -> Result<Array>,
) -> Result<Array> {
    let Some(axes) = in_memory(array) else {
        return compute(array, axis);
    };
    let place = axes
        .iter()
        .position(|&it| it == axis as i64)
        .unwrap_or(axis);
    turned(array, &axes, &axes, |array| compute(array, place))
}

/// Reduces `array` by `compute`.
pub(super) fn reduce(
    reduction: Reduction,
    array: &Array,
    options: ReduceOptions<'_>,
    compute: impl FnOnce(&Array, &ReduceOptions<'_>) -> Result<Array>,
) -> Result<Array> {
    let Some(axes) = in_memory(array) else {
        return compute(array, &options);
    };
    let mask = options.axes.mask(array.ndim())?;
    let gone = mask.iter().filter(|&&gone| gone).count();
    let in_order = match reduction {
        // Places are given in C order.
        Reduction::ArgMin | Reduction::ArgMax => true,
        // Axes go one after the other.
        Reduction::Ufunc(ufunc) => gone > 1 && Fold::of(ufunc).is_none(),
        _ => false,
    };
    if in_order || array.ndim() - gone < 2 {
        return compute(array, &options);
    }
    let places = (0..).zip(&axes);
    let reduced: SmallVec<[isize; 4]> = places
        .filter(|&(_, &axis)| mask[axis as usize])
        .map(|(place, _)| place)
        .collect();
    let stays = |&&axis: &&i64| options.keepdims || !mask[axis as usize];
    let kept = axes.iter().filter(stays).copied().collect();
    let chosen = match options.where_ {
        Some(mask) => {
            fits_where(array, mask)?;
            Some(mask.broadcast_to(array.shape())?.transpose(&axes)?)
        }
        None => None,
    };
    let options = ReduceOptions {
        axes: super::Axes::List(&reduced),
        where_: chosen.as_ref(),
        ..options
    };
    turned(array, &axes, &kept, |array| compute(array, &options))
}
