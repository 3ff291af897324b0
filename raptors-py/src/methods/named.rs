//! Which arguments methods look for by name.

use pyo3::ffi;
use pyo3::prelude::*;

/// Names of first arguments.
#[derive(Clone, Copy)]
pub(super) enum Named {
    Nothing,
    Axis,
    Order,
    Dtype,
}

impl Named {
    /// Whether `name` is this one.
    #[inline(always)]
    pub(super) fn is(self, py: Python<'_>, name: *mut ffi::PyObject) -> bool {
        let own = match self {
            Self::Nothing => return false,
            Self::Axis => pyo3::intern!(py, "axis"),
            Self::Order => pyo3::intern!(py, "order"),
            Self::Dtype => pyo3::intern!(py, "dtype"),
        };
        name == own.as_ptr()
    }
}
