//! The functions that make arrays of anything: `array`, `asarray` and those for an order in memory.

use super::{Any, Copying, Request, check_device, set};
use crate::array::{NdArray, Object, of};
use crate::creation::check_place;
use crate::interop;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// `a` as an array: of its own memory where it can be shared, in `order` and of `dtype`.
///
/// `a` is an array, a number, nested lists of both, or anything with a buffer, `__array__` or
/// `__array_interface__`. `copy=True` always copies, `copy=False` raises `ValueError` where a copy
/// is needed.
///
/// Examples
/// --------
/// >>> rp.asarray([[1, 2], [3, 4.5]])
/// array([[1. , 2. ],
///        [3. , 4.5]])
/// >>> a = np.arange(3)
/// >>> np.shares_memory(rp.asarray(a), a)
/// True
#[pyfunction]
#[pyo3(signature = (a, dtype = None, order = None, *, device = None,
    copy = Copying::IfNeeded, like = None))]
#[pyo3(text_signature = "(a, dtype=None, order=None, *, device=None, copy=None, like=None)")]
fn asarray<'py>(
    a: &Any<'py>,
    dtype: Option<&Any<'py>>,
    order: Option<&Any<'py>>,
    device: Option<&Any<'py>>,
    copy: Copying<'py>,
    like: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let plain = [dtype, order, device, like].iter().all(Option::is_none);
    if plain && matches!(copy, Copying::IfNeeded) && of(a).is_some() {
        return Ok(a.clone());
    }
    check_device(device)?;
    let request = Request {
        dtype: set(dtype),
        order: set(order),
        copy,
        ndmin: 0,
    };
    if let Some(theirs) = super::like("asarray", a, &request, like)? {
        return Ok(theirs);
    }
    Ok(request.run(a)?.into_any())
}

/// A new array of the elements of `object`, with at least `ndmin` axes.
///
/// As `asarray`, but with memory of its own unless `copy` is `None` or `False`.
///
/// Examples
/// --------
/// >>> rp.array([1, 2, 3], dtype="f4")
/// array([1., 2., 3.], dtype=float32)
/// >>> rp.array([1, 2, 3], ndmin=2).shape
/// (1, 3)
#[pyfunction]
#[pyo3(signature = (
    object, dtype = None, *, copy = Copying::Always, order = None, subok = false, ndmin = 0,
    ndmax = 0, like = None
))]
#[pyo3(
    text_signature = "(object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, \
                      ndmax=0, like=None)"
)]
#[expect(clippy::too_many_arguments, reason = "NumPy's")]
fn array<'py>(
    object: &Any<'py>,
    dtype: Option<&Any<'py>>,
    copy: Copying<'py>,
    order: Option<&Any<'py>>,
    #[pyo3(from_py_with = crate::call::truth)] subok: bool,
    ndmin: i64,
    ndmax: i64,
    like: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let _ = subok;
    let py = object.py();
    if ndmax != 0 {
        let options = PyDict::new(py);
        options.set_item("ndmax", ndmax)?;
        options.set_item("dtype", dtype)?;
        return Ok(interop::through_numpy(object, Some(&options))?.into_any());
    }
    let request = Request {
        dtype: set(dtype),
        order: set(order),
        copy,
        ndmin: usize::try_from(ndmin).unwrap_or(0),
    };
    if ndmin > raptors_array::MAX_NDIM as i64 {
        return Ok(request.in_numpy(object)?.into_any());
    }
    if let Some(theirs) = super::like("array", object, &request, like)? {
        return Ok(theirs);
    }
    Ok(request.run(object)?.into_any())
}

/// `a` with its elements in C order without gaps: `a` itself where they lie so. At least 1-d.
///
/// Examples
/// --------
/// >>> rp.ascontiguousarray(rp.ones((2, 3)).T).flags.c_contiguous
/// True
#[pyfunction]
#[pyo3(signature = (a, dtype = None, *, like = None))]
fn ascontiguousarray<'py>(
    a: &Any<'py>,
    dtype: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    ordered(a, dtype, like, "C")
}

/// `a` with its elements in Fortran's order without gaps: `a` itself where they lie so.
///
/// Examples
/// --------
/// >>> rp.asfortranarray(rp.ones((2, 3))).flags.f_contiguous
/// True
#[pyfunction]
#[pyo3(signature = (a, dtype = None, *, like = None))]
fn asfortranarray<'py>(
    a: &Any<'py>,
    dtype: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
) -> PyResult<Object<'py>> {
    ordered(a, dtype, like, "F")
}

fn ordered<'py>(
    a: &Any<'py>,
    dtype: Option<&Any<'py>>,
    like: Option<&Any<'py>>,
    order: &str,
) -> PyResult<Object<'py>> {
    check_place(None, like)?;
    if set(dtype).is_none()
        && let Ok(own) = a.cast_exact::<NdArray>()
    {
        let array = own.get().clone_array();
        let as_asked = match order {
            "C" => array.is_c_contiguous(),
            _ => array.is_f_contiguous(),
        };
        if as_asked && array.ndim() > 0 {
            return Ok(own.clone());
        }
    }
    let order = PyString::intern(a.py(), order);
    let request = Request {
        dtype: set(dtype),
        order: Some(&order),
        copy: Copying::IfNeeded,
        ndmin: 1,
    };
    request.run(a)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(asarray, module)?)?;
    module.add_function(wrap_pyfunction!(ascontiguousarray, module)?)?;
    module.add_function(wrap_pyfunction!(asfortranarray, module)?)?;
    module.add_function(wrap_pyfunction!(array, module)?)
}
