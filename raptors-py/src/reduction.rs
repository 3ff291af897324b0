//! Reductions of objects from Python: their arguments, and what NumPy must do.

mod along;
mod asked;
mod cumulate;
mod function;
mod method;
mod moment;

pub(crate) use along::{accumulate, check_arity, reduceat, scanned};
pub(crate) use cumulate::cumulate;
pub(crate) use function::register;
use moment::{degrees, is_moment, moment, report_moment};

use crate::array::{self, NdArray};
use crate::guard::{self, Failure};
use crate::{axis, call, convert, creation, dtype, interop, status, value};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyTuple};
use raptors_array::map::Operand;
use raptors_array::reduce::{self, Axes, ReduceOptions, Reduction};
use raptors_array::{Array, DType, Ufunc, layout, promote_types};
use raptors_kernels::fold::Fold;
use raptors_kernels::{Level, Status};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// The arguments of a reduction beyond the array, as Python gave them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Arguments<'a, 'py> {
    pub(crate) axis: Option<&'a Any<'py>>,
    pub(crate) dtype: Option<&'a Any<'py>>,
    pub(crate) out: Option<&'a Any<'py>>,
    pub(crate) keepdims: bool,
    pub(crate) initial: Option<&'a Any<'py>>,
    pub(crate) r#where: Option<&'a Any<'py>>,
}

impl<'py> Arguments<'_, 'py> {
    /// As keywords for NumPy.
    fn options(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let options = PyDict::new(py);
        options.set_item("axis", self.axis)?;
        let others = [
            ("dtype", self.dtype),
            ("out", self.out),
            ("initial", self.initial),
            ("where", self.r#where),
        ];
        for (key, value) in others {
            if let Some(value) = value {
                options.set_item(key, value)?;
            }
        }
        if self.keepdims {
            options.set_item("keepdims", true)?;
        }
        Ok(options)
    }

    /// Whether truth values are reduced.
    fn asks_for_bool(&self, object: &Any<'py>) -> bool {
        let array = array::of(object).is_some_and(|array| array.dtype() == DType::Bool);
        array && self.dtype.is_none_or(PyAnyMethods::is_none)
    }

    /// The axis, `None` for all, where nothing else is asked for than one or all.
    #[allow(
        clippy::option_option,
        reason = "asking for all axes is not asking for more"
    )]
    #[inline]
    fn plain(&self) -> Option<Option<isize>> {
        let others = [self.dtype, self.out, self.initial, self.r#where];
        if others.iter().any(Option::is_some) {
            return None;
        }
        match self.axis {
            None => Some(None),
            Some(axis) if axis.is_none() => Some(None),
            Some(axis) => guard::tried(axis.cast_exact::<PyInt>().ok()?.extract()).map(Some),
        }
    }
}

/// Reduces `object`, with `arguments`.
#[inline]
pub(crate) fn reduce<'py>(
    what: Reduction,
    object: &Any<'py>,
    arguments: &Arguments<'_, 'py>,
) -> PyResult<Any<'py>> {
    if let (Some(axis), Ok(array)) = (arguments.plain(), object.cast_exact::<NdArray>()) {
        let (py, array, keepdims) = (object.py(), &array.get().array, arguments.keepdims);
        if axis.is_none()
            && !keepdims
            && let Some(result) = function::few(py, what, array)?
        {
            return Ok(result);
        }
        let moment = is_moment(what);
        if moment {
            Status::clear();
        }
        match guard::reduction(py, what, array.size(), || {
            reduce::plain(what, array, axis, keepdims)
        }) {
            Ok(Some(_)) if moment && report_moment(py, what, None)? => {
                return delegate(what, object, arguments);
            }
            Ok(Some(result)) => return Ok(array::result(py, result)?.into_any()),
            Err(Failure::Raised(error)) => return Err(error),
            Ok(None) | Err(Failure::Error(_)) => {}
        }
    }
    reduce_with(what, object, arguments)
}

#[expect(
    clippy::too_many_lines,
    reason = "the order in which NumPy judges arguments, in one place"
)]
fn reduce_with<'py>(
    what: Reduction,
    object: &Any<'py>,
    arguments: &Arguments<'_, 'py>,
) -> PyResult<Any<'py>> {
    let py = object.py();
    let delegate = || delegate(what, object, arguments);
    if let Reduction::Ufunc(ufunc) = what
        && compares(ufunc)
        && !arguments.asks_for_bool(object)
    {
        return delegate();
    }
    let Some(value) = value::read(object)? else {
        return delegate();
    };
    let number;
    let array = if let Operand::Array(array) = value.operand() {
        array
    } else {
        number = creation::as_object(object)?;
        &number.get().array
    };
    let places = matches!(what, Reduction::ArgMin | Reduction::ArgMax);
    let moment = is_moment(what);
    // What is no ufunc in NumPy looks at the axes before the output.
    let early = (places || moment).then(|| axes_of(what, array.ndim(), arguments.axis));
    let early = early.transpose()?;
    if moment && let Some(axes) = &early {
        asked::refuse_axes(axes.as_deref(), array.ndim())?;
        if !matches!(what, Reduction::Mean) {
            // These reduce twice, and without the output first.
            asked::refuse_twice(axes.as_deref(), array.ndim())?;
        }
    }
    let dtype = arguments.dtype.filter(|dtype| !dtype.is_none());
    let dtype = match dtype.map(dtype::parse_any).transpose()? {
        Some(None) => return delegate(),
        dtype => dtype.flatten(),
    };
    let out = match what {
        _ if places => call::only_array(arguments.out)?,
        // Only methods of ufuncs look into tuples.
        Reduction::Ufunc(_) => call::sole(arguments.out)?,
        _ => call::alone(arguments.out),
    };
    let out = out.as_ref();
    let output = match out.map(call::writeable).transpose()? {
        Some(None) => return delegate(),
        Some(output) => output,
        None => None,
    };
    let target = output.as_ref().filter(|_| !places);
    let target = target.map(interop::output).transpose()?;
    let axes = match early {
        Some(axes) => axes,
        None => axes_of(what, array.ndim(), arguments.axis)?,
    };
    let mask = call::mask(arguments.r#where)?;
    if places && let (Some(out), Some(output)) = (out, &output) {
        return places_in(what, object, arguments, (out, output));
    }
    if dtype.is_some() || arguments.initial.is_some() {
        asked::refuse_axes(axes.as_deref(), array.ndim())?;
    }
    if arguments.initial.is_some_and(PyAnyMethods::is_none) {
        asked::refuse_nothing(what, array, axes.as_deref(), mask.is_some())?;
    }
    let given = dtype;
    let dtype = dtype.or_else(|| common(what, array, output.as_ref()));
    if moment && !moment::is_plain(what, array, dtype, output.as_ref()) {
        return delegate();
    }
    if asked::is_numpys(what, dtype, output.as_ref()) {
        return delegate();
    }
    if let Some(dtype) = given {
        convert::warn_of_lost_parts(py, array.dtype(), dtype)?;
    }
    let mut settings = ReduceOptions {
        axes: axes.as_ref().map_or(Axes::All, |axes| Axes::List(axes)),
        keepdims: arguments.keepdims,
        dtype,
        initial: None,
        where_: mask.as_ref(),
        out: target,
    };
    if arguments.initial.is_some() {
        // What the result may be comes before what it starts from.
        guard::quick(|| reduce::check(what, array, &settings))?;
        settings.initial = asked::initial(what, array.dtype(), dtype, arguments.initial)?;
    }
    let lacking = guard::quick(|| moment::lacks(what, array, &settings))?;
    match what {
        Reduction::Mean if lacking => function::warn_of_lack(py)?,
        _ if lacking => return delegate(),
        _ => {}
    }
    if moment || output.is_some() {
        Status::clear();
    }
    let reduced = guard::reduction(py, what, array.size(), || {
        reduce::reduce(what, array, settings)
    });
    if let (Ok(_), Some(output), false) = (&reduced, &output, moment)
        && call::is_narrow(output)
        && guard::overflowed(core::slice::from_ref(output))
    {
        status::report(py, "cast", Status::OVERFLOW)?;
    }
    if let (true, Ok(result)) = (moment, &reduced)
        && report_moment(py, what, lacking.then_some(result))?
    {
        return delegate();
    }
    match reduced {
        Ok(result) => match out {
            Some(out) => Ok(out.clone()),
            None => Ok(array::result(py, result)?.into_any()),
        },
        Err(failure) if failure.lacks_loop() => delegate(),
        Err(failure) => Err(failure.into()),
    }
}

/// The places of the least or the greatest elements in an output, whose memory stands with it.
fn places_in<'py>(
    what: Reduction,
    object: &Any<'py>,
    arguments: &Arguments<'_, 'py>,
    (out, output): (&Any<'py>, &Array),
) -> PyResult<Any<'py>> {
    let without = Arguments {
        out: None,
        ..*arguments
    };
    let places = reduce_with(what, object, &without)?;
    asked::places_into(what, &places, output)?;
    Ok(out.clone())
}

/// The dtype of the steps of a reduction that is asked for none: what the output and the elements
/// have in common.
fn common(what: Reduction, array: &Array, output: Option<&Array>) -> Option<DType> {
    let joins = asked::ufunc(what).is_some_and(|ufunc| !judges(ufunc));
    Some(promote_types(
        output.filter(|_| joins)?.dtype(),
        array.dtype(),
    ))
}

/// The axes that `what` is asked to reduce of `ndim`, as [`axes`].
fn axes_of(
    what: Reduction,
    ndim: usize,
    asked: Option<&Any<'_>>,
) -> PyResult<Option<SmallVec<[isize; 4]>>> {
    match (what, asked) {
        // One axis: a tuple is refused with Python's words.
        (Reduction::ArgMin | Reduction::ArgMax, Some(axis)) if !axis.is_none() => {
            Ok(Some(SmallVec::from_elem(axis::one(axis)?, 1)))
        }
        (what, axis) if is_moment(what) => axes(ndim, axis, axis::counted),
        (_, axis) => axes(ndim, axis, axis::of_several),
    }
}

/// The axes of `ndim` that `axis=` names; `None` for all.
fn axes(
    ndim: usize,
    axis: Option<&Any<'_>>,
    read: fn(&Any<'_>) -> PyResult<isize>,
) -> PyResult<Option<SmallVec<[isize; 4]>>> {
    let Some(axis) = axis.filter(|axis| !axis.is_none()) else {
        return Ok(None);
    };
    if let Ok(tuple) = axis.cast::<PyTuple>() {
        // An array without axes may be told to reduce its first or last, but not in a tuple.
        let known = |axis: Any<'_>| {
            let place = read(&axis)?;
            guard::quick(|| layout::axis(place as i64, ndim, None)).map(|_| place)
        };
        return tuple.iter().map(known).collect::<PyResult<_>>().map(Some);
    }
    Ok(Some(SmallVec::from_elem(read(axis)?, 1)))
}

/// The reduction in NumPy, for dtypes that only NumPy has a loop for.
#[cold]
fn delegate<'py>(
    what: Reduction,
    object: &Any<'py>,
    arguments: &Arguments<'_, 'py>,
) -> PyResult<Any<'py>> {
    let options = arguments.options(object.py())?;
    let name = match what {
        Reduction::Fold(fold) => match fold.ufunc() {
            Some(ufunc) => {
                if arguments.axis.is_none() {
                    options.set_item("axis", object.py().None())?;
                }
                format!("{}.reduce", ufunc.name())
            }
            None => fold.name().to_owned(),
        },
        Reduction::Ufunc(ufunc) => format!("{}.reduce", ufunc.name()),
        Reduction::Mean => "mean".to_owned(),
        Reduction::ArgMin => "argmin".to_owned(),
        Reduction::ArgMax => "argmax".to_owned(),
        Reduction::Var { ddof } | Reduction::Std { ddof } => {
            options.set_item("ddof", ddof)?;
            if matches!(what, Reduction::Var { .. }) {
                "var"
            } else {
                "std"
            }
            .to_owned()
        }
    };
    let methods = object.py().import("raptors._methods")?;
    methods
        .getattr("_delegate_function")?
        .call1((name, (object,), options))
}

/// Whether the results are truth values where the inputs are numbers.
fn judges(ufunc: Ufunc) -> bool {
    ufunc
        .bind(Level::get(), DType::F64)
        .is_some_and(|bound| bound.outputs() == [DType::Bool])
}

/// Whether `ufunc` judges numbers and is no fold: NumPy says when such a one can be applied to its
/// own results.
fn compares(ufunc: Ufunc) -> bool {
    judges(ufunc) && Fold::of(ufunc).is_none()
}
