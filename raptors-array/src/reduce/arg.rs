//! Where the extremes are.

use super::{Axes, ReduceOptions, SHORT, along::Dense, shape::result_shape, tile};
use crate::{
    Array, Buffer, DType, Dims, Error, Order, Result, assign,
    drive::{self, Shared},
    index::{Room, in_order},
    target::Target,
};
use raptors_dispatch::plan::Halves;
use raptors_kernels::{
    Bool, In, Level, Out, Scalar,
    fold::{self, ArgFold},
    moves,
};

/// Cost of looking at one element, in additions.
pub(super) const COST: u32 = 2;

/// Elements of a run below which several are looked at side by side, their elements turned into rows.
const SHORT_RUN: usize = 64;
/// Runs that are looked at side by side, where their elements stay in the first cache.
const ABREAST: usize = 512;
/// Bytes that those may take there.
const TURNED: usize = 16 << 10;
/// Bytes of the elements of a row that are looked at before others: with their places, which take as
/// much or more, they stay in the first cache.
const COLUMNS: usize = 8 << 10;
/// Columns below which those of many rows are turned into runs: vectors would not be filled.
const NARROW: usize = 16;

/// The index of the first extreme of a short array on few axes, or of the truth value that is looked for
/// among the first of many in one piece: most calls are of this kind. Nothing where the case is another.
pub(super) fn short(which: ArgFold, array: &Array) -> Option<usize> {
    let n = array.size();
    if n > SHORT && array.dtype() != DType::Bool {
        return None;
    }
    let mut room = Room::uninit();
    let run = match array.run(0, n.min(SHORT)) {
        Some(run) => run,
        None => in_order(array, &mut room)?,
    };
    let found = fold::arg(which, Level::get(), run)?;
    let wanted = || run.of::<Bool>()[found].get() == (which == ArgFold::max);
    (n <= SHORT || wanted()).then_some(found)
}

/// The index of the first extreme along one axis, or in C order over all.
pub(super) fn arg(which: ArgFold, array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    if let (Axes::All, false, Some(index)) = (options.axes, options.keepdims, short(which, array)) {
        return Array::from_scalar(&Scalar::new(index as i64));
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
    let (mut outer, len, mut inner) = (dense.outer, dense.len, dense.inner);
    let turned;
    if (2..NARROW).contains(&inner) && len >= SHORT_RUN {
        let blocks = array.reshape(&[outer as i64, len as i64, inner as i64], Order::C)?;
        turned = assign::copy(&blocks.transpose(&[0, 2, 1])?, Some(Order::C))?;
        (array, outer, inner) = (&turned, outer * inner, 1);
    }
    let result = Array::empty(&dense.shape, DType::I64, Order::C)?;
    let size = array.itemsize();
    let out = Shared(result.as_mut_ptr());
    let halves = if inner == 1 {
        tile::comparing(array.dtype())
    } else {
        Halves::Usable
    };
    let plan = drive::wide_plan(COST, array.size(), size, halves);
    let grain = (plan.chunk / (len * inner)).clamp(1, outer.div_ceil(plan.threads));
    drive::drive(&plan, outer, grain, &|range| {
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
            // Most runs of truth values are known by their first ones.
            let short = len < SHORT_RUN && array.dtype() != DType::Bool;
            let apart = !fold::places_few(plan.level, array.dtype(), len);
            if short && apart && range.len() >= NARROW {
                return abreast(which, plan.level, rows, out);
            }
            fold::arg_inner(which, plan.level, rows, out);
            return Ok(());
        }
        let most = inner.min(COLUMNS / size);
        let best = buffer(most * size)?;
        for (i, block) in range.enumerate() {
            let rows = fold::Rows::new(run(block * len * inner, len * inner)?, inner);
            for start in (0..inner).step_by(most) {
                let width = most.min(inner - start);
                // SAFETY: the buffer is this thread's own, and has room for as many columns.
                let best = unsafe { Out::from_raw(best.as_ptr(), width, array.dtype()) };
                let index = out.range(i * inner + start, width);
                down(which, plan.level, rows.columns(start, width), best, index);
            }
        }
        Ok(())
    })?;
    Ok(result)
}

fn buffer(bytes: usize) -> Result<Buffer> {
    Buffer::new(bytes).ok_or(Error::memory(bytes))
}

/// The rows of the first extremes down the columns of `rows`.
fn down(which: ArgFold, level: Level, rows: fold::Rows<'_>, mut best: Out<'_>, mut index: Out<'_>) {
    best.bytes().copy_from_slice(rows.row(0).bytes());
    index.bytes().fill(0);
    fold::arg_rows(which, level, rows.rest(), 1, best, index);
}

/// The places of the first extremes in many short runs.
fn abreast(which: ArgFold, level: Level, runs: fold::Rows<'_>, mut out: Out<'_>) -> Result<()> {
    let (len, size, dtype) = (runs.ncols(), runs.dtype().size(), runs.dtype());
    let most = (TURNED / (len * size)).clamp(NARROW, ABREAST);
    let (stage, best) = (buffer(len * most * size)?, buffer(most * size)?);
    for start in (0..runs.nrows()).step_by(most) {
        let n = most.min(runs.nrows() - start);
        let source = moves::Source {
            ptr: runs.row(start).bytes().as_ptr(),
            size,
            shape: [len, n],
            strides: [size as isize, (len * size) as isize],
        };
        let target = moves::Target::contiguous(stage.as_ptr(), size, [len, n]);
        // SAFETY: the runs lie one after the other, `n` of them from `start` on; the stage, which is
        // this thread's own, has room for their elements, and the other buffer for one of each.
        let (rows, best) = unsafe {
            moves::copy(source, target);
            let all = In::from_raw(stage.as_ptr(), len * n, dtype);
            let best = Out::from_raw(best.as_ptr(), n, dtype);
            (fold::Rows::new(all, n), best)
        };
        down(which, level, rows, best, out.range(start, n));
    }
    Ok(())
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
