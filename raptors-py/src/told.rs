//! Numbers of Python beyond the range of the floats that they become. NumPy tells of them as of casts, before it
//! computes with the infinities that they are then.

use crate::{guard, status};
use core::cell::OnceCell;
use pyo3::prelude::*;
use raptors_array::map::Operand;
use raptors_array::{Arg, Array, Casting, DType, Number, Ufunc, resolve, resolve_as};
use raptors_kernels::Status;
use smallvec::SmallVec;

/// Most inputs of a ufunc.
const MOST: usize = 3;

/// Room for infinite numbers in the places of integers.
pub(crate) struct Room([OnceCell<Array>; MOST]);

impl Room {
    pub(crate) const fn new() -> Self {
        Self([const { OnceCell::new() }; MOST])
    }
}

/// Whether `number`, which is finite, is not as an element of `dtype`. That is told of where all of a call is known,
/// and so once.
#[inline(always)]
pub(crate) fn is_beyond(number: Number, dtype: DType) -> bool {
    number.is_vast() && number.overflowing(dtype).is_some()
}

/// Whether `number` may be such beside elements of `dtype`, of which integers of a byte are computed with as float16.
#[inline(always)]
pub(crate) fn may_be_beyond(number: Number, dtype: DType) -> bool {
    let computed = match dtype {
        DType::I8 | DType::U8 => DType::F16,
        dtype => dtype,
    };
    number.is_vast() && number.overflowing(computed).is_some()
}

/// Whether one of the operands may be such a number beside the other, or as an element of the dtype that is `asked` for.
#[inline]
pub(crate) fn any_beyond(operands: [Operand<'_>; 2], asked: Option<DType>) -> bool {
    let stored = |operand: &Operand<'_>| match operand {
        Operand::Array(array) => Some(array.dtype()),
        Operand::Number(_) => None,
    };
    let Some(dtype) = asked.or_else(|| operands.iter().find_map(stored)) else {
        return false;
    };
    let beyond =
        |operand| matches!(operand, Operand::Number(number) if may_be_beyond(number, dtype));
    operands.into_iter().any(beyond)
}

/// Tells of the numbers among `operands` of `ufunc`, whose results are `asked` for as that dtype, and makes them
/// infinite.
#[inline(always)]
pub(crate) fn of_operands<'a>(
    py: Python<'_>,
    ufunc: Ufunc,
    operands: &mut [Operand<'a>],
    asked: Option<DType>,
    room: &'a Room,
) -> PyResult<()> {
    let vast =
        |operand: &Operand<'_>| matches!(operand, Operand::Number(number) if number.is_vast());
    if operands.iter().any(vast) {
        return of_vast(py, ufunc, operands, asked, room);
    }
    Ok(())
}

#[cold]
fn of_vast<'a>(
    py: Python<'_>,
    ufunc: Ufunc,
    operands: &mut [Operand<'a>],
    asked: Option<DType>,
    room: &'a Room,
) -> PyResult<()> {
    if matches!(
        ufunc,
        Ufunc::logical_and | Ufunc::logical_or | Ufunc::logical_xor
    ) {
        // Logic casts a number to a truth value.
        return Ok(());
    }
    let args: SmallVec<[Arg; MOST]> = operands.iter().map(Operand::arg).collect();
    let resolved = match asked {
        None => resolve(ufunc, &args),
        Some(dtype) => resolve_as(ufunc, dtype, Casting::Unsafe, &args),
    };
    let Ok(resolved) = resolved else {
        // What is wrong is told where it is computed.
        return Ok(());
    };
    debug_assert!(operands.len() <= MOST, "a ufunc of more inputs");
    for ((operand, &dtype), room) in operands.iter_mut().zip(resolved.inputs()).zip(&room.0) {
        let Operand::Number(number) = *operand else {
            continue;
        };
        let told = of_number(py, number, dtype)?;
        *operand = Operand::Number(told);
        if told.arg() != number.arg() {
            // A float in the place of an integer would ask for other loops: it has the dtype of this one.
            let infinite = guard::quick(|| Array::from_scalar(&told.to_scalar(dtype)?))?;
            *operand = Operand::Array(room.get_or_init(|| infinite));
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
