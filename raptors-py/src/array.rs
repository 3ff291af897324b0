//! The class `ndarray`: an array, and what Python knows about it beyond that.

use crate::flags::Flags;
use crate::held::Held;
use crate::{chosen, dtype, guard, interop, truth};
use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::{Array, Order, Scalar};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// An N-dimensional array of numbers.
///
/// As `numpy.ndarray`: shape, dtype and strides over memory that views share. Made by
/// `raptors.array`, `raptors.zeros` and the other creation functions.
#[pyclass(name = "ndarray", module = "raptors", frozen, weakref)]
pub(crate) struct NdArray {
    pub(crate) array: Held,
    /// Whose memory it is: the array it is a view of, or the object that lent the memory.
    base: Option<Py<PyAny>>,
    /// Set by `setflags(write=False)`.
    locked: AtomicBool,
}

/// An `ndarray` object.
pub(crate) type Object<'py> = Bound<'py, NdArray>;

impl NdArray {
    pub(crate) fn new(array: Array, base: Option<Py<PyAny>>, locked: bool) -> Self {
        Self {
            array: Held::new(array),
            base,
            locked: AtomicBool::new(locked),
        }
    }

    /// Whether elements may be assigned.
    pub(crate) fn writeable(&self) -> bool {
        self.array.writeable() && !self.locked.load(Relaxed)
    }

    /// Whether it shares memory that is another object's.
    pub(crate) const fn is_view(&self) -> bool {
        self.base.is_some()
    }

    /// Gives up whose memory it is, before the object goes.
    #[cfg(not(Py_LIMITED_API))]
    pub(crate) const fn take_base(&mut self) -> Option<Py<PyAny>> {
        self.base.take()
    }

    /// Writes the rest of an object's content to `to`: a view of `base` if there is one, lent its memory if
    /// `lent`.
    ///
    /// # Safety
    ///
    /// The array is in its [`Held::room`]; `base` has a share in its memory if that is lent.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) unsafe fn complete(
        to: *mut Self,
        base: Option<Py<PyAny>>,
        locked: bool,
        lent: bool,
    ) {
        // SAFETY: as the caller promises; a lent array is not dropped, and `base` outlives it.
        unsafe {
            Held::complete(&raw mut (*to).array, lent);
            (&raw mut (*to).base).write(base);
            (&raw mut (*to).locked).write(AtomicBool::new(locked));
        }
    }

    /// The array, if this is one without axes that could be another's object as it is.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) fn only_element(&mut self) -> Option<&mut Array> {
        if self.base.is_some() || *self.locked.get_mut() {
            return None;
        }
        self.array.only().filter(|array| array.ndim() == 0)
    }

    /// Whose memory views of `object`, whose content this is, share.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) fn shared<'a, 'py>(&'a self, object: &'a Object<'py>) -> &'a Object<'py> {
        let base = self.base.as_ref().map(|base| base.bind(object.py()));
        match base.filter(|base| of(base).is_some()) {
            // SAFETY: an array was found in it.
            Some(base) => unsafe { base.cast_unchecked() },
            None => object,
        }
    }

    /// Whether Python locked it.
    #[cfg(not(Py_LIMITED_API))]
    #[inline(always)]
    pub(crate) fn is_locked(&self) -> bool {
        self.locked.load(Relaxed)
    }

    /// The length of the first axis.
    pub(crate) fn length(&self) -> PyResult<usize> {
        self.array
            .shape()
            .first()
            .copied()
            .ok_or_else(|| PyTypeError::new_err("len() of unsized object"))
    }

    /// The array that this one is a view of.
    pub(crate) fn root<'py>(&self, py: Python<'py>) -> Option<Object<'py>> {
        let base = self.base.as_ref()?.bind(py);
        base.cast_exact::<Self>().ok().cloned()
    }

    /// Whether it stands for a scalar of NumPy, which never changes.
    pub(crate) fn is_scalar(&self) -> bool {
        self.array.ndim() == 0 && !self.array.writeable()
    }

    /// Whether it stands for a scalar in memory of its own: nothing that it shows ever changes.
    #[inline]
    pub(crate) fn is_number(&self) -> bool {
        self.is_scalar() && !self.is_view()
    }

    /// Whether the owner of the memory lets it be changed.
    fn may_be_writeable(&self, py: Python<'_>) -> PyResult<bool> {
        let Some(base) = self.base.as_ref().map(|base| base.bind(py)) else {
            return Ok(self.array.writeable());
        };
        if let Ok(base) = base.cast_exact::<Self>() {
            return Ok(base.get().writeable());
        }
        if interop::is_numpy(base) {
            return base.getattr("flags")?.getattr("writeable")?.is_truthy();
        }
        Ok(self.array.writeable())
    }

    /// Makes `array` the one that the object has from now on.
    pub(crate) fn exchange(&self, py: Python<'_>, array: Array) -> PyResult<()> {
        if truth::is_shared(py, self) {
            let words = "attributes of truth values are not writable";
            return Err(PyAttributeError::new_err(words));
        }
        self.array.exchange(array);
        Ok(())
    }

    /// The array, read-only if Python locked it.
    pub(crate) fn clone_array(&self) -> Array {
        let mut array = (*self.array).clone();
        if self.locked.load(Relaxed) {
            array.set_writeable(false);
        }
        array
    }
}

/// A new object for an array that shares memory with nobody.
#[inline]
pub(crate) fn fresh(py: Python<'_>, array: Array) -> PyResult<Object<'_>> {
    made(py, NdArray::new(array, None, false))
}

/// A new object of this content.
#[inline]
pub(crate) fn made(py: Python<'_>, content: NdArray) -> PyResult<Object<'_>> {
    #[cfg(not(Py_LIMITED_API))]
    return crate::object::new(py, content);
    #[cfg(Py_LIMITED_API)]
    Bound::new(py, content)
}

/// The array in `object`, if that is an `ndarray`.
#[inline(always)]
pub(crate) fn of<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a Array> {
    #[cfg(not(Py_LIMITED_API))]
    return crate::object::array(object);
    #[cfg(Py_LIMITED_API)]
    object
        .cast_exact::<NdArray>()
        .ok()
        .map(|array| &*array.get().array)
}

/// A new object for what an operation gave. One element without axes is a scalar to NumPy: it
/// never changes, so that `b = a.sum(); b += 1` makes a new one.
#[inline]
pub(crate) fn result(py: Python<'_>, mut array: Array) -> PyResult<Object<'_>> {
    if array.ndim() == 0 {
        array.set_writeable(false);
    }
    fresh(py, array)
}

/// A new object for what a method made of the elements of `parent`, in new memory: what stands for a scalar
/// of NumPy gives such again.
#[inline]
pub(crate) fn made_of<'py>(parent: &Object<'py>, array: Array) -> PyResult<Object<'py>> {
    if parent.get().is_scalar() {
        return result(parent.py(), array);
    }
    fresh(parent.py(), array)
}

/// A new object for one number that an operation gave, as [`result`].
#[inline]
pub(crate) fn number<'py>(py: Python<'py>, value: &Scalar) -> PyResult<Object<'py>> {
    if let Ok(Some(object)) = chosen::element(py, |array| Ok(array.renew_with(value))) {
        return Ok(object);
    }
    let array = Array::from_scalar(value).map_err(|error| crate::error::raise(&error))?;
    result(py, array)
}

/// A new object for `array`, made from `parent`'s: a view of it where memory is shared.
#[inline]
pub(crate) fn view<'py>(parent: &Object<'py>, array: Array) -> PyResult<Object<'py>> {
    let py = parent.py();
    let this = parent.get();
    if !array.buffer().same(this.array.buffer()) {
        return fresh(py, array);
    }
    let base = match &this.base {
        Some(base) if of(base.bind(py)).is_some() => base.clone_ref(py),
        _ => parent.clone().into_any().unbind(),
    };
    made(
        py,
        NdArray::new(array, Some(base), this.locked.load(Relaxed)),
    )
}

/// A new object for `array`, which a method sees in the memory of `parent`: a view, but a number of its own
/// where `parent` is one.
pub(crate) fn seen<'py>(parent: &Object<'py>, array: Array) -> PyResult<Object<'py>> {
    if array.ndim() == 0 && parent.get().is_number() {
        return number(parent.py(), &guard::quick(|| array.item())?);
    }
    view(parent, array)
}

#[pymethods]
impl NdArray {
    /// The lengths of the axes.
    #[getter]
    pub(crate) fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.array.shape())
    }

    #[setter(shape)]
    fn set_shape(&self, py: Python<'_>, shape: &Bound<'_, PyAny>) -> PyResult<()> {
        let shape = crate::shape::sizes(shape)?;
        let view = guard::quick(|| self.array.reshape_view(&shape, Order::C))?;
        let view = view.ok_or_else(|| {
            PyAttributeError::new_err(
                "Incompatible shape for in-place modification. Use `.reshape()` to make a copy \
                 with the desired shape.",
            )
        })?;
        self.exchange(py, view)
    }

    /// NumPy's object for the type of the elements.
    #[getter]
    pub(crate) fn dtype<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        dtype::object(py, self.array.dtype()).cloned()
    }

    #[setter(dtype)]
    fn set_dtype(&self, py: Python<'_>, dtype: &Bound<'_, PyAny>) -> PyResult<()> {
        let dtype = dtype::parse(dtype)?;
        self.exchange(py, guard::quick(|| self.array.view_as(dtype))?)
    }

    /// The number of axes.
    #[getter]
    fn ndim(&self) -> usize {
        self.array.ndim()
    }

    /// The number of elements.
    #[getter]
    fn size(&self) -> usize {
        self.array.size()
    }

    /// The size of an element in bytes.
    #[getter]
    fn itemsize(&self) -> usize {
        self.array.dtype().size()
    }

    /// The size of all elements in bytes.
    #[getter]
    fn nbytes(&self) -> usize {
        self.array.size() * self.array.dtype().size()
    }

    /// The array or object whose memory this one shares; `None` if it has its own.
    #[getter]
    pub(crate) fn base<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.base.as_ref().map(|base| base.bind(py).clone())
    }

    /// How the elements lie in memory, and whether they may be changed.
    #[getter]
    pub(crate) fn flags<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Flags>> {
        let flags = Flags::new(slf.clone().unbind());
        #[cfg(not(Py_LIMITED_API))]
        return crate::pooled::new(slf.py(), flags);
        #[cfg(Py_LIMITED_API)]
        Bound::new(slf.py(), flags)
    }

    /// Makes the array read-only, or writeable again where its memory allows.
    #[pyo3(signature = (write = None, align = None, uic = None))]
    fn setflags(
        slf: &Bound<'_, Self>,
        #[pyo3(from_py_with = crate::call::truth_or_none)] write: Option<bool>,
        #[pyo3(from_py_with = crate::call::truth_or_none)] align: Option<bool>,
        #[pyo3(from_py_with = crate::call::truth_or_none)] uic: Option<bool>,
    ) -> PyResult<()> {
        let this = slf.get();
        let refuse = |words| Err(PyValueError::new_err(words));
        if align == Some(true) && !this.array.is_aligned() {
            return refuse("cannot set aligned flag of mis-aligned array to True");
        }
        if uic == Some(true) {
            return refuse("cannot set WRITEBACKIFCOPY flag to True");
        }
        match write {
            Some(true) if !this.may_be_writeable(slf.py())? => {
                return refuse("cannot set WRITEABLE flag to True of this array");
            }
            Some(true) => {
                if !this.array.writeable() {
                    let mut array = (*this.array).clone();
                    array.set_writeable(true);
                    this.array.exchange(array);
                }
                this.locked.store(false, Relaxed);
            }
            Some(false) => this.locked.store(true, Relaxed),
            None => {}
        }
        Ok(())
    }

    fn __len__(&self) -> PyResult<usize> {
        self.length()
    }

    /// What stands for a scalar hashes as its number does; what may change, or has axes, does not.
    fn __hash__(slf: &Bound<'_, Self>) -> PyResult<isize> {
        crate::scalar::hash(slf)
    }
}
