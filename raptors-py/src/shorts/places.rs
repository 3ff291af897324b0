//! Short ways of functions of places, bits and types.

use super::{Any, Given};
use crate::array::{self, NdArray, Object};
use crate::forward::Args;
use crate::{dtype, flat, guard, interop, order, pick, take, value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyComplex, PyFloat, PyInt, PyString, PyTuple};
use raptors_array::index::Beyond;
use raptors_array::{
    Array, Casting, DType, Kind, Number, Order, Overlap, Scalar, assign, can_cast, overlap,
    promote_types,
};
use smallvec::SmallVec;

/// A plain integer of Python.
fn integer(object: &Any<'_>) -> Option<i64> {
    let plain = object.is_exact_instance_of::<PyInt>();
    plain.then(|| interop::small(object))?
}

/// The lengths of a tuple of positive numbers, whose product is no overflow.
fn lengths(shape: Option<&Any<'_>>) -> Option<SmallVec<[usize; 4]>> {
    let mut size = 1i64;
    let lengths: Option<SmallVec<[usize; 4]>> = shape?
        .cast_exact::<PyTuple>()
        .ok()?
        .iter_borrowed()
        .map(|length| {
            let n = integer(&length).filter(|&n| n > 0)?;
            size = size.checked_mul(n)?;
            usize::try_from(n).ok()
        })
        .collect();
    lengths.filter(|lengths| !lengths.is_empty())
}

/// The places on every axis that a number, or each of an array of them, means.
pub(super) fn unraveled<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let Some(lengths) = lengths(args.get(1)) else {
        return Ok(None);
    };
    if let Some(indices) = args.array(0) {
        let indices = &indices.get().array;
        if indices.dtype() != DType::I64 {
            return Ok(None);
        }
        let places = flat::unraveled(args.py(), indices, &lengths, false)?;
        return Ok(Some(places.into_any()));
    }
    let Some(number) = args.get(0).and_then(integer) else {
        return Ok(None);
    };
    let size: usize = lengths.iter().product();
    if !usize::try_from(number).is_ok_and(|number| number < size) {
        return Ok(None);
    }
    let mut rest = number;
    let mut places: SmallVec<[Object<'py>; 4]> = SmallVec::new();
    for &n in lengths.iter().rev() {
        places.push(array::number(args.py(), &Scalar::new(rest % n as i64))?);
        rest /= n as i64;
    }
    places.reverse();
    Ok(Some(PyTuple::new(args.py(), places)?.into_any()))
}

/// The flat indices that arrays of one shape mean, one for each axis.
pub(super) fn raveled<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let (Some(places), Some(lengths)) = (args.get(0), lengths(args.get(1))) else {
        return Ok(None);
    };
    let Ok(places) = places.cast_exact::<PyTuple>() else {
        return Ok(None);
    };
    let numbers = places.iter_borrowed().map(|item| integer(&item));
    let numbers: Option<SmallVec<[i64; 4]>> = numbers.collect();
    if let Some(numbers) = numbers {
        let inside = |(place, &n): (&i64, &usize)| (0..n as i64).contains(place);
        if numbers.len() != lengths.len() || !numbers.iter().zip(&lengths).all(inside) {
            return Ok(None);
        }
        let flat = numbers.iter().zip(&lengths);
        let flat = flat.fold(0, |flat, (place, &n)| flat * n as i64 + place);
        return Ok(Some(
            array::number(args.py(), &Scalar::new(flat))?.into_any(),
        ));
    }
    let of = |item: Borrowed<'_, '_, PyAny>| {
        let array = array::of(&item)?;
        (array.dtype() == DType::I64).then(|| array.clone())
    };
    let places: Option<SmallVec<[Array; 4]>> = places.iter_borrowed().map(of).collect();
    let Some(places) = places.filter(|places| places.len() == lengths.len()) else {
        return Ok(None);
    };
    if places
        .iter()
        .any(|array| array.shape() != places[0].shape())
    {
        return Ok(None);
    }
    let beyond: SmallVec<[Beyond; 4]> = SmallVec::from_elem(Beyond::Raise, lengths.len());
    let flat = flat::raveled(args.py(), &places, &lengths, &beyond, false)?;
    Ok(Some(flat.into_any()))
}

/// The slices of the array that is the argument at `place` along the axis that is the third one, or its elements, where
/// the mask at the other place is true.
pub(super) fn compressed<'py>(args: &Args<'_, 'py>, place: usize, mask: usize) -> Given<'py> {
    if args.given(2).is_none() {
        return super::masked(args.array(place), args.array(mask));
    }
    let (Some(a), Some(mask), Some(axis)) =
        (args.array(place), args.array(mask), args.integer(2, 0))
    else {
        return Ok(None);
    };
    let truths = &mask.get().array;
    if truths.dtype() != DType::Bool || truths.ndim() != 1 || a.get().array.ndim() == 0 {
        return Ok(None);
    }
    let places = pick::flat_places(mask)?;
    take::taken(a, &places, Some(axis), Beyond::Raise)
}

/// How often each integer occurs, or the sums of what it weighs.
pub(super) fn counts<'py>(x: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let weights = args.array(1);
    if args.given(1).is_some() && weights.is_none() {
        return Ok(None);
    }
    Ok(order::bincounted(x, weights, 0)?.map(Bound::into_any))
}

/// Eight elements of a run to a byte.
pub(super) fn packed<'py>(a: &Object<'py>) -> Given<'py> {
    let array = &a.get().array;
    let whole = matches!(
        array.dtype().kind(),
        Kind::Bool | Kind::Signed | Kind::Unsigned
    );
    if array.ndim() == 0 || !array.is_c_contiguous() && array.ndim() != 1 || !whole {
        return Ok(None);
    }
    let bytes = guard::run(a.py(), array.size(), || match array.ndim() {
        1 => array.pack_bits(0, true),
        _ => array.ravel(Order::C)?.pack_bits(0, true),
    })?;
    Ok(Some(array::fresh(a.py(), bytes)?.into_any()))
}

/// The bits of a run of bytes.
pub(super) fn unpacked<'py>(a: &Object<'py>) -> Given<'py> {
    let array = &a.get().array;
    if array.ndim() != 1 || array.dtype() != DType::U8 {
        return Ok(None);
    }
    let work = array.size().saturating_mul(8);
    let bits = guard::run(a.py(), work, || array.unpack_bits(0, None, true))?;
    Ok(Some(array::fresh(a.py(), bits)?.into_any()))
}

/// The type that one or two arrays and types promote to: of more, NumPy does not go from pair to pair.
pub(super) fn promoted<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let mut found: Option<DType> = None;
    let mut place = 0;
    while let Some(given) = args.get(place) {
        let known = match (array::of(given), found) {
            (Some(array), _) => Some(array.dtype()),
            // A number gives way to the type before it, if that is of its kind or a greater one.
            (None, Some(before)) => match value::plain_number(given) {
                Some(Number::Int(_)) if before != DType::Bool => Some(before),
                Some(Number::Float(_)) if before.kind() >= Kind::Float => Some(before),
                _ => dtype::known(args.py(), given)?,
            },
            (None, None) => dtype::known(args.py(), given)?,
        };
        let Some(known) = known else {
            return Ok(None);
        };
        found = Some(found.map_or(known, |found| promote_types(found, known)));
        place += 1;
    }
    match found {
        Some(found) => Ok(Some(dtype::object(args.py(), found)?.clone())),
        None => Ok(None),
    }
}

/// The smallest type that holds a plain integer, signed for a negative one; the type of an array with axes.
pub(super) fn smallest<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let Some(given) = args.get(0) else {
        return Ok(None);
    };
    let found = match (array::of(given), integer(given)) {
        (Some(array), _) if array.ndim() > 0 => array.dtype(),
        (None, Some(n)) if n < 0 => match n {
            -0x80.. => DType::I8,
            -0x8000.. => DType::I16,
            -0x8000_0000.. => DType::I32,
            _ => DType::I64,
        },
        (None, Some(n)) => match n {
            ..0x100 => DType::U8,
            0x100..0x1_0000 => DType::U16,
            0x1_0000..0x1_0000_0000 => DType::U32,
            _ => DType::U64,
        },
        _ => return Ok(None),
    };
    Ok(Some(dtype::object(args.py(), found)?.clone()))
}

/// Whether `element` is a number or a text, or stands for a scalar; nothing for objects of other classes.
pub(super) fn is_one<'py>(element: &Any<'py>) -> Option<Any<'py>> {
    let plain = element.is_exact_instance_of::<PyFloat>()
        || element.is_exact_instance_of::<PyInt>()
        || element.is_exact_instance_of::<PyString>()
        || element.is_exact_instance_of::<PyBool>()
        || element.is_exact_instance_of::<PyComplex>();
    let answer = match element.cast_exact::<NdArray>() {
        Ok(array) => array.get().is_number(),
        Err(_) => plain.then_some(true)?,
    };
    Some(PyBool::new(element.py(), answer).to_owned().into_any())
}

/// Whether values of one type, or of an array, may be cast to another.
pub(super) fn castable<'py>(args: &Args<'_, 'py>) -> Given<'py> {
    let of = |place| match args.get(place) {
        Some(given) => match array::of(given) {
            Some(array) => Ok(Some(array.dtype())),
            None => dtype::known(args.py(), given),
        },
        None => Ok(None),
    };
    let casting = match args.get(2) {
        None => Some(Casting::Safe),
        Some(name) => match name.cast_exact::<PyString>() {
            Ok(name) => Casting::from_name(&name.to_cow()?),
            Err(_) => None,
        },
    };
    match (of(0)?, of(1)?, casting) {
        (Some(from), Some(to), Some(casting)) => {
            let may = can_cast(from, to, casting);
            Ok(Some(PyBool::new(args.py(), may).to_owned().into_any()))
        }
        _ => Ok(None),
    }
}

/// The view with one axis in front of another.
pub(super) fn rolled<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let array = &a.get().array;
    let n = array.ndim() as i64;
    let (Some(_), Some(axis), Some(start)) = (args.get(1), args.integer(1, 0), args.integer(2, 0))
    else {
        return Ok(None);
    };
    let axis = if axis < 0 { axis + n } else { axis };
    let start = if start < 0 { start + n } else { start };
    if !(0..n).contains(&axis) || !(0..=n).contains(&start) {
        return Ok(None);
    }
    let start = if axis < start { start - 1 } else { start };
    let mut axes: SmallVec<[i64; 4]> = (0..n).filter(|&other| other != axis).collect();
    axes.insert(start as usize, axis);
    let view = guard::quick(|| array.transpose(&axes))?;
    Ok(Some(array::view(a, view)?.into_any()))
}

/// Whether the bytes that two arrays span overlap; with `elements`, whether one has an element of the
/// other, where that is plain to see.
pub(super) fn shared<'py>(args: &Args<'_, 'py>, elements: bool) -> Option<Any<'py>> {
    let (a, b) = (args.array(0)?, args.array(1)?);
    let dense = |a: &Object<'py>| {
        let array = &a.get().array;
        array.is_c_contiguous() || array.is_f_contiguous()
    };
    let answer = match overlap(&a.get().array, &b.get().array) {
        Overlap::Disjoint => false,
        // Bytes without gaps are all elements'.
        Overlap::Possible if elements && !(dense(a) && dense(b)) => return None,
        Overlap::Same | Overlap::Possible => true,
    };
    Some(PyBool::new(args.py(), answer).to_owned().into_any())
}

/// Partitions `a` in place.
pub(super) fn partition<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    match (args.get(1), args.integer(2, -1)) {
        (Some(kth), Some(axis)) if order::partition(a, kth, axis)? => {
            Ok(Some(args.py().None().into_bound(args.py())))
        }
        _ => Ok(None),
    }
}

/// The elements at places of `a`, written to an array of just their kind if one is given.
pub(super) fn taken<'py>(a: &Object<'py>, args: &Args<'_, 'py>) -> Given<'py> {
    let axis = match args.given(2) {
        None => None,
        Some(_) => match args.integer(2, 0) {
            Some(axis) => Some(axis),
            None => return Ok(None),
        },
    };
    let (Some(places), Some(beyond)) = (args.get(1), take::beyond(args.get(4))) else {
        return Ok(None);
    };
    if args.given(3).is_none() {
        return take::taken(a, places, axis, beyond);
    }
    let (Some(out), Some(numbers)) = (args.array(3), array::of(places)) else {
        return Ok(None);
    };
    let (array, target) = (&a.get().array, &out.get().array);
    let fits = numbers.shape() == target.shape() && target.dtype() == array.dtype();
    if array.ndim() != 1 || !fits || !out.get().writeable() {
        return Ok(None);
    }
    // By way of a copy: the output may lie in the memory of what is read.
    let Some(taken) = take::taken(a, places, axis, beyond)? else {
        return Ok(None);
    };
    let Some(taken) = array::of(&taken) else {
        return Ok(None);
    };
    if !interop::copy(target, taken) {
        let target = interop::destination(target)?;
        let copy = || assign::assign(&target, &taken.into(), Casting::Unsafe);
        guard::run(args.py(), taken.size(), copy)?;
    }
    Ok(Some(out.clone().into_any()))
}
