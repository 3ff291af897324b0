//! `einsum`: arrays with subscripts in one text at once, everything else by the chapter.

use crate::array;
use crate::guard;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use raptors_array::subscripts::Subscripts;
use raptors_array::{Array, DType, assign, promote_types};
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
    if options.is_none()
        && let Some(result) = plain(operands)?
    {
        return Ok(result);
    }
    let chapter = operands.py().import("raptors._einsum")?;
    chapter.getattr("einsum")?.call(operands, options)
}

/// The result for arrays; `None` where the chapter has to look.
fn plain<'py>(operands: &Bound<'py, PyTuple>) -> PyResult<Option<Any<'py>>> {
    let mut items = operands.iter_borrowed();
    let Some(first) = items.next() else {
        return Ok(None);
    };
    let Ok(text) = first.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let objects: SmallVec<[Any<'py>; 2]> = items.map(pyo3::Borrowed::to_owned).collect();
    let arrays: Option<SmallVec<[&Array; 2]>> = objects.iter().map(array::of).collect();
    let Some(subscripts) = Subscripts::parse(&text.to_string_lossy()) else {
        return Ok(None);
    };
    let Some(arrays) = arrays.filter(|arrays| arrays.len() == subscripts.operands()) else {
        return Ok(None);
    };
    let Some(subscripts) = subscripts.spread(&arrays) else {
        return Ok(None);
    };
    let dtype = match arrays[..] {
        [a, b] => promote_types(a.dtype(), b.dtype()),
        // The common type of several need not be that of one pair after the other.
        [a, ref rest @ ..] if rest.iter().all(|b| b.dtype() == a.dtype()) => a.dtype(),
        _ => return Ok(None),
    };
    let py = operands.py();
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
    let Some(result) = guard::run(py, work, evaluate)? else {
        return Ok(None);
    };
    if let [object] = &objects[..]
        && result.buffer().same(arrays[0].buffer())
    {
        return Ok(Some(array::view(object.cast()?, result)?.into_any()));
    }
    Ok(Some(array::result(py, result)?.into_any()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(einsum, module)?)
}
