//! Runs of elements put in order, selected from, searched and grouped. NaN comes last, as in NumPy.
//!
//! Real numbers are ordered as unsigned integers of their width, so that there is one sorting loop
//! for each width and not one for each dtype; complex numbers are compared.

mod among;
mod arrange;
mod compare;
mod count;
mod few;
mod group;
mod hands;
mod image;
mod indirect;
mod lines;
mod packed;
mod pivots;
mod radix;
mod rows;
mod search;
mod settled;
mod share;
mod short;
mod table;
mod tally;
mod window;

pub use crate::arch::order::Gathered;
pub use among::{among, is_few};
pub use arrange::{COUNTS, Task, arrange, counts_pay, ties_differ};
pub use count::{count, weigh};
pub use few::{insert_lines, inserts};
pub use group::{Groups, distinct, distinct_starts, gather, groups, single};
pub use hands::Hands;
pub use indirect::{arrange_indices, arrange_indices_by};
pub use lines::{arrange_lines, beside, selects_lines, takes_lines};
pub use packed::lexical;
pub use pivots::select_from;
pub use radix::{refine, refines};
pub use rows::{encode_rows, encoded_size, sort_rows};
pub(crate) use search::window;
pub use search::{FEW, Side, below, contains, rises, search};
pub use settled::settled;
pub use share::{SHARED, SHARERS, shares, sort_shared};
pub use short::{SHORT, argsort_short, short, sort_short};
pub use table::{extent, mark, marked};
pub use tally::Close;
pub use window::Window;
