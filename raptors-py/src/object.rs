//! Array objects made and freed without detours: memory of freed objects is kept for the next.

use crate::array::NdArray;
use crate::array::Object;
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use raptors_array::Array;
use std::sync::OnceLock;

/// Whether there is an interpreter lock, which guards what is kept.
const LOCKED: bool = cfg!(not(Py_GIL_DISABLED));

/// Freed objects that are kept; the memory of one is about 200 bytes.
const KEPT: usize = 64;

/// What the class knows about its objects.
struct Layout {
    class: *mut ffi::PyTypeObject,
    /// Bytes from the start of an object to its [`NdArray`].
    offset: usize,
    /// Bytes from the start of an object to its list of weak references.
    weak: usize,
    /// How pyo3 frees an object.
    dealloc: ffi::destructor,
}

// SAFETY: the class lives as long as the process; its pointer may be known to all threads.
unsafe impl Send for Layout {}
// SAFETY: as for `Send`.
unsafe impl Sync for Layout {}

static LAYOUT: OnceLock<Layout> = OnceLock::new();

/// Objects that are free to be used again.
struct Free {
    objects: UnsafeCell<[MaybeUninit<*mut ffi::PyObject>; KEPT]>,
    count: UnsafeCell<usize>,
}

// SAFETY: only code that holds the interpreter lock uses it, and only where there is that lock.
unsafe impl Sync for Free {}

static FREE: Free = Free {
    objects: UnsafeCell::new([MaybeUninit::uninit(); KEPT]),
    count: UnsafeCell::new(0),
};

/// Makes the class use [`new`] and [`dealloc`]. Called once, before there are objects in use.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let sample = Array::from_slice(&[0.0f64]).map_err(|error| crate::error::raise(&error))?;
    let sample = Bound::new(py, NdArray::new(sample, None, false))?;
    let class = NdArray::type_object_raw(py);
    let offset = core::ptr::from_ref(sample.get()).addr() - sample.as_ptr().addr();
    // SAFETY: pyo3 made the class, whose type object is complete; nobody else uses it yet.
    unsafe {
        let (Some(dealloc), Ok(weak)) = (
            (*class).tp_dealloc,
            usize::try_from((*class).tp_weaklistoffset),
        ) else {
            return Ok(());
        };
        LAYOUT.get_or_init(|| Layout {
            class,
            offset,
            weak,
            dealloc,
        });
        drop(sample);
        if LOCKED {
            (*class).tp_dealloc = Some(self::dealloc);
        }
    }
    Ok(())
}

/// A new object of this content.
#[inline]
pub(crate) fn new(py: Python<'_>, content: NdArray) -> PyResult<Object<'_>> {
    new_here(py, content)
}

/// As [`new`], always part of its caller.
#[inline(always)]
pub(crate) fn new_here(py: Python<'_>, content: NdArray) -> PyResult<Object<'_>> {
    let Some(layout) = LAYOUT.get().filter(|_| LOCKED) else {
        return Bound::new(py, content);
    };
    // SAFETY: the interpreter lock is held, so that nobody else uses `FREE`; what it keeps has the
    // size of an object of the class, and is made one again before its content is written.
    unsafe {
        let count = FREE.count.get();
        let object = if *count > 0 {
            *count -= 1;
            let object = (*FREE.objects.get())[*count].assume_init();
            ffi::PyObject_Init(object, layout.class)
        } else {
            match (*layout.class).tp_alloc {
                Some(alloc) => alloc(layout.class, 0),
                None => null_mut(),
            }
        };
        if object.is_null() {
            return Err(PyErr::fetch(py));
        }
        object
            .byte_add(layout.offset)
            .cast::<NdArray>()
            .write(content);
        Ok(Bound::from_owned_ptr(py, object).cast_into_unchecked())
    }
}

/// The array in `object`, if that is of the class: the check without detours.
#[inline(always)]
pub(crate) fn array<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a Array> {
    let Some(layout) = LAYOUT.get() else {
        return object
            .cast_exact::<NdArray>()
            .ok()
            .map(|array| &*array.get().array);
    };
    if object.get_type_ptr() != layout.class {
        return None;
    }
    // SAFETY: an object of the class, which cannot have subclasses, has its content at the offset.
    Some(unsafe { &(*object.as_ptr().byte_add(layout.offset).cast::<NdArray>()).array })
}

/// `object` as one of the class.
#[inline]
pub(crate) fn of<'a, 'py>(object: &'a Bound<'py, PyAny>) -> PyResult<&'a Object<'py>> {
    match LAYOUT.get() {
        Some(layout) if object.get_type_ptr() == layout.class => {
            // SAFETY: the object is of the class.
            Ok(unsafe { object.cast_unchecked() })
        }
        _ => Ok(object.cast_exact::<NdArray>()?),
    }
}

/// Frees an object: its memory is kept where it has no weak references and where all that its content
/// refers to is freed without the help of pyo3, which does not know that the interpreter is attached.
unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    let Some(layout) = LAYOUT.get() else { return };
    // SAFETY: Python calls this with an object of the class, once nothing refers to it; the
    // content is dropped once, here or by pyo3. The interpreter lock is held.
    unsafe {
        let content = object.byte_add(layout.offset).cast::<NdArray>();
        let weak = *object.byte_add(layout.weak).cast::<*mut ffi::PyObject>();
        let count = FREE.count.get();
        if !weak.is_null() || *count == KEPT || (*content).array.buffer().is_last_of_owner() {
            return (layout.dealloc)(object);
        }
        let base = (*content).take_base();
        content.drop_in_place();
        (*FREE.objects.get())[*count] = MaybeUninit::new(object);
        *count += 1;
        ffi::Py_DECREF(layout.class.cast());
        // Last: this may run any code.
        if let Some(base) = base {
            ffi::Py_DECREF(base.into_ptr());
        }
    }
}
