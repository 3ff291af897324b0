//! Ufuncs applied from the first element of an axis to the last: `reduce` of those that are no
//! fold, and `accumulate` of any.

use super::{
    ReduceOptions, fits_where, order, scan,
    shape::{result_shape, slice_at},
    steps,
};
use crate::{
    Array, Casting, DType, Dims, Error, Number, Order, Result, Ufunc, assign, layout, map,
    operand::{MapOptions, Operand},
    promote::Arg,
    resolve::resolve,
    target::Target,
};
use raptors_kernels::fold::Fold;
use smallvec::SmallVec;

/// What a reduction over nothing gives: the table's integer, or minus infinity for sums in
/// logarithms.
pub fn identity(ufunc: Ufunc) -> Option<Number> {
    match ufunc {
        Ufunc::logaddexp | Ufunc::logaddexp2 => Some(Number::Float(f64::NEG_INFINITY)),
        _ => ufunc.identity().map(|value| Number::Int(value.into())),
    }
}

/// `ufunc` over the axes that go, one after the other.
pub(super) fn reduce(ufunc: Ufunc, array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    let mask = options.axes.mask(array.ndim())?;
    let name = ufunc.name();
    let gone: SmallVec<[usize; 4]> = (0..mask.len()).filter(|&axis| mask[axis]).collect();
    if gone.len() > 1 && identity(ufunc).is_none() {
        return Err(Error::NotReorderable { ufunc: name });
    }
    let dtype = reduce_dtype(ufunc, options.dtype.unwrap_or(array.dtype()))?;
    let identity = match identity(ufunc) {
        Some(identity) => Some(Array::from_scalar(&identity.to_scalar(dtype)?)?),
        None => None,
    };
    let initial = match &options.initial {
        Some(initial) => Some(Array::from_scalar(initial)?),
        None => identity.clone(),
    };
    let mut chosen = None;
    if let Some(where_) = options.where_ {
        if initial.is_none() {
            return Err(Error::WhereIdentity { ufunc: name });
        }
        fits_where(array, where_)?;
        chosen = Some(where_.broadcast_to(array.shape())?);
    }
    let array = &converted(array, options.dtype.unwrap_or(array.dtype()))?;
    let mut result = match (&initial, gone.is_empty()) {
        (None, true) => assign::astype(array, dtype, Some(Order::C))?,
        (Some(initial), true) => {
            let result = Array::empty(array.shape(), dtype, Order::C)?;
            set(&result, &initial.into())?;
            apply(ufunc, &result, array, &result, chosen.as_ref())?;
            result
        }
        (_, false) => array.clone(),
    };
    for (i, &axis) in gone.iter().enumerate() {
        let last = i + 1 == gone.len();
        let first = if last { &initial } else { &identity };
        result = along(
            ufunc,
            &result,
            axis,
            dtype,
            first.as_ref(),
            chosen.take().as_ref(),
        )?;
    }
    let shape = result_shape(array.shape(), &mask, options.keepdims);
    let shape: SmallVec<[i64; 4]> = shape.iter().map(|&n| n as i64).collect();
    result.reshape(&shape, Order::C)
}

/// `ufunc` over an axis, which stays: from the first element to the last, or from `initial` on, or
/// in pairs where their order makes no difference.
fn along(
    ufunc: Ufunc,
    array: &Array,
    axis: usize,
    dtype: DType,
    initial: Option<&Array>,
    chosen: Option<&Array>,
) -> Result<Array> {
    let len = array.shape()[axis];
    let mut shape = Dims::from_slice(array.shape());
    shape[axis] = 1;
    let result = Array::empty(&shape, dtype, Order::C)?;
    let flat = slice_at(&result, axis, 0);
    if len > 0 && chosen.is_none() && steps::is_reorderable(ufunc) {
        let joined = steps::in_parts(ufunc, array, axis)?;
        set(&result, &(&joined).into())?;
        if let Some(initial) = initial {
            apply(ufunc, &result, initial, &result, None)?;
        }
        return Ok(result);
    }
    let first = match initial {
        Some(initial) => {
            set(&flat, &initial.into())?;
            0
        }
        None if len > 0 => {
            set(&flat, &(&slice_at(array, axis, 0)).into())?;
            1
        }
        None => {
            return Err(Error::EmptyReduction {
                ufunc: ufunc.name(),
            });
        }
    };
    if chosen.is_none()
        && let Some(bound) = steps::bind(ufunc, array.dtype(), dtype)
    {
        steps::reduce(&bound, array, axis, first, &result)?;
        return Ok(result);
    }
    for i in first..len {
        let chosen = chosen.map(|chosen| slice_at(chosen, axis, i));
        apply(
            ufunc,
            &flat,
            &slice_at(array, axis, i),
            &flat,
            chosen.as_ref(),
        )?;
    }
    Ok(result)
}

/// Every prefix of an axis combined with `ufunc`: NumPy's `ufunc.accumulate`.
///
/// # Errors
///
/// If the axis is out of bounds, there is no loop for the dtype, or memory runs out.
pub fn accumulate(ufunc: Ufunc, array: &Array, axis: isize, dtype: Option<DType>) -> Result<Array> {
    if array.ndim() == 0 && matches!(axis, 0 | -1) {
        return Err(Error::AccumulateScalar);
    }
    let axis = layout::axis(axis as i64, array.ndim(), None)?;
    order::along(array, axis, |array, axis| {
        accumulate_along(ufunc, array, axis, dtype)
    })
}

fn accumulate_along(
    ufunc: Ufunc,
    array: &Array,
    axis: usize,
    dtype: Option<DType>,
) -> Result<Array> {
    if let Some(fold) = Fold::of(ufunc)
        && let Some((fed, given)) = scan::dtypes(fold, array.dtype(), dtype)
    {
        return scan::scan(fold, array, axis, fed, given);
    }
    let wide = joined(ufunc, array.dtype(), dtype);
    let given = reduce_dtype(ufunc, wide)?;
    let array = &converted(array, wide)?;
    if array.size() > 0
        && let Some(bound) = steps::bind(ufunc, wide, given)
    {
        return steps::accumulate(&bound, array, axis);
    }
    let result = Array::empty(array.shape(), given, Order::C)?;
    if result.size() == 0 {
        return Ok(result);
    }
    set(
        &slice_at(&result, axis, 0),
        &(&slice_at(array, axis, 0)).into(),
    )?;
    for i in 1..array.shape()[axis] {
        let (before, here) = (slice_at(&result, axis, i - 1), slice_at(&result, axis, i));
        apply(ufunc, &before, &slice_at(array, axis, i), &here, None)?;
    }
    Ok(result)
}

/// The dtype that elements of `stored` are joined in, unless another is asked for: small integers
/// are added and multiplied in the platform's.
pub(super) fn joined(ufunc: Ufunc, stored: DType, asked: Option<DType>) -> DType {
    match (asked, Fold::of(ufunc)) {
        (Some(asked), _) => asked,
        (None, Some(fold @ (Fold::sum | Fold::prod))) if stored != DType::F16 => {
            fold.accumulator(stored).unwrap_or(stored)
        }
        _ => stored,
    }
}

/// The elements as `dtype`: both operands of each step are read as what the ufunc is asked for.
pub(super) fn converted(array: &Array, dtype: DType) -> Result<Array> {
    if array.dtype() == dtype {
        return Ok(array.clone());
    }
    assign::astype(array, dtype, None)
}

pub(super) fn set(result: &Array, value: &Operand<'_>) -> Result<()> {
    assign::assign(&Target::fresh(result), value, Casting::Unsafe)
}

fn apply(ufunc: Ufunc, x: &Array, y: &Array, out: &Array, where_: Option<&Array>) -> Result<()> {
    let options = MapOptions {
        where_,
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
pub(super) fn reduce_dtype(ufunc: Ufunc, dtype: DType) -> Result<DType> {
    if ufunc.nin() != 2 {
        return Err(Error::ReduceArity);
    }
    if ufunc.nout() != 1 {
        return Err(Error::ReduceOutputs);
    }
    Ok(resolve(ufunc, &[Arg::Array(dtype), Arg::Array(dtype)])?.outputs()[0])
}
