//! Products of matrices and vectors: `@`, `matmul`, `dot`, `inner`, `vdot` and their cores.

use super::{Any, foreign};
use crate::array::{self, NdArray, Object};
use crate::creation;
use crate::{guard, interop, status, value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use raptors_array::map::Operand;
use raptors_array::{Array, Kind, matmul};
use raptors_kernels::Status;

/// `a @ b`, where at least one is an `ndarray`.
pub(crate) fn product<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    match brief("matmul", a, b)? {
        Some(result) => Ok(result),
        None => matrices("matmul", matmul::matmul, a, b),
    }
}

/// `a @ b` of small matrices, or of one and a vector, reported as of the function `name`; nothing for others.
#[inline]
fn brief<'py>(name: &str, a: &Any<'py>, b: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let (Some(x), Some(y)) = (array::of(a), array::of(b)) else {
        return Ok(None);
    };
    // A product of vectors is shorter still.
    if x.ndim() + y.ndim() < 3 {
        return Ok(None);
    }
    Status::clear();
    let Some(result) = guard::quick(|| matmul::brief_product(x, y))? else {
        return Ok(None);
    };
    let raised = Status::take();
    if raised != Status::NONE {
        status::report_products(a.py(), name, raised, &result)?;
    }
    Ok(Some(array::result(a.py(), result)?.into_any()))
}

/// A product of matrices, by `f`, or by NumPy's function called `name`.
fn matrices<'py>(
    name: &str,
    f: fn(&Array, &Array) -> raptors_array::Result<Array>,
    a: &Any<'py>,
    b: &Any<'py>,
) -> PyResult<Any<'py>> {
    Status::clear();
    if let (Some(x), Some(y)) = (array::of(a), array::of(b))
        // Two vectors are nothing to these.
        && !matches!(name, "matvec" | "vecmat")
        // Two of them conjugate.
        && (x.dtype().kind() != Kind::Complex || !matches!(name, "vdot" | "vecdot"))
        && let Some(sum) = matmul::short_product(x, y)
    {
        let raised = Status::take();
        if raised != Status::NONE {
            let sum = guard::quick(|| Array::from_scalar(&sum))?;
            status::report_products(a.py(), name, raised, &sum)?;
        }
        return Ok(array::number(a.py(), &sum)?.into_any());
    }
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
    match guard::products(a.py(), name, work, || f(x, y)) {
        Ok(result) => Ok(array::result(a.py(), result)?.into_any()),
        Err(failure) if failure.lacks_loop() => foreign(name, a, b),
        Err(failure) => Err(failure.into()),
    }
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
pub(crate) fn dot<'py>(a: &Any<'py>, b: &Any<'py>, out: Option<&Any<'py>>) -> PyResult<Any<'py>> {
    let out = out.filter(|out| !out.is_none());
    if out.is_some_and(|out| array::of(out).is_none() && !interop::is_numpy(out)) {
        return Err(PyTypeError::new_err("'out' must be an array"));
    }
    let result = match brief("dot", a, b)? {
        Some(result) => result,
        None => matrices("dot", matmul::dot, a, b)?,
    };
    match out {
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
pub(crate) fn inner<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
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
pub(crate) fn vdot<'py>(a: &Any<'py>, b: &Any<'py>) -> PyResult<Any<'py>> {
    matrices("vdot", matmul::vdot, a, b)
}

/// The square root of the sum of squares, or squared absolute values, of all elements.
#[pyfunction]
fn _root_of_squares<'py>(x: &Object<'py>) -> PyResult<Object<'py>> {
    let array = &x.get().array;
    let root = guard::run(x.py(), array.size(), || matmul::root_of_squares(array))?;
    array::result(x.py(), root)
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

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(matmul_function, module)?)?;
    module.add_function(wrap_pyfunction!(inner, module)?)?;
    module.add_function(wrap_pyfunction!(vdot, module)?)?;
    module.add_function(wrap_pyfunction!(_root_of_squares, module)?)?;
    module.add_function(wrap_pyfunction!(_vecdot, module)?)?;
    module.add_function(wrap_pyfunction!(_matvec, module)?)?;
    module.add_function(wrap_pyfunction!(_vecmat, module)?)?;
    module.add_function(wrap_pyfunction!(dot, module)?)
}
