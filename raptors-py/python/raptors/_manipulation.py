"""Arrays rearranged: joined, split, tiled, rolled, flipped, padded."""

from __future__ import annotations

__all__: list[str] = []
