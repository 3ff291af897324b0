//! Where the extremes are.

use super::{
    Axes, ReduceOptions, SHORT,
    shape::{result_shape, slice_at},
};
use crate::{
    Array, Casting, DType, Error, Number, Order, Result, assign,
    drive::{self, Shared},
    target::Target,
};
use raptors_kernels::{
    Level, Out, Scalar,
    fold::{self, ArgFold, Rows},
};

/// Cost of looking at one element, in additions.
const ARG_COST: u32 = 2;

/// The index of the first extreme along one axis, or in C order over all.
pub(super) fn arg(which: ArgFold, array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    if let (Axes::All, false, Some(run)) = (
        options.axes,
        options.keepdims,
        array.run(0, array.size().min(SHORT)),
    ) && run.len() == array.size()
        && let Some(index) = fold::arg(which, Level::get(), run)
    {
        return Array::from_scalar(&Scalar::new(index as i64));
    }
    let mask = options.axes.mask(array.ndim())?;
    let axis = match options.axes {
        Axes::All => None,
        Axes::List(_) => mask.iter().position(|gone| *gone),
    };
    let shape = result_shape(array.shape(), &mask, options.keepdims);
    let result = Array::zeros(&shape, DType::I64, Order::C)?;
    let gone: usize = array
        .shape()
        .iter()
        .zip(&mask)
        .filter(|(_, gone)| **gone)
        .map(|(n, _)| n)
        .product();
    if gone == 0 {
        let name = if which == ArgFold::min {
            "argmin"
        } else {
            "argmax"
        };
        return Err(Error::EmptyArg { name });
    }
    if result.size() == 0 {
        return Ok(result);
    }
    let source = match axis {
        Some(axis) => array.moveaxis(&[axis as i64], &[-1])?,
        None => array.clone(),
    };
    let fed = if array.dtype() == DType::F16 {
        DType::F32
    } else {
        array.dtype()
    };
    // Rows below each other are searched side by side; anything else as dense runs.
    if let Some(axis) = axis
        && axis == 0
        && array.ndim() > 1
        && array.dtype() == fed
        && array.is_c_contiguous()
        && array.is_aligned()
    {
        down(which, array, &result)?;
        return Ok(result);
    }
    let dense = if source.dtype() == fed && source.run(0, source.size()).is_some() {
        source
    } else {
        assign::astype(&source, fed, Some(Order::C))?
    };
    let out = Shared(result.as_mut_ptr());
    let plan = drive::fold_plan(ARG_COST, dense.size(), fed.size());
    let grain = (plan.chunk / gone).max(1);
    drive::drive(&plan, result.size(), grain, &|range| {
        for i in range {
            let run = dense.run(i * gone, gone).ok_or(Error::Internal {
                what: "a run outside its array",
            })?;
            let index = fold::arg(which, Level::get(), run)
                .ok_or(Error::Internal { what: "no extreme" })?;
            let ptr = out.get().wrapping_add(i * size_of::<i64>());
            // SAFETY: element `i` of the result, which is new, dense, and this thread's alone.
            let mut place = unsafe { Out::from_raw(ptr, 1, DType::I64) };
            place.of::<i64>()[0] = index as i64;
        }
        Ok(())
    })?;
    Ok(result)
}

/// The extremes of the columns of a C-ordered array.
fn down(which: ArgFold, array: &Array, result: &Array) -> Result<()> {
    let (rows, columns) = (array.shape()[0], result.size());
    let best = assign::copy(&slice_at(array, 0, 0), Some(Order::C))?;
    // Columns whose first element is the extreme are never written.
    assign::assign(
        &Target::fresh(result),
        &Number::Int(0).into(),
        Casting::Safe,
    )?;
    let row = (columns * array.itemsize()) as isize;
    // SAFETY: the array is dense and aligned: `rows` rows of `columns` elements.
    let rows = unsafe { Rows::from_raw(array.as_ptr(), rows, row, columns, array.dtype()) };
    let (mut best, mut index) = (Target::fresh(&best), Target::fresh(result));
    let (best, index): (Option<Out<'_>>, _) = (best.run(0, columns), index.run(0, columns));
    let (Some(best), Some(index)) = (best, index) else {
        return Err(Error::Internal {
            what: "a new array that is not dense",
        });
    };
    fold::arg_rows(which, Level::get(), rows, 0, best, index);
    Ok(())
}
