//! Ufuncs applied in place to single elements, once for every time that one is named: `ufunc.at`.

use crate::dense::dense;
use crate::{
    Array, Casting, DType, Error, Order, Result, Scalar, Ufunc, assign,
    overlap::{Overlap, overlap},
    promote::{Arg, cast_scalar},
    resolve::resolve,
    target::Target,
};
use raptors_kernels::{Level, at::at as kernels_at};

/// `x[place] = ufunc(x[place], value)` for each of `places`, which count elements in C order, one
/// after the other; without `values`, for a ufunc of one input.
///
/// # Errors
///
/// If a place is out of bounds, the ufunc has no such loop, its result cannot be cast to the dtype
/// of `target`, or memory runs out.
pub fn at(ufunc: Ufunc, target: &Target<'_>, places: &Array, values: Option<&Array>) -> Result<()> {
    let array = target.array();
    let args: Vec<Arg> = [Some(array), values]
        .into_iter()
        .flatten()
        .map(|x| Arg::Array(x.dtype()))
        .collect();
    if args.len() != ufunc.nin() || ufunc.nout() != 1 {
        let given = args.len();
        return Err(Error::Arity {
            ufunc: ufunc.name(),
            given,
        });
    }
    let resolved = resolve(ufunc, &args)?;
    resolved.check_output(0, array.dtype(), Casting::SameKind)?;
    let bound = ufunc
        .bind(Level::get(), resolved.dtype())
        .ok_or(Error::NoLoop { ufunc })?;
    // What shares memory with the target is read as it was before.
    let apart = |x: &Array, dtype| match overlap(x, array) {
        Overlap::Disjoint => dense(x, dtype),
        _ => assign::astype(x, dtype, Some(Order::C)),
    };
    let places = apart(places, DType::I64)?;
    let values = values
        .map(|values| apart(values, bound.inputs()[1]))
        .transpose()?;
    // Elements are reached by their number where they lie in order; others are copied and put back.
    let dense = dense(array, array.dtype())?;
    let mut memory = Target::fresh(&dense);
    if let (Some(values), Some(numbers)) = (&values, places.as_slice::<i64>())
        && bound.outputs()[0] == dense.dtype()
        && let (Some(mut out), Some(run)) =
            (memory.run(0, dense.size()), values.run(0, values.size()))
        && kernels_at(ufunc, &mut out, numbers, run)
    {
        return put_back(target, &dense);
    }
    let missing = || Error::Internal {
        what: "an element out of reach",
    };
    for i in 0..places.size() {
        let mut place = Scalar::zero(DType::I64);
        copy(&mut place, &places, i).ok_or_else(missing)?;
        let place = place.get::<i64>();
        let at = usize::try_from(place).ok().filter(|&at| at < dense.size());
        let at = at.ok_or(Error::Index {
            index: place,
            axis: None,
            size: dense.size(),
        })?;
        let mut before = Scalar::zero(dense.dtype());
        copy(&mut before, &dense, at).ok_or_else(missing)?;
        let before = cast_scalar(&before, bound.inputs()[0]);
        let mut after = Scalar::zero(bound.outputs()[0]);
        match &values {
            None => bound.run(&[before.as_in()], &mut [after.as_out()]),
            Some(values) => {
                let value = values.run(i, 1).ok_or_else(missing)?;
                bound.run(&[before.as_in(), value], &mut [after.as_out()]);
            }
        }
        let after = cast_scalar(&after, dense.dtype());
        let mut out = memory.run(at, 1).ok_or_else(missing)?;
        out.bytes().copy_from_slice(after.as_in().bytes());
    }
    put_back(target, &dense)
}

/// Writes the elements that were copied, if they were, to where they came from.
fn put_back(target: &Target<'_>, dense: &Array) -> Result<()> {
    if !dense.buffer().same(target.array().buffer()) {
        assign::assign(target, &dense.into(), Casting::No)?;
    }
    Ok(())
}

/// Reads element `i` of a dense array into a scalar of its type.
fn copy(scalar: &mut Scalar, array: &Array, i: usize) -> Option<()> {
    let element = array.run(i, 1)?;
    scalar.as_out().bytes().copy_from_slice(element.bytes());
    Some(())
}
