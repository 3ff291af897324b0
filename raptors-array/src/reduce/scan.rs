//! Scans: every prefix of an axis folded, in order.

use super::{SHORT, order};
use crate::{
    Array, DType, Error, Order, Result, assign,
    drive::{Shared, drive, map_plan},
    layout,
    quick::{self, Room},
};
use raptors_kernels::{
    Level, Out,
    fold::{self, Fold},
};

/// Cost of one step of a chain of dependent operations, in additions.
const STEP_COST: u32 = 8;

/// The dtype that elements of `stored` are read as, and that of the results, in a scan that is asked
/// for `asked`. Nothing where there is none.
pub(super) fn dtypes(fold: Fold, stored: DType, asked: Option<DType>) -> Option<(DType, DType)> {
    let wanted = asked.unwrap_or(stored);
    if wanted == DType::F16 {
        let scans = matches!(
            fold,
            Fold::sum
                | Fold::prod
                | Fold::min
                | Fold::max
                | Fold::fmin
                | Fold::fmax
                | Fold::nansum
                | Fold::nanprod
        );
        return scans.then_some((wanted, wanted));
    }
    // A scan gives what a fold does, which is not what was asked for where that is a small integer.
    let gives = |fed: DType, given: DType| {
        fold.input(fed) == Some(fed) && fold.accumulator(fed) == Some(given)
    };
    match asked {
        Some(asked) if gives(stored, asked) => Some((stored, asked)),
        Some(asked) => gives(asked, asked).then_some((asked, asked)),
        None => {
            let fed = fold.input(stored)?;
            let widens = fed == stored || fold == Fold::prod;
            fold.accumulator(fed)
                .filter(|_| widens)
                .map(|given| (fed, given))
        }
    }
}

/// Every prefix of an axis of `array`, or of all elements in C order, folded as the fold has it.
///
/// # Errors
///
/// If the axis is out of bounds, there is no such scan of these elements, or memory runs out.
pub fn scanned(fold: Fold, array: &Array, axis: Option<isize>) -> Result<Array> {
    let Some((fed, given)) = dtypes(fold, array.dtype(), None) else {
        return Err(Error::Internal {
            what: "a scan that does not exist",
        });
    };
    // An array without axes is taken for one of a single element.
    let axis = axis
        .map(|axis| layout::axis(axis as i64, array.ndim().max(1), None))
        .transpose()?;
    match axis {
        Some(axis) if array.ndim() > 0 => order::along(array, axis, |array, axis| {
            scan(fold, array, axis, fed, given)
        }),
        _ => scan(fold, &array.ravel(Order::C)?, 0, fed, given),
    }
}

/// As [`scanned`], in `room`, of few elements; nothing where they are many or none, where they lie
/// neither in one piece nor along one axis, where there is no such scan or axis, or no memory.
pub fn scanned_few<'r>(
    fold: Fold,
    array: &Array,
    axis: Option<isize>,
    room: impl Room<'r>,
) -> Option<&'r mut Array> {
    let (n, stored) = (array.size(), array.dtype());
    let (fed, given) = dtypes(fold, stored, None)?;
    if n == 0 || n > SHORT {
        return None;
    }
    let (packed, fit);
    let mut source = array;
    if source.run(0, n).is_none() {
        // Results lie in memory as the elements do, which only one axis leaves no choice.
        if axis.is_some() && array.ndim() != 1 {
            return None;
        }
        packed = quick::value(|room| quick::copied(array, room))?;
        source = &packed;
    }
    if fed != stored {
        fit = quick::value(|room| quick::converted(source, fed, room))?;
        source = &fit;
    }
    let (shape, flat) = (array.shape(), [n]);
    let (shape, axis) = match axis {
        Some(axis) => (shape, layout::axis(axis as i64, shape.len(), None).ok()?),
        None => (&flat[..], 0),
    };
    let inner: usize = shape[axis + 1..].iter().product();
    let block = shape[axis] * inner;
    let (level, from) = (Level::get(), source.run(0, n)?);
    let result = quick::blank(shape, given, false, room)?;
    // SAFETY: the elements of the result, which is new and dense, and which nobody else knows.
    let mut to = unsafe { Out::from_raw(result.as_mut_ptr(), n, given) };
    if inner == 1 {
        fold::scan_lines(fold, level, from, block, to);
        return Some(result);
    }
    for start in (0..n).step_by(block) {
        let (from, to) = (from.range(start, block), to.range(start, block));
        fold::scan_columns(fold, level, from, inner, to);
    }
    Some(result)
}

/// Scans an axis of an array whose elements are read as `fed`, which gives `given`.
pub(super) fn scan(
    fold: Fold,
    array: &Array,
    axis: usize,
    fed: DType,
    given: DType,
) -> Result<Array> {
    let result = Array::empty(array.shape(), given, Order::C)?;
    if result.size() == 0 {
        return Ok(result);
    }
    let dense;
    let mut source = array;
    if array.dtype() != fed || array.run(0, array.size()).is_none() {
        dense = assign::astype(array, fed, Some(Order::C))?;
        source = &dense;
    }
    let shape = result.shape();
    let outer: usize = shape[..axis].iter().product();
    let inner: usize = shape[axis + 1..].iter().product();
    let block = shape[axis] * inner;
    let plan = map_plan(STEP_COST, result.size(), given.size(), 1, 1);
    let grain = (plan.chunk / block).clamp(1, outer.div_ceil(plan.threads));
    let out = Shared(result.as_mut_ptr());
    drive(&plan, outer, grain, &|range| {
        let (start, n) = (range.start * block, range.len() * block);
        let from = source.run(start, n).ok_or(Error::Internal {
            what: "a run outside its array",
        })?;
        let ptr = out.get().wrapping_add(start * given.size());
        // SAFETY: the elements of the result, which is new and dense, that this range gives, and
        // that this thread has to itself.
        let mut to = unsafe { Out::from_raw(ptr, n, given) };
        let level = Level::get();
        if inner == 1 {
            fold::scan_lines(fold, level, from, block, to);
            return Ok(());
        }
        for i in 0..range.len() {
            let (from, to) = (from.range(i * block, block), to.range(i * block, block));
            fold::scan_columns(fold, level, from, inner, to);
        }
        Ok(())
    })?;
    Ok(result)
}
