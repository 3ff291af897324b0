//! Indexing: views for integers and slices; arrays and masks go through NumPy, on the same memory.

use crate::array::{self, NdArray, Object};
use crate::value::{self, Value};
use crate::{guard, interop};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyEllipsis, PyInt, PySlice, PyTuple};
use raptors_array::{Array, Casting, DType, Index, Kind, Number, assign};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;
type Indices = SmallVec<[Index; 4]>;

/// The indices of a key that chooses a view; `None` for arrays, masks and what only NumPy judges.
fn basic(key: &Any<'_>) -> PyResult<Option<Indices>> {
    if let Ok(tuple) = key.cast_exact::<PyTuple>() {
        let mut indices = Indices::new();
        for item in tuple.iter_borrowed() {
            match one(&item)? {
                Some(index) => indices.push(index),
                None => return Ok(None),
            }
        }
        return Ok(Some(indices));
    }
    Ok(one(key)?.map(|index| SmallVec::from_elem(index, 1)))
}

#[inline]
fn one(item: &Any<'_>) -> PyResult<Option<Index>> {
    if item.is_exact_instance_of::<PyInt>() {
        return Ok(integer(item));
    }
    if let Ok(slice) = item.cast_exact::<PySlice>() {
        let [start, stop, step] = interop::bounds(slice)?;
        return Ok(Some(Index::Slice {
            start: Some(start),
            stop: Some(stop),
            step: Some(step),
        }));
    }
    if item.is_none() {
        return Ok(Some(Index::NewAxis));
    }
    if item.is_exact_instance_of::<PyEllipsis>() {
        return Ok(Some(Index::Ellipsis));
    }
    let sequence = item.hasattr("__len__")? || item.hasattr("__array__")?;
    let number =
        interop::is_numpy_scalar(item) && !item.get_type().name()?.to_cow()?.starts_with("bool");
    if number || (!sequence && !item.is_instance_of::<PyBool>() && item.hasattr("__index__")?) {
        return match item.call_method0("__index__") {
            Ok(index) => Ok(integer(&index)),
            Err(_) => Ok(None),
        };
    }
    Ok(None)
}

/// An integer index; NumPy tells what is wrong with one beyond 64 bits.
fn integer(item: &Any<'_>) -> Option<Index> {
    item.extract().ok().map(Index::Int)
}

/// `object[key]`.
#[inline]
pub(crate) fn get<'py>(object: &Object<'py>, key: &Any<'py>) -> PyResult<Any<'py>> {
    let Some(indices) = basic(key)? else {
        return through_numpy(object, key);
    };
    let array = &object.get().array;
    if let [Index::Int(place)] = indices[..]
        && array.ndim() == 1
    {
        let element = guard::quick(|| Array::from_scalar(&array.get(&[place])?))?;
        return Ok(array::result(object.py(), element)?.into_any());
    }
    if indices.len() == array.ndim() && indices.iter().all(|index| matches!(index, Index::Int(_))) {
        // One element: a copy, as NumPy's scalars are.
        let element = guard::quick(|| Array::from_scalar(&array.index(&indices)?.item()?))?;
        return Ok(array::result(object.py(), element)?.into_any());
    }
    Ok(array::view(object, guard::quick(|| array.index(&indices))?)?.into_any())
}

/// `object[key]` in NumPy.
fn through_numpy<'py>(object: &Object<'py>, key: &Any<'py>) -> PyResult<Any<'py>> {
    object
        .py()
        .import("raptors._methods")?
        .call_method1("_get_item", (object, key))
}

/// `object[key] = source`.
pub(crate) fn set<'py>(object: &Object<'py>, key: &Any<'py>, source: &Any<'py>) -> PyResult<()> {
    let (indices, value) = (basic(key)?, value::read(source)?);
    let dtype = object.get().array.dtype();
    let value = value.filter(|value| !is_refused(value, dtype));
    let (Some(indices), Some(value)) = (indices, value) else {
        let methods = object.py().import("raptors._methods")?;
        return methods
            .call_method1("_set_item", (object, key, source))
            .map(drop);
    };
    let view = object.get().clone_array();
    let view = guard::quick(|| view.index(&indices))?;
    let target = interop::destination(&view)?;
    let source = value.operand();
    let work = || assign::assign(&target, &source, Casting::Unsafe);
    Ok(guard::run(object.py(), view.size(), work)?)
}

/// Whether NumPy refuses to store a Python number, where it would cast an array: no numbers in
/// integers, complex ones in what is not complex.
fn is_refused(value: &Value<'_>, dtype: DType) -> bool {
    match value {
        Value::Number(Number::Float(x)) => {
            !x.is_finite() && matches!(dtype.kind(), Kind::Signed | Kind::Unsigned)
        }
        Value::Number(Number::Complex(_)) => dtype.kind() != Kind::Complex,
        _ => false,
    }
}

/// Walks over the first axis of an array.
#[pyclass(module = "raptors")]
struct ArrayIterator {
    array: Py<NdArray>,
    next: i64,
}

#[pymethods]
impl ArrayIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Any<'py>>> {
        let array = self.array.bind(py);
        if self.next as usize >= array.get().array.shape()[0] {
            return Ok(None);
        }
        let item = get(array, self.next.into_pyobject(py)?.as_any())?;
        self.next += 1;
        Ok(Some(item))
    }
}

#[pymethods]
impl NdArray {
    fn __getitem__<'py>(slf: &Bound<'py, Self>, key: &Any<'py>) -> PyResult<Any<'py>> {
        get(slf, key)
    }

    fn __setitem__<'py>(slf: &Bound<'py, Self>, key: &Any<'py>, value: &Any<'py>) -> PyResult<()> {
        set(slf, key, value)
    }

    fn __iter__(slf: &Bound<'_, Self>) -> PyResult<ArrayIterator> {
        if slf.get().array.ndim() == 0 {
            return Err(PyTypeError::new_err("iteration over a 0-d array"));
        }
        Ok(ArrayIterator {
            array: slf.clone().unbind(),
            next: 0,
        })
    }

    fn __contains__<'py>(slf: &Bound<'py, Self>, value: &Any<'py>) -> PyResult<bool> {
        slf.rich_compare(value, pyo3::basic::CompareOp::Eq)?
            .call_method0("any")?
            .is_truthy()
    }

    /// Assigns `value` to every element.
    fn fill<'py>(slf: &Bound<'py, Self>, value: &Any<'py>) -> PyResult<()> {
        set(slf, PyEllipsis::get(slf.py()).as_any(), value)
    }
}
