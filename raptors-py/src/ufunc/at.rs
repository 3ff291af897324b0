//! `ufunc.at`: results written to places, once for every time that one is named.

use super::{Any, UfuncObject};
use crate::key::{self, Key};
use crate::{array, guard, interop};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use raptors_array::index::{Index, Item};
use raptors_array::{Array, Kind, Scalar, Ufunc, scatter};
use raptors_kernels::Raises;

/// `ufunc.at` for an array, and for an array, a float or an integer as its second operand: whether that was
/// done.
pub(super) fn at_once<'py>(
    ufunc: &Bound<'py, UfuncObject>,
    a: &Any<'py>,
    indices: &Any<'py>,
    b: Option<&Any<'py>>,
) -> PyResult<bool> {
    let ufunc = ufunc.get().ufunc;
    let Ok(a) = a.cast_exact() else {
        return Ok(false);
    };
    let a: &array::Object<'_> = a;
    let operands = 1 + usize::from(b.is_some());
    if ufunc.nin() != operands || ufunc.nout() != 1 || !a.get().writeable() {
        return Ok(false);
    }
    let made;
    let values = match b.map(|b| (array::of(b), b)) {
        None => None,
        Some((Some(values), _)) => Some(values),
        // A number is no weak operand here: it has the type that an array of it has.
        Some((None, b)) => match number(b) {
            Some(number) => {
                made = guard::quick(|| Array::from_scalar(&number))?;
                Some(&made)
            }
            None => return Ok(false),
        },
    };
    match run(ufunc, a, indices, values) {
        Ok(()) => Ok(true),
        // NumPy may have the loop, or its own error.
        Err(error) if error.is_instance_of::<PyTypeError>(a.py()) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A float or an integer of Python as an element of the type that an array of it has.
fn number(object: &Any<'_>) -> Option<Scalar> {
    if let Ok(number) = object.cast_exact::<PyFloat>() {
        return Some(Scalar::new(number.value()));
    }
    let integer = object.is_exact_instance_of::<PyInt>();
    integer.then(|| interop::small(object).map(Scalar::new))?
}

/// `ufunc.at` for the elements of `a` that `indices` name.
fn run<'py>(
    ufunc: Ufunc,
    a: &array::Object<'py>,
    indices: &Any<'py>,
    values: Option<&Array>,
) -> PyResult<()> {
    let items = match key::read(indices)? {
        Key::Pick(items) => items,
        Key::View { indices, .. } => indices.into_iter().map(Item::Basic).collect(),
    };
    let output = a.get().clone_array();
    let target = interop::output(&output)?;
    let work = named(&items, &output).saturating_mul(10);
    let name = told_of_as(ufunc, &output, values);
    let at = || scatter::at(ufunc, &target, &items, values);
    let inexact = values.is_none_or(|values| values.dtype().kind() == Kind::Float);
    if ufunc.raises() == Raises::nothing && inexact && output.dtype().kind() == Kind::Signed {
        // Floats that are cut to integers may be none of them, whatever the ufunc raises.
        return Ok(guard::watched(a.py(), name, work, at)?);
    }
    Ok(guard::named(a.py(), ufunc, name, work, at)?)
}

/// The name under which NumPy tells of floating-point exceptions: that of the ufunc where it has a loop
/// over places, of one axis, for values of the type that lies there.
fn told_of_as(ufunc: Ufunc, output: &Array, values: Option<&Array>) -> &'static str {
    let has_loop = matches!(
        ufunc,
        Ufunc::add
            | Ufunc::subtract
            | Ufunc::multiply
            | Ufunc::floor_divide
            | Ufunc::maximum
            | Ufunc::minimum
            | Ufunc::fmax
            | Ufunc::fmin
    );
    // Integers are divided as floats, and not by that loop.
    let divides = ufunc == Ufunc::divide && output.dtype().kind() == Kind::Float;
    let alike = values.is_some_and(|values| values.dtype() == output.dtype());
    if (has_loop || divides) && output.ndim() == 1 && alike {
        ufunc.name()
    } else {
        "at"
    }
}

/// About how many elements of `array` the items of a key name.
fn named(items: &[Item], array: &Array) -> usize {
    let sizes = items.iter().map(|item| match item {
        Item::Integers(places) | Item::Mask(places) => places.size(),
        Item::Basic(Index::Int(_)) => 1,
        Item::Basic(_) => array.size(),
    });
    let most = sizes.max().unwrap_or(1);
    if items.len() < array.ndim() {
        most.max(array.size())
    } else {
        most
    }
}

/// `ufunc.at` for the elements of `a` that `indices` name.
#[pyfunction]
#[pyo3(signature = (ufunc, a, indices, values = None))]
fn _at<'py>(
    ufunc: &Bound<'py, UfuncObject>,
    a: &array::Object<'py>,
    indices: &Any<'py>,
    values: Option<&array::Object<'py>>,
) -> PyResult<()> {
    let values = values.map(|values| &*values.get().array);
    run(ufunc.get().ufunc, a, indices, values)
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_at, module)?)
}
