//! The reductions as methods of `ndarray`, with NumPy's signatures.

use super::{Any, Arguments, cumulate, degrees, moment, reduce};
use crate::array::NdArray;
use crate::call;
use crate::value::Argument;
use pyo3::prelude::*;
use raptors_array::Ufunc;
use raptors_array::reduce::Reduction;
use raptors_kernels::fold::Fold;

#[pymethods]
#[allow(clippy::too_many_arguments, reason = "NumPy's signatures")]
impl NdArray {
    /// The sum of the elements over `axis`.
    #[pyo3(signature = (axis = None, dtype = None, out = None, keepdims = false, initial = Argument::Absent, r#where = None))]
    fn sum<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        initial: Argument<'py>,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            dtype,
            out,
            keepdims,
            initial: initial.given(),
            r#where: r#where.as_ref(),
        };
        reduce(Reduction::Fold(Fold::sum), slf.as_any(), &arguments)
    }

    /// The product of the elements over `axis`.
    #[pyo3(signature = (axis = None, dtype = None, out = None, keepdims = false, initial = Argument::Absent, r#where = None))]
    fn prod<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        initial: Argument<'py>,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            dtype,
            out,
            keepdims,
            initial: initial.given(),
            r#where: r#where.as_ref(),
        };
        reduce(Reduction::Fold(Fold::prod), slf.as_any(), &arguments)
    }

    /// The greatest element over `axis`; NaN if there is one.
    #[pyo3(signature = (axis = None, out = None, keepdims = false, initial = None, r#where = None))]
    fn max<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        initial: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            out,
            keepdims,
            initial,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        reduce(Reduction::Fold(Fold::max), slf.as_any(), &arguments)
    }

    /// The least element over `axis`; NaN if there is one.
    #[pyo3(signature = (axis = None, out = None, keepdims = false, initial = None, r#where = None))]
    fn min<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        initial: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            out,
            keepdims,
            initial,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        reduce(Reduction::Fold(Fold::min), slf.as_any(), &arguments)
    }

    /// Whether one element over `axis` is true.
    #[pyo3(signature = (axis = None, out = None, keepdims = false, *, r#where = None))]
    fn any<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            out,
            keepdims,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        reduce(Reduction::Fold(Fold::any), slf.as_any(), &arguments)
    }

    /// Whether all elements over `axis` are true.
    #[pyo3(signature = (axis = None, out = None, keepdims = false, *, r#where = None))]
    fn all<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        #[pyo3(from_py_with = call::mask_or_none)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            out,
            keepdims,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        reduce(Reduction::Fold(Fold::all), slf.as_any(), &arguments)
    }

    /// The arithmetic mean over `axis`; of integers in float64.
    #[pyo3(signature = (axis = None, dtype = None, out = None, keepdims = false, *, r#where = None))]
    fn mean<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        #[pyo3(from_py_with = call::numbers_mask)] r#where: Option<Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            dtype,
            out,
            keepdims,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        reduce(Reduction::Mean, slf.as_any(), &arguments)
    }

    /// The variance over `axis`: the mean squared distance from the mean.
    #[pyo3(signature = (axis = None, dtype = None, out = None, ddof = 0.0, keepdims = false, *, r#where = None, mean = None, correction = None))]
    fn var<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        ddof: f64,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        #[pyo3(from_py_with = call::numbers_mask)] r#where: Option<Any<'py>>,
        mean: Option<&Any<'py>>,
        correction: Option<f64>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            dtype,
            out,
            keepdims,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        let ddof = degrees(ddof, correction)?;
        if let Some(mean) = mean {
            return moment(slf, "var", ddof, mean, &arguments);
        }
        reduce(Reduction::Var { ddof }, slf.as_any(), &arguments)
    }

    /// The standard deviation over `axis`: the square root of the variance.
    #[pyo3(signature = (axis = None, dtype = None, out = None, ddof = 0.0, keepdims = false, *, r#where = None, mean = None, correction = None))]
    fn std<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        ddof: f64,
        #[pyo3(from_py_with = call::switch)] keepdims: bool,
        #[pyo3(from_py_with = call::numbers_mask)] r#where: Option<Any<'py>>,
        mean: Option<&Any<'py>>,
        correction: Option<f64>,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            dtype,
            out,
            keepdims,
            r#where: r#where.as_ref(),
            ..Arguments::default()
        };
        let ddof = degrees(ddof, correction)?;
        if let Some(mean) = mean {
            return moment(slf, "std", ddof, mean, &arguments);
        }
        reduce(Reduction::Std { ddof }, slf.as_any(), &arguments)
    }

    /// The index of the first greatest element, in the flattened array unless `axis` is given.
    #[pyo3(signature = (axis = None, out = None, *, keepdims = false))]
    fn argmax<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::truth)] keepdims: bool,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            out,
            keepdims,
            ..Arguments::default()
        };
        reduce(Reduction::ArgMax, slf.as_any(), &arguments)
    }

    /// The index of the first least element, in the flattened array unless `axis` is given.
    #[pyo3(signature = (axis = None, out = None, *, keepdims = false))]
    fn argmin<'py>(
        slf: &Bound<'py, Self>,
        axis: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
        #[pyo3(from_py_with = call::truth)] keepdims: bool,
    ) -> PyResult<Any<'py>> {
        let arguments = Arguments {
            axis,
            out,
            keepdims,
            ..Arguments::default()
        };
        reduce(Reduction::ArgMin, slf.as_any(), &arguments)
    }

    /// The sums of the elements up to each, along `axis` or in the flattened array.
    #[pyo3(signature = (axis = None, dtype = None, out = None))]
    fn cumsum<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = crate::axis::one_or_none)] axis: Option<isize>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        cumulate(Ufunc::add, slf, axis, dtype, out)
    }

    /// The products of the elements up to each, along `axis` or in the flattened array.
    #[pyo3(signature = (axis = None, dtype = None, out = None))]
    fn cumprod<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = crate::axis::one_or_none)] axis: Option<isize>,
        dtype: Option<&Any<'py>>,
        out: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        cumulate(Ufunc::multiply, slf, axis, dtype, out)
    }
}
