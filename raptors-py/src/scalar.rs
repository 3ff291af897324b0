//! An array with one element as a number of Python.

use crate::array::{NdArray, Object};
use crate::{dtype, guard, interop};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyList, PyTuple};
use raptors_array::{Array, DType, Kind, MAX_NDIM, Scalar, cast_scalar, layout};
use raptors_kernels::dtype::{Bool, Complex32, Complex64, f16};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// `scalar` as Python's own number.
#[inline]
pub(crate) fn number<'py>(py: Python<'py>, scalar: &Scalar) -> PyResult<Any<'py>> {
    Ok(match scalar.dtype() {
        DType::Bool => PyBool::new(py, scalar.get::<Bool>().get())
            .to_owned()
            .into_any(),
        DType::I8 => scalar.get::<i8>().into_pyobject(py)?.into_any(),
        DType::U8 => scalar.get::<u8>().into_pyobject(py)?.into_any(),
        DType::I16 => scalar.get::<i16>().into_pyobject(py)?.into_any(),
        DType::U16 => scalar.get::<u16>().into_pyobject(py)?.into_any(),
        DType::I32 => scalar.get::<i32>().into_pyobject(py)?.into_any(),
        DType::U32 => scalar.get::<u32>().into_pyobject(py)?.into_any(),
        DType::I64 => scalar.get::<i64>().into_pyobject(py)?.into_any(),
        DType::U64 => scalar.get::<u64>().into_pyobject(py)?.into_any(),
        DType::F16 => PyFloat::new(py, scalar.get::<f16>().to_f64()).into_any(),
        DType::F32 => PyFloat::new(py, scalar.get::<f32>().into()).into_any(),
        DType::F64 => PyFloat::new(py, scalar.get::<f64>()).into_any(),
        DType::C64 => {
            let Complex32 { re, im } = scalar.get();
            PyComplex::from_doubles(py, re.into(), im.into()).into_any()
        }
        DType::C128 => {
            let Complex64 { re, im } = scalar.get();
            PyComplex::from_doubles(py, re, im).into_any()
        }
    })
}

/// The only element of an array without axes, as Python's own number.
#[inline]
fn element<'py>(py: Python<'py>, array: &Array) -> Option<PyResult<Any<'py>>> {
    (array.ndim() == 0).then(|| number(py, &guard::quick(|| array.item())?))
}

/// What NumPy has for `object`: an array, or the scalar that it stands for. Only the scalar lets the imaginary
/// part of a complex number go, with a warning.
#[cold]
pub(crate) fn counterpart<'py>(object: &Object<'py>) -> PyResult<Any<'py>> {
    let theirs = interop::to_numpy(object)?;
    if object.get().is_scalar() {
        return theirs.get_item(PyTuple::empty(object.py()));
    }
    Ok(theirs)
}

/// Whether `object` is one of NumPy's scalars, or stands for one.
pub(crate) fn is_scalar(object: &Any<'_>) -> bool {
    match object.cast_exact::<NdArray>() {
        Ok(array) => array.get().is_scalar(),
        Err(_) => interop::is_numpy_scalar(object),
    }
}

/// Whether `object` is a truth value: Python's, NumPy's, or what stands for the latter.
pub(crate) fn is_truth(object: &Any<'_>) -> bool {
    if object.is_exact_instance_of::<PyInt>() {
        return false;
    }
    if let Ok(array) = object.cast_exact::<NdArray>() {
        let this = array.get();
        return this.is_scalar() && this.array.dtype() == DType::Bool;
    }
    object.is_exact_instance_of::<PyBool>()
        || guard::tried(dtype::of_scalar(object)).flatten() == Some(DType::Bool)
}

/// `object` for NumPy to read: a list or tuple, of any depth, with NumPy's arrays and scalars in the places of ours: of
/// those without axes it would make numbers of Python. Anything else as it is.
#[cold]
pub(crate) fn in_lists<'py>(object: &Any<'py>) -> PyResult<Any<'py>> {
    inside(object, &mut SmallVec::new())
}

/// As [`in_lists`], in the lists `around`: what holds itself, and what is deeper than any array, stays as it is.
fn inside<'py>(object: &Any<'py>, around: &mut SmallVec<[Any<'py>; 4]>) -> PyResult<Any<'py>> {
    let sequence =
        object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>();
    if !sequence || around.len() == MAX_NDIM || around.iter().any(|outer| outer.is(object)) {
        return Ok(object.clone());
    }
    around.push(object.clone());
    let (items, mut changed) = (PyList::empty(object.py()), false);
    for item in object.try_iter()? {
        let item = item?;
        let theirs = match item.cast_exact::<NdArray>() {
            Ok(array) => counterpart(array)?,
            Err(_) => inside(&item, around)?,
        };
        changed |= !theirs.is(&item);
        items.append(theirs)?;
    }
    around.pop();
    Ok(if changed {
        items.into_any()
    } else {
        object.clone()
    })
}

/// `float(array)`.
pub(crate) fn float<'py>(object: &Object<'py>) -> PyResult<Any<'py>> {
    let (py, array) = (object.py(), &object.get().array);
    if let Some(number) = array.single::<f64>() {
        return Ok(PyFloat::new(py, number).into_any());
    }
    match element(py, array) {
        Some(number) if array.dtype().kind() != Kind::Complex => {
            let number = number?;
            if number.is_exact_instance_of::<PyFloat>() {
                return Ok(number);
            }
            Ok(PyFloat::new(py, number.extract()?).into_any())
        }
        _ => counterpart(object)?.call_method0("__float__"),
    }
}

/// `int(array)`.
pub(crate) fn int<'py>(object: &Object<'py>) -> PyResult<Any<'py>> {
    /// Floats below have an integer part that an `i64` holds.
    const BOUND: f64 = (1u64 << 63) as f64;
    let (py, array) = (object.py(), &object.get().array);
    if let Some(number) = array.single::<i64>() {
        return Ok(number.into_pyobject(py)?.into_any());
    }
    if let Some(number) = array.single::<f64>().filter(|number| number.abs() < BOUND) {
        return Ok((number as i64).into_pyobject(py)?.into_any());
    }
    if let Some(number) = element(py, array)
        && array.dtype().kind() != Kind::Complex
    {
        let number = number?;
        if number.is_exact_instance_of::<PyInt>() {
            return Ok(number);
        }
        if let Ok(float) = number.cast_exact::<PyFloat>()
            && float.value().abs() < BOUND
        {
            return Ok((float.value() as i64).into_pyobject(py)?.into_any());
        }
        return py.get_type::<PyInt>().call1((number,));
    }
    counterpart(object)?.call_method0("__int__")
}

/// `array.__index__()`.
pub(crate) fn index<'py>(object: &Object<'py>) -> PyResult<Any<'py>> {
    let array = &object.get().array;
    if let Some(number) = array.single::<i64>() {
        return Ok(number.into_pyobject(object.py())?.into_any());
    }
    match element(object.py(), array) {
        Some(number) if matches!(array.dtype().kind(), Kind::Signed | Kind::Unsigned) => number,
        _ => Err(PyTypeError::new_err(
            "only integer scalar arrays can be converted to a scalar index",
        )),
    }
}

/// `hash(array)`: of what stands for a scalar that of its number.
pub(crate) fn hash(object: &Object<'_>) -> PyResult<isize> {
    let this = object.get();
    if !this.is_number() {
        return Err(PyTypeError::new_err("unhashable type: 'raptors.ndarray'"));
    }
    let number = number(object.py(), &guard::quick(|| this.array.item())?)?;
    if number.eq(&number)? {
        return number.hash();
    }
    // What is no number is equal to nothing, and hashes as the object that it is.
    Ok(object.as_ptr().addr().cast_signed() >> 4)
}

/// `bool(array)`.
pub(crate) fn truth(object: &Object<'_>) -> PyResult<bool> {
    let array = &object.get().array;
    if let Some(truth) = array.single::<Bool>() {
        return Ok(truth.get());
    }
    if let Some(number) = array.single::<f64>() {
        return Ok(number != 0.0);
    }
    if let Some(number) = array.single::<i64>() {
        return Ok(number != 0);
    }
    if array.ndim() > 0 {
        return interop::to_numpy(object)?.is_truthy();
    }
    let element = guard::quick(|| array.item())?;
    Ok(cast_scalar(&element, DType::Bool).get::<Bool>().get())
}

#[pymethods]
impl NdArray {
    fn __float__<'py>(slf: &Bound<'py, Self>) -> PyResult<Any<'py>> {
        float(slf)
    }

    fn __int__<'py>(slf: &Bound<'py, Self>) -> PyResult<Any<'py>> {
        int(slf)
    }

    fn __complex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Any<'py>> {
        if let Some(number) = slf.get().array.single::<f64>() {
            return Ok(PyComplex::from_doubles(slf.py(), number, 0.0).into_any());
        }
        if let Some(number) = element(slf.py(), &slf.get().array) {
            return slf.py().get_type::<PyComplex>().call1((number?,));
        }
        interop::to_numpy(slf)?.call_method0("__complex__")
    }

    fn __index__<'py>(slf: &Bound<'py, Self>) -> PyResult<Any<'py>> {
        index(slf)
    }

    fn __bool__(slf: &Bound<'_, Self>) -> PyResult<bool> {
        truth(slf)
    }

    #[pyo3(signature = (ndigits = None))]
    fn __round__<'py>(slf: &Bound<'py, Self>, ndigits: Option<&Any<'py>>) -> PyResult<Any<'py>> {
        match element(slf.py(), &slf.get().array) {
            Some(number) => {
                static ROUND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
                let round = ROUND.import(slf.py(), "builtins", "round")?;
                match ndigits {
                    Some(ndigits) => round.call1((number?, ndigits)),
                    None => round.call1((number?,)),
                }
            }
            None => Err(PyTypeError::new_err(
                "type raptors.ndarray doesn't define __round__ method",
            )),
        }
    }

    /// One element as a number of Python.
    #[pyo3(signature = (*args))]
    fn item<'py>(slf: &Bound<'py, Self>, args: &Bound<'py, PyTuple>) -> PyResult<Any<'py>> {
        if args.is_empty() {
            return number(slf.py(), &guard::quick(|| slf.get().array.item())?);
        }
        let this = &slf.get().array;
        let args = match args.get_item(0)?.cast_into::<PyTuple>() {
            Ok(indices) if args.len() == 1 => indices,
            _ => args.clone(),
        };
        let indices: SmallVec<[i64; 4]> = args
            .iter_borrowed()
            .map(|index| -> PyResult<i64> { index.extract() })
            .collect::<PyResult<_>>()?;
        let scalar = guard::quick(|| match indices[..] {
            [place] if this.ndim() != 1 => {
                let place = layout::position(place, this.size(), None)?;
                this.get(&layout::unravel(place, this.shape()))
            }
            _ => this.get(&indices),
        })?;
        number(slf.py(), &scalar)
    }

    /// The elements as nested lists of Python's numbers.
    fn tolist<'py>(slf: &Bound<'py, Self>) -> PyResult<Any<'py>> {
        crate::list::nested(slf)
    }
}
