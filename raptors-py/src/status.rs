//! Floating-point exceptions, reported as `numpy.errstate` asks for, in NumPy's words.

use crate::guard;
use core::ffi::{c_char, c_int, c_void};
use pyo3::ffi::PyCapsule_GetPointer;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use raptors_array::{Array, Bool, Ufunc, map, reduce};
use raptors_kernels::{Kind, Raises, Status, fold::Fold};
use smallvec::SmallVec;

type Report = unsafe extern "C" fn(*const c_char, c_int) -> c_int;

/// Where NumPy's table of C functions about ufuncs has `PyUFunc_GiveFloatingpointErrors`.
const REPORT: usize = 46;

/// NumPy's function that warns, raises, calls or does nothing.
fn numpys(py: Python<'_>) -> PyResult<Report> {
    static FUNCTION: PyOnceLock<Report> = PyOnceLock::new();
    FUNCTION
        .get_or_try_init(py, || {
            let module = py.import("numpy._core._multiarray_umath")?;
            let capsule = module.getattr("_UFUNC_API")?;
            // SAFETY: NumPy's capsule, which has no name, holds its table, as long as NumPy 2.0's
            // at least; the function at this place has this signature.
            unsafe {
                let table = PyCapsule_GetPointer(capsule.as_ptr(), core::ptr::null());
                if table.is_null() {
                    return Err(PyErr::fetch(py));
                }
                let function = *table.cast::<*const c_void>().add(REPORT);
                Ok(core::mem::transmute::<*const c_void, Report>(function))
            }
        })
        .copied()
}

/// Reports `status` of the function called `name`.
#[cold]
pub(crate) fn report(py: Python<'_>, name: &str, status: Status) -> PyResult<()> {
    let function = numpys(py)?;
    // Names of functions are short, and memory for them would take longer than the rest.
    let name: SmallVec<[u8; 32]> = name.bytes().chain([0]).collect();
    // SAFETY: the interpreter is attached, and the name ends with a zero byte.
    if unsafe { function(name.as_ptr().cast(), c_int::from(status.bits())) } < 0 {
        return Err(PyErr::fetch(py));
    }
    Ok(())
}

/// Reports what happened on this thread since [`Status::clear`].
#[inline]
pub(crate) fn check(py: Python<'_>, name: &str) -> PyResult<()> {
    match Status::take() {
        Status::NONE => Ok(()),
        status => report(py, name, status),
    }
}

/// Reports what was raised on the way to `result`, the sums of products of the function `name`, as far as
/// it shows: kernels also multiply what fills up their vectors.
#[cold]
pub(crate) fn report_products(
    py: Python<'_>,
    name: &str,
    raised: Status,
    result: &Array,
) -> PyResult<()> {
    if matches!(name, "vdot") || !matches!(result.dtype().kind(), Kind::Float | Kind::Complex) {
        return Ok(());
    }
    let name = if name == "inner" { "dot" } else { name };
    let shows = |ufunc| -> PyResult<bool> {
        guard::quick(|| {
            let each = map::unary(ufunc, result)?;
            let any = reduce::reduce_all(Fold::any, &each)?;
            Ok(any.item()?.get::<Bool>().get())
        })
    };
    let mut told = raised.bits() & Status::UNDERFLOW.bits();
    let (invalid, overflow) = (Status::INVALID, Status::OVERFLOW);
    let nan = shows(Ufunc::isnan)?;
    if raised.contains(invalid) && nan {
        told |= invalid.bits();
    }
    if raised.contains(overflow) && (nan || shows(Ufunc::isinf)?) {
        told |= overflow.bits();
    }
    match Status::from_bits(told) {
        Status::NONE => Ok(()),
        told => report(py, name, told),
    }
}

/// Whether what `ufunc` raised came from lanes of a vector that held no element: where it raises what the
/// processor says, and left nothing but finite numbers in the `results`.
#[cold]
pub(crate) fn is_spurious(ufunc: Ufunc, raised: Status, results: &[Array]) -> bool {
    matches!(ufunc.raises(), Raises::arithmetic | Raises::division)
        && raised != Status::UNDERFLOW
        && guard::all_finite(results)
}
