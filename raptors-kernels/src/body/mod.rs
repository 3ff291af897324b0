//! What each ufunc computes for one element.
pub mod arith;
pub mod compare;
pub mod float;
