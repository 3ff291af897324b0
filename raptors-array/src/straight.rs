//! The common case of a ufunc: inputs of one dtype that lie in memory alike, each in one piece, or
//! single values, and one result. It needs no walk.

use crate::{
    Array, Buffer, Error, Order, Result,
    drive::{Shared, drive, map_plan, planned, result_plan},
    map::Operand,
    overlap::{Overlap, overlap},
    promote::{Arg, Number, cast_scalar},
    quick,
    resolve::{self, Resolved},
    target::Target as Written,
    walk::STAGE_BYTES,
};
use raptors_dispatch::plan::{Cost, Plan, Stores};
use raptors_kernels::{
    DType, In, Level, Loop, Out, Scalar, Ufunc,
    moves::{self, Target},
};
use smallvec::SmallVec;

/// Elements up to which no plan is made: a second thread cannot pay for them.
const FEW: usize = 256;

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
    let dtype = resolved.dtype();
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

/// `ufunc` of `inputs` of `dtype`, into `out` if there is one; nothing where the case is not the
/// common one.
#[inline]
pub(crate) fn call(
    ufunc: Ufunc,
    dtype: DType,
    inputs: &[Input<'_>],
    out: Option<&Array>,
) -> Result<Option<Array>> {
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
    let given = bound.outputs()[0];
    if bound.inputs().iter().any(|&input| input != dtype)
        || out.is_some_and(|out| !receives(out, like, given, order))
    {
        return Ok(None);
    }
    let result = match out {
        Some(out) => out.clone(),
        None => Array::empty(like.shape(), given, order)?,
    };
    let n = like.size();
    if n == 0 {
        return Ok(Some(result));
    }
    if n <= FEW && few(&bound, dtype, inputs, &result, out.is_some())? {
        return Ok(Some(result));
    }
    let (mut sources, mut placed) = (SmallVec::<[Source; 3]>::new(), false);
    for input in inputs {
        sources.push(match input {
            Input::Run(array) => match out.map_or(Overlap::Disjoint, |out| lies(array, out)) {
                Overlap::Disjoint => Source::Run(Shared(array.as_ptr().cast_mut())),
                Overlap::Same if bound.in_place() && !placed => {
                    placed = true;
                    Source::Place
                }
                Overlap::Same => Source::Written(Shared(array.as_ptr().cast_mut())),
                Overlap::Possible => return Ok(None),
            },
            Input::Value(value) => Source::Value(*value),
        });
    }
    let streams = sources
        .iter()
        .filter(|source| !matches!(source, Source::Value(_)))
        .count();
    let size = dtype.size().max(given.size());
    let in_place = sources
        .iter()
        .any(|source| matches!(source, Source::Written(_) | Source::Place));
    let around = bound.around();
    let plan = if in_place {
        // What is read is in the caches already: stores around them would gain nothing.
        map_plan(Cost::of(ufunc, dtype), n, size, streams, 1)
    } else {
        let cold = out.map_or_else(|| result.buffer().cold(), |_| 0);
        let (sizes, streamable) = ([dtype.size(), given.size()], around.is_some());
        result_plan(Cost::of(ufunc, dtype), n, sizes, streams, streamable, cold)
    };
    let bound = planned(bound, ufunc, dtype, &plan);
    let bound = match bound.around() {
        Some(around) if plan.stores == Stores::Streaming => around,
        _ => bound,
    };
    run(&bound, dtype, &sources, &result, &plan)?;
    Ok(Some(result))
}

/// `ufunc` of an array and a Python number, which is the first input if `first`, where that needs no
/// conversion of the array; nothing for all other cases.
///
/// # Errors
///
/// Types without a loop, integers that do not fit, no memory.
#[inline]
pub fn with_number(
    ufunc: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
) -> Result<Option<Array>> {
    let few = quick::value(|room| quick::with_number(ufunc, array, number, first, room));
    if few.is_some() {
        return Ok(few);
    }
    let dtype = array.dtype();
    let Some((number, other)) = number.seen_by(ufunc, dtype == DType::Bool) else {
        return Err(Error::IntegerTooLarge);
    };
    let own = Arg::Array(dtype);
    let args = if first { [other, own] } else { [own, other] };
    if ufunc.nin() != 2 || resolve::takes_natural_exponent(ufunc, dtype) {
        return Ok(None);
    }
    let resolved = resolve::resolve(ufunc, &args)?;
    if resolved.inputs() != [dtype; 2] {
        return Ok(None);
    }
    let (run, value) = (Input::Run(array), Input::Value(number.to_scalar(dtype)?));
    let inputs = if first { [value, run] } else { [run, value] };
    call(ufunc, dtype, &inputs, None)
}

/// `ufunc` of arrays of one dtype and shape, into `out`, where that needs no conversion: `out`'s
/// array then.
///
/// # Errors
///
/// No memory.
#[inline]
pub fn into(ufunc: Ufunc, arrays: &[&Array], out: &Written<'_>) -> Result<Option<Array>> {
    // SAFETY: a target may be written.
    let done = unsafe {
        match *arrays {
            [x] => quick::into(ufunc, &[x.into()], out.array()),
            [x, y] => quick::into(ufunc, &[x.into(), y.into()], out.array()),
            [x, y, z] => quick::into(ufunc, &[x.into(), y.into(), z.into()], out.array()),
            _ => None,
        }
    };
    if done.is_some() {
        return Ok(Some(out.array().clone()));
    }
    let [first, others @ ..] = arrays else {
        return Ok(None);
    };
    let alike = |array: &&Array| array.dtype() == first.dtype() && array.shape() == first.shape();
    if arrays.len() != ufunc.nin()
        || !others.iter().all(alike)
        || resolve::takes_natural_exponent(ufunc, first.dtype())
    {
        return Ok(None);
    }
    let inputs: SmallVec<[Input<'_>; 3]> = arrays.iter().map(|array| Input::Run(array)).collect();
    call(ufunc, first.dtype(), &inputs, Some(out.array()))
}

/// How an input lies to a result of its shape where both are dense in one order.
#[inline]
fn lies(array: &Array, result: &Array) -> Overlap {
    if array.as_ptr() == result.as_ptr() && array.itemsize() == result.itemsize() {
        return Overlap::Same;
    }
    overlap(array, result)
}

/// Runs `bound` over few elements at one go: whether it did. Inputs whose memory the result may
/// share, which is `known` to others then, are copied before where the loop cannot read them there.
#[inline]
fn few(
    bound: &Loop,
    dtype: DType,
    inputs: &[Input<'_>],
    result: &Array,
    known: bool,
) -> Result<bool> {
    let n = result.size();
    let (mut copies, mut placed) = (SmallVec::<[Buffer; 3]>::new(), false);
    let mut runs = [In::from(&[0u8; 0][..]); 3];
    for (run, input) in runs.iter_mut().zip(inputs) {
        *run = match input {
            Input::Run(array) if known => match lies(array, result) {
                // SAFETY: the caller has seen that the array is dense and aligned, of `n` elements.
                Overlap::Disjoint => unsafe { In::from_raw(array.as_ptr(), n, dtype) },
                Overlap::Same if bound.in_place() && !placed => {
                    placed = true;
                    // SAFETY: no elements of an aligned array.
                    unsafe { In::from_raw(array.as_ptr(), 0, dtype) }
                }
                _ => {
                    let copy = buffer(n * dtype.size())?;
                    let ptr = copy.as_ptr();
                    copies.push(copy);
                    // SAFETY: the copy, which lives as long as the runs, has room for the `n`
                    // elements of the array, which the caller has seen to be dense.
                    unsafe {
                        ptr.copy_from_nonoverlapping(array.as_ptr(), n * dtype.size());
                        In::from_raw(ptr, n, dtype)
                    }
                }
            },
            // SAFETY: the caller has seen that the array is dense and aligned, of `n` elements.
            Input::Run(array) => unsafe { In::from_raw(array.as_ptr(), n, dtype) },
            Input::Value(value) if bound.repeats() => value.as_in(),
            Input::Value(value) => {
                let stage = repeated(value, n)?;
                let ptr = stage.as_ptr();
                copies.push(stage);
                // SAFETY: the stage, which lives as long as the runs, holds the value `n` times.
                unsafe { In::from_raw(ptr, n, dtype) }
            }
        };
    }
    // SAFETY: the result is dense, of `n` elements, and no run lies in it.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, result.dtype()) };
    bound.run(&runs[..inputs.len()], &mut [out]);
    Ok(true)
}

/// Whether results of `given`, in the shape and order of `like`, can be written to `out` directly.
pub(crate) fn receives(out: &Array, like: &Array, given: DType, order: Order) -> bool {
    let dense = match order {
        Order::C => out.is_c_contiguous(),
        Order::F => out.is_f_contiguous(),
    };
    dense && out.dtype() == given && out.shape() == like.shape() && out.is_aligned()
}

/// Where the elements of an input come from.
enum Source {
    /// A run that nobody writes.
    Run(Shared),
    /// The run that is written, by a loop that reads it there.
    Place,
    /// The run that is written: pieces are copied before.
    Written(Shared),
    /// One value.
    Value(Scalar),
}

/// Runs `bound` over whole dense arrays.
fn run(bound: &Loop, dtype: DType, sources: &[Source], result: &Array, plan: &Plan) -> Result<()> {
    let (n, size) = (result.size(), dtype.size());
    let (given, out_size) = (result.dtype(), result.itemsize());
    let repeats = bound.repeats();
    let staged = sources.iter().any(|source| match source {
        Source::Run(_) | Source::Place => false,
        Source::Written(_) => true,
        Source::Value(_) => !repeats,
    });
    let piece = if staged { n.min(STAGE_BYTES / size) } else { n };
    let mut values: SmallVec<[Option<Buffer>; 3]> = SmallVec::new();
    for source in sources {
        values.push(match source {
            Source::Value(value) if !repeats => Some(repeated(value, piece)?),
            _ => None,
        });
    }
    let out = Shared(result.as_mut_ptr());
    drive(plan, n, plan.chunk.max(1), &|range| {
        let mut copies: SmallVec<[Option<Buffer>; 3]> = SmallVec::new();
        for source in sources {
            copies.push(match source {
                Source::Written(_) => Some(buffer(piece * size)?),
                _ => None,
            });
        }
        for start in range.clone().step_by(piece) {
            let len = piece.min(range.end - start);
            let mut runs = [In::from(&[0u8; 0][..]); 3];
            for (i, source) in sources.iter().enumerate() {
                runs[i] = match source {
                    Source::Value(value) if repeats => value.as_in(),
                    Source::Value(_) => {
                        let ptr = values[i].as_ref().map_or(out.get(), Buffer::as_ptr);
                        // SAFETY: `repeated` made a stage of `piece` elements for this value.
                        unsafe { In::from_raw(ptr, len, dtype) }
                    }
                    // SAFETY: `len` elements of a dense, aligned array of `n`, which is not the result.
                    Source::Run(ptr) => unsafe {
                        In::from_raw(ptr.get().add(start * size), len, dtype)
                    },
                    // SAFETY: no elements of a dense, aligned array.
                    Source::Place => unsafe { In::from_raw(out.get(), 0, dtype) },
                    Source::Written(ptr) => {
                        let copy = copies[i].as_ref().map_or(out.get(), Buffer::as_ptr);
                        // SAFETY: the copy has room for `piece` elements, and the run, which is
                        // the result, is borrowed by nobody now.
                        unsafe {
                            copy.copy_from_nonoverlapping(ptr.get().add(start * size), len * size);
                            In::from_raw(copy, len, dtype)
                        }
                    }
                };
            }
            // SAFETY: the result is dense with `n` elements, of which `start` is one.
            let to = unsafe { out.get().add(start * out_size) };
            // SAFETY: each piece of the result is written once, and no run of the loop lies in it.
            let piece = unsafe { Out::from_raw(to, len, given) };
            bound.run(&runs[..sources.len()], &mut [piece]);
        }
        Ok(())
    })
}

fn buffer(bytes: usize) -> Result<Buffer> {
    Buffer::new(bytes).ok_or_else(|| Error::memory(bytes))
}

/// A stage of `n` times `value`.
fn repeated(value: &Scalar, n: usize) -> Result<Buffer> {
    let size = value.dtype().size();
    let stage = buffer(n * size)?;
    let target = Target::contiguous(stage.as_ptr(), size, [1, n]);
    // SAFETY: the stage is new and has room for `n` elements; the value is one of their size.
    unsafe { moves::fill(target, value.as_in().bytes().as_ptr()) };
    Ok(stage)
}
