//! The memory behind arrays: recycled, aligned, initialized, and shared by counting.

mod block;
mod buffer;
mod class;
mod os;
mod pool;
mod slab;

pub use buffer::Buffer;
pub(crate) use os::first_touch;
pub use pool::{MemStats, Supply, forecast, stats, trim};

/// Alignment of every buffer in bytes: one cache line, one AVX-512 register.
pub const ALIGN: usize = 64;
