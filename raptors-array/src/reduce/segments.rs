//! Reductions of the segments of an axis: `ufunc.reduceat`.

use super::{
    ReduceOptions, Reduction, reduce,
    sequence::{converted, joined, reduce_dtype, set},
    shape::{Axes, slice_at},
};
use crate::{
    Array, DType, Dims, Error, Order, Result, Strides, Ufunc, assign, dense::dense, layout,
    target::Target,
};
use raptors_kernels::{
    In, Level,
    fold::{self, Fold},
};

/// Elements of a segment, with those beside it, that turning the axis to be the last one costs less
/// for than a reduction of its own.
const BRIEF: usize = 2048;

/// Reduces the segments of an axis that begin at `starts` and end where the next one begins, or at
/// the end of the axis; one that would end before it begins is one element.
///
/// # Errors
///
/// If the axis or a start is out of bounds, there is no loop for the dtype, or memory runs out.
pub fn reduceat(
    ufunc: Ufunc,
    array: &Array,
    starts: &[i64],
    axis: isize,
    dtype: Option<DType>,
) -> Result<Array> {
    if array.ndim() == 0 {
        return Err(Error::ReduceatScalar);
    }
    let axis = layout::axis(axis as i64, array.ndim(), None)?;
    let len = array.shape()[axis];
    if let Some(&index) = starts.iter().find(|&&i| i < 0 || i >= len as i64) {
        let ufunc = ufunc.name();
        return Err(Error::Start { ufunc, index, len });
    }
    let fed = joined(ufunc, array.dtype(), dtype);
    let mut shape = Dims::from_slice(array.shape());
    shape[axis] = starts.len();
    let given = reduce_dtype(ufunc, fed)?;
    let result = Array::empty(&shape, given, Order::C)?;
    if let Some(fold) = Fold::of(ufunc)
        && fold.accumulator(fed) == Some(given)
    {
        let last = array.ndim() - 1;
        if axis == last && runs(fold, array, last, fed, starts, &result)? {
            return Ok(result);
        }
        if axis < last && array.size() <= BRIEF.saturating_mul(starts.len()) {
            shape.swap(axis, last);
            let (turned, axis) = (Array::empty(&shape, given, Order::C)?, axis as i64);
            if runs(fold, &array.swapaxes(axis, -1)?, last, fed, starts, &turned)? {
                return assign::copy(&turned.swapaxes(axis, -1)?, Some(Order::C));
            }
        }
    }
    for (i, &start) in starts.iter().enumerate() {
        let next = starts.get(i + 1).map_or(len, |&next| next as usize);
        let start = start as usize;
        let slot = slice_at(&result, axis, i);
        if next <= start + 1 {
            // One element is no combination: it is not joined with the identity either.
            let one = converted(&slice_at(array, axis, start), fed)?;
            set(&slot, &(&one).into())?;
            continue;
        }
        let segment = between(array, axis, start, next);
        let axes = [axis as isize];
        let options = ReduceOptions {
            axes: Axes::List(&axes),
            dtype: Some(fed).filter(|&fed| fed != array.dtype()),
            ..ReduceOptions::default()
        };
        let reduced = reduce(Reduction::Ufunc(ufunc), &segment, options)?;
        set(&slot, &(&reduced).into())?;
    }
    Ok(result)
}

/// Folds the segments of an array along its last axis: whether it did.
fn runs(
    fold: Fold,
    array: &Array,
    axis: usize,
    fed: DType,
    starts: &[i64],
    result: &Array,
) -> Result<bool> {
    let direct = fold.accumulator(array.dtype()) == Some(result.dtype());
    let fed = if direct { array.dtype() } else { fed };
    let len = array.shape()[axis];
    if axis + 1 != array.ndim() || fold.input(fed) != Some(fed) || result.size() == 0 {
        return Ok(false);
    }
    let array = dense(array, fed)?;
    let Some(whole) = array.run(0, array.size()) else {
        return Ok(false);
    };
    let mut target = Target::fresh(result);
    let Some(mut out) = target.run(0, result.size()) else {
        return Ok(false);
    };
    for (i, line) in (0..array.size() / len).map(|i| i * len).enumerate() {
        for (j, &start) in starts.iter().enumerate() {
            let next = starts.get(j + 1).map_or(len, |&next| next as usize);
            let start = start as usize;
            let run = whole.range(line + start, next.saturating_sub(start).max(1));
            let mut out = out.range(i * starts.len() + j, 1);
            if run.len() == 1 && fed == result.dtype() {
                // One element is no combination: it is not joined with the identity either.
                out.bytes().copy_from_slice(run.bytes());
                continue;
            }
            if fold == Fold::sum && are_negative_zeros(run) {
                // Segments start from their first element, not from zero.
                out.bytes().copy_from_slice(run.range(0, 1).bytes());
                continue;
            }
            let value = fold::fold(fold, Level::get(), run).ok_or(Error::Internal {
                what: "a fold without a loop",
            })?;
            out.bytes().copy_from_slice(value.as_in().bytes());
        }
    }
    Ok(true)
}

/// Whether all elements are negative zeros. Looks no further than the first that is none.
fn are_negative_zeros(run: In<'_>) -> bool {
    match run.dtype() {
        DType::F32 => run.of::<f32>().iter().all(|x| x.to_bits() == 1 << 31),
        DType::F64 => run.of::<f64>().iter().all(|x| x.to_bits() == 1 << 63),
        _ => false,
    }
}

/// The elements from `start` to `end` of an axis, which has them.
pub(super) fn between(array: &Array, axis: usize, start: usize, end: usize) -> Array {
    let mut shape = Dims::from_slice(array.shape());
    shape[axis] = end - start;
    let strides = Strides::from_slice(array.strides());
    // SAFETY: some of the elements of this array, along an axis that has them.
    unsafe { array.view(strides[axis] * start as isize, shape, strides) }
}
