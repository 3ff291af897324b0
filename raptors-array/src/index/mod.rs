//! Indexing: what stands between the square brackets, as views, as copies and as assignments.

mod basic;
mod beside;
mod choice;
mod direct;
mod distance;
mod error;
mod flat;
mod gather;
mod key;
mod line;
mod mask;
mod order;
mod scatter;
mod select;

pub use basic::{Index, places};
pub use choice::Choice;
pub use error::PickError;
pub use flat::{Beyond, Fault, ravel, unravel};
pub use gather::{pick, take};
pub use key::Item;
pub(crate) use mask::{Room, in_order};
pub use mask::{compress, count_nonzero, nonzero};
pub use scatter::put;
pub(crate) use select::SELECT_COST;
pub use select::{assign_where, select};
