"""Sorted arrays, positions in sorted arrays, and what is found by order."""

from __future__ import annotations

__all__: list[str] = []
