//! Short ways of functions of several arrays, and of places in them.

use super::{Any, Given};
use crate::array::{self, Object};
use crate::forward::Args;
use crate::{chosen, dtype, guard, interop, operator, order, put, stats};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList, PyTuple};
use raptors_array::map::Operand;
use raptors_array::quick::Written;
use raptors_array::{
    Array, DType, JoinOptions, Kind, Number, Order, Scalar, Ufunc, assign, broadcast_arrays, join,
    quick,
};
use smallvec::SmallVec;

/// What `interp` gives without ends and a period, for real numbers.
pub(super) fn interpolated<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let real = |i| {
        let array = args.array(i)?;
        (array.get().array.dtype().kind() != Kind::Complex).then_some(array.as_any())
    };
    match (real(0), real(1), real(2)) {
        (Some(x), Some(xp), Some(fp)) => stats::interpolated(x, xp, fp, None, None).map(Some),
        _ => Ok(None),
    }
}

/// The arrays that a list or a tuple has.
pub(super) fn arrays_of<'a, 'py>(object: &'a Any<'py>) -> Option<SmallVec<[Object<'py>; 4]>> {
    let of = |item: Any<'py>| array::of(&item).is_some().then(|| item.cast_into().ok())?;
    if let Ok(list) = object.cast_exact::<PyList>() {
        return list.iter().map(of).collect();
    }
    let tuple: &'a Bound<'py, PyTuple> = object.cast_exact().ok()?;
    tuple.iter().map(of).collect()
}

/// The elements that a number for each of them chooses among arrays.
pub(super) fn choice_of<'py>(places: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    /// NumPy takes no more.
    const MOST: usize = 63;
    let Some(choices) = args.get(1).and_then(arrays_of) else {
        return Ok(None);
    };
    if choices.len() > MOST {
        return Ok(None);
    }
    let arrays: SmallVec<[&Array; 4]> = choices.iter().map(|choice| &*choice.get().array).collect();
    match quick::choose(&places.get().array, &arrays) {
        Some(chosen) => Ok(Some(array::result(args.py(), chosen)?.into_any())),
        None => Ok(None),
    }
}

/// The elements at places along one axis.
pub(super) fn along<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let array = &a.get().array;
    let (Some(places), Some(axis)) = (args.array(1), args.integer(2, -1)) else {
        return Ok(None);
    };
    let axis = if axis < 0 {
        axis + array.ndim() as i64
    } else {
        axis
    };
    let Ok(axis) = usize::try_from(axis) else {
        return Ok(None);
    };
    let places = &places.get().array;
    // Only lines are picked from by places that are loaded once: nobody writes them while others are.
    let work = if axis + 1 == array.ndim() {
        places.size().saturating_mul(4)
    } else {
        0
    };
    match guard::run(args.py(), work, || Ok(quick::along(array, places, axis)))? {
        Some(picked) => Ok(Some(array::fresh(args.py(), picked)?.into_any())),
        None => Ok(None),
    }
}

/// The arrays as views of the shape that they broadcast to.
pub(super) fn broadcast<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let mut objects: SmallVec<[&Object<'py>; 3]> = SmallVec::new();
    for i in 0.. {
        match (args.get(i), args.array(i)) {
            (None, _) => break,
            (Some(_), None) => return Ok(None),
            (Some(_), Some(array)) => objects.push(array),
        }
    }
    let arrays: SmallVec<[&Array; 3]> = objects.iter().map(|object| &*object.get().array).collect();
    if arrays.is_empty() {
        return Ok(None);
    }
    let Ok(views) = guard::quick(|| broadcast_arrays(&arrays)) else {
        return Ok(None);
    };
    let mut results: SmallVec<[Object<'py>; 3]> = SmallVec::new();
    for (object, mut view) in objects.into_iter().zip(views) {
        if view.shape() == object.get().array.shape() {
            results.push(object.clone());
        } else {
            view.set_writeable(false);
            results.push(array::view(object, view)?);
        }
    }
    Ok(Some(PyTuple::new(args.py(), results)?.into_any()))
}

/// The coordinates of the places of the grid that two runs span.
pub(super) fn grid<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let (Some(a), Some(b)) = (args.array(0), args.array(1)) else {
        return Ok(None);
    };
    let (x, y): (&Array, &Array) = (&a.get().array, &b.get().array);
    if x.ndim() != 1 || y.ndim() != 1 {
        return Ok(None);
    }
    let (py, shape) = (args.py(), [y.size(), x.size()]);
    let work = x.size().saturating_mul(y.size());
    let [x, y] = guard::run(py, work, || {
        let column = y.reshape(&[y.size() as i64, 1], Order::C)?;
        let full = |array: &Array| assign::copy(&array.broadcast_to(&shape)?, Some(Order::C));
        Ok([full(x)?, full(&column)?])
    })?;
    let both = [array::fresh(py, x)?, array::fresh(py, y)?];
    Ok(Some(PyTuple::new(py, both)?.into_any()))
}

/// Two arrays, or an array and a number that NumPy would make one of its type, one after the other.
pub(super) fn appended<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let (array, Some(values)) = (&a.get().array, args.get(1)) else {
        return Ok(None);
    };
    let second = if let Some(values) = array::of(values) {
        Operand::Array(values)
    } else if let (Ok(value), DType::F64) = (values.cast_exact::<PyFloat>(), array.dtype()) {
        Operand::Number(Number::Float(value.value()))
    } else {
        return Ok(None);
    };
    if let (Operand::Number(Number::Float(value)), Some(place)) = (second, array.shape().first())
        && let Some(longer) = quick::with(array, *place, &Scalar::new(value))
    {
        return Ok(Some(array::fresh(args.py(), longer)?.into_any()));
    }
    let work = array.size() + array::of(values).map_or(1, Array::size);
    let joined = guard::run(args.py(), work, || {
        join::concatenate_flat(&[Operand::Array(array), second], JoinOptions::default())
    })?;
    Ok(Some(array::fresh(args.py(), joined)?.into_any()))
}

/// Where the integer `place` of `0..n` counts from, from the end where negative.
fn counted(place: Option<i64>, n: usize) -> Option<usize> {
    let place = place?;
    let place = if place < 0 { place + n as i64 } else { place };
    usize::try_from(place).ok()
}

/// A run without the element at one place.
pub(super) fn deleted<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let array = &a.get().array;
    let place = args.get(1).and_then(|_| args.integer(1, 0));
    let place = counted(place, array.size());
    match place.and_then(|place| quick::without(array, place)) {
        Some(shorter) => Ok(Some(array::fresh(args.py(), shorter)?.into_any())),
        None => Ok(None),
    }
}

/// A run with one more element at one place.
pub(super) fn inserted<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let array = &a.get().array;
    let place = args.get(1).and_then(|_| args.integer(1, 0));
    let value = args
        .get(2)
        .and_then(|value| put::number_of(value, array.dtype()));
    let (Some(place), Some(value)) = (counted(place, array.size()), value) else {
        return Ok(None);
    };
    match quick::with(array, place, &value) {
        Some(longer) => Ok(Some(array::fresh(args.py(), longer)?.into_any())),
        None => Ok(None),
    }
}

/// A run in parts of one length.
pub(super) fn split<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let array = &a.get().array;
    let parts = args.get(1).and_then(|_| args.integer(1, 0));
    let (&[n], Some(parts @ 1..)) = (array.shape(), parts) else {
        return Ok(None);
    };
    let (n, parts) = (n as i64, parts);
    if n % parts != 0 {
        return Ok(None);
    }
    let len = n / parts;
    let views = (0..parts).map(|i| {
        let part = guard::quick(|| array.slice(i * len, (i + 1) * len, 1))?;
        array::view(a, part)
    });
    let views: Vec<Object<'py>> = views.collect::<PyResult<_>>()?;
    Ok(Some(PyList::new(args.py(), views)?.into_any()))
}

/// The angles of complex numbers.
pub(super) fn angle<'py>(z: &Object<'py>) -> Given<'py> {
    if z.get().array.dtype().kind() != Kind::Complex {
        return Ok(None);
    }
    let (re, im) = (array::NdArray::real(z)?, array::NdArray::imag(z)?);
    operator::binary(Ufunc::arctan2, im.as_any(), re.as_any()).map(Some)
}

/// Writes an array to one of the same type and shape; where a mask is true, or a number there.
pub(super) fn copied<'py>(dst: &Object<'py>, args: &Args<'_, 'py>) -> Option<Any<'py>> {
    let (this, src) = (dst.get(), args.get(1)?);
    if args.get(2).is_some() || !this.writeable() {
        return None;
    }
    let array = &this.array;
    let done = match (args.get(3), array::of(src)) {
        (None, Some(src)) => interop::copy(array, src),
        (Some(mask), Some(src)) => {
            interop::place_where(array, array::of(mask)?, Written::Each(src))
        }
        (None, None) => false,
        (Some(mask), None) => {
            let number = put::beside(src, array.dtype())?;
            interop::place_where(array, array::of(mask)?, Written::One(&number))
        }
    };
    done.then(|| args.py().None().into_bound(args.py()))
}

/// The elements of two arrays, or of one and a number, that truth values choose between.
pub(super) fn selected<'py>(condition: &Object<'py>, args: &Args<'_, 'py>) -> Option<Any<'py>> {
    let (x, y) = (args.get(1)?, args.get(2)?);
    let number;
    let (x, y) = match (array::of(x), array::of(y)) {
        (Some(x), Some(y)) => (Written::Each(x), Written::Each(y)),
        (Some(x), None) => {
            number = put::beside(y, x.dtype())?;
            (Written::Each(x), Written::One(&number))
        }
        (None, Some(y)) => {
            number = put::beside(x, y.dtype())?;
            (Written::One(&number), Written::Each(y))
        }
        (None, None) => return None,
    };
    let condition = &condition.get().array;
    let chosen = chosen::result(args.py(), |room| quick::select(condition, x, y, room))?;
    Some(chosen.into_any())
}

/// The indices that sort by several keys.
pub(super) fn lexsorted<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    match args.get(0) {
        Some(keys) => Ok(order::lexsorted(keys, -1)?.map(Bound::into_any)),
        None => Ok(None),
    }
}

/// The integers from one to before another, some distance apart, or from zero on; as a type if one is named.
pub(super) fn counting<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let py = args.py();
    let places = (args.integer(0, 0), args.integer(1, 0), args.integer(2, 1));
    let (Some(_), (Some(first), Some(second), Some(step))) = (args.get(0), places) else {
        return Ok(None);
    };
    let dtype = match args.given(3).map(|dtype| dtype::known(py, dtype)) {
        None => DType::I64,
        Some(known) => match known? {
            Some(dtype) => dtype,
            None => return Ok(None),
        },
    };
    let counts = args.get(1).is_none() && args.get(2).is_none();
    if counts && dtype == DType::I64 {
        return Ok(usize::try_from(first).ok().and_then(|n| counted_to(py, n)));
    }
    let (start, stop) = match args.get(1) {
        Some(_) => (first, second),
        None => (0, first),
    };
    let [start, stop, step] = [start, stop, step].map(|number| Number::Int(number.into()));
    let range = guard::quick(|| Array::arange(start, stop, step, Some(dtype)))?;
    Ok(Some(array::fresh(py, range)?.into_any()))
}

/// The integers from zero to before `count`, if there is room for them.
fn counted_to(py: Python<'_>, count: usize) -> Option<Any<'_>> {
    let made = chosen::made(py, |room| {
        let array = quick::blank(&[count], DType::I64, false, room)?;
        let numbers = array.as_slice_mut::<i64>().ok()??;
        for (i, number) in numbers.iter_mut().enumerate() {
            *number = i as i64;
        }
        Some(array)
    });
    made.map(Bound::into_any)
}
