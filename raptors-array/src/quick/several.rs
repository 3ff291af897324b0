//! A few elements, read and written by an array of places for each axis.

use super::{
    pick::{FEW, Written, numbers, place_on_one, source},
    room::{Room, dense, only_if},
};
use crate::{Array, Overlap, broadcast, layout, overlap};
use core::ops::Range;
use raptors_kernels::{DType, moves};
use smallvec::SmallVec;

/// Places whose distances are computed at a time: those of two axes take 2 KiB of the stack.
const PIECE: usize = 128;

/// The places on every axis of an array.
struct Places<'a> {
    array: &'a Array,
    numbers: SmallVec<[&'a [i64]; 4]>,
}

impl<'a> Places<'a> {
    /// The places, if there are as many arrays as axes and more than one, all of one shape with axes.
    #[inline]
    fn new(array: &'a Array, places: &[&'a Array]) -> Option<Self> {
        let first = places.first()?;
        let alike = |other: &&Array| other.shape() == first.shape();
        if places.len() != array.ndim() || places.len() < 2 || first.ndim() == 0 {
            return None;
        }
        if array.size() == 0 || !places.iter().all(alike) {
            return None;
        }
        let numbers: Option<_> = places.iter().map(|places| numbers(places)).collect();
        let numbers = numbers?;
        Some(Self { array, numbers })
    }

    /// How many there are on each axis.
    fn len(&self) -> usize {
        self.numbers.first().map_or(0, |numbers| numbers.len())
    }

    /// The first byte of the array's memory, and how many places of an element from there on it has.
    fn bytes(&self) -> (*mut u8, usize) {
        let array = self.array;
        let (low, high) = layout::extent(array.shape(), array.strides(), array.itemsize());
        let first = array.as_mut_ptr().wrapping_offset(low);
        (first, (high - low) as usize + 1 - array.itemsize())
    }

    /// Writes how many bytes the elements in `range` are from that first byte: whether all places are
    /// within bounds.
    fn distances(&self, range: Range<usize>, out: &mut [i64]) -> bool {
        let array = self.array;
        let (low, _) = layout::extent(array.shape(), array.strides(), array.itemsize());
        out.fill(-low as i64);
        let mut room = [0; PIECE];
        let along = &mut room[..out.len()];
        for (axis, numbers) in self.numbers.iter().enumerate() {
            let (n, stride) = (array.shape()[axis], array.strides()[axis]);
            if moves::distances(&numbers[range.clone()], n, stride, along).is_some() {
                return false;
            }
            for (sum, &distance) in out.iter_mut().zip(&*along) {
                *sum += distance;
            }
        }
        true
    }

    /// Calls `visit` with the number of the first place and the distances of each piece: whether all
    /// places are within bounds; if not, some pieces are left out.
    fn pieces(&self, mut visit: impl FnMut(usize, &[i64])) -> bool {
        let (n, mut room) = (self.len(), [0; PIECE]);
        (0..n).step_by(PIECE).all(|start| {
            let end = n.min(start + PIECE);
            let piece = &mut room[..end - start];
            let within = self.distances(start..end, piece);
            if within {
                visit(start, piece);
            }
            within
        })
    }
}

/// Places of several shapes as arrays of the one that these broadcast to; nothing where they are alike, no
/// 64-bit integers, or not few.
#[inline(never)]
fn broadcast_few(places: &[&Array]) -> Option<SmallVec<[Array; 4]>> {
    let (first, others) = places.split_first()?;
    let alike = others.iter().all(|other| other.shape() == first.shape());
    if alike || places.iter().any(|places| places.dtype() != DType::I64) {
        return None;
    }
    let shapes: SmallVec<[&[usize]; 4]> = places.iter().map(|places| places.shape()).collect();
    let shape = broadcast(&shapes).ok()?;
    let mut lengths = shape.iter();
    lengths
        .try_fold(1usize, |size, &n| size.checked_mul(n))
        .filter(|&size| size <= FEW)?;
    let whole = |places: &&Array| places.broadcast_to(&shape).ok()?.to_contiguous().ok();
    places.iter().map(whole).collect()
}

/// The elements of `array` at `places`, one array for each axis, in `room`; nothing where they are not few, do
/// not broadcast, or where one is out of bounds.
#[inline]
pub fn pick_at<'r>(array: &Array, places: &[&Array], room: impl Room<'r>) -> Option<&'r mut Array> {
    if places.len() != array.ndim() {
        return None;
    }
    match broadcast_few(places) {
        None => pick_alike(array, places, room),
        Some(whole) => {
            let whole: SmallVec<[&Array; 4]> = whole.iter().collect();
            pick_alike(array, &whole, room)
        }
    }
}

/// As [`pick_at`], at places of one shape.
#[inline]
fn pick_alike<'r>(array: &Array, places: &[&Array], room: impl Room<'r>) -> Option<&'r mut Array> {
    let shape = places.first()?.shape();
    let places = Places::new(array, places)?;
    let result = dense(room, shape, places.len(), array.dtype())?;
    let ((from, n), size, to) = (places.bytes(), array.itemsize(), result.as_mut_ptr());
    let within = places.pieces(|start, distances| {
        let to = to.wrapping_add(start * size);
        // SAFETY: an element of the array, or what lies between two, begins at each of the `n` bytes; the new
        // result has room for one element for each place.
        unsafe { moves::pick((from.cast_const(), n, 1), distances, to, size, false) };
    });
    only_if(within, result)
}

/// Writes `written` to the elements of `to` at `places`, one array for each axis: whether they are few,
/// broadcast and are within bounds, and `written` lies as they do then, in other memory.
///
/// # Safety
///
/// The array may be written, and no Rust reference into its memory exists.
#[inline]
pub unsafe fn place(to: &Array, places: &[&Array], written: Written<'_>) -> bool {
    if let [places] = places {
        // SAFETY: as the caller promises.
        return unsafe { place_on_one(to, places, written) };
    }
    if places.len() != to.ndim() {
        return false;
    }
    match broadcast_few(places) {
        // SAFETY: as the caller promises.
        None => unsafe { place_alike(to, places, written) },
        Some(whole) => {
            let whole: SmallVec<[&Array; 4]> = whole.iter().collect();
            // SAFETY: as the caller promises.
            unsafe { place_alike(to, &whole, written) }
        }
    }
}

/// As [`place`], to places of one shape.
///
/// # Safety
///
/// As there.
#[inline]
unsafe fn place_alike(to: &Array, places: &[&Array], written: Written<'_>) -> bool {
    let Some(first) = places.first() else {
        return false;
    };
    let Some((from, step)) = source(to, first, written) else {
        return false;
    };
    let apart = |places: &&Array| overlap(places, to) == Overlap::Disjoint;
    if !places.iter().all(apart) {
        return false;
    }
    let Some(places) = Places::new(to, places) else {
        return false;
    };
    // Nothing is written unless everything can be.
    let lengths = to.shape().iter().zip(&places.numbers);
    let mut outside = lengths.map(|(&n, numbers)| moves::outside(numbers, n));
    if outside.any(|wrong| wrong.is_some()) {
        return false;
    }
    let ((memory, n), size) = (places.bytes(), to.itemsize());
    places.pieces(|start, distances| {
        let from = from.wrapping_offset(start as isize * step);
        // SAFETY: there is one value for all places or one for each; the distances lead to elements of the
        // array, which lies in other memory than those and the places.
        unsafe { moves::place((from, step), distances, (memory, n, 1), size) };
    })
}

#[cfg(test)]
mod tests {
    use super::super::{tests::numbers, value};
    use super::*;
    use crate::Order;
    use raptors_kernels::Scalar;

    #[test]
    fn few_elements_by_places_on_every_axis() {
        let whole = numbers(60).reshape(&[3, 4, 5], Order::C).unwrap();
        let turned = whole.transpose(&[2, 0, 1]).unwrap();
        let back = turned.slice(4, i64::MIN, -1).unwrap();
        for n in [1, 7, 300] {
            let places = |len: i64| {
                let places: Vec<i64> = (0..n).map(|i| i * 7 % (2 * len) - len).collect();
                Array::from_slice(&places).unwrap()
            };
            let (i, j, k) = (places(5), places(3), places(4));
            let picked = value(|room| pick_at(&back, &[&i, &j, &k], room)).unwrap();
            let at = |array: &Array, n| array.as_slice::<i64>().unwrap()[n];
            for (place, x) in picked.to_vec::<f64>().unwrap().into_iter().enumerate() {
                let key = [at(&i, place), at(&j, place), at(&k, place)];
                assert_eq!(x, back.get(&key).unwrap().get::<f64>());
            }
            let mine = back.to_contiguous().unwrap();
            let mine = mine.slice(4, i64::MIN, -1).unwrap();
            let each = numbers(n as usize);
            // SAFETY: nobody else uses the array.
            assert!(unsafe { place(&mine, &[&i, &j, &k], Written::Each(&each)) });
            let last = n as usize - 1;
            let key = [at(&i, last), at(&j, last), at(&k, last)];
            assert_eq!(mine.get(&key).unwrap().get::<f64>(), last as f64 + 0.5);
        }
    }

    #[test]
    fn places_of_several_shapes_broadcast() {
        let a = numbers(12).reshape(&[3, 4], Order::C).unwrap();
        let rows = Array::from_shape(&[2, 1], &[2i64, 0]).unwrap();
        let columns = Array::from_slice(&[3i64, -4, 1]).unwrap();
        let picked = value(|room| pick_at(&a, &[&rows, &columns], room)).unwrap();
        assert_eq!(picked.shape(), [2, 3]);
        let want = [11.5, 8.5, 9.5, 3.5, 0.5, 1.5];
        assert_eq!(picked.to_vec::<f64>().unwrap(), want);
        let (one, mine) = (Scalar::new(0.0), a.to_contiguous().unwrap());
        // SAFETY: nobody else uses the array.
        assert!(unsafe { place(&mine, &[&rows, &columns], Written::One(&one)) });
        let again = value(|room| pick_at(&mine, &[&rows, &columns], room)).unwrap();
        assert_eq!(again.to_vec::<f64>().unwrap(), [0.0; 6]);
        assert_eq!(mine.get(&[1, 1]).unwrap().get::<f64>(), 5.5);
        let long = Array::from_shape(&[2, 2], &[0i64; 4]).unwrap();
        assert!(value(|room| pick_at(&a, &[&long, &columns], room)).is_none());
    }

    #[test]
    fn other_places_are_left_to_others() {
        let a = numbers(6).reshape(&[2, 3], Order::C).unwrap();
        let run = |places: &[i64]| Array::from_slice(places).unwrap();
        let (good, beyond, long) = (run(&[0, 1]), run(&[0, 3]), run(&[0, 1, 1]));
        let wrong = |places: &[&Array]| value(|room| pick_at(&a, places, room)).is_none();
        assert!(wrong(&[&good, &beyond]) && wrong(&[&good, &long]) && wrong(&[&good]));
        assert!(wrong(&[&good, &good, &good]) && wrong(&[]));
        let one = Scalar::new(7.0);
        // SAFETY: nobody else uses the array.
        unsafe {
            assert!(!place(&a, &[&good, &beyond], Written::One(&one)));
            assert_eq!(a.to_vec::<f64>().unwrap(), [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
            assert!(place(&a, &[&good, &good], Written::One(&one)));
        }
        assert_eq!(a.to_vec::<f64>().unwrap(), [7.0, 1.5, 2.5, 3.5, 7.0, 5.5]);
    }
}
