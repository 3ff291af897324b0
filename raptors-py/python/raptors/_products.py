"""Products of arrays beyond matmul."""

from __future__ import annotations

__all__: list[str] = []
