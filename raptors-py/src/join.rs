//! Functions that put arrays together.

use crate::array;
use crate::creation::as_object;
use crate::value::{self, Value};
use crate::{call, dtype, error, guard, interop};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use raptors_array::join::{self, Pile};
use raptors_array::map::Operand;
use raptors_array::target::Target;
use raptors_array::{Array, Casting, DType, Error, JoinOptions, Order};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;
type Items<'py> = SmallVec<[Any<'py>; 4]>;

/// The arrays in a sequence; `None` where it is none.
fn items<'py>(object: &Any<'py>) -> PyResult<Option<Items<'py>>> {
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(Some(list.iter().collect()));
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return Ok(Some(tuple.iter().collect()));
    }
    if !object.hasattr("__getitem__")? || !object.hasattr("__len__")? {
        return Ok(None);
    }
    object.try_iter()?.collect::<PyResult<_>>().map(Some)
}

/// Where the result of a join goes, and as what.
struct Options {
    out: Option<Array>,
    dtype: Option<DType>,
    casting: Casting,
}

impl Options {
    fn read(
        name: &str,
        out: Option<&Any<'_>>,
        dtype: Option<&Any<'_>>,
        casting: Option<&Any<'_>>,
    ) -> PyResult<Self> {
        let dtype = dtype::parse_optional(dtype)?;
        let casting = casting
            .map(call::casting)
            .transpose()?
            .unwrap_or(Casting::SameKind);
        let out = match out.filter(|out| !out.is_none()) {
            Some(out) if array::of(out).is_some() || interop::is_numpy(out) => Some(out),
            Some(_) => return Err(PyTypeError::new_err("'out' must be an array")),
            None => None,
        };
        if out.is_some() && dtype.is_some() {
            return Err(PyTypeError::new_err(format!(
                "{name}() only takes `out` or `dtype` as an argument, but both were provided."
            )));
        }
        let out = match out {
            Some(out) => call::writeable(out)?,
            None => None,
        };
        Ok(Self {
            out,
            dtype,
            casting,
        })
    }

    /// The object for what `join` gives with these options: `out` where that is given.
    fn run<'py>(
        &self,
        py: Python<'py>,
        out: Option<&Any<'py>>,
        work: usize,
        join: impl FnOnce(JoinOptions<'_>) -> raptors_array::Result<Array> + Send,
    ) -> PyResult<Any<'py>> {
        if let Some(locked) = self.out.as_ref().filter(|out| !out.writeable()) {
            // What is wrong with its shape is told first.
            let mut beside =
                guard::quick(|| Array::empty(locked.shape(), locked.dtype(), Order::C))?;
            let target = Target::new(&mut beside).map_err(|fault| error::raise(&fault))?;
            let options = JoinOptions {
                out: Some(&target),
                dtype: None,
                casting: Casting::Unsafe,
            };
            guard::run(py, work, || join(options))?;
            return Err(error::raise(&Error::ReadOnly));
        }
        let target = self.out.as_ref().map(interop::destination).transpose()?;
        let options = JoinOptions {
            out: target.as_ref(),
            dtype: self.dtype,
            casting: self.casting,
        };
        let result = guard::run(py, work, || join(options))?;
        match out.filter(|out| !out.is_none()) {
            Some(out) => Ok(out.clone()),
            None => Ok(array::fresh(py, result)?.into_any()),
        }
    }
}

/// The arrays behind `items`, as `as_object` makes them.
fn arrays<'a>(items: &'a Items<'_>) -> PyResult<SmallVec<[Value<'a>; 4]>> {
    items
        .iter()
        .map(|item| match array::of(item) {
            Some(array) => Ok(Value::Borrowed(array)),
            None => Ok(Value::Owned(as_object(item)?.get().clone_array())),
        })
        .collect()
}

fn references<'a>(values: &'a [Value<'_>]) -> SmallVec<[&'a Array; 4]> {
    values
        .iter()
        .filter_map(|value| match value.operand() {
            Operand::Array(array) => Some(array),
            Operand::Number(_) => None,
        })
        .collect()
}

fn work(arrays: &[&Array]) -> usize {
    arrays.iter().map(|array| array.size()).sum()
}

/// The arrays of a sequence one after the other along an axis.
///
/// The arrays have one shape but for that axis; with `axis=None` they are flattened first. The
/// dtype is the one that all promote to, unless `dtype` or the output `out` says otherwise, as far
/// as `casting` allows. `ValueError` where shapes do not match, `TypeError` for a forbidden cast.
///
/// Examples
/// --------
/// >>> rp.concatenate([rp.ones((1, 2)), rp.zeros((1, 2))]).tolist()
/// [[1.0, 1.0], [0.0, 0.0]]
#[pyfunction]
#[pyo3(signature = (arrays, /, axis = Some(0), out = None, *, dtype = None, casting = None))]
fn concatenate<'py>(
    arrays: &Any<'py>,
    #[pyo3(from_py_with = crate::axis::one_or_none)] axis: Option<isize>,
    out: Option<&Any<'py>>,
    dtype: Option<&Any<'py>>,
    casting: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let py = arrays.py();
    let Some(items) = items(arrays)? else {
        let words = "The first input argument needs to be a sequence";
        return Err(PyTypeError::new_err(words));
    };
    let options = Options::read("concatenate", out, dtype, casting)?;
    let Some(axis) = axis else {
        let values: SmallVec<[Value<'_>; 4]> = items
            .iter()
            .map(|item| match value::read(item)? {
                Some(value) => Ok(value),
                None => Ok(Value::Owned(as_object(item)?.get().clone_array())),
            })
            .collect::<PyResult<_>>()?;
        let operands: SmallVec<[Operand<'_>; 4]> = values.iter().map(Value::operand).collect();
        let work = values.iter().map(Value::size).sum();
        return options.run(py, out, work, |options| {
            join::concatenate_flat(&operands, options)
        });
    };
    let values = self::arrays(&items)?;
    let parts = references(&values);
    options.run(py, out, work(&parts), |options| {
        join::concatenate(&parts, axis as i64, options)
    })
}

fn to_stack<'py>(arrays: &Any<'py>) -> PyResult<Items<'py>> {
    items(arrays)?.ok_or_else(|| {
        PyTypeError::new_err(
            "arrays to stack must be passed as a \"sequence\" type such as list or tuple.",
        )
    })
}

/// Arrays of one shape along a new axis, at place `axis` of the result.
///
/// Other arguments as in `concatenate`.
///
/// Examples
/// --------
/// >>> rp.stack([rp.zeros(2), rp.ones(2)], axis=1).tolist()
/// [[0.0, 1.0], [0.0, 1.0]]
#[pyfunction]
#[pyo3(signature = (arrays, axis = Ok(0), out = None, *, dtype = None, casting = None),
       text_signature = "(arrays, axis=0, out=None, *, dtype=None, casting=None)")]
fn stack<'py>(
    arrays: &Any<'py>,
    #[pyo3(from_py_with = crate::axis::index_for_later)] axis: PyResult<i64>,
    out: Option<&Any<'py>>,
    dtype: Option<&Any<'py>>,
    casting: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let items = to_stack(arrays)?;
    let values = self::arrays(&items)?;
    let parts = references(&values);
    // What is wrong with the arrays is told first, then what is with the axis.
    let told_first = |axis| {
        guard::run(arrays.py(), work(&parts), || {
            join::stack(&parts, axis, JoinOptions::default())
        })
    };
    let axis = match axis {
        Ok(axis) => axis,
        Err(error) => {
            told_first(0)?;
            return Err(error);
        }
    };
    let options = match Options::read("concatenate", out, dtype, casting) {
        Ok(options) => options,
        Err(error) => {
            told_first(axis)?;
            return Err(error);
        }
    };
    options.run(arrays.py(), out, work(&parts), |options| {
        join::stack(&parts, axis, options)
    })
}

fn piled<'py>(
    arrays: &Any<'py>,
    pile: Pile,
    dtype: Option<&Any<'py>>,
    casting: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    let items = to_stack(arrays)?;
    let options = Options::read("concatenate", None, dtype, casting)?;
    let values = self::arrays(&items)?;
    let parts = references(&values);
    options.run(arrays.py(), None, work(&parts), |options| {
        join::pile(&parts, pile, options)
    })
}

/// Arrays on top of each other: along the first axis, runs being rows.
///
/// `dtype` and `casting` as in `concatenate`.
///
/// Examples
/// --------
/// >>> rp.vstack([rp.arange(2), rp.arange(2)]).tolist()
/// [[0, 1], [0, 1]]
#[pyfunction]
#[pyo3(signature = (tup, *, dtype = None, casting = None))]
fn vstack<'py>(
    tup: &Any<'py>,
    dtype: Option<&Any<'py>>,
    casting: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    piled(tup, Pile::Rows, dtype, casting)
}

/// Arrays side by side: along the second axis, or along the only one.
///
/// `dtype` and `casting` as in `concatenate`.
///
/// Examples
/// --------
/// >>> rp.hstack([rp.arange(2), rp.arange(2)]).tolist()
/// [0, 1, 0, 1]
#[pyfunction]
#[pyo3(signature = (tup, *, dtype = None, casting = None))]
fn hstack<'py>(
    tup: &Any<'py>,
    dtype: Option<&Any<'py>>,
    casting: Option<&Any<'py>>,
) -> PyResult<Any<'py>> {
    piled(tup, Pile::Side, dtype, casting)
}

/// Arrays behind each other: along the third axis.
///
/// Examples
/// --------
/// >>> rp.dstack([rp.arange(2), rp.arange(2)]).tolist()
/// [[[0, 0], [1, 1]]]
#[pyfunction]
fn dstack<'py>(tup: &Any<'py>) -> PyResult<Any<'py>> {
    piled(tup, Pile::Depth, None, None)
}

/// Runs as the columns of a matrix; matrices side by side.
///
/// Examples
/// --------
/// >>> rp.column_stack([rp.arange(2), rp.zeros(2)]).tolist()
/// [[0.0, 0.0], [1.0, 0.0]]
#[pyfunction]
fn column_stack<'py>(tup: &Any<'py>) -> PyResult<Any<'py>> {
    piled(tup, Pile::Columns, None, None)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(concatenate, module)?)?;
    module.add_function(wrap_pyfunction!(stack, module)?)?;
    module.add_function(wrap_pyfunction!(vstack, module)?)?;
    module.add_function(wrap_pyfunction!(hstack, module)?)?;
    module.add_function(wrap_pyfunction!(dstack, module)?)?;
    module.add_function(wrap_pyfunction!(column_stack, module)?)
}
