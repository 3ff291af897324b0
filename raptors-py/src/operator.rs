//! The operators of `ndarray`: what every one does, whichever way Python calls it.

use crate::array::{self, NdArray, Object};
use crate::guard::{self, Failure};
use crate::value::{self, Value};
use crate::{creation, interop, ufunc};
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyTuple};
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Array, DType, Kind, Number, Ufunc, matmul};

type Any<'py> = Bound<'py, PyAny>;

/// `a op b` for a ufunc of one result, where at least one is an `ndarray`.
#[inline]
pub(crate) fn binary<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    if let (Some(x), Some(y)) = (array::of(a), array::of(b)) {
        let work = work(op, x.size().max(y.size()));
        return match guard::call(a.py(), op, work, || map::binary(op, x, y)) {
            Ok(result) => Ok(array::result(a.py(), result)?.into_any()),
            Err(failure) => without_loop(failure, op, a, b),
        };
    }
    mixed(op, a, b)
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

/// An array and something else, or operands whose ufunc gives a tuple.
fn mixed<'py>(op: Ufunc, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    let (Some(x), Some(y)) = (value::read(a)?, value::read(b)?) else {
        return foreign(op.name(), a, b);
    };
    let op = match (op, &x, &y) {
        (Ufunc::power, Value::Borrowed(base), exponent) => {
            if let Some(op) = simple_power(base.dtype(), exponent) {
                return unary(op, a.cast_exact::<NdArray>()?);
            }
            op
        }
        _ => op,
    };
    let work = work(op, x.size().max(y.size()));
    let inputs = [x.operand(), y.operand()];
    if op.nout() == 1
        && let Some(result) = with_number(a.py(), op, inputs, work)
    {
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
    inputs: [Operand<'_>; 2],
    work: usize,
) -> Option<PyResult<Any<'py>>> {
    let (array, number, first) = match inputs {
        [Operand::Array(array), Operand::Number(number)] => (array, number, false),
        [Operand::Number(number), Operand::Array(array)] => (array, number, true),
        _ => return None,
    };
    let result = guard::call(py, op, work, || map::with_number(op, array, number, first));
    match result {
        Ok(Some(result)) => Some(array::result(py, result).map(Bound::into_any)),
        Ok(None) | Err(Failure::Error(_)) => None,
        Err(failure) => Some(Err(failure.into())),
    }
}

/// `ufunc(a, b)` of an array and a number, as [`with_number`]: no operator, so that powers stay
/// powers.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn call_with_number<'py>(
    op: Ufunc,
    a: &Any<'py>,
    b: &Any<'py>,
) -> PyResult<Option<Any<'py>>> {
    let is_number =
        |x: &Any<'py>| x.is_exact_instance_of::<PyFloat>() || x.is_exact_instance_of::<PyInt>();
    if !(array::of(a).is_some() && is_number(b) || is_number(a) && array::of(b).is_some()) {
        return Ok(None);
    }
    let (Some(x), Some(y)) = (value::read(a)?, value::read(b)?) else {
        return Ok(None);
    };
    let work = work(op, x.size().max(y.size()));
    with_number(a.py(), op, [x.operand(), y.operand()], work).transpose()
}

/// The ufunc of one input that a power with this exponent is, as NumPy decides it.
fn simple_power(base: DType, exponent: &Value<'_>) -> Option<Ufunc> {
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
    let x = &a.get().array;
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
    let object = a.cast_exact::<NdArray>()?;
    let this = object.get();
    if this.is_scalar() {
        return Ok(py.NotImplemented().into_bound(py));
    }
    let Some(other) = value::read(b)? else {
        return py
            .import("raptors._methods")?
            .call_method1("_in_place_operator", (op.name(), a, b));
    };
    let op = match (op, simple_power(this.array.dtype(), &other)) {
        (Ufunc::power, Some(op)) => op,
        _ => op,
    };
    let both = [Operand::Array(&this.array), other.operand()];
    let inputs = &both[..op.nin()];
    let output = this.clone_array();
    let mut outs = [Some(interop::output(&output)?)];
    let work = this.array.size().max(other.size()) * op.cost() as usize;
    match guard::call(py, op, work, || {
        map::map(op, inputs, &mut outs, &MapOptions::default())
    }) {
        Ok(_) => Ok(a.clone()),
        Err(failure) if failure.lacks_loop() => py
            .import("raptors._methods")?
            .call_method1("_in_place_operator", (op.name(), a, b)),
        Err(failure) => Err(failure.into()),
    }
}

/// `a @ b`, where at least one is an `ndarray`.
pub(crate) fn product<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("matmul", matmul::matmul, a, b)
}

/// A product of matrices, by `f`, or by NumPy's function called `name`.
fn matrices<'py>(
    name: &str,
    f: fn(&Array, &Array) -> raptors_array::Result<Array>,
    a: &Any<'py>,
    b: &Any<'py>,
) -> PyResult<Any<'py>> {
    let (Some(x), Some(y)) = (value::read(a)?, value::read(b)?) else {
        return foreign(name, a, b);
    };
    let (Operand::Array(x), Operand::Array(y)) = (x.operand(), y.operand()) else {
        // Numbers are arrays without axes to a product.
        let (a, b) = (creation::as_object(a)?, creation::as_object(b)?);
        return matrices(name, f, a.as_any(), b.as_any());
    };
    // Multiplications: the elements of one matrix times the rows or columns of the other.
    let work = x
        .size()
        .saturating_mul(y.shape().last().copied().unwrap_or(1));
    match guard::run(a.py(), work, || f(x, y)) {
        Ok(result) => Ok(array::result(a.py(), result)?.into_any()),
        Err(failure) if failure.lacks_loop() => foreign(name, a, b),
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

/// The ufunc that a method such as `__add__` calls by name.
fn named(name: &str) -> PyResult<Ufunc> {
    Ufunc::from_name(name).ok_or_else(|| PyValueError::new_err(format!("no operator {name}")))
}

/// `a op b` for the ufunc called `name`.
#[pyfunction]
fn _binary<'py>(name: &str, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    match named(name)? {
        Ufunc::divmod => pair(a, b),
        op => binary(op, a, b),
    }
}

/// `a op= b` for the ufunc called `name`.
#[pyfunction]
fn _in_place<'py>(name: &str, a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    in_place(named(name)?, a, b)
}

/// `op a` for the ufunc called `name`.
#[pyfunction]
fn _unary<'py>(name: &str, a: &Object<'py>) -> PyResult<Any<'py>> {
    unary(named(name)?, a)
}

/// `a @ b`.
#[pyfunction]
#[pyo3(name = "matmul", signature = (a, b, /, out = None, **kwargs))]
fn matmul_function<'py>(
    a: &Any<'py>,
    b: &Any<'py>,
    out: Option<&Any<'py>>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Any<'py>> {
    if let Some(kwargs) = kwargs {
        return with_options("matmul", a, b, out, kwargs);
    }
    into_output(product(a, b)?, out)
}

/// The product with a number, the inner product of vectors, or the matrix product.
///
/// Of arrays with more axes: the sums of products over the last axis of `a` and the last but one of
/// `b`; the result has the other axes of `a`, then those of `b`. `ValueError` where the lengths of
/// these two differ, or where `out` has not the result's shape and dtype.
///
/// Examples
/// --------
/// >>> rp.dot([1, 2, 3], [4, 5, 6]).item()
/// 32
/// >>> rp.dot(rp.ones((2, 3, 4)), rp.ones((5, 4, 6))).shape
/// (2, 3, 5, 6)
#[pyfunction]
#[pyo3(signature = (a, b, out = None))]
fn dot<'py>(a: &Any<'py>, b: &Any<'py>, out: Option<&Any<'py>>) -> PyResult<Any<'py>> {
    let result = matrices("dot", matmul::dot, a, b)?;
    match out.filter(|out| !out.is_none()) {
        Some(out) => {
            let products = a.py().import("raptors._products")?;
            products.call_method1("_into_exact_output", (result, out))
        }
        None => Ok(result),
    }
}

/// The sums of products of `a` and `b` over their last axes.
///
/// The shape of the result is that of `a` and then that of `b`, both without the last axis.
/// Raises `ValueError` where the last axes differ in length.
///
/// Examples
/// --------
/// >>> rp.inner([[1, 2], [3, 4]], [10, 1])
/// array([12, 34])
#[pyfunction]
#[pyo3(signature = (a, b, /))]
fn inner<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("inner", matmul::inner, a, b)
}

/// The sum of the products of the elements of `a`, conjugated, and `b`, both flattened.
///
/// Raises `ValueError` where the numbers of elements differ.
///
/// Examples
/// --------
/// >>> complex(rp.vdot([1 + 2j, 3 + 4j], [5 + 6j, 7 + 8j]))
/// (70-8j)
#[pyfunction]
#[pyo3(signature = (a, b, /))]
fn vdot<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("vdot", matmul::vdot, a, b)
}

/// The square root of the sum of squares of all elements; `None` for complex numbers.
#[pyfunction]
fn _root_of_squares<'py>(x: &Object<'py>) -> PyResult<Option<Object<'py>>> {
    let array = &x.get().array;
    match guard::run(x.py(), array.size(), || matmul::root_of_squares(array))? {
        Some(result) => Ok(Some(array::result(x.py(), result)?)),
        None => Ok(None),
    }
}

/// The core of the ufunc `vecdot`.
#[pyfunction]
fn _vecdot<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("vecdot", matmul::vecdot, a, b)
}

/// The core of the ufunc `matvec`.
#[pyfunction]
fn _matvec<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("matvec", matmul::matvec, a, b)
}

/// The core of the ufunc `vecmat`.
#[pyfunction]
fn _vecmat<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("vecmat", matmul::vecmat, a, b)
}

/// `result`, written to `out` where that is given.
fn into_output<'py>(result: Any<'py>, out: Option<&Any<'py>>) -> PyResult<Any<'py>> {
    match out.filter(|out| !out.is_none()) {
        Some(out) => {
            let methods = result.py().import("raptors._methods")?;
            methods.call_method1("_into_output", (result, out))
        }
        None => Ok(result),
    }
}

/// A product with keywords that only NumPy has.
fn with_options<'py>(
    name: &str,
    a: &Any<'py>,
    b: &Any<'py>,
    out: Option<&Any<'py>>,
    kwargs: &Bound<'py, PyDict>,
) -> PyResult<Any<'py>> {
    let options = kwargs.copy()?;
    if let Some(out) = out {
        options.set_item("out", out)?;
    }
    a.py()
        .import("raptors._methods")?
        .call_method1("_delegate_function", (name, (a, b), options))
}

#[pymethods]
impl NdArray {
    /// The product with a number, the inner product of vectors, or the matrix product.
    #[pyo3(name = "dot", signature = (b, out = None))]
    fn dot_method<'py>(
        slf: &Bound<'py, Self>,
        b: &Any<'py>,
        out: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        dot(slf.as_any(), b, out)
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(_binary, module)?)?;
    module.add_function(wrap_pyfunction!(_in_place, module)?)?;
    module.add_function(wrap_pyfunction!(_unary, module)?)?;
    module.add_function(wrap_pyfunction!(matmul_function, module)?)?;
    module.add_function(wrap_pyfunction!(inner, module)?)?;
    module.add_function(wrap_pyfunction!(vdot, module)?)?;
    module.add_function(wrap_pyfunction!(_root_of_squares, module)?)?;
    module.add_function(wrap_pyfunction!(_vecdot, module)?)?;
    module.add_function(wrap_pyfunction!(_matvec, module)?)?;
    module.add_function(wrap_pyfunction!(_vecmat, module)?)?;
    module.add_function(wrap_pyfunction!(dot, module)?)
}
