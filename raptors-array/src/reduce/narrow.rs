//! Reductions of dense arrays to whose results blocks of a few columns are folded, such as the windows of a
//! pooling: many blocks in one call.

use super::{
    Axes, ReduceOptions, Reduction,
    along::{self, Dense},
    folded,
    shape::result_shape,
    tile::{BLOCK_ROWS, Step},
};
use crate::{Array, DType, Order, Result, dense::NOT_DENSE, drive, target::Target};
use raptors_kernels::{
    Kind, Out,
    fold::{self, Fold},
};
use smallvec::SmallVec;

/// Most columns of a block: with more, what a call for each block costs does not show.
const COLUMNS: usize = 512;
/// Columns of blocks of which there should be some for each thread.
const MANY: usize = 64;
/// Blocks of so many columns from which there are enough for all threads.
const ENOUGH: usize = 16;
/// Columns from which rows are joined as vectors.
const VECTOR: usize = 8;
/// Most elements of a block of fewer columns.
const FEW: usize = 64;
/// Blocks that are folded in one call.
const AT_ONCE: usize = 128;

/// Whether products of elements of `dtype` depend on the one that they start from: multiplying by one changes
/// signs of zeros that complex numbers have.
fn starts_from_one(fold: Fold, dtype: DType) -> bool {
    matches!(fold, Fold::prod | Fold::nanprod) && dtype.kind() == Kind::Complex
}

/// Whether the blocks of `dense` are folded many at a time.
pub(super) fn serves(dense: &Dense, fold: Fold) -> bool {
    applies(dense.outer, dense.len, dense.inner) && !starts_from_one(fold, dense.array.dtype())
}

/// Whether blocks of so many rows and columns are folded many at a time.
fn applies(outer: usize, rows: usize, columns: usize) -> bool {
    let most = if columns < VECTOR {
        FEW / columns.max(1)
    } else {
        BLOCK_ROWS
    };
    let least = if columns > MANY { ENOUGH } else { 2 };
    outer >= least && columns > 1 && columns <= COLUMNS && rows <= most
}

/// The folds of the columns of each block of `dense`, which [`serves`] tells of.
pub(super) fn blocks(dense: &Dense, fold: Fold, acc: DType) -> Result<Array> {
    let (array, rows, columns) = (&dense.array, dense.len, dense.inner);
    let (block, dtype) = (rows * columns, array.dtype());
    let result = Array::empty(&dense.shape, acc, Order::C)?;
    let halves = Step::Fold(fold).halves(dtype, acc, true);
    let plan = drive::wide_plan(1, array.size(), array.itemsize(), halves);
    let starts: [i64; AT_ONCE] = core::array::from_fn(|i| (i * rows) as i64);
    let grain = (plan.chunk / block).max(1);
    drive::drive(&plan, dense.outer, grain, &|range| {
        let mut target = Target::fresh(&result);
        for first in range.clone().step_by(AT_ONCE) {
            let count = AT_ONCE.min(range.end - first);
            let from = array.run(first * block, count * block);
            let to = target.run(first * columns, count * columns);
            let (Some(from), Some(mut to)) = (from, to) else {
                return Err(NOT_DENSE);
            };
            let starts = &starts[..count];
            fold::fold_segments(fold, plan.level, from, columns, starts, to.reborrow());
            if matches!(fold, Fold::sum | Fold::nansum) {
                add_zero(to);
            }
        }
        Ok(())
    })?;
    Ok(result)
}

/// Makes negative zeros positive ones, as sums that start from zero are.
fn add_zero(out: Out<'_>) {
    if !matches!(out.dtype().kind(), Kind::Float | Kind::Complex) {
        return;
    }
    let real = out.dtype().real();
    let mut out = out.view(real);
    if real == DType::F32 {
        out.of::<f32>().iter_mut().for_each(|x| *x += 0.0);
    } else {
        out.of::<f64>().iter_mut().for_each(|x| *x += 0.0);
    }
}

/// The fold of several axes of a dense array that are not neighbours: the innermost of them first, where it leaves
/// such blocks. Nothing for others, and where more is asked for.
pub(super) fn one_by_one(
    fold: Fold,
    array: &Array,
    mask: &[bool],
    options: &ReduceOptions<'_>,
) -> Result<Option<Array>> {
    let dtype = array.dtype();
    if options.where_.is_some()
        || options.initial.is_some()
        || options.dtype.is_some_and(|asked| asked != dtype)
    {
        return Ok(None);
    }
    let Some(last) = mask.iter().rposition(|&gone| gone) else {
        return Ok(None);
    };
    let kept = mask[..last].iter().rposition(|&gone| !gone);
    let first = kept.map_or(0, |kept| kept + 1);
    let shape = array.shape();
    let size = |part: &[usize]| part.iter().product::<usize>();
    let (outer, rows) = (size(&shape[..first]), size(&shape[first..=last]));
    let columns = size(&shape[last + 1..]);
    let known =
        fold.input(dtype) == Some(dtype) && dtype != DType::F16 && !starts_from_one(fold, dtype);
    if !mask[..first].contains(&true)
        || !known
        || !array.is_c_contiguous()
        || rows == 0
        || !applies(outer, rows, columns)
    {
        return Ok(None);
    }
    let blocks = array.reshape(&[outer, rows, columns].map(|n| n as i64), Order::C)?;
    let Some(part) = along::plain(Reduction::Fold(fold), &blocks, Some(1), false)? else {
        return Ok(None);
    };
    let left = shape[..first].iter().chain(&shape[last + 1..]);
    let part = part.reshape(&sizes(left), Order::C)?;
    let gone = (0..first as isize).filter(|&axis| mask[axis as usize]);
    let gone: SmallVec<[isize; 4]> = gone.collect();
    let rest = ReduceOptions {
        axes: Axes::List(&gone),
        ..ReduceOptions::default()
    };
    let result = folded(Step::Fold(fold).merger(), &part, &rest)?;
    let shape = result_shape(shape, mask, options.keepdims);
    result.reshape(&sizes(shape.iter()), Order::C).map(Some)
}

/// Sizes as a new shape has them.
fn sizes<'a>(shape: impl Iterator<Item = &'a usize>) -> SmallVec<[i64; 4]> {
    shape.map(|&n| n as i64).collect()
}
