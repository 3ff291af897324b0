//! Products of runs and matrices: dot, matrix times vector, small matrices, and matrices of
//! integers and truth values. Nothing here allocates, blocks for caches it is not told of, or
//! starts threads; large floating-point products are the dispatcher's.
#![allow(
    clippy::needless_range_loop,
    reason = "loops over lanes are what vectorises"
)]

mod blocked;
mod columns;
mod direct;
mod dot;
mod down;
mod gemv;
pub(crate) mod lanes;
#[cfg(target_arch = "x86_64")]
mod many;
#[cfg(target_arch = "x86_64")]
mod pairs;
mod panels;
#[cfg(target_arch = "x86_64")]
mod panels_columns;
#[cfg(target_arch = "x86_64")]
mod panels_complex;
mod ring;
mod several;
mod short;
mod slide;
mod small;
mod sums;
mod thin;
mod tile;
#[cfg(target_arch = "x86_64")]
pub(crate) mod tiny;
mod truth;
mod view;

pub use blocked::{gemm_int, scratch_len};
pub use direct::{direct_len, gemm_direct, has_direct};
pub use dot::{dot, dot_rows, join_dots};
pub use down::{divides, dot_columns};
pub use gemv::gemv;
pub use panels::{Blocks, gemm_panels, has_panels, panels_len, prefers_panels};
pub use several::{dot_rows_batch, takes_seconds};
pub use slide::{slide, slide_ends};
pub use small::{Apart, gemm_small, gemm_small_batch, is_tiny};
pub use thin::gemm_thin;
pub use view::{View, ViewMut};
