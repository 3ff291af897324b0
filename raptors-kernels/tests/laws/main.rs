//! Laws of the kernels that only need what other crates see: so this crate is not compiled a second
//! time, with all its loops, for them.

mod alike;
mod among;
mod complex;
mod direct;
mod division;
mod empty;
mod folds;
mod gaps;
mod integer_products;
mod lines;
mod loops;
mod order;
mod pairs;
mod panels;
mod products;
mod rows;
mod scans;
mod shared;
mod skips;
mod soft;
mod window;
