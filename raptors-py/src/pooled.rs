//! Objects of small classes that come and go with single calls: their memory is used again, and Python's
//! slots get at their contents without detours. Not for the stable ABI.

use crate::array::{NdArray, Object};
use crate::each::{self, Each, FlatIter};
use crate::flags::Flags;
use crate::slots::enter;
use crate::{array, interop, object};
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_void};
use core::mem::MaybeUninit;
use core::ptr::{null_mut, read};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::PyInt;
use std::sync::OnceLock;

type Pointer = *mut ffi::PyObject;

/// Whether there is an interpreter lock, which guards what is kept.
const LOCKED: bool = cfg!(not(Py_GIL_DISABLED));
/// Freed objects of one class that are kept: as many as nested loops and expressions use at once.
const KEPT: usize = 16;

/// What a class knows about its objects.
struct Layout {
    class: *mut ffi::PyTypeObject,
    /// Bytes from the start of an object to its content.
    offset: usize,
    /// How pyo3 frees an object.
    dealloc: ffi::destructor,
}

// SAFETY: the class lives as long as the process; its pointer may be known to all threads.
unsafe impl Send for Layout {}
// SAFETY: as for `Send`.
unsafe impl Sync for Layout {}

/// The freed objects of a class.
pub(crate) struct Pool {
    layout: OnceLock<Layout>,
    objects: UnsafeCell<[MaybeUninit<Pointer>; KEPT]>,
    count: UnsafeCell<usize>,
}

// SAFETY: only code that holds the interpreter lock uses what is kept, and only where there is that lock.
unsafe impl Sync for Pool {}

impl Pool {
    const fn new() -> Self {
        Self {
            layout: OnceLock::new(),
            objects: UnsafeCell::new([MaybeUninit::uninit(); KEPT]),
            count: UnsafeCell::new(0),
        }
    }
}

/// A frozen class without weak references whose content is nothing but arrays and numbers.
pub(crate) trait Pooled:
    pyo3::PyClass<Frozen = pyo3::pyclass::boolean_struct::True> + Sync
{
    /// Where its freed objects are.
    fn pool() -> &'static Pool;

    /// The arrays that the content holds.
    fn into_arrays(self) -> [Option<Py<NdArray>>; 2];
}

static FLAGS: Pool = Pool::new();
static EACH: Pool = Pool::new();
static FLAT: Pool = Pool::new();

impl Pooled for Flags {
    fn pool() -> &'static Pool {
        &FLAGS
    }

    fn into_arrays(self) -> [Option<Py<NdArray>>; 2] {
        [Some(self.into_array()), None]
    }
}

impl Pooled for Each {
    fn pool() -> &'static Pool {
        &EACH
    }

    fn into_arrays(self) -> [Option<Py<NdArray>>; 2] {
        [Some(self.into_array()), None]
    }
}

impl Pooled for FlatIter {
    fn pool() -> &'static Pool {
        &FLAT
    }

    fn into_arrays(self) -> [Option<Py<NdArray>>; 2] {
        Self::into_arrays(self)
    }
}

/// A new object of this content.
#[inline(always)]
pub(crate) fn new<T: Pooled + Into<PyClassInitializer<T>>>(
    py: Python<'_>,
    content: T,
) -> PyResult<Bound<'_, T>> {
    let pool = T::pool();
    let Some(layout) = pool.layout.get().filter(|_| LOCKED) else {
        return Bound::new(py, content);
    };
    // SAFETY: the interpreter lock is held. What is kept has the size of an object of the class and is
    // made one again; as many objects were kept as are counted, and their contents were given up.
    unsafe {
        let Some(last) = (*pool.count.get()).checked_sub(1) else {
            return Bound::new(py, content);
        };
        *pool.count.get() = last;
        let object = (*pool.objects.get())[last].assume_init();
        let object = ffi::PyObject_Init(object, layout.class);
        object.byte_add(layout.offset).cast::<T>().write(content);
        ffi::PyObject_GC_Track(object.cast());
        Ok(Bound::from_owned_ptr(py, object).cast_into_unchecked())
    }
}

/// Frees an object: its memory is kept where there is room.
unsafe extern "C" fn dealloc<T: Pooled>(object: Pointer) {
    let pool = T::pool();
    let Some(layout) = pool.layout.get() else {
        return;
    };
    // SAFETY: Python calls this with an object of the class, once nothing refers to it; the content is
    // given up once, here or by pyo3. The interpreter lock is held.
    unsafe {
        let count = *pool.count.get();
        if count == KEPT {
            return (layout.dealloc)(object);
        }
        // What is kept is no object to the collector, which would count it among those of the class.
        ffi::PyObject_GC_UnTrack(object.cast());
        let content = read(object.byte_add(layout.offset).cast::<T>());
        (*pool.objects.get())[count] = MaybeUninit::new(object);
        *pool.count.get() = count + 1;
        ffi::Py_DECREF(layout.class.cast());
        // Last: this may run any code. pyo3 does not know that the interpreter is attached.
        for array in content.into_arrays().into_iter().flatten() {
            ffi::Py_DECREF(array.into_ptr());
        }
    }
}

/// Makes a class keep its objects.
fn keep<T: Pooled>(sample: &Bound<'_, T>) {
    let class = T::type_object_raw(sample.py());
    let offset = core::ptr::from_ref(sample.get()).addr() - sample.as_ptr().addr();
    // SAFETY: pyo3 made the class, whose type object is complete; the interpreter lock is held.
    unsafe {
        let Some(dealloc) = (*class).tp_dealloc else {
            return;
        };
        T::pool().layout.get_or_init(|| Layout {
            class,
            offset,
            dealloc,
        });
        if LOCKED {
            (*class).tp_dealloc = Some(self::dealloc::<T>);
        }
    }
}

/// The content of an object that a slot of its class was called with.
///
/// # Safety
///
/// The object is one of `T`, and lives for `'a`.
#[inline(always)]
unsafe fn content<'a, T: Pooled>(py: Python<'_>, object: Pointer) -> &'a T {
    // SAFETY: as the caller promises: a frozen class has its content where it says.
    unsafe {
        if let Some(layout) = T::pool().layout.get() {
            return &*object.byte_add(layout.offset).cast::<T>();
        }
        let object: Borrowed<'a, '_, T> = Borrowed::from_ptr(py, object).cast_unchecked();
        &*core::ptr::from_ref(object.get())
    }
}

/// Whether all flags of `BITS` are set.
unsafe extern "C" fn flag<const BITS: u32>(object: Pointer, _: *mut c_void) -> Pointer {
    // SAFETY: Python calls getters with the interpreter attached and with a live object of the class.
    unsafe {
        let flags: &Flags = content(Python::assume_attached(), object);
        ffi::Py_NewRef(if flags.has(BITS) {
            ffi::Py_True()
        } else {
            ffi::Py_False()
        })
    }
}

/// The flags that have a function above.
const FLAG_GETTERS: [(&CStr, ffi::getter); 7] = [
    (c"c_contiguous", flag::<{ Flags::C_CONTIGUOUS }>),
    (c"contiguous", flag::<{ Flags::C_CONTIGUOUS }>),
    (c"f_contiguous", flag::<{ Flags::F_CONTIGUOUS }>),
    (c"fortran", flag::<{ Flags::F_CONTIGUOUS }>),
    (c"owndata", flag::<{ Flags::OWNDATA }>),
    (c"aligned", flag::<{ Flags::ALIGNED }>),
    (c"writeable", flag::<{ Flags::WRITEABLE }>),
];

/// `iter(array)`.
unsafe extern "C" fn each(array: Pointer) -> Pointer {
    // SAFETY: Python calls slots with the interpreter attached and with live objects.
    unsafe {
        let py = Python::assume_attached();
        let array = Borrowed::from_ptr(py, array);
        enter(py, null_mut(), || {
            Ok(each::over(object::of(&array)?)?.into_ptr())
        })
    }
}

/// The next element or row.
unsafe extern "C" fn next<T: Pooled + each::Next>(walk: Pointer) -> Pointer {
    // SAFETY: Python calls slots with the interpreter attached and with a live object of the class.
    unsafe {
        let py = Python::assume_attached();
        let walk: &T = content(py, walk);
        enter(py, null_mut(), || {
            Ok(walk.next(py)?.map_or(null_mut(), Bound::into_ptr))
        })
    }
}

/// `flat[key]`.
unsafe extern "C" fn flat_item(flat: Pointer, key: Pointer) -> Pointer {
    // SAFETY: Python calls slots with the interpreter attached and with live objects, the first of the
    // class.
    unsafe {
        let py = Python::assume_attached();
        let (object, key) = (Borrowed::from_ptr(py, flat), Borrowed::from_ptr(py, key));
        let flat: &FlatIter = content(py, flat);
        enter(py, null_mut(), || {
            if key.is_exact_instance_of::<PyInt>()
                && let Some(place) = interop::small(&key)
                && let Some(element) = flat.at(py, place)
            {
                return Ok(element?.into_ptr());
            }
            Ok(each::item(&object, &key)?.into_ptr())
        })
    }
}

/// Puts `getters` in the place of those that pyo3 made for `class`.
///
/// # Safety
///
/// The interpreter lock is held, pyo3 made the class, and the getters take objects of it.
pub(crate) unsafe fn put_getters(class: *mut ffi::PyTypeObject, getters: &[(&CStr, ffi::getter)]) {
    // SAFETY: the class has a table of attributes of its own, which ends with a null name.
    unsafe {
        let mut attribute = (*class).tp_getset;
        while !attribute.is_null() && !(*attribute).name.is_null() {
            let name = CStr::from_ptr((*attribute).name);
            if let Some((_, getter)) = getters.iter().find(|known| known.0 == name) {
                (*attribute).get = Some(*getter);
            }
            attribute = attribute.add(1);
        }
    }
}

/// Puts the functions above into the classes. Called once, when the package has set up the rest.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let sample = raptors_array::Array::from_slice(&[0.0f64]);
    let sample = array::fresh(py, sample.map_err(|error| crate::error::raise(&error))?)?;
    keep(&Bound::new(py, Flags::new(sample.clone().unbind()))?);
    keep(&Bound::new(py, Each::new(&sample))?);
    keep(&Bound::new(py, FlatIter::new(&sample)?)?);
    // SAFETY: pyo3 made the classes, with tables of slots and attributes of their own; the interpreter lock
    // is held, and what Python cached about the types is dropped.
    unsafe {
        put_getters(Flags::type_object_raw(py), &FLAG_GETTERS);
        (*NdArray::type_object_raw(py)).tp_iter = Some(each);
        (*Each::type_object_raw(py)).tp_iternext = Some(next::<Each>);
        let flat = FlatIter::type_object_raw(py);
        (*flat).tp_iternext = Some(next::<FlatIter>);
        (*(*flat).tp_as_mapping).mp_subscript = Some(flat_item);
        for class in [
            Flags::type_object_raw(py),
            NdArray::type_object_raw(py),
            Each::type_object_raw(py),
            flat,
        ] {
            ffi::PyType_Modified(class);
        }
    }
    Ok(())
}

/// The object of an array's elements one after the other.
pub(crate) fn flat<'py>(array: &Object<'py>) -> PyResult<Bound<'py, FlatIter>> {
    new(array.py(), FlatIter::new(array)?)
}
