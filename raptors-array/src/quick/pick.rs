//! A few elements of one axis, read and written by an array of places.

use super::{
    is_dense,
    room::{Room, dense, only_if},
};
use crate::{Array, Overlap, overlap};
use raptors_kernels::{DType, Scalar, moves};

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
    let (&[n], &[stride]) = (array.shape(), array.strides()) else {
        return None;
    };
    let numbers = numbers(places)?;
    let result = dense(room, places.shape(), numbers.len(), array.dtype())?;
    let (source, size) = ((array.as_ptr(), n, stride), array.itemsize());
    // SAFETY: the source are the elements of the array's axis; the new result has room for one for
    // each place.
    let wrong = unsafe { moves::pick(source, numbers, result.as_mut_ptr(), size, false) };
    only_if(wrong.is_none(), result)
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
