//! Functions that are written in Python, behind a C function that does the plainest calls itself and
//! leaves all others to them. Not for the stable ABI.

use crate::array::Object;
use crate::shorts::{self, Short};
use crate::slots::enter;
use crate::{behind, object};
use core::ptr::null_mut;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyDict, PyInt, PyString, PyTuple};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;
type Pointer = *mut ffi::PyObject;

/// The most arguments that a short way looks at.
const MOST: usize = 7;

/// The arguments of a call, each in the place that its parameter has.
pub(crate) struct Args<'a, 'py> {
    py: Python<'py>,
    values: [Option<Borrowed<'a, 'py, PyAny>>; MOST],
}

impl<'py> Args<'_, 'py> {
    /// The interpreter.
    pub(crate) const fn py(&self) -> Python<'py> {
        self.py
    }

    /// The argument at `place`, if there is one.
    #[inline(always)]
    pub(crate) fn get(&self, place: usize) -> Option<&Any<'py>> {
        self.values.get(place)?.as_deref()
    }

    /// All arguments from `place` on to where one is not given.
    pub(crate) fn rest(&self, place: usize) -> impl Iterator<Item = Borrowed<'_, 'py, PyAny>> {
        self.values[place..].iter().map_while(|value| *value)
    }

    /// As [`Args::get`], and not `None`.
    #[inline(always)]
    pub(crate) fn given(&self, place: usize) -> Option<&Any<'py>> {
        self.get(place).filter(|value| !value.is_none())
    }

    /// The argument at `place`, if it is an array.
    #[inline(always)]
    pub(crate) fn array(&self, place: usize) -> Option<&Object<'py>> {
        object::exact(self.get(place)?)
    }

    /// The integer at `place`, or `default` where nothing is given there; nothing for other objects.
    #[inline(always)]
    pub(crate) fn integer(&self, place: usize, default: i64) -> Option<i64> {
        match self.get(place) {
            None => Some(default),
            Some(value) if value.is_exact_instance_of::<PyInt>() => crate::interop::small(value),
            Some(_) => None,
        }
    }

    /// As [`Args::integer`], an axis that C's `int` holds.
    pub(crate) fn axis(&self, place: usize, default: i64) -> Option<i64> {
        self.integer(place, default)
            .filter(|&axis| i32::try_from(axis).is_ok())
    }
}

// A function. Not a documentation comment: it would hide what each object says of itself.
#[pyclass(name = "function", module = "raptors", frozen)]
pub(crate) struct Function {
    /// What the vectorcall protocol calls, at an offset that the class knows.
    vectorcall: ffi::vectorcallfunc,
    short: &'static Short,
    /// The names of the parameters that the short way looks at, as Python keeps them.
    names: Vec<Py<PyString>>,
    /// How many of them can be given by place.
    by_place: usize,
    /// The function for all calls, and what it says of itself.
    full: Py<PyAny>,
    /// NumPy's function, where that is called for what is plain.
    theirs: Option<Py<PyAny>>,
}

/// What has no short way of its own.
static NO_SHORT: Short = Short {
    name: "",
    params: &[],
    call: |_| Ok(None),
};

/// `function` behind a C function that calls NumPy's `theirs` for what is plain: as a method, of what the attribute
/// `_numpy` of the object is.
pub(crate) fn in_front<'py>(
    function: &Any<'py>,
    theirs: &Any<'py>,
    as_method: bool,
) -> PyResult<Bound<'py, Function>> {
    let made = Function {
        vectorcall: if as_method {
            call_theirs::<true>
        } else {
            call_theirs::<false>
        },
        short: &NO_SHORT,
        names: Vec::new(),
        by_place: 0,
        full: function.clone().unbind(),
        theirs: Some(theirs.clone().unbind()),
    };
    Bound::new(function.py(), made)
}

/// `function`, known as `name`, behind a C function if there is a short way for it; else as it is.
#[pyfunction(name = "_shortened")]
fn shortened<'py>(name: &str, function: &Any<'py>) -> PyResult<Any<'py>> {
    let py = function.py();
    let Some(short) = shorts::ALL.iter().find(|short| short.name == name) else {
        return Ok(function.clone());
    };
    let names = short.params.iter();
    let is_named = |name: &&str| name.starts_with('*');
    let made = Function {
        vectorcall: call,
        short,
        by_place: names.clone().position(is_named).unwrap_or(names.len()),
        names: names
            .map(|&name| match name {
                // No keyword is this string.
                "" => PyString::new(py, "positional only").unbind(),
                name => PyString::intern(py, name.trim_start_matches('*')).unbind(),
            })
            .collect(),
        full: function.clone().unbind(),
        theirs: None,
    };
    Ok(Bound::new(py, made)?.into_any())
}

#[pymethods]
impl Function {
    #[getter]
    fn __name__<'py>(&self, py: Python<'py>) -> PyResult<Any<'py>> {
        self.full.bind(py).getattr("__name__")
    }

    #[getter]
    fn __qualname__<'py>(&self, py: Python<'py>) -> PyResult<Any<'py>> {
        self.full.bind(py).getattr("__qualname__")
    }

    #[getter]
    fn __doc__<'py>(&self, py: Python<'py>) -> PyResult<Any<'py>> {
        self.full.bind(py).getattr("__doc__")
    }

    /// The function for all calls, which has the signature.
    #[getter]
    fn __wrapped__<'py>(&self, py: Python<'py>) -> Any<'py> {
        self.full.bind(py).clone()
    }

    fn __getattr__<'py>(&self, py: Python<'py>, name: &Bound<'py, PyString>) -> PyResult<Any<'py>> {
        self.full.bind(py).getattr(name)
    }

    // Bound to an instance, as functions are that classes have; lookups have the slot that `install` puts in place.
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: Option<&Any<'py>>,
        _owner: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
            return Ok(slf.clone().into_any());
        };
        let types = slf.py().import("types")?;
        types.getattr("MethodType")?.call1((slf, instance))
    }

    // What is called by this name; a call has the vectorcall protocol's function instead.
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__<'py>(
        &self,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        self.full.bind(args.py()).call(args, kwargs)
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        Ok(slf.getattr("__qualname__")?.unbind())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("<function {}>", slf.getattr("__qualname__")?))
    }
}

/// The arguments of a call in the places of the parameters called `names`, of which the first `by_place` need not be
/// named; nothing where there are more or others.
///
/// # Safety
///
/// `count` arguments are at `args`, and as many after them as there are keywords.
#[inline(always)]
unsafe fn arranged<'a, 'py>(
    py: Python<'py>,
    (names, by_place): (&[Py<PyString>], usize),
    args: *const Pointer,
    count: usize,
    keywords: Pointer,
) -> Option<Args<'a, 'py>> {
    if count > by_place {
        return None;
    }
    let mut values = [None; MOST];
    // SAFETY: as the caller promises; arguments live as long as the call.
    unsafe {
        for (i, value) in values.iter_mut().enumerate().take(count) {
            *value = Some(Borrowed::from_ptr(py, *args.add(i)));
        }
        if !keywords.is_null() {
            let keywords: Borrowed<'_, '_, PyTuple> =
                Borrowed::from_ptr(py, keywords).cast_unchecked();
            for (i, keyword) in keywords.iter_borrowed().enumerate() {
                let place = names.iter().position(|name| keyword.is(name))?;
                if values[place].is_some() {
                    return None;
                }
                values[place] = Some(Borrowed::from_ptr(py, *args.add(count + i)));
            }
        }
    }
    Some(Args { py, values })
}

/// A function as Python calls it by the vectorcall protocol.
unsafe extern "C" fn call(
    callable: Pointer,
    args: *const Pointer,
    nargsf: usize,
    keywords: Pointer,
) -> Pointer {
    // SAFETY: Python calls with the interpreter attached, `nargsf` positional arguments and as
    // many after them as there are keywords; the callable is one of the class, since only they
    // point here.
    unsafe {
        let py = Python::assume_attached();
        let callable = Borrowed::from_ptr(py, callable);
        let this = callable.cast_unchecked::<Function>().get();
        let count = ffi::PyVectorcall_NARGS(nargsf) as usize;
        if let Some(arguments) = arranged(py, (&this.names, this.by_place), args, count, keywords) {
            let result = enter(py, Some(null_mut()), || {
                Ok((this.short.call)(&arguments)?.map(Bound::into_ptr))
            });
            if let Some(result) = result {
                return result;
            }
        }
        ffi::PyObject_Vectorcall(this.full.as_ptr(), args, nargsf, keywords)
    }
}

/// As [`call`], of what NumPy is called for.
unsafe extern "C" fn call_theirs<const METHOD: bool>(
    callable: Pointer,
    args: *const Pointer,
    nargsf: usize,
    keywords: Pointer,
) -> Pointer {
    // SAFETY: Python calls with the interpreter attached, `nargsf` positional arguments and as many after them as there
    // are keywords; the callable is one of the class, since only they point here.
    unsafe {
        let py = Python::assume_attached();
        let callable = Borrowed::from_ptr(py, callable);
        let this = callable.cast_unchecked::<Function>().get();
        let count = ffi::PyVectorcall_NARGS(nargsf) as usize;
        let named = if keywords.is_null() {
            0
        } else {
            ffi::PyTuple_GET_SIZE(keywords) as usize
        };
        let first = usize::from(METHOD);
        let given = (first..count + named).map(|i| Borrowed::from_ptr(py, *args.add(i)));
        if let Some(theirs) = &this.theirs
            && count >= first
            && behind::may_go(given)
        {
            let theirs = theirs.as_ptr();
            let result = if METHOD {
                let own = ffi::PyObject_GetAttr(*args, pyo3::intern!(py, "_numpy").as_ptr());
                if own.is_null() {
                    if ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
                        return null_mut();
                    }
                    // An object that is not quite made yet, or of a class below.
                    ffi::PyErr_Clear();
                    return ffi::PyObject_Vectorcall(this.full.as_ptr(), args, nargsf, keywords);
                }
                let own = Bound::from_owned_ptr(py, own);
                let rest = (1..count + named).map(|i| *args.add(i));
                let all: SmallVec<[Pointer; 8]> =
                    core::iter::once(own.as_ptr()).chain(rest).collect();
                ffi::PyObject_Vectorcall(theirs, all.as_ptr(), count, keywords)
            } else {
                ffi::PyObject_Vectorcall(theirs, args, nargsf, keywords)
            };
            if result.is_null() {
                return null_mut();
            }
            let result = Bound::from_owned_ptr(py, result);
            return enter(py, null_mut(), || Ok(behind::shared(result)?.into_ptr()));
        }
        ffi::PyObject_Vectorcall(this.full.as_ptr(), args, nargsf, keywords)
    }
}

/// Makes objects of the class callable, and methods where a class has them.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let class = Function::type_object_raw(py);
    let sample = shortened("sum", &py.None().into_bound(py))?;
    let sample = sample.cast_exact::<Function>()?;
    let offset = (&raw const sample.get().vectorcall).addr() - sample.as_ptr().addr();
    // SAFETY: pyo3 made the heap type, whose objects have the function's pointer at the offset; the slot of
    // Python's functions binds whatever callable it is given to an instance; the interpreter lock is held, and
    // what Python cached about the type is dropped.
    unsafe {
        (*class).tp_vectorcall_offset = offset as ffi::Py_ssize_t;
        (*class).tp_flags |= ffi::Py_TPFLAGS_HAVE_VECTORCALL | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR;
        (*class).tp_call = Some(ffi::PyVectorcall_Call);
        (*class).tp_descr_get = ffi::PyFunction_Type.tp_descr_get;
        ffi::PyType_Modified(class);
    }
    Ok(())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(shortened, module)?)
}
