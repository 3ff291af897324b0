"""What dtypes are, how they promote and cast."""

from __future__ import annotations

__all__: list[str] = []
