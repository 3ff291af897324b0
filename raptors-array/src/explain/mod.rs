//! How a call would run, and why: the plan behind it, without running it.

mod decision;

use crate::{
    Arg, DType, Error, Kind, Result, Ufunc,
    drive::{fold_work, map_work, result_work},
    fft::{self, Transform},
    index, layout, order,
    reduce::tile::Step,
    resolve::resolve,
};
use core::fmt;
use decision::{Decision, decisions, product_decisions};
use raptors_dispatch::{
    machine, matmul,
    plan::{self, Cost, Path, Plan, Work},
    team,
};
use raptors_kernels::{Level, fold::Fold};

/// Reductions by their Python names.
const REDUCTIONS: &[(&str, Fold)] = &[
    ("sum", Fold::sum),
    ("mean", Fold::sum),
    ("prod", Fold::prod),
    ("min", Fold::min),
    ("max", Fold::max),
    ("any", Fold::any),
    ("all", Fold::all),
    ("count_nonzero", Fold::count_nonzero),
];

/// Transforms by their Python names.
const TRANSFORMS: &[(&str, Transform)] = &[
    ("fft", Transform::Forward),
    ("ifft", Transform::Inverse),
    ("rfft", Transform::RealForward),
    ("irfft", Transform::RealInverse),
];

/// Operations that put lines in order, and whether they give indices.
const ORDERS: &[(&str, bool)] = &[
    ("sort", false),
    ("argsort", true),
    ("partition", false),
    ("argpartition", true),
];

/// Other operations.
const OTHERS: &[&str] = &["copy", "where", "matmul"];

/// A plan, and what it is for.
#[derive(Clone, Debug)]
pub struct Explanation {
    name: &'static str,
    computed: DType,
    predicted_ns: f64,
    decisions: Vec<Decision>,
}

impl Explanation {
    /// Predicted time in nanoseconds, on memory that is in use already.
    pub const fn predicted_ns(&self) -> f64 {
        self.predicted_ns
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "operation   {}", self.name)?;
        write!(f, "computed in {}", self.computed.name())?;
        self.decisions
            .iter()
            .try_for_each(|decision| write!(f, "\n{decision}"))
    }
}

/// What is asked: an operation on arrays of a shape and dtype.
struct Question<'a> {
    shape: &'a [usize],
    dtype: DType,
    axis: Option<usize>,
}

impl Question<'_> {
    fn size(&self) -> usize {
        layout::size(self.shape)
    }

    /// The length of a line along the axis, the last one where none is named, and how many there are.
    fn lines(&self) -> (usize, usize) {
        let axis = self.axis.or(self.shape.len().checked_sub(1));
        let len = axis.map_or(1, |axis| self.shape[axis]);
        (len, self.size() / len.max(1))
    }
}

/// What is said of a loop whose results have `allocated` bytes.
fn answer(
    name: &'static str,
    computed: DType,
    path: String,
    how: &Loop<'_>,
    allocated: usize,
) -> Explanation {
    Explanation {
        name,
        computed,
        predicted_ns: how.plan.predicted_ns,
        decisions: decisions(path, how.level, how.work, &how.plan, allocated),
    }
}

/// A loop: its level, its work and the plan for it.
struct Loop<'a> {
    level: Level,
    work: &'a Work,
    plan: Plan,
}

impl<'a> Loop<'a> {
    fn mapped(work: &'a Work) -> Self {
        let plan = plan::map(work, machine(), team::threads());
        let level = plan.level;
        Self { level, work, plan }
    }

    fn folded(work: &'a Work) -> Self {
        let plan = plan::fold(work, machine(), team::threads());
        let level = plan.level;
        Self { level, work, plan }
    }
}

/// The plan for the operation called `name`, over contiguous arrays of `shape` and `dtype`; along
/// `axis` where the operation has one. The product is of an array with its transpose.
///
/// # Errors
///
/// If there is no such operation, it has no loop for the dtype, or the axis is out of bounds.
pub fn explain(
    name: &str,
    shape: &[usize],
    dtype: DType,
    axis: Option<i64>,
) -> Result<Explanation> {
    layout::bytes(shape, dtype)?;
    let axis = match axis {
        Some(axis) => Some(layout::axis(axis, shape.len(), None)?),
        None => None,
    };
    let question = Question { shape, dtype, axis };
    match name {
        "matmul" => return Ok(product(&question)),
        "copy" => return Ok(copy(&question)),
        "where" => return Ok(select(&question)),
        _ => {}
    }
    if let Some(&(name, fold)) = REDUCTIONS.iter().find(|(known, _)| *known == name) {
        return reduction(&question, name, fold);
    }
    if let Some(&(name, indices)) = ORDERS.iter().find(|(known, _)| *known == name) {
        return Ok(ordering(&question, name, indices));
    }
    if let Some(&(name, transform)) = TRANSFORMS.iter().find(|(known, _)| *known == name) {
        return transformed(&question, name, transform);
    }
    let ufunc =
        Ufunc::from_name(name).ok_or_else(|| Error::UnknownOperation { name: name.into() })?;
    mapped(&question, ufunc)
}

fn mapped(question: &Question<'_>, ufunc: Ufunc) -> Result<Explanation> {
    let args = [Arg::Array(question.dtype); 3];
    let resolved = resolve(ufunc, &args[..ufunc.nin()])?;
    let (n, level) = (question.size(), Level::get());
    let bound = ufunc.bind(level, resolved.dtype());
    let computed = match &bound {
        Some(bound) if bound.widens() => DType::F32,
        _ => resolved.dtype(),
    };
    let given = bound.as_ref().map_or(computed, |bound| bound.outputs()[0]);
    let size = computed.size().max(given.size());
    let cost = Cost::of(ufunc, resolved.dtype());
    let work = match ufunc.nout() {
        1 => result_work(
            cost,
            n,
            [computed.size(), given.size()],
            ufunc.nin(),
            bound.as_ref().is_some_and(|bound| bound.around().is_some()),
            0,
        ),
        nout => map_work(cost, n, size, ufunc.nin(), nout),
    };
    let path = if computed == question.dtype {
        "one loop over contiguous memory".to_owned()
    } else {
        format!("{} converted in the L1 cache", question.dtype.name())
    };
    let mut how = Loop::mapped(&work);
    how.level = bound.map_or(how.level, |bound| bound.level().min(how.level));
    let allocated = n.saturating_mul(given.size()).saturating_mul(ufunc.nout());
    Ok(answer(ufunc.name(), computed, path, &how, allocated))
}

fn reduction(question: &Question<'_>, name: &'static str, fold: Fold) -> Result<Explanation> {
    let unsupported = || Error::UnsupportedTypes { ufunc: fold.name() };
    let computed = fold.input(question.dtype).ok_or_else(unsupported)?;
    let given = fold.accumulator(computed).unwrap_or(computed);
    let columns = question
        .axis
        .is_some_and(|axis| axis + 1 < question.shape.len());
    let work = Work {
        halves: Step::Fold(fold).halves(computed, given, columns),
        ..fold_work(1, question.size(), computed.size())
    };
    let (_, results) = match question.axis {
        Some(_) => question.lines(),
        None => (0, 1),
    };
    let path = match question.axis {
        None => "one fold, in NumPy's pairwise tree where it adds floats",
        Some(axis) if axis + 1 == question.shape.len() => "a fold of each row",
        Some(_) => "rows combined in blocks of 128, tile by tile",
    };
    let path = path.to_owned();
    let allocated = results.saturating_mul(given.size());
    Ok(answer(
        name,
        computed,
        path,
        &Loop::folded(&work),
        allocated,
    ))
}

fn ordering(question: &Question<'_>, name: &'static str, indices: bool) -> Explanation {
    let (len, lines) = question.lines();
    let sorts = name.ends_with("sort");
    let cost = order::cost(sorts, len);
    let work = fold_work(cost, question.size(), question.dtype.size());
    let mut how = Loop::folded(&work);
    how.plan.threads = how.plan.threads.min(lines.max(1));
    if how.plan.threads == 1 {
        how.plan = plan::fold(&work, machine(), 1);
    }
    let mut path = format!("{lines} lines of {len}, by unsigned images of the elements");
    if sorts && lines == 1 {
        // Complex numbers are sorted by way of their indices.
        let complex = question.dtype.kind() == Kind::Complex;
        how.plan = order::line_plan(len, question.dtype, indices || complex);
        if how.plan.threads > 1 {
            path.push_str(", in parts that threads take");
        }
    }
    let size = if indices { 8 } else { question.dtype.size() };
    let allocated = question.size().saturating_mul(size);
    answer(name, question.dtype, path, &how, allocated)
}

fn transformed(
    question: &Question<'_>,
    name: &'static str,
    transform: Transform,
) -> Result<Explanation> {
    if transform == Transform::RealForward && question.dtype.kind() == Kind::Complex {
        return Err(Error::UnsupportedTypes { ufunc: name });
    }
    let (len, lines) = question.lines();
    let points = match transform {
        Transform::RealInverse => 2 * len.saturating_sub(1),
        _ => len,
    };
    let computed = fft::computed_in(question.dtype);
    let given = transform.output_len(points).saturating_mul(lines);
    let work = map_work(
        fft::cost(points),
        points.saturating_mul(lines),
        computed.size(),
        1,
        1,
    );
    let mut how = Loop::mapped(&work);
    how.plan.threads = how.plan.threads.min(lines.max(1));
    if how.plan.threads == 1 {
        how.plan = plan::map(&work, machine(), 1);
    }
    let path = format!("{lines} lines of {points} points");
    let allocated = given.saturating_mul(computed.size());
    Ok(answer(name, computed, path, &how, allocated))
}

fn copy(question: &Question<'_>) -> Explanation {
    let (n, size) = (question.size(), question.dtype.size());
    let work = result_work(crate::assign::COPY_COST, n, [size; 2], 1, true, 0);
    moved("copy", question, "one run of bytes", &work)
}

fn select(question: &Question<'_>) -> Explanation {
    let (n, size) = (question.size(), question.dtype.size());
    let work = map_work(index::SELECT_COST, n, size, 3, 1);
    moved(
        "where",
        question,
        "both sides read, one of them kept",
        &work,
    )
}

/// What moves elements to a new array as large as the question.
fn moved(name: &'static str, question: &Question<'_>, path: &str, work: &Work) -> Explanation {
    let (dtype, mapped) = (question.dtype, Loop::mapped(work));
    let allocated = question.size().saturating_mul(dtype.size());
    answer(name, dtype, path.to_owned(), &mapped, allocated)
}

fn product(question: &Question<'_>) -> Explanation {
    let (m, k) = match question.shape {
        [] => (1, 1),
        [k] => (1, *k),
        [.., m, k] => (*m, *k),
    };
    let plan = matmul::plan(question.dtype, m, k, m);
    let allocated = m.saturating_mul(m).saturating_mul(question.dtype.size());
    let arithmetic = !matches!(plan.path, Path::Empty | Path::Dot | Path::Vector);
    Explanation {
        name: "matmul",
        computed: question.dtype,
        predicted_ns: plan.predicted_ns,
        decisions: product_decisions(&plan, arithmetic, allocated),
    }
}

/// The operations that [`explain`] knows.
pub fn operations() -> Vec<&'static str> {
    let ufuncs = Ufunc::ALL.iter().map(|ufunc| ufunc.name());
    let reductions = REDUCTIONS.iter().map(|(name, _)| *name);
    let transforms = TRANSFORMS.iter().map(|(name, _)| *name);
    let orders = ORDERS.iter().map(|(name, _)| *name);
    ufuncs
        .chain(reductions)
        .chain(transforms)
        .chain(orders)
        .chain(OTHERS.iter().copied())
        .collect()
}
