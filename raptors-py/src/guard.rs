//! The one way from Python into the array crate: errors become exceptions, a panic becomes
//! `RuntimeError`, and long work runs without the interpreter lock.

use crate::{error, status};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use raptors_array::reduce::Reduction;
use raptors_array::{Array, Error, Ufunc, finite};
use raptors_kernels::fold::Fold;
use raptors_kernels::{Kind, Raises, Status};
use smallvec::SmallVec;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Work, in additions, from which the interpreter lock is released: about 10 µs. Giving it back
/// and taking it again costs about 50 ns.
const DETACH: usize = 1 << 15;

/// Whether the interpreter lock is kept during `work` additions.
pub(crate) const fn is_brief(work: usize) -> bool {
    work < DETACH
}

/// Why an operation gave no result.
pub(crate) enum Failure {
    /// The array crate says why.
    Error(Error),
    /// Already an exception.
    Raised(PyErr),
}

impl Failure {
    /// Whether NumPy may have a loop where Raptors has none.
    pub(crate) fn lacks_loop(&self) -> bool {
        matches!(
            self,
            Self::Error(
                Error::UnsupportedTypes { .. }
                    | Error::NoLoop { .. }
                    | Error::NoMatchingLoop { .. }
            )
        )
    }
}

impl From<Failure> for PyErr {
    #[cold]
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error::raise(&error),
            Failure::Raised(error) => error,
        }
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

/// What `f` gives. `work` is its size in additions, as far as known beforehand.
#[inline]
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    let result = if is_brief(work) {
        catch_unwind(AssertUnwindSafe(f))
    } else {
        py.detach(|| catch_unwind(AssertUnwindSafe(f)))
    };
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure::Error(error)),
        Err(panic) => Err(Failure::Raised(bug(&*panic))),
    }
}

/// As [`run`]; what happens to the numbers is reported as of the function `name`.
#[inline]
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    name: &str,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    Status::clear();
    let result = run(py, work, f)?;
    status::check(py, name)?;
    Ok(result)
}

/// Results whose numbers can be looked at.
pub(crate) trait Results {
    /// The arrays that were computed.
    fn arrays(&self) -> &[Array];

    /// Whether there is a result. Where another way is to be tried, that one reports.
    fn is_there(&self) -> bool {
        true
    }
}

impl Results for Array {
    fn arrays(&self) -> &[Array] {
        std::slice::from_ref(self)
    }
}

impl Results for Option<Array> {
    fn arrays(&self) -> &[Array] {
        self.as_slice()
    }

    fn is_there(&self) -> bool {
        self.is_some()
    }
}

impl Results for SmallVec<[Array; 2]> {
    fn arrays(&self) -> &[Array] {
        self
    }
}

impl Results for () {
    fn arrays(&self) -> &[Array] {
        &[]
    }
}

/// As [`watched`], where the processor alone says what happened: an exception that leaves nothing but
/// finite numbers behind was raised in lanes of a vector that held no element.
#[inline]
fn witnessed<T: Send + Results>(
    py: Python<'_>,
    name: &str,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    Status::clear();
    let result = run(py, work, f)?;
    let raised = Status::take();
    if raised != Status::NONE
        && result.is_there()
        && !(raised != Status::UNDERFLOW && all_finite(result.arrays()))
    {
        status::report(py, name, raised)?;
    }
    Ok(result)
}

/// As [`run`], for sums of products, reported as `name`.
#[inline]
pub(crate) fn products(
    py: Python<'_>,
    name: &str,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<Array> + Send,
) -> Result<Array, Failure> {
    Status::clear();
    let result = run(py, work, f)?;
    match Status::take() {
        Status::NONE => {}
        raised => status::report_products(py, name, raised, &result)?,
    }
    Ok(result)
}

/// Whether there are results, of floating-point numbers, and all of them are finite.
#[cold]
pub(crate) fn all_finite(results: &[Array]) -> bool {
    let is_inexact = |array: &Array| matches!(array.dtype().kind(), Kind::Float | Kind::Complex);
    !results.is_empty()
        && results
            .iter()
            .all(|array| is_inexact(array) && finite::all(array).unwrap_or(false))
}

/// As [`run`], for calls of `ufunc`.
#[inline]
pub(crate) fn call<T: Send + Results>(
    py: Python<'_>,
    ufunc: Ufunc,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    named(py, ufunc, ufunc.name(), work, f)
}

/// As [`call`], for what is reported as `name`, such as a method of `ufunc`.
#[inline]
pub(crate) fn named<T: Send + Results>(
    py: Python<'_>,
    ufunc: Ufunc,
    name: &str,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    match ufunc.raises() {
        Raises::nothing => run(py, work, f),
        Raises::arithmetic | Raises::division => witnessed(py, name, work, f),
        _ => {
            Status::clear();
            let result = run(py, work, f)?;
            if result.is_there() {
                status::check(py, name)?;
            }
            Ok(result)
        }
    }
}

/// As [`call`], for results that may be written to outputs of a `narrow` dtype: a conversion to it may overflow,
/// whatever the ufunc raises.
pub(crate) fn written<T: Send + Results>(
    py: Python<'_>,
    ufunc: Ufunc,
    narrow: bool,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    if !narrow || ufunc.raises() != Raises::nothing {
        return call(py, ufunc, work, f);
    }
    Status::clear();
    let result = run(py, work, f)?;
    if result.is_there() && overflowed(result.arrays()) {
        status::report(py, ufunc.name(), Status::OVERFLOW)?;
    }
    Ok(result)
}

/// Whether a conversion that gave `results` overflowed since [`Status::clear`].
pub(crate) fn overflowed(results: &[Array]) -> bool {
    Status::take().contains(Status::OVERFLOW) && !all_finite(results)
}

/// Whether nothing is told of what happens in a reduction: loops that compare NaN raise what NumPy's do not.
#[inline]
pub(crate) fn is_quiet(what: Reduction) -> bool {
    match what {
        Reduction::Fold(fold) => !matches!(
            fold,
            Fold::sum
                | Fold::prod
                | Fold::nansum
                | Fold::nanprod
                | Fold::sum_abs
                | Fold::sum_squares
        ),
        Reduction::Ufunc(ufunc) => ufunc.raises() == Raises::nothing,
        // What happens to moments is reported where they are called.
        _ => true,
    }
}

/// As [`run`], for a reduction.
#[inline]
pub(crate) fn reduction<T: Send + Results>(
    py: Python<'_>,
    what: Reduction,
    work: usize,
    f: impl FnOnce() -> raptors_array::Result<T> + Send,
) -> Result<T, Failure> {
    if is_quiet(what) {
        run(py, work, f)
    } else {
        witnessed(py, "reduce", work, f)
    }
}

/// As [`run`], for what never takes long.
#[inline]
pub(crate) fn quick<T>(f: impl FnOnce() -> raptors_array::Result<T>) -> PyResult<T> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error::raise(&error)),
        Err(panic) => Err(bug(&*panic)),
    }
}

/// What was tried, if it went well; a failure is dropped at once. Without this it would stay until pyo3
/// attaches the next time, as slots do not.
pub(crate) fn tried<T>(result: PyResult<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            Python::attach(|_| drop(error));
            None
        }
    }
}

/// The exception for a panic.
#[cold]
pub(crate) fn bug(panic: &(dyn Any + Send)) -> PyErr {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    PyRuntimeError::new_err(format!("bug in Raptors, please report it: {words}"))
}
