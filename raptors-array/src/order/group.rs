//! Distinct values, the order of rows, and how often numbers occur.

use super::{NOT_DENSE, all, close::sorted_indices, dense, from_run, room, run_of};
use crate::{Array, DType, Error, Order, Result, target::Target};
use raptors_kernels::order::{
    self, Close, Groups, Task, distinct, distinct_starts, encode_rows, encoded_size, gather, groups,
};
use raptors_kernels::{In, Out};
use std::borrow::Cow;

/// The distinct values of all elements, in order. NaN is one value if `equal_nan`.
///
/// # Errors
///
/// If memory runs out.
pub fn unique(array: &Array, equal_nan: bool) -> Result<Array> {
    let array = countable(array)?;
    if let Some((values, _)) = tallied(&array)? {
        return Ok(values);
    }
    compacted(&array, |sorted| distinct(sorted, equal_nan))
}

/// The elements that no other element equals, in order. NaN equals none.
///
/// # Errors
///
/// If memory runs out.
pub fn single(array: &Array) -> Result<Array> {
    compacted(array, order::single)
}

/// What `compact` leaves of the elements in order: as many as it tells.
fn compacted(array: &Array, compact: impl FnOnce(Out<'_>) -> usize) -> Result<Array> {
    let flat = super::sorted(array, None, false, false)?;
    let size = flat.size();
    let count = compact(Target::fresh(&flat).run(0, size).ok_or(NOT_DENSE)?);
    if count == size {
        return Ok(flat);
    }
    from_run(flat.run(0, count).ok_or(NOT_DENSE)?)
}

/// The distinct values of all elements, in order, and how many elements have each. NaN is one
/// value if `equal_nan`.
///
/// # Errors
///
/// If memory runs out.
pub fn unique_counts(array: &Array, equal_nan: bool) -> Result<(Array, Array)> {
    let array = countable(array)?;
    if let Some(found) = tallied(&array)? {
        return Ok(found);
    }
    let (size, mut starts) = (array.size(), vec![]);
    let starts = room(&mut starts, size)?;
    let values = compacted(&array, |sorted| distinct_starts(sorted, equal_nan, starts))?;
    let starts = &mut starts[..values.size()];
    // From the start of each group to that of the next one.
    for i in 0..starts.len() {
        starts[i] = starts.get(i + 1).copied().unwrap_or(size as i64) - starts[i];
    }
    Ok((values, from_run(run_of(starts))?))
}

/// The array, in one piece if its elements may be counted: that takes so much less time than sorting
/// that a copy pays.
fn countable(array: &Array) -> Result<Cow<'_, Array>> {
    if Close::may_be(array.dtype(), array.size()) {
        array.in_one_piece()
    } else {
        Ok(Cow::Borrowed(array))
    }
}

/// The distinct values of integers that lie close together, and how many elements have each. `None`
/// for others.
fn tallied(array: &Array) -> Result<Option<(Array, Array)>> {
    let Some(run) = array.run(0, array.size()) else {
        return Ok(None);
    };
    let Some(close) = Close::of(run) else {
        return Ok(None);
    };
    let mut counts = vec![];
    let counts = close.tally(run, room(&mut counts, close.counters())?);
    distinct_of(close, counts, array.dtype()).map(Some)
}

/// The integers that were counted, and how often.
fn distinct_of(close: Close, counts: &[usize], dtype: DType) -> Result<(Array, Array)> {
    let number = counts.iter().filter(|&&count| count > 0).count();
    let values = Array::empty(&[number], dtype, Order::C)?;
    let found = Array::empty(&[number], DType::I64, Order::C)?;
    let (mut values_to, mut found_to) = (Target::fresh(&values), Target::fresh(&found));
    close.distinct(counts, values_to.run(0, number).ok_or(NOT_DENSE)?);
    let mut out = found_to.run(0, number).ok_or(NOT_DENSE)?;
    let positive = counts.iter().filter(|&&count| count > 0);
    for (found, &count) in out.of::<i64>().iter_mut().zip(positive) {
        *found = count as i64;
    }
    Ok((values, found))
}

/// The distinct values of an array, and where they are in its elements in C order.
#[derive(Debug)]
pub struct Unique {
    /// The values, in order.
    pub values: Array,
    /// The index of the first element with each value.
    pub indices: Array,
    /// For each element the index of its value.
    pub inverse: Array,
    /// The number of elements with each value.
    pub counts: Array,
}

/// The distinct values of all elements, and where they are. NaN is one value if `equal_nan`.
///
/// # Errors
///
/// If memory runs out.
pub fn unique_all(array: &Array, equal_nan: bool) -> Result<Unique> {
    let array = dense(array, array.dtype())?;
    let (x, size) = (all(&array)?, array.size());
    if let Some(close) = Close::of(x) {
        return close_groups(x, close);
    }
    let (mut sorter, mut firsts, mut counts) = (vec![], vec![], vec![]);
    let sorter = room(&mut sorter, size)?;
    sorted_indices(x, sorter, Task::Sort { descending: false });
    let (firsts, counts) = (room(&mut firsts, size)?, room(&mut counts, size)?);
    let inverse = Array::empty(&[size], DType::I64, Order::C)?;
    let mut target = Target::fresh(&inverse);
    let mut out = target.run(0, size).ok_or(NOT_DENSE)?;
    let found = Groups {
        firsts: &mut *firsts,
        inverse: out.of(),
        counts: &mut *counts,
    };
    let number = groups(x, sorter, equal_nan, found);
    let values = Array::empty(&[number], x.dtype(), Order::C)?;
    let mut target = Target::fresh(&values);
    gather(
        x,
        &firsts[..number],
        target.run(0, number).ok_or(NOT_DENSE)?,
    );
    Ok(Unique {
        values,
        indices: from_run(run_of(&firsts[..number]))?,
        inverse,
        counts: from_run(run_of(&counts[..number]))?,
    })
}

/// As [`unique_all`], of integers that lie close together.
fn close_groups(x: In<'_>, close: Close) -> Result<Unique> {
    let mut counts = vec![];
    let counts = close.tally(x, room(&mut counts, close.counters())?);
    let (values, found) = distinct_of(close, counts, x.dtype())?;
    let indices = Array::empty(&[values.size()], DType::I64, Order::C)?;
    let inverse = Array::empty(&[x.len()], DType::I64, Order::C)?;
    let (mut indices_to, mut inverse_to) = (Target::fresh(&indices), Target::fresh(&inverse));
    let mut firsts = indices_to.run(0, values.size()).ok_or(NOT_DENSE)?;
    let mut groups = inverse_to.run(0, x.len()).ok_or(NOT_DENSE)?;
    close.groups(x, counts, firsts.of(), groups.of());
    Ok(Unique {
        values,
        indices,
        inverse,
        counts: found,
    })
}

/// The indices that sort the rows, along the first axis, lexicographically; of equal rows the
/// first comes first. `array` has one axis at least.
///
/// # Errors
///
/// If memory runs out.
pub fn order_rows(array: &Array) -> Result<Array> {
    let array = dense(array, array.dtype())?;
    let rows = array.shape().first().copied().unwrap_or(0);
    let result = Array::empty(&[rows], DType::I64, Order::C)?;
    let x = all(&array)?;
    let bytes = x.len().checked_mul(encoded_size(x.dtype()));
    let (bytes, mut encoded) = (bytes.ok_or(Error::TooBig)?, vec![]);
    let encoded = room(&mut encoded, bytes)?;
    encode_rows(x, encoded);
    let mut target = Target::fresh(&result);
    let mut out = target.run(0, rows).ok_or(NOT_DENSE)?;
    order::sort_rows(encoded, bytes / rows.max(1), out.of());
    Ok(result)
}

/// As [`bincount`], from zero to the greatest number, and `least` bins at the least. `None` where
/// there is no number, or a negative one.
///
/// # Errors
///
/// As [`bincount`].
pub fn counted(x: &Array, weights: Option<&Array>, least: usize) -> Result<Option<Array>> {
    let x = dense(x, DType::I64)?;
    // The images of negative numbers are below that of zero.
    let images = order::extent(all(&x)?).map(|(low, high)| (low ^ 1 << 63, high ^ 1 << 63));
    let Some((0..=MOST, high)) = images else {
        return Ok(None);
    };
    let bins = usize::try_from(high + 1).map_err(|_| Error::TooBig)?;
    bincount(&x, weights, bins.max(least)).map(Some)
}

/// The greatest number that is not negative.
const MOST: u64 = i64::MAX as u64;

/// How often each of `0..bins` occurs in `x`, which has no other numbers; or what `weights`, as
/// many as there are numbers, add up to for each.
///
/// # Errors
///
/// If a number is out of bounds, or memory runs out.
pub fn bincount(x: &Array, weights: Option<&Array>, bins: usize) -> Result<Array> {
    let x = dense(x, DType::I64)?;
    let x = all(&x)?.of::<i64>();
    let dtype = if weights.is_some() {
        DType::F64
    } else {
        DType::I64
    };
    let result = Array::zeros(&[bins], dtype, Order::C)?;
    let mut target = Target::fresh(&result);
    let mut out = target.run(0, bins).ok_or(NOT_DENSE)?;
    let counted = match weights {
        Some(weights) => {
            let weights = dense(weights, DType::F64)?;
            order::weigh(x, all(&weights)?.of(), out.of())
        }
        None => order::count(x, out.of()),
    };
    counted.map_err(|index| Error::Index {
        index,
        axis: None,
        size: bins,
    })?;
    Ok(result)
}
