"""Elements picked and put by index, mask and condition."""

from __future__ import annotations

__all__: list[str] = []
