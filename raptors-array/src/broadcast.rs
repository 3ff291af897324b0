//! Broadcasting: the shape that several shapes agree on, and the strides that repeat an array.

use crate::{Array, Dims, Error, Result, Strides, layout};
use smallvec::SmallVec;

/// The shape that arrays of these shapes broadcast to: aligned at the last axis, lengths of one
/// stretch.
///
/// # Errors
///
/// [`Error::Broadcast`].
#[inline]
pub fn broadcast(shapes: &[&[usize]]) -> Result<Dims> {
    let [first, rest @ ..] = shapes else {
        return Ok(Dims::new());
    };
    let mut result = Dims::from_slice(first);
    for &shape in rest {
        if *shape == *result {
            continue;
        }
        let missing = shape.len().saturating_sub(result.len());
        result.insert_many(0, core::iter::repeat_n(1, missing));
        let start = result.len() - shape.len();
        for (length, &n) in result[start..].iter_mut().zip(shape) {
            if *length == 1 {
                *length = n;
            } else if n != *length && n != 1 {
                return Err(Error::Broadcast {
                    shapes: shapes.iter().map(|&s| s.into()).collect(),
                });
            }
        }
    }
    Ok(result)
}

/// The strides with which an array of `shape` and `strides` fills `to`: zero where it repeats.
/// `None` where it does not broadcast.
#[inline]
pub fn broadcast_strides(shape: &[usize], strides: &[isize], to: &[usize]) -> Option<Strides> {
    if shape == to {
        return Some(Strides::from_slice(strides));
    }
    let start = to.len().checked_sub(shape.len())?;
    let mut result = Strides::from_elem(0, to.len());
    for (((r, &n), &stride), &length) in result[start..]
        .iter_mut()
        .zip(shape)
        .zip(strides)
        .zip(&to[start..])
    {
        if n == length {
            *r = stride;
        } else if n != 1 {
            return None;
        }
    }
    Some(result)
}

impl Array {
    /// A read-only view of `shape` that repeats this array.
    ///
    /// # Errors
    ///
    /// [`Error::BroadcastTo`], or as [`layout::bytes`].
    pub fn broadcast_to(&self, shape: &[usize]) -> Result<Self> {
        layout::bytes(shape, self.dtype())?;
        let Some(strides) = broadcast_strides(self.shape(), self.strides(), shape) else {
            return Err(Error::BroadcastTo {
                from: self.shape().into(),
                to: shape.into(),
            });
        };
        // SAFETY: new and stretched axes have stride zero, so no new element is reached.
        let mut view = unsafe { self.view(0, Dims::from_slice(shape), strides) };
        view.set_writeable(false);
        Ok(view)
    }
}

/// Views of `arrays` broadcast to the shape that they agree on; an array that has the shape
/// already keeps its permission to write.
///
/// # Errors
///
/// [`Error::Broadcast`], or as [`layout::bytes`].
pub fn broadcast_arrays(arrays: &[&Array]) -> Result<Vec<Array>> {
    let shapes: SmallVec<[&[usize]; 4]> = arrays.iter().map(|array| array.shape()).collect();
    let shape = broadcast(&shapes)?;
    let view = |array: &&Array| {
        if *array.shape() == *shape {
            Ok((*array).clone())
        } else {
            array.broadcast_to(&shape)
        }
    };
    arrays.iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes_agree_as_in_numpy() {
        let shape = |shapes: &[&[usize]]| broadcast(shapes).map(Dims::into_vec);
        assert_eq!(shape(&[]), Ok(vec![]));
        assert_eq!(shape(&[&[2, 3], &[3]]), Ok(vec![2, 3]));
        assert_eq!(shape(&[&[3], &[2, 1], &[4, 1, 1]]), Ok(vec![4, 2, 3]));
        assert_eq!(shape(&[&[0], &[1]]), Ok(vec![0]));
        assert_eq!(shape(&[&[], &[2]]), Ok(vec![2]));
        let error = shape(&[&[2, 3], &[4]]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "operands could not be broadcast together with shapes (2,3) (4,) "
        );
        assert!(shape(&[&[0], &[2]]).is_err());
    }

    #[test]
    fn a_repeated_array_repeats_and_is_read_only() {
        let row = Array::from_slice(&[1i16, 2, 3]).unwrap();
        let twice = row.broadcast_to(&[2, 3]).unwrap();
        assert_eq!(twice.strides(), [0, 2]);
        assert_eq!(twice.to_vec::<i16>().unwrap(), [1, 2, 3, 1, 2, 3]);
        assert!(!twice.writeable());
        assert!(row.broadcast_to(&[2]).is_err());
        assert_eq!(
            row.broadcast_to(&[]).unwrap_err().to_string(),
            "input operand has more dimensions than allowed by the axis remapping"
        );
    }

    proptest! {
        #[test]
        fn broadcasting_is_commutative_and_every_operand_fits(
            full in prop::collection::vec(0usize..4, 0..5),
            holes in prop::collection::vec((0usize..5, any::<u8>()), 1..4),
        ) {
            let shapes: Vec<Vec<usize>> = holes.iter().map(|&(skip, mask)| {
                let kept = full.iter().enumerate().skip(skip);
                kept.map(|(i, &n)| if mask >> i & 1 == 1 { 1 } else { n }).collect()
            }).collect();
            let mut slices: Vec<&[usize]> = shapes.iter().map(Vec::as_slice).collect();
            slices.push(&full);
            let forward = broadcast(&slices).unwrap();
            slices.reverse();
            prop_assert_eq!(&forward, &broadcast(&slices).unwrap());
            prop_assert_eq!(forward.as_slice(), full.as_slice());
            for shape in slices {
                let strides = layout::c_strides(shape, 8);
                prop_assert!(broadcast_strides(shape, &strides, &forward).is_some());
            }
        }
    }
}
