//! A few elements of one axis, read and written by an array of places.

use super::{
    is_dense,
    room::{Room, dense, only_if},
};
use crate::{Array, Overlap, overlap};
use raptors_kernels::{DType, Scalar, moves};

/// Places up to which no plan is asked for: a second thread cannot pay for them.
const FEW: usize = 256;

/// The places in `places`, if they are 64-bit integers, few, and lie in order.
#[inline(always)]
fn numbers(places: &Array) -> Option<&[i64]> {
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

/// Writes `value` to the elements of `to`, which has one axis, at `places`: whether that was so, and all
/// places are within bounds.
///
/// # Safety
///
/// The array may be written, and no Rust reference into its memory exists.
#[inline]
pub unsafe fn place(to: &Array, places: &Array, value: &Scalar) -> bool {
    let (&[n], &[stride]) = (to.shape(), to.strides()) else {
        return false;
    };
    if value.dtype() != to.dtype() || overlap(places, to) != Overlap::Disjoint {
        return false;
    }
    let Some(numbers) = numbers(places).filter(|numbers| moves::outside(numbers, n).is_none())
    else {
        return false;
    };
    let (element, size) = (value.as_in(), to.itemsize());
    let source = (element.bytes().as_ptr(), 0);
    // SAFETY: the value stands for all places, and the target's axis has `n` elements, in other memory
    // than the places.
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
        let one = Scalar::new(7.0);
        // SAFETY: nobody else uses the arrays.
        unsafe {
            assert!(!place(&a, &beyond, &one) && !place(&a, &places, &Scalar::new(1i64)));
            assert!(place(&back, &places.slice(0, 1, 1).unwrap(), &one));
            let ints = Array::from_slice(&[1i64, 0]).unwrap();
            assert!(!place(&ints, &ints, &Scalar::new(1i64)));
        }
        assert_eq!(a.to_vec::<f64>().unwrap(), [7.0, 1.5, 2.5, 3.5, 4.5, 7.0]);
    }
}
