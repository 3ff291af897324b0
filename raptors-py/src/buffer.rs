//! Python's buffer protocol: the memory of an array, and how the elements lie in it.

use crate::array::NdArray;
use crate::interop;
use core::ffi::{CStr, c_int, c_long};
use core::ptr::null_mut;
use pyo3::ffi;
use pyo3::prelude::*;
use raptors_array::{Array, DType, Strides};

/// The letters that NumPy has for a type: integers are called after C's, the first that is so long.
const fn letters(dtype: DType) -> &'static CStr {
    const LONG: bool = size_of::<c_long>() == 8;
    match dtype {
        DType::Bool => c"?",
        DType::I8 => c"b",
        DType::U8 => c"B",
        DType::I16 => c"h",
        DType::U16 => c"H",
        DType::I32 if LONG => c"i",
        DType::U32 if LONG => c"I",
        DType::I32 => c"l",
        DType::U32 => c"L",
        DType::I64 if LONG => c"l",
        DType::U64 if LONG => c"L",
        DType::I64 => c"q",
        DType::U64 => c"Q",
        DType::F16 => c"e",
        DType::F32 => c"f",
        DType::F64 => c"d",
        DType::C64 => c"Zf",
        DType::C128 => c"Zd",
    }
}

/// Shape and strides of a buffer, the latter behind the former: of what has no gaps, those that follow from the lengths, also along
/// axes of length one.
fn axes(array: &Array) -> Strides {
    let shape = array.shape().iter().map(|&n| n.cast_signed());
    let mut axes: Strides = shape.chain(array.strides().iter().copied()).collect();
    let (lengths, steps) = axes.split_at_mut(array.ndim());
    let mut step = array.itemsize().cast_signed();
    let mut follow = |(length, to): (&isize, &mut isize)| {
        *to = step;
        step = step.wrapping_mul(*length);
    };
    if array.is_c_contiguous() {
        lengths.iter().zip(steps).rev().for_each(follow);
    } else if array.is_f_contiguous() {
        lengths.iter().zip(steps).for_each(&mut follow);
    }
    axes
}

#[pymethods]
impl NdArray {
    /// Fills in a buffer of Python's buffer protocol. Requests that elements lie in some order, or may be written, NumPy
    /// answers, which has the words for refusals.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        const ORDER: c_int =
            (ffi::PyBUF_C_CONTIGUOUS | ffi::PyBUF_F_CONTIGUOUS | ffi::PyBUF_ANY_CONTIGUOUS)
                & !ffi::PyBUF_STRIDES;
        const ALL: c_int = ffi::PyBUF_STRIDES | ffi::PyBUF_FORMAT;
        let this = slf.get();
        let array: &Array = &this.array;
        if flags & (ALL | ORDER | ffi::PyBUF_WRITABLE) != ALL || !array.is_aligned() {
            let numpy = interop::to_numpy(&slf)?;
            // SAFETY: the caller's buffer to fill in; NumPy keeps its array, and so the memory, until its release.
            if unsafe { ffi::PyObject_GetBuffer(numpy.as_ptr(), view, flags) } < 0 {
                return Err(PyErr::fetch(slf.py()));
            }
            return Ok(());
        }
        let ndim = array.ndim();
        let axes = (ndim > 0).then(|| Box::into_raw(Box::new(axes(array))));
        // SAFETY: the caller's buffer to fill in, which refers to the object, and so to the memory, until its
        // release, as the axes stay until then; they are a shape and strides of `ndim` numbers each.
        unsafe {
            let place = |i: usize| axes.map_or(null_mut(), |axes| (*axes).as_mut_ptr().add(i));
            *view = ffi::Py_buffer {
                buf: array.as_mut_ptr().cast(),
                len: array.nbytes().cast_signed(),
                itemsize: array.itemsize().cast_signed(),
                readonly: c_int::from(!this.writeable()),
                ndim: ndim as c_int,
                format: letters(array.dtype()).as_ptr().cast_mut(),
                shape: place(0),
                strides: place(ndim),
                internal: axes.unwrap_or(null_mut()).cast(),
                obj: slf.into_ptr(),
                ..ffi::Py_buffer::new()
            };
        }
        Ok(())
    }

    /// Frees what describes a buffer.
    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: a buffer of this class, whose axes were boxed for it alone, or are null.
        unsafe {
            let axes = (*view).internal.cast::<Strides>();
            (*view).internal = null_mut();
            if !axes.is_null() {
                drop(Box::from_raw(axes));
            }
        }
    }
}
