//! Loops of ufuncs applied step by step along an axis, without a walk for each step.

use super::{reduce_all, segments::between};
use crate::dense::NOT_DENSE;
use crate::{
    Array, Casting, DType, Dims, Error, Number, Order, Result, Ufunc, assign, map,
    operand::MapOptions, resolve::takes_natural_exponent, target::Target,
};
use raptors_kernels::{In, Level, Loop, Scalar, fold::Fold};

/// Whether elements can be joined in any order, but for the last bits.
pub(super) const fn is_reorderable(ufunc: Ufunc) -> bool {
    matches!(
        ufunc,
        Ufunc::logaddexp | Ufunc::logaddexp2 | Ufunc::hypot | Ufunc::gcd | Ufunc::lcm
    )
}

/// What a result of integers stays whatever is joined to it, where there is such a value.
const fn stays(ufunc: Ufunc) -> Option<i128> {
    match ufunc {
        Ufunc::gcd => Some(1),
        _ => None,
    }
}

/// The loop of `ufunc`, if it takes and gives `dtype` alone, and so can be applied to its results.
pub(super) fn bind(ufunc: Ufunc, dtype: DType, given: DType) -> Option<Loop> {
    let bound = ufunc.bind(Level::get(), dtype)?;
    let alike = bound.inputs() == [dtype; 2] && bound.outputs() == [dtype];
    (alike && given == dtype && !takes_natural_exponent(ufunc, dtype)).then_some(bound)
}

/// Elements of the axis that are joined before a first look at whether the results stay what they are.
const PART: usize = 16;

/// `ufunc` over an axis, which stays, in an order of its own: part by part, each as long as all before it, until
/// no further element changes a result.
pub(super) fn in_parts(ufunc: Ufunc, array: &Array, axis: usize) -> Result<Array> {
    let Some(last) = stays(ufunc) else {
        return in_pairs(ufunc, array, axis);
    };
    let len = array.shape()[axis];
    let mut end = len.min(PART);
    let mut result = in_pairs(ufunc, &between(array, axis, 0, end), axis)?;
    let last = Number::Int(last).to_scalar(result.dtype())?;
    while end < len && !is_all(&result, &last)? {
        let next = len.min(2 * end);
        let part = in_pairs(ufunc, &between(array, axis, end, next), axis)?;
        result = join(ufunc, &result, &part)?;
        end = next;
    }
    Ok(result)
}

/// Whether all elements are `value`.
fn is_all(array: &Array, value: &Scalar) -> Result<bool> {
    if array.size() == 0 {
        return Ok(true);
    }
    for fold in [Fold::max, Fold::min] {
        let found = reduce_all(fold, array)?.item()?;
        if found.as_in().bytes() != value.as_in().bytes() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn join(ufunc: Ufunc, x: &Array, y: &Array) -> Result<Array> {
    let options = MapOptions {
        casting: Casting::Unsafe,
        ..MapOptions::default()
    };
    let results = map::map(ufunc, &[x.into(), y.into()], &mut [], &options)?;
    results.into_iter().next().ok_or(Error::Internal {
        what: "a ufunc gave no result",
    })
}

/// Elements of which the halves are joined without a plan for each time: the first-level cache has room for
/// them and for what is joined.
const FEW: usize = 1024;

/// `ufunc` over an axis, which stays: the first half joined with the second, and so on. Vectors do
/// what a chain of single steps cannot, and rounding errors grow with the logarithm of the length.
fn in_pairs(ufunc: Ufunc, array: &Array, axis: usize) -> Result<Array> {
    if array.size() <= FEW
        && array.size() > 0
        && let Some(bound) = bind(ufunc, array.dtype(), array.dtype())
    {
        return in_few_pairs(&bound, array, axis);
    }
    let mut halved = array.clone();
    let mut odd: Option<Array> = None;
    loop {
        let len = halved.shape()[axis];
        let half = len / 2;
        if len % 2 == 1 {
            let last = between(&halved, axis, len - 1, len);
            odd = Some(match odd {
                Some(odd) => join(ufunc, &last, &odd)?,
                None => last,
            });
        }
        if half == 0 {
            break;
        }
        let (low, high) = (
            between(&halved, axis, 0, half),
            between(&halved, axis, half, 2 * half),
        );
        halved = join(ufunc, &low, &high)?;
    }
    odd.ok_or(Error::Internal {
        what: "nothing to join",
    })
}

/// As [`in_pairs`], of few elements: all that is joined goes to one piece of memory, one after the other.
fn in_few_pairs(bound: &Loop, array: &Array, axis: usize) -> Result<Array> {
    let front = in_front(array, axis)?;
    let mut shape = Dims::from_slice(front.shape());
    let mut len = core::mem::replace(&mut shape[0], 1);
    let width = front.size() / len;
    // Of the elements that are joined one is left, and of those without another one as many as there are bits.
    let room = (len + len.ilog2() as usize + 1) * width;
    let joined = Array::empty(&[room], front.dtype(), Order::C)?;
    let mut used = 0;
    let mut join = |x: In<'_>, y: In<'_>| {
        let size = x.len();
        let mut target = Target::fresh(&joined);
        let out = target.run(used, size).ok_or(NOT_DENSE)?;
        bound.run(&[x, y], &mut [out]);
        used += size;
        joined.run(used - size, size).ok_or(NOT_DENSE)
    };
    let mut halved = front.run(0, front.size()).ok_or(NOT_DENSE)?;
    let mut odd: Option<In<'_>> = None;
    loop {
        let half = len / 2;
        if len % 2 == 1 {
            let last = halved.range(2 * half * width, width);
            odd = Some(match odd {
                Some(odd) => join(last, odd)?,
                None => last,
            });
        }
        if half == 0 {
            break;
        }
        let size = half * width;
        halved = join(halved.range(0, size), halved.range(size, size))?;
        len = half;
    }
    let result = Array::empty(&shape, front.dtype(), Order::C)?;
    let mut target = Target::fresh(&result);
    let mut out = target.run(0, width).ok_or(NOT_DENSE)?;
    let odd = odd.ok_or(Error::Internal {
        what: "nothing to join",
    })?;
    out.bytes().copy_from_slice(odd.bytes());
    result.moveaxis(&[0], &[axis as i64])
}

/// The array with the axis first, and dense.
fn in_front(array: &Array, axis: usize) -> Result<Array> {
    let front = array.moveaxis(&[axis as i64], &[0])?;
    match front.run(0, front.size()) {
        Some(_) => Ok(front),
        None => assign::copy(&front, Some(Order::C)),
    }
}

/// Joins the elements of an axis from number `first` on to `result`, where the axis has length one.
pub(super) fn reduce(
    bound: &Loop,
    array: &Array,
    axis: usize,
    first: usize,
    result: &Array,
) -> Result<()> {
    let front = in_front(array, axis)?;
    let (len, width) = (front.shape()[0], result.size());
    let rows = front.run(0, front.size()).ok_or(NOT_DENSE)?;
    if width == 1 {
        let mut acc = result.item()?;
        for i in first..len {
            let mut next = Scalar::zero(acc.dtype());
            bound.run(&[acc.as_in(), rows.range(i, 1)], &mut [next.as_out()]);
            acc = next;
        }
        result.set(&acc);
        return Ok(());
    }
    let other = Array::empty(result.shape(), result.dtype(), Order::C)?;
    let mut targets = [
        (result, Target::fresh(&other)),
        (&other, Target::fresh(result)),
    ];
    for i in first..len {
        let (before, after) = &mut targets[(i - first) % 2];
        let (Some(before), Some(after)) = (before.run(0, width), after.run(0, width)) else {
            return Err(NOT_DENSE);
        };
        bound.run(&[before, rows.range(i * width, width)], &mut [after]);
    }
    if (len - first) % 2 == 1 {
        assign::assign(&Target::fresh(result), &(&other).into(), Casting::No)?;
    }
    Ok(())
}

/// Every prefix of an axis of `array`, which has elements.
pub(super) fn accumulate(bound: &Loop, array: &Array, axis: usize) -> Result<Array> {
    let front = in_front(array, axis)?;
    let (len, size) = (front.shape()[0], front.size());
    let width = size / len;
    let rows = front.run(0, size).ok_or(NOT_DENSE)?;
    let result = Array::empty(front.shape(), front.dtype(), Order::C)?;
    let mut target = Target::fresh(&result);
    let mut out = target.run(0, size).ok_or(NOT_DENSE)?;
    let mut range = out.range(0, width);
    range.bytes().copy_from_slice(rows.range(0, width).bytes());
    if width == 1 {
        let item = front.itemsize();
        let mut acc = Scalar::zero(front.dtype());
        acc.as_out().bytes().copy_from_slice(&rows.bytes()[..item]);
        for i in 1..len {
            let mut next = Scalar::zero(acc.dtype());
            bound.run(&[acc.as_in(), rows.range(i, 1)], &mut [next.as_out()]);
            acc = next;
            out.range(i, 1).bytes().copy_from_slice(acc.as_in().bytes());
        }
    } else {
        for i in 1..len {
            let mut target = Target::fresh(&result);
            let after = target.run(i * width, width).ok_or(NOT_DENSE)?;
            let before = result.run((i - 1) * width, width).ok_or(NOT_DENSE)?;
            bound.run(&[before, rows.range(i * width, width)], &mut [after]);
        }
    }
    if axis == 0 {
        return Ok(result);
    }
    assign::copy(&result.moveaxis(&[0], &[axis as i64])?, Some(Order::C))
}
