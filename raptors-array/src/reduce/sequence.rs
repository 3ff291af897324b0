//! Ufuncs applied from the first element of an axis to the last: `reduce` of those that are no
//! fold, and `accumulate` of any.

use super::{
    ReduceOptions, keep_where,
    shape::{result_shape, slice_at},
};
use crate::{
    Array, Casting, DType, Error, Number, Order, Result, Ufunc, assign, layout, map,
    operand::{MapOptions, Operand},
    promote::Arg,
    resolve::resolve,
    target::Target,
};
use raptors_kernels::{Level, fold, fold::Fold};

/// `ufunc` over the one axis that goes.
pub(super) fn reduce(ufunc: Ufunc, array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    let mask = options.axes.mask(array.ndim())?;
    if mask.iter().filter(|gone| **gone).count() > 1 {
        return Err(Error::NotReorderable {
            ufunc: ufunc.name(),
        });
    }
    let kept;
    let mut source = array;
    if let Some(where_) = options.where_ {
        let neutral = options.initial.as_ref().ok_or(Error::WhereIdentity {
            ufunc: ufunc.name(),
        })?;
        kept = keep_where(array, where_, array.dtype(), neutral)?;
        source = &kept;
    }
    let Some(axis) = mask.iter().position(|gone| *gone) else {
        return assign::copy(source, Some(Order::C));
    };
    let dtype = reduce_dtype(ufunc, options.dtype.unwrap_or(source.dtype()))?;
    let len = source.shape()[axis];
    let result = Array::empty(&result_shape(source.shape(), &mask, false), dtype, Order::C)?;
    let mut first = 0;
    match (&options.initial, ufunc.identity()) {
        (Some(initial), _) => set(&result, &(&Array::from_scalar(initial)?).into())?,
        (None, Some(identity)) if len == 0 => set(&result, &Number::Int(identity.into()).into())?,
        (None, _) if len > 0 => {
            set(&result, &(&slice_at(source, axis, 0)).into())?;
            first = 1;
        }
        (None, _) if result.size() == 0 => {}
        (None, _) => {
            return Err(Error::EmptyReduction {
                ufunc: ufunc.name(),
            });
        }
    }
    for i in first..len {
        apply(ufunc, &result, &slice_at(source, axis, i), &result)?;
    }
    if options.keepdims {
        result.expand_dims(&[axis as i64])
    } else {
        Ok(result)
    }
}

/// Every prefix of an axis combined with `ufunc`: NumPy's `ufunc.accumulate`.
///
/// # Errors
///
/// If the axis is out of bounds, there is no loop for the dtype, or memory runs out.
pub fn accumulate(ufunc: Ufunc, array: &Array, axis: isize, dtype: Option<DType>) -> Result<Array> {
    if array.ndim() == 0 {
        return Err(Error::AccumulateScalar);
    }
    let axis = layout::axis(axis as i64, array.ndim(), None)?;
    let asked = dtype.unwrap_or(array.dtype());
    let fold = Fold::of(ufunc).filter(|fold| fold.input(asked) == Some(asked));
    if let (Some(fold), true) = (fold, axis + 1 == array.ndim())
        && let Some(dtype) = fold.accumulator(asked)
    {
        return scan(fold, array, asked, dtype);
    }
    let result = Array::empty(array.shape(), reduce_dtype(ufunc, asked)?, Order::C)?;
    if result.size() == 0 {
        return Ok(result);
    }
    set(
        &slice_at(&result, axis, 0),
        &(&slice_at(array, axis, 0)).into(),
    )?;
    for i in 1..array.shape()[axis] {
        let (before, here) = (slice_at(&result, axis, i - 1), slice_at(&result, axis, i));
        apply(ufunc, &before, &slice_at(array, axis, i), &here)?;
    }
    Ok(result)
}

/// Scans the rows of an array.
fn scan(fold: Fold, array: &Array, fed: DType, dtype: DType) -> Result<Array> {
    let dense;
    let mut source = array;
    if array.dtype() != fed || array.run(0, array.size()).is_none() {
        dense = assign::astype(array, fed, Some(Order::C))?;
        source = &dense;
    }
    let result = Array::empty(array.shape(), dtype, Order::C)?;
    let mut target = Target::fresh(&result);
    let len = array.shape().last().copied().unwrap_or(1);
    for start in (0..array.size()).step_by(len.max(1)) {
        if let (Some(from), Some(to)) = (source.run(start, len), target.run(start, len)) {
            fold::scan(fold, Level::get(), from, None, to);
        }
    }
    Ok(result)
}

fn set(result: &Array, value: &Operand<'_>) -> Result<()> {
    assign::assign(&Target::fresh(result), value, Casting::Unsafe)
}

fn apply(ufunc: Ufunc, x: &Array, y: &Array, out: &Array) -> Result<()> {
    let options = MapOptions {
        casting: Casting::Unsafe,
        ..MapOptions::default()
    };
    map::map(
        ufunc,
        &[x.into(), y.into()],
        &mut [Some(Target::fresh(out))],
        &options,
    )
    .map(drop)
}

/// The dtype that `ufunc` joins elements of `dtype` in.
fn reduce_dtype(ufunc: Ufunc, dtype: DType) -> Result<DType> {
    if ufunc.nin() != 2 {
        return Err(Error::ReduceArity);
    }
    if ufunc.nout() != 1 {
        return Err(Error::ReduceOutputs);
    }
    Ok(resolve(ufunc, &[Arg::Array(dtype), Arg::Array(dtype)])?.outputs()[0])
}
