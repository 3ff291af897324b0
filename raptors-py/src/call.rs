//! A call of a ufunc: its arguments as NumPy takes them.

#[cfg(not(Py_LIMITED_API))]
mod asked;
mod read;

#[cfg(not(Py_LIMITED_API))]
pub(crate) use asked::{asked, formed, into_asked};
pub(crate) use read::{
    casting, casting_of_copies, copying, mask, mask_or_none, numbers_mask, order_letter, switch,
    truth, truth_or_none,
};

use crate::array::{self, NdArray};
use crate::value::{self, Value};
use crate::{dtype, guard, interop, operator, told, ufunc};
use pyo3::exceptions::{PyDeprecationWarning, PyTypeError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString, PyTuple};
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Array, Casting, DType, Number, Order, Scalar, Ufunc};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// What a call may ask for by keyword.
struct Keywords<'py> {
    outs: SmallVec<[Option<Any<'py>>; 2]>,
    where_: Option<Any<'py>>,
    dtype: Option<DType>,
    casting: Option<Any<'py>>,
    order: Option<Any<'py>>,
    subok: Option<Any<'py>>,
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
    let mut values: Option<SmallVec<[Value<'_>; 3]>> =
        objects.iter().map(value::read).collect::<PyResult<_>>()?;
    if let Some([value]) = values.as_deref_mut() {
        // A number alone is an array to NumPy: one beyond signed integers is unsigned, or an object.
        if let Value::Number(Number::Int(int)) = *value
            && i64::try_from(int).is_err()
        {
            match u64::try_from(int) {
                Ok(int) => {
                    let scalar = Scalar::new(int);
                    *value = Value::Owned(guard::quick(|| Array::from_scalar(&scalar))?);
                }
                Err(_) => values = None,
            }
        }
    }
    let delegate = || ufunc::delegate(ufunc, "__call__", args, kwargs);
    let Some(values) = values.filter(|_| !keywords.foreign) else {
        return delegate();
    };
    let Some(outputs) = outputs(&keywords.outs)? else {
        return delegate();
    };
    // What may not be written to has been refused by now.
    let casting = keywords.casting.as_ref().map(casting).transpose()?;
    let order = keywords.order.as_ref().map(order_letter).transpose()?;
    if let Some(subok) = &keywords.subok
        && !subok.is_instance_of::<PyBool>()
    {
        return Err(PyTypeError::new_err("'subok' must be a boolean"));
    }
    let mask = mask(keywords.where_.as_ref())?;

    let room = told::Room::new();
    let mut inputs: SmallVec<[Operand<'_>; 3]> = values.iter().map(Value::operand).collect();
    // What no number may be cast for is not told of.
    if casting != Some(Casting::Equiv) {
        told::of_operands(py, ufunc, &mut inputs, keywords.dtype, &room)?;
    }
    let mut targets = SmallVec::<[_; 2]>::new();
    for output in &outputs {
        targets.push(output.as_ref().map(interop::output).transpose()?);
    }
    let options = MapOptions {
        dtype: keywords.dtype,
        casting: casting.unwrap_or(Casting::SameKind),
        where_: mask.as_ref(),
        order: new_order(order.flatten(), &inputs),
    };
    let work = values.iter().map(Value::size).max().unwrap_or(1) * ufunc.cost() as usize;
    let narrow = outputs.iter().flatten().any(is_narrow);
    let results = match guard::written(py, ufunc, narrow, work, || {
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
        && !objects.iter().any(|object| is_vast(object))
        && operator::written(out.py(), ufunc, objects, &given.get().array)?
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
    let (py, output) = (out.py(), given.get().clone_array());
    let narrow = is_narrow(&output);
    let target = interop::output(&output)?;
    let arrays: SmallVec<[&Array; 3]> = objects.iter().filter_map(|x| array::of(x)).collect();
    if arrays.len() == objects.len() && mask.is_none() {
        let work = output.size().saturating_mul(ufunc.cost() as usize);
        match guard::written(py, ufunc, narrow, work, || {
            map::into(ufunc, &arrays, &target)
        }) {
            Ok(Some(_)) => return Ok(Some(out.clone())),
            Ok(None) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let mut targets = [Some(target)];
    let room = told::Room::new();
    let mut inputs: SmallVec<[Operand<'_>; 3]> = values.iter().map(Value::operand).collect();
    told::of_operands(py, ufunc, &mut inputs, None, &room)?;
    let work = output.size().saturating_mul(ufunc.cost() as usize);
    let options = MapOptions {
        where_: mask,
        ..MapOptions::default()
    };
    match guard::written(py, ufunc, narrow, work, || {
        map::map(ufunc, &inputs, &mut targets, &options)
    }) {
        Ok(_) => Ok(Some(out.clone())),
        Err(failure) if failure.lacks_loop() => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// Whether an output that has no name is warned of: it may be meant for a third input.
pub(crate) const fn discourages_places(ufunc: Ufunc) -> bool {
    matches!(ufunc, Ufunc::maximum | Ufunc::minimum)
}

/// Whether a conversion to the dtype of `array` may overflow.
pub(crate) fn is_narrow(array: &Array) -> bool {
    matches!(array.dtype().real(), DType::F16 | DType::F32)
}

/// Whether `object` is a number that some floats do not hold.
#[cfg(not(Py_LIMITED_API))]
fn is_vast(object: &Any<'_>) -> bool {
    value::plain_number(object).is_some_and(Number::is_vast)
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
        casting: None,
        order: None,
        subok: None,
        foreign: false,
    };
    let ellipsis = args.py().Ellipsis();
    if keywords.outs.iter().flatten().any(|out| out.is(&ellipsis)) {
        let words = "out=... is only allowed as a keyword argument.";
        return Err(PyTypeError::new_err(words));
    }
    if !keywords.outs.is_empty() && discourages_places(ufunc) {
        let words = c"Passing more than 2 positional arguments to np.maximum and np.minimum is \
            deprecated. If you meant to use the third argument as an output, use the `out` keyword \
            argument instead. If you hoped to work with more than 2 inputs, combine them into a \
            single array and get the extrema for the relevant axis.";
        let class = args.py().get_type::<PyDeprecationWarning>();
        PyErr::warn(args.py(), &class, words, 1)?;
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
            "casting" => keywords.casting = Some(value),
            "order" => keywords.order = Some(value),
            "subok" => keywords.subok = Some(value),
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
        if tuple.len() != nout {
            let words = "The 'out' tuple must have exactly one entry per ufunc output";
            return Err(PyValueError::new_err(words));
        }
        if tuple.iter().any(|out| out.is(&ellipsis)) {
            let words = "must use `...` as `out=...` and not per-operand/in a tuple";
            return Err(PyTypeError::new_err(words));
        }
        return Ok(tuple.iter().map(present).collect());
    }
    if nout > 1 {
        return Err(PyTypeError::new_err("'out' must be a tuple of arrays"));
    }
    Ok(present(out.clone()).into_iter().map(Some).collect())
}

/// The one output of a reduction that `out=` names, alone or in a tuple.
pub(crate) fn sole<'py>(out: Option<&Any<'py>>) -> PyResult<Option<Any<'py>>> {
    match out.map(|out| (out, out.cast::<PyTuple>())) {
        Some((out, Ok(tuple))) => {
            outs(out, 1)?;
            tuple.get_item(0).map(Some)
        }
        _ => Ok(alone(out)),
    }
}

/// The output of a method that gives it to a ufunc by its place, where a tuple is none. An ellipsis asks for an
/// array, which the result is anyway.
pub(crate) fn alone<'py>(out: Option<&Any<'py>>) -> Option<Any<'py>> {
    out.filter(|out| !out.is_none() && !out.is(out.py().Ellipsis()))
        .cloned()
}

/// The output of a function that is no ufunc: an array, and in no tuple.
pub(crate) fn only_array<'py>(out: Option<&Any<'py>>) -> PyResult<Option<Any<'py>>> {
    match out.filter(|out| !out.is_none()) {
        Some(out) if array::of(out).is_none() && !interop::is_numpy(out) => {
            Err(PyTypeError::new_err("output must be an array"))
        }
        out => Ok(out.cloned()),
    }
}

/// The arrays that the results go to; `None` where one has a dtype that only NumPy has.
fn outputs(outs: &[Option<Any<'_>>]) -> PyResult<Option<SmallVec<[Option<Array>; 2]>>> {
    let mut outputs = SmallVec::new();
    for out in outs {
        outputs.push(match out {
            None => None,
            Some(out) => match writeable(out)? {
                Some(array) => {
                    // What may not be written is refused before anything else is judged.
                    interop::output(&array)?;
                    Some(array)
                }
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

/// The order of a new result: Fortran's for `A` where all inputs have it.
fn new_order(letter: Option<char>, inputs: &[Operand<'_>]) -> Option<Order> {
    let fortran = || {
        inputs.iter().all(|input| match input {
            Operand::Array(array) => array.is_f_contiguous(),
            Operand::Number(_) => true,
        })
    };
    match letter? {
        'F' => Some(Order::F),
        'A' if fortran() => Some(Order::F),
        _ => Some(Order::C),
    }
}
