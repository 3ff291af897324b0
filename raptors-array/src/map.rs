//! Ufuncs over arrays: types, shapes and memory are settled here, then the loops run.

mod once;
mod over;

pub use crate::operand::{MapOptions, Operand};
pub use crate::straight::{into, with_number};
use crate::{
    Array, Casting, Error, Result, adapt, assign,
    broadcast::broadcast,
    converted,
    create::new_like,
    layout, operand,
    overlap::{Overlap, overlap},
    promote::Arg,
    quick,
    resolve::{self, Resolved},
    small,
    straight::{self, Input},
    target::Target,
    twice,
};
use raptors_kernels::{DType, Level, Ufunc};
use smallvec::SmallVec;

/// `ufunc` of one array.
///
/// # Errors
///
/// If the ufunc does not take one input or has no loop for the dtype, or memory runs out.
#[inline]
pub fn unary(ufunc: Ufunc, x: &Array) -> Result<Array> {
    if let Some(result) = quick::value(|room| quick::call(ufunc, [x], room)) {
        return Ok(result);
    }
    if ufunc.nin() == 1
        && let Some(result) = straight::call(ufunc, x.dtype(), &[Input::Run(x)], None)?
    {
        return Ok(result);
    }
    single(map(ufunc, &[x.into()], &mut [], &MapOptions::default())?)
}

/// `ufunc` of two arrays, broadcast against each other.
///
/// # Errors
///
/// If the shapes do not broadcast, the ufunc does not take two inputs or has no loop for the
/// dtypes, or memory runs out.
#[inline]
pub fn binary(ufunc: Ufunc, x: &Array, y: &Array) -> Result<Array> {
    let alike = quick::value(|room| quick::call(ufunc, [x, y], room));
    let few = alike.or_else(|| quick::value(|room| quick::broadcast(ufunc, x, y, room)));
    if let Some(result) = few {
        return Ok(result);
    }
    if ufunc.nin() == 2 && x.shape() == y.shape() && x.dtype() == y.dtype() {
        if resolve::takes_natural_exponent(ufunc, x.dtype()) {
            Operand::from(y).check_exponent(y.dtype())?;
        }
        let inputs = [Input::Run(x), Input::Run(y)];
        if let Some(result) = straight::call(ufunc, x.dtype(), &inputs, None)? {
            return Ok(result);
        }
    }
    single(map(
        ufunc,
        &[x.into(), y.into()],
        &mut [],
        &MapOptions::default(),
    )?)
}

fn single(results: SmallVec<[Array; 2]>) -> Result<Array> {
    results.into_iter().next().ok_or(Error::Internal {
        what: "a ufunc gave no result",
    })
}

/// `ufunc` of arrays and Python numbers, broadcast against each other, into `outs` where given.
///
/// # Errors
///
/// NumPy's: shapes that do not broadcast, dtypes without a loop, casts that `casting` forbids,
/// Python integers that do not fit, no memory.
pub fn map(
    ufunc: Ufunc,
    inputs: &[Operand<'_>],
    outs: &mut [Option<Target<'_>>],
    options: &MapOptions<'_>,
) -> Result<SmallVec<[Array; 2]>> {
    if inputs.len() != ufunc.nin() || outs.len() > ufunc.nout() {
        return Err(Error::Arity {
            ufunc: ufunc.name(),
            given: inputs.len(),
        });
    }
    if let (Some(mask), [Some(out)]) = (options.where_, &*outs)
        && options.dtype.is_none()
        && let Some(arrays) = operand::arrays(inputs)
        && quick::masked(ufunc, &arrays, mask, out.array()).is_some()
    {
        return Ok(SmallVec::from_iter([out.array().clone()]));
    }
    if let Some(results) = adapt::adapted(ufunc, inputs, outs, options)? {
        return Ok(results);
    }
    let mut args: SmallVec<[Arg; 3]> = inputs.iter().map(Operand::arg).collect();
    let mut inputs: SmallVec<[Operand<'_>; 3]> = inputs.iter().copied().collect();
    operand::look(ufunc, &mut inputs, &mut args).ok_or(Error::IntegerTooLarge)?;
    let inputs = inputs.as_slice();
    if let [alone] = args.as_mut_slice() {
        // Only beside others does the type of a number give way.
        *alone = Arg::Array(alone.dtype());
    }
    let resolved = match options.dtype {
        None => resolve::resolve(ufunc, &args)?,
        Some(dtype) => resolve::resolve_as(ufunc, dtype, options.casting, &args)?,
    };
    // Numbers are judged first, and where nothing is computed as well.
    resolved.check_numbers(&args, options.casting)?;
    let truths = args.contains(&Arg::Array(DType::Bool));
    for (input, &dtype) in inputs.iter().zip(resolved.inputs()) {
        input.check_number(ufunc, dtype, truths)?;
    }
    let resolved = looked_at(resolved, inputs, &args, options)?;
    for (i, out) in outs.iter().enumerate() {
        if let Some(out) = out {
            resolved.check_output(i, out.array().dtype(), options.casting)?;
        }
    }
    if options.where_.is_none() && options.order.is_none() {
        if let Some(sources) = straight::inputs(inputs, resolved) {
            if resolved.takes_natural_exponent() && layout::size(inputs[0].shape()) > 0 {
                inputs[1].check_exponent(resolved.inputs()[1])?;
            }
            let out = outs.first().and_then(Option::as_ref).map(Target::array);
            if let Some(result) = straight::call(ufunc, resolved.dtype(), &sources, out)? {
                return Ok(SmallVec::from_iter([result]));
            }
        }
        if let Some(results) = converted::call(resolved, inputs, outs)? {
            return Ok(results);
        }
    }
    let mut shapes: SmallVec<[&[usize]; 6]> = inputs.iter().map(Operand::shape).collect();
    shapes.extend(options.where_.map(Array::shape));
    let shape = broadcast(&shapes).map_err(|_| apart(inputs, outs, options))?;
    let copies = match options.dtype {
        None => once::converted(inputs, resolved, &shape)?,
        Some(_) => SmallVec::new(),
    };
    let inputs = once::instead(inputs, &copies);
    let inputs = inputs.as_slice();
    if options.where_.is_none()
        && options.order.is_none()
        && options.dtype.is_none()
        && let Some(result) = by_row(ufunc, inputs, outs)
    {
        return Ok(SmallVec::from_iter([result]));
    }
    if options.where_.is_none()
        && options.order.is_none()
        && outs.iter().all(Option::is_none)
        && !resolved.takes_natural_exponent()
        && let Some(result) = small::call(ufunc, inputs, resolved)?
    {
        return Ok(SmallVec::from_iter([result]));
    }
    let results = results(ufunc, inputs, outs, options, resolved, &shape)?;
    if resolved.takes_natural_exponent() && layout::size(&shape) > 0 {
        inputs[1].check_chosen_exponent(resolved.inputs()[1], options.where_)?;
    }
    if twice::overlaps(&results) {
        return twice::map(ufunc, inputs, results, options);
    }
    let shape = results.first().map_or(shape.as_slice(), Array::shape);
    if layout::size(shape) > 0 {
        Call {
            ufunc,
            inputs,
            options,
            resolved,
            results: &results,
            given: outs.iter().any(Option::is_some),
            shape,
        }
        .run()?;
    }
    Ok(results)
}

/// `resolved`, or for logic the loop of truth values, where most elements have to be converted: a byte of each
/// takes less time to make and to look at than the dtype they have in common. The casts of the inputs are checked.
fn looked_at(
    resolved: Resolved,
    inputs: &[Operand<'_>],
    args: &[Arg],
    options: &MapOptions<'_>,
) -> Result<Resolved> {
    if options.dtype.is_some() {
        return Ok(resolved);
    }
    if !resolved.tells_truths(args) {
        if matches!(options.casting, Casting::No | Casting::Equiv) {
            resolved.check_inputs(args, options.casting)?;
        }
        return Ok(resolved);
    }
    let sizes = || inputs.iter().map(|input| layout::size(input.shape()));
    let most = sizes().max().unwrap_or(0);
    let mut large = sizes().zip(args).filter(|&(size, _)| size > most / 2);
    let converts = large.any(|(_, &arg)| arg != Arg::Array(resolved.dtype()));
    Ok(if converts {
        resolved.of_truths()
    } else {
        resolved
    })
}

/// `ufunc` of operands of one dtype that need no walk; nothing for others.
fn by_row(ufunc: Ufunc, inputs: &[Operand<'_>], outs: &[Option<Target<'_>>]) -> Option<Array> {
    let out = outs.first().and_then(Option::as_ref).map(Target::array);
    match (inputs, out) {
        (&[x], None) => quick::value(|room| quick::by_row(ufunc, &[x], usize::MAX, room)),
        (&[x, y], None) => quick::value(|room| quick::by_row(ufunc, &[x, y], usize::MAX, room)),
        (&[x], Some(to)) => {
            // SAFETY: a target may be written.
            let done = unsafe { quick::into_rows(ufunc, &[x], usize::MAX, to) };
            done.map(|()| to.clone())
        }
        (&[x, y], Some(to)) => {
            // SAFETY: a target may be written.
            let done = unsafe { quick::into_rows(ufunc, &[x, y], usize::MAX, to) };
            done.map(|()| to.clone())
        }
        _ => None,
    }
}

/// What is wrong with operands whose shapes do not broadcast: all of them, in the order in which they are given.
#[cold]
fn apart(inputs: &[Operand<'_>], outs: &[Option<Target<'_>>], options: &MapOptions<'_>) -> Error {
    let outs = outs.iter().flatten().map(|out| out.array().shape());
    let shapes = inputs.iter().map(Operand::shape).chain(outs);
    let shapes = shapes.chain(options.where_.map(Array::shape));
    Error::Broadcast {
        shapes: shapes.map(Into::into).collect(),
    }
}

/// The arrays that the results go to: those given, whose shapes are checked, and new ones for the rest.
fn results(
    ufunc: Ufunc,
    inputs: &[Operand<'_>],
    outs: &mut [Option<Target<'_>>],
    options: &MapOptions<'_>,
    resolved: Resolved,
    shape: &[usize],
) -> Result<SmallVec<[Array; 2]>> {
    let given: SmallVec<[Option<&Array>; 2]> = (0..ufunc.nout())
        .map(|i| outs.get(i)?.as_ref().map(Target::array))
        .collect();
    let mut shapes: SmallVec<[&[usize]; 3]> = given.iter().flatten().map(|a| a.shape()).collect();
    shapes.push(shape);
    let full = broadcast(&shapes).map_err(|_| apart(inputs, outs, options))?;
    for out in given.iter().flatten() {
        if out.shape() != full.as_slice() {
            return Err(Error::BroadcastOutput {
                output: out.shape().into(),
                broadcast: full,
            });
        }
    }
    let arrays: SmallVec<[&Array; 3]> = inputs
        .iter()
        .filter_map(|x| {
            if let Operand::Array(a) = x {
                Some(*a)
            } else {
                None
            }
        })
        .collect();
    given
        .into_iter()
        .zip(resolved.outputs())
        .map(|(out, &dtype)| match out {
            Some(array) => Ok(array.clone()),
            None => new_like(&full, dtype, options.order, &arrays),
        })
        .collect()
}

/// A call whose types, shapes and results are settled.
struct Call<'a> {
    ufunc: Ufunc,
    inputs: &'a [Operand<'a>],
    options: &'a MapOptions<'a>,
    resolved: Resolved,
    results: &'a [Array],
    /// Whether the results are arrays that were given.
    given: bool,
    shape: &'a [usize],
}

/// How often each element of an input is read, on average, from which a copy without gaps pays.
const REPEATED: usize = 8;

/// An input as the walk sees it.
struct Fed {
    /// The array, or a copy of it where the results overlap it elsewhere.
    array: Array,
    /// Whether the loop writes exactly this memory.
    apart: bool,
}

impl Call<'_> {
    fn run(&self) -> Result<()> {
        let bound = self
            .ufunc
            .bind(Level::get(), self.resolved.dtype())
            .ok_or(Error::NoLoop { ufunc: self.ufunc })?;
        let mut fed: SmallVec<[Fed; 4]> = SmallVec::new();
        for (input, &dtype) in self.inputs.iter().zip(self.resolved.inputs()) {
            fed.push(match input {
                Operand::Array(array) => self.fed(array)?,
                Operand::Number(number) => {
                    let scalar = match number.to_scalar(dtype) {
                        Err(error) => {
                            let (inputs, result) = (self.inputs, &self.results[0]);
                            let first = fed.is_empty();
                            let beyond = adapt::Beyond {
                                number: *number,
                                first,
                                error,
                            };
                            return beyond.compare(self.ufunc, inputs, result, self.options);
                        }
                        Ok(scalar) => scalar,
                    };
                    Fed {
                        array: Array::from_scalar(&scalar)?,
                        apart: false,
                    }
                }
            });
        }
        if let Some(mask) = self.options.where_ {
            fed.push(self.fed(mask)?);
        }
        self.over(&bound, &fed)
    }

    fn fed(&self, array: &Array) -> Result<Fed> {
        let mut apart = false;
        for result in self.results {
            match overlap(array, result) {
                Overlap::Disjoint => {}
                Overlap::Same => apart = true,
                Overlap::Possible => {
                    return Ok(Fed {
                        array: assign::copy(array, None)?,
                        apart: false,
                    });
                }
            }
        }
        let n: usize = self.shape.iter().product();
        // What lies apart and is read again and again is brought together once.
        let gaps = array.size() > 1 && !array.is_c_contiguous() && !array.is_f_contiguous();
        if gaps && !apart && array.size().saturating_mul(REPEATED) <= n {
            return Ok(Fed {
                array: assign::copy(array, None)?,
                apart,
            });
        }
        Ok(Fed {
            array: array.clone(),
            apart,
        })
    }
}
