//! The class `ufunc`: one object for every row of the ufunc table.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use raptors_array::Ufunc;

/// A universal function: computed element by element, over broadcast arrays.
#[pyclass(name = "ufunc", module = "raptors", frozen)]
pub(crate) struct UfuncObject {
    ufunc: Ufunc,
}

static OBJECTS: PyOnceLock<Vec<Py<UfuncObject>>> = PyOnceLock::new();

/// The object for `ufunc`: one per process.
pub(crate) fn object(py: Python<'_>, ufunc: Ufunc) -> PyResult<&Bound<'_, UfuncObject>> {
    let objects = OBJECTS.get_or_try_init(py, || {
        let objects = Ufunc::ALL
            .iter()
            .map(|&ufunc| Py::new(py, UfuncObject { ufunc }));
        objects.collect::<PyResult<_>>()
    })?;
    Ok(objects[ufunc as usize].bind(py))
}

#[pymethods]
impl UfuncObject {
    /// The number of inputs.
    #[getter]
    fn nin(&self) -> usize {
        self.ufunc.nin()
    }

    /// The number of outputs.
    #[getter]
    fn nout(&self) -> usize {
        self.ufunc.nout()
    }

    /// The number of inputs and outputs.
    #[getter]
    fn nargs(&self) -> usize {
        self.ufunc.nin() + self.ufunc.nout()
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.ufunc.name()
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.ufunc.name()
    }

    /// What a reduction over nothing gives; `None` where that is an error.
    #[getter]
    fn identity(&self) -> Option<i8> {
        self.ufunc.identity()
    }

    fn __repr__(&self) -> String {
        format!("<ufunc '{}'>", self.ufunc.name())
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<UfuncObject>()?;
    let py = module.py();
    let ufuncs = PyDict::new(py);
    for &ufunc in Ufunc::ALL {
        ufuncs.set_item(ufunc.name(), object(py, ufunc)?)?;
    }
    module.add("ufuncs", ufuncs)
}
