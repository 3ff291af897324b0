//! The common case of a ufunc: inputs of one dtype that lie in memory alike, each in one piece, or
//! single values, and one new result. It needs no walk.

use crate::{
    Array, Buffer, Error, Order, Result,
    drive::{Shared, drive, map_plan},
    map::Operand,
    promote::cast_scalar,
    resolve::Resolved,
    walk::STAGE_BYTES,
};
use raptors_kernels::{
    DType, In, Level, Out, Scalar, Ufunc,
    moves::{self, Target},
};
use smallvec::SmallVec;

/// An input of the common case.
pub(crate) enum Input<'a> {
    /// An array.
    Run(&'a Array),
    /// One value for every element.
    Value(Scalar),
}

/// The inputs of a call as the common case takes them; nothing where the case is another.
#[inline]
pub(crate) fn inputs<'a>(
    operands: &[Operand<'a>],
    resolved: Resolved,
) -> Option<SmallVec<[Input<'a>; 3]>> {
    let dtype = resolved.computed();
    if resolved.inputs().iter().any(|&input| input != dtype) {
        return None;
    }
    let flat = operands.iter().all(|operand| operand.shape().is_empty());
    let mut shape: Option<&[usize]> = None;
    let mut inputs = SmallVec::new();
    for operand in operands {
        inputs.push(match *operand {
            Operand::Number(number) => Input::Value(number.to_scalar(dtype).ok()?),
            Operand::Array(array) if array.ndim() == 0 && !flat => {
                Input::Value(cast_scalar(&array.item().ok()?, dtype))
            }
            Operand::Array(array) => {
                let alike = shape.is_none_or(|shape| shape == array.shape());
                if !alike || array.dtype() != dtype {
                    return None;
                }
                shape = Some(array.shape());
                Input::Run(array)
            }
        });
    }
    shape.map(|_| inputs)
}

/// `ufunc` of `inputs` of `dtype`; nothing where the case is not the common one.
#[inline]
pub(crate) fn call(ufunc: Ufunc, dtype: DType, inputs: &[Input<'_>]) -> Result<Option<Array>> {
    let mut runs = inputs.iter().filter_map(|input| match input {
        Input::Run(array) => Some(*array),
        Input::Value(_) => None,
    });
    let Some(like) = runs.clone().next() else {
        return Ok(None);
    };
    let order = if runs.clone().all(Array::is_c_contiguous) {
        Order::C
    } else if runs.clone().all(Array::is_f_contiguous) {
        Order::F
    } else {
        return Ok(None);
    };
    if ufunc.nout() != 1 || !runs.all(Array::is_aligned) {
        return Ok(None);
    }
    let Some(bound) = ufunc.bind(Level::get(), dtype) else {
        return Ok(None);
    };
    if bound.inputs().iter().any(|&input| input != dtype) {
        return Ok(None);
    }
    let given = bound.outputs()[0];
    let result = Array::empty(like.shape(), given, order)?;
    let n = like.size();
    if n == 0 {
        return Ok(Some(result));
    }
    let (size, out_size) = (dtype.size(), given.size());
    let streams = inputs
        .iter()
        .filter(|input| matches!(input, Input::Run(_)))
        .count();
    let plan = map_plan(ufunc.cost(), n, size.max(out_size), streams, 1);
    let grain = plan.chunk.max(1);
    // A value is repeated in a stage, which every piece of the run reads again.
    let piece = if streams == inputs.len() {
        n
    } else {
        n.min(STAGE_BYTES / size)
    };
    let mut stages: SmallVec<[Buffer; 2]> = SmallVec::new();
    let mut sources: SmallVec<[(Shared, bool); 3]> = SmallVec::new();
    for input in inputs {
        sources.push(match input {
            Input::Run(array) => (Shared(array.as_ptr().cast_mut()), true),
            Input::Value(value) => {
                let stage = repeated(value, piece)?;
                let ptr = stage.as_ptr();
                stages.push(stage);
                (Shared(ptr), false)
            }
        });
    }
    let out = Shared(result.as_mut_ptr());
    drive(&plan, n, grain, &|range| {
        for start in range.clone().step_by(piece) {
            let len = piece.min(range.end - start);
            let mut runs = [In::from(&[0u8; 0][..]); 3];
            for (run, (ptr, moves)) in runs.iter_mut().zip(&sources) {
                let at = if *moves { start * size } else { 0 };
                // SAFETY: `len` elements of a dense, aligned array of `n`, or of a stage that holds
                // `piece` of them.
                *run = unsafe { In::from_raw(ptr.get().add(at), len, dtype) };
            }
            // SAFETY: the result is new and dense with `n` elements; each piece is written once.
            let out = unsafe { Out::from_raw(out.get().add(start * out_size), len, given) };
            bound.run(&runs[..sources.len()], &mut [out]);
        }
        Ok(())
    })?;
    Ok(Some(result))
}

/// A stage of `n` times `value`.
fn repeated(value: &Scalar, n: usize) -> Result<Buffer> {
    let size = value.dtype().size();
    let stage = Buffer::new(n * size).ok_or_else(|| Error::memory(n * size))?;
    let target = Target::contiguous(stage.as_ptr(), size, [1, n]);
    // SAFETY: the stage is new and has room for `n` elements; the value is one of their size.
    unsafe { moves::fill(target, value.as_in().bytes().as_ptr()) };
    Ok(stage)
}
