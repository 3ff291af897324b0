"""Counts of elements by bins."""

from __future__ import annotations

__all__: list[str] = []
