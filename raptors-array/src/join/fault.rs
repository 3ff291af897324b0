//! Why arrays cannot be put together, in NumPy's words.

use core::fmt;

/// Why arrays cannot be put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JoinFault {
    /// No arrays to concatenate.
    Nothing,
    /// No arrays to stack.
    NothingToStack,
    /// Arrays without axes.
    Scalars,
    /// Different numbers of axes.
    Dimensions {
        /// The first array's.
        first: usize,
        /// Which array differs.
        index: usize,
        /// That array's.
        ndim: usize,
    },
    /// Different lengths of another axis.
    Lengths {
        /// The axis.
        axis: usize,
        /// The first array's length.
        first: usize,
        /// Which array differs.
        index: usize,
        /// That array's length.
        length: usize,
    },
    /// Different shapes of arrays to stack.
    Shapes,
    /// An output with axes, for elements along one.
    OutputFlat,
    /// An output with too few or too many elements.
    OutputSize,
    /// An output with another number of axes.
    OutputDimensions,
    /// An output of another shape.
    OutputShape,
}

impl fmt::Display for JoinFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nothing => f.write_str("need at least one array to concatenate"),
            Self::NothingToStack => f.write_str("need at least one array to stack"),
            Self::Scalars => f.write_str("zero-dimensional arrays cannot be concatenated"),
            Self::Dimensions { first, index, ndim } => write!(
                f,
                "all the input arrays must have same number of dimensions, but the array at index \
                 0 has {first} dimension(s) and the array at index {index} has {ndim} dimension(s)"
            ),
            Self::Lengths {
                axis,
                first,
                index,
                length,
            } => write!(
                f,
                "all the input array dimensions except for the concatenation axis must match \
                 exactly, but along dimension {axis}, the array at index 0 has size {first} and \
                 the array at index {index} has size {length}"
            ),
            Self::Shapes => f.write_str("all input arrays must have the same shape"),
            Self::OutputFlat => f.write_str("Output array must be 1D"),
            Self::OutputSize => f.write_str("Output array is the wrong size"),
            Self::OutputDimensions => f.write_str("Output array has wrong dimensionality"),
            Self::OutputShape => f.write_str("Output array is the wrong shape"),
        }
    }
}
