//! Numbers of Python beyond the range of the floats that they become. NumPy tells of them as of casts, before it
//! computes with the infinities that they are then.

use crate::status;
use pyo3::prelude::*;
use raptors_array::map::Operand;
use raptors_array::{Arg, Casting, DType, Number, Ufunc, resolve, resolve_as};
use raptors_kernels::Status;
use smallvec::SmallVec;

/// Whether `number`, which is finite, is not as an element of `dtype`. That is told of where all of a call is known,
/// and so once.
#[inline(always)]
pub(crate) fn is_beyond(number: Number, dtype: DType) -> bool {
    number.is_vast() && number.overflowing(dtype).is_some()
}

/// Whether one of the operands is such a number beside the other, or as an element of the dtype that is `asked` for.
#[inline]
pub(crate) fn any_beyond(operands: [Operand<'_>; 2], asked: Option<DType>) -> bool {
    let stored = |operand: &Operand<'_>| match operand {
        Operand::Array(array) => Some(array.dtype()),
        Operand::Number(_) => None,
    };
    let Some(dtype) = asked.or_else(|| operands.iter().find_map(stored)) else {
        return false;
    };
    let beyond = |operand| matches!(operand, Operand::Number(number) if is_beyond(number, dtype));
    operands.into_iter().any(beyond)
}

/// Tells of the numbers among `operands` of `ufunc`, whose results are `asked` for as that dtype, and makes them
/// infinite.
#[inline(always)]
pub(crate) fn of_operands(
    py: Python<'_>,
    ufunc: Ufunc,
    operands: &mut [Operand<'_>],
    asked: Option<DType>,
) -> PyResult<()> {
    let vast =
        |operand: &Operand<'_>| matches!(operand, Operand::Number(number) if number.is_vast());
    if operands.iter().any(vast) {
        return of_vast(py, ufunc, operands, asked);
    }
    Ok(())
}

#[cold]
fn of_vast(
    py: Python<'_>,
    ufunc: Ufunc,
    operands: &mut [Operand<'_>],
    asked: Option<DType>,
) -> PyResult<()> {
    if matches!(
        ufunc,
        Ufunc::logical_and | Ufunc::logical_or | Ufunc::logical_xor
    ) {
        // Logic casts a number to a truth value.
        return Ok(());
    }
    let args: SmallVec<[Arg; 3]> = operands.iter().map(Operand::arg).collect();
    let resolved = match asked {
        None => resolve(ufunc, &args),
        Some(dtype) => resolve_as(ufunc, dtype, Casting::Unsafe, &args),
    };
    let Ok(resolved) = resolved else {
        // What is wrong is told where it is computed.
        return Ok(());
    };
    for (operand, &dtype) in operands.iter_mut().zip(resolved.inputs()) {
        if let Operand::Number(number) = operand {
            *number = of_number(py, *number, dtype)?;
        }
    }
    Ok(())
}

/// `number` as it goes on as an element of `dtype`: what is beyond its range is told of, and infinite then.
pub(crate) fn of_number(py: Python<'_>, number: Number, dtype: DType) -> PyResult<Number> {
    match number.overflowing(dtype) {
        Some(infinite) => {
            status::report(py, "cast", Status::OVERFLOW)?;
            Ok(infinite)
        }
        None => Ok(number),
    }
}
