//! What a reduction is asked for, in the types that it computes in.

use super::Any;
use crate::array::{self, Object};
use crate::{convert, creation, dtype, error, guard, interop, told, value};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt};
use raptors_array::reduce::Reduction;
use raptors_array::{
    Arg, Array, AxisList, Casting, DType, Error, Kind, Number, Scalar, Ufunc, assign, can_cast,
    layout, resolve,
};
use raptors_kernels::{Level, fold::Fold};
use smallvec::SmallVec;

/// The ufunc that is applied again and again.
pub(super) fn ufunc(what: Reduction) -> Option<Ufunc> {
    match what {
        Reduction::Fold(fold) => fold.ufunc(),
        Reduction::Ufunc(ufunc) => Some(ufunc),
        _ => None,
    }
}

/// Whether no loop takes elements of `dtype` and gives results of the same.
pub(super) fn lacks_steps(ufunc: Ufunc, dtype: DType) -> bool {
    // What is computed through float32 is given as float16 again.
    let computed = match dtype {
        DType::F16 => DType::F32,
        dtype => dtype,
    };
    let bound = ufunc.bind(Level::get(), computed);
    bound.is_none_or(|bound| bound.outputs() != [computed])
}

/// Whether NumPy takes steps of its own in `dtype`: where no loop goes from results to results, and where `output`
/// is of another dtype, as it keeps there what comes of every few thousand elements, rounded.
pub(super) fn is_numpys(what: Reduction, dtype: Option<DType>, output: Option<&Array>) -> bool {
    let (Some(ufunc), Some(dtype)) = (ufunc(what), dtype) else {
        return false;
    };
    lacks_steps(ufunc, dtype) || output.is_some_and(|output| output.dtype() != dtype)
}

/// Refuses axes that an array of `ndim` axes has not: they are judged before types and values.
pub(super) fn refuse_axes(axes: Option<&[isize]>, ndim: usize) -> PyResult<()> {
    for &axis in axes.into_iter().flatten().filter(|_| ndim > 0) {
        guard::quick(|| layout::axis(axis as i64, ndim, None))?;
    }
    Ok(())
}

/// Refuses axes of which one is named twice.
pub(super) fn refuse_twice(axes: Option<&[isize]>, ndim: usize) -> PyResult<()> {
    let place = |&axis: &isize| axis.rem_euclid(ndim.max(1) as isize);
    let mut places: SmallVec<[isize; 4]> = axes.into_iter().flatten().map(place).collect();
    places.sort_unstable();
    if places.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(error::raise(&Error::RepeatedAxis(AxisList::Axis)));
    }
    Ok(())
}

/// Refuses reductions that need what a reduction over nothing gives, which `initial=None` takes away.
pub(super) fn refuse_nothing(
    what: Reduction,
    array: &Array,
    axes: Option<&[isize]>,
    masked: bool,
) -> PyResult<()> {
    let Some(ufunc) = ufunc(what).map(Ufunc::name) else {
        return Ok(());
    };
    if masked {
        return Err(error::raise(&Error::WhereIdentity { ufunc }));
    }
    let ndim = array.ndim() as isize;
    let stays =
        |axis: isize| axes.is_some_and(|axes| !axes.iter().any(|&i| (i + ndim) % ndim == axis));
    let mut lengths = (0..ndim).zip(array.shape());
    if array.size() == 0 && lengths.all(|(axis, &n)| n > 0 || !stays(axis)) {
        return Err(error::raise(&Error::EmptyReduction { ufunc }));
    }
    Ok(())
}

/// Integers below this are numbers of all floats but float16.
const EXACT: u64 = 1 << 24;

/// The value that `initial=` gives; what the type of the results has no place for is NumPy's error.
pub(super) fn initial(
    what: Reduction,
    from: DType,
    asked: Option<DType>,
    object: Option<&Any<'_>>,
) -> PyResult<Option<Scalar>> {
    let Some(object) = object.filter(|object| !object.is_none()) else {
        return Ok(None);
    };
    let beside = asked.unwrap_or(from);
    if let Some(number) = value::plain_number(object)
        && told::is_beyond(number, beside)
        && let Number::Float(infinite) = told::of_number(object.py(), number, beside)?
    {
        return Ok(Some(Scalar::new(infinite)));
    }
    let given = asked.or_else(|| match what {
        Reduction::Fold(fold) => fold.accumulator(from),
        Reduction::Ufunc(ufunc) => Fold::of(ufunc).map_or_else(
            || {
                let resolved = resolve(ufunc, &[Arg::Array(from), Arg::Array(from)]);
                resolved.ok().map(|resolved| resolved.outputs()[0])
            },
            |fold| fold.accumulator(from),
        ),
        _ => None,
    });
    // A small integer is stored as the number that it is in all types but those that it may be too large for.
    if object.is_exact_instance_of::<PyInt>()
        && let (Some(int), Some(given)) = (interop::small(object), given)
        && from != DType::F16
        && given != DType::F16
        && int.unsigned_abs() < EXACT
        && let Ok(value) = Number::Int(int.into()).to_scalar(given)
    {
        return Ok(Some(value));
    }
    // What is folded as float32 is stored as float16 before.
    let halves = from == DType::F16 && asked.is_none() && given == Some(DType::F32);
    let given = if halves { Some(DType::F16) } else { given };
    let fits = |given: &DType| match given.kind() {
        Kind::Float | Kind::Complex => object.is_exact_instance_of::<PyFloat>(),
        _ => false,
    };
    let known = array::of(object).is_some() || interop::is_numpy(object);
    let value = match given.filter(|given| !known && !fits(given)) {
        Some(given) => stored(object, given)?,
        None => creation::as_object(object)?,
    };
    let array = &value.get().array;
    // Of one element, the truth is known.
    let truth = given == Some(DType::Bool) && array.size() == 1;
    if known && array.ndim() > 0 && !truth {
        if given.is_some_and(|given| given.kind() == Kind::Complex) {
            let words = "only 0-dimensional arrays can be converted to Python scalars";
            return Err(PyTypeError::new_err(words));
        }
        let words = "setting an array element with a sequence.";
        return Err(PyValueError::new_err(words));
    }
    if let Some(given) = given {
        convert::warn_of_lost_parts(object.py(), array.dtype(), given)?;
        if given.kind() == Kind::Float && array.dtype() != given {
            let start = guard::watched(object.py(), "cast", 1, || {
                assign::astype(array, given, None)
            })?;
            return guard::quick(|| start.item()).map(Some);
        }
    }
    guard::quick(|| array.item()).map(Some)
}

/// `object` as NumPy stores it as the start of a reduction in `given`, or its error.
fn stored<'py>(object: &Any<'py>, given: DType) -> PyResult<Object<'py>> {
    let py = object.py();
    let dtype = dtype::object(py, given)?;
    let options = PyDict::new(py);
    if object.is_exact_instance_of::<PyInt>() && interop::small(object).is_some() {
        options.set_item("dtype", dtype)?;
        return interop::through_numpy(object, Some(&options));
    }
    let numpy = py.import("numpy")?;
    let nothing = numpy.call_method1("zeros", (0, dtype))?;
    options.set_item("initial", object)?;
    let start = numpy
        .getattr("maximum")?
        .call_method("reduce", (nothing,), Some(&options))?;
    creation::as_object(&start)
}

/// Writes the indices `places` to `output`, which NumPy makes an array of indices first and fills again from that.
pub(super) fn places_into(what: Reduction, places: &Any<'_>, output: &Array) -> PyResult<()> {
    let Some(places) = array::of(places) else {
        return Ok(());
    };
    if places.shape() != output.shape() {
        let name = match what {
            Reduction::ArgMin => "argmin",
            _ => "argmax",
        };
        let words = format!("output array does not match result of np.{name}.");
        return Err(PyValueError::new_err(words));
    }
    let (from, to) = (output.dtype(), DType::I64);
    if !can_cast(from, to, Casting::Safe) {
        return Err(error::no_cast(output, to, Casting::Safe));
    }
    if !output.writeable() {
        return Err(PyValueError::new_err("WRITEBACKIFCOPY base is read-only"));
    }
    let target = interop::output(output)?;
    guard::quick(|| assign::assign(&target, &places.into(), Casting::Unsafe))
}
