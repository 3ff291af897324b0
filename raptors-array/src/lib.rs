//! N-dimensional arrays with NumPy's semantics.

mod adapt;
pub mod alike;
mod array;
pub mod assign;
mod bits;
mod broadcast;
mod casting;
mod collapse;
mod convert;
mod converted;
pub mod convolve;
mod create;
mod dense;
mod drive;
pub mod edges;
mod einsum;
mod error;
pub mod explain;
pub mod fft;
pub mod finite;
pub mod histogram;
pub mod index;
pub mod interp;
pub mod join;
mod kept;
pub mod layout;
pub mod linalg;
pub mod map;
pub mod matmul;
pub mod mem;
mod message;
pub mod nn;
mod operand;
pub mod order;
mod overlap;
mod pieces;
mod planes;
mod promote;
pub mod quick;
pub mod random;
mod range;
pub mod reduce;
mod reinterpret;
mod repeat;
mod resolve;
mod rows;
pub mod scatter;
mod scratch;
mod shape;
mod small;
mod spaced;
mod stage;
mod straight;
pub mod subscripts;
pub mod target;
pub mod tune;
mod twice;
mod walk;

pub use array::Array;
pub use broadcast::{broadcast, broadcast_arrays, broadcast_strides};
pub use casting::Casting;
pub use collapse::{Collapsed, collapse, keep_order, own_order};
pub use create::Order;
pub use error::{AxisList, Error, ErrorClass, Operand, Result};
pub use index::{Index, Item, places};
pub use join::{JoinFault, JoinOptions};
pub use mem::Buffer;
pub use overlap::{Overlap, overlap};
pub use promote::{
    Arg, Number, can_cast, cast_scalar, promote_types, result_type, weak_complex, weak_float,
    weak_int,
};
pub use raptors_kernels::{Bool, DType, Element, Kind, Scalar, Ufunc, dtype};
pub use reduce::FitFault;
pub use reinterpret::ViewFault;
pub use repeat::RepeatFault;
pub use resolve::{Resolved, compare_out_of_range, resolve, resolve_as};
pub use shape::{distinct_axes, reshape_strides, resolve_shape};

use smallvec::SmallVec;

/// A shape: the length of every axis. No allocation up to four dimensions.
pub type Dims = SmallVec<[usize; 4]>;
/// The distance between neighbours along every axis in bytes; may be zero or negative.
pub type Strides = SmallVec<[isize; 4]>;

/// Most dimensions of an array, as in NumPy.
pub const MAX_NDIM: usize = 64;
