//! Raptors for Python: NumPy's array class and functions over the arrays of `raptors-array`.
#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "pyo3 decides how methods take their arguments"
)]
#![allow(
    clippy::doc_link_with_quotes,
    reason = "the documentation is Python's, with Python's examples"
)]

mod array;
mod axis;
#[cfg(not(Py_LIMITED_API))]
mod behind;
mod buffer;
mod call;
mod chosen;
mod convert;
mod creation;
mod diagonal;
mod dlpack;
mod dtype;
mod each;
mod einsum;
mod error;
mod fft;
mod fill;
mod flags;
mod flat;
#[cfg(not(Py_LIMITED_API))]
mod forward;
#[cfg(not(Py_LIMITED_API))]
mod functions;
mod guard;
mod held;
mod index;
mod interop;
#[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
mod items;
mod join;
mod key;
mod lender;
mod limits;
mod linalg;
mod list;
#[cfg(not(Py_LIMITED_API))]
mod methods;
mod nn;
#[cfg(not(Py_LIMITED_API))]
mod object;
mod operator;
mod order;
mod overrides;
mod pick;
mod placing;
#[cfg(not(Py_LIMITED_API))]
mod pooled;
mod put;
mod random;
mod range;
mod reduction;
mod renew;
mod repeat;
mod round;
mod scalar;
mod setting;
mod shape;
#[cfg(not(Py_LIMITED_API))]
mod shorts;
#[cfg(not(Py_LIMITED_API))]
mod slots;
mod stats;
mod status;
mod take;
#[cfg(temporaries)]
mod temporary;
mod text;
mod told;
mod truth;
mod ufunc;
mod value;
mod view;

use pyo3::prelude::*;

/// The native part of the package `raptors`.
#[pymodule]
fn _raptors(module: &Bound<'_, PyModule>) -> PyResult<()> {
    setting::check_environment()?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<array::NdArray>()?;
    module.add_function(wrap_pyfunction!(interop::share, module)?)?;
    convert::register(module)?;
    creation::register(module)?;
    dlpack::register(module)?;
    renew::register(module)?;
    fill::register(module)?;
    diagonal::register(module)?;
    range::register(module)?;
    join::register(module)?;
    repeat::register(module)?;
    shape::register(module)?;
    operator::register(module)?;
    order::register(module)?;
    pick::register(module)?;
    placing::register(module)?;
    flat::register(module)?;
    setting::register(module)?;
    nn::register(module)?;
    einsum::register(module)?;
    fft::register(module)?;
    linalg::register(module)?;
    reduction::register(module)?;
    stats::register(module)?;
    random::register(module)?;
    #[cfg(not(Py_LIMITED_API))]
    slots::register(module)?;
    #[cfg(not(Py_LIMITED_API))]
    forward::register(module)?;
    #[cfg(not(Py_LIMITED_API))]
    behind::register(module)?;
    ufunc::register(module)
}
