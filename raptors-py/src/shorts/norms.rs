//! Short ways of norms: of the elements of an array, and of matrices by their sums.

use super::{Any, Given};
use crate::array::{self, Object};
use crate::forward::Args;
use crate::reduction::{self, Arguments};
use crate::{guard, interop, operator};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use raptors_array::reduce::Reduction;
use raptors_array::{DType, Kind, Ufunc, matmul};
use raptors_kernels::fold::Fold;

/// The fold of `x` over `axis`, or all.
fn fold<'py>(fold: Fold, x: &Any<'py>, axis: Option<usize>) -> PyResult<Any<'py>> {
    let axis = axis
        .map(|axis| axis.into_bound_py_any(x.py()))
        .transpose()?;
    let arguments = Arguments {
        axis: axis.as_ref(),
        ..Arguments::default()
    };
    reduction::reduce(Reduction::Fold(fold), x, &arguments)
}

/// Which norm is asked for, if it is a number of Python.
fn power(ord: &Any<'_>) -> Option<f64> {
    if let Ok(number) = ord.cast_exact::<PyFloat>() {
        return Some(number.value());
    }
    let integer = ord.is_exact_instance_of::<PyInt>();
    integer.then(|| interop::small(ord))?.map(|n| n as f64)
}

/// The norm of all elements; of vectors and matrices also those of sums and of greatest elements.
pub(super) fn norm<'py>(x: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let (py, array) = (args.py(), &x.get().array);
    let Some(ord) = args.given(1) else {
        let root = guard::run(py, array.size(), || matmul::root_of_squares(array))?;
        return Ok(Some(array::result(py, root)?.into_any()));
    };
    let known = matches!(array.dtype().real(), DType::F32 | DType::F64) && array.size() > 0;
    let (true, Some(ord)) = (known, power(ord)) else {
        return Ok(None);
    };
    // Folds of real numbers need no copy of their sizes.
    let (sizes, greatest, added) = if array.dtype().kind() == Kind::Complex {
        (operator::unary(Ufunc::absolute, x)?, Fold::max, Fold::sum)
    } else {
        (x.clone().into_any(), Fold::max_abs, Fold::sum_abs)
    };
    match array.ndim() {
        1 if ord == f64::INFINITY => fold(greatest, &sizes, None).map(Some),
        1 if ord == 1.0 => fold(added, &sizes, None).map(Some),
        2 if ord.abs() == 1.0 || ord.is_infinite() => {
            let sums = fold(added, &sizes, Some(usize::from(ord.is_infinite())))?;
            // No sum is less than zero, which greatest ones start from.
            let extreme = if ord > 0.0 { Fold::max } else { Fold::min };
            fold(extreme, &sums, None).map(Some)
        }
        _ => Ok(None),
    }
}
