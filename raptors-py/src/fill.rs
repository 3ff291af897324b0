//! New arrays of one value: from shapes, or in the likeness of other arrays.

use crate::array::{Object, fresh};
use crate::creation::{as_object, check_place, form};
use crate::shape::sizes;
use crate::value::{self, Value};
use crate::{call, convert, creation, dtype, error, guard, range, told};
use pyo3::prelude::*;
use pyo3::types::PyInt;
use raptors_array::map::Operand;
use raptors_array::target::Target;
use raptors_array::{Array, Casting, DType, Dims, Error, Kind, Number, Order, assign};

type Any<'py> = Bound<'py, PyAny>;

/// Writes `value` to all elements of a new array. What a number loses has been told of.
fn fill<'py>(py: Python<'py>, mut array: Array, value: Operand<'_>) -> PyResult<Object<'py>> {
    let (work, dtype) = (array.size(), array.dtype());
    let written = || {
        if let Operand::Number(number) = value
            && (array.is_c_contiguous() || array.ndim() == 1)
        {
            let scalar = number.to_scalar(array.dtype())?;
            return Array::full(array.shape(), &scalar, Order::C);
        }
        assign::assign(&Target::new(&mut array)?, &value, Casting::Unsafe)?;
        Ok(array)
    };
    let array = match value {
        Operand::Number(_) => guard::run(py, work, written)?,
        Operand::Array(values) => {
            convert::warn_of_lost_parts(py, values.dtype(), dtype)?;
            guard::watched(py, "cast", work, written)?
        }
    };
    fresh(py, array)
}

/// `number` as an element of `dtype`, for `size` of them: what it loses is told of as of a cast, of which an
/// integer takes none where there are no elements.
fn stored(py: Python<'_>, number: Number, dtype: DType, size: usize) -> PyResult<Number> {
    if let Number::Int(int) = number {
        if dtype == DType::Bool && i64::try_from(int).is_err() {
            // Truth values are told of a long, too.
            return Err(error::raise(&Error::IntegerTooLarge));
        }
        return told::of_number(py, number, dtype);
    }
    let (from, cut) = (
        number.arg().dtype(),
        matches!(dtype.kind(), Kind::Signed | Kind::Unsigned),
    );
    if cut {
        convert::warn_of_lost_parts(py, from, dtype)?;
        guard::watched(py, "cast", 1, || match size {
            0 => Ok(()),
            _ => number.to_scalar(dtype).map(drop),
        })?;
        return Ok(number);
    }
    let number = told::of_number(py, number, dtype)?;
    convert::warn_of_lost_parts(py, from, dtype)?;
    Ok(number)
}

/// What an array of `dtype`, if that is given, is filled with: a number, or what `as_object` makes of it.
fn filling<'a>(value: &'a Any<'_>, dtype: Option<DType>) -> PyResult<Value<'a>> {
    match value::read(value)? {
        Some(value) => Ok(value),
        None if value.is_exact_instance_of::<PyInt>() && dtype.is_some() => {
            // An integer that no integer of ours holds.
            let inexact = |dtype: DType| matches!(dtype.kind(), Kind::Float | Kind::Complex);
            if dtype.is_some_and(inexact) {
                return Ok(Value::Number(Number::Float(value.extract()?)));
            }
            Err(error::raise(&Error::IntegerTooLarge))
        }
        None => Ok(Value::Owned(as_object(value)?.get().clone_array())),
    }
}

/// An array of `shape` filled with ones.
///
/// `order` is `"C"` or `"F"`. `ValueError` for negative lengths.
///
/// Examples
/// --------
/// >>> rp.ones((2, 2)).tolist()
/// [[1.0, 1.0], [1.0, 1.0]]
#[pyfunction]
#[pyo3(signature = (shape, dtype = None, order = None, *, device = None, like = None),
       text_signature = "(shape, dtype=None, order='C', *, device=None, like=None)")]
fn ones<'py>(
    shape: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    let (dims, dtype, order) = form(shape, dtype, order, device, like)?;
    let size = dims.iter().fold(1usize, |size, &n| size.saturating_mul(n));
    let array = guard::run(shape.py(), size, || Array::ones(&dims, dtype, order))?;
    fresh(shape.py(), array)
}

/// An array of `shape` filled with `fill_value`, which may be an array that broadcasts.
///
/// The dtype is that of `fill_value` unless given. `OverflowError` where it is an integer that the
/// dtype does not hold.
///
/// Examples
/// --------
/// >>> rp.full((2, 2), 7).tolist()
/// [[7, 7], [7, 7]]
#[pyfunction]
#[pyo3(signature = (shape, fill_value, dtype = None, order = None, *, device = None, like = None),
       text_signature = "(shape, fill_value, dtype=None, order='C', *, device=None, like=None)")]
fn full<'py>(
    shape: &Any<'py>,
    fill_value: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    let py = shape.py();
    check_place(None, like)?;
    let asked = dtype.filter(|dtype| !dtype.is_none());
    // What has no dtype asked for is made an array before anything else is judged.
    let alone = asked.is_none().then(|| filling(fill_value, None));
    let alone = alone.transpose()?;
    let (dims, dtype, order) = form(shape, asked, order, device, None)?;
    let (value, dtype) = match alone {
        None => (filling(fill_value, Some(dtype))?, dtype),
        Some(value) => {
            let dtype = match value.operand() {
                Operand::Array(array) => array.dtype(),
                Operand::Number(number) => match range::alone(number) {
                    Some(dtype) => dtype,
                    None => as_object(fill_value)?.get().array.dtype(),
                },
            };
            (value, dtype)
        }
    };
    if let Operand::Number(number) = value.operand() {
        let size = dims.iter().fold(1usize, |size, &n| size.saturating_mul(n));
        let number = stored(py, number, dtype, size)?;
        let array = guard::run(py, size, || {
            Array::full(&dims, &number.to_scalar(dtype)?, order)
        })?;
        return fresh(py, array);
    }
    let array = guard::quick(|| Array::empty(&dims, dtype, order))?;
    fill(py, array, value.operand())
}

/// What the functions that make one array like another are asked for.
struct Likeness<'py> {
    dims: Dims,
    dtype: DType,
    order: Option<Order>,
    prototype: Object<'py>,
}

impl<'py> Likeness<'py> {
    fn read(
        prototype: &Any<'py>,
        dtype: Option<&Any<'py>>,
        order: &Any<'py>,
        shape: Option<&Any<'py>>,
        device: Option<&Any<'py>>,
    ) -> PyResult<Self> {
        let prototype = as_object(prototype)?;
        let this = &prototype.get().array;
        let dtype = dtype::parse_optional(dtype)?.unwrap_or(this.dtype());
        let letter = call::order_letter(order)?;
        let sizes = shape.filter(|shape| !shape.is_none()).map(sizes);
        let sizes = sizes.transpose()?;
        check_place(device, None)?;
        let dims = match sizes {
            Some(sizes) => creation::lengths(&sizes)?,
            None => Dims::from_slice(this.shape()),
        };
        let order = match letter {
            Some('A') if this.is_f_contiguous() && !this.is_c_contiguous() => Some(Order::F),
            Some('F') => Some(Order::F),
            Some(_) => Some(Order::C),
            None if this.is_c_contiguous() || dims.len() != this.ndim() => Some(Order::C),
            None => None,
        };
        Ok(Self {
            dims,
            dtype,
            order,
            prototype,
        })
    }

    fn empty(&self) -> PyResult<Array> {
        let this = &self.prototype.get().array;
        guard::quick(|| match self.order {
            Some(order) => Array::empty(&self.dims, self.dtype, order),
            None => this.empty_sorted_like(&self.dims, self.dtype),
        })
    }

    fn filled(&self, py: Python<'py>, number: Number) -> PyResult<Object<'py>> {
        let size = self
            .dims
            .iter()
            .fold(1usize, |size, &n| size.saturating_mul(n));
        let number = stored(py, number, self.dtype, size)?;
        let Some(order) = self.order else {
            return fill(py, self.empty()?, Operand::Number(number));
        };
        let (dims, dtype) = (&self.dims, self.dtype);
        let array = guard::run(py, size, || match number {
            Number::Int(0) => Array::zeros(dims, dtype, order),
            _ => Array::full(dims, &number.to_scalar(dtype)?, order),
        })?;
        fresh(py, array)
    }
}

/// An array like `prototype`, of its shape and dtype unless others are given, with any contents.
///
/// `order="K"` keeps the order in which the axes of `prototype` lie in memory.
///
/// Examples
/// --------
/// >>> rp.empty_like(rp.ones((2, 3))).shape
/// (2, 3)
#[pyfunction]
#[pyo3(signature = (prototype, /, dtype = None, order = None, subok = true, shape = None, *, device = None),
       text_signature = "(prototype, /, dtype=None, order='K', subok=True, shape=None, *, device=None)")]
fn empty_like<'py>(
    prototype: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    #[pyo3(from_py_with = crate::call::switch)] subok: bool,
    shape: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    let _ = subok;
    let order = letter(prototype.py(), order);
    let likeness = Likeness::read(prototype, dtype, &order, shape, device)?;
    fresh(prototype.py(), likeness.empty()?)
}

fn letter<'py>(py: Python<'py>, order: Option<&Any<'py>>) -> Any<'py> {
    order.map_or_else(|| py.None().into_bound(py), Clone::clone)
}

/// An array like `a`, of its shape and dtype unless others are given, filled with zeros.
///
/// Examples
/// --------
/// >>> rp.zeros_like(rp.ones(3)).tolist()
/// [0.0, 0.0, 0.0]
#[pyfunction]
#[pyo3(signature = (a, dtype = None, order = None, subok = true, shape = None, *, device = None),
       text_signature = "(a, dtype=None, order='K', subok=True, shape=None, *, device=None)")]
fn zeros_like<'py>(
    a: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    #[pyo3(from_py_with = crate::call::switch)] subok: bool,
    shape: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    let _ = subok;
    let order = letter(a.py(), order);
    Likeness::read(a, dtype, &order, shape, device)?.filled(a.py(), Number::Int(0))
}

/// An array like `a`, of its shape and dtype unless others are given, filled with ones.
///
/// Examples
/// --------
/// >>> rp.ones_like(rp.zeros(3)).tolist()
/// [1.0, 1.0, 1.0]
#[pyfunction]
#[pyo3(signature = (a, dtype = None, order = None, subok = true, shape = None, *, device = None),
       text_signature = "(a, dtype=None, order='K', subok=True, shape=None, *, device=None)")]
fn ones_like<'py>(
    a: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    #[pyo3(from_py_with = crate::call::switch)] subok: bool,
    shape: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    let _ = subok;
    let order = letter(a.py(), order);
    Likeness::read(a, dtype, &order, shape, device)?.filled(a.py(), Number::Int(1))
}

/// An array like `a`, of its shape and dtype unless others are given, filled with `fill_value`.
///
/// Examples
/// --------
/// >>> rp.full_like(rp.zeros(3), 7).tolist()
/// [7.0, 7.0, 7.0]
#[pyfunction]
#[pyo3(signature = (a, fill_value, dtype = None, order = None, subok = true, shape = None, *, device = None),
       text_signature = "(a, fill_value, dtype=None, order='K', subok=True, shape=None, *, device=None)")]
#[allow(clippy::too_many_arguments, reason = "NumPy's signature")]
fn full_like<'py>(
    a: &Any<'py>,
    fill_value: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    #[pyo3(from_py_with = crate::call::switch)] subok: bool,
    shape: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    let _ = subok;
    let order = letter(a.py(), order);
    let likeness = Likeness::read(a, dtype, &order, shape, device)?;
    let value = filling(fill_value, Some(likeness.dtype))?;
    match value.operand() {
        Operand::Number(number) => likeness.filled(a.py(), number),
        array @ Operand::Array(_) => fill(a.py(), likeness.empty()?, array),
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(ones, module)?)?;
    module.add_function(wrap_pyfunction!(full, module)?)?;
    module.add_function(wrap_pyfunction!(empty_like, module)?)?;
    module.add_function(wrap_pyfunction!(zeros_like, module)?)?;
    module.add_function(wrap_pyfunction!(ones_like, module)?)?;
    module.add_function(wrap_pyfunction!(full_like, module)?)
}
