//! Short ways of sums of products: of vectors and matrices, of labels, and of runs that slide along others.

use super::Given;
use crate::array::{self, Object};
use crate::forward::Args;
use crate::{einsum, guard, interop, list, stats};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use raptors_array::convolve::Mode;
use raptors_array::{Array, Casting, Kind, Ufunc, assign, map, promote_types};

/// The mode that the third argument names, or `default` where there is none.
fn mode(args: &Args<'_, '_>, default: Mode) -> Option<Mode> {
    let Some(name) = args.get(2) else {
        return Some(default);
    };
    match name.cast_exact::<PyString>().ok()?.to_str().ok()? {
        "valid" => Some(Mode::Valid),
        "same" => Some(Mode::Same),
        "full" => Some(Mode::Full),
        _ => None,
    }
}

/// Two runs that have elements, one of them an array and the other one or a list, in the dtype that
/// both promote to.
fn alike(args: &Args<'_, '_>) -> PyResult<Option<[Array; 2]>> {
    let read = |place| match args.get(place) {
        Some(given) => match array::of(given) {
            Some(array) => Ok(Some(array.clone())),
            None if given.is_exact_instance_of::<PyList>() => list::read(given, None),
            None => Ok(None),
        },
        None => Ok(None),
    };
    if args.array(0).is_none() && args.array(1).is_none() {
        return Ok(None);
    }
    let (Some(x), Some(y)) = (read(0)?, read(1)?) else {
        return Ok(None);
    };
    if x.ndim() != 1 || y.ndim() != 1 || x.size() == 0 || y.size() == 0 {
        return Ok(None);
    }
    let dtype = promote_types(x.dtype(), y.dtype());
    let typed = |array: Array| {
        if array.dtype() == dtype {
            return Ok(array);
        }
        guard::run(args.py(), array.size(), || {
            assign::astype(&array, dtype, None)
        })
    };
    Ok(Some([typed(x)?, typed(y)?]))
}

/// What a ufunc over vectors, which is the first argument, gives of two arrays: its core checks them itself. In an
/// output of their type, if its shape turns out to be the result's.
pub(super) fn of_vectors<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let (Some(ufunc), Some(x), Some(y)) = (args.get(0), args.array(1), args.array(2)) else {
        return Ok(None);
    };
    let dtype = |object: &Object<'py>| object.get().array.dtype();
    let out = match (args.given(3), args.array(3)) {
        (None, _) => None,
        (_, Some(out)) if out.get().writeable() && [x, y].map(dtype) == [dtype(out); 2] => {
            Some(out)
        }
        _ => return Ok(None),
    };
    let core = ufunc.getattr(pyo3::intern!(args.py(), "_core"))?;
    let Some(out) = out else {
        return core.call1((x, y)).map(Some);
    };
    // What is wrong is told of after what is wrong with the output.
    let Some(result) = guard::tried(core.call1((x, y))) else {
        return Ok(None);
    };
    let to = &out.get().array;
    let fits = |array: &&Array| array.shape() == to.shape() && array.dtype() == to.dtype();
    let Some(array) = array::of(&result).filter(fits) else {
        return Ok(None);
    };
    if !interop::copy(to, array) {
        let output = out.get().clone_array();
        let target = interop::output(&output)?;
        guard::run(args.py(), array.size(), || {
            assign::assign(&target, &array.into(), Casting::No)
        })?;
    }
    Ok(Some(out.clone().into_any()))
}

/// What `einsum` gives of subscripts in one text and one array or two.
pub(super) fn summed<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    match args.get(0) {
        Some(text) => einsum::plain(text, args.rest(1), false),
        None => Ok(None),
    }
}

/// What `convolve` gives of two runs.
pub(super) fn convolved<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let (Some([mut x, mut y]), Some(mode)) = (alike(args)?, mode(args, Mode::Full)) else {
        return Ok(None);
    };
    if y.size() > x.size() {
        (x, y) = (y, x);
    }
    let last = y.size() as i64 - 1;
    let turned = guard::quick(|| y.slice(last, i64::MIN, -1))?;
    stats::correlated(args.py(), &x, &turned, mode).map(Some)
}

/// What `correlate` gives of two runs, the longer one first.
pub(super) fn correlated<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    match (alike(args)?, mode(args, Mode::Valid)) {
        (Some([x, mut y]), Some(mode)) if x.size() >= y.size() => {
            if y.dtype().kind() == Kind::Complex {
                y = guard::quick(|| map::unary(Ufunc::conjugate, &y))?;
            }
            stats::correlated(args.py(), &x, &y, mode).map(Some)
        }
        _ => Ok(None),
    }
}
