//! Methods that go over all elements at once: rounding to decimals, limits, the elements' bytes.

use crate::array::NdArray;
use crate::value::Argument;
use crate::{array, call, guard, interop, operator};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyDictMethods, PyFloat, PyInt, PyTuple};
use raptors_array::{Array, DType, Kind, Order, Ufunc, assign};

type Any<'py> = Bound<'py, PyAny>;

/// Decimals up to which their power of ten is exact.
const EXACT: i32 = 22;

/// Elements up to which new memory takes less time than a call that writes to old one.
const FEW: usize = 1 << 10;

/// `array` rounded to `decimals`, of integers those behind the point; nothing for other numbers that are no
/// floats, along several axes in another order than C's, and where the power of ten is not exact.
fn plain<'py>(array: &Bound<'py, NdArray>, decimals: i32) -> PyResult<Option<Any<'py>>> {
    let (py, this) = (array.py(), &array.get().array);
    let whole = matches!(this.dtype().kind(), Kind::Signed | Kind::Unsigned);
    if whole && decimals >= 0 && this.ndim() > 0 {
        let copy = guard::run(py, this.size(), || assign::copy(this, None))?;
        return Ok(Some(array::fresh(py, copy)?.into_any()));
    }
    let in_order = this.ndim() <= 1 || this.is_c_contiguous();
    if this.dtype() == DType::Bool && decimals == 0 && in_order {
        return operator::unary(Ufunc::rint, array).map(Some);
    }
    if this.dtype().kind() != Kind::Float || !in_order || decimals.abs() > EXACT {
        return Ok(None);
    }
    if decimals == 0 {
        return operator::unary(Ufunc::rint, array).map(Some);
    }
    let scale = PyFloat::new(array.py(), 10f64.powi(decimals.abs())).into_any();
    let (first, last) = if decimals > 0 {
        (Ufunc::multiply, Ufunc::divide)
    } else {
        (Ufunc::divide, Ufunc::multiply)
    };
    let scaled = operator::binary(first, array.as_any(), &scale)?;
    let whole = if this.ndim() == 0 || this.size() <= FEW {
        operator::unary(Ufunc::rint, scaled.cast_exact::<NdArray>()?)?
    } else {
        let both = PyTuple::new(array.py(), [&scaled, &scaled])?;
        call::call(Ufunc::rint, &both, None)?
    };
    // What has no axes is a number to NumPy, which never changes.
    if this.ndim() == 0 {
        return operator::binary(last, &whole, &scale).map(Some);
    }
    operator::in_place(last, &whole, &scale).map(Some)
}

/// The elements of `array` rounded to `decimals`, zero where none are given; `None` is no number.
pub(crate) fn rounded<'py>(
    array: &Bound<'py, NdArray>,
    decimals: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let given = match decimals {
        Some(decimals) if decimals.is_exact_instance_of::<PyInt>() => decimals.extract().ok(),
        Some(_) => None,
        None => Some(0),
    };
    if let (Some(decimals), None) = (given, out)
        && let Some(rounded) = plain(array, decimals)?
    {
        return Ok(rounded);
    }
    let zero = 0i32.into_pyobject(array.py())?.into_any();
    let function = array.py().import("raptors._rounding")?.getattr("_round")?;
    function.call1((array, decimals.unwrap_or(&zero), out))
}

/// The elements of `array` between limits, written to `out` if given; nothing for objects that are no arrays or
/// numbers, and where there is no loop.
fn limited<'py>(
    array: &Bound<'py, NdArray>,
    min: Option<&Any<'py>>,
    max: Option<&Any<'py>>,
    out: Option<&Any<'py>>,
) -> PyResult<Option<Any<'py>>> {
    let this = array.as_any();
    let (ufunc, [first, second]) = match (min, max) {
        (Some(min), Some(max)) => (Ufunc::clip, [min, max]),
        (Some(limit), None) => (Ufunc::maximum, [limit; 2]),
        (None, Some(limit)) => (Ufunc::minimum, [limit; 2]),
        (None, None) => (Ufunc::positive, [this; 2]),
    };
    if let Some(out) = out.filter(|out| !out.is_none()) {
        #[cfg(Py_LIMITED_API)]
        return Ok(None);
        #[cfg(not(Py_LIMITED_API))]
        {
            let objects = [this, first, second].map(Bound::as_borrowed);
            return call::into(ufunc, &objects[..ufunc.nin()], out, None);
        }
    }
    match ufunc.nin() {
        1 => operator::unary(ufunc, array).map(Some),
        2 => operator::of_two(ufunc, this, first),
        _ => operator::of_three(ufunc, [this, first, second]),
    }
}

#[pymethods]
impl NdArray {
    /// The elements rounded to `decimals`, halves to even.
    #[pyo3(signature = (decimals = Argument::Absent, out = None))]
    #[pyo3(text_signature = "($self, decimals=0, out=None)")]
    fn round<'py>(
        slf: &Bound<'py, Self>,
        decimals: Argument<'py>,
        out: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        rounded(slf, decimals.given(), out)
    }

    /// The elements limited to `min` and `max`.
    #[pyo3(signature = (min = None, max = None, out = None, **kwargs))]
    pub(crate) fn clip<'py>(
        slf: &Bound<'py, Self>,
        min: Option<&Any<'py>>,
        max: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        let py = slf.py();
        // Limits beyond what the integers can be limit nothing.
        let range = integer_range(slf.get().array.dtype());
        let limits = |limit: &&Any<'py>, beyond: fn((i128, i128), i128) -> bool| match (
            range,
            limit
                .is_exact_instance_of::<PyInt>()
                .then(|| limit.extract()),
        ) {
            (Some(range), Some(Ok(limit))) => !beyond(range, limit),
            _ => true,
        };
        let min = min.filter(|min| limits(min, |(least, _), min| min <= least));
        let max = max.filter(|max| limits(max, |(_, most), max| max >= most));
        if kwargs.is_none()
            && let Some(result) = limited(slf, min, max, out)?
        {
            return Ok(result);
        }
        let (ufunc, args) = match (min, max) {
            (Some(min), Some(max)) => (Ufunc::clip, PyTuple::new(py, [slf.as_any(), min, max])?),
            (Some(min), None) => (Ufunc::maximum, PyTuple::new(py, [slf.as_any(), min])?),
            (None, Some(max)) => (Ufunc::minimum, PyTuple::new(py, [slf.as_any(), max])?),
            (None, None) => (Ufunc::positive, PyTuple::new(py, [slf.as_any()])?),
        };
        let options = kwargs.map_or_else(|| Ok(PyDict::new(py)), PyDictMethods::copy)?;
        options.set_item("out", out)?;
        let asked = kwargs.is_some() || out.is_some();
        call::call(ufunc, &args, asked.then_some(&options))
    }

    /// The bytes of the elements: in C order, in Fortran's (`"F"`), or in the array's (`"A"`).
    #[pyo3(signature = (order = None))]
    #[pyo3(text_signature = "($self, order='C')")]
    fn tobytes<'py>(
        slf: &Bound<'py, Self>,
        order: Option<&Any<'py>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (py, this) = (slf.py(), &slf.get().array);
        let fortran = match order.map(call::order_letter).transpose()?.flatten() {
            Some('F') => true,
            Some('A') => this.is_f_contiguous() && !this.is_c_contiguous(),
            // NumPy keeps no order here.
            _ => false,
        };
        let turned = fortran.then(|| this.t());
        let read: &Array = turned.as_ref().unwrap_or(this);
        if let Some(bytes) = interop::bytes(read) {
            return Ok(PyBytes::new(py, bytes));
        }
        let copy = guard::run(py, this.size(), || assign::copy(read, Some(Order::C)))?;
        Ok(PyBytes::new(py, interop::bytes(&copy).unwrap_or_default()))
    }
}

/// The least and the greatest number of an integer dtype.
fn integer_range(dtype: DType) -> Option<(i128, i128)> {
    let bits = 8 * dtype.size();
    match dtype.kind() {
        Kind::Unsigned => Some((0, (1 << bits) - 1)),
        Kind::Signed => Some((-1 << (bits - 1), (1 << (bits - 1)) - 1)),
        _ => None,
    }
}
