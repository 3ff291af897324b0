//! What a reduction is asked for, in the types that it computes in.

use super::Any;
use crate::{array, creation, dtype, guard, interop};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat};
use raptors_array::reduce::Reduction;
use raptors_array::{Arg, DType, Kind, Scalar, Ufunc, layout, resolve};
use raptors_kernels::{Level, fold::Fold};

/// The ufunc that is applied again and again.
pub(super) fn ufunc(what: Reduction) -> Option<Ufunc> {
    match what {
        Reduction::Fold(fold) => fold.ufunc(),
        Reduction::Ufunc(ufunc) => Some(ufunc),
        _ => None,
    }
}

/// Whether no loop takes elements of `dtype` and gives results of the same.
pub(super) fn lacks_steps(ufunc: Ufunc, dtype: DType) -> bool {
    // What is computed through float32 is given as float16 again.
    let computed = match dtype {
        DType::F16 => DType::F32,
        dtype => dtype,
    };
    let bound = ufunc.bind(Level::get(), computed);
    bound.is_none_or(|bound| bound.outputs() != [computed])
}

/// Refuses axes that an array of `ndim` axes has not: they are judged before types and values.
pub(super) fn refuse_axes(axes: Option<&[isize]>, ndim: usize) -> PyResult<()> {
    for &axis in axes.into_iter().flatten().filter(|_| ndim > 0) {
        guard::quick(|| layout::axis(axis as i64, ndim, None))?;
    }
    Ok(())
}

/// The value that `initial=` gives; what the type of the results has no place for is NumPy's error.
pub(super) fn initial(
    what: Reduction,
    from: DType,
    asked: Option<DType>,
    object: Option<&Any<'_>>,
) -> PyResult<Option<Scalar>> {
    let Some(object) = object.filter(|object| !object.is_none()) else {
        return Ok(None);
    };
    let given = asked.or_else(|| match what {
        Reduction::Fold(fold) => fold.accumulator(from),
        Reduction::Ufunc(ufunc) => Fold::of(ufunc).map_or_else(
            || {
                let resolved = resolve(ufunc, &[Arg::Array(from), Arg::Array(from)]);
                resolved.ok().map(|resolved| resolved.outputs()[0])
            },
            |fold| fold.accumulator(from),
        ),
        _ => None,
    });
    let fits = |given: &DType| match given.kind() {
        Kind::Float | Kind::Complex => object.is_exact_instance_of::<PyFloat>(),
        _ => false,
    };
    let known = array::of(object).is_some() || interop::is_numpy(object);
    let value = match given.filter(|given| !known && !fits(given)) {
        Some(given) => {
            let options = PyDict::new(object.py());
            options.set_item("dtype", dtype::object(object.py(), given)?)?;
            interop::through_numpy(object, Some(&options))?
        }
        None => creation::as_object(object)?,
    };
    guard::quick(|| value.get().array.item()).map(Some)
}
