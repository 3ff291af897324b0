//! The common case of picking and putting: one index array on the only axis of an array.

use crate::dense::dense;
use crate::{
    Array, DType, Error, Order, Overlap, Result,
    drive::{Shared, drive, map_plan},
    overlap,
};
use raptors_dispatch::machine;
use raptors_kernels::moves;

/// Cost of picking one element, in additions.
const PICK_COST: u32 = 4;

/// Indices up to which no plan is made: a second thread cannot pay for them.
const FEW: usize = 256;

/// The elements of `array`, which has one axis, at `indices`; `axis` is its number, for errors.
/// Nothing where the indices lie in another order than C's.
pub(super) fn pick(array: &Array, indices: &Array, axis: usize) -> Result<Option<Array>> {
    let (&[n], &[stride]) = (array.shape(), array.strides()) else {
        return Ok(None);
    };
    let Some(indices) = in_order(indices)? else {
        return Ok(None);
    };
    let result = Array::empty(indices.shape(), array.dtype(), Order::C)?;
    let Some(numbers) = indices.as_slice::<i64>() else {
        return Ok(None);
    };
    let size = array.itemsize();
    if numbers.len() <= FEW {
        let source = (array.as_ptr(), n, stride);
        // SAFETY: the source are the elements of the array's axis; the new result has room for one
        // for each index.
        return match unsafe { moves::pick(source, numbers, result.as_mut_ptr(), size, false) } {
            None => Ok(Some(result)),
            Some(at) => Err(Error::Index {
                index: numbers[at],
                axis: Some(axis),
                size: n,
            }),
        };
    }
    // What the last cache does not hold is asked for ahead.
    let far = n.saturating_mul(size) > machine::machine().l3.bytes;
    let (from, to) = (Shared(array.as_mut_ptr()), Shared(result.as_mut_ptr()));
    let plan = map_plan(PICK_COST, numbers.len(), size.max(size_of::<i64>()), 2, 1);
    drive(&plan, numbers.len(), plan.chunk.max(1), &|range| {
        let to = to.get().wrapping_add(range.start * size);
        let source = (from.get().cast_const(), n, stride);
        let piece = &numbers[range.clone()];
        // SAFETY: the source are the elements of the array's axis; the new result has room for one
        // for each index, and each thread writes those of other indices.
        match unsafe { moves::pick(source, piece, to, size, far) } {
            None => Ok(()),
            // The first of all is told, whichever thread met one first.
            Some(at) => Err(Error::Index {
                index: numbers[moves::outside(numbers, n).unwrap_or(range.start + at)],
                axis: Some(axis),
                size: n,
            }),
        }
    })?;
    Ok(Some(result))
}

/// Writes `value`, one element or one for each index, to the elements of `to` at `indices`: whether
/// it did, which takes a value of the same type, and other memory on all sides.
pub(super) fn put(to: &Array, indices: &Array, value: &Array) -> Result<bool> {
    let (&[n], &[stride]) = (to.shape(), to.strides()) else {
        return Ok(false);
    };
    let step = match (value.shape(), value.strides()) {
        _ if value.size() == 1 && value.ndim() <= indices.ndim() => 0,
        (&[len], &[step]) if indices.shape() == [len] => step,
        _ => return Ok(false),
    };
    if value.dtype() != to.dtype()
        || overlap(value, to) != Overlap::Disjoint
        || overlap(indices, to) != Overlap::Disjoint
    {
        return Ok(false);
    }
    let Some(indices) = in_order(indices)? else {
        return Ok(false);
    };
    let Some(numbers) = indices.as_slice::<i64>() else {
        return Ok(false);
    };
    if let Some(at) = moves::outside(numbers, n) {
        return Err(Error::Index {
            index: numbers[at],
            axis: Some(0),
            size: n,
        });
    }
    let source = (value.as_ptr(), step);
    // SAFETY: the value has an element for each index, or one for all; the target's axis has `n`,
    // which the value and the indices do not overlap.
    unsafe { moves::place(source, numbers, (to.as_mut_ptr(), n, stride), to.itemsize()) };
    Ok(true)
}

/// `indices` as 64-bit integers one after the other, if that is their order in memory.
fn in_order(indices: &Array) -> Result<Option<Array>> {
    if indices.ndim() > 1 && !indices.is_c_contiguous() {
        return Ok(None);
    }
    dense(indices, DType::I64).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DType;
    use crate::index::{self, Item};
    use crate::reduce::between;
    use crate::target::Target;

    #[test]
    fn every_element_size_and_stride_is_picked_and_put() {
        let places: Vec<i64> = (0..300).map(|i| i * 7 % 100 - i % 2 * 100).collect();
        let places = places.iter().map(|&i| i.max(-100)).collect::<Vec<_>>();
        let indices = Array::from_shape(&[300], &places).unwrap();
        let numbers: Vec<i64> = (0..200).collect();
        let numbers = Array::from_shape(&[200], &numbers).unwrap();
        for dtype in [DType::I8, DType::U16, DType::F32, DType::F64, DType::C128] {
            let all = crate::assign::astype(&numbers, dtype, None).unwrap();
            for step in [1, 2, -1] {
                let slice = crate::Index::Slice {
                    start: None,
                    stop: None,
                    step: Some(step),
                };
                let view = all.index(&[slice]).unwrap();
                let view = between(&view, 0, 0, 100);
                let picked = pick(&view, &indices, 0).unwrap().unwrap();
                let expected = crate::assign::astype(&view, DType::F64, None)
                    .unwrap()
                    .to_vec::<f64>()
                    .unwrap();
                let picked = crate::assign::astype(&picked, DType::F64, None)
                    .unwrap()
                    .to_vec::<f64>()
                    .unwrap();
                for (&place, x) in places.iter().zip(picked) {
                    assert_eq!(
                        x,
                        expected[place.rem_euclid(100) as usize],
                        "{dtype:?} {step}"
                    );
                }
                let copy = crate::assign::copy(&all, None).unwrap();
                let target = between(&copy.index(&[slice]).unwrap(), 0, 0, 100);
                let value = between(&all, 0, 0, 1);
                assert!(put(&target, &indices, &value).unwrap());
                let items = [Item::Integers(indices.clone())];
                let after = index::pick(&target, &items).unwrap();
                let after = crate::assign::astype(&after, DType::F64, None)
                    .unwrap()
                    .to_vec::<f64>()
                    .unwrap();
                assert!(after.iter().all(|&x| x == 0.0), "{dtype:?} {step}");
            }
        }
    }

    #[test]
    fn the_first_index_out_of_bounds_is_told_and_nothing_is_put() {
        let mut array = Array::from_shape(&[3], &[1.0, 2.0, 3.0]).unwrap();
        let indices = Array::from_shape(&[3], &[0i64, 3, -4]).unwrap();
        let wanted = Error::Index {
            index: 3,
            axis: Some(0),
            size: 3,
        };
        assert_eq!(pick(&array, &indices, 0).unwrap_err(), wanted);
        let target = Target::new(&mut array).unwrap();
        let nine = Array::from_shape(&[1], &[9.0]).unwrap();
        assert_eq!(put(target.array(), &indices, &nine).unwrap_err(), wanted);
        drop(target);
        assert_eq!(array.to_vec::<f64>().unwrap(), [1.0, 2.0, 3.0]);
    }
}
