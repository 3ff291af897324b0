//! Lists and tuples of Python's own numbers and of elements of arrays, read and written where their items
//! lie. Not for the stable ABI, and not where other threads run meanwhile.

use crate::{array, dtype, interop};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyTuple};
use raptors_array::{Array, DType, Order, quick, weak_int};
use raptors_kernels::dtype::{Bool, Complex32, Complex64, f16};
use raptors_kernels::{Element, with_dtype};

type Any<'py> = Bound<'py, PyAny>;
type Pointer = *mut ffi::PyObject;

/// The elements of a list or tuple that has nothing but floats and integers of 64 bits, or nothing but elements
/// of arrays, all of one type; nothing for others, and where a dtype is asked for that takes a conversion other
/// than of numbers to floats of 32 bits and more, and of integers to integers.
pub(crate) fn numbers(sequence: &Any<'_>, dtype: Option<DType>) -> Option<Array> {
    if let Ok(list) = sequence.cast_exact::<PyList>() {
        // SAFETY: a list of so many items, which stays as it is while nothing but this runs.
        read(sequence.py(), list.len(), dtype, |i| unsafe {
            ffi::PyList_GET_ITEM(list.as_ptr(), i as ffi::Py_ssize_t)
        })
    } else {
        let tuple = sequence.cast_exact::<PyTuple>().ok()?;
        // SAFETY: a tuple of so many items.
        read(sequence.py(), tuple.len(), dtype, |i| unsafe {
            ffi::PyTuple_GET_ITEM(tuple.as_ptr(), i as ffi::Py_ssize_t)
        })
    }
}

/// As [`numbers`], of a list of such lists, which are as long as each other.
pub(crate) fn rows(sequence: &Any<'_>, dtype: Option<DType>) -> Option<Array> {
    let list = sequence.cast_exact::<PyList>().ok()?;
    // SAFETY: a list of so many items, which stays as it is while nothing but this runs.
    let row = |i: usize| unsafe { ffi::PyList_GET_ITEM(list.as_ptr(), i as ffi::Py_ssize_t) };
    let mut columns = None;
    for i in 0..list.len() {
        // SAFETY: an item of the list, which keeps it alive.
        let row = unsafe { Borrowed::from_ptr(sequence.py(), row(i)) };
        let n = row.cast_exact::<PyList>().ok()?.len();
        if *columns.get_or_insert(n) != n {
            return None;
        }
    }
    let (rows, columns) = (list.len(), columns.filter(|&n| n > 0)?);
    // SAFETY: every item is a list of so many items, and stays so, as above.
    let flat = read(sequence.py(), rows * columns, dtype, |i| unsafe {
        ffi::PyList_GET_ITEM(row(i / columns), (i % columns) as ffi::Py_ssize_t)
    })?;
    flat.reshape(&[rows as i64, columns as i64], Order::C).ok()
}

/// The numbers that `item` gives for `0..n`, all alive.
#[inline(always)]
fn read(
    py: Python<'_>,
    n: usize,
    dtype: Option<DType>,
    item: impl Fn(usize) -> Pointer,
) -> Option<Array> {
    if n == 0 {
        return None;
    }
    // SAFETY: the items are alive, and none is dropped while nothing but this runs.
    let item = |i| unsafe { Borrowed::from_ptr(py, item(i)) };
    let first = item(0);
    let of = if first.is_exact_instance_of::<PyFloat>() {
        DType::F64
    } else if first.is_exact_instance_of::<PyInt>() {
        DType::I64
    } else if let Some(element) = array::of(&first).filter(|first| first.ndim() == 0) {
        element.dtype()
    } else if first.is_exact_instance_of::<PyBool>() {
        DType::Bool
    } else {
        dtype::of_scalar(&first).ok()??
    };
    let floats = || elements(n, |i| float(&item(i)));
    match (of, dtype) {
        (DType::F64 | DType::I64, Some(DType::F64)) => return floats(),
        (DType::F64 | DType::I64, Some(DType::F32)) => {
            return elements(n, |i| short(float(&item(i))?));
        }
        (DType::I64, Some(to)) if to != of && crate::index::is_integer(to) => {
            return with_dtype!(to, T => elements::<T>(n, |i| {
                Some(weak_int(integer(&item(i))?.into(), to).ok()?.get())
            }));
        }
        (_, Some(dtype)) if dtype != of => return None,
        _ => {}
    }
    match of {
        DType::F64 => floats(),
        // Integers among which there are floats are floats.
        DType::I64 => {
            let integers = elements(n, |i| integer(&item(i)));
            integers.or_else(|| dtype.is_none().then(floats)?)
        }
        DType::Bool => elements(n, |i| truth_value(&item(i))),
        other => with_dtype!(other, T => elements::<T>(n, |i| single(&item(i)))),
    }
}

/// The array of the elements that `element` gives for `0..n`; nothing where it gives none for one of them.
#[inline(always)]
fn elements<T: Element>(n: usize, element: impl Fn(usize) -> Option<T>) -> Option<Array> {
    let few = quick::value(|room| quick::blank(&[n], T::DTYPE, false, room));
    let mut array = few.or_else(|| Array::empty(&[n], T::DTYPE, Order::C).ok())?;
    for (i, to) in array.as_slice_mut::<T>().ok()??.iter_mut().enumerate() {
        *to = element(i)?;
    }
    Some(array)
}

/// What is float64 in a list that has floats, integers among them. Nothing else runs meanwhile.
#[inline(always)]
fn float(item: &Any<'_>) -> Option<f64> {
    // SAFETY: an object that lives, and an exact float if its value is read.
    unsafe {
        if ffi::PyFloat_CheckExact(item.as_ptr()) != 0 {
            return Some(ffi::PyFloat_AS_DOUBLE(item.as_ptr()));
        }
    }
    if let Some(number) = array::of(item).and_then(Array::single) {
        return Some(number);
    }
    dtype::float64(item).or_else(|| integer(item).map(|number| number as f64))
}

/// A float as one of 32 bits, unless it is beyond those.
fn short(number: f64) -> Option<f32> {
    let short = number as f32;
    (short.is_finite() || !number.is_finite()).then_some(short)
}

/// What has the type int64 in a list. Nothing else runs meanwhile.
#[inline(always)]
fn integer(item: &Any<'_>) -> Option<i64> {
    // SAFETY: an object that lives, and an exact integer if its value is read.
    unsafe {
        if ffi::PyLong_CheckExact(item.as_ptr()) != 0 {
            let mut overflow = 0;
            let number = ffi::PyLong_AsLongLongAndOverflow(item.as_ptr(), &raw mut overflow);
            return (overflow == 0).then_some(number);
        }
    }
    single(item)
}

/// What is true or false in a list of such.
#[inline(always)]
fn truth_value(item: &Any<'_>) -> Option<Bool> {
    match item.cast_exact::<PyBool>() {
        Ok(truth) => Some(Bool::from(truth.is_true())),
        Err(_) => single(item),
    }
}

/// The element of this type that an array without axes, or a scalar of NumPy's, is.
#[inline(always)]
fn single<T: Element>(item: &Any<'_>) -> Option<T> {
    if let Some(array) = array::of(item) {
        return array.single();
    }
    let scalar = interop::scalar(item).ok()??;
    (scalar.dtype() == T::DTYPE).then(|| scalar.get())
}

/// The elements of an array that lies in C order as nested lists of numbers; nothing for an array without axes,
/// and for one that lies otherwise.
pub(crate) fn lists<'py>(py: Python<'py>, array: &Array) -> Option<PyResult<Any<'py>>> {
    let shape = array.shape();
    if shape.is_empty() {
        return None;
    }
    macro_rules! of {
        ($t:ty, $x:ident => $make:expr) => {
            // SAFETY: the interpreter is attached.
            nest(py, shape, array.as_slice::<$t>()?, &|&$x: &$t| unsafe {
                $make
            })
        };
    }
    Some(match array.dtype() {
        DType::Bool => of!(Bool, x => ffi::Py_NewRef(truth(py, x))),
        DType::I8 => of!(i8, x => ffi::PyLong_FromLongLong(x.into())),
        DType::U8 => of!(u8, x => ffi::PyLong_FromLongLong(x.into())),
        DType::I16 => of!(i16, x => ffi::PyLong_FromLongLong(x.into())),
        DType::U16 => of!(u16, x => ffi::PyLong_FromLongLong(x.into())),
        DType::I32 => of!(i32, x => ffi::PyLong_FromLongLong(x.into())),
        DType::U32 => of!(u32, x => ffi::PyLong_FromLongLong(x.into())),
        DType::I64 => of!(i64, x => ffi::PyLong_FromLongLong(x)),
        DType::U64 => of!(u64, x => ffi::PyLong_FromUnsignedLongLong(x)),
        DType::F16 => of!(f16, x => ffi::PyFloat_FromDouble(x.to_f64())),
        DType::F32 => of!(f32, x => ffi::PyFloat_FromDouble(x.into())),
        DType::F64 => of!(f64, x => ffi::PyFloat_FromDouble(x)),
        DType::C64 => of!(Complex32, x => ffi::PyComplex_FromDoubles(x.re.into(), x.im.into())),
        DType::C128 => of!(Complex64, x => ffi::PyComplex_FromDoubles(x.re, x.im)),
    })
}

/// Python's object for a truth value, whose references are not counted here.
#[inline(always)]
fn truth(_py: Python<'_>, value: Bool) -> Pointer {
    // SAFETY: the interpreter is attached.
    unsafe {
        if value.get() {
            ffi::Py_True()
        } else {
            ffi::Py_False()
        }
    }
}

/// The objects that `make` makes of the elements, which are as many as `shape` has, as lists of that shape.
fn nest<'py, T>(
    py: Python<'py>,
    shape: &[usize],
    elements: &[T],
    make: &impl Fn(&T) -> Pointer,
) -> PyResult<Any<'py>> {
    let (Some(&n), rest @ [_, ..]) = (shape.first(), shape.get(1..).unwrap_or_default()) else {
        return list(py, elements, make);
    };
    let len = rest.iter().product::<usize>();
    let part = |i: usize| elements.get(i * len..(i + 1) * len).unwrap_or_default();
    interop::list(py, n, (0..n).map(|i| nest(py, rest, part(i), make)))
}

/// A list of the objects that `make`, which runs no other code, makes of the numbers.
#[inline(always)]
fn list<'py, T>(
    py: Python<'py>,
    numbers: &[T],
    make: impl Fn(&T) -> Pointer,
) -> PyResult<Any<'py>> {
    // SAFETY: the list is new, and has a place for each number, which takes over the reference; nobody
    // sees it before all are written, or else it is freed with those that are.
    unsafe {
        let list = ffi::PyList_New(numbers.len() as ffi::Py_ssize_t);
        let list = Bound::from_owned_ptr_or_err(py, list)?;
        for (i, number) in numbers.iter().enumerate() {
            let item = make(number);
            if item.is_null() {
                return Err(PyErr::fetch(py));
            }
            ffi::PyList_SET_ITEM(list.as_ptr(), i as ffi::Py_ssize_t, item);
        }
        Ok(list)
    }
}
