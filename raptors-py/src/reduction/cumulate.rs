//! `cumsum` and `cumprod`: prefixes along an axis, or of all elements in order.

use super::Any;
use super::along::{accumulated, chosen_axis, few};
use crate::array::{self, Object};
use crate::{call, dtype, guard};
use pyo3::prelude::*;
use raptors_array::{DType, Order, Ufunc, layout};
use raptors_kernels::fold::Fold;

/// As NumPy's `cumsum` and `cumprod`: over all elements in order unless an axis is given.
pub(crate) fn cumulate<'py>(
    ufunc: Ufunc,
    array: &Object<'py>,
    axis: Option<isize>,
    dtype: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let this = &array.get().array;
    let plain = |asked: Option<&Any<'py>>| asked.is_none_or(PyAnyMethods::is_none);
    if !plain(dtype) || !plain(out) {
        dtype.map(dtype::parse_any).transpose()?;
        call::only_array(out)?;
    }
    if let Some(axis) = axis {
        // An axis that there is not is told before what is wrong with the output.
        guard::quick(|| layout::axis(axis as i64, this.ndim().max(1), None))?;
    }
    let axis = chosen_axis(this, axis)?;
    if plain(dtype)
        && plain(out)
        && let Some(result) = few(array.py(), ufunc, Fold::of(ufunc), this, axis)
    {
        return result;
    }
    let flat = match axis {
        Some(_) => array.clone(),
        None => array::view(array, guard::quick(|| this.ravel(Order::C))?)?,
    };
    // Small integers are summed in the platform's, as by `sum`; with an output in what they have in common.
    let wide = Fold::sum
        .accumulator(flat.get().array.dtype())
        .filter(|&wide| plain(dtype) && plain(out) && is_integer(wide));
    let wide = wide
        .map(|wide| dtype::object(array.py(), wide))
        .transpose()?;
    accumulated(ufunc, flat.as_any(), axis.unwrap_or(0), wide.or(dtype), out)
}

fn is_integer(dtype: DType) -> bool {
    matches!(
        dtype.kind(),
        raptors_kernels::Kind::Signed | raptors_kernels::Kind::Unsigned
    )
}
