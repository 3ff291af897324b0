//! A few elements of one axis, read and written by an array of places.

use super::{
    is_dense,
    room::{Room, dense, only_if},
};
use crate::{Array, Dims, MAX_NDIM, Overlap, overlap, scratch::Scratch, small::gather};
use raptors_kernels::{
    DType, Scalar,
    moves::{self, Source},
};

/// Places up to which no plan is asked for: a second thread cannot pay for the microsecond that they take.
pub(super) const FEW: usize = 2048;

/// What is written by an array of places.
#[derive(Clone, Copy, Debug)]
pub enum Written<'a> {
    /// One element, to all of them.
    One(&'a Scalar),
    /// An element to each.
    Each(&'a Array),
}

/// The places in `places`, if they are 64-bit integers, few, and lie in order.
#[inline(always)]
pub(super) fn numbers(places: &Array) -> Option<&[i64]> {
    let n = places.size();
    if places.dtype() != DType::I64 || n.wrapping_sub(1) >= FEW || !is_dense(places) {
        return None;
    }
    // SAFETY: `n` aligned integers in one piece, which live as long as the array.
    Some(unsafe { core::slice::from_raw_parts(places.as_ptr().cast(), n) })
}

/// The elements of `array`, which has one axis, at `places`, in `room`; nothing where that is not so, or
/// where a place is out of bounds.
#[inline(always)]
pub fn pick<'r>(array: &Array, places: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    match numbers(places) {
        Some(numbers) => pick_numbers(array, numbers, places.shape(), room),
        None => pick_apart(array, places, room),
    }
}

#[inline(always)]
fn pick_numbers<'r>(
    array: &Array,
    numbers: &[i64],
    shape: &[usize],
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let (&[n], &[stride]) = (array.shape(), array.strides()) else {
        return None;
    };
    let result = dense(room, shape, numbers.len(), array.dtype())?;
    let (source, size) = ((array.as_ptr(), n, stride), array.itemsize());
    // SAFETY: the source are the elements of the array's axis; the new result has room for one for
    // each place.
    let wrong = unsafe { moves::pick(source, numbers, result.as_mut_ptr(), size, false) };
    only_if(wrong.is_none(), result)
}

/// As [`pick`] at few places along one axis with gaps or backwards, which are packed on the stack.
#[inline(never)]
fn pick_apart<'r>(array: &Array, places: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    let (&[n], &[stride]) = (places.shape(), places.strides()) else {
        return None;
    };
    let size = size_of::<i64>();
    if places.dtype() != DType::I64 || n.wrapping_sub(1) >= FEW_BYTES / size {
        return None;
    }
    let source = Source {
        ptr: places.as_ptr(),
        size,
        shape: [1, n],
        strides: [0, stride],
    };
    let mut packed = Scratch::<FEW_BYTES>::new();
    let to = packed.ptr();
    // SAFETY: the source are the elements of the array, for which there is room, aligned for any type; what
    // is read of it was written.
    let numbers = unsafe {
        moves::pack(source, to);
        core::slice::from_raw_parts(to.cast(), n)
    };
    pick_numbers(array, numbers, &[n], room)
}

/// Rows up to which they are copied one by one.
const FEW_ROWS: usize = 256;
/// Bytes of rows that are copied so, and of places that are packed.
const FEW_BYTES: usize = 8 << 10;

/// What lies at `places` of the first axis of `array`, which has more of them, in `room`; nothing where these do not
/// lie in C's order, or have less than two elements, where it is not little or would have too many axes, or where a
/// place is out of bounds.
#[inline]
pub fn pick_rows<'r>(array: &Array, places: &Array, room: impl Room<'r>) -> Option<&'r mut Array> {
    let (&[n, ref rest @ ..], &[stride, ref steps @ ..]) = (array.shape(), array.strides()) else {
        return None;
    };
    let in_order = |steps: &[isize]| steps[0].unsigned_abs() >= steps[1].unsigned_abs();
    let size = array.itemsize();
    let mut lengths = rest.iter();
    let each = lengths.try_fold(1usize, |n, &length| n.checked_mul(length))?;
    if each < 2 || places.ndim() + rest.len() > MAX_NDIM || !steps.windows(2).all(in_order) {
        return None;
    }
    let numbers = numbers(places).filter(|numbers| numbers.len() <= FEW_ROWS)?;
    let count = numbers.len().checked_mul(each)?;
    if count.checked_mul(size)? > FEW_BYTES {
        return None;
    }
    let mut shape = Dims::from_slice(places.shape());
    shape.extend_from_slice(rest);
    let result = dense(room, &shape, count, array.dtype())?;
    let (mut to, bytes) = (result.as_mut_ptr(), each * size);
    let dense_rows = matches!(steps, &[step] if step == size as isize);
    for &number in numbers {
        let place = number.wrapping_add(n as i64 & (number >> 63));
        if place as u64 >= n as u64 {
            return only_if(false, result);
        }
        let from = array.as_ptr().wrapping_offset(place as isize * stride);
        // SAFETY: the elements at one of the `n` places, for which the new result has room.
        unsafe {
            if dense_rows {
                to.copy_from_nonoverlapping(from, bytes);
            } else {
                gather(from, size, rest, steps, to);
            }
        }
        to = to.wrapping_add(bytes);
    }
    Some(result)
}

/// What lies at `places` of the last axis of `array`, in `room`; nothing where these or the array do not lie in C's
/// order, where it is not little or would have too many axes, or where a place is out of bounds.
#[inline]
pub fn pick_columns<'r>(
    array: &Array,
    places: &Array,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let (&n, outer) = array.shape().split_last()?;
    let numbers = numbers(places).filter(|_| is_dense(array))?;
    let (rows, size) = (array.size() / n.max(1), array.itemsize());
    let count = numbers.len().checked_mul(rows)?;
    let little = rows.wrapping_sub(1) < FEW_ROWS && count.checked_mul(size)? <= FEW_BYTES;
    if !little || outer.len() + places.ndim() > MAX_NDIM {
        return None;
    }
    let mut shape = Dims::from_slice(outer);
    shape.extend_from_slice(places.shape());
    let result = dense(room, &shape, count, array.dtype())?;
    for row in 0..rows {
        let from = array.as_ptr().wrapping_add(row * n * size);
        let to = result.as_mut_ptr().wrapping_add(row * numbers.len() * size);
        // SAFETY: the source are the elements of a row; the new result has room for one for each place in each row.
        let wrong = unsafe { moves::pick((from, n, size as isize), numbers, to, size, false) };
        if wrong.is_some() {
            return only_if(false, result);
        }
    }
    Some(result)
}

/// The first element that is written to `to` and the bytes to the next; nothing where they have another type, do
/// not lie as `places` do, or in the memory of `to`.
#[inline(always)]
pub(super) fn source(
    to: &Array,
    places: &Array,
    written: Written<'_>,
) -> Option<(*const u8, isize)> {
    let (dtype, source) = match written {
        Written::One(value) => (value.dtype(), (value.as_in().bytes().as_ptr(), 0)),
        Written::Each(values) => {
            let apart = overlap(values, to) == Overlap::Disjoint;
            if values.shape() != places.shape() || !apart || !is_dense(values) {
                return None;
            }
            (values.dtype(), (values.as_ptr(), to.itemsize() as isize))
        }
    };
    (dtype == to.dtype()).then_some(source)
}

/// Writes `written` to the elements of `to`, which has one axis, at `places`: whether that was so, it lies
/// as they do, and all places are within bounds.
///
/// # Safety
///
/// The array may be written, and no Rust reference into its memory exists.
#[inline]
pub(super) unsafe fn place_on_one(to: &Array, places: &Array, written: Written<'_>) -> bool {
    let (&[n], &[stride]) = (to.shape(), to.strides()) else {
        return false;
    };
    let size = to.itemsize();
    let Some(source) = source(to, places, written) else {
        return false;
    };
    if overlap(places, to) != Overlap::Disjoint {
        return false;
    }
    let Some(numbers) = numbers(places).filter(|numbers| moves::outside(numbers, n).is_none())
    else {
        return false;
    };
    // SAFETY: there is one value for all places or one for each, and the target's axis has `n` elements,
    // in other memory than those and the places.
    unsafe { moves::place(source, numbers, (to.as_mut_ptr(), n, stride), size) };
    true
}

#[cfg(test)]
mod tests {
    use super::super::{tests::numbers, value};
    use super::*;
    use crate::{Item, Order, index};

    #[test]
    fn few_rows_by_place() {
        let a = numbers(24).reshape(&[4, 3, 2], Order::C).unwrap();
        let matrix = numbers(24).reshape(&[4, 6], Order::C).unwrap();
        let views = [
            a.clone(),
            a.row(1).unwrap(),
            matrix.t(),
            matrix.slice(3, i64::MIN, -1).unwrap(),
            a.transpose(&[1, 0, 2]).unwrap(),
        ];
        for places in [&[0i64, -1, 2, 2][..], &[1], &[-2, -3]] {
            let flat = Array::from_slice(places).unwrap();
            for places in [flat.clone(), flat.reshape(&[1, -1], Order::C).unwrap()] {
                for view in &views {
                    let want = index::pick(view, &[Item::Integers(places.clone())]).unwrap();
                    let given = value(|room| pick_rows(view, &places, room)).unwrap();
                    assert_eq!(
                        (given.shape(), given.strides()),
                        (want.shape(), want.strides())
                    );
                    assert_eq!(
                        given.to_vec::<f64>().unwrap(),
                        want.to_vec::<f64>().unwrap()
                    );
                }
            }
        }
        let few = |array: &Array, places: &[i64]| {
            let places = Array::from_slice(places).unwrap();
            value(|room| pick_rows(array, &places, room))
        };
        assert!(few(&a, &[4]).is_none() && few(&a, &[-5]).is_none());
        assert!(few(&numbers(6), &[0]).is_none());
        assert!(few(&a.transpose(&[0, 2, 1]).unwrap(), &[0]).is_none());
        assert!(few(&numbers(3).reshape(&[3, 1], Order::C).unwrap(), &[0]).is_none());
        assert!(few(&Array::zeros(&[0, 2], DType::F64, Order::C).unwrap(), &[0]).is_none());
        let mut deep = [1; MAX_NDIM];
        deep[MAX_NDIM - 1] = 2;
        let deep = Array::from_shape(&deep, &[0.5, 1.5]).unwrap();
        assert_eq!(few(&deep, &[0, 0]).unwrap().ndim(), MAX_NDIM);
        let places = Array::from_shape(&[1, 1], &[0i64]).unwrap();
        assert!(value(|room| pick_rows(&deep, &places, room)).is_none());
    }

    #[test]
    fn few_elements_by_place() {
        let a = numbers(6);
        let back = a.slice(5, i64::MIN, -1).unwrap();
        let places = Array::from_shape(&[2, 2], &[0i64, -1, 5, -6]).unwrap();
        let picked = value(|room| pick(&back, &places, room)).unwrap();
        assert_eq!(picked.shape(), [2, 2]);
        assert_eq!(picked.to_vec::<f64>().unwrap(), [5.5, 0.5, 0.5, 5.5]);
        let beyond = Array::from_slice(&[0i64, 6]).unwrap();
        let short = Array::from_slice(&[0i32]).unwrap();
        assert!(
            value(|room| pick(&a, &beyond, room)).is_none()
                && value(|room| pick(&a, &short, room)).is_none()
        );
        assert!(value(|room| pick(&places, &places, room)).is_none());
        let (one, wrong) = (Scalar::new(7.0), Scalar::new(1i64));
        let one = Written::One(&one);
        // SAFETY: nobody else uses the arrays.
        unsafe {
            assert!(
                !place_on_one(&a, &beyond, one) && !place_on_one(&a, &places, Written::One(&wrong))
            );
            assert!(place_on_one(&back, &places.slice(0, 1, 1).unwrap(), one));
            let ints = Array::from_slice(&[1i64, 0]).unwrap();
            assert!(!place_on_one(&ints, &ints, Written::One(&wrong)));
        }
        assert_eq!(a.to_vec::<f64>().unwrap(), [7.0, 1.5, 2.5, 3.5, 4.5, 7.0]);
    }
}
