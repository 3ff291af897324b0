//! What keeps memory that is not ours.

#[cfg(not(Py_LIMITED_API))]
use core::ptr::NonNull;
#[cfg(not(Py_LIMITED_API))]
use pyo3::ffi;
use pyo3::prelude::*;
#[cfg(not(Py_LIMITED_API))]
use pyo3::types::PyBytes;
#[cfg(not(Py_LIMITED_API))]
use raptors_array::{Array, Buffer, DType, Dims, Strides};

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

/// The elements that a string of bytes has, which cannot be written; nothing where it is empty or has a part of one.
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn elements(bytes: &Bound<'_, PyBytes>, dtype: DType) -> Option<Array> {
    let (held, size) = (bytes.as_bytes(), dtype.size());
    if held.is_empty() || !held.len().is_multiple_of(size) || dtype == DType::Bool {
        return None;
    }
    let start = NonNull::from(held).cast::<u8>();
    // SAFETY: the owner keeps the bytes, which never change, where they are.
    let buffer = unsafe { Buffer::foreign(start, held.len(), Box::new(Lender::new(bytes))) }?;
    let (shape, strides) = (
        Dims::from_slice(&[held.len() / size]),
        Strides::from_slice(&[size as isize]),
    );
    // SAFETY: so many elements, of a dtype that takes any bytes, in the memory that the buffer keeps.
    Some(unsafe { Array::from_raw_parts(buffer, start.as_ptr(), dtype, shape, strides, false) })
}
