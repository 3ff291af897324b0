//! Reductions over any axes.

mod along;
mod arg;
mod block;
mod chosen;
mod fit;
mod free;
mod halves;
mod lines;
mod moment;
mod narrow;
mod order;
mod scan;
mod segments;
mod sequence;
mod shape;
mod steps;
pub(crate) mod tile;

pub use along::{alone, few, plain, whole};
pub use fit::{FitFault, fit_prefixes, fit_segments};

pub use moment::lacks_elements;
pub use scan::{scanned, scanned_few};
pub(crate) use segments::between;
pub use segments::{check_starts, reduceat};
pub use sequence::{accumulate, identity};
pub use shape::{Axes, check};

use crate::{
    Array, Casting, DType, Error, Order, Result, Scalar, Ufunc, assign,
    drive::{Shared, drive, fold_plan_of},
    map,
    operand::MapOptions,
    promote::cast_scalar,
    target::Target,
};
use chosen::{fits_where, join_one, keep_where};
use raptors_dispatch::plan::Plan;
use raptors_kernels::{
    In, Level,
    fold::{self, ArgFold, Fold},
};
use shape::{memory_axes, result_shape};
use smallvec::SmallVec;
use std::sync::Mutex;
use tile::{Job, Scratch, Step};

/// What is computed from the elements that go.
#[derive(Clone, Copy, Debug)]
pub enum Reduction {
    /// A fold: sum, product, minimum …
    Fold(Fold),
    /// Any ufunc of two inputs, applied from the first element to the last.
    Ufunc(Ufunc),
    /// The arithmetic mean; of integers in float64.
    Mean,
    /// The variance: the mean squared distance from the mean, divided by `n - ddof`.
    Var {
        /// Delta degrees of freedom.
        ddof: f64,
    },
    /// The standard deviation: the square root of the variance.
    Std {
        /// Delta degrees of freedom.
        ddof: f64,
    },
    /// The index of the first minimum; NaN counts as less than everything.
    ArgMin,
    /// The index of the first maximum; NaN counts as more than everything.
    ArgMax,
}

/// What a reduction may be asked for.
#[derive(Debug, Default)]
pub struct ReduceOptions<'a> {
    /// The axes that go.
    pub axes: Axes<'a>,
    /// Whether they stay, with length one.
    pub keepdims: bool,
    /// The dtype to compute and give, instead of the fold's own choice.
    pub dtype: Option<DType>,
    /// A value that joins the elements.
    pub initial: Option<Scalar>,
    /// Which elements count.
    pub where_: Option<&'a Array>,
    /// Where the result goes.
    pub out: Option<Target<'a>>,
}

/// Reduces `array`.
///
/// # Errors
///
/// If an axis is out of bounds or given twice, the reduction has no value for nothing and there is
/// nothing, there is no loop for the dtype, `out` has another shape, or memory runs out.
pub fn reduce(
    reduction: Reduction,
    array: &Array,
    mut options: ReduceOptions<'_>,
) -> Result<Array> {
    if options.out.is_some() {
        check(reduction, array, &options)?;
    }
    let out = options.out.take();
    let result = order::reduce(
        reduction,
        array,
        options,
        |array, options| match reduction {
            Reduction::Fold(fold) => folded(fold, array, options),
            Reduction::Ufunc(ufunc) => match Fold::of(ufunc) {
                Some(fold) => folded(fold, array, options),
                None => sequence::reduce(ufunc, array, options),
            },
            Reduction::Mean => moment::mean(array, options),
            Reduction::Var { ddof } => moment::var(array, ddof, options),
            Reduction::Std { ddof } => moment::std(array, ddof, options),
            Reduction::ArgMin => arg::arg(ArgFold::min, array, options),
            Reduction::ArgMax => arg::arg(ArgFold::max, array, options),
        },
    )?;
    let Some(target) = out else { return Ok(result) };
    let casting = match reduction {
        Reduction::ArgMin | Reduction::ArgMax | Reduction::Std { .. } => Casting::SameKind,
        // NumPy's reductions write to outputs of any dtype.
        _ => Casting::Unsafe,
    };
    assign::assign(&target, &(&result).into(), casting)?;
    Ok(target.into_array())
}

/// The fold of all elements of `array`, as a 0-d array: the short way for small arrays.
///
/// # Errors
///
/// As [`reduce`].
#[inline]
pub fn reduce_all(fold: Fold, array: &Array) -> Result<Array> {
    if let Some(value) = few(fold, array).or_else(|| alone(Reduction::Fold(fold), array)) {
        return Array::from_scalar(&value);
    }
    folded(fold, array, &ReduceOptions::default())
}

/// Elements up to which no second thread can pay for a fold: one step of the tree.
const SHORT: usize = 1024;

fn folded(fold: Fold, array: &Array, options: &ReduceOptions<'_>) -> Result<Array> {
    let asked = options.dtype.unwrap_or(array.dtype());
    let name = fold.name();
    let (Some(fed), Some(acc)) = (fold.input(asked), fold.accumulator(asked)) else {
        return Err(Error::UnsupportedTypes { ufunc: name });
    };
    // float16 is computed in float32 and given back as it was.
    let given = if asked == DType::F16 && acc == DType::F32 {
        asked
    } else {
        acc
    };
    let result_dtype = options.dtype.unwrap_or(given);
    let mask = options.axes.mask(array.ndim())?;
    // Extremes of truth values have an identity, which NumPy does not use.
    let extreme = matches!(fold, Fold::min | Fold::max | Fold::fmin | Fold::fmax);
    let identity = fold::identity(fold, fed).filter(|_| !extreme);
    // Zeros that are all negative have a negative sum from there.
    let below_zero = match &options.initial {
        Some(initial) if fold == Fold::sum => chosen::below_zero(initial),
        _ => [false; 2],
    };
    let starts_below_zero = below_zero.contains(&true);
    if let Some(result) = narrow::one_by_one(fold, array, &mask, options)? {
        return Ok(result);
    }
    let (halves, chosen);
    let mut source = array;
    if given == DType::F16 && array.dtype() != DType::F16 {
        halves = assign::astype(array, DType::F16, None)?;
        source = &halves;
    }
    if let Some(where_) = options.where_ {
        let neutral = identity
            .map(|identity| {
                if starts_below_zero {
                    chosen::zero(below_zero)
                } else {
                    identity
                }
            })
            .or(options.initial)
            .ok_or(Error::WhereIdentity { ufunc: name })?;
        chosen = keep_where(source, where_, asked, &neutral)?;
        source = &chosen;
    }
    let shape = result_shape(source.shape(), &mask, options.keepdims);
    let nothing = source
        .shape()
        .iter()
        .zip(&mask)
        .any(|(&n, &gone)| gone && n == 0);
    if nothing && identity.is_none() && options.initial.is_none() {
        return Err(Error::EmptyReduction { ufunc: name });
    }
    let mut result = Array::empty(&shape, acc, Order::C)?;
    if source.size() == 0 && result.size() > 0 {
        let value = match (identity, options.initial) {
            (_, Some(initial)) => initial,
            (Some(identity), None) => identity,
            (None, None) => return Err(Error::EmptyReduction { ufunc: name }),
        };
        let value = Array::from_scalar(&value)?;
        assign::assign(&Target::fresh(&result), &(&value).into(), Casting::Unsafe)?;
    } else if result.size() > 0 {
        run(Step::Fold(fold), fed, source, &mask, &result)?;
        if let Some(initial) = options.initial
            && !join_one(fold, &result, &cast_scalar(&initial, acc))
        {
            let initial = Array::from_scalar(&cast_scalar(&initial, acc))?;
            let out = Some(Target::fresh(&result));
            let options = MapOptions {
                casting: Casting::Unsafe,
                ..MapOptions::default()
            };
            let join = fold.ufunc().unwrap_or(Ufunc::add);
            map::map(
                join,
                &[(&result).into(), (&initial).into()],
                &mut [out],
                &options,
            )?;
        }
        if starts_below_zero {
            chosen::keep_signs_of_zero(source, &mask, options.keepdims, &result, below_zero)?;
        }
    }
    if acc != result_dtype {
        result = assign::astype(&result, result_dtype, Some(Order::C))?;
    }
    Ok(result)
}

/// Reduces the axes of `array` that `mask` names with `step` into `result`, which holds one
/// accumulator, in C order, for each position on the other axes.
fn run(step: Step, fed: DType, array: &Array, mask: &[bool], result: &Array) -> Result<()> {
    let (axes, offset) = memory_axes(array, mask);
    let none = shape::Axis {
        len: 1,
        step: 0,
        out: 0,
    };
    let mut job = Job {
        level: Level::get(),
        step,
        ptr: array.as_ptr().wrapping_offset(offset),
        stored: array.dtype(),
        fed,
        acc: result.dtype(),
        out: result.as_mut_ptr(),
        outer: SmallVec::default(),
        over: SmallVec::default(),
        along: none,
        depth: none,
        runs: true,
        aligned: array.is_aligned(),
    };
    job.cut(&axes);
    let halves = step.halves(fed, job.acc, !job.runs);
    let plan = fold_plan_of(job.cost(), array, fed.size(), halves);
    job.level = plan.level;
    let (tiles, blocks) = (job.tiles(), job.blocks());
    let per_tile = (array.size() / tiles).max(1);
    if plan.threads > 1 && tiles < plan.threads {
        for tile in 0..tiles {
            if blocks > 1 {
                shared_blocks(&job, &plan, tile, blocks, (per_tile / blocks).max(1))?;
            } else if job.runs && job.along.len == 1 && job.is_direct(job.depth.step) {
                shared_run(&job, &plan, tile)?;
            } else {
                whole_tile(&job, tile, blocks, &mut Scratch::default())?;
            }
        }
        return Ok(());
    }
    let grain = (plan.chunk / per_tile).clamp(1, tiles.div_ceil(plan.threads));
    drive(&plan, tiles, grain, &|range| {
        let mut scratch = Scratch::default();
        range
            .into_iter()
            .try_for_each(|tile| whole_tile(&job, tile, blocks, &mut scratch))
    })
}

fn whole_tile(job: &Job, tile: usize, blocks: usize, scratch: &mut Scratch) -> Result<()> {
    if blocks == 1 && job.is_dense() {
        return job.in_place(tile, scratch);
    }
    let result = job.partial(tile, 0..blocks, scratch)?;
    job.store(tile, &result);
    scratch.recycle(result);
    Ok(())
}

/// One tile, its blocks shared out in whole subtrees.
fn shared_blocks(
    job: &Job,
    plan: &Plan,
    tile: usize,
    blocks: usize,
    per_block: usize,
) -> Result<()> {
    let wanted = (plan.chunk / per_block).clamp(1, blocks.div_ceil(plan.threads));
    let grain = wanted.next_power_of_two();
    let parts = Mutex::new(Vec::new());
    drive(plan, blocks, grain, &|range| {
        let first = range.start;
        let part = job.partial(tile, range, &mut Scratch::default())?;
        parts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push((first, part));
        Ok(())
    })?;
    let mut parts = parts
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    parts.sort_unstable_by_key(|(first, _)| *first);
    let mut scratch = Scratch::default();
    let total = job.merge_parts(tile, parts.into_iter().map(|(_, part)| part), &mut scratch)?;
    job.store(tile, &total);
    Ok(())
}

/// One long dense run, its subtrees shared out.
fn shared_run(job: &Job, plan: &Plan, tile: usize) -> Result<()> {
    let (ptr, out) = job.run_start(tile);
    let mut parts = Vec::new();
    subtrees(job.acc, 0, job.depth.len, plan.chunk.max(1), &mut parts);
    let values: Vec<Mutex<Option<Scalar>>> = parts.iter().map(|_| Mutex::new(None)).collect();
    let start = Shared(ptr.cast_mut());
    drive(plan, parts.len(), 1, &|range| {
        for i in range {
            let (from, len) = parts[i];
            let ptr = start.get().wrapping_add(from * job.fed.size());
            // SAFETY: part of a dense, aligned run of the input, which the caller holds.
            let run = unsafe { In::from_raw(ptr, len, job.fed) };
            let value = job.fold_run(run, out)?;
            *values[i]
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(value);
        }
        Ok(())
    })?;
    let mut values = values.into_iter().map(|value| {
        value
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    });
    let total = merge_subtrees(job, job.depth.len, plan.chunk.max(1), &mut values)?;
    job.store_scalar(out, &total);
    Ok(())
}

/// The subtrees of a run of at most `most` elements, or leaves, as starts and lengths.
fn subtrees(acc: DType, start: usize, len: usize, most: usize, parts: &mut Vec<(usize, usize)>) {
    match fold::split(acc, len) {
        Some(left) if len > most => {
            subtrees(acc, start, left, most, parts);
            subtrees(acc, start + left, len - left, most, parts);
        }
        _ => parts.push((start, len)),
    }
}

fn merge_subtrees(
    job: &Job,
    len: usize,
    most: usize,
    values: &mut impl Iterator<Item = Option<Scalar>>,
) -> Result<Scalar> {
    match fold::split(job.acc, len) {
        Some(left) if len > most => {
            let a = merge_subtrees(job, left, most, values)?;
            let b = merge_subtrees(job, len - left, most, values)?;
            Ok(job.combine(&a, &b))
        }
        _ => values.next().flatten().ok_or(Error::Internal {
            what: "a part of a run has no value",
        }),
    }
}
