//! What Raptors computes, on runs of elements: the ufunc table, the loops behind it compiled for
//! each instruction set, folds, casts and moves. No threads, no allocation, no shapes.
//!
//! ```
//! use raptors_kernels::{Bool, Ufunc};
//!
//! let (x, y) = ([1.5f64, -2.0, 0.25], [1.0f64, 2.0, 3.0]);
//! let mut sums = [0.0f64; 3];
//! Ufunc::add.binary(&x, &y, &mut sums)?;
//! assert_eq!(sums, [2.5, 0.0, 3.25]);
//!
//! let mut smaller = [Bool::from(false); 3];
//! Ufunc::less.binary(&x, &y, &mut smaller)?;
//! assert_eq!(smaller.map(Bool::get), [false, true, true]);
//!
//! let error = Ufunc::add.binary(&x, &y[..2], &mut sums).unwrap_err();
//! assert_eq!(error.to_string(), "add: slices of 3 and 2 elements");
//! # Ok::<(), raptors_kernels::typed::Error>(())
//! ```

mod arch;
mod around;
pub mod at;
pub mod body;
mod bound;
pub mod cast;
mod classes;
pub mod dtype;
pub mod fold;
mod gaps;
mod halves;
pub mod histogram;
pub mod interp;
pub mod isa;
pub mod kernel;
mod kernel2;
pub mod moves;
mod number;
pub mod order;
pub mod product;
pub mod scalar;
pub mod signs;
mod skips;
pub mod slice;
pub mod status;
mod table;
pub mod typed;
mod ufunc;
mod ufuncs;
mod unequal;
mod watch;

pub use bound::Loop;
pub use cast::cast;
pub use dtype::{Bool, DType, Element, Kind};
pub use gaps::Spaced;
pub use isa::{Isa, Level};
pub use scalar::Scalar;
pub use slice::{In, Out};
pub use status::{Raises, Status};
pub use ufuncs::{ALIASES, Namespace, Ufunc};
