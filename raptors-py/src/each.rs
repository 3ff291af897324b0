//! Walks over arrays: along the first axis, and over all elements one after the other.

use crate::array::{self, NdArray, Object};
use crate::{chosen, guard, index};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use raptors_array::{Array, Order};

type Any<'py> = Bound<'py, PyAny>;

/// What gives one item after the other.
pub(crate) trait Next {
    /// The next item; nothing behind the last.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Any<'py>>>;
}

/// Walks over the first axis of an array.
#[pyclass(name = "ArrayIterator", module = "raptors", frozen)]
pub(crate) struct Each {
    array: Py<NdArray>,
    next: AtomicUsize,
}

impl Each {
    pub(crate) fn new(array: &Object<'_>) -> Self {
        Self {
            array: array.clone().unbind(),
            next: AtomicUsize::new(0),
        }
    }

    /// Gives up the array.
    #[cfg(not(Py_LIMITED_API))]
    pub(crate) fn into_array(self) -> Py<NdArray> {
        self.array
    }
}

impl Next for Each {
    #[inline]
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Any<'py>>> {
        let (array, next) = (self.array.bind(py), self.next.load(Relaxed));
        if array.get().array.shape().first().is_none_or(|&n| next >= n) {
            return Ok(None);
        }
        self.next.store(next + 1, Relaxed);
        index::at(array, next as i64).map(Some)
    }
}

/// `iter(array)`.
#[inline]
pub(crate) fn over<'py>(array: &Object<'py>) -> PyResult<Bound<'py, Each>> {
    if array.get().array.ndim() == 0 {
        return Err(PyTypeError::new_err("iteration over a 0-d array"));
    }
    #[cfg(not(Py_LIMITED_API))]
    return crate::pooled::new(array.py(), Each::new(array));
    #[cfg(Py_LIMITED_API)]
    Bound::new(array.py(), Each::new(array))
}

#[pymethods]
impl Each {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __length_hint__(&self, py: Python<'_>) -> usize {
        let length = self.array.bind(py).get().array.shape().first().copied();
        length.unwrap_or(0).saturating_sub(self.next.load(Relaxed))
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Any<'py>>> {
        self.next(py)
    }
}

/// All elements of an array as if it had one axis, in C order.
///
/// Iterating gives the elements; indexing gives copies, assigning writes to the array.
#[pyclass(name = "flatiter", module = "raptors", frozen)]
pub(crate) struct FlatIter {
    array: Py<NdArray>,
    /// One axis over the same memory, where there is one.
    line: Option<Py<NdArray>>,
    next: AtomicUsize,
}

impl FlatIter {
    pub(crate) fn new(array: &Object<'_>) -> PyResult<Self> {
        let this = &array.get().array;
        let line = if this.ndim() == 1 {
            Some(array::view(array, Array::clone(this))?)
        } else if this.is_c_contiguous() {
            let line = chosen::view(array, |choice| Ok(choice.flat()))?;
            if line.is_some() {
                line
            } else {
                let line = guard::quick(|| this.reshape_view(&[-1], Order::C))?;
                line.map(|line| array::view(array, line)).transpose()?
            }
        } else {
            None
        };
        Ok(Self {
            array: array.clone().unbind(),
            line: line.map(Bound::unbind),
            next: AtomicUsize::new(0),
        })
    }

    /// Gives up the arrays.
    #[cfg(not(Py_LIMITED_API))]
    pub(crate) fn into_arrays(self) -> [Option<Py<NdArray>>; 2] {
        [Some(self.array), self.line]
    }

    /// The element at `place`, which counts from the end where negative; nothing where there is none, or no
    /// line.
    #[inline]
    pub(crate) fn at<'py>(&self, py: Python<'py>, place: i64) -> Option<PyResult<Any<'py>>> {
        let line: &Array = &self.line.as_ref()?.bind(py).get().array;
        let n = line.size() as i64;
        (-n..n)
            .contains(&place)
            .then(|| chosen::element_at(py, line, &[place]))
    }
}

impl Next for FlatIter {
    #[inline]
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Any<'py>>> {
        let (array, next) = (&self.array.bind(py).get().array, self.next.load(Relaxed));
        // The array may have got another shape or dtype since.
        let line = self.line.as_ref().map(|line| line.bind(py));
        if next >= line.map_or(array.size(), |line| line.get().array.size()) {
            return Ok(None);
        }
        self.next.store(next + 1, Relaxed);
        if let Some(element) = self.at(py, next as i64) {
            return element.map(Some);
        }
        let mut places: Vec<i64> = Vec::with_capacity(array.ndim());
        let mut rest = next;
        for &length in array.shape().iter().rev() {
            places.push((rest % length) as i64);
            rest /= length;
        }
        places.reverse();
        chosen::element_at(py, array, &places).map(Some)
    }
}

/// `flat[key]` for any key.
pub(crate) fn item<'py>(flat: &Any<'py>, key: &Any<'py>) -> PyResult<Any<'py>> {
    let module = flat.py().import("raptors._flat")?;
    module.getattr("get")?.call1((flat, key))
}

#[pymethods]
impl FlatIter {
    /// The array whose elements these are.
    #[getter]
    fn base<'py>(&self, py: Python<'py>) -> Object<'py> {
        self.array.bind(py).clone()
    }

    /// The elements along one axis over the same memory, where there is one.
    #[getter]
    fn _line<'py>(&self, py: Python<'py>) -> Option<Object<'py>> {
        self.line.as_ref().map(|line| line.bind(py).clone())
    }

    /// The number of the element that comes next.
    #[getter]
    fn index(&self) -> usize {
        self.next.load(Relaxed)
    }

    /// The indices of the element that comes next.
    #[getter]
    fn coords<'py>(slf: &Bound<'py, Self>) -> PyResult<Any<'py>> {
        let module = slf.py().import("raptors._flat")?;
        module
            .getattr("place")?
            .call1((slf.getattr("base")?, slf.get().index()))
    }

    /// The elements in new memory.
    fn copy<'py>(&self, py: Python<'py>) -> PyResult<Any<'py>> {
        self.array.bind(py).call_method0("flatten")
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        let array = self.line.as_ref().unwrap_or(&self.array);
        array.bind(py).get().array.size()
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Any<'py>>> {
        self.next(py)
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, key: &Any<'py>) -> PyResult<Any<'py>> {
        item(slf.as_any(), key)
    }

    fn __setitem__<'py>(slf: &Bound<'py, Self>, key: &Any<'py>, value: &Any<'py>) -> PyResult<()> {
        let module = slf.py().import("raptors._flat")?;
        module.getattr("set")?.call1((slf, key, value)).map(drop)
    }

    fn __delitem__(&self, _key: &Any<'_>) -> PyResult<()> {
        Err(PyTypeError::new_err("Cannot delete iterator elements"))
    }

    /// A NumPy array of the elements: over their memory where they are in order.
    #[pyo3(signature = (*args, **kwargs))]
    fn __array__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Any<'py>> {
        let line = match &slf.get().line {
            Some(line) => line.bind(slf.py()).clone().into_any(),
            None => slf.getattr("base")?.call_method0("ravel")?,
        };
        line.call_method("__array__", args, kwargs)
    }

    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        other: &Any<'py>,
        op: CompareOp,
    ) -> PyResult<Any<'py>> {
        let line = slf.getattr("base")?.call_method0("ravel")?;
        line.rich_compare(other, op)
    }
}

#[pymethods]
impl NdArray {
    /// The elements one after the other, in C order.
    #[getter]
    pub(crate) fn flat<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, FlatIter>> {
        #[cfg(not(Py_LIMITED_API))]
        return crate::pooled::flat(slf);
        #[cfg(Py_LIMITED_API)]
        Bound::new(slf.py(), FlatIter::new(slf)?)
    }

    #[setter(flat)]
    fn set_flat(slf: &Bound<'_, Self>, value: &Any<'_>) -> PyResult<()> {
        let all = pyo3::types::PyEllipsis::get(slf.py()).to_owned();
        Self::flat(slf)?.set_item(all, value)
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Each>> {
        over(slf)
    }
}
