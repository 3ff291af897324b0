"""Compares Raptors with NumPy, op by op: `cargo xtask bench` runs it."""
