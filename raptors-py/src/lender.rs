//! What keeps memory that is not ours.

#[cfg(not(Py_LIMITED_API))]
use pyo3::ffi;
use pyo3::prelude::*;

/// An object that lends its memory. It is let go at once where the interpreter is attached: what is dropped in a slot
/// would wait for pyo3's next turn, and a loop of slots may not have one.
#[cfg_attr(Py_LIMITED_API, expect(dead_code, reason = "it is only dropped"))]
pub(crate) struct Lender(Option<Py<PyAny>>);

impl Lender {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> Self {
        Self(Some(object.clone().unbind()))
    }
}

#[cfg(not(Py_LIMITED_API))]
impl Drop for Lender {
    fn drop(&mut self) {
        // SAFETY: the function only looks whether this thread is attached, and may be called by any.
        if unsafe { ffi::PyGILState_Check() } == 1
            && let Some(object) = self.0.take()
        {
            // SAFETY: this thread is attached, and the reference was this one's.
            unsafe { ffi::Py_DECREF(object.into_ptr()) };
        }
    }
}
