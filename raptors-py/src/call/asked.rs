//! What calls of ufuncs ask for by name, where that is little: an output, or the type and the order of the result.

use super::Any;
use crate::array::{self, NdArray, Object};
use crate::slots::plain;
use crate::{chosen, dtype, guard, operator, told};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString, PyTuple};
use raptors_array::map::Operand;
use raptors_array::{Array, DType, Order, Ufunc, assign, quick, resolve};
use smallvec::SmallVec;

/// An output asked for by name, and what else is, if that is no more than a mask and to cast whatever is lost.
pub(crate) struct Asked<'a, 'py> {
    out: Any<'py>,
    mask: Option<Borrowed<'a, 'py, PyAny>>,
    unsafely: bool,
}

/// What `names` ask for, of which number `i` has such a `value`; nothing where that is more.
pub(crate) fn asked<'a, 'py>(
    names: &Bound<'py, PyTuple>,
    value: impl Fn(usize) -> Borrowed<'a, 'py, PyAny>,
) -> Option<Asked<'a, 'py>> {
    let (py, mut out, mut mask, mut unsafely) = (names.py(), None, None, false);
    for (i, name) in names.iter_borrowed().enumerate() {
        let value = value(i);
        if name.is(pyo3::intern!(py, "out")) {
            out = Some(match value.cast_exact::<PyTuple>() {
                Ok(tuple) if tuple.len() == 1 => tuple.get_item(0).ok()?,
                _ => value.to_owned(),
            });
        } else if name.is(pyo3::intern!(py, "where")) {
            mask = Some(value).filter(|value| !value.is(PyBool::new(py, true)));
        } else if name.is(pyo3::intern!(py, "casting")) && value.is(pyo3::intern!(py, "unsafe")) {
            unsafely = true;
        } else {
            return None;
        }
    }
    let out = out.filter(|out| !out.is_none())?;
    Some(Asked {
        out,
        mask,
        unsafely,
    })
}

/// As [`super::into`], with what is asked for.
pub(crate) fn into_asked<'py>(
    ufunc: Ufunc,
    objects: &[Borrowed<'_, 'py, PyAny>],
    asked: &Asked<'_, 'py>,
) -> PyResult<Option<Any<'py>>> {
    match super::into(ufunc, objects, &asked.out, asked.mask.as_deref()) {
        // What the common rule refuses, the other one may let through.
        Err(error) if asked.unsafely && error.is_instance_of::<PyTypeError>(asked.out.py()) => {
            Ok(None)
        }
        result => result,
    }
}

/// How the result of a call is asked for.
#[derive(Default)]
struct Form {
    dtype: Option<DType>,
    order: Option<Order>,
}

/// What `names` ask for, of which number `i` has such a `value`; nothing where that is more than the type and the
/// order of the result, and what is so anyway.
fn form<'a, 'py: 'a>(
    names: &Bound<'py, PyTuple>,
    value: impl Fn(usize) -> Borrowed<'a, 'py, PyAny>,
) -> PyResult<Option<Form>> {
    let (py, mut form) = (names.py(), Form::default());
    for (i, name) in names.iter_borrowed().enumerate() {
        let value = value(i);
        let truth = || value.is(PyBool::new(py, true));
        if name.is(pyo3::intern!(py, "dtype")) {
            match dtype::known(py, &value)? {
                None if value.is_none() => {}
                None => return Ok(None),
                dtype => form.dtype = dtype,
            }
        } else if name.is(pyo3::intern!(py, "order")) {
            let letter = value.cast_exact::<PyString>();
            form.order = match letter.as_ref().map(|letter| letter.to_str()) {
                Ok(Ok("K")) => None,
                Ok(Ok("C")) => Some(Order::C),
                Ok(Ok("F")) => Some(Order::F),
                _ => return Ok(None),
            };
        } else if name.is(pyo3::intern!(py, "casting")) {
            // Inputs are cast safely where no type is asked for.
            let rule = value.cast_exact::<PyString>();
            if !matches!(rule.as_ref().map(|rule| rule.to_str()), Ok(Ok("same_kind"))) {
                return Ok(None);
            }
        } else {
            let default = if name.is(pyo3::intern!(py, "out")) {
                value.is_none()
            } else {
                (name.is(pyo3::intern!(py, "where")) || name.is(pyo3::intern!(py, "subok")))
                    && truth()
            };
            if !default {
                return Ok(None);
            }
        }
    }
    Ok(Some(form))
}

/// A call of a ufunc of one result, with `names` for what is asked for, of which number `i` has such a `value`; nothing
/// where that is more than the type and the order of the result.
pub(crate) fn formed<'a, 'py: 'a>(
    ufunc: Ufunc,
    objects: &[Borrowed<'a, 'py, PyAny>],
    names: &Bound<'py, PyTuple>,
    value: impl Fn(usize) -> Borrowed<'a, 'py, PyAny>,
) -> PyResult<Option<Any<'py>>> {
    let mut operands: SmallVec<[Operand<'_>; 2]> = SmallVec::new();
    for object in objects {
        match plain(object) {
            Some(operand) => operands.push(operand),
            None => return Ok(None),
        }
    }
    let Some(Form { dtype, order }) = form(names, value)? else {
        return Ok(None);
    };
    let py = names.py();
    let result = match dtype.filter(|&dtype| !gives(ufunc, &operands, dtype)) {
        None => natural(ufunc, objects)?,
        Some(dtype) => match *operands {
            [x, y] if told::any_beyond([x, y], Some(dtype)) => None,
            [x, y] => operator::given_as(py, ufunc, [x, y], dtype).transpose()?,
            [x] if told::any_beyond([x, x], Some(dtype)) => None,
            [x] => operator::given_as(py, ufunc, [x], dtype).transpose()?,
            _ => None,
        },
    };
    match (result, order) {
        (Some(result), Some(order)) => in_order(&result, order),
        (result, _) => Ok(result),
    }
}

/// Whether `ufunc` of the operands computes in, and gives, `dtype` anyway.
fn gives(ufunc: Ufunc, operands: &[Operand<'_>], dtype: DType) -> bool {
    let args: SmallVec<[_; 2]> = operands.iter().map(Operand::arg).collect();
    let found = resolve(ufunc, &args);
    found.is_ok_and(|found| {
        found.outputs() == [dtype] && found.inputs().iter().all(|&input| input == dtype)
    })
}

/// The call with nothing asked for, of which one is an array at least.
fn natural<'py>(ufunc: Ufunc, objects: &[Borrowed<'_, 'py, PyAny>]) -> PyResult<Option<Any<'py>>> {
    match objects {
        [x] => match x.cast_exact::<NdArray>() {
            Ok(x) => operator::unary(ufunc, &x).map(Some),
            Err(_) => Ok(None),
        },
        [x, y] => operator::of_two(ufunc, x, y),
        _ => Ok(None),
    }
}

/// `result`, which nobody else has, with its elements in this order.
fn in_order<'py>(result: &Any<'py>, order: Order) -> PyResult<Option<Any<'py>>> {
    let Ok(object) = result.cast_exact::<NdArray>() else {
        return Ok(None);
    };
    let array: &Array = &object.get().array;
    let lies = match order {
        Order::C => array.is_c_contiguous(),
        Order::F => array.is_f_contiguous(),
    };
    if lies {
        return Ok(Some(result.clone()));
    }
    let py = result.py();
    if order == Order::C
        && let Some(copy) = chosen::made(py, |room| quick::copied(array, room))
    {
        return Ok(Some(copy.into_any()));
    }
    let copy = match order {
        Order::C => None,
        Order::F => quick::value(|room| quick::copied(&array.t(), room)).map(|copy| copy.t()),
    };
    let copy = match copy {
        Some(copy) => copy,
        None => guard::run(py, array.size(), || assign::copy(array, Some(order)))?,
    };
    let object: Object<'py> = array::fresh(py, copy)?;
    Ok(Some(object.into_any()))
}
