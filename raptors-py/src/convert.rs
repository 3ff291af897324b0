//! `array` and `asarray`: anything that NumPy takes for an array, as an array.

mod functions;

pub(crate) use functions::register;

use crate::array::{NdArray, Object, fresh, view};
use crate::{call, dtype, guard, interop, list, range};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyInt, PyList, PyRange, PyString, PyType};
use raptors_array::{Array, DType, Kind, Order, assign};

type Any<'py> = Bound<'py, PyAny>;

/// What `copy=` asks for.
enum Copying<'py> {
    Always,
    IfNeeded,
    Never,
    /// One of NumPy's own enumeration, or an error: NumPy tells.
    Foreign(Any<'py>),
}

impl<'py> FromPyObject<'_, 'py> for Copying<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(if object.is_none() {
            Self::IfNeeded
        } else if object.is_instance_of::<PyBool>() || object.is_exact_instance_of::<PyInt>() {
            if object.is_truthy()? {
                Self::Always
            } else {
                Self::Never
            }
        } else {
            Self::Foreign(object.to_owned())
        })
    }
}

/// What is asked of the result, besides its elements.
struct Request<'a, 'py> {
    /// As given; `None` for any.
    dtype: Option<&'a Any<'py>>,
    /// As given; `None` for K.
    order: Option<&'a Any<'py>>,
    copy: Copying<'py>,
    ndmin: usize,
}

/// `object` as an array, of its own memory where it can be shared.
pub(crate) fn as_object<'py>(object: &Any<'py>) -> PyResult<Object<'py>> {
    if let Ok(array) = object.cast_exact::<NdArray>() {
        return Ok(array.clone());
    }
    let request = Request {
        dtype: None,
        order: None,
        copy: Copying::IfNeeded,
        ndmin: 0,
    };
    request.run(object)
}

impl<'py> Request<'_, 'py> {
    fn run(&self, object: &Any<'py>) -> PyResult<Object<'py>> {
        let py = object.py();
        let copy = match self.copy {
            Copying::IfNeeded => None,
            Copying::Always => Some(true),
            Copying::Never => Some(false),
            Copying::Foreign(_) => return self.in_numpy(object),
        };
        let dtype = match self.dtype {
            None => None,
            Some(dtype) => match dtype::parse_any(dtype)? {
                Some(dtype) => Some(dtype),
                None => return self.in_numpy(object),
            },
        };
        let letter = self.order.map(call::order_letter).transpose()?.flatten();
        if let Ok(own) = object.cast_exact::<NdArray>() {
            return self.arranged(
                object,
                &own.get().clone_array(),
                dtype,
                letter,
                copy,
                |array| view(own, array),
            );
        }
        if interop::is_numpy(object)
            && let Some(shared) = interop::from_numpy(object)?
        {
            return self.arranged(object, &shared, dtype, letter, copy, |array| {
                interop::wrap(object, array)
            });
        }
        let read = || match range::elements(object, dtype)? {
            Some(made) => Ok(Some(made)),
            // NumPy makes a list of a range, too.
            None if object.is_exact_instance_of::<PyRange>() => {
                list::read(&py.get_type::<PyList>().call1((object,))?, dtype)
            }
            None => list::read(object, dtype),
        };
        if copy != Some(false)
            && let Some(mut made) = read()?
        {
            if letter == Some('F') && made.ndim() > 1 {
                made = guard::run(py, made.size(), || assign::copy(&made, Some(Order::F)))?;
            }
            return fresh(py, self.deepened(&made)?.unwrap_or(made));
        }
        self.in_numpy(object)
    }

    /// An array as asked for: `share` makes the object of one that shares memory with `object`.
    fn arranged(
        &self,
        object: &Any<'py>,
        array: &Array,
        dtype: Option<DType>,
        letter: Option<char>,
        copy: Option<bool>,
        share: impl FnOnce(Array) -> PyResult<Object<'py>>,
    ) -> PyResult<Object<'py>> {
        let to = dtype.unwrap_or(array.dtype());
        let (c, fortran) = (array.is_c_contiguous(), array.is_f_contiguous());
        let order = match letter {
            Some('C') => Some(Order::C),
            Some('F') => Some(Order::F),
            Some(_) if fortran && !c => Some(Order::F),
            Some(_) => Some(Order::C),
            None => None,
        };
        // `A` asks a copy for an order, but asks for none.
        let ordered = match letter {
            Some('C') => c,
            Some('F') => fortran,
            _ => true,
        };
        if copy != Some(true) && to == array.dtype() && ordered {
            if let Some(deep) = self.deepened(array)? {
                return share(deep);
            }
            if let Ok(own) = object.cast_exact::<NdArray>() {
                return Ok(own.clone());
            }
            return share(array.clone());
        }
        if copy == Some(false) {
            // NumPy has the words for a copy that was forbidden.
            return self.in_numpy(object);
        }
        let py = object.py();
        if to == array.dtype() {
            // Nothing is cast, so nothing is told of.
            let copy = guard::run(py, array.size(), || assign::copy(array, order))?;
            return fresh(py, self.deepened(&copy)?.unwrap_or(copy));
        }
        warn_of_lost_parts(py, array.dtype(), to)?;
        let made = guard::watched(py, "cast", array.size(), || {
            assign::astype(array, to, order)
        })?;
        fresh(py, self.deepened(&made)?.unwrap_or(made))
    }

    /// The array with axes of length one in front, if it has too few.
    fn deepened(&self, array: &Array) -> PyResult<Option<Array>> {
        let missing = self.ndmin.saturating_sub(array.ndim());
        if missing == 0 {
            return Ok(None);
        }
        let axes: Vec<i64> = (0..missing as i64).collect();
        guard::quick(|| array.expand_dims(&axes)).map(Some)
    }

    /// What only NumPy can read, or has the error for.
    fn in_numpy(&self, object: &Any<'py>) -> PyResult<Object<'py>> {
        let plain = matches!(self.copy, Copying::IfNeeded) && self.ndmin == 0;
        let plain = plain && self.dtype.is_none() && self.order.is_none();
        let options = (!plain).then(|| self.options(object.py())).transpose()?;
        let result = interop::through_numpy(object, options.as_ref());
        match result {
            Err(error) if error.is_instance_of::<PyValueError>(object.py()) => {
                // NumPy does not take a Raptors array from `__array__`.
                match object.call_method0("__array__") {
                    Ok(inner) if inner.is_exact_instance_of::<NdArray>() => self.run(&inner),
                    _ => Err(error),
                }
            }
            result => result,
        }
    }

    /// What is asked for, as keywords of `numpy.array`.
    fn options(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let options = PyDict::new(py);
        match &self.copy {
            Copying::Always => options.set_item("copy", true)?,
            Copying::Never => options.set_item("copy", false)?,
            Copying::IfNeeded => options.set_item("copy", py.None())?,
            Copying::Foreign(mode) => options.set_item("copy", mode)?,
        }
        if let Some(dtype) = self.dtype {
            options.set_item("dtype", dtype)?;
        }
        if let Some(order) = self.order {
            options.set_item("order", order)?;
        }
        options.set_item("ndmin", self.ndmin)?;
        Ok(options)
    }
}

/// Warns as NumPy does where complex numbers become real ones.
pub(crate) fn warn_of_lost_parts(py: Python<'_>, from: DType, to: DType) -> PyResult<()> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if from.kind() != Kind::Complex || to.kind() == Kind::Complex || to == DType::Bool {
        return Ok(());
    }
    let warning = CLASS.import(py, "numpy.exceptions", "ComplexWarning")?;
    let message = c"Casting complex values to real discards the imaginary part";
    PyErr::warn(py, warning, message, 1)
}

/// Refuses a device other than the CPU.
pub(crate) fn check_device(device: Option<&Any<'_>>) -> PyResult<()> {
    let Some(device) = device.filter(|device| !device.is_none()) else {
        return Ok(());
    };
    if device.cast::<PyString>().is_ok_and(|name| name == "cpu") {
        return Ok(());
    }
    Err(PyValueError::new_err(format!(
        "Device not understood. Only \"cpu\" is allowed, but received: {}",
        device.str()?
    )))
}

/// What another library makes of the call, where `like=` is one of its arrays.
fn like<'py>(
    name: &str,
    object: &Any<'py>,
    request: &Request<'_, 'py>,
    like: Option<&Any<'py>>,
) -> PyResult<Option<Any<'py>>> {
    let Some(like) = like.filter(|like| !like.is_none()) else {
        return Ok(None);
    };
    if like.is_exact_instance_of::<NdArray>() || interop::is_numpy(like) {
        return Ok(None);
    }
    let options = PyDict::new(object.py());
    options.set_item("dtype", request.dtype)?;
    options.set_item("order", request.order)?;
    options.set_item("like", like)?;
    let numpy = object.py().import("numpy")?;
    numpy.call_method(name, (object,), Some(&options)).map(Some)
}

fn set<'a, 'py>(value: Option<&'a Any<'py>>) -> Option<&'a Any<'py>> {
    value.filter(|value| !value.is_none())
}
