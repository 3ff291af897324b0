//! Where elements belong in a sorted array.

use super::{NOT_DENSE, all, dense, from_run, room};
use crate::{
    Array, DType, Error, Order, Result,
    drive::{self, Shared},
    promote::promote_types,
    target::Target,
};
use raptors_dispatch::machine::machine;
use raptors_kernels::{
    In, Out,
    order::{self, Side, gather},
};

/// Cost of one step of a search, in additions.
const STEP_COST: u32 = 4;

/// For each element of `wanted` the number of elements of `sorted`, which has one axis, that come
/// before its place. `sorter` has the indices that sort an unsorted array.
///
/// # Errors
///
/// If an index of `sorter` is out of bounds, or memory runs out.
pub fn search(sorted: &Array, wanted: &Array, side: Side, sorter: Option<&Array>) -> Result<Array> {
    let truths = [sorted, wanted].map(|array| array.dtype() == DType::Bool);
    if truths == [true, true] {
        // Of truth values the bytes are in order, which views of other memory may have more of than two.
        let [sorted, wanted] = [sorted.view_as(DType::U8)?, wanted.view_as(DType::U8)?];
        return search(&sorted, &wanted, side, sorter);
    }
    let dtype = match promote_types(sorted.dtype(), wanted.dtype()) {
        // Has the order of float16, and comparisons by instructions.
        DType::F16 => DType::F32,
        dtype => dtype,
    };
    let mut sorted = dense(sorted, dtype)?;
    if let Some(sorter) = sorter {
        sorted = taken(&sorted, &dense(sorter, DType::I64)?)?;
    }
    each(&sorted, wanted, DType::I64, &|sorted, wanted, mut out| {
        order::search(sorted, wanted, side, out.of());
    })
}

/// For each element of `wanted` its bin: how many of `edges`, which has one axis, are not above it,
/// or if `right` are below it. `None` where the edges fall somewhere, or are no numbers.
///
/// # Errors
///
/// If memory runs out.
pub fn digitize(edges: &Array, wanted: &Array, right: bool) -> Result<Option<Array>> {
    let edges = dense(edges, edges.dtype())?;
    if !order::rises(all(&edges)?) {
        return Ok(None);
    }
    let side = if right { Side::Left } else { Side::Right };
    search(&edges, wanted, side, None).map(Some)
}

/// For each element of `wanted` whether it equals one of `sorted`, which has one axis.
///
/// # Errors
///
/// If memory runs out.
pub fn contains(sorted: &Array, wanted: &Array) -> Result<Array> {
    let dtype = promote_types(sorted.dtype(), wanted.dtype());
    let sorted = dense(sorted, dtype)?;
    each(&sorted, wanted, DType::Bool, &|sorted, wanted, mut out| {
        order::contains(sorted, wanted, out.of());
    })
}

/// Entries of a table that are looked up in for each element that is: as many as NumPy takes, so
/// that the table stays about as large as the arrays.
const SPARSE: u64 = 6;

/// Bytes of elements up to which comparing with each of them takes less than a look into a table (bench:
/// order/isin): two to four vectors, one after the other.
const COMPARED: usize = 64;

/// For each element of `wanted` whether it equals one of `some`: by what takes least, comparing with the
/// very few, a table of integers that lie close together, comparing with few, or sorting and searching.
///
/// # Errors
///
/// If memory runs out.
pub fn isin(some: &Array, wanted: &Array) -> Result<Array> {
    let dtype = promote_types(some.dtype(), wanted.dtype());
    let dense_some = dense(some, dtype)?;
    let few = order::is_few(all(&dense_some)?, wanted.size());
    let (tabled, most_entries) = if few {
        // What is beyond the second-level cache takes longer than comparing.
        (dense_some.nbytes() > COMPARED, machine().l2.bytes as u64)
    } else {
        (some.size() > order::FEW, u64::MAX)
    };
    if tabled && let Some((least, most)) = order::extent(all(&dense_some)?) {
        let elements = (some.size() as u64).saturating_add(wanted.size() as u64);
        if most - least <= elements.saturating_mul(SPARSE).min(most_entries) {
            let mut table = vec![];
            let table = room(&mut table, (most - least) as usize + 1)?;
            order::mark(all(&dense_some)?, least, table);
            return each(&dense_some, wanted, DType::Bool, &|_, wanted, mut out| {
                order::marked(wanted, least, table, out.of());
            });
        }
    }
    if few {
        return each(
            &dense_some,
            wanted,
            DType::Bool,
            &|some, wanted, mut out| {
                order::among(some, wanted, out.of());
            },
        );
    }
    let own = from_run(all(&dense_some)?)?;
    super::sort(&Target::fresh(&own), 0, false, false)?;
    contains(&own, wanted)
}

/// A new array of `dtype` with what `work` writes for each element of `wanted`.
fn each(
    sorted: &Array,
    wanted: &Array,
    dtype: DType,
    work: &(dyn Fn(In<'_>, In<'_>, Out<'_>) + Sync),
) -> Result<Array> {
    let wanted = dense(wanted, sorted.dtype())?;
    let result = Array::empty(wanted.shape(), dtype, Order::C)?;
    let size = wanted.size();
    let cost = STEP_COST * (sorted.size().max(2).ilog2() + 1);
    let plan = drive::fold_plan(cost, size, wanted.itemsize());
    let out = Shared(result.as_mut_ptr());
    drive::drive(&plan, size, plan.chunk.max(1), &|range| {
        let needles = wanted.run(range.start, range.len()).ok_or(NOT_DENSE)?;
        let ptr = out.get().wrapping_add(range.start * dtype.size());
        // SAFETY: elements of the result, which is new and dense, that are this thread's alone.
        let out = unsafe { Out::from_raw(ptr, range.len(), dtype) };
        work(all(sorted)?, needles, out);
        Ok(())
    })?;
    Ok(result)
}

/// The elements of `array` at `indices`; both are dense.
fn taken(array: &Array, indices: &Array) -> Result<Array> {
    let (from, indices) = (all(array)?, all(indices)?.of::<i64>());
    let outside = |&&index: &&i64| index < 0 || index >= from.len() as i64;
    if let Some(&index) = indices.iter().find(outside) {
        let size = from.len();
        return Err(Error::Index {
            index,
            axis: None,
            size,
        });
    }
    let result = Array::empty(&[indices.len()], array.dtype(), Order::C)?;
    let mut target = Target::fresh(&result);
    gather(
        from,
        indices,
        target.run(0, indices.len()).ok_or(NOT_DENSE)?,
    );
    Ok(result)
}
