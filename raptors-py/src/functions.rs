//! Functions of the module as programs call them most: C functions that look for one or two arguments
//! by place, and leave all other calls to pyo3's. Not for the stable ABI.

use crate::array::{self, Object};
use crate::slots::enter;
use crate::{chosen, creation, dtype, guard, interop, list};
use core::ptr::null_mut;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyTuple};
use raptors_array::{Array, DType, Dims, Order, Result, Scalar, assign, quick};
use std::sync::OnceLock;

type Any<'py> = Bound<'py, PyAny>;
type Pointer = *mut ffi::PyObject;
type Full = ffi::PyCFunctionFastWithKeywords;

/// What a function does with one argument or two; nothing where that is left to pyo3's.
type Short = for<'py> fn(&Any<'py>, Option<&Any<'py>>) -> PyResult<Option<Any<'py>>>;

/// Whether a function gives an array back as it is when it gets nothing else.
type Same = fn(&Array) -> bool;

const FUNCTIONS: [(&str, Short); 7] = [
    ("asarray", |a, dtype| match as_it_is(a, dtype)? {
        None if interop::is_numpy(a) && dtype.is_none() => theirs(a),
        None => of_numbers(a, dtype),
        same => Ok(same),
    }),
    ("ascontiguousarray", |a, dtype| {
        let Some(array) = array::of(a).filter(|array| array.ndim() > 0) else {
            return Ok(None);
        };
        if array.is_c_contiguous() {
            return as_it_is(a, dtype);
        }
        if dtype.is_some() {
            return Ok(None);
        }
        let copy = guard::run(a.py(), array.size(), || assign::copy(array, Some(Order::C)))?;
        Ok(Some(array::fresh(a.py(), copy)?.into_any()))
    }),
    ("asfortranarray", |a, dtype| {
        let Some(array) = array::of(a).filter(|array| array.ndim() > 0) else {
            return Ok(None);
        };
        if array.is_f_contiguous() {
            return as_it_is(a, dtype);
        }
        if dtype.is_some() || array.ndim() != 2 {
            return Ok(None);
        }
        let copy = match quick::value(|room| quick::copied(&array.t(), room)) {
            Some(copy) => copy.t(),
            None => guard::run(a.py(), array.size(), || assign::copy(array, Some(Order::F)))?,
        };
        Ok(Some(array::fresh(a.py(), copy)?.into_any()))
    }),
    ("array", |a, dtype| match (array::of(a), dtype) {
        (Some(array), None) if array.is_c_contiguous() => {
            if let Some(copy) = chosen::made(a.py(), |room| quick::copied(array, room)) {
                return Ok(Some(copy.into_any()));
            }
            let copy = guard::run(a.py(), array.size(), || assign::copy(array, None))?;
            Ok(Some(array::fresh(a.py(), copy)?.into_any()))
        }
        (None, _) => of_numbers(a, dtype),
        _ => Ok(None),
    }),
    ("empty", |shape, dtype| {
        blank(shape, dtype, false, Array::empty)
    }),
    ("zeros", |shape, dtype| {
        blank(shape, dtype, true, Array::zeros)
    }),
    ("ones", |shape, dtype| make(shape, dtype, Array::ones)),
];

/// An array as it is, if it has the dtype asked for.
#[inline(always)]
fn as_it_is<'py>(a: &Any<'py>, dtype: Option<&Any<'py>>) -> PyResult<Option<Any<'py>>> {
    let Some(array) = array::of(a) else {
        return Ok(None);
    };
    let fits = match dtype.filter(|dtype| !dtype.is_none()) {
        None => true,
        Some(dtype) => dtype::known(a.py(), dtype)? == Some(array.dtype()),
    };
    Ok(fits.then(|| a.clone()))
}

/// The array of the memory of an array of NumPy's, if there is one.
fn theirs<'py>(a: &Any<'py>) -> PyResult<Option<Any<'py>>> {
    match interop::from_numpy(a)? {
        Some(shared) => Ok(Some(interop::wrap(a, shared)?.into_any())),
        None => Ok(None),
    }
}

/// A new array of one number, or of a list or tuple of Python's own.
#[inline]
fn of_numbers<'py>(a: &Any<'py>, dtype: Option<&Any<'py>>) -> PyResult<Option<Any<'py>>> {
    let py = a.py();
    if dtype.is_none()
        && let Some(number) = of_one(a)?
    {
        let array = guard::quick(|| Array::from_scalar(&number))?;
        return Ok(Some(array::fresh(py, array)?.into_any()));
    }
    #[cfg(not(Py_GIL_DISABLED))]
    {
        let to = dtype.filter(|dtype| !dtype.is_none());
        let known = to.map(|dtype| dtype::known(py, dtype)).transpose()?;
        if known != Some(None)
            && let Some(numbers) = crate::items::numbers(a, known.flatten())
                .or_else(|| crate::items::rows(a, known.flatten()))
        {
            return Ok(Some(array::fresh(py, numbers)?.into_any()));
        }
    }
    if dtype.is_none()
        && list::starts_with_array(a)?
        && let Some(stacked) = list::read(a, None)?
    {
        return Ok(Some(array::fresh(py, stacked)?.into_any()));
    }
    Ok(None)
}

/// The element that a number of Python of 64 bits, or a scalar of NumPy's, is.
#[inline]
fn of_one(a: &Any<'_>) -> PyResult<Option<Scalar>> {
    if let Ok(number) = a.cast_exact::<PyFloat>() {
        return Ok(Some(Scalar::new(number.value())));
    }
    if a.is_exact_instance_of::<PyInt>() {
        return Ok(interop::small(a).map(Scalar::new));
    }
    interop::scalar(a)
}

/// Elements up to which the interpreter lock is held while they are written.
const FEW: usize = 1 << 12;

/// A new array of a shape given as an integer or a tuple.
fn make<'py>(
    shape: &Any<'py>,
    dtype: Option<&Any<'py>>,
    make: fn(&[usize], DType, Order) -> Result<Array>,
) -> PyResult<Option<Any<'py>>> {
    if !shape.is_exact_instance_of::<PyInt>() && !shape.is_exact_instance_of::<PyTuple>() {
        return Ok(None);
    }
    let Some(dims) = guard::tried(creation::shape(shape)) else {
        return Ok(None);
    };
    if dims.iter().fold(1usize, |n, &m| n.saturating_mul(m)) > FEW {
        return Ok(None);
    }
    let dtype = dtype::parse_optional(dtype)?.unwrap_or(DType::F64);
    let new = guard::quick(|| make(&dims, dtype, Order::C))?;
    let object: Object<'py> = array::fresh(shape.py(), new)?;
    Ok(Some(object.into_any()))
}

/// The shape that an integer or up to four of them mean; nothing for others, and where one is wrong.
#[inline(always)]
fn few_lengths(shape: &Any<'_>) -> Option<Dims> {
    let length = |item: &Any<'_>| {
        let exact = item.is_exact_instance_of::<PyInt>();
        usize::try_from(exact.then(|| interop::small(item))??).ok()
    };
    let Ok(lengths) = shape.cast_exact::<PyTuple>() else {
        return Some(Dims::from_buf_and_len([length(shape)?, 0, 0, 0], 1));
    };
    let (mut few, ndim) = ([0; 4], lengths.len());
    let mut places = few.get_mut(..ndim)?.iter_mut();
    for item in lengths.iter_borrowed() {
        *places.next()? = length(&item)?;
    }
    Some(Dims::from_buf_and_len(few, ndim))
}

/// As [`make`], for few elements of any value, or zeros.
#[inline]
fn blank<'py>(
    shape: &Any<'py>,
    dtype: Option<&Any<'py>>,
    zero: bool,
    general: fn(&[usize], DType, Order) -> Result<Array>,
) -> PyResult<Option<Any<'py>>> {
    if !shape.is_exact_instance_of::<PyInt>() && !shape.is_exact_instance_of::<PyTuple>() {
        return Ok(None);
    }
    let dims = match few_lengths(shape) {
        Some(dims) => dims,
        None => match guard::tried(creation::shape(shape)) {
            Some(dims) => dims,
            None => return Ok(None),
        },
    };
    let dtype = match dtype {
        None => DType::F64,
        dtype => dtype::parse_optional(dtype)?.unwrap_or(DType::F64),
    };
    if let Some(new) = chosen::made(shape.py(), |room| quick::blank(&dims, dtype, zero, room)) {
        return Ok(Some(new.into_any()));
    }
    let size = dims.iter().fold(1, |n: usize, &m| n.saturating_mul(m));
    let new = guard::run(shape.py(), size, || general(&dims, dtype, Order::C))?;
    Ok(Some(array::fresh(shape.py(), new)?.into_any()))
}

/// For the first of [`FUNCTIONS`].
const SAME: [Same; 3] = [
    |_| true,
    |array| array.ndim() > 0 && array.is_c_contiguous(),
    |array| array.ndim() > 0 && array.is_f_contiguous(),
];

/// The functions that pyo3 made.
static FULL: [OnceLock<Full>; FUNCTIONS.len()] = [const { OnceLock::new() }; FUNCTIONS.len()];

/// The function `F` as Python calls it.
unsafe extern "C" fn call<const F: usize>(
    module: Pointer,
    args: *const Pointer,
    count: ffi::Py_ssize_t,
    names: Pointer,
) -> Pointer {
    // SAFETY: Python calls functions with the interpreter attached, `count` positional arguments and
    // as many after them as there are names.
    unsafe {
        if F < SAME.len() && names.is_null() && count == 1 {
            let first = Borrowed::from_ptr(Python::assume_attached(), *args);
            if array::of(&first).is_some_and(SAME[F % SAME.len()]) {
                return first.to_owned().into_ptr();
            }
        }
        computed::<F>(module, args, count, names)
    }
}

/// As [`call`], where the argument is not the result: apart, so that no register is saved for nothing.
///
/// # Safety
///
/// As Python calls functions.
#[inline(never)]
unsafe fn computed<const F: usize>(
    module: Pointer,
    args: *const Pointer,
    count: ffi::Py_ssize_t,
    names: Pointer,
) -> Pointer {
    // SAFETY: the interpreter is attached, and there are `count` positional arguments and as many after
    // them as there are names, the caller says.
    unsafe {
        let py = Python::assume_attached();
        let by_name = !names.is_null()
            && count == 1
            && ffi::PyTuple_GET_SIZE(names) == 1
            && ffi::PyTuple_GET_ITEM(names, 0) == pyo3::intern!(py, "dtype").as_ptr();
        if by_name || names.is_null() && (count == 1 || count == 2) {
            let first = Borrowed::from_ptr(py, *args);
            let two = by_name || count == 2;
            let second = two.then(|| Borrowed::from_ptr(py, *args.add(1)));
            let result = enter(py, Some(null_mut()), || {
                let short = const { FUNCTIONS[F].1 };
                Ok(short(&first, second.as_deref())?.map(Bound::into_ptr))
            });
            if let Some(result) = result {
                return result;
            }
        }
        match FULL[F].get() {
            Some(full) => full(module, args, count, names),
            None => null_mut(),
        }
    }
}

/// Puts the functions above in the place of pyo3's.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    const FLAGS: core::ffi::c_int = ffi::METH_FASTCALL | ffi::METH_KEYWORDS;
    let calls: [Full; FUNCTIONS.len()] = [
        call::<0>, call::<1>, call::<2>, call::<3>, call::<4>, call::<5>, call::<6>,
    ];
    let module = py.import("raptors._raptors")?;
    for (i, (name, _)) in FUNCTIONS.iter().enumerate() {
        let function = module.getattr(*name)?;
        // SAFETY: the object is checked to be a C function, whose definition pyo3 has made, and the
        // flags say which kind of function stands in it; the interpreter lock is held.
        unsafe {
            if ffi::PyCFunction_Check(function.as_ptr()) == 0 {
                continue;
            }
            let definition = (*function.as_ptr().cast::<ffi::PyCFunctionObject>()).m_ml;
            if (*definition).ml_flags & (FLAGS | ffi::METH_VARARGS) != FLAGS {
                continue;
            }
            let full = (*definition).ml_meth.PyCFunctionFastWithKeywords;
            if FULL[i].set(full).is_ok() {
                (*definition).ml_meth.PyCFunctionFastWithKeywords = calls[i];
            }
        }
    }
    Ok(())
}
