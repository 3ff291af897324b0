//! What the benches and the command-line program share: runs of random numbers to work on.

mod buffer;

pub use buffer::{Buffer, buffer};
