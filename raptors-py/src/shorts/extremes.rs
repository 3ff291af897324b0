//! Short ways of functions of the least and the greatest elements.

use super::{Any, Given};
use crate::array::{self, Object};
use crate::reduction::{self, Arguments};
use crate::{guard, operator};
use pyo3::prelude::*;
use pyo3::types::PyInt;
use raptors_array::reduce::{self, Reduction};
use raptors_array::{Kind, Ufunc};
use raptors_kernels::fold::Fold;

/// The extreme `fold` of `a` over an axis or all.
fn extreme<'py>(fold: Fold, a: &Object<'py>, axis: Option<&Any<'py>>) -> PyResult<Any<'py>> {
    let arguments = Arguments {
        axis,
        ..Arguments::default()
    };
    reduction::reduce(Reduction::Fold(fold), a.as_any(), &arguments)
}

/// The distance from the least to the greatest element.
pub(super) fn spread<'py>(a: &Object<'py>, axis: Option<&Any<'py>>) -> Given<'py> {
    let (most, least) = (extreme(Fold::max, a, axis)?, extreme(Fold::min, a, axis)?);
    operator::binary(Ufunc::subtract, &most, &least).map(Some)
}

/// The extreme `fold` of what is not NaN; nothing where all of a slice is, which is to be warned of, or something is
/// wrong.
pub(super) fn of_numbers<'py>(fold: Fold, a: &Object<'py>, axis: Option<&Any<'py>>) -> Given<'py> {
    let array = &a.get().array;
    let plain = axis.is_none_or(PyAnyMethods::is_exact_instance_of::<PyInt>);
    if array.dtype().kind() != Kind::Float || array.size() == 0 || !plain {
        return Ok(None);
    }
    let Some(result) = guard::tried(extreme(fold, a, axis)) else {
        return Ok(None);
    };
    let Some(values) = array::of(&result) else {
        return Ok(None);
    };
    let missing = guard::run(a.py(), values.size(), || {
        reduce::reduce_all(Fold::count_nan, values)?.item()
    })?;
    Ok((missing.get::<i64>() == 0).then_some(result))
}
