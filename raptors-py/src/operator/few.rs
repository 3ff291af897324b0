//! Operators of few elements, in as few steps as there are: nothing is given where the long way is to go.

use super::Any;
use crate::array::{self, Object};
use crate::chosen::{self, Memory};
use crate::value::Value;
use crate::{guard, interop, status};
use core::slice;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::index::Index;
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::quick;
use raptors_array::{Array, DType, Kind, Number, Ufunc, assign, promote_types, resolve};
use raptors_kernels::{Raises, Status};
use smallvec::SmallVec;

/// The result of `op` that `write` writes, as an object; nothing where it gives nothing, or where
/// floating-point exceptions were raised: then the long way computes again, and tells of them.
#[inline(always)]
pub(super) fn at_once<'py>(
    py: Python<'py>,
    op: Ufunc,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<Any<'py>> {
    let result = chosen::result(py, write)?;
    is_quiet(op).then(|| result.into_any())
}

/// Elements beside whose loop it does not show that the exceptions of others are forgotten first, which
/// takes as long as some tens of additions.
const MANY: usize = 256;

/// As [`at_once`], for `size` elements of arrays whose conversion raises nothing: exceptions are told of here.
/// Few elements of loops that leave the processor's flags alone are computed once more for it, without the
/// exceptions that others left behind.
#[inline(always)]
pub(super) fn told_at_once<'py>(
    py: Python<'py>,
    op: Ufunc,
    size: usize,
    write: impl for<'r> Fn(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<PyResult<Any<'py>>> {
    // Loops whose results are looked at read the flags anyway.
    let plain = matches!(
        op.raises(),
        Raises::nothing | Raises::arithmetic | Raises::division
    );
    if size >= MANY || !plain {
        return told_of_own(py, op, None, write);
    }
    let result = chosen::result(py, &write)?;
    if is_quiet(op) {
        return Some(Ok(result.into_any()));
    }
    drop(result);
    once_more(py, op, write)
}

/// As [`told_at_once`], told of as of the function `name`, of steps that wait for one another: forgetting what others
/// left behind shows beside few of them, but computing twice where a product becomes too small takes far longer.
#[inline(always)]
pub(crate) fn told_as<'py>(
    py: Python<'py>,
    op: Ufunc,
    name: &'static str,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<PyResult<Any<'py>>> {
    told_of_own(py, op, Some(name), write)
}

/// What was dropped, computed once more without the exceptions that others left behind.
#[cold]
fn once_more<'py>(
    py: Python<'py>,
    op: Ufunc,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<PyResult<Any<'py>>> {
    told_of_own(py, op, None, write)
}

/// As [`told_at_once`], with the exceptions of others forgotten first, and told of as of `name` where that is given.
#[inline(always)]
fn told_of_own<'py>(
    py: Python<'py>,
    op: Ufunc,
    name: Option<&'static str>,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<PyResult<Any<'py>>> {
    let raises = op.raises() != Raises::nothing;
    if raises {
        Status::clear();
    }
    let result = chosen::result(py, write)?;
    let raised = if raises { Status::take() } else { Status::NONE };
    if raised == Status::NONE {
        return Some(Ok(result.into_any()));
    }
    Some(told(op, name, raised, result))
}

/// `result`, after what `op` raised on the way to it is told of.
#[cold]
fn told<'py>(
    op: Ufunc,
    name: Option<&str>,
    raised: Status,
    result: Object<'py>,
) -> PyResult<Any<'py>> {
    if !status::is_spurious(op, raised, slice::from_ref::<Array>(&result.get().array)) {
        status::report(result.py(), name.unwrap_or(op.name()), raised)?;
    }
    Ok(result.into_any())
}

/// Whether no floating-point exceptions are raised, where `op` raises any. Those that somebody else left
/// behind count as well: to forget them first takes as long as many a loop, and there are none after the long
/// way.
#[inline(always)]
pub(super) fn is_quiet(op: Ufunc) -> bool {
    op.raises() == Raises::nothing || Status::take() == Status::NONE
}

/// Whether `write` did its work for `op` without raising floating-point exceptions.
#[inline(always)]
pub(super) fn quietly(op: Ufunc, write: impl FnOnce() -> bool) -> bool {
    write() && is_quiet(op)
}

/// As [`at_once`], for operands that are packed or converted first.
#[inline(never)]
pub(crate) fn staged<'py, const N: usize>(
    py: Python<'py>,
    op: Ufunc,
    operands: [Operand<'_>; N],
) -> Option<PyResult<Any<'py>>> {
    if operands
        .iter()
        .any(|operand| matches!(operand, Operand::Number(_)))
    {
        return at_once(py, op, |room| quick::staged(op, operands, room)).map(Ok);
    }
    told_of_own(py, op, None, |room| quick::staged(op, operands, room))
}

/// As [`staged`], where the result is asked for as `dtype`; of any size where operands and result have it anyway.
#[cfg(not(Py_LIMITED_API))]
#[inline(never)]
pub(crate) fn given_as<'py, const N: usize>(
    py: Python<'py>,
    op: Ufunc,
    operands: [Operand<'_>; N],
    dtype: DType,
) -> Option<PyResult<Any<'py>>> {
    if let Some(result) = at_once(py, op, |room| quick::staged_as(op, operands, dtype, room)) {
        return Some(Ok(result));
    }
    let own = |operand: &Operand<'_>| matches!(operand, Operand::Array(x) if x.dtype() == dtype);
    let args = operands.each_ref().map(Operand::arg);
    let resolved = resolve(op, &args).ok()?;
    if !operands.iter().all(own) || resolved.outputs() != [dtype] {
        return None;
    }
    let most = operands
        .iter()
        .map(|x| {
            if let Operand::Array(x) = x {
                x.size()
            } else {
                1
            }
        })
        .max();
    let work = super::work(op, most.unwrap_or(1));
    let options = MapOptions::default();
    let results = guard::call(py, op, work, || map::map(op, &operands, &mut [], &options));
    Some(
        results
            .map_err(Into::into)
            .and_then(|results| super::single(py, results)),
    )
}

/// As [`staged`], for a ufunc of two results.
#[inline(never)]
pub(crate) fn staged_pair<'py, const N: usize>(
    py: Python<'py>,
    op: Ufunc,
    operands: [Operand<'_>; N],
) -> Option<PyResult<Any<'py>>> {
    let raises = op.raises() != Raises::nothing;
    if raises {
        Status::clear();
    }
    let results = quick::staged_pair(op, operands)?;
    let raised = if raises { Status::take() } else { Status::NONE };
    if raised != Status::NONE {
        // What converts a number may raise something that is not the loop's.
        let arrays = |operand: &Operand<'_>| matches!(operand, Operand::Array(_));
        if !operands.iter().all(arrays) {
            return None;
        }
        if !status::is_spurious(op, raised, &results)
            && let Err(error) = status::report(py, op.name(), raised)
        {
            return Some(Err(error));
        }
    }
    let [x, y] = results;
    let tuple = || {
        let results = [array::result(py, x)?, array::result(py, y)?];
        Ok(PyTuple::new(py, results)?.into_any())
    };
    Some(tuple())
}

/// What NumPy's loop of `op` computes for this exponent, where it is no power.
pub(super) fn instead(op: Ufunc, dtype: DType, exponent: Number) -> Option<Ufunc> {
    if op != Ufunc::power {
        return None;
    }
    let float = matches!(dtype, DType::F32 | DType::F64);
    let whole = matches!(dtype.kind(), Kind::Signed | Kind::Unsigned);
    match exponent {
        Number::Int(2) if float || whole => Some(Ufunc::square),
        Number::Float(2.0) if float => Some(Ufunc::square),
        Number::Float(0.5) if float => Some(Ufunc::sqrt),
        _ => None,
    }
}

/// The ufunc of one input that a power with this exponent is, as NumPy decides it.
pub(super) fn simple_power(base: DType, exponent: &Value<'_>) -> Option<Ufunc> {
    let inexact = matches!(base.kind(), Kind::Float | Kind::Complex);
    let exponent = match *exponent {
        Value::Number(Number::Int(n @ (-1..=2))) if inexact => n as f64,
        Value::Number(Number::Int(2)) => 2.0,
        Value::Number(Number::Float(n)) if inexact => n,
        _ => return None,
    };
    match exponent {
        2.0 => Some(Ufunc::square),
        1.0 => Some(Ufunc::positive),
        0.5 => Some(Ufunc::sqrt),
        -1.0 => Some(Ufunc::reciprocal),
        _ => None,
    }
}

/// What NumPy's loop computes for the one exponent that all elements of `base` have in common, and the
/// type that it computes in.
pub(super) fn for_all(base: &Array, exponent: &Array) -> Option<(Ufunc, DType)> {
    if exponent
        .single::<f64>()
        .is_some_and(|value| value != 0.5 && value != 2.0)
    {
        return None;
    }
    let ndim = exponent.ndim();
    let complex = exponent.dtype().kind() == Kind::Complex;
    if complex || exponent.size() == 0 || ndim > base.ndim() {
        return None;
    }
    let dtype = promote_types(base.dtype(), exponent.dtype());
    if !matches!(dtype, DType::F32 | DType::F64) {
        // Of other numbers no power by an array is another function.
        return None;
    }
    let repeated = exponent.strides().iter().all(|&stride| stride == 0);
    let one = ndim == 0
        || exponent.size() == 1 && base.size() > 1
        || repeated && (exponent.dtype() == dtype || base.size() > CONVERTED);
    let mut fits = exponent.shape().iter().rev().zip(base.shape().iter().rev());
    if !one || !fits.all(|(n, m)| n <= m) {
        return None;
    }
    let value = if let Some(value) = exponent.single::<f64>() {
        value
    } else {
        let first: SmallVec<[Index; 4]> = SmallVec::from_elem(Index::Int(0), ndim);
        let first = exponent.index(&first).ok()?;
        assign::astype(&first, DType::F64, None).ok()?.single()?
    };
    Some((instead(Ufunc::power, dtype, Number::Float(value))?, dtype))
}

/// So many elements NumPy converts at a time: fewer are copied, and one that is repeated with them.
const CONVERTED: usize = 8192;

/// The power of `base` by a common exponent, where [`for_all`] knows what it is.
pub(super) fn one_power<'py>(
    py: Python<'py>,
    base: &Array,
    exponent: &Array,
) -> Option<PyResult<Any<'py>>> {
    let (known, dtype) = for_all(base, exponent)?;
    if base.dtype() == dtype {
        return Some(known_as(py, Ufunc::power, known, base));
    }
    let convert = || assign::astype(base, dtype, None);
    Some(match guard::run(py, base.size(), convert) {
        Ok(base) => known_as(py, Ufunc::power, known, &base),
        Err(failure) => Err(failure.into()),
    })
}

/// The ufunc that `base **= exponent` is, and the name that warnings know it by.
pub(super) fn in_place_power(base: &Array, exponent: &Value<'_>) -> (Ufunc, &'static str) {
    match exponent.operand() {
        Operand::Array(exponent) => {
            let known = for_all(base, exponent).filter(|&(_, dtype)| dtype == base.dtype());
            (
                known.map_or(Ufunc::power, |known| known.0),
                Ufunc::power.name(),
            )
        }
        Operand::Number(_) => {
            let simple = simple_power(base.dtype(), exponent).unwrap_or(Ufunc::power);
            (simple, simple.name())
        }
    }
}

/// Whether NumPy's operator calls its power for this exponent, though it is the same as `simple`.
pub(super) fn is_power_by_name(simple: Ufunc, dtype: DType, exponent: &Value<'_>) -> bool {
    let float = matches!(exponent, Value::Number(Number::Float(_)));
    float && simple != Ufunc::sqrt && matches!(dtype, DType::F32 | DType::F64)
}

/// `op` of `array` for what was called as `called`, and is told of as that.
pub(super) fn known_as<'py>(
    py: Python<'py>,
    called: Ufunc,
    op: Ufunc,
    array: &Array,
) -> PyResult<Any<'py>> {
    if let Some(result) = at_once(py, op, |room| quick::call(op, [array], room)) {
        return Ok(result);
    }
    let work = array.size() * op.cost() as usize;
    let result = guard::named(py, op, called.name(), work, || map::unary(op, array))?;
    Ok(array::result(py, result)?.into_any())
}

/// `op` of an array and a number, which is the first input if `first`; nothing as for [`at_once`].
#[inline(always)]
pub(super) fn beside_number<'py>(
    py: Python<'py>,
    op: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
) -> Option<PyResult<Any<'py>>> {
    // A number becomes a float64 without exceptions.
    if array.dtype() == DType::F64 {
        return told_at_once(py, op, array.size(), |room| {
            quick::with_number(op, array, number, first, room)
        });
    }
    at_once(py, op, |room| {
        quick::with_number(op, array, number, first, room)
    })
    .map(Ok)
}

/// `op`, known as `name`, of `array`, which may be written, and `other`, in the place of the former:
/// whether that was done. If `dense`, only of operands in one piece.
#[inline]
pub(super) fn in_place(
    py: Python<'_>,
    (op, name): (Ufunc, &str),
    array: &Array,
    other: &Operand<'_>,
    dense: bool,
) -> PyResult<bool> {
    let raises = op.raises() != Raises::nothing;
    if raises {
        Status::clear();
    }
    if interop::compute_in_place(op, array, other, dense).is_none() {
        return Ok(false);
    }
    let raised = if raises { Status::take() } else { Status::NONE };
    if raised != Status::NONE && !status::is_spurious(op, raised, slice::from_ref(array)) {
        status::report(py, name, raised)?;
    }
    Ok(true)
}
