//! What the benches and the command-line program share: runs of random numbers to work on.

mod buffer;
mod choice;

pub use buffer::{Buffer, buffer};
pub use choice::Choice;
