"""The suites, and the cells that a command line asks for.

Needs nothing but Python, so that a command line can be checked before anything is built.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from .ops import Op
from .words import counted

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

# Every op of the table and every ufunc of the subject; the latter are read when it is imported.
EVERY = ["*"]
SIZES: list[Shape] = [
    (8,), (100,), (1_000,), (10_000,), (100_000,), (1_000_000,),
    (512, 512), (1024, 1024), (2048, 2048), (200_000, 3), (3, 200_000), (64, 96, 128),
]  # fmt: skip
# What programs keep several results of.
KEPT = [
    "add", "mul", "scale", "div", "less", "broadcast_add", "axpy", "relu", "exp", "sqrt", "where",
    "copy", "astype_float32", "flip", "concatenate", "cumsum", "fill", "take", "roll", "clamp",
]  # fmt: skip
# What is watched at every size on all threads: cheap, dear, reducing, moving and ordering.
SCALED = [
    "add", "scale", "div", "axpy", "exp", "tanh", "gelu", "sum", "std", "max", "where", "mask_get",
    "copy", "cumsum", "take", "roll", "sort",
]  # fmt: skip

# Of how many ops it is told what they take.
LISTED = 5

# The number of threads that stands for all that the process may use.
ALL = 0


@dataclass(frozen=True)
class Block:
    """A choice of cells: every op on every shape, dtype and layout that it takes."""

    ops: list[str]
    shapes: list[Shape]
    dtypes: list[str]
    layouts: list[str] = field(default_factory=lambda: ["contiguous"])
    lives: list[int] = field(default_factory=lambda: [0])
    # Threads of the libraries where it is not for the command line to say.
    threads: list[int] | None = None
    # Whether ops with shapes of their own keep to them.
    own_shapes: bool = True


@dataclass(frozen=True)
class Suite:
    """A named choice of cells, in blocks; a cell in two of them is measured once."""

    about: str
    blocks: list[Block]
    # Whether there are so many cells that each can only be looked at briefly. What seems slow is
    # then measured again.
    brief: bool = False

    @property
    def every_ufunc(self) -> bool:
        """Whether the subject's ufuncs join."""
        return any(block.ops == EVERY for block in self.blocks)


_FLOATS = ["float32", "float64"]
_OTHERS = [name for name in DTYPES if name not in (*_FLOATS, "int16", "uint16", "uint32", "uint64")]
_POWERS: list[Shape] = [(1 << n,) for n in range(10, 25, 2)]

SUITES = {
    "2d": Suite(
        "reductions, scaling and broadcasting on square arrays", [Block(SUITE_2D, SQUARES, _FLOATS)]
    ),
    "vector": Suite(
        "vector operations from 100 to 1M elements", [Block(SUITE_VECTOR, RUNS, _FLOATS)]
    ),
    "mixed": Suite(
        "arrays of several sizes, element types and layouts",
        [Block(SUITE_MIXED, [(1_000,), (100_000,), (512, 512), (1024, 1024)],
               [*_FLOATS, "int32", "int64"], list(LAYOUTS))],
    ),
    "full": Suite(
        "every op and every ufunc: sizes, element types, layouts, kept results, threads",
        [
            Block(EVERY, SIZES, _FLOATS),
            Block(EVERY, [(8,), (1_000,), (100_000,), (200_000, 3)], _OTHERS),
            Block(EVERY, [(1_000,), (512, 512)], ["float64", "int32"], list(LAYOUTS[1:])),
            Block(KEPT, [(10_000,), (100_000,), (1_000_000,), *SQUARES], _FLOATS, lives=[8]),
            Block(SCALED, _POWERS, ["float32"], threads=[1, ALL]),
            Block(EVERY, [(1_000_000,), (1024, 1024)], ["float64"], threads=[1, ALL]),
        ],
        brief=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One comparison: an op on operands of one shape, dtype and layout, with so many threads, so
    many results kept alive (0: each is freed at once), which go one by one, each for a new one, or
    all together, as a function's variables do when it returns."""

    op: str
    shape: Shape
    dtype: str
    layout: str
    threads: int
    live: int
    together: bool = False

    @property
    def key(self) -> str:
        """The cell in one word."""
        return (
            f"{self.op}/{shape_name(self.shape)}/{self.dtype}/{self.layout}"
            f"/t{self.threads}/l{self.live}{'t' if self.together else ''}"
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


# Elements of a product's cube, m × k × n. Only what BLAS knows is faster in NumPy than a plain
# loop, which would take minutes beyond.
_PLAIN = 256**3


def takes(op: Op, shape: Shape, dtype: str, layout: str) -> bool:
    """Whether the op is defined for such operands."""
    if DTYPES[dtype][0] not in op.kinds or (op.ndim and len(shape) not in op.ndim):
        return False
    if op.dtypes and dtype not in op.dtypes:
        return False
    if op.product and (len(shape) not in (3, 4) or layout == "transposed"):
        return False
    if op.product and math.prod(shape) > _PLAIN and dtype not in _FLOATS:
        return False
    return math.prod(shape) <= op.most and (layout != "transposed" or len(shape) > 1)


def accepted(op: Op) -> str:
    """What the op takes, in words."""
    dtypes = op.dtypes or [name for name, (kind, _) in DTYPES.items() if kind in op.kinds]
    if op.product:
        shape = "shapes of m x k x n or batch x m x k x n"
    elif op.ndim:
        shape = f"{' or '.join(map(str, op.ndim))}-dimensional shapes"
    else:
        shape = "any shape"
    most = f" of up to {op.most} elements" if op.most < 1 << 40 else ""
    turns = not op.product and max(op.ndim, default=2) > 1
    layouts = [name for name in LAYOUTS if turns or name != "transposed"]
    return f"{op.name} takes {shape}{most}, dtypes {', '.join(dtypes)}, layouts {', '.join(layouts)}"


def choices(suite: Suite, table: dict[str, Op]) -> str:
    """What the ops of a choice take, the first of them."""
    names = list(dict.fromkeys(
        name for block in suite.blocks for name in (table if block.ops == EVERY else block.ops)
    ))  # fmt: skip
    more = f"; and {counted(len(names) - LISTED, 'op')} more" if len(names) > LISTED else ""
    return "; ".join(accepted(table[name]) for name in names[:LISTED]) + more


def cells(suite: Suite, table: dict[str, Op], threads: list[int], most: int = 1) -> list[Cell]:
    """The cells of a suite, the variants of one op next to each other. `most` is the number of
    threads that the process may use."""
    found = [
        Cell(name, shape, dtype, layout, count or most, live, together)
        for block in suite.blocks
        for name in (table if block.ops == EVERY else block.ops)
        for dtype in block.dtypes
        for layout in block.layouts
        for shape in (block.own_shapes and table[name].shapes) or block.shapes
        if takes(table[name], shape, dtype, layout)
        for live in block.lives
        for together in ([False, True] if live else [False])
        for count in block.threads or threads
    ]
    return list(dict.fromkeys(found))


def narrowed(suite: Suite, threads: list[int] | None = None, **choices) -> Suite:
    """The suite with what the command line chose in place of its own."""
    given = {name: value for name, value in choices.items() if value}
    if "shapes" in given:
        given["own_shapes"] = False
    if threads:
        given["threads"] = threads
    return replace(suite, blocks=[replace(block, **given) for block in suite.blocks])
