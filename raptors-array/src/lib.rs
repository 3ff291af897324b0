//! N-dimensional arrays with NumPy's semantics.

mod array;
mod create;
mod error;
pub mod layout;
pub mod mem;
mod message;

pub use array::Array;
pub use create::Order;
pub use error::{AxisList, Casting, Error, ErrorClass, Operand, Result};
pub use mem::Buffer;
pub use raptors_kernels::{Bool, DType, Element, Kind, Scalar, Ufunc, dtype};

use smallvec::SmallVec;

/// A shape: the length of every axis. No allocation up to four dimensions.
pub type Dims = SmallVec<[usize; 4]>;
/// The distance between neighbours along every axis in bytes; may be zero or negative.
pub type Strides = SmallVec<[isize; 4]>;

/// Most dimensions of an array, as in NumPy.
pub const MAX_NDIM: usize = 64;
