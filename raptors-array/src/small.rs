//! The short way for few elements: Python numbers and inputs that the result overwrites are
//! repeated or copied on the stack, then one loop runs over dense runs.

use crate::{
    Array, Order, Result,
    operand::Operand,
    overlap::{Overlap, overlap},
    resolve::Resolved,
    target::Target,
};
use raptors_kernels::{In, Level, Ufunc, with_dtype};

/// Elements up to which the short way is taken: what is cheap to put on the stack.
const MOST: usize = 64;
/// Most inputs of the ufuncs that take the short way.
const NIN: usize = 2;

/// One result of `ufunc`, into `out` where given; nothing where inputs are converted, broadcast,
/// not dense, or many.
pub(crate) fn map(
    ufunc: Ufunc,
    resolved: Resolved,
    inputs: &[Operand<'_>],
    out: Option<&Array>,
) -> Result<Option<Array>> {
    let mut arrays = inputs.iter().filter_map(|input| match input {
        Operand::Array(array) => Some(*array),
        Operand::Number(_) => None,
    });
    let Some(like) = arrays.next() else {
        return Ok(None);
    };
    let (n, dtype) = (like.size(), like.dtype());
    let [given] = *resolved.outputs() else {
        return Ok(None);
    };
    let plain = inputs.len() <= NIN
        && (1..=MOST).contains(&n)
        && resolved.computed() == dtype
        && resolved.inputs().iter().all(|&input| input == dtype)
        && arrays.all(|array| array.shape() == like.shape() && array.dtype() == dtype)
        && out.is_none_or(|out| out.shape() == like.shape() && out.dtype() == given);
    let Some(bound) = ufunc.bind(Level::get(), dtype).filter(|_| plain) else {
        return Ok(None);
    };
    let result = match out {
        Some(out) => out.clone(),
        None => Array::empty(like.shape(), given, Order::C)?,
    };
    let mut target = Target::fresh(&result);
    with_dtype!(dtype, T => {
        let mut stages = [[T::default(); MOST]; NIN];
        let mut runs = [In::from(&[] as &[T]); NIN];
        for ((input, run), stage) in inputs.iter().zip(&mut runs).zip(&mut stages) {
            let stage = &mut stage[..n];
            *run = match input {
                Operand::Number(number) => {
                    // Numbers that do not fit have their errors on the long way.
                    let Ok(scalar) = number.to_scalar(dtype) else { return Ok(None) };
                    stage.fill(scalar.get::<T>());
                    In::from(&*stage)
                }
                Operand::Array(array) => {
                    let Some(elements) = array.as_slice::<T>() else { return Ok(None) };
                    if out.is_some_and(|out| overlap(array, out) != Overlap::Disjoint) {
                        stage.copy_from_slice(elements);
                        In::from(&*stage)
                    } else {
                        In::from(elements)
                    }
                }
            };
        }
        let Some(run) = target.run(0, n) else { return Ok(None) };
        bound.run(&runs[..inputs.len()], &mut [run]);
    });
    Ok(Some(result))
}
