//! The operators of `ndarray`: what every one does, whichever way Python calls it.

mod beside;
mod by_name;
mod elements;
mod few;
#[cfg(not(Py_LIMITED_API))]
mod into;
mod product;
mod settled;

use beside::with_number;
pub(crate) use beside::{call_with_number, of_three, of_two};
#[cfg(not(Py_LIMITED_API))]
pub(crate) use beside::{of_number, of_two_numbers};
use elements::element;
#[cfg(not(Py_LIMITED_API))]
pub(crate) use few::given_as;
use few::told_at_once;
pub(crate) use few::{staged, staged_pair, told_as};
#[cfg(not(Py_LIMITED_API))]
pub(crate) use into::written;
#[cfg(not(Py_LIMITED_API))]
pub(crate) use product::{dot, inner, product, vdot};

use crate::array::{self, NdArray, Object};
use crate::guard::{self, Failure};
use crate::value::{self, Value};
use crate::{interop, told, ufunc};
use pyo3::basic::CompareOp;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyString, PyTuple};
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Array, Order, Ufunc, quick};

type Any<'py> = Bound<'py, PyAny>;

/// `a op b` for a ufunc of one result, where at least one is an `ndarray`.
#[inline]
pub(crate) fn binary<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    if let (Some(x), Some(y)) = (array::of(a), array::of(b)) {
        return of_arrays(op, [a, b], [x, y]);
    }
    // Powers by Python's numbers are other functions, powers by NumPy's are what those by arrays are.
    let result = match op {
        Ufunc::power => match simple_power(a, b).or_else(|| beside::plain_power(a, b)) {
            Some(result) => return result,
            None => beside::call_with_numpys(op, [a, b])?,
        },
        _ => call_with_number(op, a, b)?,
    };
    match result {
        Some(result) => Ok(result),
        None => mixed(op, a, b),
    }
}

/// `op` of the arrays that the objects are, or stand for.
#[inline(always)]
fn of_arrays<'py>(op: Ufunc, objects: [&Any<'py>; 2], [x, y]: [&Array; 2]) -> PyResult<Any<'py>> {
    let py = objects[0].py();
    if op == Ufunc::power
        && let Some(result) = few::one_power(py, x, y)
    {
        return result;
    }
    if x.ndim() + y.ndim() == 0
        && let Some(result) = elements::of_elements(py, op, x, y)
    {
        return result;
    }
    if let Some(result) = of_few(py, op, x, y) {
        return result;
    }
    let work = work(op, x.size().max(y.size()));
    if let Some(result) = in_temporary(op, objects, [x.into(), y.into()]) {
        return result;
    }
    match guard::call(py, op, work, || map::binary(op, x, y)) {
        Ok(result) => Ok(array::result(py, result)?.into_any()),
        Err(failure) => without_loop(failure, op, objects[0], objects[1]),
    }
}

/// `op` of few elements; nothing for others.
#[inline(always)]
fn of_few<'py>(py: Python<'py>, op: Ufunc, x: &Array, y: &Array) -> Option<PyResult<Any<'py>>> {
    told_at_once(py, op, x.size(), |room| quick::call(op, [x, y], room))
        .or_else(|| spread(py, op, x, y))
        .or_else(|| staged(py, op, [x.into(), y.into()]))
}

/// `op` of two arrays that are nobody's temporaries, for which it has a loop.
pub(crate) fn of_views<'py>(
    py: Python<'py>,
    op: Ufunc,
    x: &Array,
    y: &Array,
) -> PyResult<Any<'py>> {
    if let Some(result) = of_few(py, op, x, y) {
        return result;
    }
    let work = work(op, x.size().max(y.size()));
    let result = guard::call(py, op, work, || map::binary(op, x, y))?;
    Ok(array::result(py, result)?.into_any())
}

/// `a ** b` of an array and a number of Python, where that is a function of one input.
#[inline]
fn simple_power<'py>(a: &Any<'py>, b: &Any<'py>) -> Option<PyResult<Any<'py>>> {
    let base = array::of(a)?;
    let exponent = Value::Number(value::plain_number(b)?);
    let simple = few::simple_power(base.dtype(), &exponent)?;
    if few::is_power_by_name(simple, base.dtype(), &exponent) {
        return Some(few::known_as(a.py(), Ufunc::power, simple, base));
    }
    Some(
        a.cast_exact::<NdArray>()
            .map_err(PyErr::from)
            .and_then(|a| unary(simple, a)),
    )
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
    if op == Ufunc::multiply && (is_repeated(a, b) || is_repeated(b, a)) {
        return Ok(a.py().NotImplemented().into_bound(a.py()));
    }
    let (Some(x), Some(y)) = (value::read(a)?, value::read(b)?) else {
        return foreign(op.name(), a, b);
    };
    let op = match (op, &x, &y) {
        (Ufunc::power, Value::Borrowed(base), exponent) => {
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
    let room = told::Room::new();
    let mut inputs = [x.operand(), y.operand()];
    told::of_operands(a.py(), op, &mut inputs, None, &room)?;
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

/// Whether a product is Python's: a list, tuple or text, repeated so often as a scalar says.
fn is_repeated(sequence: &Any<'_>, count: &Any<'_>) -> bool {
    let scalar = |count: &Object<'_>| count.get().is_scalar();
    count.cast_exact::<NdArray>().is_ok_and(scalar)
        && (sequence.is_instance_of::<PyList>()
            || sequence.is_instance_of::<PyTuple>()
            || sequence.is_instance_of::<PyString>()
            || sequence.is_instance_of::<PyBytes>()
            || sequence.is_instance_of::<PyByteArray>())
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
    if let Some(result) = staged(a.py(), op, [(&column).into(), y.into()]) {
        return result.map(Some);
    }
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
        && let Some(result) = elements::of_one(a.py(), op, x)
    {
        return result;
    }
    if let Some(result) = told_at_once(a.py(), op, x.size(), |room| quick::call(op, [x], room)) {
        return result;
    }
    if let Some(result) = settled::settled(a.py(), op, x) {
        return result;
    }
    if let Some(result) = told_at_once(a.py(), op, x.size(), |room| quick::line(op, x, room)) {
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
        return elements::instead_of_scalar(op, &this.array, b);
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
    let room = told::Room::new();
    let mut both = [Operand::Array(&this.array), other.operand()];
    let inputs = &mut both[..op.nin()];
    told::of_operands(py, op, inputs, None, &room)?;
    if let &mut [_, other] = inputs
        && this.writeable()
        && few::in_place(py, (op, name), &this.array, &other, false)?
    {
        return Ok(a.clone());
    }
    let output = this.clone_array();
    let target = interop::output(&output)?;
    let work = this.array.size().max(other.size()) * op.cost() as usize;
    if let &mut [Operand::Array(x), Operand::Array(y)] = inputs
        && guard::named(py, op, name, work, || map::into(op, &[x, y], &target))?.is_some()
    {
        return Ok(a.clone());
    }
    let mut outs = [Some(target)];
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
