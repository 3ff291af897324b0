//! The words of every [`Error`]: those of NumPy 2.4, to the letter.

use crate::{
    Arg,
    error::{AxisList, Error, Operand},
};
use core::fmt::{Display, Formatter, Result, Write};
use raptors_kernels::{DType, Kind};

/// A shape as NumPy's C code writes it: `(2,3)`, `(4,)`, `()`, and `newaxis` for unknowns after others.
pub(crate) struct Tight<'a, T>(pub(crate) &'a [T]);

impl<T: Copy + TryInto<i64>> Display for Tight<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let is_unknown = |n: &&T| (**n).try_into().is_ok_and(|n| n < 0);
        let first = self.0.iter().take_while(is_unknown).count();
        f.write_char('(')?;
        for (i, &n) in self.0[first..].iter().enumerate() {
            if i > 0 {
                f.write_char(',')?;
            }
            match n.try_into() {
                Ok(n) if n < 0 => f.write_str("newaxis")?,
                Ok(n) => write!(f, "{n}")?,
                Err(_) => f.write_str("?")?,
            }
        }
        let alone = self.0.len() == 1 && first == 0;
        f.write_str(if alone { ",)" } else { ")" })
    }
}

/// A shape as Python writes a tuple: `(2, 3)`, `(4,)`, `()`.
struct Tuple<'a>(&'a [usize]);

impl Display for Tuple<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('(')?;
        for (i, n) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{n}")?;
        }
        f.write_str(if self.0.len() == 1 { ",)" } else { ")" })
    }
}

/// A number of bytes with three digits and a binary unit.
struct Bytes(u128);

impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let mut unit = (self.0.max(2).ilog2() / 10) as usize;
        let mut n = self.0 as f64 / f64::powi(1024.0, unit as i32);
        if n.round_ties_even() == 1024.0 {
            unit += 1;
            n /= 1024.0;
        }
        let name = UNITS.get(unit).copied().unwrap_or("?");
        match n {
            _ if unit == 0 => write!(f, "{n:.0} {name}"),
            _ if n < 9.995 => write!(f, "{n:.2} {name}"),
            _ if n < 99.95 => write!(f, "{n:.1} {name}"),
            _ => write!(f, "{n:.0}. {name}"),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Input(i) => write!(f, "Input operand {i}"),
            Self::Output(i) => write!(f, "Output operand {i}"),
        }
    }
}

/// Writes what NumPy would say.
#[allow(
    clippy::too_many_lines,
    reason = "one line per error, in the order of the enum"
)]
pub(crate) fn write(error: &Error, f: &mut Formatter<'_>) -> Result {
    match error {
        Error::Broadcast { shapes } => {
            f.write_str("operands could not be broadcast together with shapes ")?;
            shapes
                .iter()
                .try_for_each(|shape| write!(f, "{} ", Tight(shape)))
        }
        Error::BroadcastTo { from, to } if from.len() > to.len() => {
            f.write_str("input operand has more dimensions than allowed by the axis remapping")
        }
        Error::BroadcastTo { from, to } => write!(
            f,
            "operands could not be broadcast together with remapped shapes \
             [original->remapped]: {}  and requested shape {}",
            Tight(from),
            Tight(to)
        ),
        Error::BroadcastInto { from, to } => write!(
            f,
            "could not broadcast input array from shape {} into shape {}",
            Tight(from),
            Tight(to)
        ),
        Error::BroadcastOutput { output, broadcast } => write!(
            f,
            "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
            Tight(output),
            Tight(broadcast)
        ),
        Error::ReduceOutput {
            ufunc,
            found,
            expected,
            hint,
        } => write!(
            f,
            "output parameter for reduction operation {ufunc} has the wrong number of dimensions: \
             Found {found} but expected {expected}{hint}"
        ),
        Error::Axis {
            axis,
            ndim,
            argument,
        } => {
            if let Some(argument) = argument {
                write!(f, "{argument}: ")?;
            }
            write!(
                f,
                "axis {axis} is out of bounds for array of dimension {ndim}"
            )
        }
        Error::RepeatedAxis(list) => f.write_str(match list {
            AxisList::Axis => "duplicate value in 'axis'",
            AxisList::Transpose => "repeated axis in transpose",
            AxisList::Expand => "repeated axis",
            AxisList::Source => "repeated axis in `source` argument",
            AxisList::Destination => "repeated axis in `destination` argument",
        }),
        Error::PermutationLength => f.write_str("axes don't match array"),
        Error::MoveLength => f.write_str(
            "`source` and `destination` arguments must have the same number of elements",
        ),
        Error::Squeeze => {
            f.write_str("cannot select an axis to squeeze out which has size not equal to one")
        }
        Error::DiagonalDimensions => {
            f.write_str("diag requires an array of at least two dimensions")
        }
        Error::DiagonalAxes => f.write_str("axis1 and axis2 cannot be the same"),
        Error::Reshape { size, shape } => write!(
            f,
            "cannot reshape array of size {size} into shape {}",
            Tight(shape)
        ),
        Error::UnknownDimensions => f.write_str("can only specify one unknown dimension"),
        Error::NegativeDimension => f.write_str("negative dimensions are not allowed"),
        Error::TooManyDimensions { ndim } => write!(
            f,
            "maximum supported dimension for an ndarray is currently {}, found {ndim}",
            crate::MAX_NDIM
        ),
        Error::DimensionTooLarge => f.write_str("Maximum allowed dimension exceeded"),
        Error::TooBig => f.write_str(
            "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum \
             possible size.",
        ),
        Error::RangeTooLarge => f.write_str("Maximum allowed size exceeded"),
        Error::RangeLength => f.write_str("arange: cannot compute length"),
        Error::RangeOfBools => f.write_str(
            "arange() is only supported for booleans when the result has at most length 2.",
        ),
        Error::RangeStep => f.write_str("division by zero"),
        Error::NegativeSamples { number } => {
            write!(f, "Number of samples, {number}, must be non-negative.")
        }
        Error::Memory { shape, dtype } => {
            let bytes = shape.iter().map(|&n| n as u128).product::<u128>() * dtype.size() as u128;
            write!(
                f,
                "Unable to allocate {} for an array with shape {} and data type {}",
                Bytes(bytes),
                Tuple(shape),
                dtype.name()
            )
        }
        Error::Index {
            index,
            axis: Some(axis),
            size,
        } => write!(
            f,
            "index {index} is out of bounds for axis {axis} with size {size}"
        ),
        Error::Index {
            index,
            axis: None,
            size,
        } => write!(f, "index {index} is out of bounds for size {size}"),
        Error::TooManyIndices { ndim, count } => write!(
            f,
            "too many indices for array: array is {ndim}-dimensional, but {count} were indexed"
        ),
        Error::IndexDimensions { ndim } => write!(
            f,
            "number of dimensions must be within [0, {}], indexing result would have {ndim}",
            crate::MAX_NDIM
        ),
        Error::Pick(error) => error.fmt(f),
        Error::Ellipses => f.write_str("an index can only have a single ellipsis ('...')"),
        Error::SliceStep => f.write_str("slice step cannot be zero"),
        Error::ItemSize => f.write_str("can only convert an array of size 1 to a Python scalar"),
        Error::ItemIndices => f.write_str("incorrect number of indices for array"),
        Error::Cast { from, to, casting } => {
            f.write_str("Cannot cast array data ")?;
            types(f, *from, *to)?;
            write!(f, " according to the rule '{}'", casting.name())
        }
        Error::CastOperand {
            ufunc,
            operand,
            numbered,
            from,
            to,
            casting,
        } => {
            let (side, i) = match operand {
                Operand::Input(i) => ("input", i),
                Operand::Output(i) => ("output", i),
            };
            write!(f, "Cannot cast ufunc '{ufunc}' {side} ")?;
            if *numbered {
                write!(f, "{i} ")?;
            }
            types(f, *from, *to)?;
            write!(f, " with casting rule '{}'", casting.name())
        }
        Error::CastNumber(from, to) => write!(
            f,
            "cannot cast Python {} to {} under the casting rule 'equiv'",
            from.class(),
            to.name()
        ),
        Error::UnsupportedTypes { ufunc } => write!(
            f,
            "ufunc '{ufunc}' not supported for the input types, and the inputs could not be \
             safely coerced to any supported types according to the casting rule ''safe''"
        ),
        Error::NoMatchingLoop { ufunc, args } => {
            let name = ufunc.name();
            write!(
                f,
                "ufunc '{name}' did not contain a loop with signature matching types "
            )?;
            classes(f, args)?;
            f.write_str(" -> None")
        }
        Error::NoLoop { ufunc } => write!(
            f,
            "No loop matching the specified signature and casting was found for ufunc {}",
            ufunc.name()
        ),
        Error::BoolLoop { ufunc } if ufunc.name() == "negative" => f.write_str(
            "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator \
             or the logical_not function instead.",
        ),
        Error::BoolLoop { ufunc } => write!(
            f,
            "numpy boolean {}, the `-` operator, is not supported, use the bitwise_xor, the `^` \
             operator, or the logical_xor function instead.",
            ufunc.name()
        ),
        Error::NegativePower => f.write_str("Integers to negative integer powers are not allowed."),
        Error::ReadOnly => f.write_str("assignment destination is read-only"),
        Error::OutputReadOnly => f.write_str("output array is read-only"),
        Error::IntegerOutOfBounds { value, dtype } => write!(
            f,
            "Python integer {value} out of bounds for {}",
            dtype.name()
        ),
        Error::IntegerTooLarge => f.write_str("Python int too large to convert to C long"),
        Error::EmptyReduction { ufunc } => write!(
            f,
            "zero-size array to reduction operation {ufunc} which has no identity"
        ),
        Error::EmptyArg { name } => write!(f, "attempt to get {name} of an empty sequence"),
        Error::NotReorderable { ufunc } => write!(
            f,
            "reduction operation '{ufunc}' is not reorderable, so at most one axis may be \
             specified"
        ),
        Error::Arity { ufunc, given } => {
            write!(
                f,
                "{ufunc}() takes another number of positional arguments than the {given} given"
            )
        }
        Error::WhereIdentity { ufunc } => write!(
            f,
            "reduction operation '{ufunc}' does not have an identity, so to use a where mask one \
             has to specify 'initial'"
        ),
        Error::Join(fault) => fault.fmt(f),
        Error::Repeat(fault) => fault.fmt(f),
        Error::Fit(fault) => fault.fmt(f),
        Error::UnknownOperation { name } => write!(
            f,
            "unknown operation '{name}'; choose one of {}",
            crate::explain::operations().join(", ")
        ),
        Error::View(fault) => fault.fmt(f),
        Error::ReduceatScalar => f.write_str("cannot reduceat on a scalar"),
        Error::Start { ufunc, index, len } => {
            write!(
                f,
                "index {index} out-of-bounds in {ufunc}.reduceat [0, {len})"
            )
        }
        Error::AccumulateScalar => f.write_str("cannot accumulate on a scalar"),
        Error::ReduceArity => f.write_str("reduce only supported for binary functions"),
        Error::ReduceOutputs => {
            f.write_str("reduce only supported for functions returning a single value")
        }
        Error::CoreDimension {
            function,
            signature,
            operand,
            dimension,
            size,
            expected,
        } => write!(
            f,
            "{function}: {operand} has a mismatch in its core dimension {dimension}, with gufunc \
             signature {signature} (size {size} is different from {expected})"
        ),
        Error::CoreDimensions {
            function,
            signature,
            operand,
            ndim,
            needs,
        } => write!(
            f,
            "{function}: {operand} does not have enough dimensions (has {ndim}, gufunc core with \
             signature {signature} requires {needs})"
        ),
        Error::NotAligned {
            left,
            right,
            left_axis,
            right_axis,
        } => write!(
            f,
            "shapes {} and {} not aligned: {} (dim {left_axis}) != {} (dim {right_axis})",
            Tight(left),
            Tight(right),
            left.get(*left_axis).unwrap_or(&0),
            right.get(*right_axis).unwrap_or(&0)
        ),
        Error::Internal { what } => write!(f, "this is a bug in Raptors: {what}"),
    }
}

fn types(f: &mut Formatter<'_>, from: DType, to: DType) -> Result {
    write!(f, "from dtype('{}') to dtype('{}')", from.name(), to.name())
}

/// The argument types as NumPy prints their classes: a lone one bare, several as a tuple.
fn classes(f: &mut Formatter<'_>, args: &[Arg]) -> Result {
    if args.len() != 1 {
        f.write_char('(')?;
    }
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        f.write_str("<class 'numpy.dtypes.")?;
        match arg {
            Arg::Int => f.write_str("_PyLong")?,
            Arg::Float => f.write_str("_PyFloat")?,
            Arg::Complex => f.write_str("_PyComplex")?,
            Arg::Array(dtype) => {
                let name = dtype.name();
                let unsigned = dtype.kind() == Kind::Unsigned;
                let head = if unsigned { 2 } else { 1 };
                write!(f, "{}{}", name[..head].to_uppercase(), &name[head..])?;
            }
        }
        f.write_str("DType'>")?;
    }
    f.write_str(if args.len() == 1 { "" } else { ")" })
}
