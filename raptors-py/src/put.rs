//! Assignments to parts of an array of what goes in as it is: numbers without conversion, arrays of the
//! same type. Everything else is left to the general way.

use crate::{
    array::{self, Object},
    dtype, guard, index, interop, key,
};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyComplex, PyComplexMethods, PyFloat, PyInt};
use raptors_array::map::Operand;
use raptors_array::quick::Written;
use raptors_array::{
    Array, Bool, Casting, DType, Kind, Scalar, assign, can_cast, cast_scalar, index as indexing,
    weak_complex, weak_float, weak_int,
};
use raptors_kernels::dtype::Complex64;

type Any<'py> = Bound<'py, PyAny>;

/// `object[key] = source` where that takes no conversion: whether it was done.
#[inline]
pub(crate) fn at_once(object: &Object<'_>, key: &Any<'_>, source: &Any<'_>) -> PyResult<bool> {
    Ok(store(object, key, source)?
        || scatter(object, key, source)?
        || overwrite(object, key, source)?)
}

/// `object[key] = source` where both say one element, and the number goes into it as it is: whether
/// that was the case.
#[inline]
fn store(object: &Object<'_>, key: &Any<'_>, source: &Any<'_>) -> PyResult<bool> {
    let this = object.get();
    let array = &this.array;
    let Some(places) = key::places(key, array.ndim()) else {
        return Ok(false);
    };
    match number_of(source, array.dtype()) {
        Some(value) if this.writeable() => {
            interop::store(array, places.get(), &value)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// `object[key] = source` for one array, or one for each axis, as the key, and a source that goes in as it
/// is: whether that was the case.
#[inline]
fn scatter(object: &Object<'_>, key: &Any<'_>, source: &Any<'_>) -> PyResult<bool> {
    let this = object.get();
    let dtype = this.array.dtype();
    let few = |places: &[&Array]| match array::of(source) {
        Some(each) if each.ndim() > 0 => interop::place(&this.array, places, Written::Each(each)),
        _ => number_of(source, dtype).is_some_and(|one| match places {
            [mask] if mask.dtype() == DType::Bool => {
                interop::place_where(&this.array, mask, Written::One(&one))
            }
            _ => interop::place(&this.array, places, Written::One(&one)),
        }),
    };
    let writeable = this.writeable();
    let Some(places) = array::of(key) else {
        let placed = |places: &[&Array]| few(places).then_some(());
        return Ok(writeable && key::of_arrays(key, placed).is_some());
    };
    if writeable && few(&[places]) {
        return Ok(true);
    }
    let Some(item) = key::item(key) else {
        return Ok(false);
    };
    let number;
    let value = match array::of(source).filter(|array| array.ndim() > 0) {
        Some(array) if array.dtype() == dtype => array,
        Some(_) => return Ok(false),
        None => match number_of(source, dtype) {
            Some(scalar) => {
                number = guard::quick(|| Array::from_scalar(&scalar))?;
                &number
            }
            None => return Ok(false),
        },
    };
    if !this.writeable() || this.array.ndim() == 0 {
        return Ok(false);
    }
    let target = interop::destination(&this.array)?;
    let work = this.array.size().max(value.size());
    guard::run(object.py(), work, || {
        indexing::put(&target, &[item], &Operand::Array(value))
    })?;
    Ok(true)
}

/// `object[key] = source` for keys of integers, slices, new axes and an ellipsis that leave axes, and
/// a source that goes in as it is, or a list of such numbers: whether that was the case.
#[inline]
fn overwrite(object: &Object<'_>, key: &Any<'_>, source: &Any<'_>) -> PyResult<bool> {
    let this = object.get();
    let array = &this.array;
    let view = indexing::Choice::of(array, |choice| key::choose(key, choice))?;
    match view {
        Some(view) if view.ndim() > 0 && this.writeable() => {
            if write(&view, source)? {
                return Ok(true);
            }
            let numbers = listed(source, view.dtype());
            let write = |numbers: Array| write_array(object.py(), &view, &numbers);
            Ok(numbers.map(write).transpose()?.is_some())
        }
        _ => Ok(false),
    }
}

/// The numbers of a list or tuple as elements of `dtype`, if they become such as they are.
#[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
fn listed(source: &Any<'_>, dtype: DType) -> Option<Array> {
    crate::items::numbers(source, Some(dtype))
}

/// Nothing: lists are read in the general way.
#[cfg(any(Py_LIMITED_API, Py_GIL_DISABLED))]
const fn listed(_: &Any<'_>, _: DType) -> Option<Array> {
    None
}

/// Writes `value`, of the type of `view`, to the latter.
fn write_array(py: Python<'_>, view: &Array, value: &Array) -> PyResult<()> {
    if interop::copy(view, value) {
        return Ok(());
    }
    let target = interop::destination(view)?;
    guard::run(py, view.size(), || {
        assign::assign(&target, &Operand::Array(value), Casting::Unsafe)
    })?;
    Ok(())
}

/// Writes `source` to all elements of `view`, which may be written, if it goes in as it is: whether
/// that was the case.
pub(crate) fn write(view: &Array, source: &Any<'_>) -> PyResult<bool> {
    let number;
    let value = match array::of(source).filter(|array| array.ndim() > 0) {
        Some(array) if array.dtype() == view.dtype() => array,
        Some(_) => return Ok(false),
        None => match number_of(source, view.dtype()) {
            Some(scalar) => {
                if interop::fill(view, &scalar) {
                    return Ok(true);
                }
                number = guard::quick(|| Array::from_scalar(&scalar))?;
                &number
            }
            None => return Ok(false),
        },
    };
    write_array(source.py(), view, value).map(|()| true)
}

/// The sizes of the numbers that float16 holds without an exception.
const HALVES: core::ops::RangeInclusive<f64> = 6.103_515_625e-5..=65_504.0;
/// Integers up to which float16 holds each.
const EXACT: i64 = 2048;

/// `source` as an element of `dtype` where it becomes one without an error or a warning.
#[inline]
pub(crate) fn number_of(source: &Any<'_>, dtype: DType) -> Option<Scalar> {
    if let Ok(number) = source.cast_exact::<PyFloat>() {
        return of_float(number.value(), dtype);
    }
    if source.is_exact_instance_of::<PyInt>() {
        let number = interop::small(source)?;
        return match dtype {
            DType::Bool => Some(Scalar::new(Bool::from(number != 0))),
            DType::F16 | DType::C64 | DType::C128 => {
                let exact = (-EXACT..=EXACT).contains(&number);
                exact.then(|| weak_float(number as f64, dtype))
            }
            DType::I64 => Some(Scalar::new(number)),
            DType::I32 => i32::try_from(number).ok().map(Scalar::new),
            _ => weak_int(number.into(), dtype).ok(),
        };
    }
    if let Some(array) = array::of(source) {
        let element = (array.ndim() == 0).then(|| array.item().ok())??;
        return of_scalar(&element, dtype);
    }
    of_other(source, dtype)
}

/// `source`, a number of Python's own classes, as an element of `dtype`, where that stays the type beside it and
/// it becomes one as for [`number_of`].
#[cfg(not(Py_LIMITED_API))]
#[inline]
pub(crate) fn beside(source: &Any<'_>, dtype: DType) -> Option<Scalar> {
    let number = Operand::Number(crate::value::plain_number(source)?);
    let keeps =
        raptors_array::result_type(&[raptors_array::Arg::Array(dtype), number.arg()]) == dtype;
    keeps.then(|| number_of(source, dtype))?
}

/// A float of Python, or of NumPy's float64, as [`number_of`].
#[inline]
fn of_float(number: f64, dtype: DType) -> Option<Scalar> {
    let short = number as f32;
    match dtype {
        DType::F64 => Some(Scalar::new(number)),
        DType::F32 if short.is_normal() || number == 0.0 => Some(Scalar::new(short)),
        // Neither gives an exception.
        DType::F32 => (!number.is_finite()).then(|| Scalar::new(short)),
        DType::C64 if !short.is_normal() && number != 0.0 => None,
        DType::F16 if !HALVES.contains(&number.abs()) && number != 0.0 => None,
        DType::F16 | DType::C64 | DType::C128 => Some(weak_float(number, dtype)),
        DType::Bool => Some(Scalar::new(Bool::from(number != 0.0))),
        _ => index::holds(dtype, number).then(|| weak_float(number, dtype)),
    }
}

/// A truth value, a complex number or a scalar of NumPy's, as [`number_of`].
#[inline(never)]
fn of_other(source: &Any<'_>, dtype: DType) -> Option<Scalar> {
    if let Ok(truth) = source.cast_exact::<PyBool>() {
        return weak_int(truth.is_true().into(), dtype).ok();
    }
    if let Ok(number) = source.cast_exact::<PyComplex>() {
        let parts = [number.real(), number.imag()];
        let exact = |&part: &f64| (part as f32).is_normal() || part == 0.0;
        let fits = match dtype {
            DType::C128 => true,
            DType::C64 => parts.iter().all(exact),
            _ => false,
        };
        return fits.then(|| weak_complex(Complex64::new(parts[0], parts[1]), dtype));
    }
    if let Some(number) = dtype::float64(source) {
        return of_float(number, dtype);
    }
    of_scalar(&interop::scalar(source).ok()??, dtype)
}

/// `scalar` as an element of `dtype`, as [`number_of`].
fn of_scalar(scalar: &Scalar, dtype: DType) -> Option<Scalar> {
    let from = scalar.dtype();
    if from == dtype {
        return Some(*scalar);
    }
    if can_cast(from, dtype, Casting::Safe) {
        return Some(cast_scalar(scalar, dtype));
    }
    if !index::is_integer(dtype) {
        return None;
    }
    // Integers hold what is not beyond them.
    match from.kind() {
        Kind::Float => of_float(cast_scalar(scalar, DType::F64).get(), dtype),
        Kind::Signed => weak_int(cast_scalar(scalar, DType::I64).get::<i64>().into(), dtype).ok(),
        Kind::Unsigned => weak_int(cast_scalar(scalar, DType::U64).get::<u64>().into(), dtype).ok(),
        _ => None,
    }
}
