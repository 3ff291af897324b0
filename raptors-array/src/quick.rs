//! Ufuncs of few elements of one dtype and shape, in C order: found out and run in as few steps as
//! there are, since a call of so few takes longer to prepare than to compute.

use crate::{
    Array, Buffer, Number,
    layout::{self, c_strides},
    map::Operand,
    promote::Arg,
    resolve,
    target::Target,
};
use raptors_kernels::{DType, In, Kind, Out, Scalar, Ufunc};

/// Elements up to which a call is prepared here: none of them asks for a plan.
const FEW: usize = 256;
/// Work in additions up to which more elements do not ask for one either.
const LITTLE: usize = 1024;
/// Elements that a run of a broadcast operand has at least: shorter ones are packed to longer ones.
const RUN: usize = 4;

/// Whether `n` elements of `ufunc` are so few that they are computed here.
#[inline(always)]
fn is_few(ufunc: Ufunc, n: usize) -> bool {
    n.wrapping_sub(1) < FEW || n != 0 && n <= LITTLE && n * ufunc.cost() as usize <= LITTLE
}

/// Whether the elements of `array` are aligned and lie without gaps in C order.
#[inline(always)]
fn is_dense(array: &Array) -> bool {
    let (size, align) = (array.itemsize(), array.dtype().align());
    let in_order = match (array.shape(), array.strides()) {
        (&[n], &[stride]) => stride == size as isize || n == 1,
        (shape, strides) => layout::is_c_contiguous(shape, strides, size),
    };
    in_order && array.as_ptr().addr() & (align - 1) == 0
}

/// Whether both have the same number of axes, of the same lengths.
#[inline(always)]
fn same_shape(a: &Array, b: &Array) -> bool {
    let (a, b) = (a.shape(), b.shape());
    a.len() == b.len() && a.iter().zip(b).all(|(m, n)| m == n)
}

/// A new array of any contents in the shape of `like`, which has `n` elements.
#[inline(always)]
fn new(like: &Array, n: usize, dtype: DType) -> Option<Array> {
    let buffer = Buffer::new(n * dtype.size())?;
    let ptr = buffer.as_ptr();
    let (shape, strides) = (
        layout::axes(like.shape()),
        c_strides(like.shape(), dtype.size()),
    );
    // SAFETY: the buffer has room for the `n` elements that the shape and its dense strides reach.
    Some(unsafe { Array::from_raw_parts(buffer, ptr, dtype, shape, strides, true) })
}

/// `ufunc` of `arrays`; nothing where they are too many elements, lie otherwise or are not alike, where
/// there is no loop for just these, or no memory.
#[inline]
pub(crate) fn call<const N: usize>(ufunc: Ufunc, arrays: [&Array; N]) -> Option<Array> {
    let like = arrays[0];
    let (dtype, n) = (like.dtype(), like.size());
    if !is_few(ufunc, n) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, N)?;
    for array in arrays {
        if array.dtype() != dtype || !same_shape(array, like) || !is_dense(array) {
            return None;
        }
    }
    let given = bound.outputs()[0];
    let result = new(like, n, given)?;
    // SAFETY: each array is dense and aligned, of `n` elements of this dtype.
    let runs = arrays.map(|array| unsafe { In::from_raw(array.as_ptr(), n, dtype) });
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, given) };
    bound.run(&runs, &mut [out]);
    Some(result)
}

/// How an operand of shape `small` meets one of shape `large`, both dense: in how many runs, of how many
/// elements of the larger one, and whether there is one element of the smaller for each of them.
#[inline]
fn runs_of(large: &[usize], small: &[usize]) -> Option<(usize, usize, bool)> {
    if small.iter().all(|&n| n == 1) {
        return (small.len() <= large.len()).then(|| (1, layout::size(large), true));
    }
    let (lead, tail) = large.split_at(large.len().checked_sub(small.len())?);
    let equal = tail.iter().zip(small).take_while(|(m, n)| m == n).count();
    if equal == small.len() {
        return Some((layout::size(lead), layout::size(tail), false));
    }
    let single = lead.is_empty() && small[equal..].iter().all(|&n| n == 1);
    single.then(|| {
        (
            layout::size(&large[..equal]),
            layout::size(&large[equal..]),
            true,
        )
    })
}

/// `ufunc` of `x` and `y`, of which one is repeated over the first axes of the other or has one
/// element for all places of the last ones; nothing as for [`call`].
#[inline]
pub(crate) fn broadcast(ufunc: Ufunc, x: &Array, y: &Array) -> Option<Array> {
    let swapped = y.ndim() > x.ndim() || y.size() > x.size();
    let (large, small) = if swapped { (y, x) } else { (x, y) };
    let (dtype, n) = (large.dtype(), large.size());
    if small.dtype() != dtype || !is_few(ufunc, n) {
        return None;
    }
    let (runs, len, single) = runs_of(large.shape(), small.shape())?;
    let bound = resolve::alike(ufunc, dtype, 2)?;
    if runs > 1 && len < RUN || single && !bound.repeats() || !is_dense(large) || !is_dense(small) {
        return None;
    }
    let given = bound.outputs()[0];
    let result = new(large, n, given)?;
    for i in 0..runs {
        let (start, other) = (i * len, if single { (i, 1) } else { (0, len) });
        // SAFETY: the run is one of those that the `n` dense, aligned elements consist of; the smaller
        // operand has an element for each, or as many as each.
        let (run, other, out) = unsafe {
            (
                In::from_raw(large.as_ptr().add(start * dtype.size()), len, dtype),
                In::from_raw(small.as_ptr().add(other.0 * dtype.size()), other.1, dtype),
                Out::from_raw(result.as_mut_ptr().add(start * given.size()), len, given),
            )
        };
        let runs = if swapped { [other, run] } else { [run, other] };
        bound.run(&runs, &mut [out]);
    }
    Some(result)
}

/// `ufunc` of `arrays`, written to `to`, which the caller may write: nothing where [`call`] would give
/// nothing, where `to` is not like the result, and where it lies in an input's memory.
pub(crate) fn into<const N: usize>(ufunc: Ufunc, arrays: [&Array; N], to: &Array) -> Option<()> {
    let like = arrays[0];
    let (dtype, n) = (like.dtype(), like.size());
    if !is_few(ufunc, n) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, N)?;
    let given = bound.outputs()[0];
    if to.dtype() != given || !same_shape(to, like) || !is_dense(to) {
        return None;
    }
    let (start, end) = (to.as_ptr().addr(), to.as_ptr().addr() + n * given.size());
    for array in arrays {
        if array.dtype() != dtype || !same_shape(array, like) || !is_dense(array) {
            return None;
        }
        let first = array.as_ptr().addr();
        if first < end && start < first + n * dtype.size() {
            return None;
        }
    }
    // SAFETY: each array is dense and aligned, of `n` elements of this dtype, elsewhere than `to`.
    let runs = arrays.map(|array| unsafe { In::from_raw(array.as_ptr(), n, dtype) });
    // SAFETY: the target is dense and aligned, of `n` elements, which the caller lets be written.
    let out = unsafe { Out::from_raw(to.as_mut_ptr(), n, given) };
    bound.run(&runs, &mut [out]);
    Some(())
}

/// `number` as an element of `dtype`, if an array of that dtype does not change its dtype for it.
#[inline]
fn weak(number: Number, dtype: DType) -> Option<Scalar> {
    let keeps = match number.arg() {
        Arg::Int => dtype.kind() != Kind::Bool,
        Arg::Float => matches!(dtype.kind(), Kind::Float | Kind::Complex),
        Arg::Complex => dtype.kind() == Kind::Complex,
        Arg::Array(_) => false,
    };
    keeps.then(|| number.to_scalar(dtype).ok())?
}

/// `ufunc` of `array` and `number`, which is the first input if `first`; nothing as for [`call`].
#[inline]
pub(crate) fn with_number(
    ufunc: Ufunc,
    array: &Array,
    number: Number,
    first: bool,
) -> Option<Array> {
    let (dtype, n) = (array.dtype(), array.size());
    if !is_few(ufunc, n) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, 2)?;
    if !bound.repeats() || !is_dense(array) {
        return None;
    }
    let value = weak(number, dtype)?;
    let given = bound.outputs()[0];
    let result = new(array, n, given)?;
    // SAFETY: the array is dense and aligned, of `n` elements of this dtype.
    let run = unsafe { In::from_raw(array.as_ptr(), n, dtype) };
    let one = value.as_in();
    let runs = if first { [one, run] } else { [run, one] };
    // SAFETY: the result is new and has room for `n` elements.
    let out = unsafe { Out::from_raw(result.as_mut_ptr(), n, given) };
    bound.run(&runs, &mut [out]);
    Some(result)
}

/// `ufunc` of the elements of `target` and `other`, in their place: the target's array then. Nothing,
/// and nothing is written, where [`call`] or [`with_number`] would give nothing, where the loop cannot
/// write over its input, and where `other` lies in the same memory.
#[inline]
pub fn in_place(ufunc: Ufunc, target: &Target<'_>, other: &Operand<'_>) -> Option<Array> {
    let to = target.array();
    let (dtype, n) = (to.dtype(), to.size());
    if !is_few(ufunc, n) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, 2)?;
    if bound.outputs()[0] != dtype || !bound.in_place() || !is_dense(to) {
        return None;
    }
    let value;
    let run = match *other {
        Operand::Array(array) => {
            let single = array.ndim() == 0 && bound.repeats();
            if array.dtype() != dtype || !(single || same_shape(array, to)) || !is_dense(array) {
                return None;
            }
            let (a, b) = (array.as_ptr().addr(), to.as_ptr().addr());
            if a.abs_diff(b) < n * dtype.size() {
                return None;
            }
            // SAFETY: the array is dense and aligned, of `n` elements of this dtype or one, and none
            // of them lies in what is written.
            unsafe { In::from_raw(array.as_ptr(), if single { 1 } else { n }, dtype) }
        }
        Operand::Number(number) => {
            if !bound.repeats() {
                return None;
            }
            value = weak(number, dtype)?;
            value.as_in()
        }
    };
    // SAFETY: no elements of an aligned array: the loop takes that for its output.
    let place = unsafe { In::from_raw(to.as_ptr(), 0, dtype) };
    // SAFETY: the target may be written, is dense and aligned, and no input lies in it.
    let out = unsafe { Out::from_raw(to.as_mut_ptr(), n, dtype) };
    bound.run(&[place, run], &mut [out]);
    Some(to.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, map};

    fn numbers(n: usize) -> Array {
        let numbers: Vec<f64> = (0..n).map(|i| i as f64 + 0.5).collect();
        Array::from_slice(&numbers).unwrap()
    }

    #[test]
    fn few_elements_alike_are_computed_here_and_nothing_else() {
        for n in [1, 7, 8, 100, FEW, LITTLE] {
            let (a, b) = (numbers(n), numbers(n));
            let sum = call(Ufunc::add, [&a, &b]).unwrap();
            assert_eq!(sum.shape(), [n]);
            let twice = with_number(Ufunc::multiply, &a, Number::Int(2), true).unwrap();
            assert_eq!(sum.to_vec::<f64>(), twice.to_vec::<f64>());
            let less = call(Ufunc::less, [&a, &sum]).unwrap();
            assert_eq!(less.dtype(), DType::Bool);
            assert_eq!(
                call(Ufunc::negative, [&a])
                    .unwrap()
                    .to_vec::<f64>()
                    .unwrap()[n - 1],
                0.5 - n as f64
            );
        }
        let a = numbers(8);
        assert!(call(Ufunc::add, [&numbers(0), &numbers(0)]).is_none());
        assert!(call(Ufunc::sin, [&numbers(FEW + 1)]).is_none());
        assert!(call(Ufunc::add, [&a, &numbers(1)]).is_none());
        assert!(call(Ufunc::negative, [&a, &a]).is_none());
        let every_second = Index::Slice {
            start: None,
            stop: None,
            step: Some(2),
        };
        let half = a.index(&[every_second]).unwrap();
        assert!(call(Ufunc::add, [&half, &half]).is_none());
        let ints = Array::from_slice(&[1i64, 2]).unwrap();
        assert!(call(Ufunc::power, [&ints, &ints]).is_none());
        assert!(call(Ufunc::divide, [&ints, &ints]).is_none());
        assert!(with_number(Ufunc::add, &ints, Number::Float(0.5), false).is_none());
        let small = Array::from_slice(&[1u8, 2]).unwrap();
        assert!(with_number(Ufunc::add, &small, Number::Int(300), false).is_none());
    }

    #[test]
    fn broadcast_operands_are_repeated() {
        let cube = Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i32>>()).unwrap();
        let shapes: [(&[usize], bool); 9] = [
            (&[4], true),
            (&[3, 4], true),
            (&[], true),
            (&[1, 1, 1, 1], false),
            (&[1, 1, 1], true),
            (&[2, 3, 1], true),
            (&[2, 1, 1], true),
            (&[2, 1, 4], false),
            (&[3, 1], false),
        ];
        for (shape, taken) in shapes {
            let n: i32 = shape.iter().product::<usize>() as i32;
            let other = Array::from_shape(shape, &(100..100 + n).collect::<Vec<i32>>()).unwrap();
            for (x, y) in [(&cube, &other), (&other, &cube)] {
                let given = broadcast(Ufunc::subtract, x, y);
                assert_eq!(given.is_some(), taken, "{shape:?}");
                let given = map::binary(Ufunc::subtract, x, y).unwrap();
                let full = given.shape().to_vec();
                let (x, y) = (
                    x.broadcast_to(&full).unwrap(),
                    y.broadcast_to(&full).unwrap(),
                );
                let (x, y) = (x.to_vec::<i32>().unwrap(), y.to_vec::<i32>().unwrap());
                let want: Vec<i32> = x.iter().zip(y).map(|(x, y)| x - y).collect();
                assert_eq!(given.to_vec::<i32>().unwrap(), want, "{shape:?}");
            }
        }
    }

    #[test]
    fn results_keep_the_shape() {
        let a = Array::from_shape(&[2, 1, 3], &[1i32, 2, 3, 4, 5, 6]).unwrap();
        let b = call(Ufunc::add, [&a, &a]).unwrap();
        assert_eq!(
            (b.shape(), b.strides()),
            ([2, 1, 3].as_slice(), [12, 12, 4].as_slice())
        );
        assert_eq!(b.to_vec::<i32>().unwrap(), [2, 4, 6, 8, 10, 12]);
    }

    #[test]
    fn results_may_be_written_over_an_input() {
        let mut a = numbers(8);
        let want = map::binary(Ufunc::add, &a, &a).unwrap();
        let other = numbers(8);
        let target = Target::new(&mut a).unwrap();
        assert!(in_place(Ufunc::add, &target, &(&other).into()).is_some());
        assert!(in_place(Ufunc::multiply, &target, &Number::Int(1).into()).is_some());
        let same = target.array().clone();
        assert!(in_place(Ufunc::add, &target, &(&same).into()).is_none());
        assert!(in_place(Ufunc::less, &target, &(&other).into()).is_none());
        let one = Array::from_scalar(&Scalar::new(1.0)).unwrap();
        assert!(in_place(Ufunc::multiply, &target, &(&one).into()).is_some());
        assert_eq!(a.to_vec::<f64>(), want.to_vec::<f64>());
    }

    #[test]
    fn results_may_be_written_elsewhere() {
        let (a, b, sum) = (numbers(8), numbers(8), numbers(8));
        into(Ufunc::add, [&a, &b], &sum).unwrap();
        assert_eq!(
            sum.to_vec::<f64>(),
            call(Ufunc::add, [&a, &b]).unwrap().to_vec()
        );
        assert!(into(Ufunc::add, [&a, &sum], &sum).is_none());
        assert!(into(Ufunc::less, [&a, &b], &sum).is_none());
        assert!(into(Ufunc::negative, [&a], &numbers(7)).is_none());
    }
}
