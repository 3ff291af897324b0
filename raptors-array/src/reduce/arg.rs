//! Where the extremes are.

use super::{Axes, ReduceOptions, SHORT, along::Dense, shape::result_shape};
use crate::{
    Array, Buffer, DType, Dims, Error, Order, Result, assign,
    drive::{self, Shared},
    target::Target,
};
use raptors_kernels::{
    Level, Out, Scalar,
    fold::{self, ArgFold},
};

/// Cost of looking at one element, in additions.
const ARG_COST: u32 = 2;

/// The index of the first extreme of a short array in one piece: most calls are of this kind.
/// Nothing where the case is another.
pub(super) fn short(which: ArgFold, array: &Array) -> Option<Result<Array>> {
    let run = array.run(0, array.size().min(SHORT))?;
    if run.len() < array.size() {
        return None;
    }
    let index = fold::arg(which, Level::get(), run)?;
    Some(Array::from_scalar(&Scalar::new(index as i64)))
}

/// The index of the first extreme along one axis, or in C order over all.
pub(super) fn arg(which: ArgFold, array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    if let (Axes::All, false, Some(result)) = (options.axes, options.keepdims, short(which, array))
    {
        return result;
    }
    let mask = options.axes.mask(array.ndim())?;
    let axis = match options.axes {
        Axes::All => None,
        Axes::List(_) => mask.iter().position(|gone| *gone),
    };
    let shape = result_shape(array.shape(), &mask, options.keepdims);
    let axes = array.shape().iter().zip(&mask);
    if axes.clone().any(|(&n, &gone)| gone && n == 0) {
        let name = match which {
            ArgFold::min => "argmin",
            ArgFold::max => "argmax",
        };
        return Err(Error::EmptyArg { name });
    }
    if array.size() == 0 {
        return Array::zeros(&shape, DType::I64, Order::C);
    }
    if let Some(axis) = axis
        && let Some(dense) = Dense::of(array, axis as isize, options.keepdims)
    {
        return along(which, &dense);
    }
    let dims = array.shape();
    let (outer, len, inner) = match axis {
        Some(axis) => (
            dims[..axis].iter().product(),
            dims[axis],
            dims[axis + 1..].iter().product(),
        ),
        None => (1, array.size(), 1),
    };
    let array = match array.run(0, array.size()) {
        Some(_) => array.clone(),
        None => assign::copy(array, Some(Order::C))?,
    };
    let dense = Dense {
        array,
        outer,
        len,
        inner,
        shape,
    };
    along(which, &dense)
}

/// The indices of the first extremes along the axis of `dense` that goes.
pub(super) fn along(which: ArgFold, dense: &Dense) -> Result<Array> {
    let keys;
    let mut array = &dense.array;
    if array.dtype() == DType::F16 {
        keys = self::keys(which, array)?;
        array = &keys;
    }
    let result = Array::zeros(&dense.shape, DType::I64, Order::C)?;
    let (len, inner, size) = (dense.len, dense.inner, array.itemsize());
    let out = Shared(result.as_mut_ptr());
    let plan = drive::fold_plan(ARG_COST, array.size(), size);
    let grain = (plan.chunk / (len * inner)).clamp(1, dense.outer.div_ceil(plan.threads));
    drive::drive(&plan, dense.outer, grain, &|range| {
        let ptr = out
            .get()
            .wrapping_add(range.start * inner * size_of::<i64>());
        // SAFETY: the elements of the result, which is new and dense, that this range gives, and
        // that this thread has to itself.
        let mut out = unsafe { Out::from_raw(ptr, range.len() * inner, DType::I64) };
        let run = |start: usize, n: usize| {
            array.run(start, n).ok_or(Error::Internal {
                what: "a run outside its array",
            })
        };
        if inner == 1 {
            let rows = fold::Rows::new(run(range.start * len, range.len() * len)?, len);
            fold::arg_inner(which, Level::get(), rows, out);
            return Ok(());
        }
        let bytes = inner * size;
        let best = Buffer::new(bytes).ok_or(Error::memory(bytes))?;
        for (i, block) in range.enumerate() {
            let rows = fold::Rows::new(run(block * len * inner, len * inner)?, inner);
            // SAFETY: the buffer is this thread's own, and has room for a row.
            let mut best = unsafe { Out::from_raw(best.as_ptr(), inner, array.dtype()) };
            best.bytes().copy_from_slice(rows.row(0).bytes());
            let index = out.range(i * inner, inner);
            fold::arg_rows(which, Level::get(), rows.rest(), 1, best, index);
        }
        Ok(())
    })?;
    Ok(result)
}

/// Integers in the order of an array of halves.
fn keys(which: ArgFold, halves: &Array) -> Result<Array> {
    let shape = Dims::from_slice(halves.shape());
    let keys = Array::empty(&shape, DType::I16, Order::C)?;
    let mut target = Target::fresh(&keys);
    if let (Some(from), Some(to)) = (halves.run(0, halves.size()), target.run(0, halves.size())) {
        fold::arg_keys(which, Level::get(), from, to);
    }
    Ok(keys)
}
