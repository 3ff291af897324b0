//! What NumPy's ufuncs ask of arrays: the plainest calls are answered here, all others in Python.

use crate::array::{self, NdArray};
#[cfg(not(Py_LIMITED_API))]
use crate::slots::enter;
use crate::{dtype, interop, operator};
#[cfg(not(Py_LIMITED_API))]
use core::{ffi::CStr, ptr::null_mut};
#[cfg(not(Py_LIMITED_API))]
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyDict, PyFloat, PyInt, PyString, PyTuple};
use raptors_array::Ufunc;
use smallvec::SmallVec;
#[cfg(not(Py_LIMITED_API))]
use std::sync::OnceLock;

type Any<'py> = Bound<'py, PyAny>;
/// The inputs of a call.
type Inputs<'a, 'py> = [Borrowed<'a, 'py, PyAny>];

/// NumPy's ufuncs, and those that have their names, in the order of their addresses.
static COUNTERPARTS: PyOnceLock<Vec<(Py<PyAny>, Ufunc)>> = PyOnceLock::new();

fn address((function, _): &(Py<PyAny>, Ufunc)) -> usize {
    function.as_ptr().addr()
}

/// The ufunc that goes by the name of `function` in NumPy's namespace.
fn counterpart(function: &Any<'_>) -> PyResult<Option<Ufunc>> {
    let py = function.py();
    let known = COUNTERPARTS.get_or_try_init(py, || {
        let numpy = py.import("numpy")?;
        let class = numpy.getattr("ufunc")?;
        let mut known = Vec::new();
        for &ufunc in Ufunc::ALL {
            if let Some(theirs) = numpy.getattr_opt(ufunc.name())?
                && theirs.is_instance(&class)?
            {
                // Kept, so that the address stays this object's.
                known.push((theirs.unbind(), ufunc));
            }
        }
        known.sort_unstable_by_key(address);
        PyResult::Ok(known)
    })?;
    Ok(among(known, function))
}

/// What `function` is among the known ones.
fn among(known: &[(Py<PyAny>, Ufunc)], function: &Any<'_>) -> Option<Ufunc> {
    let place = known.binary_search_by_key(&function.as_ptr().addr(), address);
    place.ok().map(|place| known[place].1)
}

/// Whether a ufunc is `method` of itself: called.
fn is_call(method: &Any<'_>) -> bool {
    let name = method.cast_exact::<PyString>();
    name.is_ok_and(|name| name == "__call__")
}

/// `function(*inputs)` of one or two arrays, or of an array and a number or something of NumPy's.
fn answer<'py>(
    function: &Any<'py>,
    method: &Any<'py>,
    inputs: &Inputs<'_, 'py>,
) -> PyResult<Option<Any<'py>>> {
    if !is_call(method) || inputs.is_empty() || inputs.len() > 2 {
        return Ok(None);
    }
    match counterpart(function)? {
        None => by_numpy(function, inputs),
        Some(Ufunc::divmod) => pair(inputs),
        Some(ufunc) => by_own(ufunc, inputs),
    }
}

/// `ufunc(*inputs)`, as [`answer`].
fn by_own<'py>(ufunc: Ufunc, inputs: &Inputs<'_, 'py>) -> PyResult<Option<Any<'py>>> {
    if ufunc.nin() != inputs.len() || ufunc.nout() != 1 {
        return Ok(None);
    }
    match inputs {
        [x] => match x.cast_exact::<NdArray>() {
            Ok(x) => operator::unary(ufunc, &x).map(Some),
            Err(_) => Ok(None),
        },
        [x, y] if array::of(x).is_some() && array::of(y).is_some() => {
            operator::binary(ufunc, x, y).map(Some)
        }
        [x, y] => operator::call_with_number(ufunc, x, y),
        _ => Ok(None),
    }
}

/// `function(*inputs)` as NumPy computes it on the same memory, where Raptors has no such ufunc and the user lets NumPy
/// run it.
fn by_numpy<'py>(function: &Any<'py>, inputs: &Inputs<'_, 'py>) -> PyResult<Option<Any<'py>>> {
    static KNOWN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static CONFIG: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = function.py();
    let known = KNOWN.get_or_try_init(py, || {
        let module = py.import("raptors._protocols")?;
        PyResult::Ok(module.call_method0("_counterparts")?.unbind())
    })?;
    let policy = CONFIG
        .import(py, "raptors._config", "config")?
        .getattr(pyo3::intern!(py, "_fallback"))?;
    let plain = inputs.iter().all(|input| is_plain(input));
    if !plain || !policy.eq(pyo3::intern!(py, "allow"))? || known.bind(py).contains(function)? {
        return Ok(None);
    }
    let view = |input: &Borrowed<'_, 'py, PyAny>| match input.cast_exact::<NdArray>() {
        Err(_) => Ok(Any::clone(input)),
        Ok(own) => {
            let view = interop::to_numpy(&own)?;
            // What a reduction gave: NumPy has scalars for that.
            if own.get().is_scalar() {
                view.get_item(PyTuple::empty(py))
            } else {
                Ok(view)
            }
        }
    };
    let views = inputs.iter().map(view);
    let views = views.collect::<PyResult<SmallVec<[Any<'py>; 2]>>>()?;
    let result = function.call1(PyTuple::new(py, views)?)?;
    if interop::is_numpy(&result) {
        return interop::share(&result).map(Some);
    }
    let from_numpy = py.import("raptors._delegate")?.getattr("from_numpy")?;
    from_numpy.call1((result, PyDict::new(py))).map(Some)
}

/// `divmod(*inputs)` of arrays and numbers.
fn pair<'py>(inputs: &Inputs<'_, 'py>) -> PyResult<Option<Any<'py>>> {
    match inputs {
        [x, y] if is_plain(x) && is_plain(y) => operator::pair(x, y).map(Some),
        _ => Ok(None),
    }
}

/// Whether `object` has no override of its own: subclasses of numbers may.
fn is_plain(object: &Any<'_>) -> bool {
    array::of(object).is_some()
        || object.is_exact_instance_of::<PyFloat>()
        || object.is_exact_instance_of::<PyInt>()
        || object.is_exact_instance_of::<PyComplex>()
        || object.is_exact_instance_of::<PyBool>()
        || interop::is_numpy(object)
        || dtype::of_scalar(object).is_ok_and(|dtype| dtype.is_some())
}

#[pymethods]
impl NdArray {
    /// A ufunc of NumPy on at least one Raptors array.
    #[pyo3(signature = (function, method, /, *inputs, **kwargs))]
    fn __array_ufunc__<'py>(
        slf: &Bound<'py, Self>,
        function: &Any<'py>,
        method: &Any<'py>,
        inputs: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        if kwargs.is_none_or(PyDictMethods::is_empty) {
            let given: SmallVec<[_; 2]> = inputs.iter_borrowed().collect();
            if let Some(result) = answer(function, method, &given)? {
                return Ok(result);
            }
        }
        let py = slf.py();
        let mut all = vec![slf.clone().into_any(), function.clone(), method.clone()];
        all.extend(inputs.iter());
        py.import("raptors._protocols")?
            .getattr("_array_ufunc")?
            .call(PyTuple::new(py, all)?, kwargs)
    }
}

/// The method that pyo3 made.
#[cfg(not(Py_LIMITED_API))]
static FULL: OnceLock<ffi::PyCFunctionFastWithKeywords> = OnceLock::new();

/// The method as NumPy calls it: without keywords a ufunc that Raptors has gets no tuple of its inputs.
#[cfg(not(Py_LIMITED_API))]
unsafe extern "C" fn called(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls methods with the interpreter attached, an object of the class, `count` positional
    // arguments and as many after them as there are names.
    unsafe {
        let py = Python::assume_attached();
        if names.is_null()
            && (count == 3 || count == 4)
            && let Some(known) = COUNTERPARTS.get(py)
        {
            let arg = |i: usize| Borrowed::from_ptr(py, *args.add(i));
            let inputs = [arg(2), arg(count as usize - 1)];
            let inputs = &inputs[..count as usize - 2];
            let result = enter(py, Some(null_mut()), || {
                let known = among(known, &arg(0)).filter(|_| is_call(&arg(1)));
                match known {
                    Some(ufunc) => Ok(by_own(ufunc, inputs)?.map(Bound::into_ptr)),
                    None => Ok(None),
                }
            });
            if let Some(result) = result {
                return result;
            }
        }
        match FULL.get() {
            Some(full) => full(this, args, count, names),
            None => null_mut(),
        }
    }
}

/// Puts the function above in the place of pyo3's.
///
/// # Safety
///
/// `class` is the type object of the arrays that pyo3 has made, and the interpreter lock is held.
#[cfg(not(Py_LIMITED_API))]
pub(crate) unsafe fn install(class: *mut ffi::PyTypeObject) {
    const FLAGS: core::ffi::c_int = ffi::METH_FASTCALL | ffi::METH_KEYWORDS;
    // SAFETY: the methods of the class end with a null name; pyo3 made the table, which nobody else
    // changes, and the flags say which kind of function stands in it.
    unsafe {
        let mut known = (*class).tp_methods;
        while !known.is_null() && !(*known).ml_name.is_null() {
            let fits = (*known).ml_flags & (FLAGS | ffi::METH_VARARGS | ffi::METH_CLASS) == FLAGS;
            if fits
                && CStr::from_ptr((*known).ml_name) == c"__array_ufunc__"
                && FULL
                    .set((*known).ml_meth.PyCFunctionFastWithKeywords)
                    .is_ok()
            {
                (*known).ml_meth.PyCFunctionFastWithKeywords = called;
            }
            known = known.add(1);
        }
    }
}
