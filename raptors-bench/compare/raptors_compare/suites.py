"""The suites, and the cells that a command line asks for.

Needs nothing but Python, so that a command line can be checked before anything is built.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from .ops import BY_NAME, Op

# Element types with the kind that `Op.kinds` speaks of, and their size in bytes.
DTYPES = {
    "bool": ("b", 1), "int8": ("i", 1), "int16": ("i", 2), "int32": ("i", 4), "int64": ("i", 8),
    "uint8": ("u", 1), "uint16": ("u", 2), "uint32": ("u", 4), "uint64": ("u", 8),
    "float16": ("f", 2), "float32": ("f", 4), "float64": ("f", 8),
    "complex64": ("c", 8), "complex128": ("c", 16),
}

# How operands lie in memory. `transposed`: the first operand only, the others as C lays them out;
# `strided`: every second element of the last axis; `reversed`: the last axis backwards.
LAYOUTS = ("contiguous", "strided", "reversed", "transposed")

LEVELS = ("auto", "scalar", "sse2", "avx2", "avx512", "neon")

Shape = tuple[int, ...]

SQUARES: list[Shape] = [(512, 512), (1024, 1024), (2048, 2048)]
RUNS: list[Shape] = [(100,), (1_000,), (10_000,), (100_000,), (1_000_000,)]
SUITE_2D = ["sum", "mean", "mean_axis0", "mean_axis1", "broadcast_add", "scale"]
SUITE_VECTOR = [
    "add", "sub", "mul", "div", "scale", "abs", "clamp", "lerp", "fma",
    "dot", "sum", "max", "min", "argmax", "argmin", "norm_l1", "norm_l2", "norm_linf",
    "relu", "sigmoid", "tanh", "gelu", "swish", "exp", "softmax", "log_softmax",
]  # fmt: skip
SUITE_MIXED = [
    "sum", "mean", "mean_axis0", "mean_axis1", "max_axis0", "sum_axis0", "std", "argmax",
    "broadcast_add", "broadcast_add_column", "add_scalar", "scale", "add", "div", "less", "where",
    "sqrt", "exp", "tanh", "copy", "astype_float64", "transpose_copy",
]  # fmt: skip


@dataclass(frozen=True)
class Suite:
    """A named choice of cells: every op on every shape, dtype and layout that it takes."""

    about: str
    ops: list[str]
    shapes: list[Shape]
    dtypes: list[str]
    layouts: list[str] = field(default_factory=lambda: ["contiguous"])
    lives: list[int] = field(default_factory=lambda: [0])
    # Whether every ufunc of the subject joins, read when it has been imported.
    every_ufunc: bool = False


SUITES = {
    "2d": Suite(
        "reductions, scaling and broadcasting on square arrays", SUITE_2D, SQUARES,
        ["float32", "float64"],
    ),
    "vector": Suite(
        "vector operations from 100 to 1M elements", SUITE_VECTOR, RUNS, ["float32", "float64"]
    ),
    "mixed": Suite(
        "arrays of several sizes, element types and layouts", SUITE_MIXED,
        [(1_000,), (100_000,), (512, 512), (1024, 1024)],
        ["float32", "float64", "int32", "int64"], list(LAYOUTS),
    ),
    "full": Suite(
        "every ufunc and every reduction", [op.name for op in BY_NAME.values()],
        [(100,), (10_000,), (1_000_000,), (512, 512)],
        [name for name in DTYPES if name not in ("int16", "uint16", "uint32", "uint64")],
        ["contiguous", "strided", "transposed"], every_ufunc=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One comparison: an op on operands of one shape, dtype and layout, with so many threads, so
    many results kept alive (0: each is freed at once)."""

    op: str
    shape: Shape
    dtype: str
    layout: str
    threads: int
    live: int

    @property
    def key(self) -> str:
        """The cell in one word."""
        return (
            f"{self.op}/{shape_name(self.shape)}/{self.dtype}/{self.layout}"
            f"/t{self.threads}/l{self.live}"
        )

    @property
    def bytes(self) -> int:
        """The size of one operand."""
        return math.prod(self.shape) * DTYPES[self.dtype][1]

    def parity(self, op: Op) -> bool:
        """Whether NumPy can hardly be beaten here: one pass over contiguous memory that fits the
        second or third cache, on one thread. Such a cell passes at 0.97."""
        middle = 256 << 10 <= self.bytes <= 8 << 20
        return op.parity and self.threads == 1 and self.layout == "contiguous" and middle


def shape_name(shape: Shape) -> str:
    """`512x512`."""
    return "x".join(map(str, shape))


def parse_shape(text: str) -> Shape:
    """The shape that `512x512`, `1000` or `10K` stands for."""
    units = {"K": 1_000, "M": 1_000_000}
    shape = []
    for word in text.split("x"):
        unit = units.get(word[-1:].upper(), 1)
        digits = word[:-1] if unit > 1 else word
        if not digits.isdecimal() or not 0 < int(digits) * unit < 1 << 40:
            raise ValueError(f"{text!r} is no shape: write 512x512, 1000 or 10K")
        shape.append(int(digits) * unit)
    return tuple(shape)


def takes(op: Op, shape: Shape, dtype: str, layout: str) -> bool:
    """Whether the op is defined for such operands."""
    if DTYPES[dtype][0] not in op.kinds or op.ndim not in (None, len(shape)):
        return False
    return layout != "transposed" or len(shape) > 1


def cells(suite: Suite, table: dict[str, Op], threads: list[int]) -> list[Cell]:
    """The cells of a suite, the variants of one op next to each other."""
    return [
        Cell(name, shape, dtype, layout, count, live)
        for name in suite.ops
        for dtype in suite.dtypes
        for layout in suite.layouts
        for shape in suite.shapes
        if takes(table[name], shape, dtype, layout)
        for live in suite.lives
        for count in threads
    ]


def narrowed(suite: Suite, **choices) -> Suite:
    """The suite with what the command line chose in place of its own."""
    return replace(suite, **{name: value for name, value in choices.items() if value})
