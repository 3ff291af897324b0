//! How a call would run, and why: the plan behind it, without running it.

use crate::{
    Arg, DType, Error, Result, Ufunc,
    drive::{fold_plan, map_plan},
    layout,
    resolve::resolve,
};
use core::fmt;
use raptors_dispatch::{
    matmul,
    plan::{MatmulPlan, Plan},
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

/// A plan, and what it is for.
#[derive(Clone, Debug)]
pub struct Explanation {
    name: &'static str,
    computed: DType,
    plan: Path,
}

#[derive(Clone, Debug)]
enum Path {
    /// A loop over elements, compiled for a level.
    Loop(Plan, Level),
    /// A matrix product.
    Product(MatmulPlan),
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "operation   {}", self.name)?;
        writeln!(f, "computed in {}", self.computed.name())?;
        match &self.plan {
            Path::Loop(plan, level) => {
                writeln!(f, "loop        {}", level.name())?;
                write!(f, "{plan}")
            }
            Path::Product(plan) => write!(f, "{plan}"),
        }
    }
}

/// The plan for the ufunc, reduction or `matmul` called `name`, over contiguous arrays of `shape`
/// and `dtype`; the product is of an array with its transpose.
///
/// # Errors
///
/// If there is no such operation, or it has no loop for the dtype.
pub fn explain(name: &str, shape: &[usize], dtype: DType) -> Result<Explanation> {
    layout::bytes(shape, dtype)?;
    let n = layout::size(shape);
    if name == "matmul" {
        let (m, k) = match shape {
            [] => (1, 1),
            [k] => (1, *k),
            [.., m, k] => (*m, *k),
        };
        let plan = Path::Product(matmul::plan(dtype, m, k, m));
        return Ok(Explanation {
            name: "matmul",
            computed: dtype,
            plan,
        });
    }
    if let Some(&(name, fold)) = REDUCTIONS.iter().find(|(known, _)| *known == name) {
        let unsupported = || Error::UnsupportedTypes { ufunc: fold.name() };
        let computed = fold.input(dtype).ok_or_else(unsupported)?;
        let plan = Path::Loop(fold_plan(1, n, computed.size()), Level::get());
        return Ok(Explanation {
            name,
            computed,
            plan,
        });
    }
    let ufunc =
        Ufunc::from_name(name).ok_or_else(|| Error::UnknownOperation { name: name.into() })?;
    let args = [Arg::Array(dtype); 3];
    let resolved = resolve(ufunc, &args[..ufunc.nin()])?;
    let computed = resolved.computed();
    let level = Level::get();
    let level = ufunc
        .bind(level, computed)
        .map_or(level, |bound| bound.level());
    let plan = map_plan(ufunc.cost(), n, computed.size(), ufunc.nin(), ufunc.nout());
    Ok(Explanation {
        name: ufunc.name(),
        computed,
        plan: Path::Loop(plan, level),
    })
}

/// The operations that [`explain`] knows.
pub fn operations() -> Vec<&'static str> {
    let ufuncs = Ufunc::ALL.iter().map(|ufunc| ufunc.name());
    let reductions = REDUCTIONS.iter().map(|(name, _)| *name);
    ufuncs.chain(reductions).chain(["matmul"]).collect()
}
