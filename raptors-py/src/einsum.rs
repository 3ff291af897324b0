//! `einsum`: arrays with subscripts in one text at once, everything else by the chapter.

use crate::{array, creation, guard, value};
use pyo3::Borrowed;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString, PyTuple};
use raptors_array::subscripts::Subscripts;
use raptors_array::{Array, DType, assign, promote_types};
use raptors_kernels::Status;
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// The sum of products of the operands over the labels that the output does not have.
///
/// `einsum("ij,jk->ik", a, b)` is a product of matrices. One label for each axis; the same label
/// twice on one operand is its diagonal; `...` stands for any axes, which broadcast. Without an
/// arrow the output has the labels that appear once, in order. Labels may also be lists of
/// integers after each operand. Where nothing is summed or multiplied, the result is a view.
/// `optimize` is a path of `einsum_path` or how to find one. Raises `ValueError` for malformed
/// subscripts and for lengths that differ.
///
/// Examples
/// --------
/// >>> a = rp.arange(4).reshape(2, 2)
/// >>> rp.einsum("ij,jk->ik", a, a)
/// array([[ 2,  3],
///        [ 6, 11]])
/// >>> int(rp.einsum("ii", a))
/// 3
#[pyfunction]
#[pyo3(
    signature = (*operands, **options),
    text_signature = "(*operands, out=None, optimize=False, dtype=None, order='K', casting='safe')"
)]
fn einsum<'py>(
    operands: &Bound<'py, PyTuple>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Any<'py>> {
    if let Some(optimized) = optimized(operands, options)? {
        let mut items = operands.iter_borrowed();
        if let Some(text) = items.next()
            && let Some(result) = plain(&text, items, optimized)?
        {
            return Ok(result);
        }
    }
    let chapter = operands.py().import("raptors._einsum")?;
    chapter.getattr("einsum")?.call(operands, options)
}

/// Whether a path is to be found, if the options say nothing else and it does not matter which; `None` for
/// other options.
fn optimized(
    operands: &Bound<'_, PyTuple>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Option<bool>> {
    let Some(options) = options.filter(|options| !options.is_empty()) else {
        return Ok(Some(false));
    };
    let Some(optimize) = options.get_item("optimize")? else {
        return Ok(None);
    };
    if options.len() > 1 {
        return Ok(None);
    }
    // The subscripts, and one operand or two.
    let single = operands.len() <= 3;
    Ok(match optimize.cast_exact::<PyBool>() {
        Ok(optimize) if single || !optimize.is_true() => Some(optimize.is_true()),
        Err(_) if single && optimize.is_none() => Some(true),
        _ => None,
    })
}

/// A number of Python as an array, other objects as they are.
fn operand<'py>(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Any<'py>> {
    if value::plain_number(&object).is_some() {
        return Ok(creation::as_object(&object)?.into_any());
    }
    Ok(object.to_owned())
}

/// The result for arrays; `None` where the chapter has to look: of products that are `optimized`, but not of
/// sums and other products, floating-point exceptions are told of, which the chapter does.
pub(crate) fn plain<'a, 'py: 'a>(
    text: &Any<'py>,
    operands: impl Iterator<Item = Borrowed<'a, 'py, PyAny>>,
    optimized: bool,
) -> PyResult<Option<Any<'py>>> {
    let Ok(text) = text.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let objects: SmallVec<[Any<'py>; 2]> = operands.map(operand).collect::<PyResult<_>>()?;
    let arrays: Option<SmallVec<[&Array; 2]>> = objects.iter().map(array::of).collect();
    let Some(subscripts) = Subscripts::parse(&text.to_string_lossy()) else {
        return Ok(None);
    };
    let Some(arrays) = arrays.filter(|arrays| arrays.len() == subscripts.operands()) else {
        return Ok(None);
    };
    let Some(subscripts) = subscripts.spread(&arrays, optimized) else {
        return Ok(None);
    };
    let dtype = match arrays[..] {
        // Before an optimized product each operand is summed in its own type.
        [a, b] if !optimized || a.dtype() == b.dtype() => promote_types(a.dtype(), b.dtype()),
        // The common type of several need not be that of one pair after the other.
        [a, ref rest @ ..] if rest.iter().all(|b| b.dtype() == a.dtype()) => a.dtype(),
        _ => return Ok(None),
    };
    let py = text.py();
    // The elements of one operand times the rows of the other.
    let work = arrays.iter().fold(1, |work: usize, array| {
        work.saturating_mul(match arrays.len() {
            1 => array.size(),
            _ => array.size().isqrt() + 1,
        })
    });
    // Of several factors only the whole product is rounded to float16.
    let wide = dtype == DType::F16 && arrays.len() > 2;
    let evaluate = || match subscripts.evaluate(&arrays, if wide { DType::F32 } else { dtype })? {
        Some(result) if wide => assign::astype(&result, dtype, None).map(Some),
        result => Ok(result),
    };
    let tells = optimized && arrays.len() == 2;
    if tells {
        Status::clear();
    }
    let Some(result) = guard::run(py, work, evaluate)? else {
        return Ok(None);
    };
    if tells && Status::take() != Status::NONE {
        return Ok(None);
    }
    if let [object] = &objects[..]
        && result.ndim() > 0
        && result.buffer().same(arrays[0].buffer())
    {
        return Ok(Some(array::view(object.cast()?, result)?.into_any()));
    }
    if result.buffer().same(arrays[0].buffer()) {
        // One element is a number to NumPy, whose memory nobody else has.
        let number = guard::quick(|| result.item())?;
        return Ok(Some(array::number(py, &number)?.into_any()));
    }
    Ok(Some(array::result(py, result)?.into_any()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(einsum, module)?)
}
