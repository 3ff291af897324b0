//! Lines of dense arrays as shares, their logarithms or the logarithm of a sum, each line at one go while
//! it is in the caches.

use crate::{
    Array, DType, Dims, Error, Order, Result, Ufunc, assign,
    drive::{Shared, drive, map_plan},
    layout,
    target::Target,
};
use raptors_dispatch::{machine::machine, plan::Plan};
use raptors_kernels::{
    In, Level, Out, Scalar,
    fold::{
        self, Fold,
        soft::{self, Line, Soft},
    },
};
use std::sync::{Mutex, PoisonError};

/// What the passes over a line cost beside the exponentials, in additions.
const PASSES: u32 = 8;
/// Elements up to which no plan is made: a second thread cannot pay for them.
const FEW: usize = 256;
/// Elements up to which lines lie side by side on the stack.
const SHORT: usize = soft::SHORT;

/// The lines of an array that is dense in C order, or whose transpose is.
struct Lines<'a> {
    what: Soft,
    level: Level,
    array: &'a Array,
    /// Elements on the axes before the one along the lines.
    outer: usize,
    /// Elements of a line.
    len: usize,
    /// Elements on the axes after it.
    inner: usize,
    out: Shared,
}

/// What becomes of the lines of `x` along `axis`, which stays with length one where it is one number for
/// each. Nothing where the case is not one of float32, float64 or float16 with elements, or row by row is
/// faster.
pub(super) fn of_lines(what: Soft, x: &Array, axis: isize) -> Result<Option<Array>> {
    if x.size() == 0 || x.ndim() == 0 {
        return Ok(None);
    }
    if x.dtype() == DType::F16 {
        let wide = assign::astype(x, DType::F32, None)?;
        return match of_lines(what, &wide, axis)? {
            Some(result) => assign::astype(&result, DType::F16, None).map(Some),
            None => Ok(None),
        };
    }
    if !soft::takes(x.dtype()) {
        return Ok(None);
    }
    let axis = layout::axis(axis as i64, x.ndim(), None)?;
    if !(x.is_aligned() && (x.is_c_contiguous() || x.is_f_contiguous())) {
        let dense = assign::astype(x, x.dtype(), Some(Order::C))?;
        return dense_lines(what, &dense, axis);
    }
    dense_lines(what, x, axis)
}

fn dense_lines(what: Soft, x: &Array, axis: usize) -> Result<Option<Array>> {
    let mut dims: Dims = x.shape().iter().copied().collect();
    let mut place = axis;
    let order = if x.is_c_contiguous() {
        Order::C
    } else {
        dims.reverse();
        place = x.ndim() - 1 - axis;
        Order::F
    };
    let (outer, len, inner) = (
        dims[..place].iter().product(),
        dims[place],
        dims[place + 1..].iter().product(),
    );
    let mut shape: Dims = x.shape().iter().copied().collect();
    if what == Soft::LogSum {
        shape[axis] = 1;
    }
    if inner > 1 && inner < soft::NARROWEST && len > SHORT {
        return turned(what, x, axis, &shape, order);
    }
    // Columns whose rows lie so far apart that a tile of them is not near: row by row is faster.
    let block = len.saturating_mul(inner).saturating_mul(x.itemsize());
    if inner >= soft::NARROWEST && block > machine().l2.bytes {
        return Ok(None);
    }
    let result = Array::empty(&shape, x.dtype(), order)?;
    let lines = Lines {
        what,
        level: Level::get(),
        array: x,
        outer,
        len,
        inner,
        out: Shared(result.as_mut_ptr()),
    };
    lines.run()?;
    Ok(Some(result))
}

/// Few long columns: copied to be lines.
fn turned(
    what: Soft,
    x: &Array,
    axis: usize,
    shape: &[usize],
    order: Order,
) -> Result<Option<Array>> {
    let last = |array: &Array| {
        let mut axes: Dims = (0..array.ndim()).filter(|&i| i != axis).collect();
        axes.push(axis);
        let shape = axes.iter().map(|&i| array.shape()[i]).collect();
        let strides = axes.iter().map(|&i| array.strides()[i]).collect();
        // SAFETY: the same elements by the same strides, the axes in another order.
        unsafe { array.view(0, shape, strides) }
    };
    let lines = assign::astype(&last(x), x.dtype(), Some(Order::C))?;
    let Some(found) = dense_lines(what, &lines, x.ndim() - 1)? else {
        return Ok(None);
    };
    let result = Array::empty(shape, x.dtype(), order)?;
    let target = last(&result);
    assign::assign(
        &Target::fresh(&target),
        &(&found).into(),
        crate::Casting::No,
    )?;
    Ok(Some(result))
}

impl Lines<'_> {
    /// Results for each line.
    fn given(&self) -> usize {
        match self.what {
            Soft::LogSum => 1,
            Soft::Shares | Soft::LogShares => self.len,
        }
    }

    fn run(&self) -> Result<()> {
        let n = self.array.size();
        if n <= FEW {
            self.some(0..self.units());
            return Ok(());
        }
        let cost = Ufunc::exp.cost() + PASSES;
        let plan = map_plan(cost, n, self.array.itemsize(), 1, 1);
        if self.inner == 1 && plan.threads > self.outer && self.len > SHORT {
            return (0..self.outer).try_for_each(|line| self.shared(&plan, line));
        }
        let units = self.units();
        let grain = (plan.chunk / (n / units).max(1)).clamp(1, units.div_ceil(plan.threads));
        drive(&plan, units, grain, &|range| {
            self.some(range);
            Ok(())
        })
    }

    /// Lines, blocks of them, or pieces of blocks: what a thread takes at least.
    fn units(&self) -> usize {
        if self.is_narrow() {
            self.outer
        } else {
            self.outer * self.pieces()
        }
    }

    /// Whether lines are one after the other, or short and few of them beside one another.
    fn is_narrow(&self) -> bool {
        self.inner == 1 || self.len <= SHORT && self.inner < soft::NARROWEST
    }

    /// Pieces that the columns of a block are cut into.
    fn pieces(&self) -> usize {
        (self.inner / COLUMNS).max(1)
    }

    /// The results of some units.
    fn some(&self, units: core::ops::Range<usize>) {
        let (size, dtype) = (self.array.itemsize(), self.array.dtype());
        let (len, inner, given) = (self.len, self.inner, self.given());
        let from = |start: usize| self.array.as_ptr().wrapping_add(start * size);
        let to = |start: usize| self.out.get().wrapping_add(start * size);
        if self.is_narrow() {
            let (start, count) = (units.start * inner, units.len() * inner);
            // SAFETY: whole lines of a dense, aligned array, and the places of their results, which only
            // this thread writes.
            let (x, out) = unsafe {
                (
                    In::from_raw(from(start * len), count * len, dtype),
                    Out::from_raw(to(start * given), count * given, dtype),
                )
            };
            if inner == 1 && (len > SHORT || count < FEWEST) {
                soft::lines(self.what, self.level, x, len, out);
            } else {
                soft::short(self.what, self.level, x, [len, inner], out);
            }
            return;
        }
        let pieces = self.pieces();
        for unit in units {
            let (block, piece) = (unit / pieces, unit % pieces);
            let first = piece * COLUMNS;
            let width = if piece + 1 == pieces {
                inner - first
            } else {
                COLUMNS
            };
            // SAFETY: `len` rows of `inner` elements of a dense, aligned array, and as many of the results,
            // or one, of which only this thread writes these columns.
            unsafe {
                soft::columns(
                    self.what,
                    self.level,
                    dtype,
                    from(block * len * inner + first),
                    [len, inner],
                    width,
                    to(block * given * inner + first),
                );
            }
        }
    }

    /// One line, its subtrees shared out.
    fn shared(&self, plan: &Plan, line: usize) -> Result<()> {
        let (size, dtype) = (self.array.itemsize(), self.array.dtype());
        let most = plan.chunk.max(1);
        let mut parts = Vec::new();
        subtrees(dtype, 0, self.len, most, &mut parts);
        let run = |part: usize| {
            let (start, len) = parts[part];
            let at = (line * self.len + start) * size;
            // SAFETY: part of a line of a dense, aligned array.
            unsafe { In::from_raw(self.array.as_ptr().wrapping_add(at), len, dtype) }
        };
        let result = |part: usize| {
            let (start, len) = parts[part];
            let at = (line * self.len + start) * size;
            // SAFETY: the results of that part, which one thread writes.
            unsafe { Out::from_raw(self.out.get().wrapping_add(at), len, dtype) }
        };
        let each = |value: &(dyn Fn(usize) -> Option<Scalar> + Sync)| {
            let values: Vec<Mutex<Option<Scalar>>> =
                parts.iter().map(|_| Mutex::new(None)).collect();
            drive(plan, parts.len(), 1, &|range| {
                for part in range {
                    *values[part].lock().unwrap_or_else(PoisonError::into_inner) = value(part);
                }
                Ok(())
            })?;
            let values = values.into_iter();
            let values =
                values.map(|value| value.into_inner().unwrap_or_else(PoisonError::into_inner));
            values
                .collect::<Option<Vec<Scalar>>>()
                .ok_or(Error::Internal {
                    what: "a part of a line has no value",
                })
        };
        let greatest = each(&|part| fold::fold(Fold::max, self.level, run(part)))?;
        let greatest = greatest
            .into_iter()
            .reduce(|a, b| fold::combine(Fold::max, &a, &b))
            .ok_or(Error::Internal {
                what: "a line without parts",
            })?;
        let numbers = Line::new(self.what, self.level, greatest);
        let given = self.what != Soft::LogSum;
        let sums = each(&|part| Some(numbers.powers(run(part), given.then(|| result(part)))))?;
        let sum = joined(dtype, self.len, most, &mut sums.into_iter())?;
        if !given {
            let place = self.out.get().wrapping_add(line * size);
            // SAFETY: the place of the line's one result.
            let mut out = unsafe { Out::from_raw(place, 1, dtype) };
            out.bytes()
                .copy_from_slice(numbers.log_sum(&sum).as_in().bytes());
            return Ok(());
        }
        drive(plan, parts.len(), 1, &|range| {
            for part in range {
                numbers.finish(run(part), &sum, result(part));
            }
            Ok(())
        })
    }
}

/// Columns that are computed one tile after the other: a thread's share at least.
const COLUMNS: usize = 64;
/// Lines from which it pays to copy them to lie side by side.
const FEWEST: usize = 8;

/// The subtrees of a run of at most `most` elements, or leaves, as starts and lengths.
fn subtrees(dtype: DType, start: usize, len: usize, most: usize, parts: &mut Vec<(usize, usize)>) {
    match fold::split(dtype, len) {
        Some(left) if len > most => {
            subtrees(dtype, start, left, most, parts);
            subtrees(dtype, start + left, len - left, most, parts);
        }
        _ => parts.push((start, len)),
    }
}

/// The sum of a run from those of its [`subtrees`].
fn joined(
    dtype: DType,
    len: usize,
    most: usize,
    sums: &mut impl Iterator<Item = Scalar>,
) -> Result<Scalar> {
    match fold::split(dtype, len) {
        Some(left) if len > most => {
            let a = joined(dtype, left, most, sums)?;
            let b = joined(dtype, len - left, most, sums)?;
            Ok(fold::combine(Fold::sum, &a, &b))
        }
        _ => sums.next().ok_or(Error::Internal {
            what: "a part of a line has no sum",
        }),
    }
}
