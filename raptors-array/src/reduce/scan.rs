//! Scans: every prefix of an axis folded, in order.

use crate::{
    Array, DType, Error, Order, Result, assign,
    drive::{Shared, drive, map_plan},
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
