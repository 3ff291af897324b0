//! The methods of ufuncs that work along one axis: `accumulate` and `reduceat`.

use super::{Any, asked::lacks_steps, compares, judges};
use crate::array::{self, Object};
use crate::{axis, call, convert, creation, dtype, guard, interop, operator, status, value};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use raptors_array::map::Operand;
use raptors_array::{
    Array, Casting, DType, Error, Order, Ufunc, assign, can_cast, layout, promote_types, reduce,
};
use raptors_kernels::Status;
use raptors_kernels::fold::Fold;

/// `ufunc.accumulate(object, axis, dtype, out)`.
pub(crate) fn accumulate<'py>(
    ufunc: Ufunc,
    object: &Any<'py>,
    axis: Option<&Any<'py>>,
    dtype: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    match only_axis(object, axis, "accumulate") {
        Ok(axis) => accumulated(ufunc, object, axis, dtype, out),
        Err(error) => {
            // What is wrong with the other arguments is told first.
            Method::new(ufunc, "accumulate", dtype, out)?.output()?;
            Err(error)
        }
    }
}

/// As [`accumulate`], along an axis that is known.
pub(super) fn accumulated<'py>(
    ufunc: Ufunc,
    object: &Any<'py>,
    axis: isize,
    dtype: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    if dtype.is_none()
        && out.is_none()
        && let Some(array) = array::of(object).filter(|array| array.ndim() > 0)
        && let Some(result) = few(object.py(), ufunc, Fold::of(ufunc), array, Some(axis))
    {
        return result;
    }
    let method = Method::new(ufunc, "accumulate", dtype, out)?;
    // This comes before all that is wrong with dtypes.
    let known = |array: &Array| match (array.ndim(), axis) {
        (0, 0 | -1) => Err(Error::AccumulateScalar),
        _ => Ok(()),
    };
    let fits = |array: &Array, output: &Array, dtype: Option<DType>| {
        layout::axis(axis as i64, array.ndim(), None)?;
        let steps = dtype.unwrap_or(array.dtype());
        let alike = array.dtype() == steps && output.dtype() == steps;
        reduce::fit_prefixes(array, output, alike)
    };
    method.run(object, &[], axis, known, fits, |array, dtype| {
        reduce::accumulate(ufunc, array, axis, dtype)
    })
}

/// Every prefix of few elements folded, in the place of applying `ufunc` to them; nothing where there is
/// another way to go.
pub(super) fn few<'py>(
    py: Python<'py>,
    ufunc: Ufunc,
    fold: Option<Fold>,
    array: &Array,
    axis: Option<isize>,
) -> Option<PyResult<Any<'py>>> {
    operator::told_as(py, ufunc, "accumulate", |room| {
        reduce::scanned_few(fold?, array, axis, room)
    })
}

/// The axis to scan: none for all elements in order, as which an array without axes, which has one here, is taken.
pub(super) fn chosen_axis(array: &Array, axis: Option<isize>) -> PyResult<Option<isize>> {
    match axis {
        Some(axis) if array.ndim() == 0 => {
            guard::quick(|| layout::axis(axis as i64, 1, None))?;
            Ok(None)
        }
        axis => Ok(axis),
    }
}

/// Every prefix of an axis of `array`, or of all its elements in order, by a fold of floating-point numbers
/// that does what `ufunc` does and has no ufunc of its own.
pub(crate) fn scanned<'py>(
    ufunc: Ufunc,
    fold: Fold,
    array: &Object<'py>,
    axis: Option<isize>,
) -> PyResult<Any<'py>> {
    let (py, this) = (array.py(), &array.get().array);
    let axis = chosen_axis(this, axis)?;
    if let Some(result) = few(py, ufunc, Some(fold), this, axis) {
        return result;
    }
    let work = this.size().saturating_mul(ufunc.cost() as usize);
    let result = guard::named(py, ufunc, "accumulate", work, || {
        reduce::scanned(fold, this, axis)
    })?;
    Ok(array::result(py, result)?.into_any())
}

/// `ufunc.reduceat(object, indices, axis, dtype, out)`.
pub(crate) fn reduceat<'py>(
    ufunc: Ufunc,
    object: &Any<'py>,
    indices: &Any<'py>,
    axis: Option<&Any<'py>>,
    dtype: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let method = Method::new(ufunc, "reduceat", dtype, out)?;
    let starts = starts(indices)?;
    method.output()?;
    let axis = only_axis(object, axis, "reduceat")?;
    let known = |array: &Array| reduce::check_starts(ufunc, array, &starts, axis).map(|_| ());
    let fits = |array: &Array, output: &Array, _: Option<DType>| {
        let axis = layout::axis(axis as i64, array.ndim(), None)?;
        reduce::fit_segments(array, output, starts.len(), axis)
    };
    method.run(object, &[indices], axis, known, fits, |array, dtype| {
        reduce::reduceat(ufunc, array, &starts, axis, dtype)
    })
}

/// The axis that `axis` means to a method that works along one: the first if it is not given, the only one there is
/// if it is `None`, and the one in a tuple.
fn only_axis(array: &Any<'_>, axis: Option<&Any<'_>>, method: &str) -> PyResult<isize> {
    let ndim = || PyResult::Ok(creation::as_object(array)?.get().array.ndim());
    match axis {
        None => return Ok(0),
        Some(axis) if axis.is_none() => {
            if ndim()? <= 1 {
                return Ok(0);
            }
        }
        Some(axis) => {
            let Ok(tuple) = axis.cast::<PyTuple>() else {
                return axis::of_several(axis);
            };
            let mut only = None;
            for item in tuple.iter_borrowed() {
                let (place, ndim) = (axis::of_several(&item)?, ndim()?);
                guard::quick(|| layout::axis(place as i64, ndim, None))?;
                only = Some(place);
            }
            if let (1, Some(only)) = (tuple.len(), only) {
                return Ok(only);
            }
        }
    }
    let words = format!("{method} does not allow multiple axes");
    Err(PyValueError::new_err(words))
}

/// Indices along one axis.
fn starts(indices: &Any<'_>) -> PyResult<Vec<i64>> {
    let (to, casting) = (DType::I64, Casting::Safe);
    let is_array = array::of(indices).is_some() || interop::is_numpy(indices);
    let object = if is_array {
        match guard::tried(creation::as_object(indices)) {
            Some(object) => object,
            None => refused(indices)?,
        }
    } else {
        // An empty list has no numbers that an index could not be.
        let plain = guard::tried(creation::as_object(indices)).filter(|object| {
            let array = &object.get().array;
            array.ndim() == 1 && (array.size() == 0 || can_cast(array.dtype(), to, casting))
        });
        match plain {
            Some(object) => object,
            None => converted(indices)?,
        }
    };
    let array = &object.get().array;
    let from = array.dtype();
    if array.ndim() != 1 {
        let words = if array.ndim() == 0 {
            "object of too small depth for desired array"
        } else {
            "object too deep for desired array"
        };
        return Err(PyValueError::new_err(words));
    }
    if is_array && !can_cast(from, to, casting) {
        return Err(crate::error::raise(&Error::Cast { from, to, casting }));
    }
    let starts = guard::quick(|| assign::astype(array, to, Some(Order::C)))?;
    Ok(starts.as_slice::<i64>().unwrap_or_default().to_vec())
}

/// The indices that NumPy takes what is no array for: each number goes through Python's `int`. What it
/// refuses is its error.
#[cold]
fn converted<'py>(indices: &Any<'py>) -> PyResult<Object<'py>> {
    let py = indices.py();
    let options = PyDict::new(py);
    options.set_item("dtype", dtype::object(py, DType::I64)?)?;
    if let Some(object) = guard::tried(interop::through_numpy(indices, Some(&options)))
        && object.get().array.ndim() == 1
    {
        return Ok(object);
    }
    refused(indices)
}

/// What NumPy says of indices that it does not take.
#[cold]
fn refused<'py>(indices: &Any<'py>) -> PyResult<Object<'py>> {
    let numpy = indices.py().import("numpy")?;
    let nothing = numpy.call_method1("zeros", (0,))?;
    let refused = numpy
        .getattr("add")?
        .call_method1("reduceat", (nothing, indices));
    creation::as_object(&refused?)
}

/// Refuses ufuncs that have no method called `name`, since they give several results, or take other than two inputs.
pub(crate) fn check_arity(ufunc: Ufunc, name: &str) -> PyResult<()> {
    let lacking = match (ufunc.nin(), ufunc.nout()) {
        (2, 1) => return Ok(()),
        (2, _) => "functions returning a single value",
        _ => "binary functions",
    };
    let words = format!("{name} only supported for {lacking}");
    Err(PyValueError::new_err(words))
}

/// A method of a ufunc that works along one axis.
struct Method<'a, 'py> {
    ufunc: Ufunc,
    name: &'static str,
    dtype: Option<&'a Any<'py>>,
    out: Option<&'a Any<'py>>,
}

impl<'a, 'py> Method<'a, 'py> {
    fn new(
        ufunc: Ufunc,
        name: &'static str,
        dtype: Option<&'a Any<'py>>,
        out: Option<&'a Any<'py>>,
    ) -> PyResult<Self> {
        check_arity(ufunc, name)?;
        Ok(Self {
            ufunc,
            name,
            dtype,
            out,
        })
    }

    /// The output that is given, alone or in a tuple, and its memory, which may be written; no memory where its
    /// dtype is one that only NumPy has.
    fn output(&self) -> PyResult<Option<(Any<'py>, Option<Array>)>> {
        let Some(out) = call::sole(self.out)? else {
            return Ok(None);
        };
        let output = call::writeable(&out)?;
        if let Some(output) = &output {
            interop::output(output)?;
        }
        Ok(Some((out, output)))
    }

    /// What `f` computes of an array, of the elements that `known` finds all that is asked for of, and for which an
    /// output `fits`.
    fn run(
        &self,
        object: &Any<'py>,
        others: &[&Any<'py>],
        axis: isize,
        known: impl Fn(&Array) -> raptors_array::Result<()>,
        fits: impl Fn(&Array, &Array, Option<DType>) -> raptors_array::Result<()>,
        f: impl Fn(&Array, Option<DType>) -> raptors_array::Result<Array> + Send + Sync,
    ) -> PyResult<Any<'py>> {
        let py = object.py();
        let asked = self.dtype.filter(|dtype| !dtype.is_none());
        let delegate = || self.delegate(object, others, axis);
        let Some(value) = value::read(object)? else {
            return delegate();
        };
        let number;
        let array = if let Operand::Array(array) = value.operand() {
            array
        } else {
            number = creation::as_object(object)?;
            &number.get().array
        };
        let dtype = match asked.map(dtype::parse_any).transpose()? {
            Some(None) => return delegate(),
            Some(dtype) => dtype,
            None => None,
        };
        // Steps are computed in what the output and the elements have in common.
        let (out, output) = match self.output()? {
            Some((_, None)) => return delegate(),
            Some((out, output)) => (Some(out), output),
            None => (None, None),
        };
        let target = output.as_ref().map(interop::output).transpose()?;
        guard::quick(|| known(array))?;
        if compares(self.ufunc) && dtype.unwrap_or(array.dtype()) != DType::Bool {
            return delegate();
        }
        if let Some(dtype) = dtype {
            guard::quick(|| layout::axis(axis as i64, array.ndim(), None))?;
            if lacks_steps(self.ufunc, dtype) {
                return delegate();
            }
            convert::warn_of_lost_parts(py, array.dtype(), dtype)?;
        }
        let common = output
            .as_ref()
            .filter(|_| !judges(self.ufunc))
            .map(|output| promote_types(output.dtype(), array.dtype()));
        let dtype = dtype.or(common);
        if let Some(output) = &output {
            guard::quick(|| fits(array, output, dtype))?;
        }
        let work = array.size().saturating_mul(self.ufunc.cost() as usize);
        let result = guard::named(py, self.ufunc, self.name, work, || f(array, dtype));
        match (result, out.zip(output.as_ref()).zip(target)) {
            (Ok(result), None) => Ok(array::result(py, result)?.into_any()),
            (Ok(result), Some(((out, output), target))) => {
                if output.shape() != result.shape() {
                    let (output, broadcast) = (output.shape().into(), result.shape().into());
                    let error = Error::BroadcastOutput { output, broadcast };
                    return Err(crate::error::raise(&error));
                }
                convert::warn_of_lost_parts(py, result.dtype(), output.dtype())?;
                Status::clear();
                guard::quick(|| assign::assign(&target, &(&result).into(), Casting::Unsafe))?;
                if call::is_narrow(output) && guard::overflowed(core::slice::from_ref(output)) {
                    // NumPy casts before and after the steps.
                    for name in ["cast", self.name] {
                        status::report(py, name, Status::OVERFLOW)?;
                    }
                }
                Ok(out)
            }
            (Err(failure), _) if failure.lacks_loop() => delegate(),
            (Err(failure), _) => Err(failure.into()),
        }
    }

    #[cold]
    fn delegate(&self, object: &Any<'py>, others: &[&Any<'py>], axis: isize) -> PyResult<Any<'py>> {
        let options = PyDict::new(object.py());
        options.set_item("axis", axis)?;
        options.set_item("dtype", self.dtype)?;
        options.set_item("out", self.out)?;
        let methods = object.py().import("raptors._methods")?;
        let name = format!("{}.{}", self.ufunc.name(), self.name);
        let args = PyTuple::new(object.py(), [&[object], others].concat())?;
        methods
            .getattr("_delegate_function")?
            .call1((name, args, options))
    }
}
