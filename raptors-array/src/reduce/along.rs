//! Reductions of dense arrays of which nothing else is asked, the common case: no walk, no partial
//! results, no options.

use super::{
    Reduction, SHORT, arg, block, halves, lines,
    moment::{self, computed_in},
    narrow, reduce_all,
    shape::result_shape,
    tile::{BLOCK_ROWS, Step, comparing},
};
use crate::dense::NOT_DENSE;
use crate::{
    Array, DType, Dims, Error, Number, Order, Result, Ufunc, assign, drive,
    index::{Room, in_order},
    layout, map,
    scratch::Scratch,
    straight::{self, Input},
    target::Target,
};
use raptors_dispatch::plan::{Halves, Plan};
use raptors_kernels::{
    Kind, Level, Out, Scalar,
    fold::{self, ArgFold, Fold, Rows},
    moves::{self, Source},
};
use smallvec::SmallVec;

/// Runs for each thread from which each is reduced by one: with fewer, one thread may have much more to do.
const RUNS: usize = 4;

/// Bytes of results that rows are joined to before others: they stay in a 32 KiB L1 cache while the rows
/// stream by.
const TILE: usize = 16 << 10;

/// A dense array as blocks of rows, of which one axis goes.
pub(super) struct Dense {
    /// The array, or its transpose, which is dense in C order.
    pub(super) array: Array,
    /// Elements on the axes before the one that goes.
    pub(super) outer: usize,
    /// Elements along it.
    pub(super) len: usize,
    /// Elements on the axes after it.
    pub(super) inner: usize,
    /// The shape of the result.
    pub(super) shape: Dims,
}

impl Dense {
    /// Nothing where `array` is not dense, has no elements, or lacks the axis.
    pub(super) fn of(array: &Array, axis: isize, keepdims: bool) -> Option<Self> {
        let axis = layout::axis(axis as i64, array.ndim(), None).ok()?;
        if array.size() == 0 || !array.is_aligned() {
            return None;
        }
        let mask: SmallVec<[bool; 4]> = (0..array.ndim()).map(|i| i == axis).collect();
        let shape = result_shape(array.shape(), &mask, keepdims);
        let (array, axis) = if array.is_c_contiguous() {
            (array.clone(), axis)
        } else if array.ndim() == 2 && array.is_f_contiguous() {
            let strides = array.strides().iter().rev().copied().collect();
            let dims = array.shape().iter().rev().copied().collect();
            // SAFETY: the same elements, by the same strides, the axes exchanged.
            (unsafe { array.view(0, dims, strides) }, 1 - axis)
        } else {
            return None;
        };
        let dims = array.shape();
        Some(Self {
            outer: dims[..axis].iter().product(),
            len: dims[axis],
            inner: dims[axis + 1..].iter().product(),
            shape,
            array,
        })
    }

    /// The rows of block `i`.
    pub(super) fn block(&self, i: usize) -> Result<Rows<'_>> {
        let size = self.len * self.inner;
        self.rows(i * size, size, self.inner)
    }

    fn rows(&self, start: usize, len: usize, width: usize) -> Result<Rows<'_>> {
        let run = self.array.run(start, len).ok_or(Error::Internal {
            what: "a run outside its array",
        })?;
        Ok(Rows::new(run, width))
    }

    /// Whether blocks are short enough that their rows are joined one after the other, and the work
    /// is too little for a second thread, or there are runs enough for each.
    fn is_simple(&self) -> bool {
        let (n, size) = (self.array.size(), self.array.itemsize());
        if self.inner > 1 && self.len > BLOCK_ROWS {
            return false;
        }
        let enough = |threads| threads == 1 || self.inner == 1 && self.outer >= RUNS * threads;
        n <= SHORT || enough(drive::fold_plan(1, n, size).threads)
    }

    /// Reduces the runs, on as many threads as pay: `work` gets some of them, the number of the first, and
    /// where their results go.
    fn each_run(
        &self,
        plan: &Plan,
        result: &Array,
        work: &(dyn Fn(Rows<'_>, usize, Out<'_>) -> Result<()> + Sync),
    ) -> Result<()> {
        let grain = (plan.chunk / self.len).max(1);
        drive::drive(plan, self.outer, grain, &|runs| {
            let (first, count) = (runs.start, runs.len());
            let mut target = Target::fresh(result);
            let out = target.run(first, count).ok_or(NOT_DENSE)?;
            let rows = self.rows(first * self.len, count * self.len, self.len)?;
            work(rows, first, out)
        })
    }

    /// The results of `step`, in `acc`.
    fn reduce(&self, step: Step, means: Option<&Array>, acc: DType) -> Result<Array> {
        let result = Array::empty(&self.shape, acc, Order::C)?;
        let halves = step.halves(self.array.dtype(), acc, self.inner > 1);
        let plan = drive::wide_plan(1, self.array.size(), self.array.itemsize(), halves);
        let level = plan.level;
        if self.inner == 1 {
            let fold = match step {
                Step::Fold(fold) => Some(fold),
                Step::Deviation(_) => None,
            };
            self.each_run(&plan, &result, &|rows, first, out| {
                let means = means.and_then(|means| means.run(first, out.len()));
                match (fold, means) {
                    (Some(fold), _) => fold::fold_inner(fold, level, rows, out),
                    (None, Some(means)) => {
                        fold::sum_squared_deviations_inner(level, rows, means, out);
                    }
                    (None, None) => return Err(NOT_DENSE),
                }
                Ok(())
            })?;
            return Ok(result);
        }
        let mut target = Target::fresh(&result);
        let width = result.size() / self.outer;
        for i in 0..self.outer {
            let (Some(mut out), means) = (
                target.run(i * width, width),
                means.and_then(|means| means.run(i * width, width)),
            ) else {
                return Err(NOT_DENSE);
            };
            let block = self.block(i)?;
            let most = width.min(TILE / acc.size());
            for start in (0..width).step_by(most) {
                let n = most.min(width - start);
                let (mut rows, mut out) = (block.columns(start, n), out.range(start, n));
                if block::start(step, rows, &mut out) {
                    rows = rows.rest();
                }
                match (step, means) {
                    (Step::Fold(fold), _) => fold::fold_rows(fold, level, rows, out),
                    (_, Some(means)) => {
                        let means = means.range(start, n);
                        fold::sum_squared_deviations_rows(level, rows, means, out);
                    }
                    (_, None) => return Err(NOT_DENSE),
                }
            }
        }
        Ok(result)
    }

    fn fold(&self, fold: Fold) -> Result<Option<Array>> {
        let dtype = self.array.dtype();
        match fold.accumulator(dtype) {
            Some(acc) if fold.input(dtype) == Some(dtype) => {
                if narrow::serves(self, fold) {
                    narrow::blocks(self, fold, acc).map(Some)
                } else if self.is_simple() {
                    self.reduce(Step::Fold(fold), None, acc).map(Some)
                } else {
                    Ok(None)
                }
            }
            _ => Ok(None),
        }
    }

    fn mean(&self) -> Result<Option<Array>> {
        let dtype = self.array.dtype();
        let exact = moment::sums_exactly(dtype, self.len);
        if computed_in(dtype) != dtype && !exact {
            return Ok(None);
        }
        let Some(mut sums) = self.fold(Fold::sum)? else {
            return Ok(None);
        };
        if exact {
            sums = assign::astype(&sums, DType::F64, None)?;
        }
        over(&sums, self.len as f64).map(Some)
    }

    fn variance(&self, ddof: f64) -> Result<Option<Array>> {
        let dtype = self.array.dtype();
        if computed_in(dtype) != dtype || !self.is_simple() {
            return Ok(None);
        }
        let Some(means) = self.mean()? else {
            return Ok(None);
        };
        let step = Step::Deviation(means.as_ptr());
        let sums = self.reduce(step, Some(&means), dtype.real())?;
        over(&sums, self.len as f64 - ddof).map(Some)
    }
}

/// `x / n`.
fn over(x: &Array, n: f64) -> Result<Array> {
    if moment::divided_in(x.dtype(), n) != x.dtype() {
        moment::divide(x, n)?;
        return Ok(x.clone());
    }
    let n = Number::Float(n).to_scalar(x.dtype())?;
    let inputs = [Input::Run(x), Input::Value(n)];
    straight::call(Ufunc::divide, x.dtype(), &inputs, None)?.ok_or(Error::Internal {
        what: "a quotient without a loop",
    })
}

/// Reduces `array` over one axis, or all. Nothing where the case is not the common one, or is one
/// that NumPy warns of or refuses.
///
/// # Errors
///
/// If memory runs out.
pub fn plain(
    what: Reduction,
    array: &Array,
    axis: Option<isize>,
    keepdims: bool,
) -> Result<Option<Array>> {
    let Some(axis) = axis else {
        return match what {
            _ if keepdims || array.size() == 0 => Ok(None),
            Reduction::Fold(fold) => reduce_all(fold, array).map(Some),
            _ => whole(what, array)
                .or_else(|| alone(what, array))
                .as_ref()
                .map(Array::from_scalar)
                .transpose(),
        };
    };
    let Some(dense) = Dense::of(array, axis, keepdims) else {
        return Ok(None);
    };
    match what {
        Reduction::Fold(fold) => dense.fold(fold),
        Reduction::Ufunc(ufunc) => match Fold::of(ufunc) {
            Some(fold) => dense.fold(fold),
            None => Ok(None),
        },
        Reduction::Mean => dense.mean(),
        Reduction::Var { ddof } | Reduction::Std { ddof } if dense.len as f64 <= ddof => Ok(None),
        Reduction::Var { ddof } => dense.variance(ddof),
        Reduction::Std { ddof } => match dense.variance(ddof)? {
            Some(variance) => map::unary(Ufunc::sqrt, &variance).map(Some),
            None => Ok(None),
        },
        Reduction::ArgMin => arg::along(ArgFold::min, &dense).map(Some),
        Reduction::ArgMax => arg::along(ArgFold::max, &dense).map(Some),
    }
}

/// The fold of all elements of `array`, where they are few and lie in one piece, or apart as [`apart`] takes
/// them; nothing for others.
#[inline]
pub fn few(fold: Fold, array: &Array) -> Option<Scalar> {
    let n = array.size();
    if n == 0 || n > SHORT {
        return None;
    }
    match array.run(0, n) {
        Some(run) if run.dtype() == DType::F16 => halves::few(fold, run),
        Some(run) => fold::fold(fold, Level::get(), run),
        None => apart(fold, array),
    }
}

/// The fold of few elements that lie apart: on one axis or two as they lie in memory, packed on the stack
/// where rows of them do not lie in one piece; on any axes where their order makes no difference.
#[inline(never)]
fn apart(fold: Fold, array: &Array) -> Option<Scalar> {
    let (dtype, size) = (array.dtype(), array.itemsize());
    let acc = fold.accumulator(dtype)?;
    if dtype != DType::F16 && !matches!(acc.kind(), Kind::Float | Kind::Complex) {
        // Whichever of them comes first.
        let mut room = Room::uninit();
        let run = in_order(array, &mut room).filter(|_| fold.input(dtype) == Some(dtype))?;
        return fold::fold(fold, Level::get(), run);
    }
    let (mut shape, mut strides) = assign::plane(array, array.strides())?;
    // An axis of one element is none.
    if shape[1] == 1 || shape[0] > 1 && strides[0] < strides[1] {
        shape.reverse();
        strides.reverse();
    }
    let [rows, cols] = shape;
    // What is reversed or repeated is folded the common way, and what is not folded as it is.
    let forwards = strides[1] > 0 && (rows == 1 || strides[0] > strides[1]);
    if !forwards || !array.is_aligned() || fold.input(dtype) != Some(dtype) {
        return None;
    }
    if rows > 1 && strides[0] == cols as isize * strides[1] {
        shape = [1, rows * cols];
    }
    let [rows, cols] = shape;
    let (level, step) = (Level::get(), Step::Fold(fold));
    if rows > lines::GROUP || rows * cols * size > 8 * SHORT {
        return None;
    }
    let mut stage = Scratch::<{ 8 * SHORT }>::new();
    let mut values = Scratch::<{ 16 * lines::GROUP }>::new();
    let mut spare = Scratch::<{ 16 * lines::GROUP }>::new();
    let (mut ptr, mut row) = (array.as_ptr(), strides[0]);
    if strides[1] != size as isize {
        let source = Source {
            ptr,
            size,
            shape,
            strides,
        };
        // SAFETY: the source is the array's elements, and the stage has room for them.
        unsafe { moves::pack(source, stage.ptr()) };
        (ptr, row) = (stage.ptr(), (cols * size) as isize);
    }
    // SAFETY: rows of elements that lie one after the other, aligned as those of the array and the stage are,
    // and lists with room for a result of the largest size for each row.
    unsafe {
        let lists = [values.ptr(), spare.ptr()];
        let elements = Rows::from_raw(ptr, rows, row, cols, dtype);
        fold::fold_inner(fold, level, elements, Out::from_raw(lists[0], rows, acc));
        lines::joined(step, level, acc, lists, rows).ok()
    }
}

/// What is no fold, of all elements of `array`, where they are few and lie in one piece; nothing for others.
#[inline]
pub fn whole(what: Reduction, array: &Array) -> Option<Scalar> {
    match what {
        _ if array.size() == 0 => None,
        Reduction::ArgMin => place(arg::short(ArgFold::min, array)),
        Reduction::ArgMax => place(arg::short(ArgFold::max, array)),
        _ if array.size() > SHORT => None,
        _ => moment_of(what, array, Level::get()),
    }
}

/// The reduction of all of more elements, which lie in one piece and which a second thread would not pay for:
/// no partial results are kept. Nothing for others.
#[inline(never)]
pub fn alone(what: Reduction, array: &Array) -> Option<Scalar> {
    let (n, dtype) = (array.size(), array.dtype());
    let run = array
        .run(0, n)
        .filter(|_| n > SHORT && dtype != DType::F16)?;
    let (cost, halves) = match what {
        Reduction::ArgMin | Reduction::ArgMax => (arg::COST, comparing(dtype)),
        Reduction::Var { .. } | Reduction::Std { .. } => (moment::COST, Halves::Usable),
        Reduction::Fold(fold) => (1, Step::Fold(fold).halves(dtype, dtype, false)),
        Reduction::Mean | Reduction::Ufunc(_) => (1, Halves::Usable),
    };
    let plan = drive::wide_plan(cost, n, array.itemsize(), halves);
    if plan.threads > 1 {
        return None;
    }
    match what {
        Reduction::Fold(fold) => fold::fold(fold, plan.level, run),
        Reduction::ArgMin => place(fold::arg(ArgFold::min, plan.level, run)),
        Reduction::ArgMax => place(fold::arg(ArgFold::max, plan.level, run)),
        _ => moment_of(what, array, plan.level),
    }
}

fn place(index: Option<usize>) -> Option<Scalar> {
    index.map(|index| Scalar::new(index as i64))
}

/// The moment `what` of all elements, which lie in one piece or are few; nothing where it has another way.
fn moment_of(what: Reduction, array: &Array, level: Level) -> Option<Scalar> {
    match what {
        Reduction::Mean => moment::short(array, None, level),
        Reduction::Var { ddof } => moment::short(array, Some(ddof), level),
        Reduction::Std { ddof } => moment::root(&moment::short(array, Some(ddof), level)?),
        _ => None,
    }
}
