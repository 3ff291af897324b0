//! What the compiler cannot be led to by plain loops, in intrinsics. Tokens prove the features.

pub(crate) mod order;
pub(crate) mod status;
pub(crate) mod stream;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_complex;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_half;
#[cfg(target_arch = "x86_64")]
mod x86_lanes;
#[cfg(target_arch = "x86_64")]
mod x86_network;
#[cfg(target_arch = "x86_64")]
mod x86_quick;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_sum;
