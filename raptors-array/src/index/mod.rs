//! Indexing: what stands between the square brackets, as views, as copies and as assignments.

mod basic;
mod beside;
mod choice;
mod compress;
mod direct;
mod distance;
mod error;
mod flat;
mod gather;
mod key;
mod line;
mod mask;
mod named;
mod nonzero;
mod order;
mod scatter;
mod select;

pub use basic::{Index, places};
pub use choice::Choice;
pub use compress::compress;
pub use error::PickError;
pub use flat::{Beyond, Fault, ravel, unravel, within};
pub use gather::{pick, take};
pub use key::Item;
pub use mask::count_nonzero;
pub(crate) use mask::{Room, in_order};
pub(crate) use named::Named;
pub use nonzero::{nonzero, places as nonzero_places};
pub use scatter::put;
pub(crate) use select::SELECT_COST;
pub use select::{assign_where, select};
