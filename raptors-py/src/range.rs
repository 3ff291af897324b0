//! Evenly spaced numbers, with the arguments that NumPy takes.

use crate::array::{Object, fresh};
use crate::creation::check_place;
use crate::value::{self, Value};
use crate::{dtype, guard};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyRange, PyRangeMethods, PyString, PyTuple};
use raptors_array::{Arg, Array, DType, Kind, Number, Scalar, cast_scalar, result_type};

type Any<'py> = Bound<'py, PyAny>;

/// A number, and the element type that it brings along.
type Typed = (Number, DType);

/// The dtype that a number of Python has by itself; `None` for integers that nothing holds but objects.
pub(crate) fn alone(number: Number) -> Option<DType> {
    match number {
        Number::Int(int) if i64::try_from(int).is_err() => {
            u64::try_from(int).is_ok().then_some(DType::U64)
        }
        number => Some(number.arg().dtype()),
    }
}

/// The number that `object` is; `None` where only NumPy can tell.
fn number(object: &Any<'_>) -> PyResult<Option<Typed>> {
    let array = match value::read(object)? {
        Some(Value::Number(number)) => {
            return Ok(Some((number, alone(number).unwrap_or(DType::I64))));
        }
        Some(Value::Borrowed(array)) => array.clone(),
        Some(Value::Owned(array)) => array,
        None => return Ok(None),
    };
    if array.ndim() > 0 {
        let words = "only 0-dimensional arrays can be converted to Python scalars";
        return Err(PyTypeError::new_err(words));
    }
    let scalar = guard::quick(|| array.item())?;
    Ok(Some((value_of(&scalar), array.dtype())))
}

fn value_of(scalar: &Scalar) -> Number {
    match scalar.dtype().kind() {
        _ if scalar.dtype() == DType::U64 => Number::Int(scalar.get::<u64>().into()),
        Kind::Bool | Kind::Unsigned | Kind::Signed => {
            Number::Int(cast_scalar(scalar, DType::I64).get::<i64>().into())
        }
        Kind::Float => Number::Float(cast_scalar(scalar, DType::F64).get()),
        Kind::Complex => Number::Complex(cast_scalar(scalar, DType::C128).get()),
    }
}

/// The elements of a `range` as int64; nothing for other objects and dtypes, for bounds beyond 64 bits, and
/// where there are none, which are no integers to NumPy.
pub(crate) fn elements(object: &Any<'_>, dtype: Option<DType>) -> PyResult<Option<Array>> {
    let Ok(range) = object.cast_exact::<PyRange>() else {
        return Ok(None);
    };
    let bounds = [range.start(), range.stop(), range.step()].map(guard::tried);
    let [Some(start), Some(stop), Some(step)] = bounds else {
        return Ok(None);
    };
    let empty = if step > 0 {
        start >= stop
    } else {
        start <= stop
    };
    if empty || !matches!(dtype, None | Some(DType::I64)) {
        return Ok(None);
    }
    let [start, stop, step] = [start, stop, step].map(|bound| Number::Int(bound as i128));
    guard::quick(|| Array::arange(start, stop, step, Some(DType::I64))).map(Some)
}

/// What `arange` was given, by place or by name.
#[derive(Default)]
struct Arguments<'py> {
    /// `start`, `stop`, `step`, `dtype`.
    places: [Option<Any<'py>>; 4],
    device: Option<Any<'py>>,
    like: Option<Any<'py>>,
}

const NAMES: [&str; 4] = ["start", "stop", "step", "dtype"];

impl<'py> Arguments<'py> {
    fn read(args: &Bound<'py, PyTuple>, kwargs: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let mut read = Self::default();
        if args.len() > 4 {
            return Err(PyTypeError::new_err(format!(
                "arange() takes from 0 to 4 positional arguments but {} were given",
                args.len()
            )));
        }
        for (place, arg) in read.places.iter_mut().zip(args.iter()) {
            *place = Some(arg);
        }
        for (key, value) in kwargs.into_iter().flatten() {
            let key = key.cast::<PyString>()?.to_cow()?.into_owned();
            let place = NAMES.iter().position(|&name| name == key);
            match (key.as_str(), place) {
                ("device", _) => read.device = Some(value),
                ("like", _) => read.like = Some(value),
                (_, Some(place)) if read.places[place].is_none() => {
                    read.places[place] = Some(value);
                }
                (_, Some(place)) => {
                    return Err(PyTypeError::new_err(format!(
                        "argument for arange() given by name ('{key}') and position (position \
                         {place})"
                    )));
                }
                (_, None) => {
                    return Err(PyTypeError::new_err(format!(
                        "arange() got an unexpected keyword argument '{key}'"
                    )));
                }
            }
        }
        for place in &mut read.places[1..] {
            *place = place.take().filter(|value| !value.is_none());
        }
        if read.places[1].is_none() && args.is_empty() {
            let words = "arange() requires stop to be specified.";
            return Err(PyTypeError::new_err(words));
        }
        Ok(read)
    }
}

/// The numbers from `start` to before `stop`, `step` apart.
///
/// One number alone is `stop`, and `start` is 0. Without a `dtype`, integers where all three are,
/// else floats. `ZeroDivisionError` for step zero, `ValueError` for a length beyond all bounds.
///
/// Examples
/// --------
/// >>> rp.arange(1, 10, 3).tolist()
/// [1, 4, 7]
#[pyfunction]
#[pyo3(signature = (*args, **kwargs),
       text_signature = "(start_or_stop, /, stop=None, step=1, dtype=None, *, device=None, like=None)")]
fn arange<'py>(
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Any<'py>> {
    let py = args.py();
    let given = Arguments::read(args, kwargs)?;
    check_place(given.device.as_ref(), given.like.as_ref())?;
    let [start, stop, step, dtype] = &given.places;
    let read = |object: &Option<Any<'py>>, default| match object {
        Some(object) => number(object),
        None => Ok(Some((Number::Int(default), DType::I64))),
    };
    let (start, stop) = match stop {
        Some(_) => (read(start, 0)?, read(stop, 0)?),
        None => (read(&None, 0)?, read(start, 0)?),
    };
    let step = read(step, 1)?;
    let wanted = match dtype {
        Some(dtype) => dtype::parse_any(dtype)?.map(Some),
        None => Some(None),
    };
    // Integers that no dtype of ours holds are no hindrance where another is asked for.
    let holds = |&(number, _): &Typed| wanted.flatten().is_some() || alone(number).is_some();
    let [start, stop, step] = [start, stop, step].map(|number| number.filter(holds));
    // There is no difference of truth values but of Python's own: NumPy has the words.
    let is_truth = |number: &Option<Typed>| matches!(number, Some((_, DType::Bool)));
    let is_own = |object: &Any<'_>| object.is_exact_instance_of::<PyBool>();
    let apart =
        !(is_truth(&start) && is_truth(&stop)) || given.places[..2].iter().flatten().all(is_own);
    let start = start.filter(|_| apart);
    let (Some(start), Some(stop), Some(step), Some(wanted)) = (start, stop, step, wanted) else {
        let methods = py.import("raptors._methods")?;
        return methods.getattr("_delegate_function")?.call1((
            "arange",
            args,
            kwargs.map_or_else(|| PyDict::new(py), Clone::clone),
        ));
    };
    // Never less than the integers that count.
    let types = [DType::I64, start.1, stop.1, step.1].map(Arg::Array);
    let dtype = wanted.unwrap_or_else(|| result_type(&types));
    let range = guard::quick(|| Array::arange(start.0, stop.0, step.0, Some(dtype)))?;
    Ok(fresh(py, range)?.into_any())
}

/// `number` floats from `start` to `stop` as elements of `dtype`, and the step between them.
#[pyfunction]
fn _linspace<'py>(
    py: Python<'py>,
    start: f64,
    stop: f64,
    number: i64,
    endpoint: bool,
    dtype: &Any<'py>,
) -> PyResult<(Object<'py>, f64)> {
    let dtype = dtype::parse(dtype)?;
    let work = usize::try_from(number).unwrap_or(0);
    let (array, step) = guard::run(py, work, || {
        Array::linspace(start, stop, number, endpoint, dtype)
    })?;
    Ok((fresh(py, array)?, step))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(arange, module)?)?;
    module.add_function(wrap_pyfunction!(_linspace, module)?)
}
