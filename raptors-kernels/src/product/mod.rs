//! Products of runs and matrices: dot, matrix times vector, small matrices, and matrices of
//! integers and truth values. Nothing here allocates, blocks for caches it is not told of, or
//! starts threads; large floating-point products are the dispatcher's.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over lanes are what vectorises"
)]

mod blocked;
mod complex;
mod dot;
mod gemv;
mod ring;
mod slide;
mod small;
mod view;

pub use blocked::{gemm_int, scratch_len};
pub use dot::{dot, vdot};
pub use gemv::{gemm_thin, gemv};
pub use slide::{slide, slide_ends};
pub use small::{Apart, gemm_small, gemm_small_batch};
pub use view::{View, ViewMut};

#[cfg(test)]
mod tests;
