//! NumPy's dtype objects are Raptors' dtype objects: the table between them and [`DType`].

use numpy::{PyArrayDescr, PyArrayDescrMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::PyTypeObject;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyString};
use raptors_array::DType;

/// NumPy's objects for one [`DType`].
struct Entry {
    /// Such as `numpy.dtype('float32')`: one object per process.
    descr: Py<PyAny>,
    /// Such as `numpy.float32`.
    scalar: Py<PyAny>,
}

struct Table {
    entries: Vec<Entry>,
    /// `numpy.dtype`.
    dtype: Py<PyAny>,
}

static TABLE: PyOnceLock<Table> = PyOnceLock::new();

fn table(py: Python<'_>) -> PyResult<&Table> {
    TABLE.get_or_try_init(py, || {
        let class = py.import("numpy")?.getattr("dtype")?;
        let entries = DType::ALL.iter().map(|dtype| {
            let descr = class.call1((dtype.name(),))?;
            let scalar = descr.getattr("type")?.unbind();
            Ok(Entry {
                descr: descr.unbind(),
                scalar,
            })
        });
        Ok(Table {
            entries: entries.collect::<PyResult<_>>()?,
            dtype: class.unbind(),
        })
    })
}

/// NumPy's object for `dtype`.
pub(crate) fn object(py: Python<'_>, dtype: DType) -> PyResult<&Bound<'_, PyAny>> {
    Ok(table(py)?.entries[dtype as usize].descr.bind(py))
}

/// The [`DType`] that `object` is a NumPy scalar of, such as `numpy.float32(1)`.
pub(crate) fn of_scalar(object: &Bound<'_, PyAny>) -> PyResult<Option<DType>> {
    let class = object.get_type_ptr();
    let is = |entry: &Entry| core::ptr::eq(entry.scalar.as_ptr(), class.cast());
    let place = table(object.py())?.entries.iter().position(is);
    Ok(place.map(|i| DType::ALL[i]))
}

/// The value of a `numpy.float64`, which an array of float64 takes as it takes a float of Python.
pub(crate) fn float64(object: &Bound<'_, PyAny>) -> Option<f64> {
    let class = &TABLE.get(object.py())?.entries[DType::F64 as usize].scalar;
    let is = core::ptr::eq(class.as_ptr(), object.get_type_ptr().cast());
    let number = is.then(|| object.cast::<PyFloat>().ok())??;
    Some(number.value())
}

/// What `dtype=` means: anything that `numpy.dtype` takes; `None` where only NumPy has it.
pub(crate) fn parse_any(object: &Bound<'_, PyAny>) -> PyResult<Option<DType>> {
    if let Some(dtype) = known(object.py(), object)? {
        return Ok(Some(dtype));
    }
    native(
        &table(object.py())?
            .dtype
            .bind(object.py())
            .call1((object,))?,
    )
}

/// As [`parse_any`]; the error names a dtype that only NumPy has.
pub(crate) fn parse(object: &Bound<'_, PyAny>) -> PyResult<DType> {
    match parse_any(object)? {
        Some(dtype) => Ok(dtype),
        None => Err(unsupported(
            &table(object.py())?
                .dtype
                .bind(object.py())
                .call1((object,))?,
        )),
    }
}

/// As [`parse`], for an argument that may be `None` or missing.
pub(crate) fn parse_optional(object: Option<&Bound<'_, PyAny>>) -> PyResult<Option<DType>> {
    object
        .filter(|object| !object.is_none())
        .map(parse)
        .transpose()
}

/// The [`DType`] of a NumPy dtype object; `None` where Raptors has none.
pub(crate) fn native(descr: &Bound<'_, PyAny>) -> PyResult<Option<DType>> {
    let py = descr.py();
    if let Some(dtype) = known(py, descr)? {
        return Ok(Some(dtype));
    }
    if !may_be_known(descr) {
        return Ok(None);
    }
    // Equal dtypes may be other objects: `longlong`, and those with metadata.
    for (entry, &dtype) in table(py)?.entries.iter().zip(DType::ALL) {
        if descr.eq(entry.descr.bind(py))? {
            return Ok(Some(dtype));
        }
    }
    Ok(None)
}

/// Whether `descr` is of a class of numbers that Raptors has dtypes for, in whichever order of bytes.
fn may_be_known(descr: &Bound<'_, PyAny>) -> bool {
    /// NumPy's numbers for booleans, integers, float32 and float64, for complex numbers of those, and for
    /// float16: what is between and beyond is long floats, objects, text and times.
    const KNOWN: [core::ops::RangeInclusive<core::ffi::c_int>; 3] = [0..=12, 14..=15, 23..=23];
    let descr = descr.cast::<PyArrayDescr>();
    descr.is_ok_and(|descr| KNOWN.iter().any(|known| known.contains(&descr.num())))
}

/// The [`DType`] whose dtype object or scalar class `object` is.
pub(crate) fn known(py: Python<'_>, object: &Bound<'_, PyAny>) -> PyResult<Option<DType>> {
    if let Ok(name) = object.cast_exact::<PyString>() {
        return Ok(named(name.to_str()?));
    }
    let entries = &table(py)?.entries;
    let is = |entry: &Entry| entry.descr.is(object) || entry.scalar.is(object);
    if let Some(i) = entries.iter().position(is) {
        return Ok(Some(DType::ALL[i]));
    }
    let classes = [
        (PyFloat::type_object_raw(py), DType::F64),
        (PyInt::type_object_raw(py), DType::I64),
        (PyBool::type_object_raw(py), DType::Bool),
        (PyComplex::type_object_raw(py), DType::C128),
    ];
    let same = |(class, _): &&(*mut PyTypeObject, DType)| class.cast() == object.as_ptr();
    Ok(classes.iter().find(same).map(|&(_, dtype)| dtype))
}

/// The [`DType`] of a name such as `float32`, `f4` or `f`; of other names NumPy knows the meaning.
fn named(name: &str) -> Option<DType> {
    Some(match name.as_bytes() {
        b"f8" | b"d" | b"float" => DType::F64,
        b"f4" | b"f" => DType::F32,
        b"f2" | b"e" => DType::F16,
        b"i8" | b"int" => DType::I64,
        b"i4" | b"i" => DType::I32,
        b"i2" | b"h" => DType::I16,
        b"i1" | b"b" => DType::I8,
        b"u8" => DType::U64,
        b"u4" | b"I" => DType::U32,
        b"u2" | b"H" => DType::U16,
        b"u1" | b"B" => DType::U8,
        b"c16" | b"D" | b"complex" => DType::C128,
        b"c8" | b"F" => DType::C64,
        b"?" => DType::Bool,
        [] | [_] | [_, _] => return None,
        _ => {
            return DType::ALL
                .iter()
                .find(|dtype| dtype.name() == name)
                .copied();
        }
    })
}

/// The error for a dtype that only NumPy has.
pub(crate) fn unsupported(descr: &Bound<'_, PyAny>) -> PyErr {
    let name = descr
        .str()
        .map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!(
        "Raptors has no dtype {name}: keep such arrays in NumPy, or convert them with astype"
    ))
}
