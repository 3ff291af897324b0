//! The class `ufunc`: one object for every row of the ufunc table.

mod at;

use crate::array;
use crate::value::Argument;
use crate::{call, creation, guard, operator, reduction};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use raptors_array::reduce::{self, Reduction};
use raptors_array::{DType, Number, Order, Ufunc};
use raptors_kernels::{Level, Namespace};

type Any<'py> = Bound<'py, PyAny>;

// A universal function. Not a documentation comment: it would hide what each object says of itself.
#[pyclass(name = "ufunc", module = "raptors", frozen)]
pub(crate) struct UfuncObject {
    /// What the vectorcall protocol calls, at an offset that the class knows.
    #[cfg(not(Py_LIMITED_API))]
    pub(crate) vectorcall: pyo3::ffi::vectorcallfunc,
    pub(crate) ufunc: Ufunc,
}

static OBJECTS: PyOnceLock<Vec<Py<UfuncObject>>> = PyOnceLock::new();

/// The object for `ufunc`: one per process.
pub(crate) fn object(py: Python<'_>, ufunc: Ufunc) -> PyResult<&Bound<'_, UfuncObject>> {
    let objects = OBJECTS.get_or_try_init(py, || {
        let objects = Ufunc::ALL.iter().map(|&ufunc| {
            let object = UfuncObject {
                #[cfg(not(Py_LIMITED_API))]
                vectorcall: crate::slots::call_ufunc,
                ufunc,
            };
            Py::new(py, object)
        });
        objects.collect::<PyResult<_>>()
    })?;
    Ok(objects[ufunc as usize].bind(py))
}

/// NumPy's `ufunc.method(*args, **kwargs)` on the same memory, for what has no loop here.
#[cold]
pub(crate) fn delegate<'py>(
    ufunc: Ufunc,
    method: &str,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Any<'py>> {
    let py = args.py();
    let methods = py.import("raptors._methods")?;
    methods
        .getattr("_delegate_ufunc")?
        .call1((object(py, ufunc)?, method, args, kwargs))
}

/// Whether `object` is what NumPy's functions take for an argument that is not given.
fn is_no_value(object: &Any<'_>) -> bool {
    static NO_VALUE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let theirs = NO_VALUE.import(object.py(), "numpy", "_NoValue");
    guard::tried(theirs.cloned()).is_some_and(|theirs| theirs.is(object))
}

#[pymethods]
impl UfuncObject {
    /// The number of inputs.
    #[getter]
    fn nin(&self) -> usize {
        self.ufunc.nin()
    }

    /// The number of outputs.
    #[getter]
    fn nout(&self) -> usize {
        self.ufunc.nout()
    }

    /// The number of inputs and outputs.
    #[getter]
    fn nargs(&self) -> usize {
        self.ufunc.nin() + self.ufunc.nout()
    }

    /// The number of loops.
    #[getter]
    fn ntypes(&self) -> usize {
        self.types().len()
    }

    /// The types of inputs and outputs that there are loops for, such as `dd->d`.
    #[getter]
    fn types(&self) -> Vec<String> {
        let loops = DType::ALL.iter().filter_map(|&dtype| {
            let bound = self.ufunc.bind(Level::get(), dtype)?;
            let chars = |dtypes: &[DType]| dtypes.iter().map(|of| of.char()).collect::<String>();
            let (ins, outs) = (chars(bound.inputs()), chars(bound.outputs()));
            Some(format!("{ins}->{outs}"))
        });
        loops.collect()
    }

    /// The shapes that the elements have: none, since every ufunc works on single numbers.
    #[getter]
    fn signature(&self) -> Option<&'static str> {
        None
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.ufunc.name()
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.ufunc.name()
    }

    #[getter]
    fn __doc__(&self) -> String {
        let (name, args) = (self.ufunc.name(), self.ufunc.args().join(", "));
        let signature = "/, out=None, *, where=True, casting='same_kind', order='K', dtype=None";
        let doc = self.ufunc.doc().trim_end();
        let (what, example) = doc.rsplit_once('\n').unwrap_or((doc, ""));
        let example = example.trim().trim_start_matches('`');
        let (call, result) = example.split_once("` is `").unwrap_or((example, ""));
        let result = result.trim_end_matches("`.");
        let example = format!("Examples\n--------\n>>> {call}\n{result}\n");
        format!("{name}({args}, {signature})\n\n{what}\n\n{example}")
    }

    /// What a reduction over nothing gives; `None` where that is an error.
    #[getter]
    fn identity<'py>(&self, py: Python<'py>) -> PyResult<Option<Any<'py>>> {
        Ok(match reduce::identity(self.ufunc) {
            Some(Number::Int(value)) => Some(value.into_pyobject(py)?.into_any()),
            Some(Number::Float(value)) => Some(value.into_pyobject(py)?.into_any()),
            _ => None,
        })
    }

    /// Where users find it: `"numpy"`, or `"nn"` for what NumPy does not have.
    #[getter]
    fn _namespace(&self) -> &'static str {
        match self.ufunc.namespace() {
            Namespace::NumPy => "numpy",
            Namespace::Nn => "nn",
        }
    }

    /// The names of the inputs.
    #[getter]
    fn _args(&self) -> Vec<&'static str> {
        self.ufunc.args().to_vec()
    }

    /// The largest error in units in the last place.
    #[getter]
    fn _ulp(&self) -> u32 {
        self.ufunc.ulp()
    }

    fn __repr__(&self) -> String {
        format!("<ufunc '{}'>", self.ufunc.name())
    }

    fn __reduce__(&self) -> &'static str {
        self.ufunc.name()
    }

    /// The function of the arguments, element by element.
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__<'py>(
        &self,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        call::call(self.ufunc, args, kwargs)
    }

    /// Reduces one or more axes by applying the ufunc along them.
    #[pyo3(signature = (array, axis = Argument::Absent, dtype = None, out = None, keepdims = false,
                        initial = Argument::Absent, r#where = None))]
    #[allow(clippy::too_many_arguments, reason = "NumPy's signature")]
    fn reduce<'py>(
        slf: &Bound<'py, Self>,
        array: &Any<'py>,
        axis: Argument<'py>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = crate::call::switch)] keepdims: bool,
        initial: Argument<'py>,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let ufunc = slf.get().ufunc;
        reduction::check_arity(ufunc, "reduce")?;
        let first;
        let axis = match &axis {
            Argument::Absent => {
                first = 0i64.into_pyobject(slf.py())?.into_any();
                Some(&first)
            }
            Argument::Given(axis) => Some(axis),
        };
        let arguments = reduction::Arguments {
            axis,
            dtype,
            out,
            keepdims,
            initial: initial.given().filter(|initial| !is_no_value(initial)),
            r#where: r#where.as_ref(),
        };
        reduction::reduce(Reduction::Ufunc(ufunc), array, &arguments)
    }

    /// The results of applying the ufunc to all elements up to each.
    #[pyo3(signature = (array, axis = Argument::Absent, dtype = None, out = None))]
    fn accumulate<'py>(
        slf: &Bound<'py, Self>,
        array: &Any<'py>,
        axis: Argument<'py>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        reduction::accumulate(slf.get().ufunc, array, axis.given(), dtype, out)
    }

    /// The ufunc of every pair of an element of `a` and one of `b`.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, a, b, /, **kwargs)")]
    fn outer<'py>(
        &self,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        if self.ufunc.nin() != 2 {
            return Err(PyValueError::new_err(
                "outer product only supported for binary functions",
            ));
        }
        if args.len() != 2 {
            return Err(PyTypeError::new_err("exactly two arguments expected"));
        }
        let (a, b) = (args.get_item(0)?, args.get_item(1)?);
        let (a, b) = (creation::as_object(&a)?, creation::as_object(&b)?);
        if kwargs.is_none()
            && let Some(result) = operator::outer(self.ufunc, &a, &b)?
        {
            return Ok(result);
        }
        let (x, y) = (&a.get().array, &b.get().array);
        let mut shape: Vec<i64> = x.shape().iter().map(|&n| n as i64).collect();
        shape.resize(x.ndim() + y.ndim(), 1);
        let x = array::view(&a, guard::quick(|| x.reshape(&shape, Order::C))?)?;
        let args = PyTuple::new(a.py(), [x, b])?;
        call::call(self.ufunc, &args, kwargs)
    }

    /// Applies the ufunc in place at `indices`, once for every time that one occurs.
    #[pyo3(signature = (a, indices, b = None, /))]
    fn at<'py>(
        slf: &Bound<'py, Self>,
        a: &Any<'py>,
        indices: &Any<'py>,
        b: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        if at::at_once(slf, a, indices, b)? {
            return Ok(slf.py().None().into_bound(slf.py()));
        }
        let at = slf.py().import("raptors._ufuncs")?.getattr("at")?;
        match b {
            Some(b) => at.call1((slf, a, indices, b)),
            None => at.call1((slf, a, indices)),
        }
    }

    /// Reduces over the slices that `indices` start.
    #[pyo3(signature = (array, indices, axis = Argument::Absent, dtype = None, out = None))]
    fn reduceat<'py>(
        slf: &Bound<'py, Self>,
        array: &Any<'py>,
        indices: &Any<'py>,
        axis: Argument<'py>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        reduction::reduceat(slf.get().ufunc, array, indices, axis.given(), dtype, out)
    }

    /// The dtypes of inputs and outputs of the loop for inputs of `dtypes`.
    #[pyo3(signature = (dtypes, **kwargs))]
    fn resolve_dtypes<'py>(
        slf: &Bound<'py, Self>,
        dtypes: &Any<'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        let module = slf.py().import("raptors._ufuncs")?;
        module
            .getattr("resolve_dtypes")?
            .call((slf, dtypes), kwargs)
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<UfuncObject>()?;
    at::register(module)?;
    let py = module.py();
    let ufuncs = PyDict::new(py);
    for &ufunc in Ufunc::ALL {
        ufuncs.set_item(ufunc.name(), object(py, ufunc)?)?;
    }
    module.add("ufuncs", ufuncs)
}
