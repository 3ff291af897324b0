//! The elements that a key names, by their numbers in the memory that they lie in.

use super::distance::Distances;
use super::key::{Item, Key};
use crate::{Array, Dims, Error, Order, Result, Strides, layout};
use raptors_kernels::{DType, at::within};

/// What a key names in an array.
pub(crate) struct Named {
    /// The memory from the array's first element to its last, as one axis.
    pub(crate) memory: Array,
    /// The numbers that the named elements have there: those of each picked place side by side.
    pub(crate) numbers: Array,
    /// The shape of what is named.
    pub(crate) shape: Dims,
    /// For every axis of the picked places and then of the rest, its number in that shape.
    pub(crate) order: Dims,
}

impl Named {
    /// What `items` name in `array`; nothing where its elements are not aligned, or not whole elements
    /// apart.
    ///
    /// # Errors
    ///
    /// What is wrong with the items, or [`Error::Memory`].
    pub(crate) fn new(array: &Array, items: &[Item]) -> Result<Option<Self>> {
        let Some(memory) = memory(array) else {
            return Ok(None);
        };
        if let [Item::Integers(places)] = items
            && array.ndim() == 1
            && array.is_c_contiguous()
            && places
                .as_slice::<i64>()
                .is_some_and(|numbers| within(numbers, array.size()))
        {
            return Ok(Some(Self {
                memory,
                numbers: places.clone(),
                shape: places.shape().into(),
                order: (0..places.ndim()).collect(),
            }));
        }
        let key = Key::new(array, items)?;
        let (shape, order) = (key.result_shape(), key.order());
        layout::bytes(&shape, DType::I64)?;
        let numbers = numbers(&key, &memory)?;
        Ok(Some(Self {
            memory,
            numbers,
            shape,
            order,
        }))
    }
}

/// The memory from the first element of `array` to its last, as one axis.
fn memory(array: &Array) -> Option<Array> {
    let size = array.itemsize() as isize;
    let mut axes = array.shape().iter().zip(array.strides());
    let whole = axes.all(|(&n, stride)| n <= 1 || stride % size == 0);
    if !whole || !array.is_aligned() {
        return None;
    }
    let (low, high) = layout::extent(array.shape(), array.strides(), array.itemsize());
    let shape = Dims::from_elem((high - low) as usize / array.itemsize(), 1);
    // SAFETY: all elements are in one buffer, and what lies between the first and the last of them too.
    Some(unsafe { array.view(low, shape, Strides::from_elem(size, 1)) })
}

/// The numbers that what `key` names has in `memory`, which has the array's elements.
fn numbers(key: &Key, memory: &Array) -> Result<Array> {
    let (rest, width) = (&key.rest, key.rest.size());
    let start = rest.as_ptr().addr().wrapping_sub(memory.as_ptr().addr()) as i64;
    // The sizes of elements are powers of two.
    let shift = memory.itemsize().trailing_zeros();
    let count = layout::size(&key.shape) * width;
    let mut numbers = Array::empty(&[count], DType::I64, Order::C)?;
    let mut beside = Array::empty(&[width], DType::I64, Order::C)?;
    if let Some(beside) = beside.as_slice_mut::<i64>()? {
        let mut places = beside.iter_mut();
        layout::for_each_offset(rest.shape(), rest.strides(), |offset| {
            if let Some(place) = places.next() {
                *place = start + offset as i64;
            }
        });
    }
    let beside = beside.as_slice::<i64>().unwrap_or_default();
    let out = numbers.as_slice_mut::<i64>()?.unwrap_or_default();
    let mut write = |first: usize, distances: &[i64]| {
        let end = (first + distances.len()) * width;
        let out = out.get_mut(first * width..end).ok_or(Error::Internal {
            what: "places that have no room",
        })?;
        if let &[start] = beside {
            for (number, &distance) in out.iter_mut().zip(distances) {
                *number = (start + distance) >> shift;
            }
        } else if width > 0 {
            for (numbers, &distance) in out.chunks_exact_mut(width).zip(distances) {
                for (number, &start) in numbers.iter_mut().zip(beside) {
                    *number = (start + distance) >> shift;
                }
            }
        }
        Ok(())
    };
    if key.axes.is_empty() {
        write(0, &[0])?;
    } else {
        let distances = Distances::new(key)?;
        distances.pieces(0..distances.len(), write)?;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Index, pick};

    fn run(values: &[i64]) -> Item {
        Item::Integers(Array::from_slice(values).unwrap())
    }

    /// Whether the elements that `items` name are those that they pick.
    fn check(array: &Array, items: &[Item]) {
        let named = Named::new(array, items).unwrap().unwrap();
        let picked = pick(array, items).unwrap();
        assert_eq!(picked.shape(), &*named.shape);
        let order: Vec<i64> = named.order.iter().map(|&axis| axis as i64).collect();
        check_numbers(&named, &picked.transpose(&order).unwrap());
    }

    /// Whether the numbers lead to these elements.
    fn check_numbers(named: &Named, elements: &Array) {
        let memory = named.memory.to_vec::<i64>().unwrap();
        let numbers = named.numbers.to_vec::<i64>().unwrap();
        let found: Vec<i64> = numbers.iter().map(|&i| memory[i as usize]).collect();
        assert_eq!(found, elements.to_vec::<i64>().unwrap());
    }

    #[test]
    fn what_is_named_is_what_is_picked_in_every_layout() {
        let whole = Array::from_shape(&[4, 5, 6], &(0..120).collect::<Vec<i64>>()).unwrap();
        let every = |step| Index::Slice {
            start: None,
            stop: None,
            step: Some(step),
        };
        let turned = whole.transpose(&[2, 0, 1]).unwrap();
        let apart = whole.index(&[every(-2), every(2), every(-1)]).unwrap();
        for array in [&whole, &turned, &apart] {
            let n = array.shape()[0] as i64;
            check(array, &[run(&[1, -1, 0, n - 1])]);
            check(array, &[run(&[1, -1, 1]), run(&[0, 1, -2])]);
            check(array, &[Index::ALL.into(), run(&[1, 1, -1])]);
            check(
                array,
                &[run(&[1]), Index::ALL.into(), run(&[0, 2, 2, 1, -1])],
            );
            let key = [Index::Int(-1), Index::NewAxis];
            let named = Named::new(array, &key.map(Item::from)).unwrap().unwrap();
            let view = array.index(&key).unwrap();
            assert_eq!(view.shape(), &*named.shape);
            check_numbers(&named, &view);
            check(array, &[run(&[])]);
            check(
                array,
                &[Index::Int(0).into(), Index::Int(1).into(), run(&[1, 0])],
            );
        }
        let line = whole.reshape(&[120], Order::C).unwrap();
        check(&line, &[run(&[3, 3, 119])]);
        check(&line, &[run(&[3, -3, 119])]);
        check(&line.index(&[every(-3)]).unwrap(), &[run(&[3, -3, 39])]);
    }

    #[test]
    fn places_out_of_bounds_are_errors() {
        let line = Array::from_slice(&[1i64, 2, 3]).unwrap();
        for wrong in [3, -4] {
            assert!(matches!(
                Named::new(&line, &[run(&[0, wrong])]),
                Err(Error::Index { index, .. }) if index == wrong
            ));
        }
    }
}
