//! What Raptors computes, on runs of elements: the ufunc table, the loops behind it compiled for
//! each instruction set, folds, casts and moves. No threads, no allocation, no shapes.

mod arch;
pub mod body;
pub mod cast;
mod classes;
pub mod dtype;
pub mod fold;
pub mod isa;
pub mod kernel;
pub mod moves;
mod number;
pub mod scalar;
pub mod slice;
mod table;
mod ufunc;
mod ufuncs;

pub use cast::cast;
pub use dtype::{Bool, DType, Element, Kind};
pub use isa::{Isa, Level};
pub use kernel::Loop;
pub use scalar::Scalar;
pub use slice::{In, Out};
pub use ufuncs::{ALIASES, Namespace, Ufunc};
