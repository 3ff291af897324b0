//! Functions that repeat, tile and roll elements, cut triangles, and see memory by other strides.

use crate::array::{self, Object};
use crate::creation::as_object;
use crate::{axis, dtype, error, guard, interop, shape};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use raptors_array::{Array, Casting, DType, Order};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// The elements of `a` repeated along `axis`, the copies being neighbours.
///
/// `repeats` is one number, or one for every place; without an axis, `a` is flattened. `ValueError`
/// for negative numbers, or another number of them than places.
///
/// Examples
/// --------
/// >>> rp.repeat(rp.arange(3), [2, 0, 1]).tolist()
/// [0, 0, 2]
#[pyfunction]
#[pyo3(signature = (a, repeats, axis = None))]
pub(crate) fn repeat<'py>(
    a: &Any<'py>,
    repeats: &Any<'py>,
    #[pyo3(from_py_with = crate::axis::one_or_none)] axis: Option<isize>,
) -> PyResult<Object<'py>> {
    let py = a.py();
    let object = as_object(a)?;
    let counts = counts(repeats)?;
    let counts = counts.numbers();
    let this = &object.get().array;
    let work = this.size().saturating_mul(2);
    let result = guard::run(py, work, || match axis.map(|axis| axis as i64) {
        Some(axis) if this.ndim() == 0 => this.reshape(&[1], Order::C)?.repeat(counts, axis),
        Some(axis) => this.repeat(counts, axis),
        None => this.ravel(Order::C)?.repeat(counts, 0),
    })?;
    array::fresh(py, result)
}

/// How often places are repeated.
enum Counts {
    /// All as often.
    All(i64),
    /// Each as the array says, a run of its own.
    Each(Array),
}

impl Counts {
    fn numbers(&self) -> &[i64] {
        match self {
            Self::All(count) => std::slice::from_ref(count),
            Self::Each(counts) => counts.as_slice().unwrap_or_default(),
        }
    }
}

/// The numbers of `repeats`: one, or one for every place.
fn counts(repeats: &Any<'_>) -> PyResult<Counts> {
    // An array is no number; to be told so takes an exception.
    if array::of(repeats).is_none_or(|array| array.ndim() == 0)
        && let Some(count) = guard::tried(repeats.extract::<i64>())
    {
        return Ok(Counts::All(count));
    }
    let is_array = array::of(repeats).is_some() || interop::is_numpy(repeats);
    // What is no array goes through Python's `int`, number by number.
    let plain = guard::tried(as_object(repeats))
        .filter(|object| is_array || object.get().array.dtype() == DType::I64);
    let object = if let Some(object) = plain {
        object
    } else {
        let options = PyDict::new(repeats.py());
        options.set_item("dtype", dtype::object(repeats.py(), DType::I64)?)?;
        interop::through_numpy(repeats, (!is_array).then_some(&options))?
    };
    let array = &object.get().array;
    let listed = repeats.cast::<PyList>().is_ok() || repeats.cast::<PyTuple>().is_ok();
    if array.ndim() > 1 {
        let words = if listed {
            "setting an array element with a sequence. The requested array would exceed the maximum \
             number of dimension of 1."
        } else {
            "object too deep for desired array"
        };
        return Err(PyValueError::new_err(words));
    }
    if array.size() > 0 && !raptors_array::can_cast(array.dtype(), DType::I64, Casting::Safe) {
        return Err(error::no_cast(array, DType::I64, Casting::Safe));
    }
    let counts = guard::quick(|| raptors_array::assign::astype(array, DType::I64, Some(Order::C)));
    Ok(Counts::Each(counts?))
}

/// `A` repeated as a whole, `reps` times along every axis.
///
/// Where `A` or `reps` has fewer axes, ones are put in front. `ValueError` for negative numbers.
///
/// Examples
/// --------
/// >>> rp.tile(rp.arange(2), (2, 2)).tolist()
/// [[0, 1, 0, 1], [0, 1, 0, 1]]
#[pyfunction]
#[pyo3(signature = (A, reps))]
#[allow(non_snake_case, reason = "NumPy's name of the argument")]
fn tile<'py>(A: &Any<'py>, reps: &Any<'py>) -> PyResult<Object<'py>> {
    let py = A.py();
    let object = as_object(A)?;
    let times = shape::counts(reps)?;
    let this = &object.get().array;
    let work = times.iter().fold(this.size(), |work, &count| {
        work.saturating_mul(usize::try_from(count).unwrap_or(0))
    });
    let result = guard::run(py, work, || this.tile(&times))?;
    array::fresh(py, result)
}

/// The elements of `a` moved on by `shift` along `axis`; what leaves one end comes in at the other.
///
/// Several axes take one shift each, or one for all. Without an axis, `a` is rolled as one run.
///
/// Examples
/// --------
/// >>> rp.roll(rp.arange(4), 1).tolist()
/// [3, 0, 1, 2]
#[pyfunction]
#[pyo3(signature = (a, shift, axis = None))]
fn roll<'py>(a: &Any<'py>, shift: &Any<'py>, axis: Option<&Any<'py>>) -> PyResult<Object<'py>> {
    let py = a.py();
    let object = as_object(a)?;
    let this = &object.get().array;
    let mut shifts = whole_numbers(shift)?;
    let Some(axis) = axis.filter(|axis| !axis.is_none()) else {
        let total = shifts
            .iter()
            .fold(0i64, |sum, &shift| sum.wrapping_add(shift));
        let result = guard::run(py, this.size(), || {
            let shape: SmallVec<[i64; 4]> = this.shape().iter().map(|&n| n as i64).collect();
            this.ravel(Order::C)?
                .roll(&[total], &[0])?
                .reshape(&shape, Order::C)
        })?;
        return array::fresh(py, result);
    };
    let mut axes = axis::indices_of_any(axis)?;
    if shifts.len() == 1 {
        shifts = vec![shifts[0]; axes.len()];
    } else if axes.len() == 1 {
        axes = SmallVec::from_elem(axes[0], shifts.len());
    } else if axes.len() != shifts.len() {
        return Err(PyValueError::new_err(format!(
            "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between \
             arg 0 with shape ({},) and arg 1 with shape ({},).",
            shifts.len(),
            axes.len()
        )));
    }
    let result = guard::run(py, this.size(), || this.roll(&shifts, &axes))?;
    array::fresh(py, result)
}

/// The integers of `shift`: floats are cut, as `int()` does.
fn whole_numbers(shift: &Any<'_>) -> PyResult<Vec<i64>> {
    if let Some(shift) = guard::tried(shift.extract::<i64>()) {
        return Ok(vec![shift]);
    }
    let object = as_object(shift)?;
    let array = &object.get().array;
    if array.ndim() > 1 {
        return Err(PyValueError::new_err(
            "'shift' and 'axis' should be scalars or 1D sequences",
        ));
    }
    let array = guard::quick(|| raptors_array::assign::astype(array, DType::I64, Some(Order::C)))?;
    Ok(array.to_vec().unwrap_or_default())
}

/// The last two axes of `m`, zero above diagonal `k`.
///
/// Examples
/// --------
/// >>> rp.tril(rp.ones((2, 2))).tolist()
/// [[1.0, 0.0], [1.0, 1.0]]
#[pyfunction]
#[pyo3(signature = (m, k = 0))]
fn tril<'py>(m: &Any<'py>, k: i64) -> PyResult<Object<'py>> {
    triangle(m, k, true)
}

/// The last two axes of `m`, zero below diagonal `k`.
///
/// Examples
/// --------
/// >>> rp.triu(rp.ones((2, 2))).tolist()
/// [[1.0, 1.0], [0.0, 1.0]]
#[pyfunction]
#[pyo3(signature = (m, k = 0))]
fn triu<'py>(m: &Any<'py>, k: i64) -> PyResult<Object<'py>> {
    triangle(m, k, false)
}

fn triangle<'py>(m: &Any<'py>, k: i64, lower: bool) -> PyResult<Object<'py>> {
    let object = as_object(m)?;
    let this = &object.get().array;
    if this.ndim() == 0 {
        return Err(PyTypeError::new_err(
            "tri() missing 1 required positional argument: 'N'",
        ));
    }
    let result = guard::run(m.py(), this.size(), || this.triangle(k, lower))?;
    array::fresh(m.py(), result)
}

/// Eight truth values of `a` to a byte along `axis`.
#[pyfunction]
fn _pack_bits<'py>(
    a: &Object<'py>,
    #[pyo3(from_py_with = crate::axis::one)] axis: isize,
    big: bool,
) -> PyResult<Object<'py>> {
    let this = &a.get().array;
    let result = guard::run(a.py(), this.size(), || this.pack_bits(axis as i64, big))?;
    array::fresh(a.py(), result)
}

/// The bits of `a` along `axis` as bytes: `count` of them.
#[pyfunction]
fn _unpack_bits<'py>(
    a: &Object<'py>,
    axis: i64,
    count: Option<usize>,
    big: bool,
) -> PyResult<Object<'py>> {
    let this = &a.get().array;
    let work = this.size().saturating_mul(8);
    let result = guard::run(a.py(), work, || this.unpack_bits(axis, count, big))?;
    array::fresh(a.py(), result)
}

/// The elements of `x` that `shape` and `strides` (in bytes) reach from the first, as a view.
#[pyfunction]
fn _as_strided<'py>(
    x: &Object<'py>,
    shape: &Any<'py>,
    strides: &Any<'py>,
    writeable: bool,
) -> PyResult<Object<'py>> {
    let shape = crate::creation::shape(shape)?;
    let strides: Vec<isize> = shape::sizes(strides)?
        .iter()
        .map(|&stride| stride as isize)
        .collect();
    let this = x.get();
    let base = this.root(x.py());
    let root = base.as_ref().unwrap_or(x);
    let offset = this
        .array
        .as_ptr()
        .addr()
        .wrapping_sub(root.get().array.as_ptr().addr());
    let mut view = guard::quick(|| {
        let dtype = this.array.dtype();
        root.get()
            .array
            .strided(offset as isize, dtype, &shape, &strides)
    })?;
    view.set_writeable(writeable && this.writeable());
    array::view(x, view)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(repeat, module)?)?;
    module.add_function(wrap_pyfunction!(_pack_bits, module)?)?;
    module.add_function(wrap_pyfunction!(_unpack_bits, module)?)?;
    module.add_function(wrap_pyfunction!(tile, module)?)?;
    module.add_function(wrap_pyfunction!(roll, module)?)?;
    module.add_function(wrap_pyfunction!(tril, module)?)?;
    module.add_function(wrap_pyfunction!(triu, module)?)?;
    module.add_function(wrap_pyfunction!(_as_strided, module)?)
}
