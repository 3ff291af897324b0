//! Counting in bins of equal width: the loop behind NumPy's `histogram`.

use crate::dense::{NOT_DENSE, dense};
use crate::{Array, DType, Kind, Order, Result, drive, promote_types, target::Target};
use raptors_dispatch::team;
use raptors_kernels::{
    In, histogram,
    order::{self, Side},
};
use std::sync::{Mutex, PoisonError};

/// What finding a bin is worth, in additions.
const COST: u32 = 4;

/// How many of `values` lie in each bin between neighbouring `edges`, which rise evenly, in int64;
/// or the sums of their `weights`, in float64. The last bin holds its right edge.
///
/// Values, which are real, are compared with edges in the dtype of the edges, float16 in float32.
///
/// # Errors
///
/// If memory runs out.
///
/// # Panics
///
/// If there are fewer than two edges, or not as many weights as values.
pub fn histogram(values: &Array, edges: &Array, weights: Option<&Array>) -> Result<Array> {
    let dtype = if edges.dtype() == DType::F64 {
        DType::F64
    } else {
        DType::F32
    };
    let (values, edges) = (values.in_one_piece()?, dense(edges, dtype)?);
    let out = if weights.is_some() {
        DType::F64
    } else {
        DType::I64
    };
    let mut out = Array::zeros(&[edges.size() - 1], out, Order::C)?;
    if let Some(weights) = weights {
        let weights = dense(weights, DType::F64)?;
        // On one thread: the order of a sum must not depend on how many there are.
        if let (Some(weights), Some(sums)) = (weights.as_slice::<f64>(), out.as_slice_mut()?) {
            histogram::sum(all(&values)?, weights, all(&edges)?, sums);
        }
    } else if let Some(counts) = out.as_slice_mut()? {
        count(&values, &edges, counts)?;
    }
    Ok(out)
}

/// The elements of an array in one piece.
fn all(array: &Array) -> Result<In<'_>> {
    array.run(0, array.size()).ok_or(NOT_DENSE)
}

/// Edges up to which comparing all values with each of them is faster than putting values in order
/// (bench: histogram/uneven).
const FEW: usize = 48;
/// Values that are put in order together: they stay in the L2 cache.
const BLOCK: usize = 1 << 16;

/// How many of `values` lie in each bin between neighbouring `edges`, in int64; the last bin holds
/// its right edge. `None` where the edges fall somewhere, or are no numbers, or there is no order
/// to speak of.
///
/// # Errors
///
/// If memory runs out.
pub fn uneven(values: &Array, edges: &Array) -> Result<Option<Array>> {
    let dtype = promote_types(values.dtype(), edges.dtype());
    if dtype.kind() == Kind::Complex || edges.size() < 2 {
        return Ok(None);
    }
    let (values, edges) = (dense(values, dtype)?, dense(edges, dtype)?);
    let size = values.size();
    let (Some(run), Some(marks)) = (values.run(0, size), edges.run(0, edges.size())) else {
        return Ok(None);
    };
    if !order::rises(marks) {
        return Ok(None);
    }
    let mut result = Array::zeros(&[edges.size()], DType::I64, Order::C)?;
    let Some(counts) = result.as_slice_mut::<i64>()? else {
        return Ok(None);
    };
    // On one thread: it is fast, and most of the time goes to memory.
    if edges.size() <= FEW {
        order::below(marks, run, counts);
    } else {
        for start in (0..size).step_by(BLOCK) {
            let part = Array::empty(&[BLOCK.min(size - start)], dtype, Order::C)?;
            let mut target = Target::fresh(&part);
            let Some(mut copy) = target.run(0, part.size()) else {
                return Ok(None);
            };
            copy.bytes()
                .copy_from_slice(run.range(start, part.size()).bytes());
            order::arrange(copy, order::Task::Sort { descending: false }, &mut []);
            let last = edges.size() - 1;
            let (inner, end) = counts.split_at_mut(last);
            for (side, marks, counts) in [
                (Side::Left, marks.range(0, last), inner),
                (Side::Right, marks.range(last, 1), end),
            ] {
                let mut places = [0; 64];
                for (i, counts) in counts.chunks_mut(64).enumerate() {
                    let places = &mut places[..counts.len()];
                    let Some(sorted) = part.run(0, part.size()) else {
                        return Ok(None);
                    };
                    order::search(sorted, marks.range(i * 64, counts.len()), side, places);
                    counts
                        .iter_mut()
                        .zip(places)
                        .for_each(|(count, place)| *count += *place);
                }
            }
        }
    }
    let bins = edges.size() - 1;
    for i in 0..bins {
        counts[i] = counts[i + 1] - counts[i];
    }
    Array::from_slice(&counts[..bins]).map(Some)
}

/// As [`histogram`], on several threads where they pay.
fn count(values: &Array, edges: &Array, counts: &mut [i64]) -> Result<()> {
    // Every share is counted apart, and added up once.
    let size = values.size();
    let plan = drive::map_plan(COST, size, values.itemsize(), 1, 0);
    let shares = plan.threads.min(size / counts.len()).max(1);
    if shares == 1 {
        histogram::count(all(values)?, all(edges)?, counts);
        return Ok(());
    }
    let len = size.div_ceil(shares);
    let mut partial = Array::zeros(&[shares, counts.len()], DType::I64, Order::C)?;
    if let Some(partial) = partial.as_slice_mut::<i64>()? {
        let rows: Vec<_> = partial.chunks_mut(counts.len()).map(Mutex::new).collect();
        team::run_expecting(plan.predicted_ns, plan.threads, shares, &|i| {
            let mut row = rows[i].lock().unwrap_or_else(PoisonError::into_inner);
            let start = (i * len).min(size);
            if let (Some(part), Ok(edges)) = (values.run(start, len.min(size - start)), all(edges))
            {
                histogram::count(part, edges, &mut row);
            }
        });
        for row in partial.chunks(counts.len()) {
            for (sum, &n) in counts.iter_mut().zip(row) {
                *sum += n;
            }
        }
    }
    Ok(())
}
