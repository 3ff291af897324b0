//! A call of a ufunc: its arguments as NumPy takes them.

use crate::array::{self, NdArray};
use crate::value::{self, Value};
use crate::{dtype, guard, interop, operator, ufunc};
use pyo3::exceptions::{PyTypeError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString, PyTuple};
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Array, Casting, DType, Error, Order, Ufunc};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// What a call may ask for by keyword.
struct Keywords<'py> {
    outs: SmallVec<[Option<Any<'py>>; 2]>,
    where_: Option<Any<'py>>,
    dtype: Option<DType>,
    casting: Casting,
    order: Option<char>,
    /// Asks for what only NumPy has.
    foreign: bool,
}

/// `ufunc(*args, **kwargs)`.
pub(crate) fn call<'py>(
    ufunc: Ufunc,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Any<'py>> {
    let py = args.py();
    let (nin, nout, given) = (ufunc.nin(), ufunc.nout(), args.len());
    if given < nin || given > nin + nout {
        return Err(PyTypeError::new_err(format!(
            "{}() takes from {nin} to {} positional arguments but {given} {} given",
            ufunc.name(),
            nin + nout,
            if given == 1 { "was" } else { "were" },
        )));
    }
    let keywords = keywords(ufunc, args, kwargs)?;
    let objects: SmallVec<[Any<'py>; 3]> = args.iter().take(nin).collect();
    let values: Option<SmallVec<[Value<'_>; 3]>> =
        objects.iter().map(value::read).collect::<PyResult<_>>()?;
    let delegate = || ufunc::delegate(ufunc, "__call__", args, kwargs);
    let Some(values) = values.filter(|_| !keywords.foreign) else {
        return delegate();
    };
    let Some(outputs) = outputs(&keywords.outs)? else {
        return delegate();
    };
    let mask = mask(keywords.where_.as_ref())?;

    let inputs: SmallVec<[Operand<'_>; 3]> = values.iter().map(Value::operand).collect();
    let mut targets = SmallVec::<[_; 2]>::new();
    for output in &outputs {
        targets.push(output.as_ref().map(interop::output).transpose()?);
    }
    let options = MapOptions {
        dtype: keywords.dtype,
        casting: keywords.casting,
        where_: mask.as_ref(),
        order: order(keywords.order, &inputs),
    };
    let work = values.iter().map(Value::size).max().unwrap_or(1) * ufunc.cost() as usize;
    let results = match guard::call(py, ufunc, work, || {
        map::map(ufunc, &inputs, &mut targets, &options)
    }) {
        Ok(results) => results,
        Err(failure) if failure.lacks_loop() => return delegate(),
        Err(failure) => return Err(failure.into()),
    };
    if keywords.outs.iter().all(Option::is_none) {
        return operator::single(py, results);
    }
    // Whoever gives an output gets that object back.
    let mut objects = SmallVec::<[Any<'py>; 2]>::new();
    let mut given = keywords.outs.into_iter();
    for result in results {
        objects.push(match given.next().flatten() {
            Some(out) => out,
            None => array::result(py, result)?.into_any(),
        });
    }
    match objects.len() {
        1 => Ok(objects.remove(0)),
        _ => Ok(PyTuple::new(py, objects)?.into_any()),
    }
}

/// `ufunc(*objects, out=out, where=mask)` for plain arrays and numbers; nothing where it is not as
/// plain.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn into<'py>(
    ufunc: Ufunc,
    objects: &[Borrowed<'_, 'py, PyAny>],
    out: &Any<'py>,
    mask: Option<&Any<'py>>,
) -> PyResult<Option<Any<'py>>> {
    let Ok(given) = out.cast_exact::<NdArray>() else {
        return Ok(None);
    };
    let mask = match mask.map(|mask| array::of(mask).filter(|mask| mask.dtype() == DType::Bool)) {
        Some(None) => return Ok(None),
        Some(mask) => mask,
        None => None,
    };
    if mask.is_none()
        && given.get().writeable()
        && operator::written(ufunc, objects, &given.get().array)
    {
        return Ok(Some(out.clone()));
    }
    let mut values = SmallVec::<[Value<'_>; 3]>::new();
    for object in objects {
        match value::read(object)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    let output = given.get().clone_array();
    let target = interop::output(&output)?;
    let arrays: SmallVec<[&Array; 3]> = objects.iter().filter_map(|x| array::of(x)).collect();
    if arrays.len() == objects.len() && mask.is_none() {
        let work = output.size().saturating_mul(ufunc.cost() as usize);
        match guard::call(out.py(), ufunc, work, || map::into(ufunc, &arrays, &target)) {
            Ok(Some(_)) => return Ok(Some(out.clone())),
            Ok(None) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut targets = [Some(target)];
    let inputs: SmallVec<[Operand<'_>; 3]> = values.iter().map(Value::operand).collect();
    let work = output.size().saturating_mul(ufunc.cost() as usize);
    let options = MapOptions {
        where_: mask,
        ..MapOptions::default()
    };
    match guard::call(out.py(), ufunc, work, || {
        map::map(ufunc, &inputs, &mut targets, &options)
    }) {
        Ok(_) => Ok(Some(out.clone())),
        Err(failure) if failure.lacks_loop() => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

fn keywords<'py>(
    ufunc: Ufunc,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Keywords<'py>> {
    let (nin, nout) = (ufunc.nin(), ufunc.nout());
    let mut keywords = Keywords {
        outs: args
            .iter()
            .skip(nin)
            .map(|out| Some(out).filter(|out| !out.is_none()))
            .collect(),
        where_: None,
        dtype: None,
        casting: Casting::SameKind,
        order: None,
        foreign: false,
    };
    let ellipsis = args.py().Ellipsis();
    if keywords.outs.iter().flatten().any(|out| out.is(&ellipsis)) {
        let words = "out=... is only allowed as a keyword argument.";
        return Err(PyTypeError::new_err(words));
    }
    let mut named = !keywords.outs.is_empty();
    for (key, value) in kwargs.into_iter().flatten() {
        let key = key.cast::<PyString>()?.to_cow()?.into_owned();
        match key.as_str() {
            "out" if !keywords.outs.is_empty() => {
                let words = "cannot specify 'out' as both a positional and keyword argument";
                return Err(PyTypeError::new_err(words));
            }
            "out" => {
                keywords.outs = outs(&value, nout)?;
                named = true;
            }
            "where" => keywords.where_ = Some(value),
            "dtype" if value.is_none() => {}
            "dtype" => match dtype::parse_any(&value)? {
                Some(dtype) => keywords.dtype = Some(dtype),
                None => keywords.foreign = true,
            },
            "casting" => keywords.casting = casting(&value)?,
            "order" => keywords.order = order_letter(&value)?,
            "subok" => {}
            "sig" | "signature" => keywords.foreign = true,
            _ => {
                return Err(PyTypeError::new_err(format!(
                    "{}() got an unexpected keyword argument '{key}'",
                    ufunc.name()
                )));
            }
        }
    }
    let masked = keywords
        .where_
        .as_ref()
        .is_some_and(|mask| !mask.is(PyBool::new(args.py(), true)));
    if masked && !named {
        let words = c"'where' used without 'out', expect unitialized memory in output. \
                      If this is intentional, use out=None.";
        PyErr::warn(args.py(), &args.py().get_type::<PyUserWarning>(), words, 1)?;
    }
    Ok(keywords)
}

/// The outputs that `out=` names: one array, or a tuple with one entry for every output.
pub(crate) fn outs<'py>(out: &Any<'py>, nout: usize) -> PyResult<SmallVec<[Option<Any<'py>>; 2]>> {
    let ellipsis = out.py().Ellipsis();
    // An ellipsis asks for an array, which the result is anyway.
    if out.is(&ellipsis) {
        return Ok(SmallVec::new());
    }
    let present = |out: Any<'py>| Some(out).filter(|out| !out.is_none());
    if let Ok(tuple) = out.cast::<PyTuple>() {
        if tuple.iter().any(|out| out.is(&ellipsis)) {
            let words = "must use `...` as `out=...` and not per-operand/in a tuple";
            return Err(PyTypeError::new_err(words));
        }
        if tuple.len() != nout {
            let words = "The 'out' tuple must have exactly one entry per ufunc output";
            return Err(PyValueError::new_err(words));
        }
        return Ok(tuple.iter().map(present).collect());
    }
    if nout > 1 && !out.is_none() {
        return Err(PyTypeError::new_err("'out' must be a tuple of arrays"));
    }
    Ok(present(out.clone()).into_iter().map(Some).collect())
}

/// The arrays that the results go to; `None` where one has a dtype that only NumPy has.
fn outputs(outs: &[Option<Any<'_>>]) -> PyResult<Option<SmallVec<[Option<Array>; 2]>>> {
    let mut outputs = SmallVec::new();
    for out in outs {
        outputs.push(match out {
            None => None,
            Some(out) => match writeable(out)? {
                Some(array) => Some(array),
                None => return Ok(None),
            },
        });
    }
    Ok(Some(outputs))
}

/// The memory of an output object; `None` where its dtype is one that only NumPy has.
pub(crate) fn writeable(out: &Any<'_>) -> PyResult<Option<Array>> {
    if let Ok(array) = out.cast_exact::<NdArray>() {
        Ok(Some(array.get().clone_array()))
    } else if interop::is_numpy(out) {
        interop::from_numpy(out)
    } else {
        Err(PyTypeError::new_err("return arrays must be of ArrayType"))
    }
}

/// What is given as `where=`. `None` is no truth value, so that nothing is chosen.
#[allow(clippy::unnecessary_wraps, reason = "what pyo3 asks of a conversion")]
pub(crate) fn mask_or_none<'py>(object: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    Ok(Some(if object.is_none() {
        PyBool::new(object.py(), false).to_owned().into_any()
    } else {
        object.clone()
    }))
}

/// As [`mask_or_none`], for reductions that count what is chosen: `None` is no number.
pub(crate) fn numbers_mask<'py>(object: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    if object.is_none() {
        let words = "int() argument must be a string, a bytes-like object or a real number, not \
                     'NoneType'";
        return Err(PyTypeError::new_err(words));
    }
    Ok(Some(object.clone()))
}

/// The truth values of `where=`; nothing for `True`.
pub(crate) fn mask(object: Option<&Any<'_>>) -> PyResult<Option<Array>> {
    let Some(object) = object.filter(|object| !object.is(PyBool::new(object.py(), true))) else {
        return Ok(None);
    };
    let array = if array::of(object).is_some() || interop::is_numpy(object) {
        crate::creation::as_object(object)?.get().array.clone()
    } else {
        // Of anything but an array, NumPy takes the truth.
        let options = PyDict::new(object.py());
        options.set_item("dtype", "bool")?;
        interop::through_numpy(object, Some(&options))?
            .get()
            .array
            .clone()
    };
    if array.dtype() != DType::Bool {
        let (from, to) = (array.dtype(), DType::Bool);
        if array.ndim() == 0 {
            return Err(PyTypeError::new_err(format!(
                "Cannot cast scalar from dtype('{}') to dtype('bool') according to the rule 'safe'",
                from.name()
            )));
        }
        return Err(crate::error::raise(&Error::Cast {
            from,
            to,
            casting: Casting::Safe,
        }));
    }
    Ok(Some(array))
}

/// The string that the argument `what` is.
fn text<'a, 'py>(object: &'a Any<'py>, what: &str) -> PyResult<&'a Bound<'py, PyString>> {
    object.cast::<PyString>().or_else(|_| {
        let class = object.get_type().fully_qualified_name()?;
        let words = format!("{what} must be str, not {class}");
        Err(PyTypeError::new_err(words))
    })
}

/// The rule that `casting=` names.
pub(crate) fn casting(object: &Any<'_>) -> PyResult<Casting> {
    let name = text(object, "casting")?.to_cow()?;
    Casting::from_name(&name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe' (got '{name}')"
        ))
    })
}

/// The letter of `order=`: C, F or A; nothing for K.
pub(crate) fn order_letter(object: &Any<'_>) -> PyResult<Option<char>> {
    if object.is_none() {
        return Ok(None);
    }
    let name = text(object, "order")?.to_cow()?;
    match name.as_bytes() {
        b"K" | b"k" => Ok(None),
        b"C" | b"c" => Ok(Some('C')),
        b"F" | b"f" => Ok(Some('F')),
        b"A" | b"a" => Ok(Some('A')),
        _ => Err(PyValueError::new_err(format!(
            "order must be one of 'C', 'F', 'A', or 'K' (got '{name}')"
        ))),
    }
}

/// The order of a new result: Fortran's for `A` where all inputs have it.
fn order(letter: Option<char>, inputs: &[Operand<'_>]) -> Option<Order> {
    let fortran = || {
        inputs.iter().all(|input| match input {
            Operand::Array(array) => array.is_f_contiguous() && !array.is_c_contiguous(),
            Operand::Number(_) => true,
        })
    };
    match letter? {
        'F' => Some(Order::F),
        'A' if fortran() => Some(Order::F),
        _ => Some(Order::C),
    }
}

/// A switch that NumPy takes the truth of, whatever it is.
pub(crate) fn truth(object: &Any<'_>) -> PyResult<bool> {
    object.is_truthy()
}

/// As [`truth`]; `None` leaves things as they are.
pub(crate) fn truth_or_none(object: &Any<'_>) -> PyResult<Option<bool>> {
    (!object.is_none()).then(|| truth(object)).transpose()
}

/// A switch that NumPy takes integers for; truth values of NumPy and of arrays are taken as well.
pub(crate) fn switch(object: &Any<'_>) -> PyResult<bool> {
    if let Some(switch) = guard::tried(object.extract()) {
        return Ok(switch);
    }
    if array::of(object).is_some_and(|array| array.ndim() == 0 && array.dtype() == DType::Bool) {
        return truth(object);
    }
    object.extract::<i64>().map(|number| number != 0)
}
