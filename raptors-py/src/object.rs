//! Array objects made and freed without detours: memory of freed objects is kept for the next, and views
//! and elements are written where they stay.

mod free;

use crate::array::NdArray;
use crate::array::Object;
use crate::held::Held;
use core::mem::{MaybeUninit, forget};
use core::ptr::null_mut;
use free::Free;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use raptors_array::index::Choice;
use raptors_array::{Array, quick};
use std::sync::OnceLock;

/// Whether there is an interpreter lock, which guards what is kept.
const LOCKED: bool = cfg!(not(Py_GIL_DISABLED));

/// What the class knows about its objects.
struct Layout {
    class: *mut ffi::PyTypeObject,
    /// Bytes from the start of an object to its [`NdArray`].
    offset: usize,
    /// Bytes from the start of an object to its list of weak references.
    weak: usize,
    /// How pyo3 frees an object.
    dealloc: ffi::destructor,
    /// How Python frees its memory.
    free: ffi::freefunc,
}

// SAFETY: the class lives as long as the process; its pointer may be known to all threads.
unsafe impl Send for Layout {}
// SAFETY: as for `Send`.
unsafe impl Sync for Layout {}

static LAYOUT: OnceLock<Layout> = OnceLock::new();

/// Objects without a content: none to Python's collector, or whoever asks it for all objects would get them.
/// They count as one of their class, and as referred to once.
static EMPTY: Free = Free::new();
/// Objects whose content is an array without axes, alone with its memory. They stay objects, of which there
/// is one reference here.
static ELEMENTS: Free = Free::new();

/// Makes the class use [`new`] and [`dealloc`]. Called once, before there are objects in use.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let sample = Array::from_slice(&[0.0f64]).map_err(|error| crate::error::raise(&error))?;
    let sample = Bound::new(py, NdArray::new(sample, None, false))?;
    let class = NdArray::type_object_raw(py);
    let offset = core::ptr::from_ref(sample.get()).addr() - sample.as_ptr().addr();
    // SAFETY: pyo3 made the class, whose type object is complete; nobody else uses it yet.
    unsafe {
        let (Some(dealloc), Some(free), Ok(weak)) = (
            (*class).tp_dealloc,
            (*class).tp_free,
            usize::try_from((*class).tp_weaklistoffset),
        ) else {
            return Ok(());
        };
        LAYOUT.get_or_init(|| Layout {
            class,
            offset,
            weak,
            dealloc,
            free,
        });
        drop(sample);
        if LOCKED {
            (*class).tp_dealloc = Some(self::dealloc);
        }
    }
    Ok(())
}

/// An object of the class whose content is not written yet, and which Python's collector does not show
/// until it is. Its memory is given back if that stays so.
struct Room {
    layout: &'static Layout,
    object: *mut ffi::PyObject,
}

impl Room {
    /// # Safety
    ///
    /// The interpreter lock is held, and there is one.
    #[inline(always)]
    unsafe fn new(py: Python<'_>, layout: &'static Layout) -> PyResult<Self> {
        // SAFETY: what is kept is an object of the class but for its content.
        let object = unsafe {
            match EMPTY.last() {
                Some(object) => {
                    EMPTY.pop();
                    return Ok(Self { layout, object });
                }
                None => match (emptied(layout), (*layout.class).tp_alloc) {
                    (Some(object), _) => return Ok(Self { layout, object }),
                    (None, Some(alloc)) => alloc(layout.class, 0),
                    (None, None) => null_mut(),
                },
            }
        };
        if object.is_null() {
            return Err(PyErr::fetch(py));
        }
        // SAFETY: a new object, which its allocation has shown to the collector.
        unsafe { ffi::PyObject_GC_UnTrack(object.cast()) };
        Ok(Self { layout, object })
    }

    /// Where the content goes.
    #[inline(always)]
    fn content(&self) -> *mut NdArray {
        self.object.wrapping_byte_add(self.layout.offset).cast()
    }

    /// # Safety
    ///
    /// The content was written.
    #[inline(always)]
    unsafe fn into_object(self, py: Python<'_>) -> Object<'_> {
        // SAFETY: a new object of the class, complete now, so that the collector may show it; its only
        // reference is handed over.
        let object = unsafe {
            ffi::PyObject_GC_Track(self.object.cast());
            Bound::from_owned_ptr(py, self.object).cast_into_unchecked()
        };
        forget(self);
        object
    }
}

/// What `f` gives, while the collector shows `object` to nobody: it is changed under the eyes of other
/// threads, which are not to find it. `f` does not panic.
pub(crate) fn hidden<T>(object: &Bound<'_, PyAny>, f: impl FnOnce() -> T) -> T {
    // SAFETY: an object of a class that the collector knows, complete, and held by the caller.
    let shown = unsafe { ffi::PyObject_GC_IsTracked(object.as_ptr()) == 1 };
    if !shown {
        return f();
    }
    // SAFETY: the collector shows the object.
    unsafe { ffi::PyObject_GC_UnTrack(object.as_ptr().cast()) };
    let made = f();
    // SAFETY: the object is complete still, and nobody has shown it to the collector since.
    unsafe { ffi::PyObject_GC_Track(object.as_ptr().cast()) };
    made
}

impl Drop for Room {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: nobody else knows the object, which has no content, and one reference.
        unsafe {
            if !EMPTY.put(self.object) {
                (self.layout.free)(self.object.cast());
                ffi::Py_DECREF(self.layout.class.cast());
            }
        }
    }
}

/// A new object of this content.
#[inline]
pub(crate) fn new(py: Python<'_>, content: NdArray) -> PyResult<Object<'_>> {
    let Some(layout) = LAYOUT.get().filter(|_| LOCKED) else {
        return Bound::new(py, content);
    };
    // SAFETY: the interpreter lock is held; the content is written before the object is used.
    unsafe {
        let room = Room::new(py, layout)?;
        room.content().write(content);
        Ok(room.into_object(py))
    }
}

/// The room in an object that is made when it is asked for.
pub(crate) struct Memory<'r, 'py> {
    py: Python<'py>,
    object: &'r mut Option<Room>,
}

impl<'r> quick::Room<'r> for Memory<'r, '_> {
    #[inline(always)]
    fn memory(self) -> Option<&'r mut MaybeUninit<Array>> {
        let layout = LAYOUT.get().filter(|_| LOCKED)?;
        // SAFETY: the interpreter lock is held; only the content of the new object is lent, and that for
        // as long as the object is.
        unsafe {
            let room = self.object.insert(Room::new(self.py, layout).ok()?);
            Some(Held::room(&raw mut (*room.content()).array))
        }
    }
}

/// A new object for the array that `write` writes into it; nothing where that gives nothing.
#[inline(always)]
pub(crate) fn made<'py>(
    py: Python<'py>,
    write: impl for<'r> FnOnce(Memory<'r, 'py>) -> Option<&'r mut Array>,
) -> Option<Object<'py>> {
    let mut object = None;
    let array: *const Array = write(Memory {
        py,
        object: &mut object,
    })?;
    let room = object?;
    let content = room.content();
    // SAFETY: the array is in its room, and the rest of the content is written here.
    unsafe {
        if array != Held::room(&raw mut (*content).array).as_ptr() {
            return None;
        }
        NdArray::complete(content, None, false, false);
        Some(room.into_object(py))
    }
}

/// A new object for the view of `parent` that `choose` chooses; nothing where that gives nothing.
#[inline(always)]
pub(crate) fn view<'py>(
    parent: &Object<'py>,
    choose: impl FnOnce(&mut Choice<'_>) -> PyResult<Option<()>>,
) -> PyResult<Option<Object<'py>>> {
    let Some(layout) = LAYOUT.get().filter(|_| LOCKED) else {
        return Ok(None);
    };
    let (py, this) = (parent.py(), parent.get());
    let array: &Array = &this.array;
    // SAFETY: the interpreter lock is held. The memory is lent where the base, to which the object
    // keeps a reference as long as it lives, keeps a share in it; its array is not dropped then.
    unsafe {
        let room = Room::new(py, layout)?;
        let content = room.content();
        let mut choice = Choice::new(array, Held::room(&raw mut (*content).array));
        if choose(&mut choice)?.is_none() {
            return Ok(None);
        }
        let base = this.shared(parent);
        let lent = base.get().array.keeps(array);
        let done = if lent {
            choice.finish_lent()
        } else {
            choice.finish()
        };
        if done.is_none() {
            return Ok(None);
        }
        let base = base.as_any().clone().unbind();
        NdArray::complete(content, Some(base), this.is_locked(), lent);
        Ok(Some(room.into_object(py)))
    }
}

/// An object of one element that was kept, without its content: those that [`element`] did not give are kept too.
///
/// # Safety
///
/// The interpreter lock is held, and objects of the class have this layout.
unsafe fn emptied(layout: &Layout) -> Option<*mut ffi::PyObject> {
    // SAFETY: the lock is held; the only reference was kept: nobody sees the content go, whose memory is its own.
    unsafe {
        let object = ELEMENTS.last()?;
        ELEMENTS.pop();
        let weak = *object.byte_add(layout.weak).cast::<*mut ffi::PyObject>();
        if ffi::Py_REFCNT(object) != 1 || !weak.is_null() {
            ffi::Py_DECREF(object);
            return None;
        }
        ffi::PyObject_GC_UnTrack(object.cast());
        let content = object.byte_add(layout.offset).cast::<NdArray>();
        content.drop_in_place();
        Some(object)
    }
}

/// An object of one element that was kept, with what `write`, which runs no Python, writes to it; nothing
/// where there is none, and where that writes nothing.
#[inline(always)]
pub(crate) fn element(
    py: Python<'_>,
    write: impl FnOnce(&mut Array) -> raptors_array::Result<bool>,
) -> raptors_array::Result<Option<Object<'_>>> {
    let Some(layout) = LAYOUT.get().filter(|_| LOCKED) else {
        return Ok(None);
    };
    // SAFETY: the lock is held; nobody else uses what is kept, whose content and reference are handed out.
    unsafe {
        let Some(object) = ELEMENTS.last() else {
            return Ok(None);
        };
        // Somebody found it among all objects that there are.
        if ffi::Py_REFCNT(object) != 1 {
            ELEMENTS.pop();
            ffi::Py_DECREF(object);
            return Ok(None);
        }
        let content = object.byte_add(layout.offset).cast::<NdArray>();
        let Some(array) = (*content).only_element() else {
            return Ok(None);
        };
        if !write(array)? {
            return Ok(None);
        }
        ELEMENTS.pop();
        Ok(Some(
            Bound::from_owned_ptr(py, object).cast_into_unchecked(),
        ))
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

/// `object` as one of the class, if it is one.
#[inline(always)]
pub(crate) fn exact<'a, 'py>(object: &'a Bound<'py, PyAny>) -> Option<&'a Object<'py>> {
    // SAFETY: an array was found in it.
    array(object).map(|_| unsafe { object.cast_unchecked() })
}

/// Whether nothing but the caller's reference leads to `object`, one of the class. To the evaluation loop,
/// from Python 3.14 on, that is said only where its stack does not borrow the reference.
#[cfg(temporaries)]
#[inline(always)]
pub(crate) fn is_unseen(object: &Bound<'_, PyAny>) -> bool {
    let Some(layout) = LAYOUT.get() else {
        return false;
    };
    // SAFETY: the object lives, and has its list of weak references at the offset.
    unsafe {
        let object = object.as_ptr();
        #[cfg(Py_3_14)]
        let alone = ffi::PyUnstable_Object_IsUniqueReferencedTemporary(object) != 0;
        #[cfg(not(Py_3_14))]
        let alone = ffi::Py_REFCNT(object) == 1;
        alone && (*object.byte_add(layout.weak).cast::<*mut ffi::PyObject>()).is_null()
    }
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
        if !weak.is_null() {
            return (layout.dealloc)(object);
        }
        let alone = |array: &mut Array| array.buffer().is_unique();
        if (*content).only_element().is_some_and(alone) && ELEMENTS.put(object) {
            return ffi::Py_INCREF(object);
        }
        let array = &(*content).array;
        if EMPTY.is_full() || !array.is_lent() && array.buffer().is_last_of_owner() {
            return (layout.dealloc)(object);
        }
        let base = (*content).take_base();
        content.drop_in_place();
        ffi::PyObject_GC_UnTrack(object.cast());
        ffi::Py_INCREF(object);
        EMPTY.put(object);
        // Last: this may run any code.
        if let Some(base) = base {
            ffi::Py_DECREF(base.into_ptr());
        }
    }
}
