//! Basic indexing: integers, slices, new axes and an ellipsis make a view.

use crate::{Array, Dims, Error, MAX_NDIM, Result, Strides, layout};

/// One item between the square brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Index {
    /// One place on an axis, which the view does not have; counted from the end where negative.
    Int(i64),
    /// Every `step`-th place from `start` to before `stop`, as in Python.
    Slice {
        /// The first place; the near end if none.
        start: Option<i64>,
        /// The place to stop before; beyond the far end if none.
        stop: Option<i64>,
        /// The distance, not zero; 1 if none.
        step: Option<i64>,
    },
    /// A new axis of length one.
    NewAxis,
    /// As many full slices as there are axes left.
    Ellipsis,
}

impl Index {
    /// The full slice, `:`.
    pub const ALL: Self = Self::Slice {
        start: None,
        stop: None,
        step: None,
    };
}

/// The places that a slice takes on an axis of length `n`: the first, how many, how far apart.
///
/// # Errors
///
/// [`Error::SliceStep`].
#[inline]
pub fn places(
    start: Option<i64>,
    stop: Option<i64>,
    step: Option<i64>,
    n: usize,
) -> Result<(usize, usize, isize)> {
    let n = n as i64;
    // Python clamps so that the step can be negated.
    let step = step.unwrap_or(1).max(-i64::MAX);
    if step == 0 {
        return Err(Error::SliceStep);
    }
    let (low, high) = if step < 0 { (-1, n - 1) } else { (0, n) };
    let clamp = |place: i64| {
        let place = if place < 0 {
            place.saturating_add(n)
        } else {
            place
        };
        place.clamp(low, high)
    };
    let (near, far) = if step < 0 { (high, low) } else { (low, high) };
    let start = start.map_or(near, clamp);
    let stop = stop.map_or(far, clamp);
    let way = if step < 0 { start - stop } else { stop - start };
    if way <= 0 {
        return Ok((0, 0, step as isize));
    }
    if step == 1 {
        // The most common step, without a division.
        return Ok((start as usize, way as usize, 1));
    }
    Ok((
        start as usize,
        ((way - 1) / step.abs() + 1) as usize,
        step as isize,
    ))
}

impl Array {
    /// The view that `indices` choose: one for every axis from the first; axes without one stay.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyIndices`], [`Error::Ellipses`], [`Error::Index`], [`Error::SliceStep`],
    /// [`Error::IndexDimensions`].
    pub fn index(&self, indices: &[Index]) -> Result<Self> {
        let count = |kind: Index| indices.iter().filter(|&&index| index == kind).count();
        let (new, ellipses) = (count(Index::NewAxis), count(Index::Ellipsis));
        let used = indices.len() - new - ellipses;
        if ellipses > 1 {
            return Err(Error::Ellipses);
        }
        if used > self.ndim() {
            return Err(Error::TooManyIndices {
                ndim: self.ndim(),
                count: used,
            });
        }
        let ndim = self.ndim() - used + new + count_slices(indices);
        if ndim > MAX_NDIM {
            return Err(Error::IndexDimensions { ndim });
        }
        let (mut shape, mut strides, mut offset) = (Dims::new(), Strides::new(), 0);
        let mut axis = 0;
        for &index in indices {
            match index {
                Index::Int(i) => {
                    let place = layout::position(i, self.shape()[axis], Some(axis))?;
                    offset += place as isize * self.strides()[axis];
                    axis += 1;
                }
                Index::Slice { start, stop, step } => {
                    let (first, length, step) = places(start, stop, step, self.shape()[axis])?;
                    let stride = self.strides()[axis];
                    offset += first as isize * stride;
                    shape.push(length);
                    // Only a slice of at most one element can have a stride that overflows.
                    strides.push(stride.checked_mul(step).unwrap_or(stride));
                    axis += 1;
                }
                Index::NewAxis => {
                    shape.push(1);
                    strides.push(0);
                }
                Index::Ellipsis => {
                    let end = axis + self.ndim() - used;
                    shape.extend_from_slice(&self.shape()[axis..end]);
                    strides.extend_from_slice(&self.strides()[axis..end]);
                    axis = end;
                }
            }
        }
        shape.extend_from_slice(&self.shape()[axis..]);
        strides.extend_from_slice(&self.strides()[axis..]);
        // SAFETY: every place is inside its axis, so only elements of this array are reached.
        Ok(unsafe { self.view(offset, shape, strides) })
    }
}

fn count_slices(indices: &[Index]) -> usize {
    indices
        .iter()
        .filter(|index| matches!(index, Index::Slice { .. }))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slice(start: Option<i64>, stop: Option<i64>, step: Option<i64>) -> Index {
        Index::Slice { start, stop, step }
    }

    fn cube() -> Array {
        Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i64>>()).unwrap()
    }

    #[test]
    fn indices_choose_what_numpy_chooses() {
        let a = cube();
        let check = |indices: &[Index], shape: &[usize], elements: &[i64]| {
            let view = a.index(indices).unwrap();
            assert_eq!(
                (view.shape(), view.to_vec().unwrap().as_slice()),
                (shape, elements)
            );
        };
        check(&[Index::Int(1), Index::Int(-1), Index::Int(0)], &[], &[20]);
        check(
            &[Index::Ellipsis, Index::Int(3)],
            &[2, 3],
            &[3, 7, 11, 15, 19, 23],
        );
        check(
            &[Index::Int(0), slice(None, None, Some(-2))],
            &[2, 4],
            &[8, 9, 10, 11, 0, 1, 2, 3],
        );
        check(
            &[
                Index::NewAxis,
                Index::Int(0),
                Index::Int(0),
                Index::NewAxis,
                slice(Some(1), None, None),
            ],
            &[1, 1, 3],
            &[1, 2, 3],
        );
        check(&[slice(Some(5), None, None)], &[0, 3, 4], &[]);
        check(
            &[
                Index::Int(0),
                Index::Int(0),
                slice(Some(-2), Some(i64::MAX), None),
            ],
            &[2],
            &[2, 3],
        );
        check(
            &[
                Index::Int(0),
                Index::Int(0),
                slice(None, None, Some(i64::MIN)),
            ],
            &[1],
            &[3],
        );
    }

    #[test]
    fn wrong_indices_are_errors() {
        let error = |indices: &[Index]| cube().index(indices).unwrap_err().to_string();
        assert_eq!(
            error(&[Index::ALL, Index::Int(5)]),
            "index 5 is out of bounds for axis 1 with size 3"
        );
        assert_eq!(
            error(&[Index::Int(0); 4]),
            "too many indices for array: array is 3-dimensional, but 4 were indexed"
        );
        assert_eq!(
            error(&[Index::Ellipsis; 2]),
            "an index can only have a single ellipsis ('...')"
        );
        assert_eq!(
            error(&[slice(None, None, Some(0))]),
            "slice step cannot be zero"
        );
        assert_eq!(
            error(&[Index::NewAxis; 62]),
            "number of dimensions must be within [0, 64], indexing result would have 65"
        );
    }

    /// Python's rule, element by element.
    fn naive(start: Option<i64>, stop: Option<i64>, step: i64, n: i64) -> Vec<i64> {
        let wrap = |i: i64| if i < 0 { i + n } else { i };
        let mut i = match start {
            None if step > 0 => 0,
            None => n - 1,
            Some(i) if step > 0 => wrap(i).max(0),
            Some(i) => wrap(i).min(n - 1),
        };
        let mut places = vec![];
        let end = stop.map(wrap);
        while (0..n).contains(&i) && end.is_none_or(|end| if step > 0 { i < end } else { i > end })
        {
            places.push(i);
            i += step;
        }
        places
    }

    proptest! {
        #[test]
        fn slices_take_the_places_that_python_takes(
            n in 0usize..9,
            start in prop::option::of(-12i64..12),
            stop in prop::option::of(-12i64..12),
            step in prop_oneof![-4i64..0, 1i64..5],
        ) {
            let (first, length, by) = places(start, stop, Some(step), n).unwrap();
            let taken: Vec<i64> = (0..length as i64).map(|i| first as i64 + i * by as i64).collect();
            prop_assert_eq!(taken, naive(start, stop, step, n as i64));
        }
    }
}
