//! What stands between the square brackets, as the array crate takes it.

use crate::array::{self, NdArray};
use crate::{interop, list};
use pyo3::exceptions::{PyIndexError, PyMemoryError, PyOverflowError, PyRecursionError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyEllipsis, PyInt, PyList, PySlice, PyTuple};
use raptors_array::index::{Choice, Item};
use raptors_array::{Array, Bool, DType, Index, Kind};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// A key of one kind or the other.
pub(crate) enum Key {
    /// Chooses a view. An array without axes stood for one of the integers if `copies`, so that the
    /// result is a copy.
    View {
        indices: SmallVec<[Index; 4]>,
        copies: bool,
    },
    /// Picks elements by arrays.
    Pick(Vec<Item>),
}

/// One item of a key.
enum One {
    Basic(Index),
    /// An integer in an array without axes.
    Scalar(i64),
    Array(Item),
}

/// Reads what stands between the square brackets.
#[inline]
pub(crate) fn read(key: &Any<'_>) -> PyResult<Key> {
    if key.is_exact_instance_of::<PyInt>() {
        return Ok(Key::View {
            indices: SmallVec::from_elem(Index::Int(integer(key)?), 1),
            copies: false,
        });
    }
    let mut reading = Reading::default();
    match key.cast::<PyTuple>() {
        Ok(tuple) => {
            let mut bounds = Ok(());
            for item in tuple.iter_borrowed() {
                match one(&item) {
                    Ok(one) => reading.add(one),
                    // What is no index at all is told first.
                    Err(error) if item.is_exact_instance_of::<PySlice>() => {
                        bounds = bounds.and(Err(error));
                    }
                    Err(error) => return Err(error),
                }
            }
            bounds?;
        }
        Err(_) => reading.add(one(key)?),
    }
    Ok(reading.finish())
}

/// A key whose items are being read.
#[derive(Default)]
struct Reading {
    indices: SmallVec<[Index; 4]>,
    copies: bool,
    items: Option<Vec<Item>>,
}

impl Reading {
    fn add(&mut self, one: One) {
        let index = match one {
            One::Basic(index) => index,
            One::Scalar(i) => {
                self.copies = true;
                Index::Int(i)
            }
            One::Array(item) => {
                let before = || {
                    self.indices
                        .iter()
                        .map(|&index| Item::Basic(index))
                        .collect()
                };
                self.items.get_or_insert_with(before).push(item);
                return;
            }
        };
        match &mut self.items {
            Some(items) => items.push(Item::Basic(index)),
            None => self.indices.push(index),
        }
    }

    fn finish(self) -> Key {
        match self.items {
            Some(items) => Key::Pick(items),
            None => Key::View {
                indices: self.indices,
                copies: self.copies,
            },
        }
    }
}

#[inline]
fn one(item: &Any<'_>) -> PyResult<One> {
    if item.is_exact_instance_of::<PyInt>() {
        return Ok(One::Basic(Index::Int(integer(item)?)));
    }
    if let Ok(slice) = item.cast_exact::<PySlice>() {
        let [start, stop, step] = interop::bounds(slice)?;
        return Ok(One::Basic(Index::Slice {
            start: Some(start),
            stop: Some(stop),
            step: Some(step),
        }));
    }
    if item.is_none() {
        return Ok(One::Basic(Index::NewAxis));
    }
    if item.is_exact_instance_of::<PyEllipsis>() {
        return Ok(One::Basic(Index::Ellipsis));
    }
    if let Some(array) = array::of(item) {
        return Ok(match from_array(array, item)? {
            // Reductions and elements of arrays are numbers to NumPy: those choose views.
            One::Scalar(place) if !array.writeable() => One::Basic(Index::Int(place)),
            one => one,
        });
    }
    other(item)
}

/// An index that is neither of Python's own nor an array of Raptors'.
fn other(item: &Any<'_>) -> PyResult<One> {
    if let Ok(truth) = item.cast::<PyBool>() {
        return mask_of_one(truth.is_true());
    }
    if interop::is_numpy(item) {
        return match interop::from_numpy(item)? {
            Some(array) => from_array(&array, item),
            None => swapped(item),
        };
    }
    if !interop::is_numpy_scalar(item)
        && (item.is_exact_instance_of::<PyList>() || item.hasattr("__len__")?)
    {
        return sequence(item);
    }
    if item.hasattr("__index__")? {
        match item.call_method0("__index__") {
            Ok(index) => return Ok(One::Basic(Index::Int(integer(&index)?))),
            Err(error) if !is_hopeless(&error, item.py()) => {}
            Err(error) => return Err(error),
        }
    }
    sequence(item)
}

/// An index that NumPy reads as an array: a list, a truth value, an object with a protocol.
fn sequence(item: &Any<'_>) -> PyResult<One> {
    if item.is_exact_instance_of::<PyList>()
        && let Some(array) = list::read(item, None)?
        && array.size() > 0
        && matches!(array.dtype(), DType::Bool | DType::I64)
    {
        return from_array(&array, item);
    }
    let numpy = item.py().import("numpy")?;
    let is_array = item.is_instance(&numpy.getattr("ndarray")?)?;
    let array = numpy.call_method1("asarray", (item,))?;
    let array = match interop::from_numpy(&array)? {
        Some(array) => array,
        None if is_array => return Err(wrong_type()),
        None => return Err(invalid()),
    };
    match array.dtype().kind() {
        Kind::Bool | Kind::Signed | Kind::Unsigned => from_array(&array, item),
        // An empty list has no type of its own.
        _ if array.size() == 0 && !is_array => {
            let empty = crate::guard::quick(|| {
                Array::empty(array.shape(), DType::I64, raptors_array::Order::C)
            })?;
            Ok(One::Array(Item::Integers(empty)))
        }
        _ if is_array => Err(wrong_type()),
        _ => Err(invalid()),
    }
}

/// A NumPy array of a dtype that Raptors has not: integers in another byte order are indices too.
#[cold]
fn swapped(item: &Any<'_>) -> PyResult<One> {
    let kind: char = item.getattr("dtype")?.getattr("kind")?.extract()?;
    if kind != 'i' && kind != 'u' {
        return Err(wrong_type());
    }
    let int64 = crate::dtype::object(item.py(), DType::I64)?;
    let native = item.call_method1("astype", (int64,))?;
    match interop::from_numpy(&native)? {
        Some(array) => from_array(&array, &native),
        None => Err(wrong_type()),
    }
}

/// An array of integers or of truth values.
fn from_array(array: &Array, item: &Any<'_>) -> PyResult<One> {
    match array.dtype().kind() {
        Kind::Bool => Ok(One::Array(Item::Mask(array.clone()))),
        Kind::Signed | Kind::Unsigned if array.ndim() == 0 => {
            if let Some(place) = signed(array) {
                return Ok(One::Scalar(place));
            }
            let index = item
                .call_method0("__index__")
                .and_then(|index| integer(&index));
            Ok(One::Scalar(index?))
        }
        Kind::Signed | Kind::Unsigned => Ok(One::Array(Item::Integers(array.clone()))),
        // A scalar of NumPy is no array to it.
        _ if item
            .cast_exact::<NdArray>()
            .is_ok_and(|item| item.get().is_scalar()) =>
        {
            Err(invalid())
        }
        _ => Err(wrong_type()),
    }
}

fn mask_of_one(truth: bool) -> PyResult<One> {
    let mask = crate::guard::quick(|| Array::from_shape(&[], &[Bool::from(truth)]))?;
    Ok(One::Array(Item::Mask(mask)))
}

/// Axes of arrays whose elements are looked up without a detour.
const MOST: usize = 8;

/// The places that a key names: an integer, or a tuple of nothing else.
pub(crate) struct Places {
    places: [i64; MOST],
    count: usize,
}

impl Places {
    /// One for each axis.
    #[inline(always)]
    pub(crate) fn get(&self) -> &[i64] {
        &self.places[..self.count.min(MOST)]
    }
}

/// The places that a key names, if it is one for each of `ndim` axes.
#[inline(always)]
pub(crate) fn places(key: &Any<'_>, ndim: usize) -> Option<Places> {
    let mut found = Places {
        places: [0; MOST],
        count: ndim,
    };
    if ndim == 1 && key.is_exact_instance_of::<PyInt>() {
        found.places[0] = interop::small(key)?;
        return Some(found);
    }
    let tuple = key.cast_exact::<PyTuple>().ok()?;
    if tuple.len() != ndim || ndim > MOST {
        return None;
    }
    for (item, place) in tuple.iter_borrowed().zip(&mut found.places) {
        if !item.is_exact_instance_of::<PyInt>() {
            return None;
        }
        *place = interop::small(&item)?;
    }
    Some(found)
}

/// A key that is one array with axes, of integers or truth values.
#[inline]
pub(crate) fn item(key: &Any<'_>) -> Option<Item> {
    let array = array::of(key).filter(|array| array.ndim() > 0)?;
    match array.dtype().kind() {
        Kind::Bool => Some(Item::Mask(array.clone())),
        Kind::Signed | Kind::Unsigned => Some(Item::Integers(array.clone())),
        _ => None,
    }
}

/// What `f` gives for a key that is a tuple of several arrays and of nothing else.
#[inline]
pub(crate) fn of_arrays<R>(key: &Any<'_>, f: impl FnOnce(&[&Array]) -> Option<R>) -> Option<R> {
    let tuple = key.cast_exact::<PyTuple>().ok()?;
    let items: SmallVec<[Borrowed<'_, '_, PyAny>; 4]> = tuple.iter_borrowed().collect();
    let arrays: Option<SmallVec<[&Array; 4]>> = items.iter().map(|item| array::of(item)).collect();
    f(&arrays.filter(|arrays| arrays.len() > 1)?)
}

/// A key that is one integer in an array without axes.
#[inline]
pub(crate) fn place(key: &Any<'_>) -> Option<i64> {
    let array = array::of(key).filter(|array| array.ndim() == 0)?;
    array.single::<i64>().or_else(|| signed(array))
}

/// The integer in an array without axes, if that is signed.
fn signed(array: &Array) -> Option<i64> {
    let scalar = array.item().ok()?;
    match array.dtype() {
        DType::I64 => Some(scalar.get::<i64>()),
        DType::I32 => Some(scalar.get::<i32>().into()),
        DType::I16 => Some(scalar.get::<i16>().into()),
        DType::I8 => Some(scalar.get::<i8>().into()),
        _ => None,
    }
}

/// Chooses what a key of integers, slices, new axes and an ellipsis means; nothing for other keys, and
/// where something is wrong.
#[inline]
pub(crate) fn choose(key: &Any<'_>, choice: &mut Choice<'_>) -> PyResult<Option<()>> {
    let Ok(tuple) = key.cast_exact::<PyTuple>() else {
        return choose_one(key, choice);
    };
    for (i, item) in tuple.iter_borrowed().enumerate() {
        let done = if item.is_exact_instance_of::<PyEllipsis>() {
            axes_after(tuple, i).and_then(|count| choice.all_but(count))
        } else {
            choose_one(&item, choice)?
        };
        if done.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(()))
}

/// The axes that the items of a key behind number `i`, an ellipsis, take; nothing where there is another.
#[inline]
fn axes_after(tuple: &Bound<'_, PyTuple>, i: usize) -> Option<usize> {
    let mut count = 0;
    for item in tuple.iter_borrowed().skip(i + 1) {
        if item.is_exact_instance_of::<PyEllipsis>() {
            return None;
        }
        count += usize::from(!item.is_none());
    }
    Some(count)
}

/// As [`choose`], for one item.
#[inline(always)]
fn choose_one(item: &Any<'_>, choice: &mut Choice<'_>) -> PyResult<Option<()>> {
    if item.is_exact_instance_of::<PyInt>() {
        return Ok(interop::small(item).and_then(|place| choice.place(place)));
    }
    if let Ok(slice) = item.cast_exact::<PySlice>() {
        if !interop::has_plain_bounds(slice) {
            // Bounds are read once, before anything is made, and what is no index at all is told first:
            // by the general way.
            return Ok(None);
        }
        let [start, stop, step] = interop::bounds(slice)?;
        return Ok(choice.slice(start, stop, step));
    }
    if item.is_none() {
        return Ok(choice.new_axis());
    }
    Ok(item.is_exact_instance_of::<PyEllipsis>().then_some(()))
}

/// An integer as an index; one beyond 64 bits is none.
#[inline]
pub(crate) fn integer(item: &Any<'_>) -> PyResult<i64> {
    item.extract().map_err(|_| match item.extract::<u64>() {
        // NumPy makes an array of it, and finds no place there.
        Ok(_) => PyOverflowError::new_err("Python int too large to convert to C long"),
        Err(_) => invalid(),
    })
}

/// Whether an error is none of the index's fault.
fn is_hopeless(error: &PyErr, py: Python<'_>) -> bool {
    error.is_instance_of::<PyMemoryError>(py) || error.is_instance_of::<PyRecursionError>(py)
}

#[cold]
fn invalid() -> PyErr {
    PyIndexError::new_err(
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or \
         boolean arrays are valid indices",
    )
}

#[cold]
fn wrong_type() -> PyErr {
    PyIndexError::new_err("arrays used as indices must be of integer (or boolean) type")
}
