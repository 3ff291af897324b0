//! Raptors for Python: NumPy's array class and functions over the arrays of `raptors-array`.

mod array;
mod creation;
mod dtype;
mod error;
mod guard;
mod interop;
mod ufunc;

use pyo3::prelude::*;

/// The native part of the package `raptors`.
#[pymodule]
fn _raptors(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<array::NdArray>()?;
    module.add_function(wrap_pyfunction!(interop::share, module)?)?;
    creation::register(module)?;
    ufunc::register(module)
}
