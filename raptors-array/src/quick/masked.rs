//! Few elements by truth values: chosen between two arrays or numbers, and written where they are true.

use super::{
    is_dense, is_few, new,
    pick::Written,
    room::{Room, dense},
    same_shape,
    write::SHORT,
};
use crate::{Array, Overlap, kept, overlap, resolve, scratch::Stages};
use core::mem::MaybeUninit;
use core::slice::{from_raw_parts, from_raw_parts_mut};
use raptors_kernels::{
    Bool, DType, In, Out, Ufunc,
    moves::{self, Source, Target},
};

/// Room for the truth of few elements.
type Truths = MaybeUninit<[Bool; SHORT]>;

/// The elements of `array`, along one axis wherever they lie, else in one piece: as many in a row.
fn source(array: &Array) -> Option<Source> {
    let strides = match (array.shape(), array.strides()) {
        (&[_], &[stride]) => [0, stride],
        _ if is_dense(array) => [0, array.itemsize() as isize],
        _ => return None,
    };
    Some(Source {
        ptr: array.as_ptr(),
        size: array.itemsize(),
        shape: [1, array.size()],
        strides,
    })
}

/// The truth values of `mask`, which are few: where they are, or brought together in `room`.
#[inline(always)]
fn truths<'a>(mask: &'a Array, room: &'a mut Truths) -> Option<&'a [Bool]> {
    let (n, mut at) = (mask.size(), mask.as_ptr());
    if mask.dtype() != DType::Bool || n.wrapping_sub(1) >= SHORT {
        return None;
    }
    if !is_dense(mask) {
        let source = source(mask)?;
        at = room.as_ptr().cast();
        // SAFETY: the elements of the mask, for which there is room.
        unsafe { moves::pack(source, room.as_mut_ptr().cast()) };
    }
    // SAFETY: `n` truth values in one piece, of the mask or the room.
    Some(unsafe { from_raw_parts(at.cast(), n) })
}

/// The type of what is written; nothing for an array of another shape than `like`.
#[inline(always)]
fn type_beside(written: Written<'_>, like: &Array) -> Option<DType> {
    match written {
        Written::One(value) => Some(value.dtype()),
        Written::Each(array) => same_shape(array, like).then(|| array.dtype()),
    }
}

/// The elements of `x` where `condition` is true, and of `y` elsewhere, in `room`; nothing where the arrays are
/// not few elements of one shape and type, in one piece or along one axis.
#[inline]
pub fn select<'r>(
    condition: &Array,
    x: Written<'_>,
    y: Written<'_>,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let mut truth = Truths::uninit();
    let mask = truths(condition, &mut truth)?;
    let dtype = type_beside(x, condition)?;
    if type_beside(y, condition)? != dtype {
        return None;
    }
    let (n, size) = (mask.len(), dtype.size());
    let lies = |written| match written {
        Written::One(_) => true,
        Written::Each(array) => array.ndim() == 1 || is_dense(array),
    };
    if !lies(x) || !lies(y) {
        return None;
    }
    let result = dense(room, condition.shape(), n, dtype)?;
    // SAFETY: the new array has room for `n` elements, and nobody else knows it.
    let out = unsafe { from_raw_parts_mut(result.as_mut_ptr(), n * size) };
    // SAFETY: the arrays were seen to lie so, with as many elements as there are truth values, in other memory
    // than the new one.
    unsafe {
        if let (Written::Each(x), Written::Each(y)) = (x, y)
            && is_dense(x)
            && is_dense(y)
        {
            let [x, y] = [x, y].map(|array| from_raw_parts(array.as_ptr(), n * size));
            moves::select(mask, x, y, out, size);
            return Some(result);
        }
        match y {
            Written::One(value) => {
                let target = Target::contiguous(out.as_mut_ptr(), size, [1, n]);
                moves::fill(target, value.as_in().bytes().as_ptr());
            }
            Written::Each(array) => moves::pack(source(array)?, out.as_mut_ptr()),
        }
        match x {
            Written::Each(array) if !is_dense(array) => {
                let Source { ptr, strides, .. } = source(array)?;
                let to = (out.as_mut_ptr(), size as isize);
                moves::assign_where_apart(mask, (ptr, strides[1]), to, size);
            }
            Written::Each(array) => {
                moves::assign_where(mask, from_raw_parts(array.as_ptr(), n * size), out, size);
            }
            Written::One(value) => moves::fill_where(mask, value.as_in().bytes(), out, size),
        }
    }
    Some(result)
}

/// Bytes of an operand that is packed on the stack.
const STAGE_BYTES: usize = 8 << 10;
/// Inputs of a ufunc, at most.
const INPUTS: usize = 3;

/// `ufunc` of `arrays` where `mask` is true, written to `to`, which the caller may write and which may
/// be one of them: nothing where the arrays and the mask are not few elements of one shape and type, in one piece
/// or along one axis, and where the mask lies across `to`.
pub(crate) fn masked(ufunc: Ufunc, arrays: &[&Array], mask: &Array, to: &Array) -> Option<()> {
    let like = *arrays.first()?;
    let (dtype, n) = (like.dtype(), like.size());
    if !is_few(ufunc, n) || arrays.len() > INPUTS {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, arrays.len())?;
    let given = bound.outputs()[0];
    let mut truth = Truths::uninit();
    let keep = truths(mask, &mut truth)?;
    let written = to.dtype() == given && (is_dense(to) || to.ndim() == 1 && !to.repeats());
    if !written || !same_shape(mask, like) || !same_shape(to, like) {
        return None;
    }
    if overlap(mask, to) != Overlap::Disjoint {
        return None;
    }
    let mut runs = [In::from(&[0u8; 0][..]); INPUTS];
    let mut stages = Stages::<STAGE_BYTES, INPUTS>::new();
    let stages = stages.ptrs();
    for ((run, array), stage) in runs.iter_mut().zip(arrays).zip(stages) {
        if array.dtype() != dtype || !same_shape(array, like) {
            return None;
        }
        let mut from = array.as_ptr();
        if !is_dense(array) {
            let source = source(array).filter(|_| array.nbytes() <= STAGE_BYTES)?;
            // SAFETY: the elements of the array, for which there is room.
            unsafe { moves::pack(source, stage) };
            from = stage;
        }
        // SAFETY: `n` aligned elements of this dtype in one piece, of the array or the stage.
        *run = unsafe { In::from_raw(from, n, dtype) };
    }
    let computed = new(like, n, given)?;
    // SAFETY: the array is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(computed.as_mut_ptr(), n, given) };
    kept::run(bound, &runs[..arrays.len()], &mut [out], keep);
    // SAFETY: the caller lets the target be written; the loop is done with the inputs.
    unsafe { place_where(to, mask, Written::Each(&computed)).then_some(()) }
}

/// Writes `written`, which has an element for each of `to`, or one for all of them, to where `mask` is true:
/// whether they are few, of one type and shape, in one piece or along one axis, and in memory apart.
///
/// # Safety
///
/// The array may be written, and no Rust reference into its memory exists.
#[inline]
pub unsafe fn place_where(to: &Array, mask: &Array, written: Written<'_>) -> bool {
    let mut truth = Truths::uninit();
    let Some(mask) = truths(mask, &mut truth)
        .filter(|_| same_shape(mask, to) && overlap(mask, to) == Overlap::Disjoint)
    else {
        return false;
    };
    if type_beside(written, to) != Some(to.dtype()) {
        return false;
    }
    let (n, size) = (mask.len(), to.itemsize());
    let (from, step, whole) = match written {
        Written::One(value) => (value.as_in().bytes().as_ptr(), 0, false),
        Written::Each(array) => match source(array) {
            Some(from) if overlap(array, to) == Overlap::Disjoint => {
                (from.ptr, from.strides[1], is_dense(array))
            }
            _ => return false,
        },
    };
    // SAFETY: as many elements on both sides as there are truth values, or one that is read; what is written may
    // be, and is in other memory than what is read.
    unsafe {
        if is_dense(to) && (whole || step == 0) {
            let out = from_raw_parts_mut(to.as_mut_ptr(), n * size);
            if whole {
                moves::assign_where(mask, from_raw_parts(from, n * size), out, size);
            } else {
                moves::fill_where(mask, from_raw_parts(from, size), out, size);
            }
            return true;
        }
        let Some(target) = source(to) else {
            return false;
        };
        let to = (to.as_mut_ptr(), target.strides[1]);
        moves::assign_where_apart(mask, (from, step), to, size);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::{tests::numbers, value};
    use super::*;
    use crate::Order;
    use raptors_kernels::Scalar;

    /// An array, each second element of one, the last first, and rows.
    fn layouts(n: usize, of: impl Fn(usize) -> Array) -> [Array; 4] {
        let back = of(n).slice(n as i64 - 1, i64::MIN, -1).unwrap();
        let second = of(2 * n).slice(0, 2 * n as i64, 2).unwrap();
        let rows = of(n).reshape(&[2, n as i64 / 2], Order::C).unwrap();
        [of(n), second, back, rows]
    }

    fn truth(n: usize) -> Array {
        let values: Vec<Bool> = (0..n).map(|i| Bool::from(i * i % 7 < 3)).collect();
        Array::from_slice(&values).unwrap()
    }

    #[test]
    fn few_elements_by_truth() {
        let one = Scalar::new(-1.0);
        for n in [2, 8, 100, SHORT] {
            for (mask, (x, y)) in layouts(n, truth)
                .iter()
                .zip(layouts(n, numbers).iter().zip(&layouts(n, numbers)))
            {
                let flat = |array: &Array| array.to_vec::<f64>().unwrap();
                let (truth, numbers) = (mask.to_vec::<Bool>().unwrap(), flat(x));
                let either = |array| [(Written::Each(array), true), (Written::One(&one), false)];
                for (first, x_each) in either(x) {
                    for (second, y_each) in either(y) {
                        let chosen = value(|room| select(mask, first, second, room)).unwrap();
                        assert_eq!(chosen.shape(), mask.shape());
                        let want = truth.iter().zip(&numbers).map(|(m, number)| {
                            let each = if m.get() { x_each } else { y_each };
                            if each { *number } else { -1.0 }
                        });
                        assert_eq!(flat(&chosen), want.collect::<Vec<_>>());
                    }
                    // SAFETY: nobody else uses the array.
                    assert!(unsafe { place_where(y, mask, first) });
                    let want = truth.iter().zip(&numbers).map(|(m, number)| {
                        if m.get() && !x_each { -1.0 } else { *number }
                    });
                    assert_eq!(flat(y), want.collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn few_elements_are_computed_by_truth() {
        for n in [2, 8, 100, SHORT] {
            for (mask, x) in layouts(n, truth).iter().zip(&layouts(n, numbers)) {
                for to in layouts(n, numbers) {
                    let flat = |array: &Array| array.to_vec::<f64>().unwrap();
                    let (truth, numbers, old) =
                        (mask.to_vec::<Bool>().unwrap(), flat(x), flat(&to));
                    let alike = mask.ndim() == to.ndim();
                    assert_eq!(masked(Ufunc::add, &[x, x], mask, &to).is_some(), alike);
                    let pairs = truth.iter().zip(numbers.iter().zip(&old));
                    let want =
                        pairs.map(|(m, (x, old))| if alike && m.get() { x + x } else { *old });
                    assert_eq!(flat(&to), want.collect::<Vec<_>>());
                }
            }
        }
        let (x, mask) = (numbers(6), truth(6));
        let one = numbers(1).broadcast_to(&[6]).unwrap();
        assert!(masked(Ufunc::add, &[&x, &one], &mask, &x).is_some());
        assert!(masked(Ufunc::add, &[&x, &x], &mask, &one).is_none());
        assert!(masked(Ufunc::logical_not, &[&mask], &mask, &mask).is_none());
    }

    #[test]
    fn other_arrays_are_left_to_others() {
        let (x, mask, one) = (numbers(6), truth(6), Scalar::new(1i64));
        let (each, long) = (Written::Each(&x), numbers(7));
        let chosen = |x, y| value(|room| select(&mask, x, y, room)).is_some();
        assert!(chosen(each, each));
        assert!(!chosen(each, Written::One(&one)) && !chosen(Written::Each(&long), each));
        assert!(value(|room| select(&x, each, each, room)).is_none());
        assert!(value(|room| select(&truth(SHORT + 1), each, each, room)).is_none());
        assert!(value(|room| select(&truth(0), each, each, room)).is_none());
        // SAFETY: nobody else uses the arrays.
        unsafe {
            assert!(!place_where(&x, &mask, each) && !place_where(&long, &mask, each));
            assert!(!place_where(&x, &mask, Written::One(&one)));
            assert!(!place_where(
                &mask,
                &mask,
                Written::One(&Scalar::new(Bool::TRUE))
            ));
        }
    }
}
