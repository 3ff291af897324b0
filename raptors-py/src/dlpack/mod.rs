//! DLPack: memory shared with other array libraries, in both directions, legacy and versioned.

mod tensor;

use self::tensor::{
    CPU, IS_COPIED, Legacy, Managed, READ_ONLY, READABLE, Tensor, VERSION, Versioned, code,
};
use crate::array::{NdArray, Object, fresh, view};
use crate::{convert, guard};
use core::ptr::NonNull;
use pyo3::exceptions::{PyBufferError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use raptors_array::{Array, Buffer, DType, Dims, Error, MAX_NDIM, Strides, assign, layout};

type Any<'py> = Bound<'py, PyAny>;

/// What an exported tensor points into, freed with it.
struct Export<M> {
    managed: M,
    _array: Array,
    axes: [Vec<i64>; 2],
}

/// Frees what [`export`] made.
unsafe extern "C" fn free<M: Managed>(managed: *mut M) {
    // SAFETY: consumers call the deleter once, with the pointer from the capsule, whose context is
    // the box that `export` leaked.
    unsafe {
        let context = *(*managed).context();
        drop(Box::from_raw(context.cast::<Export<M>>()));
    }
}

/// Frees a capsule, and the tensor in it if nobody has taken that.
unsafe extern "C" fn discard<M: Managed>(capsule: *mut ffi::PyObject) {
    // SAFETY: Python calls this with the capsule; its pointer is a tensor while it has the name.
    unsafe {
        if ffi::PyCapsule_IsValid(capsule, M::NAME.as_ptr()) == 0 {
            return;
        }
        let managed = ffi::PyCapsule_GetPointer(capsule, M::NAME.as_ptr()).cast::<M>();
        if let Some(deleter) = (*managed).deleter() {
            deleter(managed);
        }
    }
}

/// A capsule with `array`, whose strides are whole elements.
fn export<M: Managed>(py: Python<'_>, array: Array, flags: u64) -> PyResult<Any<'_>> {
    let size = array.itemsize() as i64;
    let tensor = Tensor {
        data: array.as_mut_ptr().cast(),
        device: CPU,
        ndim: array.ndim() as i32,
        dtype: code(array.dtype()),
        shape: core::ptr::null_mut(),
        strides: core::ptr::null_mut(),
        byte_offset: 0,
    };
    let shape = array.shape().iter().map(|&n| n as i64).collect();
    let strides = array
        .strides()
        .iter()
        .map(|&step| step as i64 / size)
        .collect();
    let export = Box::into_raw(Box::new(Export {
        managed: M::new(tensor, flags, free::<M>),
        _array: array,
        axes: [shape, strides],
    }));
    // SAFETY: the box is complete and stays where it is; nobody else knows it before the capsule
    // does, and it is freed here if there is no capsule.
    unsafe {
        let [shape, strides] = &mut (*export).axes;
        let axes = [shape.as_mut_ptr(), strides.as_mut_ptr()];
        let managed = &raw mut (*export).managed;
        *(*managed).context() = export.cast();
        let tensor = core::ptr::from_ref((*managed).tensor()).cast_mut();
        ((*tensor).shape, (*tensor).strides) = (axes[0], axes[1]);
        let capsule = ffi::PyCapsule_New(managed.cast(), M::NAME.as_ptr(), Some(discard::<M>));
        if capsule.is_null() {
            free::<M>(managed);
        }
        Bound::from_owned_ptr_or_err(py, capsule)
    }
}

/// A tensor that was taken from a capsule, freed with the array over it.
struct Import<M: Managed>(NonNull<M>);

// SAFETY: the tensor is only read, and freed once, while the interpreter is attached.
unsafe impl<M: Managed> Send for Import<M> {}
// SAFETY: as for `Send`.
unsafe impl<M: Managed> Sync for Import<M> {}

impl<M: Managed> Drop for Import<M> {
    fn drop(&mut self) {
        // Exporters written in Python need the interpreter; when that is gone, so is the process.
        Python::try_attach(|_| {
            // SAFETY: the capsule gave the tensor up, so that this is the one call of the deleter.
            unsafe {
                if let Some(deleter) = self.0.as_ref().deleter() {
                    deleter(self.0.as_ptr());
                }
            }
        });
    }
}

/// Whether the strides of `array` are whole elements, as which DLPack counts them.
fn steps_are_elements(array: &Array) -> bool {
    let size = array.itemsize() as isize;
    let mut axes = array.shape().iter().zip(array.strides());
    array.size() == 0 || !axes.any(|(&n, step)| n > 1 && step % size != 0)
}

fn runtime<T>(words: &'static str) -> PyResult<T> {
    Err(PyRuntimeError::new_err(words))
}

/// The array in a capsule of this form, and whether it is a copy made for the caller.
fn import<M: Managed + 'static>(capsule: &Any<'_>) -> PyResult<(Array, bool)> {
    // SAFETY: the capsule has the name, so that its pointer is a tensor of this form; shape and
    // strides have as many entries as it has axes. It is taken over once all of that is checked.
    unsafe {
        let pointer = ffi::PyCapsule_GetPointer(capsule.as_ptr(), M::NAME.as_ptr());
        let Some(managed) = NonNull::new(pointer.cast::<M>()) else {
            return Err(PyErr::fetch(capsule.py()));
        };
        let this = managed.as_ref();
        if this.is_newer() {
            return Err(PyBufferError::new_err(
                "from_dlpack(): the exported DLPack major version is too high to be imported by \
                 this version of Raptors.",
            ));
        }
        let tensor = this.tensor();
        let ndim = usize::try_from(tensor.ndim).unwrap_or(usize::MAX);
        if ndim > MAX_NDIM {
            return runtime("maxdims of DLPack tensor is higher than the supported maxdims.");
        }
        if !READABLE.contains(&tensor.device.kind) {
            return runtime("Unsupported device in DLTensor.");
        }
        if tensor.dtype.lanes != 1 {
            return runtime("Unsupported lanes in DLTensor dtype.");
        }
        let known = |dtype: &&DType| code(**dtype) == tensor.dtype;
        let Some(&dtype) = DType::ALL.iter().find(known) else {
            return runtime("Unsupported dtype in DLTensor.");
        };
        let axes = |first: *mut i64| match ndim {
            0 => &[][..],
            _ => core::slice::from_raw_parts(first.cast_const(), ndim),
        };
        if ndim > 0 && tensor.shape.is_null() {
            return runtime("DLTensor has no shape.");
        }
        let lengths = axes(tensor.shape).iter().map(|&n| usize::try_from(n));
        let Ok(shape) = lengths.collect::<Result<Dims, _>>() else {
            return Err(PyValueError::new_err("negative dimensions are not allowed"));
        };
        guard::quick(|| layout::bytes(&shape, dtype))?;
        let size = dtype.size() as i64;
        let strides = if tensor.strides.is_null() {
            Some(layout::c_strides(&shape, dtype.size()))
        } else {
            let steps = axes(tensor.strides)
                .iter()
                .map(|&step| step.checked_mul(size));
            steps.map(|step| step.map(|step| step as isize)).collect()
        };
        let reach = |strides: &Strides| {
            let axes = shape.iter().zip(strides).filter(|&(&n, _)| n > 1);
            let mut parts = axes.map(|(&n, &step)| (n as isize - 1).checked_mul(step));
            let first = dtype.size() as isize;
            parts.try_fold(first, |sum, part| sum.checked_add(part?.checked_abs()?))
        };
        let Some(strides) = strides.filter(|strides| reach(strides).is_some()) else {
            return Err(PyValueError::new_err("strides of DLTensor are too large"));
        };
        let data = tensor
            .data
            .cast::<u8>()
            .wrapping_add(tensor.byte_offset as usize);
        let (low, high) = layout::extent(&shape, &strides, dtype.size());
        if data.is_null() && high > low {
            return runtime("DLTensor has no data.");
        }
        let flags = this.flags();
        if ffi::PyCapsule_SetName(capsule.as_ptr(), M::USED.as_ptr()) != 0 {
            return Err(PyErr::fetch(capsule.py()));
        }
        let start = NonNull::new(data.wrapping_offset(low)).unwrap_or(NonNull::dangling());
        let owner = Box::new(Import(managed));
        let buffer = Buffer::foreign(start, (high - low) as usize, owner).ok_or(Error::Memory {
            shape: shape.clone(),
            dtype,
        });
        let buffer = guard::quick(|| buffer)?;
        let writeable = flags & READ_ONLY == 0;
        let array = Array::from_raw_parts(buffer, data, dtype, shape, strides, writeable);
        Ok((array, flags & IS_COPIED != 0))
    }
}

/// A pair of integers, such as a version or a device.
fn pair(object: Option<&Any<'_>>, words: &'static str) -> PyResult<Option<(i64, i64)>> {
    let Some(object) = object.filter(|object| !object.is_none()) else {
        return Ok(None);
    };
    match object.cast::<PyTuple>().map(|tuple| tuple.extract()) {
        Ok(Ok(pair)) => Ok(Some(pair)),
        _ => Err(PyTypeError::new_err(words)),
    }
}

#[pymethods]
impl NdArray {
    /// A DLPack capsule with the memory, or with a copy of it.
    #[pyo3(signature = (*, stream = None, max_version = None, dl_device = None, copy = None))]
    fn __dlpack__<'py>(
        slf: &Bound<'py, Self>,
        stream: Option<&Any<'py>>,
        max_version: Option<&Any<'py>>,
        dl_device: Option<&Any<'py>>,
        copy: Option<&Any<'py>>,
    ) -> PyResult<Any<'py>> {
        let (py, this) = (slf.py(), slf.get());
        let copy = match copy.filter(|copy| !copy.is_none()) {
            Some(copy) if copy.is_instance_of::<PyString>() => {
                return Err(PyValueError::new_err(
                    "strings are not allowed for 'copy' keyword. Use True/False/None instead.",
                ));
            }
            Some(copy) => Some(copy.is_truthy()?),
            None => None,
        };
        if stream.is_some_and(|stream| !stream.is_none()) {
            return runtime("Raptors only supports stream=None.");
        }
        let version = pair(
            max_version,
            "max_version must be None or a tuple with two elements.",
        )?;
        let device = pair(dl_device, "dl_device must be a tuple of two integers")?;
        if device.is_some_and(|device| device != (CPU.kind.into(), CPU.id.into())) {
            return Err(PyBufferError::new_err("unsupported device requested"));
        }
        let versioned = version.is_some_and(|(major, _)| major >= VERSION[0].into());
        let mut array = this.clone_array();
        // What stands for a scalar never changes: a copy of it is as good.
        let scalar = this.is_scalar() && !versioned && copy != Some(false);
        let copied = copy == Some(true) || scalar;
        if copied {
            array = guard::run(py, array.size(), || assign::copy(&array, None))?;
        }
        if !steps_are_elements(&array) {
            return Err(PyBufferError::new_err(
                "DLPack only supports strides which are a multiple of itemsize.",
            ));
        }
        let read_only = if array.writeable() { 0 } else { READ_ONLY };
        if versioned {
            let flags = read_only | if copied { IS_COPIED } else { 0 };
            return export::<Versioned>(py, array, flags);
        }
        if read_only != 0 {
            return Err(PyBufferError::new_err(
                "Cannot export readonly array since signalling readonly is unsupported by DLPack \
                 (supported by newer DLPack version).",
            ));
        }
        export::<Legacy>(py, array, 0)
    }

    /// The kind and number of the device: `(1, 0)`, the CPU.
    fn __dlpack_device__(&self) -> (i32, i32) {
        (CPU.kind, CPU.id)
    }
}

/// The array over the memory of `x`, an array of any library that speaks DLPack.
///
/// `copy=True` copies, `copy=False` never does; the memory is read-only where the exporter says so
/// or cannot say. `BufferError`, `RuntimeError` or `ValueError` where it cannot be shared.
///
/// Examples
/// --------
/// >>> rp.from_dlpack(np.arange(3))
/// array([0, 1, 2])
#[pyfunction]
#[pyo3(signature = (x, /, *, device = None, copy = None))]
fn from_dlpack<'py>(
    x: &Any<'py>,
    device: Option<&Any<'py>>,
    copy: Option<bool>,
) -> PyResult<Object<'py>> {
    let py = x.py();
    convert::check_device(device)?;
    if copy != Some(true)
        && let Ok(own) = x.cast_exact::<NdArray>()
    {
        let array = own.get().clone_array();
        if steps_are_elements(&array) {
            return view(own, array);
        }
    }
    let export = x.getattr("__dlpack__")?;
    let options = PyDict::new(py);
    options.set_item("max_version", (VERSION[0], VERSION[1]))?;
    if device.is_some_and(|device| !device.is_none()) {
        options.set_item("dl_device", (CPU.kind, CPU.id))?;
    }
    if copy.is_some() {
        options.set_item("copy", copy)?;
    }
    let capsule = match export.call((), Some(&options)) {
        // An exporter from before the keywords.
        Err(error) if error.is_instance_of::<PyTypeError>(py) => export.call0()?,
        result => result?,
    };
    // SAFETY: the object is alive, and the name is a C string.
    let versioned =
        unsafe { ffi::PyCapsule_IsValid(capsule.as_ptr(), Versioned::NAME.as_ptr()) } != 0;
    let (array, copied) = if versioned {
        import::<Versioned>(&capsule)?
    } else {
        import::<Legacy>(&capsule)?
    };
    if copy == Some(true) && !copied {
        return fresh(
            py,
            guard::run(py, array.size(), || assign::copy(&array, None))?,
        );
    }
    Bound::new(py, NdArray::new(array, Some(capsule.unbind()), false))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(from_dlpack, module)?)
}
