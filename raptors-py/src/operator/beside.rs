//! An array beside a number of Python, or beside a scalar or an array of NumPy's, and functions of one
//! number.

use super::{Any, elements, few, in_temporary, of_arrays, single, staged, work};
#[cfg(not(Py_LIMITED_API))]
use super::{element, told_at_once};
use crate::guard::{self, Failure};
use crate::value::{self, Value};
use crate::{array, dtype, interop, told};
use pyo3::prelude::*;
#[cfg(not(Py_LIMITED_API))]
use pyo3::types::PyInt;
use pyo3::types::{PyBool, PyComplex, PyComplexMethods, PyFloat};
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Array, Bool, DType, Kind, Number, Scalar, Ufunc, cast_scalar, quick};
use raptors_kernels::dtype::Complex64;

/// `op` of an array and a number where that is the common case; nothing where it is another, or
/// where something is wrong.
#[inline]
pub(super) fn with_number<'py>(
    py: Python<'py>,
    op: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
    work: usize,
) -> Option<PyResult<Any<'py>>> {
    let result = guard::call(py, op, work, || map::with_number(op, array, number, first));
    match result {
        Ok(Some(result)) => Some(array::result(py, result).map(Bound::into_any)),
        Ok(None) | Err(Failure::Error(_)) => None,
        Err(failure) => Some(Err(failure.into())),
    }
}

/// `ufunc(a, b)` of an array and a number, or a scalar or an array of NumPy's, as [`with_number`]: no operator,
/// so that powers stay powers.
#[inline]
pub(crate) fn call_with_number<'py>(
    op: Ufunc,
    a: &Any<'py>,
    b: &Any<'py>,
) -> PyResult<Option<Any<'py>>> {
    let (array, other, first) = match (array::of(a), array::of(b)) {
        (Some(array), None) => (array, b, false),
        (None, Some(array)) => (array, a, true),
        _ => return Ok(None),
    };
    if op.nout() != 1 {
        return Ok(None);
    }
    let number = if let Some(number) = value::plain_number(other) {
        number
    } else if let Some(number) = dtype::float64(other).filter(|_| array.dtype() == DType::F64) {
        Number::Float(number)
    } else if let Some(scalar) = interop::scalar(other)? {
        match numpys_number(&scalar, array.dtype()).filter(|_| op != Ufunc::power) {
            Some(number) => number,
            None => return with_scalar(op, [a, b], (array, &scalar, first)).map(Some),
        }
    } else if let Ok(number) = other.cast_exact::<PyComplex>() {
        Number::Complex(Complex64::new(number.real(), number.imag()))
    } else {
        return call_with_numpys(op, [a, b]);
    };
    let py = a.py();
    if told::may_be_beyond(number, array.dtype()) {
        return Ok(None);
    }
    if let Some(known) = few::instead(op, array.dtype(), number).filter(|_| !first) {
        return few::known_as(py, op, known, array).map(Some);
    }
    if array.ndim() == 0
        && let Some(result) = elements::of_element(py, op, array, number, first)
    {
        return result.map(Some);
    }
    if let Some(result) = few::beside_number(py, op, array, number, first) {
        return result.map(Some);
    }
    let (one, other) = (Operand::Array(array), Operand::Number(number));
    let operands = if first { [other, one] } else { [one, other] };
    if let Some(result) = staged(py, op, operands) {
        return result.map(Some);
    }
    if let Some(result) = in_temporary(op, [a, b], operands) {
        return result.map(Some);
    }
    let work = work(op, array.size());
    with_number(py, op, array, number, first, work).transpose()
}

/// `a ** b` of an array with axes and a number of Python, which is a power and no other function; nothing as for
/// [`with_number`].
#[inline(never)]
pub(super) fn plain_power<'py>(a: &Any<'py>, b: &Any<'py>) -> Option<PyResult<Any<'py>>> {
    let (array, number) = (array::of(a)?, value::plain_number(b)?);
    let whole = matches!(number, Number::Int(_));
    let inexact = matches!(array.dtype().kind(), Kind::Float | Kind::Complex);
    // Of integers, NumPy computes powers by some floats as other functions.
    if array.ndim() == 0 || !(whole || inexact) || told::may_be_beyond(number, array.dtype()) {
        return None;
    }
    few::beside_number(a.py(), Ufunc::power, array, number, false)
        .or_else(|| staged(a.py(), Ufunc::power, [array.into(), number.into()]))
}

/// The number in a scalar of NumPy's of the dtype of the array beside it, or of a narrower one of its kind: the
/// array takes it as it takes a number of Python. But powers by numbers are other functions.
#[inline]
fn numpys_number(scalar: &Scalar, dtype: DType) -> Option<Number> {
    let stored = scalar.dtype();
    if stored.kind() != dtype.kind() || stored.size() > dtype.size() {
        return None;
    }
    match stored.kind() {
        Kind::Bool => None,
        Kind::Signed => Some(Number::Int(
            cast_scalar(scalar, DType::I64).get::<i64>().into(),
        )),
        // What no signed integer holds is beyond what some ufuncs take for a number.
        Kind::Unsigned => i64::try_from(cast_scalar(scalar, DType::U64).get::<u64>())
            .ok()
            .map(|number| Number::Int(number.into())),
        Kind::Float => Some(Number::Float(cast_scalar(scalar, DType::F64).get())),
        Kind::Complex => Some(Number::Complex(cast_scalar(scalar, DType::C128).get())),
    }
}

/// `ufunc(a, b)` of an array and a scalar of NumPy's, which keeps its dtype and is the first input if `first`.
#[inline(never)]
fn with_scalar<'py>(
    op: Ufunc,
    objects: [&Any<'py>; 2],
    (own, scalar, first): (&Array, &Scalar, bool),
) -> PyResult<Any<'py>> {
    if let Some(plain) = quick::plain_with_scalar(op, own, scalar, first) {
        return elements::object(objects[0].py(), plain);
    }
    let theirs = guard::quick(|| Array::from_scalar(scalar))?;
    let both = if first {
        [&theirs, own]
    } else {
        [own, &theirs]
    };
    of_arrays(op, objects, both)
}

/// `ufunc(a, b)` of an array and a truth value, or a scalar or an array of NumPy's, which keeps its dtype; nothing
/// for others.
#[inline(never)]
pub(super) fn call_with_numpys<'py>(
    op: Ufunc,
    [a, b]: [&Any<'py>; 2],
) -> PyResult<Option<Any<'py>>> {
    let (own, other, first) = match (array::of(a), array::of(b)) {
        (Some(own), None) => (own, b, false),
        (None, Some(own)) => (own, a, true),
        _ => return Ok(None),
    };
    if interop::is_numpy(other) {
        let Some(theirs) = interop::from_numpy(other)? else {
            return Ok(None);
        };
        let both = if first {
            [&theirs, own]
        } else {
            [own, &theirs]
        };
        return of_arrays(op, [a, b], both).map(Some);
    }
    let scalar = match other.cast_exact::<PyBool>() {
        Ok(truth) => Some(Scalar::new(Bool::from(truth.is_true()))),
        Err(_) => interop::scalar(other)?,
    };
    match scalar {
        Some(scalar) => with_scalar(op, [a, b], (own, &scalar, first)).map(Some),
        None => Ok(None),
    }
}

/// `ufunc(x)` of a number of Python or a scalar of NumPy's; nothing for other objects, and where the long way
/// is to be gone.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn of_number<'py>(op: Ufunc, x: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let py = x.py();
    let value = match x.cast_exact::<PyFloat>() {
        Ok(number) => number.value(),
        Err(_) => match dtype::float64(x) {
            Some(number) => number,
            None => return of_scalar(op, x),
        },
    };
    if let Some(result) = element(py, op, |to| quick::element_of_float(op, value, to)) {
        return Ok(Some(result));
    }
    match guard::call(py, op, 1, || Ok(quick::of_float(op, value)))? {
        Some(result) => Ok(Some(array::result(py, result)?.into_any())),
        None => Ok(None),
    }
}

/// `ufunc(x, y)`, where one is an array and the other an array or a number; nothing as for [`call_with_number`].
#[inline]
pub(crate) fn of_two<'py>(op: Ufunc, x: &Any<'py>, y: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    if array::of(x).is_some() && array::of(y).is_some() {
        return super::binary(op, x, y).map(Some);
    }
    call_with_number(op, x, y)
}

/// `ufunc(x, y, z)` of arrays, or of arrays and numbers; nothing for other objects, and where there is no loop.
pub(crate) fn of_three<'py>(op: Ufunc, objects: [&Any<'py>; 3]) -> PyResult<Option<Any<'py>>> {
    let py = objects[0].py();
    let [x, y, z] = objects.map(value::read);
    let (Some(x), Some(y), Some(z)) = (x?, y?, z?) else {
        return Ok(None);
    };
    let values = [x, y, z];
    let mut operands = values.each_ref().map(Value::operand);
    let vast = |operand: &Operand<'_>| matches!(operand, Operand::Number(n) if n.is_vast());
    let array = |operand: &Operand<'_>| matches!(operand, Operand::Array(_));
    if !operands.iter().any(array) {
        return Ok(None);
    }
    if !operands.iter().any(vast)
        && let Some(result) = staged(py, op, operands)
    {
        return result.map(Some);
    }
    let room = told::Room::new();
    told::of_operands(py, op, &mut operands, None, &room)?;
    let work = work(op, values.iter().map(Value::size).max().unwrap_or(1));
    let options = MapOptions::default();
    match guard::call(py, op, work, || map::map(op, &operands, &mut [], &options)) {
        Ok(results) => single(py, results).map(Some),
        Err(failure) if failure.lacks_loop() => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// `ufunc(x, y)` of numbers of Python, as [`of_number`].
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn of_two_numbers<'py>(
    op: Ufunc,
    x: &Any<'py>,
    y: &Any<'py>,
) -> PyResult<Option<Any<'py>>> {
    /// Integers up to which float64 holds each.
    const EXACT: u128 = 1 << f64::MANTISSA_DIGITS;
    let (Some(a), Some(b)) = (value::plain_number(x), value::plain_number(y)) else {
        return Ok(None);
    };
    // Some powers are other functions.
    if op == Ufunc::power {
        return Ok(None);
    }
    let float = |number| match number {
        Number::Float(number) => Some(Scalar::new(number)),
        Number::Int(number) if number.unsigned_abs() <= EXACT => Some(Scalar::new(number as f64)),
        _ => None,
    };
    let both = match (a, b) {
        (Number::Int(a), Number::Int(b)) => [a, b].map(|n| i64::try_from(n).ok().map(Scalar::new)),
        _ => [float(a), float(b)],
    };
    let [Some(a), Some(b)] = both else {
        return Ok(None);
    };
    let arrays = || Ok([Array::from_scalar(&a)?, Array::from_scalar(&b)?]);
    let [a, b] = guard::quick(arrays)?;
    elements::of_elements(x.py(), op, &a, &b).transpose()
}

/// `ufunc(x)` of a scalar of NumPy's, or an integer or a complex number of Python, as [`of_number`].
#[cfg(not(Py_LIMITED_API))]
fn of_scalar<'py>(op: Ufunc, x: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let scalar = if x.is_exact_instance_of::<PyInt>() {
        interop::small(x).map(Scalar::new)
    } else if let Ok(number) = x.cast_exact::<PyComplex>() {
        Some(Scalar::new(Complex64::new(number.real(), number.imag())))
    } else {
        interop::scalar(x)?
    };
    let Some(scalar) = scalar else {
        return Ok(None);
    };
    let (py, array) = (x.py(), guard::quick(|| Array::from_scalar(&scalar))?);
    if let Some(result) = element(py, op, |to| quick::element(op, [&array], to)) {
        return Ok(Some(result));
    }
    told_at_once(py, op, 1, |room| quick::call(op, [&array], room)).transpose()
}
