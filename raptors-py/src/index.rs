//! Indexing: views for integers and slices, copies for arrays and masks, and assignment to both.

use crate::array::{self, NdArray, Object};
use crate::convert::warn_of_lost_parts;
use crate::key::{self, Key};
use crate::value::{self, Value};
use crate::{chosen, dtype, guard, interop, put, scalar};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyEllipsis, PyList, PyTuple};
use raptors_array::map::Operand;
use raptors_array::{
    Array, Casting, DType, Error, Index, Item, Kind, Number, Order, assign, index, quick,
};

type Any<'py> = Bound<'py, PyAny>;

/// `object[key]`.
#[inline(always)]
pub(crate) fn get<'py>(object: &Object<'py>, key: &Any<'py>) -> PyResult<Any<'py>> {
    if object.get().array.ndim() > 0
        && let Some(result) = chosen::get(object, key)?
    {
        return Ok(result);
    }
    other(object, key)
}

/// `object[key]` for keys of any kind.
fn general<'py>(object: &Object<'py>, key: &Any<'py>) -> PyResult<Any<'py>> {
    let array = &object.get().array;
    let (indices, copies) = match key::read(key)? {
        Key::View { indices, copies } => (indices, copies),
        Key::Pick(items) => {
            let work = || index::pick(array, &items);
            let picked = guard::run(object.py(), array.size(), work)?;
            return Ok(array::fresh(object.py(), picked)?.into_any());
        }
    };
    if indices.len() == array.ndim() && indices.iter().all(|index| matches!(index, Index::Int(_))) {
        // One element: a copy, as NumPy's scalars are.
        let element = guard::quick(|| Array::from_scalar(&array.index(&indices)?.item()?))?;
        return Ok(array::result(object.py(), element)?.into_any());
    }
    let view = guard::quick(|| array.index(&indices))?;
    if copies {
        let copy = guard::run(object.py(), view.size(), || assign::copy(&view, None))?;
        return Ok(array::fresh(object.py(), copy)?.into_any());
    }
    Ok(array::view(object, view)?.into_any())
}

/// `object[key]` for one array, and for keys that are less common.
#[inline(never)]
fn other<'py>(object: &Object<'py>, key: &Any<'py>) -> PyResult<Any<'py>> {
    let array = &object.get().array;
    if array.ndim() == 0 && key::places(key, 0).is_some() {
        return chosen::element_at(object.py(), array, &[]);
    }
    if array.ndim() > 0 && array::of(key).is_some() {
        if let Some(place) = key::place(key) {
            return at(object, place);
        }
        let few = |key| {
            let (py, ndim) = (object.py(), array.ndim());
            if ndim > 1 {
                return chosen::result(py, |room| quick::pick_rows(array, key, room));
            }
            chosen::result(py, |room| quick::pick(array, key, room))
                .or_else(|| chosen::result(py, |room| quick::compress(array, key, room)))
        };
        if let Some(picked) = array::of(key).and_then(few) {
            return Ok(picked.into_any());
        }
        if let Some(item) = key::item(key) {
            let picked = guard::run(object.py(), array.size(), || index::pick(array, &[item]))?;
            return Ok(array::fresh(object.py(), picked)?.into_any());
        }
    }
    let several = key::of_arrays(key, |places| {
        chosen::result(object.py(), |room| quick::pick_at(array, places, room))
    });
    if let Some(picked) = several {
        return Ok(picked.into_any());
    }
    general(object, key)
}

/// What is at `place` of the first axis: a copy of an element, as NumPy's scalars are, or a view.
pub(crate) fn at<'py>(object: &Object<'py>, place: i64) -> PyResult<Any<'py>> {
    let array = &object.get().array;
    if array.ndim() == 1 {
        return chosen::element_at(object.py(), array, &[place]);
    }
    let row = |choice: &mut index::Choice<'_>| choice.place(place);
    let view = chosen::view_or(object, row, |array| array.row(place))?;
    Ok(view.into_any())
}

/// `items` with the first place of the axis for every place in an array.
fn anywhere(items: &[Item]) -> raptors_array::Result<Vec<Item>> {
    let first = |item: &Item| -> raptors_array::Result<Item> {
        Ok(match item {
            Item::Integers(places) => {
                Item::Integers(Array::zeros(places.shape(), DType::I64, Order::C)?)
            }
            item => item.clone(),
        })
    };
    items.iter().map(first).collect()
}

/// `object[key] = source`.
pub(crate) fn set<'py>(object: &Object<'py>, key: &Any<'py>, source: &Any<'py>) -> PyResult<()> {
    if put::at_once(object, key, source)? {
        return Ok(());
    }
    let array = object.get().clone_array();
    if !array.writeable() {
        return Err(crate::error::raise(&Error::ReadOnly));
    }
    let py = object.py();
    let key = key::read(key)?;
    // A view is made before the value is looked at: wrong indices are the first error.
    let view = match &key {
        Key::View { indices, .. } => Some(guard::quick(|| array.index(indices))?),
        Key::Pick(_) => None,
    };
    let is_integer = |index: &Index| matches!(index, Index::Int(_));
    let element = match (&key, &view) {
        (Key::View { indices, .. }, Some(view)) => {
            view.ndim() == 0 && indices.iter().all(is_integer)
        }
        _ => false,
    };
    let number = match &view {
        Some(view) => read_scalar(source, view)?,
        None => None,
    };
    let read = match number {
        Some(number) => Ok(number),
        None => read_value(source, array.dtype(), element),
    };
    let mut value = match (read, &key) {
        (Ok(value), _) => value,
        (Err(error), Key::Pick(items)) => {
            // Shapes and numbers of indices are judged before the value, the places in arrays after it.
            guard::run(py, array.size(), || index::pick(&array, &anywhere(items)?))?;
            return Err(error);
        }
        (Err(error), _) => return Err(error),
    };
    if element && value.ndim() > 0 {
        value = read_element(source, array.dtype())?;
    }
    if let Some(view) = &view
        && value.ndim() > view.ndim()
        && (source.is_exact_instance_of::<PyList>() || source.is_exact_instance_of::<PyTuple>())
    {
        return Err(PyValueError::new_err(format!(
            "setting an array element with a sequence. The requested array would exceed the \
             maximum number of dimension of {}.",
            view.ndim()
        )));
    }
    let source = value.operand();
    match (&key, &view) {
        (Key::Pick(items), _) => {
            let target = interop::destination(&array)?;
            let work = array.size().max(value.size());
            Ok(guard::watched(py, "cast", work, || {
                index::put(&target, items, &source)
            })?)
        }
        (_, Some(view)) => {
            let target = interop::destination(view)?;
            let work = || assign::assign(&target, &source, Casting::Unsafe);
            Ok(guard::watched(py, "cast", view.size(), work)?)
        }
        _ => Ok(()),
    }
}

/// What is assigned to `view` where `source` is one of NumPy's scalars, or stands for one: NumPy makes it an integer of
/// Python before it stores it in integers, and converts it though there may be no elements. Nothing for others, and
/// where it is cast as an array is.
fn read_scalar<'a>(source: &Any<'_>, view: &Array) -> PyResult<Option<Value<'a>>> {
    let dtype = view.dtype();
    let cast = !is_integer(dtype) && view.size() > 0;
    if cast || !scalar::is_scalar(source) {
        return Ok(None);
    }
    match put::number_of(source, dtype) {
        Some(number) => {
            let number = guard::quick(|| Array::from_scalar(&number))?;
            Ok(Some(Value::Owned(number)))
        }
        None => read_element(source, dtype).map(Some),
    }
}

/// What is assigned to an array of `dtype`, or to one `element` of it.
fn read_value<'a>(source: &'a Any<'_>, dtype: DType, element: bool) -> PyResult<Value<'a>> {
    let sequence =
        source.is_exact_instance_of::<PyList>() || source.is_exact_instance_of::<PyTuple>();
    // A number of a subclass is assigned as its value is, though it does not give way to arrays.
    if !sequence && let Some(number) = value::of_subclass(source) {
        let value = Value::Number(number);
        refuse(&value, source, dtype)?;
        return Ok(value);
    }
    if !sequence && let Some(value) = value::read(source)? {
        refuse(&value, source, dtype)?;
        return Ok(value);
    }
    if element {
        return read_element(source, dtype);
    }
    // Sequences, strings and foreign objects: element by element as NumPy assigns them.
    let py = source.py();
    let options = PyDict::new(py);
    options.set_item("dtype", dtype::object(py, dtype)?)?;
    let asarray = py.import("numpy")?.getattr("asarray")?;
    let array = asarray.call((scalar::in_lists(source)?,), Some(&options))?;
    match interop::from_numpy(&array)? {
        Some(array) => Ok(Value::Owned(array)),
        None => Err(PyTypeError::new_err(
            "a value of another type than asked for",
        )),
    }
}

/// What is assigned to one element, by NumPy's rules for what a number is, or its error.
#[cold]
fn read_element<'a>(source: &Any<'_>, dtype: DType) -> PyResult<Value<'a>> {
    let cell = cell(source, dtype, |cell, source| {
        cell.set_item(PyTuple::empty(cell.py()), source)
    })?;
    match interop::from_numpy(&cell)? {
        Some(cell) => Ok(Value::Owned(cell)),
        None => Err(PyTypeError::new_err(
            "a value of another type than asked for",
        )),
    }
}

/// What NumPy fills an array of `dtype` with for `source`, as its array of no axes, or its error.
#[cold]
fn filled<'py>(source: &Any<'py>, dtype: DType) -> PyResult<Any<'py>> {
    cell(source, dtype, |cell, source| {
        cell.call_method1("fill", (source,)).map(drop)
    })
}

/// NumPy's array of no axes to which `assign` has assigned `source`, as NumPy knows it.
fn cell<'py>(
    source: &Any<'py>,
    dtype: DType,
    assign: impl FnOnce(&Any<'py>, &Any<'py>) -> PyResult<()>,
) -> PyResult<Any<'py>> {
    let py = source.py();
    let source = match source.cast_exact::<NdArray>() {
        Ok(array) => scalar::counterpart(array)?,
        Err(_) => source.clone(),
    };
    let cell = py
        .import("numpy")?
        .call_method1("zeros", (PyTuple::empty(py), dtype::object(py, dtype)?))?;
    assign(&cell, &source)?;
    Ok(cell)
}

/// Python's own error for a number that NumPy refuses to store, where it would cast an array: no
/// number in integers, complex ones in what is not complex. A warning for complex arrays.
pub(crate) fn refuse(value: &Value<'_>, source: &Any<'_>, dtype: DType) -> PyResult<()> {
    if let Operand::Array(array) = value.operand() {
        return warn_of_lost_parts(source.py(), array.dtype(), dtype);
    }
    let integer = is_integer(dtype);
    let convert = match value {
        Value::Number(Number::Float(x)) if integer && !holds(dtype, *x) => {
            return read_element(source, dtype).map(drop);
        }
        Value::Number(Number::Complex(_)) if integer => "int",
        Value::Number(Number::Complex(_)) if dtype.kind() == Kind::Float => "float",
        _ => return Ok(()),
    };
    let builtins = source.py().import("builtins")?;
    builtins.getattr(convert)?.call1((source,)).map(drop)
}

pub(crate) fn is_integer(dtype: DType) -> bool {
    matches!(dtype.kind(), Kind::Signed | Kind::Unsigned)
}

/// Whether the integer part of `x` is a number of the integer type `dtype`.
pub(crate) fn holds(dtype: DType, x: f64) -> bool {
    let bits = 8 * dtype.size() as i32;
    let (least, beyond) = match dtype.kind() {
        Kind::Signed => (-(2f64.powi(bits - 1)), 2f64.powi(bits - 1)),
        _ => (0.0, 2f64.powi(bits)),
    };
    (least..beyond).contains(&x.trunc())
}

#[pymethods]
impl NdArray {
    fn __getitem__<'py>(slf: &Bound<'py, Self>, key: &Any<'py>) -> PyResult<Any<'py>> {
        get(slf, key)
    }

    fn __setitem__<'py>(slf: &Bound<'py, Self>, key: &Any<'py>, value: &Any<'py>) -> PyResult<()> {
        set(slf, key, value)
    }

    fn __delitem__(&self, _key: &Any<'_>) -> PyResult<()> {
        Err(PyValueError::new_err("cannot delete array elements"))
    }

    fn __contains__<'py>(slf: &Bound<'py, Self>, value: &Any<'py>) -> PyResult<bool> {
        slf.rich_compare(value, pyo3::basic::CompareOp::Eq)?
            .call_method0("any")?
            .is_truthy()
    }

    /// Assigns `value`, one number, to every element.
    pub(crate) fn fill<'py>(slf: &Bound<'py, Self>, value: &Any<'py>) -> PyResult<()> {
        let this = slf.get();
        let every = PyEllipsis::get(slf.py());
        let one = array::of(value).map(|array| array.ndim() == 0);
        if one != Some(false)
            && this.array.ndim() > 0
            && this.writeable()
            && put::write(&this.array, value)?
        {
            return Ok(());
        }
        if one == Some(true) && this.array.size() > 0 {
            return set(slf, every.as_any(), value);
        }
        if !this.writeable() {
            return Err(crate::error::raise(&Error::ReadOnly));
        }
        // Attached, as NumPy's objects are dropped on the way.
        Python::attach(|_| {
            let filled = filled(value, this.array.dtype())?;
            set(slf, every.as_any(), &filled)
        })
    }
}
