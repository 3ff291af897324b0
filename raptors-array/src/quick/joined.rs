//! Few elements of several arrays, put together in a new one.

use super::{
    is_dense,
    room::{Room, dense},
};
use crate::{Array, Dims, MAX_NDIM};
use raptors_kernels::moves::{self, Source, Target};

/// Bytes of a result up to which it is put together here.
const FEW_BYTES: usize = 8 << 10;

/// `arrays` one after the other along `axis`, or beside each other along a new axis there if `stacks`, in `room`.
/// Nothing where they are of several types, do not go together, have no elements or many, and where one lies
/// neither in one piece nor along one axis, or the result would have too many axes.
#[inline]
pub fn joined<'r>(
    arrays: &[&Array],
    axis: usize,
    stacks: bool,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let first = *arrays.first()?;
    let (dtype, ndim, size) = (first.dtype(), first.ndim(), first.itemsize());
    let axes = ndim + usize::from(stacks);
    if ndim == 0 || axis >= axes || axes > MAX_NDIM {
        return None;
    }
    let (outer, inner) = first.shape().split_at(axis);
    let inner = if stacks { inner } else { &inner[1..] };
    let length = |array: &Array| if stacks { 1 } else { array.shape()[axis] };
    let mut count = 0usize;
    for array in arrays {
        let shape = array.shape();
        if shape.len() != ndim || shape[..axis] != *outer || shape[ndim - inner.len()..] != *inner {
            return None;
        }
        if array.dtype() != dtype || !(ndim == 1 || is_dense(array)) {
            return None;
        }
        count = count.checked_add(length(array))?;
    }
    let mut shape = Dims::from_slice(outer);
    shape.push(count);
    shape.extend_from_slice(inner);
    let mut lengths = shape.iter();
    let n = lengths.try_fold(1usize, |n, &length| n.checked_mul(length))?;
    if n.checked_mul(size)?.wrapping_sub(1) >= FEW_BYTES {
        return None;
    }
    let rows: usize = outer.iter().product();
    let piece: usize = inner.iter().product();
    let result = dense(room, &shape, n, dtype)?;
    let mut to = result.as_mut_ptr();
    for array in arrays {
        let width = length(array) * piece;
        let strides = match *array.strides() {
            [stride] if rows == 1 => [0, stride],
            [stride] => [stride, 0],
            _ => [(width * size) as isize, size as isize],
        };
        let source = Source {
            ptr: array.as_ptr(),
            size,
            shape: [rows, width],
            strides,
        };
        let target = Target {
            ptr: to,
            size,
            shape: [rows, width],
            strides: [(count * piece * size) as isize, size as isize],
        };
        // SAFETY: the elements of the array, in rows of as many as it has within one of the result; the new one has
        // room for all rows of all arrays beside each other.
        unsafe { moves::copy(source, target) };
        to = to.wrapping_add(width * size);
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JoinOptions, join, quick::value};

    fn numbers(shape: &[usize], start: i32) -> Array {
        let numbers: Vec<i32> = (start..).take(shape.iter().product()).collect();
        Array::from_shape(shape, &numbers).unwrap()
    }

    /// Asserts that as much is given as by the long way, if anything is.
    fn is_join(arrays: &[&Array], axis: usize, stacks: bool) -> bool {
        let long = if stacks {
            join::stack
        } else {
            join::concatenate
        };
        let want = long(arrays, axis as i64, JoinOptions::default());
        let Some(given) = value(|room| joined(arrays, axis, stacks, room)) else {
            return false;
        };
        let want = want.unwrap();
        assert_eq!(
            (given.shape(), given.strides()),
            (want.shape(), want.strides())
        );
        assert_eq!(
            given.to_vec::<i32>().unwrap(),
            want.to_vec::<i32>().unwrap()
        );
        true
    }

    #[test]
    fn arrays_are_joined_along_every_axis_as_the_long_way_joins_them() {
        for shape in [&[5][..], &[1], &[3, 4], &[1, 7], &[2, 3, 4], &[2, 1, 3, 2]] {
            let [a, b] = [numbers(shape, 1), numbers(shape, 1000)];
            for axis in 0..shape.len() {
                let mut longer = shape.to_vec();
                longer[axis] += 3;
                let longer = numbers(&longer, 2000);
                assert!(is_join(&[&a, &b], axis, false));
                assert!(is_join(&[&a, &longer, &b], axis, false));
                assert!(!is_join(&[&a, &longer], axis, true));
            }
            for axis in 0..=shape.len() {
                assert!(is_join(&[&a, &b], axis, true));
                assert!(is_join(&[&b], axis, true));
            }
        }
    }

    #[test]
    fn runs_with_gaps_are_joined_and_other_gaps_are_left_to_the_long_way() {
        let a = numbers(&[40], 0);
        let parts = [(0, 40, 3), (39, 0, -3), (2, 15, 1)].map(|(start, stop, step)| {
            let part = a.slice(start, stop, step).unwrap();
            part.slice(0, 13, 1).unwrap()
        });
        let parts: Vec<&Array> = parts.iter().collect();
        assert!(is_join(&parts, 0, false));
        assert!(is_join(&parts, 0, true));
        assert!(is_join(&parts, 1, true));
        let turned = numbers(&[4, 3], 0).t();
        assert!(!is_join(&[&turned, &turned], 0, false));
    }

    #[test]
    fn what_does_not_go_together_is_left_to_the_long_way() {
        let (a, b) = (numbers(&[2, 3], 0), numbers(&[3, 2], 0));
        let (none, many) = (numbers(&[0, 3], 0), numbers(&[900, 3], 0));
        let float = Array::from_shape(&[2, 3], &[0.5f64; 6]).unwrap();
        for other in [&b, &numbers(&[3], 0), &many, &float] {
            assert!(value(|room| joined(&[&a, other], 0, false, room)).is_none());
        }
        assert!(value(|room| joined(&[&a, &a], 2, false, room)).is_none());
        assert!(value(|room| joined(&[&a, &a], 3, true, room)).is_none());
        assert!(value(|room| joined(&[&none, &none], 0, false, room)).is_none());
        assert!(value(|room| joined(&[], 0, false, room)).is_none());
        let one = Array::from_shape(&[], &[1]).unwrap();
        assert!(value(|room| joined(&[&one], 0, true, room)).is_none());
        let deep = Array::from_shape(&[1; MAX_NDIM], &[1]).unwrap();
        assert!(value(|room| joined(&[&deep, &deep], 5, false, room)).is_some());
        assert!(value(|room| joined(&[&deep, &deep], 5, true, room)).is_none());
    }
}
