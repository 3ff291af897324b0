//! The transforms that `raptors.fft` is made of.

use crate::array::{self, Object};
use crate::{call, creation, guard, interop, scalar};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use raptors_array::Error;
use raptors_array::fft::{Transform, transform as run};
use raptors_array::layout;

type Any<'py> = Bound<'py, PyAny>;

/// Which side of a pair of transforms is divided by the number of points.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Norm {
    Backward,
    Ortho,
    Forward,
}

fn norm(name: Option<&Any<'_>>, transform: Transform) -> PyResult<Norm> {
    let Some(name) = name.filter(|name| !name.is_none()) else {
        return Ok(Norm::Backward);
    };
    let text = name.cast::<PyString>().ok().map(PyStringMethods::to_cow);
    match text.transpose()?.as_deref() {
        Some("backward") => Ok(Norm::Backward),
        Some("ortho") => Ok(Norm::Ortho),
        Some("forward") => Ok(Norm::Forward),
        _ => {
            // NumPy has the words twice.
            let space = if is_inverse(transform) { " " } else { "" };
            Err(PyValueError::new_err(format!(
                "Invalid norm value {}; should be \"backward\",{space}\"ortho\" or \"forward\".",
                name.str()?
            )))
        }
    }
}

fn is_inverse(transform: Transform) -> bool {
    matches!(transform, Transform::Inverse | Transform::RealInverse)
}

/// What results are multiplied by.
fn scale(norm: Norm, transform: Transform, n: usize) -> f64 {
    let inverse = is_inverse(transform);
    match norm {
        Norm::Ortho => (n as f64).sqrt().recip(),
        Norm::Backward if inverse => (n as f64).recip(),
        Norm::Forward if !inverse => (n as f64).recip(),
        Norm::Backward | Norm::Forward => 1.0,
    }
}

/// The number of points that `n` is. No truth value is the length of a result, but half of one is added to.
fn points(n: &Any<'_>, transform: Transform) -> PyResult<i64> {
    if !scalar::is_truth(n) {
        return n.extract();
    }
    match (n.is_truthy()?, transform) {
        (true, Transform::RealForward) => Ok(1),
        (true, _) => Err(PyTypeError::new_err("an integer is required")),
        (false, _) => Ok(0),
    }
}

/// `transform` of `a` along `axis` with `n` points, by default as many as there are.
fn apply<'py>(
    transform: Transform,
    a: &Any<'py>,
    n: Option<&Any<'py>>,
    axis: i64,
    norm: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let py = a.py();
    let object: Object<'py> = creation::as_object(a)?;
    let input = &object.get().array;
    let place = guard::quick(|| layout::axis(axis, input.ndim(), None));
    let points = match (n.map(|n| points(n, transform)).transpose()?, &place) {
        (Some(n), _) => n,
        (None, Ok(axis)) if transform == Transform::RealInverse => {
            2 * (input.shape()[*axis] as i64 - 1)
        }
        (None, Ok(axis)) => input.shape()[*axis] as i64,
        (None, Err(_)) => 1,
    };
    if points < 1 {
        return Err(PyValueError::new_err(format!(
            "Invalid number of FFT data points ({points}) specified."
        )));
    }
    let (norm, axis, n) = (self::norm(norm, transform)?, place?, points as usize);
    let output = out
        .filter(|out| !out.is_none())
        .map(|out| {
            let foreign = Error::UnsupportedTypes { ufunc: "fft" };
            call::writeable(out)?.ok_or_else(|| crate::error::raise(&foreign))
        })
        .transpose()?;
    if let Some(output) = &output
        && (output.ndim() != input.ndim() || output.shape()[axis] != transform.output_len(n))
    {
        return Err(PyValueError::new_err("output array has wrong shape."));
    }
    let target = output.as_ref().map(interop::output).transpose()?;
    let scale = scale(norm, transform, n);
    let lines = input.size() / input.shape()[axis].max(1);
    let work = lines
        .saturating_mul(n)
        .saturating_mul(n.ilog2() as usize + 1);
    let result = guard::run(py, work, || {
        run(transform, input, n, axis, scale, target.as_ref())
    })?;
    match out.filter(|out| !out.is_none()) {
        Some(out) => Ok(out.clone()),
        None => Ok(array::fresh(py, result)?.into_any()),
    }
}

/// Makes the Python function for one transform.
macro_rules! transforms {
    ($($(#[$doc:meta])* $name:ident = $transform:ident;)*) => {$(
        $(#[$doc])*
        #[pyfunction]
        #[pyo3(signature = (a, n = None, axis = -1, norm = None, out = None))]
        fn $name<'py>(
            a: &Any<'py>,
            n: Option<&Any<'py>>,
            axis: i64,
            norm: Option<&Any<'py>>,
            out: Option<&Any<'py>>,
        ) -> PyResult<Any<'py>> {
            apply(Transform::$transform, a, n, axis, norm, out)
        }
    )*};
}

transforms! {
    /// The discrete Fourier transform of `a` along `axis`.
    fft = Forward;
    /// The inverse of `fft`.
    ifft = Inverse;
    /// The first half of the spectrum of real numbers.
    rfft = RealForward;
    /// The real numbers of a half spectrum.
    irfft = RealInverse;
}

/// The module `raptors._raptors._fft`.
pub(crate) fn register(parent: &Bound<'_, PyModule>) -> PyResult<()> {
    let module = PyModule::new(parent.py(), "_fft")?;
    module.add_function(wrap_pyfunction!(fft, &module)?)?;
    module.add_function(wrap_pyfunction!(ifft, &module)?)?;
    module.add_function(wrap_pyfunction!(rfft, &module)?)?;
    module.add_function(wrap_pyfunction!(irfft, &module)?)?;
    parent.add("_fft", module)
}
