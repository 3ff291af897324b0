//! Views of the same memory: as another dtype, by other steps, as real and imaginary parts, as a field.

use crate::array::{self, NdArray, Object};
use crate::value::Argument;
use crate::{chosen, dtype, guard, interop, shape};
use pyo3::exceptions::{PyDeprecationWarning, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyEllipsis, PyTuple, PyType};
use raptors_array::{Array, DType, Kind, Order};

type Any<'py> = Bound<'py, PyAny>;

/// The view that starts `offset` bytes into each element, as `dtype`.
fn field<'py>(this: &Object<'py>, dtype: &Any<'py>, offset: isize) -> PyResult<Object<'py>> {
    let dtype = dtype::parse(dtype)?;
    let array = &this.get().array;
    let most = array.itemsize() as isize - dtype.size() as isize;
    if most < 0 {
        return Err(PyValueError::new_err(
            "new type is larger than original type",
        ));
    }
    if offset < 0 || offset > most {
        return Err(PyValueError::new_err(format!(
            "Need 0 <= offset <= {most} for requested type but received offset = {offset}"
        )));
    }
    let (shape, strides) = (array.shape(), array.strides());
    array::view(
        this,
        guard::quick(|| array.strided(offset, dtype, shape, strides))?,
    )
}

/// A view of the real or the imaginary parts of complex numbers.
fn part<'py>(this: &Object<'py>, imaginary: bool) -> Option<PyResult<Object<'py>>> {
    if this.get().array.dtype().kind() != Kind::Complex {
        return None;
    }
    let general = |array: &Array| Ok(array.part(imaginary).unwrap_or_else(|| array.clone()));
    if this.get().is_number() {
        let part = guard::quick(|| general(&this.get().array));
        return Some(part.and_then(|part| array::seen(this, part)));
    }
    Some(chosen::view_or(
        this,
        |choice| choice.part(imaginary),
        general,
    ))
}

/// The memory of `this` read as `dtype`; nothing where it takes longer to say what that is.
pub(crate) fn read_as<'py>(this: &Object<'py>, dtype: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    let Some(to) = dtype::known(this.py(), dtype)? else {
        return Ok(None);
    };
    let view = guard::quick(|| this.get().array.view_as(to))?;
    Ok(Some(array::seen(this, view)?.into_any()))
}

#[pymethods]
impl NdArray {
    /// The same memory as another array object, read as `dtype` if that is given.
    ///
    /// Where the size of the elements changes, so does the last axis, which must be contiguous.
    #[pyo3(signature = (dtype = Argument::Absent, r#type = Argument::Absent),
           text_signature = "($self, dtype=None, type=None)")]
    fn view<'py>(
        slf: &Bound<'py, Self>,
        dtype: Argument<'py>,
        r#type: Argument<'py>,
    ) -> PyResult<Any<'py>> {
        let py = slf.py();
        let (mut class, mut dtype) = (r#type.given(), dtype.given());
        if dtype.is_none() && class.is_none() {
            return Ok(array::seen(slf, slf.get().array.clone())?.into_any());
        }
        if let (Some(given), None) = (dtype, class)
            && let Some(view) = read_as(slf, given)?
        {
            return Ok(view);
        }
        let array_class = py.import("numpy")?.getattr("ndarray")?;
        if let Some(given) = dtype.and_then(|dtype| dtype.cast::<PyType>().ok())
            && class.is_none()
            && (given.is(py.get_type::<Self>()) || given.is_subclass(&array_class)?)
        {
            (class, dtype) = (dtype, None);
        }
        let own = class.is_none_or(|class| class.is(py.get_type::<Self>()));
        if let Some(class) = class.filter(|_| !own) {
            let class = class.cast::<PyType>().ok();
            if !class.map_or(Ok(false), |class| class.is_subclass(&array_class))? {
                let words = "Type must be a sub-type of ndarray type";
                return Err(PyValueError::new_err(words));
            }
        }
        let to = match dtype {
            Some(dtype) => dtype::parse_any(dtype)?,
            None => Some(slf.get().array.dtype()),
        };
        match to {
            Some(to) if own => {
                Ok(array::seen(slf, guard::quick(|| slf.get().array.view_as(to))?)?.into_any())
            }
            _ => {
                // Dtypes and classes that only NumPy has: its array, over the same memory.
                let mut view = interop::to_numpy(slf)?;
                if let Some(dtype) = dtype {
                    view = view.call_method1("view", (dtype,))?;
                }
                match class.filter(|_| !own) {
                    Some(class) => view.call_method1("view", (class,)),
                    None => Ok(view),
                }
            }
        }
    }

    /// The steps along the axes in bytes.
    #[getter]
    pub(crate) fn strides<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.array.strides())
    }

    #[setter(strides)]
    fn set_strides(slf: &Bound<'_, Self>, strides: &Any<'_>) -> PyResult<()> {
        let warning = slf.py().get_type::<PyDeprecationWarning>();
        let message = c"Setting the strides on a NumPy array has been deprecated in NumPy 2.4.\n\
            As an alternative, you can create a new view using np.lib.stride_tricks.as_strided.";
        PyErr::warn(slf.py(), &warning, message, 1)?;
        let Some(strides) = guard::tried(shape::sizes(strides)) else {
            return Err(PyTypeError::new_err("invalid strides"));
        };
        let this = slf.get();
        let ndim = this.array.ndim();
        if strides.len() != ndim {
            let words = format!("strides must be  same length as shape ({ndim})");
            return Err(PyValueError::new_err(words));
        }
        let root = this.base(slf.py());
        let root = root
            .as_ref()
            .and_then(|base| base.cast_exact::<Self>().ok());
        let root = root.unwrap_or(slf);
        let strides: Vec<isize> = strides.iter().map(|&stride| stride as isize).collect();
        let offset = this
            .array
            .as_ptr()
            .addr()
            .wrapping_sub(root.get().array.as_ptr().addr());
        let view = guard::quick(|| {
            let (dtype, shape) = (this.array.dtype(), this.array.shape());
            root.get()
                .array
                .strided(offset as isize, dtype, shape, &strides)
        });
        let mut view = guard::tried(view).ok_or_else(|| {
            PyValueError::new_err("strides is not compatible with available memory")
        })?;
        view.set_writeable(this.array.writeable());
        this.exchange(slf.py(), view)
    }

    /// The real parts: a view of complex numbers, the array itself of others.
    #[getter]
    pub(crate) fn real<'py>(slf: &Bound<'py, Self>) -> PyResult<Object<'py>> {
        part(slf, false).unwrap_or_else(|| Ok(slf.clone()))
    }

    #[setter(real)]
    fn set_real<'py>(slf: &Bound<'py, Self>, value: &Any<'py>) -> PyResult<()> {
        Self::real(slf)?.set_item(PyEllipsis::get(slf.py()), value)
    }

    /// The imaginary parts: a view of complex numbers, read-only zeros of others.
    #[getter]
    pub(crate) fn imag<'py>(slf: &Bound<'py, Self>) -> PyResult<Object<'py>> {
        if let Some(part) = part(slf, true) {
            return part;
        }
        let this = &slf.get().array;
        let order = if this.is_f_contiguous() && !this.is_c_contiguous() {
            Order::F
        } else {
            Order::C
        };
        let mut zeros = guard::quick(|| Array::zeros(this.shape(), this.dtype(), order))?;
        zeros.set_writeable(false);
        array::fresh(slf.py(), zeros)
    }

    #[setter(imag)]
    fn set_imag<'py>(slf: &Bound<'py, Self>, value: &Any<'py>) -> PyResult<()> {
        if slf.get().array.dtype().kind() != Kind::Complex {
            return Err(PyTypeError::new_err(
                "array does not have imaginary part to set",
            ));
        }
        Self::imag(slf)?.set_item(PyEllipsis::get(slf.py()), value)
    }

    /// A view of a part of each element: what starts `offset` bytes into it, read as `dtype`.
    #[pyo3(signature = (dtype, offset = 0))]
    fn getfield<'py>(
        slf: &Bound<'py, Self>,
        dtype: &Any<'py>,
        offset: isize,
    ) -> PyResult<Object<'py>> {
        field(slf, dtype, offset)
    }

    /// Assigns `val` to a part of each element: what starts `offset` bytes into it, as `dtype`.
    #[pyo3(signature = (val, dtype, offset = 0))]
    fn setfield<'py>(
        slf: &Bound<'py, Self>,
        val: &Any<'py>,
        dtype: &Any<'py>,
        offset: isize,
    ) -> PyResult<()> {
        field(slf, dtype, offset)?.set_item(PyEllipsis::get(slf.py()), val)
    }

    /// The elements with the order of their bytes reversed, in place if asked for.
    #[pyo3(signature = (inplace = false))]
    fn byteswap<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = crate::call::truth)] inplace: bool,
    ) -> PyResult<Object<'py>> {
        if !inplace {
            let this = &slf.get().array;
            let result = guard::run(slf.py(), this.size(), || this.swapped())?;
            return array::fresh(slf.py(), result);
        }
        let result = slf.clone();
        let this = &result.get().array;
        let parts = match this.part(false) {
            Some(real) => vec![real, this.part(true).unwrap_or_else(|| (**this).clone())],
            None => vec![(**this).clone()],
        };
        for part in parts {
            let n = part.itemsize();
            let (mut shape, mut strides) = (part.shape().to_vec(), part.strides().to_vec());
            shape.push(n);
            strides.push(1);
            let view = |offset, part: &Array, strides: &[isize]| {
                let seen = guard::quick(|| part.strided(offset, DType::U8, &shape, strides))?;
                array::view(&result, seen)
            };
            let forward = view(0, &part, &strides)?;
            strides[shape.len() - 1] = -1;
            let backward = view(n as isize - 1, &part, &strides)?;
            forward.set_item(PyEllipsis::get(slf.py()), backward)?;
        }
        Ok(result)
    }
}
