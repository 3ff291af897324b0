//! Benchmarks of Raptors.
