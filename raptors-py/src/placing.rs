//! What `put`, `putmask`, `place` and `fill_diagonal` do with an array and values that go into it as
//! they are, in one call; they say so where it is another case, which Python code arranges then.

use crate::array::{self, NdArray, Object};
use crate::{guard, value::Value};
use crate::{interop, list, put as putting};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyTuple};
use raptors_array::index::{self, Choice, Item};
use raptors_array::map::Operand;
use raptors_array::{Array, Casting, DType};

type Any<'py> = Bound<'py, PyAny>;

fn is_sequence(object: &Any<'_>) -> bool {
    object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>()
}

/// `object` as elements of `dtype`, along one axis or none, where they go in as they are.
fn values<'a>(object: &'a Any<'_>, dtype: DType) -> PyResult<Option<Value<'a>>> {
    if let Some(array) = array::of(object) {
        let fits = array.dtype() == dtype && array.ndim() <= 1;
        return Ok(fits.then_some(Value::Borrowed(array)));
    }
    if is_sequence(object) {
        let array = list::read(object, Some(dtype))?;
        return Ok(array.filter(|array| array.ndim() <= 1).map(Value::Owned));
    }
    match putting::number_of(object, dtype) {
        Some(number) => Ok(Some(Value::Owned(guard::quick(|| {
            Array::from_scalar(&number)
        })?))),
        None => Ok(None),
    }
}

/// `object` as places along one axis, where it is integers.
fn places(object: &Any<'_>) -> PyResult<Option<Array>> {
    if let Some(array) = array::of(object) {
        let fits = array.dtype() == DType::I64 && array.ndim() == 1;
        return Ok(fits.then(|| array.clone()));
    }
    if object.is_exact_instance_of::<PyInt>() {
        let place = interop::small(object);
        let array = place.map(|place| guard::quick(|| Array::from_slice(&[place])));
        return array.transpose();
    }
    if !is_sequence(object) {
        return Ok(None);
    }
    let array = list::read(object, None)?;
    Ok(array.filter(|array| array.dtype() == DType::I64 && array.ndim() == 1))
}

/// The array of `object`, if its elements may be written and there are any.
fn target<'a>(object: &'a Any<'_>) -> Option<&'a Array> {
    let object: &Object<'_> = object.cast_exact().ok()?;
    let this: &'a NdArray = object.get();
    (this.writeable() && this.array.size() > 0).then_some(&*this.array)
}

/// Writes the elements of `v` to the places `ind` of `a` in C order: whether that was done.
#[pyfunction(name = "_put")]
pub(crate) fn put(a: &Any<'_>, ind: &Any<'_>, v: &Any<'_>) -> PyResult<bool> {
    let Some(array) = target(a) else {
        return Ok(false);
    };
    let (Some(places), Some(values)) = (places(ind)?, values(v, array.dtype())?) else {
        return Ok(false);
    };
    if places.size() == 0 || values.size() != 1 && values.size() != places.size() {
        return Ok(false);
    }
    let Some(flat) = Choice::of(array, |choice| PyResult::Ok(choice.flat()))? else {
        return Ok(false);
    };
    let to = interop::destination(&flat)?;
    let work = places.size();
    guard::run(a.py(), work, || {
        index::put(&to, &[Item::Integers(places)], &values.operand())
    })?;
    Ok(true)
}

/// Writes `v`, one element, or as many as `a` has unless `single`, to `a` where `mask` is true: whether
/// that was done.
#[pyfunction(name = "_put_where")]
pub(crate) fn put_where(a: &Any<'_>, mask: &Any<'_>, v: &Any<'_>, single: bool) -> PyResult<bool> {
    let (Some(array), Some(mask)) = (target(a), array::of(mask)) else {
        return Ok(false);
    };
    if mask.dtype() != DType::Bool || mask.shape() != array.shape() {
        return Ok(false);
    }
    let beside = array::of(v).filter(|v| v.dtype() == array.dtype() && v.shape() == array.shape());
    let values = match beside {
        Some(each) if !single => Some(Value::Borrowed(each)),
        _ => values(v, array.dtype())?,
    };
    let Some(values) = values else {
        return Ok(false);
    };
    let one;
    let operand = match values.operand() {
        Operand::Array(values) if values.size() == 1 => {
            one = guard::quick(|| values.reshape(&[], raptors_array::Order::C))?;
            Operand::Array(&one)
        }
        Operand::Array(values) if !single && values.shape() == array.shape() => {
            Operand::Array(values)
        }
        Operand::Array(values) if single && values.ndim() == 1 && values.size() > 0 => {
            return place_each(a.py(), array, mask, values).map(|()| true);
        }
        _ => return Ok(false),
    };
    let to = interop::destination(array)?;
    guard::run(a.py(), array.size(), || {
        index::assign_where(&to, &operand, mask, Casting::Unsafe)
    })?;
    Ok(true)
}

/// Writes `values`, one after the other and again from the first, to `array` where `mask` is true.
fn place_each(py: Python<'_>, array: &Array, mask: &Array, values: &Array) -> PyResult<()> {
    let to = interop::destination(array)?;
    guard::run(py, array.size(), || {
        let count = index::count_nonzero(mask)?;
        if count == 0 {
            return Ok(());
        }
        let repeated;
        let mut values = values;
        if values.size() < count {
            repeated = values.tile(&[count.div_ceil(values.size()) as i64])?;
            values = &repeated;
        }
        let few = values.slice(0, count as i64, 1)?;
        index::put(&to, &[Item::Mask(mask.clone())], &Operand::Array(&few))
    })?;
    Ok(())
}

/// Writes the number `v` to the diagonal of the matrix `a`: whether that was done.
#[pyfunction]
fn _put_diagonal(a: &Any<'_>, v: &Any<'_>) -> PyResult<bool> {
    let Some(array) = target(a).filter(|array| array.ndim() == 2) else {
        return Ok(false);
    };
    let mut diagonal = guard::quick(|| array.diagonal(0, 0, 1))?;
    diagonal.set_writeable(true);
    Ok(!is_sequence(v) && array::of(v).is_none() && putting::write(&diagonal, v)?)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(put, module)?)?;
    module.add_function(wrap_pyfunction!(put_where, module)?)?;
    module.add_function(wrap_pyfunction!(_put_diagonal, module)?)
}
