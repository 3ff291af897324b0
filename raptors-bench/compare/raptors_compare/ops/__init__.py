"""The table of compared operations.

Needs nothing but Python, so that a command line can be checked before anything is built.
"""

from __future__ import annotations

from . import basic, calls, moves, order, products, reductions
from .op import ANY, FLOATS, NUMBERS, REALS, Op
from .ufuncs import ufuncs

OPS: list[Op] = [
    op for chapter in (basic, reductions, moves, order, products, calls) for op in chapter.OPS
]
BY_NAME = {op.name: op for op in OPS}


def known() -> list[str]:
    """The names of all ops: the declared ones, and the ufuncs that join them."""
    return list(dict.fromkeys([*BY_NAME, *ufuncs()]))


__all__ = ["ANY", "BY_NAME", "FLOATS", "NUMBERS", "OPS", "REALS", "Op", "known"]
