//! What an operand can be: an array, or a Python number, whose type gives way to the arrays'.

use crate::{array, guard, interop, list};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyComplex, PyComplexMethods, PyFloat, PyInt, PyList, PyTuple};
use raptors_array::map::Operand;
use raptors_array::{Array, Bool, Number, Scalar};
use raptors_kernels::dtype::Complex64;

/// An argument that may be left out, which is another thing than `None`.
pub(crate) enum Argument<'py> {
    Absent,
    Given(Bound<'py, PyAny>),
}

impl<'py> FromPyObject<'_, 'py> for Argument<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Given(object.to_owned()))
    }
}

impl<'py> Argument<'py> {
    /// What was given.
    pub(crate) fn given(&self) -> Option<&Bound<'py, PyAny>> {
        match self {
            Self::Absent => None,
            Self::Given(object) => Some(object),
        }
    }
}

/// An operand read from a Python object.
pub(crate) enum Value<'a> {
    Borrowed(&'a Array),
    Owned(Array),
    Number(Number),
}

impl Value<'_> {
    /// As the array crate takes it.
    pub(crate) fn operand(&self) -> Operand<'_> {
        match self {
            Self::Borrowed(array) => Operand::Array(array),
            Self::Owned(array) => Operand::Array(array),
            Self::Number(number) => Operand::Number(*number),
        }
    }

    /// The number of axes.
    pub(crate) fn ndim(&self) -> usize {
        match self.operand() {
            Operand::Array(array) => array.ndim(),
            Operand::Number(_) => 0,
        }
    }

    /// The number of elements.
    pub(crate) fn size(&self) -> usize {
        match self.operand() {
            Operand::Array(array) => array.size(),
            Operand::Number(_) => 1,
        }
    }
}

/// A float of Python's own class, or an integer of it that has at most 64 bits.
#[inline(always)]
pub(crate) fn plain_number(object: &Bound<'_, PyAny>) -> Option<Number> {
    if let Ok(number) = object.cast_exact::<PyFloat>() {
        return Some(Number::Float(number.value()));
    }
    let integer = object.is_exact_instance_of::<PyInt>();
    let number = integer.then(|| interop::small(object))??;
    Some(Number::Int(number.into()))
}

/// The value of `object`; `None` where only NumPy, or the object itself, can tell.
#[inline]
pub(crate) fn read<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<Option<Value<'a>>> {
    if let Some(array) = array::of(object) {
        return Ok(Some(Value::Borrowed(array)));
    }
    if let Some(number) = plain_number(object) {
        return Ok(Some(Value::Number(number)));
    }
    if object.is_exact_instance_of::<PyInt>() {
        // Few are beyond 64 bits, and reading more takes much longer. One beyond 128 bits is NumPy's to judge.
        let int = guard::tried(object.extract());
        return Ok(int.map(|int| Value::Number(Number::Int(int))));
    }
    read_other(object)
}

fn read_other<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<Option<Value<'a>>> {
    if interop::is_numpy(object) {
        return Ok(interop::from_numpy(object)?.map(Value::Owned));
    }
    if let Some(scalar) = interop::scalar(object)? {
        let array = guard::quick(|| Array::from_scalar(&scalar))?;
        return Ok(Some(Value::Owned(array)));
    }
    if let Ok(truth) = object.cast::<PyBool>() {
        let element = [Bool::from(truth.is_true())];
        return Ok(Some(Value::Owned(guard::quick(|| {
            Array::from_shape(&[], &element)
        })?)));
    }
    let sequence =
        object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>();
    if sequence && let Some(array) = list::read(object, None)? {
        return Ok(Some(Value::Owned(array)));
    }
    if sequence || interop::is_numpy_scalar(object) {
        let array = object
            .py()
            .import("numpy")?
            .call_method1("asarray", (object,))?;
        return Ok(interop::from_numpy(&array)?.map(Value::Owned));
    }
    if let Ok(number) = object.cast_exact::<PyComplex>() {
        let number = Complex64::new(number.real(), number.imag());
        return Ok(Some(Value::Number(Number::Complex(number))));
    }
    let Some(number) = of_subclass(object).filter(|_| !has_say(object)) else {
        return Ok(None);
    };
    // Only Python's own classes give way to the arrays' dtypes.
    let scalar = match number {
        Number::Complex(number) => Scalar::new(number),
        Number::Float(number) => Scalar::new(number),
        Number::Int(number) => match (i64::try_from(number), u64::try_from(number)) {
            (Ok(number), _) => Scalar::new(number),
            (_, Ok(number)) => Scalar::new(number),
            _ => return Ok(None),
        },
    };
    let array = guard::quick(|| Array::from_scalar(&scalar))?;
    Ok(Some(Value::Owned(array)))
}

/// The number that an instance of a subclass of Python's numbers is, but for NumPy's and truth values.
pub(crate) fn of_subclass(object: &Bound<'_, PyAny>) -> Option<Number> {
    let exact = object.is_exact_instance_of::<PyFloat>()
        || object.is_exact_instance_of::<PyInt>()
        || object.is_exact_instance_of::<PyComplex>();
    let theirs = array::of(object).is_some() || interop::is_numpy_scalar(object);
    if exact || theirs || object.is_exact_instance_of::<PyBool>() {
        return None;
    }
    if let Ok(number) = object.cast::<PyComplex>() {
        return Some(Number::Complex(Complex64::new(
            number.real(),
            number.imag(),
        )));
    }
    // Python's own conversions, as a class may have its own `__float__` or `__int__`.
    let py = object.py();
    if object.is_instance_of::<PyFloat>() {
        let number = guard::tried(py.get_type::<PyFloat>().call1((object,)))?;
        return guard::tried(number.extract()).map(Number::Float);
    }
    let integer = object.is_instance_of::<PyInt>();
    let number = integer.then(|| guard::tried(py.get_type::<PyInt>().call1((object,))))??;
    guard::tried(number.extract()).map(Number::Int)
}

/// Whether the class of `object` may have a say in what arrays do with it, as NumPy's rules for operands are.
fn has_say(object: &Bound<'_, PyAny>) -> bool {
    let class = object.get_type();
    let names = [
        pyo3::intern!(object.py(), "__array_ufunc__"),
        pyo3::intern!(object.py(), "__array_priority__"),
    ];
    names
        .iter()
        .any(|name| guard::tried(class.getattr_opt(*name)).flatten().is_some())
}
