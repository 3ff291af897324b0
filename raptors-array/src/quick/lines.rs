//! Dense arrays element by element: chosen among several, picked along an axis, put in and left out,
//! sorted in place.

use super::{blank, is_dense, new, same_shape, value};
use crate::{
    Array, Error,
    drive::{Shared, drive, map_plan},
};
use core::ops::Range;
use raptors_dispatch::machine::machine;
use raptors_kernels::{
    Kind, Out, Scalar, moves,
    order::{Task, arrange},
};

/// Runs `$call` with the size of an element as a constant `$s`; nothing for sizes that there are not.
macro_rules! by_size {
    ($size:expr, $s:ident => $call:expr) => {
        match $size {
            1 => by_size!(@ 1, $s => $call),
            2 => by_size!(@ 2, $s => $call),
            4 => by_size!(@ 4, $s => $call),
            8 => by_size!(@ 8, $s => $call),
            16 => by_size!(@ 16, $s => $call),
            _ => return None,
        }
    };
    (@ $n:literal, $s:ident => $call:expr) => {{
        const $s: usize = $n;
        $call
    }};
}

/// The elements of a dense array of 64-bit integers.
#[inline]
fn places_of(array: &Array) -> Option<&[i64]> {
    array.as_slice::<i64>()
}

/// For each place the element that `choices[places[place]]` has there; nothing where the arrays are not
/// dense and alike, and for a number that no choice has.
pub fn choose(places: &Array, choices: &[&Array]) -> Option<Array> {
    let first = choices.first()?;
    let (dtype, n) = (first.dtype(), places.size());
    let fits =
        |choice: &&Array| choice.dtype() == dtype && same_shape(choice, places) && is_dense(choice);
    if n == 0 || !choices.iter().all(fits) {
        return None;
    }
    let numbers = places_of(places)?;
    let result = new(places, n, dtype)?;
    let to = result.as_mut_ptr();
    by_size!(dtype.size(), SIZE => {
        for (i, &number) in numbers.iter().enumerate() {
            let choice = choices.get(usize::try_from(number).ok()?)?;
            // SAFETY: the choice and the result have an element of this size at each of the places.
            unsafe {
                let element = choice.as_ptr().cast::<[u8; SIZE]>().add(i);
                to.cast::<[u8; SIZE]>().add(i).copy_from_nonoverlapping(element, 1);
            }
        }
    });
    Some(result)
}

/// The elements of `array` at `places` along `axis`, one for each of them; nothing where the arrays are not
/// dense or differ in length beside the axis, and for a place out of bounds.
pub fn along(array: &Array, places: &Array, axis: usize) -> Option<Array> {
    let (shape, wanted) = (array.shape(), places.shape());
    if shape.len() != wanted.len() || axis >= shape.len() || !is_dense(array) {
        return None;
    }
    let (len, count) = (shape[axis], wanted[axis]);
    let beside = |i: usize| i == axis || shape[i] == wanted[i];
    if !(0..shape.len()).all(beside) || places.size() == 0 {
        return None;
    }
    let numbers = places_of(places)?;
    let inner: usize = shape[axis + 1..].iter().product();
    let result = new(places, places.size(), array.dtype())?;
    // A call for each line shows where few are picked from it.
    let brief = count < PICKED && numbers.len() <= BRIEF;
    if inner == 1 && !brief {
        in_lines(array, (len, axis), (numbers, count), &result)?;
        return Some(result);
    }
    let (from, to) = (array.as_ptr(), result.as_mut_ptr());
    by_size!(array.itemsize(), SIZE => {
        for (block, numbers) in numbers.chunks_exact(count * inner).enumerate() {
            // Counted, as a division for each element would take longer than all else.
            let mut column = 0;
            for (i, &number) in numbers.iter().enumerate() {
                let place = if number < 0 { number.checked_add(len as i64)? } else { number };
                let place = usize::try_from(place).ok().filter(|&place| place < len)?;
                // SAFETY: the place is within the axis, and the others are those of both arrays; the
                // result has an element for each number.
                unsafe {
                    let element = from.cast::<[u8; SIZE]>().add((block * len + place) * inner + column);
                    let i = block * count * inner + i;
                    to.cast::<[u8; SIZE]>().add(i).copy_from_nonoverlapping(element, 1);
                }
                column += 1;
                if column == inner {
                    column = 0;
                }
            }
        }
    });
    Some(result)
}

/// Elements picked from a line that take longer than to call for them.
const PICKED: usize = 8;

/// Elements that one thread picks in less time than another takes to come.
const BRIEF: usize = 1 << 14;

/// Cost of picking one element, in additions.
const PICK_COST: u32 = 4;

/// As [`along`] the last axis, `axis`, of `len` elements of the array: `count` of the `numbers` for each line, to
/// `result`, which has an element for each of them.
fn in_lines(
    array: &Array,
    (len, axis): (usize, usize),
    (numbers, count): (&[i64], usize),
    result: &Array,
) -> Option<()> {
    let size = array.itemsize();
    let (from, to) = (Shared(array.as_mut_ptr()), Shared(result.as_mut_ptr()));
    // What the last cache does not hold is asked for ahead.
    let far = len > FEW && len.saturating_mul(size) > machine().l3.bytes;
    let picked = |range: Range<usize>| {
        let mut start = range.start;
        while start < range.end {
            let line = start / count;
            let end = range.end.min((line + 1) * count);
            let source = (
                from.get().wrapping_add(line * len * size).cast_const(),
                len,
                size as isize,
            );
            let places = &numbers[start..end];
            let to = to.get().wrapping_add(start * size);
            // SAFETY: the line is one of the array, which is dense; the new result has room for an element for
            // each number, and each thread writes those of other numbers.
            if let Some(at) = unsafe { moves::pick(source, places, to, size, far) } {
                return Err(Error::Index {
                    index: places[at],
                    axis: Some(axis),
                    size: len,
                });
            }
            start = end;
        }
        Ok(())
    };
    let n = numbers.len();
    if n <= FEW {
        return picked(0..n).ok();
    }
    let plan = map_plan(PICK_COST, n, size.max(size_of::<i64>()), 2, 1);
    drive(&plan, n, plan.chunk.max(1), &picked).ok()
}

/// Bytes up to which an array with another element, or without one, is made here.
const FEW_BYTES: usize = 8 << 10;

/// The elements of a run but the one at `place`, which there is; nothing for other arrays.
pub fn without(array: &Array, place: usize) -> Option<Array> {
    let (&[n], size) = (array.shape(), array.itemsize()) else {
        return None;
    };
    if place >= n || n * size > FEW_BYTES || !is_dense(array) {
        return None;
    }
    let result = value(|room| blank(&[n - 1], array.dtype(), false, room))?;
    let (from, to, head) = (array.as_ptr(), result.as_mut_ptr(), place * size);
    // SAFETY: the run has `n` elements, and the new array has room for one less.
    unsafe {
        to.copy_from_nonoverlapping(from, head);
        let rest = (n - 1 - place) * size;
        to.add(head)
            .copy_from_nonoverlapping(from.add(head + size), rest);
    }
    Some(result)
}

/// The elements of a run with `element` in front of the one at `place`, or behind the last; nothing for other
/// arrays and values of another type.
pub fn with(array: &Array, place: usize, element: &Scalar) -> Option<Array> {
    let (&[n], size) = (array.shape(), array.itemsize()) else {
        return None;
    };
    if place > n || n * size > FEW_BYTES || element.dtype() != array.dtype() || !is_dense(array) {
        return None;
    }
    let result = value(|room| blank(&[n + 1], array.dtype(), false, room))?;
    let (from, to, head) = (array.as_ptr(), result.as_mut_ptr(), place * size);
    // SAFETY: the run has `n` elements, the new one is of their size, and the new array has room for one
    // more.
    unsafe {
        to.copy_from_nonoverlapping(from, head);
        to.add(head)
            .copy_from_nonoverlapping(element.as_in().bytes().as_ptr(), size);
        let rest = (n - place) * size;
        to.add(head + size)
            .copy_from_nonoverlapping(from.add(head), rest);
    }
    Some(result)
}

/// Elements up to which a sort asks for no memory and no plan, and nothing else for a second thread.
const FEW: usize = 256;

/// Sorts a run of few real numbers in place: whether that was one.
///
/// # Safety
///
/// The array may be written, and no Rust reference into its memory exists.
pub unsafe fn sort(array: &Array) -> bool {
    let (&[n], dtype) = (array.shape(), array.dtype()) else {
        return false;
    };
    if !(2..=FEW).contains(&n) || dtype.kind() == Kind::Complex || !is_dense(array) {
        return false;
    }
    let task = Task::Sort { descending: false };
    // SAFETY: `n` aligned elements in one piece, which the caller lets be written.
    let run = unsafe { Out::from_raw(array.as_mut_ptr(), n, dtype) };
    arrange(run, task, &mut []);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_chosen_place_by_place() {
        let (x, y) = (
            Array::from_slice(&[1i16, 2, 3]).unwrap(),
            Array::from_slice(&[4i16, 5, 6]).unwrap(),
        );
        let places = |numbers: &[i64]| Array::from_slice(numbers).unwrap();
        let chosen = choose(&places(&[1, 0, 1]), &[&x, &y]).unwrap();
        assert_eq!(chosen.to_vec::<i16>().unwrap(), [4, 2, 6]);
        assert!(choose(&places(&[1, 0, 2]), &[&x, &y]).is_none());
        assert!(choose(&places(&[1, 0, -1]), &[&x, &y]).is_none());
        assert!(choose(&places(&[1, 0]), &[&x, &y]).is_none());
        assert!(choose(&x, &[&x, &y]).is_none());
    }

    #[test]
    fn elements_are_picked_along_every_axis() {
        let a = Array::from_shape(&[2, 3], &[1.0f64, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let rows = Array::from_shape(&[1, 3], &[1i64, 0, -1]).unwrap();
        let picked = along(&a, &rows, 0).unwrap();
        assert_eq!(picked.to_vec::<f64>().unwrap(), [4.0, 2.0, 6.0]);
        let columns = Array::from_shape(&[2, 2], &[2i64, 0, -3, 1]).unwrap();
        let picked = along(&a, &columns, 1).unwrap();
        assert_eq!(picked.to_vec::<f64>().unwrap(), [3.0, 1.0, 4.0, 5.0]);
        assert!(along(&a, &rows, 1).is_none());
        assert!(along(&a, &columns, 2).is_none());
        let beyond = Array::from_shape(&[2, 1], &[3i64, 0]).unwrap();
        assert!(along(&a, &beyond, 1).is_none());
        let lines: Vec<i64> = (0..3 * 500).map(|i| i * 7 % 500 - i % 2 * 500).collect();
        let many = Array::from_shape(&[3, 500], &lines).unwrap();
        let picked = along(&many, &many, 1).unwrap().to_vec::<i64>().unwrap();
        for (line, picked) in lines.chunks(500).zip(picked.chunks(500)) {
            let want = line.iter().map(|i| line[i.rem_euclid(500) as usize]);
            assert!(want.eq(picked.iter().copied()));
        }
    }

    #[test]
    fn runs_grow_shrink_and_are_sorted() {
        let a = Array::from_slice(&[3.0f32, 1.0, 2.0]).unwrap();
        let value = Scalar::new(9.0f32);
        for place in 0..=3 {
            let mut want = vec![3.0, 1.0, 2.0];
            want.insert(place, 9.0);
            assert_eq!(
                with(&a, place, &value).unwrap().to_vec::<f32>().unwrap(),
                want
            );
        }
        assert_eq!(without(&a, 0).unwrap().to_vec::<f32>().unwrap(), [1.0, 2.0]);
        assert_eq!(without(&a, 2).unwrap().to_vec::<f32>().unwrap(), [3.0, 1.0]);
        assert!(without(&a, 3).is_none() && with(&a, 4, &value).is_none());
        assert!(with(&a, 0, &Scalar::new(9.0f64)).is_none());
        // SAFETY: nobody else knows the array.
        assert!(unsafe { sort(&a) });
        assert_eq!(a.to_vec::<f32>().unwrap(), [1.0, 2.0, 3.0]);
        let one = Array::from_slice(&[5i64]).unwrap();
        // SAFETY: as above.
        assert!(!unsafe { sort(&one) });
    }
}
