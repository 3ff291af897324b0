//! Matrices by their diagonals.

use crate::array::{NdArray, Object, fresh, view as view_of};
use crate::creation::{check_place, form};
use crate::guard;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::Array;

type Any<'py> = Bound<'py, PyAny>;

/// An argument as it is given; `None` is no number either.
#[allow(clippy::unnecessary_wraps, reason = "what pyo3 asks of a conversion")]
fn given<'py>(object: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    Ok(Some(object.clone()))
}

/// A matrix of `N` rows and `M` columns with ones on diagonal `k`, and zeros elsewhere.
///
/// `ValueError` for negative lengths.
///
/// Examples
/// --------
/// >>> rp.eye(2, 3, k=1).tolist()
/// [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
#[pyfunction]
#[pyo3(signature = (N, M = None, k = None, dtype = None, order = None, *, device = None, like = None),
       text_signature = "(N, M=None, k=0, dtype=None, order='C', *, device=None, like=None)")]
#[allow(
    non_snake_case,
    clippy::too_many_arguments,
    reason = "NumPy's signature"
)]
fn eye<'py>(
    N: &Any<'py>,
    M: Option<&Any<'py>>,
    #[pyo3(from_py_with = given)] k: Option<Any<'py>>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    check_place(None, like)?;
    let M = M.unwrap_or(N);
    let shape = PyTuple::new(N.py(), [N, M])?;
    let (dims, dtype, order) = form(shape.as_any(), dtype, order, device, None)?;
    let k = match &k {
        None => 0,
        // What is not before the last column need not be an integer.
        Some(k) if k.ge(M)? => i128::MAX,
        Some(k) => k.extract::<i128>()?,
    };
    // Beyond any matrix either way.
    let k = k.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    let array = guard::quick(|| Array::eye(dims[0], dims[1], k, dtype, order))?;
    fresh(N.py(), array)
}

/// The square matrix of `n` rows with ones on the diagonal, and zeros elsewhere.
///
/// Examples
/// --------
/// >>> rp.identity(2).tolist()
/// [[1.0, 0.0], [0.0, 1.0]]
#[pyfunction]
#[pyo3(signature = (n, dtype = None, *, like = None))]
fn identity<'py>(
    n: &Any<'py>,
    dtype: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    eye(n, None, None, dtype, None, None, like)
}

/// A diagonal of the last two axes, to be written where the array may be.
#[pyfunction]
fn _diagonal<'py>(array: &Object<'py>, offset: i64) -> PyResult<Object<'py>> {
    let this: &NdArray = array.get();
    let mut view = guard::quick(|| this.array.diagonal(offset, -2, -1))?;
    view.set_writeable(this.writeable());
    view_of(array, view)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(eye, module)?)?;
    module.add_function(wrap_pyfunction!(identity, module)?)?;
    module.add_function(wrap_pyfunction!(_diagonal, module)?)
}
