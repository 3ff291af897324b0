"""Profiles of single ops: `cargo xtask profile`, `asm`, `perfstat` and their like run it."""
