//! The operators of `ndarray`: what every one does, whichever way Python calls it.

mod by_name;
mod few;
mod product;

use few::{element, told_at_once};
#[cfg(not(Py_LIMITED_API))]
pub(crate) use few::{into, staged_as};
pub(crate) use few::{staged, staged_pair};
#[cfg(not(Py_LIMITED_API))]
pub(crate) use product::{dot, product};

use crate::array::{self, NdArray, Object};
use crate::guard::{self, Failure};
use crate::value::{self, Value};
use crate::{dtype, interop, ufunc};
use pyo3::basic::CompareOp;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyTuple};
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Array, DType, Number, Order, Ufunc, quick};

type Any<'py> = Bound<'py, PyAny>;

/// `a op b` for a ufunc of one result, where at least one is an `ndarray`.
#[inline]
pub(crate) fn binary<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    if let (Some(x), Some(y)) = (array::of(a), array::of(b)) {
        if op == Ufunc::power
            && let Some(result) = few::one_power(a.py(), x, y)
        {
            return result;
        }
        if x.ndim() + y.ndim() == 0
            && let Some(result) = few::of_elements(a.py(), op, x, y)
        {
            return result;
        }
        if let Some(result) =
            told_at_once(a.py(), op, x.size(), |room| quick::call(op, [x, y], room))
        {
            return result;
        }
        let few = spread(a.py(), op, x, y).or_else(|| staged(a.py(), op, [x.into(), y.into()]));
        if let Some(result) = few {
            return result;
        }
        let work = work(op, x.size().max(y.size()));
        if let Some(result) = in_temporary(op, [a, b], [x.into(), y.into()]) {
            return result;
        }
        return match guard::call(a.py(), op, work, || map::binary(op, x, y)) {
            Ok(result) => Ok(array::result(a.py(), result)?.into_any()),
            Err(failure) => without_loop(failure, op, a, b),
        };
    }
    if op != Ufunc::power
        && let Some(result) = call_with_number(op, a, b)?
    {
        return Ok(result);
    }
    mixed(op, a, b)
}

/// `op` of few elements, of which one operand is repeated over the other's axes.
#[inline(never)]
fn spread<'py>(py: Python<'py>, op: Ufunc, x: &Array, y: &Array) -> Option<PyResult<Any<'py>>> {
    if x.shape() == y.shape() {
        return None;
    }
    let size = x.size().max(y.size());
    told_at_once(py, op, size, |room| quick::broadcast(op, x, y, room))
}

/// The result in the memory of an operand that is a temporary; nothing where none is, or where nobody
/// can tell.
#[inline(always)]
fn in_temporary<'py, const N: usize>(
    op: Ufunc,
    objects: [&Any<'py>; N],
    operands: [Operand<'_>; N],
) -> Option<PyResult<Any<'py>>> {
    #[cfg(temporaries)]
    return crate::temporary::reuse(op, objects, operands);
    #[cfg(not(temporaries))]
    {
        let _ = (op, objects, operands);
        None
    }
}

/// `op` over `n` elements in additions; few elements are not worth asking for their cost.
#[inline]
fn work(op: Ufunc, n: usize) -> usize {
    const FEW: usize = 256;
    if n <= FEW { n } else { n * op.cost() as usize }
}

/// `divmod(a, b)`, where at least one is an `ndarray`: a tuple.
pub(crate) fn pair<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    mixed(Ufunc::divmod, a, b)
}

/// An array and something else, or operands whose ufunc gives a tuple. Attached, as what is read of foreign
/// objects is dropped on the way.
fn mixed<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    Python::attach(|_| of_others(op, a, b))
}

fn of_others<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    let (Some(x), Some(y)) = (value::read(a)?, value::read(b)?) else {
        return foreign(op.name(), a, b);
    };
    let op = match (op, &x, &y) {
        (Ufunc::power, Value::Borrowed(base), exponent) => {
            if let Some(simple) = few::simple_power(base.dtype(), exponent) {
                if few::is_power_by_name(simple, base.dtype(), exponent) {
                    return few::known_as(a.py(), op, simple, base);
                }
                return unary(simple, a.cast_exact::<NdArray>()?);
            }
            if let Operand::Array(exponent) = exponent.operand()
                && let Some(result) = few::one_power(a.py(), base, exponent)
            {
                return result;
            }
            op
        }
        _ => op,
    };
    let work = work(op, x.size().max(y.size()));
    let inputs = [x.operand(), y.operand()];
    if op.nout() == 2
        && let Some(result) = staged_pair(a.py(), op, inputs)
    {
        return result;
    }
    if let Some(result) = in_temporary(op, [a, b], inputs) {
        return result;
    }
    let (py, one) = (a.py(), op.nout() == 1);
    let result = match inputs {
        [Operand::Array(x), Operand::Number(n)] if one => with_number(py, op, x, n, false, work),
        [Operand::Number(n), Operand::Array(x)] if one => with_number(py, op, x, n, true, work),
        _ => None,
    };
    if let Some(result) = result {
        return result;
    }
    let options = MapOptions::default();
    match guard::call(a.py(), op, work, || {
        map::map(op, &inputs, &mut [], &options)
    }) {
        Ok(results) => single(a.py(), results),
        Err(failure) => without_loop(failure, op, a, b),
    }
}

/// `op` of an array and a number where that is the common case; nothing where it is another, or
/// where something is wrong.
#[inline]
fn with_number<'py>(
    py: Python<'py>,
    op: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
    work: usize,
) -> Option<PyResult<Any<'py>>> {
    let result = guard::call(py, op, work, || map::with_number(op, array, number, first));
    match result {
        Ok(Some(result)) => Some(array::result(py, result).map(Bound::into_any)),
        Ok(None) | Err(Failure::Error(_)) => None,
        Err(failure) => Some(Err(failure.into())),
    }
}

/// `ufunc(a, b)` of an array and a number, as [`with_number`]: no operator, so that powers stay
/// powers.
#[inline]
pub(crate) fn call_with_number<'py>(
    op: Ufunc,
    a: &Any<'py>,
    b: &Any<'py>,
) -> PyResult<Option<Any<'py>>> {
    let (array, other, first) = match (array::of(a), array::of(b)) {
        (Some(array), None) => (array, b, false),
        (None, Some(array)) => (array, a, true),
        _ => return Ok(None),
    };
    let number = if let Ok(number) = other.cast_exact::<PyFloat>() {
        Number::Float(number.value())
    } else if other.is_exact_instance_of::<PyInt>() {
        match interop::small(other) {
            Some(number) => Number::Int(number.into()),
            None => return Ok(None),
        }
    } else if let Some(number) = dtype::float64(other).filter(|_| array.dtype() == DType::F64) {
        Number::Float(number)
    } else {
        return Ok(None);
    };
    if op.nout() != 1 {
        return Ok(None);
    }
    let py = a.py();
    if let Some(known) = few::instead(op, array.dtype(), number).filter(|_| !first) {
        return few::known_as(py, op, known, array).map(Some);
    }
    if array.ndim() == 0
        && let Some(result) = few::of_element(py, op, array, number, first)
    {
        return result.map(Some);
    }
    if let Some(result) = few::beside_number(py, op, array, number, first) {
        return result.map(Some);
    }
    let (one, other) = (Operand::Array(array), Operand::Number(number));
    let operands = if first { [other, one] } else { [one, other] };
    if let Some(result) = staged(py, op, operands) {
        return result.map(Some);
    }
    if let Some(result) = in_temporary(op, [a, b], operands) {
        return result.map(Some);
    }
    let work = work(op, array.size());
    with_number(py, op, array, number, first, work).transpose()
}

/// `ufunc(x)` of a float of Python; nothing for other objects.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn of_float<'py>(op: Ufunc, x: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let Ok(number) = x.cast_exact::<PyFloat>() else {
        return Ok(None);
    };
    let (py, value) = (x.py(), number.value());
    if let Some(result) = element(py, op, |to| quick::element_of_float(op, value, to)) {
        return Ok(Some(result));
    }
    match guard::call(py, op, 1, || Ok(quick::of_float(op, value)))? {
        Some(result) => Ok(Some(array::result(py, result)?.into_any())),
        None => Ok(None),
    }
}

/// `op` of every element of `a` and every element of `b`, where each has one axis; nothing for others, and
/// where there is no loop for them.
pub(crate) fn outer<'py>(
    op: Ufunc,
    a: &Object<'py>,
    b: &Object<'py>,
) -> PyResult<Option<Any<'py>>> {
    let (x, y): (&Array, &Array) = (&a.get().array, &b.get().array);
    if x.ndim() != 1 || y.ndim() != 1 || op.nin() != 2 || op.nout() != 1 {
        return Ok(None);
    }
    let column = guard::quick(|| x.reshape(&[x.size() as i64, 1], Order::C))?;
    let work = work(op, x.size().saturating_mul(y.size()));
    match guard::call(a.py(), op, work, || map::binary(op, &column, y)) {
        Ok(result) => Ok(Some(array::result(a.py(), result)?.into_any())),
        Err(failure) if failure.lacks_loop() => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// One result as it is, several as a tuple.
pub(crate) fn single(
    py: Python<'_>,
    results: impl IntoIterator<Item = Array, IntoIter: ExactSizeIterator>,
) -> PyResult<Any<'_>> {
    let mut results = results.into_iter().map(|result| array::result(py, result));
    if results.len() == 1
        && let Some(result) = results.next()
    {
        return Ok(result?.into_any());
    }
    let results = results.collect::<PyResult<Vec<_>>>()?;
    Ok(PyTuple::new(py, results)?.into_any())
}

/// Where Raptors has no loop, NumPy may have one, or its own error.
#[cold]
fn without_loop<'py>(
    failure: Failure,
    op: Ufunc,
    a: &Any<'py>,
    b: &Any<'py>,
) -> PyResult<Any<'py>> {
    if failure.lacks_loop() {
        return ufunc::delegate(op, "__call__", &PyTuple::new(a.py(), [a, b])?, None);
    }
    Err(failure.into())
}

/// `a op b` where one of them is nothing that Raptors knows.
#[cold]
fn foreign<'py>(op: &str, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    a.py()
        .import("raptors._methods")?
        .call_method1("_operator", (op, a, b))
}

/// `op a`.
#[inline]
pub(crate) fn unary<'py>(op: Ufunc, a: &Object<'py>) -> PyResult<Any<'py>> {
    let x: &Array = &a.get().array;
    if x.ndim() == 0
        && let Some(result) = element(a.py(), op, |to| quick::element(op, [x], to))
    {
        return Ok(result);
    }
    if let Some(result) = told_at_once(a.py(), op, x.size(), |room| quick::call(op, [x], room)) {
        return result;
    }
    if let Some(result) = staged(a.py(), op, [x.into()]) {
        return result;
    }
    if let Some(result) = in_temporary(op, [a.as_any()], [x.into()]) {
        return result;
    }
    match guard::call(a.py(), op, work(op, x.size()), || map::unary(op, x)) {
        Ok(result) => Ok(array::result(a.py(), result)?.into_any()),
        Err(failure) if failure.lacks_loop() => {
            ufunc::delegate(op, "__call__", &PyTuple::new(a.py(), [a])?, None)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `a op= b`; `NotImplemented` where Python is to compute `a = a op b`: for results of full
/// reductions and integer indices, which are scalars to NumPy and never change.
pub(crate) fn in_place<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    let py = a.py();
    #[cfg(not(Py_LIMITED_API))]
    let object = crate::object::of(a)?;
    #[cfg(Py_LIMITED_API)]
    let object = a.cast_exact::<NdArray>()?;
    let this = object.get();
    if this.is_scalar() {
        return few::instead_of_scalar(op, &this.array, b);
    }
    let Some(other) = value::read(b)? else {
        return py
            .import("raptors._methods")?
            .call_method1("_in_place_operator", (op.name(), a, b));
    };
    let (op, name) = match op {
        Ufunc::power => few::in_place_power(&this.array, &other),
        _ => (op, op.name()),
    };
    if op.nin() == 2
        && this.writeable()
        && few::in_place(py, op, name, &this.array, &other.operand())?
    {
        return Ok(a.clone());
    }
    let both = [Operand::Array(&this.array), other.operand()];
    let inputs = &both[..op.nin()];
    let output = this.clone_array();
    let mut outs = [Some(interop::output(&output)?)];
    let work = this.array.size().max(other.size()) * op.cost() as usize;
    match guard::named(py, op, name, work, || {
        map::map(op, inputs, &mut outs, &MapOptions::default())
    }) {
        Ok(_) => Ok(a.clone()),
        Err(failure) if failure.lacks_loop() => py
            .import("raptors._methods")?
            .call_method1("_in_place_operator", (op.name(), a, b)),
        Err(failure) => Err(failure.into()),
    }
}

/// The comparison that an operator of Python stands for.
pub(crate) fn comparison(op: CompareOp) -> Ufunc {
    match op {
        CompareOp::Lt => Ufunc::less,
        CompareOp::Le => Ufunc::less_equal,
        CompareOp::Eq => Ufunc::equal,
        CompareOp::Ne => Ufunc::not_equal,
        CompareOp::Gt => Ufunc::greater,
        CompareOp::Ge => Ufunc::greater_equal,
    }
}

#[pymethods]
impl NdArray {
    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        other: &Any<'py>,
        op: CompareOp,
    ) -> PyResult<Any<'py>> {
        binary(comparison(op), slf.as_any(), other)
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    by_name::register(module)?;
    product::register(module)
}
