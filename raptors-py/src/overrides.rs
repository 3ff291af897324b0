//! What NumPy's ufuncs ask of arrays: the plainest calls are answered here, all others in Python.

use crate::array::{self, NdArray};
use crate::{dtype, interop, operator};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyDict, PyFloat, PyInt, PyString, PyTuple};
use raptors_array::Ufunc;
use smallvec::SmallVec;
use std::collections::HashMap;

type Any<'py> = Bound<'py, PyAny>;

/// NumPy's ufuncs by their addresses, and those that have their names.
static COUNTERPARTS: PyOnceLock<HashMap<usize, (Py<PyAny>, Ufunc)>> = PyOnceLock::new();

/// The ufunc that goes by the name of `function` in NumPy's namespace.
fn counterpart(function: &Any<'_>) -> PyResult<Option<Ufunc>> {
    let py = function.py();
    let known = COUNTERPARTS.get_or_try_init(py, || {
        let numpy = py.import("numpy")?;
        let class = numpy.getattr("ufunc")?;
        let mut known = HashMap::new();
        for &ufunc in Ufunc::ALL {
            if let Some(theirs) = numpy.getattr_opt(ufunc.name())?
                && theirs.is_instance(&class)?
            {
                // Kept, so that the address stays this object's.
                known.insert(theirs.as_ptr().addr(), (theirs.unbind(), ufunc));
            }
        }
        PyResult::Ok(known)
    })?;
    let known = known.get(&function.as_ptr().addr());
    Ok(known.map(|&(_, ufunc)| ufunc))
}

/// `function(*inputs)` of one or two arrays, or of an array and a number or something of NumPy's.
fn answer<'py>(
    function: &Any<'py>,
    method: &Any<'py>,
    inputs: &Bound<'py, PyTuple>,
) -> PyResult<Option<Any<'py>>> {
    let called = method
        .cast_exact::<PyString>()
        .is_ok_and(|method| method == "__call__");
    if !called || inputs.is_empty() || inputs.len() > 2 {
        return Ok(None);
    }
    let ufunc = match counterpart(function)? {
        None => return by_numpy(function, inputs),
        Some(Ufunc::divmod) => return pair(inputs),
        Some(ufunc) if ufunc.nin() == inputs.len() && ufunc.nout() == 1 => ufunc,
        _ => return Ok(None),
    };
    let x = inputs.get_borrowed_item(0)?;
    if inputs.len() == 1 {
        let Ok(x) = x.cast_exact::<NdArray>() else {
            return Ok(None);
        };
        return operator::unary(ufunc, &x).map(Some);
    }
    let y = inputs.get_borrowed_item(1)?;
    if array::of(&x).is_some() && array::of(&y).is_some() {
        return operator::binary(ufunc, &x, &y).map(Some);
    }
    operator::call_with_number(ufunc, &x, &y)
}

/// `function(*inputs)` as NumPy computes it on the same memory, where Raptors has no such ufunc and the user lets NumPy
/// run it.
fn by_numpy<'py>(function: &Any<'py>, inputs: &Bound<'py, PyTuple>) -> PyResult<Option<Any<'py>>> {
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
    let plain = inputs.iter_borrowed().all(|input| is_plain(&input));
    if !plain || !policy.eq(pyo3::intern!(py, "allow"))? || known.bind(py).contains(function)? {
        return Ok(None);
    }
    let view = |input: Borrowed<'_, 'py, PyAny>| match input.cast_exact::<NdArray>() {
        Err(_) => Ok(input.to_owned()),
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
    let views = inputs.iter_borrowed().map(view);
    let views = views.collect::<PyResult<SmallVec<[Any<'py>; 2]>>>()?;
    let result = function.call1(PyTuple::new(py, views)?)?;
    if interop::is_numpy(&result) {
        return interop::share(&result).map(Some);
    }
    let from_numpy = py.import("raptors._delegate")?.getattr("from_numpy")?;
    from_numpy.call1((result, PyDict::new(py))).map(Some)
}

/// `divmod(*inputs)` of arrays and numbers.
fn pair<'py>(inputs: &Bound<'py, PyTuple>) -> PyResult<Option<Any<'py>>> {
    if inputs.len() != 2 {
        return Ok(None);
    }
    let (x, y) = (inputs.get_borrowed_item(0)?, inputs.get_borrowed_item(1)?);
    if !is_plain(&x) || !is_plain(&y) {
        return Ok(None);
    }
    operator::pair(&x, &y).map(Some)
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
        if kwargs.is_none_or(PyDictMethods::is_empty)
            && let Some(result) = answer(function, method, inputs)?
        {
            return Ok(result);
        }
        let py = slf.py();
        let mut all = vec![slf.clone().into_any(), function.clone(), method.clone()];
        all.extend(inputs.iter());
        py.import("raptors._protocols")?
            .getattr("_array_ufunc")?
            .call(PyTuple::new(py, all)?, kwargs)
    }
}
