//! `raptors.nn`: what is more than one ufunc.

use crate::{array, creation, guard};
use pyo3::prelude::*;
use raptors_array::{Array, nn};

type Any<'py> = Bound<'py, PyAny>;

/// Additions that an exponential and what belongs to it are worth.
const COST: usize = 20;

fn apply<'py>(
    object: &Any<'py>,
    f: impl FnOnce(&Array) -> raptors_array::Result<Array> + Send,
) -> PyResult<Any<'py>> {
    let object = creation::as_object(object)?;
    let array = &object.get().array;
    let result = guard::run(object.py(), array.size().saturating_mul(COST), || f(array))?;
    Ok(array::result(object.py(), result)?.into_any())
}

/// `exp(x)` divided by its sum along `axis`: positive numbers whose sum is 1.
#[pyfunction]
#[pyo3(signature = (x, axis = -1))]
fn softmax<'py>(x: &Any<'py>, axis: isize) -> PyResult<Any<'py>> {
    apply(x, |x| nn::softmax(x, axis))
}

/// The logarithm of `softmax(x, axis)`, without its rounding errors.
#[pyfunction]
#[pyo3(signature = (x, axis = -1))]
fn log_softmax<'py>(x: &Any<'py>, axis: isize) -> PyResult<Any<'py>> {
    apply(x, |x| nn::log_softmax(x, axis))
}

/// The logarithm of the sum of `exp(x)` along `axis`.
#[pyfunction]
#[pyo3(signature = (x, axis = -1, keepdims = false))]
fn logsumexp<'py>(x: &Any<'py>, axis: isize, keepdims: bool) -> PyResult<Any<'py>> {
    apply(x, |x| nn::logsumexp(x, axis, keepdims))
}

/// `x` less its mean and divided by its standard deviation along `axis`; `epsilon` joins the
/// variance.
#[pyfunction]
#[pyo3(signature = (x, axis = -1, epsilon = 1e-5))]
fn standardize<'py>(x: &Any<'py>, axis: isize, epsilon: f64) -> PyResult<Any<'py>> {
    apply(x, |x| nn::standardize(x, axis, epsilon))
}

/// The sum of absolute values.
#[pyfunction]
fn norm_l1<'py>(x: &Any<'py>) -> PyResult<Any<'py>> {
    apply(x, nn::norm_l1)
}

/// The square root of the sum of squared absolute values.
#[pyfunction]
fn norm_l2<'py>(x: &Any<'py>) -> PyResult<Any<'py>> {
    apply(x, nn::norm_l2)
}

/// The greatest absolute value.
#[pyfunction]
fn norm_linf<'py>(x: &Any<'py>) -> PyResult<Any<'py>> {
    apply(x, nn::norm_linf)
}

/// The module `raptors._raptors.nn`.
pub(crate) fn register(parent: &Bound<'_, PyModule>) -> PyResult<()> {
    let module = PyModule::new(parent.py(), "nn")?;
    module.add_function(wrap_pyfunction!(softmax, &module)?)?;
    module.add_function(wrap_pyfunction!(log_softmax, &module)?)?;
    module.add_function(wrap_pyfunction!(logsumexp, &module)?)?;
    module.add_function(wrap_pyfunction!(standardize, &module)?)?;
    module.add_function(wrap_pyfunction!(norm_l1, &module)?)?;
    module.add_function(wrap_pyfunction!(norm_l2, &module)?)?;
    module.add_function(wrap_pyfunction!(norm_linf, &module)?)?;
    parent.add("_nn", module)
}
