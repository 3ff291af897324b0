"""The extension module: what it has is public in the package, and typed there."""

from typing import Any

def __getattr__(name: str) -> Any: ...
