//! Functions of whole numbers whose answer is known before: all of them are finite.

use super::Any;
use crate::array;
use crate::{chosen, guard, interop};
use pyo3::prelude::*;
use raptors_array::map::Operand;
use raptors_array::target::Target;
use raptors_array::{Array, Bool, Casting, DType, Kind, Number, Scalar, Ufunc, assign, quick};

/// Whether all numbers of `x` are what `op` asks for; nothing where that depends on the numbers, and for one alone.
#[inline]
pub(super) fn settled<'py>(py: Python<'py>, op: Ufunc, x: &Array) -> Option<PyResult<Any<'py>>> {
    let finite = match op {
        Ufunc::isfinite => true,
        Ufunc::isnan | Ufunc::isinf => false,
        _ => return None,
    };
    let whole = matches!(x.dtype().kind(), Kind::Bool | Kind::Signed | Kind::Unsigned);
    (whole && x.ndim() > 0).then(|| filled(py, x, finite))
}

/// An array like `x` that has this answer everywhere.
#[inline(never)]
fn filled<'py>(py: Python<'py>, x: &Array, answer: bool) -> PyResult<Any<'py>> {
    if x.ndim() == 1 || x.is_c_contiguous() {
        let blank = chosen::made(py, |room| {
            quick::blank(x.shape(), DType::Bool, !answer, room)
        });
        if let Some(blank) = blank {
            let one = Scalar::new(Bool::from(true));
            if !answer || interop::fill(&blank.get().array, &one) {
                return Ok(blank.into_any());
            }
        }
    }
    let result = guard::run(py, x.size(), || {
        let mut result = Array::empty_keeping(x.shape(), DType::Bool, &[x.strides()])?;
        let answer = Operand::Number(Number::Int(answer.into()));
        assign::assign(&Target::new(&mut result)?, &answer, Casting::Unsafe)?;
        Ok(result)
    })?;
    Ok(array::fresh(py, result)?.into_any())
}
