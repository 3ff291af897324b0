//! What can be wrong with a key that picks, or with what is put; the words are NumPy's.

use crate::{Dims, Error, ErrorClass, message::Tight};
use core::fmt;

/// Why elements could not be picked or put.
#[derive(Clone, Debug, PartialEq)]
pub enum PickError {
    /// Index arrays whose shapes do not broadcast together.
    Broadcast {
        /// Their shapes, in order.
        shapes: Vec<Dims>,
    },
    /// A value whose shape does not broadcast to that of what index arrays pick.
    Value {
        /// The shape of the value.
        from: Dims,
        /// The shape of what is picked.
        to: Dims,
    },
    /// A second operand of `ufunc.at` whose shape does not broadcast to that of what is named.
    Operand,
    /// A mask of another length than the axis that it stands for.
    MaskLength {
        /// The axis.
        axis: usize,
        /// Its length.
        size: usize,
        /// The length of the mask.
        mask: usize,
    },
    /// Another number of values than a mask has true elements.
    MaskValues {
        /// The number of values.
        given: usize,
        /// The number of true elements.
        wanted: usize,
    },
    /// Values for the true elements of a mask that have several axes.
    MaskValueDimensions {
        /// The number of dimensions.
        ndim: usize,
    },
    /// The places of an array without axes.
    NonzeroScalar {
        /// Whether it holds a truth value.
        truth: bool,
    },
    /// Elements along an axis that has none.
    TakeFromNothing,
    /// A mask that another thread changed while it was used.
    MaskChanged,
}

impl From<PickError> for Error {
    fn from(error: PickError) -> Self {
        Self::Pick(error)
    }
}

impl PickError {
    /// The Python exception that this becomes.
    pub(crate) const fn class(&self) -> ErrorClass {
        match self {
            Self::Broadcast { .. } | Self::MaskLength { .. } | Self::TakeFromNothing => {
                ErrorClass::Index
            }
            Self::MaskValueDimensions { .. } => ErrorClass::Type,
            Self::Operand
            | Self::Value { .. }
            | Self::MaskValues { .. }
            | Self::NonzeroScalar { .. } => ErrorClass::Value,
            Self::MaskChanged => ErrorClass::Runtime,
        }
    }
}

impl fmt::Display for PickError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broadcast { shapes } => {
                f.write_str(
                    "shape mismatch: indexing arrays could not be broadcast together with shapes ",
                )?;
                shapes
                    .iter()
                    .try_for_each(|shape| write!(f, "{} ", Tight(shape)))
            }
            Self::Value { from, to } => write!(
                f,
                "shape mismatch: value array of shape {} could not be broadcast to indexing \
                 result of shape {}",
                Tight(from),
                Tight(to)
            ),
            Self::Operand => f.write_str("array is not broadcastable to correct shape"),
            Self::MaskLength { axis, size, mask } => write!(
                f,
                "boolean index did not match indexed array along axis {axis}; size of axis is \
                 {size} but size of corresponding boolean axis is {mask}"
            ),
            Self::MaskValues { given, wanted } => write!(
                f,
                "NumPy boolean array indexing assignment cannot assign {given} input values to \
                 the {wanted} output values where the mask is true"
            ),
            Self::MaskValueDimensions { ndim } => write!(
                f,
                "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, \
                 input has {ndim} dimensions"
            ),
            Self::NonzeroScalar { truth } => {
                f.write_str(
                    "Calling nonzero on 0d arrays is not allowed. Use \
                     np.atleast_1d(scalar).nonzero() instead.",
                )?;
                if *truth {
                    f.write_str(
                        " If the context of this error is of the form `arr[nonzero(cond)]`, just \
                         use `arr[cond]`.",
                    )?;
                }
                Ok(())
            }
            Self::TakeFromNothing => f.write_str("cannot do a non-empty take from an empty axes."),
            Self::MaskChanged => {
                f.write_str("number of non-zero array elements changed during function execution.")
            }
        }
    }
}
