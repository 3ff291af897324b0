"""The names of the ufuncs, which join the table: read from their lists, before anything is built."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[4]

# The list of ufuncs, whose rows begin with a name and an arity; and that of those with a signature.
_LISTS = (
    ("raptors-kernels/src/ufuncs.rs", re.compile(r"^\s+(\w+) (?:unary|binary|ternary)2?\(", re.M)),
    ("raptors-py/python/raptors/_gufuncs.py", re.compile(r"^(\w+) = gufunc\(", re.M)),
)


def ufuncs() -> list[str]:
    """The names of all ufuncs; those of lists that are not here are left out."""
    return [
        name for path, row in _LISTS if (_ROOT / path).is_file()
        for name in row.findall((_ROOT / path).read_text(encoding="utf-8"))
    ]  # fmt: skip
