//! Memory shared with NumPy, in both directions, without a copy.

use crate::array::{self, NdArray, Object};
use crate::lender::Lender;
use crate::{dtype, error, guard, scalar};
use core::ffi::{c_int, c_void};
use core::ptr::NonNull;
use numpy::npyffi::flags::NPY_ARRAY_WRITEABLE;
use numpy::npyffi::{NpyTypes, PY_ARRAY_API, PyArray_Descr, PyArrayObject, get_type_object};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PySlice};
use raptors_array::map::Operand;
use raptors_array::target::Target;
use raptors_array::{Array, Buffer, Dims, Error, Scalar, Strides, Ufunc, layout, quick};

/// Whether `object` is a `numpy.ndarray` and not of a subclass.
#[inline]
pub(crate) fn is_numpy(object: &Bound<'_, PyAny>) -> bool {
    static CLASS: PyOnceLock<usize> = PyOnceLock::new();
    let class = CLASS.get_or_init(object.py(), || {
        // SAFETY: the interpreter is attached and NumPy was imported with this module.
        unsafe { get_type_object(object.py(), NpyTypes::PyArray_Type) }.addr()
    });
    object.get_type_ptr().addr() == *class
}

/// Whether `object` is a NumPy scalar, such as `numpy.float32(1)`.
pub(crate) fn is_numpy_scalar(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the interpreter is attached and NumPy was imported with this module.
    unsafe {
        let class = get_type_object(object.py(), NpyTypes::PyGenericArrType_Type);
        pyo3::ffi::PyObject_TypeCheck(object.as_ptr(), class) != 0
    }
}

/// The value of a NumPy scalar; `None` where `object` is none, or of a dtype that only NumPy has.
pub(crate) fn scalar(object: &Bound<'_, PyAny>) -> PyResult<Option<Scalar>> {
    let Some(dtype) = dtype::of_scalar(object)? else {
        return Ok(None);
    };
    let mut value = Scalar::zero(dtype);
    let mut place = value.as_out();
    let bytes = place.bytes().as_mut_ptr();
    // SAFETY: the object's class is that of NumPy's scalars of `dtype`, which have their element right behind
    // the head that all objects have; `bytes` has room for it.
    #[cfg(not(Py_LIMITED_API))]
    unsafe {
        let from = object.as_ptr().add(1).cast::<u8>();
        from.copy_to_nonoverlapping(bytes, dtype.size());
    }
    // SAFETY: as above; NumPy copies the element.
    #[cfg(Py_LIMITED_API)]
    unsafe {
        PY_ARRAY_API.PyArray_ScalarAsCtype(object.py(), object.as_ptr(), bytes.cast());
    }
    Ok(Some(value))
}

/// How many references to `object` Python counts.
pub(crate) fn references(object: &Bound<'_, PyAny>) -> isize {
    // SAFETY: the object is alive, and its count is only read.
    unsafe { pyo3::ffi::Py_REFCNT(object.as_ptr()) }
}

/// The memory of a NumPy array as an array; `None` where the dtype is not one of Raptors'.
pub(crate) fn from_numpy(object: &Bound<'_, PyAny>) -> PyResult<Option<Array>> {
    let py = object.py();
    let fields = object.as_ptr().cast::<PyArrayObject>();
    // SAFETY: every caller has checked that the object is a NumPy array, whose fields NumPy keeps
    // valid while it lives; dimensions and strides have `nd` entries.
    let (descr, data, flags, shape, strides) = unsafe {
        let fields = &(*fields).fields;
        let nd = fields.nd as usize;
        let axes = |first: *mut isize| match nd {
            0 => &[][..],
            _ => core::slice::from_raw_parts(first.cast_const(), nd),
        };
        (
            Bound::from_borrowed_ptr(py, fields.descr.cast()),
            fields.data.cast::<u8>(),
            fields.flags,
            axes(fields.dimensions)
                .iter()
                .map(|&n| n as usize)
                .collect::<Dims>(),
            Strides::from_slice(axes(fields.strides)),
        )
    };
    let Some(dtype) = dtype::native(&descr)? else {
        return Ok(None);
    };
    let (low, high) = layout::extent(&shape, &strides, dtype.size());
    let start = NonNull::new(data.wrapping_offset(low)).unwrap_or(NonNull::dangling());
    let owner = Box::new(Lender::new(object));
    // SAFETY: the array object keeps the bytes that its shape and strides reach alive; they came
    // through a foreign interface, so that they have some value.
    let buffer = unsafe { Buffer::foreign(start, (high - low) as usize, owner) }.ok_or_else(|| {
        Error::Memory {
            shape: shape.clone(),
            dtype,
        }
    });
    let buffer = guard::quick(|| buffer)?;
    let writeable = flags & NPY_ARRAY_WRITEABLE != 0;
    // SAFETY: shape and strides are NumPy's own for this memory, which `buffer` keeps alive.
    Ok(Some(unsafe {
        Array::from_raw_parts(buffer, data, dtype, shape, strides, writeable)
    }))
}

/// A NumPy array over the memory of `array`, which it keeps alive.
pub(crate) fn to_numpy<'py>(array: &Object<'py>) -> PyResult<Bound<'py, PyAny>> {
    let py = array.py();
    let this = array.get();
    let descr = dtype::object(py, this.array.dtype())?.clone().into_ptr();
    let mut strides = Strides::from_slice(this.array.strides());
    let mut shape: Strides = this.array.shape().iter().map(|&n| n as isize).collect();
    let flags = if this.writeable() {
        NPY_ARRAY_WRITEABLE
    } else {
        0
    };
    // SAFETY: NumPy copies the shape and the strides, both of `ndim` entries; it takes over the
    // references to the dtype and to the base, which keeps the memory alive.
    unsafe {
        let view = PY_ARRAY_API.PyArray_NewFromDescr(
            py,
            get_type_object(py, NpyTypes::PyArray_Type),
            descr.cast::<PyArray_Descr>(),
            shape.len() as c_int,
            shape.as_mut_ptr(),
            strides.as_mut_ptr(),
            this.array.as_mut_ptr().cast::<c_void>(),
            flags,
            core::ptr::null_mut(),
        );
        let view = Bound::from_owned_ptr_or_err(py, view)?;
        let base = array.clone().into_ptr();
        if PY_ARRAY_API.PyArray_SetBaseObject(py, view.as_ptr().cast(), base) < 0 {
            return Err(PyErr::fetch(py));
        }
        Ok(view)
    }
}

/// The Raptors array over a NumPy array; the NumPy array itself where only NumPy has its dtype.
///
/// Nothing is copied, and what is written to one is seen in the other. What is no NumPy array is
/// given back as it is.
///
/// Examples
/// --------
/// >>> x = np.zeros(3)
/// >>> rp.share(x)[1] = 5
/// >>> x
/// array([0., 5., 0.])
/// >>> type(rp.share(np.array(["text"]))).__module__
/// 'numpy'
#[pyfunction]
pub(crate) fn share<'py>(array: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if !is_numpy(array) {
        return Ok(array.clone());
    }
    Ok(match from_numpy(array)? {
        Some(shared) => wrap(array, shared)?.into_any(),
        None => array.clone(),
    })
}

/// The object for `shared`, whose memory is the NumPy array `owner`'s.
pub(crate) fn wrap<'py>(owner: &Bound<'py, PyAny>, shared: Array) -> PyResult<Object<'py>> {
    let base = Some(owner.clone().unbind());
    array::made(owner.py(), NdArray::new(shared, base, false))
}

/// Any object as NumPy understands it, as an array: lists, scalars, buffers, NumPy's subclasses; by `numpy.array` with
/// `options`, or `numpy.asarray` without. The error names the dtype where only NumPy has it.
pub(crate) fn through_numpy<'py>(
    object: &Bound<'py, PyAny>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Object<'py>> {
    static ARRAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static ASARRAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let read = scalar::in_lists(object)?;
    let array = match options {
        Some(_) => ARRAY.import(py, "numpy", "array")?.call((read,), options)?,
        None => ASARRAY.import(py, "numpy", "asarray")?.call1((read,))?,
    };
    let Some(shared) = from_numpy(&array)? else {
        return Err(dtype::unsupported(&array.getattr("dtype")?));
    };
    if array.is(object) {
        return wrap(&array, shared);
    }
    // A new array of NumPy's, which nobody else knows: its base is whose memory it is, if any.
    let base = array.getattr(pyo3::intern!(py, "base"))?;
    let base = Some(base.unbind()).filter(|base| !base.is_none(py));
    array::made(py, NdArray::new(shared, base, false))
}

/// The memory of the elements, where they lie in C order without gaps.
pub(crate) fn bytes(array: &Array) -> Option<&[u8]> {
    let size = array.nbytes();
    if !array.is_c_contiguous() {
        return None;
    }
    if size == 0 {
        return Some(&[]);
    }
    // SAFETY: the elements are initialized, lie without gaps and live as long as the array; the
    // interpreter lock, or the caller who shares arrays, forbids others to write them meanwhile.
    Some(unsafe { core::slice::from_raw_parts(array.as_ptr(), size) })
}

/// An integer of Python's own class, if it has at most 64 bits.
#[inline]
pub(crate) fn small(int: &Bound<'_, PyAny>) -> Option<i64> {
    debug_assert!(int.is_exact_instance_of::<pyo3::types::PyInt>());
    let mut overflow = 0;
    // SAFETY: the object is alive; for an integer there is no error but the overflow.
    let value = unsafe { pyo3::ffi::PyLong_AsLongLongAndOverflow(int.as_ptr(), &raw mut overflow) };
    (overflow == 0).then_some(value)
}

/// Start, stop and step of a slice; bounds that are not given are beyond the ends.
pub(crate) fn bounds(slice: &Bound<'_, PySlice>) -> PyResult<[i64; 3]> {
    let [mut start, mut stop, mut step] = [0; 3];
    // SAFETY: the object is a slice, and the three numbers are written before they are read.
    let failed = unsafe {
        pyo3::ffi::PySlice_Unpack(slice.as_ptr(), &raw mut start, &raw mut stop, &raw mut step)
    };
    if failed < 0 {
        return Err(PyErr::fetch(slice.py()));
    }
    Ok([start, stop, step].map(|bound| bound as i64))
}

/// Whether the bounds of a slice are Python's own integers, or not given: to read others runs code of
/// the user's.
#[inline]
pub(crate) fn has_plain_bounds(slice: &Bound<'_, PySlice>) -> bool {
    let plain = |bound: *mut pyo3::ffi::PyObject| {
        // SAFETY: the slice holds its bounds while it lives.
        unsafe { pyo3::ffi::Py_IsNone(bound) != 0 || pyo3::ffi::PyLong_CheckExact(bound) != 0 }
    };
    #[cfg(not(Py_LIMITED_API))]
    {
        // SAFETY: the object is a slice, whose fields are never written after it was made.
        let fields = unsafe { &*slice.as_ptr().cast::<pyo3::ffi::PySliceObject>() };
        plain(fields.start) && plain(fields.stop) && plain(fields.step)
    }
    #[cfg(Py_LIMITED_API)]
    {
        let bound = |name| slice.getattr(name).is_ok_and(|bound| plain(bound.as_ptr()));
        bound("start") && bound("stop") && bound("step")
    }
}

/// Writes `value`, which has the element type, to the element at `places`.
#[inline]
pub(crate) fn store(array: &Array, places: &[i64], value: &Scalar) -> PyResult<()> {
    // SAFETY: as for `destination`; the caller has seen that the array is writeable.
    guard::quick(|| unsafe { array.store(places, value) })
}

/// Writes `value` to all elements of `array`: whether that is writeable, and has few, of its type.
#[inline]
pub(crate) fn fill(array: &Array, value: &Scalar) -> bool {
    // SAFETY: as for `destination`.
    array.writeable() && unsafe { quick::fill(array, value) }
}

/// Writes the elements of `from` to `array`: whether that is writeable, and both few, alike and lie simply.
#[inline]
pub(crate) fn copy(array: &Array, from: &Array) -> bool {
    // SAFETY: as for `destination`.
    array.writeable() && unsafe { quick::copy(array, from) }
}

/// Writes `written` to the elements of `array` at `places`: whether that is writeable, and these few and valid.
#[inline]
pub(crate) fn place(array: &Array, places: &[&Array], written: quick::Written<'_>) -> bool {
    // SAFETY: as for `destination`.
    array.writeable() && unsafe { quick::place(array, places, written) }
}

/// Writes `written` to the elements of `array` where `mask` is true: whether as for [`copy`].
#[inline]
pub(crate) fn place_where(array: &Array, mask: &Array, written: quick::Written<'_>) -> bool {
    // SAFETY: as for `destination`.
    array.writeable() && unsafe { quick::place_where(array, mask, written) }
}

/// `ufunc` of few elements, written to `out`, as [`quick::into`] does.
#[cfg(not(Py_LIMITED_API))]
#[inline]
pub(crate) fn compute<const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    out: &Array,
) -> Option<bool> {
    // SAFETY: as for `destination`.
    unsafe { out.writeable().then(|| quick::into(ufunc, operands, out))? }
}

/// `ufunc` of few elements and `other`, in the place of the former; nothing where [`quick::in_place`], or
/// [`quick::over`] if all are to be `dense`, gives nothing.
#[inline]
pub(crate) fn compute_in_place(
    ufunc: Ufunc,
    array: &Array,
    other: &Operand<'_>,
    dense: bool,
) -> Option<()> {
    let write = if dense { quick::over } else { quick::in_place };
    // SAFETY: as for `destination`.
    let computed = || unsafe { write(ufunc, array, other) };
    array.writeable().then(computed)?
}

/// A list of `n` items.
pub(crate) fn list<'py>(
    py: Python<'py>,
    n: usize,
    items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the list is new, and every place is filled before anybody else sees it: those that the
    // items leave with `None`. Python takes over the reference to each item.
    unsafe {
        let list = ffi::PyList_New(n as ffi::Py_ssize_t);
        let list = Bound::from_owned_ptr_or_err(py, list)?;
        let mut items = items.fuse();
        for i in 0..n {
            let item = match items.next() {
                Some(item) => item?,
                None => py.None().into_bound(py),
            };
            let (place, item) = (i as ffi::Py_ssize_t, item.into_ptr());
            #[cfg(not(Py_LIMITED_API))]
            ffi::PyList_SET_ITEM(list.as_ptr(), place, item);
            #[cfg(Py_LIMITED_API)]
            ffi::PyList_SetItem(list.as_ptr(), place, item);
        }
        Ok(list)
    }
}

/// Sorts a run of few numbers in place, as [`quick::sort`].
#[cfg(not(Py_LIMITED_API))]
pub(crate) fn sort(array: &Array) -> bool {
    // SAFETY: as for `destination`, of which this is the shortest use.
    array.writeable() && unsafe { quick::sort(array) }
}

/// The memory of `array` as the output of an operation.
pub(crate) fn output(array: &Array) -> PyResult<Target<'_>> {
    if !array.writeable() {
        return Err(error::raise(&Error::OutputReadOnly));
    }
    destination(array)
}

/// The memory of `array` as what is assigned to.
pub(crate) fn destination(array: &Array) -> PyResult<Target<'_>> {
    // SAFETY: no slice of a Python array's memory outlives the call that borrows it, and calls
    // that write run while the interpreter lock, or the caller who shares arrays, forbids others.
    guard::quick(|| unsafe { Target::shared(array) })
}

#[pymethods]
impl NdArray {
    /// A NumPy array over the same memory, or a converted copy of it.
    #[pyo3(signature = (dtype = None, /, *, copy = None))]
    fn __array__<'py>(
        slf: &Bound<'py, Self>,
        dtype: Option<Bound<'py, PyAny>>,
        #[pyo3(from_py_with = crate::call::copying)] copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let view = to_numpy(slf)?;
        if dtype.is_none() && copy != Some(true) {
            return Ok(view);
        }
        let options = PyDict::new(slf.py());
        options.set_item("dtype", dtype)?;
        options.set_item("copy", copy)?;
        slf.py()
            .import("numpy")?
            .getattr("array")?
            .call((view,), Some(&options))
    }

    /// The memory as NumPy's array interface (version 3) describes it.
    #[getter]
    fn __array_interface__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        to_numpy(slf)?.getattr("__array_interface__")
    }
}
