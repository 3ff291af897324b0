"""What is profiled: an op on operands of one shape, dtype and layout, and the names it goes by.

Needs nothing but Python, so that a command line can be checked before anything is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..ops import BY_NAME, known
from ..suites import DTYPES, Cell, Shape, parse_shape, shape_name, takes

ROOT = Path(__file__).resolve().parents[4]
SIDES = ("numpy", "raptors")


class Unasked(Exception):
    """The command line asks for what cannot be."""


@dataclass(frozen=True)
class Target:
    """An op on operands of one shape, dtype and layout; the highest level that Raptors may use."""

    op: str
    shape: Shape
    dtype: str
    layout: str = "contiguous"
    simd: str = ""

    @property
    def name(self) -> str:
        """The target in one word, which is also that of its folder."""
        others = [word for word in (self.layout, self.simd) if word not in ("", "contiguous")]
        return "-".join([self.op, shape_name(self.shape), self.dtype, *others])

    @property
    def words(self) -> list[str]:
        """The target as a command line gives it."""
        words = [self.op, shape_name(self.shape), self.dtype]
        words += ["--layout", self.layout] if self.layout != "contiguous" else []
        return words + (["--simd", self.simd] if self.simd else [])

    @property
    def cell(self) -> Cell:
        """The cell of the comparison that this is: on one thread, each result freed at once."""
        return Cell(self.op, self.shape, self.dtype, self.layout, 1, 0)


def target(op: str, shape: str, dtype: str, layout: str, simd: str) -> Target:
    """The target that these words name; `Unasked` says what there is to choose from."""
    if op not in known():
        raise Unasked(f"unknown op {op!r}; choose from {', '.join(known())}")
    if dtype not in DTYPES:
        raise Unasked(f"unknown dtype {dtype!r}; choose from {', '.join(DTYPES)}")
    row = BY_NAME.get(op)
    try:
        size = parse_shape(shape)
    except ValueError as error:
        raise Unasked(f"unknown shape: {error}; {_shapes(row)}") from None
    if row and not takes(row, size, dtype, layout):
        dtypes = [d for d in DTYPES if takes(row, size, d, layout)]
        if dtypes:
            raise Unasked(f"{op} does not take {dtype}; choose from {', '.join(dtypes)}")
        raise Unasked(f"{op} does not take the shape {shape} ({layout}); {_shapes(row)}")
    return Target(op, size, dtype, layout, simd if simd != "auto" else "")


def _shapes(row) -> str:
    """Which shapes an op takes, in words."""
    if row and row.product:
        return "choose MxKxN or BATCHxMxKxN, such as 256x256x256"
    if row and row.shapes:
        return f"choose from {', '.join(map(shape_name, row.shapes))}, or others of that many axes"
    if row and row.ndim:
        such = {1: "10K", 2: "512x512", 3: "64x96x128"}
        axes = " or ".join(map(str, row.ndim))
        return f"choose {axes} dimensions, such as {such.get(row.ndim[0], '8x8x8x8')}"
    return "choose lengths with x between them, such as 1000, 10K, 1M or 512x512"
