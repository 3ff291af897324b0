//! Means, and what is computed around them: what NumPy tells of them, and what it alone computes.

use super::{Any, Arguments};
use crate::array::Object;
use crate::status;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use raptors_array::reduce::{self, ReduceOptions, Reduction};
use raptors_array::{Array, DType, Kind, Overlap, overlap};
use raptors_kernels::Status;

/// Whether the mean, or what is computed around it, is asked for.
pub(super) const fn is_moment(what: Reduction) -> bool {
    matches!(
        what,
        Reduction::Mean | Reduction::Var { .. } | Reduction::Std { .. }
    )
}

/// Whether the extension computes the moment `what` of elements of dtype `from` as NumPy does: for others, of
/// numbers that are summed as integers or without their imaginary parts, or written to an output of another dtype,
/// NumPy's steps round in between.
pub(super) fn is_plain(
    what: Reduction,
    array: &Array,
    asked: Option<DType>,
    output: Option<&Array>,
) -> bool {
    let from = array.dtype();
    let computed = asked.unwrap_or(match from.kind() {
        Kind::Float | Kind::Complex => from,
        _ => DType::F64,
    });
    let inexact = matches!(computed.kind(), Kind::Float | Kind::Complex);
    let complex = |dtype: DType| dtype.kind() == Kind::Complex;
    let given = match what {
        Reduction::Mean => computed,
        _ => computed.real(),
    };
    // Squared distances are real, but complex where they are asked for so.
    if !matches!(what, Reduction::Mean) && asked.is_some_and(complex) {
        return false;
    }
    // NumPy rounds sums of float16 to it before they are divided, if that is the output's. What is computed again,
    // to tell what happens on the way, must not have been written over.
    let fits = |output: &Array| {
        let apart = overlap(output, array) == Overlap::Disjoint;
        output.dtype() == given && given != DType::F16 && (apart || matches!(what, Reduction::Mean))
    };
    inexact && complex(from) == complex(computed) && output.is_none_or(fits)
}

/// Whether a moment is asked for of fewer elements than it takes.
pub(super) fn lacks(
    what: Reduction,
    array: &Array,
    settings: &ReduceOptions<'_>,
) -> raptors_array::Result<bool> {
    match what {
        _ if !is_moment(what) => Ok(false),
        Reduction::Var { ddof } | Reduction::Std { ddof } => {
            reduce::lacks_elements(array, ddof, settings)
        }
        _ => reduce::lacks_elements(array, 0.0, settings),
    }
}

/// Reports what happened to a moment, as of the step of NumPy's computation where it happens; whether nobody knows
/// in which that was, so that the moment is to be computed again step by step.
pub(super) fn report_moment(
    py: Python<'_>,
    what: Reduction,
    lacking: Option<&Array>,
) -> PyResult<bool> {
    let status = Status::take();
    if status == Status::NONE {
        return Ok(false);
    }
    let name = match (what, lacking) {
        // NumPy divides scalars of 64 bits by counts; narrower ones make arrays of both.
        (Reduction::Mean, Some(result))
            if result.ndim() == 0 && matches!(result.dtype(), DType::F64 | DType::C128) =>
        {
            "scalar divide"
        }
        (Reduction::Mean, Some(_)) => "divide",
        (Reduction::Mean, None) => "reduce",
        // Small distances have squares that are smaller.
        _ if status == Status::UNDERFLOW => "square",
        _ => return Ok(true),
    };
    status::report(py, name, status)?;
    Ok(false)
}

/// `ddof`, or `correction`, which is the same thing by the array API standard's name.
pub(super) fn degrees(ddof: f64, correction: Option<f64>) -> PyResult<f64> {
    match correction {
        Some(_) if ddof != 0.0 => {
            let words = "ddof and correction can't be provided simultaneously.";
            Err(PyValueError::new_err(words))
        }
        Some(correction) => Ok(correction),
        None => Ok(ddof),
    }
}

/// A variance or standard deviation around a mean that is known: NumPy's.
#[cold]
pub(super) fn moment<'py>(
    slf: &Object<'py>,
    name: &str,
    ddof: f64,
    mean: &Any<'py>,
    arguments: &Arguments<'_, 'py>,
) -> PyResult<Any<'py>> {
    let options = arguments.options(slf.py())?;
    options.set_item("ddof", ddof)?;
    options.set_item("mean", mean)?;
    let methods = slf.py().import("raptors._methods")?;
    methods
        .getattr("_delegate_function")?
        .call1((name, (slf,), options))
}
