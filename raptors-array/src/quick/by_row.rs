//! Operands that are broadcast or have gaps, of one dtype and small enough for a cache: the loop runs row by
//! row over what it takes where it lies, the rest is packed on the stack, a block of rows at a time. A walk
//! takes longer to set up than the loop runs.

use super::{
    blocks::{Axes, Call},
    is_dense, lying,
    one::weak,
    over::{AXES, Shape},
    room::Room,
    same_shape,
};
use crate::{
    Array,
    drive::map_plan,
    map::Operand,
    overlap::{Overlap, overlap},
    resolve,
};
use raptors_dispatch::machine::machine;
use raptors_kernels::{Loop, Scalar, Ufunc};

/// Second-level caches that operands and result fill where setting up a walk still counts beside the loop: it
/// took a tenth of the time of one, and nothing to speak of of six.
const CACHES: usize = 2;
/// Work in additions up to which the interpreter is not let go meanwhile: some microseconds.
pub(super) const MOST_WORK: usize = 1 << 14;

/// The loop, and the numbers among the operands as its elements; nothing where the operands are of several
/// dtypes, or so many that a walk serves them as well, or that several threads would share them.
#[inline(always)]
fn loop_for<const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    n: usize,
) -> Option<(&'static Loop, [Scalar; N])> {
    let mut arrays = operands.iter().filter_map(|operand| match operand {
        Operand::Array(array) => Some(array.dtype()),
        Operand::Number(_) => None,
    });
    let dtype = arrays.next()?;
    if ufunc.nin() != N || arrays.any(|other| other != dtype) {
        return None;
    }
    let bound = resolve::alike(ufunc, dtype, N)?;
    let size = dtype.size().max(bound.outputs()[0].size());
    let bytes = n.checked_mul(size)?.checked_mul(N + 1)?;
    if bytes / CACHES > machine().l2.bytes || map_plan(ufunc.cost(), n, size, N, 1).threads > 1 {
        return None;
    }
    let mut numbers = [Scalar::zero(dtype); N];
    for (to, operand) in numbers.iter_mut().zip(operands) {
        if let &Operand::Number(number) = operand {
            *to = weak(ufunc, number, dtype)?;
        }
    }
    Some((bound, numbers))
}

/// `ufunc` of `operands`, of which one is an array at least, in `room`; nothing where they are of several
/// dtypes, many, or dense and alike, or have their axes in several orders, and where something is wrong.
/// `most` is the work in additions that is done here.
#[inline(never)]
pub(crate) fn by_row<'r, const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    most: usize,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    if are_alike(operands) {
        return None;
    }
    let mut shape = Shape::of(operands)?;
    let n = elements(shape.lengths())?;
    if n.saturating_mul(ufunc.cost() as usize) > most {
        return None;
    }
    let (bound, numbers) = loop_for(ufunc, operands, n)?;
    let mut strides = operands.map(|operand| match operand {
        Operand::Array(array) => shape.strides(array),
        Operand::Number(_) => [0; AXES],
    });
    shape.arrange(&mut strides)?;
    if shape.lengths().len() > 2 && !shape.is_in_order(&strides) {
        // Planes that lie across the rows would be read again and again, which a walk brings together once.
        return None;
    }
    let given = bound.outputs()[0];
    let (lengths, mut dense) = (shape.lengths(), [0; AXES]);
    let mut step = given.size() as isize;
    for (to, &n) in dense.iter_mut().zip(lengths).rev() {
        *to = step;
        step *= n as isize;
    }
    let axes = Axes::merged(lengths, &strides, &dense);
    if let Some(call) = lying::Call::new(bound, ufunc.cost(), operands, &numbers, &axes) {
        let result = shape.blank(n, given, room)?;
        // SAFETY: the result is new and has room for the elements, in the order of the axes; the steps reach
        // elements of the operands.
        unsafe { call.run(result.as_mut_ptr()) };
        return Some(result);
    }
    let call = Call::new(bound, operands, &numbers, &axes, [false; N])?;
    let result = shape.blank(n, given, room)?;
    // SAFETY: the result is new and has room for the elements, in the order of the axes; the steps reach
    // elements of the operands.
    unsafe { call.run(result.as_mut_ptr()) };
    Some(result)
}

/// As [`by_row`], written to `to`: whether it was, which is not so either where `to` lies across the operands,
/// or has gaps within its rows and the loop takes none.
///
/// # Safety
///
/// `to` may be written, and no Rust reference into its memory exists.
#[inline(never)]
pub(crate) unsafe fn into_rows<const N: usize>(
    ufunc: Ufunc,
    operands: &[Operand<'_>; N],
    most: usize,
    to: &Array,
) -> Option<()> {
    let shape = Shape::of(operands)?;
    if shape.lengths() != to.shape() {
        return None;
    }
    if to.ndim() > 2 && !is_in_order(to) {
        // Axes in another order may be one to a walk.
        return None;
    }
    let n = elements(shape.lengths())?;
    if n.saturating_mul(ufunc.cost() as usize) > most {
        return None;
    }
    let (bound, numbers) = loop_for(ufunc, operands, n)?;
    if bound.outputs()[0] != to.dtype() || !to.is_aligned() || to.repeats() {
        return None;
    }
    let (mut places, mut strides) = ([false; N], [[0; AXES]; N]);
    for (i, operand) in operands.iter().enumerate() {
        let Operand::Array(array) = operand else {
            continue;
        };
        strides[i] = shape.strides(array);
        places[i] = match overlap(array, to) {
            Overlap::Disjoint => false,
            Overlap::Same if bound.in_place() && !places.contains(&true) => true,
            _ => return None,
        };
    }
    let axes = Axes::merged(shape.lengths(), &strides, to.strides());
    if let Some(call) = lying::Call::new(bound, ufunc.cost(), operands, &numbers, &axes) {
        // SAFETY: the caller lets the target be written, which is aligned and has each element once; an operand
        // lies elsewhere, or just where the target does; the steps reach elements of the operands.
        unsafe { call.run(to.as_mut_ptr()) };
        return Some(());
    }
    if axes.result[AXES - 1] != to.itemsize() as isize {
        return None;
    }
    let call = Call::new(bound, operands, &numbers, &axes, places)?;
    // SAFETY: the caller lets the target be written, which is aligned, has the elements in rows, and spans no
    // memory that an operand does; the steps reach elements of the operands.
    unsafe { call.run(to.as_mut_ptr()) };
    Some(())
}

/// Whether no axis of `array` takes longer steps than one before it.
fn is_in_order(array: &Array) -> bool {
    let axes = array.shape().iter().zip(array.strides());
    let steps = axes
        .filter(|&(&n, _)| n > 1)
        .map(|(_, step)| step.unsigned_abs());
    steps.is_sorted_by(|before, step| before >= step)
}

/// Whether all arrays lie in one piece in C order and have one shape: those need neither rows nor a walk.
#[inline(always)]
fn are_alike<const N: usize>(operands: &[Operand<'_>; N]) -> bool {
    let mut arrays = operands.iter().filter_map(|operand| match operand {
        Operand::Array(array) => Some(*array),
        Operand::Number(_) => None,
    });
    let Some(first) = arrays.next() else {
        return true;
    };
    is_dense(first) && arrays.all(|array| same_shape(array, first) && is_dense(array))
}

/// The elements of a shape: nothing where there are none or one, or the product wraps around.
fn elements(lengths: &[usize]) -> Option<usize> {
    let n = lengths
        .iter()
        .try_fold(1usize, |n, &length| n.checked_mul(length))?;
    (n > 1).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, Number, assign, quick::value};

    fn numbers(shape: &[usize], seed: usize) -> Array {
        let n: usize = shape.iter().product();
        let numbers: Vec<f64> = (0..n).map(|i| ((i + seed) * 7919 % 1013) as f64).collect();
        Array::from_shape(shape, &numbers).unwrap()
    }

    const fn part(start: Option<i64>, stop: Option<i64>, step: i64) -> Index {
        let step = Some(step);
        Index::Slice { start, stop, step }
    }

    /// Views of `rows` by `cols` elements, or such as are broadcast to them.
    fn views(rows: usize, cols: usize) -> Vec<Array> {
        let (m, n) = (rows as i64, cols as i64);
        let large = numbers(&[2 * rows + 2, 3 * cols + 2], 5);
        let of = |a: &Array, rows, cols| a.index(&[rows, cols]).unwrap();
        vec![
            numbers(&[rows, cols], 1),
            numbers(&[cols, rows], 2).t(),
            numbers(&[cols], 3),
            numbers(&[rows, 1], 4),
            of(
                &large,
                part(Some(1), Some(m + 1), 1),
                part(Some(2), Some(n + 2), 1),
            ),
            of(
                &large,
                part(None, Some(2 * m), 2),
                part(None, Some(3 * n), 3),
            ),
            of(
                &large,
                part(Some(m - 1), None, -1),
                part(Some(n), Some(0), -1),
            ),
            of(&large, part(None, Some(m), 1), part(None, Some(2 * n), 2)),
            of(&large, part(None, Some(m), 1), part(Some(1), Some(2), 1)),
            of(
                &large,
                part(Some(1), Some(2), 1),
                part(None, Some(2 * n), 2),
            ),
        ]
    }

    fn elements_of(x: &Array, shape: &[usize]) -> Vec<f64> {
        x.broadcast_to(shape).unwrap().to_vec().unwrap()
    }

    fn differences(x: &Array, y: &Array, shape: &[usize]) -> Vec<f64> {
        let pairs = elements_of(x, shape).into_iter().zip(elements_of(y, shape));
        pairs.map(|(x, y)| x - y).collect()
    }

    #[test]
    fn operands_of_every_layout_are_computed_as_one_by_one() {
        let mut found = 0;
        for [rows, cols] in [[2, 3], [40, 40], [70, 5], [3, 200], [9, 1100], [130, 70]] {
            let views = views(rows, cols);
            for (x, y) in views.iter().flat_map(|x| views.iter().map(move |y| (x, y))) {
                let both = [x.into(), y.into()];
                let given = value(|room| by_row(Ufunc::subtract, &both, usize::MAX, room));
                let Some(given) = given else { continue };
                found += 1;
                assert_eq!(
                    given.to_vec::<f64>().unwrap(),
                    differences(x, y, given.shape())
                );
            }
            let number = Operand::from(Number::Float(0.5));
            for x in &views {
                let both = [number, x.into()];
                let given = value(|room| by_row(Ufunc::subtract, &both, usize::MAX, room));
                if is_dense(x) {
                    assert!(given.is_none());
                    continue;
                }
                let want = elements_of(x, x.shape()).into_iter().map(|x| 0.5 - x);
                assert_eq!(
                    given.unwrap().to_vec::<f64>().unwrap(),
                    want.collect::<Vec<_>>()
                );
            }
        }
        assert!(found > 200);
    }

    #[test]
    fn rows_of_a_target_are_written_and_nothing_else() {
        for [rows, cols] in [[2, 30], [40, 40], [70, 17]] {
            for y in views(rows, cols) {
                for in_place in [false, true] {
                    let large = numbers(&[rows + 2, cols + 3], 9);
                    let (m, n) = (rows as i64, cols as i64);
                    let inner = [part(Some(1), Some(m + 1), 1), part(Some(2), Some(n + 2), 1)];
                    let to = large.index(&inner).unwrap();
                    let x = if in_place {
                        to.clone()
                    } else {
                        numbers(&[rows, cols], 3)
                    };
                    let old = assign::copy(&large, None).unwrap();
                    let want = differences(&x, &y, &[rows, cols]);
                    let both = [(&x).into(), (&y).into()];
                    // SAFETY: nobody else knows the memory of the target.
                    unsafe { into_rows(Ufunc::subtract, &both, usize::MAX, &to) }.unwrap();
                    assert_eq!(to.to_vec::<f64>().unwrap(), want);
                    let frame = |a: &Array| {
                        let all = a.to_vec::<f64>().unwrap().into_iter().enumerate();
                        let outside = all.filter(|(i, _)| {
                            let (i, j) = (i / (cols + 3), i % (cols + 3));
                            !((1..=rows).contains(&i) && (2..cols + 2).contains(&j))
                        });
                        outside.collect::<Vec<_>>()
                    };
                    assert_eq!(frame(&large), frame(&old));
                }
            }
        }
        let a = numbers(&[50], 1);
        let [x, y] = [(1, 41), (2, 42)].map(|(start, stop)| a.slice(start, stop, 1).unwrap());
        // SAFETY: as above.
        let done = unsafe { into_rows(Ufunc::add, &[(&x).into(), (&x).into()], usize::MAX, &y) };
        assert!(done.is_none());
    }
}
