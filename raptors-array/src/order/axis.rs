//! Arrays put in order along an axis, in place or as indices.

use super::{
    NOT_DENSE, all,
    close::{arranged, arranged_indices, sorted_indices},
    from_run,
    line::{Lines, Scratch},
    run_of, share,
};
use crate::{Array, DType, Error, Order, Result, assign, layout, target::Target};
use raptors_kernels::{
    In, Kind, Out,
    moves::copy_bytes,
    order::{
        SHARED, Task, argsort_short, arrange_lines, beside, gather, insert_lines, inserts,
        select_from, selects_lines, short, sort_short, takes_lines, ties_differ,
    },
};

/// Cost of one comparison and what goes with it, in additions.
const COMPARE_COST: u32 = 4;
/// Cost of looking at an element as often as a selection does, in additions.
const SELECT_COST: u32 = 8;

/// Sorts `target` along `axis`, in place; NaN comes last. Equal elements that can be told apart,
/// which are zeros of both signs and complex numbers with such, keep their order if `stable`.
/// `descending` turns the result around, so that NaN comes first.
///
/// # Errors
///
/// If the axis is out of bounds, or memory runs out.
pub fn sort(target: &Target<'_>, axis: i64, stable: bool, descending: bool) -> Result<()> {
    let array = target.array();
    let axis = layout::axis(axis, array.ndim(), None)?;
    let len = array.shape()[axis];
    let work = Sorting {
        len,
        task: Task::Sort { descending },
        stable,
        short: side_by_side(array, axis),
    };
    in_place(
        array,
        axis,
        cost(len),
        work.together(array),
        &|run, scratch| work.run(run, scratch),
    )
}

/// Lines that are looked at together for zeros of both signs: as many as a network takes.
const LOOK: usize = 64;

/// How lines of one length are sorted, or selected from.
#[derive(Clone, Copy)]
struct Sorting<'a> {
    len: usize,
    task: Task<'a>,
    stable: bool,
    /// Whether lines are the lanes of a network, side by side.
    short: bool,
}

impl Sorting<'_> {
    /// Whether several lines of `array` are taken as one run.
    fn together(&self, array: &Array) -> bool {
        self.short
            || inserts(array.dtype(), self.len)
            || match self.task {
                Task::Sort { .. } => takes_lines(array.dtype(), self.len),
                Task::Select(_) => selects_lines(array.dtype(), self.len),
            }
    }

    /// Arranges one line, or several that follow one another.
    fn run(&self, mut run: Out<'_>, scratch: &mut Scratch) -> Result<()> {
        let size = run.len();
        if size <= self.len {
            return sort_line(run, self.task, self.stable, scratch);
        }
        // Zeros of both signs have an order of their own in networks.
        if !(self.stable && run.dtype().kind() == Kind::Float && ties_differ(run.as_in())) {
            self.lines(run);
            return Ok(());
        }
        let len = self.len;
        for start in (0..size).step_by(LOOK * len) {
            let mut part = run.range(start, (LOOK * len).min(size - start));
            if !ties_differ(part.as_in()) {
                self.lines(part);
                continue;
            }
            for line in 0..part.len() / len {
                sort_line(part.range(line * len, len), self.task, self.stable, scratch)?;
            }
        }
        Ok(())
    }

    /// As [`Sorting::run`], of a copy of `from` in `to`.
    fn copy(&self, from: In<'_>, mut to: Out<'_>, scratch: &mut Scratch) -> Result<()> {
        if let Task::Select(places) = self.task
            && from.len() == self.len
            && select_from(from, to.reborrow(), places)
        {
            return Ok(());
        }
        copy_bytes(from.bytes(), to.bytes());
        self.run(to, scratch)
    }

    fn lines(&self, run: Out<'_>) {
        let descending = matches!(self.task, Task::Sort { descending: true });
        if inserts(run.dtype(), self.len) {
            insert_lines(run, self.len, descending);
        } else if self.short {
            sort_short(run, self.len, descending);
        } else {
            arrange_lines(run, self.len, self.task);
        }
    }
}

/// Whether lines are short and many enough to be sorted together.
fn shorts(array: &Array, axis: usize) -> bool {
    let len = array.shape()[axis];
    short(array.dtype(), array.size() / len.max(1), len)
}

/// Whether lines are short and many enough to be sorted as the lanes of a network.
fn side_by_side(array: &Array, axis: usize) -> bool {
    shorts(array, axis) && !beside(array.dtype(), array.shape()[axis])
}

/// Arranges one line.
fn sort_line(run: Out<'_>, task: Task<'_>, stable: bool, scratch: &mut Scratch) -> Result<()> {
    let complex = run.dtype().kind() == Kind::Complex;
    if inserts(run.dtype(), run.len()) && !run.is_empty() {
        let len = run.len();
        insert_lines(run, len, matches!(task, Task::Sort { descending: true }));
        return Ok(());
    }
    if !complex && (!stable || !ties_differ(run.as_in())) {
        return arranged(run, task, scratch);
    }
    by_indices(run, task, scratch)
}

/// Arranges one line by its indices: integers, which vectors put in order, stand for its elements.
fn by_indices(mut run: Out<'_>, task: Task<'_>, scratch: &mut Scratch) -> Result<()> {
    sorted_indices(run.as_in(), scratch.indices(run.len())?, task);
    let (copy, indices) = scratch.copy(run.as_in())?;
    gather(copy, &indices[..run.len()], run.reborrow());
    Ok(())
}

/// A copy of `array`, sorted along `axis` as by [`sort`], or flattened and sorted where there is
/// none.
///
/// # Errors
///
/// If the axis is out of bounds, or memory runs out.
pub fn sorted(array: &Array, axis: Option<i64>, stable: bool, descending: bool) -> Result<Array> {
    if let Some(axis) = axis
        && array.ndim() > 1
    {
        let axis = layout::axis(axis, array.ndim(), None)?;
        let work = Sorting {
            len: array.shape()[axis],
            task: Task::Sort { descending },
            stable,
            short: side_by_side(array, axis),
        };
        return copied(array, axis, cost(work.len), work);
    }
    let shared =
        array.size() >= SHARED && share::plan(array.size(), array.dtype(), false).threads > 1;
    let result = duplicate(array, axis, shared)?;
    let mut target = Target::fresh(&result);
    match target.run(0, result.size()) {
        Some(run) if result.ndim() == 1 && matches!(axis, None | Some(-1 | 0)) => {
            sort_line(
                run,
                Task::Sort { descending },
                stable,
                &mut Scratch::default(),
            )?;
        }
        _ => sort(&target, axis.unwrap_or(-1), stable, descending)?,
    }
    Ok(result)
}

/// A copy of `array`, partitioned along `axis` as by [`partition`], or flattened and partitioned
/// where there is none.
///
/// # Errors
///
/// If the axis, or a place, is out of bounds, or memory runs out.
pub fn partitioned(array: &Array, kth: &[usize], axis: Option<i64>) -> Result<Array> {
    if let Some(axis) = axis
        && array.ndim() > 1
    {
        let axis = layout::axis(axis, array.ndim(), None)?;
        let work = selecting(array, kth, axis)?;
        return copied(array, axis, SELECT_COST, work);
    }
    if array.ndim() == 1
        && array.size() > 1
        && matches!(axis, None | Some(-1 | 0))
        && let Some(run) = array.run(0, array.size())
    {
        let work = selecting(array, kth, 0)?;
        let result = Array::empty(array.shape(), array.dtype(), Order::C)?;
        let mut target = Target::fresh(&result);
        let out = target.run(0, run.len()).ok_or(NOT_DENSE)?;
        work.copy(run, out, &mut Scratch::default())?;
        return Ok(result);
    }
    let result = duplicate(array, axis, false)?;
    partition(&Target::fresh(&result), kth, axis.unwrap_or(-1))?;
    Ok(result)
}

/// A copy of an array, flattened where no axis is named. What is worked on by one thread is copied by it,
/// unless the work is `shared`.
fn duplicate(array: &Array, axis: Option<i64>, shared: bool) -> Result<Array> {
    if array.ndim() == 1 && array.run(0, array.size()).is_some() && !shared {
        return from_run(all(array)?);
    }
    match axis {
        Some(_) => assign::copy(array, None),
        None => assign::copy(array, Some(Order::C))?.ravel(Order::C),
    }
}

/// Moves the elements that belong at the places `kth` along `axis` there, smaller ones before them
/// and greater ones behind. `kth` ascends.
///
/// # Errors
///
/// If the axis, or a place, is out of bounds, or memory runs out.
pub fn partition(target: &Target<'_>, kth: &[usize], axis: i64) -> Result<()> {
    let array = target.array();
    let axis = layout::axis(axis, array.ndim(), None)?;
    let work = selecting(array, kth, axis)?;
    let together = work.together(array);
    in_place(array, axis, SELECT_COST, together, &|run, scratch| {
        work.run(run, scratch)
    })
}

/// How `kth` of the lines of `array` are selected.
fn selecting<'a>(array: &Array, kth: &'a [usize], axis: usize) -> Result<Sorting<'a>> {
    let len = array.shape()[axis];
    check_places(kth, len, array.size())?;
    Ok(Sorting {
        len,
        task: Task::Select(kth),
        stable: false,
        short: !kth.is_empty() && side_by_side(array, axis),
    })
}

/// The indices that sort `array` along `axis`; of equal elements the first comes first.
///
/// # Errors
///
/// If the axis is out of bounds, or memory runs out.
pub fn argsort(array: &Array, axis: i64, descending: bool) -> Result<Array> {
    let axis = layout::axis(axis, array.ndim(), None)?;
    let cost = cost(array.shape()[axis]);
    indices(array, axis, cost, Task::Sort { descending })
}

/// The indices that [`partition`] `array` along `axis`.
///
/// # Errors
///
/// If the axis, or a place, is out of bounds, or memory runs out.
pub fn argpartition(array: &Array, kth: &[usize], axis: i64) -> Result<Array> {
    let axis = layout::axis(axis, array.ndim(), None)?;
    check_places(kth, array.shape()[axis], array.size())?;
    indices(array, axis, SELECT_COST, Task::Select(kth))
}

/// Cost of sorting, for each element of a line, in additions.
fn cost(len: usize) -> u32 {
    COMPARE_COST * (len.max(2).ilog2() + 1)
}

/// What plans take an element of a line of `len` to cost, in additions, to sort or to select.
pub(crate) fn planned_cost(sorts: bool, len: usize) -> u32 {
    if sorts { cost(len) } else { SELECT_COST }
}

fn in_place(
    array: &Array,
    axis: usize,
    cost: u32,
    together: bool,
    work: &(dyn Fn(Out<'_>, &mut Scratch) -> Result<()> + Sync),
) -> Result<()> {
    if array.size() == 0 || array.shape()[axis] < 2 {
        return Ok(());
    }
    if array.ndim() == 1
        && let Some(run) = Target::fresh(array).run(0, array.size())
    {
        return work(run, &mut Scratch::default());
    }
    let lines = Lines::new(array, None, axis).together(together);
    lines.each(cost, array.repeats(), &|_, run, scratch| work(run, scratch))
}

/// Bytes of lines that are copied and worked on together: they stay in the first cache.
const COPIED: usize = 16 << 10;
/// Short lines that fill the lanes of a network.
const LANES: usize = 64;
/// Longer lines that fill the lanes of a vector: of few bytes each, as 16 of 512 elements.
const BESIDE: usize = 16;

/// A copy of `array`, whose lines along `axis` are put in order by `work`.
fn copied(array: &Array, axis: usize, cost: u32, work: Sorting<'_>) -> Result<Array> {
    let len = work.len;
    if array.size() == 0 || len < 2 {
        return assign::copy(array, None);
    }
    let result = array.empty_sorted_like(array.shape(), array.dtype())?;
    let mut count = (COPIED / (len * array.itemsize())).max(BESIDE);
    count -= count % if count > LANES { LANES } else { BESIDE };
    let lines = Lines::new(&result, Some(array), axis).together(work.together(array));
    lines.each(cost, false, &|from, mut out, scratch| {
        let from = from.unwrap_or(run_of::<i64>(&[]));
        for start in (0..from.len()).step_by(count * len) {
            let n = (count * len).min(from.len() - start);
            work.copy(from.range(start, n), out.range(start, n), scratch)?;
        }
        Ok(())
    })?;
    Ok(result)
}

fn indices(array: &Array, axis: usize, cost: u32, task: Task<'_>) -> Result<Array> {
    let result = Array::empty(array.shape(), DType::I64, Order::C)?;
    if result.size() == 0 {
        return Ok(result);
    }
    if let Some(run) = array.run(0, array.size())
        && array.ndim() == 1
    {
        let mut target = Target::fresh(&result);
        let mut out = target.run(0, array.size()).ok_or(NOT_DENSE)?;
        arranged_indices(run, out.of(), task, &mut Scratch::default())?;
        return Ok(result);
    }
    let (len, descending) = (
        array.shape()[axis],
        matches!(task, Task::Sort { descending: true }),
    );
    let lines = Lines::new(&result, Some(array), axis).together(shorts(array, axis));
    lines.each(cost, false, &|from, mut out, scratch| {
        let from = from.unwrap_or(run_of::<i64>(&[]));
        if from.len() > len {
            argsort_short(from, out.of(), len, descending);
            return Ok(());
        }
        arranged_indices(from, out.of(), task, scratch)
    })?;
    Ok(result)
}

fn check_places(kth: &[usize], len: usize, size: usize) -> Result<()> {
    match kth.iter().find(|&&place| place >= len) {
        Some(&place) if size > 0 => Err(Error::Index {
            index: place as i64,
            axis: None,
            size: len,
        }),
        _ if kth.is_sorted_by(|a, b| a < b) => Ok(()),
        _ => Err(Error::Internal {
            what: "places that do not ascend",
        }),
    }
}
