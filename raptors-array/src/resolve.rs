//! Which loop of a ufunc serves which inputs, what they are cast to, and what comes out.

use crate::{Arg, Casting, Error, Operand, Result, promote::can_cast, result_type};
use raptors_kernels::{DType, Kind, Level, Loop, Ufunc};
use std::sync::LazyLock;

/// Most inputs of a ufunc.
const NIN: usize = 3;
/// Most outputs of a ufunc.
const NOUT: usize = 2;

/// The element types that one loop of a ufunc takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    ufunc: Ufunc,
    dtype: DType,
    inputs: [DType; NIN],
    outputs: [DType; NOUT],
}

impl Resolved {
    /// The ufunc.
    #[inline]
    pub const fn ufunc(&self) -> Ufunc {
        self.ufunc
    }

    /// The element type of the loop as NumPy sees it: that of the first input.
    #[inline]
    pub const fn dtype(&self) -> DType {
        self.dtype
    }

    /// What the inputs are cast to.
    #[inline]
    pub fn inputs(&self) -> &[DType] {
        &self.inputs[..self.ufunc.nin()]
    }

    /// What the outputs are.
    #[inline]
    pub fn outputs(&self) -> &[DType] {
        &self.outputs[..self.ufunc.nout()]
    }

    /// Whether the second input may not be negative ([`Error::NegativePower`]).
    pub fn takes_natural_exponent(&self) -> bool {
        takes_natural_exponent(self.ufunc, self.dtype)
    }

    /// Checks that output `i` may be stored as `dtype`.
    ///
    /// # Errors
    ///
    /// [`Error::CastOperand`].
    pub fn check_output(&self, i: usize, dtype: DType, casting: Casting) -> Result<()> {
        let from = self.outputs()[i];
        if from == dtype || can_cast(from, dtype, casting) {
            return Ok(());
        }
        Err(Error::CastOperand {
            ufunc: self.ufunc.name(),
            operand: Operand::Output(i),
            numbered: self.ufunc.nout() > 1,
            from,
            to: dtype,
            casting,
        })
    }

    /// Checks that the inputs may be cast to what the loop takes.
    pub(crate) fn check_inputs(self, args: &[Arg], casting: Casting) -> Result<()> {
        let mut pairs = args.iter().zip(self.inputs()).enumerate();
        match pairs.find(|&(_, (arg, &dtype))| !arg.can_cast(dtype, casting)) {
            None => Ok(()),
            Some((i, (arg, &to))) => Err(Error::CastOperand {
                ufunc: self.ufunc.name(),
                operand: Operand::Input(i),
                numbered: self.ufunc.nin() > 1,
                from: arg.dtype(),
                to,
                casting,
            }),
        }
    }

    /// Refuses numbers of Python that would have to be another type than their own, where `casting` lets not even
    /// those be cast. Comparisons look at integers as they are, and logic only at what is zero.
    pub(crate) fn check_numbers(self, args: &[Arg], casting: Casting) -> Result<()> {
        if casting != Casting::Equiv || self.is_logic() {
            return Ok(());
        }
        let compares = compare_out_of_range(self.ufunc, false, false).is_some();
        for (&arg, &dtype) in args.iter().zip(self.inputs()) {
            let to = result_type(&[Arg::Array(dtype), arg]);
            let integers = matches!(dtype.kind(), Kind::Unsigned | Kind::Signed);
            let as_it_is = matches!(arg, Arg::Array(_)) || compares && integers;
            if !as_it_is && to != arg.dtype() {
                return Err(Error::CastNumber(arg, to));
            }
        }
        Ok(())
    }

    fn is_logic(self) -> bool {
        matches!(
            self.ufunc,
            Ufunc::logical_and | Ufunc::logical_or | Ufunc::logical_xor
        )
    }

    /// Whether this is logic of arrays of several dtypes, which NumPy lets be cast whatever the casting.
    pub(crate) fn tells_truths(self, args: &[Arg]) -> bool {
        let several = || args.iter().any(|&arg| arg != Arg::Array(self.dtype));
        self.is_logic() && several() && args.iter().all(|arg| matches!(arg, Arg::Array(_)))
    }

    /// The loop of truth values, for logic: what is zero in one dtype is zero in all.
    pub(crate) fn of_truths(self) -> Self {
        find(self.ufunc, DType::Bool).unwrap_or(self)
    }

    fn takes_one_type(self) -> bool {
        self.inputs().iter().all(|&dtype| dtype == self.dtype)
    }
}

type Row = [Option<Resolved>; DType::ALL.len()];

static LOOPS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    Ufunc::ALL
        .iter()
        .map(|&ufunc| core::array::from_fn(|i| describe(ufunc, DType::ALL[i])))
        .collect()
});

/// The loop of `ufunc` for inputs of `dtype`, if there is one.
#[inline]
fn find(ufunc: Ufunc, dtype: DType) -> Option<Resolved> {
    LOOPS.get(ufunc as usize)?[dtype as usize]
}

fn describe(ufunc: Ufunc, dtype: DType) -> Option<Resolved> {
    let bound = ufunc.bind(Level::get(), dtype)?;
    let mut resolved = Resolved {
        ufunc,
        dtype,
        inputs: [dtype; NIN],
        outputs: [dtype; NOUT],
    };
    for (input, bound) in resolved.inputs.iter_mut().zip(bound.inputs()) {
        *input = *bound;
    }
    for (output, bound) in resolved.outputs.iter_mut().zip(bound.outputs()) {
        *output = *bound;
    }
    Some(resolved)
}

/// Loops that take the dtype they are found by for all inputs, and any of its values.
static ALIKE: LazyLock<Vec<[Option<Loop>; DType::ALL.len()]>> = LazyLock::new(|| {
    let alike = |ufunc: Ufunc, dtype| {
        let bound = ufunc.bind(Level::get(), dtype)?;
        let same = bound.inputs().iter().all(|&input| input == dtype);
        (same && !takes_natural_exponent(ufunc, dtype)).then_some(bound)
    };
    Ufunc::ALL
        .iter()
        .map(|&ufunc| core::array::from_fn(|i| alike(ufunc, DType::ALL[i])))
        .collect()
});

/// Loops that take other dtypes as well as the one they are found by, or not any of its values.
static SPECIAL: LazyLock<Vec<[Option<Loop>; DType::ALL.len()]>> = LazyLock::new(|| {
    let special = |ufunc: Ufunc, dtype| {
        let bound = ufunc.bind(Level::get(), dtype)?;
        let same = bound.inputs().iter().all(|&input| input == dtype);
        (!same || takes_natural_exponent(ufunc, dtype)).then_some(bound)
    };
    Ufunc::ALL
        .iter()
        .map(|&ufunc| core::array::from_fn(|i| special(ufunc, DType::ALL[i])))
        .collect()
});

/// The loop that was chosen.
#[inline]
pub(crate) fn bound(resolved: Resolved) -> Option<&'static Loop> {
    let (ufunc, dtype) = (resolved.ufunc, resolved.dtype);
    one_type(ufunc, dtype, ufunc.nin()).or_else(|| special(ufunc, dtype))
}

/// The loop of `ufunc` that is found by `dtype` and takes other dtypes as well, or not any value.
#[inline]
pub(crate) fn special(ufunc: Ufunc, dtype: DType) -> Option<&'static Loop> {
    SPECIAL.get(ufunc as usize)?[dtype as usize].as_ref()
}

/// The loop of `ufunc` for `nin` inputs of `dtype`, if that is the dtype it computes in, no value of an
/// input is an error, and there is one result.
#[inline]
pub(crate) fn alike(ufunc: Ufunc, dtype: DType, nin: usize) -> Option<&'static Loop> {
    one_type(ufunc, dtype, nin).filter(|found| found.outputs().len() == 1)
}

/// As [`alike`], for any number of results.
#[inline]
pub(crate) fn one_type(ufunc: Ufunc, dtype: DType, nin: usize) -> Option<&'static Loop> {
    let found = ALIKE.get(ufunc as usize)?[dtype as usize].as_ref()?;
    (found.inputs().len() == nin).then_some(found)
}

/// The loop of `ufunc` that NumPy would choose for `args`.
///
/// # Errors
///
/// [`Error::UnsupportedTypes`], [`Error::BoolLoop`], [`Error::NoMatchingLoop`].
#[inline]
pub fn resolve(ufunc: Ufunc, args: &[Arg]) -> Result<Resolved> {
    let common = result_type(args);
    match find(ufunc, common) {
        Some(resolved) if resolved.takes_one_type() => Ok(resolved),
        _ => search(ufunc, common, args),
    }
}

fn search(ufunc: Ufunc, common: DType, args: &[Arg]) -> Result<Resolved> {
    let integer = matches!(common.kind(), Kind::Bool | Kind::Unsigned | Kind::Signed);
    if let (true, Some(dtype)) = (integer, ufunc.integers()) {
        return find(ufunc, dtype).ok_or(Error::UnsupportedTypes {
            ufunc: ufunc.name(),
        });
    }
    // What refuses truth values does not look for wider loops at all.
    if ufunc.refuses_bools() {
        return Err(match ufunc.name() {
            "subtract" | "negative" if common == DType::Bool => Error::BoolLoop { ufunc },
            _ => Error::NoMatchingLoop {
                ufunc,
                args: args.into(),
            },
        });
    }
    // Loops look at arrays one by one; with a Python number among them, a loop of one type has to
    // hold the common one.
    let arrays = args.iter().all(|arg| matches!(arg, Arg::Array(_)));
    // Loops of several types see such a float as what all have in common, and such an integer as one of any
    // type where there are arrays of other integers.
    let numbers = |arg: &Arg| matches!(arg, Arg::Array(dtype) if *dtype != DType::Bool);
    let default = integer && !args.iter().any(numbers);
    let seen = |arg: Arg| match arg {
        Arg::Float => Arg::Array(common),
        Arg::Int if default => Arg::Array(common),
        _ => arg,
    };
    DType::ALL
        .iter()
        .filter_map(|&dtype| find(ufunc, dtype))
        .find(|resolved| {
            if resolved.takes_one_type() && !arrays {
                can_cast(common, resolved.dtype, Casting::Safe)
            } else {
                args.iter()
                    .zip(resolved.inputs())
                    .all(|(&arg, &to)| seen(arg).can_cast(to, Casting::Safe))
            }
        })
        .ok_or(Error::UnsupportedTypes {
            ufunc: ufunc.name(),
        })
}

/// The loop of `ufunc` whose outputs are `dtype`: what the argument `dtype=` asks for.
///
/// # Errors
///
/// [`Error::NoLoop`] if there is none, [`Error::CastOperand`] if `casting` does not let the inputs
/// in, or as [`resolve`].
pub fn resolve_as(ufunc: Ufunc, dtype: DType, casting: Casting, args: &[Arg]) -> Result<Resolved> {
    let gives = |resolved: &Resolved| resolved.outputs().iter().all(|&output| output == dtype);
    if let Some(resolved) = resolve(ufunc, args).ok().filter(gives) {
        resolved.check_numbers(args, casting)?;
        resolved.check_inputs(args, casting)?;
        return Ok(resolved);
    }
    if dtype == DType::Bool && ["subtract", "negative"].contains(&ufunc.name()) {
        return Err(Error::BoolLoop { ufunc });
    }
    let mut first = Err(Error::NoLoop { ufunc });
    for resolved in DType::ALL.iter().filter_map(|&dtype| find(ufunc, dtype)) {
        // Real results of complex numbers are not had by making these less exact.
        let real = dtype.kind() == Kind::Float && resolved.dtype.kind() == Kind::Complex;
        if gives(&resolved)
            && resolved.takes_one_type()
            && (!real || resolved.check_inputs(args, Casting::Safe).is_ok())
        {
            let checked = resolved.check_numbers(args, casting);
            match checked.and_then(|()| resolved.check_inputs(args, casting)) {
                Ok(()) => return Ok(resolved),
                Err(error) if matches!(first, Err(Error::NoLoop { .. })) => first = Err(error),
                Err(_) => {}
            }
        }
    }
    first
}

/// What a comparison gives everywhere, when one side is a Python `int` that the integer type of the
/// other side cannot hold: `below` is whether it lies below that type's range, `first` whether it
/// is the first argument. `None` if `ufunc` is no comparison.
pub fn compare_out_of_range(ufunc: Ufunc, below: bool, first: bool) -> Option<bool> {
    match ufunc.name() {
        "equal" => Some(false),
        "not_equal" => Some(true),
        "less" | "less_equal" => Some(below == first),
        "greater" | "greater_equal" => Some(below != first),
        _ => None,
    }
}

/// As [`Resolved::takes_natural_exponent`], for a loop of `dtype`.
#[inline]
pub(crate) fn takes_natural_exponent(ufunc: Ufunc, dtype: DType) -> bool {
    ufunc == Ufunc::power && dtype.kind() == Kind::Signed
}
