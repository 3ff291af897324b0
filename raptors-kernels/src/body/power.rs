//! Powers: the name that integers ([`super::int`]) and floating-point numbers share.

/// `x` to the power `y`.
pub struct Power;
