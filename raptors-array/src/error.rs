//! What can go wrong, as data; the words are NumPy's.

use crate::Casting;
use crate::{Arg, Dims, ViewFault, index::PickError};
use core::fmt;
use raptors_kernels::{DType, Ufunc};

/// The result of an array operation.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// The Python exception that an [`Error`] becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// `ValueError`.
    Value,
    /// `TypeError`; the ufunc casting errors are NumPy's subclass `UFuncTypeError`.
    Type,
    /// `IndexError`.
    Index,
    /// `MemoryError`.
    Memory,
    /// `numpy.exceptions.AxisError`.
    Axis,
    /// `OverflowError`.
    Overflow,
    /// `ZeroDivisionError`.
    ZeroDivision,
    /// `RuntimeError`.
    Runtime,
}

/// An operand of a ufunc or of a matrix product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// The input with this number.
    Input(usize),
    /// The output with this number.
    Output(usize),
}

/// Why an array operation could not be done.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// Shapes that do not broadcast together.
    Broadcast {
        /// The shapes, in the order of the operands.
        shapes: Vec<Dims>,
    },
    /// A shape that does not broadcast to the one asked for.
    BroadcastTo {
        /// The shape of the array.
        from: Dims,
        /// The shape asked for.
        to: Dims,
    },
    /// An assigned value whose shape does not broadcast to the target's.
    BroadcastInto {
        /// The shape of the value.
        from: Dims,
        /// The shape of the target.
        to: Dims,
    },
    /// An output that is smaller than the broadcast inputs.
    BroadcastOutput {
        /// The shape of the output.
        output: Dims,
        /// The shape that the inputs broadcast to.
        broadcast: Dims,
    },
    /// An output of a reduction that has other axes than the result.
    ReduceOutput {
        /// The ufunc's name.
        ufunc: &'static str,
        /// The number of axes of the output.
        found: usize,
        /// The number of axes of the result.
        expected: usize,
        /// What NumPy adds where the axes that go stay.
        hint: &'static str,
    },
    /// An axis that the array does not have.
    Axis {
        /// The axis, as given.
        axis: i64,
        /// The number of dimensions.
        ndim: usize,
        /// The argument that held the axis, where NumPy names it.
        argument: Option<&'static str>,
    },
    /// An axis given twice.
    RepeatedAxis(AxisList),
    /// A permutation with too few or too many axes.
    PermutationLength,
    /// `source` and `destination` of `moveaxis` have different lengths.
    MoveLength,
    /// An axis to squeeze that is longer than one.
    Squeeze,
    /// A diagonal of an array with less than two dimensions.
    DiagonalDimensions,
    /// A diagonal over one axis.
    DiagonalAxes,
    /// A shape that does not hold the elements.
    Reshape {
        /// The number of elements.
        size: usize,
        /// The shape asked for; negative where it was to be found out.
        shape: Vec<i64>,
    },
    /// More than one unknown dimension in a shape.
    UnknownDimensions,
    /// A negative dimension.
    NegativeDimension,
    /// More dimensions than an array may have.
    TooManyDimensions {
        /// The number of dimensions asked for.
        ndim: usize,
    },
    /// A dimension that does not fit a signed pointer-sized integer.
    DimensionTooLarge,
    /// A product of dimensions, or of dimensions and element size, that overflows.
    TooBig,
    /// A range with more elements than can be counted.
    RangeTooLarge,
    /// A range whose length is not a number.
    RangeLength,
    /// A range of truth values longer than two.
    RangeOfBools,
    /// A range with step zero.
    RangeStep,
    /// A negative number of samples.
    NegativeSamples {
        /// The number.
        number: i64,
    },
    /// Memory that the system does not give.
    Memory {
        /// The shape of the array.
        shape: Dims,
        /// Its element type.
        dtype: DType,
    },
    /// An index beyond the end of an axis.
    Index {
        /// The index, as given.
        index: i64,
        /// The axis; `None` for an index into the flattened array.
        axis: Option<usize>,
        /// The length of the axis.
        size: usize,
    },
    /// More indices than dimensions.
    TooManyIndices {
        /// The number of dimensions.
        ndim: usize,
        /// The number of indices.
        count: usize,
    },
    /// New axes that make too many dimensions.
    IndexDimensions {
        /// The number of dimensions that the result would have.
        ndim: usize,
    },
    /// What is wrong with a key that picks.
    Pick(PickError),
    /// More than one ellipsis.
    Ellipses,
    /// A slice with step zero.
    SliceStep,
    /// An array of another size than one where one element was asked for.
    ItemSize,
    /// A number of indices other than the number of dimensions where one element was asked for.
    ItemIndices,
    /// An array cast that the rule forbids.
    Cast {
        /// The element type.
        from: DType,
        /// The element type asked for.
        to: DType,
        /// The rule.
        casting: Casting,
    },
    /// A cast of a ufunc's operand that the rule forbids.
    CastOperand {
        /// The ufunc's name.
        ufunc: &'static str,
        /// The operand.
        operand: Operand,
        /// Whether the ufunc has more than one operand on that side.
        numbered: bool,
        /// The element type.
        from: DType,
        /// The element type asked for.
        to: DType,
        /// The rule.
        casting: Casting,
    },
    /// A Python number that would have to be another type than its own, where nothing may be cast.
    CastNumber(Arg, DType),
    /// Input types that a ufunc has no loop for.
    UnsupportedTypes {
        /// The ufunc's name.
        ufunc: &'static str,
    },
    /// Input types that a ufunc, one of those that do not look for a wider loop, has none for.
    NoMatchingLoop {
        /// The ufunc.
        ufunc: Ufunc,
        /// The types of the arguments.
        args: Vec<Arg>,
    },
    /// A `dtype` or signature that a ufunc has no loop for.
    NoLoop {
        /// The ufunc.
        ufunc: Ufunc,
    },
    /// A truth-value operand where NumPy has taken the loop away.
    BoolLoop {
        /// The ufunc: `subtract` or `negative`.
        ufunc: Ufunc,
    },
    /// An integer to the power of a negative integer.
    NegativePower,
    /// A write to an array that may not be written.
    ReadOnly,
    /// An output that may not be written.
    OutputReadOnly,
    /// A Python integer that the element type cannot hold.
    IntegerOutOfBounds {
        /// The integer.
        value: i128,
        /// The element type.
        dtype: DType,
    },
    /// A Python integer beyond 64 bits.
    IntegerTooLarge,
    /// A reduction over nothing without an identity.
    EmptyReduction {
        /// The ufunc's name.
        ufunc: &'static str,
    },
    /// `argmin` or `argmax` over nothing.
    EmptyArg {
        /// `argmin` or `argmax`.
        name: &'static str,
    },
    /// A reduction over several axes of an operation whose order matters.
    NotReorderable {
        /// The ufunc's name.
        ufunc: &'static str,
    },
    /// A reduction of a ufunc that has not two inputs.
    ReduceArity,
    /// A reduction of a ufunc that has two outputs.
    ReduceOutputs,
    /// Matrices whose inner sizes differ.
    CoreDimension {
        /// The function's name.
        function: &'static str,
        /// Its signature.
        signature: &'static str,
        /// The operand that does not fit the operands before it.
        operand: Operand,
        /// The core dimension of that operand.
        dimension: usize,
        /// Its size.
        size: usize,
        /// The size that it had before.
        expected: usize,
    },
    /// A matrix operand with too few dimensions.
    CoreDimensions {
        /// The function's name.
        function: &'static str,
        /// Its signature.
        signature: &'static str,
        /// The operand.
        operand: Operand,
        /// Its number of dimensions.
        ndim: usize,
        /// The number of dimensions that it needs.
        needs: usize,
    },
    /// Operands of `dot` whose inner sizes differ.
    NotAligned {
        /// The shape of the first operand.
        left: Dims,
        /// The shape of the second operand.
        right: Dims,
        /// The axis of the first operand.
        left_axis: usize,
        /// The axis of the second operand.
        right_axis: usize,
    },
    /// A ufunc called with another number of inputs than it has.
    Arity {
        /// The ufunc's name.
        ufunc: &'static str,
        /// The number of inputs given.
        given: usize,
    },
    /// Chosen elements of a reduction that has no value for nothing, and no `initial`.
    WhereIdentity {
        /// The ufunc's name.
        ufunc: &'static str,
    },
    /// Arrays that cannot be put together.
    Join(crate::JoinFault),
    /// Elements that cannot be repeated.
    Repeat(crate::RepeatFault),
    /// Operands that do not fit an iteration.
    Fit(crate::FitFault),
    /// An operation that there is no plan for.
    UnknownOperation {
        /// What was asked for.
        name: String,
    },
    /// Memory that cannot be read in the way asked for.
    View(ViewFault),
    /// Prefixes of an array without axes.
    AccumulateScalar,
    /// Segments of an array without axes.
    ReduceatScalar,
    /// A segment that starts beyond the axis.
    Start {
        /// The ufunc's name.
        ufunc: &'static str,
        /// Where it starts.
        index: i64,
        /// The length of the axis.
        len: usize,
    },
    /// A state that the code rules out: reported, not panicked, because Python is above.
    Internal {
        /// What was ruled out.
        what: &'static str,
    },
}

/// Where an axis was given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AxisList {
    /// The `axis` of a reduction or a squeeze.
    Axis,
    /// The axes of a transposition.
    Transpose,
    /// The `axis` of `expand_dims`.
    Expand,
    /// The `source` of `moveaxis`.
    Source,
    /// The `destination` of `moveaxis`.
    Destination,
}

impl std::error::Error for Error {}

impl Error {
    /// No memory for a buffer of `bytes` bytes.
    pub(crate) fn memory(bytes: usize) -> Self {
        Self::Memory {
            shape: Dims::from_slice(&[bytes]),
            dtype: DType::U8,
        }
    }

    /// The Python exception that this becomes.
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Axis { .. } => ErrorClass::Axis,
            Self::Pick(error) => error.class(),
            Self::Memory { .. } => ErrorClass::Memory,
            Self::Index { .. }
            | Self::Start { .. }
            | Self::TooManyIndices { .. }
            | Self::IndexDimensions { .. }
            | Self::Ellipses => ErrorClass::Index,
            Self::Arity { .. }
            | Self::AccumulateScalar
            | Self::ReduceatScalar
            | Self::Cast { .. }
            | Self::CastOperand { .. }
            | Self::CastNumber(..)
            | Self::UnsupportedTypes { .. }
            | Self::NoLoop { .. }
            | Self::NoMatchingLoop { .. }
            | Self::BoolLoop { .. }
            | Self::RangeOfBools => ErrorClass::Type,
            Self::IntegerOutOfBounds { .. } | Self::IntegerTooLarge => ErrorClass::Overflow,
            Self::RangeStep => ErrorClass::ZeroDivision,
            Self::Internal { .. } => ErrorClass::Runtime,
            _ => ErrorClass::Value,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::message::write(self, f)
    }
}
