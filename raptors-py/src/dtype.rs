//! NumPy's dtype objects are Raptors' dtype objects: the table between them and [`DType`].

use numpy::{PyArrayDescr, PyArrayDescrMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyString, PyType};
use raptors_array::{DType, Kind};

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
    let entries = &table(py)?.entries;
    let is = |entry: &Entry| entry.descr.is(object) || entry.scalar.is(object);
    if let Some(i) = entries.iter().position(is) {
        return Ok(Some(DType::ALL[i]));
    }
    if let Ok(name) = object.cast_exact::<PyString>() {
        return Ok(named(name.to_str()?));
    }
    let classes = [
        (py.get_type::<PyFloat>(), DType::F64),
        (py.get_type::<PyInt>(), DType::I64),
        (py.get_type::<PyBool>(), DType::Bool),
        (py.get_type::<PyComplex>(), DType::C128),
    ];
    let same = |(class, _): &&(Bound<'_, PyType>, DType)| class.is(object);
    Ok(classes.iter().find(same).map(|&(_, dtype)| dtype))
}

/// The [`DType`] of a name such as `float32` or `f4`; of other names NumPy knows the meaning.
fn named(name: &str) -> Option<DType> {
    let is = |dtype: &&DType| dtype.name() == name;
    if name.len() != 2 {
        return DType::ALL.iter().find(is).copied();
    }
    let (letter, size) = (name.as_bytes()[0], name.as_bytes()[1]);
    let kind = match letter {
        b'i' => Kind::Signed,
        b'u' => Kind::Unsigned,
        b'f' => Kind::Float,
        b'c' => Kind::Complex,
        _ => return None,
    };
    let size = usize::from(size.wrapping_sub(b'0'));
    let mut all = DType::ALL.iter();
    all.find(|dtype| dtype.kind() == kind && dtype.size() == size)
        .copied()
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
