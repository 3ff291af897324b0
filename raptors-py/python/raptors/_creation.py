"""New arrays: from shapes, ranges, functions, buffers and other arrays."""

from __future__ import annotations

__all__: list[str] = []
