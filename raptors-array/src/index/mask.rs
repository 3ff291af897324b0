//! Truth values as places: which elements are not zero, how many, and what lies there.

use super::error::PickError;
use crate::{Array, Dims, Error, Order, Result, assign, layout, target::Target};
use core::mem::MaybeUninit;
use raptors_kernels::{Bool, DType, In, Level, Out, cast::cast, moves};

/// Few elements, of any type, in the order in which they are looked at.
pub(crate) type Room = MaybeUninit<[u128; 512]>;
/// Truth values of few elements.
const FEW: usize = 1024;

/// The elements of an array in C order: where they are, or packed into `room` where they are few.
pub(crate) fn in_order<'a>(array: &'a Array, room: &'a mut Room) -> Option<In<'a>> {
    let size = array.size();
    if let Some(run) = array.run(0, size) {
        return Some(run);
    }
    if size > FEW || size * array.itemsize() > size_of::<Room>() {
        return None;
    }
    let (shape, strides) = assign::plane(array, array.strides())?;
    let source = moves::Source {
        ptr: array.as_ptr(),
        size: array.itemsize(),
        shape,
        strides,
    };
    // SAFETY: the plane has the elements of the array, for which there is room, aligned for any type;
    // all of the run is written before it is read.
    unsafe {
        moves::pack(source, room.as_mut_ptr().cast());
        Some(In::from_raw(room.as_ptr().cast(), size, array.dtype()))
    }
}

/// The truth values of few elements, without memory of their own.
fn few<'a>(
    array: &'a Array,
    room: &'a mut Room,
    truths: &'a mut [Bool; FEW],
) -> Option<&'a [Bool]> {
    let truths = truths.get_mut(..array.size())?;
    let run = in_order(array, room)?;
    if run.dtype() == DType::Bool {
        return Some(run.of());
    }
    cast(Level::get(), run, Out::from(&mut *truths));
    Some(truths)
}

/// The truth values of an array in C order: its own memory where that is how they lie.
fn truth(array: &Array) -> Result<Array> {
    if array.dtype() == DType::Bool && array.is_c_contiguous() {
        return Ok(array.clone());
    }
    assign::astype(array, DType::Bool, Some(Order::C))
}

fn run(mask: &Array) -> Result<&[Bool]> {
    mask.as_slice::<Bool>().ok_or(Error::Internal {
        what: "a mask that does not lie in order",
    })
}

/// How many elements are not zero.
///
/// # Errors
///
/// [`Error::Memory`] for the truth values.
pub fn count_nonzero(array: &Array) -> Result<usize> {
    Ok(moves::count_nonzero(run(&truth(array)?)?))
}

/// The indices of the elements that are not zero, in C order: one array for each axis.
///
/// # Errors
///
/// [`PickError::NonzeroScalar`] for an array without axes, [`PickError::MaskChanged`], or
/// [`Error::Memory`].
pub fn nonzero(array: &Array) -> Result<Vec<Array>> {
    if array.ndim() == 0 {
        let truth = array.dtype() == DType::Bool;
        return Err(PickError::NonzeroScalar { truth }.into());
    }
    let (mut room, mut truths) = (Room::uninit(), [Bool::FALSE; FEW]);
    let whole;
    let mask = if let Some(mask) = few(array, &mut room, &mut truths) {
        mask
    } else {
        whole = truth(array)?;
        run(&whole)?
    };
    let count = moves::count_nonzero(mask);
    if array.ndim() == 1 {
        let mut places = Array::empty(&[count], DType::I64, Order::C)?;
        // Another thread may change the mask meanwhile: then there is not the room for what is found.
        if let Some(places) = places.as_slice_mut::<i64>()?
            && moves::count_nonzero(mask) <= count
        {
            moves::nonzero(mask, places);
        }
        return Ok(vec![places]);
    }
    let mut places = (0..array.ndim())
        .map(|_| Array::empty(&[count], DType::I64, Order::C))
        .collect::<Result<Vec<_>>>()?;
    let cols = array.shape()[array.ndim() - 1];
    if count == 0 || cols == 0 {
        return Ok(places);
    }
    let mut slices = Vec::with_capacity(places.len());
    for array in &mut places {
        slices.push(array.as_slice_mut::<i64>()?.ok_or(Error::Internal {
            what: "places of another type",
        })?);
    }
    let outer = &array.shape()[..array.ndim() - 1];
    let mut index = Dims::from_elem(0, outer.len());
    let mut k = 0;
    if let [heads @ .., last] = slices.as_mut_slice() {
        for row in mask.chunks(cols) {
            let end = k + moves::nonzero(row, &mut last[k..]);
            for (head, &i) in heads.iter_mut().zip(&index) {
                head[k..end].fill(i as i64);
            }
            k = end;
            for (i, &n) in index.iter_mut().zip(outer).rev() {
                *i += 1;
                if *i < n {
                    break;
                }
                *i = 0;
            }
        }
        unchanged(k, count)?;
    }
    Ok(places)
}

/// The elements where `mask`, of the same shape, is true, in C order.
///
/// # Errors
///
/// [`PickError::MaskLength`] for another shape, [`PickError::MaskChanged`], or [`Error::Memory`].
pub fn compress(array: &Array, mask: &Array) -> Result<Array> {
    check(array, mask)?;
    if layout::size(mask.shape()) == 0 {
        return Array::empty(&[0], array.dtype(), Order::C);
    }
    let (mut room, mut truths, mut elements) = (Room::uninit(), [Bool::FALSE; FEW], Room::uninit());
    let (whole, dense);
    let mask = if let Some(mask) = few(mask, &mut room, &mut truths) {
        mask
    } else {
        whole = truth(mask)?;
        run(&whole)?
    };
    let count = moves::count_nonzero(mask);
    let result = Array::empty(&[count], array.dtype(), Order::C)?;
    let from = if let Some(from) = in_order(array, &mut elements) {
        Some(from)
    } else {
        dense = assign::copy(array, Some(Order::C))?;
        dense.run(0, dense.size())
    };
    let mut target = Target::fresh(&result);
    if let (Some(from), Some(mut to)) = (from, target.run(0, count)) {
        let found = moves::compress(mask, from.bytes(), to.bytes(), array.itemsize());
        unchanged(found, count)?;
    }
    Ok(result)
}

/// Another thread may change a mask between its true values being counted and their being used:
/// what has no room is not written, and no place that was not written may be seen.
fn unchanged(found: usize, count: usize) -> Result<()> {
    if found == count {
        Ok(())
    } else {
        Err(PickError::MaskChanged.into())
    }
}

/// Writes the elements of `value` to where `mask` is true, in C order; does nothing, and gives
/// false, where `target` or `value` does not lie in one piece.
///
/// # Errors
///
/// [`Error::Memory`], or [`PickError::MaskChanged`].
pub(super) fn expand(target: &Target<'_>, mask: &Array, value: &Array) -> Result<bool> {
    let to = target.array();
    if mask.size() != to.size() {
        return Ok(false);
    }
    let mask = truth(mask)?;
    let mask = run(&mask)?;
    let mut whole = Target::fresh(to);
    let (Some(from), Some(mut out)) = (value.run(0, value.size()), whole.run(0, to.size())) else {
        return Ok(false);
    };
    let taken = moves::expand(mask, from.bytes(), out.bytes(), to.itemsize());
    unchanged(taken, value.size())?;
    Ok(true)
}

fn check(array: &Array, mask: &Array) -> Result<()> {
    let lengths = || array.shape().iter().zip(mask.shape());
    if mask.ndim() > array.ndim() {
        return Err(Error::TooManyIndices {
            ndim: array.ndim(),
            count: mask.ndim(),
        });
    }
    match lengths().position(|(n, m)| n != m && *m != 0) {
        Some(axis) => Err(PickError::MaskLength {
            axis,
            size: array.shape()[axis],
            mask: mask.shape()[axis],
        }
        .into()),
        None if ![0, array.size()].contains(&layout::size(mask.shape())) => Err(Error::Internal {
            what: "a mask with fewer axes",
        }),
        None => Ok(()),
    }
}
