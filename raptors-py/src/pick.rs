//! Functions that pick elements by place or by truth, and put elements there.

use crate::array::{self, NdArray, Object};
use crate::take::{beyond, taken};
use crate::value::{self, Value};
use crate::{call, chosen, creation, guard, index, interop, told};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyTuple};
use raptors_array::index::Beyond;
use raptors_array::map::Operand;
use raptors_array::{Array, Casting, DType, Number, index as picking, quick, result_type};

type Any<'py> = Bound<'py, PyAny>;

/// The operand that `object` is: a number of Python keeps its weak type.
fn operand<'a>(object: &'a Any<'_>) -> PyResult<Value<'a>> {
    match value::read(object)? {
        Some(value) => Ok(value),
        None => Ok(Value::Owned(
            creation::as_object(object)?.get().array.clone(),
        )),
    }
}

/// Where the elements of `array` are not zero: one array of indices for each axis.
fn places<'py>(py: Python<'py>, array: &Array) -> PyResult<Bound<'py, PyTuple>> {
    if let Some(found) = chosen::made(py, |room| quick::nonzero(array, room)) {
        return PyTuple::new(py, [found]);
    }
    let found = guard::run(py, array.size(), || picking::nonzero(array))?;
    let found: Vec<Object<'py>> = found
        .into_iter()
        .map(|places| array::fresh(py, places))
        .collect::<PyResult<_>>()?;
    PyTuple::new(py, found)
}

/// `copyto` of what only NumPy reads.
#[cold]
fn in_numpy<'py>(
    dst: &Any<'py>,
    src: &Any<'py>,
    casting: Casting,
    r#where: Option<&Any<'py>>,
) -> PyResult<()> {
    let options = PyDict::new(dst.py());
    options.set_item("casting", casting.name())?;
    if let Some(mask) = r#where {
        options.set_item("where", mask)?;
    }
    let methods = dst.py().import("raptors._methods")?;
    let function = methods.getattr("_delegate_function")?;
    function.call1(("copyto", (dst, src), options)).map(drop)
}

/// The elements of ``x`` where ``condition`` is true, and of ``y`` elsewhere.
///
/// The three are broadcast together, and the result has the dtype that ``x`` and ``y`` promote to.
/// With ``condition`` alone, what ``nonzero`` gives.
///
/// Examples
/// --------
/// >>> rp.where(rp.asarray([True, False, True]), rp.asarray([1, 2, 3]), 0)
/// array([1, 0, 3])
#[pyfunction(name = "where")]
#[pyo3(signature = (condition, x = None, y = None, /))]
fn where_<'py>(
    condition: &Any<'py>,
    x: Option<&Any<'py>>,
    y: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let py = condition.py();
    let (x, y) = match (x, y) {
        (Some(x), Some(y)) => (x, y),
        (None, None) => return nonzero(condition).map(Bound::into_any),
        _ => {
            let words = "either both or neither of x and y should be given";
            return Err(PyValueError::new_err(words));
        }
    };
    let condition = creation::as_object(condition)?;
    let condition = &condition.get().array;
    let (x, y) = (operand(x)?, operand(y)?);
    let work = condition.size().max(x.size()).max(y.size());
    let mut both = [x.operand(), y.operand()];
    let dtype = result_type(&both.map(|operand| operand.arg()));
    for operand in &mut both {
        if let Operand::Number(number) = operand {
            *number = told::of_number(py, *number, dtype)?;
        }
    }
    let chosen = guard::run(py, work, || {
        picking::select(condition, &both[0], &both[1], dtype)
    })?;
    Ok(array::result(py, chosen)?.into_any())
}

/// The indices of the elements that are not zero, in C order: one array for each axis.
///
/// `ValueError` for an array without axes.
///
/// Examples
/// --------
/// >>> rp.nonzero(rp.asarray([[0, 3], [4, 0]]))
/// (array([0, 1]), array([1, 0]))
#[pyfunction]
#[pyo3(signature = (a))]
fn nonzero<'py>(a: &Any<'py>) -> PyResult<Bound<'py, PyTuple>> {
    places(a.py(), &creation::as_object(a)?.get().array)
}

/// The indices of the elements of `a` that are not zero, one row for each.
#[pyfunction]
fn _argwhere<'py>(a: &Object<'py>) -> PyResult<Object<'py>> {
    let array = &a.get().array;
    let found = guard::run(a.py(), array.size(), || picking::nonzero_places(array))?;
    array::fresh(a.py(), found.t())
}

/// The places of the elements of `a` that are not zero, counted in C order.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn flat_places<'py>(a: &Object<'py>) -> PyResult<Any<'py>> {
    let (py, array) = (a.py(), &a.get().array);
    if let Some(found) = chosen::made(py, |room| quick::nonzero(array, room)) {
        return Ok(found.into_any());
    }
    let mut found = guard::run(py, array.size(), || {
        picking::nonzero(&array.ravel(raptors_array::Order::C)?)
    })?;
    match found.pop() {
        Some(found) => Ok(array::fresh(py, found)?.into_any()),
        None => Err(PyValueError::new_err("no places")),
    }
}

/// The elements at `indices`, an array of integers, along `axis`.
#[pyfunction]
fn _take<'py>(a: &Object<'py>, indices: &Object<'py>, axis: i64) -> PyResult<Object<'py>> {
    let (array, indices) = (&a.get().array, &indices.get().array);
    let work = indices.size().max(array.size());
    let taken = guard::run(a.py(), work, || picking::take(array, indices, axis))?;
    array::result(a.py(), taken)
}

/// `places`, 64-bit integers, brought to those of an axis of `n` elements as `mode` says.
#[pyfunction]
fn _within<'py>(places: &Object<'py>, n: usize, mode: &Any<'py>) -> PyResult<Object<'py>> {
    let array = &places.get().array;
    match beyond(Some(mode)) {
        None | Some(Beyond::Raise) => Ok(places.clone()),
        Some(beyond) => {
            let work = || picking::within(array, n, beyond);
            array::fresh(places.py(), guard::run(places.py(), array.size(), work)?)
        }
    }
}

/// What `where=` means: the elements of a list may be any numbers, those of an array are not cast.
fn truth<'py>(mask: &Any<'py>) -> PyResult<Any<'py>> {
    if !mask.is_exact_instance_of::<PyList>() && !mask.is_exact_instance_of::<PyTuple>() {
        return Ok(mask.clone());
    }
    let bools = crate::dtype::object(mask.py(), DType::Bool)?;
    mask.py()
        .import("numpy")?
        .call_method1("asarray", (mask, bools))
}

/// A shape without spaces: `(2,3)`, `(4,)`.
fn tight(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    format!("({}{comma})", lengths.join(","))
}

/// Copies the values of ``src``, broadcast, to ``dst``, where ``where`` is true.
///
/// `TypeError` where ``casting`` forbids the conversion.
///
/// Examples
/// --------
/// >>> a = rp.zeros(3)
/// >>> rp.copyto(a, [1, 2, 3], where=[True, False, True])
/// >>> a
/// array([1., 0., 3.])
#[pyfunction]
#[pyo3(signature = (dst, src, casting = None, r#where = None))]
#[pyo3(text_signature = "(dst, src, casting='same_kind', where=True)")]
fn copyto<'py>(
    dst: &Any<'py>,
    src: &Any<'py>,
    casting: Option<&Any<'py>>,
    #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
) -> PyResult<()> {
    let py = dst.py();
    let target = if let Ok(array) = dst.cast_exact::<NdArray>() {
        array.get().clone_array()
    } else if interop::is_numpy(dst)
        && let Some(array) = interop::from_numpy(dst)?
    {
        array
    } else {
        return Err(PyTypeError::new_err(format!(
            "copyto() argument 1 must be a numpy.ndarray, not {}",
            dst.get_type().name()?
        )));
    };
    let casting = casting.map_or(Ok(Casting::SameKind), call::casting)?;
    let value = match operand(src) {
        // NumPy converts strings and other objects, or has the error.
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            return in_numpy(dst, src, casting, r#where.as_ref());
        }
        value => value?,
    };
    let source = value.operand();
    let (from, to) = (source.arg().dtype(), target.dtype());
    if let Operand::Number(Number::Int(number)) = source
        && to == DType::Bool
        && i64::try_from(number).is_err()
    {
        let words = "Python int too large to convert to C long";
        return Err(PyOverflowError::new_err(words));
    }
    let truth = r#where.as_ref().map(|mask| truth(mask)).transpose()?;
    let mask = call::mask(truth.as_ref())?;
    let destination = interop::destination(&target)?;
    if !source.arg().can_cast(to, casting) {
        return Err(PyTypeError::new_err(format!(
            "Cannot cast {} from dtype('{}') to dtype('{}') according to the rule '{}'",
            if value.ndim() == 0 {
                "scalar"
            } else {
                "array data"
            },
            from.name(),
            to.name(),
            casting.name()
        )));
    }
    let value = match value {
        // Whatever is lost is lost then, as in arrays.
        Value::Number(number @ (Number::Float(_) | Number::Complex(_)))
            if casting == Casting::Unsafe =>
        {
            Value::Owned(guard::quick(|| {
                Array::from_scalar(&number.to_scalar(from)?)
            })?)
        }
        value => value,
    };
    let source = value.operand();
    index::refuse(&value, src, target.dtype())?;
    if let Some(mask) = &mask
        && raptors_array::broadcast_strides(mask.shape(), mask.strides(), target.shape()).is_none()
    {
        return Err(PyValueError::new_err(format!(
            "could not broadcast where mask from shape {} into shape {}",
            tight(mask.shape()),
            tight(target.shape())
        )));
    }
    let casting = Casting::Unsafe;
    Ok(guard::watched(py, "cast", target.size(), || match &mask {
        Some(mask) => picking::assign_where(&destination, &source, mask, casting),
        None => raptors_array::assign::assign(&destination, &source, casting),
    })?)
}

#[pymethods]
impl NdArray {
    /// The indices of the elements that are not zero, one array for each axis.
    #[pyo3(name = "nonzero")]
    pub(crate) fn nonzero_places<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        places(slf.py(), &slf.get().array)
    }

    /// The elements numbered `indices` along `axis`.
    #[pyo3(signature = (indices, axis = None, out = None, mode = None))]
    #[pyo3(text_signature = "($self, indices, axis=None, out=None, mode='raise')")]
    fn take<'py>(
        slf: &Bound<'py, Self>,
        indices: &Any<'py>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        mode: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let py = slf.py();
        let number = |axis: &Any<'py>| {
            let integer = axis.is_exact_instance_of::<PyInt>();
            integer.then(|| interop::small(axis)).flatten()
        };
        let place = axis.map(number);
        // An axis that is no such integer, and other modes, are for the function.
        if out.is_none()
            && place != Some(None)
            && let Some(beyond) = beyond(mode)
            && let Some(taken) = taken(slf, indices, place.flatten(), beyond)?
        {
            return Ok(taken);
        }
        let function = py.import("raptors")?.getattr("take")?;
        let raise = pyo3::intern!(py, "raise").as_any();
        function.call1((slf, indices, axis, out, mode.unwrap_or(raise)))
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(where_, module)?)?;
    module.add_function(wrap_pyfunction!(nonzero, module)?)?;
    module.add_function(wrap_pyfunction!(_argwhere, module)?)?;
    module.add_function(wrap_pyfunction!(_take, module)?)?;
    module.add_function(wrap_pyfunction!(_within, module)?)?;
    module.add_function(wrap_pyfunction!(copyto, module)?)
}
