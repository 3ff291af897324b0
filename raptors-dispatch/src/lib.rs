//! How Raptors runs its kernels: the machine profile, pure plans, the thread team and the matrix
//! products. It decides and hands out work; the arithmetic is in `raptors-kernels`.

pub mod machine;
pub mod matmul;
pub mod plan;
pub mod team;

pub use machine::{Machine, machine};
pub use plan::{Plan, Work};
