//! Short ways of functions that make arrays of what is none.

use super::{Any, Given};
use crate::array;
use crate::forward::Args;
use crate::{dtype, guard, interop, lender, list, order};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyTuple};
use raptors_array::{Array, DType, Order};

/// The numbers that an iterable gives, `count` of them or all.
pub(super) fn iterated<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let py = args.py();
    let (Some(iterable), Some(given), Some(count)) =
        (args.get(0), args.get(1), args.integer(2, -1))
    else {
        return Ok(None);
    };
    let Some(dtype) = dtype::known(py, given)? else {
        return Ok(None);
    };
    // From here on the iterable may be used up: the long way gets its items.
    let items = items(iterable, count)?;
    let n = items.len()?;
    if n == 0 && count <= 0 {
        let none = guard::quick(|| Array::empty(&[0], dtype, Order::C))?;
        return Ok(Some(array::fresh(py, none)?.into_any()));
    }
    if count < 0 || usize::try_from(count) == Ok(n) {
        let run = list::read(&items, Some(dtype))?;
        if let Some(run) = run.filter(|run| run.ndim() == 1) {
            return Ok(Some(array::fresh(py, run)?.into_any()));
        }
    }
    let general = py.import("raptors._creation")?.getattr("_of_items")?;
    general
        .call1((items, dtype::object(py, dtype)?, count))
        .map(Some)
}

/// The next `count` items, or all if negative, as a list or tuple.
fn items<'py>(iterable: &Any<'py>, count: i64) -> PyResult<Any<'py>> {
    let py = iterable.py();
    let Ok(count) = usize::try_from(count) else {
        if iterable.is_exact_instance_of::<PyList>() || iterable.is_exact_instance_of::<PyTuple>() {
            return Ok(iterable.clone());
        }
        return py.get_type::<PyList>().call1((iterable,));
    };
    let list = PyList::empty(py);
    for item in iterable.try_iter()?.take(count) {
        list.append(item?)?;
    }
    Ok(list.into_any())
}

/// The numbers of a list, sorted.
pub(super) fn sorted_list<'py>(args: &Args<'_, 'py>, axis: i64) -> Given<'py> {
    let Some(list) = args.get(0).filter(|a| a.is_exact_instance_of::<PyList>()) else {
        return Ok(None);
    };
    let Some(array) = list::read(list, None)? else {
        return Ok(None);
    };
    let array = array::fresh(args.py(), array)?;
    let sorted = order::sorted(&array, Some(axis), false, false)?;
    Ok(Some(sorted.into_any()))
}

/// The array of the memory of a buffer.
pub(super) fn of_buffer<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Some(buffer) = args.get(0) else {
        return Ok(None);
    };
    if args.get(2).is_none()
        && args.get(3).is_none()
        && let Ok(bytes) = buffer.cast_exact::<PyBytes>()
        && let Some(dtype) = match args.get(1) {
            Some(dtype) => dtype::known(args.py(), dtype)?,
            None => Some(DType::F64),
        }
        && let Some(elements) = lender::elements(bytes, dtype)
    {
        return Ok(Some(interop::wrap(buffer, elements)?.into_any()));
    }
    let function = FUNCTION.import(args.py(), "numpy", "frombuffer")?;
    let array = match (args.get(1), args.get(2), args.get(3)) {
        (None, None, None) => function.call1((buffer,)),
        (Some(dtype), None, None) => function.call1((buffer, dtype)),
        (Some(dtype), Some(count), None) => function.call1((buffer, dtype, count)),
        (Some(dtype), Some(count), Some(offset)) => function.call1((buffer, dtype, count, offset)),
        _ => return Ok(None),
    };
    interop::share(&array?).map(Some)
}
